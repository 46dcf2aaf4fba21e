"""Acts as pages: who may, what stays typed, what a second person's change does, and a claim played through by hand."""

from __future__ import annotations

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anxin.journal.models import Case, Event
from anxin.journeys.claims.actions.contact import record_contact
from anxin.journeys.claims.models import Assessment, AssessmentLine, Decision, Payment, RequiredPaper, Survey


def url(claim, name: str) -> str:
    return f"/desk/cases/{claim.case.public_id}/do/{name}/"


def test_an_act_needs_its_permission_and_a_claim_one_may_see(at_desk, li):
    assert at_desk("finance").get(url(li, "record_contact")).status_code == 403
    assert at_desk("finance").post(url(li, "record_contact"), {"outcome": "reached"}).status_code == 403
    assert at_desk("auditor").get(url(li, "note")).status_code == 403
    assert at_desk("outsider").get(url(li, "decide")).status_code == 404
    assert at_desk("customer").get(url(li, "set_payee")).status_code == 404
    assert at_desk("call_taker").get(url(li, "launch_missiles")).status_code == 404


def test_a_kept_call_goes_back_to_the_case_and_says_so(at_desk, claim, told):
    answer = at_desk("call_taker").post(
        url(claim, "record_contact"), {"outcome": "reached", "text": "客户平安"}, follow=True
    )
    assert answer.redirect_chain == [(f"/desk/cases/{claim.case.public_id}/", 302)]
    assert "通话已记下" in answer.content.decode()
    assert told(claim)[-1] == "claims.contacted"


def test_what_was_typed_stays_beside_what_was_wrong(at_desk, li):
    answer = at_desk("adjudicator").post(
        url(li, "set_payee"), {"party": "tp1", "name": "陈强", "bank": "建设银行", "account_number": "12 34"}
    )
    assert answer.status_code == 422
    page = unescape(answer.content.decode())
    for typed in ("陈强", "建设银行", "12 34"):
        assert f'value="{typed}"' in page
    assert "account_number" in answer.context["form"].errors


def test_money_is_typed_in_yuan_and_never_rounded(at_desk, li):
    desk = at_desk("adjudicator")
    assert desk.post(url(li, "set_reserve"), {"reserve_fen": "12.345", "reason": "survey"}).status_code == 422
    assert desk.post(url(li, "set_reserve"), {"reserve_fen": "1,234.5", "reason": "survey"}).status_code == 302
    li.refresh_from_db()
    assert li.reserve_fen == 123_450


def test_somebody_elses_change_is_shown_and_the_entry_kept_to_send_again(at_desk, li, actors, now, form_of):
    desk = at_desk("adjudicator")
    page = desk.get(url(li, "set_liability"))
    typed = form_of(page) | {"permille": "70", "basis": "police_report", "text": "主要责任"}
    record_contact(claim=li.case.public_id, outcome="reached", text="客户改口", actor=actors["call_taker"], now=now)
    stale = desk.post(url(li, "set_liability"), typed)
    assert stale.status_code == 409
    shown = stale.content.decode()
    assert "有人先您一步" in shown
    assert "客户改口" in shown
    assert "主要责任" in shown
    li.refresh_from_db()
    assert li.liability_permille == 1000
    again = desk.post(url(li, "set_liability"), form_of(stale))
    assert again.status_code == 302
    li.refresh_from_db()
    assert li.liability_permille == 700


def test_papers_are_received_checked_and_sent_back(at_desk, claim, photo):
    desk = at_desk("call_taker")
    page = desk.get(url(claim, "receive_papers"))
    key = page.context["rows"][0]["paper"].key
    other = page.context["rows"][1]["paper"].key
    nothing = desk.post(url(claim, "receive_papers"), {})
    assert nothing.status_code == 422
    bad = desk.post(url(claim, "receive_papers"), {f"files-{key}": SimpleUploadedFile("a.exe", b"MZ")})
    assert bad.status_code == 422
    sent = {
        f"files-{key}": [SimpleUploadedFile("a.jpg", photo(1)), SimpleUploadedFile("b.jpg", photo(2))],
        f"here-{other}": "on",
    }
    assert desk.post(url(claim, "receive_papers"), sent).status_code == 302
    assert RequiredPaper.objects.filter(claim=claim, state="received").count() == 2
    assert desk.post(url(claim, "accept_papers"), {"papers": [key]}).status_code == 302
    back = {"paper": other, "reason": "unreadable", "text": "太暗，请重拍"}
    assert desk.post(url(claim, "return_paper"), back).status_code == 302
    states = {paper.key: paper.state for paper in RequiredPaper.objects.filter(claim=claim)}
    assert (states[key], states[other]) == ("accepted", "returned")
    viewer = desk.get(f"/desk/cases/{claim.case.public_id}/papers/?paper={key}")
    assert len(viewer.context["files"]) == 2
    assert viewer.context["shown"].file.is_image


