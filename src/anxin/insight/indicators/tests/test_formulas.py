"""Every formula against a small example that is worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from anxin.insight.indicators.computing import claims, outside
from anxin.insight.indicators.computing.rows import Rows
from anxin.insight.indicators.periods import Period
from anxin.insight.indicators.tests.asked import ground_of, log_of, tell

pytestmark = pytest.mark.django_db
FEBRUARY = Period.parse("2025-02")


def told(rows: Rows) -> tuple[float, float]:
    """(numerator, denominator)."""
    summary = rows.summary()
    assert summary is not None
    return summary["numerator"], summary["denominator"]


def test_calls_answered_by_a_person(branch: Any) -> None:
    tell(
        "calls",
        {"calltime": "2025-02-03 09:00", "connectiontime": "2025-02-03 09:01", "isconnected": "01"},
        {"calltime": "2025-02-03 10:00", "downtime": "2025-02-03 10:02", "isconnected": "00"},  # gave up in the queue
        {"calltime": "2025-02-04 10:00", "isconnected": "00", "asksagent": "00"},  # was content with the menu
        {"calltime": "2025-02-28 23:59", "connectiontime": "2025-03-01 00:01", "isconnected": "01"},
        {"calltime": "2025-03-01 00:00", "isconnected": "00"},  # the next month on the insurer's clock
        branch=branch,
    )
    assert told(outside.answered_calls(ground_of(), FEBRUARY)["main"]) == (2, 3)


def test_policies_delivered_within_fifteen_days(branch: Any) -> None:
    row = {"appdate": "2025-01-15", "isrecieptok": "01"}
    tell(
        "receipts",
        {**row, "underdate": "2025-01-20", "polrecieptdate": "2025-02-04"},  # the 15th day itself
        {**row, "underdate": "2025-01-20", "polrecieptdate": "2025-02-05"},  # a day late
        {"underdate": "2025-01-25", "isrecieptok": "00"},  # never
        {**row, "underdate": "2025-02-20", "polrecieptdate": "2025-02-21"},  # its 15th day lies in March
        {**row, "underdate": "2025-01-16", "polrecieptdate": "2025-01-20"},  # its 15th day lies in January
        branch=branch,
    )
    assert told(outside.delivered(ground_of(), FEBRUARY)["main"]) == (1, 3)
    # 14 March: of March only the limit that has passed.
    assert told(outside.delivered(ground_of(), Period.parse("2025-03"))["main"]) == (1, 1)


def test_call_backs_within_the_cooling_off_period(branch: Any) -> None:
    due = {"underdate": "2025-01-20", "polrecieptdate": "2025-01-25", "hesitateenddate": "2025-02-09"}
    tell(
        "callbacks",
        {**due, "isreturnvisit": "01", "returnvisitdate": "2025-02-09", "returnvisittype": "01"},  # on the last day
        {**due, "isreturnvisit": "01", "returnvisitdate": "2025-02-10", "returnvisittype": "电话"},  # after it
        {**due, "isreturnvisit": "01", "returnvisitdate": "2025-02-01", "returnvisittype": "02"},  # not by phone
        {**due, "isreturnvisit": "01", "returnvisitdate": "2025-02-01"},  # does not say how: by phone
        {**due, "isreturnvisit": "00"},
        {**due, "hesitateenddate": "2025-03-20", "isreturnvisit": "00"},  # not over yet
        branch=branch,
    )
    assert told(outside.called_back(ground_of(), FEBRUARY)["main"]) == (2, 5)
    assert outside.called_back(ground_of(), Period.parse("2025-03"))["main"].summary() is None


LIFE: dict[str, Any] = {"line": "medical"}


def test_claims_service_time_of_life_lines() -> None:
    log = log_of(
        LIFE | {"events": [("notified", "01-30 10:00"), ("request_received", "02-01 10:00"), ("fully_paid", "02-03 10:00"), ("closed", "02-05 10:00")]},
        LIFE | {"events": [("notified", "02-01 10:00"), ("request_received", "02-10 10:00"), ("closed", "02-12 22:00")]},
        LIFE | {"events": [("request_received", "02-27 10:00"), ("closed", "03-02 10:00")]},  # closed in March
        {"events": [("request_received", "02-01 10:00"), ("closed", "02-28 10:00")]},  # motor
    )  # fmt: skip
    found = claims.claims_time(ground_of(log, loss=["01-29 10:00"] * 4), FEBRUARY)
    assert told(found["main"]) == (4 + 2.5, 2)
    assert told(found["event"]) == (5, 1)


def test_claims_paid_leaves_withdrawn_ones_out() -> None:
    closed = [("notified", "02-01 10:00"), ("closed", "02-05 10:00")]
    log = log_of(
        {"events": closed}, {"events": closed, "outcome": "refused"}, {"events": closed, "line": "medical"},
        {"events": [*closed, ("withdrawn", "02-05 09:00")], "outcome": None},
    )  # fmt: skip
    assert told(claims.paid(ground_of(log), FEBRUARY)["main"]) == (2, 3)
    assert told(claims.paid(ground_of(log, "pc"), FEBRUARY)["main"]) == (1, 2)
    assert told(claims.paid(ground_of(log, "life"), FEBRUARY)["main"]) == (1, 1)


def test_policy_service_time(branch: Any) -> None:
    tell(
        "services",
        {"apppoldate": "2025-01-31 09:00", "isunder": "01", "underdate": "2025-02-02 09:00"},
        {"apppoldate": "2025-02-10 09:00", "isunder": "01", "underdate": "2025-02-10 21:00"},
        {"apppoldate": "2025-02-10 09:00", "isunder": "00"},
        branch=branch,
    )
    assert told(outside.policy_service(ground_of(), FEBRUARY)["main"]) == (2.5, 2)


def test_opened_claims_closed_by_a_fixed_cohort_with_the_literal_ratio_beside() -> None:
    log = log_of(
        {"events": [("opened", "02-01 10:00"), ("closed", "02-20 10:00")]},
        {"events": [("opened", "02-20 10:00"), ("closed", "03-02 10:00")]},  # closed after the period
        {"events": [("opened", "02-21 10:00"), ("withdrawn", "02-22 10:00")]},
        {"events": [("opened", "01-02 10:00"), ("closed", "02-03 10:00")]},  # of the backlog
        {"events": [("opened", "01-03 10:00"), ("closed", "02-04 10:00")]},
        LIFE | {"events": [("opened", "02-03 10:00"), ("closed", "02-04 10:00")]},
    )
    found = claims.closed_of_opened(ground_of(log), FEBRUARY)
    assert told(found["main"]) == (2, 3)
    ratio = found["ratio"].summary()
    assert ratio is not None
    assert (ratio["numerator"], ratio["denominator"]) == (4, 3)


def test_report_to_payment() -> None:
    log = log_of(
        {"events": [("notified", "02-01 10:00"), ("fully_paid", "02-04 22:00")]},
        {"events": [("notified", "01-01 10:00"), ("fully_paid", "02-01 10:00")]},
        LIFE | {"events": [("notified", "02-01 10:00"), ("fully_paid", "02-02 10:00")]},
    )
    assert told(claims.report_to_payment(ground_of(log), FEBRUARY)["main"]) == (34.5, 2)


def test_ratings_of_agents_or_else_those_after_claims(branch: Any) -> None:
    log = log_of(
        {"events": [("rated", "02-03 10:00")], "score": 4.0}, {"events": [("rated", "02-03 10:00")], "score": 3.0},
        LIFE | {"events": [("rated", "02-03 10:00")], "score": 5.0},
    )  # fmt: skip
    assert told(outside.satisfied(ground_of(log), FEBRUARY)["main"]) == (1, 2)
    tell("ratings", {"ratedate": "2025-02-03 10:00", "score": "5"}, {"ratedate": "2025-02-03 10:00", "score": "3.5"}, {"ratedate": "2025-02-04 10:00", "score": "4"}, branch=branch)  # fmt: skip
    assert told(outside.satisfied(ground_of(log), FEBRUARY)["main"]) == (2, 3)


def test_disputes_of_claims_and_imported_ones(branch: Any) -> None:
    log = log_of(
        {
            "events": [
                ("line_disputed", "02-01 10:00"),
                ("line_reviewed", "02-03 10:00"),
                ("line_disputed", "02-04 10:00"),
            ]
        },
        {"events": [("objected", "02-20 10:00"), ("objection_answered", "03-02 10:00")]},  # answered after the period
        {"events": [("line_disputed", "02-27 10:00"), ("line_reviewed", "02-28 10:00")]},
    )
    assert told(claims.disputed(ground_of(log), FEBRUARY)) == (2, 4)
    tell(
        "disputes",
        {"disputedate": "2025-02-05", "area": "承保", "ishandled": "01", "handleddate": "2025-02-06"},
        {"disputedate": "2025-02-05", "area": "查询", "ishandled": "01", "handleddate": "2025-03-06"},
        branch=branch,
    )
    assert told(outside.disputes(ground_of(log), FEBRUARY)["main"]) == (3, 6)


def test_complaint_rate_over_imported_premium(branch: Any) -> None:
    ground = ground_of()
    assert outside.complaint_rate(ground, FEBRUARY)["main"].summary() is None
    tell("complaints", {"receiveddate": "2025-02-05", "line": "人身险"}, {"receiveddate": "2025-02-28", "line": "财产险", "iswithdrawn": "01"}, {"receiveddate": "2025-03-05"}, branch=branch)  # fmt: skip
    tell("premiums", {"month": "2025-02", "line": "财产险", "premium": "40000000", "policies": "5000"}, {"month": "2025-02", "line": "人身险", "premium": "10000000", "policies": "1000", "persons": "20000"}, branch=branch)  # fmt: skip
    found = outside.complaint_rate(ground_of(), FEBRUARY)
    rates = {part: rows.summary()["value"] for part, rows in found.items()}  # type: ignore[index]
    assert rates == pytest.approx({"main": 2 / 0.5, "policies": 2 / 0.6, "persons": 1 / 2})
    life = outside.complaint_rate(ground_of(business="life"), FEBRUARY)["main"].summary()
    assert life is not None
    assert life["value"] == pytest.approx(1 / 0.1)
    # Nothing was imported of January: no rate, rather than a rate of none.
    assert outside.complaint_rate(ground_of(), Period.parse("2025-01"))["main"].summary() is None


def test_complaint_rate_takes_premium_from_the_register_where_none_is_imported(branch: Any) -> None:
    from datetime import date

    from anxin.access.actors import system
    from anxin.insight.indicators.tests.asked import at
    from anxin.registers.customers.models import Customer
    from anxin.registers.policies.models import Policy
    from anxin.registers.products.catalogue import install_catalogue
    from anxin.registers.products.models import Product

    install_catalogue(actor=system(), now=at("01-01 00:00"))
    holder = Customer.objects.create(name="李明", branch=branch, created_at=at("01-01 00:00"))
    for number, (issued, surrendered) in enumerate(
        (("02-03 10:00", False), ("01-03 10:00", True), ("01-05 10:00", False))
    ):
        Policy.objects.create(
            number=f"P{number}", number_key=f"P{number}", product=Product.objects.get(code="PDAA", is_current=True), branch=branch, policyholder=holder,
            starts_on=date(2025, 1, 10), premium_fen=250_000_000, issued_at=at(issued),
            **({"status": "surrendered", "terminated_on": date(2025, 2, 10)} if surrendered else {}),
        )  # fmt: skip
    tell("complaints", {"receiveddate": "2025-02-05"}, branch=branch)
    found = outside.complaint_rate(ground_of(), FEBRUARY)
    assert found["main"].summary()["value"] == pytest.approx(1 / 0.025)  # type: ignore[index]
    assert found["policies"].summary()["denominator"] == pytest.approx(0.0001)  # type: ignore[index]
    # IN-14: one of three policies in force at the start or issued since was surrendered.
    assert told(
        claims.quality_index(ground_of(log_of({"events": [("notified", "02-01 10:00")]})), FEBRUARY)["surrender"]
    ) == (1, 3)


def test_complaints_decided_in_time(branch: Any) -> None:
    """15, 30 and 60 days; 60 only with approval and notice; days of mediation added; withdrawn ones left out."""
    tell(
        "complaints",
        {"receiveddate": "2025-02-01", "decideddate": "2025-02-16"},  # the 15th day
        {"receiveddate": "2025-02-01", "decideddate": "2025-02-17"},  # a day late; but the 16th was a Sunday
        {"receiveddate": "2025-01-20", "decideddate": "2025-02-19", "level": "复杂"},  # the 30th day
        {"receiveddate": "2024-12-20", "decideddate": "2025-02-18", "level": "03", "isapproved": "01", "istold": "01"},
        {
            "receiveddate": "2025-01-10",
            "decideddate": "2025-02-20",
            "level": "03",
            "isapproved": "01",
            "istold": "00",
        },  # so 30
        {"receiveddate": "2025-01-31", "decideddate": "2025-02-20", "pausedays": "5"},
        {"receiveddate": "2025-02-05"},  # due on 20 February, not decided
        {"receiveddate": "2025-02-06", "iswithdrawn": "01"},
        {"receiveddate": "2025-02-20", "decideddate": "2025-02-21"},  # due in March
        branch=branch,
    )
    found = outside.decided_in_time(ground_of(), FEBRUARY)
    assert told(found["main"]) == (4, 7)
    assert told(found["rolled"])[1] == 7


def test_small_claims() -> None:
    log = log_of(
        {"small": "yes", "events": [("request_received", "02-02 10:00"), ("proofs_complete", "02-03 23:00"), ("fully_paid", "02-04 10:00"), ("closed", "02-08 23:30")]},
        {"small": "yes", "outcome": "refused", "events": [("request_received", "02-02 10:00"), ("proofs_complete", "02-03 10:00"), ("closed", "02-09 09:00")]},
        {"small": "yes", "line": "medical", "events": [("request_received", "02-02 10:00"), ("proofs_complete", "02-03 10:00"), ("fully_paid", "02-05 10:00"), ("closed", "02-05 10:00")]},
        {"events": [("request_received", "02-02 10:00"), ("proofs_complete", "02-03 10:00"), ("fully_paid", "02-20 10:00"), ("closed", "02-20 10:00")]},
    )  # fmt: skip
    found = claims.small_claims(ground_of(log), FEBRUARY)
    assert told(found["main"]) == (2, 3)  # the fifth calendar day counts, the sixth does not
    assert told(found["motor"]) == (2, 1)
    assert told(found["medical"]) == (3, 1)
    assert told(found["paid"]) == (2, 3)


def test_intervals_only_from_five_rows_on() -> None:
    import numpy as np
    from scipy import stats  # type: ignore[import-untyped]

    def rows(kind: Any, values: list[float], per: dict[int, float] | None = None) -> Rows:
        count = len(values)
        return Rows(
            kind, np.array(values, float), np.zeros(count, np.int64), np.full(count, -1), np.arange(count), per or {}
        )

    few = rows("share", [1, 1, 0, 1]).summary()
    assert few is not None
    assert (few["value"], few["low"], few["high"]) == (0.75, None, None)
    # Wilson 1927: 8 of 10, as Newcombe 1998 gives for such sizes.
    share = rows("share", [1] * 8 + [0] * 2).summary()
    assert share is not None
    assert (share["low"], share["high"]) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    days = [1.0, 2.0, 4.0, 3.0, 10.0]
    mean = rows("days", days).summary()
    low, high = stats.t.interval(0.95, 4, np.mean(days), stats.sem(days))
    assert mean is not None
    assert (mean["low"], mean["high"]) == pytest.approx((max(0, low), high))
    # Garwood 1936: ten events are 4.80 to 18.39.
    rate = rows("rate", [1.0] * 10, {0: 2.0}).summary()
    assert rate is not None
    assert (rate["low"] * 2, rate["high"] * 2) == pytest.approx((4.795, 18.39), abs=0.01)
