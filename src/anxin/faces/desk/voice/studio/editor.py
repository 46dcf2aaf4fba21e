"""The editor of a version: its outline, pages, settings, quotas, and what moves a version from state to state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.access.errors import IllegalMove, Invalid, Missing, Refused
from anxin.access.formats import moment
from anxin.engines.measure import MeasureError
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.forms_admin.base import number_of
from anxin.faces.desk.views_admin.pages import Act, who
from anxin.faces.desk.voice.studio.conditions import ConditionBoxes
from anxin.faces.desk.voice.studio.forms import Insert, PageSheet, Settings
from anxin.faces.desk.voice.studio.frame import (
    HOME,
    TONES,
    Data,
    address,
    crumbs,
    crumbs_of,
    find_draft,
    find_version,
    language,
    may_edit,
    place_href,
    save,
)
from anxin.faces.desk.voice.studio.sheet import kind_words
from anxin.voice.questionnaires import actions, catalogue, editing
from anxin.voice.questionnaires.form import Definition, Question, look_over
from anxin.voice.questionnaires.models import Version
from anxin.voice.questionnaires.permissions import EDIT_QUESTIONNAIRES, SEE_QUESTIONNAIRES
from anxin.voice.questionnaires.queries import Lack, looked_over
from anxin.voice.questionnaires.wording import condition_in_words

QUOTA_ROWS = 2  # empty ones below those there are


@require_GET
@staff(SEE_QUESTIONNAIRES)
def outline(request: HttpRequest, version: str) -> HttpResponse:
    """Pages and questions in the order asked, and what is still lacking."""
    actor, _now = who(request)
    row = find_version(version, actor)
    definition, lacks = looked_over(row)
    faults = [lack for lack in lacks if not lack.is_caution]
    editable = may_edit(row, actor)
    tone, icon = TONES[Version.State(row.state)]
    return render(
        request, "desk/voice/studio/outline.html",
        {
            "version": row, "heading": f"{row.questionnaire} · {_('Version %(n)d') % {'n': row.number}}",
            "crumbs": crumbs((f"{HOME}{row.questionnaire.public_id}/", str(row.questionnaire))),
            "state": {"words": row.get_state_display(), "tone": tone, "icon": icon},
            "saved": {"at": moment(row.saved_at), "by": row.saved_by}, "editable": editable, "base": address(row),
            "pages": _outlined(definition, lacks), "acts": _acts(row, bool(faults)) if actor.may(EDIT_QUESTIONNAIRES) else [],
            "quotas": [
                (quota.code, condition_in_words(quota.condition, definition, language()), quota.most)
                for quota in definition.quotas
            ],
            "lacks": [(place_href(row, definition, lack), lack) for lack in lacks], "faults": len(faults),
            "count": sum(1 for _question in definition.questions()), "title": definition.title.get(language()),
            "languages": definition.languages, "is_pretest": row.state == Version.State.PRETEST or row.pretest_at is not None,
        },
    )  # fmt: skip


def _outlined(definition: Definition, lacks: list[Lack]) -> list[Data]:
    wrong = {lack.where.partition(".")[0] for lack in lacks}
    kinds, here = kind_words(), language()
    number, pages = 0, []
    for page in definition.pages:
        questions = []
        for question in page.questions:
            number += 1
            questions.append(
                {
                    "number": number, "code": question.code, "text": question.text.get(here), "kind": kinds[question.kind],
                    "required": question.required, "shuffle": question.shuffle, "wrong": question.code in wrong,
                    "source": question.source,
                    "condition": condition_in_words(question.show_if, definition, here) if question.show_if else "",
                }
            )  # fmt: skip
        pages.append(
            {
                "code": page.code, "title": page.title.get(here), "intro": page.intro.get(here), "questions": questions,
                "shuffle": page.shuffle, "wrong": page.code in wrong,
                "condition": condition_in_words(page.show_if, definition, here) if page.show_if else "",
            }
        )  # fmt: skip
    return pages


def _acts(row: Version, faulty: bool) -> list[Act]:
    if row.questionnaire.is_template:
        return [Act(f"{HOME}new/?from={row.public_id}", _("Copy"), main=True)]
    base = address(row, "state/")
    publish = Act(
        f"{base}publish/", _("Publish"), main=True,
        ask=_("A published version never changes: campaigns can ask it from now on. Publish it?"),
    )  # fmt: skip
    copy = Act(f"{HOME}new/?from={row.public_id}", _("Copy"))
    match row.state:
        case Version.State.DRAFT:
            drop = Act(
                f"{base}delete/", _("Delete the draft"), ask=_("The draft is gone for good. Delete it?"), danger=True
            )
            begin = Act(
                f"{base}pretest/", _("Begin a pre-test"),
                ask=_("While a pre-test runs nothing can be changed; its answers are kept apart. Begin it?"),
            )  # fmt: skip
            return [drop] if faulty else [drop, begin, publish]
        case Version.State.PRETEST:
            end = Act(f"{base}end/", _("End the pre-test"), ask=_("It becomes a draft again, to be changed. End it?"))
            return [end, publish]
        case Version.State.PUBLISHED:
            return [
                Act(f"{base}retire/", _("Retire"), ask=_("No new campaign can use it; running ones go on. Retire it?")),
                copy,
            ]
    return [copy]


@require_POST
@staff(SEE_QUESTIONNAIRES, EDIT_QUESTIONNAIRES)
def state(request: HttpRequest, version: str, move: str) -> HttpResponse:
    """publish, pretest, end, retire or delete."""
    actor, now = who(request)
    row = find_version(version, actor)
    if move == "delete":
        actions.delete_draft(version=version, actor=actor, now=now)
        messages.success(request, _("The draft is deleted."))
        return redirect(HOME)
    moves: dict[str, tuple[Callable[..., Version], str]] = {
        "publish": (actions.publish_version, _("It is published. A campaign can ask it now.")),
        "pretest": (actions.start_pretest, _("The pre-test has begun: make a campaign for it, and its answers are kept apart.")),
        "end": (actions.end_pretest, _("The pre-test has ended. It is a draft again.")),
        "retire": (actions.retire_version, _("It is retired.")),
    }  # fmt: skip
    if move not in moves:
        raise Missing(_("There is no such page."))
    act, done = moves[move]
    try:
        act(version=version, actor=actor, now=now)
    except Invalid as refused:
        messages.error(request, f"{refused.message} {_('See the list below.')}")
    except IllegalMove as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, done)
    return redirect(address(row))


@require_POST
@staff(SEE_QUESTIONNAIRES, EDIT_QUESTIONNAIRES)
def rearrange(request: HttpRequest, version: str) -> HttpResponse:
    """A button of the outline: `act` is "up question q1", also down, copy, delete, and of a page."""
    actor, _now = who(request)
    row = find_draft(version, actor)
    act, _space, rest = request.POST.get("act", "").partition(" ")
    what, _space, code = rest.partition(" ")
    changes: dict[tuple[str, str], Callable[[Data], Data]] = {
        ("up", "question"): lambda data: editing.move_question(data, code, -1),
        ("down", "question"): lambda data: editing.move_question(data, code, 1),
        ("copy", "question"): lambda data: editing.copy_question(data, code),
        ("delete", "question"): lambda data: editing.delete_question(data, code),
        ("up", "page"): lambda data: editing.move_page(data, code, -1),
        ("down", "page"): lambda data: editing.move_page(data, code, 1),
        ("copy", "page"): lambda data: editing.copy_page(data, code),
        ("delete", "page"): lambda data: editing.delete_page(data, code),
    }
    if (act, what) not in changes:
        raise Missing(_("There is no such page."))
    if save(request, row, changes[act, what]) is not None and act == "delete":
        messages.success(request, _("Deleted. “Undo” takes it back."))
    # Copies and what was moved stay in sight.
    return redirect(f"{address(row)}#{code if act != 'delete' else 'outline'}")


@require_POST
@staff(SEE_QUESTIONNAIRES, EDIT_QUESTIONNAIRES)
def undo(request: HttpRequest, version: str) -> HttpResponse:
    actor, now = who(request)
    row = find_draft(version, actor)
    expected = number_of(request.POST.get("expected", ""))
    try:
        actions.undo_save(version=version, expected=-1 if expected is None else expected, actor=actor, now=now)
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        messages.warning(request, str(refused.message))
    else:
        messages.success(request, _("The last change is taken back. “Undo” brings it again."))
    return redirect(address(row))


def show(request: HttpRequest, template: str, row: Version, status: int = 200, **more: Any) -> HttpResponse:
    """A form of the editor: with the save that its writer saw."""
    return render(
        request, f"desk/voice/studio/{template}.html",
        {"version": row, "crumbs": crumbs_of(row), "expected": row.edit, "back": address(row), **more},
        status=status,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_QUESTIONNAIRES, EDIT_QUESTIONNAIRES)
def settings(request: HttpRequest, version: str) -> HttpResponse:
    row = find_draft(version, who(request)[0])
    form = Settings.of(row.data, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = 409
            if save(request, row, lambda data: editing.set_settings(data, form.taken())) is not None:
                messages.success(request, _("Saved."))
                return redirect(address(row))
    return show(request, "words", row, status, form=form, heading=_("Title and languages"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_QUESTIONNAIRES, EDIT_QUESTIONNAIRES)
def add_page(request: HttpRequest, version: str) -> HttpResponse:
    """A page at the end, with its words."""
    row = find_draft(version, who(request)[0])
    code = editing.next_number(editing.codes_of(row.data), "p")
    return _page(request, row, {"code": code}, _("New page"), lambda data, page: editing.add_page(data, page))


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_QUESTIONNAIRES, EDIT_QUESTIONNAIRES)
def page(request: HttpRequest, version: str, page: str) -> HttpResponse:
    row = find_draft(version, who(request)[0])
    found = editing.find_page(row.data, page)
    return _page(
        request, row, found, _("Page %(code)s") % {"code": page}, lambda data, new: editing.set_page(data, page, new)
    )


def _page(
    request: HttpRequest, row: Version, stored: Data, heading: str, write: Callable[[Data, Data], Data]
) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    form = PageSheet.of(stored, typed)
    boxes = ConditionBoxes(
        asked_before(row, stored["code"]),
        language(),
        stored.get("show_if"),
        typed.dict() if typed is not None else None,
    )
    status = 200
    if request.method == "POST":
        condition = boxes.take()
        status = 422
        if form.is_valid() and not boxes.errors:
            new = {**form.taken(), "code": stored["code"], "show_if": condition}
            status = 409
            if save(request, row, lambda data: write(data, new)) is not None:
                messages.success(request, _("Saved."))
                return redirect(f"{address(row)}#{stored['code']}")
    return show(request, "words", row, status, form=form, condition=boxes, heading=heading)


def asked_before(row: Version, code: str) -> list[Question]:
    """Questions asked before a page or a question (all, for a code that is not there yet)."""
    definition = look_over(row.data)[0]
    found: list[Question] = []
    for page in definition.pages:
        if page.code == code:
            return found
        for question in page.questions:
            if question.code == code:
                return found
            found.append(question)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_QUESTIONNAIRES, EDIT_QUESTIONNAIRES)
def insert(request: HttpRequest, version: str, page: str) -> HttpResponse:
    """Add a block, or an instrument in a stage, at the page's end."""
    row = find_draft(version, who(request)[0])
    there = editing.find_page(row.data, page)
    form = Insert(request.POST if request.method == "POST" else None, language=language())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                questions, title = _wanted(form.cleaned_data)
            except MeasureError as error:
                form.add_error("stage", str(error))
            else:
                status = 409
                if save(request, row, lambda data: _inserted(data, page, questions, title)) is not None:
                    messages.success(request, _("%(number)d questions are added.") % {"number": len(questions)})
                    return redirect(f"{address(row)}#{page}")
    heading = _("Add from blocks and instruments to %(page)s") % {
        "page": (there.get("title") or {}).get(language()) or page
    }
    return show(request, "words", row, status, form=form, heading=heading, button=_("Add"))


