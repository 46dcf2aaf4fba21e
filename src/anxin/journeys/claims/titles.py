"""What a claim is called, in both languages and without names: 车险追尾，两人受伤."""

from __future__ import annotations

from collections.abc import Iterable

from anxin.journeys.claims.models import Claim, Party

_TYPES = {"motor": ("车险", "Motor"), "home": ("家财险", "Home"), "other": ("", "")}
_LINES = {
    "enterprise_property": ("企财险", "Enterprise property"), "engineering": ("工程险", "Engineering"),
    "cargo": ("货运险", "Cargo"), "term_life": ("定期寿险", "Term life"), "whole_life": ("终身寿险", "Whole life"),
    "endowment_life": ("两全险", "Endowment"), "participating_life": ("分红险", "Participating life"),
    "universal_life": ("万能险", "Universal life"), "medical": ("医疗险", "Medical"), "disease": ("疾病险", "Disease"),
    "nursing": ("护理险", "Nursing care"), "accident": ("意外险", "Accident"),
}  # fmt: skip
_CAUSES = {
    "collision": ("碰撞", "collision"), "fire": ("火灾", "fire"), "water": ("水渍", "water damage"),
    "storm": ("暴风雨", "storm"), "theft": ("盗抢", "theft"), "glass": ("玻璃破碎", "broken glass"),
    "injury": ("意外受伤", "accidental injury"), "illness": ("疾病", "illness"), "death": ("身故", "death"),
    "other": ("出险", "loss"),
}  # fmt: skip
# A closer word for how it happened, where the account uses one of these. A fixed list: nothing else of it is repeated.
_MANNERS = {
    "collision": (
        ("追尾", "rear-end collision"), ("剐蹭", "scrape"), ("刮蹭", "scrape"), ("侧翻", "rollover"), ("倒车", "reversing"),
    ),
    "water": (("爆管", "burst pipe"), ("水管爆裂", "burst pipe"), ("漏水", "leak"), ("涉水", "driving through water")),
    "storm": (("台风", "typhoon"), ("冰雹", "hail"), ("暴雨", "rainstorm"), ("洪水", "flood")),
    "fire": (("爆炸", "explosion"), ("自燃", "self-ignition")),
}  # fmt: skip
_COUNT_ZH = {1: "一", 2: "两", 3: "三", 4: "四", 5: "五", 6: "六", 7: "七", 8: "八", 9: "九", 10: "十"}
_COUNT_EN = {
    1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten",
}  # fmt: skip


def title_of(
    *,
    claim_type: str,
    line: str,
    cause: str,
    account: str,
    parties: Iterable[str],
    has_injury: bool,
    has_third_party: bool,
) -> tuple[str, str]:
    """(Chinese, English). `parties` are kinds of the parties known; without any, an injury is told without a number."""
    kinds = list(parties)
    manner = next((words for words in _MANNERS.get(cause, ()) if words[0] in account), _CAUSES[cause])
    type_zh, type_en = _TYPES[claim_type] if claim_type != Claim.Type.OTHER else _LINES.get(line, ("", ""))
    zh = type_zh + manner[0]
    en = f"{type_en} {manner[1]}".strip()
    if claim_type == Claim.Type.OTHER:
        # A benefit is one person's: that they are ill or hurt is what the cause says.
        return zh, en[:1].upper() + en[1:]
    for kind, fact, told_zh, told_en, vague_zh, vague_en in (
        (Party.Kind.THIRD_VEHICLE, has_third_party, "{}辆三者车", "{} third-party vehicle{}", "涉及三者", "a third party"),
        (Party.Kind.INJURED, has_injury, "{}人受伤", "{} injured", "有人受伤", "people injured"),
    ):  # fmt: skip
        many = kinds.count(kind)
        if many:
            zh += "，" + told_zh.format(_COUNT_ZH.get(many, str(many)))
            en += ", " + told_en.format(_COUNT_EN.get(many, str(many)), "s" if many > 1 else "")
        elif fact:
            zh, en = f"{zh}，{vague_zh}", f"{en}, {vague_en}"
    return zh, en[:1].upper() + en[1:]
