"""Replaying the past: learn from the earlier part of a log, simulate the later part with the cases that really came, compare."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from anxin.engines.dispatch.learning import Learned, learn
from anxin.engines.dispatch.model import BadModel, Floats
from anxin.engines.dispatch.outcome import DAY, Limit, Number, Outcome, outcome, worked, working_hours
from anxin.engines.dispatch.plan import Visits
from anxin.engines.dispatch.rush import levels
from anxin.engines.dispatch.simulation import Days, Run, simulate
from anxin.engines.results import Caution, Interval, Result, Table

CLOSE, FAIR = 0.10, 0.25
"""Relative errors of median and p90 up to which a model is called close, and fair; beyond, it is not to be trusted."""
POINTS = 0.10
"""So far a share of promises kept may be off (in points) before the model is not trusted."""
WINDOWS, FIRST = 5, 0.4
"""Windows of equal length that are replayed one after the other, from this share of the log on; each learns all that came before."""
WINDOW_REPLICATIONS = 12
WARM = 60
"""Days simulated before the measured ones, so that these begin with work already there."""
LEARN = 0.7
LEAST = 20
"""Cases that must have come in a time for it to be compared."""


@dataclass(frozen=True, slots=True)
class Check:
    """One number as it was and as the replay had it. `off` is relative, for shares in points; `inside` whether what was lies in the
    range of 95 % of replications."""

    name: str
    was: float
    simulated: float
    spread: Interval
    off: float
    inside: bool

    @property
    def trusted(self) -> bool:
        """Whether a scenario's number of this name may be believed at all."""
        return math.isfinite(self.off) and abs(self.off) <= (POINTS if self.name.startswith("kept:") else FAIR)


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of the past replayed by a model learned from what came before it: `median` and `p90` of the cases that came from `first`
    to `last`, of which `rushed` came in a rush."""

    first: date
    last: date
    cases: int
    rushed: int
    median: Check
    p90: Check


@dataclass(frozen=True, kw_only=True, repr=False)
class Validation(Result):
    """`verdict`: “close”, “fair” or “off” (do not trust), by the numbers of whole cases and, if that is worse, by the mean error of the
    `windows`; each promise of a stage is `trusted` or not on its own. `storm`: the same checks for the busiest days of the later part."""

    verdict: str
    checks: tuple[Check, ...]
    windows: tuple[Window, ...]
    cases: int
    split: date
    last: date
    storm: tuple[Check, ...]
    storm_first: date | None
    storm_cases: int
    usual_a_day: float
    cautions: tuple[Caution, ...] = ()

    @property
    def error(self) -> float:
        """The mean of what the windows' medians and 90th percentiles were off, without sign; NaN without windows."""
        return math.nan if not self.windows else float(np.mean([abs(one.off) for one in self._windowed()]))

    @property
    def covered(self) -> tuple[int, int]:
        """In how many of the windows' medians and 90th percentiles what was lay in the range of replications, and of how many."""
        return sum(one.inside for one in self._windowed()), len(self._windowed())

    def _windowed(self) -> list[Check]:
        return [one for window in self.windows for one in (window.median, window.p90)]

    def headline(self) -> str:
        one = self.checks[0]
        return f"{self.verdict}: median {one.off:+.1%} off on {self.cases} cases"

    def table(self) -> Table:
        return Table.of(
            ("what", "was", "simulated", "low", "high", "off"),
            [(c.name, c.was, c.simulated, c.spread.low, c.spread.high, c.off) for c in (*self.checks, *self.storm)],
        )


