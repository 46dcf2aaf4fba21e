"""The only writers of webhook subscriptions. Whoever owns one, or may see all and subscribe, changes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing
from anxin.access.models import ApiToken
from anxin.journal.activities import all_activities
from anxin.journal.models import Event
from anxin.journal.reading import Place, place_of
from anxin.webhooks import guard
from anxin.webhooks.models import Subscription, new_secret
from anxin.webhooks.permissions import SUBSCRIBE

MOST_PER_PERSON = 50


@transaction.atomic
def subscribe(
    *, url: str, activities: Iterable[str] = (), from_start: bool = False, token: ApiToken | None = None, actor: Actor,
    now: datetime,
) -> Subscription:  # fmt: skip
    """Have events told to `url` from now on, or with `from_start` from the journal's first.

    `activities` are names or a room and a star (`claims.*`); empty for all. The subscription's secret is in the row: show it
    once. Raises `Invalid` naming the field.
    """
    actor.must(SUBSCRIBE)
    if actor.user_id is None:
        raise ValueError("a subscription belongs to a person")
    _check_url(url)
    wanted = _checked(activities)
    if Subscription.objects.filter(user_id=actor.user_id).count() >= MOST_PER_PERSON:
        raise Invalid(_("You have %(many)d webhooks already: delete one first.") % {"many": MOST_PER_PERSON})
    last = None if from_start else Event.objects.order_by("transaction", "pk").last()
    place = place_of(last) if last is not None else Place()
    return Subscription.objects.create(
        user_id=actor.user_id, token=token, url=url, activities=wanted, created_at=now, next_try_at=timezone.now(),
        transaction=place.transaction, position=place.event,
    )  # fmt: skip


@transaction.atomic
def change_subscription(
    *, public_id: str, url: str | None = None, activities: Iterable[str] | None = None, paused: bool | None = None,
    actor: Actor, now: datetime,
) -> Subscription:  # fmt: skip
    """Change where or what is told, or pause it; whatever is None stays. A paused one goes on where it stood."""
    row = _locked(public_id, actor)
    if url is not None:
        _check_url(url)
        row.url = url
    if activities is not None:
        row.activities = _checked(activities)
    if paused is not None and row.state != Subscription.State.STOPPED:
        row.state = Subscription.State.PAUSED if paused else Subscription.State.ACTIVE
    row.save(update_fields=["url", "activities", "state"])
    return row


@transaction.atomic
def resume(*, public_id: str, actor: Actor, now: datetime) -> Subscription:
    """Start a stopped or paused subscription again where it stood, at once and with a full number of tries."""
    row = _locked(public_id, actor)
    row.state, row.attempts, row.error, row.next_try_at = Subscription.State.ACTIVE, 0, "", timezone.now()
    row.save(update_fields=["state", "attempts", "error", "next_try_at"])
    return row


@transaction.atomic
def renew_secret(*, public_id: str, actor: Actor, now: datetime) -> Subscription:
    """A new secret, valid from the next call on."""
    row = _locked(public_id, actor)
    row.secret = new_secret()
    row.save(update_fields=["secret"])
    return row


@transaction.atomic
def unsubscribe(*, public_id: str, actor: Actor, now: datetime) -> None:
    _locked(public_id, actor).delete()


def _locked(public_id: str, actor: Actor) -> Subscription:
    actor.must(SUBSCRIBE)
    row = Subscription.objects.visible_to(actor).select_for_update().filter(public_id=public_id).first()
    if row is None:
        raise Missing(_("There is no such webhook."))
    return row


def _check_url(url: str) -> None:
    try:
        if len(url) > 500:
            raise guard.Forbidden(_("Use at most %(many)s characters.") % {"many": 500})
        guard.check_form(url)
    except guard.Forbidden as why:
        raise Invalid(str(why), fields={"url": str(why)}) from None


def _checked(activities: Iterable[str]) -> list[str]:
    known = {item.name for item in all_activities()}
    rooms = {f"{name.partition('.')[0]}.*" for name in known}
    wanted = sorted(set(activities))
    for name in wanted:
        if name not in known and name not in rooms:
            wrong = _("There is no activity “%(name)s”.") % {"name": name}
            raise Invalid(wrong, fields={"activities": wrong})
    return wanted
