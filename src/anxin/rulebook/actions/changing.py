"""Small changes to the newest edition, each published as an edition of its own: what the administration pages do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing
from anxin.rulebook.actions.publishing import publish
from anxin.rulebook.models import Family, RuleEdition
from anxin.rulebook.permissions import PUBLISH_RULES


def change_rule(
    *, rule_id: str, changes: Mapping[str, Any], note: str, actor: Actor, now: datetime, expected: int | None = None,
    valid_from: date | None = None,
) -> RuleEdition:  # fmt: skip
    """Change fields of one promise rule (amount, unit, enabled, department, what_zh, …)."""
    body = newest(Family.PROMISES, actor)
    row = _row(body["rules"], "id", rule_id)
    row.update(changes)
    return publish(
        family=Family.PROMISES, body=body, note=note, actor=actor, now=now, expected=expected, valid_from=valid_from
    )


def add_rule(
    *, rule: Mapping[str, Any], note: str, actor: Actor, now: datetime, expected: int | None = None
) -> RuleEdition:
    """Add a company standard; `rule` has the fields of `journal.promises.rules.Rule`."""
    body = newest(Family.PROMISES, actor)
    body["rules"].append({**rule, "force": "company"})
    return publish(family=Family.PROMISES, body=body, note=note, actor=actor, now=now, expected=expected)


def drop_rule(*, rule_id: str, note: str, actor: Actor, now: datetime, expected: int | None = None) -> RuleEdition:
    """Take a company standard out; clocks that run by it run on under the edition they began with."""
    body = newest(Family.PROMISES, actor)
    body["rules"].remove(_row(body["rules"], "id", rule_id))
    return publish(family=Family.PROMISES, body=body, note=note, actor=actor, now=now, expected=expected)


def change_prices(
    *, prices: Mapping[tuple[str, str], tuple[int, int] | None], note: str, actor: Actor, now: datetime,
    items: Sequence[Mapping[str, Any]] = (), expected: int | None = None, valid_from: date | None = None,
) -> RuleEdition:  # fmt: skip
    """Set prices by (item, method) to (parts_fen, labour_fen), None taking the method out; `items` are added whole."""
    body = newest(Family.PRICES, actor)
    body["items"] += [dict(item) for item in items]
    for (code, method), price in prices.items():
        methods = _row(body["items"], "code", code)["methods"]
        if price is None:
            methods.pop(method, None)
        else:
            methods[method] = {"parts_fen": price[0], "labour_fen": price[1]}
    return publish(
        family=Family.PRICES, body=body, note=note, actor=actor, now=now, expected=expected, valid_from=valid_from
    )


def change_authority(
    *, limits: Mapping[tuple[int, str], int | None], note: str, actor: Actor, now: datetime,
    two_signatures_from: Mapping[str, int] | None = None, expected: int | None = None,
) -> RuleEdition:  # fmt: skip
    """Set limits by (level, kind) in fen (None: without limit), and the sums from which two people sign."""
    body = newest(Family.AUTHORITY, actor)
    for (level, kind), limit in limits.items():
        _row(body["levels"], "level", level)["limits"][kind] = limit
    body["two_signatures_from"].update(two_signatures_from or {})
    return publish(family=Family.AUTHORITY, body=body, note=note, actor=actor, now=now, expected=expected)


def change_threshold(
    *, name: str, value: int, note: str, actor: Actor, now: datetime, expected: int | None = None
) -> RuleEdition:
    body = newest(Family.THRESHOLDS, actor)
    _row(body["values"], "name", name)["value"] = value
    return publish(family=Family.THRESHOLDS, body=body, note=note, actor=actor, now=now, expected=expected)


def change_list(
    *, family: Family | str, name: str, items: Sequence[Mapping[str, Any]], note: str, actor: Actor, now: datetime,
    expected: int | None = None,
) -> RuleEdition:  # fmt: skip
    """Replace a claim type's list of papers or checklist (or the catalogue: papers, "supplement")."""
    if family not in (Family.PAPERS, Family.CHECKLISTS):
        raise Invalid(_("These rules have no lists."), fields={"family": _("Choose papers or checklists.")})
    body = newest(Family(family), actor)
    rows = [dict(item) for item in items]
    if name == "supplement":
        body["supplement"] = rows
    else:
        body["lists"][name] = rows
    return publish(family=family, body=body, note=note, actor=actor, now=now, expected=expected)


def newest(family: Family, actor: Actor) -> dict[str, Any]:
    """A fresh copy of the newest body, planned ones included: a change builds on what will be, not on what was."""
    actor.must(PUBLISH_RULES)
    latest = RuleEdition.objects.filter(family=family).order_by("number").last()
    if latest is None:
        raise Missing(_("There are no such rules."))
    body: dict[str, Any] = latest.data
    return body


def _row(rows: list[dict[str, Any]], name: str, value: Any) -> dict[str, Any]:
    for row in rows:
        if row.get(name) == value:
            return row
    raise Missing(_("There is no such entry: %(name)s.") % {"name": value})
