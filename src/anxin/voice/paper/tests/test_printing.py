"""Copies asked for and printed; editions; invitations on paper."""

from __future__ import annotations

import copy
import json
from typing import Any

import pypdfium2
import pytest
from django.core.files.storage import default_storage

from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.access.models import Unmasking
from anxin.voice.campaigns.models import Invitation, OptOut
from anxin.voice.paper import printing
from anxin.voice.paper.actions import ask_print, invite_on_paper
from anxin.voice.paper.addresses import address_list
from anxin.voice.paper.layouts import layout_for
from anxin.voice.paper.models import Copy, Layout, PrintRun
from anxin.voice.paper.tests.conftest import Desk
from anxin.voice.paper.working import run_waiting
from tests.asking import FORM

pytestmark = pytest.mark.django_db


def pages_in(path: str) -> int:
    with default_storage.open(path) as handle:
        document = pypdfium2.PdfDocument(handle.read())
    try:
        return len(document)
    finally:
        document.close()


def test_large_runs_are_printed_in_parts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "PART", 2)
    run = desk.print(5)
    assert (run.state, run.done, len(run.files)) == ("done", 5, 3)
    assert [pages_in(path) for path in run.files] == [2, 2, 1]
    serials = list(Copy.objects.filter(run=run).values_list("serial", flat=True))
    assert serials == [f"{run.pk:04d}-{place:04d}" for place in range(1, 6)]
    again = desk.print(1)
    assert again.layout == run.layout
    assert not set(serials) & set(again.copies.values_list("serial", flat=True))


def test_a_killed_worker_loses_one_part_at_most(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "PART", 2)
    run = ask_print(
        campaign=desk.campaign.public_id, language="zh", copies=4, personal=False, actor=desk.actor, now=desk.now
    )
    real, parts = printing.print_form, []

    def once(*given: Any, **more: Any) -> Any:
        if parts:
            raise KeyboardInterrupt
        parts.append(1)
        return real(*given, **more)

    monkeypatch.setattr(printing, "print_form", once)
    with pytest.raises(KeyboardInterrupt):
        run_waiting()
    monkeypatch.setattr(printing, "print_form", real)
    run.refresh_from_db()
    assert (run.state, run.done) == ("running", 2)
    assert run_waiting() == 0  # its lease holds
    PrintRun.objects.update(lease_until=None)
    assert run_waiting() == 1
    run.refresh_from_db()
    assert (run.state, run.done, len(run.files)) == ("done", 4, 2)
    assert Copy.objects.filter(run=run).count() == 4


def _written_over(version: Any, body: dict[str, Any]) -> Any:
    """The version as it stands after a pre-test was ended, written over and begun again: frozen rows are changed by no other way."""
    row = copy.copy(version)
    row.body = json.dumps(body)
    row.__dict__.pop("data", None)
    row.__dict__.pop("definition", None)
    return row


def test_another_wording_is_another_edition(desk: Desk) -> None:
    version = desk.campaign.version
    first = layout_for(version, "zh", desk.now)
    assert layout_for(version, "zh", desk.now) == first
    assert layout_for(version, "en", desk.now).form_id != first.form_id
    body = json.loads(json.dumps(FORM))
    body["pages"][0]["questions"][0]["text"]["zh"] = "快不快"
    fresh = _written_over(version, body)
    second = layout_for(fresh, "zh", desk.now)
    assert (second.form_id, second.number) == (first.form_id, first.number + 1)
    assert Layout.objects.count() == 3


