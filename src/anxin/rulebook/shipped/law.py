"""Claims rules of law and of regulators' guidelines, one per row CL-* of the table of time limits.

Texts are in our own plain words, not quotations. `CL-17-L` is the second half of row CL-17 (life insurance: five years).
Where the law says "promptly" without a number (CL-09, CL-13) the number is the company's, and the rule says so.
"""

from __future__ import annotations

from typing import Any

from anxin.journal.promises.rules import Rule
from anxin.rulebook.shipped.lines import AGRICULTURE, LIFE, NOT_LIFE, PERSONAL

_COMPULSORY: dict[str, tuple[Any, ...]] = {"compulsory": (True,)}
# The decision reaches the customer either as a decision or, when refused, as the notice with reasons.
_TOLD = ("claims.decision_notified", "claims.refusal_notice_sent")

RULES: tuple[Rule, ...] = (
    Rule(
        id="CL-01", klass="count", limit=1,
        what_zh="缺的材料一次列全，只通知一次", what_en="Name all missing papers in one notice",
        source_zh="保险法 第22条", source_en="Insurance Law art. 22",
        text_zh="材料不齐的，应当及时一次性通知补充，列出全部缺项。第二次再要材料，就是违反。",
        text_en="Missing papers are asked for once, all together. Asking a second time is a breach.",
        starts_on=("claims.supplement_noticed",), department="adjudication",
    ),
    Rule(
        id="CL-02", klass="deadline", amount=30, unit="calendar_days",
        what_zh="告诉您整案核定结果", what_en="Tell you our decision on the whole claim",
        source_zh="保险法 第23条", source_en="Insurance Law art. 23",
        text_zh="收到赔偿请求后应当及时核定；情形复杂的，三十日内核定并通知结果。等您补充材料的时间不算在内。",
        text_en="We decide promptly, and within 30 days where the matter is complex, and tell you. "
        "Time spent waiting for supplements is not counted.",
        starts_on=("claims.request_received", "claims.reopened"), kept_by=_TOLD, voided_by=("claims.withdrawn",),
        paused_by=("claims.supplement_notice_arrived",), resumed_by=("claims.supplement_received",),
        # A notice about one injured person's papers stops that person's part, not the whole claim.
        key="party", department="adjudication",
    ),
    Rule(
        id="CL-03", klass="modifier", follows=("CL-02",),
        what_zh="核定的时间从初次收到请求和材料起算", what_en="The decision clock starts with the first request and papers",
        source_zh="司法解释二 第15条", source_en="Supreme Court interpretation II of the Insurance Law art. 15",
        text_zh="三十日从初次收到请求和材料时起算；从补充材料通知到达起停，到补充材料送达止。",
        text_en="The 30 days begin when request and papers are first received; they stop from the arrival of the "
        "supplement notice to the arrival of the supplements.",
    ),
    Rule(
        id="CL-04", klass="deadline", amount=5, unit="working_days",
        extended_amount=30, extended_unit="calendar_days", extension_permission="journal.extend_promise",
        what_zh="作出给付核定", what_en="Decide on your benefit",
        source_zh="基本服务规定 第23条", source_en="Basic Service Rules for Personal Insurance (2010-4) art. 23",
        text_zh="人身保险个人客户：收到请求后5个工作日内核定；情形复杂的，30日内核定。",
        text_en="Personal insurance of individuals: decided within 5 working days; within 30 days where complex.",
        starts_on=("claims.request_received", "claims.reopened"),
        kept_by=("claims.decided", "claims.refused", *_TOLD), voided_by=("claims.withdrawn",),
        where={"line": PERSONAL, "individual": (True,)}, department="adjudication",
    ),
    Rule(
        id="CL-05", klass="deadline", amount=10, unit="calendar_days",
        what_zh="谈妥后把钱付给您", what_en="Pay you what was agreed",
        source_zh="保险法 第23条", source_en="Insurance Law art. 23",
        text_zh="与您达成赔偿协议后十日内付清；合同另有约定的，按约定。",
        text_en="Paid in full within ten days of the agreement, unless the contract says otherwise.",
        starts_on=("claims.agreement_reached",), kept_by=("claims.fully_paid",), department="finance",
    ),
    Rule(
        id="CL-06", klass="deadline", amount=3, unit="calendar_days",
        what_zh="不赔的，书面告诉您理由", what_en="If refused, tell you the reasons in writing",
        source_zh="保险法 第24条", source_en="Insurance Law art. 24",
        text_zh="核定不属于保险责任的，自核定之日起三日内发出拒赔通知书，并说明理由。",
        text_en="A refusal notice with reasons goes out within three days of the decision.",
        starts_on=("claims.refused",), kept_by=("claims.refusal_notice_sent",), voided_by=("claims.reopened",),
        department="adjudication",
    ),
    Rule(
        id="CL-07", klass="deadline", amount=60, unit="calendar_days",
        what_zh="能确定的数额先付给您", what_en="Pay the part that can be determined first",
        source_zh="保险法 第25条", source_en="Insurance Law art. 25",
        text_zh="收到请求和材料六十日内总额还定不下来的，先付能确定的部分，以后补差额。",
        text_en="If the whole amount cannot be fixed within 60 days, the part that can be is paid first, the rest later.",
        starts_on=("claims.request_received",),
        kept_by=("claims.advance_paid", "claims.decision_notified", "claims.fully_paid"),
        voided_by=("claims.refused", "claims.withdrawn"), department="calculation",
    ),
    Rule(
        id="CL-08", klass="consequence", follows=("CL-02", "CL-05", "CL-12"), on_breach="claims.late_liability_recorded",
        what_zh="拖延造成的损失，我们来赔", what_en="Answer for loss caused by our delay",
        source_zh="保险法 第23条第2款", source_en="Insurance Law art. 23(2)",
        text_zh="没有按时履行的，除付保险金外，还要赔偿您因此受到的损失。",
        text_en="Besides the insurance money we owe you the loss that our delay caused.",
        department="adjudication",
    ),
    Rule(
        id="CL-09", klass="deadline", amount=1, unit="hours", force="company",
        what_zh="马上答复您，讲清怎么办", what_en="Answer at once and explain what to do",
        source_zh="交强险条例 第27条；“立即”的时数为公司标准", source_en="Compulsory Motor Regulation art. 27; the hours are the company's",
        text_zh="接到交强险报案应当立即答复，告知赔偿程序。条例没有写小时数，1 小时是公司标准，不是法定期限。",
        text_en="A compulsory-motor notification is answered at once and the procedure explained. The regulation gives no "
        "number: one hour is the company's standard, not a statutory limit.",
        starts_on=("claims.notified",), kept_by=("claims.papers_listed", "claims.contacted"),
        voided_by=("claims.withdrawn",), where=_COMPULSORY, department="call_centre",
    ),
    Rule(
        id="CL-10", klass="deadline", amount=1, unit="calendar_days",
        what_zh="书面列全要交的材料", what_en="List in writing all papers needed",
        source_zh="交强险条例 第28条", source_en="Compulsory Motor Regulation art. 28",
        text_zh="收到赔偿申请一日内，书面告知要提供的证明和资料。我们从报案就开始算。",
        text_en="Within one day of the claim we list in writing what is needed. We count from the notification already.",
        starts_on=("claims.notified",), kept_by=("claims.papers_listed",), voided_by=("claims.withdrawn",),
        where=_COMPULSORY, department="call_centre",
    ),
    Rule(
        id="CL-11", klass="deadline", amount=5, unit="calendar_days",
        what_zh="核定交强险责任，告诉您结果", what_en="Decide on compulsory cover and tell you",
        source_zh="交强险条例 第29条", source_en="Compulsory Motor Regulation art. 29",
        text_zh="收齐证明和资料五日内，核定是否属于保险责任并通知您；不属于的，书面说明理由。",
        text_en="Within five days of receiving the proofs we decide whether it is covered and tell you; reasons in writing if not.",
        starts_on=("claims.proofs_complete",), kept_by=("claims.cover_confirmed", *_TOLD),
        voided_by=("claims.withdrawn",), where=_COMPULSORY, department="adjudication",
    ),
    Rule(
        id="CL-12", klass="deadline", amount=10, unit="calendar_days",
        what_zh="付清交强险赔款", what_en="Pay the compulsory cover",
        source_zh="交强险条例 第29条", source_en="Compulsory Motor Regulation art. 29",
        text_zh="达成赔偿协议后十日内赔付。",
        text_en="Paid within ten days of the agreement.",
        starts_on=("claims.agreement_reached",), kept_by=("claims.fully_paid",), where=_COMPULSORY,
        department="finance",
    ),
    Rule(
        id="CL-13", klass="deadline", amount=3, unit="working_days", force="company",
        what_zh="垫付伤者抢救费", what_en="Advance the rescue costs of the injured",
        source_zh="交强险条例 第31条；“及时”的天数为公司标准", source_en="Compulsory Motor Regulation art. 31; the days are the company's",
        text_zh="收到交警的抢救费通知并核对后及时支付。条例没有写天数，3 个工作日是公司标准，不是法定期限。",
        text_en="After the police's notice and our check the rescue costs are paid promptly. The regulation gives no number: "
        "three working days are the company's standard, not a statutory limit.",
        starts_on=("claims.rescue_cost_notified",), kept_by=("claims.rescue_cost_paid",), key="party",
        department="finance",
    ),
    Rule(
        id="CL-14", klass="deadline", amount=10, unit="calendar_days",
        what_zh="付清农业保险赔款", what_en="Pay the agricultural claim",
        source_zh="农业保险条例 第14条", source_en="Agricultural Insurance Regulation art. 14",
        text_zh="达成赔偿协议后十日内支付。",
        text_en="Paid within ten days of the agreement.",
        starts_on=("claims.agreement_reached",), kept_by=("claims.fully_paid",), where={"line": AGRICULTURE},
        department="finance",
    ),
    Rule(
        id="CL-15", klass="deadline", amount=1, unit="working_days", force="advisory", confidence="S",
        what_zh="告诉您小额理赔要办哪些事", what_en="Tell you what a small claim needs",
        source_zh="小额理赔指引 第5条（指引，非强制）", source_en="Guideline on small claims 2015-201 art. 5 (advisory)",
        text_zh="小额医疗报案后一个工作日内，用电话、短信或网络告知理赔事项。",
        text_en="For a small medical claim: told by phone or message within one working day what is needed.",
        starts_on=("claims.notified",), kept_by=("claims.papers_listed", "claims.contacted"),
        voided_by=("claims.withdrawn",), where={"line": ("medical",), "small": (True,)}, department="call_centre",
    ),
    Rule(
        id="CL-16", klass="indicator", force="advisory", confidence="S", audience="staff",
        what_zh="小额车损：五日结案率、报案到支付天数、获赔率",
        what_en="Small motor claims: closed in five days, days to payment, share paid",
        source_zh="小额理赔指引 第2条和监测指标", source_en="Guideline on small claims 2015-201 art. 2 and its indicators",
        text_zh="仅车损且不超过5,000元的案件，按月统计这三项。是指标，不是对某一件案子的承诺。",
        text_en="Measured monthly over claims of vehicle damage only up to 5,000 yuan. Measured, not promised to one customer.",
    ),
    Rule(
        id="CL-17", klass="limitation", amount=2, unit="years", start_field="loss_on",
        what_zh="请在这之前提出赔偿请求", what_en="Make your claim before this day",
        source_zh="保险法 第26条", source_en="Insurance Law art. 26",
        text_zh="人寿保险以外的保险，请求赔偿的诉讼时效为两年，从知道或应当知道保险事故之日起算。这里按出险日算，最早最稳。",
        text_en="Except for life insurance the right to claim lapses two years after the event was known. We count from the "
        "day of loss, the earliest and safest.",
        starts_on=("claims.notified",),
        kept_by=("claims.request_received", "claims.decided", "claims.refused", "claims.fully_paid"),
        where={"line": NOT_LIFE},
    ),
    Rule(
        id="CL-17-L", klass="limitation", amount=5, unit="years", start_field="loss_on",
        what_zh="请在这之前提出给付请求", what_en="Make your claim before this day",
        source_zh="保险法 第26条", source_en="Insurance Law art. 26",
        text_zh="人寿保险请求给付的诉讼时效为五年，从知道或应当知道保险事故之日起算。这里按事故日算，最早最稳。",
        text_en="In life insurance the right to claim lapses five years after the event was known. We count from the day of "
        "the event, the earliest and safest.",
        starts_on=("claims.notified",),
        kept_by=("claims.request_received", "claims.decided", "claims.refused", "claims.fully_paid"),
        where={"line": LIFE},
    ),
    Rule(
        id="CL-18", klass="modifier", confidence="M", enabled=False, audience="staff",
        follows=("CS-02", "CS-03", "CS-04", "CS-12"),
        what_zh="车险查勘、立案、支付的时数", what_en="Hours for motor survey, case opening and payment",
        source_zh="车险理赔管理指引（2012-15），时数未查证", source_en="Guideline on motor claims 2012-15; hours not established",
        text_zh="指引要求公司自定并公布这些时数；未找到统一的法定数字，所以用公司标准里的数字，本条停用，待法务确认。",
        text_en="The guideline has companies set and publish these hours; no statutory figure was found, so the company's "
        "standards stand and this row stays off until counsel confirms it.",
    ),
)  # fmt: skip
