"""How days, shares and promises are written on the pages of scenarios."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from anxin.access.models import spoken
from anxin.insight.whatif.stages import WHOLE, promises

DAY = 24.0


def days(first: date, last: date) -> str:
    return f"{day(first)} – {day(last)}"


def day(one: date) -> str:
    return spoken(f"{one.year}年{one.month}月{one.day}日", f"{one.day} {one:%b %Y}")


def short_day(one: date) -> str:
    return spoken(f"{one.month}月{one.day}日", f"{one.day} {one:%b}")


def in_days(hours: float | None) -> str:
    return "–" if hours is None else f"{hours / DAY:.1f}"


def share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def promise_name(code: str, whole_days: int) -> str:
    if code == WHOLE:
        return _("Whole claim within %(days)s days") % {"days": whole_days}
    known = {one.code: one.what for one in promises(whole_days)}
    return f"{code} {known.get(code, '')}".strip()