def test_a_supplement_notice_asks_for_what_is_ticked(at_desk, li):
    desk = at_desk("adjudicator")
    rows = desk.get(url(li, "send_supplement_notice")).context["rows"]
    names = [row["ask"].html_name for row in rows[:2]]
    assert desk.post(url(li, "send_supplement_notice"), {}).status_code == 422
    ticked = dict.fromkeys(names, "on") | {names[0].replace("ask-", "note-"): "缺第二页"}
    assert desk.post(url(li, "send_supplement_notice"), ticked).status_code == 302
    asked = RequiredPaper.objects.filter(claim=li, notice=1)
    assert asked.count() == 2
    assert asked.filter(reason="缺第二页").exists()
    # A second one is a breach: it is asked why.
    assert "reason" in desk.get(url(li, "send_supplement_notice")).context["form"].fields


def test_a_survey_is_refused_until_it_is_complete_and_keeps_its_notes(at_desk, claim, photo):
    call = at_desk("call_taker")
    assert call.post(url(claim, "schedule_survey"), {"at": "2025-03-13T09:00"}).status_code == 422
    assert call.post(url(claim, "schedule_survey"), {"at": "2025-03-15T09:00", "place": "修理厂"}).status_code == 302
    desk = at_desk("surveyor")
    rows = desk.get(url(claim, "complete_survey")).context["rows"]
    code = rows[0]["item"]["code"]
    refused = desk.post(url(claim, "complete_survey"), {f"item-{code}": "on", f"note-{code}": "左前角"})
    assert refused.status_code == 422
    assert 'value="左前角"' in refused.content.decode()
    sent = {}
    for number, row in enumerate(rows):
        sent[f"item-{row['item']['code']}"] = "on"
        if row["item"]["needs_photo"]:
            sent[f"files-{row['item']['code']}"] = SimpleUploadedFile(f"{number}.jpg", photo(number))
    assert desk.post(url(claim, "complete_survey"), sent | {"findings": "与报案相符"}).status_code == 302
    assert Survey.objects.get(claim=claim).state == "done"
    week = at_desk("surveyor").get("/desk/appointments/?from=2025-03-14")
    assert week.context["count"] == 1


@pytest.fixture
def assessor(at_desk, steps):
    from anxin.access.models import User

    return at_desk(User.objects.get(pk=steps.assessor().user_id).username)


def test_the_line_editor_adds_rows_and_searches_without_saving(assessor, li, form_of):
    page = assessor.get(url(li, "issue_assessment"))
    assert len(page.context["rows"]) == 1
    typed = form_of(page) | {"lines-0-name_zh": "拖车", "lines-0-amount_fen": "200", "find": "保险杠"}
    found = assessor.post(url(li, "issue_assessment"), typed | {"press": "search"})
    assert found.status_code == 200
    item = found.context["found"][0]
    picked = assessor.post(url(li, "issue_assessment"), form_of(found) | {"press": f"pick:{item.code}:{item.method}"})
    rows = picked.context["rows"]
    assert [row["cells"]["name_zh"].value() or row["price"].name for row in rows] == ["拖车", item.name]
    added = assessor.post(url(li, "issue_assessment"), form_of(picked) | {"press": "add"})
    assert len(added.context["rows"]) == 3
    dropped = assessor.post(url(li, "issue_assessment"), form_of(added) | {"press": "drop-0"})
    assert [row["cells"]["item"].value() for row in dropped.context["rows"]] == [item.code, ""]
    assert not Assessment.objects.exists()
    # Enter in a box is no sending.
    assert assessor.post(url(li, "issue_assessment"), form_of(dropped) | {"press": "stay"}).status_code == 200
    assert assessor.post(url(li, "issue_assessment"), form_of(dropped)).status_code == 302
    assert [line.item for line in AssessmentLine.objects.all()] == [item.code]


