"""Webhooks: who is told of events, and how that went."""

from __future__ import annotations

from django.utils.translation import gettext as _

from anxin.access.errors import Missing
from anxin.faces.api import cursors
from anxin.faces.api.operations import Room
from anxin.faces.api.requests import ApiRequest
from anxin.faces.api.shapes.base import Cursor, Limit, RecordId
from anxin.faces.api.shapes.webhooks import (
    AttemptItem,
    AttemptPage,
    Webhook,
    WebhookChange,
    WebhookGiven,
    WebhookPage,
    WebhookWithSecret,
)
from anxin.webhooks import actions
from anxin.webhooks.models import Attempt, Subscription
from anxin.webhooks.permissions import SEE_WEBHOOKS, SUBSCRIBE

room = Room()


@room.read("/webhooks", WebhookPage, SEE_WEBHOOKS, summary="List webhooks")
def list_webhooks(request: ApiRequest, cursor: Cursor = "", limit: Limit = 50) -> WebhookPage:
    """One's own; an administrator sees everyone's."""
    found, following = cursors.newest_first(request, Subscription.objects.visible_to(request.actor), cursor, limit)
    return WebhookPage(items=[Webhook.of(row) for row in found], next=following)


@room.write("/webhooks", WebhookWithSecret, SUBSCRIBE, summary="Have events sent to an address", status=201)
def add_webhook(request: ApiRequest, given: WebhookGiven) -> WebhookWithSecret:
    """CloudEvents 1.0 in JSON, in order, each at least once, signed with the `secret` that is answered here only.

    Answer 2xx within 10 seconds. Anything else is tried again, 12 times in about a day, and holds up what comes after it;
    then the webhook stops until it is resumed. 410 stops it at once.
    """
    row = actions.subscribe(
        url=given.url, activities=given.activities, from_start=given.from_start, token=request.auth, actor=request.actor,
        now=request.now,
    )  # fmt: skip
    return WebhookWithSecret.of(row)


@room.read("/webhooks/{webhook}", Webhook, SEE_WEBHOOKS, summary="A webhook")
def get_webhook(request: ApiRequest, webhook: RecordId) -> Webhook:
    return Webhook.of(_find(request, webhook))


@room.write("/webhooks/{webhook}", Webhook, SUBSCRIBE, summary="Change or pause a webhook", method="PATCH")
def change_webhook(request: ApiRequest, webhook: RecordId, given: WebhookChange) -> Webhook:
    row = actions.change_subscription(
        public_id=webhook, url=given.url, activities=given.activities, paused=given.paused, actor=request.actor,
        now=request.now,
    )  # fmt: skip
    return Webhook.of(row)


@room.write("/webhooks/{webhook}", None, SUBSCRIBE, summary="Delete a webhook", method="DELETE", status=204)
def delete_webhook(request: ApiRequest, webhook: RecordId) -> None:
    actions.unsubscribe(public_id=webhook, actor=request.actor, now=request.now)


@room.write("/webhooks/{webhook}/resume", Webhook, SUBSCRIBE, summary="Start a stopped webhook again")
def resume_webhook(request: ApiRequest, webhook: RecordId) -> Webhook:
    """It goes on with the event it stopped at."""
    return Webhook.of(actions.resume(public_id=webhook, actor=request.actor, now=request.now))


@room.write("/webhooks/{webhook}/secret", WebhookWithSecret, SUBSCRIBE, summary="Make a new secret")
def renew_webhook_secret(request: ApiRequest, webhook: RecordId) -> WebhookWithSecret:
    """Valid from the next call on; the old one is of no more use."""
    return WebhookWithSecret.of(actions.renew_secret(public_id=webhook, actor=request.actor, now=request.now))


@room.read("/webhooks/{webhook}/attempts", AttemptPage, SEE_WEBHOOKS, summary="How telling went")
def list_attempts(request: ApiRequest, webhook: RecordId, cursor: Cursor = "", limit: Limit = 50) -> AttemptPage:
    """The last month's tries, the newest first."""
    rows = Attempt.objects.filter(subscription=_find(request, webhook)).select_related("event__case")
    found, following = cursors.newest_first(request, rows, cursor, limit)
    return AttemptPage(items=[AttemptItem.of(row) for row in found], next=following)


def _find(request: ApiRequest, public_id: str) -> Subscription:
    row = Subscription.objects.visible_to(request.actor).filter(public_id=public_id).first()
    if row is None:
        raise Missing(_("There is no such webhook."))
    return row
