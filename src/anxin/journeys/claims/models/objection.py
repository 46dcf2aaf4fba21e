from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anxin.access.models import User
from anxin.journal.models import new_public_id
from anxin.journeys.claims.models.claim import Claim
from anxin.journeys.claims.models.decision import Decision


class Objection(models.Model):
    """The customer sees a decision differently. Somebody who had no part in it looks again and answers, with reasons."""

    class Outcome(models.TextChoices):
        STANDS = "stands", _("The decision stands")
        REOPENED = "reopened", _("The claim is opened again")

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="objections")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="objections")
    text = models.TextField(help_text="the customer's reasons; erasable")
    made_at = models.DateTimeField()
    reviewer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="who is to look at it")
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    answer = models.TextField(blank=True, help_text="in plain words to the customer")
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["claim"], name="one_objection_at_a_time", condition=models.Q(answered_at=None)
            )
        ]
