"""The company's own standards: promises beyond the law, which an administrator edits."""

from __future__ import annotations

from typing import Any

from anxin.journal.promises.rules import Rule
from anxin.rulebook.shipped.lines import ASSESSED, HEALTH, LIFE

_DECIDED = ("claims.decided", "claims.refused")
_OVER = ("claims.withdrawn", *_DECIDED)


def _standard(
    id_: str, name_zh: str, name_en: str, what_zh: str, what_en: str, text_zh: str, text_en: str, **more: Any
) -> Rule:
    return Rule(
        id=id_, klass="deadline", force="company", what_zh=what_zh, what_en=what_en,
        source_zh=f"公司标准 {name_zh}", source_en=f"Company standard {name_en}", text_zh=text_zh, text_en=text_en, **more,
    )  # fmt: skip


RULES: tuple[Rule, ...] = (
    _standard(
        "CS-01", "客服-01", "Service 01", "给您回电话", "Call you back",
        "报案后 1 小时内给您回电话。", "We call back within one hour of your notification.",
        amount=1, unit="hours", starts_on=("claims.notified",), kept_by=("claims.contacted",),
        voided_by=("claims.withdrawn",), department="call_centre",
    ),
    _standard(
        "CS-02", "查勘-01", "Survey 01", "和您约好查勘时间", "Agree on a time for the survey",
        "报案后 4 个工作小时内约定查勘时间。", "The survey is arranged within four office hours of the notification.",
        amount=240, unit="office_minutes", starts_on=("claims.notified",),
        kept_by=("claims.survey_scheduled", "claims.surveyed"),
        voided_by=("claims.assessment_issued", "claims.survey_waived", *_OVER), where={"line": ASSESSED}, department="survey",
    ),
    _standard(
        "CS-03", "查勘-02", "Survey 02", "查勘受损情况", "Look at the damage",
        "报案后 24 小时内完成查勘；凭照片就能定损的，不用查勘。",
        "Surveyed within 24 hours of the notification; not needed when pictures suffice for the assessment.",
        amount=24, unit="hours", starts_on=("claims.notified",), kept_by=("claims.surveyed",),
        voided_by=("claims.assessment_issued", "claims.survey_waived", *_OVER), where={"line": ASSESSED}, department="survey",
    ),
    _standard(
        "CS-04", "理赔-01", "Claims 01", "立案", "Open your case",
        "报案后 2 个工作日内立案。", "The case is opened within two working days of the notification.",
        amount=2, unit="working_days", starts_on=("claims.notified",), kept_by=("claims.opened",),
        voided_by=_OVER, department="call_centre",
    ),
    _standard(
        "CS-05", "理赔-02", "Claims 02", "审核收到的材料", "Check the papers received",
        "每份材料收到后 1 个工作日内审核。", "Each paper is checked within one working day.",
        amount=1, unit="working_days", starts_on=("claims.paper_received",),
        kept_by=("claims.paper_accepted", "claims.paper_returned"), voided_by=_OVER, key="paper",
        department="adjudication", audience="staff",
    ),
    _standard(
        "CS-06", "定损-01", "Assessment 01", "出具定损单", "Issue the loss assessment",
        "立案后 5 个工作日内定损。", "The loss is assessed within five working days of opening the case.",
        amount=5, unit="working_days", starts_on=("claims.opened", "claims.reopened"),
        kept_by=("claims.assessment_issued",), voided_by=_OVER, where={"line": ASSESSED}, department="assessment",
    ),
    _standard(
        "CS-07", "定损-04", "Assessment 04", "独立复核您有异议的项目", "Assess anew what you dispute",
        "提出异议之日起 3 个工作日内，由没有参与过原定损的定损员复核并书面答复。",
        "Within three working days an assessor who took no part in the first assessment decides and answers in writing.",
        amount=3, unit="working_days", starts_on=("claims.line_disputed",), kept_by=("claims.line_reviewed",),
        voided_by=_OVER, key="line", department="assessment", person_field="reviewer",
    ),
    _standard(
        "CS-08", "理赔-07", "Claims 07", "先付您同意的金额", "Pay first what you agreed to",
        "您书面同意的项目，3 个工作日内付到账户。", "What you agreed to in writing is in your account within three working days.",
        amount=3, unit="working_days", starts_on=("claims.undisputed_fixed",),
        kept_by=("claims.advance_paid", "claims.fully_paid"), voided_by=("claims.refused", "claims.withdrawn"),
        department="calculation",
    ),
    _standard(
        "CS-09", "理赔-04", "Claims 04", "作出核赔结论", "Decide on your claim",
        "定损各项都有了结果后 3 个工作日内核赔；复核一项，从复核完起算。",
        "Decided within three working days after every line is settled; after a second assessment, from its end.",
        amount=3, unit="working_days", starts_on=("claims.assessment_answered", "claims.line_reviewed"),
        restarted_by=("claims.line_reviewed",), where={"disputed": (0, None)},
        kept_by=("claims.decision_proposed", *_DECIDED), voided_by=("claims.withdrawn", "claims.line_disputed"),
        department="adjudication",
    ),
    _standard(
        "CS-10", "理赔-05", "Claims 05", "作出核赔结论", "Decide on your claim",
        "人身险材料齐全后 3 个工作日内核赔。", "Personal insurance: decided within three working days once all papers are there.",
        amount=3, unit="working_days", starts_on=("claims.proofs_complete",),
        kept_by=("claims.decision_proposed", *_DECIDED), voided_by=("claims.withdrawn",),
        where={"line": LIFE + HEALTH}, department="adjudication",
    ),
    _standard(
        "CS-11", "理赔-06", "Claims 06", "复核核赔意见", "Approve the proposed decision",
        "提交后 1 个工作日内由有权限的人批复。", "Someone with the authority answers within one working day.",
        amount=1, unit="working_days", starts_on=("claims.decision_proposed",),
        kept_by=("claims.decision_approved", "claims.decision_returned", *_DECIDED), voided_by=("claims.withdrawn",),
        department="adjudication", audience="staff",
    ),
    _standard(
        "CS-12", "理赔-08", "Claims 08", "安排付款", "Instruct the payment",
        "谈妥后 1 个工作日内发出付款指令。", "The payment is instructed within one working day of the agreement.",
        amount=1, unit="working_days", starts_on=("claims.agreement_reached",),
        kept_by=("claims.payment_instructed", "claims.fully_paid"), department="finance",
    ),
    _standard(
        "CS-13", "财务-01", "Finance 01", "把款项付到账户", "Bring the money to the account",
        "付款指令发出后 2 个工作日内到账。", "The money arrives within two working days of the instruction.",
        amount=2, unit="working_days", starts_on=("claims.payment_instructed",),
        kept_by=("claims.payment_confirmed",), voided_by=("claims.payment_failed",), key="payment",
        department="finance",
    ),
    _standard(
        "CS-14", "理赔-09", "Claims 09", "结案", "Close the claim",
        "付清后 1 个工作日内结案。", "Closed within one working day of the last payment.",
        amount=1, unit="working_days", starts_on=("claims.fully_paid",),
        kept_by=("claims.closed",), voided_by=("claims.reopened",), department="calculation", audience="staff",
    ),
    _standard(
        "CS-15", "理赔-10", "Claims 10", "接手移交来的案件", "Take over what was handed on",
        "移交到部门的案件 4 个工作小时内有人接手。", "A case handed to a department is taken over within four office hours.",
        amount=240, unit="office_minutes", starts_on=("case.handed_over",), where={"to_person": (0,)},
        kept_by=("case.handed_over",), voided_by=("claims.closed", "claims.withdrawn"), audience="staff",
    ),
    _standard(
        "CS-16", "客服-02", "Service 02", "告诉您核赔结果", "Tell you the decision",
        "作出结论后 1 个工作日内告知。", "You are told within one working day of the decision.",
        amount=1, unit="working_days", starts_on=("claims.decided",), kept_by=("claims.decision_notified",),
        department="adjudication",
    ),
    _standard(
        "CS-17", "理赔-03", "Claims 03", "作出核赔结论（快赔）", "Decide on your claim (fast lane)",
        "小额案件：材料齐全后 2 个工作日内出具核赔结论。", "Small claims: decided within two working days once all papers are there.",
        amount=2, unit="working_days", starts_on=("claims.proofs_complete",),
        kept_by=("claims.decision_proposed", *_DECIDED), voided_by=("claims.withdrawn", "claims.line_disputed"),
        where={"small": (True,)}, department="adjudication",
    ),
    _standard(
        "CS-18", "财务-02", "Finance 02", "支付先行赔付款", "Pay the approved advance",
        "先行赔付批准后 1 个工作日内付出。", "An approved advance is paid within one working day.",
        amount=1, unit="working_days", starts_on=("claims.advance_approved",),
        kept_by=("claims.advance_paid", "claims.fully_paid"), voided_by=("claims.withdrawn", "claims.refused"),
        department="finance",
    ),
    _standard(
        "CS-19", "客服-03", "Service 03", "就重新打开的案件联系您", "Contact you about the reopened claim",
        "案件重新打开后 1 个工作日内联系您。", "We contact you within one working day of reopening.",
        amount=1, unit="working_days", starts_on=("claims.reopened",), kept_by=("claims.contacted",),
        voided_by=("claims.withdrawn",), department="call_centre",
    ),
    _standard(
        "CS-20", "理赔-11", "Claims 11", "答复您对结论的异议", "Answer your objection to the decision",
        "提出异议之日起 5 个工作日内，由没有参与过原结论的人复核并书面答复。",
        "Within five working days somebody who had no part in the decision looks again and answers in writing.",
        amount=5, unit="working_days", starts_on=("claims.objected",), kept_by=("claims.objection_answered",),
        key="objection", department="adjudication", person_field="reviewer",
    ),
)  # fmt: skip
