"""Questionnaires in the portal: what waits, answered from there, and none any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from anxin.voice.campaigns.models import OptOut
from anxin.voice.responses.models import Response

pytestmark = pytest.mark.django_db


def test_what_waits_is_on_the_first_page_and_answered_from_there(phone, stranger, customer, invite, now) -> None:
    asked = invite(customer=customer, channel="portal")
    link = f"/q/{asked.key}/?via=portal"
    assert link in phone.get("/portal/").content.decode()
    assert link in phone.get("/portal/me/questionnaires/").content.decode()
    assert asked.key not in stranger.get("/portal/").content.decode()
    phone.post(f"/q/{asked.key}/p/first/?via=portal", {"speed": "5"})
    assert Response.objects.get().source == "portal"
    asked.expires_at = now - timedelta(seconds=1)
    asked.save()
    assert asked.key not in phone.get("/portal/").content.decode()


def test_none_any_more_and_again(phone, customer, invite) -> None:
    asked = invite(customer=customer)
    phone.post("/portal/me/questionnaires/", {"stop": "1"})
    assert OptOut.objects.get().customer == customer
    asked.refresh_from_db()
    assert asked.state == "refused"
    assert asked.key not in phone.get("/portal/").content.decode()
    phone.post("/portal/me/questionnaires/", {"again": "1"})
    assert not OptOut.objects.exists()
