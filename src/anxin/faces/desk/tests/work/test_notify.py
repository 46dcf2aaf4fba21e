"""Notification on the phone: who is calling, one form, the case."""

from __future__ import annotations

import pytest

from anxin.journal.models import Event
from anxin.journeys.claims.models import Claim


@pytest.mark.parametrize("said", ["13812346207", "6207", "李明", "苏E·7K38Q", "苏e7k38q", "PDAA-2"])
def test_the_caller_is_found_by_what_they_can_say(at_desk, customer, motor_policies, said, words):
    answer = at_desk("call_taker").get("/desk/notify/", {"text": said})
    assert [row.customer for row in answer.context["found"]] == [customer]
    assert "李*" in words(answer)
    assert "李明" not in words(answer).replace(said, "")


def test_nobody_of_another_branch_is_found(at_desk, customer, motor_policies):
    from anxin.access.models import RoleGrant, User

    outsider = User.objects.get(username="outsider")
    RoleGrant.objects.create(user=outsider, role="call_taker", branch=outsider.branch)
    desk = at_desk("outsider")
    assert desk.get("/desk/notify/?text=13812346207").context["found"] == []
    assert desk.get(f"/desk/notify/{customer.public_id}/").status_code == 404
    assert at_desk("finance").get("/desk/notify/").status_code == 403


def _typed() -> dict[str, str]:
    return {
        "type": "motor", "cause": "collision", "loss_at": "2025-03-14T08:10", "loss_place": "人民路口", "account": "追尾前车",
        "rows": "3", "party-0-kind": "third_vehicle", "party-0-name": "陈强", "party-0-plate": "苏E12345", "claimed_fen": "8000",
    }  # fmt: skip


def test_one_form_makes_the_case(at_desk, customer, motor_policies, now):
    desk = at_desk("call_taker")
    page = f"/desk/notify/{customer.public_id}/"
    assert desk.get(page).status_code == 200
    more = desk.post(page, _typed() | {"press": "add"})
    assert len(more.context["form"].party_rows) == 4
    assert not Claim.objects.exists()
    wrong = desk.post(page, _typed() | {"loss_at": "2025-03-15T08:10"})
    assert wrong.status_code == 422
    assert "追尾前车" in wrong.content.decode()
    assert "loss_at" in wrong.context["form"].errors
    answer = desk.post(page, _typed(), follow=True)
    claim = Claim.objects.get()
    assert answer.redirect_chain[-1][0] == f"/desk/cases/{claim.case.public_id}/"
    assert claim.claimed_fen == 800_000
    assert claim.loss_at.isoformat() == "2025-03-14T00:10:00+00:00"
    assert [party.code for party in claim.parties.all()] == ["own", "tp1"]
    assert Event.objects.filter(case=claim.case).first().channel == "phone"


def test_a_row_without_its_kind_is_told(at_desk, customer, motor_policies, now):
    answer = at_desk("call_taker").post(f"/desk/notify/{customer.public_id}/", _typed() | {"party-1-name": "王五"})
    assert answer.status_code == 422
    assert "party-1-kind" in answer.context["form"].errors
