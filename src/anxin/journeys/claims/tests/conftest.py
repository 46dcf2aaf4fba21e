"""Mr Li's car and home, under the standing cast of tests/cast.py; and what a photo of a paper looks like."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from tests.cast import CUSTOMER, NOW


@pytest.fixture(autouse=True)
def _no_remembered_people() -> Iterator[None]:
    from anxin.journeys.claims.actions.assignment import forget_people

    forget_people()
    yield
    forget_people()


@pytest.fixture
def customer(branch):
    from anxin.registers.customers.models import ContactPoint, Customer

    row = Customer.objects.create(public_id=CUSTOMER, name="李明", branch=branch, created_at=NOW)
    ContactPoint.objects.create(
        customer=row, kind="mobile", value="13812346207", normalised="+8613812346207", tail="6207", is_primary=True,
        created_at=NOW,
    )  # fmt: skip
    return row


@pytest.fixture
def other_customer(branch):
    from anxin.registers.customers.models import Customer

    return Customer.objects.create(public_id="0" * 24, name="赵强", branch=branch, created_at=NOW)


def _product(code: str, line: str, coverages: list[tuple[str, str, int, int]]):
    from anxin.registers.products.models import Coverage, Product

    product = Product.objects.create(
        code=code, line=line, name_zh=f"{code}产品", name_en=code, sold_from=date(2020, 1, 1), published_at=NOW
    )
    for position, (name, kind, limit, deductible) in enumerate(coverages):
        Coverage.objects.create(
            product=product, code=name, kind=kind, name_zh=name, name_en=name, default_limit_fen=limit,
            deductible_fen=deductible, position=position,
        )  # fmt: skip
    return product


def _policy(number: str, product, customer, branch):
    from anxin.registers.policies.models import Policy, PolicyCoverage

    policy = Policy.objects.create(
        number=number, number_key=number.replace(" ", "").replace("-", ""), product=product, branch=branch,
        policyholder=customer, starts_on=date(2024, 10, 18), ends_on=date(2025, 10, 17), premium_fen=300_000,
        issued_at=NOW,
    )  # fmt: skip
    for coverage in product.coverages.all():
        PolicyCoverage.objects.create(
            policy=policy, coverage=coverage, limit_fen=coverage.default_limit_fen,
            deductible_fen=coverage.deductible_fen, deductible_permille=coverage.deductible_permille,
        )  # fmt: skip
    return policy


@pytest.fixture
def motor_policies(customer, branch):
    """Mr Li's compulsory and commercial policy, for the same car, in force from 2024-10-18 to 2025-10-17."""
    from anxin.registers.policies.models import Vehicle

    compulsory = _product(
        "JQX", "motor_compulsory",
        [
            ("death", "compulsory_death", 18_000_000, 0), ("medical", "compulsory_medical", 1_800_000, 0),
            ("property", "compulsory_property", 200_000, 0),
        ],
    )  # fmt: skip
    commercial = _product(
        "SYX",
        "motor_commercial",
        [("damage", "vehicle_damage", 12_860_000, 0), ("third_party", "third_party", 100_000_000, 0)],
    )
    policies = [
        _policy("PDZA 2024-1", compulsory, customer, branch),
        _policy("PDAA 2024-2", commercial, customer, branch),
    ]
    for policy in policies:
        Vehicle.objects.create(
            policy=policy, plate="苏E·7K38Q", plate_key="苏E7K38Q", vin="LSVAM414R21844617", make_zh="大众"
        )
    return policies


@pytest.fixture
def home_policy(customer, branch):
    from anxin.registers.policies.models import Home

    product = _product(
        "JCX",
        "home",
        [("building", "home_building", 100_000_000, 50_000), ("contents", "home_contents", 20_000_000, 0)],
    )
    policy = _policy("PHAA 2025-3", product, customer, branch)
    Home.objects.create(policy=policy, address="苏州市姑苏区平江路1号", value_fen=100_000_000)
    return policy


@pytest.fixture
def photo() -> Callable[..., bytes]:
    """A small JPEG; another number gives another picture."""

    def draw(number: int = 0) -> bytes:
        image = Image.new("RGB", (40, 30), (number % 256, 90, 120))
        out = io.BytesIO()
        image.save(out, "JPEG")
        return out.getvalue()

    return draw


@pytest.fixture
def notify(customer, motor_policies, actors, now) -> Callable[..., Any]:
    """Mr Li reports a rear-end collision, as told otherwise by keywords."""
    from anxin.journeys.claims.actions.notification import notify_claim

    def report(**changes: Any):
        facts: dict[str, Any] = {
            "customer": customer, "policies": None, "type": "motor", "cause": "collision",
            "loss_at": datetime(2025, 3, 14, 0, 10, tzinfo=UTC), "loss_place": "苏州市人民路口",
            "account": "等红灯时追尾前车", "has_injury": False, "has_third_party": False, "actor": actors["customer"],
            "now": now,
        }  # fmt: skip
        return notify_claim(**(facts | changes))

    return report


@pytest.fixture
def claim(notify):
    return notify()


@pytest.fixture
def minutes(now) -> Callable[[int], datetime]:
    """Some minutes after the standing moment."""
    return lambda number: now + timedelta(minutes=number)


@pytest.fixture
def told() -> Callable[[Any], list[str]]:
    """The activities of a claim's case, in order."""

    def activities(claim) -> list[str]:
        from anxin.journal.models import Event

        rows = Event.objects.filter(case_id=claim.case_id).order_by("seq")
        return list(rows.values_list("activity", flat=True))

    return activities
