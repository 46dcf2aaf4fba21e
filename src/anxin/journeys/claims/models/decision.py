from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anxin.access.models import User, spoken
from anxin.journal.models import new_public_id
from anxin.journeys.claims.models.claim import Claim
from anxin.journeys.claims.models.parties import Party
from anxin.papers.models import StoredFile
from anxin.registers.policies.models import Policy


class Decision(models.Model):
    """What is decided about a claim, clause by clause, so that the customer can read how the amount came about."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Waits for approval")
        RETURNED = "returned", _("Returned")
        APPROVED = "approved", _("Approved")

    class Outcome(models.TextChoices):
        PAY = "pay", _("Pay")
        PARTIAL = "partial", _("Pay in part")
        REFUSE = "refuse", _("Refuse")

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="decisions")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    adjudicator = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    outcome = models.CharField(max_length=8, choices=Outcome)
    amount_fen = models.BigIntegerField(default=0)
    level = models.PositiveSmallIntegerField(default=0, help_text="authority level the amount needs")
    # {party code: fen}: whose the amount is; the parts add up to it. Payments are held against this.
    parts = models.JSONField(default=dict)
    # {clause key: {"verdict", "basis_zh", "basis_en", "by"}}: what the adjudicator found, exclusion by exclusion.
    answers = models.JSONField(default=dict)
    reasons = models.JSONField(default=list, help_text="codes of refusal or reduction, each tied to a clause")
    note = models.TextField(blank=True, help_text="in plain words to the customer")
    made_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    notice = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="+", help_text="the refusal notice as it was sent"
    )
    notice_sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="decision_not_negative", condition=models.Q(amount_fen__gte=0)),
            # Two adjudicators never have two drafts, or two proposals, of one claim.
            models.UniqueConstraint(
                fields=["claim"], name="one_decision_in_the_making", condition=models.Q(state__in=["draft", "proposed"])
            ),
        ]
        # For what waits for a signature. Not the state is its condition but the empty moment: SQLite passes over a partial
        # index whose condition the query only meets with a bound value.
        indexes: ClassVar = [
            models.Index(fields=["state"], name="decision_not_approved", condition=models.Q(approved_at=None))
        ]


class DecisionLine(models.Model):
    """One thing looked at: the clause, the question, what the file shows, the verdict, the amount it adds or takes."""

    class Verdict(models.TextChoices):
        MET = "met", _("Met")
        NOT_TRIGGERED = "not_triggered", _("Not triggered")
        REDUCED = "reduced", _("Reduced")
        EXCLUDED = "excluded", _("Excluded")
        WAITING = "waiting", _("Waits")

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=80, blank=True, help_text="the clause's key in Decision.answers, or a step's")
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, related_name="+")
    clause = models.CharField(max_length=40, help_text="number of the clause in the policy's terms")
    coverage = models.CharField(max_length=40, blank=True)
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    question_zh = models.CharField(max_length=200)
    question_en = models.CharField(max_length=260, blank=True)
    basis_zh = models.CharField(max_length=300, blank=True)
    basis_en = models.CharField(max_length=400, blank=True)
    verdict = models.CharField(max_length=16, choices=Verdict)
    amount_fen = models.BigIntegerField(null=True, help_text="what this line adds (or takes); None where none")

    class Meta:
        ordering: ClassVar = ["position"]

    @property
    def question(self) -> str:
        return spoken(self.question_zh, self.question_en)

    @property
    def basis(self) -> str:
        return spoken(self.basis_zh, self.basis_en)


class Approval(models.Model):
    """A person with authority said yes or no. Above an authority level two different people are needed."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="approvals")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="approvals")
    kind = models.CharField(max_length=10, help_text="decision, advance")
    approver = models.ForeignKey(User, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    amount_fen = models.BigIntegerField()
    agreed = models.BooleanField()
    # For an advance: {party code: fen} that is to be paid once everyone who must has signed.
    parts = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
