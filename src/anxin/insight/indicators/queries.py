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
from anxin.insight.indicators.computing.facts import NAT, facts_of, facts_state, has_facts, state
from anxin.insight.indicators.computing.ground import Ground
from anxin.insight.indicators.computing.outside import complaint_limits
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
    """The calls in the reader's scope (and of `branch`), whatever the month."""
    found = Ground(ask, "").facts("calls")
    found = found.where(found["asksagent"] != 0)
    order = np.argsort(found["calltime"], kind="stable")

    def moments(name: str) -> NDArray[np.int64]:
        return np.where(found[name] == NAT, -1, found[name])[order]

    return Calls(
        moments("calltime"), moments("connectiontime"), moments("downtime"), (found["isconnected"] == 1)[order]
    )


def complaints_by_month(ask: Ask) -> list[tuple[str, int, int, int]]:
    """(month, received in it, decided in time of those whose limit ended in it, those whose limit ended in it), oldest first.

    Every month from the first to the last of which the insurer has imported any, whatever the reader's scope: a branch without
    complaints has zeros, a month that was not imported is left out. The strict limit of order 2020-3 art. 18. Limits still running
    are not due; withdrawn complaints are received but never due.
    """
    ground = Ground(ask, "")
    imported = facts_of("complaints")["receiveddate"]
    if not len(imported):
        return []
    first, last = _month_of_days(np.array([imported.min(), imported.max()]))
    covered = {str(month): [0, 0, 0] for month in np.arange(first, last + 1)}
    received = _month_of_days(ground.facts("complaints")["receiveddate"])
    rows, strict, _rolled = complaint_limits(ground)
    due = strict < ground.today
    in_time = due & (rows["decideddate"] != NAT) & (rows["decideddate"] <= strict)
    for place, month_list in ((0, received), (1, _month_of_days(strict[in_time])), (2, _month_of_days(strict[due]))):
        names, counts = np.unique(month_list, return_counts=True)
        for name, count in zip(names, counts, strict=True):
            covered.setdefault(str(name), [0, 0, 0])[place] = int(count)
    return [(month, *numbers) for month, numbers in sorted(covered.items())]  # type: ignore[misc]


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
