"""How long open cases will still take, with an interval that holds.

Cross-conformal prediction (Vovk 2015, Cross-conformal predictors; Romano et al. 2019, Conformalized quantile regression): a
learner's intervals are widened by what proves necessary on cases it has not seen, each fifth of the cases by a learner of the others.
Learning and checking use snapshots: at random moments of the past, all cases then open, as they looked then. Cases that
are open now are such a snapshot, so the coverage carries over as long as the process stays as it was. Picking random
events instead would see too few long waits, in which open cases are mostly found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import numpy as np
from numpy.typing import NDArray

from anxin.engines.mining.durations import duration, micros_at, moment
from anxin.engines.mining.errors import BadQuestion
from anxin.engines.mining.log.columns import Ints
from anxin.engines.mining.log.log import Log, Source
from anxin.engines.results import Caution, Floats, Result, Table

LEAST = 40
SNAPSHOTS = 60
FOLDS = 5


@dataclass(frozen=True, kw_only=True, repr=False)
class Remaining(Result):
    """Open case `case[i]` has been in `activity[i]` since `since[i]` and will end in `expected[i]` microseconds (median),
    between `low[i]` and `high[i]` with probability `level`; `high` may be infinite. Snapshots of `checked` cases, each unseen by its
    learner, set the width; `covered` is the share that such intervals held where the width was set by the other fifths."""

    as_of: int
    level: float
    case: Ints
    ids: tuple[str, ...]
    activity: tuple[str, ...]
    since: Ints
    expected: Floats
    low: Floats
    high: Floats
    checked: int
    covered: float
    endings: tuple[str, ...]
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        held = f"; {self.covered:.1%} of unseen cases fell inside" if self.covered == self.covered else ""
        return f"{len(self.case):,} open cases at {moment(self.as_of):%Y-%m-%d %H:%M} UTC, {self.level:.0%} intervals{held}"

    def table(self, most: int | None = 20) -> Table:
        order = np.argsort(-self.expected, kind="stable")[:most]
        rows = [
            (
                self.ids[i],
                self.activity[i],
                duration(self.as_of - self.since[i]),
                duration(self.expected[i]),
                duration(self.low[i]),
                duration(self.high[i]),
            )
            for i in order
        ]
        columns = ("case", "last activity", "for", "will still take", "at least", "at most")
        return Table.of(columns, rows, f"Open cases ({self.level:.0%} intervals)")


def usual_endings(log: Source) -> tuple[str, ...]:
    """Activities that end most of the cases they occur in: a guess, to be said aloud."""
    last, occurs, _, _ = _overview(log)
    return _usual(log, last, occurs)


def _usual(log: Source, last: Ints, occurs: Ints) -> tuple[str, ...]:
    chosen = [
        int(code)
        for code in np.argsort(-last, kind="stable")
        if last[code] * 2 > occurs[code] and last[code] >= max(2, 0.01 * int(last.sum()))
    ]
    return tuple(log.activities[code] for code in chosen)


def _overview(log: Source) -> tuple[Ints, Ints, int, int]:
    """By activity: cases that end with it and cases that have it; the first and the last moment."""
    found = list(log.map(partial(_seen_in, len(log.activities)), "time"))
    if not found:
        raise BadQuestion("The log has no events.", code="no-events")
    last, occurs, first_at, last_at = zip(*found, strict=True)
    return sum(last), sum(occurs), min(first_at), max(last_at)  # type: ignore[return-value]


def _seen_in(width: int, part: Log) -> tuple[Ints, Ints, int, int]:
    last = np.bincount(part.activity[part.offsets[1:] - 1], minlength=width)
    key = np.unique(part.case_of_event().astype(np.int64) * width + part.activity)
    return last, np.bincount(key % width, minlength=width), int(part.time.min()), int(part.time.max())


def remaining_time(
    log: Source,
    *,
    endings: Sequence[str] | None = None,
    level: float = 0.9,
    as_of: datetime | int | None = None,
    seed: int = 0,
) -> Remaining:
    """The remaining time of cases that are open at `as_of` (default: the log's last moment): those whose last activity is
    none of `endings` (default: `usual_endings`).

    Similar situations are those of the same last activity and about the same time since, then of the same activity, then
    all; the time passed in the case refines them. Raises BadQuestion for a level outside 0 to 1, for unknown endings, and
    where fewer than LEAST cases have ended.
    """
    if not 0 < level < 1:
        raise BadQuestion(f"level: {level}; give a share between 0 and 1, e.g. 0.9.", code="bad-level", about=["level"])
    last_of, occurs, first_at, last_at = _overview(log)
    names = _usual(log, last_of, occurs) if endings is None else tuple(endings)
    codes = np.array([log.activity_code(name) for name in names], np.int64)
    now = last_at if as_of is None else as_of if isinstance(as_of, int) else micros_at(as_of, "as_of")
    view = _View(codes, now, first_at <= now < last_at)
    looks = list(log.map(view.cases, "time", "started", "id"))
    begins, ends, activity, ended = (np.concatenate(column) for column in zip(*(one[:4] for one in looks), strict=True))
    cautions = []
    if endings is None:
        shown = ", ".join(f"“{name}”" for name in names) or "none found"
        cautions.append(
            Caution(
                "guessed-endings",
                f"Cases are taken as ended after: {shown}. Name others with endings=… (--ending on the command line).",
                names,
            )
        )
    if int(ended.sum()) < LEAST:
        raise BadQuestion(
            f"Only {int(ended.sum()):,} cases have ended ({', '.join(names) or 'no usual ending was found'}); {LEAST} are needed. Name what ends a case with endings=… (--ending on the command line).",
            code="too-few-ended",
            about=["endings"],
        )
    rng = np.random.default_rng(seed)
    # Whole cases go to one fold: snapshots of one case resemble each other.
    fold_of = rng.permutation(np.arange(len(begins)) % FOLDS)
    seen = _snapshots(log, view, begins, ends, ended, now, rng)
    if not len(seen.case):
        raise BadQuestion(
            "No moment of the past had open cases: every case has its events at one moment.", code="no-duration"
        )
    fold = fold_of[seen.case]
    score = np.empty(len(fold))
    for one in range(FOLDS):
        learner = _Learner(seen.of(fold != one), level, len(log.activities))
        score[fold == one] = learner.score(seen.of(fold == one))
    checked = len(np.unique(seen.case))
    margin = _margin(score, checked, level)
    if not np.isfinite(margin):
        cautions.append(
            Caution("no-upper-bound", "Too few cases have ended, or too many were still open, to bound the time above.")
        )
    held = [
        score[fold == one] <= _margin(score[fold != one], len(np.unique(seen.case[fold != one])), level)
        for one in range(FOLDS)
    ]
    learner = _Learner(seen, level, len(log.activities))
    open_cases = np.flatnonzero(~ended)
    since = ends[open_cases]
    here = _Snapshots(
        open_cases, activity[open_cases], now - since, now - begins[open_cases], np.zeros(len(open_cases))
    )
    expected, low, high = learner.interval(here, margin)
    if checked < 200:
        cautions.append(Caution("few-checked", f"The width rests on {checked:,} cases only."))
    return Remaining(
        as_of=now, level=level, case=open_cases, ids=tuple(one for look in looks for one in look[4]),
        activity=tuple(log.activities[int(code)] for code in here.activity), since=since, expected=expected, low=low, high=high,
        checked=checked, covered=float(np.concatenate(held).mean()), endings=names, cautions=tuple(cautions),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Snapshots:
    """Open cases as they looked: last activity, time in it, age of the case; and how long it went on (infinite: unknown)."""

    case: Ints
    activity: Ints
    idle: Ints
    age: Ints
    left: Floats

    def of(self, chosen: NDArray[np.bool_] | Ints) -> _Snapshots:
        return _Snapshots(
            self.case[chosen], self.activity[chosen], self.idle[chosen], self.age[chosen], self.left[chosen]
        )


_Look = tuple[Ints, Ints, Ints, NDArray[np.bool_], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _View:
    """Cases as they stand at `now`, ended by `codes`; `cut`: the log has events after it, which are not to be seen."""

    codes: Ints
    now: int
    cut: bool

    def cases(self, part: Log) -> _Look:
        """Begin, end, last activity of each case, whether it has ended; the ids of those that have not."""
        seen = part.select_events(part.time <= self.now) if self.cut else part
        activity = seen.activity[seen.offsets[1:] - 1].astype(np.int64)
        ended = np.isin(activity, self.codes)
        ids = tuple(seen.case_ids.take(np.flatnonzero(~ended)))
        return seen.begins(), seen.ends(), activity, ended, ids

    def at(self, moments: Ints, part: Log) -> tuple[int, list[_Snapshots]]:
        """How many cases there are, and how those looked that were open, at each moment."""
        seen = part.select_events(part.time <= self.now) if self.cut else part
        begins, ends = seen.begins(), seen.ends()
        ended = np.isin(seen.activity[seen.offsets[1:] - 1], self.codes)
        found = []
        for at in moments.tolist():
            cases = np.flatnonzero((begins <= at) & ((ends > at) | ~ended))
            place = _last_before(seen, cases, at)
            left = np.where(ended[cases], (ends[cases] - at).astype(float), np.inf)
            idle = np.maximum(at - seen.time[place], 0)
            found.append(_Snapshots(cases, seen.activity[place].astype(np.int64), idle, at - begins[cases], left))
        return seen.cases, found


def _snapshots(
    log: Source, view: _View, begins: Ints, ends: Ints, ended: NDArray[np.bool_], now: int, rng: np.random.Generator
) -> _Snapshots:
    # So early that hardly a case that was open then is still open: later moments would show short cases only.
    first, last = int(begins.min()), now
    slow = int(np.quantile((ends - begins)[ended], 0.99))
    last = max(first + (now - first) // 2, now - slow)
    moments = np.sort(rng.integers(first, max(last, first + 1), SNAPSHOTS))
    by_moment: list[list[_Snapshots]] = [[] for _ in moments]
    before = 0
    for cases, looks in log.map(partial(view.at, moments), "time", "started"):
        for place, one in enumerate(looks):
            by_moment[place].append(replace(one, case=one.case + before))
        before += cases
    found = [one for some in by_moment for one in some]
    return _Snapshots(*(np.concatenate([getattr(one, name) for one in found]) for name in _Snapshots.__slots__))


def _last_before(log: Log, cases: Ints, at: int) -> Ints:
    """The place of each case's last event up to a moment (its first where it has none yet): bisection in all cases at once."""
    low, high = log.offsets[cases].copy(), log.offsets[cases + 1] - 1
    while True:
        wide = low < high
        if not wide.any():
            return low
        middle = (low + high + 1) // 2
        early = log.time[middle] <= at
        low = np.where(wide & early, middle, low)
        high = np.where(wide & ~early, middle - 1, high)


def _margin(score: Floats, cases: int, level: float) -> float:
    """What `level` of the scores stay within; a little more, as only so many cases are behind them. Infinite for too few."""
    share = np.ceil((cases + 1) * level) / cases if cases else np.inf
    return float(np.quantile(score, share, method="higher")) if share <= 1 else float("inf")


class _Learner:
    """Quantiles of the remaining time in groups of like situations, on a log scale (waits spread by factors)."""

    def __init__(self, seen: _Snapshots, level: float, width: int) -> None:
        self.width = width
        known = seen.left[np.isfinite(seen.left)]
        if not len(known):
            raise BadQuestion("No case that was open at a moment of the past has ended.", code="too-few-ended")
        self.idle_cuts, self.age_cuts = (
            np.unique(np.quantile(one, (0.25, 0.5, 0.75))) for one in (seen.idle, seen.age)
        )
        shares = ((1 - level) / 2, 0.5, 1 - (1 - level) / 2)
        self.levels = []
        target = np.log1p(seen.left)
        ceiling = float(np.log1p(known.max()))
        target = np.minimum(target, ceiling)
        for keys in self._keys(seen):
            order = np.argsort(keys, kind="stable")
            found, start = np.unique(keys[order], return_index=True)
            groups = np.split(target[order], start[1:])
            large = [place for place, group in enumerate(groups) if len(group) >= LEAST]
            table = np.array([np.quantile(groups[place], shares) for place in large]).reshape(-1, 3)
            self.levels.append((found[large], table))
        self.overall = np.quantile(target, shares)

    def _keys(self, seen: _Snapshots) -> list[Ints]:
        idle, age = np.searchsorted(self.idle_cuts, seen.idle), np.searchsorted(self.age_cuts, seen.age)
        activity = seen.activity
        return [(activity * 4 + idle) * 4 + age, activity * 4 + idle, activity]

    def quantiles(self, seen: _Snapshots) -> Floats:
        result = np.tile(self.overall, (len(seen.case), 1))
        open_places = np.ones(len(seen.case), bool)
        for keys, (found, table) in zip(self._keys(seen), self.levels, strict=True):
            if not len(found):
                continue
            place = np.minimum(np.searchsorted(found, keys), len(found) - 1)
            hit = open_places & (found[place] == keys)
            result[hit] = table[place[hit]]
            open_places &= ~hit
        return result

    def score(self, seen: _Snapshots) -> Floats:
        """How far outside its interval each true remaining time lies, in widths of the interval's half."""
        q = self.quantiles(seen)
        left = np.log1p(seen.left)
        below = (q[:, 0] - left) / np.maximum(q[:, 1] - q[:, 0], 1e-3)
        above = (left - q[:, 2]) / np.maximum(q[:, 2] - q[:, 1], 1e-3)
        return np.maximum(below, above)

    def interval(self, seen: _Snapshots, margin: float) -> tuple[Floats, Floats, Floats]:
        q = self.quantiles(seen)
        if not np.isfinite(margin):
            return np.expm1(q[:, 1]), np.zeros(len(q)), np.full(len(q), np.inf)
        low = q[:, 0] - margin * np.maximum(q[:, 1] - q[:, 0], 1e-3)
        high = q[:, 2] + margin * np.maximum(q[:, 2] - q[:, 1], 1e-3)
        # A margin below 0 narrows the interval; it never passes its middle.
        low, high = np.minimum(low, q[:, 1]), np.maximum(high, q[:, 1])
        return np.expm1(q[:, 1]), np.maximum(np.expm1(low), 0), np.expm1(np.minimum(high, 700))
