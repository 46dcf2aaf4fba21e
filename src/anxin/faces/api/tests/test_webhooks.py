"""Webhooks: signed, in order, tried again, stopped and resumed; never to an address inside."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from anxin.journal.models import Event
from anxin.webhooks import actions, jobs, sending
from anxin.webhooks.models import Attempt, Subscription
from anxin.webhooks.signing import is_genuine, sign

# On PostgreSQL a reader passes over what a running transaction wrote: what is told must be committed.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alone]


class Listener:
    """A subscriber on loopback: answers what `answers` says (200 when it is empty) and keeps what it was told."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.calls: list[tuple[dict[str, str], bytes]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.calls.append((dict(self.headers), body))
                self.send_response(listener.answers.pop(0) if listener.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_parts: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def events(self) -> list[dict]:
        return [json.loads(body) for _headers, body in self.calls]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def listener(monkeypatch) -> Iterator[Listener]:
    monkeypatch.setenv("ANXIN_WEBHOOK_LOOPBACK", "1")
    found = Listener()
    yield found
    found.close()


@pytest.fixture
def subscribe(caller, listener):
    def make(who: str = "supervisor", **options) -> Subscription:
        answer = caller(who).post("/webhooks", {"url": listener.url, **options})
        assert answer.status_code == 201, answer.content
        return Subscription.objects.get(public_id=answer.json()["id"])

    return make


def _due(row: Subscription) -> None:
    """As if the wait were over."""
    Subscription.objects.filter(pk=row.pk).update(next_try_at=timezone.now())


def test_events_are_told_in_order_signed_and_once(subscribe, listener, caller, report):
    row = subscribe()
    claim = caller("call_taker").post("/claims", report).json()["id"]
    assert sending.send_round() == 3
    assert [event["id"] for event in listener.events] == [f"{claim}.{number}" for number in (1, 2, 3)]
    headers, body = listener.calls[0]
    assert headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
    assert is_genuine(row.secret, body, headers["Anxin-Signature"], now=int(time.time()))
    assert not is_genuine(row.secret, body + b" ", headers["Anxin-Signature"], now=int(time.time()))
    assert not is_genuine(row.secret, body, headers["Anxin-Signature"], now=int(time.time()) + 301)
    event = listener.events[0]
    assert (event["specversion"], event["type"], event["subject"]) == ("1.0", "anxin.claims.notified", f"claim/{claim}")
    assert event["data"]["facts"]["type"] == "motor"
    assert report["account"] not in body.decode()
    assert sending.send_round() == 0
    assert len(listener.calls) == 3


def test_what_fails_is_tried_again_before_what_comes_after(subscribe, listener, caller, report):
    row = subscribe()
    caller("call_taker").post("/claims", report)
    listener.answers = [200, 503]
    assert sending.send_round() == 1
    row.refresh_from_db()
    assert (row.attempts, row.error, row.state) == (1, "HTTP 503", "active")
    assert row.next_try_at > timezone.now()
    assert sending.send_round() == 0  # not yet due
    _due(row)
    assert sending.send_round() == 2
    told = [event["data"]["sequence"] for event in listener.events]
    assert told == [1, 2, 2, 3]
    assert listener.events[1] == listener.events[2]  # the same event under the same id
    row.refresh_from_db()
    assert (row.attempts, row.error) == (0, "")
    assert list(Attempt.objects.order_by("pk").values_list("serial", "status")) == [
        (1, 200),
        (1, 503),
        (2, 200),
        (1, 200),
    ]


def test_nobody_there_is_a_failure_too(subscribe, listener, caller, report):
    row = subscribe()
    listener.close()
    caller("call_taker").post("/claims", report)
    assert sending.send_round() == 0
    row.refresh_from_db()
    assert row.attempts == 1
    assert "ConnectError" in row.error


def test_it_stops_after_too_many_failures_and_can_be_resumed(subscribe, listener, caller, report):
    row = subscribe()
    caller("call_taker").post("/claims", report)
    listener.answers = [500] * sending.MAX_ATTEMPTS
    for _ in range(sending.MAX_ATTEMPTS):
        _due(row)
        sending.send_round()
    supervisor = caller("supervisor")
    assert supervisor.get(f"/webhooks/{row.public_id}").json()["state"] == "stopped"
    _due(row)
    assert sending.send_round() == 0
    resumed = supervisor.post(f"/webhooks/{row.public_id}/resume")
    assert (resumed.status_code, resumed.json()["state"], resumed.json()["attempts"]) == (200, "active", 0)
    assert sending.send_round() == 3
    tries = supervisor.get(f"/webhooks/{row.public_id}/attempts?limit=2").json()
    assert [item["status"] for item in tries["items"]] == [200, 200]


def test_gone_stops_at_once(subscribe, listener, caller, report):
    row = subscribe()
    caller("call_taker").post("/claims", report)
    listener.answers = [410]
    sending.send_round()
    row.refresh_from_db()
    assert row.state == Subscription.State.STOPPED


def test_only_what_was_asked_for_and_what_the_owner_may_see(subscribe, listener, caller, report):
    subscribe(activities=["claims.papers_listed"])
    subscribe("outsider")
    caller("call_taker").post("/claims", report)
    assert sending.send_round() == 1
    assert [event["data"]["activity"] for event in listener.events] == ["claims.papers_listed"]
    assert sending.send_round() == 0


def test_the_past_is_told_when_asked_for(subscribe, listener, caller, report):
    caller("call_taker").post("/claims", report)
    subscribe()
    assert sending.send_round() == 0
    subscribe(from_start=True)
    assert sending.send_round() == Event.objects.count()


def test_a_pause_loses_nothing(subscribe, listener, caller, report):
    row = subscribe()
    supervisor = caller("supervisor")
    supervisor.send("patch", f"/webhooks/{row.public_id}", {"paused": True})
    caller("call_taker").post("/claims", report)
    assert sending.send_round() == 0
    supervisor.send("patch", f"/webhooks/{row.public_id}", {"paused": False})
    assert sending.send_round() == 3


def test_a_token_that_is_no_longer_valid_ends_the_telling(subscribe, listener, caller, report):
    row = subscribe()
    row.token.revoked_at = timezone.now()
    row.token.save()
    caller("call_taker").post("/claims", report)
    assert sending.send_round() == 0
    row.refresh_from_db()
    assert row.state == Subscription.State.PAUSED


def test_whoever_holds_the_lease_alone_tells(subscribe, listener, caller, report):
    row = subscribe()
    caller("call_taker").post("/claims", report)
    Subscription.objects.update(lease_until=timezone.now() + timedelta(seconds=30), lease_by="another")
    assert sending.send_round() == 0
    Subscription.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert sending.send_round() == 3
    row.refresh_from_db()
    assert (row.lease_until, row.lease_by) == (None, "")


def test_a_death_between_call_and_mark_tells_again(subscribe, listener, caller, report, monkeypatch):
    """At least once: killed after the call, the next worker tells the same event, with the same id."""
    row = subscribe()
    caller("call_taker").post("/claims", report)

    def die(*_args, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending, "_move_to", die)
        with pytest.raises(KeyboardInterrupt):
            sending.send_round()
    Subscription.objects.filter(pk=row.pk).update(lease_until=None)
    assert sending.send_round() == 3
    assert [event["data"]["sequence"] for event in listener.events] == [1, 1, 2, 3]


def test_the_secret_is_shown_once_and_can_be_renewed(caller, listener, subscribe):
    row = subscribe()
    supervisor = caller("supervisor")
    assert "secret" not in supervisor.get(f"/webhooks/{row.public_id}").json()
    fresh = supervisor.post(f"/webhooks/{row.public_id}/secret").json()["secret"]
    assert fresh != row.secret
    assert sign(fresh, b"x", 1) != sign(row.secret, b"x", 1)


def test_webhooks_are_each_persons_own(caller, subscribe):
    row = subscribe()
    stranger = caller("adjudicator")
    assert stranger.get("/webhooks").json()["items"] == []
    for answer in (
        stranger.get(f"/webhooks/{row.public_id}"),
        stranger.send("delete", f"/webhooks/{row.public_id}"),
        stranger.post(f"/webhooks/{row.public_id}/resume"),
    ):
        assert answer.status_code == 404
    assert len(caller("administrator").get("/webhooks").json()["items"]) == 1
    assert caller("supervisor").send("delete", f"/webhooks/{row.public_id}").status_code == 204
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",  # not encrypted
        "https://127.0.0.1/hook",
        "https://[::1]/hook",
        "https://[::ffff:10.0.0.1]/hook",
        "https://10.0.0.5/hook",
        "https://192.168.1.1/hook",
        "https://169.254.169.254/latest/meta-data",  # where cloud machines tell their secrets
        "https://0.0.0.0/hook",
        "https://224.0.0.1/hook",
        "https://user:password@example.com/hook",
        "https://example.com/hook#part",
        "https://example.com:99999/hook",
        "ftp://example.com/hook",
        "https:///hook",
    ],
)
def test_addresses_inside_are_refused(caller, url):
    answer = caller("supervisor").post("/webhooks", {"url": url})
    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"url"})


def test_unknown_activities_are_refused(caller, actors, now):
    answer = caller("supervisor").post("/webhooks", {"url": "https://example.com/x", "activities": ["claims.eaten"]})
    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"activities"})
    row = actions.subscribe(url="https://example.com/x", activities=["claims.*"], actor=actors["supervisor"], now=now)
    assert row.wants("claims.closed")
    assert not row.wants("case.noted")


def test_old_tries_are_forgotten(subscribe, listener, caller, report, now):
    subscribe()
    caller("call_taker").post("/claims", report)
    sending.send_round()
    Attempt.objects.update(at=timezone.now() - sending.KEPT_FOR - timedelta(days=1))
    jobs.forget(now)
    assert not Attempt.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_tells_in_a_thread_of_its_own(subscribe, listener, caller, report, now):
    subscribe()
    caller("call_taker").post("/claims", report)
    jobs.tell_subscribers(now)
    for thread in threading.enumerate():
        if thread.name == "webhooks":
            thread.join()
    assert len(listener.calls) == 3
