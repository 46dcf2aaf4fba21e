"""Campaigns: whom we ask, when, by which channel; invitations, one a person and occasion; and who wants none."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anxin.access.models import Branch, User, spoken
from anxin.journal.models import Case, new_public_id
from anxin.registers.customers.models import Customer
from anxin.voice.questionnaires.models import Version

if TYPE_CHECKING:
    from anxin.access.actors import Actor

# No letters or digits that look alike on paper or are said alike on the phone: 32 signs, 80 bits in 16.
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_key() -> str:
    """What a personal link and a paper form's code hold: not to be guessed, and easy to type from paper."""
    return "".join(secrets.choice(_SIGNS) for _ in range(16))


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, actor: Actor) -> CampaignQuerySet:
        """Staff with the permission: those of the whole insurer and of their branches."""
        from anxin.voice.campaigns.permissions import SEE_CAMPAIGNS

        if actor.is_system:
            return self
        if not actor.is_staff or not actor.may(SEE_CAMPAIGNS):
            return self.none()
        if actor.branch_ids is None:
            return self
        return self.filter(models.Q(branch=None) | models.Q(branch_id__in=actor.branch_ids))


class Campaign(models.Model):
    """One asking: a version of a questionnaire, an audience, an occasion and channels."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")

    class Occasion(models.TextChoices):
        ONCE = "once", _("Once, to a list of people")
        EVENT = "event", _("After something happened")
        OPEN = "open", _("An open link or QR code")
        PAPER = "paper", _("On paper")

    class Channel(models.TextChoices):
        PORTAL = "portal", _("Portal")
        SMS = "sms", _("Text message")
        EMAIL = "email", _("E-mail")
        WECHAT = "wechat", _("WeChat link")
        QR = "qr", _("QR code")
        PAPER = "paper", _("Paper")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    version = models.ForeignKey(Version, models.PROTECT, related_name="campaigns")
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    occasion = models.CharField(max_length=8, choices=Occasion)
    channels = models.JSONField(default=list)
    is_pretest = models.BooleanField(default=False, help_text="its answers are kept apart from real ones")
    is_anonymous = models.BooleanField(default=False, help_text="who answered what is not kept")
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="+", help_text="empty: the whole insurer"
    )
    wave = models.CharField(max_length=40, blank=True, help_text="reports compare waves with the same questionnaire")
    # What the occasion is: {"activity": "claims.closed", "after_hours": 24}; whom it reaches: a segment's conditions.
    trigger = models.JSONField(default=dict)
    audience = models.JSONField(default=dict)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    expires_after_days = models.PositiveSmallIntegerField(default=14, help_text="of an invitation")
    remind_after_days = models.JSONField(default=list, help_text="such as [3, 7]")
    quiet_days = models.PositiveSmallIntegerField(
        default=90, help_text="nobody is asked twice within so many days, by any campaign; 0 asks always"
    )
    rates = models.CharField(
        max_length=12,
        blank=True,
        help_text="the service its first question from 1 to 5 rates: claim, conversation, callback",
    )
    # Invitations are made by the worker after the start, person by person up to `filled_to`; why some are left out is counted.
    filled_to = models.BigIntegerField(default=0)
    filled_at = models.DateTimeField(null=True)
    left_out = models.JSONField(default=dict)
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=40, blank=True)
    open_key = models.CharField(max_length=16, unique=True, default=new_key, help_text="of the open link and QR code")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["state", "occasion"])]

    def __str__(self) -> str:
        return spoken(self.name_zh, self.name_en)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, actor: Actor) -> InvitationQuerySet:
        """Staff: those of campaigns they see, and of their branches; a customer: their own in the portal."""
        if actor.is_customer:
            if not actor.customer_public_id:
                return self.none()
            return self.filter(customer__public_id=actor.customer_public_id)
        found = self.filter(campaign__in=Campaign.objects.visible_to(actor))
        if actor.is_system or actor.branch_ids is None:
            return found
        return found.filter(branch_id__in=actor.branch_ids)


class Invitation(models.Model):
    """One person asked on one occasion. `key` is the personal link's; it opens nothing but this questionnaire."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Not sent yet")
        SENT = "sent", pgettext_lazy("survey", "Sent")
        OPENED = "opened", pgettext_lazy("survey", "Opened")
        ANSWERED = "answered", pgettext_lazy("survey", "Answered")
        EXPIRED = "expired", pgettext_lazy("survey", "Expired")
        REFUSED = "refused", _("Wants no questionnaires")
        FAILED = "failed", _("Could not be sent")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    key = models.CharField(max_length=16, unique=True, default=new_key)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="invitations")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    contact = models.CharField(max_length=254, blank=True, help_text="erasable; of somebody who is in no register")
    channel = models.CharField(max_length=8, choices=Campaign.Channel)
    language = models.CharField(max_length=2, default="zh")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="whose service it is about")
    facts = models.JSONField(default=dict, help_text="what reports group by: line, stage, segment; no names")
    due_at = models.DateTimeField(help_text="when it is sent")
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    # Held by whoever hands it to the carrier, so that two workers do not; the carrier's key makes a repeat harmless.
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=120, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "case"], name="asked_once_per_case", condition=models.Q(case__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["campaign", "customer"], name="asked_once_per_person", condition=models.Q(case=None)
            ),
            models.UniqueConstraint(
                fields=["campaign", "contact"], name="asked_once_per_contact", condition=~models.Q(contact="")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "state"]),
            models.Index(fields=["customer", "-due_at"]),
            models.Index(fields=["due_at"], name="invitation_to_send", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return self.public_id


class Recipient(models.Model):
    """One line of an uploaded list: a customer, or the contact of somebody who is in no register."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="recipients")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    contact = models.CharField(max_length=254, blank=True, help_text="+8613800001234 or an e-mail address")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "customer"], name="listed_once"),
            models.UniqueConstraint(
                fields=["campaign", "contact"], name="contact_listed_once", condition=~models.Q(contact="")
            ),
        ]

    def __str__(self) -> str:
        return f"recipient {self.pk}"


class OptOut(models.Model):
    """Who wants no questionnaires. It holds for every campaign and channel until they say otherwise."""

    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    contact_digest = models.CharField(max_length=64, blank=True, help_text="of a contact that is in no register")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer"], name="opted_out_once"),
            models.UniqueConstraint(
                fields=["contact_digest"], name="contact_opted_out_once", condition=~models.Q(contact_digest="")
            ),
            models.CheckConstraint(
                condition=models.Q(customer=None) ^ models.Q(contact_digest=""), name="opted_out_who"
            ),
        ]

    def __str__(self) -> str:
        return f"opt-out {self.pk}"