def _wanted(given: Data) -> tuple[list[Data], Data]:
    kind, _dash, name = given["what"].partition("-")
    if kind == "block":
        found = catalogue.block(name)
        return list(found.questions), dict(found.title)
    questions = catalogue.instrument_questions(name, given["stage"], required=given["required"], unsure=given["unsure"])
    return questions, catalogue.stage_title(name, given["stage"])


def _inserted(data: Data, page: str, questions: list[Data], title: Data) -> Data:
    """The questions at the page's end; an empty page without a title takes theirs."""
    there = editing.find_page(data, page)
    if not there.get("title") and not there.get("questions"):
        data = editing.set_page(data, page, {**there, "title": title})
    return editing.add_questions(data, page, questions)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_QUESTIONNAIRES, EDIT_QUESTIONNAIRES)
def quotas(request: HttpRequest, version: str) -> HttpResponse:
    """All quotas on one page: a condition and how many; an empty number takes one away."""
    row = find_draft(version, who(request)[0])
    typed = request.POST.dict() if request.method == "POST" else None
    definition = look_over(row.data)[0]
    asked = list(definition.questions())
    stored: list[Data] = row.data.get("quotas") or []
    rows = [
        _QuotaRow(place, stored[place] if place < len(stored) else {}, asked, typed)
        for place in range(len(stored) + QUOTA_ROWS)
    ]
    status = 200
    if request.method == "POST":
        taken = [one.take() for one in rows]
        status = 422
        if not any(one.errors for one in rows):
            new = [{**quota, "code": f"quota_{place}"} for place, quota in enumerate(filter(None, taken), 1)]
            status = 409
            if save(request, row, lambda data: editing.set_quotas(data, new)) is not None:
                messages.success(request, _("Saved."))
                return redirect(address(row))
    return show(request, "quotas", row, status, rows=rows, heading=_("Quotas"))


class _QuotaRow:
    """The boxes of one quota."""

    def __init__(self, place: int, stored: Data, asked: list[Question], typed: Data | None) -> None:
        self.place, self.number_name = place + 1, f"most_{place}"
        self.most = str(stored.get("most", "")) if typed is None else str(typed.get(self.number_name, "")).strip()
        self.condition = ConditionBoxes(asked, language(), stored.get("if"), typed, prefix=f"quota{place}")
        self.error = ""

    @property
    def errors(self) -> bool:
        return bool(self.error or self.condition.errors)

    def take(self) -> Data | None:
        condition = self.condition.take()
        if not self.most:
            return None
        if number_of(self.most) is None or len(self.most) > 9:
            self.error = _("Write a whole number.")
            return None
        if condition is None and not self.condition.errors:
            self.error = _("Choose whose answers are counted.")
            return None
        return {"if": condition, "most": int(self.most)}
