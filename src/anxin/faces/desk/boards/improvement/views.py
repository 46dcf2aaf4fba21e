"""Findings and actions, as they are read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from anxin.access.formats import full_day, moment
from anxin.faces.desk.boards.frame import behind_address, board_page, month_words
from anxin.faces.desk.boards.improvement.frame import HOME, drawn, parts
from anxin.faces.desk.entrance import staff
from anxin.faces.desk.views_admin.pages import Act, query_without, who
from anxin.faces.desk.views_admin.tables import PAGE, Chip, Filters
from anxin.insight.improvement import queries, wording
from anxin.insight.improvement.boards import FEW
from anxin.insight.improvement.finding import REWORK
from anxin.insight.improvement.models import Finding, Improvement, Look, Measurement
from anxin.insight.improvement.permissions import PLAN_IMPROVEMENTS
from anxin.insight.results.permissions import SEE_BOARDS

SEVERITY = {1: ("paused", "info-circle"), 2: ("near", "alert-triangle"), 3: ("broken", "alert-circle")}
FINDING_TONES = {"open": ("near", "alert-triangle"), "acted": ("kept", "circle-check"), "dismissed": ("paused", "circle-minus"), "gone": ("paused", "circle-minus")}  # fmt: skip
YEAR = 13
"""Periods of four weeks before the start that the event study shows."""
STATE_TONES = {
    "planned": ("paused", "clock"), "running": ("near", "player-play"), "measured": ("near", "target"), "kept": ("kept", "circle-check"),
    "extended": ("kept", "circle-check"), "stopped": ("paused", "circle-minus"),
}  # fmt: skip


@require_GET
@staff(SEE_BOARDS)
def findings(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    states = Chip.of(request, "state", _("State"), Finding.State.choices)
    codes = Chip.of(request, "code", _("Kind of finding"), Finding.Code.choices)
    places = Chip.of(request, "branch", _("Branch"), sorted(wording.branch_names().items()))
    rows = queries.findings(actor, state=states.value, code=codes.value, branch=places.value)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    open_ = queries.findings(actor, state="open").count()
    looked = Look.objects.exclude(ended_at=None).first()
    heading = (
        ngettext("%(count)d finding is waiting for somebody to act on it", "%(count)d findings are waiting for somebody to act on them", open_) % {"count": open_}
        if open_ else _("No finding is waiting")
    )  # fmt: skip
    return board_page(
        request, "desk/boards/improvement/findings.html", heading=heading, tabs=parts(request), page=page,
        filters=Filters(chips=[states, codes, places]), query=query_without(request, "page"), rows=[_row(row) for row in page.object_list],
        looked=looked,
    )  # fmt: skip


def _row(row: Finding) -> dict[str, Any]:
    size = wording.size_of(row)
    tone, icon = FINDING_TONES[row.state]
    e = row.evidence
    own = ""
    if size is None and "now" in e and "low" in e:
        name = e.get("indicator", "")
        own = _("%(value)s, 95%% interval %(low)s to %(high)s") % {
            "value": wording.level(e["unit"], e["now"], name), "low": wording.level(e["unit"], e["low"], name),
            "high": wording.level(e["unit"], e["high"], name),
        }  # fmt: skip
    return {
        "own": own, "row": row, "title": wording.finding_title(row), "href": f"{HOME}findings/{row.public_id}/", "size": drawn(size),
        "since": full_day(row.since_on), "n": row.evidence.get("n"), "tone": tone, "icon": icon, "severity": SEVERITY[row.severity],
        "where": wording.branch_names().get(row.branch, _("All branches")),
    }  # fmt: skip


@require_GET
@staff(SEE_BOARDS)
def finding(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, _now = who(request)
    row = queries.finding_of(public_id, actor)
    e = row.evidence
    tone, icon = FINDING_TONES[row.state]
    may = actor.may(PLAN_IMPROVEMENTS)
    acts = []
    if may and row.state != Finding.State.GONE:
        if row.state == Finding.State.OPEN:
            acts.append(Act(f"{HOME}findings/{public_id}/dismiss/", _("Dismiss")))
        if row.state == Finding.State.DISMISSED:
            acts.append(
                Act(f"{HOME}findings/{public_id}/reopen/", _("Open again"), ask=_("Take this finding up again?"))
            )
        acts.append(Act(f"{HOME}actions/add/?finding={public_id}", _("Plan an action"), main=True))
    facts = [
        (_("Kind of finding"), str(row.get_code_display()), ""),
        (_("Where"), wording.branch_names().get(row.branch, _("All branches")), ""),
        (_("Found"), moment(row.found_at), ""), (_("Last seen"), full_day(row.seen_at), ""),
    ]  # fmt: skip
    if row.state == Finding.State.DISMISSED:
        facts.append((_("Dismissed because"), f"{row.why} · {row.decided_by or ''}", ""))
    branches = wording.branch_names()
    done = [queries.shown(one, actor, branches) for one in queries.improvements(actor).filter(finding=row)]
    return board_page(
        request, "desk/boards/improvement/finding.html", heading=wording.finding_title(row), tabs=parts(request), row=row,
        facts=facts, tone=tone, icon=icon, acts=acts, evidence=_evidence(row), size=drawn(wording.size_of(row)),
        own=_row(row)["own"], control=e.get("indicator", "") if wording.known_indicator(e.get("indicator", "")) else "",
        rows_word=_rows_word(row), p=e.get("p"), limit=wording.percent(e["limit"]) if "limit" in e else "", done=[(one, drawn(one.effect)) for one in done],
    )  # fmt: skip


def _rows_word(row: Finding) -> str:
    return {
        Finding.Code.DIMENSION_FALLING: _("See the answers"), Finding.Code.COMPLAINTS_RISING: _("See the complaints"),
    }.get(Finding.Code(row.code), _("See the cases"))  # fmt: skip


def _answers(campaign: str | None) -> str:
    return f"/desk/voice/campaigns/{campaign}/answers/" if campaign else ""


def _evidence(row: Finding) -> list[dict[str, Any]]:
    """Lines of the table: when, what value, of how many, and the cases."""
    e = row.evidence
    if not e:
        return []
    if row.code == Finding.Code.DIMENSION_FALLING:
        return [
            {
                "when": e["wave"],
                "value": f"{e['now']:.2f}",
                "n": e["n"],
                "href": _answers(e.get("campaign")),
            },
            {
                "when": e["wave_before"],
                "value": f"{e['before']:.2f}",
                "n": e["n_before"],
                "href": _answers(e.get("campaign_before")),
            },
        ]
    if row.code == Finding.Code.COMPLAINTS_RISING:
        return [
            {
                "when": month_words(month), "value": str(count), "n": count,
                "href": f"/desk/boards/indicators/IN-11/?period={month}&branch={row.branch}",
            }
            for month, count in reversed(e["months"])
        ]  # fmt: skip
    name, unit = e["indicator"], e["unit"]
    which = (
        "miss"
        if row.code == Finding.Code.PROMISE_BREAKING
        else "hit"
        if unit == "share" and name in ("papers_twice", *REWORK)
        else ""
    )
    if row.code == Finding.Code.BRANCH_APART and name == "kept":
        which = "miss"

    def line(begin: str, end: str, value: float, n: int) -> dict[str, Any]:
        what = f"{name}|{begin}|{end}|{which}"
        return {
            "when": _days(begin, end),
            "value": wording.level(unit, value, name), "n": n,
            "href": behind_address("improvement", what, {"kind": "claim", "branch": row.branch}, wording.finding_title(row)),
        }  # fmt: skip

    lines = [line(e["from"], e["to"], e["now"], e["n"])]
    if "base_from" in e and "before" in e:
        lines.append(line(e["base_from"], e["base_to"], e["before"], e["n_before"]))
    return lines


def _days(begin: str, end: str) -> str:
    """From a day to the one before another."""
    return f"{full_day(date.fromisoformat(begin))} – {full_day(date.fromisoformat(end) - timedelta(days=1))}"


@require_GET
@staff(SEE_BOARDS)
def actions_list(request: HttpRequest) -> HttpResponse:
    actor, _now = who(request)
    states = Chip.of(request, "state", _("State"), Improvement.State.choices)
    rows = queries.improvements(actor, state=states.value)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    branches = wording.branch_names()
    shown = [(row, queries.shown(row, actor, branches)) for row in page.object_list]
    every = Counter(found.word for row in queries.improvements(actor) if (found := queries.latest(row)) is not None)
    judged = sum(count for word, count in every.items() if word not in ("too_early", "none"))
    heading = (
        _("%(helped)d of %(all)d actions with a verdict helped") % {"helped": every["helped"], "all": judged}
        if judged else _("No action has been measured yet")
    )  # fmt: skip
    acts = [Act(f"{HOME}actions/add/", _("Plan an action"), main=True)] if actor.may(PLAN_IMPROVEMENTS) else []
    return board_page(
        request, "desk/boards/improvement/actions.html", heading=heading, tabs=parts(request), page=page, acts=acts,
        filters=Filters(chips=[states]), query=query_without(request, "page"),
        rows=[{"row": row, "one": one, "effect": drawn(one.effect), "state": STATE_TONES[row.state]} for row, one in shown],
    )  # fmt: skip


@require_GET
@staff(SEE_BOARDS)
def action(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, _now = who(request)
    row = queries.improvement_of(public_id, actor)
    branches = wording.branch_names()
    one = queries.shown(row, actor, branches)
    found = queries.latest(row)
    acts = []
    undecided = row.state in ("planned", "running", "measured")
    mine = actor.branch_ids is None or (row.branches and not set(row.branches) - _mine(actor))
    if actor.may(PLAN_IMPROVEMENTS) and undecided and mine:
        acts = [
            Act(f"{HOME}actions/{public_id}/change/", _("Change")),
            Act(f"{HOME}actions/{public_id}/decide/", pgettext("action", "Decide"), main=True),
        ]
    facts = [
        (_("What is done differently"), row.change, ""), (_("Who answers for it"), str(row.owner), ""),
        (_("Starts on"), full_day(row.starts_on), ""), (_("Reviewed on"), full_day(row.review_on), ""),
        (_("Where"), _(", ").join(branches.get(code, code) for code in row.branches) or _("All branches"), ""),
        (_("What is measured"), wording.indicator_words(row.indicator), f"{HOME}control/?indicator={row.indicator}"),
        (_("Effect hoped for"), _hoped(row), ""), (_("From finding"), one.finding_title, one.finding_href),
    ]  # fmt: skip
    return board_page(
        request, "desk/boards/improvement/action.html", heading=_heading(row, one, found), tabs=parts(request), row=row, one=one,
        effect=drawn(one.effect), acts=acts, facts=facts, state=STATE_TONES[row.state], measured=found, chart=_chart(row, found),
        cautions=[words for code in (found.body.get("cautions", []) if found else []) if (words := wording.caution_words(code))],
        checks=_checks(found), steps=_steps(row),
    )  # fmt: skip


def _mine(actor: Any) -> set[str]:
    from anxin.insight.results.asking import branches_of

    return set(branches_of(actor) or ())


def _hoped(row: Improvement) -> str:
    unit = wording.INDICATORS[row.indicator.partition(":")[0]]
    sign = -1 if unit.good == "down" else 1
    words = {"share": _("percentage points"), "log": _("% (time taken)"), "mean": _("points")}[unit.unit]
    value = row.expected if unit.unit == "mean" else 100 * row.expected
    return f"{wording.signed(sign * value)} {words}".replace(" %", "%") if value else "–"


def _heading(row: Improvement, one: Any, found: Measurement | None) -> str:
    if one.effect is None:
        return _("%(title)s: %(verdict)s") % {"title": row.title, "verdict": one.verdict_word}
    return _("%(title)s: %(verdict)s, %(effect)s") % {
        "title": row.title, "verdict": one.verdict_word, "effect": one.effect.text,
    }  # fmt: skip


def _chart(row: Improvement, found: Measurement | None) -> dict[str, Any] | None:
    """Lines and table of what was measured: ours, and what would have been without the change."""
    if found is None or not found.method:
        return None
    body, result = found.body, found.body["result"]
    begins = [date.fromisoformat(one) for one in body["begins"]]
    show = max(0, len(begins) - (26 if body["days"] == 28 else 60))
    points = [f"{one:%y-%m-%d}" for one in begins][show:]
    duration = body["unit"] == "log"

    def real(values: list[float | None]) -> list[float | None]:
        return [None if one is None else math.exp(min(one, 9.0)) if duration else one for one in values[show:]]

    here = body.get("n_here")

    def enough(values: list[float | None]) -> list[float | None]:
        """Periods of too few cases are left open."""
        if here is None:
            return values
        return [one if n >= FEW else None for one, n in zip(values, here, strict=True)]

    days = body["days"]
    hrefs = [
        behind_address(
            "improvement", f"{row.indicator}|{one.isoformat()}|{(one + timedelta(days=days)).isoformat()}|||{','.join(row.branches)}",
            {"kind": "claim"}, row.title,
        )
        for one in begins[show:]
    ]  # fmt: skip
    compared = found.method == "differences"
    ours = real(enough(result["ours"]) if compared else result["values"])
    other = real(result["counterfactual"])
    series: list[dict[str, Any]] = [{"name": _("Here"), "values": ours, "hrefs": hrefs}]
    if compared:
        others = real(result["others"])
        series.insert(0, {"name": _("Other branches"), "values": others, "context": True})
    expected: dict[str, Any] = {"name": _("Without the change"), "values": other, "context": True, "dashed": True}
    if not compared:
        expected |= {"low": real(result["low"]), "high": real(result["high"])}
    series.insert(0, expected)
    form = (
        "share" if body["unit"] == "share" else "days" if row.indicator == "cycle_time" else "hours" if duration else ""
    )
    level = lambda value: "–" if value is None else (wording.percent(value) if form == "share" else f"{value:.2f}")  # noqa: E731
    table = [
        {
            "when": point, "href": href, "ours": level(a), "other": level(b), "others": level(c) if compared else "",
            "after": begins[show + place] >= row.starts_on,
        }
        for place, (point, href, a, b, c) in enumerate(
            zip(points, hrefs, ours, other, real(result["others"]) if compared else ours, strict=True)
        )
    ]  # fmt: skip
    mark = f"{row.starts_on:%y-%m-%d}"
    return {
        "data": {"points": points, "series": series, "form": form, "marks": [{"at": mark, "label": _("Start of the action")}]},
        "table": table[::-1], "compared": compared, "form": form, "days": days,
        "gaps": _gaps(body, points, hrefs, mark, enough, show) if compared else None,
    }  # fmt: skip


def _gaps(
    body: dict[str, Any], points: list[str], hrefs: list[str], mark: str, enough: Callable[[list[float | None]], list[float | None]],
    show: int,
) -> dict[str, Any]:  # fmt: skip
    """The event study: how far ours were apart from the others in each period, less how far before; beside 0 before the start
    where both ran alike."""
    result, unit = body["result"], body["unit"]

    def real(values: list[float | None]) -> list[float | None]:
        return [None if one is None else math.expm1(min(one, 2.0)) if unit == "log" else one for one in enough(values)][
            show + begin :
        ]

    begin = max(0, points.index(mark) - YEAR) if mark in points else 0
    points, hrefs = points[begin:], hrefs[begin:]
    gaps, low, high = (real(result[name]) for name in ("gaps", "gaps_low", "gaps_high"))
    size = wording.effect_of(unit, result["pre_trend"], 0.0, 0.0) if result["pre_trend"] is not None else None
    p = result["pre_trend_p"]
    if size is None or p is None:
        words = _("The time before the start is too short to say whether both ran alike.")
    else:
        told = {"size": size.text, "p": f"{p:.2f}"}
        words = (
            _("Before the start both drew apart by %(size)s every four weeks (p = %(p)s): part of the effect may be that.") % told
            if p < 0.05
            else _("Before the start both ran alike as far as can be seen: %(size)s every four weeks, p = %(p)s.") % told
        )  # fmt: skip

    def level(value: float | None) -> str:
        return (
            "–"
            if value is None
            else f"{wording.signed(value, 2)}"
            if unit == "mean"
            else f"{wording.signed(100 * value)}%"
        )

    # Intervals of ratios of few cases reach beyond all reason: the axis ends at four times.
    ends = {"high": 3.0} if max((one for one in high if one is not None), default=0.0) > 3.0 else {}
    return {
        "words": words,
        "data": {
            **ends,
            "points": points, "form": "" if unit == "mean" else "share", "marks": [{"at": mark, "label": _("Start of the action")}],
            "series": [
                {"name": "", "values": [0.0] * len(points), "context": True, "dashed": True},
                {"name": "", "values": gaps, "low": low, "high": high, "hrefs": hrefs},
            ],
        },
        "table": [
            {"when": when, "href": href, "gap": level(gap), "low": level(least), "high": level(most)}
            for when, href, gap, least, most in zip(points, hrefs, gaps, low, high, strict=True)
        ][::-1],
    }  # fmt: skip


def _checks(found: Measurement | None) -> list[tuple[str, str]]:
    """How it was worked out, in a few lines."""
    if found is None or not found.method:
        return []
    result, body = found.body["result"], found.body
    smallest = wording.effect_of(body["unit"], result["smallest"], 0.0, 0.0)
    lines = [(_("Observations since the start"), f"{body['observations']:,.0f}")]
    if smallest is not None:
        lines.append((_("Smallest effect that would have been seen"), smallest.text.lstrip("+")))
    if found.method == "differences":
        two = wording.effect_of(
            body["unit"], result["two_way"], result["two_way_interval"]["low"], result["two_way_interval"]["high"]
        )
        lines += [
            (_("Way of measuring"), _("Difference in differences: one difference per branch, compared")),
            (_("Compared with"), _names(body["without"])),
            (_("Left out: another action works on the same indicator there"), _names(body["left_out"])),
            (_("By chance alone: share of other choices of branches with as large an effect"), wording.percent(result["randomisation_p"])),
            (_("Ran apart before the start"), _("p = %(p)s") % {"p": f"{result['pre_trend_p']:.2f}"} if result["pre_trend_p"] is not None else "–"),
            (_("Two-way fixed effects, for comparison"), f"{two.text} ({wording.interval_words(two)})" if two else "–"),
        ]  # fmt: skip
    else:
        end = result["interval_at_end"]
        at_end = wording.effect_of(body["unit"], result["at_end"], end["low"], end["high"])
        lines += [
            (_("Way of measuring"), _("Interrupted time series: its own past carried on")),
            (_("Effect at the end"), f"{at_end.text} ({wording.interval_words(at_end)})" if at_end else "–"),
            (_("Likeness of neighbouring weeks"), f"{result['autocorrelation']:.2f}"),
        ]
    return lines


def _names(codes: list[str]) -> str:
    words = wording.branch_names()
    return _(", ").join(words.get(code, code) for code in codes) or "–"


def _steps(row: Improvement) -> list[dict[str, Any]]:
    words = {
        "planned": _("Planned by"), "running": _("Began"), "measured": _("First measured"), "changed": _("Changed by"),
        "kept": _("Kept by"), "extended": _("Extended to all by"), "stopped": _("Stopped by"),
    }  # fmt: skip
    return [
        {
            "at": moment(step.at), "what": words.get(step.what, step.what), "by": str(step.by or ""), "why": step.why,
            "verdict": wording.verdict_word(step.data["word"]) if "word" in step.data else "",
        }
        for step in row.steps.select_related("by")
    ]  # fmt: skip
