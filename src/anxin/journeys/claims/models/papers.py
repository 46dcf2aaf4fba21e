from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anxin.access.models import spoken
from anxin.journeys.claims.models.claim import Claim
from anxin.journeys.claims.models.parties import Party
from anxin.papers.models import StoredFile


class RequiredPaper(models.Model):
    """One paper of the list that was given once, or of the one supplement notice."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Not yet there")
        RECEIVED = "received", _("Received")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Cannot be used")
        WAIVED = "waived", _("Not needed")

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="papers", db_index=False)
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="papers")
    code = models.CharField(max_length=40)
    title_zh = models.CharField(max_length=60)
    title_en = models.CharField(max_length=80)
    hint_zh = models.CharField(max_length=160, blank=True)
    hint_en = models.CharField(max_length=200, blank=True)
    provider = models.CharField(max_length=12, default="customer", help_text="customer, injured, us, repairer")
    is_request = models.BooleanField(default=False, help_text="the claim request itself (CL-03 starts with it)")
    given_with = models.CharField(max_length=12, blank=True, help_text="payee: there when the payment details are")
    in_supplement = models.BooleanField(default=False)
    notice = models.PositiveSmallIntegerField(default=0, help_text="which supplement notice asked for it; 0: the list")
    notice_arrived_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    told_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "code", "party"], name="paper_once", nulls_distinct=False)
        ]
        # Finds a claim's papers, and whether one of them waits to be checked, which queues ask for each case.
        indexes: ClassVar = [models.Index(fields=["claim", "state"], name="paper_claim_state")]

    @property
    def title(self) -> str:
        return spoken(self.title_zh, self.title_en)

    @property
    def hint(self) -> str:
        return spoken(self.hint_zh, self.hint_en)

    @property
    def key(self) -> str:
        """How events and forms refer to it: its code, and whose it is when several are asked for the same."""
        return f"{self.code}:{self.party.code}" if self.party else self.code

    @property
    def is_there(self) -> bool:
        return self.state in (self.State.RECEIVED, self.State.ACCEPTED, self.State.WAIVED)


class PaperFile(models.Model):
    """A page or photo given for a required paper, or loose (`paper` is None: a survey photo, a quote)."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="files")
    paper = models.ForeignKey(RequiredPaper, models.PROTECT, null=True, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=16, default="paper", help_text="paper, loss_photo, survey_photo, dispute")
    reference = models.CharField(max_length=24, blank=True, help_text="the survey or assessment line it belongs to")
    item = models.CharField(max_length=40, blank=True, help_text="the item of the survey's checklist it shows")
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
