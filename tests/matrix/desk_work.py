"""The working part of the desk. Whoever may see cases may open every page of them; an act is for who may do it."""

from typing import Any

from tests.matrix.rows import STAFF, WRITERS, Row, page, pages

_HANDLERS = "call_taker surveyor assessor adjudicator supervisor"
_CHECKERS = "call_taker assessor adjudicator supervisor"
_DECIDERS = "adjudicator supervisor"


# Whoever assessed takes no answer to it and does not review it: another assessor stands for the role.
_ANOTHER = {"people": {"assessor": "second_assessor"}}


def act(claim: str, name: str, may: str, asked: str = "", **more: Any) -> list[Row]:
    return pages(f"/desk/cases/{claim}/do/{name}/{asked}", may, {}, **more)


# A line each, as far as it goes.
# fmt: off
ROWS: list[Row] = [
    # -- the queue and the lists
    page("GET", "/desk/", STAFF),
    page("POST", "/desk/bulk/", STAFF, {"case": "{fresh}.1", "do": "export"}),
    page("POST", "/desk/views/", STAFF, {"name": "快到期", "query": "view=near"}, personal=True),
    page("POST", "/desk/views/{view}/remove/", "supervisor", personal=True),
    page("GET", "/desk/approvals/", STAFF),
    page("GET", "/desk/supervision/", "supervisor administrator auditor"),
    page("GET", "/desk/appointments/", STAFF),
    page("GET", "/desk/notify/", "call_taker supervisor"),
    *pages("/desk/notify/{customer}/", "call_taker supervisor", {}),
    # -- a case
    page("GET", "/desk/cases/{offered}/", STAFF),
    page("GET", "/desk/cases/{opened}/papers/", STAFF),
    page(
        "POST", "/desk/cases/{offered}/show/", "call_taker surveyor assessor adjudicator finance supervisor",
        {"field": "id_number", "reason": "核对身份"},
    ),
    page("POST", "/desk/cases/{offered}/do/say/", WRITERS, {"to": "note", "text": "请尽快联系"}),
    # -- acts, each by the name of its action
    *act("{fresh}", "record_contact", "call_taker surveyor supervisor"),
    *act("{fresh}", "open_claim", f"call_taker {_DECIDERS}"),
    *act("{fresh}", "add_party", _HANDLERS),
    *act("{fresh}", "change_party", _HANDLERS, "?party=inj1"),
    *act("{fresh}", "set_payee", _CHECKERS),
    *act("{fresh}", "set_liability", f"surveyor assessor {_DECIDERS}"),
    *act("{fresh}", "set_reserve", _HANDLERS),
    *act("{fresh}", "declare_complex", _DECIDERS),
    *act("{fresh}", "schedule_survey", "call_taker surveyor supervisor"),
    *act("{planned}", "cancel_survey", "call_taker surveyor supervisor"),
    *act("{planned}", "complete_survey", "surveyor"),
    *act("{opened}", "receive_papers", _HANDLERS),
    *act("{opened}", "accept_papers", _CHECKERS),
    *act("{opened}", "return_paper", _CHECKERS, "?paper=vehicle_licence"),
    *act("{opened}", "waive_paper", _CHECKERS, "?paper=driving_licence"),
    *act("{opened}", "add_photos", _HANDLERS),
    *act("{opened}", "send_supplement_notice", f"assessor {_DECIDERS}"),
    *act("{supplement}", "mark_notice_arrived", f"assessor {_DECIDERS}"),
    *act("{opened}", "issue_assessment", "assessor"),
    *act("{opened}", "establish_losses", "assessor"),
    *act("{offered}", "answer_assessment", "call_taker assessor", **_ANOTHER),
    *act("{reviewing}", "review_line", "assessor", "?line={reviewing_line}", **_ANOTHER),
    *act("{reviewing}", "choose_reviewer", "supervisor"),
    *act("{adjudicating}", "decide", "adjudicator"),
    *act("{adjudicating}", "draft_decision", "adjudicator"),
    *act("{adjudicating}", "confirm_cover", "adjudicator"),
    *act("{approving}", "approve", _DECIDERS),
    *act("{approving}", "return_proposal", _DECIDERS),
    *act("{refused}", "send_refusal_notice", "adjudicator"),
    *act("{partial}", "agree", "call_taker adjudicator"),
    *act("{adjudicating}", "approve_advance", _DECIDERS),
    *act("{fresh}", "notify_rescue_cost", f"call_taker {_DECIDERS}"),
    *act("{fresh}", "pay_rescue_cost", _DECIDERS, "?cost={rescue_cost}"),
    *act("{decided}", "instruct_payment", "finance"),
    *act("{paying}", "confirm_payment", "finance", "?payment={paying_payment}"),
    *act("{paying}", "fail_payment", "finance", "?payment={paying_payment}"),
    *act("{failed}", "retry_payment", "finance", "?payment={failed_payment}"),
    *act("{fresh}", "hand_over", WRITERS),
    *act("{fresh}", "note", WRITERS),
    *act("{fresh}", "correct_event", WRITERS),
    *act("{fresh}", "erase", "administrator"),
    *act("{fresh}", "extend_promise", "supervisor"),
    *act("{refused}", "close_claim", f"finance {_DECIDERS}"),
    *act("{fresh}", "withdraw", "call_taker supervisor"),
    *act("{closed}", "reopen", _DECIDERS),
    *act("{refused}", "object_to_decision", "call_taker supervisor"),
    *act("{objected}", "answer_objection", _DECIDERS, people={"adjudicator": "junior"}),
]
# fmt: on
