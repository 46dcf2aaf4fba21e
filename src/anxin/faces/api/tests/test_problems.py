"""Whatever goes wrong is told in one form, and never with a trace."""

import pytest

from anxin.journal import triggers
from anxin.journeys.claims.actions import notification

pytestmark = pytest.mark.django_db

FORM = {"type", "title", "status", "detail", "code", "fields"}


def test_wrong_fields_are_named(caller, report):
    answer = caller("call_taker").post(
        "/claims", report | {"type": "ship", "claimed_fen": 1.5, "colour": "red"}, Accept_Language="en"
    )
    problem = answer.json()
    assert answer.status_code == 422
    assert set(problem) == FORM
    assert set(problem["fields"]) == {"type", "claimed_fen", "colour"}
    assert problem["fields"]["colour"] == "There is no such field."


def test_an_action_that_declines_is_a_problem_of_the_same_form(caller, report):
    later = report | {"loss_at": "2025-03-20T00:00:00+08:00"}
    problem = caller("call_taker").post("/claims", later).json()
    assert problem["status"] == 422
    assert set(problem["fields"]) == {"loss_at"}


def test_a_moment_needs_a_zone(caller, report):
    answer = caller("call_taker").post("/claims", report | {"loss_at": "2025-03-13T18:10:00"})
    assert set(answer.json()["fields"]) == {"loss_at"}


def test_an_illegal_move_and_a_stale_one_are_409(caller, report):
    assistant = caller("call_taker")
    claim = assistant.post("/claims", report).json()
    assert assistant.post(f"/claims/{claim['id']}/open", {"expected": claim["sequence"]}).status_code == 200
    stale = assistant.post(f"/claims/{claim['id']}/open", {"expected": claim["sequence"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    again = assistant.post(f"/claims/{claim['id']}/open", {})
    assert (again.status_code, again.json()["code"]) == (409, "illegal-move")


def test_the_sequence_may_come_as_if_match(caller, report):
    assistant = caller("call_taker")
    claim = assistant.post("/claims", report)
    assert claim["ETag"] == f'"{claim.json()["sequence"]}"'
    note = assistant.post(f"/claims/{claim.json()['id']}/contacts", {"outcome": "reached"}, If_Match=claim["ETag"])
    assert note.status_code == 200
    assert note["ETag"] == f'"{note.json()["sequence"]}"'
    stale = assistant.post(f"/claims/{claim.json()['id']}/contacts", {"outcome": "reached"}, If_Match=claim["ETag"])
    assert stale.status_code == 409
    odd = assistant.post(f"/claims/{claim.json()['id']}/contacts", {"outcome": "reached"}, If_Match="17")
    assert (odd.status_code, set(odd.json()["fields"])) == (422, {"If-Match"})


def test_the_unforeseen_is_told_without_its_trace(caller, report, monkeypatch, caplog):
    def burst(**_values):
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(notification, "notify_claim", burst)
    answer = caller("call_taker").post("/claims", report)
    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()
    assert set(answer.json()) == FORM
    assert "a secret of the house" in caplog.text


def test_unknown_addresses_methods_and_bodies(caller):
    assistant = caller("call_taker")
    nothing = assistant.get("/claim")
    assert (nothing.status_code, nothing["Content-Type"]) == (404, "application/problem+json")
    method = assistant.send("put", "/claims", {})
    assert (method.status_code, method["Allow"]) == (405, "GET, POST")
    assert set(method.json()) == FORM
    body = assistant._client.post("/api/v1/claims", "no json", content_type="application/json")
    assert (body.status_code, body.json()["code"]) == (400, "unreadable")


def test_health_needs_no_token_and_notices_what_is_wrong(client):
    well = client.get("/api/v1/health")
    assert (well.status_code, well.json()["status"]) == (200, "ok")
    triggers.remove()
    try:
        ill = client.get("/api/v1/health")
        assert (ill.status_code, ill.json()["triggers"]) == (503, False)
    finally:
        triggers.install()
