"""The topics comments are sorted by: those that ship, and the insurer's own, kept by cues."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.errors import Missing
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import Act, FormPage, who
from anxin.faces.desk.views_admin.tables import Cell, Row, Table, num
from anxin.faces.desk.voice.comments.forms import TopicSheet
from anxin.faces.desk.voice.comments.views import HOME, LIST, crumbs, tabs
from anxin.voice.comments import actions, queries
from anxin.voice.comments.models import Comment, Label
from anxin.voice.comments.permissions import CORRECT_COMMENTS, SEE_COMMENTS

TOPICS = f"{HOME}topics/"


@require_GET
@staff(SEE_COMMENTS)
def topics(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    may = actor.may(CORRECT_COMMENTS)
    seen = Label.objects.filter(comment__in=Comment.objects.visible_to(actor).order_by().values("pk")).order_by()
    counts = dict(seen.values_list("topic").annotate(number=Count("pk")))
    return render(
        request, "desk/voice/comments/topics.html",
        {
            "crumbs": crumbs(), "tabs": tabs(request), "learning": queries.progress(actor),
            "acts": [Act(f"{TOPICS}add/", _("Add a topic"), main=True)] if may else [],
            "table": Table(
                _("Topics"),
                [(_("Topic"), ""), (_("Whose"), ""), (_("Comments"), "num"), (_("What it is about"), ""), (_("Cues"), "num")],
                [
                    Row([
                        Cell(topic.name, f"{TOPICS}{topic.code}/" if topic.is_own and may else f"{LIST}?topic={topic.code}"),
                        Cell(_("Our own") if topic.is_own else _("Shipped")), num(str(counts.get(topic.code, 0))),
                        Cell(topic.definition), num(str(len(topic.cues))),
                    ])
                    for topic in queries.topics()
                ],
            ),
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_COMMENTS, CORRECT_COMMENTS)
def add(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    form = TopicSheet(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = attempt(form, lambda _given: actions.add_topic(**form.given(), actor=actor, now=now))
        if made is not None:
            messages.success(request, _("The topic is there; the comments are read again within seconds."))
            return redirect(TOPICS)
    return FormPage(_("Add a topic"), _("Add"), TOPICS, crumbs((TOPICS, _("Topics")))).show(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_COMMENTS, CORRECT_COMMENTS)
def change(request: HttpRequest, code: str) -> HttpResponse:
    actor, now = who(request)
    topic = next((one for one in queries.topics() if one.code == code and one.is_own), None)
    if topic is None:
        raise Missing(_("There is no such topic."))
    form = TopicSheet(request.POST if request.method == "POST" else None)
    form.initial = {
        "name_zh": topic.name_zh, "name_en": topic.name_en, "definition_zh": topic.definition_zh,
        "definition_en": topic.definition_en, "cues": "\n".join(topic.cues),
    }  # fmt: skip
    if request.method == "POST":
        made = attempt(form, lambda _given: actions.change_topic(code=code, **form.given(), actor=actor, now=now))
        if made is not None:
            messages.success(request, _("The topic is changed; the comments are read again within seconds."))
            return redirect(TOPICS)
    page = FormPage(
        topic.name, _("Save"), TOPICS, crumbs((TOPICS, _("Topics"))), template="desk/voice/comments/topic.html",
        more={
            "acts": [
                Act(
                    f"{TOPICS}{code}/retire/", _("Give up this topic"), danger=True,
                    ask=_("Comments lose this topic when they are read again. What persons said of it is kept. Give it up?"),
                )
            ]
        },
    )  # fmt: skip
    return page.show(request, form)


@require_POST
@staff(SEE_COMMENTS, CORRECT_COMMENTS)
def retire(request: HttpRequest, code: str) -> HttpResponse:
    actor, now = who(request)
    topic = actions.retire_topic(code=code, actor=actor, now=now)
    messages.success(request, _("The topic “%(name)s” is given up.") % {"name": str(topic)})
    return redirect(TOPICS)
