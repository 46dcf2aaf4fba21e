"""Changes to the working calendar, each as an edition of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing
from anxin.engines.calendar import Calendar
from anxin.rulebook import shipping
from anxin.rulebook.actions.changing import newest
from anxin.rulebook.actions.publishing import publish
from anxin.rulebook.models import Family, RuleEdition
from anxin.rulebook.permissions import PUBLISH_RULES


def set_calendar_override(
    *, on: date, working: bool, reason: str, actor: Actor, now: datetime, expected: int | None = None
) -> RuleEdition:
    """Say that one day is (not) worked, whatever is published. For notices the table lacks, not for company outings:

    the calendar dates statutory limits too, and the law knows no company holidays.
    """
    body = newest(Family.CALENDAR, actor)
    if not reason.strip():
        raise Invalid(_("An override needs its reason."), fields={"reason": _("Name the notice it rests on.")})
    rest = [row for row in body["overrides"] if row["on"] != on.isoformat()]
    body["overrides"] = sorted(
        [*rest, {"on": on.isoformat(), "working": working, "reason": reason.strip()}], key=lambda row: row["on"]
    )
    words = _("%(day)s becomes a working day: %(reason)s") if working else _("%(day)s becomes a day off: %(reason)s")
    return _publish(body, words % {"day": on.isoformat(), "reason": reason.strip()}, actor, now, expected)


def remove_calendar_override(
    *, on: date, actor: Actor, now: datetime, note: str = "", expected: int | None = None
) -> RuleEdition:
    body = newest(Family.CALENDAR, actor)
    rest = [row for row in body["overrides"] if row["on"] != on.isoformat()]
    if len(rest) == len(body["overrides"]):
        raise Missing(_("There is no override of this day."))
    body["overrides"] = rest
    return _publish(body, note or _("%(day)s is as published again") % {"day": on.isoformat()}, actor, now, expected)


def set_office_hours(
    *, spans: Iterable[tuple[time, time]], note: str, actor: Actor, now: datetime, expected: int | None = None
) -> RuleEdition:
    """The hours by which limits of office time run."""
    body = newest(Family.CALENDAR, actor)
    body["office_hours"] = [[opens.isoformat("minutes"), closes.isoformat("minutes")] for opens, closes in spans]
    return _publish(body, note, actor, now, expected)


def refresh_calendar(*, actor: Actor, now: datetime) -> RuleEdition | None:
    """Take in the years the calendar package has learnt since; None when there is nothing new."""
    actor.must(PUBLISH_RULES)
    return shipping.refresh_calendar(now)


def _publish(body: dict[str, Any], note: str, actor: Actor, now: datetime, expected: int | None) -> RuleEdition:
    with contextlib.suppress(ValueError):  # publish says what is wrong, field by field
        body = Calendar.from_data(body).to_data()  # in the canonical order
    return publish(family=Family.CALENDAR, body=body, note=note[:400], actor=actor, now=now, expected=expected)
