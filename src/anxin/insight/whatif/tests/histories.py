"""A year of claims told to the journal and taken into the lake: enough for a model, quick enough for every test."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from anxin.access.actors import Actor, system
from anxin.access.models import Branch, User
from anxin.journal.history import History
from anxin.journal.lake.sync import sync

CUSTOMER = Actor(kind="customer", channel="portal")


def tell_claims(branch: Branch, staff: dict[str, User], now: datetime, count: int = 180, seed: int = 1) -> list[str]:
    """`count` claims over the year before `now`, all of them over; returns their public ids in order of coming."""
    from anxin.access.actors import actor_of

    rng, history = random.Random(seed), History()
    who = {name: actor_of(user) for name, user in staff.items()}
    begin = now - timedelta(days=380)
    moments = sorted(begin + timedelta(hours=rng.uniform(0, 350 * 24)) for _number in range(count))
    ids = []
    for number, at in enumerate(moments):
        chain = history.open(
            kind="claim", branch=branch, subject=("customer", f"c{number}"), state="notified", opened_at=at, title_zh="车险"
        )  # fmt: skip
        ids.append(chain.case.public_id)
        clock = at

        def say(name: str, by: Actor, hours: float, data: dict[str, Any] | None = None, chain: Any = chain) -> None:
            nonlocal clock
            clock += timedelta(hours=hours * rng.lognormvariate(0, 0.6))
            if by.kind == "staff":
                clock = _office(clock)
            chain.say(name, data, at=clock, actor=by)

        say("claims.notified", CUSTOMER, 0, {"type": "motor", "line": "motor_commercial"})
        say("claims.contacted", who["call_taker"], 0.5)
        if rng.random() < 0.6:
            say("claims.surveyed", who["surveyor"], 10)
            say("claims.opened", who["surveyor"], 2)
        else:
            say("claims.survey_waived", who["call_taker"], 0.5)
            say("claims.opened", who["call_taker"], 1)
        say("claims.paper_received", CUSTOMER, 15)
        say("claims.paper_accepted", who["assessor"], 6)
        say("claims.assessment_issued", who["assessor"], 9)
        say("claims.decided", who["adjudicator"], 12)
        say("claims.payment_instructed", who["finance"], 5)
        say("claims.closed", system(), 3, {"outcome": "paid", "paid": rng.randrange(50_000, 900_000)})
        chain.set(state="closed", closed_at=clock)
    history.write()
    sync()
    return ids


def _office(moment: datetime) -> datetime:
    """On to the next hour between 9 and 17 in China of a weekday."""
    local = moment + timedelta(hours=8)
    if local.hour >= 17:
        local = (local + timedelta(days=1)).replace(hour=9)
    elif local.hour < 9:
        local = local.replace(hour=9)
    while local.weekday() >= 5:
        local += timedelta(days=1)
    return local - timedelta(hours=8)
