"""Scenarios asked for, how far they are, and what came of them."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anxin.access.models import Branch, User
from anxin.journal.models import new_public_id

if TYPE_CHECKING:
    from anxin.access.actors import Actor


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def visible_to(self, actor: Actor) -> ScenarioQuerySet:
        """Who sees the boards: scenarios of their branches; of the whole insurer where they see all of it."""
        from anxin.insight.results.permissions import SEE_BOARDS

        if actor.is_system:
            return self
        if not actor.is_staff or not actor.may(SEE_BOARDS):
            return self.none()
        if actor.branch_ids is None:
            return self
        return self.filter(branch_id__in=actor.branch_ids)


class Scenario(models.Model):
    """Changes to the process of a branch or the whole insurer, beside the process as it is. A storm asks who would be short."""

    class Kind(models.TextChoices):
        CHANGE = "change", _("Change of the process")
        STORM = "storm", _("Storm plan")

    class Arrivals(models.TextChoices):
        DRAWN = "drawn", _("Drawn at the rate of the base period")
        REPLAY = "replay", _("As they really came in its last weeks")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being simulated")
        DONE = "done", _("Done")
        FAILED = "failed", _("Not simulated")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.CHANGE)
    name = models.CharField(max_length=120)
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="+", help_text="empty: the whole insurer"
    )
    base_from = models.DateField(help_text="first day of the base period, from which the process is learned")
    base_to = models.DateField(help_text="its last day")
    arrivals = models.CharField(max_length=8, choices=Arrivals, default=Arrivals.DRAWN)
    days = models.PositiveSmallIntegerField(default=60, help_text="days that are measured")
    promise = models.CharField(max_length=12, blank=True, help_text="a rule of the rulebook; empty: the whole claim")
    promise_days = models.PositiveSmallIntegerField(default=10, help_text="of the whole claim")
    level = models.PositiveSmallIntegerField(default=900, help_text="of a storm: share to be kept, in permille")
    changes = models.TextField(default="[]", help_text="JSON: what is changed, see changes.py")
    seed = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    stage = models.CharField(max_length=40, blank=True, help_text="what is being done")
    done = models.PositiveSmallIntegerField(default=0)
    whole = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    result = models.TextField(blank=True, help_text="JSON: numbers and codes")
    why = models.CharField(max_length=400, blank=True, help_text="of one not simulated")
    lake = models.PositiveBigIntegerField(default=0, help_text="the version of the lake it was learned from")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    # By the machine's clock, like every lease.
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=40, blank=True)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="scenario_waits", condition=models.Q(state__in=["waiting", "running"]))
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(base_to__gt=models.F("base_from")), name="scenario_base_period"),
            models.CheckConstraint(condition=models.Q(level__gt=0, level__lte=1000), name="scenario_level"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @cached_property
    def changed(self) -> list[dict[str, Any]]:
        return list(json.loads(self.changes))

    @cached_property
    def found(self) -> dict[str, Any]:
        return dict(json.loads(self.result)) if self.result else {}
