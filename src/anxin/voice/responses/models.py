"""What was answered, as it came: nothing is dropped, screening only marks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anxin.access.models import Branch, Department, User
from anxin.journal.models import Case, new_public_id
from anxin.registers.customers.models import Customer
from anxin.voice.campaigns.models import Campaign, Invitation, new_key
from anxin.voice.questionnaires.models import Version

if TYPE_CHECKING:
    from anxin.access.actors import Actor


class ResponseQuerySet(models.QuerySet["Response"]):
    def visible_to(self, actor: Actor) -> ResponseQuerySet:
        """Staff with the permission, of their branches; nobody else (an answerer comes by the link's key)."""
        from anxin.voice.responses.permissions import SEE_RESPONSES

        if actor.is_system:
            return self
        if not actor.is_staff or not actor.may(SEE_RESPONSES):
            return self.none()
        if actor.branch_ids is None:
            return self
        return self.filter(branch_id__in=actor.branch_ids)

    def counted(self) -> ResponseQuerySet:
        """Returned answers that reports count: complete, and not of a pre-test."""
        return self.filter(state=Response.State.COMPLETE, is_pretest=False)


class Response(models.Model):
    """One person's answers to one version. `key` lets an anonymous answerer come back to what they began."""

    class State(models.TextChoices):
        STARTED = "started", pgettext_lazy("survey", "Begun")
        COMPLETE = "complete", pgettext_lazy("survey", "Complete")
        FULL = "full", _("Over a quota")

    class Source(models.TextChoices):
        WEB = "web", _("Web page")
        PORTAL = "portal", _("Portal")
        PAPER = "paper", _("Paper")
        IMPORT = "import", _("Imported")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    key = models.CharField(max_length=16, unique=True, default=new_key)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="responses")
    version = models.ForeignKey(Version, models.PROTECT, related_name="responses")
    invitation = models.OneToOneField(Invitation, models.PROTECT, null=True, related_name="response")
    source = models.CharField(max_length=8, choices=Source)
    language = models.CharField(max_length=2, default="zh")
    state = models.CharField(max_length=8, choices=State, default=State.STARTED)
    is_pretest = models.BooleanField(default=False)
    answers = models.TextField(default="{}", help_text="erasable JSON: question code → answer")
    page = models.CharField(max_length=40, blank=True, help_text="the last page sent")
    seconds = models.PositiveIntegerField(default=0, help_text="spent on its pages")
    edit = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    # Screening marks what a reader of reports should leave out, and why; empty is valid.
    flags = models.JSONField(default=list)
    # Copied from the invitation, so that reports group without it. An anonymous campaign leaves customer and person out.
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    serial = models.CharField(max_length=24, blank=True, help_text="of the paper form it was read from")

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "state"]),
            models.Index(fields=["version", "state", "submitted_at"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "serial"], name="paper_read_once", condition=~models.Q(serial="")
            )
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def given(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.answers)
        return found


class QuotaCount(models.Model):
    """How many complete answers fulfil a quota's condition."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="quota_counts")
    code = models.CharField(max_length=40)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["campaign", "code"], name="quota_counted_once")]

    def __str__(self) -> str:
        return f"{self.code}: {self.count}"


class Rating(models.Model):
    """One to five for one service, by the customer it was for; what appraisal and supervision read."""

    class Service(models.TextChoices):
        CLAIM = "claim", _("Claim closed")
        CONVERSATION = "conversation", _("Conversation ended")
        CALLBACK = "callback", _("Call-back")

    service = models.CharField(max_length=12, choices=Service)
    score = models.PositiveSmallIntegerField()
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    event_position = models.BigIntegerField(unique=True, null=True, help_text="of the event it was read from")
    response = models.OneToOneField(Response, models.PROTECT, null=True, related_name="rating")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [
            models.CheckConstraint(name="score_one_to_five", condition=models.Q(score__gte=1, score__lte=5))
        ]
        indexes: ClassVar = [models.Index(fields=["branch", "-at"]), models.Index(fields=["person", "-at"])]

    def __str__(self) -> str:
        return f"{self.service} {self.score}"
