"""Cases, events, promises, deliveries, checkpoints, and the words that may be erased."""

from __future__ import annotations

import json
import secrets
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from anxin.access.actors import Actor
from anxin.access.models import Branch, Department, User


def new_public_id() -> str:
    """A random id for URLs: 96 bits, without look-alike letters in front of a line break."""
    return secrets.token_hex(12)


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, actor: Actor) -> CaseQuerySet:
        """What this actor may know of: staff their branches, customers their own, nobody else anything."""
        if actor.is_system:
            return self
        if actor.is_customer:
            if not actor.customer_public_id:
                return self.none()
            return self.filter(subject_kind="customer", subject_id=actor.customer_public_id)
        if not actor.is_staff or not actor.permissions:
            return self.none()
        return self if actor.branch_ids is None else self.filter(branch_id__in=actor.branch_ids)

    def open(self) -> CaseQuerySet:
        return self.filter(closed_at=None)


class Case(models.Model):
    """One service to one customer, whatever the room. All that happens to it is an `Event` of its chain."""

    kind = models.CharField(max_length=24)
    number = models.CharField(max_length=40, help_text="per branch and year; gaps are allowed")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    # Asked for by their own or another index below, never by themselves: each index of a case is written at every step.
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", db_index=False)
    subject_kind = models.CharField(max_length=20, default="customer")
    subject_id = models.CharField(max_length=24)
    title_zh = models.CharField(max_length=120, blank=True, help_text="what it is about, without names")
    title_en = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=24)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    held_since = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField()
    head_hash = models.CharField(max_length=64, default="")
    event_count = models.PositiveIntegerField(default=0)
    # The tightest open promise, kept here so that a queue is one index scan, and its views are counted without promises.
    due_at = models.DateTimeField(null=True)
    near_at = models.DateTimeField(null=True)
    due_promise = models.ForeignKey(
        "Promise", models.SET_NULL, null=True, related_name="+", db_constraint=False, db_index=False
    )
    amount_fen = models.BigIntegerField(default=0, help_text="what the case is about in money, for lists")

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["branch", "kind", "number"], name="case_number_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "due_at"], name="case_queue", condition=Q(closed_at=None)),
            models.Index(
                fields=["branch", "department", "due_at"], name="case_dept_queue", condition=Q(closed_at=None)
            ),
            # A supervisor's queue is a branch's, an administrator's everything there is: pages come off these in order.
            models.Index(fields=["branch", "due_at"], name="case_branch_queue", condition=Q(closed_at=None)),
            models.Index(fields=["due_at"], name="case_open_due", condition=Q(closed_at=None)),
            models.Index(fields=["subject_kind", "subject_id"], name="case_subject"),
            models.Index(fields=["kind", "opened_at"], name="case_kind_opened"),
        ]

    def __str__(self) -> str:
        return self.number


class CaseNumber(models.Model):
    """The next number of a branch, kind and year. Gaps are allowed: a rolled-back opening loses its number."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["branch", "kind", "year"], name="one_counter")]


class CurrentTransaction(models.Func):
    """The writing transaction's id on PostgreSQL (ids commit out of order there); 0 on SQLite, which has one writer."""

    template = "0"
    output_field = models.BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        return "((pg_current_xact_id())::text)::bigint", []


class Event(models.Model):
    """Something that happened to a case. Never updated, never deleted: triggers refuse both."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    activity = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    actor_kind = models.CharField(max_length=10)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    department = models.CharField(max_length=24, blank=True)
    channel = models.CharField(max_length=12)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    data = models.TextField(
        default="{}", help_text="canonical JSON: references, codes, amounts; no names, no free text"
    )
    cause = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    depth = models.PositiveSmallIntegerField(default=0)
    rules_edition = models.PositiveIntegerField(default=0)
    calendar_edition = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64)
    transaction = models.BigIntegerField(db_default=CurrentTransaction())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "seq"], name="event_seq_once")]
        indexes: ClassVar = [models.Index(fields=["transaction", "id"], name="event_reading_order")]

    def __str__(self) -> str:
        return f"{self.case_id}#{self.seq} {self.activity}"

    @property
    def facts(self) -> dict[str, Any]:
        """The data as today's version of the activity has it."""
        from anxin.journal.activities import activity

        return activity(self.activity).current(json.loads(self.data), self.version)


class Promise(models.Model):
    """A duty with a clock: the table form of `promises.fold.Clock`. Written by the journal alone."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="promises", db_index=False)
    rule = models.CharField(max_length=24)
    key = models.CharField(max_length=60, blank=True)
    serial = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=8, default="running")
    department = models.CharField(max_length=24, blank=True)
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.CharField(max_length=16, blank=True)
    amount = models.PositiveIntegerField(default=0)
    start_seq = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    strict_on = models.DateField(null=True)
    rolled_on = models.DateField(null=True)
    rolled_at = models.DateTimeField(null=True)
    roll_name = models.CharField(max_length=40, blank=True)
    provisional = models.BooleanField(default=False)
    near_at = models.DateTimeField(null=True)
    wake_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    left = models.IntegerField(default=0)
    stopped_days = models.PositiveIntegerField(default=0)
    stops = models.JSONField(default=list, help_text="past pauses: [stopped, resumed]")
    count = models.PositiveIntegerField(default=0)
    end_seq = models.PositiveIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    extended = models.BooleanField(default=False)
    rules_edition = models.PositiveIntegerField(default=0)
    calendar_edition = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "rule", "key", "serial"], name="promise_once")]
        indexes: ClassVar = [
            models.Index(fields=["wake_at"], name="promise_wake", condition=Q(wake_at__isnull=False)),
            models.Index(fields=["person", "due_at"], name="promise_person", condition=Q(settled_at=None)),
            # What supervision looks for, from the open cases: those whose own warning moment has passed.
            models.Index(fields=["case", "near_at"], name="promise_open_of_case", condition=Q(settled_at=None)),
            models.Index(fields=["settled_at"], name="promise_settled", condition=Q(settled_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.key} {self.state}"


class Delivery(models.Model):
    """An event on its way to one reaction. Written with the event; done in the transaction of the reaction's effect."""

    class State(models.TextChoices):
        WAITING = "waiting"
        LEASED = "leased"
        DONE = "done"
        DEAD = "dead"

    event = models.ForeignKey(Event, models.PROTECT, related_name="deliveries", db_index=False)
    reaction = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Leases and retries go by the machine's clock, never the demo's: moving the demo must not look like a dead worker.
    # When a worker looks at it next: at once, after a failure's pause, or when the present lease runs out. None when it
    # is done or dead, so that the index holds the open ones alone. (SQLite passes over a partial index whose condition
    # the query only meets with a bound value; "IS NOT NULL" it infers from the comparison.)
    next_try_at = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "reaction"], name="delivered_once")]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at", "id"], name="delivery_due", condition=Q(next_try_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.reaction} ({self.state})"


class Text(models.Model):
    """Free text or a name that an event speaks of: erasable, while the event keeps a salted digest of it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="texts")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    salt = models.CharField(max_length=32)
    body = models.TextField()
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.public_id


class Checkpoint(models.Model):
    """All heads at one moment, chained: a missing tail or a missing case is seen against it."""

    made_at = models.DateTimeField()
    position = models.BigIntegerField(help_text="the last event's id that it covers")
    cases = models.PositiveIntegerField()
    events = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.position}: {self.digest[:12]}"
