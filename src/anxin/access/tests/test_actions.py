from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from anxin.access import actions
from anxin.access.actors import Actor, actor_of
from anxin.access.errors import Invalid, Missing, NotAllowed
from anxin.access.models import ApiToken, Branch, Department, Unmasking, User
from anxin.access.permissions import SEE_PEOPLE, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def add(branch: Branch, departments: dict[str, Department], actors: dict[str, Actor], now: datetime) -> Any:
    def make(**changed: Any) -> User:
        values: dict[str, Any] = {
            "username": "new", "display_name": "新人", "password": "correct horse battery", "branch": branch,
            "department": departments["survey"], "roles": [Role.SURVEYOR], "authority_level": 1,
            "actor": actors["administrator"], "now": now,
        }  # fmt: skip
        return actions.add_person(**(values | changed))

    return make


def test_adding_a_person(add: Any, branch: Branch) -> None:
    user = add(roles=[Role.SURVEYOR, Role.ASSESSOR])
    assert user.check_password("correct horse battery")
    actor = actor_of(user)
    assert (actor.roles, actor.branch_ids, actor.authority_level) == ({Role.SURVEYOR, Role.ASSESSOR}, {branch.pk}, 1)
    assert actor_of(add(username="all", everywhere=True)).branch_ids is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": " "}, "username"), ({"username": "surveyor"}, "username"), ({"roles": []}, "roles"),
        ({"roles": [Role.CUSTOMER]}, "roles"), ({"roles": [Role.AUDITOR, Role.FINANCE]}, "roles"),
    ],
)  # fmt: skip
def test_what_cannot_be_added_names_its_field(add: Any, changed: dict[str, Any], field: str) -> None:
    before = User.objects.count()
    with pytest.raises(Invalid) as refused:
        add(**changed)
    assert field in refused.value.fields
    assert User.objects.count() == before


def test_only_an_administrator_changes_people(
    add: Any, actors: dict[str, Actor], staff: dict[str, User], now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        add(actor=actors["supervisor"])
    with pytest.raises(NotAllowed):
        actions.change_person(user_id=staff["surveyor"].pk, authority_level=5, actor=actors["supervisor"], now=now)


def test_changing_a_person_counts_and_takes_effect(
    staff: dict[str, User],
    other_branch: Branch,
    departments: dict[str, Department],
    actors: dict[str, Actor],
    now: datetime,
) -> None:
    user = staff["surveyor"]
    before = actor_of(user)
    changed = actions.change_person(
        user_id=user.pk, roles=[Role.ASSESSOR], authority_level=2, branch=other_branch,
        department=departments["assessment"], actor=actors["administrator"], now=now,
    )  # fmt: skip
    after = actor_of(changed)
    assert (changed.access_version, after.roles, after.branch_ids) == (2, {Role.ASSESSOR}, {other_branch.pk})
    assert (after.department, after.authority_level) == ("assessment", 2)
    assert before.roles == {Role.SURVEYOR}
    everywhere = actions.change_person(user_id=user.pk, everywhere=True, actor=actors["administrator"], now=now)
    assert (actor_of(everywhere).roles, actor_of(everywhere).branch_ids) == ({Role.ASSESSOR}, None)


def test_an_administrator_cannot_shut_themselves_out(
    actors: dict[str, Actor], staff: dict[str, User], now: datetime
) -> None:
    own = staff["administrator"].pk
    for changed in ({"is_active": False}, {"roles": [Role.FINANCE]}):
        with pytest.raises(Invalid):
            actions.change_person(user_id=own, actor=actors["administrator"], now=now, **changed)  # type: ignore[arg-type]


def test_customers_are_no_staff_to_change(customer_user: User, actors: dict[str, Actor], now: datetime) -> None:
    with pytest.raises(Missing):
        actions.change_person(user_id=customer_user.pk, authority_level=1, actor=actors["administrator"], now=now)


def test_tokens(staff: dict[str, User], actors: dict[str, Actor], now: datetime) -> None:
    token, secret = actions.issue_token(
        user=staff["supervisor"], name="nightly", scopes=[SEE_PEOPLE, SEE_PEOPLE], expires_at=now + timedelta(days=1),
        actor=actors["administrator"], now=now,
    )  # fmt: skip
    assert ApiToken.objects.get(digest=ApiToken.digest_of(secret)) == token
    assert (token.scopes, token.hint) == ([SEE_PEOPLE], secret[-4:])
    assert secret.startswith("anx_")
    assert secret not in str(ApiToken.objects.values())
    assert token.usable_at(now)
    assert not token.usable_at(now + timedelta(days=1))
    actions.revoke_token(token_id=token.pk, actor=actors["administrator"], now=now)
    token.refresh_from_db()
    assert not token.usable_at(now)
    with pytest.raises(Missing):
        actions.revoke_token(token_id=token.pk, actor=actors["administrator"], now=now)


@pytest.mark.parametrize("scopes", [[], ["test.misspelt"]])
def test_tokens_need_scopes_that_exist(
    staff: dict[str, User], actors: dict[str, Actor], now: datetime, scopes: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        actions.issue_token(
            user=staff["supervisor"], name="x", scopes=scopes, expires_at=None, actor=actors["administrator"], now=now
        )
    assert "scopes" in refused.value.fields


def test_an_unmasking_is_on_record(actors: dict[str, Actor], now: datetime) -> None:
    actions.record_unmasking(
        subject=("customer", "abc"), field="phone", reason="回电", actor=actors["surveyor"], now=now
    )
    row = Unmasking.objects.get()
    assert (row.actor_id, row.subject_id, row.field, row.at) == (actors["surveyor"].user_id, "abc", "phone", now)
    with pytest.raises(ValueError, match="only a person"):
        actions.record_unmasking(subject=("customer", "abc"), field="phone", reason="", actor=actors["system"], now=now)


def test_language_and_elder_mode(customer_user: User) -> None:
    actions.set_language(user=customer_user, language="en")
    actions.set_elder_mode(user=customer_user, on=True)
    customer_user.refresh_from_db()
    assert (customer_user.language, customer_user.elder_mode) == ("en", True)
    with pytest.raises(Invalid):
        actions.set_language(user=customer_user, language="fr")


def test_branches_and_departments(actors: dict[str, Actor], now: datetime) -> None:
    actions.lay_departments()
    actions.lay_departments()
    assert Department.objects.count() == len(actions.STANDARD_DEPARTMENTS)
    values = {"name_zh": "总公司", "name_en": "Head Office", "short_zh": "总", "short_en": "HO"}
    with pytest.raises(Invalid) as taken:
        actions.add_branch(code="SZ", actor=actors["administrator"], now=now, **values)
    assert "code" in taken.value.fields
    with pytest.raises(Invalid) as second:
        actions.add_branch(code="HQ", is_head_office=True, actor=actors["administrator"], now=now, **values)
    assert "is_head_office" in second.value.fields
    assert actions.add_branch(code="NJ", actor=actors["administrator"], now=now, **values).pk
    with pytest.raises(NotAllowed):
        actions.add_branch(code="XX", actor=actors["supervisor"], now=now, **values)
