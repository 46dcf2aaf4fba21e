"""The actor: who does something, and all that decides whether they may. Every action and every read takes one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from anxin.access.errors import NotAllowed
from anxin.access.models import ApiToken, User
from anxin.access.permissions import Permission, Role, entry, permissions_of


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a program acting as one, or the system itself.

    `branch_ids` is None for someone who may see every branch. `customer_public_id` is set for customers only.
    """

    kind: str  # "staff", "customer" or "system"
    user_id: int | None = None
    name: str = ""
    roles: frozenset[Role] = frozenset()
    permissions: frozenset[Permission] = frozenset()
    branch_id: int | None = None
    branch_ids: frozenset[int] | None = frozenset()
    department: str = ""
    authority_level: int = 0
    language: str = "zh-hans"
    customer_public_id: str = ""
    channel: str = "desk"  # portal, desk, phone, api, system

    def may(self, permission: Permission) -> bool:
        entry(permission)  # an unknown name raises
        return permission in self.permissions

    def must(self, permission: Permission) -> None:
        if not self.may(permission):
            raise NotAllowed(_not_allowed(str(entry(permission).title)), permission=permission)

    def through(self, channel: str) -> Actor:
        return replace(self, channel=channel)

    @property
    def is_customer(self) -> bool:
        return self.kind == "customer"

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    @property
    def is_system(self) -> bool:
        return self.kind == "system"


def _not_allowed(title: str) -> str:
    from django.utils.translation import gettext as _

    return _("Your roles do not include “%(what)s”. Ask a supervisor or an administrator.") % {"what": title}


def system() -> Actor:
    """The insurer's own machinery: timers and reactions. It may do everything that is registered."""
    from anxin.access.permissions import all_permissions

    return Actor(
        kind="system",
        name="system",
        permissions=frozenset(item.name for item in all_permissions()),
        branch_ids=None,
        channel="system",
    )


_cache: dict[int, tuple[int, Actor]] = {}


def actor_of(user: User, *, channel: str = "desk") -> Actor:
    """The actor a signed-in user is. Cached per process under the user's access version: one query the first time."""
    cached = _cache.get(user.pk)
    if cached is None or cached[0] != user.access_version or cached[1].language != user.language:
        cached = (user.access_version, _build(user))
        if len(_cache) > 10_000:
            _cache.clear()
        _cache[user.pk] = cached
    actor = cached[1]
    return actor if actor.channel == channel else replace(actor, channel=channel)


def forget_actors() -> None:
    """Drop the cache (tests reuse primary keys)."""
    _cache.clear()


def _build(user: User) -> Actor:
    if not user.is_active:
        return Actor(kind=user.kind, user_id=user.pk, name=user.display_name)
    if user.kind == User.Kind.CUSTOMER:
        roles = frozenset({Role.CUSTOMER})
        return Actor(
            kind="customer",
            user_id=user.pk,
            name=user.display_name,
            roles=roles,
            permissions=permissions_of(roles),
            language=user.language,
            customer_public_id=user.customer_public_id,
        )
    grants = list(user.grants.all())
    roles = frozenset(Role(grant.role) for grant in grants) - {Role.CUSTOMER}
    everywhere = any(grant.branch_id is None for grant in grants)
    branches = frozenset(grant.branch_id for grant in grants if grant.branch_id) | (
        frozenset({user.branch_id}) if user.branch_id else frozenset()
    )
    return Actor(
        kind="staff",
        user_id=user.pk,
        name=user.display_name,
        roles=roles,
        permissions=permissions_of(roles),
        branch_id=user.branch_id,
        branch_ids=None if everywhere else branches,
        department=user.department_id or "",
        authority_level=user.authority_level,
        language=user.language,
    )


def actor_of_token(token: ApiToken) -> Actor:
    """What a program may do: what its person may, cut down to the token's scopes (permission names)."""
    actor = actor_of(token.user, channel="api")
    return replace(actor, permissions=actor.permissions & frozenset(token.scopes))
