"""Numbers that belong to a person: identity cards, bank cards, telephones, plates, policies, accounts.

Every detector takes the text with full-width letters already narrowed and yields spans. They are asked in the order of
`mask.DETECTORS`; the first to claim a place has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import phonenumbers
from stdnum import luhn
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from anxin.engines.reading.text.masking.kinds import Kind, Span

_FREE = r"(?<![0-9A-Za-z])"
_ENDS = r"(?![0-9A-Za-z])"
# What follows an amount or a quantity. A number before it is nobody's, however long.
_UNIT = re.compile(
    r"(?:\.\d{1,4})?\s?(?:元|块|万|亿|千|百|分钱|美元|港币|欧元|日元|公里|千米|天|次|人|%|yuan|rmb|cny|usd|dollars?|euros?|pounds?)",
    re.I,
)
# A mobile's or a card's figures before days, times or people are still those: nobody counts so far.
_MONEY = re.compile(
    r"(?:\.\d{1,4})?\s?(?:元|块|分钱|美元|港币|欧元|日元|yuan|rmb|cny|usd|dollars?|euros?|pounds?)", re.I
)
_SIGN = re.compile(r"[¥￥$€£]\s?$|(?:RMB|CNY|USD|HKD|EUR|GBP)\s?$", re.I)

_ID_CARD = re.compile(_FREE + r"[1-9]\d{5}([ -]?)(?:\d{8}\1\d{3}[\dXx]|\d{6}\1?\d{3})" + _ENDS)
_ID_CUE = re.compile(r"(?:身份证|证件|ID|identity|citizen)[^0-9]{0,12}$", re.I)
_CARD = re.compile(
    _FREE + r"(?:\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{5}|[2-69]\d{12,18})" + _ENDS
)
_MOBILE = re.compile(
    r"(?<![\d.])(?:(?:\+|00)?86[ -]?|0)?1[3-9]\d(?:\d{8}|([ -])\d{4}\1\d{4}|([ -])\d{3}\2\d{5})(?![0-9])"
)
_SPOKEN = re.compile(r"[一幺][三四五六七八九][零〇一二三四五六七八九幺]{9}(?![零〇一二三四五六七八九幺])")
_LANDLINE = re.compile(
    r"(?<![\d.])\(?0[1-9]\d{1,2}\)?[ -]?[2-9]\d{6,7}(?:\s?(?:转|ext\.?|x)\s?\d{1,6}|-\d{1,4})?(?![\d])", re.I
)
_ABROAD = re.compile(r"(?<![\d+])(?:\+|00)[1-9](?:[ ()-]{0,2}\d){7,14}(?!\d)")
_AMERICAN = re.compile(r"(?<![\d-])(?:\+?1[ -.])?(?:\(\d{3}\) ?|\d{3}([-.]))\d{3}[-.]\d{4}(?![\d-])")
_CUED_PHONE = re.compile(
    r"(?:电话|手机|号码|座机|致电|拨打|来电|联系方式|联系我|(?:tele)?phone|mobile|cell|tel|call me (?:on|at)|reach me (?:on|at)|my number)"
    r"(?:号码?|是|为| ?number| is|[:：.\s]){0,4}(\d(?:[ -]?\d){6,13})(?!\d)",
    re.I,
)
# Numbers of the insurer's own lines are no personal data, and a complaint is about them often enough.
_SERVICE = re.compile(r"(?:400|800|95\d)[ -]?\d|1[0-2]\d{1,3}$")

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Za-hj-np-z][ ·•・-]?(?:[A-HJ-NP-Za-hj-np-z0-9]{{4}}[挂学警港澳]|(?=[A-Za-z]{{0,4}}\d)[A-HJ-NP-Za-hj-np-z0-9]{{5,6}})"
    + _ENDS
)
_CUED_PLATE = re.compile(
    r"(?:licen[cs]e plate|number plate|plate|registration|rego)(?: ?(?:number|no\.?))?(?: is|[:\s])\s?([A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,5}|[A-Z]{2,7}-[A-Z0-9]{2,7})\b"
)

_CODE = r"([A-Za-z]{0,8}-?\d[A-Za-z0-9-]{4,31})(?![A-Za-z0-9])"
_POLICY = re.compile(r"(?:保单|保险单|投保单|合同|批单)(?:编号|号码|号)?(?:是|为|[:：\s])*" + _CODE)
_CLAIM = re.compile(r"(?:报案|赔案|立案|理赔|案件|案子|案)(?:编号|号码|号)(?:是|为|[:：\s])*" + _CODE)
_NUMBER_WORD = r"(?:\s?(?:number|num|no\.?|nr\.?|id|ref(?:erence)?)?\s?(?:is|:|#|\s)\s?#?)"
_POLICY_EN = re.compile(r"\b(?:policy|contract|certificate)" + _NUMBER_WORD + _CODE, re.I)
_CLAIM_EN = re.compile(r"\b(?:claim|case|file|reference)" + _NUMBER_WORD + _CODE, re.I)
_REFERENCE = re.compile(_FREE + r"(?!RMB|CNY|USD|HKD|EUR|GBP)[A-Z]{1,6}-?\d(?:[A-Z-]?\d){5,28}" + _ENDS)
_ACCOUNT = re.compile(
    r"(?:卡号|账号|帐号|账户|account(?: number| no\.?)?)(?:是|为| is|[:：\s])*(\d(?:[ -]?\d){7,24})(?!\d)", re.I
)
_WECHAT = re.compile(
    r"(?:微信|威信|weixin|wechat|(?<![A-Za-z])[vw]x)(号码?| ?id)?\s?([:：]|是|为|加| is)?\s?([A-Za-z][A-Za-z0-9_-]{5,19})(?![A-Za-z0-9_-])",
    re.I,
)
_QQ = re.compile(r"QQ(?:号码?)?(?:是|为| is| number|[:：\s])*([1-9]\d{4,10})(?!\d)", re.I)
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_LONG = re.compile(r"(?<![\d.])\d{12,}(?!\d)")


def emails(text: str) -> Iterator[Span]:
    for found in _EMAIL.finditer(text):
        yield Span(found.start(), found.end(), Kind.EMAIL)


def id_numbers(text: str) -> Iterator[Span]:
    """Chinese identity cards of 18 figures whose check digit (GB 11643, ISO 7064 MOD 11-2) and birthday hold, or that the
    words before them call so; the old ones of 15 by their birthday. The region is not looked up: tables of regions lack valid ones.
    """
    for found in _ID_CARD.finditer(text):
        digits = re.sub(r"[ -]", "", found[0]).upper()
        cued = _ID_CUE.search(text, max(0, found.start() - 24), found.start())
        born = digits[6:14] if len(digits) == 18 else "19" + digits[6:12]
        sound = _is_day(born, oldest=1850) and (len(digits) == 15 or _checks(digits))
        if cued or (sound and (len(digits) == 18 or not _is_money(text, found.start(), found.end()))):
            yield Span(found.start(), found.end(), Kind.ID_NUMBER)


def _checks(digits: str) -> bool:
    return bool(ric.calc_check_digit(digits[:17]) == digits[17])


def _is_day(digits: str, *, oldest: int) -> bool:
    try:
        return oldest <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).year <= 2100
    except ValueError:
        return False


def _is_amount(text: str, start: int, end: int) -> bool:
    return bool(_UNIT.match(text, end) or _SIGN.search(text, max(0, start - 5), start))


def _is_money(text: str, start: int, end: int) -> bool:
    return bool(_MONEY.match(text, end) or _SIGN.search(text, max(0, start - 5), start))


def cards(text: str) -> Iterator[Span]:
    """13 to 19 figures, run together or in fours, that satisfy Luhn's check (ISO/IEC 7812-1)."""
    for found in _CARD.finditer(text):
        digits = re.sub(r"[ -]", "", found[0])
        if not 13 <= len(digits) <= 19 or digits[0] not in "234569" or _is_moment(digits):
            continue
        try:
            luhn.validate(digits)
        except ValidationError:
            continue
        if not _is_money(text, found.start(), found.end()):
            yield Span(found.start(), found.end(), Kind.CARD)


