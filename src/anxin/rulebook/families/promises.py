"""Promise rules as published: what may be edited in them, and by how much.

Body: {"rules": [Rule.to_data(), …]}. A statutory rule may be tightened and never loosened; a company standard is the
company's; a rule from memory (confidence M) ships switched off, and whoever switches it on says in the note who confirmed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from anxin.journal.promises.rules import DAY_UNITS, UNITS, Rule, RuleSet
from anxin.rulebook.families.problem import Problem, texts, twice

KLASSES = ("deadline", "count", "consequence", "indicator", "limitation", "modifier")
FORCES = ("statutory", "advisory", "company")
CONFIDENCES = ("V", "S", "M")
# What an administrator may change in a rule of law; everything else in it is the law's.
STATUTORY_EDITABLE = frozenset(
    {"amount", "unit", "limit", "department", "person_field", "audience", "what_zh", "what_en"}
)
DEPARTMENTS = frozenset(
    {"", "call_centre", "survey", "assessment", "adjudication", "calculation", "finance", "administration", "audit"}
)
_TUPLES = ("starts_on", "kept_by", "voided_by", "paused_by", "resumed_by", "restarted_by", "follows")
_TEXTS = {"what_zh": 80, "what_en": 120, "source_zh": 120, "source_en": 160}
_KNOWN = {item.name for item in fields(Rule)}


def rules_of(body: Mapping[str, Any]) -> dict[str, Rule]:
    return {row["id"]: Rule.from_data(row) for row in body["rules"]}


def read(body: Mapping[str, Any]) -> RuleSet:
    return RuleSet(rules_of(body))


def is_standard(rule: Rule) -> bool:
    """A standard of the company's own, rather than a duty of law for which the company had to find the number."""
    return rule.force == "company" and not rule.id.startswith("CL-")


def editable_fields(law: Rule) -> frozenset[str]:
    """What an administrator may change in a rule that ships as `law`."""
    if is_standard(law) or law.confidence == "M":
        return frozenset(_KNOWN) - {"id", "force", "klass"}
    editable = STATUTORY_EDITABLE | (frozenset({"enabled"}) if law.force == "advisory" else frozenset())
    return editable - {"amount", "unit"} if law.klass == "limitation" else editable


def is_tighter_or_same(amount: int, unit: str, than_amount: int, than_unit: str) -> bool:
    """Whether a limit can never end later than another, whatever the calendar says.

    A limit of days ends at 24:00 of its last day, so N days are at least N times 24 hours; a working-day limit is never
    shorter than as many calendar days. Office hours have no such bound against any other unit.
    """
    if unit == than_unit:
        return amount <= than_amount
    minutes = {"minutes": 1, "hours": 60}
    if unit in minutes:
        if than_unit in minutes:
            return amount * minutes[unit] <= than_amount * minutes[than_unit]
        days = {"calendar_days": 1, "working_days": 1, "years": 365}.get(than_unit)
        return days is not None and amount * minutes[unit] <= than_amount * days * 1440
    if unit == "calendar_days":
        return amount <= than_amount * {"working_days": 1, "years": 365}.get(than_unit, 0)
    return False


def looser_fields(rule: Rule, law: Rule) -> list[str]:
    """The fields by which a statutory rule now gives the customer less than the law's own version."""
    if law.klass == "limitation":
        # This limit runs against the customer: nobody may shorten it, and the law has fixed it.
        return [name for name in ("amount", "unit") if getattr(rule, name) != getattr(law, name)]
    if law.klass == "count":
        return ["limit"] if rule.limit > law.limit else []
    if law.has_clock and not is_tighter_or_same(rule.amount, rule.unit, law.amount, law.unit):
        return ["amount"]
    return []


def problems(
    body: Mapping[str, Any], *, law: Mapping[str, Rule], before: Mapping[str, Rule], note: str,
    activities: Iterable[str], permissions: Iterable[str],
) -> list[Problem]:  # fmt: skip
    """What keeps `body` from being published.

    `law`: the rules as shipped, by id; `before`: those in force; `activities`, `permissions`: the registered names.
    """
    rows = body.get("rules")
    if not isinstance(rows, list):
        return [Problem("promises", "rules", _("A body has rules."))]
    found = twice("", (str(row.get("id", "")) for row in rows), "id")
    known_activities, known_permissions = frozenset(activities), frozenset(permissions)
    rules: dict[str, Rule] = {}
    for row in rows:
        wrong = _shape(row)
        found += wrong
        if not wrong:
            rule = rules[row["id"]] = Rule.from_data(row)
            found += _meaning(rule, known_activities, known_permissions)
    for rule_id, was in law.items():
        if rule_id not in {row.get("id") for row in rows}:
            if not is_standard(was):
                found.append(Problem(rule_id, "id", _("A rule of law cannot be taken out; put it back.")))
        elif rule_id in rules:
            found += _against_law(rules[rule_id], was, before.get(rule_id), note)
    for rule in rules.values():
        if rule.id not in law and rule.force != "company":
            found.append(Problem(rule.id, "force", _("A new rule is a company standard: choose “company”.")))
        for other in rule.follows:
            if other not in {row.get("id") for row in rows}:
                found.append(Problem(rule.id, "follows", _("There is no rule %(id)s.") % {"id": other}))
    return found


