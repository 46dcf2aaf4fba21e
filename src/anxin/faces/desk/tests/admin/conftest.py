"""A small register for the desk: Mr Li with a car and a claim in the cast's branch, Mr Zhang with a home in the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from anxin.access.actors import Actor
    from anxin.access.models import Branch, User
    from anxin.journal.models import Case
    from anxin.registers.customers.models import Customer
    from anxin.registers.policies.models import Policy


@dataclass
class Shelf:
    li: Customer
    zhang: Customer
    motor: Policy
    home: Policy
    case: Case


@pytest.fixture
def shelf(branch: Branch, other_branch: Branch, actors: dict[str, Actor], now: datetime) -> Shelf:
    from anxin.access.actors import system
    from anxin.journeys.claims.actions.notification import notify_claim
    from anxin.registers.policies.models import Home, Vehicle
    from anxin.registers.products.catalogue import install_catalogue
    from anxin.registers.tests.world import LI_ID, ZHANG_ID, make_customer, make_policy

    install_catalogue(actor=system(), now=now)
    li = make_customer("李明", branch, id_number=LI_ID, external_id="C1", mobile="13812346207", name_en="Li Ming")
    zhang = make_customer("张建国", other_branch, id_number=ZHANG_ID, external_id="C2", mobile="13900008888")
    motor = make_policy("PDAA 2024-3205-018846", "PDAA", li, date(2024, 10, 18), date(2025, 10, 17))
    Vehicle.objects.create(
        policy=motor, plate="苏E·7K38Q", plate_key="苏E7K38Q", vin="LSVAM414R21844617", make_zh="大众", value_fen=1
    )
    home = make_policy("PEHA 2025-3201-000512", "PEHA", zhang, date(2025, 2, 1), date(2026, 1, 31))
    Home.objects.create(policy=home, address="南京市鼓楼区中山北路8号", area_m2="89.50", value_fen=300_000_000)
    claim = notify_claim(
        customer=li, policies=[motor], type="motor", cause="collision", loss_at=now - timedelta(hours=2), loss_place="",
        account="", has_injury=False, has_third_party=False, actor=actors["call_taker"], now=now,
    )  # fmt: skip
    return Shelf(li, zhang, motor, home, claim.case)


SignedIn = Callable[[str], Client]


@pytest.fixture
def signed_in(staff: dict[str, User], outsider: User, customer_user: User) -> SignedIn:
    """A browser in which someone of that role is signed in, reading English."""
    people: dict[str, Any] = {**staff, "outsider": outsider, "customer": customer_user}

    def sign_in(role: str) -> Client:
        people[role].language = "en"
        people[role].save()
        client = Client()
        client.force_login(people[role])
        return client

    return sign_in
