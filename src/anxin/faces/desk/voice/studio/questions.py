"""One question of a draft on a page of its own: adding it, changing it. Works by plain forms; a script only saves presses."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from anxin.access.errors import Invalid
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.views_admin.pages import who
from anxin.faces.desk.voice.studio.editor import asked_before, show
from anxin.faces.desk.voice.studio.frame import Data, address, find_draft, language, place_href, save
from anxin.faces.desk.voice.studio.sheet import EXTRAS, QuestionSheet, kind_words, role_words, scale_presets
from anxin.voice.questionnaires import editing
from anxin.voice.questionnaires.form import KINDS
from anxin.voice.questionnaires.models import Version
from anxin.voice.questionnaires.permissions import EDIT_QUESTIONNAIRES, SEE_QUESTIONNAIRES
from anxin.voice.questionnaires.queries import looked_over


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_QUESTIONNAIRES, EDIT_QUESTIONNAIRES)
def add(request: HttpRequest, version: str, page: str) -> HttpResponse:
    """A question at the page's end. `?kind=` says which kind of boxes to begin with."""
    row = find_draft(version, who(request)[0])
    editing.find_page(row.data, page)
    kind = request.GET.get("kind", "scale")
    blank: Data = {
        "code": editing.next_number(editing.codes_of(row.data), "q"),
        "kind": kind if kind in KINDS else "scale",
    }
    if blank["kind"] == "scale":
        blank["scale"] = scale_presets()["agree"][1]

    def write(data: Data, question: Data, to: str) -> Data:
        # The code is looked at like a change's, so that a taken one is refused beside its box and not numbered unseen.
        data = editing.add_questions(data, to, [blank])
        added = editing.find_page(data, to)["questions"][-1]["code"]
        return editing.set_question(data, added, question)

    return _ask(request, row, blank, page, _("New question"), write)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_QUESTIONNAIRES, EDIT_QUESTIONNAIRES)
def change(request: HttpRequest, version: str, code: str) -> HttpResponse:
    row = find_draft(version, who(request)[0])
    page, question = editing.find_question(row.data, code)

    def write(data: Data, new: Data, to: str) -> Data:
        data = editing.set_question(data, code, new)
        here = editing.find_question(data, new["code"])[0]["code"]
        return data if here == to else editing.move_question_to(data, new["code"], to)

    return _ask(request, row, question, page["code"], _("Question %(code)s") % {"code": code}, write)


def _ask(
    request: HttpRequest,
    row: Version,
    stored: Data,
    page: str,
    heading: str,
    write: Callable[[Data, Data, str], Data],
) -> HttpResponse:
    typed = request.POST.dict() if request.method == "POST" else None
    pages = {one["code"]: (one.get("title") or {}).get(language()) or one["code"] for one in editing.pages_of(row.data)}
    to = request.POST.get("page", page)
    to = to if to in pages else page
    asked = asked_before(row, stored["code"])
    if stored["code"] not in editing.codes_of(row.data):
        asked = [question for question in asked if _is_on_or_before(row, question.code, page)]
    sheet = QuestionSheet(stored, asked, language(), typed)
    status = 200
    press = request.POST.get("press", "")
    if typed is not None and press:
        sheet.press(press)
    elif typed is not None:
        status, question = 422, sheet.take()
        if question is not None:
            try:
                saved = save(request, row, lambda data: write(data, question, to))
            except Invalid as refused:
                sheet.errors |= refused.fields
            else:
                if saved is not None:
                    messages.success(request, _("Saved."))
                    if "next" in request.POST:
                        return redirect(f"{address(row)}pages/{to}/ask/?kind={sheet.kind}")
                    return redirect(f"{address(row)}#{question['code']}")
                status = 409
    definition, lacks = looked_over(row)
    return show(
        request, "question", row, status, sheet=sheet, heading=heading, condition=sheet.condition, page=to,
        pages=list(pages.items()), kinds=list(kind_words().items()), roles=list(role_words().items()),
        presets=[(name, words) for name, (words, _scale) in scale_presets().items()],
        extras=list(zip(EXTRAS, (_("an answer"), _("with a box for other words"), _("excludes all others")), strict=True)),
        lacks=[(place_href(row, definition, lack), lack) for lack in lacks if lack.where.partition(".")[0] == stored["code"]]
        if typed is None else [],
        pipes=[question.code for question in asked if question.code in _earlier(row, page)],
    )  # fmt: skip


def _earlier(row: Version, page: str) -> set[str]:
    """Codes asked on pages before this one: what a text may repeat."""
    found: set[str] = set()
    for one in editing.pages_of(row.data):
        if one["code"] == page:
            break
        found |= {question["code"] for question in one.get("questions") or []}
    return found


def _is_on_or_before(row: Version, code: str, page: str) -> bool:
    here = [question["code"] for question in editing.find_page(row.data, page).get("questions") or []]
    return code in here or code in _earlier(row, page)
