"""Interviews: notes, a code book of problems, and quotes marked in the notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anxin.access.models import Branch, User, spoken
from anxin.journal.models import new_public_id
from anxin.registers.customers.models import Customer

if TYPE_CHECKING:
    from anxin.access.actors import Actor


class Stage(models.TextChoices):
    """Of the service, as the instruments have them."""

    SALES = "sales", pgettext_lazy("stage", "Sales")
    UNDERWRITING = "underwriting", pgettext_lazy("stage", "Underwriting")
    CLAIMS = "claims", pgettext_lazy("stage", "Claims")
    CARE = "care", pgettext_lazy("stage", "Care")


class Code(models.Model):
    """A problem (or praise) that quotes are counted under."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    meaning = models.CharField(max_length=300, blank=True, help_text="when it applies and when not")
    stage = models.CharField(max_length=12, choices=Stage, blank=True)
    is_retired = models.BooleanField(default=False, help_text="kept for old quotes, offered for none")

    class Meta:
        ordering: ClassVar = ["stage", "name_zh", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["name_zh", "stage"], name="code_once")]

    def __str__(self) -> str:
        return spoken(self.name_zh, self.name_en)


class InterviewQuerySet(models.QuerySet["Interview"]):
    def visible_to(self, actor: Actor) -> InterviewQuerySet:
        """Staff with the permission: those of the whole insurer and of their branches; erased ones are gone for all."""
        from anxin.voice.interviews.permissions import SEE_INTERVIEWS

        found = self.filter(erased_at=None)
        if actor.is_system:
            return found
        if not actor.is_staff or not actor.may(SEE_INTERVIEWS):
            return self.none()
        if actor.branch_ids is None:
            return found
        return found.filter(models.Q(branch=None) | models.Q(branch_id__in=actor.branch_ids))


class Interview(models.Model):
    """One conversation. Notes are kept as written, masked when shown; every version before is kept until it is erased."""

    class Consent(models.TextChoices):
        QUOTE = "quote", _("May be quoted without a name")
        COUNT = "count", _("May be counted, not quoted")
        NONE = "none", _("No consent: not used")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    who = models.CharField(max_length=200, blank=True, help_text="erasable; a description instead of a customer")
    held_on = models.DateField()
    stage = models.CharField(max_length=12, choices=Stage, blank=True)
    consent = models.CharField(max_length=6, choices=Consent)
    interviewer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="+", help_text="empty: the whole insurer"
    )
    notes = models.TextField(help_text="erasable")
    edit = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    erased_at = models.DateTimeField(null=True)

    objects = InterviewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["stage", "consent"])]

    def __str__(self) -> str:
        return f"{self.held_on} {self.public_id[:6]}"


class Revision(models.Model):
    """How an interview read before a change, so that a change can be taken back."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="revisions")
    edit = models.PositiveIntegerField()
    notes = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-edit"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["interview", "edit"], name="revision_once")]

    def __str__(self) -> str:
        return f"{self.interview_id} {self.edit}"


class Quote(models.Model):
    """Words from an interview's notes, under one or more codes."""

    class Tone(models.TextChoices):
        BAD = "bad", _("A problem")
        GOOD = "good", _("Praise")
        NEUTRAL = "neutral", _("Neither")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="quotes")
    words = models.TextField(help_text="as they stand in the notes; erasable")
    stage = models.CharField(max_length=12, choices=Stage, blank=True)
    tone = models.CharField(max_length=7, choices=Tone, default=Tone.BAD)
    codes = models.ManyToManyField(Code, related_name="quotes")
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.public_id
