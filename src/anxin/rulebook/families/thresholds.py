"""Single numbers that rules turn on, each with what it is for and where it comes from.

Body: {"values": [{"name", "value", "unit", "title_zh", "title_en", "source_zh", "source_en"}, …]}; `unit` is fen, days,
count or permille. The names are the code's: none may be missing, none added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from anxin.access.models import spoken
from anxin.rulebook.families.problem import Problem, texts, twice, unknown_fields, whole

NAMES = (
    "small_motor_fen",
    "small_medical_fen",
    "price_deviation_permille",
    "survey_free_fen",
    "first_reserve_motor_fen",
    "first_reserve_home_fen",
    "first_reserve_other_fen",
    "first_reserve_injury_fen",
    "dispute_rounds",
)
UNITS = ("fen", "days", "count", "permille")


@dataclass(frozen=True, slots=True)
class Threshold:
    name: str
    value: int
    unit: str
    title_zh: str
    title_en: str
    source_zh: str
    source_en: str

    @property
    def title(self) -> str:
        return spoken(self.title_zh, self.title_en)

    @property
    def source(self) -> str:
        return spoken(self.source_zh, self.source_en)


class Thresholds:
    def __init__(self, body: Mapping[str, Any]):
        self.values = {row["name"]: Threshold(**row) for row in body["values"]}


def read(body: Mapping[str, Any]) -> Thresholds:
    return Thresholds(body)


_KNOWN = ("name", "value", "unit", "title_zh", "title_en", "source_zh", "source_en")


def problems(body: Mapping[str, Any]) -> list[Problem]:
    rows = body.get("values")
    if not isinstance(rows, list):
        return [Problem("thresholds", "values", _("A body has values."))]
    names = [str(row.get("name", "")) for row in rows]
    found = twice("", names, "name")
    found += [Problem(name, "value", _("This value is missing; add it.")) for name in NAMES if name not in names]
    for row in rows:
        where = str(row.get("name") or "?")
        if where not in NAMES:
            found.append(Problem(where, "name", _("Nothing uses this value; take it out.")))
        found += unknown_fields(where, row, _KNOWN) + whole(where, row, "value")
        found += texts(where, row, "title_zh", "title_en", "source_zh", "source_en", limit=160)
        if row.get("unit") not in UNITS:
            found.append(Problem(where, "unit", _("Choose one of: %(known)s.") % {"known": ", ".join(UNITS)}))
        if row.get("unit") == "permille" and type(row.get("value")) is int and row["value"] > 1000:
            found.append(Problem(where, "value", _("A share is at most 1000 per mille.")))
    return found
