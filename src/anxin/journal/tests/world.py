"""A small insurer for the journal's own tests: a few activities, a few rules, the real calendar."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.engines.calendar import Calendar, Override, china_years
from anxin.journal import activities, reacting
from anxin.journal.models import Case
from anxin.journal.promises import source as port
from anxin.journal.promises.rules import Rule, RuleSet
from anxin.journal.promises.source import Editions
from anxin.journal.writing import opening

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(years=china_years(), zone=ZONE)
# A second edition: the company decided that 20 March 2025 is no working day.
LATER_CALENDAR = Calendar(
    years=china_years(), zone=ZONE, overrides=[Override(on=datetime(2025, 3, 20).date(), working=False, reason="停电")]
)
NAMES = (
    "asked",
    "answered",
    "stopped",
    "resumed",
    "again",
    "dropped",
    "noticed",
    "disputed",
    "settled",
    "owed",
    "other",
)
CUSTOMER = "c0ffee00c0ffee00c0ffee00"


def _rule(rule_id: str, **values: Any) -> Rule:
    return Rule(**{
        "id": rule_id, "klass": "deadline", "what_zh": rule_id, "what_en": rule_id, "source_zh": "测试", "source_en": "Test",
        "starts_on": ("t.asked",), "kept_by": ("t.answered",), "voided_by": ("t.dropped",), "paused_by": ("t.stopped",),
        "resumed_by": ("t.resumed",), "restarted_by": ("t.again",),
    } | values)  # fmt: skip


RULES = RuleSet({rule.id: rule for rule in [
    _rule("DAYS", amount=30, extended_amount=60, extension_permission="journal.extend_promise"),
    _rule("WORK", amount=5, unit="working_days", department="adjudication", person_field="by"),
    _rule("CALL", amount=60, unit="minutes"),
    _rule("HOURS", amount=24, unit="hours"),
    _rule("DESK", amount=120, unit="office_minutes"),
    _rule("BIG", amount=10, where={"size": ("big", "huge")}),
    _rule("LINE", amount=3, unit="working_days", starts_on=("t.disputed",), kept_by=("t.settled",), key="line"),
    _rule("ONCE", klass="count", amount=0, limit=1, starts_on=("t.noticed",), kept_by=(), voided_by=()),
    _rule("ONCE-EACH", klass="count", amount=0, limit=2, starts_on=("t.noticed",), kept_by=(), voided_by=(), key="line"),
    _rule("LIMIT", klass="limitation", amount=2, unit="years", start_field="known_on"),
    _rule("OWE", klass="consequence", starts_on=(), kept_by=(), voided_by=(), follows=("DAYS",), on_breach="t.owed"),
    _rule("OFF", amount=1, enabled=False),
]})  # fmt: skip
STRICTER = RuleSet({rule.id: rule if rule.id != "DAYS" else _rule("DAYS", amount=20) for rule in RULES})


class World:
    """Edition 1 of both, and a second of each: the limit DAYS is shortened to 20 days; 20 March is no working day."""

    def __init__(self) -> None:
        self.editions = Editions(1, 1)

    def current(self) -> Editions:
        return self.editions

    def rules(self, edition: int) -> RuleSet:
        return {1: RULES, 2: STRICTER}[edition]

    def calendar(self, edition: int) -> Calendar:
        return {1: CALENDAR, 2: LATER_CALENDAR}[edition]

    def listened(self) -> frozenset[str]:
        return RULES.activities


@contextmanager
def small_world() -> Iterator[World]:
    """The rules, the calendar and the activities `t.*`, for as long as the block lasts."""
    world, before = World(), port.source()
    known = dict(activities._registry)
    for name in NAMES:
        activities.register(f"t.{name}", f"Test {name}", fields=None)
    port.supply(world)
    try:
        yield world
    finally:
        port.supply(before)
        activities._registry.clear()
        activities._registry.update(known)


@contextmanager
def own_reactions() -> Iterator[None]:
    """Reactions registered inside are forgotten afterwards, and no others are there."""
    items, by_activity = dict(reacting._registry), {name: list(rows) for name, rows in reacting._by_activity.items()}
    reacting._registry.clear()
    reacting._by_activity.clear()
    try:
        yield
    finally:
        reacting._registry.clear()
        reacting._registry.update(items)
        reacting._by_activity.clear()
        reacting._by_activity.update(by_activity)


def open_case(
    branch: Branch, actor: Actor, now: datetime, *said: str, data: dict[str, Any] | None = None, **more: Any
) -> Case:
    """A case of kind `test` with `t.asked`, or what is `said`, as its first events."""
    with opening(
        kind="test", branch=branch, subject=("customer", CUSTOMER), state="open", actor=actor, now=now, **more
    ) as work:
        for name in said or ("t.asked",):
            work.record(name, data or {})
    return work.case
