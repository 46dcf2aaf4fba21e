"""The hours in which the company works on a working day."""

from dataclasses import dataclass, field
from datetime import time

MINUTE = 60_000_000  # microseconds
DAY = 24 * 60 * MINUTE

_MIDNIGHT = time(0)


def since_midnight(clock: time) -> int:
    """Microseconds on the wall clock since 00:00."""
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000 + clock.microsecond


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The spans of a working day, on the wall clock of the calendar's zone: ordered, not overlapping, at least one.

    A last span may end at time(0), which then means 24:00. Raises ValueError when the spans are not so.
    """

    spans: tuple[tuple[time, time], ...]
    # The spans in microseconds since midnight, and their sum.
    edges: tuple[tuple[int, int], ...] = field(init=False, repr=False, compare=False)
    per_day: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        spans = tuple((opens, closes) for opens, closes in self.spans)
        if not spans:
            raise ValueError("spans: empty; give at least one span, e.g. ((time(9), time(17)),)")
        edges: list[tuple[int, int]] = []
        for number, (opens, closes) in enumerate(spans):
            shown = f"{opens}-{closes}"
            if opens.tzinfo is not None or closes.tzinfo is not None:
                raise ValueError(f"spans: {shown} carries a zone; give plain times, the calendar has the zone")
            start, end = since_midnight(opens), since_midnight(closes)
            if closes == _MIDNIGHT and number == len(spans) - 1:
                end = DAY
            if start >= end:
                raise ValueError(f"spans: {shown} does not end after it begins; split a span that crosses midnight")
            if edges and start < edges[-1][1]:
                raise ValueError(f"spans: {shown} begins before the span ahead of it ends; order them, do not overlap")
            edges.append((start, end))
        object.__setattr__(self, "spans", spans)
        object.__setattr__(self, "edges", tuple(edges))
        object.__setattr__(self, "per_day", sum(end - start for start, end in edges))

    def worked_by(self, clock: int) -> int:
        """Microseconds of office time between midnight and `clock` (microseconds since midnight)."""
        worked = 0
        for start, end in self.edges:
            if clock <= start:
                break
            worked += min(clock, end) - start
        return worked

    def clock_after(self, worked: int) -> int:
        """The earliest `clock` by which `worked` microseconds of office time have passed; 0 < worked <= per_day."""
        clock = 0
        for start, end in self.edges:
            clock = start + worked
            if clock <= end:
                break
            worked -= end - start
        return clock


DEFAULT_OFFICE_HOURS = OfficeHours(((time(9), time(12)), (time(13), time(17, 30))))
