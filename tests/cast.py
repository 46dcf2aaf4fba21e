"""The standing cast of every test: the branch and its departments, one member of staff per role, a customer, a moment.

Loaded by the root conftest.py. Rooms import nothing from here; they ask for the fixtures by name:

    branch, other_branch   two branches; the whole cast works in the first
    departments            code -> Department
    staff                  code of a role -> User (`staff["adjudicator"]`), authority 3; the administrator sees every branch
    outsider               an adjudicator of the other branch
    customer_user          a customer who may sign in (CUSTOMER is its customer_public_id)
    actors                 code of a role (also "customer", "outsider", "system") -> Actor
    now                    2025-03-14 09:30 in Shanghai, and the product's clock held there
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from anxin.access.actors import Actor
    from anxin.access.models import Branch, Department, User

NOW = datetime(2025, 3, 14, 1, 30, tzinfo=UTC)
CUSTOMER = "c0ffee00c0ffee00c0ffee00"
PASSWORD = "correct horse battery"

_WORKPLACES = {
    "call_taker": "call_centre",
    "surveyor": "survey",
    "assessor": "assessment",
    "adjudicator": "adjudication",
    "finance": "finance",
    "supervisor": "adjudication",
    "administrator": "administration",
    "auditor": "audit",
}


@pytest.fixture
def now() -> Iterator[datetime]:
    from anxin.access import clock

    with clock.held_at(NOW):
        yield NOW


@pytest.fixture
def branch(db: None) -> Branch:
    from anxin.access.models import Branch

    return Branch.objects.create(
        code="SZ",
        name_zh="苏州分公司",
        name_en="Suzhou Branch",
        short_zh="苏州",
        short_en="Suzhou",
        is_head_office=True,
    )


@pytest.fixture
def other_branch(db: None) -> Branch:
    from anxin.access.models import Branch

    return Branch.objects.create(
        code="WX", name_zh="无锡分公司", name_en="Wuxi Branch", short_zh="无锡", short_en="Wuxi"
    )


@pytest.fixture
def departments(db: None) -> dict[str, Department]:
    from anxin.access.actions import lay_departments
    from anxin.access.models import Department

    lay_departments()
    return {department.code: department for department in Department.objects.all()}


def _employ(role: str, name: str, branch: Branch, department: Department, *, everywhere: bool = False) -> User:
    from anxin.access.models import RoleGrant, User

    user = User.objects.create_user(
        name, PASSWORD, display_name=name, branch=branch, department=department,
        authority_level=0 if role in ("administrator", "auditor") else 3,
    )  # fmt: skip
    RoleGrant.objects.create(user=user, role=role, branch=None if everywhere else branch)
    return user


@pytest.fixture
def staff(branch: Branch, departments: dict[str, Department]) -> dict[str, User]:
    return {
        role: _employ(role, role, branch, departments[place], everywhere=role == "administrator")
        for role, place in _WORKPLACES.items()
    }


@pytest.fixture
def outsider(other_branch: Branch, departments: dict[str, Department]) -> User:
    return _employ("adjudicator", "outsider", other_branch, departments["adjudication"])


@pytest.fixture
def customer_user(db: None) -> User:
    from anxin.access.models import User

    return User.objects.create_user(
        "customer", PASSWORD, display_name="李明", kind=User.Kind.CUSTOMER, customer_public_id=CUSTOMER
    )


@pytest.fixture
def actors(staff: dict[str, User], outsider: User, customer_user: User) -> dict[str, Actor]:
    from anxin.access.actors import actor_of, system

    cast = {role: actor_of(user) for role, user in staff.items()}
    return cast | {
        "outsider": actor_of(outsider),
        "customer": actor_of(customer_user, channel="portal"),
        "system": system(),
    }


@pytest.fixture(autouse=True)
def _no_remembered_actors() -> Iterator[None]:
    """Actors, departments' people and clauses are cached under primary keys, and tests use these again."""
    from django.core.cache import cache

    from anxin.access.actors import forget_actors
    from anxin.journeys.claims.actions.assignment import forget_people
    from anxin.journeys.claims.statement import clauses_of

    yield
    cache.clear()
    forget_actors()
    forget_people()
    clauses_of.cache_clear()


def empty_tables_despite_triggers() -> None:
    """Let transactional tests empty their tables afterwards: the journal's triggers stand aside for that alone."""
    from django.test import TransactionTestCase

    from anxin.journal import triggers

    emptying = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        triggers.remove()
        try:
            emptying(self)
        finally:
            triggers.install()

    TransactionTestCase._fixture_teardown = teardown
