"""One row per question asked of one version of the lake."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from anxin.journal.models import new_public_id


class Answer(models.Model):
    """What a board found: for whom (`scope`), asked with what (`asked`), of which version of the lake."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    board = models.CharField(max_length=40)
    revision = models.PositiveSmallIntegerField(default=1, help_text="of the board's own way of computing")
    # Together short enough for PostgreSQL's index of them.
    scope = models.CharField(max_length=1600, help_text="branch codes, sorted and joined; empty: all")
    asked = models.CharField(max_length=800, blank=True, help_text="canonical query string of what it was asked with")
    lake = models.PositiveBigIntegerField(help_text="the version of the lake")
    beside = models.CharField(max_length=60, blank=True, help_text="the state of what the board reads beside the lake")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    body = models.TextField(blank=True, help_text="JSON")
    why = models.CharField(max_length=400, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0, help_text="CPU seconds it took")
    # By the machine's clock, like every lease.
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["board", "scope", "asked", "revision", "lake", "beside"], name="board_answered_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="answer_waits", condition=models.Q(state="waiting")),
            models.Index(fields=["board", "scope", "asked", "-lake"], name="answer_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.board} {self.asked} ({self.scope or 'all'}) @{self.lake}"