def test_another_price_needs_its_reason_beside_its_row(assessor, li, form_of):
    page = assessor.get(url(li, "issue_assessment"))
    typed = form_of(page) | {
        "rows": "3", "lines-1-item": "bonnet", "lines-1-method": "repair_paint", "lines-1-quantity": "1",
        "lines-1-amount_fen": "5000", "lines-1-party": "own", "lines-1-loss_kind": "vehicle", "lines-2-name_zh": "拖车",
        "lines-2-amount_fen": "200",
    }  # fmt: skip
    refused = assessor.post(url(li, "issue_assessment"), typed)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["lines-1-deviation"]
    assert form_of(refused)["lines-2-name_zh"] == "拖车"
    assert (
        assessor.post(url(li, "issue_assessment"), form_of(refused) | {"lines-1-deviation": "进口件"}).status_code
        == 302
    )


def test_li_from_the_assessment_to_the_closing_by_hand(
    at_desk, assessor, li, steps, actors, form_of, to_the_bank, now, people
):
    steps.issue()
    phone = at_desk("call_taker")
    page = phone.get(url(li, "answer_assessment"))
    lines = [row["line"] for row in page.context["rows"]]
    assert phone.post(url(li, "answer_assessment"), form_of(page)).status_code == 422
    answers = {f"answer-{line.public_id}": "accepted" for line in lines}
    bonnet = next(line for line in lines if line.item == "bonnet")
    answers |= {f"answer-{bonnet.public_id}": "disputed", f"quote-{bonnet.public_id}": "3200"}
    unsaid = phone.post(url(li, "answer_assessment"), form_of(page) | answers)
    assert unsaid.status_code == 422
    assert list(unsaid.context["form"].errors) == [f"reason-{bonnet.public_id}"]
    assert (
        phone.post(url(li, "answer_assessment"), form_of(unsaid) | {f"reason-{bonnet.public_id}": "折痕深"}).status_code
        == 302
    )
    assert Case.objects.get(pk=li.case_id).state == "reviewing"

    reviewer = at_desk(steps.case().claim.reviewer.username)
    page = reviewer.get(url(li, "review_line"))
    assert (
        reviewer.post(url(li, "review_line"), form_of(page) | {"amount_fen": "1580", "note": "换新件"}).status_code
        == 302
    )
    steps.give_accounts("own", "tp1", "inj1")

    desk = at_desk("adjudicator")
    page = desk.get(url(li, "approve_advance"))
    assert (
        desk.post(url(li, "approve_advance"), form_of(page) | {"amount-tp1": "", "amount-inj1": ""}).status_code == 302
    )
    to_the_bank(now)
    page = desk.get(url(li, "decide"))
    undecided = desk.post(url(li, "decide"), form_of(page))
    assert undecided.status_code == 422
    rest = desk.post(url(li, "decide"), form_of(page) | {"press": "rest", "basis": "认定书"})
    assert rest.status_code == 200
    assert all(row["verdict"].value() == "no" for row in rest.context["rows"])
    kept = desk.post(url(li, "decide"), form_of(rest) | {"save": "draft", "note": "草稿"})
    assert kept.status_code == 302
    assert Decision.objects.get(claim=li).state == "draft"
    page = desk.get(url(li, "decide"))
    assert page.context["view"].open_clauses == 0
    stale_sum = desk.post(url(li, "decide"), form_of(page) | {"outcome": "pay", "amount_fen": "1"})
    assert stale_sum.status_code == 422
    assert desk.post(url(li, "decide"), form_of(stale_sum) | {"outcome": "pay"}).status_code == 302
    assert Case.objects.get(pk=li.case_id).state == "decided"

    pay = at_desk("finance-2")
    page = pay.get(url(li, "instruct_payment"))
    names = [box.html_name for group in page.context["groups"] for box in group["boxes"] if box.value()]
    short = pay.post(url(li, "instruct_payment"), form_of(page) | {names[0]: "1"})
    assert short.status_code == 422
    assert pay.post(url(li, "instruct_payment"), form_of(page)).status_code == 302
    to_the_bank(now)
    for number, payment in enumerate(Payment.objects.filter(claim=li, state="sent")):
        sent = {"payment": payment.public_id, "bank_reference": f"B{number}"}
        assert pay.post(url(li, "confirm_payment"), sent).status_code == 302
    assert Case.objects.get(pk=li.case_id).state == "paid"
    decision = Decision.objects.get(claim=li)
    assert sum(Payment.objects.filter(claim=li).values_list("amount_fen", flat=True)) == decision.amount_fen
    assert pay.post(url(li, "close_claim"), {}).status_code == 302
    assert Case.objects.get(pk=li.case_id).closed_at is not None
    assert pay.get(f"/desk/cases/{li.case.public_id}/").status_code == 200


