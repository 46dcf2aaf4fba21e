"""Prepared queries give the rows that the same querysets give, to those who may see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.utils.functional import SimpleLazyObject

from anxin.access.actors import Actor, actor_of
from anxin.access.models import ApiToken, Branch, Department, User
from anxin.access.prepared import Prepared, PreparedFor, insert_all, new, save_all, save_if

pytestmark = pytest.mark.django_db
MOMENT = datetime(2025, 3, 14, 9, 30, 15, 120_000, tzinfo=UTC)


def _token(user: User, **values: object) -> ApiToken:
    return new(ApiToken, user=user, name="n", digest="d" * 64, created_at=MOMENT, **values)


def test_a_row_comes_back_as_it_was_written_with_what_it_refers_to(staff: dict[str, User]) -> None:
    row = _token(staff["finance"], scopes=["claims.pay"], last_used_on=date(2025, 3, 15))
    insert_all([row])
    asked = Prepared(lambda key: ApiToken.objects.select_related("user__branch").filter(digest=key), key=str)
    for found in (asked.first(key="d" * 64), ApiToken.objects.select_related("user__branch").get(pk=row.pk)):
        assert found is not None
        assert (found.pk, found.created_at, found.created_at.tzinfo) == (row.pk, MOMENT, UTC)
        assert (found.last_used_on, found.scopes, found.expires_at) == (date(2025, 3, 15), ["claims.pay"], None)
        assert found._state.fields_cache["user"] == staff["finance"]
        assert found.user._state.fields_cache["branch"] == staff["finance"].branch
        assert found.user.is_active is True
    assert asked.first(key="e" * 64) is None


def test_what_a_row_refers_to_may_be_nothing(staff: dict[str, User]) -> None:
    User.objects.filter(pk=staff["finance"].pk).update(department=None)
    asked = Prepared(lambda key: User.objects.select_related("department").filter(username=key), key=str)
    found = asked.first(key=staff["finance"].username)
    assert found is not None
    assert (found.department_id, found.department) == (None, None)


def test_a_new_row_is_what_the_model_makes(staff: dict[str, User]) -> None:
    user = staff["finance"]
    made, usual = _token(user), ApiToken(user=user, name="n", digest="d" * 64, created_at=MOMENT)
    assert {name: value for name, value in made.__dict__.items() if name != "_state"} == {
        name: value for name, value in usual.__dict__.items() if name != "_state"
    }
    assert (made.user, made._state.adding, made._state.db) == (user, True, None)
    assert made.scopes is not _token(user).scopes


def test_only_the_fields_named_are_written_and_only_if_nothing_changed(staff: dict[str, User]) -> None:
    user = staff["finance"]
    rows = [_token(user, scopes=["a"]), new(ApiToken, user=user, name="m", digest="e" * 64, created_at=MOMENT)]
    insert_all(rows)
    for row in rows:
        row.name, row.scopes = "changed", ["b", {"c": "客户"}]
    save_all(rows, ["scopes"])
    assert list(ApiToken.objects.order_by("pk").values_list("name", "scopes")) == [
        ("n", ["b", {"c": "客户"}]),
        ("m", ["b", {"c": "客户"}]),
    ]
    assert not save_if(rows[0], ["name"], name="somebody else's")
    assert save_if(rows[0], ["name"], name="n")
    assert ApiToken.objects.get(pk=rows[0].pk).name == "changed"


def _reachable(actor: Actor, key: str) -> object:
    """Like a room's `visible_to`: everything, a customer's own, what lies in one's branches, or nothing."""
    rows = User.objects.filter(username=key)
    if actor.is_customer:
        return rows.filter(customer_public_id=actor.customer_public_id) if actor.customer_public_id else rows.none()
    if not actor.permissions:
        return rows.none()
    return rows if actor.branch_ids is None else rows.filter(branch_id__in=actor.branch_ids)


def test_an_actor_gets_what_they_may_see(
    staff: dict[str, User], branch: Branch, other_branch: Branch, customer_user: User
) -> None:
    asked: PreparedFor[User] = PreparedFor(_reachable, key=str)
    here, name = actor_of(staff["supervisor"]), staff["finance"].username
    there = replace(here, branch_ids=frozenset({other_branch.pk}))
    for actor, sees in [
        (here, True),
        (there, False),
        (here, True),  # a second time, by the statement the others left
        (replace(here, branch_ids=frozenset({branch.pk, other_branch.pk})), True),
        (replace(here, branch_ids=frozenset(range(1_000_000, 1_000_100))), False),
        (replace(here, branch_ids=frozenset(range(1_000_000, 1_000_100)) | {branch.pk}), True),
        (replace(here, branch_ids=None), True),
        (
            SimpleLazyObject(lambda: replace(here, branch_ids=frozenset({branch.pk, 7, 8}))),
            True,
        ),  # as pages have theirs
        (replace(here, branch_ids=frozenset()), False),
        (replace(here, permissions=frozenset()), False),
        (actor_of(customer_user), False),
    ]:
        found = asked.first(actor, key=name)
        assert (found is not None) is sees, actor
    own = actor_of(customer_user)
    assert asked.first(own, key=customer_user.username) == customer_user
    assert asked.first(replace(own, customer_public_id="f" * 24), key=customer_user.username) is None
    assert asked.first(replace(own, customer_public_id=""), key=customer_user.username) is None


def test_a_query_that_does_not_use_a_slot_is_refused() -> None:
    with pytest.raises(ValueError, match="does not use key"):
        Prepared(lambda key: Department.objects.all(), key=str).all(key="x")
