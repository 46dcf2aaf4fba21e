"""A claim from report to closing, every step over the API."""

import io

import pytest
from PIL import Image

from anxin.faces.api.shapes import claims_given
from anxin.journal import deliveries
from anxin.journeys.claims import lifecycle
from anxin.journeys.claims.actions import assessment, closing, contact, parties
from anxin.journeys.claims.models import Claim, Party, Payment
from anxin.journeys.claims.sending import send_payments
from tests.cast import NOW

pytestmark = pytest.mark.django_db


def _ok(answer, status=200):
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_from_report_to_closing(caller, report):
    assistant, adjudicator, finance = caller("call_taker"), caller("adjudicator"), caller("finance")
    claim = _ok(assistant.post("/claims", report), 201)
    path = f"/claims/{claim['id']}"
    assert claim["state"] == "notified"
    listed = [paper for paper in claim["papers"] if paper["provider"] == "customer" and not paper["given_with"]]
    wanted = [{"code": paper["code"], "party": paper["party"]} for paper in listed]
    received = _ok(assistant.post(f"{path}/papers/received", {"papers": wanted}))
    assert set(received["missing"]).isdisjoint({paper["code"] for paper in listed})
    _ok(assistant.post(f"{path}/contacts", {"outcome": "reached", "text": "约定明日查勘"}))
    opened = _ok(assistant.post(f"{path}/open", {"reserve_fen": 200_000, "needs_survey": False}))
    assert (opened["state"], opened["department"]) == ("opened", "assessment")
    line = {"loss_kind": "vehicle", "name_zh": "后保险杠", "amount_fen": 128_000}
    offer = _ok(caller("assessor").post(f"{path}/assessments", {"lines": [line]}), 201)
    answers = {line["id"]: {"verdict": "accepted"} for line in offer["lines"]}
    assert _ok(assistant.post(f"{path}/answers", {"answers": answers}))["state"] == "adjudicating"
    sums = _ok(adjudicator.get(f"{path}/calculation"))
    assert sums["amount_fen"] == 128_000
    clauses = {item["key"]: {"triggered": False} for item in sums["exclusions"]}
    decision = {"outcome": "pay", "answers": clauses, "basis": "照片", "amount_fen": 128_000}
    decided = _ok(adjudicator.post(f"{path}/decision", decision))
    assert (decided["state"], decided["decision_state"], decided["amount_fen"]) == ("decided", "approved", 128_000)
    paid = _ok(finance.post(f"{path}/payments", {}, key="pay-1"), 201)
    assert [item["amount_fen"] for item in paid["payments"]] == [128_000]
    again = _ok(finance.post(f"{path}/payments", {}, key="pay-1"), 201)
    assert again == paid
    assert Payment.objects.count() == 1
    send_payments(NOW)  # after the commit, or by the worker
    bank = {"bank_reference": "ICBC1"}
    payment = paid["payments"][0]["id"]
    assert _ok(finance.post(f"/payments/{payment}/confirm", bank, key="bank-1"))["payment"]["state"] == "paid"
    deliveries.drain("test")
    assert _ok(finance.post(f"{path}/close", {}))["state"] == "closed"

    file = _ok(assistant.get(path))
    assert (file["state"], file["decisions"][0]["amount_fen"], file["payments"][0]["state"]) == (
        "closed",
        128_000,
        "paid",
    )
    assert file["payees"][0]["last_four"] == "5678"
    assert "6222000012345678" not in str(file)
    events = _ok(assistant.get(f"{path}/events?limit=200"))["items"]
    assert [event["sequence"] for event in events] == list(range(1, file["sequence"] + 1))
    assert "约定明日查勘" in [event["words"] for event in events]
    promises = {item["rule"]: item["state"] for item in _ok(assistant.get(f"{path}/promises"))["items"]}
    assert promises["CL-02"] == "kept"
    assert [item["state"] for item in _ok(finance.get(f"{path}/payments"))["items"]] == ["paid"]


def test_a_customer_sees_the_claim_without_what_is_ours(caller, report):
    claim = _ok(caller("customer").post("/claims", report | {"external_id": "APP-1"}), 201)
    file = _ok(caller("customer").get(f"/claims/{claim['id']}"))
    assert file["customer"]["name"] == "李明"
    assert (file["reserve_fen"], file["amount_fen"], file["approvals"]) == (None, None, [])
    assert caller("customer").get(f"/claims/{claim['id']}/events").status_code == 403
    again = _ok(caller("customer").post("/claims", report | {"external_id": "APP-1"}), 201)
    assert again["id"] == claim["id"]


