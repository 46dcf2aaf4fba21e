"""Events in, clocks out: the pure heart of promises.

`apply` takes one event and the clocks of its case and says which clocks began or changed. The journal calls it while
it writes; `replay` calls it for a whole chain; both give the same answer because this is all there is.

Sources: Civil Code art. 201 (the first day is not counted), 203 (a last day on a holiday rolls); Supreme Court
interpretation II of the Insurance Law art. 15 (the decision clock stops from the arrival of the supplement notice to
the arrival of the supplements).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from anxin.engines.calendar import Calendar, Due
from anxin.journal import activities
from anxin.journal.promises.rules import DAY_UNITS, Rule, RuleSet

RUNNING, PAUSED, KEPT, BROKEN, VOID = "running", "paused", "kept", "broken", "void"
# A limitation runs for years: three months' warning is what a customer can act on.
LIMITATION_WARNING = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Happening:
    """What the fold needs to know of an event."""

    seq: int
    activity: str
    occurred_at: datetime
    data: Mapping[str, Any]
    rules_edition: int
    calendar_edition: int


class ClockLike(Protocol):
    """The fields of a promise. The journal's table and `Clock` both have them."""

    rule: str
    key: str
    serial: int
    state: str
    department: str
    person_id: int | None
    unit: str
    amount: int
    start_seq: int
    started_at: datetime
    due_at: datetime | None
    strict_on: date | None
    rolled_on: date | None
    rolled_at: datetime | None
    roll_name: str
    provisional: bool
    near_at: datetime | None
    wake_at: datetime | None
    warned_at: datetime | None
    escalated_at: datetime | None
    paused_at: datetime | None
    left: int
    stopped_days: int
    stops: list[list[str]]
    count: int
    end_seq: int | None
    settled_at: datetime | None
    broken_at: datetime | None
    extended: bool
    rules_edition: int
    calendar_edition: int


@dataclass(slots=True)
class Clock:
    """A promise outside any table: for replays, tests and what-if pages."""

    rule: str
    key: str = ""
    serial: int = 1
    state: str = RUNNING
    department: str = ""
    person_id: int | None = None
    unit: str = ""
    amount: int = 0
    start_seq: int = 0
    started_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    due_at: datetime | None = None
    strict_on: date | None = None
    rolled_on: date | None = None
    rolled_at: datetime | None = None
    roll_name: str = ""
    provisional: bool = False
    near_at: datetime | None = None
    wake_at: datetime | None = None
    warned_at: datetime | None = None
    escalated_at: datetime | None = None
    paused_at: datetime | None = None
    left: int = 0
    stopped_days: int = 0
    stops: list[list[str]] = field(default_factory=list)
    """Past pauses: [stopped, resumed] as ISO moments, so that a clock dated anew lives through the same ones."""
    count: int = 0
    end_seq: int | None = None
    settled_at: datetime | None = None
    broken_at: datetime | None = None
    extended: bool = False
    rules_edition: int = 0
    calendar_edition: int = 0


FIELDS: tuple[str, ...] = tuple(Clock.__dataclass_fields__)


class Editions(Protocol):
    def rules(self, edition: int) -> RuleSet: ...

    def calendar(self, edition: int) -> Calendar: ...


@dataclass(slots=True)
class Outcome:
    created: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)
    overcounted: list[Any] = field(default_factory=list)
    """Counts that this event took over their limit: the journal records the breach right after the event."""


def apply(
    event: Happening, clocks: Iterable[ClockLike], editions: Editions, new: Callable[..., Any] = Clock
) -> Outcome:
    """Fold one event into the clocks of its case; changes them in place and tells which."""
    outcome = Outcome()
    clocks = list(clocks)
    if event.activity in _ADDRESSED:
        for clock in clocks:
            # A clock that has ended is past speaking of, save a count, which is settled from the first.
            if _is_addressed(clock, event.data) and (clock.settled_at is None or clock.count):
                _ADDRESSED[event.activity](clock, event, editions)
                outcome.changed.append(clock)
        return outcome
    begun: set[tuple[str, str]] = set()
    for clock in clocks:
        if clock.settled_at is not None:
            continue
        rule = editions.rules(clock.rules_edition)[clock.rule]
        if rule.klass == "count":
            continue
        if _touches(rule, clock, event) and _advance(rule, clock, event, editions):
            outcome.changed.append(clock)
        if clock.settled_at is None:
            begun.add((clock.rule, clock.key))
    for rule in editions.rules(event.rules_edition).starting(event.activity):
        if not rule.covers(event.data):
            continue
        key = str(event.data.get(rule.key, "")) if rule.key else ""
        same = [clock for clock in clocks if clock.rule == rule.id and clock.key == key]
        if rule.klass == "count":
            _count(rule, key, same, event, outcome, new)
        elif (rule.id, key) not in begun:
            outcome.created.append(_start(rule, key, len(same) + 1, event, editions, new))
    return outcome


