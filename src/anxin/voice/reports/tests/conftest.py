"""The analyst: who asks for reports, in the cast's branch and in the other one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from anxin.access.actors import Actor
    from anxin.access.models import User


def employ(name: str, branch: Any, department: Any, *, everywhere: bool = False) -> User:
    from anxin.access.models import RoleGrant, User

    user = User.objects.create_user(
        name, "correct horse battery", display_name=name, branch=branch, department=department
    )
    RoleGrant.objects.create(user=user, role="analyst", branch=None if everywhere else branch)
    return user


@pytest.fixture
def analyst_user(branch: Any, departments: Any) -> User:
    return employ("analyst", branch, departments["administration"], everywhere=True)


@pytest.fixture
def analyst(analyst_user: User) -> Actor:
    from anxin.access.actors import actor_of

    return actor_of(analyst_user)


@pytest.fixture
def other_analyst(other_branch: Any, departments: Any) -> Actor:
    from anxin.access.actors import actor_of

    return actor_of(employ("other_analyst", other_branch, departments["administration"]))