def validate(
    v: Visits, *, limits: Sequence[Limit] = (), share: float = LEARN, replications: int = 20, seed: int = 1,
    is_working_day: Callable[[date], bool] | None = None, storm_days: int = 3,
) -> Validation:  # fmt: skip
    """Learn from the first `share` of the time, replay the rest. Cases that came in the last tenth of the rest are left out, since
    too many of them were still open. Then the windows, each out of sample; those with too few cases are left out.

    Raises BadModel where either part has too few cases."""
    whole = 24.0 * len(v.days)
    split = math.floor(whole * share / 24) * 24.0
    last = math.floor((whole - (whole - split) * 0.1) / 24) * 24.0
    learned, runs, days, first = _replayed(v, split, whole, seed, replications, is_working_day)
    measured = outcome(learned.model, runs, days, begin=split - first, end=last - first, limits=limits)
    chosen = np.flatnonzero((v.came >= split) & (v.came < last))
    if len(chosen) < LEAST:
        raise BadModel(f"log: only {len(chosen)} cases came in the later part; {LEAST} are needed to compare.")
    checks = _checks(v, chosen, measured, limits, whole)
    storm_at, count = _busiest(v, split, last, storm_days)
    storm: tuple[Check, ...] = ()
    if storm_at is not None:
        measured_storm = outcome(
            learned.model, runs, days, begin=storm_at - first, end=storm_at + storm_days * DAY - first, limits=limits
        )
        storm = _checks(
            v,
            np.flatnonzero((v.came >= storm_at) & (v.came < storm_at + storm_days * DAY)),
            measured_storm,
            limits,
            whole,
        )
    windows = _windows(v, last, whole, seed, is_working_day)
    return Validation(
        verdict=_verdict(checks, windows, limits), checks=checks, windows=windows, cases=len(chosen), split=v.day_of(split), last=v.day_of(last - 1),
        storm=storm, storm_first=v.day_of(storm_at) if storm_at is not None else None, storm_cases=count,
        usual_a_day=len(chosen) / ((last - split) / DAY), cautions=learned.cautions,
    )  # fmt: skip