def replay(events: Iterable[Happening], editions: Editions) -> list[Clock]:
    """All clocks of a case from its events alone, in the order in which they began."""
    clocks: list[Clock] = []
    for event in events:
        clocks += apply(event, clocks, editions).created
    return clocks


def tightest(clocks: Iterable[Any], editions: Editions) -> Any | None:
    """The open promise that is due first; a limitation is the customer's own time and never leads a queue."""
    running = (
        clock
        for clock in clocks
        if clock.settled_at is None
        and clock.due_at is not None
        and editions.rules(clock.rules_edition)[clock.rule].klass == "deadline"
    )
    return min(running, key=lambda clock: (clock.due_at, clock.start_seq, clock.rule), default=None)


# -- how one clock moves ------------------------------------------------------------------------------------------


def _touches(rule: Rule, clock: ClockLike, event: Happening) -> bool:
    """An event without the rule's key field speaks of the whole case; one with it, of that part only."""
    if event.activity not in rule.activities:
        return False
    return not rule.key or rule.key not in event.data or str(event.data[rule.key]) == clock.key


def _advance(rule: Rule, clock: ClockLike, event: Happening, editions: Editions) -> bool:
    calendar = editions.calendar(clock.calendar_edition)
    if event.activity in rule.voided_by:
        _settle(clock, event, VOID if clock.broken_at is None else BROKEN)
    elif event.activity in rule.kept_by:
        # Done in time even if the timer has not yet looked; done late stays broken, and says when it was done.
        late = clock.broken_at is not None or (
            clock.state == RUNNING and clock.due_at is not None and event.occurred_at >= clock.due_at
        )
        _settle(clock, event, BROKEN if late else KEPT)
        if late and clock.broken_at is None:
            clock.broken_at = clock.due_at
    elif event.activity in rule.paused_by:
        if clock.state != RUNNING or clock.due_at is None or event.occurred_at >= clock.due_at:
            return False  # already stopped, or the day had passed: stopping now would hide the breach
        _pause(clock, event.occurred_at, calendar)
    elif event.activity in rule.resumed_by:
        if clock.state != PAUSED:
            return False
        _resume(clock, event.occurred_at, calendar)
    elif event.activity in rule.restarted_by:
        clock.started_at, clock.stopped_days, clock.stops, clock.left = event.occurred_at, 0, [], 0
        clock.start_seq = event.seq
        clock.state, clock.broken_at, clock.paused_at = RUNNING, None, None
        _date(clock, event.occurred_at, calendar)
    else:
        return False
    return True


def _start(
    rule: Rule, key: str, serial: int, event: Happening, editions: Editions, new: Callable[..., Any]
) -> ClockLike:
    calendar = editions.calendar(event.calendar_edition)
    started_at = event.occurred_at
    if rule.start_field and event.data.get(rule.start_field):
        # A date without a time: the clock begins with that day, which itself is not counted.
        started_at = calendar.end_of_day(date.fromisoformat(event.data[rule.start_field])) - timedelta(days=1)
    person = event.data.get(rule.person_field) if rule.person_field else None
    clock: ClockLike = new(
        rule=rule.id, key=key, serial=serial, state=RUNNING, department=rule.department,
        person_id=int(person) if person else None, unit=rule.unit, amount=rule.amount,
        start_seq=event.seq, started_at=started_at,
        rules_edition=event.rules_edition, calendar_edition=event.calendar_edition,
    )  # fmt: skip
    _date(clock, started_at, calendar)
    return clock


