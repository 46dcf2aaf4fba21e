"""How promises start, stop and end: worked examples on real dates."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from anxin.journal.promises import fold
from anxin.journal.promises.fold import Clock, Happening, replay
from anxin.journal.tests.world import CALENDAR, ZONE, World

WORLD = World()


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2025-{text}").replace(tzinfo=ZONE)


def told(
    *events: tuple[str, str] | tuple[str, str, dict[str, Any]], rules: int = 1, calendar: int = 1
) -> dict[str, Clock]:
    """The clocks after (activity, moment[, data]) events; keyed by rule, and rule:key:serial where that is not all."""
    rows = [
        Happening(seq, name if "." in name else f"t.{name}", at(moment), data[0] if data else {}, rules, calendar)
        for seq, (name, moment, *data) in enumerate(events, 1)
    ]
    clocks: dict[str, Clock] = {}
    for clock in replay(rows, WORLD):
        name = clock.rule if not clock.key and clock.serial == 1 else f"{clock.rule}:{clock.key}:{clock.serial}"
        clocks[name] = clock
    return clocks


def test_every_enabled_rule_that_covers_the_event_starts_its_clock() -> None:
    clocks = told(("asked", "03-06T16:05"))
    assert set(clocks) == {"DAYS", "WORK", "CALL", "HOURS", "DESK", "LIMIT"}
    assert set(told(("asked", "03-06T16:05", {"size": "big"}))) == {*clocks, "BIG"}
    assert "BIG" not in told(("asked", "03-06T16:05", {"size": "small"}))


def test_days_end_at_24_00_of_the_strict_date_and_keep_the_rolled_one_beside_it() -> None:
    clock = told(("asked", "03-06T16:05"))["DAYS"]
    assert (clock.strict_on, clock.rolled_on, clock.roll_name) == (date(2025, 4, 5), date(2025, 4, 7), "清明节")
    assert clock.due_at == at("04-06T00:00")
    assert clock.rolled_at == at("04-08T00:00")


def test_units() -> None:
    clocks = told(("asked", "03-14T16:30"))
    assert clocks["CALL"].due_at == at("03-14T17:30")
    assert clocks["HOURS"].due_at == at("03-15T16:30")
    # An hour of Friday's office time, then Monday from nine.
    assert clocks["DESK"].due_at == at("03-17T10:00")
    assert clocks["WORK"].strict_on == date(2025, 3, 21)


def test_kept_on_the_last_day_and_broken_the_moment_after() -> None:
    kept = told(("asked", "03-06T16:05"), ("answered", "04-05T23:59:59"))["DAYS"]
    assert (kept.state, kept.broken_at, kept.wake_at) == ("kept", None, None)
    late = told(("asked", "03-06T16:05"), ("answered", "04-06T00:00"))["DAYS"]
    assert (late.state, late.broken_at, late.settled_at) == ("broken", at("04-06T00:00"), at("04-06T00:00"))


def test_a_stop_moves_the_limit_by_as_many_days() -> None:
    clock = told(("asked", "03-06T16:05"), ("stopped", "03-12T10:00"), ("resumed", "03-20T09:00"))["DAYS"]
    assert (clock.state, clock.strict_on, clock.stopped_days) == ("running", date(2025, 4, 13), 8)


def test_while_stopped_there_is_no_due_date_and_nothing_wakes() -> None:
    clock = told(("asked", "03-06T16:05"), ("stopped", "03-12T10:00"))["DAYS"]
    assert (clock.state, clock.left) == ("paused", 24)
    assert (clock.due_at, clock.strict_on, clock.rolled_on, clock.near_at, clock.wake_at) == (None,) * 5


def test_a_stop_that_comes_too_late_does_not_hide_the_breach() -> None:
    clock = told(("asked", "03-06T16:05"), ("stopped", "04-06T00:00"), ("answered", "04-20T10:00"))["DAYS"]
    assert (clock.state, clock.broken_at) == ("broken", at("04-06T00:00"))


def test_done_while_stopped_is_kept() -> None:
    clock = told(("asked", "03-06T16:05"), ("stopped", "03-12T10:00"), ("answered", "05-30T10:00"))["DAYS"]
    assert clock.state == "kept"


def test_restart_counts_from_the_new_event() -> None:
    clock = told(("asked", "03-06T16:05"), ("again", "03-20T11:00"))["DAYS"]
    assert (clock.started_at, clock.strict_on, clock.start_seq) == (at("03-20T11:00"), date(2025, 4, 19), 2)


def test_asked_again_while_it_runs_starts_no_second_clock_but_afterwards_does() -> None:
    clocks = told(
        ("asked", "03-06T16:05"), ("asked", "03-07T10:00"), ("answered", "03-08T10:00"), ("asked", "03-09T10:00")
    )
    assert {"DAYS", "DAYS::2"} <= clocks.keys()
    assert "DAYS::3" not in clocks
    assert (clocks["DAYS"].state, clocks["DAYS::2"].state) == ("kept", "running")


def test_voided() -> None:
    assert told(("asked", "03-06T16:05"), ("dropped", "03-07T10:00"))["DAYS"].state == "void"
    broken = told(
        ("asked", "03-06T16:05"), ("promise.broken", "04-06T00:00", {"rule": "DAYS"}), ("dropped", "04-07T10:00")
    )["DAYS"]
    assert (broken.state, broken.settled_at) == ("broken", at("04-07T10:00"))


def test_each_disputed_line_has_a_clock_of_its_own() -> None:
    clocks = told(
        ("disputed", "03-10T10:00", {"line": "a"}), ("disputed", "03-11T10:00", {"line": "b"}),
        ("settled", "03-12T10:00", {"line": "a"}),
    )  # fmt: skip
    assert (clocks["LINE:a:1"].state, clocks["LINE:b:1"].state) == ("kept", "running")
    # An event that names no line speaks of them all.
    both = told(
        ("disputed", "03-10T10:00", {"line": "a"}),
        ("disputed", "03-11T10:00", {"line": "b"}),
        ("settled", "03-12T10:00"),
    )
    assert {both["LINE:a:1"].state, both["LINE:b:1"].state} == {"kept"}


def test_once_only() -> None:
    rows = [Happening(seq, "t.noticed", at("03-10T10:00"), {"line": "a"}, 1, 1) for seq in (1, 2, 3)]
    clocks: list[Clock] = []
    over = []
    for row in rows:
        outcome = fold.apply(row, clocks, WORLD)
        clocks += outcome.created
        over.append([clock.rule for clock in outcome.overcounted])
    assert over == [[], ["ONCE"], ["ONCE", "ONCE-EACH"]]
    assert {clock.rule: clock.count for clock in clocks} == {"ONCE": 3, "ONCE-EACH": 3}


def test_the_breach_of_a_count_is_broken_but_settled() -> None:
    clocks = told(
        ("noticed", "03-10T10:00"), ("noticed", "03-11T10:00"), ("promise.broken", "03-11T10:00", {"rule": "ONCE"})
    )
    assert (clocks["ONCE"].state, clocks["ONCE"].end_seq) == ("broken", 3)


def test_extension_counts_from_the_start_and_adds_the_stops_again() -> None:
    longer = {"rule": "DAYS", "key": "", "serial": 1, "amount": 60, "unit": "calendar_days"}
    plain = told(("asked", "03-06T16:05"), ("promise.extended", "03-20T10:00", longer))["DAYS"]
    assert (plain.extended, plain.strict_on) == (True, date(2025, 5, 5))
    stopped = told(
        ("asked", "03-06T16:05"), ("stopped", "03-12T10:00"), ("resumed", "03-20T09:00"),
        ("promise.extended", "03-21T10:00", longer),
    )["DAYS"]  # fmt: skip
    assert (stopped.strict_on, stopped.stopped_days) == (date(2025, 5, 13), 8)


def test_extension_from_working_days_lives_through_the_stop_in_the_new_unit() -> None:
    longer = {"rule": "WORK", "amount": 30, "unit": "calendar_days"}
    clock = told(
        ("asked", "03-10T10:00"), ("stopped", "03-14T10:00"), ("resumed", "03-17T10:00"),
        ("promise.extended", "03-18T10:00", longer),
    )["WORK"]  # fmt: skip
    assert clock.strict_on == date(2025, 4, 12)


def test_a_later_rule_redates_only_by_its_own_event() -> None:
    redate = {"rule": "DAYS", "key": "", "serial": 1, "rules": 2, "calendar": 1}
    before = told(("asked", "03-06T16:05"), ("other", "03-10T10:00"))["DAYS"]
    assert before.strict_on == date(2025, 4, 5)
    after = told(("asked", "03-06T16:05"), ("promise.redated", "03-10T10:00", redate))["DAYS"]
    assert (after.strict_on, after.amount, after.rules_edition) == (date(2025, 3, 26), 20, 2)
    paused = told(("asked", "03-06T16:05"), ("stopped", "03-08T10:00"), ("promise.redated", "03-10T10:00", redate))[
        "DAYS"
    ]
    assert (paused.state, paused.left) == ("paused", 18)


def test_a_later_calendar_redates_working_days_by_its_own_event() -> None:
    redate = {"rule": "WORK", "key": "", "serial": 1, "rules": 1, "calendar": 2}
    clock = told(("asked", "03-14T10:00"), ("promise.redated", "03-17T10:00", redate))["WORK"]
    assert clock.strict_on == date(2025, 3, 24)
    # An event recorded under the later edition starts with it.
    assert told(("asked", "03-14T10:00"), calendar=2)["WORK"].strict_on == date(2025, 3, 24)


def test_limitation_runs_from_the_date_the_event_names() -> None:
    named = told(("asked", "03-06T16:05", {"known_on": "2025-02-28"}))["LIMIT"]
    assert (named.strict_on, CALENDAR.date_of(named.started_at)) == (date(2027, 2, 28), date(2025, 2, 28))
    assert named.due_at is not None
    assert named.near_at == named.due_at - timedelta(days=90)
    assert told(("asked", "03-06T16:05"))["LIMIT"].strict_on == date(2027, 3, 6)


def test_a_promise_may_name_who_holds_it() -> None:
    assert told(("asked", "03-06T16:05", {"by": 7}))["WORK"].person_id == 7
    assert told(("asked", "03-06T16:05"))["WORK"].person_id is None


def test_warned_then_escalated_then_due() -> None:
    start = ("asked", "03-06T16:05")
    clock = told(start)["DAYS"]
    assert clock.wake_at == clock.near_at == at("03-30T00:00")
    warned = told(start, ("promise.near", "03-30T00:00", {"rule": "DAYS"}))["DAYS"]
    assert warned.wake_at == at("04-02T12:00")
    escalated = told(
        start, ("promise.near", "03-30T00:00", {"rule": "DAYS"}), ("promise.escalated", "04-02T12:00", {"rule": "DAYS"})
    )["DAYS"]
    assert escalated.wake_at == escalated.due_at


def test_the_working_tables_fields_are_those_of_the_clock() -> None:
    from anxin.journal.models import Promise

    columns = {field.attname for field in Promise._meta.get_fields() if hasattr(field, "attname")}
    assert set(asdict(Clock("X"))) <= columns
