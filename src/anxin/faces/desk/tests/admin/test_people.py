"""Staff, their passwords, and the keys of programs."""

from __future__ import annotations

import re

from anxin.access.actors import actor_of
from anxin.access.models import ApiToken, User
from anxin.faces.desk.tests.admin.conftest import SignedIn


def _secret(answer) -> str:
    found = re.search(r"<code>(.*?)</code>", answer.content.decode())
    assert found is not None
    return found[1]


def test_add_a_person_whose_password_is_shown_once(signed_in: SignedIn, branch) -> None:
    client = signed_in("administrator")
    given = {
        "username": "new hand", "display_name": "新人", "branch": branch.pk, "department": "survey", "authority_level": "2",
        "roles": ["surveyor"],
    }  # fmt: skip
    refused = client.post("/desk/admin/people/add/", given)
    assert refused.status_code == 422
    assert "new hand" in refused.content.decode()
    assert client.post("/desk/admin/people/add/", given | {"username": "surveyor"}).status_code == 422  # taken
    mixed = client.post("/desk/admin/people/add/", given | {"username": "newhand", "roles": ["auditor", "finance"]})
    assert "An auditor holds no other role" in mixed.content.decode()
    done = client.post("/desk/admin/people/add/", given | {"username": "newhand"})
    password = _secret(done)
    user = User.objects.get(username="newhand")
    assert user.check_password(password)
    assert "no-store" in done.headers["Cache-Control"]
    assert password not in client.get(f"/desk/admin/people/{user.pk}/").content.decode()
    actor = actor_of(user)
    assert (actor.branch_ids, actor.department) == (frozenset({branch.pk}), "survey")


def test_change_a_person(signed_in: SignedIn, staff, branch) -> None:
    client = signed_in("administrator")
    user = staff["assessor"]
    given = {
        "branch": branch.pk, "department": "adjudication", "authority_level": "4", "roles": ["adjudicator", "supervisor"],
        "is_active": "on", "everywhere": "on",
    }  # fmt: skip
    assert client.post(f"/desk/admin/people/{user.pk}/", given | {"roles": []}).status_code == 422
    assert client.post(f"/desk/admin/people/{user.pk}/", given).status_code == 302
    user.refresh_from_db()
    assert (user.department_id, user.authority_level) == ("adjudication", 4)
    assert actor_of(user).branch_ids is None
    own = client.post(f"/desk/admin/people/{staff['administrator'].pk}/", given)
    assert own.status_code == 422
    assert "You cannot take your own" in own.content.decode()


def test_a_branch_administrator_gives_away_no_more_than_their_branch(
    signed_in: SignedIn, staff, branch, other_branch
) -> None:
    from anxin.access.models import RoleGrant

    RoleGrant.objects.filter(user=staff["administrator"]).update(branch=branch)
    client = signed_in("administrator")
    given = {
        "branch": branch.pk,
        "department": "survey",
        "authority_level": "1",
        "roles": ["surveyor"],
        "is_active": "on",
    }
    client.post(f"/desk/admin/people/{staff['surveyor'].pk}/", given | {"everywhere": "on"})
    assert actor_of(staff["surveyor"]).branch_ids == frozenset({branch.pk})
    assert (
        client.post(f"/desk/admin/people/{staff['surveyor'].pk}/", given | {"branch": other_branch.pk}).status_code
        == 422
    )


def test_a_new_password_ends_the_old_one(signed_in: SignedIn, staff) -> None:
    user = staff["finance"]
    theirs = signed_in("finance")
    assert theirs.get("/desk/customers/").status_code == 200
    made = _secret(signed_in("administrator").post(f"/desk/admin/people/{user.pk}/password/"))
    user.refresh_from_db()
    assert user.check_password(made)
    assert theirs.get("/desk/customers/").status_code == 302  # signed out


def test_people_are_searched(signed_in: SignedIn) -> None:
    client = signed_in("administrator")
    page = client.get(
        "/desk/admin/people/", {"role": "surveyor", "standing": "active", "text": "survey"}
    ).content.decode()
    assert ">surveyor</a>" in page
    assert ">assessor</a>" not in page


def test_issue_and_revoke_a_token(signed_in: SignedIn, staff) -> None:
    client = signed_in("administrator")
    given = {"person": staff["adjudicator"].pk, "name": "core system", "scopes": ["claims.see"]}
    assert client.post("/desk/admin/tokens/issue/", given | {"scopes": []}).status_code == 422
    past = client.post("/desk/admin/tokens/issue/", given | {"expires_on": "2001-01-01"})
    assert "That day has passed" in past.content.decode()
    assert 'value="core system"' in past.content.decode()
    secret = _secret(client.post("/desk/admin/tokens/issue/", given | {"expires_on": "2099-01-01"}))
    token = ApiToken.objects.get()
    assert token.digest == ApiToken.digest_of(secret)
    assert secret not in client.get(f"/desk/admin/tokens/{token.pk}/").content.decode()
    assert "core system" in client.get("/desk/admin/tokens/", {"standing": "valid"}).content.decode()
    client.post(f"/desk/admin/tokens/{token.pk}/revoke/")
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert client.post(f"/desk/admin/tokens/{token.pk}/revoke/").status_code == 404
    assert "core system" not in client.get("/desk/admin/tokens/", {"standing": "valid"}).content.decode()
    assert "core system" in client.get("/desk/admin/tokens/", {"standing": "ended"}).content.decode()
