"""Words for what rules hold: units, departments, forces, and any value of a body in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from anxin.access.formats import fen
from anxin.access.models import spoken
from anxin.faces.desk.people import departments
from anxin.journal.activities import activity
from anxin.journal.promises.rules import Rule
from anxin.journeys.claims.models import Claim, Party
from anxin.registers.products.models import Line
from anxin.rulebook.families.prices import GROUPS, METHODS
from anxin.rulebook.families.prices import UNITS as PRICE_UNITS
from anxin.rulebook.families.problem import TITLES
from anxin.rulebook.families.problem import title as title_of_path

UNITS: dict[str, Any] = {
    "minutes": pgettext_lazy("limit", "minutes"),
    "hours": pgettext_lazy("limit", "hours"),
    "office_minutes": pgettext_lazy("limit", "minutes of office time"),
    "calendar_days": pgettext_lazy("limit", "calendar days"),
    "working_days": pgettext_lazy("limit", "working days"),
    "years": pgettext_lazy("limit", "years"),
}
FORCES: dict[str, Any] = {
    "statutory": gettext_lazy("Law"),
    "advisory": gettext_lazy("Guideline"),
    "company": gettext_lazy("Company standard"),
}
KLASSES: dict[str, Any] = {
    "deadline": gettext_lazy("time limit"),
    "count": gettext_lazy("how often at most"),
    "limitation": gettext_lazy("limitation (runs against the customer)"),
    "consequence": gettext_lazy("what follows from a breach"),
    "indicator": gettext_lazy("indicator, measured"),
    "modifier": gettext_lazy("how another limit is computed"),
}
CONFIDENCES: dict[str, Any] = {
    "V": gettext_lazy("checked in the official text"),
    "S": gettext_lazy("from secondary sources"),
    "M": gettext_lazy("from memory, not confirmed"),
}
AUDIENCES: dict[str, Any] = {"customer": gettext_lazy("customers and staff"), "staff": gettext_lazy("staff only")}
AUTHORITY_KINDS: dict[str, Any] = {
    "decision": pgettext_lazy("field", "claim decision"),
    "advance": pgettext_lazy("field", "advance payment"),
    "refusal": pgettext_lazy("field", "refusal"),
    "payment": pgettext_lazy("field", "payment"),
}
CLAIM_TYPES: dict[str, Any] = {
    "motor": pgettext_lazy("field", "Motor"),
    "home": pgettext_lazy("field", "Home"),
    "other": pgettext_lazy("field", "Other lines"),
    "supplement": pgettext_lazy("field", "Supplement catalogue"),
}
PROVIDERS: dict[str, Any] = {
    "customer": pgettext_lazy("provider", "the customer"),
    "injured": pgettext_lazy("provider", "the injured person"),
    "us": pgettext_lazy("provider", "we ourselves"),
    "repairer": pgettext_lazy("provider", "the repairer"),
}
FACTS: dict[str, Any] = {
    "has_injury": gettext_lazy("someone is injured"),
    "has_third_party": gettext_lazy("a third party is involved"),
    "individual": gettext_lazy("the policyholder is a person"),
    "compulsory": gettext_lazy("compulsory cover is among the policies"),
    "small": gettext_lazy("the claim is small"),
    "cause": gettext_lazy("cause"),
    "line": gettext_lazy("line of business"),
}
_CODES: dict[str, dict[str, Any]] = {
    "unit": {**UNITS, **PRICE_UNITS},
    "extended_unit": UNITS,
    "force": FORCES,
    "klass": KLASSES,
    "audience": AUDIENCES,
    "provider": PROVIDERS,
    "group": GROUPS,
    "claim_type": CLAIM_TYPES,
}


def limit_words(rule: Rule) -> str:
    """“3 working days”, “at most once”."""
    if rule.klass == "count":
        return ngettext("at most %(number)d time", "at most %(number)d times", rule.limit) % {"number": rule.limit}
    if not rule.has_clock:
        return "–"
    return f"{rule.amount} {UNITS[rule.unit]}"


def activity_word(name: str) -> str:
    """An activity's own title; a name nobody registered stays a name."""
    try:
        return str(activity(name).title)
    except LookupError:
        return name


def department_word(code: str) -> str:
    row = departments().get(code)
    return spoken(row.name_zh, row.name_en) if row else code


def value_words(field: str, value: Any) -> str:
    """A value of a body as people say it: amounts in yuan, codes in words, lists joined."""
    if value is None:
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.endswith("_fen") or (isinstance(value, int) and field in AUTHORITY_KINDS):
        return fen(value)
    if field == "department":
        return department_word(str(value))
    if isinstance(value, str):
        known = _CODES.get(field, {})
        return str(known[value]) if value in known else value
    if isinstance(value, list):
        return _(", ").join(_item(field, item) for item in value)
    if isinstance(value, dict):
        return _("; ").join(f"{TITLES.get(name, name)} {value_words(name, item)}" for name, item in value.items())
    return str(value)


def _item(field: str, item: Any) -> str:
    if isinstance(item, str) and field.endswith(("_on", "_by")):
        return activity_word(item)
    if isinstance(item, list):
        return "–".join(str(part) for part in item)
    return value_words(field, item)


def place_words(where: str, field: str) -> str:
    """Where a change was: “CS-01 length of the limit”."""
    return title_of_path(f"{where}/{field}" if where else field)


def where_words(conditions: dict[str, Any]) -> str:
    """When a paper or an item is asked for: “someone is injured; cause: Fire, Water”."""
    told = []
    for name, allowed in conditions.items():
        words = str(FACTS.get(name, name))
        if list(allowed) == [True]:
            told.append(words)
        elif list(allowed) == [False]:
            told.append(_("not: %(what)s") % {"what": words})
        else:
            known = dict(Claim.Cause.choices) if name == "cause" else dict(Line.choices)
            told.append(f"{words} {_(', ').join(str(known.get(item, item)) for item in allowed)}")
    return _("; ").join(told)


def party_kinds() -> list[tuple[str, str]]:
    return [("", _("once for the claim")), *((value, str(label)) for value, label in Party.Kind.choices)]


def methods() -> list[tuple[str, str]]:
    return [(code, str(label)) for code, label in METHODS.items()]
