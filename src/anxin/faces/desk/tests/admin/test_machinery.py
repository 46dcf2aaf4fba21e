"""Imports, webhooks, deliveries and chains."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

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


def test_import_a_file_all_or_nothing(shelf: Shelf, signed_in: SignedIn) -> None:
    client = signed_in("administrator")
    given = {"kind": "customers", "system": "core"}
    many = Customer.objects.count()
    assert client.post("/desk/admin/imports/add/", given).status_code == 422  # no file
    refused = client.post(
        "/desk/admin/imports/add/", given | {"file": _csv("K1,王芳,SZ,13700001111", "K2,赵六,NOWHERE,13700002222")}
    )
    assert refused.status_code == 422
    page = _text(refused)
    assert "Nothing was imported: 1 fault" in page
    assert "customers.csv" in page
    assert "NOWHERE" in page
    assert Customer.objects.count() == many
    checked = client.post("/desk/admin/imports/add/", given | {"file": _csv("K1,王芳,SZ,13700001111"), "dry_run": "on"})
    assert "The file is sound" in _text(checked)
    assert Customer.objects.count() == many
    done = client.post("/desk/admin/imports/add/", given | {"file": _csv("K1,王芳,SZ,13700001111")})
    assert "The file is imported" in _text(done)
    assert Customer.objects.count() == many + 1
    assert ImportBatch.objects.get().file_name == "customers.csv"
    assert "customers.csv" in _text(signed_in("auditor").get("/desk/admin/imports/"))
    empty = SimpleUploadedFile("x.csv", b"just,some,words\n1,2,3")
    assert client.post("/desk/admin/imports/add/", given | {"file": empty}).status_code == 422


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
