"""Looking at a version before it is asked: translations, preview, what a pre-test shows, the file."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from anxin.access.formats import moment
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.views_admin.pages import who
from anxin.faces.desk.voice.studio.editor import show
from anxin.faces.desk.voice.studio.frame import (
    Data,
    address,
    crumbs_of,
    find_draft,
    find_version,
    language,
    place_href,
    save,
)
from anxin.voice.questionnaires import editing
from anxin.voice.questionnaires.form import Definition, clean_page, look_over, next_page, previous_page, progress
from anxin.voice.questionnaires.form.definition import LANGUAGES
from anxin.voice.questionnaires.itemstats import item_statistics
from anxin.voice.questionnaires.permissions import EDIT_QUESTIONNAIRES, SEE_QUESTIONNAIRES
from anxin.voice.questionnaires.queries import LANGUAGE_WORDS, Lack
from anxin.voice.questionnaires.rendering import page_context
from anxin.voice.questionnaires.transfer import file_of
from anxin.voice.questionnaires.wording import CATALOGUES
from anxin.voice.responses.models import Response

MOST_MISSING = 400


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_QUESTIONNAIRES, EDIT_QUESTIONNAIRES)
def translations(request: HttpRequest, version: str) -> HttpResponse:
    """Every text that lacks a language, with what it says in another, to be written here or in its place."""
    row = find_draft(version, who(request)[0])
    definition = look_over(row.data)[0]
    if request.method == "POST":
        given = {
            (name[2:].rpartition("~")[0], name.rpartition("~")[2]): words
            for name, words in request.POST.dict().items()
            if name.startswith("t~") and name.rpartition("~")[2] in LANGUAGES and words.strip()
        }
        if save(request, row, lambda data: editing.set_words(data, given)) is not None:
            messages.success(request, _("%(number)d texts are saved.") % {"number": len(given)})
            return redirect(address(row, "translations/"))
    texts = dict(definition.texts())
    missing = [
        {
            "name": f"t~{where}~{lacking}", "where": where, "language": LANGUAGE_WORDS[lacking](), "code": lacking,
            "href": place_href(row, definition, Lack(where, "", lacking)), "words": texts[where].get(language()),
            "typed": request.POST.get(f"t~{where}~{lacking}", ""),
        }
        for lacking, where in definition.untranslated()[:MOST_MISSING]
    ]  # fmt: skip
    return show(
        request, "translations", row, 409 if request.method == "POST" else 200, missing=missing,
        heading=_("Translations"), languages=[LANGUAGE_WORDS[one]() for one in definition.languages],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE_QUESTIONNAIRES)
def preview(request: HttpRequest, version: str) -> HttpResponse:
    """The questionnaire as respondents see it, phone or desktop wide. Walked through for real; nothing is kept."""
    actor, _now = who(request)
    row = find_version(version, actor)
    definition = look_over(row.data)[0]
    asked = request.POST if request.method == "POST" else request.GET
    spoken = asked.get("language", "")
    spoken = spoken if spoken in definition.languages else definition.languages[0]
    width = "desktop" if asked.get("width") == "desktop" else "phone"
    walk = _Walk(definition, request)
    page = walk.page
    return render(
        request, "desk/voice/studio/preview.html",
        {
            "version": row, "heading": _("Preview"), "crumbs": crumbs_of(row), "back": address(row),
            "title": definition.title.get(spoken), "intro": definition.intro.get(spoken) if walk.is_first else "",
            "thanks": definition.thanks.get(spoken), "at": page, "spoken": spoken, "width": width,
            "languages": [(one, LANGUAGE_WORDS[one]()) for one in definition.languages],
            "widths": [("phone", _("Phone, 390 px")), ("desktop", _("Desktop, 1100 px"))],
            "all_pages": [(one.code, one.title.get(language()) or one.code) for one in definition.pages],
            "given": json.dumps(walk.answers, ensure_ascii=False), "is_first": walk.is_first, "is_done": page is None and bool(definition.pages),
            "buttons": _buttons(spoken),
            "share": round(100 * progress(definition, walk.answers, page.code)) if page else 100,
            "context": page_context(definition, page, walk.answers, spoken, "preview", walk.faults) if page else None,
        },
    )  # fmt: skip


def _buttons(spoken: str) -> Data:
    """In the questionnaire's language, as respondents read them."""
    with override(CATALOGUES[spoken]):
        return {"back": _("Back"), "next": pgettext("questionnaire", "Next"), "again": _("From the beginning")}


