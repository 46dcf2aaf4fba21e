"""One claim of the past while it is being told: its chain, its rows, and the moment at which the telling stops."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from anxin.access.actors import Actor, actor_of
from anxin.access.models import User
from anxin.access.prepared import insert_all
from anxin.journal.history import Chain, History
from anxin.journeys.claims import models as claim_models
from anxin.messages.models import Message


class NotYet(Exception):
    """The next thing lies after the as-of day: the claim is still open."""


@dataclass(slots=True)
class Tables:
    """Rows of all claims of the past, written together at the end, parents first."""

    claims: list[claim_models.Claim] = field(default_factory=list)
    covers: list[claim_models.ClaimPolicy] = field(default_factory=list)
    parties: list[claim_models.Party] = field(default_factory=list)
    papers: list[claim_models.RequiredPaper] = field(default_factory=list)
    surveys: list[claim_models.Survey] = field(default_factory=list)
    assessments: list[claim_models.Assessment] = field(default_factory=list)
    lines: list[claim_models.AssessmentLine] = field(default_factory=list)
    decisions: list[claim_models.Decision] = field(default_factory=list)
    decision_lines: list[claim_models.DecisionLine] = field(default_factory=list)
    approvals: list[claim_models.Approval] = field(default_factory=list)
    payees: list[claim_models.Payee] = field(default_factory=list)
    payments: list[claim_models.Payment] = field(default_factory=list)
    ratings: list[claim_models.Rating] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def write(self) -> None:
        """Write every table; a row takes over its parents' primary keys just before it is written itself."""
        for rows in (
            self.claims, self.covers, self.parties, self.papers, self.surveys, self.assessments, self.lines,
            self.decisions, self.decision_lines, self.approvals, self.payees, self.payments, self.ratings,
            self.messages,
        ):  # fmt: skip
            _create(rows)


def _create(rows: Iterable[Any]) -> None:
    rows = iter(rows)
    while chunk := list(islice(rows, 1_000)):
        for row in chunk:
            for item in row._meta.concrete_fields:
                if item.is_relation and item.is_cached(row):
                    parent = getattr(row, item.name)
                    if parent is not None:
                        setattr(row, item.name, parent)
        insert_all(chunk)


class Story:
    """Tells events in order of time and keeps the rows that go with them; `NotYet` ends it at the as-of moment."""

    def __init__(self, history: History, chain: Chain, tables: Tables, rng: random.Random, *, as_of: datetime):
        self.history, self.chain, self.tables, self.rng, self.as_of = history, chain, tables, rng, as_of
        self.at = chain.case.opened_at
        self.slow = 1.0

    def wait(self, hours: float, spread: float = 0.7, *, office: bool = False) -> None:
        """Let time pass: about `hours`, log-normally spread. With `office`, on to the next office hour."""
        passed = hours * self.slow * self.rng.lognormvariate(0, spread)
        self.at += timedelta(seconds=max(20.0, passed * 3600))
        if office:
            self.at = into_office(self.at, self.rng)

    def say(self, activity: str, data: dict[str, Any] | None, by: Actor) -> None:
        if self.at > self.as_of:
            raise NotYet
        self.at = self.at.replace(microsecond=self.rng.randrange(1_000_000))
        if self.chain.events and self.at <= self.chain.events[-1].recorded_at:
            # A timer spoke, or the microsecond fell back: one second on keeps the order of the telling.
            self.at = self.chain.events[-1].recorded_at + timedelta(seconds=1)
        if self.at > self.as_of:
            raise NotYet
        self.chain.say(activity, data, at=self.at, actor=by)

    def hand_to(self, department: str, person: User | None) -> None:
        case = self.chain.case
        before, before_person = case.department_id, case.person_id
        after = person.pk if person else None
        if (before, before_person) == (department, after):
            return
        self.say(
            "case.handed_over",
            {"from": before or "", "to": department, "from_person": before_person or 0, "to_person": after or 0,
             "reason": ""},
            SYSTEM,
        )  # fmt: skip
        self.chain.set(department_id=department, person_id=after, held_since=self.at)


SYSTEM = Actor(kind="system", name="system", channel="system", branch_ids=None)
CUSTOMER = Actor(kind="customer", channel="portal")


def staff(user: User, channel: str = "desk") -> Actor:
    return actor_of(user, channel=channel)


def into_office(moment: datetime, rng: random.Random) -> datetime:
    """The same moment, or the next office hour in China (UTC+8): handlers do not decide at three in the morning."""
    local = moment + timedelta(hours=8)
    if local.hour >= 18:
        local = (local + timedelta(days=1)).replace(hour=8, minute=rng.randint(30, 59))
    elif local.hour < 8:
        local = local.replace(hour=8, minute=rng.randint(30, 59))
    while local.weekday() >= 5 and rng.random() < 0.9:
        local = (local + timedelta(days=1)).replace(hour=9, minute=rng.randint(0, 59))
    return local - timedelta(hours=8)
