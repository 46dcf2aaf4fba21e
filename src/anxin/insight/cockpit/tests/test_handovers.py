from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anxin.insight.cockpit.boards import HANDOVERS
from anxin.insight.cockpit.tests import counting
from anxin.insight.results.asking import Ask
from anxin.journal.models import Case
from anxin.journal.promises.source import source

pytestmark = pytest.mark.django_db
MONTH = "2025-02"
HOUR = timedelta(hours=1)


def test_pairs_sides_and_trend(told: datetime) -> None:
    body = HANDOVERS.compute(Ask(None, {}, told))
    plain = counting.hand_overs(MONTH)
    assert body["count"] == sum(map(len, plain.values()))
    assert body["total"] == pytest.approx(sum(wait / HOUR for rows in plain.values() for wait, _case in rows))
    assert [pair["total"] for pair in body["pairs"]] == sorted((pair["total"] for pair in body["pairs"]), reverse=True)
    gave = {side["name"]: side["gave"] for side in body["sides"]}
    took = {side["name"]: side["took"] for side in body["sides"]}
    for name in gave:
        assert gave[name] == sum(len(rows) for (giver, _taker), rows in plain.items() if giver == name)
        assert took[name] == sum(len(rows) for (_giver, taker), rows in plain.items() if taker == name)
    giver, taker = body["trend_of"]
    for row in body["trend"]:
        waits = [wait / HOUR for wait, _case in counting.hand_overs(row["month"]).get((giver, taker), [])]
        assert row["n"] == len(waits)
        if waits:
            assert row["median"] == pytest.approx(counting.row_quantile(waits, 500))
    ask = Ask(None, {"month": MONTH}, told)
    assert set(HANDOVERS.behind(ask, f"gave:{giver}")) >= set(HANDOVERS.behind(ask, f"pair:{giver}:{taker}"))
    everything = HANDOVERS.compute(Ask(None, {"month": "all"}, told))
    assert everything["count"] == sum(
        len(rows) for month in body["months"] for rows in counting.hand_overs(month).values()
    )


def test_in_office_time(told: datetime) -> None:
    calendar = source().calendar(source().current().calendar)
    plain: dict[tuple[str, str], list[float]] = {}
    for events in counting.chains().values():
        for before, after in itertools.pairwise(events):
            pair = (counting.department(before), counting.department(after))
            if pair[0] != pair[1] and counting.month(after.occurred_at) == MONTH:
                minutes = calendar.office_minutes_between(before.occurred_at, after.occurred_at)
                plain.setdefault(pair, []).append(minutes / 60)
    body = HANDOVERS.compute(Ask(None, {"time": "office"}, told))
    assert body["pairs"]
    for pair in body["pairs"]:
        waits = plain[pair["giver"], pair["taker"]]
        # The calendar counts whole minutes.
        assert pair["median"] == pytest.approx(counting.row_quantile(waits, 500), abs=1 / 60)
    assert body["total"] < HANDOVERS.compute(Ask(None, {}, told))["total"]


def test_between_people_and_what_waits_now(told: datetime, staff: Any) -> None:
    body = HANDOVERS.compute(Ask(None, {"between": "person"}, told))
    assert {pair["giver"] for pair in body["pairs"]} <= {str(user.pk) for user in staff.values()}
    assert body["count"] == HANDOVERS.compute(Ask(None, {}, told))["count"]  # one person a department here
    waiting = {row["case"]: row for row in HANDOVERS.compute(Ask(None, {}, told))["waiting"]}
    plain = {
        case: events[-1].occurred_at
        for case, events in counting.chains().items()
        if events[-1].activity == "case.handed_over" and Case.objects.get(public_id=case).closed_at is None
    }
    assert {case: datetime.fromtimestamp(row["since"], UTC) for case, row in waiting.items()} == {
        case: at.replace(microsecond=0) for case, at in plain.items()
    }


def test_a_case_that_lies_after_a_hand_over(branch: Any, staff: Any, now: datetime) -> None:
    from anxin.access.actors import actor_of
    from anxin.journal.history import History
    from anxin.journal.lake.sync import sync

    history = History()
    for hours, is_open in ((30, True), (50, True), (90, False)):
        at = now - timedelta(hours=hours)
        chain = history.open(kind="claim", branch=branch, subject=("customer", "c" * 24), state="opened", opened_at=at)
        chain.say("claims.coverage_checked", {}, at=at, actor=actor_of(staff["call_taker"]))
        chain.say(
            "case.handed_over",
            {"from": "call_centre", "to": "survey"},
            at=at + HOUR,
            actor=actor_of(staff["call_taker"]),
        )
        if not is_open:
            chain.set(closed_at=now, state="closed")
    history.write()
    sync()
    waiting = HANDOVERS.compute(Ask(None, {}, now))["waiting"]
    assert [row["hours"] for row in waiting] == pytest.approx([49, 29])