def test_files_go_in_and_come_back(caller, report):
    assistant = caller("call_taker")
    claim = _ok(assistant.post("/claims", report), 201)
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(picture, "PNG")
    code = next(paper["code"] for paper in claim["papers"] if not paper["given_with"])

    def file(content: bytes):
        from django.core.files.uploadedfile import SimpleUploadedFile

        return SimpleUploadedFile("../../etc/passwd.png", content, "image/png")

    path = f"/claims/{claim['id']}/papers/{code}/files"
    filed = _ok(assistant.upload(path, {"files": [file(picture.getvalue()), file(picture.getvalue())]}), 201)
    assert len(filed["files"]) == 2
    stored = assistant.get(f"/files/{filed['files'][0]}")
    assert b"".join(stored.streaming_content) == picture.getvalue()
    assert stored["Content-Type"] == "image/png"
    assert caller("outsider").get(f"/files/{filed['files'][0]}").status_code == 404
    wrong = assistant.upload(path, {"files": file(b"#!/bin/sh")})
    assert (wrong.status_code, set(wrong.json()["fields"])) == (422, {"files"})
    photos = _ok(assistant.upload(f"/claims/{claim['id']}/photos", {"files": file(picture.getvalue())}), 201)
    assert len(photos["files"]) == 1


def test_parties_payees_and_the_share_of_fault(caller, report):
    supervisor = caller("supervisor")
    claim = _ok(supervisor.post("/claims", report), 201)
    path = f"/claims/{claim['id']}"
    added = _ok(supervisor.post(f"{path}/parties", {"party": {"kind": "injured", "name": "王芳"}}), 201)
    assert added["party"] == "inj1"
    _ok(supervisor.send("patch", f"{path}/parties/inj1", {"phone": "13800001234", "expected": added["sequence"]}))
    payee = {"party": "inj1", "name": "王芳", "bank": "示例银行", "account_number": "6222 0000 0000 9999"}
    _ok(supervisor.post(f"{path}/payees", payee), 201)
    _ok(supervisor.post(f"{path}/liability", {"permille": 700, "basis": "police_report"}))
    _ok(supervisor.post(f"{path}/reserve", {"reserve_fen": 500_000, "reason": "papers"}))
    _ok(supervisor.post(f"{path}/complexity", {"reason": "liability", "text": "责任不清"}))
    _ok(supervisor.post(f"{path}/hand-over", {"department": "survey", "reason": "外地"}))
    file = _ok(supervisor.get(path))
    party = next(item for item in file["parties"] if item["code"] == "inj1")
    assert (party["name"], party["phone"]) == ("王*", "138 **** 1234")
    assert (file["liability_permille"], file["reserve_fen"], file["is_complex"]) == (700, 500_000, True)
    assert file["department"] == "survey"


def test_survey_supplement_withdrawal_and_reopening(caller, report):
    supervisor, surveyor = caller("supervisor"), caller("surveyor")
    claim = _ok(supervisor.post("/claims", report), 201)
    path = f"/claims/{claim['id']}"
    _ok(supervisor.post(f"{path}/open", {"needs_survey": True}))
    planned = _ok(surveyor.post(f"{path}/surveys", {"at": "2025-03-15T09:00:00+08:00"}), 201)
    incomplete = surveyor.post(f"{path}/surveys/{planned['survey']}/complete", {"answers": {}})
    assert incomplete.status_code == 422
    assert incomplete.json()["fields"]
    _ok(surveyor.post(f"{path}/surveys/{planned['survey']}/cancel", {"text": "改期"}))
    code = next(paper["code"] for paper in claim["papers"] if not paper["given_with"])
    asked = _ok(supervisor.post(f"{path}/supplement-notices", {"papers": [{"code": code, "note": "看不清"}]}), 201)
    assert [paper["in_supplement"] for paper in asked["papers"]] == [True]
    _ok(supervisor.post(f"{path}/supplement-notices/arrived", {}))
    _ok(supervisor.post(f"{path}/papers/received", {"papers": [{"code": code}]}))
    _ok(supervisor.post(f"{path}/papers/{code}/return", {"text": "照片模糊，请重拍"}))
    _ok(supervisor.post(f"{path}/papers/received", {"papers": [{"code": code}]}))
    _ok(supervisor.post(f"{path}/papers/accepted", {}))
    assert _ok(supervisor.post(f"{path}/withdraw", {"reason": "repaired"}))["state"] == "withdrawn"
    assert _ok(supervisor.post(f"{path}/reopen", {"reason": "withdrawn_in_error"}))["state"] == "opened"


def test_the_documents_words_are_the_models_words():
    def words(literal) -> set[str]:
        return set(literal.__args__)

    assert words(claims_given.ClaimType) == set(Claim.Type.values)
    assert words(claims_given.Cause) == set(Claim.Cause.values)
    assert words(claims_given.PartyKind) == set(Party.Kind.values) - {"own"}
    assert words(claims_given.State) == set(lifecycle.STATES)
    assert words(claims_given.LossKind) == set(assessment.LOSS_KINDS)
    assert words(claims_given.ContactOutcome) == set(contact.OUTCOMES)
    assert words(claims_given.LiabilityBasis) == set(parties.BASES)
    assert words(claims_given.ReserveReason) == set(closing.RESERVE_REASONS)
    assert words(claims_given.ComplexReason) == set(closing.COMPLEX_REASONS)
    assert words(claims_given.WithdrawalReason) == set(closing.WITHDRAWAL_REASONS)
    assert words(claims_given.ReopeningReason) == set(closing.REOPENING_REASONS)
