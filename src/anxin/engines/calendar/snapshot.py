"""A calendar as plain JSON-able data, so that an edition can be stored and replayed exactly.

Shape (format 1), dates ISO 8601, times HH:MM[:SS[.ffffff]], everything sorted:

    {"format": 1, "zone": "Asia/Shanghai",
     "office_hours": [["09:00", "12:00"], ["13:00", "17:30"]],
     "fixed_holidays": {"01-01": "元旦", ...},
     "years": [{"year": 2025, "holidays": {"2025-01-01": "元旦", ...}, "make_up_days": ["2025-01-26", ...]}, ...],
     "overrides": [{"on": "2025-06-06", "working": false, "reason": "..."}, ...]}

The fixed holidays are part of it, because the State Council changes them now and then.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from anxin.engines.calendar.office import OfficeHours
from anxin.engines.calendar.rules import DayRules
from anxin.engines.calendar.tables import Override, YearTable

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Parts:
    """What a calendar is made of, in the order and names of its constructor."""

    years: tuple[YearTable, ...]
    overrides: tuple[Override, ...]
    office_hours: OfficeHours
    zone: ZoneInfo
    fixed_holidays: Mapping[tuple[int, int], str]


def write(rules: DayRules, office_hours: OfficeHours, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "zone": zone.key,
        "office_hours": [[_clock(opens), _clock(closes)] for opens, closes in office_hours.spans],
        "fixed_holidays": {f"{month:02}-{day:02}": name for (month, day), name in rules.fixed_holidays.items()},
        "years": [
            {
                "year": table.year,
                "holidays": {day.isoformat(): name for day, name in table.holidays.items()},
                "make_up_days": [day.isoformat() for day in sorted(table.make_up_days)],
            }
            for table in rules.tables.values()
        ],
        "overrides": [
            {"on": override.on.isoformat(), "working": override.working, "reason": override.reason}
            for override in rules.overrides.values()
        ],
    }


def read(data: Mapping[str, Any]) -> Parts:
    """Raises ValueError, naming what is wrong, for anything `write` does not produce."""
    if data.get("format") != FORMAT:
        raise ValueError(f"data: format is {data.get('format')!r}, this release reads {FORMAT}")
    try:
        return Parts(
            years=tuple(
                YearTable(
                    year=table["year"],
                    holidays={date.fromisoformat(day): name for day, name in table["holidays"].items()},
                    make_up_days=frozenset(date.fromisoformat(day) for day in table["make_up_days"]),
                )
                for table in data["years"]
            ),
            overrides=tuple(
                Override(on=date.fromisoformat(override["on"]), working=override["working"], reason=override["reason"])
                for override in data["overrides"]
            ),
            office_hours=OfficeHours(
                tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in data["office_hours"])
            ),
            zone=ZoneInfo(data["zone"]),
            fixed_holidays={(int(day[:2]), int(day[3:])): name for day, name in data["fixed_holidays"].items()},
        )
    except KeyError as error:
        raise ValueError(f"data: {error.args[0]!r} is missing or unknown; pass what to_data() returned") from error
    except (AttributeError, TypeError) as error:
        raise ValueError(f"data: not of the expected shape ({error}); pass what to_data() returned") from error


def digest(data: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the canonical JSON text: the name of an edition."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _clock(clock: time) -> str:
    return clock.isoformat(timespec="auto" if clock.second or clock.microsecond else "minutes")
