"""Formulas over the claims of the lake: IN-04, 05, 07, 08, 13, 14, and the claims' share of IN-09 and IN-10.

Each takes the ground and a period and gives its numbers' rows by part. A moment belongs to the period whose days it lies in, on the
insurer's clock.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.insight.indicators.computing.facts import NAT
from anxin.insight.indicators.computing.ground import Ground
from anxin.insight.indicators.computing.measures import DAY, SATISFIED, days_of
from anxin.insight.indicators.computing.rows import Rows, none
from anxin.insight.indicators.definitions import LIFE_LINES
from anxin.insight.indicators.periods import Period
from anxin.journeys.claims import activities as done
from anxin.registers.products.models import MOTOR_LINES

FIVE_DAYS = 5

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]


def within(moments: Ints, period: Period) -> Mask:
    return (moments >= period.begin) & (moments < period.end)


def _cases(ground: Ground, kind: Any, wanted: Mask, values: Any) -> Rows:
    place = np.flatnonzero(wanted)
    return Rows.of_cases(kind, values, place, ground.case_branch[place])


def _wait(ground: Ground, begin: Ints, end: Ints, period: Period, among: Mask | None = None) -> Rows:
    """Days from one moment to another, of cases whose second moment lies in the period."""
    wanted = within(end, period) & (begin != NAT)
    if among is not None:
        wanted &= among
    return _cases(ground, "days", wanted, np.maximum(end[wanted] - begin[wanted], 0) / DAY)


def _life(ground: Ground) -> Mask:
    return ground.having("line", *LIFE_LINES)


def claims_time(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-04."""
    life = _life(ground)
    return {
        "main": _wait(ground, ground.first(done.REQUEST_RECEIVED), ground.last(done.CLOSED), period, life),
        "event": _wait(ground, ground.loss, ground.last(done.FULLY_PAID), period, life),
    }


def _paid(ground: Ground, period: Period, among: Mask | None = None) -> Rows:
    wanted = within(ground.last(done.CLOSED), period) & (ground.last(done.WITHDRAWN) == NAT)
    if among is not None:
        wanted &= among
    return _cases(ground, "share", wanted, ground.having("outcome", "paid", "partial")[wanted])


def paid(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-05."""
    return {"main": _paid(ground, period)}


def closed_of_opened(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-07: of the claims opened in the period those ended by its end; and the literal ratio beside it."""
    property_ = ~_life(ground)
    opened = ground.first(done.OPENED)
    ended = np.maximum(ground.last(done.CLOSED), ground.last(done.WITHDRAWN))
    cohort = within(opened, period) & property_
    closed = within(ended, period) & property_
    ratio = _cases(ground, "rate", closed, np.ones(int(closed.sum())))
    places, counts = np.unique(ground.case_branch[cohort], return_counts=True)
    per = {int(place): float(count) for place, count in zip(places, counts, strict=True)}
    return {
        "main": _cases(ground, "share", cohort, (ended[cohort] != NAT) & (ended[cohort] < period.end)),
        "ratio": replace(ratio, per=per, below=_cases(ground, "rate", cohort, np.ones(int(cohort.sum())))),
    }


def report_to_payment(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-08."""
    return {"main": _wait(ground, ground.first(done.NOTIFIED), ground.last(done.FULLY_PAID), period, ~_life(ground))}


def small_claims(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-13. Days are those of the calendar: the day on which the papers were complete is not counted."""
    small = ground.having("small", "yes")
    request, settled = ground.first(done.REQUEST_RECEIVED), ground.last(done.FULLY_PAID)
    complete, closed = ground.last(done.PROOFS_COMPLETE), ground.last(done.CLOSED)
    wanted = small & within(closed, period) & (complete != NAT) & (ground.last(done.WITHDRAWN) == NAT)
    took = days_of(closed[wanted]) - days_of(complete[wanted])
    motor = ground.having("line", *MOTOR_LINES)
    medical = ground.having("line", "medical")
    return {
        "main": _cases(ground, "share", wanted, took <= FIVE_DAYS),
        "motor": _wait(ground, request, settled, period, small & motor),
        "medical": _wait(ground, request, settled, period, small & medical),
        "paid": _paid(ground, period, small),
    }


def quality_index(ground: Ground, period: Period) -> dict[str, Rows]:
    """IN-14: the three parts that are known."""
    return {
        "event": _wait(ground, ground.loss, ground.last(done.FULLY_PAID), period),
        "paid": _paid(ground, period),
        "surrender": _surrendered(ground, period),
    }


def _surrendered(ground: Ground, period: Period) -> Rows:
    known = ground.policies
    first, after = (int(np.datetime64(day, "D").astype(np.int64)) for day in (period.first, period.after))
    in_force = (known["starts"] <= first) & ((known["ends"] == NAT) | (known["ends"] >= first)) & ((known["ended"] == NAT) | (known["ended"] >= first))  # fmt: skip
    wanted = in_force | within(known["issued"], period)
    left = known["surrendered"][wanted] & (known["ended"][wanted] >= first) & (known["ended"][wanted] < after)
    return Rows.of_policies(left, known["pk"][wanted], known["branch"][wanted])


def rated(ground: Ground, period: Period) -> Rows:
    """Ratings that customers gave after a claim: 4 and more of 5 is satisfied."""
    if ground.log is None or "score" not in ground.log.case_attributes:
        return Rows("share", np.zeros(0), none(), none(), none())
    score = np.asarray(ground.log.case_attributes["score"].values, np.float64)
    wanted = within(ground.last(done.RATED), period) & ~np.isnan(score) & ~_life(ground)
    return _cases(ground, "share", wanted, score[wanted] >= SATISFIED)


def disputed(ground: Ground, period: Period) -> Rows:
    """Disputes of claims: the k-th dispute of a case is handled once its k-th answer is there, by the period's end."""
    property_ = ~_life(ground)
    cases, values = [none()], [np.zeros(0)]
    for raised, answered in ((done.LINE_DISPUTED, done.LINE_REVIEWED), (done.OBJECTED, done.OBJECTION_ANSWERED)):
        case, at = ground.events(raised)
        answer_case, answer_at = ground.events(answered)
        answers = np.bincount(answer_case[answer_at < period.end], minlength=ground.cases)
        wanted = within(at, period) & property_[case]
        cases.append(case[wanted])
        values.append((_order(case)[wanted] < answers[case[wanted]]).astype(np.float64))
    place = np.concatenate(cases)
    return Rows.of_cases("share", np.concatenate(values), place, ground.case_branch[place])


def _order(case: Ints) -> Ints:
    """0 for the first event of each case, 1 for the second…; cases stand together."""
    if not len(case):
        return case
    begins = np.concatenate([[True], case[1:] != case[:-1]])
    starts = np.flatnonzero(begins)
    return np.arange(len(case)) - np.repeat(starts, np.diff(np.append(starts, len(case))))
