"""Telling subscribers of events: in order, each at least once, with patience that grows and ends.

A subscription is leased by whoever tells it, so that two workers never tell the same one at once. The next event is read in
the journal's reading order; the place moves on only when the subscriber answered 2xx (or does not want the event). What
fails is tried again later and holds up what comes after it: that is what "in order" means. After `MAX_ATTEMPTS` (about a day) the
subscription stops and says so; `actions.resume` starts it again where it stood.
"""

from __future__ import annotations

import json
import time
from datetime import timedelta

import httpx
from django.db.models import F, Q
from django.utils import timezone

from anxin.access.actors import Actor, actor_of, actor_of_token
from anxin.journal.background import Background
from anxin.journal.leasing import Held, Leases
from anxin.journal.models import Case, Event
from anxin.journal.reading import Place, events_after, place_of
from anxin.journal.worker import worker_name
from anxin.webhooks import guard
from anxin.webhooks.events import MEDIA_TYPE, SOURCE, cloud_event, event_id
from anxin.webhooks.models import Attempt, Subscription
from anxin.webhooks.signing import HEADER, sign

MAX_ATTEMPTS = 12
ROUND_SECONDS = 10.0
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 10.0
BATCH = 200
KEPT_FOR = timedelta(days=30)
leases = Leases(
    Subscription, Q(state=Subscription.State.ACTIVE), length=timedelta(seconds=60), order=("next_try_at", "pk"), along=("user", "token")
)  # fmt: skip


def wait_after(attempts: int) -> timedelta:
    """10 s, 20 s, 40 s, … at most 4 hours: twelve tries span about 23 hours."""
    return timedelta(seconds=min(10 * 2 ** (attempts - 1), 14_400))


def send_round() -> int:
    """Tell every subscription that is due what is new, for a bounded time; returns how many events were told."""
    me, told = worker_name(), 0
    ends = time.monotonic() + ROUND_SECONDS
    for subscription in _waiting():
        if time.monotonic() >= ends:
            break
        if held := leases.take(subscription.pk, me):
            try:
                told += _tell(held, ends)
            finally:
                held.end()
    return told


def forget_old() -> int:
    """Drop tries older than a month; returns how many."""
    dropped, _detail = Attempt.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
    return dropped


def _waiting() -> list[Subscription]:
    """Those that are due and have something ahead of them; looked at without taking a lock."""
    due = leases.due().filter(next_try_at__lte=timezone.now())
    return [subscription for subscription in due if events_after(subscription.place, limit=1)]


def owner_of(subscription: Subscription) -> Actor | None:
    """Whose eyes the events are read with; None when the token it was made with is no longer valid."""
    if not subscription.user.is_active:
        return None
    if subscription.token is None:
        return actor_of(subscription.user, channel="api")
    if not subscription.token.usable_at(timezone.now()):
        return None
    subscription.token.user = subscription.user
    return actor_of_token(subscription.token)


def _tell(held: Held[Subscription], ends: float) -> int:
    subscription = held.row
    owner = owner_of(subscription)
    if owner is None:
        held.mine.update(state=Subscription.State.PAUSED, error="the token is no longer valid")
        return 0
    told = 0
    with httpx.Client(
        timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS), follow_redirects=False, trust_env=False
    ) as client:
        while batch := events_after(subscription.place, limit=BATCH):
            wanted = [event for event in batch if subscription.wants(event.activity)]
            seen = set(
                Case.objects.visible_to(owner)
                .filter(pk__in={event.case_id for event in wanted})
                .values_list("pk", flat=True)
            )
            for event in batch:
                if time.monotonic() >= ends:
                    return told
                if event.case_id in seen and subscription.wants(event.activity):
                    if not _tell_one(client, held, event):
                        return told
                    told += 1
                elif event is batch[-1] and not _move_to(held, place_of(event)):
                    return told
    return told


