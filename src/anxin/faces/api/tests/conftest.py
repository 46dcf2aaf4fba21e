"""Tokens for the cast, a client that speaks JSON, and a customer with an insured car."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.cast import CUSTOMER, NOW

BASE = "/api/v1"


class Caller:
    """`caller.post("/claims", {...}, key="k1")` as the person of its token."""

    def __init__(self, secret: str):
        self._client = Client(headers={"Authorization": f"Bearer {secret}"} if secret else {})

    def get(self, path: str, **headers: str) -> Any:
        return self._client.get(BASE + path, headers=_named(headers))

    def post(self, path: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        return self.send("post", path, body, key=key, **headers)

    def send(self, method: str, path: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        wanted = _named(headers) | ({"Idempotency-Key": key} if key else {})
        content = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(self._client, method)(BASE + path, headers=wanted, **content)

    def upload(self, path: str, fields: dict[str, Any], *, key: str = "") -> Any:
        return self._client.post(BASE + path, fields, headers={"Idempotency-Key": key} if key else {})


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture(autouse=True)
def _nobody_remembered() -> Iterator[None]:
    from anxin.journeys.claims.actions.assignment import forget_people

    forget_people()
    yield
    forget_people()


@pytest.fixture
def caller(staff, outsider, customer_user, now) -> Callable[..., Caller]:
    """`caller("assessor")`: a token of that person with all their permissions, or with the `scopes` named."""
    from anxin.access.actions import issue_token
    from anxin.access.actors import actor_of, system

    people = staff | {"outsider": outsider, "customer": customer_user}

    def make(who: str, *, scopes: list[str] | None = None) -> Caller:
        user = people[who]
        wanted = sorted(actor_of(user).permissions) if scopes is None else scopes
        _token, secret = issue_token(user=user, name="test", scopes=wanted, expires_at=None, actor=system(), now=now)
        return Caller(secret)

    return make


@pytest.fixture
def customer(branch):
    from anxin.registers.customers.models import ContactPoint, Customer, PaymentAccount

    row = Customer.objects.create(public_id=CUSTOMER, name="李明", branch=branch, created_at=NOW)
    ContactPoint.objects.create(
        customer=row, kind="mobile", value="13812346207", normalised="+8613812346207", tail="6207", is_primary=True,
        created_at=NOW,
    )  # fmt: skip
    PaymentAccount.objects.create(
        customer=row, holder="李明", bank="示例银行", number="6222000012345678", created_at=NOW
    )
    return row


@pytest.fixture
def policies(customer, branch, actors):
    """Mr Li's compulsory and commercial policy for the same car, under the shipped products."""
    from anxin.registers.policies.models import Policy, PolicyCoverage, Vehicle
    from anxin.registers.products.catalogue import install_catalogue

    products = {product.line: product for product in install_catalogue(actor=actors["system"], now=NOW)}
    made = []
    for line in ("motor_compulsory", "motor_commercial"):
        policy = Policy.objects.create(
            number=f"{products[line].code} 2024-3205-018846", number_key=f"{products[line].code}20243205018846",
            product=products[line], branch=branch, policyholder=customer, starts_on=date(2024, 10, 18),
            ends_on=date(2025, 10, 17), premium_fen=300_000, issued_at=NOW,
        )  # fmt: skip
        PolicyCoverage.objects.bulk_create(
            PolicyCoverage(policy=policy, coverage=item, limit_fen=item.default_limit_fen or 20_000_000)
            for item in products[line].coverages.all()
        )
        Vehicle.objects.create(
            policy=policy,
            plate="苏E·7K38Q",
            plate_key="苏E7K38Q",
            vin="LSVAM4187C2184847",
            make_zh="大众",
            value_fen=12_000_000,
        )
        made.append(policy)
    return made


@pytest.fixture
def report(customer, policies) -> dict[str, Any]:
    """A first notice of a small loss, as a body."""
    return {
        "customer": customer.public_id, "policies": [policy.public_id for policy in policies], "type": "motor",
        "cause": "collision", "loss_at": "2025-03-13T18:10:00+08:00", "loss_place": "苏州市吴中区东吴北路",
        "account": "倒车时碰到石墩，后保险杠受损。", "claimed_fen": 180_000,
    }  # fmt: skip
