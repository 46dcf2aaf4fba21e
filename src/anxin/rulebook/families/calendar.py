"""The working calendar: published years, the insurer's office hours, and an administrator's overrides.

Body: what `Calendar.to_data()` gives (its shape is in engines/calendar/snapshot.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from anxin.engines.calendar import Calendar
from anxin.rulebook.families.problem import Problem


def read(body: Mapping[str, Any]) -> Calendar:
    return Calendar.from_data(body)


def problems(body: Mapping[str, Any]) -> list[Problem]:
    try:
        calendar = Calendar.from_data(body)
    except ValueError as error:
        # The engine names the part and the fix before the colon and after it.
        part, _colon, fix = str(error).partition(": ")
        return [Problem("calendar", part, fix or str(error))]
    if calendar.to_data() != body:
        return [
            Problem("calendar", "data", _("It is not in the canonical order; pass what the calendar itself writes."))
        ]
    return []
