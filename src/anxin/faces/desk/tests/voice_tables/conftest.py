"""Who works with imported tables, interviews and weights: the cast, with the supervisor's branch having an analyst."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from anxin.access.actors import Actor
    from anxin.access.models import Branch, Department, User

At = Callable[[str], Client]


@pytest.fixture
def analyst(branch: Branch, departments: dict[str, Department]) -> User:
    return _analyst("analyst", branch, departments)


@pytest.fixture
def other_analyst(other_branch: Branch, departments: dict[str, Department]) -> User:
    """Of the other branch."""
    return _analyst("other_analyst", other_branch, departments)


def _analyst(name: str, branch: Branch, departments: dict[str, Department]) -> User:
    from anxin.access.models import RoleGrant, User

    user = User.objects.create_user(
        name, "correct horse battery", display_name=name, branch=branch, department=departments["administration"]
    )
    RoleGrant.objects.create(user=user, role="analyst", branch=branch)
    return user


@pytest.fixture
def actor(analyst: User) -> Actor:
    from anxin.access.actors import actor_of

    return actor_of(analyst)


@pytest.fixture
def at(staff: dict[str, User], analyst: User, other_analyst: User, customer_user: User, now: Any) -> At:
    """A browser in which somebody is signed in, reading English."""
    people: dict[str, Any] = {**staff, "analyst": analyst, "other_analyst": other_analyst, "customer": customer_user}

    def sign_in(who: str) -> Client:
        people[who].language = "en"
        people[who].save()
        client = Client()
        client.force_login(people[who])
        return client

    return sign_in
