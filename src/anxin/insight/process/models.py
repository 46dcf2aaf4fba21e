"""Processes as prescribed: a row per edition, never changed. The first edition of a kind is the file shipped with the product."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from anxin.access.models import User
from anxin.journal.models import new_public_id


class Prescription(models.Model):
    """One edition of the process prescribed for a kind of case."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    kind = models.CharField(max_length=60)
    number = models.PositiveIntegerField(help_text="1, 2, …; 0 is the file shipped with the product")
    body = models.TextField(help_text="JSON: process (a tree) and ignored (activities)")
    why = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["kind", "-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "number"], name="prescription_edition")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
