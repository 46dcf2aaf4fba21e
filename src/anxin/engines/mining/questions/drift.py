"""Concept drift: when did the process, or its pace, change?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np
from numpy.typing import NDArray

from anxin.engines.mining.durations import duration, moment
from anxin.engines.mining.errors import BadQuestion
from anxin.engines.mining.log.columns import Codes, Ints
from anxin.engines.mining.log.log import Log, Source
from anxin.engines.mining.significance import adjusted, homogeneity, kolmogorov_smirnov
from anxin.engines.results import Caution, Result, Table, p_value

LEAST_CASES = 30


@dataclass(frozen=True, slots=True)
class Change:
    """A change between two neighbouring windows: of `what` ("next step", "first step", "wait" or "duration"), for
    `activity` ("" for whole cases), at `at` (where the later window begins). `size` is Cramér's V or the KS distance."""

    at: datetime
    what: str
    activity: str
    size: float
    p: float
    before: str
    after: str

    def __str__(self) -> str:
        of = f" after “{self.activity}”" if self.activity else ""
        return f"{self.what}{of}: {self.before} → {self.after}"


@dataclass(frozen=True, kw_only=True, repr=False)
class Drift(Result):
    """`changes` with adjusted p below `alpha`, in order of time; `windows` are the moments (microseconds) that bound the
    windows, `cases` how many began in each, `tested` how many comparisons were made."""

    windows: Ints
    cases: Ints
    changes: tuple[Change, ...]
    tested: int
    alpha: float
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        if not self.changes:
            return f"no change in {len(self.cases)} windows ({self.tested:,} comparisons)"
        moments = sorted({one.at for one in self.changes})
        return f"{len(self.changes)} changes at {len(moments)} of {max(len(self.cases) - 1, 0)} boundaries: {', '.join(f'{at:%Y-%m-%d %H:%M}' for at in moments[:6])}"

    def table(self, most: int | None = 20) -> Table:
        rows = [(f"{one.at:%Y-%m-%d %H:%M}", str(one), one.size, p_value(one.p)) for one in self.changes[:most]]
        return Table.of(("from", "change", "size", "adjusted p"), rows, "What changed, and when")


