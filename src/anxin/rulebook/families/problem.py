"""What is wrong with a body about to be published: where, which field, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# What people call the fields and the parts of a body; a name that is not here is a code of theirs and shown as it is.
TITLES: dict[str, Any] = {
    "amount": gettext_lazy("length of the limit"),
    "unit": gettext_lazy("unit"),
    "limit": gettext_lazy("how often"),
    "enabled": gettext_lazy("in use"),
    "klass": gettext_lazy("kind of rule"),
    "force": gettext_lazy("force"),
    "confidence": gettext_lazy("confidence"),
    "department": gettext_lazy("department"),
    "person_field": gettext_lazy("held by"),
    "audience": gettext_lazy("who sees it"),
    "what_zh": gettext_lazy("Chinese wording"),
    "what_en": gettext_lazy("English wording"),
    "source_zh": gettext_lazy("source in Chinese"),
    "source_en": gettext_lazy("source in English"),
    "text_zh": gettext_lazy("explanation in Chinese"),
    "text_en": gettext_lazy("explanation in English"),
    "starts_on": gettext_lazy("what starts it"),
    "kept_by": gettext_lazy("what fulfils it"),
    "voided_by": gettext_lazy("what ends it without blame"),
    "paused_by": gettext_lazy("what stops it"),
    "resumed_by": gettext_lazy("what lets it go on"),
    "restarted_by": gettext_lazy("what starts it anew"),
    "where": gettext_lazy("conditions"),
    "key": gettext_lazy("counted for each"),
    "start_field": gettext_lazy("counted from"),
    "extended_amount": gettext_lazy("extended length"),
    "extended_unit": gettext_lazy("unit of the extension"),
    "extension_permission": gettext_lazy("who may extend it"),
    "follows": gettext_lazy("follows from"),
    "on_breach": gettext_lazy("what a breach records"),
    "id": gettext_lazy("number"),
    "code": gettext_lazy("code"),
    "name": gettext_lazy("name"),
    "rules": gettext_lazy("rules"),
    "promises": gettext_lazy("Time limits and standards"),
    "papers": gettext_lazy("Lists of papers"),
    "checklists": gettext_lazy("Survey checklists"),
    "authority": gettext_lazy("Authority levels"),
    "prices": gettext_lazy("Price standard"),
    "thresholds": gettext_lazy("Thresholds"),
    "calendar": gettext_lazy("Working calendar"),
    "body": gettext_lazy("content"),
    "lists": gettext_lazy("lists"),
    "motor": gettext_lazy("Motor"),
    "home": gettext_lazy("Home"),
    "other": gettext_lazy("Other lines"),
    "supplement": gettext_lazy("Supplement catalogue"),
    "title_zh": gettext_lazy("Chinese title"),
    "title_en": gettext_lazy("English title"),
    "hint_zh": gettext_lazy("hint in Chinese"),
    "hint_en": gettext_lazy("hint in English"),
    "name_zh": gettext_lazy("Chinese name"),
    "name_en": gettext_lazy("English name"),
    "provider": gettext_lazy("who gives it"),
    "is_request": gettext_lazy("is the claim request"),
    "party_kind": gettext_lazy("one for each"),
    "given_with": gettext_lazy("given together with"),
    "needs_photo": gettext_lazy("photo needed"),
    "levels": gettext_lazy("level"),
    "limits": gettext_lazy("limits"),
    "two_signatures_from": gettext_lazy("two signatures from"),
    "decision": gettext_lazy("claim decision"),
    "advance": gettext_lazy("advance payment"),
    "refusal": gettext_lazy("refusal"),
    "payment": gettext_lazy("payment"),
    "items": gettext_lazy("items"),
    "group": gettext_lazy("group"),
    "claim_type": gettext_lazy("claim type"),
    "methods": gettext_lazy("methods"),
    "replace": gettext_lazy("Replace"),
    "repair": gettext_lazy("Repair"),
    "paint": gettext_lazy("Paint"),
    "repair_paint": gettext_lazy("Repair and paint"),
    "replace_paint": gettext_lazy("Replace and paint"),
    "clean": gettext_lazy("Clean and dry"),
    "parts_fen": gettext_lazy("parts"),
    "labour_fen": gettext_lazy("labour"),
    "value": gettext_lazy("value"),
    "values": gettext_lazy("values"),
    "office_hours": gettext_lazy("office hours"),
    "overrides": gettext_lazy("changed days"),
    "years": gettext_lazy("published years"),
    "working": gettext_lazy("working day"),
    "reason": gettext_lazy("reason"),
    "data": gettext_lazy("content"),
    "valid_from": gettext_lazy("valid from"),
    "note": gettext_lazy("note"),
}


def title(path: str) -> str:
    """`motor/bonnet.parts_fen` part by part in people's words."""
    return " ".join(str(TITLES.get(part, part)) for part in path.replace(".", "/").split("/") if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """`where` is the rule, item or level; `field` its part; `fix` says what is wrong and what to enter instead."""

    where: str
    field: str
    fix: str

    @property
    def place(self) -> str:
        return f"{self.where}.{self.field}"

    def __str__(self) -> str:
        names = {"where": title(self.where), "field": title(self.field), "fix": self.fix}
        return _("%(where)s, %(field)s: %(fix)s") % names


def unknown_fields(where: str, data: Mapping[str, Any], known: Iterable[str]) -> list[Problem]:
    return [
        Problem(where, name, _("There is no such field; take it out."))
        for name in sorted(data.keys() - set(known))
    ]  # fmt: skip


def texts(where: str, data: Mapping[str, Any], *names: str, limit: int = 80) -> list[Problem]:
    """Each named field must be text that is there and fits."""
    found = []
    for name in names:
        value = data.get(name)
        if not isinstance(value, str) or not value.strip():
            found.append(Problem(where, name, _("Enter the wording.")))
        elif len(value) > limit:
            found.append(Problem(where, name, _("Shorten it to %(limit)s characters.") % {"limit": limit}))
    return found


def whole(where: str, data: Mapping[str, Any], name: str, *, least: int = 0) -> list[Problem]:
    """The field must be a whole number from `least`; True is none."""
    value = data.get(name)
    if type(value) is not int or value < least:
        return [Problem(where, name, _("Enter a whole number from %(least)s.") % {"least": least})]
    return []


def twice(where: str, names: Iterable[str], field: str) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for name in names:
        if name in seen:
            found.append(Problem(f"{where}{name}", field, _("It is there twice; keep one.")))
        seen.add(name)
    return found


def conditions(where: str, value: Any, facts: Mapping[str, frozenset[Any] | None]) -> list[Problem]:
    """`where` of an item: facts by name, each with the list of values that make the item needed."""
    if not isinstance(value, dict):
        return [Problem(where, "where", _("Enter facts with their values, or leave it empty."))]
    found = []
    for name, allowed in value.items():
        if name not in facts:
            known = ", ".join(sorted(facts))
            found.append(
                Problem(
                    where, "where", _("%(name)s is no fact; use one of: %(known)s.") % {"name": name, "known": known}
                )
            )
        elif not isinstance(allowed, list) or not allowed:
            found.append(Problem(where, "where", _("%(name)s needs a list of values.") % {"name": name}))
        elif (values := facts[name]) is not None and not set(allowed) <= values:
            known = ", ".join(sorted(map(str, values)))
            found.append(
                Problem(where, "where", _("%(name)s may be one of: %(known)s.") % {"name": name, "known": known})
            )
    return found
