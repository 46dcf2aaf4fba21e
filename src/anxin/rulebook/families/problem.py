"""What is wrong with a body about to be published: where, which field, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

# What people call the fields and the parts of a body; a name that is not here is a code of theirs and shown as it is.
TITLES: dict[str, Any] = {
    "amount": pgettext_lazy("field", "length of the limit"),
    "unit": pgettext_lazy("field", "unit"),
    "limit": pgettext_lazy("field", "how often"),
    "enabled": pgettext_lazy("field", "in use"),
    "klass": pgettext_lazy("field", "kind of rule"),
    "force": pgettext_lazy("field", "force"),
    "confidence": pgettext_lazy("field", "confidence"),
    "department": pgettext_lazy("field", "department"),
    "person_field": pgettext_lazy("field", "held by"),
    "audience": pgettext_lazy("field", "who sees it"),
    "what_zh": pgettext_lazy("field", "Chinese wording"),
    "what_en": pgettext_lazy("field", "English wording"),
    "source_zh": pgettext_lazy("field", "source in Chinese"),
    "source_en": pgettext_lazy("field", "source in English"),
    "text_zh": pgettext_lazy("field", "explanation in Chinese"),
    "text_en": pgettext_lazy("field", "explanation in English"),
    "starts_on": pgettext_lazy("field", "what starts it"),
    "kept_by": pgettext_lazy("field", "what fulfils it"),
    "voided_by": pgettext_lazy("field", "what ends it without blame"),
    "paused_by": pgettext_lazy("field", "what stops it"),
    "resumed_by": pgettext_lazy("field", "what lets it go on"),
    "restarted_by": pgettext_lazy("field", "what starts it anew"),
    "where": pgettext_lazy("field", "conditions"),
    "key": pgettext_lazy("field", "counted for each"),
    "start_field": pgettext_lazy("field", "counted from"),
    "extended_amount": pgettext_lazy("field", "extended length"),
    "extended_unit": pgettext_lazy("field", "unit of the extension"),
    "extension_permission": pgettext_lazy("field", "who may extend it"),
    "follows": pgettext_lazy("field", "follows from"),
    "on_breach": pgettext_lazy("field", "what a breach records"),
    "id": pgettext_lazy("field", "number"),
    "code": pgettext_lazy("field", "code"),
    "name": pgettext_lazy("field", "name"),
    "rules": pgettext_lazy("field", "rules"),
    "promises": pgettext_lazy("field", "Time limits and standards"),
    "papers": pgettext_lazy("field", "Lists of papers"),
    "checklists": pgettext_lazy("field", "Survey checklists"),
    "authority": pgettext_lazy("field", "Authority levels"),
    "prices": pgettext_lazy("field", "Price standard"),
    "thresholds": pgettext_lazy("field", "Thresholds"),
    "calendar": pgettext_lazy("field", "Working calendar"),
    "body": pgettext_lazy("field", "content"),
    "lists": pgettext_lazy("field", "lists"),
    "motor": pgettext_lazy("field", "Motor"),
    "home": pgettext_lazy("field", "Home"),
    "other": pgettext_lazy("field", "Other lines"),
    "supplement": pgettext_lazy("field", "Supplement catalogue"),
    "title_zh": pgettext_lazy("field", "Chinese title"),
    "title_en": pgettext_lazy("field", "English title"),
    "hint_zh": pgettext_lazy("field", "hint in Chinese"),
    "hint_en": pgettext_lazy("field", "hint in English"),
    "name_zh": pgettext_lazy("field", "Chinese name"),
    "name_en": pgettext_lazy("field", "English name"),
    "provider": pgettext_lazy("field", "who gives it"),
    "is_request": pgettext_lazy("field", "is the claim request"),
    "party_kind": pgettext_lazy("field", "one for each"),
    "given_with": pgettext_lazy("field", "given together with"),
    "needs_photo": pgettext_lazy("field", "photo needed"),
    "levels": pgettext_lazy("field", "level"),
    "limits": pgettext_lazy("field", "limits"),
    "two_signatures_from": pgettext_lazy("field", "two signatures from"),
    "decision": pgettext_lazy("field", "claim decision"),
    "advance": pgettext_lazy("field", "advance payment"),
    "refusal": pgettext_lazy("field", "refusal"),
    "payment": pgettext_lazy("field", "payment"),
    "items": pgettext_lazy("field", "items"),
    "group": pgettext_lazy("field", "group"),
    "claim_type": pgettext_lazy("field", "claim type"),
    "methods": pgettext_lazy("field", "methods"),
    "replace": pgettext_lazy("field", "Replace"),
    "repair": pgettext_lazy("field", "Repair"),
    "paint": pgettext_lazy("field", "Paint"),
    "repair_paint": pgettext_lazy("field", "Repair and paint"),
    "replace_paint": pgettext_lazy("field", "Replace and paint"),
    "clean": pgettext_lazy("field", "Clean and dry"),
    "parts_fen": pgettext_lazy("field", "parts"),
    "labour_fen": pgettext_lazy("field", "labour"),
    "value": pgettext_lazy("field", "value"),
    "values": pgettext_lazy("field", "values"),
    "office_hours": pgettext_lazy("field", "office hours"),
    "overrides": pgettext_lazy("field", "changed days"),
    "years": pgettext_lazy("field", "published years"),
    "working": pgettext_lazy("field", "working day"),
    "reason": pgettext_lazy("field", "reason"),
    "data": pgettext_lazy("field", "content"),
    "valid_from": pgettext_lazy("field", "valid from"),
    "note": pgettext_lazy("field", "note"),
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
