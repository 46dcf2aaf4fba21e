"""Imported logs and the resources they name. The cases and events themselves are the journal's."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from anxin.access.actors import Actor
from anxin.access.models import Branch, User
from anxin.journal.models import new_public_id


class LogQuerySet(models.QuerySet["Log"]):
    def visible_to(self, actor: Actor) -> LogQuerySet:
        from anxin.journeys.imported.permissions import SEE_LOGS

        if not actor.may(SEE_LOGS):
            return self.none()
        return self if actor.branch_ids is None else self.filter(branch_id__in=actor.branch_ids)


class Log(models.Model):
    """One file that was imported whole. The same file is not imported twice into one branch."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    name = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    cases = models.PositiveIntegerField()
    events = models.PositiveIntegerField()
    imported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField()

    objects = LogQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-imported_at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["branch", "sha256"], name="log_once")]

    def __str__(self) -> str:
        return self.name


class Resource(models.Model):
    """Who or what did the work, as the log names it: often a person, so the name stands here, where it can be erased,
    and events hold the code alone."""

    log = models.ForeignKey(Log, models.CASCADE, related_name="resources")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["log", "code"], name="resource_once")]

    def __str__(self) -> str:
        return self.name or self.code
