"""Staff, their passwords, and the keys of programs."""

from __future__ import annotations

import re

from django.test import Client

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
        "display_name": "x", "branch": branch.pk, "department": "adjudication", "authority_level": "4", "roles": ["adjudicator", "supervisor"],
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
        "display_name": "x",
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


def test_a_given_password_is_changed_before_anything_else(signed_in: SignedIn, branch) -> None:
    given = {
        "username": "newhand", "display_name": "新人", "branch": branch.pk, "department": "survey", "authority_level": "2",
        "roles": ["surveyor"],
    }  # fmt: skip
    password = _secret(signed_in("administrator").post("/desk/admin/people/add/", given))
    theirs = Client()
    signed = theirs.post("/account/login/", {"login": "newhand", "password": password})
    assert signed.headers["Location"] == "/desk/"
    sent_on = theirs.get("/desk/cases/?q=1")
    assert sent_on.headers["Location"] == "/account/password/change/?next=/desk/cases/%3Fq%3D1"
    assert theirs.post("/desk/search/").headers["Location"] == "/account/password/change/?next=/"
    change = "/account/password/change/"
    assert "别人给您的" in theirs.get(change).content.decode()
    same = theirs.post(change, {"oldpassword": password, "password1": password, "password2": password})
    assert "与现在的密码相同" in same.content.decode()
    own = {"oldpassword": password, "password1": "rain-on-the-canal", "password2": "rain-on-the-canal"}
    assert theirs.post(change, own | {"next": "/desk/cases/?q=1"}).headers["Location"] == "/desk/cases/?q=1"
    assert theirs.get("/desk/cases/").status_code == 200  # still signed in, and let through
    user = User.objects.get(username="newhand")
    assert (user.must_change_password, user.check_password("rain-on-the-canal")) == (False, True)


def test_name_mail_and_phone_are_changed(signed_in: SignedIn, staff) -> None:
    client = signed_in("administrator")
    user = staff["surveyor"]
    address = f"/desk/admin/people/{user.pk}/"
    given = {
        "display_name": "周海峰", "email": "zhou@example.com", "phone": "0512-12345678", "branch": user.branch_id,
        "department": "survey", "authority_level": "2", "roles": ["surveyor"], "is_active": "on",
    }  # fmt: skip
    assert client.post(address, given | {"display_name": " "}).status_code == 422
    assert client.post(address, given | {"email": "zhou"}).status_code == 422
    assert client.post(address, given).status_code == 302
    user.refresh_from_db()
    assert (user.display_name, user.email, user.phone) == ("周海峰", "zhou@example.com", "0512-12345678")
    assert actor_of(user).name == "周海峰"


def test_a_customer_is_let_in_on_record_and_shut_out(signed_in: SignedIn, shelf) -> None:
    from anxin.access.models import Unmasking

    User.objects.filter(kind="customer").delete()
    client = signed_in("supervisor")
    address = f"/desk/customers/{shelf.li.public_id}/sign-in/"
    given = {"username": "13812346207", "reason": "核对身份证原件"}
    assert client.post(address, given | {"reason": ""}).status_code == 422
    assert client.post(address, given | {"username": "supervisor"}).status_code == 422  # taken
    assert not Unmasking.objects.exists()
    password = _secret(client.post(address, given))
    assert Unmasking.objects.get().field == "sign_in"
    theirs = Client()
    theirs.post("/account/login/", {"login": "13812346207", "password": password})
    assert theirs.get("/portal/").headers["Location"].startswith("/account/password/change/")
    own = {"oldpassword": password, "password1": "rain-on-the-canal", "password2": "rain-on-the-canal"}
    assert theirs.post("/account/password/change/", own).headers["Location"] == "/portal/"
    assert theirs.get("/portal/").status_code == 200
    again = _secret(client.post(address, given))
    assert User.objects.get(kind="customer").check_password(again)
    client.post(f"{address}end/")
    last = Client()
    last.post("/account/login/", {"login": "13812346207", "password": again})
    assert last.get("/portal/").headers["Location"].startswith("/account/login/")
    assert "can sign in no more" in client.get(f"/desk/customers/{shelf.li.public_id}/").content.decode()
