"""How the catalogue's terms are written down: clauses in order, numbered by the drafter and not by hand."""

from __future__ import annotations

from dataclasses import dataclass

from anxin.registers.products.terms import ClauseTerms, article


@dataclass(frozen=True, slots=True)
class Draft:
    """A clause without its number; an `item` belongs under the article before it."""

    kind: str
    title: tuple[str, str]
    text: tuple[str, str]
    code: str = ""
    coverage: str = ""
    item: bool = False


def cover(zh: str, en: str, text_zh: str, text_en: str, *, coverage: str = "", code: str = "") -> Draft:
    return Draft("cover", (zh, en), (text_zh, text_en), code, coverage)


def excluded(
    zh: str, en: str, text_zh: str, text_en: str, *, code: str, coverage: str = "", item: bool = True
) -> Draft:
    return Draft("exclusion", (zh, en), (text_zh, text_en), code, coverage, item)


def exclusions(zh: str, en: str, text_zh: str, text_en: str, *, coverage: str = "") -> Draft:
    """The article under which exclusions are listed."""
    return Draft("exclusion", (zh, en), (text_zh, text_en), "", coverage)


def deductible(zh: str, en: str, text_zh: str, text_en: str, *, coverage: str = "", code: str = "") -> Draft:
    return Draft("deductible", (zh, en), (text_zh, text_en), code, coverage)


def limit(
    zh: str, en: str, text_zh: str, text_en: str, *, coverage: str = "", code: str = "", item: bool = False
) -> Draft:
    return Draft("limit", (zh, en), (text_zh, text_en), code, coverage, item)


def condition(zh: str, en: str, text_zh: str, text_en: str, *, coverage: str = "", code: str = "") -> Draft:
    return Draft("condition", (zh, en), (text_zh, text_en), code, coverage)


def numbered(*drafts: Draft) -> tuple[ClauseTerms, ...]:
    """第一条, 第二条, …; an item takes its article's number: 第二条（一）."""
    clauses = []
    number = place = 0
    for draft in drafts:
        number, place = (number, place + 1) if draft.item else (number + 1, 0)
        clauses.append(
            ClauseTerms(
                kind=draft.kind, number=article(number, place), title_zh=draft.title[0], title_en=draft.title[1],
                text_zh=draft.text[0], text_en=draft.text[1], code=draft.code, coverage=draft.coverage,
            )
        )  # fmt: skip
    return tuple(clauses)


# What every contract says, once. Articles in brackets are of the Insurance Law (2015).
DISCLOSURE = condition(
    "如实告知", "Answering our questions truly",
    "投保时我们询问的事项，您应当如实回答。故意或者因重大过失没有如实回答，足以影响我们是否承保或者提高保费的，我们可以解除合同；"
    "自我们知道解除事由之日起超过三十日、或者自合同成立之日起超过二年的，我们不再解除（保险法第十六条）。",
    "Answer truly what we ask when you apply. If you did not, on purpose or through gross negligence, and it would have changed "
    "our decision or the premium, we may rescind within thirty days of learning of it, and not after two years "
    "(Insurance Law, art. 16).",
    code="disclosure",
)  # fmt: skip
NOTIFY = condition(
    "及时报案", "Telling us in time",
    "发生保险事故后请尽快通知我们。因故意或者重大过失没有及时通知，使事故的性质、原因、损失程度难以确定的，"
    "我们对无法确定的部分不赔；我们已经知道或者应当知道的除外（保险法第二十一条）。",
    "Tell us as soon as you can after an insured event. If, on purpose or through gross negligence, you tell us so late that its "
    "nature, cause or extent cannot be established, that part is not paid, unless we knew or should have known "
    "(Insurance Law, art. 21).",
    code="late_notice",
)  # fmt: skip
PAPERS = condition(
    "索赔材料", "Papers for a claim",
    "报案时我们一次列明所需材料。材料不完整的，我们及时一次性通知您补充（保险法第二十二条）。",
    "When you report we list the papers needed, once. If some are missing we ask for all of them at once "
    "(Insurance Law, art. 22).",
    code="papers",
)  # fmt: skip
TIME_LIMITS = condition(
    "核定与付款", "Decision and payment",
    "收到赔偿或者给付请求后我们及时核定，情形复杂的在三十日内核定；达成协议后十日内付款；不属于保险责任的，"
    "自作出核定之日起三日内书面说明理由（保险法第二十三条、第二十四条）。",
    "We decide promptly once we have your request, within thirty days where it is complex; pay within ten days of agreement; and "
    "if it is not covered, send our reasons within three days of deciding (Insurance Law, arts. 23 and 24).",
    code="time_limits",
)  # fmt: skip
INTENT = excluded(
    "故意行为", "Intentional acts",
    "投保人、被保险人故意造成的损失。", "Loss that the policyholder or the insured causes on purpose.", code="intentional",
)  # fmt: skip
WAR = excluded(
    "战争与军事行动", "War", "战争、军事冲突、恐怖活动、武装叛乱造成的损失。",
    "Loss through war, armed conflict, terrorism or armed rebellion.", code="war",
)  # fmt: skip
NUCLEAR = excluded(
    "核风险", "Nuclear risks", "核辐射、核爆炸、核污染造成的损失。",
    "Loss through nuclear radiation, explosion or contamination.", code="nuclear",
)  # fmt: skip
CLOSING = (NOTIFY, PAPERS, TIME_LIMITS)
