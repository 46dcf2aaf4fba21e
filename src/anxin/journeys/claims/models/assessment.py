from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anxin.access.models import User, spoken
from anxin.journal.models import new_public_id
from anxin.journeys.claims.models.claim import Claim
from anxin.journeys.claims.models.parties import Party


class Assessment(models.Model):
    """A loss assessment: items against the price standard, issued to the customer, answered line by line."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Waits for the customer")
        ANSWERED = "answered", _("Answered")
        REPLACED = "replaced", _("Replaced")

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="assessments")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    assessor = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    is_offer = models.BooleanField(
        default=True, help_text="False: losses established from papers, which nobody is asked to agree to"
    )
    price_edition = models.PositiveIntegerField(default=0)
    issued_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]


class AssessmentLine(models.Model):
    """One item. `amount_fen` is what stands: the assessor's figure, then the second assessor's."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Waits for an answer")
        ACCEPTED = "accepted", _("Agreed")
        DISPUTED = "disputed", _("Disputed")
        REVIEWED = "reviewed", _("Decided by the second assessor")
        # A third party's loss or an invoice: found from papers, nothing the insured is asked to agree to.
        FIXED = "fixed", _("Established from papers")

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="lines")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    position = models.PositiveSmallIntegerField(default=0)
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="lines")
    loss_kind = models.CharField(
        max_length=16, help_text="vehicle, property, medical, disability, death, building, contents, other"
    )
    item = models.CharField(max_length=40, blank=True, help_text="code in the price standard; empty for a free item")
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=100, blank=True)
    method = models.CharField(max_length=16, blank=True, help_text="replace, repair, paint, replace_paint, invoice")
    quantity_hundredths = models.PositiveIntegerField(default=100, help_text="1.5 m² is 150")
    parts_fen = models.BigIntegerField(default=0)
    labour_fen = models.BigIntegerField(default=0)
    standard_fen = models.BigIntegerField(null=True, help_text="what the published price standard says")
    deviation = models.CharField(max_length=200, blank=True, help_text="why the amount differs from the standard")
    amount_fen = models.BigIntegerField()
    first_amount_fen = models.BigIntegerField(help_text="as first issued")
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    reason = models.TextField(blank=True, help_text="why the customer disputes it; erasable")
    quote_fen = models.BigIntegerField(null=True)
    reviewer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    reviewed_at = models.DateTimeField(null=True)
    review_note = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="line_not_negative", condition=models.Q(amount_fen__gte=0)),
        ]

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)
