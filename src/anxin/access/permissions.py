"""The registry of permissions and the roles that hold them.

A permission is a typed name that some room registers; asking for a name nobody registered raises, so a typing error can
never silently deny or allow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Permission = NewType("Permission", str)


class Role(StrEnum):
    """What a person does; a person may hold several."""

    CUSTOMER = "customer"
    CALL_TAKER = "call_taker"
    SURVEYOR = "surveyor"
    ASSESSOR = "assessor"
    ADJUDICATOR = "adjudicator"
    FINANCE = "finance"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    ANALYST = "analyst"

    @property
    def label(self) -> str:
        return str(ROLE_TITLES[self])


ROLE_TITLES: dict[Role, StrPromise] = {
    Role.CUSTOMER: _("Customer"),
    Role.CALL_TAKER: _("Call taker"),
    Role.SURVEYOR: _("Surveyor"),
    Role.ASSESSOR: _("Loss assessor"),
    Role.ADJUDICATOR: _("Adjudicator"),
    Role.FINANCE: _("Finance"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.AUDITOR: _("Auditor"),
    Role.ANALYST: _("Service-quality analyst"),
}

STAFF_ROLES = frozenset(Role) - {Role.CUSTOMER}


@dataclass(frozen=True, slots=True)
class Entry:
    name: Permission
    title: str | StrPromise
    roles: frozenset[Role]
    writes: bool


_registry: dict[str, Entry] = {}


def register(name: str, title: str | StrPromise, *, roles: Iterable[Role], writes: bool = True) -> Permission:
    """Add a permission. An auditor reads and never writes: registering a writing permission for one raises."""
    held_by = frozenset(roles)
    if name in _registry and _registry[name].roles != held_by:
        raise ValueError(f"permission {name!r} is registered twice with different roles")
    if writes and Role.AUDITOR in held_by:
        raise ValueError(f"permission {name!r} writes, and an auditor never writes")
    _registry[name] = Entry(Permission(name), title, held_by, writes)
    return Permission(name)


def entry(name: str) -> Entry:
    try:
        return _registry[name]
    except KeyError:
        raise LookupError(f"no permission named {name!r} is registered") from None


def all_permissions() -> tuple[Entry, ...]:
    return tuple(_registry[name] for name in sorted(_registry))


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    held = frozenset(roles)
    return frozenset(item.name for item in _registry.values() if item.roles & held)


SEE_PEOPLE = register(
    "access.see_people", _("See staff and their authority"), writes=False,
    roles={Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR},
)  # fmt: skip
MANAGE_PEOPLE = register("access.manage_people", _("Add staff, give roles and authority"), roles={Role.ADMINISTRATOR})
MANAGE_TOKENS = register("access.manage_tokens", _("Issue and revoke API tokens"), roles={Role.ADMINISTRATOR})
