"""The desk's tests stand on Mr Li's claim as the claims room tells it; here are browsers for its people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client

from anxin.journeys.claims.tests.conftest import (  # noqa: F401
    _no_remembered_people,
    claim,
    customer,
    home_policy,
    minutes,
    notify,
    other_customer,
    photo,
    told,
)
from anxin.journeys.claims.tests.money.conftest import (  # noqa: F401
    _no_remembered_terms,
    li,
    motor_policies,
    own_lines,
    people,
    steps,
    third_lines,
    to_the_bank,
)


@pytest.fixture(autouse=True)
def _no_remembered_choices() -> Iterator[None]:
    """Departments and people are kept for a minute; tests use primary keys again."""
    from django.core.cache import cache

    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def at_desk(staff, outsider, customer_user, people) -> Callable[[str], Client]:  # noqa: F811
    """A browser signed in as a role of the cast ("assessor"), a named person ("head-1"), "outsider" or "customer"."""
    from anxin.access.models import User

    def sign_in(who: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=who), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def words() -> Callable[[Any], str]:
    """The text of an answer, without tags and spare spaces."""

    def read(answer: Any) -> str:
        text = re.sub(r"<(script|style|svg|template)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())

    return read


@pytest.fixture
def form_of() -> Callable[[Any], dict[str, Any]]:
    """What a browser would send of a form as it was answered: `context["form"]` with its first or typed values."""

    def values(answer: Any) -> dict[str, Any]:
        form = answer.context["form"]
        found = {}
        for box in form:
            value = box.value()
            if value is not None and value is not False:
                found[box.html_name] = value
        return found

    return values
