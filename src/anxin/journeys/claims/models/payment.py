from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anxin.access.models import User
from anxin.journal.models import new_public_id
from anxin.journeys.claims.models.claim import Claim
from anxin.journeys.claims.models.decision import Approval, Decision
from anxin.journeys.claims.models.parties import Party, Payee


class Payment(models.Model):
    """An instruction to pay. `public_id` is the idempotency key the connector gets: sent twice, paid once."""

    class Kind(models.TextChoices):
        ADVANCE = "advance", _("Advance payment")
        RESCUE = "rescue", _("Rescue cost")
        SETTLEMENT = "settlement", _("Claim payment")

    class State(models.TextChoices):
        INSTRUCTED = "instructed", _("Instructed")
        SENT = "sent", _("With the bank")
        PAID = "paid", _("Arrived")
        FAILED = "failed", _("Failed")

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="payments")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="payments")
    approval = models.ForeignKey(
        Approval, models.PROTECT, null=True, related_name="payments", help_text="of an advance: what allowed it"
    )
    payee = models.ForeignKey(Payee, models.PROTECT, related_name="payments")
    for_party = models.CharField(max_length=12, default="own", help_text="code of the party whose loss it pays")
    retry_of = models.OneToOneField("self", models.PROTECT, null=True, related_name="retried_by")
    kind = models.CharField(max_length=12, choices=Kind)
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.INSTRUCTED)
    instructed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    instructed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    bank_reference = models.CharField(max_length=60, blank=True)
    failure = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="payment_positive", condition=models.Q(amount_fen__gt=0)),
            # The database's own word against paying twice: one settlement per decision and payee, failures apart.
            models.UniqueConstraint(
                fields=["decision", "payee", "for_party", "kind"],
                name="paid_once_per_decision_and_payee",
                condition=~models.Q(state="failed"),
            ),
            models.UniqueConstraint(
                fields=["approval", "payee", "for_party"],
                name="paid_once_per_approval_and_payee",
                condition=~models.Q(state="failed"),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "instructed_at"])]


class RescueCost(models.Model):
    """A hospital's rescue cost that the traffic police told us of (Compulsory Motor Insurance Regulation art. 31)."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="rescue_costs")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    party = models.ForeignKey(Party, models.PROTECT, related_name="rescue_costs", help_text="who was rescued")
    payee = models.ForeignKey(Payee, models.PROTECT, related_name="+", help_text="the hospital's account")
    amount_fen = models.BigIntegerField()
    notified_at = models.DateTimeField()
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="rescue_cost")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="rescue_cost_positive", condition=models.Q(amount_fen__gt=0)),
        ]
