"""Words of the process boards: lengths of time, facts of cases, activities."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from anxin.access.models import spoken
from anxin.faces.desk.boards.frame import activity_words, branch_words
from anxin.journeys.claims.models import Claim
from anxin.registers.products.models import Line

FIELDS = {
    "kind": pgettext_lazy("process", "Kind of case"),
    "branch": gettext_lazy("Branch"),
    "line": gettext_lazy("Line"),
    "type": pgettext_lazy("process", "Type of claim"),
    "cause": gettext_lazy("Cause"),
    "small": pgettext_lazy("process", "Small claim"),
    "injury": pgettext_lazy("process", "Injury"),
    "individual": pgettext_lazy("process", "Private customer"),
    "compulsory": pgettext_lazy("process", "Compulsory cover"),
    "third_party": pgettext_lazy("process", "Third party"),
    "outcome": pgettext_lazy("process", "How it ended"),
    "paid": pgettext_lazy("process", "Amount paid"),
    "department": pgettext_lazy("process", "First department"),
}
_KINDS = {"claim": gettext_lazy("Claims"), "imported": gettext_lazy("Imported logs")}
_YES_NO = ("small", "injury", "individual", "compulsory", "third_party")
TURNS = {
    "": pgettext_lazy("process", "us"),
    "customer": pgettext_lazy("process", "the customer"),
    "none": pgettext_lazy("process", "nobody waits"),
}


def span(hours: float | None) -> str:
    """A length of time with one unit: 12 min, 21.1 h, 2.9 d. Half a day is told in hours, two days in days."""
    if hours is None:
        return "–"
    if hours < 1 / 60:
        return spoken("不到 1 分钟", "under 1 min") if hours > 0 else spoken("0 分钟", "0 min")
    if hours < 1:
        return spoken(f"{hours * 60:.0f} 分钟", f"{hours * 60:.0f} min")
    if hours < 48:
        return in_hours(hours)
    return spoken(f"{hours / 24:.1f} 天", f"{hours / 24:.1f} d")


def in_hours(hours: float | None) -> str:
    """Office time is told in hours at most: a day of office hours would be taken for 24."""
    if hours is None:
        return "–"
    if hours < 1:
        return span(hours)
    text = f"{hours:,.1f}" if hours < 1000 else f"{hours:,.0f}"
    return spoken(f"{text} 小时", f"{text} h")


def share(value: float) -> str:
    return f"{value:.1%}"


def field_words(name: str) -> str:
    if name.startswith("“"):
        return activity_words(name.strip("“”"))
    return str(FIELDS.get(name, name))


def value_words(name: str, value: str) -> str:
    """A value of a fact in words: what nobody has put into words is told as it is."""
    if name == "branch":
        return branch_words().get(value, value)
    if name == "kind":
        return str(_KINDS.get(value, value))
    if name == "line":
        return str(dict(Line.choices).get(value, value))
    if name == "cause":
        return str(dict(Claim.Cause.choices).get(value, value))
    if name == "type":
        return str(dict(Claim.Type.choices).get(value, value))
    if name == "outcome":
        return {"paid": pgettext("process", "paid"), "refused": pgettext("process", "refused")}.get(value, value)
    if name in _YES_NO:
        return {"yes": pgettext("process", "yes"), "no": pgettext("process", "no")}.get(value, value)
    if name == "paid":
        return re.sub(r"\d+", lambda fen: f"{int(fen[0]) / 100:,.0f}", value)
    return value


def trait_words(conditions: list[list[str]]) -> str:
    """Injury: yes and Supplement notice sent (more than once)."""
    said = []
    for name, value in conditions:
        if name.startswith("“"):
            what = _("%(activity)s, more than once") if value == "repeated" else "%(activity)s"
            said.append(what % {"activity": field_words(name)})
        else:
            said.append(
                spoken(
                    f"{field_words(name)}：{value_words(name, value)}",
                    f"{field_words(name)}: {value_words(name, value)}",
                )
            )
    return spoken("，且", " and ").join(said)


_UNITS = {"d": ("天", "d"), "h": ("小时", "h"), "min": ("分钟", "min"), "s": ("秒", "s"), "ms": ("毫秒", "ms")}


def engine_words(text: str) -> str:
    """What the engine says of a change, “claims.opened” 34.5% or 3.2 d, in the reader's words."""
    text = re.sub(
        r"“([^”]*)”",
        lambda found: (
            f"“{activity_words(found[1]) if found[1] != '(end)' else pgettext('process', 'end of the case')}”"
        ),
        text,
    )
    return re.sub(r"([\d.,]+) (ms|min|[dhs])\b", lambda found: f"{found[1]} {spoken(*_UNITS[found[2]])}", text)