def _tell_one(client: httpx.Client, held: Held[Subscription], event: Event) -> bool:
    """Call the subscriber; True when it took the event and this worker may go on."""
    subscription = held.row
    started = time.monotonic()
    status, error = None, ""
    try:
        status = _post(client, subscription, event)
    except (httpx.HTTPError, OSError, guard.Forbidden, ValueError) as failure:
        error = f"{type(failure).__name__}: {failure}"[:300]
    if status is not None and not 200 <= status < 300:
        error = f"HTTP {status}"
    Attempt.objects.create(
        subscription=subscription, event=event, serial=subscription.attempts + 1, at=timezone.now(),
        milliseconds=int((time.monotonic() - started) * 1000), status=status, error=error,
    )  # fmt: skip
    if not error:
        return _move_to(held, place_of(event), success=True)
    attempts = subscription.attempts + 1
    # 410 Gone: the subscriber says that nobody lives there any more.
    stopped = attempts >= MAX_ATTEMPTS or status == 410
    held.mine.update(
        attempts=attempts, error=error, next_try_at=timezone.now() + wait_after(attempts),
        state=Subscription.State.STOPPED if stopped else F("state"),
    )  # fmt: skip
    return False


def _post(client: httpx.Client, subscription: Subscription, event: Event) -> int:
    target = guard.target_of(subscription.url)
    body = json.dumps(cloud_event(event), ensure_ascii=False, separators=(",", ":")).encode()
    return _call(client, subscription, target, body, event_id(event))


def _call(client: httpx.Client, subscription: Subscription, target: guard.Target, body: bytes, told: str) -> int:
    url = httpx.URL(subscription.url)
    request = client.build_request(
        "POST",
        url.copy_with(host=target.address),
        content=body,
        headers={
            "Host": url.netloc.decode(),
            "Content-Type": f"{MEDIA_TYPE}; charset=utf-8",
            "User-Agent": "Anxin-Webhooks/1",
            "Anxin-Event": told,
            HEADER: sign(subscription.secret, body, int(time.time())),
        },
        # The certificate must be of the name that was subscribed, though the call goes to the address looked up.
        extensions={"sni_hostname": target.host},
    )
    # What is answered is not of interest beyond its status, and may be endless.
    response = client.send(request, stream=True)
    response.close()
    return response.status_code


def _move_to(held: Held[Subscription], place: Place, *, success: bool = False) -> bool:
    """Put down that everything up to `place` is done; False when the lease was lost or the subscription changed."""
    subscription, moment = held.row, timezone.now()
    fields: dict[str, object] = {"transaction": place.transaction, "position": place.event}
    subscription.transaction, subscription.position = place
    if success:
        fields |= {"attempts": 0, "error": "", "last_success_at": moment, "next_try_at": moment}
        subscription.attempts = 0
    return held.keep(**fields)


def send_test(subscription: Subscription) -> tuple[int, str]:
    """Call the subscriber once with an event of no case, signed like every other: (HTTP status, fault or "").

    Tells nothing that happened and moves no place; the id is new each time, so that nobody takes two tests for one.
    """
    try:
        target = guard.target_of(subscription.url)
        moment = timezone.now()
        told = {
            "specversion": "1.0", "id": f"test.{int(moment.timestamp() * 1000)}", "source": SOURCE,
            "type": "anxin.webhook.test", "time": moment.isoformat(), "datacontenttype": "application/json", "data": {},
        }  # fmt: skip
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        with httpx.Client(
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS), follow_redirects=False, trust_env=False
        ) as client:
            status = _call(client, subscription, target, body, str(told["id"]))
    except (httpx.HTTPError, OSError, guard.Forbidden, ValueError) as failure:
        return 0, f"{type(failure).__name__}: {failure}"[:300]
    return status, "" if 200 <= status < 300 else f"HTTP {status}"


in_background = Background("webhooks", waits=lambda: _waiting(), work=send_round)
