"""The only way to write a case: `opening` a new one, or `on_case` for one that exists.

    with on_case(public_id, kind="claim", expected=17, actor=actor, now=now) as work:
        ...                                  # work.case is locked; check, then change the room's own tables
        work.record("claims.surveyed", {"report": report.public_id})
        work.move("surveyed")
        work.hand_to("assessment", person_id)

At the end of the block events, hashes, promises, deliveries and the case itself are written in the one transaction the
block ran in, or nothing is.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Missing, Stale
from anxin.access.models import Branch
from anxin.access.prepared import Prepared, PreparedFor, insert_all, new, save_all, save_if
from anxin.journal import activities, reacting
from anxin.journal.chain import canonical, hash_of
from anxin.journal.models import Case, CaseNumber, CaseQuerySet, Delivery, Event, Promise, Text
from anxin.journal.promises import fold
from anxin.journal.promises.source import Editions, Remembering, source

# Tests of the lost update switch these off to show what they prevent; nothing else does.
CHECK_SEQUENCE = True
LOCK_ROWS = True


class CaseWork:
    """A case held for writing, and what has been said about it so far. Made by `on_case` and `opening`."""

    def __init__(self, case: Case, *, actor: Actor, now: datetime, is_new: bool = False):
        self.case = case
        self.actor = actor
        self.now = now
        self._is_new = is_new
        self._read_count = case.event_count
        self._events: list[Event] = []
        self._facts: list[dict[str, Any]] = []
        self._changed: set[str] = set()
        self._clocks: list[Promise] | None = None
        self._before: dict[int, dict[str, Any]] = {}
        """The columns of those as they were read, by the clock's identity."""
        self._source = Remembering(source())
        self._pins: Editions = self._source.current()

    def record(
        self, activity: str, data: dict[str, Any] | None = None, *, occurred_at: datetime | None = None
    ) -> Event:
        """Say that something happened. It is written when the block ends; returns the event as it will be.

        `occurred_at` defaults to now and may lie in the past (a survey reported later), never in the future.
        """
        kind = activities.activity(activity)
        facts = dict(data or {})
        kind.check(facts)
        happened = occurred_at or self.now
        if happened > self.now:
            raise ValueError(f"{activity} cannot have occurred at {happened}, after the present moment {self.now}")
        because = reacting.cause()
        if because is not None and because.depth + 1 > reacting.MAX_DEPTH:
            raise reacting.TooDeep(f"{activity} would be reaction number {because.depth + 1} in a row")
        event = new(
            Event, case=self.case, seq=self._read_count + len(self._events) + 1, activity=activity, version=kind.version,
            actor_kind=self.actor.kind, actor_id=self.actor.user_id, department=self.actor.department,
            channel=self.actor.channel, occurred_at=happened, recorded_at=self.now, data=canonical(facts),
            cause=because, depth=0 if because is None else because.depth + 1,
            rules_edition=self._pins.rules, calendar_edition=self._pins.calendar,
        )  # fmt: skip
        self._events.append(event)
        self._facts.append(facts)
        return event

    def text(self, body: str) -> dict[str, str]:
        """Keep free text where it can be erased, and get what the event may hold of it: a reference and a digest."""
        salt = secrets.token_hex(16)
        row = Text.objects.create(case=self.case, salt=salt, body=body)
        return {"text": row.public_id, "digest": hashlib.sha256((salt + body).encode()).hexdigest()}

    def set(self, **fields: Any) -> None:
        """Change fields of the case (title, amount, state, …) together with the events of this block."""
        for name, value in fields.items():
            if getattr(self.case, name) != value:
                setattr(self.case, name, value)
                self._changed.add(name)

    def move(self, state: str) -> None:
        self.set(state=state)

    def close(self, moment: datetime | None = None) -> None:
        self.set(closed_at=moment or self.now)

    def reopen(self) -> None:
        self.set(closed_at=None)

    def hand_to(
        self, department: str, person_id: int | None = None, *, reason: str = "", quietly: bool = False
    ) -> None:
        """Give the case to a department and, if known, a person; recorded unless nothing changes or it is `quietly`
        part of the very first event."""
        before, before_person = self.case.department_id, self.case.person_id
        if (before, before_person) == (department, person_id):
            return
        self.set(department_id=department, person_id=person_id, held_since=self.now)
        if not quietly:
            self.record(
                activities.CASE_HANDED_OVER,
                {
                    "from": before or "", "to": department, "from_person": before_person or 0,
                    "to_person": person_id or 0, "reason": reason,
                },
            )  # fmt: skip

    @property
    def clocks(self) -> list[Promise]:
        """The case's promises as they were when the block began."""
        if self._clocks is None:
            self._clocks = [] if self._is_new else _clocks.all(case=self.case.pk)
            for clock in self._clocks:
                clock._state.fields_cache["case"] = self.case
            self._before = {id(clock): dict(clock.__dict__) for clock in self._clocks}
        return self._clocks

    # -- the end of the block --------------------------------------------------------------------------------------

    def flush(self) -> None:
        if not self._events:
            if self._changed:
                raise RuntimeError(f"a case changes only with an event: {sorted(self._changed)} has none")
            return
        self._fold()
        previous = self.case.head_hash
        for event in self._events:
            event.hash = previous = hash_of(event, previous, self.case.public_id)
        insert_all(self._events)
        self._write_promises()
        self._write_deliveries()
        self._write_case(previous)

    def _fold(self) -> None:
        """Apply the new events to the promises. A count that goes over its limit adds the breach as an event."""
        editions, listened = self._source, self._source.listened()
        self._touched: dict[int, Promise] = {}
        self._created: list[Promise] = []
        position = 0
        while position < len(self._events):
            event, facts = self._events[position], self._facts[position]
            position += 1
            if event.activity not in _ADDRESSED and event.activity not in listened:
                continue
            happening = fold.Happening(
                event.seq, event.activity, event.occurred_at, facts, event.rules_edition, event.calendar_edition
            )
            outcome = fold.apply(happening, self.clocks, editions, self._new_promise)
            self.clocks.extend(outcome.created)
            self._created += outcome.created
            for clock in outcome.changed:
                self._touched[id(clock)] = clock
            for clock in outcome.overcounted:
                self.record(
                    activities.PROMISE_BROKEN,
                    {"rule": clock.rule, "key": clock.key, "serial": clock.serial, "count": clock.count},
                )

    def _new_promise(self, **fields: Any) -> Promise:
        return new(Promise, case=self.case, **fields)

    def _write_promises(self) -> None:
        insert_all(self._created)
        created = {id(clock) for clock in self._created}
        changes: dict[tuple[str, ...], list[Promise]] = {}
        for key, clock in self._touched.items():
            if key not in created:
                before = self._before[key]
                changed = tuple(name for name in _PROMISE_FIELDS if getattr(clock, name) != before[name])
                changes.setdefault(changed, []).append(clock)
        for changed, clocks in changes.items():
            if changed:  # only what changed: an index is left alone while its columns are
                save_all(clocks, changed)
        if self._created or self._touched:
            first = fold.tightest(self.clocks, self._source)
            self.set(
                due_at=first.due_at if first else None, near_at=first.near_at if first else None,
                due_promise_id=first.pk if first else None,
            )  # fmt: skip

    def _write_deliveries(self) -> None:
        moment = timezone.now()
        rows = [
            new(Delivery, event=event, reaction=name, next_try_at=moment)
            for event in self._events
            for name in reacting.reactions_to(event.activity)
        ]
        insert_all(rows)

    def _write_case(self, head: str) -> None:
        case = self.case
        case.head_hash, case.event_count, case.touched_at = head, self._read_count + len(self._events), self.now
        fields = ["head_hash", "event_count", "touched_at", *sorted(self._changed)]
        still = {"event_count": self._read_count} if CHECK_SEQUENCE else {}
        if not save_if(case, fields, **still):
            raise stale(case)


