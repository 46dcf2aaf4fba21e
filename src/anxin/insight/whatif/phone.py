"""The phone line's volumes: entered by hand, or from the calls that were imported as facts where there are any."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access.errors import Invalid
from anxin.insight.results.asking import Ask

MOST_INTERVALS = 48
_LINE = re.compile(r"(?P<name>\d{1,2}:\d{2})[\s,;\t]+(?P<calls>\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Heard:
    """What the imported calls say: mean calls by half-hour of a weekday, mean handling time in seconds, calls counted."""

    volumes: list[tuple[str, float]]
    handling: float
    calls: int
    days: int


def volumes_of(text: str) -> list[tuple[str, float]]:
    """Lines such as “09:00 42”. Raises `Invalid` that quotes the line that is wrong."""
    found = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        match = _LINE.fullmatch(line)
        if match is None:
            wrong = _("“%(line)s” is not a time and a number of calls, such as 09:00 42.") % {"line": line[:40]}
            raise Invalid(wrong, fields={"volumes": wrong})
        found.append((match["name"].zfill(5), float(match["calls"])))
    if not found:
        wrong = _("Enter at least one half-hour, such as 09:00 42.")
        raise Invalid(wrong, fields={"volumes": wrong})
    if len(found) > MOST_INTERVALS:
        wrong = _("At most 48 half-hours: one day.")
        raise Invalid(wrong, fields={"volumes": wrong})
    return found


def heard(ask: Ask) -> Heard | None:
    """From the calls kept as facts by the room of the indicators; None where that room or its calls are not there."""
    try:
        calls = import_module("anxin.insight.indicators.queries").calls
    except (ImportError, AttributeError):
        return None
    return summed(calls(ask))


def summed(calls: Iterable[Any]) -> Heard | None:
    """Each call with `at` (aware) and `handling_seconds` (None where it was not answered)."""
    zone = timezone.get_default_timezone()
    counts: Counter[str] = Counter()
    days: set[Any] = set()
    handled: list[float] = []
    for call in calls:
        at: datetime = call.at.astimezone(zone)
        if at.weekday() >= 5:
            continue
        counts[f"{at.hour:02d}:{at.minute // 30 * 30:02d}"] += 1
        days.add(at.date())
        if call.handling_seconds:
            handled.append(float(call.handling_seconds))
    if not days or not handled:
        return None
    return Heard(
        [(name, count / len(days)) for name, count in sorted(counts.items())], sum(handled) / len(handled),
        sum(counts.values()), len(days),
    )  # fmt: skip
