"""Every operation of the API. Bodies are complete: what is not visible must be 404 even when well-formed."""

from tests.matrix.rows import CUSTOMER, NOBODY, STAFF, WRITERS, api

_HANDLERS = "call_taker surveyor assessor adjudicator supervisor"
_CHECKERS = "call_taker assessor adjudicator supervisor"
_EXCLUSION = {"triggered": False, "basis": "查勘照片"}
_LINES = [{"loss_kind": "vehicle", "name_zh": "后保险杠", "amount_fen": 128000}]

# A line each, as far as it goes.
# fmt: off
ROWS = [
    api("GET", "/health", NOBODY, public=True),
    # -- claims: reading
    api("GET", "/claims", f"{CUSTOMER} {STAFF}"),
    api("GET", "/claims/{offered}", f"{CUSTOMER} {STAFF}"),
    api("GET", "/claims/{offered}/papers", f"{CUSTOMER} {STAFF}"),
    api("GET", "/claims/{paying}/payments", f"{CUSTOMER} {STAFF}"),
    api("GET", "/claims/{adjudicating}/calculation", "adjudicator"),
    api("GET", "/claims/{offered}/promises", STAFF),
    api("GET", "/claims/{offered}/events", STAFF),
    api("GET", "/files/{file}", f"{CUSTOMER} {STAFF}"),
    # -- claims: from the report to the survey
    api(
        "POST", "/claims", "customer call_taker supervisor",
        {"customer": "{customer}", "type": "motor", "cause": "glass", "loss_at": "2025-03-13T08:10:00+08:00"},
    ),
    api("POST", "/claims/{fresh}/open", "call_taker adjudicator supervisor", {"reserve_fen": 500000}),
    api("POST", "/claims/{fresh}/contacts", "call_taker surveyor supervisor", {"outcome": "reached", "text": "在家"}),
    api("POST", "/claims/{fresh}/parties", _HANDLERS, {"party": {"kind": "injured", "name": "陈强"}}),
    api("PATCH", "/claims/{fresh}/parties/inj1", _HANDLERS, {"in_hospital": True}),
    api(
        "POST", "/claims/{fresh}/payees", "customer call_taker assessor adjudicator supervisor",
        {"party": "own", "name": "李明", "bank": "工商银行", "account_number": "6222000000001234"},
    ),
    api(
        "POST", "/claims/{fresh}/liability", "surveyor assessor adjudicator supervisor",
        {"permille": 700, "basis": "police_report"},
    ),
    api("POST", "/claims/{fresh}/reserve", _HANDLERS, {"reserve_fen": 700000, "reason": "survey"}),
    api("POST", "/claims/{fresh}/complexity", "adjudicator supervisor", {"reason": "injury", "text": "伤情未定"}),
    api("POST", "/claims/{fresh}/notes", WRITERS, {"text": "请尽快联系"}),
    api("POST", "/claims/{fresh}/hand-over", WRITERS, {"department": "assessment", "reason": "survey"}),
    api(
        "POST", "/claims/{fresh}/surveys", "call_taker surveyor supervisor",
        {"at": "2025-03-15T09:00:00+08:00", "place": "苏州市人民路口"},
    ),
    api("POST", "/claims/{planned}/surveys/{survey}/cancel", "call_taker surveyor supervisor", {"text": "客户改期"}),
    api(
        "POST", "/claims/{planned}/surveys/{survey}/complete", "surveyor",
        {"answers": {"{survey_item}": {"done": True}}, "findings": "追尾"},
    ),
    # -- claims: papers
    api(
        "POST", "/claims/{opened}/papers/received", f"customer {_HANDLERS}", {"papers": [{"code": "driving_licence"}]}
    ),
    api("POST", "/claims/{opened}/papers/driving_licence/files", f"customer {_HANDLERS}", {}, files="files"),
    api("POST", "/claims/{opened}/photos", f"customer {_HANDLERS}", {"purpose": "loss_photo"}, files="files"),
    api("POST", "/claims/{opened}/papers/accepted", _CHECKERS, {}),
    api("POST", "/claims/{opened}/papers/vehicle_licence/return", _CHECKERS, {"text": "照片看不清"}),
    api("POST", "/claims/{opened}/papers/driving_licence/waive", _CHECKERS, {"text": "系统内可查"}),
    api(
        "POST", "/claims/{opened}/supplement-notices", "assessor adjudicator supervisor",
        {"papers": [{"code": "driving_licence"}]},
    ),
    api("POST", "/claims/{supplement}/supplement-notices/arrived", "assessor adjudicator supervisor", {}),
    # -- claims: the loss
    api("POST", "/claims/{opened}/assessments", "assessor", {"lines": _LINES}),
    api("POST", "/claims/{adjudicating}/losses", "assessor", {"lines": _LINES}),
    api(
        "POST", "/claims/{offered}/answers", "customer call_taker assessor",
        {"answers": {"{offered_line}": {"verdict": "accepted"}}}, people={"assessor": "second_assessor"},
    ),
    api(
        "POST", "/claims/{reviewing}/lines/{reviewing_line}/review", "assessor", {"amount_fen": 1300000, "note": "核定"},
        people={"assessor": "second_assessor"},
    ),
    # -- claims: the decision and the money
    api("POST", "/claims/{adjudicating}/decision/draft", "adjudicator", {"note": "草稿"}),
    api("POST", "/claims/{adjudicating}/decision", "adjudicator", {"outcome": "pay", "basis": "查勘照片"}),
    api("POST", "/claims/{approving}/decision/approve", "adjudicator supervisor", {"note": "同意"}),
    api("POST", "/claims/{approving}/decision/return", "adjudicator supervisor", {"note": "请补充依据"}),
    api("POST", "/claims/{adjudicating}/cover", "adjudicator", {}),
    api("POST", "/claims/{refused}/refusal-notice", "adjudicator", {}),
    api("POST", "/claims/{partial}/agree", "customer call_taker adjudicator", {}),
    api("POST", "/claims/{adjudicating}/advances", "adjudicator supervisor", {}),
    api(
        "POST", "/claims/{fresh}/rescue-costs", "call_taker adjudicator supervisor",
        {
            "party": "inj1", "amount_fen": 200000, "hospital": "苏州市立医院", "bank": "建设银行",
            "account_number": "6222000000001234",
        },
    ),
    api("POST", "/claims/{fresh}/rescue-costs/{rescue_cost}/pay", "adjudicator supervisor", {}),
    api("POST", "/claims/{decided}/payments", "finance", {}),
    api("POST", "/payments/{paying_payment}/confirm", "finance", {"bank_reference": "ICBC0001"}),
    api("POST", "/payments/{paying_payment}/fail", "finance", {"code": "account_closed"}),
    api("POST", "/payments/{failed_payment}/retry", "finance", {}),
    # -- claims: the end
    api("POST", "/claims/{refused}/objections", "customer call_taker supervisor", {"text": "请重新核定"}),
    api(
        "POST", "/claims/{objected}/objections/answer", "adjudicator supervisor",
        {"outcome": "stands", "answer": "已逐条复核，维持原结论。"}, people={"adjudicator": "junior"},
    ),
    api("POST", "/claims/{closed}/reopen", "adjudicator supervisor", {"reason": "new_papers", "text": "新认定书"}),
    api("POST", "/claims/{closed}/ratings", "customer", {"score": 5}),
    api("POST", "/claims/{refused}/close", "adjudicator finance supervisor", {}),
    api("POST", "/claims/{fresh}/withdraw", "customer call_taker supervisor", {"reason": "small", "text": "自行修理"}),
    # -- registers
    api("GET", "/customers", STAFF),
    api("GET", "/customers/{customer}", STAFF),
    api("GET", "/products", STAFF),
    api("GET", "/products/PDAA", STAFF),
    api("GET", "/policies", STAFF),
    api("GET", "/policies/{policy}", STAFF),
    api("POST", "/imports/customers", "administrator", {"rows": [{"name": "李明"}], "dry_run": True}),
    api("POST", "/imports/customers/file", "administrator", {"system": "core", "dry_run": "true"}, files="file"),
    # -- the journal, and who is told of it
    api("GET", "/events", STAFF),
    api("GET", "/queue", STAFF),
    api("GET", "/webhooks", STAFF),
    api("POST", "/webhooks", WRITERS, {"url": "https://example.com/hooks/anxin", "activities": ["claims.decided"]}),
    api("GET", "/webhooks/{webhook}", "supervisor administrator auditor"),
    api("PATCH", "/webhooks/{webhook}", "supervisor administrator", {"paused": True}),
    api("DELETE", "/webhooks/{webhook}", "supervisor administrator"),
    api("POST", "/webhooks/{webhook}/resume", "supervisor administrator", {}),
    api("POST", "/webhooks/{webhook}/secret", "supervisor administrator", {}),
    api("GET", "/webhooks/{webhook}/attempts", "supervisor administrator auditor"),
]
# fmt: on
