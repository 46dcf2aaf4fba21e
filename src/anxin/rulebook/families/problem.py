"""What is wrong with a body about to be published: where, which field, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


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
        return _("%(where)s, %(field)s: %(fix)s") % {"where": self.where, "field": self.field, "fix": self.fix}


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
