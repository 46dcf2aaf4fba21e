"""The phone line: volumes by hand, and volumes, handling time and patience from imported calls; Erlang A beside what happened."""

from __future__ import annotations

import heapq
from datetime import date
from typing import Any

import numpy as np
import pytest

from anxin.access.errors import Invalid
from anxin.insight.indicators.queries import Calls
from anxin.insight.indicators.tests.asked import tell
from anxin.insight.results.asking import Ask
from anxin.insight.whatif import phone

SECOND = 1_000_000
MONDAY = 20_241 * 86_400  # 2 June 2025, 00:00 UTC


def test_volumes_by_hand() -> None:
    assert phone.volumes_of("9:00 42\n\n09:30, 17.5") == [("09:00", 42.0), ("09:30", 17.5)]
    with pytest.raises(Invalid, match="nine"):
        phone.volumes_of("nine o'clock")
    with pytest.raises(Invalid):
        phone.volumes_of("")


@pytest.mark.django_db
def test_volumes_handling_and_patience_from_imported_calls(branch: Any, now: Any) -> None:
    assert phone.heard(Ask(None, {}, now)) is None
    tell(
        "calls",
        # Thursday 13 February: answered after 20 s, talked for 100 s; hung up after 40 s.
        {"calltime": "2025-02-13 09:05:00", "connectiontime": "2025-02-13 09:05:20", "downtime": "2025-02-13 09:07:00", "isconnected": "01"},
        {"calltime": "2025-02-13 09:10:00", "downtime": "2025-02-13 09:10:40", "isconnected": "00"},
        # Friday: answered after 30 s, talked for 200 s. Saturday is left out, and so is who did not ask for an agent.
        {"calltime": "2025-02-14 14:40:00", "connectiontime": "2025-02-14 14:40:30", "downtime": "2025-02-14 14:43:50", "isconnected": "01"},
        {"calltime": "2025-02-15 10:00:00", "connectiontime": "2025-02-15 10:00:10", "downtime": "2025-02-15 10:05:00", "isconnected": "01"},
        {"calltime": "2025-02-14 15:00:00", "isconnected": "00", "asksagent": "00"},
        branch=branch,
    )  # fmt: skip
    heard = phone.heard(Ask(None, {}, now))
    assert heard is not None
    assert (heard.calls, heard.hung_up, heard.days) == (3, 1, 2)
    assert (heard.first, heard.last) == (date(2025, 2, 13), date(2025, 2, 15))
    assert heard.volumes == [("09:00", 1.0), ("14:30", 0.5)]
    assert heard.handling == 150
    assert heard.patience == 90  # 20 + 40 + 30 seconds waited for the one that hung up
    # Too few calls in every half-hour to say anything of it.
    assert phone.compared(heard, handling=150, within=20, patience=90) is None
    # Somebody who sees another branch only hears nothing.
    assert phone.heard(Ask(frozenset({"WX"}), {}, now)) is None


def lived(agents: int, calls: float, handling: float, patience: float, days: int) -> Calls:
    """A line as Erlang A has it, lived through: `calls` an hour from 9 to 11 in China, exponential times."""
    rng = np.random.default_rng(3)
    rows: list[tuple[float, float, float, bool]] = []
    for day in range(days):
        if day % 7 >= 5:
            continue
        free = [0.0] * agents
        at = 0.0
        while (at := at + rng.exponential(3600 / calls)) < 7200:
            begin, gives_up = max(at, free[0]), at + rng.exponential(patience)
            start = MONDAY + day * 86_400 + 3600
            if begin > gives_up:
                rows.append((start + at, -1, start + gives_up, False))
                continue
            end = begin + rng.exponential(handling)
            heapq.heapreplace(free, end)
            rows.append((start + at, start + begin, start + end, True))
    at_, begun, ended, answered = zip(*rows, strict=True)

    def micros(some: Any) -> Any:
        return np.where(np.array(some) < 0, -1, np.array(some) * SECOND).astype(np.int64)

    return Calls(micros(at_), micros(begun), micros(ended), np.array(answered))


def test_erlang_a_tells_a_line_that_was_lived_as_it_has_it(settings: Any) -> None:
    heard = phone.summed(lived(5, 80, 240, 120, 300))
    assert heard is not None
    assert heard.handling == pytest.approx(240, rel=0.03)
    assert heard.patience == pytest.approx(120, rel=0.06)
    assert [name for name, _calls in heard.volumes] == ["09:00", "09:30", "10:00", "10:30"]
    assert sum(calls for _name, calls in heard.volumes) == pytest.approx(160, rel=0.02)
    found = phone.compared(heard, handling=heard.handling, within=20, patience=heard.patience)
    assert found is not None
    # The first half-hour begins with nobody waiting; in the others the five agents are found again, and who hung up.
    assert [one.agents for one in found.rows[1:]] == [5, 5, 5]
    assert found.trusted
    assert abs(found.off) < 0.02
    late = found.rows[2]
    assert late.line.level == pytest.approx(late.in_time, abs=0.04)
    # Waits that agents do not make are not explained, and that is said: twice as long until hanging up, nobody served sooner.
    slow = phone.Heard(heard.half_hour, heard.wait + 30, heard.answered, 20, 120, heard.first, heard.last, heard.days)
    odd = phone.compared(slow, handling=20, within=20, patience=120)
    assert odd is not None
    assert not odd.trusted