def drift(log: Source, *, windows: int = 12, alpha: float = 0.01) -> Drift:
    """Compares neighbouring windows of time, which hold equally many case starts.

    Structure: for each activity, what comes after its first occurrence in a case (chi-square of homogeneity; one
    observation per case, so that observations are independent). Pace: the wait after it and, over cases that began in the
    window, the duration (two-sample Kolmogorov–Smirnov). All p values are adjusted together (Benjamini–Yekutieli). As Bose
    et al. 2014, Dealing with concept drifts in process mining, with windows that do not overlap.

    Cases that began late may not have ended: durations are compared only for windows whose cases had as long to end as
    the slowest hundredth of all cases took. Raises BadQuestion for fewer than two windows.
    """
    if windows < 2:
        raise BadQuestion(f"windows: {windows}; give 2 or more.", code="too-few-windows", about=["windows"])
    begins, lengths, events = _gathered(log)
    cautions = []
    possible = max(2, min(windows, len(begins) // LEAST_CASES))
    if possible < windows:
        cautions.append(
            Caution("fewer-windows", f"{len(begins):,} cases allow {possible} windows of {LEAST_CASES}, not {windows}.")
        )
    order = np.argsort(begins, kind="stable")
    cuts = begins[order[[len(order) * place // possible for place in range(1, possible)]]]
    edges = np.unique(np.concatenate(([begins.min()], cuts, [events[1].max() + 1])))
    window = np.searchsorted(edges, begins, side="right") - 1
    sizes = np.bincount(window, minlength=len(edges) - 1)
    made: list[tuple[int, str, str, float, float, str, str]] = []
    _durations(made, window, lengths, edges, begins + lengths)
    _first_steps(made, log, window, events[4])
    _next_steps(made, log, edges, events)
    p = adjusted([one[4] for one in made])
    found = [
        Change(moment(int(edges[place])), what, activity, size, float(p[i]), before, after)
        for i, (place, what, activity, size, _, before, after) in enumerate(made)
        if p[i] < alpha
    ]
    found.sort(key=lambda one: (one.at, one.p, one.what, one.activity))
    return Drift(
        windows=edges,
        cases=sizes,
        changes=tuple(found),
        tested=int((~np.isnan(p)).sum()),
        alpha=alpha,
        cautions=tuple(cautions),
    )


_Events = tuple[NDArray[np.int64], Ints, Ints, Ints, Ints]


def _gathered(log: Source) -> tuple[Ints, Ints, _Events]:
    """Begin and length of each case; activity, moment, next activity (-1: none) and wait of each activity's first
    occurrence in its case; first activity of each case."""
    found = list(log.map(partial(_of_part, len(log.activities)), "time", "started"))
    if not found:
        raise BadQuestion("The log has no events.", code="no-events")
    begins, lengths, firsts, activity, at, following, wait = (
        np.concatenate(column).astype(np.int64, copy=False) for column in zip(*found, strict=True)
    )
    return begins, lengths, (activity, at, following, wait, firsts)


def _of_part(width: int, part: Log) -> tuple[Ints | Codes, ...]:
    begins = part.begins()
    first_of_case = part.activity[part.offsets[:-1]]
    key = part.case_of_event().astype(np.int64) * width + part.activity
    _, first = np.unique(key, return_index=True)
    last = np.zeros(len(part), bool)
    last[part.offsets[1:] - 1] = True
    after = np.minimum(first + 1, len(part) - 1)
    started = part.time if part.started is None else part.started
    following = np.where(last[first], -1, part.activity[after])
    wait = np.where(last[first], -1, np.maximum(started[after] - part.time[first], 0))
    return begins, part.ends() - begins, first_of_case, part.activity[first], part.time[first], following, wait


def _durations(
    made: list[tuple[int, str, str, float, float, str, str]], window: Ints, lengths: Ints, edges: Ints, ends: Ints
) -> None:
    time_to_end = int(np.quantile(lengths, 0.99))
    groups = _split(window, lengths, len(edges) - 1)
    for place in range(1, len(edges) - 1):
        if edges[place + 1] + time_to_end > ends.max():
            break
        size, p = kolmogorov_smirnov(groups[place - 1], groups[place])
        made.append((place, "duration", "", size, p, _median(groups[place - 1]), _median(groups[place])))


def _first_steps(
    made: list[tuple[int, str, str, float, float, str, str]], log: Source, window: Ints, first: Ints
) -> None:
    width = len(log.activities)
    found = np.unique(first)
    for place in range(1, int(window.max()) + 1):
        before, after = (np.bincount(first[window == w], minlength=width)[found] for w in (place - 1, place))
        size, p = homogeneity(before, after)
        made.append((place, "first step", "", size, p, *_shares(before, after, found, log)))


def _next_steps(
    made: list[tuple[int, str, str, float, float, str, str]], log: Source, edges: Ints, events: _Events
) -> None:
    activity, at, following, wait, _ = events
    window = np.searchsorted(edges, at, side="right") - 1
    for code, places in enumerate(_split(activity, np.arange(len(activity)), len(log.activities))):
        if len(places) < 2 * LEAST_CASES:
            continue
        name = log.activities[code]
        found = np.unique(following[places])
        by_window = _split(window[places], places, len(edges) - 1)
        for place in range(1, len(edges) - 1):
            before, after = by_window[place - 1], by_window[place]
            if min(len(before), len(after)) < LEAST_CASES:
                continue
            if len(found) > 1:
                counts = [np.array([(following[some] == one).sum() for one in found]) for some in (before, after)]
                # A case whose last event is near the log's end may go on: the end is no next step.
                counts = [np.where(found < 0, 0, one) for one in counts]
                size, p = homogeneity(counts[0], counts[1])
                made.append((place, "next step", name, size, p, *_shares(counts[0], counts[1], found, log)))
            waits = [wait[some][following[some] >= 0] for some in (before, after)]
            if min(map(len, waits)) >= LEAST_CASES:
                size, p = kolmogorov_smirnov(*waits)
                made.append((place, "wait", name, size, p, _median(waits[0]), _median(waits[1])))


def _split(keys: Ints, values: Ints, groups: int) -> list[Ints]:
    order = np.argsort(keys, kind="stable")
    bounds = np.searchsorted(keys[order], np.arange(1, groups))
    return np.split(values[order], bounds)


def _median(values: Ints) -> str:
    return duration(float(np.median(values))) if len(values) else "–"


def _shares(before: Ints, after: Ints, codes: Ints, log: Source) -> tuple[str, str]:
    """The step whose share changed most, before and after."""
    a, b = before / max(before.sum(), 1), after / max(after.sum(), 1)
    most = int(np.argmax(np.abs(a - b)))
    name = log.activities[int(codes[most])] or "(end)"
    return f"“{name}” {a[most]:.1%}", f"{b[most]:.1%}"


__all__ = ["Change", "Drift", "drift"]
