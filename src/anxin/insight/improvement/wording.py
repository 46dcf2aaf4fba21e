"""Findings, effects and verdicts in plain words of the reader's language."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from anxin.access.models import Branch, Department, spoken
from anxin.insight.improvement.indicators import INDICATORS
from anxin.insight.improvement.models import Finding
from anxin.rulebook import queries as rulebook


class Effect(NamedTuple):
    """Numbers to draw (per cent, percentage points, points or hours' per cent) and the unit in words; below 0 is less."""

    estimate: float
    low: float
    high: float
    unit: str
    text: str
    good: str


def branch_names() -> dict[str, str]:
    return {row.code: row.short for row in Branch.objects.all()}


def department_names() -> dict[str, str]:
    return {row.code: str(row) for row in Department.objects.all()}


def indicator_words(name: str) -> str:
    code, _colon, rest = name.partition(":")
    if code == "kept":
        return _("Promise kept: %(rule)s") % {"rule": rule_words(rest)} if rest else _("Promises kept")
    if code == "hand_over":
        return _("Hand-over %(edge)s") % {"edge": edge_words(rest)}
    return {
        "papers_twice": _("Papers asked for more than once"), "papers_returned": _("Papers returned as unusable"),
        "lines_disputed": _("Assessments disputed by the customer"), "decisions_returned": _("Decisions returned for rework"),
        "complaints": _("Complaints received"), "cycle_time": _("Time from report to closing"),
        "refused": _("Decisions that refuse"), "rating": _("Customers' rating of the claim"),
    }.get(code, name)  # fmt: skip


def rule_words(rule: str) -> str:
    try:
        found = rulebook.rule(rule)
    except rulebook.NothingPublished:
        found = None
    return spoken(found.what_zh, found.what_en) if found is not None else rule


def edge_words(edge: str) -> str:
    names = department_names()
    giver, _to, taker = edge.partition(">")
    if not taker:
        return _("between all departments")
    return _("from %(giver)s to %(taker)s") % {"giver": names.get(giver, giver), "taker": names.get(taker, taker)}


def percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}%"


def hours(log_value: float | None) -> str:
    """The geometric mean behind a mean of logarithms of hours."""
    return "–" if log_value is None else _("%(hours)s hours") % {"hours": f"{math.exp(log_value):.1f}"}


def level(unit: str, value: float | None, name: str = "") -> str:
    if value is None:
        return "–"
    if unit == "share":
        return percent(value)
    if unit == "rate":
        return _("%(count)s a month") % {"count": f"{value:.1f}"}
    if unit == "log":
        return (
            _("%(days)s days") % {"days": f"{math.exp(value):.1f}"} if name.startswith("cycle_time") else hours(value)
        )
    return f"{value:.2f}"


def effect_of(
    unit: str, estimate: float | None, low: float | None, high: float | None, good: str = "down"
) -> Effect | None:
    if estimate is None or low is None or high is None:
        return None
    if unit == "share":
        numbers = [100 * one for one in (estimate, low, high)]
        words = _("percentage points")
    elif unit == "log":
        numbers = [100 * math.expm1(min(one, 3.0)) for one in (estimate, low, high)]
        words = _("% (time taken)")
    elif unit == "rate":
        numbers = [100 * math.expm1(min(one, 3.0)) for one in (estimate, low, high)]
        words = "%"
    else:
        numbers, words = [estimate, low, high], _("points")
    digits = 2 if unit == "mean" else 1
    text = f"{signed(numbers[0], digits)} {words}".replace(" %", "%")
    middle, lower, upper = numbers
    return Effect(middle, lower, upper, words, text, good)


def signed(value: float, digits: int = 1) -> str:
    shown = f"{abs(value):.{digits}f}"
    return f"−{shown}" if value < 0 and float(shown) else f"+{shown}" if float(shown) else shown


def interval_words(effect: Effect) -> str:
    digits = 2 if effect.unit == _("points") else 1
    return _("%(low)s to %(high)s") % {"low": signed(effect.low, digits), "high": signed(effect.high, digits)}


# -- findings ---------------------------------------------------------------------------------------------------------


