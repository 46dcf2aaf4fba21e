"""Promises counted in the journal's own table, by SQL. Only deadlines count: a limitation runs against the customer, a count has
no clock; what became void was never due.

A promise is counted in the month in which it was due, once that moment has passed: kept, or broken, or overdue (its moment has
passed and it still runs, before the timer has spoken). Counting it earlier would count those kept early and not those that run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Case as Choose
from django.db.models import CharField, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, NullIf

from anxin.engines.measure import wilson
from anxin.insight.cockpit.period import bounds
from anxin.insight.results.asking import Ask
from anxin.journal.models import Promise
from anxin.journal.promises.rules import Rule
from anxin.journal.promises.source import source

TARGET: Final = 0.95
KEPT, BROKEN, OVERDUE, RUNNING, PAUSED = "kept", "broken", "overdue", "running", "paused"
DECIDED = (KEPT, BROKEN, OVERDUE)
FORCES = ("statutory", "advisory", "company")
FEWEST = 5
"""Below so many a rate is not judged."""


def deadlines() -> dict[str, Rule]:
    """The deadlines of the edition in force, by id."""
    rules = source().rules(source().current().rules)
    return {rule.id: rule for rule in rules if rule.klass == "deadline"}


def in_scope(ask: Ask) -> QuerySet[Promise]:
    """The promises that an ask is about: its branches, kind, line, and where asked for department, rule and force of the duty."""
    known = deadlines()
    rules = [
        one.id for one in known.values()
        if (not ask.get("force") or one.force == ask.get("force")) and (not ask.get("rule") or one.id == ask.get("rule"))
    ]  # fmt: skip
    rows = Promise.objects.filter(rule__in=rules).exclude(state="void")
    if ask.chosen_branches is not None:
        rows = rows.filter(case__branch__code__in=sorted(ask.chosen_branches))
    if ask.get("kind"):
        rows = rows.filter(case__kind=ask.get("kind"))
    if ask.get("line"):
        rows = rows.filter(case__claim__line=ask.get("line"))
    if ask.get("department"):
        rows = rows.annotate(held_by=holder()).filter(held_by=ask.get("department"))
    return rows


def holder() -> Any:
    """The department that holds it: its rule's, else that of the case."""
    own = NullIf(F("department"), Value(""), output_field=CharField())
    return Coalesce(own, F("case__department"), Value(""), output_field=CharField())


def state_at(now: datetime) -> Any:
    """kept, broken, overdue, running or paused, as SQL."""
    return Choose(
        When(state="running", due_at__lte=now, then=Value(OVERDUE)), default=F("state"), output_field=CharField()
    )


def due_in(rows: QuerySet[Promise], month: str, now: datetime) -> QuerySet[Promise]:
    """Those due in a month (or, with "all", ever), as far as that moment has passed."""
    rows = rows.filter(due_at__lte=now, state__in=["kept", "broken", "running"])
    if month == "all":
        return rows
    first, after = bounds(month)
    return rows.filter(due_at__gte=first, due_at__lt=after)


@dataclass(frozen=True, slots=True)
class Tally:
    """Promises whose moment has come. `broken` includes those overdue."""

    kept: int = 0
    broken: int = 0
    overdue: int = 0

    @property
    def due(self) -> int:
        return self.kept + self.broken

    def to_dict(self) -> dict[str, Any]:
        return {"due": self.due, "kept": self.kept, "broken": self.broken, "overdue": self.overdue, **rate(self.kept, self.due)}  # fmt: skip


def rate(part: int, whole: int) -> dict[str, float | None]:
    """A share with Wilson's 95 % interval; None without anything to share."""
    if not whole:
        return {"rate": None, "low": None, "high": None}
    ends = wilson(part, whole)
    return {"rate": part / whole, "low": ends.low, "high": ends.high}


def tallies(
    rows: QuerySet[Promise], months: Sequence[str], now: datetime, *by: str
) -> dict[tuple[str, ...], Tally]:  # fmt: skip
    """Tallies by (month, *by), where `by` are among "rule", "branch" and "department". One query, in one pass over the rows.

    Months are told apart by their limits, not by a function of the database: on SQLite that would be Python for every row.
    """
    if not months:
        return {}
    wanted = {"rule": F("rule"), "branch": F("case__branch__code"), "department": holder()}
    limits = [When(due_at__lt=bounds(month)[1], then=Value(place)) for place, month in enumerate(months)]
    found = (
        rows.filter(due_at__gte=bounds(months[0])[0], due_at__lt=bounds(months[-1])[1], due_at__lte=now)
        .filter(state__in=["kept", "broken", "running"])
        .annotate(
            at_month=Choose(*limits, output_field=IntegerField()),
            ended=state_at(now),
            **{f"by_{name}": wanted[name] for name in by},
        )
        .values_list("at_month", "ended", *(f"by_{name}" for name in by))
        .annotate(many=Count("pk"))
        .order_by()
    )
    counts: dict[tuple[str, ...], dict[str, int]] = {}
    for place, ended, *rest in found:
        *keys, many = rest
        counts.setdefault((months[place], *map(str, keys)), {})[ended] = many
    return {key: _tally(own) for key, own in counts.items()}


def _tally(counts: Mapping[str, int]) -> Tally:
    return Tally(counts.get(KEPT, 0), counts.get(BROKEN, 0) + counts.get(OVERDUE, 0), counts.get(OVERDUE, 0))


def summed(tallies: Iterable[Tally]) -> Tally:
    kept = broken = overdue = 0
    for one in tallies:
        kept, broken, overdue = kept + one.kept, broken + one.broken, overdue + one.overdue
    return Tally(kept, broken, overdue)


def ended_as(rows: QuerySet[Promise], state: str, now: datetime) -> QuerySet[Promise]:
    """Of rows that are due: "due" all, "kept", "broken" (with those overdue), "overdue"."""
    return {
        "due": rows,
        KEPT: rows.filter(state="kept"),
        BROKEN: rows.filter(Q(state="broken") | Q(state="running", due_at__lte=now)),
        OVERDUE: rows.filter(state="running", due_at__lte=now),
    }[state]


def cases_of(rows: QuerySet[Promise]) -> list[str]:
    """The public ids of their cases, those due last first."""
    found = rows.order_by(F("due_at").desc(nulls_last=True), "-pk").values_list("case__public_id", flat=True)
    return list(dict.fromkeys(found))
