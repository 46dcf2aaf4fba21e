"""The only writers of people, roles, tokens and the record of unmaskings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing, NotAllowed
from anxin.access.models import ApiToken, Branch, Department, RoleGrant, Unmasking, User
from anxin.access.permissions import MANAGE_PEOPLE, MANAGE_TOKENS, STAFF_ROLES, Role, entry

# One list for every insurer: promises and life cycles name departments by these codes.
STANDARD_DEPARTMENTS: tuple[tuple[str, str, str], ...] = (
    ("call_centre", "客服中心", "Customer Service"),
    ("survey", "查勘部", "Survey"),
    ("assessment", "定损部", "Loss Assessment"),
    ("adjudication", "核赔部", "Adjudication"),
    ("calculation", "理算部", "Claim Calculation"),
    ("finance", "财务部", "Finance"),
    ("administration", "管理部", "Administration"),
    ("audit", "审计部", "Audit"),
)


def lay_departments() -> None:
    """See that the standard departments are there; again is harmless, and a name changed since then stays."""
    for position, (code, name_zh, name_en) in enumerate(STANDARD_DEPARTMENTS):
        Department.objects.get_or_create(
            code=code, defaults={"name_zh": name_zh, "name_en": name_en, "position": position}
        )


@transaction.atomic
def add_branch(
    *, code: str, name_zh: str, name_en: str, short_zh: str, short_en: str, is_head_office: bool = False,
    actor: Actor, now: datetime,
) -> Branch:  # fmt: skip
    """Add a branch. Raises `Invalid` when its code is taken, or a head office is asked for beside another."""
    actor.must(MANAGE_PEOPLE)
    if Branch.objects.filter(code=code).exists():
        raise Invalid(_("This branch code is taken."), fields={"code": _("Choose another code.")})
    if is_head_office and Branch.objects.filter(is_head_office=True).exists():
        raise Invalid(_("There is a head office already."), fields={"is_head_office": _("There is only one.")})
    return Branch.objects.create(
        code=code, name_zh=name_zh, name_en=name_en, short_zh=short_zh, short_en=short_en,
        is_head_office=is_head_office,
    )  # fmt: skip


@transaction.atomic
def add_person(
    *, username: str, display_name: str, password: str | None, branch: Branch, department: Department,
    roles: Iterable[Role], authority_level: int, everywhere: bool = False, email: str = "", phone: str = "",
    password_is_theirs: bool = False, actor: Actor, now: datetime,
) -> User:  # fmt: skip
    """Add a member of staff. Raises `Invalid` naming the field when the username is taken or a role is not staff's.

    A password given here must be changed at the first sign-in, unless the person typed it (`password_is_theirs`).
    """
    actor.must(MANAGE_PEOPLE)
    _check_reach(actor, branch, everywhere=everywhere)
    wanted = frozenset(roles)
    _check_roles(wanted)
    _check_username(username)
    user = User.objects.create_user(
        username, password, display_name=display_name, branch=branch, department=department,
        authority_level=authority_level, email=email, phone=phone, kind=User.Kind.STAFF,
        must_change_password=not password_is_theirs,
    )  # fmt: skip
    _grant(user, wanted, None if everywhere else branch)
    return user


@transaction.atomic
def change_person(
    *, user_id: int, roles: Iterable[Role] | None = None, authority_level: int | None = None,
    branch: Branch | None = None, department: Department | None = None, everywhere: bool | None = None,
    is_active: bool | None = None, display_name: str | None = None, email: str | None = None, phone: str | None = None,
    actor: Actor, now: datetime,
) -> User:  # fmt: skip
    """Change who a member of staff is, what they may do, and where; whatever is None stays as it is."""
    actor.must(MANAGE_PEOPLE)
    user = _colleague(user_id, actor)
    _check_reach(actor, branch or user.branch, everywhere=bool(everywhere))
    if user.pk == actor.user_id and (is_active is False or (roles is not None and Role.ADMINISTRATOR not in roles)):
        raise Invalid(_("You cannot take your own administrator's role away: ask another administrator."))
    if display_name is not None:
        if not display_name.strip():
            raise Invalid(_("A person needs a name."), fields={"display_name": _("Enter the name colleagues see.")})
        user.display_name = display_name.strip()
    if email is not None:
        user.email = email
    if phone is not None:
        user.phone = phone
    if authority_level is not None:
        user.authority_level = authority_level
    if branch is not None:
        user.branch = branch
    if department is not None:
        user.department = department
    if is_active is not None:
        user.is_active = is_active
    if roles is not None or everywhere is not None:
        grants = list(user.grants.all())
        wanted = frozenset(roles) if roles is not None else frozenset(Role(grant.role) for grant in grants)
        _check_roles(wanted)
        all_over = everywhere if everywhere is not None else any(grant.branch_id is None for grant in grants)
        user.grants.all().delete()
        _grant(user, wanted, None if all_over else user.branch)
    user.access_version = F("access_version") + 1
    user.save()
    user.refresh_from_db()
    return user


@transaction.atomic
def give_new_password(*, user_id: int, password: str, actor: Actor, now: datetime) -> User:
    """Set a password for a member of staff who lost theirs, to be changed at the next sign-in; whoever is signed in
    with the old one is signed out."""
    actor.must(MANAGE_PEOPLE)
    user = _colleague(user_id, actor)
    _set_password(user, password, must_change=True)
    return user


def set_own_password(*, user: User, password: str) -> None:
    """Set the password its owner chose."""
    _set_password(user, password, must_change=False)


@transaction.atomic
def give_sign_in(
    *, customer_public_id: str, display_name: str, username: str, password: str, actor: Actor, now: datetime
) -> User:
    """Let a customer sign in, or give one who may already a new user name and password; to be changed at once.

    The register's room has asked whether `actor` may. Raises `Invalid` when the user name is taken.
    """
    user = User.objects.filter(customer_public_id=customer_public_id, kind=User.Kind.CUSTOMER).first()
    if user is None:
        _check_username(username)
        return User.objects.create_user(
            username, password, display_name=display_name, kind=User.Kind.CUSTOMER,
            customer_public_id=customer_public_id, must_change_password=True,
        )  # fmt: skip
    if username != user.username:
        _check_username(username)
    user.username, user.display_name, user.is_active = username, display_name, True
    user.access_version += 1
    user.save(update_fields=["username", "display_name", "is_active", "access_version"])
    _set_password(user, password, must_change=True)
    return user


def end_sign_in(*, customer_public_id: str, actor: Actor, now: datetime) -> bool:
    """A customer may sign in no more, and is signed out; their claims go on. True if there was a sign-in to end."""
    rows = User.objects.filter(customer_public_id=customer_public_id, kind=User.Kind.CUSTOMER, is_active=True)
    return bool(rows.update(is_active=False, access_version=F("access_version") + 1))


def set_language(*, user: User, language: str) -> None:
    if language not in {"zh-hans", "en"}:
        raise Invalid(_("Choose Chinese or English."), fields={"language": _("Choose Chinese or English.")})
    User.objects.filter(pk=user.pk).update(language=language)


def set_elder_mode(*, user: User, on: bool) -> None:
    User.objects.filter(pk=user.pk).update(elder_mode=on)


@transaction.atomic
def issue_token(
    *, user: User, name: str, scopes: Iterable[str], expires_at: datetime | None, actor: Actor, now: datetime
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is shown once and never stored."""
    actor.must(MANAGE_TOKENS)
    if user.kind == User.Kind.STAFF:
        _colleague(user.pk, actor)
    wanted = sorted(set(scopes))
    for scope in wanted:
        try:
            entry(scope)
        except LookupError:
            raise Invalid(
                _("There is no permission named %(name)s.") % {"name": scope},
                fields={"scopes": _("Choose scopes from the list.")},
            ) from None
    if not wanted:
        raise Invalid(_("A token needs at least one scope."), fields={"scopes": _("Choose at least one scope.")})
    secret = ApiToken.new_secret()
    token = ApiToken.objects.create(
        user=user, name=name, digest=ApiToken.digest_of(secret), hint=secret[-4:], scopes=wanted,
        created_at=now, expires_at=expires_at,
    )  # fmt: skip
    return token, secret


