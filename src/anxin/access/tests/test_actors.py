from __future__ import annotations

import pytest

from anxin.access.actors import Actor, actor_of, actor_of_token, system
from anxin.access.errors import NotAllowed
from anxin.access.models import ApiToken, Branch, RoleGrant, User
from anxin.access.permissions import MANAGE_PEOPLE, SEE_PEOPLE, Permission, Role, all_permissions

pytestmark = pytest.mark.django_db


def test_staff_see_their_branch_and_a_grant_for_all_sees_every_one(
    actors: dict[str, Actor], branch: Branch, other_branch: Branch, staff: dict[str, User]
) -> None:
    assert actors["adjudicator"].branch_ids == {branch.pk}
    assert actors["administrator"].branch_ids is None
    user = staff["surveyor"]
    RoleGrant.objects.create(user=user, role=Role.SURVEYOR.value, branch=other_branch)
    user.access_version += 1
    assert actor_of(user).branch_ids == {branch.pk, other_branch.pk}


def test_may_and_must(actors: dict[str, Actor]) -> None:
    assert actors["administrator"].may(MANAGE_PEOPLE)
    assert not actors["supervisor"].may(MANAGE_PEOPLE)
    with pytest.raises(NotAllowed) as refused:
        actors["supervisor"].must(MANAGE_PEOPLE)
    assert (refused.value.status, refused.value.facts) == (403, {"permission": MANAGE_PEOPLE})
    with pytest.raises(LookupError):
        actors["administrator"].may(Permission("test.misspelt"))


def test_a_customer_is_a_customer_and_nothing_else(actors: dict[str, Actor], customer_user: User) -> None:
    customer = actors["customer"]
    assert (customer.is_customer, customer.roles, customer.branch_ids) == (True, {Role.CUSTOMER}, frozenset())
    # A staff role granted by mistake gives a customer nothing.
    RoleGrant.objects.create(user=customer_user, role=Role.ADMINISTRATOR.value)
    customer_user.access_version += 1
    assert not actor_of(customer_user).may(MANAGE_PEOPLE)


def test_someone_who_left_may_nothing(staff: dict[str, User]) -> None:
    user = staff["administrator"]
    user.is_active = False
    user.access_version += 1
    gone = actor_of(user)
    assert (gone.permissions, gone.branch_ids, gone.roles) == (frozenset(), frozenset(), frozenset())


def test_the_system_may_all_that_is_registered() -> None:
    assert system().permissions == {item.name for item in all_permissions()}
    assert system().branch_ids is None


def test_actors_are_remembered_under_their_version(staff: dict[str, User], django_assert_num_queries: object) -> None:
    user = staff["surveyor"]
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert actor_of(user) is actor_of(user)
        assert actor_of(user, channel="phone").channel == "phone"
    user.access_version += 1
    with django_assert_num_queries(1):  # type: ignore[operator]
        actor_of(user)


def test_language_is_seen_without_a_new_version(staff: dict[str, User]) -> None:
    user = staff["surveyor"]
    assert actor_of(user).language == "zh-hans"
    user.language = "en"
    assert actor_of(user).language == "en"


def test_a_token_never_holds_more_than_its_person_or_its_scopes(staff: dict[str, User]) -> None:
    token = ApiToken(user=staff["supervisor"], scopes=[SEE_PEOPLE, MANAGE_PEOPLE])
    actor = actor_of_token(token)
    assert (actor.permissions, actor.channel) == ({SEE_PEOPLE}, "api")
