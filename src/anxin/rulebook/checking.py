"""Is a body fit to be published? Every family's own check, asked with what it needs to know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from anxin.access.permissions import all_permissions
from anxin.journal import activities
from anxin.journal import permissions as journal_permissions  # noqa: F401 - rules name its permissions
from anxin.rulebook import shipping
from anxin.rulebook.families import authority, calendar, checklists, papers, prices, promises, thresholds
from anxin.rulebook.families.problem import Problem
from anxin.rulebook.models import Family

_PLAIN: dict[Family, Callable[[Any], list[Problem]]] = {
    Family.PAPERS: papers.problems,
    Family.CHECKLISTS: checklists.problems,
    Family.AUTHORITY: authority.problems,
    Family.PRICES: prices.problems,
    Family.THRESHOLDS: thresholds.problems,
    Family.CALENDAR: calendar.problems,
}


def problems(family: Family, body: Any, *, before: Any, note: str) -> list[Problem]:
    """What is wrong with `body`; `before` is the body it replaces (None: the first)."""
    if not isinstance(body, dict):
        return [Problem(family.value, "body", _("Not of the expected shape: an object is needed."))]
    try:
        if family == Family.PROMISES:
            return promises.problems(
                body, law=shipping.law(), before=promises.rules_of(before) if before else {}, note=note,
                activities=[item.name for item in activities.all_activities()],
                permissions=[item.name for item in all_permissions()],
            )  # fmt: skip
        return _PLAIN[family](body)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # A list where an object belongs and the like: no field to point at, but never published.
        return [Problem(family.value, "body", _("Not of the expected shape: %(error)s") % {"error": error})]


def tidied(family: Family, body: dict[str, Any]) -> dict[str, Any]:
    """The body as it is kept: defaults left out, so that a difference shows only what somebody changed."""
    if family == Family.PROMISES:
        return {"rules": [rule.to_data() for rule in promises.rules_of(body).values()]}
    if family in (Family.PAPERS, Family.CHECKLISTS):
        kept = {name: [_bare(item) for item in items] for name, items in body["lists"].items()}
        tidy = {"lists": kept}
        return {**tidy, "supplement": [_bare(item) for item in body["supplement"]]} if family == Family.PAPERS else tidy
    return body


def _bare(item: dict[str, Any]) -> dict[str, Any]:
    # `provider` "customer" is what a paper has when nothing is said.
    return {
        name: value for name, value in item.items()
        if value not in ("", False, None) and value != {} and (name, value) != ("provider", "customer")
    }  # fmt: skip
