"""The release's own rules on their way into the tables: at the first migrate, and whenever a release changed them."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django.db import connections, transaction

from anxin.access import clock
from anxin.engines.calendar import Calendar
from anxin.rulebook.books import books, today
from anxin.rulebook.families import promises
from anxin.rulebook.merging import merge
from anxin.rulebook.models import RELEASE_NOTES, Family, RuleEdition, canonical, digest_of
from anxin.rulebook.shipped import BODIES

# Histories written or imported for earlier days find the first edition too.
FIRST_DAY = date(2000, 1, 1)
NOTE_FIRST, NOTE_LATER, NOTE_CALENDAR = RELEASE_NOTES


@transaction.atomic
def install_shipped(now: datetime) -> list[RuleEdition]:
    """Publish the shipped rules where they are not yet there; returns the editions made. Again is harmless.

    A later release's changes come as a new edition in which whatever the company changed stays, except that a
    statutory rule is never left looser than the law as the release knows it.
    """
    made = []
    for family, build in BODIES.items():
        made += _install(family, build(), now)
    return made


def refresh_calendar(now: datetime) -> RuleEdition | None:
    """A new edition when the calendar package knows years the one in force does not; overrides and hours stay."""
    with transaction.atomic():
        made = _install(Family.CALENDAR, BODIES[Family.CALENDAR](), now)
    return made[0] if made else None


def install_after_migrate(using: str = "default", **_signal: Any) -> None:
    """After migrate: only where our table is there (a partial migrate may not have made it yet)."""
    if using == "default" and RuleEdition._meta.db_table in connections[using].introspection.table_names():
        books.look_again()
        install_shipped(clock.now())


def law() -> dict[str, Any]:
    """The promise rules as this release ships them: what an administrator's edition is measured against."""
    return promises.rules_of(BODIES[Family.PROMISES]())


def _install(family: Family, body: dict[str, Any], now: datetime) -> list[RuleEdition]:
    rows = RuleEdition.objects.filter(family=family).order_by("number")
    latest = rows.last()
    text = canonical(body)
    if latest is None:
        return [_write(family, 1, text, text, FIRST_DAY, NOTE_FIRST, now)]
    taken_in = rows.exclude(shipped="").last()
    base_text = taken_in.shipped if taken_in else ""
    if base_text == text:
        return []
    if family == Family.CALENDAR:
        merged = _with_new_years(latest.data, body)
    else:
        merged = merge(json.loads(base_text) if base_text else {}, latest.data, body)
    if family == Family.PROMISES:
        _never_looser(merged)
    merged_text = canonical(merged)
    if merged_text == latest.body:
        return []
    note = NOTE_CALENDAR if family == Family.CALENDAR else NOTE_LATER
    return [_write(family, latest.number + 1, merged_text, text, today(), note, now)]


def _write(family: Family, number: int, text: str, shipped: str, on: date, note: str, now: datetime) -> RuleEdition:
    edition = RuleEdition(
        family=family, number=number, body=text, sha256=digest_of(text), shipped=shipped, valid_from=on,
        note=note, published_at=now,
    )  # fmt: skip
    edition.save()
    books.after_publishing()
    return edition


def _with_new_years(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """The published years are the State Council's; the overrides and the office hours are the company's."""
    years = {row["year"]: row for row in ours["years"]} | {row["year"]: row for row in theirs["years"]}
    merged = {**theirs, "years": [years[year] for year in sorted(years)], "overrides": ours["overrides"]}
    return Calendar.from_data({**merged, "office_hours": ours["office_hours"]}).to_data()


def _never_looser(merged: dict[str, Any]) -> None:
    """A release may bring a stricter law: a company's older, looser number then gives way to it."""
    laws = law()
    for row in merged["rules"]:
        ours, theirs = promises.Rule.from_data(row), laws.get(row["id"])
        if theirs is not None and theirs.force == "statutory":
            for name in promises.looser_fields(ours, theirs):
                row[name] = getattr(theirs, name)
                if name == "amount":
                    row["unit"] = theirs.unit
