"""A carrier that delivers nowhere: what it was given, to look at in a demo or a test."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class SentMessage(models.Model):
    """A message as the carrier has it. Its key is ours: the same message handed over twice is one row."""

    message = models.CharField(max_length=24, unique=True, help_text="public id of the message, the idempotency key")
    channel = models.CharField(max_length=8)
    to = models.CharField(max_length=200)
    body = models.TextField()
    taken_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["taken_at"], name="outbox_under_way", condition=Q(arrived_at=None)),
        ]

    def __str__(self) -> str:
        return self.message