def _count(rule: Rule, key: str, same: list[Any], event: Happening, outcome: Outcome, new: Callable[..., Any]) -> None:
    if not same:
        outcome.created.append(
            new(
                rule=rule.id, key=key, serial=1, state=KEPT, department=rule.department, unit="", amount=rule.limit,
                start_seq=event.seq, started_at=event.occurred_at, count=1,
                settled_at=event.occurred_at, end_seq=event.seq,
                rules_edition=event.rules_edition, calendar_edition=event.calendar_edition,
            )
        )  # fmt: skip
        return
    clock = same[0]
    clock.count += 1
    outcome.changed.append(clock)
    if clock.count > rule.limit:
        outcome.overcounted.append(clock)


def _settle(clock: ClockLike, event: Happening, state: str) -> None:
    clock.state, clock.settled_at, clock.end_seq = state, event.occurred_at, event.seq
    clock.wake_at = None


def _pause(clock: ClockLike, moment: datetime, calendar: Calendar) -> None:
    assert clock.due_at is not None
    clock.left = units_left(clock, moment, calendar)
    clock.state, clock.paused_at = PAUSED, moment
    clock.due_at = clock.rolled_at = clock.strict_on = clock.rolled_on = clock.near_at = clock.wake_at = None


def _resume(clock: ClockLike, moment: datetime, calendar: Calendar) -> None:
    assert clock.paused_at is not None
    clock.stopped_days += (calendar.date_of(moment) - calendar.date_of(clock.paused_at)).days
    clock.stops = [*clock.stops, [_iso(clock.paused_at), _iso(moment)]]
    clock.state, clock.paused_at = RUNNING, None
    _date(clock, moment, calendar, clock.left)
    clock.left = 0


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _date_anew(clock: ClockLike, calendar: Calendar) -> None:
    """Date a clock from its start under the limit it now has, living through the stops it has had.

    A stop that began after the new limit had passed is not lived through: it would hide the breach.
    """
    now_paused = clock.paused_at if clock.state == PAUSED else None
    stops, clock.stops, clock.stopped_days = clock.stops, [], 0
    clock.state, clock.paused_at, clock.left = RUNNING, None, 0
    _date(clock, clock.started_at, calendar)
    for stopped, resumed in stops:
        began = datetime.fromisoformat(stopped)
        if clock.due_at is not None and began < clock.due_at:
            _pause(clock, began, calendar)
            _resume(clock, datetime.fromisoformat(resumed), calendar)
    if now_paused is not None and clock.due_at is not None and now_paused < clock.due_at:
        _pause(clock, now_paused, calendar)


