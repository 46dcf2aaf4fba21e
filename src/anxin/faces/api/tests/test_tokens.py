"""Who may come in, and how far."""

from datetime import timedelta

import pytest
from django.utils import timezone

from anxin.access.models import ApiToken
from anxin.faces.api.operations import operations
from anxin.faces.api.tests.conftest import Caller

pytestmark = pytest.mark.django_db


def test_no_token_and_a_wrong_one_are_told_so():
    for secret in ("", "anx_guess"):
        answer = Caller(secret).get("/customers")
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["code"] == "unauthenticated"


def test_a_revoked_expired_or_disabled_token_opens_nothing(caller, staff):
    assistant = caller("call_taker")
    assert assistant.get("/customers").status_code == 200
    ApiToken.objects.update(revoked_at=timezone.now())
    assert assistant.get("/customers").status_code == 401
    ApiToken.objects.update(revoked_at=None, expires_at=timezone.now() - timedelta(seconds=1))
    assert assistant.get("/customers").status_code == 401
    ApiToken.objects.update(expires_at=None)
    staff["call_taker"].is_active = False
    staff["call_taker"].save()
    assert assistant.get("/customers").status_code == 401


def test_scopes_cut_down_what_the_person_may(caller):
    assert caller("call_taker", scopes=["customers.see"]).get("/customers").status_code == 200
    refused = caller("call_taker", scopes=["policies.see"]).get("/customers", Accept_Language="en")
    assert refused.status_code == 403
    assert refused.json()["code"] == "not-allowed"


def test_scopes_never_add_to_what_the_person_may(caller):
    assert caller("auditor", scopes=["claims.notify"]).post("/claims", {}).status_code == 403


def test_use_is_noted_by_the_day(caller):
    caller("call_taker").get("/customers")
    assert ApiToken.objects.get().last_used_on == timezone.now().date()


def test_a_token_costs_one_query(caller, django_assert_num_queries):
    assistant = caller("call_taker", scopes=["customers.see"])
    assistant.get("/products")  # who it is, and that it was used today
    with django_assert_num_queries(1):
        assert assistant.get("/products").status_code == 403


def test_the_reader_chooses_the_language(caller):
    assistant = caller("call_taker")
    missing = "/customers/" + "0" * 24
    assert assistant.get(missing, Accept_Language="en").json()["title"] == "Not found"
    assert assistant.get(missing, Accept_Language="zh-CN").json()["title"] == "没有找到"


def test_every_operation_names_its_permission_or_is_open():
    listed = list(operations())
    assert len(listed) > 60
    open_to_all = [item for item in listed if not item.needs_token]
    assert [item.path for item in open_to_all] == ["/api/v1/health"]
    assert all(item.permission for item in listed if item.needs_token)


def test_someone_elses_record_does_not_exist(caller, report):
    claim = caller("call_taker").post("/claims", report).json()["id"]
    for path in (f"/claims/{claim}", f"/claims/{claim}/papers", f"/customers/{report['customer']}"):
        answer = caller("outsider").get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    written = caller("outsider").post(f"/claims/{claim}/notes", {"text": "x"})
    assert written.status_code == 404