def test_what_cannot_be_printed_is_refused_beside_its_box(desk: Desk, actors: Any) -> None:
    def ask(**change: Any) -> None:
        values = {"campaign": desk.campaign.public_id, "language": "zh", "copies": 1, "personal": False} | change
        ask_print(**values, actor=desk.actor, now=desk.now)

    for change, box in (
        ({"language": "fr"}, "language"), ({"copies": 0}, "copies"), ({"copies": 5_001}, "copies"),
        ({"personal": True}, "personal"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            ask(**change)
        assert set(refused.value.fields) == {box}
    with pytest.raises(Missing):
        ask(campaign="nothing")
    for state in ("draft", "ended"):
        type(desk.campaign).objects.filter(pk=desk.campaign.pk).update(state=state)
        with pytest.raises(IllegalMove):
            ask()
    with pytest.raises(NotAllowed):
        ask_print(
            campaign=desk.campaign.public_id, language="zh", copies=1, personal=False, actor=actors["auditor"],
            now=desk.now,
        )  # fmt: skip
    assert not PrintRun.objects.exists()


def test_too_tall_for_paper_is_said_before_anybody_waits(desk: Desk) -> None:
    options = [{"code": f"o{n}", "text": {"zh": f"选项 {n} " + "长" * 40}} for n in range(60)]
    body = {"languages": ["zh"], "title": {"zh": "x"}, "pages": [{"code": "p", "questions": [
        {"code": "q", "kind": "many", "text": {"zh": "哪些？"}, "options": options}]}]}  # fmt: skip
    other = type(desk.campaign.version).objects.create(
        questionnaire=desk.campaign.version.questionnaire, number=9, state="published", body=json.dumps(body),
        saved_at=desk.now,
    )  # fmt: skip
    type(desk.campaign).objects.filter(pk=desk.campaign.pk).update(version=other)
    with pytest.raises(Invalid) as refused:
        ask_print(
            campaign=desk.campaign.public_id, language="zh", copies=1, personal=False, actor=desk.actor, now=desk.now
        )
    assert "q" in str(refused.value)


@pytest.fixture
def audience(desk: Desk, make_customer: Any, now: Any) -> Any:
    """Three with an address, one of whom opted out, and one without; the campaign asks them all."""
    from anxin.registers.customers.models import ContactPoint

    people = [make_customer(name, mobile="") for name in ("李明", "=王伟", "赵强", "孙丽")]
    for person in people[:3]:
        ContactPoint.objects.create(
            customer=person, kind="address", value=f"苏州市示例街{person.pk}号", normalised=f"苏州市示例街{person.pk}号",
            tail="", is_primary=True, created_at=now,
        )  # fmt: skip
    OptOut.objects.create(customer=people[2], at=now)
    desk.campaign.audience = {"kind": "segment"}
    desk.campaign.occasion = "once"
    desk.campaign.save()
    return people


def test_personal_copies_for_whoever_is_invited_on_paper(desk: Desk, audience: Any) -> None:
    made, left = invite_on_paper(campaign=desk.campaign.public_id, actor=desk.actor, now=desk.now)
    assert (made, left) == (2, {"opted_out": 1, "no_contact": 1})
    assert invite_on_paper(campaign=desk.campaign.public_id, actor=desk.actor, now=desk.now)[0] == 0
    run = desk.print(100, personal=True)
    assert (run.whole, run.done) == (2, 2)
    copies = list(run.copies.all())
    assert [copy.invitation.customer for copy in copies if copy.invitation] == audience[:2]
    assert len({copy.token for copy in copies}) == 2
    assert all(len(copy.token) == 16 for copy in copies)
    with pytest.raises(Invalid):  # nobody is left to print for
        desk.print(1, personal=True)

    serial, pages = next(iter(desk.sheets(run).items()))
    filled = desk.fill(run.layout, pages, {"speed": "5", "sex": "m"})
    desk.send(desk.scan(filled[0]))
    response = desk.returned(serial).response
    assert response is not None
    assert response.customer == audience[0]
    assert Invitation.objects.get(customer=audience[0]).state == "answered"


def test_a_personal_copy_whose_answer_is_there_already_is_not_counted(desk: Desk, audience: Any) -> None:
    from anxin.voice.responses.actions import take_response

    invite_on_paper(campaign=desk.campaign.public_id, actor=desk.actor, now=desk.now)
    run = desk.print(2, personal=True)
    serial, pages = next(iter(desk.sheets(run).items()))
    copy = run.copies.get(serial=serial)
    take_response(
        campaign=desk.campaign, invitation=copy.invitation, answers={"speed": 1, "sex": "f"}, language="zh",
        source="web", now=desk.now,
    )  # fmt: skip
    desk.send(desk.scan(desk.fill(run.layout, pages, {"speed": "5", "sex": "m"})[0]))
    form = desk.returned(serial)
    assert (form.state, form.response) == ("refused", None)
    assert form.why


def test_whom_copies_go_to_is_given_out_on_record(desk: Desk, audience: Any) -> None:
    invite_on_paper(campaign=desk.campaign.public_id, actor=desk.actor, now=desk.now)
    run = desk.print(2, personal=True)
    with pytest.raises(Invalid):
        address_list(run=run, reason="", actor=desk.actor, now=desk.now)
    content = address_list(run=run, reason="寄送", actor=desk.actor, now=desk.now).decode("utf-8-sig").splitlines()
    assert len(content) == 3
    assert content[1].split(",")[1:] == ["李明", f"苏州市示例街{audience[0].pk}号"]
    assert content[2].split(",")[1] == "'=王伟"  # no formula for a spreadsheet
    assert Unmasking.objects.get().reason == "寄送"
    with pytest.raises(IllegalMove):
        address_list(run=desk.print(1), reason="寄送", actor=desk.actor, now=desk.now)


def test_an_open_campaign_invites_nobody_on_paper(desk: Desk) -> None:
    with pytest.raises(IllegalMove):
        invite_on_paper(campaign=desk.campaign.public_id, actor=desk.actor, now=desk.now)
