"""Reading one cell: text from CSV, or typed values from Parquet and JSON. Each raises `ValueError` in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Parse = Callable[[Any], Any]

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]00:00(?::00(?:\.0+)?)?)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")


def blank(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, str) and not value.strip())


def text(longest: int) -> Parse:
    def parse(value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise ValueError(_("This should be text."))
        # A spreadsheet makes 12345 into 12345.0 on its way to Parquet.
        words = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
        if len(words) > longest:
            raise ValueError(_("This is longer than %(longest)s characters.") % {"longest": longest})
        if any(ord(letter) < 32 for letter in words):
            raise ValueError(_("This contains control characters."))
        return words

    return parse


def day(value: Any) -> date:
    """2024-10-18, 2024/10/18, 20241018, 2024年10月18日, or a date."""
    if isinstance(value, datetime):
        return timezone.localdate(value) if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    words = str(value).strip()
    try:
        # fromisoformat also takes weeks (2024-W01-1), which nobody means: only its plain form is tried.
        if len(words) == 10 and words[4] == "-" and words[7] == "-":
            return date.fromisoformat(words)
        found = _DAY.fullmatch(words) or _COMPACT_DAY.fullmatch(words)
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise ValueError(_("There is no such day.")) from None
    raise ValueError(_("A day is written like 2024-10-18."))


def moment(value: Any) -> datetime:
    """A date (00:00 that day) or a date with a time; without a zone it is the insurer's."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=timezone.get_default_timezone())
    words = value if isinstance(value, date) else str(value).strip()
    if isinstance(words, str) and len(words) > 11:
        try:
            found = datetime.fromisoformat(words.replace("/", "-"))
        except ValueError:
            raise ValueError(_("A moment is written like 2024-10-18 09:30.")) from None
        return found if found.tzinfo else found.replace(tzinfo=timezone.get_default_timezone())
    return datetime.combine(day(words), time(), timezone.get_default_timezone())


def yuan(value: Any) -> int:
    """Yuan with at most two decimals, into fen: 4123.45, 4,123.45 or ¥4123 → 412345, 412345, 412300. Never by float."""
    if isinstance(value, bool):
        raise ValueError(_("An amount is a number of yuan, such as 4123.45."))
    words = repr(value) if isinstance(value, float) else str(value)
    words = words.strip().lstrip("¥￥").replace(",", "").replace("，", "").removesuffix("元").strip()
    try:
        amount = Decimal(words)
    except InvalidOperation:
        raise ValueError(_("An amount is a number of yuan, such as 4123.45.")) from None
    if not amount.is_finite():
        raise ValueError(_("An amount is a number of yuan, such as 4123.45."))
    fen = amount * 100
    if fen != fen.to_integral_value():
        raise ValueError(_("An amount has at most two decimals."))
    return _sane(int(fen))


def fen(value: Any) -> int:
    """Whole fen."""
    words = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"\d+(\.0)?", words):
        raise ValueError(_("An amount in fen is a whole number."))
    return _sane(int(words.removesuffix(".0")))


def _sane(amount: int) -> int:
    if amount < 0:
        raise ValueError(_("An amount is not negative."))
    if amount > 10**15:
        raise ValueError(_("The amount is too large."))
    return amount


def permille(value: Any) -> int:
    """A share in percent with at most one decimal (20, 20%, 12.5), into permille."""
    words = str(value).strip().removesuffix("%").removesuffix("％")
    try:
        share = Decimal(words) * 10
    except InvalidOperation:
        raise ValueError(_("A rate is a number of percent, such as 10.")) from None
    if not share.is_finite() or share != share.to_integral_value() or not 0 <= share <= 1000:
        raise ValueError(_("A rate is between 0 and 100 percent, with at most one decimal."))
    return int(share)


def whole(low: int, high: int) -> Parse:
    def parse(value: Any) -> int:
        words = str(value).strip().removesuffix(".0")
        if not re.fullmatch(r"\d{1,9}", words) or not low <= int(words) <= high:
            raise ValueError(_("This is a whole number from %(low)s to %(high)s.") % {"low": low, "high": high})
        return int(words)

    return parse


def area(value: Any) -> Decimal:
    try:
        size = Decimal(str(value).strip().removesuffix("m²").removesuffix("平方米").strip())
    except InvalidOperation:
        raise ValueError(_("An area is a number of square metres.")) from None
    if not size.is_finite() or not 0 < size < 10_000_000:
        raise ValueError(_("An area is a number of square metres."))
    return size.quantize(Decimal("0.01"))


def yes_or_no(value: Any) -> bool:
    words = str(value).strip().lower()
    if words in {"1", "true", "yes", "y", "是"}:
        return True
    if words in {"0", "false", "no", "n", "否"}:
        return False
    raise ValueError(_("Write yes or no."))


def choice(codes: Mapping[str, Any], words: Mapping[str, str]) -> Parse:
    """One of `codes` (code → label), or a word that `words` maps to a code."""
    known = {code.lower(): code for code in codes} | {word.lower(): code for word, code in words.items()}

    def parse(value: Any) -> str:
        found = known.get(str(value).strip().lower())
        if found is None:
            raise ValueError(_("This is not one of: %(known)s.") % {"known": ", ".join(codes)})
        return found

    return parse


def choices_of(enum: Any) -> dict[str, str | Promise]:
    return dict(enum.choices)
