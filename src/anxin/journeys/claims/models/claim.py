from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anxin.access.actors import Actor
from anxin.access.models import User
from anxin.journal.models import Case
from anxin.registers.customers.models import Customer
from anxin.registers.policies.models import Policy


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, actor: Actor) -> ClaimQuerySet:
        """Staff: claims of their branches; a customer: their own; anyone else: none. The case decides."""
        if actor.is_system:
            return self
        if actor.is_customer and actor.customer_public_id:
            return self.filter(customer__public_id=actor.customer_public_id)
        if not actor.is_staff or not actor.permissions:
            return self.none()
        return self if actor.branch_ids is None else self.filter(case__branch_id__in=actor.branch_ids)


class Claim(models.Model):
    """A claim under one or more policies of one customer. Its state, holder and history are its case's."""

    class Type(models.TextChoices):
        MOTOR = "motor", _("Motor")
        HOME = "home", _("Home")
        OTHER = "other", _("Other line")

    class Cause(models.TextChoices):
        COLLISION = "collision", _("Collision")
        FIRE = "fire", _("Fire or explosion")
        WATER = "water", _("Water damage")
        STORM = "storm", _("Storm, hail or flood")
        THEFT = "theft", _("Theft or burglary")
        GLASS = "glass", _("Broken glass")
        INJURY = "injury", _("Accident with injury")
        ILLNESS = "illness", _("Illness")
        DEATH = "death", _("Death")
        OTHER = "other", _("Something else")

    case = models.OneToOneField(Case, models.PROTECT, related_name="claim")
    type = models.CharField(max_length=8, choices=Type)
    line = models.CharField(max_length=24, help_text="the main policy's line of business")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="claims", db_index=False)
    cause = models.CharField(max_length=12, choices=Cause)
    loss_at = models.DateTimeField()
    loss_place = models.CharField(max_length=160, blank=True)
    account = models.TextField(blank=True, help_text="what happened, in the customer's words; erasable")
    external_id = models.CharField(max_length=60, blank=True, help_text="the reporting system's own number, once each")
    reporter_name = models.CharField(max_length=60, blank=True)
    reporter_phone = models.CharField(max_length=30, blank=True)
    has_injury = models.BooleanField(default=False)
    has_third_party = models.BooleanField(default=False)
    is_complex = models.BooleanField(default=False)
    is_small = models.BooleanField(default=False)
    is_individual = models.BooleanField(default=True, help_text="the policyholder is a person, not an organisation")
    has_compulsory = models.BooleanField(default=False, help_text="compulsory motor cover is among the policies")
    claimed_fen = models.BigIntegerField(null=True, help_text="what the customer thinks it costs, if they said")
    liability_permille = models.PositiveSmallIntegerField(
        default=1000, help_text="the insured's share of fault: 1000 is all of it"
    )
    liability_basis = models.CharField(max_length=24, blank=True, help_text="police_report, agreement, survey, none")
    cover_result = models.CharField(max_length=16, blank=True, help_text="in_force, not_in_force, doubtful")
    reserve_fen = models.BigIntegerField(default=0)
    # Nobody is asked for by these: what somebody has in hand is the case's. An index of each would be written with every step.
    surveyor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    assessor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    reviewer = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", help_text="the second assessor", db_index=False
    )
    adjudicator = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    handler = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", help_text="whom the customer asks", db_index=False
    )
    request_received_at = models.DateTimeField(null=True)
    proofs_complete_at = models.DateTimeField(null=True)
    supplement_count = models.PositiveSmallIntegerField(default=0)
    supplement_open = models.BooleanField(default=False)
    cover_confirmed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "-id"]), models.Index(fields=["type", "cause"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="share_of_fault", condition=models.Q(liability_permille__lte=1000)),
            models.UniqueConstraint(
                fields=["external_id", "customer"], condition=~models.Q(external_id=""), name="claim_external_once"
            ),
            models.CheckConstraint(name="reserve_not_negative", condition=models.Q(reserve_fen__gte=0)),
        ]

    def __str__(self) -> str:
        return f"claim {self.case_id}"

    @property
    def public_id(self) -> str:
        return self.case.public_id

    @property
    def scope(self) -> dict[str, Any]:
        """The facts by which promise rules choose; every clock-starting event carries them (`activities.SCOPE`)."""
        return {
            "line": self.line, "individual": self.is_individual, "compulsory": self.has_compulsory,
            "small": self.is_small, "injury": self.has_injury, "third_party": self.has_third_party,
        }  # fmt: skip


class ClaimPolicy(models.Model):
    """A policy the claim is made under, with what the coverage check said of it on the loss date."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="covers", db_index=False)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="claims")
    in_force = models.BooleanField(default=False)
    reason = models.CharField(max_length=40, blank=True, help_text="code: before_start, after_end, lapsed, …")
    position = models.PositiveSmallIntegerField(default=0, help_text="the order in which policies pay")

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["claim", "policy"], name="policy_once_per_claim")]


class Rating(models.Model):
    """What the customer thought of the service, once per closing."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="ratings")
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="score_1_to_5", condition=models.Q(score__range=(1, 5)))]
