"""Laws that hold for every history of a case."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from anxin.journal.promises import fold
from anxin.journal.promises.fold import Clock, Happening, apply, replay
from anxin.journal.tests.world import CALENDAR, RULES, World

WORLD = World()
SINCE = datetime(2024, 1, 1, tzinfo=UTC)
moments = st.integers(0, 600 * 24 * 60).map(lambda minutes: SINCE + timedelta(minutes=minutes))
gaps = st.lists(st.integers(0, 20 * 24 * 60), min_size=1, max_size=25)
names = st.sampled_from(
    ["asked", "answered", "stopped", "resumed", "again", "dropped", "noticed", "disputed", "settled", "other"]
)
data = st.fixed_dictionaries({}, optional={
    "line": st.sampled_from(["a", "b"]), "size": st.sampled_from(["big", "small"]), "by": st.integers(1, 3),
    "known_on": st.sampled_from(["2023-12-31", "2024-02-29"]),
})  # fmt: skip


@st.composite
def addressed(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    name = draw(st.sampled_from(["near", "escalated", "broken", "extended", "redated", "voided"]))
    address: dict[str, Any] = {"rule": draw(st.sampled_from(["DAYS", "WORK", "CALL"])), "key": "", "serial": 1}
    if name == "extended":
        address |= {
            "amount": draw(st.integers(5, 90)),
            "unit": draw(st.sampled_from(["calendar_days", "working_days"])),
        }
    if name == "redated":
        address |= {"rules": draw(st.integers(1, 2)), "calendar": draw(st.integers(1, 2))}
    return f"promise.{name}", address


@st.composite
def histories(draw: st.DrawFn) -> list[Happening]:
    """Events in the order of a chain; what happened may lie before the event in front of it (reported late)."""
    moment = draw(moments)
    rows = []
    for seq, gap in enumerate(draw(gaps), 1):
        moment += timedelta(minutes=gap)
        name, facts = draw(st.one_of(st.tuples(names.map("t.{}".format), data), addressed()))
        late = draw(st.sampled_from([0, 0, 0, 90]))
        rows.append(
            Happening(
                seq, name, moment - timedelta(minutes=late), facts, draw(st.integers(1, 2)), draw(st.integers(1, 2))
            )
        )
    return rows


@given(histories())
def test_replay_equals_one_event_at_a_time(rows: list[Happening]) -> None:
    clocks: list[Clock] = []
    for row in rows:
        # Through the table and back: what a row holds is all that is known of a clock.
        clocks = [Clock(**asdict(clock)) for clock in clocks]
        clocks += apply(row, clocks, WORLD).created
    assert clocks == replay(rows, WORLD)


@given(histories(), st.integers(0, 25))
def test_replay_can_be_cut_anywhere(rows: list[Happening], cut: int) -> None:
    clocks = replay(rows[:cut], WORLD)
    for row in rows[cut:]:
        clocks += apply(row, clocks, WORLD).created
    assert clocks == replay(rows, WORLD)


@given(histories())
def test_states_and_their_fields_agree(rows: list[Happening]) -> None:
    for clock in replay(rows, WORLD):
        settled = clock.settled_at is not None
        if clock.state == "running":
            assert not settled
            assert clock.due_at is not None
            assert clock.broken_at is None
        if clock.state == "paused":
            assert not settled
            assert clock.paused_at is not None
            assert (clock.due_at, clock.wake_at, clock.near_at) == (None, None, None)
            assert clock.left >= 0
        if clock.state in ("kept", "void"):
            assert settled
            assert clock.broken_at is None or RULES[clock.rule].klass == "count"
        if clock.state == "broken":
            assert clock.broken_at is not None
        if settled:
            assert clock.wake_at is None
            assert clock.end_seq is not None


@given(histories())
def test_near_comes_before_escalation_and_escalation_before_due(rows: list[Happening]) -> None:
    for clock in replay(rows, WORLD):
        if clock.due_at is None or clock.near_at is None:
            continue
        escalates = fold.escalates_at(clock)
        assert escalates is not None
        assert clock.near_at <= escalates <= clock.due_at
        assert clock.rolled_at is None or clock.due_at <= clock.rolled_at


@given(histories())
def test_at_most_one_clock_of_a_rule_and_key_is_open(rows: list[Happening]) -> None:
    open_ones = [(clock.rule, clock.key) for clock in replay(rows, WORLD) if clock.settled_at is None]
    assert len(open_ones) == len(set(open_ones))
    named = [(clock.rule, clock.key, clock.serial) for clock in replay(rows, WORLD)]
    assert len(named) == len(set(named))


def _happening(seq: int, name: str, moment: datetime) -> Happening:
    return Happening(seq, f"t.{name}", moment, {}, 1, 1)


def _of(rule: str, rows: list[Happening]) -> Clock:
    return next(clock for clock in replay(rows, WORLD) if clock.rule == rule)


@given(moments, st.lists(st.tuples(st.integers(1, 8_000), st.integers(0, 30_000)), max_size=4))
def test_stops_shift_calendar_days_by_the_days_between(start: datetime, stops: list[tuple[int, int]]) -> None:
    plain = _of("DAYS", [_happening(1, "asked", start)])
    rows, moment, days = [_happening(1, "asked", start)], start, 0
    for runs, stands in stops:
        stopped = moment + timedelta(minutes=runs)
        moment = stopped + timedelta(minutes=stands)
        rows += [_happening(len(rows) + 1, "stopped", stopped), _happening(len(rows) + 2, "resumed", moment)]
        days += (CALENDAR.date_of(moment) - CALENDAR.date_of(stopped)).days
    clock = _of("DAYS", rows)
    assert plain.strict_on is not None
    # 4 stops after at most 22 days of running: the limit of 30 days is never over before a stop.
    assert clock.strict_on == plain.strict_on + timedelta(days=days)
    assert clock.stopped_days == days


@given(moments, st.integers(0, 59), st.integers(0, 100_000))
def test_stops_shift_minutes_by_the_time_between(start: datetime, runs: int, stands: int) -> None:
    stopped, resumed = start + timedelta(minutes=runs), start + timedelta(minutes=runs + stands)
    clock = _of(
        "CALL", [_happening(1, "asked", start), _happening(2, "stopped", stopped), _happening(3, "resumed", resumed)]
    )
    assert clock.due_at == start + timedelta(minutes=60 + stands)


@given(moments, st.integers(0, 6), st.integers(0, 30))
def test_stops_of_whole_days_never_cost_a_working_day(start: datetime, runs: int, stands: int) -> None:
    stopped = start + timedelta(days=runs)
    resumed = stopped + timedelta(days=stands)
    plain = _of("WORK", [_happening(1, "asked", start)])
    assert plain.due_at is not None
    assert plain.strict_on is not None
    if stopped >= plain.due_at:
        return
    clock = _of(
        "WORK", [_happening(1, "asked", start), _happening(2, "stopped", stopped), _happening(3, "resumed", resumed)]
    )
    assert clock.strict_on is not None
    before = CALENDAR.working_days_between(CALENDAR.date_of(start), CALENDAR.date_of(stopped))
    after = CALENDAR.working_days_between(CALENDAR.date_of(resumed), clock.strict_on)
    assert before + after == 5 or (before == 5 and after == 0)


@given(moments, st.integers(0, 80 * 24 * 60))
def test_kept_before_it_is_due_is_kept_and_after_is_broken(start: datetime, minutes: int) -> None:
    done = start + timedelta(minutes=minutes)
    for clock in replay([_happening(1, "asked", start), _happening(2, "answered", done)], WORLD):
        plain = _of(clock.rule, [_happening(1, "asked", start)])
        assert plain.due_at is not None
        assert clock.state == ("kept" if done < plain.due_at else "broken")
        assert clock.broken_at == (None if done < plain.due_at else plain.due_at)


@given(moments, st.integers(1, 12), st.sampled_from([None, "a"]))
def test_a_count_is_broken_by_what_goes_over_its_limit(start: datetime, times: int, line: str | None) -> None:
    facts = {"line": line} if line else {}
    clocks: list[Clock] = []
    over = {"ONCE": 0, "ONCE-EACH": 0}
    for seq in range(1, times + 1):
        outcome = apply(Happening(seq, "t.noticed", start, facts, 1, 1), clocks, WORLD)
        clocks += outcome.created
        for clock in outcome.overcounted:
            over[clock.rule] += 1
    assert over == {"ONCE": max(0, times - 1), "ONCE-EACH": max(0, times - 2)}


@given(moments, st.integers(31, 200), st.lists(st.tuples(st.integers(1, 7_000), st.integers(0, 30_000)), max_size=3))
def test_an_extension_never_ends_earlier_and_counts_from_the_start(
    start: datetime, amount: int, stops: list[tuple[int, int]]
) -> None:
    rows, moment, days = [_happening(1, "asked", start)], start, 0
    for runs, stands in stops:
        stopped = moment + timedelta(minutes=runs)
        moment = stopped + timedelta(minutes=stands)
        rows += [_happening(len(rows) + 1, "stopped", stopped), _happening(len(rows) + 2, "resumed", moment)]
        days += (CALENDAR.date_of(moment) - CALENDAR.date_of(stopped)).days
    longer = {"rule": "DAYS", "amount": amount, "unit": "calendar_days"}
    rows.append(Happening(len(rows) + 1, "promise.extended", moment, longer, 1, 1))
    assert _of("DAYS", rows).strict_on == CALENDAR.date_of(start) + timedelta(days=amount + days)
