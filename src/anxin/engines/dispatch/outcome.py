"""What a scenario means: cycle times, promises kept, work in progress, utilisation and queues, with intervals, and differences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from anxin.engines.dispatch.kernel import SLOT
from anxin.engines.dispatch.model import Floats, Model
from anxin.engines.dispatch.simulation import Days, Laid, Run
from anxin.engines.results import Caution, Interval, Result, Table

DAY = 24.0


@dataclass(frozen=True, slots=True)
class Limit:
    """A promise: the whole way (`stages` empty) or the time spent in some stages takes at most `hours`.

    With `office` only days that are worked count, 24 hours each (five working days are 120 hours)."""

    name: str
    hours: float
    stages: tuple[str, ...] = ()
    office: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A mean over replications with its interval (Student t), and the range in which 95 % of replications lie."""

    value: float
    interval: Interval
    spread: Interval

    @classmethod
    def of(cls, values: Floats) -> Number:
        known = values[np.isfinite(values)]
        if not len(known):
            nothing = Interval(math.nan, math.nan)
            return cls(math.nan, nothing, nothing)
        mean = float(known.mean())
        low, high = np.quantile(known, [0.025, 0.975])
        half = float(stats.t.ppf(0.975, len(known) - 1) * known.std(ddof=1) / math.sqrt(len(known))) if len(known) > 1 else math.nan  # fmt: skip
        return cls(
            mean,
            Interval(mean - half, mean + half, method="Student t"),
            Interval(float(low), float(high), method="replications"),
        )


@dataclass(frozen=True, kw_only=True, repr=False)
class Outcome(Result):
    """`median`, `p90`, `mean` cycle time in hours; `kept` the share by promise; `progress` cases inside, on average; `by_day` of each
    day (row: low, mean, high). Of each department: `utilisation`, mean `queue` and mean `wait` in hours; `by_hour` utilisation and
    `queue_by_hour` by hour of the week (departments × 168, NaN where nobody is there)."""

    cases: Number
    median: Number
    p90: Number
    mean: Number
    unfinished: Number
    kept: Mapping[str, Number]
    progress: Number
    by_day: Floats
    departments: tuple[str, ...]
    utilisation: tuple[Number, ...]
    queue: tuple[Number, ...]
    wait: tuple[Number, ...]
    by_hour: Floats
    queue_by_hour: Floats
    replications: int
    samples: Mapping[str, Floats]
    """The values of each replication, so that scenarios can be compared pair by pair."""
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return f"median {self.median.value / DAY:.2f} days, p90 {self.p90.value / DAY:.2f}, {self.progress.value:.1f} in progress"

    def table(self) -> Table:
        rows: list[tuple[str, float, float, float]] = []
        for name, one in (
            ("median, h", self.median),
            ("p90, h", self.p90),
            ("mean, h", self.mean),
            ("in progress", self.progress),
        ):
            rows.append((name, one.value, one.interval.low, one.interval.high))
        for name, one in self.kept.items():
            rows.append((f"kept: {name}", one.value, one.interval.low, one.interval.high))
        for name, one in zip(self.departments, self.utilisation, strict=True):
            rows.append((f"busy: {name}", one.value, one.interval.low, one.interval.high))
        return Table.of(("what", "value", "low", "high"), rows)  # fmt: skip


@dataclass(frozen=True, kw_only=True, repr=False)
class Difference(Result):
    """Scenario less base, replication by replication: `changes` by name, each with its interval over the pairs."""

    changes: Mapping[str, Number]
    replications: int

    def headline(self) -> str:
        one = self.changes["median"]
        return f"median {one.value / DAY:+.2f} days ({one.interval.low / DAY:+.2f} to {one.interval.high / DAY:+.2f})"

    def table(self) -> Table:
        return Table.of(
            ("what", "difference", "low", "high"),
            [(name, one.value, one.interval.low, one.interval.high) for name, one in self.changes.items()],
        )


def difference(base: Outcome, other: Outcome) -> Difference:
    """Of two outcomes with the same seed and replications."""
    if base.replications != other.replications:
        raise ValueError("replications: base and scenario need as many as each other to be compared in pairs.")
    shared = [name for name in base.samples if name in other.samples]
    return Difference(
        changes={name: Number.of(other.samples[name] - base.samples[name]) for name in shared},
        replications=base.replications,
    )