def revoke_token(*, token_id: int, actor: Actor, now: datetime) -> None:
    actor.must(MANAGE_TOKENS)
    rows = ApiToken.objects.filter(pk=token_id, revoked_at=None)
    if actor.branch_ids is not None:
        rows = rows.filter(user__in=User.objects.filter(branch__in=actor.branch_ids))
    if not rows.update(revoked_at=now):
        raise Missing(_("There is no such token, or it is already revoked."))


def record_unmasking(*, subject: tuple[str, str], field: str, reason: str, actor: Actor, now: datetime) -> None:
    """Put on record that someone saw a masked value in full. Call it before the value leaves the room."""
    if actor.user_id is None:
        raise ValueError("only a person looks at a masked value in full")
    Unmasking.objects.create(
        actor_id=actor.user_id, subject_kind=subject[0], subject_id=subject[1], field=field, reason=reason, at=now
    )


def _set_password(user: User, password: str, *, must_change: bool) -> None:
    user.set_password(password)
    user.must_change_password = must_change
    user.save(update_fields=["password", "must_change_password"])


def _check_username(username: str) -> None:
    if not username.strip():
        raise Invalid(_("A person needs a user name."), fields={"username": _("Enter a user name.")})
    if User.objects.filter(username=username).exists():
        raise Invalid(_("This user name is taken."), fields={"username": _("Choose another user name.")})


def _colleague(user_id: int, actor: Actor) -> User:
    """A member of staff whom this person may change, locked: of their branches, and with no further reach than their own.

    Else an administrator of one branch could take every branch over through a colleague's account.
    """
    user = User.objects.select_for_update().filter(pk=user_id, kind=User.Kind.STAFF).first()
    if user is None or (actor.branch_ids is not None and user.branch_id not in actor.branch_ids):
        raise Missing(_("There is no such member of staff."))
    if actor.branch_ids is not None:
        reach = set(user.grants.values_list("branch_id", flat=True))
        if not reach <= actor.branch_ids:
            raise NotAllowed(_("This person has rights beyond your branches: ask an administrator of head office."))
    return user


def _check_reach(actor: Actor, branch: Branch | None, *, everywhere: bool) -> None:
    """Nobody gives rights over branches that they do not have themselves."""
    if actor.branch_ids is None:
        return
    if everywhere or (branch is not None and branch.pk not in actor.branch_ids):
        wrong = _("You can give rights in your own branches only.")
        raise Invalid(wrong, fields={"everywhere" if everywhere else "branch": wrong})


def _check_roles(roles: frozenset[Role]) -> None:
    if not roles or not roles <= STAFF_ROLES:
        raise Invalid(_("Choose at least one staff role."), fields={"roles": _("Choose at least one staff role.")})
    if Role.AUDITOR in roles and len(roles) > 1:
        # An auditor reads and never writes; a second role would let them write what they audit.
        raise Invalid(_("An auditor holds no other role."), fields={"roles": _("An auditor holds no other role.")})


def _grant(user: User, roles: frozenset[Role], branch: Branch | None) -> None:
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role.value, branch=branch) for role in sorted(roles))
