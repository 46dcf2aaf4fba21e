"""What we send and receive, by any channel."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anxin.access.actors import Actor
from anxin.access.models import User, spoken
from anxin.journal.models import Case, new_public_id
from anxin.registers.customers.models import Customer


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, actor: Actor) -> MessageQuerySet:
        """A customer: what was written to and by them in the portal; staff: messages of the cases they may see, and of
        their branches' customers; nobody else any."""
        if actor.is_system:
            return self
        if actor.is_customer:
            if not actor.customer_public_id:
                return self.none()
            return self.filter(customer__public_id=actor.customer_public_id, channel=Message.Channel.PORTAL)
        if not actor.is_staff or not actor.permissions:
            return self.none()
        if actor.branch_ids is None:
            return self
        return self.filter(
            Q(case__in=Case.objects.visible_to(actor)) | Q(case=None, customer__branch_id__in=actor.branch_ids)
        )


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
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="messages", db_index=False)
    direction = models.CharField(max_length=3, choices=Direction)
    channel = models.CharField(max_length=8, choices=Channel)
    template = models.CharField(max_length=40, blank=True, help_text="which wording; empty for a person's own words")
    reference = models.CharField(
        max_length=60, blank=True, help_text="what it is about inside the case: a party's code"
    )
    body_zh = models.TextField(help_text="erasable")
    body_en = models.TextField(blank=True)
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    # When it reached the customer (Civil Code art. 137: when it entered their system). A portal message: at once.
    arrived_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["customer", "-id"]),
            # Only what still waits: the sender looks every second, and nearly all messages are long gone.
            models.Index(fields=["id"], name="message_to_send", condition=Q(state="queued")),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def body(self) -> str:
        return spoken(self.body_zh, self.body_en)
