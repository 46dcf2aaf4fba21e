"""The overview of comments, their list, and one comment with its labels to correct."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.actors import Actor
from anxin.access.errors import Stale
from anxin.access.formats import day, moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt, number_of
from anxin.faces.desk.views_admin.pages import query_without, who
from anxin.faces.desk.views_admin.tables import Filters
from anxin.faces.desk.voice.comments import drawing
from anxin.faces.desk.voice.comments.forms import LabelsSheet, sentiment_words, topics_words
from anxin.faces.desk.voice.comments.narrowing import filters_of, narrowed, neighbours, stage_words, unsure_first
from anxin.voice.comments import actions, queries
from anxin.voice.comments.models import Comment, Correction
from anxin.voice.comments.overview import overview as summed_up
from anxin.voice.comments.permissions import CORRECT_COMMENTS, SEE_COMMENTS

HOME = "/desk/voice/comments/"
LIST = f"{HOME}all/"
PAGE = 50
QUOTED = 8


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("/desk/voice/", _("Customer voice")), *more]


def tabs(request: HttpRequest) -> list[tuple[str, str, bool]]:
    places = ((HOME, _("Overview")), (LIST, _("All comments")), (f"{HOME}topics/", _("Topics")))
    return [(href, words, request.path == href) for href, words in places]


@require_GET
@staff(SEE_COMMENTS)
def overview(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    topics = queries.topics()
    filters = filters_of(request, actor, topics, labels=False)
    found = summed_up(narrowed(request, actor, filters), topics)
    rest = query_without(request, "topic")
    href = f"{LIST}?{rest}&" if rest else f"{LIST}?"
    return render(
        request, "desk/voice/comments/overview.html",
        {
            "crumbs": crumbs(), "tabs": tabs(request), "filters": filters, "found": found,
            "learning": queries.progress(actor), "findings": drawing.findings(found),
            "topics_table": drawing.topics_table(found.topics, href), "months_table": drawing.months_table(found.months),
            "topics_chart": drawing.topics_chart(found.topics), "months_chart": drawing.months_chart(found.months),
            "feelings": [
                (Comment.Feeling(feeling).label, drawing.interval(share), *drawing.TONES[Comment.Feeling(feeling)])
                for feeling, share in found.feelings.items()
            ],
            "unsure": drawing.interval(found.unsure),
            "quoted": [line for line in found.topics if line.quotes][:QUOTED],
        },
    )  # fmt: skip


@require_GET
@staff(SEE_COMMENTS)
def comments(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    topics = queries.topics()
    filters = filters_of(request, actor, topics)
    rows = unsure_first(narrowed(request, actor, filters)).select_related("campaign").prefetch_related("labels")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    query = query_without(request, "page")
    return render(
        request, "desk/voice/comments/list.html",
        {
            "crumbs": crumbs(), "tabs": tabs(request), "filters": filters, "page": page, "query": query,
            "learning": queries.progress(actor), "rows": [_line(row, topics, query) for row in page],
        },
    )  # fmt: skip


def _line(row: Comment, topics: list[queries.Topic], query: str) -> dict[str, Any]:
    tone, icon = drawing.TONES[Comment.Feeling(row.feeling)]
    places = (stage_words(row.stage), str(row.campaign) if row.campaign else row.source, day(row.said_at))
    return {
        "href": f"{HOME}{row.public_id}/" + (f"?{query}" if query else ""),
        "text": row.text,
        "topics": topics_words([label.topic for label in row.labels.all()], topics),
        "where": " · ".join(place for place in places if place),
        "feeling": row.get_feeling_display(),
        "tone": tone,
        "icon": icon,
        "row": row,
    }


@require_GET
@staff(SEE_COMMENTS)
def learning(request: HttpRequest) -> HttpResponse:
    """How far the model is: the part of the pages that a script asks for again."""
    actor, _now = who(request)
    return render(request, "desk/voice/comments/learning.html", {"learning": queries.progress(actor)})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_COMMENTS)
def comment(request: HttpRequest, public_id: str) -> HttpResponse:
    """One comment. Posting its labels keeps them; `go=next` then opens the next one of the list."""
    actor, now = who(request)
    row = queries.find(public_id, actor)
    topics = queries.topics()
    filters = filters_of(request, actor, topics)
    history = queries.history(row)
    standing = next((one for one in history if one.withdrawn_at is None), None)
    before, after = neighbours(narrowed(request, actor, filters), row)
    if request.method != "POST":
        form = LabelsSheet(comment=row, topics=topics, standing=standing)
        return _show(request, actor, row, topics, history, form, filters, before, after)
    actor.must(CORRECT_COMMENTS)
    form = LabelsSheet(request.POST, comment=row, topics=topics, standing=standing)
    kept: Correction | None = None
    try:
        kept = attempt(form, lambda _given: actions.correct(comment=public_id, **form.given(), actor=actor, now=now))
    except Stale as refused:  # a sheet of another kind would have taken it
        form.take_refusal(refused)
    if kept is None:
        return _show(request, actor, row, topics, history, form, filters, before, after)
    messages.success(request, _("The labels are kept; the model learns them within seconds."))
    following = after if request.POST.get("go") == "next" else row
    if following is None:
        messages.info(request, _("That was the last one of this list."))
        return redirect(_with_query(LIST, request))
    return redirect(_with_query(f"{HOME}{following.public_id}/", request))


@require_POST
@staff(SEE_COMMENTS)
def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, now = who(request)
    actions.undo(comment=public_id, expected=number_of(request.POST.get("expected", "")) or 0, actor=actor, now=now)
    messages.success(request, _("The correction is taken back; the model unlearns it within seconds."))
    return redirect(_with_query(f"{HOME}{public_id}/", request))


def _with_query(path: str, request: HttpRequest) -> str:
    rest = query_without(request, "page")
    return f"{path}?{rest}" if rest else path


def _show(
    request: HttpRequest, actor: Actor, row: Comment, topics: list[queries.Topic], history: list[Correction],
    form: LabelsSheet, filters: Filters, before: Comment | None, after: Comment | None,
) -> HttpResponse:  # fmt: skip
    standing = next((one for one in history if one.withdrawn_at is None), None)
    tone, icon = drawing.TONES[Comment.Feeling(row.feeling)]
    response = row.response
    return render(
        request, "desk/voice/comments/comment.html",
        {
            "crumbs": crumbs((_with_query(LIST, request), _("All comments"))), "row": row, "form": form,
            "may": actor.may(CORRECT_COMMENTS), "standing": standing, "learning": queries.progress(actor),
            "query": query_without(request, "page"), "tone": tone, "icon": icon,
            "before": _with_query(f"{HOME}{before.public_id}/", request) if before else "",
            "after": _with_query(f"{HOME}{after.public_id}/", request) if after else "",
            "labels": [
                next((topic for topic in topics if topic.code == label.topic), label.topic) for label in row.labels.all()
            ],
            "read": [(topics_words([code], topics), drawing.percent(weight)) for code, weight in row.read_topics],
            "read_feeling": Comment.Feeling(row.read_feeling).label,
            "facts": [fact for fact in (
                (_("Said on"), moment(row.said_at), ""),
                (_("Campaign"), str(row.campaign) if row.campaign else "", ""),
                (_("Imported from"), row.source, ""),
                (_("Question"), _question(row), ""),
                (_("Stage"), stage_words(row.stage), ""),
                (_("Branch"), str(row.branch) if row.branch else "", ""),
                (_("Channel"), str(response.get_source_display()) if response else "", ""),
                (_("Language"), str(row.get_language_display()), ""),
                (_("Masked"), _("%(many)d kinds of personal data") % {"many": len(row.hidden)} if row.hidden else _("nothing"), ""),
            ) if fact[1]],
            "history": [
                {
                    "by": one.by, "at": one.at, "topics": topics_words(one.topics, topics),
                    "sentiment": sentiment_words(one.sentiment), "withdrawn_at": one.withdrawn_at,
                    "withdrawn_by": one.withdrawn_by,
                }
                for one in history
            ],
        },
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip


def _question(row: Comment) -> str:
    """The question in the words it was asked in."""
    if row.response is None:
        return row.question
    asked = row.response.version.definition.question(row.question)
    return asked.text.get(row.response.language) if asked else row.question
