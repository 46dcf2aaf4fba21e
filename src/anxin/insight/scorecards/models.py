"""Plans, the runs that compute cards, the cards, and what people say to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anxin.access.models import Branch, Department, User, spoken
from anxin.insight.scorecards.permissions import SEE_CARDS, SEE_OWN_CARD
from anxin.journal.models import new_public_id

if TYPE_CHECKING:
    from anxin.access.actors import Actor


class Plan(models.Model):
    """A version of the indicators with weight, minimum, and floor and target by level. Published ones are never changed.

    A month is judged by the highest number whose `valid_from` is not after it, a quarter by its last month's.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    number = models.PositiveIntegerField(null=True, unique=True, help_text="none while it is a draft")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    lines = models.JSONField(default=dict, help_text="code → weight (of 100), fewest, limits: level → floor, target")
    valid_from = models.CharField(
        max_length=7, blank=True, help_text="the first month it is for (2025-03); empty: from the beginning"
    )
    reason = models.CharField(max_length=400, blank=True)
    edit = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="draft"), name="one_draft_plan"),
            models.CheckConstraint(
                condition=Q(state="draft", number=None) | Q(state="published", number__isnull=False), name="plan_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or 'draft'}"


class Deed(models.Model):
    """What was done to plans: who, when, why, from what to what. Only added to."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="deeds")
    what = models.CharField(max_length=12)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.what}"


class Run(models.Model):
    """One computing of a period's cards: by which plan, from which version of the lake."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    period = models.CharField(max_length=8, help_text="2025-03 or 2025-Q1")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    lake = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    why = models.CharField(max_length=400, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    ordered_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(state="waiting"), name="cards_to_make"),
            models.Index(fields=["period", "-id"], name="cards_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.period} #{self.pk}"


class CardQuerySet(models.QuerySet["Card"]):
    def visible_to(self, actor: Actor) -> CardQuerySet:
        """One's own; with the permission those of one's branches."""
        if actor.is_system:
            return self
        if not actor.is_staff:
            return self.none()
        own = Q(person_id=actor.user_id, level="person") if actor.may(SEE_OWN_CARD) else Q(pk__in=())
        if not actor.may(SEE_CARDS):
            return self.filter(own)
        return self if actor.branch_ids is None else self.filter(own | Q(branch_id__in=actor.branch_ids))


class Card(models.Model):
    """A person's, a team's or a branch's card of one run. `body`: estimates by indicator, score, standing. `cases`: indicator →
    [[case's public id (or policy's or answer's), value, what it was]]."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    run = models.ForeignKey(Run, models.CASCADE, related_name="cards")
    level = models.CharField(max_length=6)
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=40)
    score = models.FloatField(null=True)
    body = models.JSONField(default=dict)
    cases = models.JSONField(default=dict)

    objects = CardQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "key"], name="card_once")]
        indexes: ClassVar = [models.Index(fields=["key", "-run"], name="card_of_unit")]

    def __str__(self) -> str:
        return f"{self.key} {self.run_id}"

    def rows(self, indicator: str) -> list[tuple[str, float, str]]:
        """What stands behind a number: about what (public id), value, and of a promise its duty."""
        return [
            (str(row[0]), float(row[1]), str(row[2]) if len(row) > 2 else "") for row in self.cases.get(indicator, ())
        ]

    @property
    def name(self) -> str:
        if self.level == "person":
            return str(self.person)
        if self.level == "team" and self.branch and self.department:
            return spoken(f"{self.branch.short}{self.department}", f"{self.department}, {self.branch.short}")
        return self.branch.short if self.branch else self.key


class Objection(models.Model):
    """A person says that a case should not count in their card."""

    class State(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        EXCLUDED = "excluded", _("Does not count")
        KEPT = "kept", _("Goes on counting")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+")
    period = models.CharField(max_length=8)
    indicator = models.CharField(max_length=12)
    case = models.CharField(max_length=24, help_text="public id")
    reason = models.CharField(max_length=400)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    answer = models.CharField(max_length=400, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "period", "indicator", "case"], name="objected_once"),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None) | (~Q(state="open") & Q(answered_at__isnull=False) & ~Q(answer="")),
                name="objection_answered_with_reason",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person_id} {self.period} {self.indicator}"


class Note(models.Model):
    """A reward or a sanction, with its reason; the person sees it. Never changed."""

    class Kind(models.TextChoices):
        REWARD = "reward", _("Reward")
        SANCTION = "sanction", _("Sanction")

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    period = models.CharField(max_length=8)
    kind = models.CharField(max_length=8, choices=Kind)
    reason = models.CharField(max_length=400)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["person", "period"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.person_id}"
