from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anxin.journal.models import new_public_id
from anxin.journeys.claims.models.claim import Claim


class Party(models.Model):
    """Someone or something a claim is about: the insured side, a third party's vehicle, property or injured person."""

    class Kind(models.TextChoices):
        OWN = "own", _("Insured side")
        THIRD_VEHICLE = "third_vehicle", _("Third party's vehicle")
        THIRD_PROPERTY = "third_property", _("Third party's property")
        INJURED = "injured", _("Injured person")
        HOSPITAL = "hospital", _("Hospital")

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="parties", db_index=False)
    code = models.CharField(max_length=12, help_text="own, tp1, inj1, …: how events and lines refer to it")
    kind = models.CharField(max_length=16, choices=Kind)
    name = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    plate = models.CharField(max_length=12, blank=True)
    note = models.CharField(max_length=200, blank=True)
    in_hospital = models.BooleanField(default=False)
    reserve_fen = models.BigIntegerField(default=0, help_text="this party's part of the claim's reserve, if split")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["claim", "code"], name="party_code_once")]

    def __str__(self) -> str:
        return self.code


class Payee(models.Model):
    """Where money goes. A claim may have several: the insured, the repairer, each injured person, the hospital."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="payees")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="payees")
    name = models.CharField(max_length=60)
    bank = models.CharField(max_length=60)
    account_number = models.CharField(max_length=40, help_text="masked to the last four wherever it is shown")
    is_current = models.BooleanField(default=True)
    given_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]

    @property
    def last_four(self) -> str:
        return self.account_number[-4:]