def _replayed(
    v: Visits, split: float, end: float, seed: int, replications: int, is_working_day: Callable[[date], bool] | None
) -> tuple[Learned, list[Run], Days, float]:
    """Learned until `split`; the cases that came from some time before it to `end`, simulated, on a clock that begins at the last."""
    learned = learn(v, 0.0, split)
    first = max(0.0, split - WARM * 24.0)
    days = v.days_from(int(first // 24), int((end - first) // 24), is_working_day)
    runs = simulate(
        learned.model, learned.replay(first, end), days, seed=seed, replications=replications, horizon=end - first
    )
    return learned, runs, days, first


def _windows(
    v: Visits, last: float, whole: float, seed: int, is_working_day: Callable[[date], bool] | None
) -> tuple[Window, ...]:
    bounds = np.floor(np.linspace(whole * FIRST, last, WINDOWS + 1) / 24) * 24.0
    rushed = levels(v.came) > 0
    took = np.where(v.over, v.left, whole) - v.came
    found = []
    for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        chosen = (v.came >= begin) & (v.came < end)
        if chosen.sum() < LEAST:
            continue
        # Cases that came last need time to end, as they had in truth.
        horizon = min(whole, end + WARM * DAY)
        try:
            _learned, runs, _days, first = _replayed(v, begin, horizon, seed, WINDOW_REPLICATIONS, is_working_day)
        except BadModel:
            continue
        quantiles = np.array([_quantiles(run, begin - first, end - first) for run in runs])
        median, p90 = (
            _check(name, float(np.quantile(took[chosen], share)), Number.of(quantiles[:, place]), relative=True)
            for place, (name, share) in enumerate((("median", 0.5), ("p90", 0.9)))
        )
        found.append(
            Window(v.day_of(begin), v.day_of(end - 1), int(chosen.sum()), int((chosen & rushed).sum()), median, p90)
        )
    return tuple(found)


def _quantiles(run: Run, begin: float, end: float) -> Floats:
    came = (run.arrivals.time >= begin) & (run.arrivals.time < end)
    left = np.where(run.finished, run.end, run.horizon)
    return np.quantile((left - run.arrivals.time)[came], [0.5, 0.9])


def _checks(
    v: Visits, chosen: np.ndarray, simulated: Outcome, limits: Sequence[Limit], end: float
) -> tuple[Check, ...]:
    came = v.came[chosen]
    # Where a case is not over, it lasts to the end of the log at least.
    left = np.where(v.over[chosen], v.left[chosen], end)
    took = left - came
    found = [
        _check("median", float(np.median(took)), simulated.median, relative=True),
        _check("p90", float(np.quantile(took, 0.9)), simulated.p90, relative=True),
    ]
    for limit in limits:
        if limit.stages:
            was = _stage_kept(v, chosen, limit)
        else:
            spent = took
            if limit.office:
                before = working_hours(v.days)
                spent = worked(before, v.days, left) - worked(before, v.days, came)
            counted = v.over[chosen] | (spent > limit.hours)
            was = float((spent[counted] <= limit.hours).mean()) if counted.any() else math.nan
        found.append(_check(f"kept:{limit.name}", was, simulated.kept[limit.name], relative=False))
    noons = (
        np.arange(math.ceil(came.min() / DAY), max(math.ceil(came.min() / DAY) + 1, math.floor(came.max() / DAY))) * DAY
        + 12
    )
    lasts = np.where(v.over, v.left, end)
    inside = np.searchsorted(np.sort(v.came), noons, "right") - np.searchsorted(np.sort(lasts), noons, "right")
    found.append(_check("progress", float(inside.mean()), simulated.progress, relative=True))
    return tuple(found)


def _stage_kept(v: Visits, chosen: np.ndarray, limit: Limit) -> float:
    wanted = [code for code, name in enumerate(v.stages) if name in limit.stages]
    mine = np.isin(v.stage, wanted) & np.isin(v.case, chosen)
    hours: Floats = v.done[mine] - v.join[mine]
    if limit.office:
        before = working_hours(v.days)
        hours = worked(before, v.days, v.done[mine]) - worked(before, v.days, v.join[mine])
    spent = np.bincount(v.case[mine], hours, minlength=len(v.came))
    touched = np.bincount(v.case[mine], minlength=len(v.came)) > 0
    return float((spent[touched] <= limit.hours).mean()) if touched.any() else math.nan


def _check(name: str, was: float, simulated: Number, *, relative: bool) -> Check:
    off = (simulated.value / was - 1 if was else math.nan) if relative else simulated.value - was
    return Check(name, was, simulated.value, simulated.spread, off, was in simulated.spread)


def _verdict(checks: tuple[Check, ...], windows: tuple[Window, ...], limits: Sequence[Limit]) -> str:
    whole = {f"kept:{limit.name}" for limit in limits if not limit.stages}
    lengths = [abs(one.off) for one in checks if one.name in ("median", "p90", "progress")]
    shares = [abs(one.off) for one in checks if one.name in whole and math.isfinite(one.off)]
    for over in ([one.median for one in windows], [one.p90 for one in windows]):
        if over:
            lengths.append(float(np.mean([abs(one.off) for one in over])))
    if max(lengths, default=math.inf) <= CLOSE and max(shares, default=0.0) <= POINTS / 2:
        return "close"
    if max(lengths, default=math.inf) <= FAIR and max(shares, default=0.0) <= POINTS:
        return "fair"
    return "off"


def _busiest(v: Visits, first: float, last: float, days: int) -> tuple[float | None, int]:
    """The days on which most cases came, where that is at least twice what usually comes."""
    came = np.sort(v.came[(v.came >= first) & (v.came < last)])
    starts = np.arange(first, last - days * DAY + 1, DAY)
    if not len(starts):
        return None, 0
    counts = np.searchsorted(came, starts + days * DAY) - np.searchsorted(came, starts)
    best = int(counts.argmax())
    usual = len(came) / (last - first) * DAY * days
    if counts[best] < 2 * usual or counts[best] < 10:
        return None, 0
    return float(starts[best]), int(counts[best])