def finding_title(row: Finding) -> str:
    e: dict[str, Any] = row.evidence
    if not e:
        return str(row.get_code_display())
    name = row.subject
    _code, _colon, rest = name.partition(":")
    if row.code == Finding.Code.PROMISE_BREAKING:
        return _("“%(rule)s” is broken in %(now)s of cases, before in %(before)s") % {
            "rule": rule_words(rest), "now": percent(e["now"]), "before": percent(e["before"]),
        }  # fmt: skip
    if row.code == Finding.Code.HAND_OVER_GROWING:
        return _("The hand-over %(edge)s takes %(now)s, before %(before)s") % {
            "edge": edge_words(rest), "now": hours(e["now"]), "before": hours(e["before"]),
        }  # fmt: skip
    if row.code == Finding.Code.HAND_OVER_LONGEST:
        return _("The hand-over %(edge)s takes %(now)s and is %(share)s of all waiting between departments") % {
            "edge": edge_words(rest), "now": hours(e["now"]), "share": percent(e["share"]),
        }  # fmt: skip
    if row.code == Finding.Code.PAPERS_TWICE:
        return _("%(now)s of claims are asked for papers more than once") % {"now": percent(e["now"])}
    if row.code == Finding.Code.PAPERS_GROWING:
        return _("%(now)s of claims are asked for papers more than once, before %(before)s") % {
            "now": percent(e["now"]), "before": percent(e["before"]),
        }  # fmt: skip
    if row.code == Finding.Code.DIMENSION_FALLING:
        stage, _sep, dimension = name.partition(":")
        return _("The rating of %(part)s fell from %(before)s to %(now)s") % {
            "part": spoken(part["zh"], part["en"]) if (part := e.get("part")) else f"{stage} {dimension}".strip(), "now": f"{e['now']:.2f}", "before": f"{e['before']:.2f}",
        }  # fmt: skip
    if row.code == Finding.Code.REWORK_GROWING:
        return _("%(what)s: %(now)s, before %(before)s") % {
            "what": indicator_words(name), "now": percent(e["now"]), "before": percent(e["before"]),
        }  # fmt: skip
    if row.code == Finding.Code.COMPLAINTS_RISING:
        return _("%(where)s: %(now)s complaints a month, before %(before)s") % {
            "where": branch_names().get(row.branch, row.branch) if row.branch else _("The whole insurer"),
            "now": f"{e['now']:.1f}", "before": f"{e['before']:.1f}",
        }  # fmt: skip
    return _("%(branch)s: %(what)s %(now)s, its peers %(before)s") % {
        "branch": branch_names().get(row.branch, row.branch), "what": indicator_words(name), "now": percent(e["now"]),
        "before": percent(e["before"]),
    }  # fmt: skip


def size_of(row: Finding) -> Effect | None:
    e = row.evidence
    if not e or "difference" not in e:
        return None
    return effect_of(e["unit"], e["difference"], e["low"], e["high"])


# -- verdicts ---------------------------------------------------------------------------------------------------------

TONES = {
    "helped": ("kept", "circle-check"), "no_sign": ("paused", "circle-minus"), "hurt": ("broken", "alert-circle"),
    "too_early": ("paused", "hourglass"), "none": ("paused", "hourglass"),
}  # fmt: skip


def verdict_word(word: str) -> str:
    return {
        "helped": pgettext("verdict", "Helped"), "no_sign": pgettext("verdict", "No sign of an effect"),
        "hurt": pgettext("verdict", "Made it worse"), "too_early": pgettext("verdict", "Too early to say"),
    }.get(word, pgettext("verdict", "Not measured yet"))  # fmt: skip


def verdict_reason(reason: str) -> str:
    return {
        "few_periods": _("Too little time has passed since the start."),
        "few_observations": _("Too few cases have come since the start."),
        "few_groups": _("Too few branches can be compared."),
        "could_not_be_seen": _("The interval holds both no change and the effect hoped for."),
        "as_expected": _("There is an effect, as large as hoped for within the interval."),
        "more_than_expected": _("There is an effect, larger than hoped for."),
        "less_than_expected": _("There is an effect, smaller than hoped for."),
        "nothing_shown": _("An effect as large as hoped for would have been seen."),
        "wrong_way": _("The interval lies wholly on the bad side."),
    }.get(reason, "")


def next_step(word: str, reason: str, *, everywhere: bool) -> str:
    if word == "helped" and reason == "less_than_expected":
        return _("Next: keep it, and look for what else causes the rest.")
    if word == "helped":
        return _("Next: keep it.") if everywhere else _("Next: extend it to all branches.")
    if word == "hurt":
        return _("Next: stop it, and find out why.")
    if word == "no_sign":
        return _("Next: stop it, or change what is done differently.")
    return _("Next: wait; it is measured again with every day's cases.")


def caution_words(code: str) -> str:
    return {
        "autocorrelated": _(
            "Neighbouring weeks are much alike, so they say less than their number; the interval allows for it."
        ),
        "short-past": _("The past is short, so its trend is uncertain."),
        "few-choices": _("Few branches can be compared with, so chance is hard to rule out by them."),
        "pre-trend": _("The branches ran apart already before the start: part of the effect may be that."),
    }.get(code, "")


def known_indicator(name: str) -> bool:
    return name.partition(":")[0] in INDICATORS