def units_left(clock: ClockLike, moment: datetime, calendar: Calendar) -> int:
    """What is left of a running clock at `moment`, in its own unit (minutes for plain hours); 0 when it is over."""
    if clock.due_at is None:
        return clock.left
    if clock.unit in ("calendar_days", "years"):
        assert clock.strict_on is not None
        return max(0, (clock.strict_on - calendar.date_of(moment)).days)
    if clock.unit == "working_days":
        assert clock.strict_on is not None
        today = calendar.date_of(moment)
        return calendar.working_days_between(today, clock.strict_on) if today < clock.strict_on else 0
    if clock.unit == "office_minutes":
        return calendar.office_minutes_between(moment, clock.due_at) if moment < clock.due_at else 0
    return max(0, int((clock.due_at - moment).total_seconds() // 60))


def total_units(clock: ClockLike) -> int:
    """The whole length of the clock in the unit of `units_left`; years have no fixed length and give 0."""
    if clock.unit == "years":
        return 0
    return clock.amount * 60 if clock.unit == "hours" else clock.amount


def _date(clock: ClockLike, base: datetime, calendar: Calendar, left: int | None = None) -> None:
    """Date a clock from `base`: its whole length, or what is `left` of it (in the unit of `units_left`)."""
    whole = total_units(clock)
    units = left if left is not None else whole or clock.amount
    unit = "calendar_days" if clock.unit == "years" and left is not None else clock.unit
    until_near = max(0, units - whole // 4)
    clock.rolled_on = clock.strict_on = None
    clock.rolled_at = None
    clock.roll_name = ""
    if unit in DAY_UNITS:
        base_on = calendar.date_of(base)
        due = _add_days(calendar, unit, base_on, units)
        clock.strict_on, clock.rolled_on, clock.roll_name = due.strict_on, due.rolled_on, due.rolled_over
        clock.due_at = calendar.end_of_day(due.strict_on)
        clock.rolled_at = calendar.end_of_day(due.rolled_on)
        clock.provisional = due.provisional
        if clock.unit == "years":
            near_at = clock.due_at - LIMITATION_WARNING
        else:
            three_quarters = calendar.end_of_day(_add_days(calendar, unit, base_on, until_near).strict_on)
            near_at = min(three_quarters, clock.due_at - timedelta(days=1))
    elif unit == "office_minutes":
        clock.due_at, clock.provisional = calendar.add_office_hours(base, units)
        near_at = calendar.add_office_hours(base, until_near)[0]
    else:
        clock.due_at, clock.provisional = base + timedelta(minutes=units), False
        near_at = base + timedelta(minutes=until_near)
    clock.near_at = max(near_at, base)
    clock.warned_at = clock.escalated_at = None
    clock.wake_at = clock.near_at


def _add_days(calendar: Calendar, unit: str, base: date, units: int) -> Due:
    if unit == "working_days":
        return calendar.add_working_days(base, units)
    if unit == "years":
        return calendar.add_years(base, units)
    return calendar.add_calendar_days(base, units)


# -- events that speak of one promise -----------------------------------------------------------------------------


def _is_addressed(clock: ClockLike, data: Mapping[str, Any]) -> bool:
    return (clock.rule, clock.key, clock.serial) == (data.get("rule"), data.get("key", ""), data.get("serial", 1))


def escalates_at(clock: ClockLike) -> datetime | None:
    """Half-way between the warning and the due moment the supervisor is told: before it breaks, not after."""
    if clock.near_at is None or clock.due_at is None:
        return None
    return clock.near_at + (clock.due_at - clock.near_at) / 2


def _near(clock: ClockLike, event: Happening, editions: Editions) -> None:
    clock.warned_at = event.occurred_at
    clock.wake_at = escalates_at(clock)


def _escalated(clock: ClockLike, event: Happening, editions: Editions) -> None:
    clock.escalated_at = event.occurred_at
    clock.wake_at = clock.due_at


def _broken(clock: ClockLike, event: Happening, editions: Editions) -> None:
    clock.state, clock.wake_at = BROKEN, None
    if clock.broken_at is None:
        clock.broken_at = event.occurred_at
    if editions.rules(clock.rules_edition)[clock.rule].klass == "count":
        clock.end_seq = event.seq


def _extended(clock: ClockLike, event: Happening, editions: Editions) -> None:
    """A longer limit, counted from the same start; the time the clock stood still is added again."""
    clock.unit, clock.amount, clock.extended = str(event.data["unit"]), int(event.data["amount"]), True
    clock.broken_at = None
    _date_anew(clock, editions.calendar(clock.calendar_edition))


def _redated(clock: ClockLike, event: Happening, editions: Editions) -> None:
    """A later rule or calendar re-dates a clock only through an event of its own, which pins the new editions."""
    clock.rules_edition, clock.calendar_edition = int(event.data["rules"]), int(event.data["calendar"])
    rule = editions.rules(clock.rules_edition)[clock.rule]
    if not clock.extended:
        clock.unit, clock.amount = rule.unit, rule.amount
    if clock.state in (RUNNING, PAUSED):
        _date_anew(clock, editions.calendar(clock.calendar_edition))


def _voided(clock: ClockLike, event: Happening, editions: Editions) -> None:
    # What was broken before stays so: it no longer binds, but it did.
    _settle(clock, event, VOID if clock.broken_at is None else BROKEN)


def _handed_over(clock: ClockLike, event: Happening, editions: Editions) -> None:
    """Another person holds it now; its limit runs on, since it is the customer's."""
    clock.person_id = int(event.data["person"]) or None


_ADDRESSED: dict[str, Callable[[Any, Happening, Editions], None]] = {
    activities.PROMISE_NEAR: _near,
    activities.PROMISE_ESCALATED: _escalated,
    activities.PROMISE_BROKEN: _broken,
    activities.PROMISE_EXTENDED: _extended,
    activities.PROMISE_REDATED: _redated,
    activities.PROMISE_VOIDED: _voided,
    activities.PROMISE_HANDED_OVER: _handed_over,
}