def _shape(row: Mapping[str, Any]) -> list[Problem]:
    where = str(row.get("id") or "?")
    found = texts(where, row, "id", limit=24)
    for name, limit in _TEXTS.items():
        found += texts(where, row, name, limit=limit)
    found += [Problem(where, name, _("There is no such field; take it out.")) for name in sorted(row.keys() - _KNOWN)]
    for name, choices in (
        ("klass", KLASSES),
        ("force", FORCES),
        ("confidence", CONFIDENCES),
        ("audience", ("customer", "staff")),
    ):
        if name in row and row[name] not in choices:
            found.append(Problem(where, name, _("Choose one of: %(known)s.") % {"known": ", ".join(choices)}))
    if "klass" not in row:
        found.append(Problem(where, "klass", _("Choose one of: %(known)s.") % {"known": ", ".join(KLASSES)}))
    for name in ("unit", "extended_unit"):
        if name in row and row[name] not in UNITS:
            found.append(Problem(where, name, _("Choose one of: %(known)s.") % {"known": ", ".join(sorted(UNITS))}))
    for name in ("amount", "limit", "extended_amount"):
        if name in row and (type(row[name]) is not int or not 0 <= row[name] <= 100_000):
            found.append(Problem(where, name, _("Enter a whole number from %(least)s.") % {"least": 0}))
    if "enabled" in row and not isinstance(row["enabled"], bool):
        found.append(Problem(where, "enabled", _("Answer yes or no.")))
    for name in _TUPLES:
        if name in row and (not isinstance(row[name], list) or not all(isinstance(item, str) for item in row[name])):
            found.append(Problem(where, name, _("Enter a list of names.")))
    conditions = row.get("where", {})
    if not isinstance(conditions, dict) or not all(isinstance(value, list) and value for value in conditions.values()):
        found.append(Problem(where, "where", _("Enter facts with their values, or leave it empty.")))
    if row.get("department", "") not in DEPARTMENTS:
        known = ", ".join(sorted(DEPARTMENTS - {""}))
        found.append(Problem(where, "department", _("Choose one of: %(known)s.") % {"known": known}))
    if row.get("klass") in ("deadline", "limitation"):
        if type(row.get("amount")) is not int or row["amount"] < 1:
            found.append(Problem(where, "amount", _("Enter a whole number from %(least)s.") % {"least": 1}))
        if not row.get("starts_on"):
            found.append(Problem(where, "starts_on", _("Name what starts the time limit.")))
        if not row.get("kept_by"):
            found.append(Problem(where, "kept_by", _("Name what fulfils it; otherwise it could only be broken.")))
    if row.get("klass") == "count" and (row.get("limit", 1) < 1 or not row.get("starts_on")):
        found.append(Problem(where, "limit", _("A count needs what it counts and how often that may happen.")))
    return found


def _meaning(rule: Rule, activities: frozenset[str], permissions: frozenset[str]) -> list[Problem]:
    found = []
    for name in _TUPLES[:-1]:
        for activity in getattr(rule, name):
            if activity not in activities:
                found.append(
                    Problem(
                        rule.id,
                        name,
                        _("Nothing called %(name)s can happen; choose from the list.") % {"name": activity},
                    )
                )
    if rule.on_breach and rule.on_breach not in activities:
        found.append(
            Problem(
                rule.id,
                "on_breach",
                _("Nothing called %(name)s can happen; choose from the list.") % {"name": rule.on_breach},
            )
        )
    if rule.klass == "consequence" and rule.enabled and not (rule.on_breach and rule.follows):
        found.append(Problem(rule.id, "follows", _("Name the rules it follows and what is then recorded.")))
    if bool(rule.paused_by) != bool(rule.resumed_by):
        found.append(Problem(rule.id, "resumed_by", _("What can stop must be able to go on: name both.")))
    if rule.extension_permission:
        if rule.extension_permission not in permissions:
            found.append(
                Problem(rule.id, "extension_permission", _("There is no such permission; choose from the list."))
            )
        if rule.extended_amount < 1:
            found.append(Problem(rule.id, "extended_amount", _("Enter how long the extended limit is.")))
        elif rule.unit in DAY_UNITS and rule.unit == rule.extended_unit and rule.extended_amount <= rule.amount:
            found.append(Problem(rule.id, "extended_amount", _("An extended limit must be longer than the plain one.")))
    return found


def _against_law(rule: Rule, law: Rule, before: Rule | None, note: str) -> list[Problem]:
    if is_standard(law):
        if rule.force != "company":
            return [Problem(rule.id, "force", _("A company standard stays one."))]
        return []
    if law.confidence == "M":
        # Not found in an official text: whoever relies on it says who looked it up.
        switched_on = rule.enabled and not (before.enabled if before else law.enabled)
        if switched_on and len(note.strip()) < 8:
            return [Problem(rule.id, "enabled", _("Say in the note who confirmed this rule and where it is written."))]
        return []
    found = []
    mine, theirs = rule.to_data(), law.to_data()
    editable = editable_fields(law)
    for name in sorted((mine.keys() | theirs.keys()) - editable):
        if mine.get(name) != theirs.get(name):
            found.append(
                Problem(
                    rule.id, name, _("This part comes from the law (%(source)s); set it back.") % {"source": law.source}
                )
            )
    if law.force == "statutory":
        for name in looser_fields(rule, law):
            found.append(
                Problem(rule.id, name, _("The law allows %(amount)s %(unit)s at most (%(source)s); enter less or the same.") % {
                    "amount": law.limit if law.klass == "count" else law.amount,
                    "unit": "" if law.klass == "count" else _unit(law.unit), "source": law.source,
                })
            )  # fmt: skip
    return found


def _unit(unit: str) -> str:
    return {
        "minutes": pgettext("limit", "minutes"),
        "hours": pgettext("limit", "hours"),
        "office_minutes": pgettext("limit", "minutes of office time"),
        "calendar_days": pgettext("limit", "calendar days"),
        "working_days": pgettext("limit", "working days"),
        "years": pgettext("limit", "years"),
    }[unit]
