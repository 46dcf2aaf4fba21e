"""The price standard: what a part and the work on it cost, by method, in fen.

Body: {"items": [{"code", "claim_type", "group", "name_zh", "name_en", "unit", "methods": {method: {"parts_fen",
"labour_fen"}}}, …]}. `unit` is what the price is for: piece, set, m2, m, room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.access.models import spoken
from anxin.rulebook.families.problem import Problem, texts, twice, unknown_fields, whole

METHODS: dict[str, Any] = {
    "replace": gettext_lazy("Replace"),
    "repair": gettext_lazy("Repair"),
    "paint": gettext_lazy("Paint"),
    "repair_paint": gettext_lazy("Repair and paint"),
    "replace_paint": gettext_lazy("Replace and paint"),
    "clean": gettext_lazy("Clean and dry"),
}
UNITS: dict[str, Any] = {
    "piece": gettext_lazy("piece"),
    "set": gettext_lazy("set"),
    "m2": gettext_lazy("m²"),
    "m": gettext_lazy("metre"),
    "room": gettext_lazy("room"),
}
GROUPS: dict[str, Any] = {
    "body": gettext_lazy("Body panels"),
    "bumper": gettext_lazy("Bumpers and trim"),
    "lamp": gettext_lazy("Lamps"),
    "glass": gettext_lazy("Glass"),
    "mirror": gettext_lazy("Mirrors"),
    "chassis": gettext_lazy("Chassis and wheels"),
    "cooling": gettext_lazy("Cooling and engine bay"),
    "electronics": gettext_lazy("Electronics and sensors"),
    "safety": gettext_lazy("Airbags and belts"),
    "interior": gettext_lazy("Interior"),
    "floor": gettext_lazy("Floors"),
    "wall": gettext_lazy("Walls and ceilings"),
    "opening": gettext_lazy("Doors and windows"),
    "fixture": gettext_lazy("Fixtures"),
    "pipe": gettext_lazy("Water and electricity"),
    "furniture": gettext_lazy("Furniture"),
    "appliance": gettext_lazy("Appliances"),
    "service": gettext_lazy("Services"),
}
CLAIM_TYPES = ("motor", "home")


@dataclass(frozen=True, slots=True)
class PriceItem:
    """One item by one method. `parts_fen` and `labour_fen` are for one `unit`."""

    code: str
    method: str
    name_zh: str
    name_en: str
    parts_fen: int
    labour_fen: int
    unit: str
    group: str
    claim_type: str
    edition: int

    @property
    def name(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def total_fen(self) -> int:
        return self.parts_fen + self.labour_fen

    @property
    def method_title(self) -> str:
        return str(METHODS[self.method])

    @property
    def unit_title(self) -> str:
        return str(UNITS[self.unit])

    @property
    def group_title(self) -> str:
        return str(GROUPS[self.group])


class Prices:
    def __init__(self, body: Mapping[str, Any], edition: int):
        self.items = [
            PriceItem(
                code=row["code"], method=method, name_zh=row["name_zh"], name_en=row["name_en"],
                parts_fen=price["parts_fen"], labour_fen=price["labour_fen"], unit=row["unit"], group=row["group"],
                claim_type=row["claim_type"], edition=edition,
            )
            for row in body["items"]
            for method, price in sorted(row["methods"].items(), key=lambda pair: list(METHODS).index(pair[0]))
        ]  # fmt: skip
        self._by_key = {(item.code, item.method): item for item in self.items}

    def get(self, code: str, method: str) -> PriceItem | None:
        return self._by_key.get((code, method))


def read(body: Mapping[str, Any], edition: int = 0) -> Prices:
    return Prices(body, edition)


_KNOWN = ("code", "claim_type", "group", "name_zh", "name_en", "unit", "methods")


def problems(body: Mapping[str, Any]) -> list[Problem]:
    items = body.get("items")
    if not isinstance(items, list) or not items:
        return [Problem("prices", "items", _("A price standard has items."))]
    found = twice("", (str(row.get("code", "")) for row in items), "code")
    for row in items:
        where = str(row.get("code") or "?")
        found += unknown_fields(where, row, _KNOWN)
        found += texts(where, row, "code", limit=40) + texts(where, row, "name_zh", limit=80)
        found += texts(where, row, "name_en", limit=100)
        for field, known in (("claim_type", CLAIM_TYPES), ("group", tuple(GROUPS)), ("unit", tuple(UNITS))):
            if row.get(field) not in known:
                found.append(Problem(where, field, _("Choose one of: %(known)s.") % {"known": ", ".join(known)}))
        methods = row.get("methods")
        if not isinstance(methods, dict) or not methods:
            found.append(Problem(where, "methods", _("An item needs a price for at least one method.")))
            continue
        for method, price in methods.items():
            if method not in METHODS:
                known_methods = ", ".join(METHODS)
                found.append(Problem(where, method, _("Choose one of: %(known)s.") % {"known": known_methods}))
                continue
            place = f"{where}/{method}"
            found += unknown_fields(place, price, ("parts_fen", "labour_fen"))
            wrong = whole(place, price, "parts_fen") + whole(place, price, "labour_fen")
            found += wrong
            if not wrong and not price["parts_fen"] + price["labour_fen"]:
                found.append(
                    Problem(place, "labour_fen", _("A price of nothing is no price; enter one or take the method out."))
                )
    return found
