"""An administrator of one branch stays in it: nobody gives, or takes over, rights that they do not have."""

from __future__ import annotations

import pytest

from anxin.access.actions import add_person, change_person, give_new_password, issue_token, revoke_token
from anxin.access.actors import actor_of
from anxin.access.errors import Invalid, Missing, NotAllowed
from anxin.access.models import ApiToken, RoleGrant, User
from anxin.access.permissions import Role


@pytest.fixture
def local(branch, departments):
    """An administrator of the first branch alone."""
    user = User.objects.create_user(
        "local", display_name="local", branch=branch, department=departments["administration"]
    )
    RoleGrant.objects.create(user=user, role=Role.ADMINISTRATOR.value, branch=branch)
    return actor_of(user)


def _add(local, now, departments, **changes):
    facts = {
        "username": "new", "display_name": "新人", "password": None, "department": departments["finance"],
        "roles": [Role.FINANCE], "authority_level": 1, "actor": local, "now": now,
    }  # fmt: skip
    return add_person(**(facts | changes))


def test_a_local_administrator_hires_for_the_own_branch_alone(local, branch, other_branch, departments, now) -> None:
    with pytest.raises(Invalid):
        _add(local, now, departments, branch=other_branch)
    with pytest.raises(Invalid):
        _add(local, now, departments, branch=branch, everywhere=True)
    assert _add(local, now, departments, branch=branch).branch == branch


def test_people_of_other_branches_do_not_exist_for_them(local, outsider, now) -> None:
    with pytest.raises(Missing):
        change_person(user_id=outsider.pk, is_active=False, actor=local, now=now)
    with pytest.raises(Missing):
        give_new_password(user_id=outsider.pk, password="another long word", actor=local, now=now)
    with pytest.raises(Missing):
        issue_token(user=outsider, name="x", scopes=["claims.see"], expires_at=None, actor=local, now=now)
    token = ApiToken.objects.create(user=outsider, name="x", digest="d", hint="h", scopes=[], created_at=now)
    with pytest.raises(Missing):
        revoke_token(token_id=token.pk, actor=local, now=now)


def test_an_account_that_reaches_further_is_not_theirs_to_take_over(local, staff, other_branch, now) -> None:
    everywhere = staff["administrator"]
    for act in (
        lambda: give_new_password(user_id=everywhere.pk, password="another long word", actor=local, now=now),
        lambda: issue_token(user=everywhere, name="x", scopes=["claims.see"], expires_at=None, actor=local, now=now),
        lambda: change_person(user_id=everywhere.pk, is_active=False, actor=local, now=now),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(Invalid):
        change_person(user_id=staff["finance"].pk, everywhere=True, actor=local, now=now)
    with pytest.raises(Invalid):
        change_person(user_id=staff["finance"].pk, branch=other_branch, actor=local, now=now)
    assert change_person(user_id=staff["finance"].pk, authority_level=2, actor=local, now=now).authority_level == 2
