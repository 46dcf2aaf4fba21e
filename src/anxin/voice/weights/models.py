"""Panels of experts who judge what matters more, pair by pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anxin.access.models import Branch, User, spoken
from anxin.journal.models import new_public_id
from anxin.voice.campaigns.models import new_key

if TYPE_CHECKING:
    from anxin.access.actors import Actor


class PanelQuerySet(models.QuerySet["Panel"]):
    def visible_to(self, actor: Actor) -> PanelQuerySet:
        """Staff with the permission: those of the whole insurer and of their branches."""
        from anxin.voice.weights.permissions import SEE_WEIGHTS

        if actor.is_system:
            return self
        if not actor.is_staff or not actor.may(SEE_WEIGHTS):
            return self.none()
        if actor.branch_ids is None:
            return self
        return self.filter(models.Q(branch=None) | models.Q(branch_id__in=actor.branch_ids))


class Panel(models.Model):
    """What is weighed, and whether it is still being judged."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being set up")
        OPEN = "open", _("Being judged")
        CLOSED = "closed", _("Closed")

    class About(models.TextChoices):
        DIMENSIONS = "dimensions", _("Dimensions of quality")
        STAGES = "stages", _("Stages of the service")
        OTHER = "other", _("Something else")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    about = models.CharField(max_length=12, choices=About, default=About.DIMENSIONS)
    question_zh = models.CharField(max_length=200, blank=True)
    question_en = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="+", help_text="empty: the whole insurer"
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = PanelQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return spoken(self.name_zh, self.name_en)


class Criterion(models.Model):
    """One thing that is weighed. `code` is a dimension's or stage's, so that reports find its weight."""

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="criteria")
    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    about_zh = models.CharField(max_length=200, blank=True)
    about_en = models.CharField(max_length=200, blank=True)
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["panel", "code"], name="criterion_once")]

    def __str__(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def about(self) -> str:
        return spoken(self.about_zh, self.about_en)


class Expert(models.Model):
    """Somebody asked: staff by account, or an outsider by the key of a personal link.

    `judgements` maps "first/second" (codes) to how many times the first matters as much: 1/9 to 9, kept as a signed whole
    number from -8 to 8 as in the engine's "steps": 2 is three times, -2 a third, 0 equal.
    """

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    panel = models.ForeignKey(Panel, models.CASCADE, related_name="experts")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=80, blank=True, help_text="of an outsider; erasable")
    organisation = models.CharField(max_length=120, blank=True)
    key = models.CharField(max_length=16, unique=True, default=new_key)
    language = models.CharField(max_length=2, default="zh")
    judgements = models.JSONField(default=dict)
    note = models.TextField(blank=True, help_text="what the expert wants to say to it")
    edit = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True, help_text="when the expert said that this is their judgement")
    excluded_because = models.CharField(max_length=200, blank=True)
    excluded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    excluded_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["panel", "user"], name="expert_once", condition=models.Q(user__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.name or str(self.user or "")

    @property
    def excluded(self) -> bool:
        return bool(self.excluded_because)
