"""What a customer began and has not finished: kept on the server, so that it survives a dead phone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from anxin.access.models import User


class Draft(models.Model):
    """One unfinished form of one person. `kind` says which (report, answer:<claim>, …), `data` holds what was typed.

    Never a record of the insurer's: it is dropped when the form is sent, and nothing reads it but its owner's own page.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="portal_drafts")
    kind = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "kind"], name="one_draft_per_form")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"