def test_above_ones_authority_it_is_proposed_and_signed_by_another(at_desk, li, steps, form_of):
    steps.issue()
    steps.answer()
    desk = at_desk("adjudicator-3")
    rest = desk.post(url(li, "decide"), form_of(desk.get(url(li, "decide"))) | {"press": "rest", "basis": "认定书"})
    answer = desk.post(url(li, "decide"), form_of(rest) | {"outcome": "pay"}, follow=True)
    assert "已上报" in answer.content.decode()
    assert Case.objects.get(pk=li.case_id).state == "approving"
    assert desk.get("/desk/approvals/").context["rows"] == []
    head = at_desk("head-1")
    assert len(head.get("/desk/approvals/").context["rows"]) == 1
    assert head.get("/desk/").context["approvals"] == 1
    assert head.post(url(li, "return_proposal"), {"note": " "}).status_code == 422
    assert head.post(url(li, "approve"), {}).status_code == 302
    assert Case.objects.get(pk=li.case_id).state == "decided"


def test_who_assessed_it_is_told_why_they_cannot_decide(at_desk, li, steps, words):
    steps.issue()
    steps.answer()
    from anxin.access.models import RoleGrant, User

    assessor = User.objects.get(pk=steps.assessor().user_id)
    RoleGrant.objects.create(user=assessor, role="adjudicator", branch=assessor.branch)
    User.objects.filter(pk=assessor.pk).update(access_version=assessor.access_version + 1)
    page = at_desk(assessor.username).get(f"/desk/cases/{li.case.public_id}/")
    reasons = {action.code: action.reason for action in page.context["next"].not_now}
    assert "decide" in reasons
    assert reasons["decide"] in words(page)


def test_a_case_is_handed_over_to_a_person_or_a_department(at_desk, claim, staff):
    desk = at_desk("call_taker")
    assert desk.post(url(claim, "hand_over"), {}).status_code == 422
    assert (
        desk.post(url(claim, "hand_over"), {"person_id": staff["assessor"].pk, "reason": "expertise"}).status_code
        == 302
    )
    case = Case.objects.get(pk=claim.case_id)
    assert (case.department_id, case.person_id) == ("assessment", staff["assessor"].pk)
    assert Event.objects.filter(case=case).order_by("seq").last().facts["reason"] == "expertise"


def test_a_refusal_needs_its_reason_and_its_notice_is_on_the_page(at_desk, li, steps, form_of, words):
    steps.issue()
    steps.answer()
    desk = at_desk("head-1")
    page = desk.get(url(li, "decide"))
    bare = desk.post(url(li, "decide"), form_of(page) | {"outcome": "refuse"})
    assert bare.status_code == 422
    assert "reasons" in bare.context["form"].errors
    sent = form_of(page) | {"outcome": "refuse", "reasons": ["not_covered"], "note": "保单没有这项保障"}
    assert desk.post(url(li, "decide"), sent).status_code == 302
    assert Case.objects.get(pk=li.case_id).state == "refused"
    assert desk.post(url(li, "send_refusal_notice"), {}).status_code == 302
    notice = Decision.objects.get(claim=li, state="approved").notice
    answer = desk.get(f"/desk/cases/{li.case.public_id}/")
    assert f"/files/{notice.public_id}/" in answer.content.decode()
    assert "拒赔" in words(answer)