class _Walk:
    """Where a preview stands: its answers travel with the form."""

    def __init__(self, definition: Definition, request: HttpRequest) -> None:
        self.faults: list[Any] = []
        self.answers: Data = {}
        first = next_page(definition, {})
        if request.method != "POST":
            wanted = request.GET.get("page", "")
            self.page = next((one for one in definition.pages if one.code == wanted), first)
            self.is_first = self.page == first
            return
        try:
            found = json.loads(request.POST.get("given", "{}"))
        except (json.JSONDecodeError, RecursionError):
            found = {}
        self.answers = found if isinstance(found, dict) else {}
        here = next((one for one in definition.pages if one.code == request.POST.get("at", "")), first)
        self.page = here
        go = request.POST.get("go", "")
        if here is not None:
            given = {name: request.POST.getlist(name) for name in request.POST}
            flat = {name: values if len(values) != 1 else values[0] for name, values in given.items()}
            cleaned, faults = clean_page(here, flat, self.answers)
            self.answers |= cleaned
            if go == "next":
                self.faults = list(faults)
                self.page = here if faults else next_page(definition, self.answers, here.code)
            elif go == "back":
                self.page = previous_page(definition, self.answers, here.code) or here
        self.answers = {code: answer for code, answer in self.answers.items() if answer is not None}
        self.is_first = self.page is not None and self.page == next_page(definition, self.answers)


@require_GET
@staff(SEE_QUESTIONNAIRES)
def pretest(request: HttpRequest, version: str) -> HttpResponse:
    """Item statistics of the pre-test's answers."""
    actor, _now = who(request)
    row = find_version(version, actor)
    definition = look_over(row.data)[0]
    # Counts of all branches together, not single answers: whoever may see the questionnaire may see how it was answered.
    rows = Response.objects.filter(version=row, is_pretest=True, state=Response.State.COMPLETE)
    if row.pretest_at is not None:
        rows = rows.filter(started_at__gte=row.pretest_at)
    answers = list(rows.order_by("pk"))
    timed = [float(one.seconds) for one in answers if one.seconds]
    found = item_statistics(definition, [one.given for one in answers], timed)
    spoken = language()
    return render(
        request, "desk/voice/studio/pretest.html",
        {
            "version": row, "heading": _("Pre-test"), "crumbs": crumbs_of(row), "back": address(row), "found": found,
            "since": moment(row.pretest_at) if row.pretest_at else "",
            "minutes": f"{found.minutes:.1f}" if found.minutes is not None else "",
            "items": [_item(item, spoken) for item in found.items],
            "scales": [
                {
                    "name": scale.name.get(spoken), "items": ", ".join(scale.items), "n": scale.n, "alpha": _figure(scale.alpha),
                    "interval": f"{_figure(scale.low)}–{_figure(scale.high)}" if scale.low is not None else "", "why": scale.why,
                }
                for scale in found.scales
            ],
        },
    )  # fmt: skip


def _item(item: Any, spoken: str) -> Data:
    return {
        "code": item.question.code, "text": item.question.text.get(spoken), "n": item.n, "shown": item.shown,
        "missing": f"{item.missing * 100:.0f} %" if item.shown else "", "mean": _figure(item.mean), "sd": _figure(item.sd),
        "rest": _figure(item.rest), "without": _figure(item.alpha_without), "cautions": item.cautions,
        "shares": [
            {"words": share.words.get(spoken), "count": share.count, "share": f"{share.share:.4f}", "percent": f"{share.share * 100:.0f} %"}
            for share in item.shares
        ],
    }  # fmt: skip


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


@require_GET
@staff(SEE_QUESTIONNAIRES)
def export_file(request: HttpRequest, version: str) -> HttpResponse:
    row = find_version(version, who(request)[0])
    answer = HttpResponse(file_of(row), content_type="application/json; charset=utf-8")
    name = f"questionnaire-{row.questionnaire.public_id[:8]}-v{row.number}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
