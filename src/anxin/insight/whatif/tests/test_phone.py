"""The phone line: volumes by hand, and volumes, handling time and patience from imported calls; Erlang A beside what happened."""

from __future__ import annotations

import dataclasses
import random
from datetime import date
from typing import Any

import numpy as np
import pytest

from anxin.access.errors import Invalid
from anxin.insight.indicators.queries import Calls
from anxin.insight.indicators.tests.asked import tell
from anxin.insight.results.asking import Ask
from anxin.insight.whatif import phone
from anxin.sample.calls import AGENTS, PATIENCE, TALK, lived

SECOND = 1_000_000
MIDNIGHT = 20_241 * 86_400 - 8 * 3600  # Monday, 2 June 2025 in China


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


def of_sample(seed: int, calls: int = 20_000) -> Calls:
    """The sample insurer's calls as they would be read back: in whole seconds."""
    told = lived(random.Random(seed), calls, 365)

    def micros(some: Any) -> Any:
        return np.array([-1 if one is None else (MIDNIGHT + int(one)) * SECOND for one in some], np.int64)

    return Calls(
        micros(one.at for one in told), micros(one.answered for one in told), micros(one.ended for one in told),
        np.array([one.answered is not None for one in told]),
    )  # fmt: skip


def beside(heard: phone.Heard) -> phone.Compared:
    found = phone.compared(heard, handling=heard.handling, within=20, patience=heard.patience)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def heard() -> phone.Heard:
    found = phone.summed(of_sample(1))
    assert found is not None
    return found


def test_the_samples_calls_wait_because_agents_are_few(heard: phone.Heard) -> None:
    assert lived(random.Random(5), 500, 30) == lived(random.Random(5), 500, 30)
    assert heard.handling == pytest.approx(TALK, rel=0.03)
    assert heard.patience == pytest.approx(PATIENCE, rel=0.08)
    # A fifth more calls at the year's end than at its beginning.
    first, last = np.quantile(heard.day, [0, 1])
    late = heard.day > (first + last) / 2
    assert late.mean() == pytest.approx(0.525, abs=0.012)
    # The evening is short of people.
    evening = (heard.half_hour >= 36) & (heard.half_hour < 42)
    assert (~heard.answered[evening]).mean() > 3 * (~heard.answered[~evening]).mean()


def test_erlang_a_tells_the_samples_calls_within_their_interval(heard: phone.Heard) -> None:
    """Agents are not told: they are seen in the calls. What Erlang makes of them was fitted to nothing."""
    found = beside(heard)
    assert [one.agents for one in found.rows] == [AGENTS[place // 2] for place in range(48)]
    assert found.agrees
    assert found.trusted
    assert found.in_time_interval.high - found.in_time_interval.low < 0.02
    # Of 48 intervals of 95 %, at least 42 hold but in one of 500 runs.
    assert sum(one.inside for one in found.rows) >= 42


def test_waits_that_agents_do_not_make_are_not_explained(heard: phone.Heard) -> None:
    found = beside(dataclasses.replace(heard, wait=heard.wait + 30))
    assert not found.agrees
    assert found.off_in_time > 0.5
    assert found.off_in_time > 0.05


def test_a_part_of_the_calls_does_not_pass_for_the_line() -> None:
    """Every fourth call: as many wait, but few talk at once and few calls come, so that Erlang has nearly all in time."""
    whole = of_sample(2)
    kept = np.random.default_rng(1).random(len(whole.calltime)) < 0.25
    heard = phone.summed(
        Calls(whole.calltime[kept], whole.connectiontime[kept], whole.downtime[kept], whole.connected[kept])
    )
    assert heard is not None
    found = beside(heard)
    assert not found.agrees
    assert found.erlang_in_time > found.in_time
