"""Imports, webhooks, deliveries and chains."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from anxin.access.models import User
from anxin.faces.desk import errands
from anxin.faces.desk.models import Errand
from anxin.faces.desk.tests.admin.conftest import Shelf, SignedIn
from anxin.journal.models import Checkpoint, Delivery
from anxin.registers.customers.models import Customer
from anxin.registers.policies.models import ImportBatch
from anxin.webhooks import sending
from anxin.webhooks.models import Subscription


def _text(answer) -> str:
    return answer.content.decode()


def _csv(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("customers.csv", "\n".join(("external_id,name,branch,mobile", *lines)).encode())


def _imported(client, given: dict) -> str:
    """The page of the errand after the worker has been there."""
    asked = client.post("/desk/admin/imports/add/", given)
    assert asked.status_code == 302
    waiting = _text(client.get(asked.headers["Location"]))
    assert 'http-equiv="refresh"' in waiting
    assert errands.run_waiting() == 1
    return _text(client.get(asked.headers["Location"]))


def test_import_a_file_all_or_nothing(shelf: Shelf, signed_in: SignedIn) -> None:
    client = signed_in("administrator")
    given = {"kind": "customers", "system": "core"}
    many = Customer.objects.count()
    assert client.post("/desk/admin/imports/add/", given).status_code == 422  # no file
    page = _imported(client, given | {"file": _csv("K1,王芳,SZ,13700001111", "K2,赵六,NOWHERE,13700002222")})
    assert "Nothing was imported: 1 fault" in page
    assert "customers.csv" in page
    assert "NOWHERE" in page
    assert Customer.objects.count() == many
    page = _imported(client, given | {"file": _csv("K1,王芳,SZ,13700001111"), "dry_run": "on"})
    assert "The file is sound" in page
    assert Customer.objects.count() == many
    assert "The file is imported" in _imported(client, given | {"file": _csv("K1,王芳,SZ,13700001111")})
    assert Customer.objects.count() == many + 1
    assert ImportBatch.objects.get().file_name == "customers.csv"
    assert "customers.csv" in _text(signed_in("auditor").get("/desk/admin/imports/"))
    assert "customers.csv" in _text(signed_in("auditor").get("/desk/admin/errands/?kind=import&state=done"))
    empty = SimpleUploadedFile("x.csv", b"just,some,words\n1,2,3")
    assert client.post("/desk/admin/imports/add/", given | {"file": empty}).status_code == 422  # no errand for that
    assert errands.run_waiting() == 0
    # What was uploaded is not kept.
    assert not any(default_storage.exists(row.file) for row in Errand.objects.all())


def test_an_errand_goes_by_the_right_its_asker_has_when_it_is_run(shelf: Shelf, signed_in: SignedIn, staff) -> None:
    client = signed_in("administrator")
    given = {"kind": "customers", "system": "core", "file": _csv("K1,王芳,SZ,13700001111")}
    asked = client.post("/desk/admin/imports/add/", given).headers["Location"]
    assert signed_in("finance").get(asked).status_code == 403
    staff["administrator"].grants.update(role="auditor")
    User.objects.filter(pk=staff["administrator"].pk).update(access_version=9)
    errands.run_waiting()
    row = Errand.objects.get()
    assert (row.state, "Import registers" in row.why or "Your roles do not include" in row.why) == ("refused", True)
    assert "It was not done" in _text(client.get(asked))


def test_a_dead_workers_errand_is_taken_over(shelf: Shelf, signed_in: SignedIn) -> None:
    client = signed_in("administrator")
    given = {"kind": "customers", "system": "core", "file": _csv("K1,王芳,SZ,13700001111")}
    client.post("/desk/admin/imports/add/", given)
    dead = errands.leases.next("dead-worker")
    assert dead is not None
    assert errands.run_waiting() == 0  # its lease still runs
    Errand.objects.update(lease_until=datetime(2025, 1, 1, tzinfo=UTC))
    assert errands.run_waiting() == 1
    assert Errand.objects.get().state == "done"
    assert Customer.objects.filter(external_id="K1").count() == 1


def test_progress_is_seen_while_it_runs_and_an_error_of_ours_ends_it(
    shelf: Shelf, signed_in: SignedIn, monkeypatch
) -> None:
    client = signed_in("administrator")
    given = {"kind": "customers", "system": "core", "file": _csv("K1,王芳,SZ,13700001111")}
    asked = client.post("/desk/admin/imports/add/", given).headers["Location"]
    seen: list[str] = []

    def slow(kind, source, *, progress, **_rest):
        progress("write", 2_000, 100_000)
        seen.append(_text(client.get(asked)))
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(errands, "import_table", slow)
    errands.run_waiting()
    if connection.vendor == "sqlite":  # on PostgreSQL a second connection sees nothing of a test's own transaction
        assert "Writing: 2,000 of 100,000" in seen[0]
        assert 'max="100000" value="2000"' in seen[0]
    assert "Something went wrong on our side" in _text(client.get(asked))
    assert errands.run_waiting() == 0


def test_old_errands_are_forgotten(shelf: Shelf, signed_in: SignedIn, now) -> None:
    from anxin.faces.desk.jobs import forget

    _imported(
        signed_in("administrator"), {"kind": "customers", "system": "core", "file": _csv("K1,王芳,SZ,13700001111")}
    )
    forget(now + timedelta(days=80))
    assert Errand.objects.exists()
    forget(now + timedelta(days=91))
    assert not Errand.objects.exists()


def test_deliveries_that_gave_up_are_revived(shelf: Shelf, signed_in: SignedIn) -> None:
    event = shelf.case.events.first()
    assert event is not None
    dead = Delivery.objects.create(
        event=event, reaction="test.reaction", state=Delivery.State.DEAD, attempts=10, next_try_at=datetime(2025, 1, 1, tzinfo=UTC),
        error="Traceback\nValueError: no such table",
    )  # fmt: skip
    page = _text(signed_in("auditor").get("/desk/admin/journal/"))
    assert "1 delivery gave up" in page
    assert "Try again" not in page
    client = signed_in("administrator")
    assert "Try again" in _text(client.get("/desk/admin/journal/"))
    client.post(f"/desk/admin/journal/deliveries/{dead.pk}/revive/")
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == (Delivery.State.WAITING, 0)
    assert client.post(f"/desk/admin/journal/deliveries/{dead.pk}/revive/").status_code == 404


def test_chains_are_checked_and_a_broken_one_named(shelf: Shelf, signed_in: SignedIn) -> None:
    from anxin.journal import triggers
    from anxin.journal.models import Event

    client = signed_in("auditor")
    assert "all sound" in _text(client.get("/desk/admin/journal/", {"check": shelf.case.number}))
    assert "There is no such case" in _text(client.get("/desk/admin/journal/", {"check": "1999-000000"}))
    client = signed_in("administrator")
    client.post("/desk/admin/journal/checkpoint/")
    assert Checkpoint.objects.get().cases == 1
    triggers.remove()
    try:
        Event.objects.filter(case=shelf.case, seq=1).update(channel="forged")
    finally:
        triggers.install()
    page = _text(client.get("/desk/admin/journal/", {"check": "all"}))
    assert "a chain is broken" in page
    assert f"{shelf.case.number}, event 1: an event was changed" in page


def test_webhooks_are_added_paused_and_removed(signed_in: SignedIn, now) -> None:
    client = signed_in("administrator")
    refused = client.post("/desk/admin/webhooks/add/", {"url": "http://192.168.0.1/"})
    assert refused.status_code == 422
    assert "192.168.0.1" in _text(refused)
    made = client.post("/desk/admin/webhooks/add/", {"url": "https://partner.example/hook", "activities": ["claims.*"]})
    row = Subscription.objects.get()
    assert row.secret in _text(made)
    home = f"/desk/admin/webhooks/{row.public_id}/"
    assert row.secret not in _text(client.get(home))
    client.post(f"{home}pause/")
    row.refresh_from_db()
    assert row.state == "paused"
    client.post(f"{home}resume/")
    old = row.secret
    assert old not in _text(client.post(f"{home}renew/"))
    row.refresh_from_db()
    assert (row.state, row.secret != old) == ("active", True)
    assert signed_in("assessor").get(home).status_code == 404
    assert client.post(f"{home}nonsense/").status_code == 404
    client.post(f"{home}remove/")
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(("status", "words"), [(204, "The test was taken"), (500, "The test was not taken: HTTP 500")])
def test_a_test_is_sent_signed(status: int, words: str, signed_in: SignedIn, actors, now, monkeypatch) -> None:
    from anxin.webhooks.actions import subscribe

    row = subscribe(url="https://partner.example/hook", actor=actors["administrator"], now=now)
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(status)

    plain = httpx.Client
    monkeypatch.setattr(sending.httpx, "Client", lambda **options: plain(transport=httpx.MockTransport(answer)))
    monkeypatch.setattr(
        sending.guard, "target_of", lambda url: sending.guard.Target("https", "partner.example", 443, "203.0.113.7")
    )
    page = signed_in("administrator").post(f"/desk/admin/webhooks/{row.public_id}/test/", follow=True)
    assert words in _text(page)
    assert seen[0].headers[sending.HEADER]
    assert b"anxin.webhook.test" in seen[0].content
