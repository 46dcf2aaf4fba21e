"""The sample's phone line: a real queue, which Erlang A tells within the interval of what happened."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import numpy as np
import pytest

from anxin.insight.indicators.queries import Calls
from anxin.insight.whatif import phone
from anxin.sample.calls import AGENTS, PATIENCE, TALK, lived

SECOND = 1_000_000
MIDNIGHT = 20_241 * 86_400 - 8 * 3600  # Monday, 2 June 2025 in China


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
