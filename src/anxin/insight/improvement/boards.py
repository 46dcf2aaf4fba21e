"""The room's board: the cases behind its numbers, and the control charts."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np

from anxin.engines.effects import BadSeries, Chart, p_chart, xbar_s
from anxin.engines.results import plain
from anxin.insight.improvement.indicators import in_periods, midnight, observed, until_of
from anxin.insight.improvement.models import Improvement
from anxin.insight.results.asking import Ask, Board, register

PERIODS = {"week": 52, "month": 24}
FEW = 5
"""Observations below which a period of a branch is not charted: it breaks the line, and any run."""
SCALE = (1.0, 5.0)
"""Ratings lie on it, and so do their limits."""


def charts(ask: Ask) -> dict[str, Any]:
    """Control charts of one indicator, the whole and each branch or department; limits are new from an action's start on,
    where it is made. `phases` is only a mark of which actions there are, so that a new one is not answered with an old chart."""
    name = ask.get("indicator") or "kept"
    by = "month" if ask.get("by") != "week" else "week"
    group = "department" if ask.get("group") == "department" else "branch"
    until = until_of(ask)
    try:
        indicator, seen = observed(name, ask)
    except LookupError:
        return {"indicator": "kept", "groups": []}
    body: dict[str, Any] = {"indicator": name, "unit": indicator.unit, "good": indicator.good, "by": by, "groups": []}
    if until is None:
        return body
    actions = begun(name)
    for part in ("", group):
        found = in_periods(indicator, seen, by=by, group=part, anchor=None, until=until, periods=PERIODS[by])
        if found is None:
            continue
        body["begins"] = [one.isoformat() for one in found.begins]
        for place, words in enumerate(found.groups):
            n = found.n[place]
            if part and (not words or n.sum() < 40):
                body.setdefault("few", []).append({"group": words, "n": float(n.sum())})
                continue
            starts = [
                bisect_left(found.begins, day)
                for day, _title, places in actions
                if not words or not places or part != "branch" or words in places
            ]
            phases = [start for start in starts if 4 <= start <= len(found.begins) - 4]
            n = np.where(n >= FEW, n, 0.0)
            if (n > 0).sum() < 8:
                body.setdefault("few", []).append({"group": words, "n": float(found.n[place].sum())})
                continue
            try:
                chart = _chart(indicator.unit, found.values[place], found.deviations[place], n, phases)
            except BadSeries:
                continue
            told = _told(chart)
            if indicator.unit == "mean":
                told["low"], told["high"] = (plain(np.clip(one, *SCALE)) for one in (chart.low, chart.high))
            body["groups"].append({"group": words, **told, "n": plain(found.n[place])})
    return body


def _chart(unit: str, values: Any, deviations: Any, n: Any, phases: list[int]) -> Chart:
    values = np.where(n > 0, values, np.nan)
    if unit == "share":
        return p_chart(np.nan_to_num(values) * n, n, phases=phases)
    return xbar_s(values, deviations, n, phases=phases)


def _told(chart: Chart) -> dict[str, Any]:
    return {
        "kind": chart.kind, "values": plain(chart.values), "n": plain(chart.n), "centre": plain(chart.centre),
        "low": plain(chart.low), "high": plain(chart.high), "rules": [list(one) for one in chart.rules],
        "phases": list(chart.phases),
    }  # fmt: skip


def begun(name: str) -> list[tuple[date, str, list[str]]]:
    """Actions that work on an indicator and have begun: since when, the name, where."""
    rows = (
        Improvement.objects.filter(indicator=name).exclude(state=Improvement.State.PLANNED).prefetch_related("places")
    )
    return sorted((row.starts_on, row.title, row.branches) for row in rows)


def mark_of(name: str) -> str:
    return hashlib.sha256(repr(begun(name)).encode()).hexdigest()[:12]


def behind(ask: Ask, what: str) -> Iterable[str]:
    """`INDICATOR|from|to|which|department|branches`: cases observed from a day (inclusive) to a day (exclusive); which: "hit",
    "miss" or ""; branches: several codes with commas. Raises LookupError or ValueError for anything else."""
    name, begin, end, which, place, branches = ([*what.split("|"), "", "", "", "", ""])[:6]
    indicator, seen = observed(name, ask)
    seen = seen.between(midnight(date.fromisoformat(begin)), midnight(date.fromisoformat(end)))
    if indicator.unit == "share" and which in ("hit", "miss"):
        seen = seen.where(seen.value == (1.0 if which == "hit" else 0.0))
    if place:
        if seen.place is None:
            raise LookupError(place)
        seen = seen.where(seen.place == place)
    if branches:
        seen = seen.where(np.isin(seen.branch.astype(str), branches.split(",")))
    if indicator.unit == "log":  # the longest first
        order = np.argsort(-seen.value, kind="stable")
        return list(dict.fromkeys(seen.case[order].tolist()))
    return list(dict.fromkeys(seen.case[::-1].tolist()))


CONTROL = register(Board("improvement", charts, behind, takes=("branch", "kind", "indicator", "by", "group", "phases")))
