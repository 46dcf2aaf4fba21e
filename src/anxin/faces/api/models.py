"""What the API keeps of its own: answers to requests with a key."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from anxin.access.models import User


class KeptAnswer(models.Model):
    """The answer to a write that came with an idempotency key, kept for a day. See `once`."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, help_text="SHA-256 of method, address and body")
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    etag = models.CharField(max_length=24, blank=True)
    # By the machine's clock: moving the demo must not make yesterday's payment possible again.
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="answered_once")]

    def __str__(self) -> str:
        return self.key
