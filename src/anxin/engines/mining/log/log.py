"""The event log in memory: codes, sorted by case and moment."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from anxin.engines.mining.errors import BadQuestion, listed
from anxin.engines.mining.log.columns import Codes, Column, Ints, Names
from anxin.engines.mining.log.report import Reading
from anxin.engines.results import Caution

T = TypeVar("T")
NONE: Mapping[str, Column] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Log:
    """Events sorted by case, then moment, then the order in which they came.

    Case c (0 … cases - 1) has the events offsets[c] … offsets[c + 1] - 1. An activity is a code into `activities`; a
    resource or department too, -1 where unknown. `time` is the moment an event happened or was completed, in
    microseconds of UTC since 1970; `started` when its work began, where the log says so, and equal to `time` for the events
    that `start_unknown` marks (None: for none). `attributes` hold a value per event, `case_attributes` a value per case. Built by `build`, `read` and the store; arrays are read-only.
    """

    name: str
    case_ids: Names
    offsets: Ints
    activity: Codes
    activities: Names
    time: Ints
    started: Ints | None = None
    start_unknown: NDArray[np.bool_] | None = None
    resource: Column | None = None
    department: Column | None = None
    lifecycle: Column | None = None
    attributes: Mapping[str, Column] = field(default_factory=lambda: NONE)
    case_attributes: Mapping[str, Column] = field(default_factory=lambda: NONE)
    reading: Reading = field(default_factory=Reading)

    def __post_init__(self) -> None:
        for array in (self.offsets, self.activity, self.time, self.started, self.start_unknown):
            if array is not None:
                array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.activity)

    def __repr__(self) -> str:
        return f"<Log {self.name}: {len(self):,} events, {self.cases:,} cases, {len(self.activities):,} activities>"

    @property
    def cases(self) -> int:
        return len(self.offsets) - 1

    @property
    def cautions(self) -> tuple[Caution, ...]:
        return self.reading.cautions

    # What the questions read

    def chunks(self, *columns: str) -> Iterator[Log]:
        """The log as pieces that hold whole cases and share one set of names; in memory that is the log itself.

        `columns` names what a question reads besides the activities (time, started, resource, department), so that a
        log on disk reads no more than that.
        """
        yield self

    def map(self, work: Callable[[Log], T], *columns: str) -> Iterator[T]:
        """What `work` makes of each piece, in the order of the pieces; see `Source.map`."""
        return map(work, self.chunks(*columns))

    def attribute_kinds(self) -> dict[str, bool]:
        """The names of all attributes, and whether each has a value per case."""
        return {**dict.fromkeys(self.attributes, False), **dict.fromkeys(self.case_attributes, True)}

    def events_per_case(self) -> Ints:
        return np.diff(self.offsets)

    def case_of_event(self) -> NDArray[np.int32]:
        return np.repeat(np.arange(self.cases, dtype=np.int32), self.events_per_case())

    def begins(self) -> Ints:
        """The first moment of each case (the start of its first work where known)."""
        first = self.offsets[:-1]
        return self.time[first] if self.started is None else np.minimum(self.time[first], self.started[first])

    def known_starts(self) -> NDArray[np.bool_]:
        """Which events say when their work began."""
        if self.started is None:
            return np.zeros(len(self), bool)
        return np.ones(len(self), bool) if self.start_unknown is None else ~self.start_unknown

    def ends(self) -> Ints:
        """The last moment of each case."""
        return self.time[self.offsets[1:] - 1]

    def activity_code(self, name: str) -> int:
        """The code of an activity. Raises BadQuestion, listing what there is, for an unknown one."""
        code = self.activities.code(name)
        if code < 0:
            raise BadQuestion(
                f"There is no activity “{name}” in {self.name or 'this log'}. It has: {listed(self.activities)}.",
                code="unknown-activity",
                about=[name],
            )
        return code

    def column(self, name: str) -> tuple[Column, bool]:
        """A column by name, and whether it has a value per case (else per event). Raises BadQuestion.

        The roles “resource”, “department” and “lifecycle” come before an attribute that is called so too; “case:NAME”
        means the attribute.
        """
        special = {"resource": self.resource, "department": self.department, "lifecycle": self.lifecycle}
        if (role := special.get(name)) is not None:
            return role, False
        if name == "activity":
            return Column("activity", self.activity, self.activities), False
        if name in self.case_attributes:
            return self.case_attributes[name], True
        if name in self.attributes:
            return self.attributes[name], False
        if name.removeprefix("case:") in self.case_attributes:
            return self.case_attributes[name.removeprefix("case:")], True
        known = [*self.case_attributes, *self.attributes, *(key for key, one in special.items() if one is not None)]
        raise BadQuestion(
            f"There is no column “{name}” in {self.name or 'this log'}. It has: {listed(known)}.",
            code="unknown-column",
            about=[name],
        )

    def with_department(self, column: str) -> Log:
        """The same log with the event column `column` as the department."""
        found, per_case = self.column(column)
        if per_case:
            found = Column(found.name, found.values[self.case_of_event()], found.names)
        if not found.is_coded:
            raise BadQuestion(f"{column} holds numbers; a department is a name.", code="not-names", about=[column])
        return dataclasses.replace(self, department=found)

    # Parts of it

    def select_cases(self, chosen: NDArray[np.bool_] | Ints) -> Log:
        """The log of some cases only: a mask over cases, or their numbers. Names and codes stay as they are."""
        numbers = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen.astype(np.int64, copy=False)
        starts, counts = self.offsets[numbers], self.events_per_case()[numbers]
        offsets = np.concatenate(([0], np.cumsum(counts)))
        events = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], counts)
        return self._taken(numbers, offsets, events)

    def select_events(self, kept: NDArray[np.bool_]) -> Log:
        """The log of some events only (a mask over events); a case that keeps none is dropped."""
        counts = np.add.reduceat(kept.astype(np.int64), self.offsets[:-1]) if self.cases else np.zeros(0, np.int64)
        numbers = np.flatnonzero(counts)
        offsets = np.concatenate(([0], np.cumsum(counts[numbers])))
        return self._taken(numbers, offsets, np.flatnonzero(kept))

    def _taken(self, numbers: Ints, offsets: Ints, events: Ints) -> Log:
        def column(one: Column | None) -> Column | None:
            return None if one is None else one.take(events)

        return dataclasses.replace(
            self,
            case_ids=self.case_ids.take(numbers),
            offsets=offsets.astype(np.int64),
            activity=self.activity[events],
            time=self.time[events] if len(self.time) else self.time,  # a piece from disk may come without
            started=None if self.started is None else self.started[events],
            start_unknown=None if self.start_unknown is None else self.start_unknown[events],
            resource=column(self.resource),
            department=column(self.department),
            lifecycle=column(self.lifecycle),
            attributes={name: one.take(events) for name, one in self.attributes.items()},
            case_attributes={name: one.take(numbers) for name, one in self.case_attributes.items()},
        )


class Source(Protocol):
    """Where questions read from: a log in memory, or one on disk that comes in pieces.

    A question gives `map` what it does to one piece of whole cases, and puts together what comes back in order. Pieces
    may be worked on by other processes and machines: what goes there and comes back is pickled, so `work` is a function
    of a module or a `partial` of one, and its answer is small beside the piece where that is possible.
    """

    @property
    def name(self) -> str: ...
    @property
    def activities(self) -> Names: ...
    @property
    def cases(self) -> int: ...
    def __len__(self) -> int: ...
    def map(self, work: Callable[[Log], T], *columns: str) -> Iterator[T]: ...
    def activity_code(self, name: str) -> int: ...
    def attribute_kinds(self) -> Mapping[str, bool]: ...
