"""Who wants to be told of events, and each try to tell them."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anxin.access.actors import Actor
from anxin.access.models import ApiToken, User
from anxin.journal.models import Event, new_public_id
from anxin.journal.reading import Place
from anxin.webhooks.permissions import SEE_ALL_WEBHOOKS


def new_secret() -> str:
    return "whsec_" + secrets.token_urlsafe(32)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def visible_to(self, actor: Actor) -> SubscriptionQuerySet:
        """One's own; whoever may watch the machinery sees everyone's of their branches."""
        if actor.is_system:
            return self
        if actor.user_id is None:
            return self.none()
        own = Q(user_id=actor.user_id)
        if not actor.may(SEE_ALL_WEBHOOKS):
            return self.filter(own)
        return self if actor.branch_ids is None else self.filter(own | Q(user__branch_id__in=actor.branch_ids))


class Subscription(models.Model):
    """Someone's wish to be told of events at an address. Told in order, each at least once."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        STOPPED = "stopped", _("Stopped after too many failures")

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    # The events told are those this person may see (with this token's scopes, while it is valid).
    user = models.ForeignKey(User, models.CASCADE, related_name="webhooks")
    token = models.ForeignKey(ApiToken, models.SET_NULL, null=True, related_name="+")
    url = models.CharField(max_length=500)
    secret = models.CharField(max_length=80, default=new_secret)
    activities = models.JSONField(default=list, help_text="names, or a room and a star: claims.*; empty for all")
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    # Where the reader stands in the journal (`reading.Place`).
    transaction = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="failures in a row at the event that is next")
    next_try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=40, blank=True)
    error = models.CharField(max_length=300, blank=True, help_text="the last failure, empty after a success")
    created_at = models.DateTimeField()
    last_success_at = models.DateTimeField(null=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], name="webhook_due", condition=Q(state="active")),
            models.Index(fields=["user", "id"], name="webhook_owner"),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def place(self) -> Place:
        return Place(self.transaction, self.position)

    def wants(self, activity: str) -> bool:
        return not self.activities or any(
            activity == name or (name.endswith(".*") and activity.startswith(name[:-1])) for name in self.activities
        )


class Attempt(models.Model):
    """One try to tell one event to one subscriber."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="tries")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", db_index=False)
    serial = models.PositiveSmallIntegerField(help_text="which try of this event it was, from 1")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True, help_text="the HTTP answer; none when there was no answer")
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["at"], name="webhook_attempt_at")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.status or self.error}"

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300