# Which promise it is never changes: the rule, its key, which one of them.
_PROMISE_FIELDS = tuple(name for name in fold.FIELDS if name not in ("rule", "key", "serial"))


_ADDRESSED = frozenset(fold._ADDRESSED)


def stale(case: Case) -> Stale:
    return Stale(
        _("Someone else changed this case in the meantime. Your entry is kept; look at what is new and send it again."),
        public_id=case.public_id,
    )


_clocks = Prepared(lambda case: Promise.objects.filter(case_id=case).order_by("pk"), case=int)


def _locked(public_id: str, kind: str | None, actor: Actor) -> Case | None:
    """The case if the actor may see it, locked where the database locks rows."""
    locks = LOCK_ROWS and connection.features.has_select_for_update
    return _case_query(kind, locks).first(actor, public_id=public_id)


@lru_cache(maxsize=64)
def _case_query(kind: str | None, locks: bool) -> PreparedFor[Case]:
    def build(actor: Actor, public_id: str) -> CaseQuerySet:
        rows = Case.objects.visible_to(actor).filter(public_id=public_id)
        if kind is not None:
            rows = rows.filter(kind=kind)
        return rows.select_for_update(of=("self",)) if locks else rows

    return PreparedFor(build, public_id=str)


def _someone_wrote(case: Case, expected: int) -> bool:
    if expected > case.event_count:
        return True  # no page of this case can have shown that many
    return Event.objects.filter(case=case, seq__gt=expected).exclude(actor_kind="system").exists()


