from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from anxin.access import permissions
from anxin.access.permissions import ROLE_TITLES, STAFF_ROLES, Role, entry, permissions_of, register


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    before = dict(permissions._registry)
    yield
    permissions._registry.clear()
    permissions._registry.update(before)


def test_a_name_nobody_registered_raises() -> None:
    with pytest.raises(LookupError, match="misspelt"):
        entry("test.misspelt")


def test_roles_hold_what_is_registered_for_them() -> None:
    name = register("test.read", "Read", roles={Role.SURVEYOR, Role.AUDITOR}, writes=False)
    assert name in permissions_of([Role.AUDITOR, Role.FINANCE])
    assert name not in permissions_of([Role.FINANCE])
    assert permissions_of([]) == frozenset()


def test_an_auditor_never_writes() -> None:
    with pytest.raises(ValueError, match="auditor never writes"):
        register("test.write", "Write", roles={Role.AUDITOR})
    assert not any(entry.writes for entry in permissions.all_permissions() if Role.AUDITOR in entry.roles)


def test_a_name_means_one_thing() -> None:
    register("test.once", "Once", roles={Role.FINANCE})
    register("test.once", "Once", roles={Role.FINANCE})
    with pytest.raises(ValueError, match="twice"):
        register("test.once", "Once", roles={Role.SURVEYOR})


def test_every_role_has_a_title_in_both_languages() -> None:
    for role in Role:
        with translation.override("en"):
            english = str(ROLE_TITLES[role])
        with translation.override("zh-hans"):
            assert str(ROLE_TITLES[role]) != english
    assert Role.CUSTOMER not in STAFF_ROLES


def test_every_permission_of_the_house_is_held_by_someone() -> None:
    assert all(item.roles for item in permissions.all_permissions())
    assert all(item.roles <= frozenset(Role) for item in permissions.all_permissions())
