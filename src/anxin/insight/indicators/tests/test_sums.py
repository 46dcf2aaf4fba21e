"""Facts summed a piece at a time against every fact in memory, on facts drawn by chance; and how little of them is held."""

from __future__ import annotations

import random
import tracemalloc
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest

from anxin.insight.indicators import queries
from anxin.insight.indicators.computing import facts as reading
from anxin.insight.indicators.computing import sums
from anxin.insight.indicators.computing.ground import Ground
from anxin.insight.indicators.computing.values import FORMULAS, Behind
from anxin.insight.indicators.kinds import KINDS, occurred
from anxin.insight.indicators.models import Fact, FactBatch
from anxin.insight.indicators.periods import Period
from anxin.insight.indicators.tests import whole
from anxin.insight.indicators.tests.asked import NOW, ask_of

pytestmark = pytest.mark.django_db
PERIODS = ("2025-01", "2025-03", "2025Q1", "2024Q4", "2023")
FROM_FACTS = ("IN-01", "IN-02", "IN-03", "IN-06", "IN-09", "IN-10", "IN-12")


def draw(seed: int, branches: list[int | None], many: int = 120) -> None:
    """`many` facts of each kind around the turn of the year, with what may be missing missing."""
    rng = random.Random(seed)
    batch = FactBatch.objects.create(kind="calls", source="drawn", state="done", asked_at=NOW)

    def on() -> date:
        return date(2024, 12, 1) + timedelta(days=rng.randrange(110))

    def at(begin: date, longest: int = 0) -> str:
        moment = datetime.combine(begin, time(), UTC) + timedelta(seconds=rng.randrange(86_400 * (longest + 1)))
        return moment.replace(tzinfo=None).isoformat()

    def flag() -> bool:
        return rng.random() < 0.6

    def maybe(**more: Any) -> dict[str, Any]:
        return {name: value for name, value in more.items() if rng.random() < 0.7}

    def data(kind: str) -> dict[str, Any]:
        begin, later = on(), rng.randrange(40)
        after = (begin + timedelta(days=later)).isoformat()
        if kind == "calls":
            told = {
                "calltime": at(begin),
                "isconnected": flag(),
                **maybe(asksagent=flag(), agent="K1", connectiontime=at(begin)),
            }
        elif kind == "receipts":
            told = {"underdate": begin.isoformat(), "isrecieptok": flag(), **maybe(polrecieptdate=after)}
        elif kind == "callbacks":
            told = {
                "hesitateenddate": after,
                "isreturnvisit": flag(),
                **maybe(returnvisitdate=on().isoformat(), returnvisittype=rng.choice(["phone", "visit"])),
            }
        elif kind == "services":
            told = {"apppoldate": at(begin), "isunder": flag(), "underdate": at(begin + timedelta(days=1), 20)}
        elif kind == "ratings":
            told = {"ratedate": at(begin), "score": rng.choice([1.0, 3.5, 4.0, 5.0])}
        elif kind == "disputes":
            told = {
                "disputedate": begin.isoformat(),
                "ishandled": flag(),
                **maybe(area=rng.choice(["claims", "enquiry"]), handleddate=after),
            }
        elif kind == "premiums":
            told = {
                "month": f"2025-0{rng.randrange(1, 4)}-01",
                "premium": rng.randrange(10**9, 10**11),
                **maybe(policies=rng.randrange(9999)),
            }
        else:
            told = {
                "receiveddate": begin.isoformat(),
                **maybe(
                    decideddate=after,
                    level=rng.choice(list(whole.LIMITS)),
                    pausedays=rng.randrange(9),
                    iswithdrawn=rng.random() < 0.2,
                    isapproved=flag(),
                    istold=flag(),
                ),
            }
        return told | maybe(line=rng.choice(["pc", "life"]))  # fmt: skip

    for kind in KINDS:
        rows = [data(kind) for _number in range(12 if kind == "premiums" else many)]
        Fact.objects.bulk_create(
            Fact(
                kind=kind, source="drawn", external_id=f"{seed}-{number}", occurred_at=occurred(KINDS[kind], row),
                branch_id=rng.choice(branches), data=row, batch=batch,
            )
            for number, row in enumerate(rows)
        )  # fmt: skip


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that sums are joined many times."""
    monkeypatch.setattr(reading, "PIECE", 7)
    monkeypatch.setattr(sums, "_MERGE_AT", 20)


@pytest.mark.parametrize("seed", [1, 2])
def test_sums_are_those_of_every_fact_in_memory(seed: int, branch: Any, other_branch: Any, small_pieces: None) -> None:
    draw(seed, [branch.pk, other_branch.pk, None])
    compared = 0
    for scope in (None, frozenset({branch.code})):
        for business in ("", "pc", "life"):
            ask = ask_of(None, branches=scope)
            ground, by_row = Ground(ask, business), Ground(ask, business, by_row=True)
            for period in map(Period.parse, PERIODS):
                for name in FROM_FACTS:
                    expected = whole.rows(name, ground, period)
                    found, rows = FORMULAS[name](ground, period)["main"], FORMULAS[name](by_row, period)["main"]
                    values = [value for _pk, _branch, value in expected]
                    assert len(found) == len(rows) == len(expected), (name, period)
                    assert dict(zip(rows.fact.tolist(), rows.values.tolist(), strict=True)) == {pk: value for pk, _branch, value in expected}  # fmt: skip
                    for place, code in enumerate(ground.codes):
                        of = {branch.code: branch.pk, other_branch.code: other_branch.pk}[code]
                        assert len(found.of_branch(place)) == sum(home == of for _pk, home, _value in expected)
                    summary = found.summary()
                    assert (summary is None) == (not expected)
                    if summary is None:
                        continue
                    compared += 1
                    assert summary["value"] == pytest.approx(np.mean(values), rel=1e-12)
                    exactly = rows.summary() or {}
                    assert summary.keys() == exactly.keys()
                    assert [
                        key
                        for key, one in summary.items()
                        if one != exactly[key] and one != pytest.approx(exactly[key], rel=1e-9, abs=2e-6)
                    ] == []
                    if name == "IN-06" and len(values) >= 5:
                        from scipy import stats  # type: ignore[import-untyped]

                        low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
                        assert (summary["low"], summary["high"]) == pytest.approx((max(0, low), high), rel=1e-9)
                rate, expected_rate = (
                    FORMULAS["IN-11"](ground, period)["main"].summary(),
                    whole.complaint_rate(ground, period),
                )
                assert (rate is None) == (expected_rate is None)
                if rate is not None and expected_rate is not None:
                    assert (rate["numerator"], rate["denominator"]) == pytest.approx(expected_rate, abs=1e-6)
    assert compared > 80


def test_months_of_complaints_and_calls_are_the_same_in_pieces(branch: Any, small_pieces: None) -> None:
    draw(3, [branch.pk])
    ask = ask_of(None)
    ground = Ground(ask, "")
    for month, received, in_time, due in queries.complaints_by_month(ask):
        limits = whole.rows("IN-12", ground, Period.parse(month))
        assert (due, in_time) == (len(limits), sum(value for _pk, _branch, value in limits))
        assert received == sum(data["receiveddate"].startswith(month) for _fact, data in whole.of_kind(ground, "complaints"))  # fmt: skip
    found = queries.calls(ask)
    asking = [data for _fact, data in whole.of_kind(ground, "calls") if data.get("asksagent") is not False]
    assert len(found) == len(asking)
    assert found.connected.sum() == sum(data["isconnected"] for data in asking)
    assert (np.diff(found.calltime) >= 0).all()


def test_rows_of_a_month_are_found_without_the_others(branch: Any) -> None:
    draw(4, [branch.pk])
    ask = ask_of(None, period="2025-02")
    behind = Behind(ask, "IN-01:main:hit")
    expected = [(pk, value) for pk, _branch, value in whole.rows("IN-01", behind.ground, behind.period) if value]
    assert behind.facts() == sorted((pk for pk, _value in expected), reverse=True)
    assert behind.worth(behind.facts()[:3]) == dict.fromkeys(behind.facts()[:3], 1.0)


def test_memory_does_not_grow_with_the_facts(branch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times the calls of the same days: the same memory but for a little."""
    monkeypatch.setattr(reading, "PIECE", 500)
    batch = FactBatch.objects.create(kind="calls", source="drawn", state="done", asked_at=NOW)

    def add(first: int, many: int) -> None:
        Fact.objects.bulk_create(
            Fact(
                kind="calls", source="drawn", external_id=str(number), occurred_at=datetime(2025, 2, 1 + number % 28, tzinfo=UTC),
                branch=branch, batch=batch, data={"calltime": f"2025-02-{1 + number % 28:02d}T01:00:00", "isconnected": number % 3 > 0, "agent": f"K{number}"},
            )
            for number in range(first, first + many)
        )  # fmt: skip

    def peak() -> int:
        sums._kept.clear()
        tracemalloc.start()
        assert len(FORMULAS["IN-01"](Ground(ask_of(None), ""), Period.parse("2025-02"))["main"])
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    add(0, 1_000)
    peak()  # what is loaded once
    few = peak()
    add(1_000, 9_000)
    assert peak() < 1.5 * few


def test_an_import_that_was_asked_for_first_and_ends_last_is_seen(branch: Any) -> None:
    slow, quick = (
        FactBatch.objects.create(kind="ratings", source="drawn", state="running", asked_at=NOW) for _turn in "ab"
    )

    def take_in(batch: FactBatch) -> None:
        row = {"ratedate": "2025-03-01T01:00:00", "score": 5.0}
        Fact.objects.create(
            kind="ratings",
            source="drawn",
            external_id=str(batch.pk),
            occurred_at=NOW,
            branch=branch,
            data=row,
            batch=batch,
        )
        batch.state = "done"
        batch.save()

    take_in(quick)
    assert Ground(ask_of(None), "").told("ratings").n.sum() == 1
    before = reading.facts_state()
    take_in(slow)
    assert reading.facts_state() != before
    assert Ground(ask_of(None), "").told("ratings").n.sum() == 2