@contextlib.contextmanager
def on_case(
    public_id: str, *, kind: str | None = None, actor: Actor, now: datetime, expected: int | None = None,
) -> Iterator[CaseWork]:  # fmt: skip
    """Lock a case the actor may see and write to it. `expected` is the event count the actor last saw.

    Raises `Missing` for a case that is not there or not theirs, `Stale` when somebody wrote after `expected`. What the
    system wrote since (a warning, a message that went out) stops nobody: the life cycle is asked in any case.
    """
    with transaction.atomic():
        case = _locked(public_id, kind, actor)
        if case is None:
            raise Missing(_("There is no such case."))
        if CHECK_SEQUENCE and expected is not None and expected != case.event_count and _someone_wrote(case, expected):
            raise stale(case)
        work = CaseWork(case, actor=actor, now=now)
        work.clocks  # noqa: B018 - read before the first write, for whom SQLite's lock begins there
        yield work
        work.flush()


@contextlib.contextmanager
def opening(
    *, kind: str, branch: Branch, subject: tuple[str, str], state: str, actor: Actor, now: datetime,
    opened_at: datetime | None = None, number: str | None = None, title_zh: str = "", title_en: str = "",
) -> Iterator[CaseWork]:  # fmt: skip
    """Open a case in one transaction with its first events. `number` is for imported cases that have one already."""
    with transaction.atomic():
        moment = opened_at or now
        case = Case(
            kind=kind, branch=branch, subject_kind=subject[0], subject_id=subject[1], state=state,
            number=number if number is not None else next_number(branch, kind, timezone.localtime(moment).year),
            opened_at=moment, touched_at=now, title_zh=title_zh, title_en=title_en,
        )  # fmt: skip
        insert_all([case])
        work = CaseWork(case, actor=actor, now=now, is_new=True)
        yield work
        work.flush()


def next_number(branch: Branch, kind: str, year: int) -> str:
    """`2025-000317`: per branch, kind and year. The branch's short name stands before it wherever it is shown."""
    last = _count_on(branch, kind, year)
    if last is None:
        CaseNumber.objects.get_or_create(branch=branch, kind=kind, year=year)
        last = _count_on(branch, kind, year)
    return f"{year}-{last:06d}"


def _count_on(branch: Branch, kind: str, year: int) -> int | None:
    """Take the counter's next number; None when there is no such counter yet."""
    table = connection.ops.quote_name(CaseNumber._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET last = last + 1 WHERE branch_id = %s AND kind = %s AND year = %s RETURNING last",
            [branch.pk, kind, year],
        )
        found = cursor.fetchone()
    return None if found is None else int(found[0])


def facts_of(event: Event) -> dict[str, Any]:
    return json.loads(event.data)  # type: ignore[no-any-return]
