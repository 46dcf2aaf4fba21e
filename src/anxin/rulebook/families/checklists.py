"""Survey checklists per claim type: a survey counts as done when every item is answered.

Body: {"lists": {claim type: [item, …]}}; an item's fields are `CheckItem`'s and `where` (facts, as for papers).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from anxin.access.models import spoken
from anxin.rulebook.families.papers import CLAIM_TYPES, FACTS, applies
from anxin.rulebook.families.problem import Problem, conditions, texts, twice, unknown_fields


@dataclass(frozen=True, slots=True)
class CheckItem:
    code: str
    title_zh: str
    title_en: str
    hint_zh: str = ""
    hint_en: str = ""
    needs_photo: bool = False

    @property
    def title(self) -> str:
        return spoken(self.title_zh, self.title_en)

    @property
    def hint(self) -> str:
        return spoken(self.hint_zh, self.hint_en)


class Checklists:
    def __init__(self, body: Mapping[str, Any]):
        self._lists = {name: [_item(data) for data in items] for name, items in body["lists"].items()}

    def of(self, claim_type: str, facts: Mapping[str, Any]) -> list[CheckItem]:
        items = self._lists.get(claim_type) or self._lists["other"]
        return [item for where, item in items if applies(where, facts)]


def _item(data: Mapping[str, Any]) -> tuple[Mapping[str, Any], CheckItem]:
    return data.get("where", {}), CheckItem(**{name: value for name, value in data.items() if name != "where"})


def read(body: Mapping[str, Any]) -> Checklists:
    return Checklists(body)


_KNOWN = {item.name for item in fields(CheckItem)} | {"where"}


def problems(body: Mapping[str, Any]) -> list[Problem]:
    if not isinstance(body.get("lists"), dict):
        return [Problem("checklists", "lists", _("A body has a list per claim type."))]
    found = [
        Problem(name, "lists", _("There is no list for this claim type; add one."))
        for name in CLAIM_TYPES
        if not body["lists"].get(name)
    ]
    for name, items in body["lists"].items():
        if name not in CLAIM_TYPES:
            found.append(Problem(name, "lists", _("There is no such claim type; take the list out.")))
        found += twice(f"{name}/", (f"{item.get('code', '')}" for item in items), "code")
        for item in items:
            where = f"{name}/{item.get('code') or '?'}"
            found += unknown_fields(where, item, _KNOWN)
            found += texts(where, item, "code", limit=40) + texts(where, item, "title_zh", limit=60)
            found += texts(where, item, "title_en", limit=120)
            if not isinstance(item.get("needs_photo", False), bool):
                found.append(Problem(where, "needs_photo", _("Answer yes or no.")))
            found += conditions(where, item.get("where", {}), FACTS)
    return found