def phones(text: str) -> Iterator[Span]:
    """Mobiles, numbers with an area code, numbers abroad after a plus, and whatever the words before call a telephone."""
    for found in _MOBILE.finditer(text):
        if not _is_money(text, found.start(), found.end()):
            yield Span(found.start(), found.end(), Kind.MOBILE)
    for found in _SPOKEN.finditer(text):
        yield Span(found.start(), found.end(), Kind.MOBILE)
    for found in _LANDLINE.finditer(text):
        digits = re.split(r"转|ext|x|(?<=\d{7})-", found[0], flags=re.I)[0]
        if _is_valid(digits, "CN") and not _is_amount(text, found.start(), found.end()):
            yield Span(found.start(), found.end(), Kind.PHONE)
    for found in _ABROAD.finditer(text):
        if _is_valid(re.sub(r"^00", "+", found[0]), None):
            yield Span(found.start(), found.end(), Kind.PHONE)
    for found in _AMERICAN.finditer(text):
        if not _SERVICE.match(found[0]):
            yield Span(found.start(), found.end(), Kind.PHONE)
    for found in _CUED_PHONE.finditer(text):
        digits = re.sub(r"[ -]", "", found[1])
        service = _SERVICE.match(digits) or len(digits) < 7
        if not (service or _is_moment(digits) or _is_day(digits, oldest=1900) or _is_amount(text, *found.span(1))):
            yield Span(*found.span(1), Kind.PHONE)


