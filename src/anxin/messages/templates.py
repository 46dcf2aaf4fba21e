"""What we write to customers, in both languages. One wording per occasion, the same by every channel.

A fact is a text, or a pair (Chinese, English) where the two differ. No template names anybody but the person to ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Fact = str | int | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Template:
    zh: str
    en: str
    by_sms: bool = False
    """Also sent as a text message to those with a mobile number."""
    tracked: bool = False
    """The moment it reaches the customer counts (a clock stops with it): its arrival becomes an event."""


TEMPLATES: dict[str, Template] = {
    "claim_notified": Template(
        "您的报案已收到，案号{number}。需要的材料一次列全，共{count}份，清单和每一步的时限见“我的理赔”。",
        "We have your report, case {number}. The papers we need are listed once and in full: {count}. See “My claims” "
        "for the list and for the time limit of every step.",
        by_sms=True,
    ),
    "papers_listed": Template(
        "案号{number}：又确认了一位当事人，为此另需{count}份材料，清单见“我的理赔”。",
        "Case {number}: one more party is known, for whom we need {count} more papers. See “My claims” for the list.",
    ),
    "survey_scheduled": Template(
        "案号{number}：查勘约在{at}，地点{place}，由{who}到场。时间不合适请尽早告诉我们。",
        "Case {number}: survey on {at} at {place}, by {who}. If the time does not suit you, please tell us soon.",
        by_sms=True,
    ),
    "survey_cancelled": Template(
        "案号{number}：原定{at}的查勘已取消，我们会再与您约时间。",
        "Case {number}: the survey of {at} is cancelled. We will arrange another time with you.",
        by_sms=True,
    ),
    "cover_confirmed": Template(
        "案号{number}：已经核定，您这次的损失属于保险责任。赔多少，等定损和理算后另行告诉您。",
        "Case {number}: your loss is covered by the insurance. How much we pay follows after assessment and calculation.",
        by_sms=True,
    ),
    "paper_returned": Template(
        "案号{number}：您交的“{paper}”用不了：{reason}。请重新拍照上传。",
        "Case {number}: we cannot use the {paper} you sent: {reason}. Please take the picture again and upload it.",
    ),
    "supplement": Template(
        "案号{number}：还需要补充以下材料，这次已一次列全：{papers}。补充通知到达后核定期限暂停，材料到齐即恢复。",
        "Case {number}: we still need these papers, listed once and in full: {papers}. The time limit for our decision "
        "stands still from the arrival of this notice until the papers are here.",
        by_sms=True,
        tracked=True,
    ),
    "assessment_issued": Template(
        "案号{number}：定损结果出来了，共{count}项，合计{amount}元。请逐项表态：同意，或提出异议。",
        "Case {number}: the loss assessment is ready, {count} items, CNY {amount} in all. Please accept or dispute each "
        "item.",
        by_sms=True,
    ),
    "line_reviewed": Template(
        "案号{number}：您有异议的“{item}”已由另一位定损员复核，金额{amount}元。",
        "Case {number}: a second assessor has reviewed “{item}”, which you disputed: CNY {amount}.",
    ),
    "decided": Template(
        "案号{number}：核赔结论已作出，赔付{amount}元。每一条款怎么算的，见“我的理赔”。",
        "Case {number}: we have decided to pay CNY {amount}. “My claims” shows how it was worked out, clause by clause.",
        by_sms=True,
    ),
    "refused": Template(
        "案号{number}：本次损失不属于保险责任，拒赔通知书和理由见“我的理赔”。如有异议，可随时联系我们。",
        "Case {number}: this loss is not covered. The notice with our reasons is in “My claims”. If you disagree, "
        "contact us at any time.",
        by_sms=True,
    ),
    "objection_received": Template(
        "案号{number}：您的异议已收到，由没有参与过原结论的人复核，最迟{by}答复您。",
        "Case {number}: we have your objection. Somebody who had no part in the decision looks again and answers you by "
        "{by}.",
        by_sms=True,
    ),
    "objection_stands": Template(
        "案号{number}：您的异议已复核，原结论维持。理由：{answer}",
        "Case {number}: we have looked again at your objection, and the decision stands. Our reasons: {answer}",
        by_sms=True,
    ),
    "objection_granted": Template(
        "案号{number}：您的异议已复核，案件重新处理。说明：{answer}",
        "Case {number}: we have looked again at your objection and work on your claim anew. In our words: {answer}",
        by_sms=True,
    ),
    "payment_confirmed": Template(
        "案号{number}：{amount}元已付到尾号{last_four}的账户。",
        "Case {number}: CNY {amount} has been paid to the account ending in {last_four}.",
        by_sms=True,
    ),
    "others_paid": Template(
        "案号{number}：赔给{whom}的{amount}元已经付到。",
        "Case {number}: CNY {amount} has been paid to {whom}.",
    ),
    "payment_failed": Template(
        "案号{number}：付到尾号{last_four}账户的{amount}元没有成功，请核对收款账户。",
        "Case {number}: the payment of CNY {amount} to the account ending in {last_four} did not go through. Please "
        "check the payment details.",
        by_sms=True,
    ),
    "claim_closed": Template(
        "案号{number}已结案。欢迎在“我的理赔”里给这次服务打分。",
        "Case {number} is closed. You can rate our service in “My claims”.",
    ),
    "claim_withdrawn": Template(
        "案号{number}已按您的要求撤案。需要时可以请我们重新打开。",
        "Case {number} is withdrawn as you asked. We can reopen it if you need us to.",
    ),
    "claim_reopened": Template(
        "案号{number}已重新打开，我们继续为您处理。",
        "Case {number} is open again and we are working on it.",
    ),
}  # fmt: skip


def word(template: str, facts: Mapping[str, Fact]) -> tuple[str, str]:
    """The Chinese and the English text. Raises LookupError for an unknown template or a missing fact."""
    wording = TEMPLATES[template]
    zh = {name: fact[0] if isinstance(fact, tuple) else fact for name, fact in facts.items()}
    en = {name: fact[1] if isinstance(fact, tuple) else fact for name, fact in facts.items()}
    return wording.zh.format_map(zh), wording.en.format_map(en)


def yuan(fen: int) -> str:
    """719000 → 7,190.00"""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}"