def test_an_objection_is_taken_down_and_answered(at_desk, li, steps, words):
    from anxin.journeys.claims.models import Objection

    steps.issue()
    steps.answer()
    steps.decide(outcome="refuse", triggered=("PDAA.drunk_driving",), reasons=("PDAA.drunk_driving",))
    clerk = at_desk("call_taker")
    assert clerk.post(url(li, "object_to_decision"), {"text": " "}).status_code == 422
    assert clerk.post(url(li, "object_to_decision"), {"text": "我没有喝酒"}).status_code == 302
    made = Objection.objects.get()
    reviewer = at_desk(made.reviewer.username)
    assert li.case.number in words(reviewer.get("/desk/"))
    page = words(reviewer.get(f"/desk/cases/{li.case.public_id}/"))
    assert "客户对结论提出异议" in page
    assert "答复异议" in page
    form = reviewer.get(url(li, "answer_objection"))
    assert "我没有喝酒" in words(form)
    kept = reviewer.post(url(li, "answer_objection"), {"outcome": "", "answer": "血检为 92mg"})
    assert kept.status_code == 422
    assert "血检为 92mg" in kept.content.decode()
    decided = at_desk(made.decision.adjudicator.username)
    refused = decided.post(url(li, "answer_objection"), {"outcome": "stands", "answer": "x"})
    assert refused.status_code in (403, 409, 422)
    assert reviewer.post(url(li, "answer_objection"), {"outcome": "stands", "answer": "血检为 92mg"}).status_code == 302
    made.refresh_from_db()
    assert made.outcome == "stands"


def test_an_entry_is_corrected_by_one_that_names_it(at_desk, li, words):
    clerk = at_desk("call_taker")
    clerk.post(url(li, "note"), {"text": "客户说下午三点"})
    noted = Event.objects.filter(activity="case.noted").get()
    form = clerk.get(url(li, "correct_event"))
    assert "客户说下午三点" in words(form)
    assert clerk.post(url(li, "correct_event"), {"seq": noted.seq, "text": " "}).status_code == 422
    assert clerk.post(url(li, "correct_event"), {"seq": noted.seq, "text": "是上午十点"}).status_code == 302
    assert Event.objects.get(activity="event.corrected").facts["seq"] == noted.seq
    page = words(clerk.get(f"/desk/cases/{li.case.public_id}/"))
    assert "更正" in page
    assert page.count("是上午十点") == 2  # the new entry, and the mark beside the old one
    assert "客户说下午三点" in page


def test_words_and_files_are_erased_for_good_and_the_chain_holds(at_desk, li, words, photo, actors, now):
    from anxin.journal.chain import verify
    from anxin.journeys.claims.actions.papers import add_photos
    from anxin.papers.models import StoredFile

    add_photos(
        claim=li.case.public_id, files=[(photo(1), "a.jpg")], purpose="loss_photo", actor=actors["surveyor"], now=now
    )
    at_desk("call_taker").post(url(li, "note"), {"text": "身份证号 320501198503120018"})
    boss = at_desk("administrator")
    assert at_desk("supervisor").get(url(li, "erase")).status_code == 403
    choices = dict(
        pair for group in boss.get(url(li, "erase")).context["form"].fields["what"].choices for pair in group[1]
    )
    note = next(key for key, label in choices.items() if "320501198503120018" in label)
    file = next(key for key in choices if key.startswith("file:"))
    assert boss.post(url(li, "erase"), {"what": note}).status_code == 422  # not sure
    for what in (note, file):
        assert boss.post(url(li, "erase"), {"what": what, "sure": "on"}).status_code == 302
    page = words(boss.get(f"/desk/cases/{li.case.public_id}/"))
    assert "320501198503120018" not in page
    assert "内容已删除" in page
    assert StoredFile.objects.get(public_id=file.removeprefix("file:")).erased_at is not None
    assert verify().sound
