"""What others ask of this room."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.insight.indicators.computing.facts import NAT, facts_state, has_facts, pieces, state
from anxin.insight.indicators.computing.ground import Ground
from anxin.insight.indicators.computing.sums import Told
from anxin.insight.indicators.definitions import Part
from anxin.insight.indicators.models import Reported
from anxin.insight.results.asking import Ask

__all__ = [
    "Calls",
    "Match",
    "calls",
    "complaints_by_month",
    "facts_state",
    "has_facts",
    "match",
    "reported_for",
    "state",
]


@dataclass(frozen=True, slots=True, eq=False)
class Calls:
    """Calls asking for an agent, by time. Moments in microseconds of UTC since 1970; -1 where none is known."""

    calltime: NDArray[np.int64]
    connectiontime: NDArray[np.int64]
    downtime: NDArray[np.int64]
    connected: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.calltime)


def calls(ask: Ask) -> Calls:
    """The calls in the reader's scope (and of `branch`), whatever the month: 25 bytes a call."""
    moments = ("calltime", "connectiontime", "downtime")
    found: dict[str, list[NDArray[Any]]] = {name: [] for name in (*moments, "connected")}
    branches = None
    if ask.chosen_branches is not None:
        branches = list(Branch.objects.filter(code__in=ask.chosen_branches).values_list("pk", flat=True))
    for piece in pieces("calls", (*moments, "isconnected", "asksagent"), branches=branches):
        asking = piece.where(piece["asksagent"] != 0)
        for name in moments:
            found[name].append(np.where(asking[name] == NAT, -1, asking[name]))
        found["connected"].append(asking["isconnected"] == 1)
    if not found["connected"]:
        none = np.zeros(0, np.int64)
        return Calls(none, none, none, np.zeros(0, bool))
    whole = {name: np.concatenate(found.pop(name)) for name in (*moments, "connected")}
    order = np.argsort(whole["calltime"], kind="stable")
    return Calls(**{name: column[order] for name, column in whole.items()})


def complaints_by_month(ask: Ask) -> list[tuple[str, int, int, int]]:
    """(month, received in it, decided in time of those whose limit ended in it, those whose limit ended in it), oldest first.

    Every month from the first to the last of which the insurer has imported any, whatever the reader's scope: a branch without
    complaints has zeros, a month that was not imported is left out. The strict limit of order 2020-3 art. 18. Limits still running
    are not due; withdrawn complaints are received but never due.
    """
    imported = Ground(Ask(None, {}, ask.now), "").told("received").day
    if not len(imported):
        return []
    first, last = _month_of_days(np.array([imported.min(), imported.max()]))
    covered = {str(month): [0, 0, 0] for month in np.arange(first, last + 1)}
    ground = Ground(ask, "")
    received, limits = ground.told("received"), ground.told("strict")
    due = limits.where(limits.day < ground.today)
    for place, told, numbers in ((0, received, received.n), (1, due, due.total), (2, due, due.n)):
        for month, count in _by_month(told, numbers):
            covered.setdefault(month, [0, 0, 0])[place] = count
    return [(month, *numbers) for month, numbers in sorted(covered.items())]  # type: ignore[misc]


def _by_month(told: Told, numbers: NDArray[Any]) -> list[tuple[str, int]]:
    """The months that have any, with the sum of these."""
    names, places = np.unique(_month_of_days(told.day), return_inverse=True)
    sums = np.bincount(places, numbers, minlength=len(names))
    return [(str(name), int(count)) for name, count in zip(names, sums, strict=True) if count]


def _month_of_days(days: NDArray[np.int64]) -> NDArray[Any]:
    return days.astype("datetime64[D]").astype("datetime64[M]")


# -- what was reported ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    """`reported` and `recomputed` in the unit of reporting (percent, days, per denominator); `tolerance` is half of the last
    decimal reported."""

    row: Reported
    recomputed: Decimal
    difference: Decimal
    tolerance: Decimal

    @property
    def fits(self) -> bool:
        return abs(self.difference) <= self.tolerance

    @property
    def shown(self) -> str:
        """The recomputed value with as many decimals as were reported, and two more where it does not fit."""
        return f"{self.recomputed:.{self.row.places if self.fits else self.row.places + 2}f}"

    @property
    def reported(self) -> str:
        return f"{self.row.value:.{self.row.places}f}"


def match(row: Reported, part: Part, value: float) -> Match:
    """A reported value beside the recomputed one."""
    recomputed = Decimal(repr(100 * value if part.unit == "share" else value)).quantize(Decimal("0.000001"))
    return Match(row, recomputed, recomputed - row.value, Decimal(5) * Decimal(10) ** -(row.places + 1))


def reported_for(actor: Actor, *, period: str, business: str, branch: str) -> dict[tuple[str, str], Reported]:
    """What was reported for a period, line and branch ("" : the whole insurer), by indicator and part.

    A value of the whole insurer stands beside one recomputed for the whole insurer only: for those who see it.
    """
    rows: QuerySet[Reported] = Reported.objects.visible_to(actor).filter(
        period=period, business=business, is_current=True
    )
    if branch:
        rows = rows.filter(branch__code=branch)
    elif actor.branch_ids is None:
        rows = rows.filter(branch=None)
    else:
        own = list(Branch.objects.filter(pk__in=actor.branch_ids).values_list("pk", flat=True))
        rows = rows.filter(branch__in=own) if len(own) == 1 else rows.none()
    return {(row.indicator, row.part): row for row in rows.select_related("entered_by")}
