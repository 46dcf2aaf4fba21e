"""How amounts, days, moments and lengths of time are written for people, on every face.

All in the insurer's zone and in the reader's language. Nothing is rounded that is money: 805000 fen is 8,050.00.
An empty value (None or "") is written as nothing, so that a template need not ask first.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language, ngettext

from anxin.access import clock
from anxin.access.models import Department, spoken

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _local(value: datetime) -> datetime:
    """The moment on the insurer's clock, whichever zone it came in."""
    return value.astimezone(timezone.get_default_timezone())


def _date_of(value: date | datetime) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


def _this_year() -> int:
    return _local(clock.now()).year


def fen(amount: int | None) -> str:
    """805000 → 8,050.00. Integer fen in, yuan out, always two places; a minus sign, not a hyphen."""
    if amount is None or amount == "":
        return ""
    whole, rest = divmod(abs(int(amount)), 100)
    return f"{'−' if int(amount) < 0 else ''}{whole:,}.{rest:02d}"


def fen_plain(amount: int | None) -> str:
    """805000 → 8050.00, as a form's value: what a browser's number keyboard gives back."""
    return fen(amount).replace(",", "").replace("−", "-")


def day(value: date | datetime | None) -> str:
    """3月6日 or 6 Mar; with its year when that is not the present one."""
    if not value:
        return ""
    on = _date_of(value)
    with_year = on.year != _this_year()
    if _english():
        return f"{on.day} {_MONTHS_EN[on.month - 1]}" + (f" {on.year}" if with_year else "")
    return (f"{on.year}年" if with_year else "") + f"{on.month}月{on.day}日"


def full_day(value: date | datetime | None) -> str:
    """2025年3月6日 or 6 Mar 2025: for papers and policies, where the year is never left out."""
    if not value:
        return ""
    on = _date_of(value)
    return f"{on.day} {_MONTHS_EN[on.month - 1]} {on.year}" if _english() else f"{on.year}年{on.month}月{on.day}日"


def weekday(value: date | datetime | None) -> str:
    """周一 or Mon."""
    if not value:
        return ""
    number = _date_of(value).weekday()
    return _WEEKDAYS_EN[number] if _english() else f"周{_WEEKDAYS_ZH[number]}"


def clock_time(value: datetime | None) -> str:
    """10:20, on the insurer's clock."""
    return f"{_local(value):%H:%M}" if value else ""


def moment(value: datetime | None) -> str:
    """3月17日 10:20 or 17 Mar 10:20; with its year when that is not the present one."""
    return f"{day(value)} {clock_time(value)}" if value else ""


def iso(value: date | datetime | None) -> str:
    """For `<time datetime="…">`: 2025-03-06, or 2025-03-06T10:20+08:00."""
    if not value:
        return ""
    return _local(value).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def iso_day(value: date | datetime | None) -> str:
    """2025-03-06, also as the value of a date field."""
    return _date_of(value).isoformat() if value else ""


def duration(value: timedelta | int | float | None) -> str:
    """12 天 15 小时: the two largest parts of a length of time (timedelta, or seconds), cut, never rounded up."""
    if value is None or value == "":
        return ""
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
    minutes = abs(seconds) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [
        (days, ngettext("%(number)d day", "%(number)d days", days)),
        (hours, ngettext("%(number)d hour", "%(number)d hours", hours)),
        (minutes, ngettext("%(number)d minute", "%(number)d minutes", minutes)),
    ]
    first = next((place for place, (number, _) in enumerate(parts) if number), 2)
    shown = [text % {"number": number} for number, text in parts[first : first + 2] if number]
    if not shown:
        count = abs(seconds)
        shown = [ngettext("%(number)d second", "%(number)d seconds", count) % {"number": count}]
    return ("−" if seconds < 0 else "") + " ".join(shown)


def share(value: float | Decimal | None) -> str:
    """0.253 → 25%."""
    if value is None or value == "":
        return ""
    return f"{(Decimal(str(value)) * 100).quantize(Decimal(1), ROUND_HALF_UP)}%"


def per_cent(value: float | Decimal | None) -> str:
    """0.2314 → 23.1%: a place on a drawing, as the value of an SVG attribute. Cut to the drawing: 0 … 100."""
    if value is None or value == "":
        return "0%"
    return f"{min(100.0, max(0.0, float(value) * 100)):.1f}%"


def get(mapping: Any, key: Any) -> Any:
    """`{{ errors|get:"plate" }}`: the value under a key that is itself a value; nothing when it is not there."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


def department_name(code: str | None) -> str:
    """The name of a department in the reader's language, from its code.

    Every desk page says where its reader works; asking the database for that each time would cost a query a page, so the
    short list is kept for a minute.
    """
    if not code:
        return ""
    names = cache.get_or_set("anxin.departments", _departments, 60)
    return spoken(*names[code]) if names and code in names else code


def _departments() -> dict[str, tuple[str, str]]:
    return {item.code: (item.name_zh, item.name_en) for item in Department.objects.all()}
