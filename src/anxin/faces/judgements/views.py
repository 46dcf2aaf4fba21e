"""An expert's page of pair judgements. Outsiders come by the key of their link; a colleague must be signed in besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from anxin.access import clock
from anxin.access.errors import Missing, Refused
from anxin.access.models import spoken
from anxin.voice.weights import actions
from anxin.voice.weights.judging import LIMIT, Standing, pairs_of, standing
from anxin.voice.weights.models import Criterion, Expert, Panel
from anxin.voice.weights.queries import expert_by_key


@dataclass(frozen=True, slots=True)
class Mark:
    """One point of the scale: its value, the number on it, whose side it is on."""

    step: int
    number: int
    side: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Pair:
    key: str
    first: Criterion
    second: Criterion
    left: tuple[Mark, ...]
    equal: Mark
    right: tuple[Mark, ...]
    judged: bool
    wrong: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, key: str) -> HttpResponseBase:
    expert = expert_by_key(key)
    turned_away = _turned_away(request, expert)
    if turned_away is not None:
        return turned_away
    if request.user.is_authenticated or "django_language" in request.COOKIES:
        return _answer(request, expert)
    with translation.override("en" if expert.language == "en" else "zh-hans"):
        return _answer(request, expert)


def _answer(request: HttpRequest, expert: Expert) -> HttpResponse:
    if request.method != "POST":
        return _show(request, expert, expert.judgements, expert.note)
    given = _given(request.POST, expert.panel)
    note = request.POST.get("note", "")
    done = request.POST.get("press") == "done"
    try:
        actions.judge(
            expert=expert, judgements=given, note=note, done=done, expected=_whole(request.POST.get("expected", "")),
            actor=request.actor if expert.user_id else None, now=clock.now(),  # type: ignore[attr-defined]
        )  # fmt: skip
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        chosen = {pair: step for pair, step in given.items() if step not in ("", None)}
        return _show(request, expert, chosen, note, refused=refused)
    messages.success(
        request, _("Thank you: your judgement is complete.") if done else _("Kept. You can go on here at any time.")
    )
    return redirect("judgements:judge", key=expert.key)


@require_POST
def ratio(request: HttpRequest, key: str) -> HttpResponseBase:
    """Where these judgements stand, for the page's script: nothing is kept."""
    expert = expert_by_key(key)
    turned_away = _turned_away(request, expert)
    if turned_away is not None:
        return turned_away
    language = (
        translation.get_language() if request.user.is_authenticated else "en" if expert.language == "en" else "zh-hans"
    )
    with translation.override(language):
        codes, names = _criteria(expert.panel)
        steps = {
            pair: step
            for pair, value in _given(request.POST, expert.panel).items()
            if (step := _whole(value)) is not None
        }
        found = standing({pair: step for pair, step in steps.items() if -8 <= step <= 8}, codes)
        answer = JsonResponse(_told(found, names))
    add_never_cache_headers(answer)
    return answer


def _turned_away(request: HttpRequest, expert: Expert) -> HttpResponseBase | None:
    """A colleague judges by the account: the link alone is not enough, and somebody else's account neither."""
    if expert.user_id is None or request.user.pk == expert.user_id:
        return None
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise Missing(_("This link is not valid. Ask whoever sent it for a new one."))


def _criteria(panel: Panel) -> tuple[list[str], dict[str, str]]:
    rows = list(panel.criteria.all())
    return [row.code for row in rows], {row.code: str(row) for row in rows}


def _given(post: Mapping[str, Any], panel: Panel) -> dict[str, Any]:
    codes = [row.code for row in panel.criteria.all()]
    return {f"{first}/{second}": post.get(f"{first}/{second}", "") for first, second in pairs_of(codes)}


def _whole(text: Any) -> int | None:
    try:
        return int(text)
    except (TypeError, ValueError):
        return None


def _show(
    request: HttpRequest, expert: Expert, chosen: Mapping[str, Any], note: str, *, refused: Refused | None = None
) -> HttpResponse:
    panel = expert.panel
    rows = {row.code: row for row in panel.criteria.all()}
    names = {code: str(row) for code, row in rows.items()}
    steps = {pair: step for pair, value in chosen.items() if (step := _whole(value)) is not None and -8 <= step <= 8}
    wrong = dict(refused.fields) if refused else {}
    pairs = []
    for first, second in pairs_of(list(rows)):
        key = f"{first}/{second}"
        now = steps.get(key)

        def mark(step: int, now: int | None = now, first: str = first, second: str = second) -> Mark:
            side = first if step > 0 else second
            words = (
                _("%(first)s and %(second)s matter equally") % {"first": names[first], "second": names[second]} if step == 0
                else _("%(which)s matters %(times)d times as much") % {"which": names[side], "times": abs(step) + 1}
            )  # fmt: skip
            return Mark(step, abs(step) + 1, "first" if step > 0 else "second" if step else "", words, now == step)

        pairs.append(
            Pair(
                key, rows[first], rows[second], tuple(mark(step) for step in range(8, 0, -1)), mark(0),
                tuple(mark(-step) for step in range(1, 9)), now is not None, wrong.get(key, ""),
            )
        )  # fmt: skip
    found = standing(steps, list(rows))
    answer = render(
        request, "judgements/judge.html",
        {
            "expert": expert, "panel": panel, "pairs": pairs, "criteria": list(rows.values()), "note": note,
            "told": _told(found, names), "refused": str(refused.message) if refused else "",
            "question": spoken(panel.question_zh, panel.question_en)
            or _("Which of the two matters more for good service, and how much more?"),
            "is_open": panel.state == Panel.State.OPEN, "expected": expert.edit,
        },
        status=refused.status if refused else 200,
    )  # fmt: skip
    add_never_cache_headers(answer)
    return answer


def _told(found: Standing, names: Mapping[str, str]) -> dict[str, Any]:
    """Where an expert stands, in words; also what the script shows."""
    told: dict[str, Any] = {
        "judged": _("%(judged)d of %(pairs)d pairs judged") % {"judged": found.judged, "pairs": found.pairs},
        "tone": "running", "ratio": "", "hint": "", "worst": "", "weights": [],
    }  # fmt: skip
    if found.cr is None:
        told["hint"] = _("Judge on until every criterion is linked with the others: then your weights are shown.")
        return told
    told["ratio"] = _("Consistency ratio %(ratio)s") % {"ratio": f"{found.cr:.2f}"}
    told["weights"] = [[names[code], f"{weight:.1%}"] for code, weight in (found.weights or {}).items()]
    if found.consistent:
        told["tone"], told["hint"] = (
            "kept",
            _("Your judgements agree with one another (at most %(limit)s).") % {"limit": LIMIT},
        )
        return told
    told["tone"] = "near"
    told["hint"] = _("Your judgements contradict one another (over %(limit)s). Please look at them again.") % {
        "limit": LIMIT
    }
    if found.worst:
        first, second = (names[code] for code in found.worst)
        told["at"] = "/".join(found.worst)
        told["worst"] = _("Least in line with the others: %(pair)s.") % {"pair": f"{first} – {second}"}
        if found.worst_better is not None:
            told["worst"] += " " + _("The others suggest: %(words)s.") % {
                "words": _in_words(found.worst_better, first, second)
            }
    return told


def _in_words(step: int, first: str, second: str) -> str:
    if step == 0:
        return _("%(first)s and %(second)s matter equally") % {"first": first, "second": second}
    return _("%(which)s matters %(times)d times as much") % {
        "which": first if step > 0 else second,
        "times": abs(step) + 1,
    }
