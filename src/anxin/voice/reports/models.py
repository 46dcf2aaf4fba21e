"""Reports asked for, how far they are, and what came of them."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anxin.access.models import Branch, User, spoken
from anxin.journal.models import new_public_id
from anxin.voice.reports.content import ReportContent

if TYPE_CHECKING:
    from anxin.access.actors import Actor


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, actor: Actor) -> ReportQuerySet:
        """Staff with the permission: reports on the whole insurer's questionnaires and on those of their branches."""
        from anxin.voice.reports.permissions import SEE_REPORTS

        if actor.is_system:
            return self
        if not actor.is_staff or not actor.may(SEE_REPORTS):
            return self.none()
        if actor.branch_ids is None:
            return self
        return self.filter(models.Q(branch=None) | models.Q(branch_id__in=actor.branch_ids))


class Report(models.Model):
    """One report on one source, a campaign or a dataset, beside an earlier wave of it where one was named.

    Sources are named by kind and public id, since datasets are a room of their own.
    """

    class Kind(models.TextChoices):
        CAMPAIGN = "campaign", _("Campaign")
        DATASET = "dataset", _("Imported table")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Done")
        FAILED = "failed", _("Not made")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    kind = models.CharField(max_length=8, choices=Kind)
    source = models.CharField(max_length=24, help_text="public id of the campaign or dataset")
    previous_kind = models.CharField(max_length=8, choices=Kind, blank=True)
    previous = models.CharField(max_length=24, blank=True, help_text="public id of the earlier wave")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="+", help_text="the source's; empty: the whole insurer"
    )
    language = models.CharField(max_length=2, default="zh", help_text="shown first; the result holds both")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    stage = models.CharField(max_length=80, blank=True, help_text="the section being written")
    done = models.PositiveSmallIntegerField(default=0)
    whole = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    result = models.TextField(blank=True, help_text='JSON: {"zh": content, "en": content}')
    why = models.CharField(max_length=400, blank=True, help_text="of one not made")
    # Up to which answer it goes, so that a number's rows can be found again; how many answers that were.
    upto = models.BigIntegerField(default=0)
    counted = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    # By the machine's clock, like every lease.
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=40, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["kind", "source"]),
            models.Index(fields=["id"], name="report_waits", condition=models.Q(state__in=["waiting", "running"])),
        ]

    def __str__(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def is_open(self) -> bool:
        """Whether the worker still has to do with it."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @cached_property
    def contents(self) -> dict[str, Any]:
        return dict(json.loads(self.result)) if self.result else {}

    def content(self, language: str = "") -> ReportContent:
        """What was found, in a language (its own by default)."""
        return ReportContent.of_dict(self.contents[language or self.language])
