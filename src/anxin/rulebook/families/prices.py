"""The price standard: what a part and the work on it cost, by method, in fen.

Body: {"items": [{"code", "claim_type", "group", "name_zh", "name_en", "unit", "methods": {method: {"parts_fen",
"labour_fen"}}}, …]}. `unit` is what the price is for: piece, set, m2, m, room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from anxin.access.models import spoken
from anxin.rulebook.families.problem import Problem, texts, twice, unknown_fields, whole

METHODS: dict[str, Any] = {
    "replace": pgettext_lazy("price", "Replace"),
    "repair": pgettext_lazy("price", "Repair"),
    "paint": pgettext_lazy("price", "Paint"),
    "repair_paint": pgettext_lazy("price", "Repair and paint"),
    "replace_paint": pgettext_lazy("price", "Replace and paint"),
    "clean": pgettext_lazy("price", "Clean and dry"),
}
UNITS: dict[str, Any] = {
    "piece": pgettext_lazy("price", "piece"),
    "set": pgettext_lazy("price", "set"),
    "m2": pgettext_lazy("price", "m²"),
    "m": pgettext_lazy("price", "metre"),
    "room": pgettext_lazy("price", "room"),
}
GROUPS: dict[str, Any] = {
    "body": pgettext_lazy("price", "Body panels"),
    "bumper": pgettext_lazy("price", "Bumpers and trim"),
    "lamp": pgettext_lazy("price", "Lamps"),
    "glass": pgettext_lazy("price", "Glass"),
    "mirror": pgettext_lazy("price", "Mirrors"),
    "chassis": pgettext_lazy("price", "Chassis and wheels"),
    "cooling": pgettext_lazy("price", "Cooling and engine bay"),
    "electronics": pgettext_lazy("price", "Electronics and sensors"),
    "safety": pgettext_lazy("price", "Airbags and belts"),
    "interior": pgettext_lazy("price", "Interior"),
    "floor": pgettext_lazy("price", "Floors"),
    "wall": pgettext_lazy("price", "Walls and ceilings"),
    "opening": pgettext_lazy("price", "Doors and windows"),
    "fixture": pgettext_lazy("price", "Fixtures"),
    "pipe": pgettext_lazy("price", "Water and electricity"),
    "furniture": pgettext_lazy("price", "Furniture"),
    "appliance": pgettext_lazy("price", "Appliances"),
    "service": pgettext_lazy("price", "Services"),
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
