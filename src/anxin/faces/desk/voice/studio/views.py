"""Questionnaires: the list, beginning one, one with its versions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.errors import Refused
from anxin.access.formats import moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import attempt
from anxin.faces.desk.views_admin.pages import Act, FormPage, list_page, query_without, who
from anxin.faces.desk.views_admin.tables import Cell, Filters, Row, Table, num
from anxin.faces.desk.voice.studio.forms import Begin, Names, Upload
from anxin.faces.desk.voice.studio.frame import (
    HOME,
    TONES,
    address,
    crumbs,
    find_questionnaire,
    find_version,
)
from anxin.voice.questionnaires.actions import (
    archive_questionnaire,
    copy_questionnaire,
    create_questionnaire,
    new_draft,
    rename_questionnaire,
)
from anxin.voice.questionnaires.models import Questionnaire, Version
from anxin.voice.questionnaires.permissions import EDIT_QUESTIONNAIRES, SEE_QUESTIONNAIRES
from anxin.voice.questionnaires.queries import listed
from anxin.voice.questionnaires.transfer import MOST_BYTES, read_file

PAGE = 25


@require_GET
@staff(SEE_QUESTIONNAIRES)
def questionnaires(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    shelf = request.GET.get("shelf", "")
    shelf = shelf if shelf in ("templates", "archive") else ""
    text = request.GET.get("text", "").strip()[:120]
    rows = listed(actor, text=text, archived=shelf == "archive", templates=shelf == "templates")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    may = actor.may(EDIT_QUESTIONNAIRES)
    nothing = {
        "": (_("No questionnaires yet"), _("Begin with the study's own from the templates, or from a blank page.")),
        "templates": (_("No templates here"), _("Templates come with a release.")),
        "archive": (_("Nothing in the archive"), _("What is archived leaves the list; its answers stay.")),
    }[shelf]
    return list_page(
        request, heading=_("Questionnaires"), crumbs=crumbs()[:1], page=page, query=query_without(request, "page"),
        filters=Filters(text=text, text_label=_("Name of the questionnaire"), kept={"shelf": shelf} if shelf else {}),
        tabs=[
            (HOME, _("In use"), not shelf), (f"{HOME}?shelf=templates", _("Templates"), shelf == "templates"),
            (f"{HOME}?shelf=archive", _("Archive"), shelf == "archive"),
        ],
        acts=[Act(f"{HOME}import/", _("Take in a file")), Act(f"{HOME}new/", _("New questionnaire"), main=True)] if may else [],
        nothing=nothing[0], nothing_why=nothing[1],
        table=Table(
            _("Questionnaires"),
            [(_("Questionnaire"), ""), (_("Version"), "num"), (_("State"), ""), (_("Last saved"), "")],
            [
                Row([
                    Cell(str(row), f"{HOME}{row.public_id}/"), num(str(row.number)), state_cell(row.state),
                    Cell(moment(row.saved_at), css="nowrap"),
                ])
                for row in page
            ],
        ),
    )  # fmt: skip


def state_cell(state: str) -> Cell:
    found = Version.State(state)
    tone, icon = TONES[found]
    return Cell(str(found.label), tone=tone, icon=icon)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_QUESTIONNAIRES, EDIT_QUESTIONNAIRES)
def create(request: HttpRequest) -> HttpResponse:
    """From a blank page, a template, or a copy of any version."""
    actor, now = who(request)
    templates = [(row.version_public_id, str(row)) for row in listed(actor, templates=True) if row.version_public_id]
    ours = [(row.version_public_id, f"{row} · {row.number}") for row in listed(actor)[:200]]
    asked = request.GET.get("from", "")
    # A copy may be of any version, an old one too: the one asked for is offered whether it is listed or not.
    if asked and asked not in dict([*templates, *ours]):
        version = find_version(asked, actor)
        ours.insert(0, (version.public_id, f"{version.questionnaire} · {version.number}"))
    form = Begin(
        request.POST if request.method == "POST" else None, initial={"begin": asked}, templates=templates, ours=ours
    )
    if request.method == "POST":

        def act(given: dict[str, Any]) -> Version:
            names = {"name_zh": given["name_zh"], "name_en": given["name_en"], "actor": actor, "now": now}
            if given["begin"]:
                return copy_questionnaire(version=given["begin"], **names)
            return create_questionnaire(**names)

        made = attempt(form, act)
        if made is not None:
            messages.success(request, _("The questionnaire is there. It is a draft: nobody is asked yet."))
            return redirect(address(made))
    return FormPage(_("New questionnaire"), _("Begin"), HOME, crumbs()).show(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_QUESTIONNAIRES, EDIT_QUESTIONNAIRES)
def import_file(request: HttpRequest) -> HttpResponse:
    actor, now = who(request)
    form = Upload(request.POST, request.FILES) if request.method == "POST" else Upload()
    faults: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            name_zh, name_en, data = read_file(form.cleaned_data["file"].read(MOST_BYTES + 1))
            made = create_questionnaire(name_zh=name_zh, name_en=name_en, data=data, actor=actor, now=now)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            if "file" in refused.fields:
                form.add_error("file", refused.fields["file"])
            else:
                form.add_error("file", str(refused.message))
                faults = list(refused.fields.items())
        else:
            messages.success(request, _("The file is taken in as a draft."))
            return redirect(address(made))
    return FormPage(
        _("Take in a questionnaire"), _("Take in"), HOME, crumbs(),
        _("A JSON file that was exported here or elsewhere. It becomes a questionnaire of its own; nothing is written over."),
        template="desk/voice/studio/import.html", more={"faults": faults},
    ).show(request, form)  # fmt: skip


@require_GET
@staff(SEE_QUESTIONNAIRES)
def questionnaire(request: HttpRequest, questionnaire: str) -> HttpResponse:
    """One questionnaire: its versions and what can be done with it."""
    actor, _now = who(request)
    row = find_questionnaire(questionnaire, actor)
    versions = list(row.versions.select_related("saved_by", "published_by").order_by("-number"))
    return render(
        request, "desk/voice/studio/questionnaire.html",
        {
            "row": row, "heading": str(row), "crumbs": crumbs(), "acts": _acts(row, versions, actor.may(EDIT_QUESTIONNAIRES)),
            "table": Table(
                _("Versions"),
                [(_("Version"), ""), (_("State"), ""), (_("Last saved"), ""), (_("By"), ""), (_("Published"), "")],
                [
                    Row([
                        Cell(_("Version %(n)d") % {"n": version.number}, address(version)), state_cell(version.state),
                        Cell(moment(version.saved_at), css="nowrap"), Cell(str(version.saved_by or _("a release"))),
                        Cell(moment(version.published_at) if version.published_at else "", css="nowrap"),
                    ])
                    for version in versions
                ],
            ),
        },
    )  # fmt: skip


def _acts(row: Questionnaire, versions: list[Version], may: bool) -> list[Act]:
    if not may or not versions:
        return []
    base = f"{HOME}{row.public_id}/"
    copy = Act(f"{HOME}new/?from={versions[0].public_id}", _("Copy"), main=row.is_template)
    if row.is_template:
        return [copy]
    shelf = (
        Act(f"{base}archive/?back=1", _("Back from the archive"), ask=_("It is listed again. Go on?"))
        if row.is_archived
        else Act(f"{base}archive/", _("Archive"), ask=_("It leaves the list; running campaigns go on. Archive it?"))
    )
    acts = [shelf, Act(f"{base}rename/", _("Rename")), copy]
    if versions[0].state in (Version.State.PUBLISHED, Version.State.RETIRED):
        acts.append(
            Act(
                f"{base}draft/",
                _("New draft"),
                ask=_("A draft of the next version begins as a copy of the last. Begin it?"),
            )
        )
    else:
        is_draft = versions[0].state == Version.State.DRAFT
        acts.append(Act(address(versions[0]), _("Open the draft") if is_draft else _("Open the pre-test"), main=True))
    return acts


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_QUESTIONNAIRES, EDIT_QUESTIONNAIRES)
def rename(request: HttpRequest, questionnaire: str) -> HttpResponse:
    actor, now = who(request)
    row = find_questionnaire(questionnaire, actor)
    initial = {"name_zh": row.name_zh, "name_en": row.name_en}
    form = Names(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":

        def act(given: dict[str, Any]) -> bool:
            rename_questionnaire(questionnaire=row.public_id, **given, actor=actor, now=now)
            return True

        if attempt(form, act):
            messages.success(request, _("The name is changed."))
            return redirect(f"{HOME}{row.public_id}/")
    back = f"{HOME}{row.public_id}/"
    return FormPage(
        _("Rename"), _("Save"), back, crumbs((back, str(row))), _("The name is for staff; respondents read the title.")
    ).show(request, form)


@require_POST
@staff(SEE_QUESTIONNAIRES, EDIT_QUESTIONNAIRES)
def archive(request: HttpRequest, questionnaire: str) -> HttpResponse:
    actor, now = who(request)
    back = request.GET.get("back") == "1"
    archive_questionnaire(questionnaire=questionnaire, archived=not back, actor=actor, now=now)
    messages.success(request, _("It is listed again.") if back else _("It is in the archive."))
    return redirect(f"{HOME}{questionnaire}/")


@require_POST
@staff(SEE_QUESTIONNAIRES, EDIT_QUESTIONNAIRES)
def draft(request: HttpRequest, questionnaire: str) -> HttpResponse:
    actor, now = who(request)
    return redirect(address(new_draft(questionnaire=questionnaire, actor=actor, now=now)))
