"""Writing the past in bulk: many finished or long-running cases at once, through the same fold and the same chain.

For imports and the sample insurer. Timers speak at the moments they would have spoken; events get their global positions
in the order of their recording; no deliveries are written, for nobody is to be told today what happened last year.

    history = History()
    chain = history.open(kind="claim", branch=branch, subject=("customer", id), state="notified", opened_at=moment)
    chain.say("claims.notified", {...}, at=moment, actor=call_taker)
    chain.set(state="opened", department_id="survey", person_id=7)
    chain.run_until(as_of)
    history.write()
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from anxin.access.actors import Actor, system
from anxin.access.models import Branch
from anxin.access.prepared import insert_all, new
from anxin.journal import activities, timers
from anxin.journal.chain import canonical, hash_of
from anxin.journal.models import Case, CaseNumber, Event, Promise, Text, new_public_id
from anxin.journal.promises import fold
from anxin.journal.promises.source import Remembering, Source, source

CHUNK = 2_000


class Chain:
    """One case of the past while it is being told, in order of time."""

    def __init__(self, case: Case, recorded_at: datetime | None = None, rules: Source | None = None):
        self.case = case
        self._source = rules or source()
        self._recorded_at = recorded_at
        self.clocks: list[Promise] = []
        self.events: list[Event] = []
        self.texts: list[Text] = []
        self._head = ""
        self._pins = self._source.current()
        self._system = system()

    def say(
        self, activity: str, data: dict[str, Any] | None = None, *, at: datetime, actor: Actor | None = None
    ) -> int:
        """Tell of an event at `at`; what the timers had to say before comes first. Returns its sequence number."""
        self.run_until(at)
        return self._tell(activity, dict(data or {}), at, actor or self._system)

    def record(self, activity: str, data: dict[str, Any] | None = None, *, occurred_at: datetime | None = None) -> int:
        """As the timers say it."""
        assert occurred_at is not None
        return self._tell(activity, dict(data or {}), occurred_at, self._system)

    def run_until(self, moment: datetime) -> None:
        """Let the clocks say what they have to say up to and including `moment`."""
        while True:
            awake = [clock for clock in self.clocks if clock.wake_at is not None and clock.wake_at <= moment]
            if not awake:
                return
            timers.say(self, min(awake, key=lambda clock: clock.wake_at))  # type: ignore[arg-type,return-value]

    def set(self, **fields: Any) -> None:
        """Change fields of the case as it stands at the end of what was told."""
        for name, value in fields.items():
            setattr(self.case, name, value)

    def text(self, body: str) -> dict[str, str]:
        """Keep free text where it can be erased; returns what the event may hold of it."""
        row = Text(case=self.case, public_id=new_public_id(), salt=secrets.token_hex(16), body=body)
        self.texts.append(row)
        return {"text": row.public_id, "digest": hashlib.sha256((row.salt + body).encode()).hexdigest()}

    def _tell(self, activity: str, data: dict[str, Any], at: datetime, actor: Actor) -> int:
        if self.events and at < self.events[-1].occurred_at:
            raise ValueError(f"{activity} at {at} is told after an event of {self.events[-1].occurred_at}")
        kind = activities.activity(activity)
        kind.check(data)
        event = new(
            Event, case=self.case, seq=len(self.events) + 1, activity=activity, version=kind.version,
            actor_kind=actor.kind, actor_id=actor.user_id, department=actor.department, channel=actor.channel,
            occurred_at=at, recorded_at=self._recorded_at or at, data=canonical(data), depth=0,
            rules_edition=self._pins.rules, calendar_edition=self._pins.calendar,
        )  # fmt: skip
        event.hash = self._head = hash_of(event, self._head, self.case.public_id)
        self.events.append(event)
        happening = fold.Happening(event.seq, activity, at, data, event.rules_edition, event.calendar_edition)
        outcome = fold.apply(happening, self.clocks, self._source, self._new_promise)
        self.clocks += outcome.created
        for clock in outcome.overcounted:
            self._tell(
                activities.PROMISE_BROKEN,
                {"rule": clock.rule, "key": clock.key, "serial": clock.serial, "count": clock.count},
                at, self._system,
            )  # fmt: skip
        return event.seq

    def _new_promise(self, **fields: Any) -> Promise:
        return new(Promise, case=self.case, **fields)

    def _close_books(self) -> None:
        self.case.head_hash, self.case.event_count = self._head, len(self.events)
        self.case.touched_at = self.events[-1].recorded_at


class History:
    """Cases of the past, gathered and then written together. `recorded_at`: when another system's past is put on
    record; without it each event counts as recorded when it happened.
    """

    def __init__(self, *, recorded_at: datetime | None = None) -> None:
        self._recorded_at = recorded_at
        self._source = Remembering(source())
        self.chains: list[Chain] = []
        self._numbers: dict[tuple[int, str, int], int] = {}

    def open(
        self, *, kind: str, branch: Branch, subject: tuple[str, str], state: str, opened_at: datetime,
        title_zh: str = "", title_en: str = "", number: str | None = None,
    ) -> Chain:  # fmt: skip
        case = Case(
            kind=kind, branch=branch, subject_kind=subject[0], subject_id=subject[1], state=state,
            number=number if number is not None else self._next_number(branch, kind, opened_at),
            opened_at=opened_at, touched_at=opened_at, title_zh=title_zh, title_en=title_en,
        )  # fmt: skip
        chain = Chain(case, self._recorded_at, self._source)
        self.chains.append(chain)
        return chain

    def _next_number(self, branch: Branch, kind: str, moment: datetime) -> str:
        year = timezone.localtime(moment).year
        key = (branch.pk, kind, year)
        if key not in self._numbers:
            row = CaseNumber.objects.filter(branch=branch, kind=kind, year=year).first()
            self._numbers[key] = row.last if row else 0
        self._numbers[key] += 1
        return f"{year}-{self._numbers[key]:06d}"

    @transaction.atomic
    def write(self) -> int:
        """Write everything gathered since the last time; returns how many events. Chains keep their saved cases."""
        chains, self.chains = self.chains, []
        for chain in chains:
            if not chain.events:
                raise ValueError(f"case {chain.case.number} has no event: a case without one cannot be")
            chain._close_books()
        _create(chain.case for chain in chains)
        for chain in chains:
            rows: tuple[Event | Promise | Text, ...] = (*chain.events, *chain.clocks, *chain.texts)
            for row in rows:
                row.case = chain.case
        _create(text for chain in chains for text in chain.texts)
        events = [event for chain in chains for event in chain.events]
        events.sort(key=lambda event: (event.recorded_at, event.case_id, event.seq))
        _create(events)
        _create(clock for chain in chains for clock in chain.clocks)
        self._write_due(chains)
        for (branch_id, kind, year), last in self._numbers.items():
            CaseNumber.objects.update_or_create(branch_id=branch_id, kind=kind, year=year, defaults={"last": last})
        return len(events)

    def _write_due(self, chains: list[Chain]) -> None:
        touched = []
        for chain in chains:
            first = fold.tightest(chain.clocks, source())
            if first is not None:
                chain.case.due_at, chain.case.near_at, chain.case.due_promise_id = first.due_at, first.near_at, first.pk
                touched.append(chain.case)
        Case.objects.bulk_update(touched, ["due_at", "near_at", "due_promise"], batch_size=500)


def _create(rows: Iterable[Any]) -> None:
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        insert_all(chunk)
