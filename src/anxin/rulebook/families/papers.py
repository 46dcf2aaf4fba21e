"""Lists of papers per claim type, given once at notification, and the catalogue a supplement notice chooses from.

Body: {"lists": {claim type: [item, …]}, "supplement": [item, …]}; an item's fields are `PaperItem`'s, `where` included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from anxin.access.models import spoken
from anxin.rulebook.families.problem import Problem, conditions, texts, twice, unknown_fields

CLAIM_TYPES = ("motor", "home", "other")
PROVIDERS = ("customer", "injured", "us", "repairer")
PARTY_KINDS = ("", "own", "third_vehicle", "third_property", "injured", "hospital")
BOOLEANS = frozenset({True, False})
CAUSES = frozenset({"collision", "fire", "water", "storm", "theft", "glass", "injury", "illness", "death", "other"})
FACTS: dict[str, frozenset[Any] | None] = {
    "has_injury": BOOLEANS,
    "has_third_party": BOOLEANS,
    "individual": BOOLEANS,
    "compulsory": BOOLEANS,
    "small": BOOLEANS,
    "cause": CAUSES,
    "line": None,
}


@dataclass(frozen=True, slots=True)
class PaperItem:
    """A paper to be given. `party_kind`: one for each party of that kind; empty: one for the claim.

    `given_with` "payee": the paper counts as given when the payment details are; nobody uploads it.
    """

    code: str
    title_zh: str
    title_en: str
    hint_zh: str = ""
    hint_en: str = ""
    provider: str = "customer"
    is_request: bool = False
    party_kind: str = ""
    given_with: str = ""

    @property
    def title(self) -> str:
        return spoken(self.title_zh, self.title_en)

    @property
    def hint(self) -> str:
        return spoken(self.hint_zh, self.hint_en)


def applies(where: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """A fact that is not known meets no condition."""
    return all(facts.get(name) in allowed for name, allowed in where.items())


class Papers:
    def __init__(self, body: Mapping[str, Any]):
        self._lists = {name: [_item(data) for data in items] for name, items in body["lists"].items()}
        self.supplement = [item for _where, item in map(_item, body["supplement"])]

    def of(self, claim_type: str, facts: Mapping[str, Any]) -> list[PaperItem]:
        items = self._lists.get(claim_type) or self._lists["other"]
        return [item for where, item in items if applies(where, facts)]

    def named(self, code: str) -> PaperItem | None:
        """The paper of this code in any list, or in the catalogue."""
        listed = (item for items in self._lists.values() for _where, item in items)
        return next((item for item in (*self.supplement, *listed) if item.code == code), None)


def _item(data: Mapping[str, Any]) -> tuple[Mapping[str, Any], PaperItem]:
    return data.get("where", {}), PaperItem(**{name: value for name, value in data.items() if name != "where"})


def read(body: Mapping[str, Any]) -> Papers:
    return Papers(body)


_KNOWN = {item.name for item in fields(PaperItem)} | {"where"}


def problems(body: Mapping[str, Any]) -> list[Problem]:
    if not isinstance(body.get("lists"), dict) or not isinstance(body.get("supplement"), list):
        return [Problem("papers", "lists", _("A body has lists per claim type and a supplement catalogue."))]
    found = [
        Problem(name, "lists", _("There is no list for this claim type; add one."))
        for name in CLAIM_TYPES
        if not body["lists"].get(name)
    ]
    for name, items in [*body["lists"].items(), ("supplement", body["supplement"])]:
        if name not in (*CLAIM_TYPES, "supplement"):
            found.append(Problem(name, "lists", _("There is no such claim type; take the list out.")))
        found += twice(f"{name}/", (f"{item.get('code', '')}" for item in items), "code")
        for item in items:
            found += _item_problems(f"{name}/{item.get('code') or '?'}", item)
        if name != "supplement" and items and not any(item.get("is_request") for item in items):
            # CL-03: the decision clock starts with the request, so a list without one would never start it.
            found.append(Problem(name, "is_request", _("Mark the paper that is the claim request.")))
    return found


def _item_problems(where: str, item: Mapping[str, Any]) -> list[Problem]:
    found = unknown_fields(where, item, _KNOWN)
    found += texts(where, item, "code", limit=40)
    found += texts(where, item, "title_zh", limit=60)
    found += texts(where, item, "title_en", limit=80)
    if item.get("provider", "customer") not in PROVIDERS:
        found.append(Problem(where, "provider", _("Choose one of: %(known)s.") % {"known": ", ".join(PROVIDERS)}))
    if item.get("party_kind", "") not in PARTY_KINDS:
        known = ", ".join(PARTY_KINDS[1:])
        found.append(Problem(where, "party_kind", _("Choose one of: %(known)s.") % {"known": known}))
    if item.get("given_with", "") not in ("", "payee"):
        found.append(Problem(where, "given_with", _("Choose one of: %(known)s.") % {"known": "payee"}))
    return found + conditions(where, item.get("where", {}), FACTS)
