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
    found = _plain_problems(body)
    if found:
        return found
    try:
        calendar = Calendar.from_data(body)
    except ValueError as error:
        # The engine names the part and the fix before the colon and after it.
        part, _colon, fix = str(error).partition(": ")
        said = _("This cannot be used: %(error)s") % {"error": fix or error}
        return [Problem("calendar", part, said)]
    if calendar.to_data() != body:
        return [
            Problem("calendar", "data", _("It is not in the canonical order; pass what the calendar itself writes."))
        ]
    return []


def _plain_problems(body: Mapping[str, Any]) -> list[Problem]:
    """What an administrator can get wrong on the page, in their own words; the engine finds the rest."""
    found = []
    before = ""
    for opens, closes in body.get("office_hours") or [("", "")]:
        if not opens or opens >= closes or opens < before:
            fix = _("Enter spans of the day that follow one another, each with an end after its beginning.")
            found.append(Problem("calendar", "office_hours", fix))
            break
        before = closes
    for row in body.get("overrides", []):
        if not str(row["reason"]).strip():
            found.append(Problem(str(row["on"]), "reason", _("Name the notice it rests on.")))
    return found
