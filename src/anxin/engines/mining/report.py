"""The whole analysis of a log in one go: what `anxin mine` prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from anxin.engines.mining.conformance import Conformance, conformance
from anxin.engines.mining.durations import moment
from anxin.engines.mining.errors import BadQuestion
from anxin.engines.mining.log.lifecycle import has_starts, pieces_of_work
from anxin.engines.mining.log.log import Log
from anxin.engines.mining.questions.bottlenecks import Bottlenecks, bottlenecks
from anxin.engines.mining.questions.cycle_time import CycleTime, cycle_time
from anxin.engines.mining.questions.directly_follows import DirectlyFollows, Waits, directly_follows, waits
from anxin.engines.mining.questions.drift import Drift, drift
from anxin.engines.mining.questions.hand_over import HandOver, hand_over, has_names
from anxin.engines.mining.questions.promises import PromiseBoard, promise
from anxin.engines.mining.questions.remaining import Remaining, remaining_time
from anxin.engines.mining.questions.rework import Rework, rework
from anxin.engines.mining.questions.service import Service, service
from anxin.engines.mining.questions.slow_cases import SlowCases, slow_cases
from anxin.engines.mining.questions.variants import Variants, variants
from anxin.engines.mining.working import CalendarLike, WorkingTime
from anxin.engines.results import Caution, Result, Table, plain

MANY_VARIANTS = 1000
ROLES = ("resource", "department", "lifecycle")
_UTC = ZoneInfo("UTC")
Limit = tuple[str, str, timedelta]


@dataclass(frozen=True, kw_only=True, repr=False)
class Analysis(Result):
    """Every question asked of one log; a part is None where the log lacks what it needs, and `cautions` say why."""

    log: Log
    follows: DirectlyFollows
    waits: Waits
    service: Service | None
    bottlenecks: Bottlenecks
    variants: Variants
    cycle_time: CycleTime
    by_month: CycleTime
    by_attribute: tuple[CycleTime, ...]
    rework: Rework
    people: HandOver | None
    departments: HandOver | None
    promises: tuple[PromiseBoard, ...]
    conformance: Conformance | None
    slow_cases: SlowCases | None
    drift: Drift | None
    remaining: Remaining | None
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return f"{len(self.log):,} events, {self.log.cases:,} cases; {self.cycle_time.headline()}"

    def table(self) -> Table:
        return Table.of(("part", "finding"), [(name, part.headline()) for name, part in self.parts()], "Analysis")

    def parts(self) -> Iterator[tuple[str, Result]]:
        """(what, result), in the order of reading."""
        yield "cycle time", self.cycle_time
        yield "by month", self.by_month
        yield from ((f"by {one.by}", one) for one in self.by_attribute)
        yield "process map", self.follows
        yield "waits", self.waits
        if self.service is not None:
            yield "service", self.service
        yield "bottlenecks", self.bottlenecks
        yield "variants", self.variants
        yield "rework", self.rework
        for name, part in (
            ("hand-over between people", self.people),
            ("hand-over between departments", self.departments),
        ):
            if part is not None:
                yield name, part
        yield from (("promise", one) for one in self.promises)
        for name, rest in (
            ("conformance", self.conformance),
            ("slow cases", self.slow_cases),
            ("drift", self.drift),
            ("open cases", self.remaining),
        ):
            if rest is not None:
                yield name, rest

    def lines(self, most: int = 12) -> Iterator[str]:
        """The report as a person reads it."""
        log = self.log
        yield f"{log.name}: {len(log):,} events, {log.cases:,} cases, {len(log.activities):,} activities"
        yield f"from {moment(int(log.begins().min())):%Y-%m-%d %H:%M} to {moment(int(log.time.max())):%Y-%m-%d %H:%M} UTC"
        yield from log.reading.sentences()
        for name, part in self.parts():
            yield ""
            yield f"== {name.capitalize()}: {part.headline()}"
            if part is not self.cycle_time and len(rows := part.table(most)):  # type: ignore[call-arg]
                yield str(rows)
            yield from (f"Note: {caution}" for caution in part.cautions)
        yield from (f"\nNote: {caution}" for caution in self.cautions)

    def to_dict(self) -> dict[str, Any]:
        """Everything for a program; of the variants the MANY_VARIANTS most frequent."""
        log = self.log
        result: dict[str, Any] = {
            "log": {
                "name": log.name, "events": len(log), "cases": log.cases, "activities": list(log.activities[:10_000]),
                "first": moment(int(log.begins().min())).isoformat(), "last": moment(int(log.time.max())).isoformat(),
                "reading": log.reading.to_dict(),
            },
            "variants": {
                "count": len(self.variants),
                "most_frequent": [
                    {"path": list(self.variants.path(v)), "cases": int(self.variants.count[v]), "median": None if self.variants.median is None else int(self.variants.median[v])}
                    for v in range(min(len(self.variants), MANY_VARIANTS))
                ],
            },
        }  # fmt: skip
        for name in (
            "cycle_time",
            "by_month",
            "by_attribute",
            "follows",
            "waits",
            "service",
            "rework",
            "people",
            "departments",
        ):
            result[name] = plain(getattr(self, name))
        result["bottlenecks"] = self.bottlenecks.table(None).records()
        result["promises"] = [
            {
                "start": one.start,
                "stop": one.stop,
                "limit": one.limit,
                "keeping": plain(one.keeping),
                **{state: one.count(code) for code, state in enumerate(("kept", "broken", "running", "overdue"))},
                "by_month": one.table().records(),
            }
            for one in self.promises
        ]
        for name in ("conformance", "slow_cases", "drift", "remaining"):
            part = getattr(self, name)
            result[name] = None if part is None else plain(part.to_dict())
        result["cautions"] = plain(self.cautions)
        return result


def analyse(
    log: Log,
    *,
    model: Any = None,
    promises: Sequence[Limit] = (),
    calendar: CalendarLike | None = None,
    zone: ZoneInfo = _UTC,
    attributes: Sequence[str] = (),
    endings: Sequence[str] | None = None,
    tell: Callable[[str], None] = lambda what: None,
) -> Analysis:
    """Every question this engine has, asked of one log. `model`: a prescribed process; `promises`: (start, stop, limit);
    `calendar`: for office time; `attributes`: for cycle times beside the month; `endings`: activities that end a case.
    `tell` hears what is being worked on. A log with starts and completions is paired first, so that waiting is not work.
    """
    cautions: list[Caution] = []
    if has_starts(log):
        tell("pairing starts and completions")
        log = pieces_of_work(log)
    working = None
    if calendar is not None:
        working = WorkingTime.of(calendar, int(log.begins().min()), int(log.time.max()))

    def perhaps(what: str, ask: Callable[[], Any]) -> Any:
        """An answer, or None with the reason among the cautions: one question that does not fit must not lose the rest."""
        tell(what)
        try:
            return ask()
        except BadQuestion as error:
            cautions.append(Caution(error.code, f"{what}: {error}", error.about))
            return None

    tell("process map")
    follows, between = directly_follows(log), waits(log, working=working)
    chosen = (
        attributes
        or [
            name
            for name, one in log.case_attributes.items()
            if one.names is not None and 2 <= len(one.names) <= 30 and name not in ROLES
        ][:3]
    )
    by_attribute = [
        perhaps(f"cycle time by {name}", partial(cycle_time, log, by=name, working=working)) for name in chosen
    ]
    tell("variants")
    different = variants(log)
    many = log.cases >= 60
    return Analysis(
        log=log,
        follows=follows,
        waits=between,
        service=None if log.started is None else perhaps("service times", lambda: service(log)),
        bottlenecks=bottlenecks(between),
        variants=different,
        cycle_time=cycle_time(log, working=working),
        by_month=cycle_time(log, by="month", zone=zone, working=working),
        by_attribute=tuple(one for one in by_attribute if one is not None),
        rework=rework(log),
        people=hand_over(log, quantiles=True) if has_names(log, "resource") else None,
        departments=hand_over(log, between="department", quantiles=True) if has_names(log, "department") else None,
        promises=tuple(
            one
            for one in (perhaps("promise", partial(promise, log, *limit, zone=zone)) for limit in promises)
            if one is not None
        ),
        conformance=None if model is None else perhaps("conformance", lambda: conformance(log, model, fitness=True)),
        slow_cases=perhaps("slow cases", lambda: slow_cases(log)),
        drift=perhaps("drift", lambda: drift(log)) if many else None,
        remaining=perhaps("open cases", lambda: remaining_time(log, endings=endings)),
        cautions=tuple(cautions),
    )