def _is_valid(number: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


def plates(text: str) -> Iterator[Span]:
    """Chinese plates of 7 places and of 8 (new energy), GA 36; others only where the words before call them so."""
    for found in _PLATE.finditer(text):
        yield Span(found.start(), found.end(), Kind.PLATE)
    for found in _CUED_PLATE.finditer(text):
        if any(map(str.isdigit, found[1])) or "-" in found[1]:
            yield Span(*found.span(1), Kind.PLATE)


def contracts(text: str) -> Iterator[Span]:
    """Numbers of policies and claims after the word for them; letters and at least six figures run together anywhere."""
    for pattern, kind in (
        (_POLICY, Kind.POLICY),
        (_CLAIM, Kind.CLAIM),
        (_POLICY_EN, Kind.POLICY),
        (_CLAIM_EN, Kind.CLAIM),
    ):
        for found in pattern.finditer(text):
            code = found[1]
            figures = sum(map(str.isdigit, code))
            day = code.isdigit() and _is_day(code, oldest=1900) and len(code) == 8
            dashed = re.fullmatch(r"\d{4}-\d{1,2}(?:-\d{1,2})?", code)
            if figures >= 4 and not day and not dashed and not _is_amount(text, *found.span(1)):
                yield Span(*found.span(1), kind)
    for found in _REFERENCE.finditer(text):
        yield Span(found.start(), found.end(), Kind.REFERENCE)


def accounts(text: str) -> Iterator[Span]:
    for found in _ACCOUNT.finditer(text):
        if not _is_amount(text, *found.span(1)):
            yield Span(*found.span(1), Kind.ACCOUNT)


def messengers(text: str) -> Iterator[Span]:
    """WeChat ids (a letter, then 5 to 19 letters, figures, - and _) after their word and a sign that an id follows; QQ numbers."""
    for found in _WECHAT.finditer(text):
        word, sign, name = found.groups()
        # "wechat payment" and "my WeChat is convenient" name no one.
        told = word is not None or sign in (":", "：", "为", "加")
        if told or any(character.isdigit() or character in "_-" for character in name):
            yield Span(*found.span(3), Kind.WECHAT)
    for found in _QQ.finditer(text):
        yield Span(*found.span(1), Kind.QQ)


def long_numbers(text: str) -> Iterator[Span]:
    """Twelve figures and more that are no moment and no amount: nobody counts that far, so they name something of somebody's."""
    for found in _LONG.finditer(text):
        if not _is_moment(found[0]) and not _is_amount(text, found.start(), found.end()):
            yield Span(found.start(), found.end(), Kind.NUMBER)


def _is_moment(digits: str) -> bool:
    """20250306143000 and its like."""
    if len(digits) not in (12, 14, 17) or not _is_day(digits[:8], oldest=1990):
        return False
    parts = [int(digits[at : at + 2]) for at in range(8, min(len(digits), 14), 2)]
    return all(part < most for part, most in zip(parts, (24, 60, 60), strict=False))
