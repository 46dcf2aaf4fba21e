"""Mr Li at his phone: his car and claim (the claims room's own fixtures), and a browser signed in as him."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anxin.journeys.claims.tests import conftest as claims
from anxin.journeys.claims.tests.money import conftest as money
from tests.cast import CUSTOMER

customer, other_customer, photo, notify = claims.customer, claims.other_customer, claims.photo, claims.notify
home_policy = claims.home_policy
people, motor_policies, li, own_lines = money.people, money.motor_policies, money.li, money.own_lines
third_lines, steps = money.third_lines, money.steps


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    from anxin.access.actors import forget_actors
    from anxin.journeys.claims.actions.assignment import forget_people
    from anxin.journeys.claims.statement import clauses_of

    for forget in (forget_people, forget_actors, clauses_of.cache_clear):
        forget()
    yield
    for forget in (forget_people, forget_actors, clauses_of.cache_clear):
        forget()


@pytest.fixture
def phone(customer, customer_user, staff, now) -> Client:
    """Signed in as Mr Li."""
    client = Client()
    client.force_login(customer_user)
    return client


@pytest.fixture
def stranger(other_customer, now) -> Client:
    """Signed in as another customer."""
    from anxin.access.models import User

    user = User.objects.create_user(
        "stranger", None, display_name="赵强", kind="customer", customer_public_id=other_customer.public_id
    )
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def upload(photo) -> Callable[..., SimpleUploadedFile]:
    """A photo as a form sends it; `content` for one that is none."""

    def make(name: str = "photo.jpg", number: int = 0, content: bytes | None = None) -> SimpleUploadedFile:
        return SimpleUploadedFile(name, photo(number * 60) if content is None else content, "image/jpeg")

    return make


@pytest.fixture
def offer(li, steps, now) -> SimpleNamespace:
    """Mr Li's claim with an assessment of five items that waits for him. `verdicts` answers all of them as told."""
    steps.issue()
    return SimpleNamespace(claim=li, url=f"/portal/claims/{steps.claim}/", lines=_lines(li), verdicts=_verdicts(li))


def _lines(claim: Any) -> dict[str, str]:
    from anxin.journeys.claims.models import AssessmentLine

    rows = AssessmentLine.objects.filter(assessment__claim=claim, state="offered")
    return dict(rows.values_list("item", "public_id"))


def _verdicts(claim: Any) -> Callable[..., dict[str, str]]:
    def answers(**disputed: str) -> dict[str, str]:
        """`verdicts(bonnet="why")`: all agreed but those named, with the reason."""
        values = {}
        for item, key in _lines(claim).items():
            values[f"verdict-{key}"] = "no" if item in disputed else "ok"
            if item in disputed:
                values[f"reason-{key}"] = disputed[item]
        return values

    return answers


__all__ = ["CUSTOMER"]