def working_hours(days: Days) -> Floats:
    """Hours of worked days (24 each) that lie before each day."""
    return np.concatenate(([0.0], np.cumsum(np.where(days.rows < 5, DAY, 0.0))))


def worked(before: Floats, days: Days, t: Floats) -> Floats:
    day = np.clip((t // DAY).astype(np.int64), 0, len(days) - 1)
    inside: Floats = before[day] + np.where(days.rows[day] < 5, np.minimum(t - day * DAY, DAY), 0.0)
    return inside


def outcome(
    model: Model, runs: Sequence[Run], days: Days, *, begin: float = 0.0, end: float | None = None,
    limits: Sequence[Limit] = (), places: Sequence[int] | None = None,
) -> Outcome:  # fmt: skip
    """Of the cases that came from `begin` to `end` (hours); of some places only where given.

    A case still inside at the horizon counts in quantiles with the time it has been there (a lower bound) and as a broken
    promise once its limit has passed; before that it is not counted for that promise.
    """
    stop = days.hours if end is None else end
    laid = Laid(model, days)
    names = tuple(laid.department_of)
    before = working_hours(days)
    chosen_places = None if places is None else np.asarray(list(places), np.int64)
    pools = [
        np.array([number for number in laid.department_of[name] if chosen_places is None or _serves(model, number, chosen_places)], np.int64)
        for name in names
    ]  # fmt: skip
    samples: dict[str, list[float]] = {
        name: [] for name in ("cases", "median", "p90", "mean", "unfinished", "progress")
    }
    for limit in limits:
        samples[f"kept:{limit.name}"] = []
    for name in names:
        for what in ("busy", "queue", "wait"):
            samples[f"{what}:{name}"] = []
    first_day, last_day = int(begin // DAY), max(int(begin // DAY) + 1, math.ceil(min(stop, days.hours) / DAY))
    noons: Floats = (np.arange(first_day, last_day, dtype=np.float64) + 0.5) * DAY
    progress_by_day = []
    grid: Floats = np.arange(first_day * 24, last_day * 24, dtype=np.float64) + 0.5 * SLOT  # one look an hour
    slot_of = np.minimum((grid / SLOT).astype(np.int64), laid.staffed.shape[1] - 1)
    row = days.rows[(grid // 24).astype(np.int64)] * 24 + (grid % 24).astype(np.int64)
    busy_hours = np.zeros((len(names), 168))
    there_hours = np.zeros((len(names), 168))
    queue_hours = np.zeros((len(names), 168))
    looks = np.bincount(row, minlength=168).astype(float)
    stage_of = {stage: number for number, stage in enumerate(model.stages)}
    stage_of_step = np.array([stage_of[step.stage] for step in model.steps], np.int64)
    stuck = 0
    for run in runs:
        stuck += run.stuck
        here = np.ones(len(run.arrivals), bool) if chosen_places is None else np.isin(run.arrivals.place, chosen_places)
        came = here & (run.arrivals.time >= begin) & (run.arrivals.time < stop)
        horizon = run.horizon
        left = np.where(run.finished, run.end, horizon)
        took = (left - run.arrivals.time)[came]
        done = run.finished[came]
        samples["cases"].append(float(came.sum()))
        samples["unfinished"].append(float((~done).sum()))
        for name, value in (("median", _quantile(took, 0.5)), ("p90", _quantile(took, 0.9)), ("mean", _mean(took))):
            samples[name].append(value)
        for limit in limits:
            samples[f"kept:{limit.name}"].append(
                _kept(limit, run, came, left, done, took, stage_of_step, stage_of, before, days, horizon)
            )
        inside = _inside(run.arrivals.time[here], left[here], noons)
        progress_by_day.append(inside)
        samples["progress"].append(_mean(inside))
        pool_of_record = laid.pool_of[run.step, run.arrivals.place[run.case]]
        for number, name in enumerate(names):
            mine = np.isin(pool_of_record, pools[number])
            times = run.times[mine]
            there = laid.staffed[pools[number]][:, slot_of].sum(0)
            working = np.minimum(_inside(times[:, 1], times[:, 2], grid), there)
            waiting = _inside(times[:, 0], np.minimum(times[:, 1], horizon), grid)
            whole = there.sum()
            samples[f"busy:{name}"].append(float(working.sum() / whole) if whole else math.nan)
            samples[f"queue:{name}"].append(_mean(waiting))
            begun = np.isfinite(times[:, 1]) & (times[:, 0] >= begin) & (times[:, 0] < stop)
            samples[f"wait:{name}"].append(_mean(times[begun, 1] - times[begun, 0]))
            busy_hours[number] += np.bincount(row, working, minlength=168)
            there_hours[number] += np.bincount(row, there, minlength=168)
            queue_hours[number] += np.bincount(row, waiting, minlength=168)
    kept_samples = {name: np.array(values) for name, values in samples.items()}
    numbers = {name: Number.of(values) for name, values in kept_samples.items()}
    stacked = np.array(progress_by_day)
    by_day = np.column_stack(
        [np.quantile(stacked, 0.025, axis=0), stacked.mean(0), np.quantile(stacked, 0.975, axis=0)]
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        by_hour = busy_hours / there_hours
        queue_by_hour = queue_hours / (looks * len(runs))
    cautions: tuple[Caution, ...] = ()
    if stuck:
        text = f"{stuck} visits were never served: nobody works there long enough before the simulated time ends."
        cautions = (Caution("never-served", text),)
    return Outcome(
        cases=numbers["cases"], median=numbers["median"], p90=numbers["p90"], mean=numbers["mean"],
        unfinished=numbers["unfinished"], kept={limit.name: numbers[f"kept:{limit.name}"] for limit in limits},
        progress=numbers["progress"], by_day=by_day, departments=names,
        utilisation=tuple(numbers[f"busy:{name}"] for name in names), queue=tuple(numbers[f"queue:{name}"] for name in names),
        wait=tuple(numbers[f"wait:{name}"] for name in names), by_hour=by_hour, queue_by_hour=queue_by_hour,
        replications=len(runs), samples=kept_samples, cautions=cautions,
    )  # fmt: skip


def _serves(model: Model, pool: int, places: NDArray[np.int64]) -> bool:
    return any(step.pools[place] == pool for step in model.steps for place in places)


def _inside(begins: Floats, ends: Floats, at: Floats) -> Floats:
    """How many of the intervals hold each moment."""
    return (np.searchsorted(np.sort(begins), at, "right") - np.searchsorted(np.sort(ends), at, "right")).astype(float)


def _quantile(values: Floats, share: float) -> float:
    return float(np.quantile(values, share)) if len(values) else math.nan


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else math.nan


def _kept(
    limit: Limit, run: Run, came: NDArray[np.bool_], left: Floats, done: NDArray[np.bool_], took: Floats,
    stage_of_step: NDArray[np.int64], stage_of: dict[str, int], before: Floats, days: Days, horizon: float,
) -> float:  # fmt: skip
    if not limit.stages:
        spent = took
        if limit.office:
            spent = worked(before, days, left[came]) - worked(before, days, run.arrivals.time[came])
        counted = done | (spent > limit.hours)
        return _mean((spent[counted] <= limit.hours).astype(float))
    wanted = [stage_of[name] for name in limit.stages if name in stage_of]
    mine = np.isin(stage_of_step[run.step], wanted)
    begins, ends = run.times[mine, 0], np.minimum(run.times[mine, 3], horizon)
    hours = worked(before, days, ends) - worked(before, days, begins) if limit.office else ends - begins
    whole = np.bincount(run.case[mine], hours, minlength=len(run.arrivals)).astype(np.float64)
    touched = np.bincount(run.case[mine], minlength=len(run.arrivals)) > 0
    inside = np.zeros(len(run.arrivals), bool)
    inside[run.case[mine][run.times[mine, 3] > horizon]] = True
    counted = came & touched & (~inside | (whole > limit.hours))
    return _mean((whole[counted] <= limit.hours).astype(float))
