"""Findings, actions, what happened to them, and what was measured of each version of the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anxin.access.models import User
from anxin.insight.results.asking import branches_of
from anxin.journal.models import new_public_id

if TYPE_CHECKING:
    from anxin.access.actors import Actor


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, actor: Actor) -> FindingQuerySet:
        """Whoever sees every branch sees all; others the findings about their own branches."""
        from anxin.insight.results.permissions import SEE_BOARDS

        if actor.is_system:
            return self
        if not actor.is_staff or not actor.may(SEE_BOARDS):
            return self.none()
        branches = branches_of(actor)
        return self if branches is None else self.filter(branch__in=branches)


class Finding(models.Model):
    """Something that was found out, once: found again it is brought up to date, no longer found it is kept as gone."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("finding", "Open")
        ACTED = "acted", pgettext_lazy("finding", "Acted on")
        DISMISSED = "dismissed", pgettext_lazy("finding", "Dismissed")
        GONE = "gone", pgettext_lazy("finding", "No longer seen")

    class Code(models.TextChoices):
        PROMISE_BREAKING = "promise_breaking", _("A promise breaks more often")
        HAND_OVER_GROWING = "hand_over_growing", _("A hand-over takes longer")
        HAND_OVER_LONGEST = "hand_over_longest", _("The hand-over that costs most waiting")
        PAPERS_TWICE = "papers_twice", _("Papers are asked for more than once")
        PAPERS_GROWING = "papers_growing", _("Papers are asked for twice more often")
        REWORK_GROWING = "rework_growing", _("Work is done twice more often")
        COMPLAINTS_RISING = "complaints_rising", _("More complaints come in")
        DIMENSION_FALLING = "dimension_falling", _("Customers' rating of a part of the service falls")
        BRANCH_APART = "branch_apart", _("A branch is apart from its peers")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    code = models.CharField(max_length=24, choices=Code)
    subject = models.CharField(
        max_length=60, blank=True, help_text="an indicator: kept:CS-01, hand_over:a>b; a dimension"
    )
    branch = models.CharField(max_length=12, blank=True, help_text="a branch's code; empty: the whole insurer")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    since_on = models.DateField(help_text="first day of the time it was found in")
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="the end of the time it was last found in")
    gone_at = models.DateTimeField(null=True)
    lake = models.PositiveBigIntegerField(default=0)
    severity = models.PositiveSmallIntegerField(default=1, help_text="1 small, 2 large, 3 urgent")
    evidence = models.JSONField(default=dict, help_text="numbers: see finding.py; empty until the worker has looked")
    why = models.CharField(max_length=400, blank=True, help_text="why it was dismissed")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-severity", "-seen_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code", "subject", "branch"], condition=~Q(state="gone"), name="finding_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject} {self.branch}".strip()


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    def visible_to(self, actor: Actor) -> ImprovementQuerySet:
        """Whoever sees every branch sees all; others those of one of their branches, and those made everywhere."""
        from anxin.insight.results.permissions import SEE_BOARDS

        if actor.is_system:
            return self
        if not actor.is_staff or not actor.may(SEE_BOARDS):
            return self.none()
        branches = branches_of(actor)
        if branches is None:
            return self
        return self.filter(Q(places__branch__in=branches) | Q(places=None)).distinct()


class Improvement(models.Model):
    """What is done about a finding, or about something nobody had to find."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("action", "Planned")
        RUNNING = "running", pgettext_lazy("action", "Running")
        MEASURED = "measured", pgettext_lazy("action", "Measured")
        KEPT = "kept", pgettext_lazy("action", "Kept")
        EXTENDED = "extended", pgettext_lazy("action", "Extended to all")
        STOPPED = "stopped", pgettext_lazy("action", "Stopped")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, related_name="improvements")
    title = models.CharField(max_length=80)
    change = models.CharField(max_length=1000, help_text="what is done differently")
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    review_on = models.DateField()
    indicator = models.CharField(max_length=60)
    expected = models.FloatField(
        default=0, help_text="how far in the good direction: a share, points, or share of the time"
    )
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    edit = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-starts_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(review_on__gt=models.F("starts_on")), name="review_after_start")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def branches(self) -> list[str]:
        return sorted(place.branch for place in self.places.all())


class Place(models.Model):
    """A branch where an action is made; none at all: everywhere."""

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="places")
    branch = models.CharField(max_length=12)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["improvement", "branch"], name="place_once")]

    def __str__(self) -> str:
        return self.branch


class Step(models.Model):
    """What happened to an action: never changed, never removed."""

    improvement = models.ForeignKey(Improvement, models.PROTECT, related_name="steps")
    what = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=400, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.improvement_id} {self.what}"


class Measurement(models.Model):
    """What an action had done as seen in one version of the lake."""

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="measurements")
    lake = models.PositiveBigIntegerField()
    until = models.DateTimeField()
    made_at = models.DateTimeField()
    edit = models.PositiveIntegerField(help_text="of the action")
    method = models.CharField(
        max_length=12, blank=True, help_text="interrupted, differences; empty: could not be worked out"
    )
    word = models.CharField(max_length=12)
    reason = models.CharField(max_length=40)
    estimate = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    body = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["improvement", "lake", "edit"], name="measured_once")]

    def __str__(self) -> str:
        return f"{self.improvement_id} {self.word}"


class Look(models.Model):
    """That the worker has looked at a version of the lake; its own lease, so that two workers do not look at once."""

    lake = models.PositiveBigIntegerField(unique=True)
    until = models.DateTimeField()
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return str(self.lake)
