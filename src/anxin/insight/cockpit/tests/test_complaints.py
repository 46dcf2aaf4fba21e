"""Complaints on the cockpit, as the room of indicators really keeps them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from anxin.insight.cockpit.boards import COCKPIT
from anxin.insight.indicators.actions import take_back
from anxin.insight.indicators.computing.values import Behind
from anxin.insight.indicators.tests.asked import tell
from anxin.insight.results.answers import answer
from anxin.insight.results.asking import Ask, ask_of

pytestmark = pytest.mark.django_db


def counted(body: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {row["month"]: (row["received"], row["in_time"], row["due"]) for row in body["complaints"]}


def test_each_month_is_counted_from_the_imported_facts(told: datetime, branch: Any) -> None:
    assert COCKPIT.compute(Ask(None, {}, told))["complaints"] is None
    tell(
        "complaints",
        {"receiveddate": "2025-01-10", "decideddate": "2025-01-20"},
        {"receiveddate": "2025-01-31", "decideddate": "2025-02-20"},
        {"receiveddate": "2025-02-05", "iswithdrawn": "01"},
        {"receiveddate": "2025-03-01"},
        branch=branch,
    )
    body = COCKPIT.compute(Ask(None, {}, told))
    # December is before the first import: nothing is known of it, which is not a zero.
    assert counted(body) == {
        "2024-12": (None, None, None), "2025-01": (2, 1, 1), "2025-02": (1, 0, 1), "2025-03": (1, 0, 0),
    }  # fmt: skip
    for name, what in (("received", "IN-11:policies:all"), ("due", "IN-12:main:all"), ("in_time", "IN-12:main:hit")):
        for row in body["complaints"][1:]:
            assert len(Behind(Ask(None, {}, told), f"{what}@{row['month']}").facts()) == row[name], (name, row)


def test_an_import_shows_at_once_and_one_taken_back_is_gone(
    told: datetime, branch: Any, other_branch: Any, actors: Any
) -> None:
    reader, local = actors["administrator"], actors["supervisor"]

    def seen(who: Any) -> Any:
        found = answer(COCKPIT, ask_of(COCKPIT, who, {"month": "2025-01"}, told))
        assert found.body is not None
        return None if found.body["complaints"] is None else counted(found.body)["2025-01"][0]

    assert seen(reader) is None
    batch = tell("complaints", {"receiveddate": "2025-01-10"}, {"receiveddate": "2025-01-11"}, branch=other_branch)
    assert (seen(reader), seen(local)) == (2, 0)  # the branch's supervisor sees their own: none
    take_back(batch=batch.public_id, actor=reader, now=told)
    assert seen(reader) is None
