from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anxin.access.models import User
from anxin.journal.models import new_public_id
from anxin.journeys.claims.models.claim import Claim


class Survey(models.Model):
    """An appointment to look at the loss, and its checklist, which must be complete before it counts as done."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Appointment made")
        DONE = "done", _("Completed")
        CANCELLED = "cancelled", _("Appointment cancelled")

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="surveys")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    surveyor = models.ForeignKey(User, models.PROTECT, related_name="surveys")
    at = models.DateTimeField()
    place = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    checklist = models.JSONField(default=list, help_text="[{code, title_zh, title_en, needs_photo, done, note}]")
    checklist_edition = models.PositiveIntegerField(default=0)
    findings = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["at"]
        indexes: ClassVar = [models.Index(fields=["surveyor", "at"])]
