"""What we send and receive, by any channel."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from anxin.access.models import User
from anxin.journal.models import Case, new_public_id
from anxin.registers.customers.models import Customer


class Message(models.Model):
    class Direction(models.TextChoices):
        OUT = "out", _("To the customer")
        IN = "in", _("From the customer")

    class Channel(models.TextChoices):
        PORTAL = "portal", _("Portal")
        SMS = "sms", _("Text message")
        PHONE = "phone", _("Phone")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Could not be sent")
        RECEIVED = "received", _("Received")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="messages")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=3, choices=Direction)
    channel = models.CharField(max_length=8, choices=Channel)
    template = models.CharField(max_length=40, blank=True, help_text="which wording; empty for a person's own words")
    body_zh = models.TextField(help_text="erasable")
    body_en = models.TextField(blank=True)
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["customer", "-id"]), models.Index(fields=["state", "id"], name="message_to_send")]
