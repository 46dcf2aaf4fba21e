"""Facts as arrays, read once per state of the imports and kept: branches, lines and months are then cut out of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.db.models import Count, Max, Q, QuerySet
from numpy.typing import NDArray

from anxin.access.models import Branch
from anxin.insight.indicators.kinds import KINDS
from anxin.insight.indicators.models import Fact, FactBatch
from anxin.registers.policies.models import Policy

NAT: Final = np.iinfo(np.int64).min
"""No moment, no day."""
_MOMENTS = frozenset({"calltime", "connectiontime", "downtime", "apppoldate", "ratedate"})
_DAYS = frozenset({"receiveddate", "decideddate", "disputedate", "handleddate", "appdate", "polrecieptdate", "hesitateenddate", "returnvisitdate", "month"})  # fmt: skip
_FLAGS = frozenset({"isconnected", "asksagent", "isapproved", "istold", "iswithdrawn", "ishandled", "isrecieptok", "isreturnvisit", "isunder"})  # fmt: skip
_NUMBERS = frozenset({"pausedays", "score", "premium", "policies", "persons"})


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Columns: moments in microseconds of UTC since 1970, days as days since 1970 (NAT: none), yes/no as 1, 0, -1 (unknown),
    numbers as float64, codes as text."""

    kind: str
    pk: NDArray[np.int64]
    at: NDArray[np.int64]
    branch: NDArray[np.int64]
    case: NDArray[np.int64]
    line: NDArray[np.object_]
    columns: dict[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.pk)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]

    def where(self, wanted: NDArray[np.bool_]) -> Facts:
        if wanted.all():
            return self
        return Facts(
            self.kind, self.pk[wanted], self.at[wanted], self.branch[wanted], self.case[wanted], self.line[wanted],
            {name: column[wanted] for name, column in self.columns.items()},
        )  # fmt: skip


_kept: dict[str, tuple[tuple[Any, ...], Facts]] = {}


def state() -> str:
    """Changes whenever facts or policies do: part of what a board's stored answer is stored under."""
    return "-".join(str(part) for part in _state()[:3])


def facts_state() -> str:
    """Changes whenever facts do. One query: boards that show facts beside other things ask it on every page."""
    told = _settled().aggregate(newest=Max("pk"), removed=Count("pk", filter=Q(state=FactBatch.State.REMOVED)))
    return f"{told['newest'] or 0}-{told['removed']}"


def _settled() -> QuerySet[FactBatch]:
    return FactBatch.objects.filter(dry_run=False, state__in=[FactBatch.State.DONE, FactBatch.State.REMOVED])


def _state() -> tuple[Any, ...]:
    done = _settled()
    newest = done.order_by("-pk").values_list("pk", "public_id").first()
    removed = done.filter(state=FactBatch.State.REMOVED).count()
    policy = Policy.objects.order_by("-pk").values_list("pk", flat=True).first()
    return (newest[0] if newest else 0, removed, policy or 0, newest[1] if newest else "")


def has_facts(kind: str) -> bool:
    return Fact.objects.filter(kind=kind).exists()


def facts_of(kind: str) -> Facts:
    """All facts of a kind, whatever the reader's scope: `Ground` cuts it out. Kept in memory until an import changes them."""
    now = _state()
    key = (now[0], now[1], now[3])
    if kind in _kept and _kept[kind][0] == key:
        return _kept[kind][1]
    found = _read(kind)
    _kept[kind] = (key, found)
    return found


def _read(kind: str) -> Facts:
    names = [name for name in KINDS[kind].fields if name != "line"]
    rows = list(
        Fact.objects.filter(kind=kind).order_by("pk").values_list("pk", "occurred_at", "branch_id", "case_id", "data")
    )
    data = [row[4] for row in rows]
    return Facts(
        kind,
        np.array([row[0] for row in rows], np.int64),
        np.array([round(row[1].timestamp() * 1_000_000) for row in rows], np.int64),
        np.array([row[2] or -1 for row in rows], np.int64),
        np.array([row[3] or -1 for row in rows], np.int64),
        np.array([one.get("line", "") for one in data], object),
        {name: _column(kind, name, [one.get(name) for one in data]) for name in names},
    )


def _column(kind: str, name: str, values: list[Any]) -> NDArray[Any]:
    if name in _FLAGS:
        return np.array([-1 if value is None else int(value) for value in values], np.int8)
    if name in _NUMBERS:
        return np.array([np.nan if value is None else value for value in values], np.float64)
    if name in _MOMENTS or (kind == "services" and name == "underdate"):
        return np.array([value or "NaT" for value in values], "datetime64[us]").astype(np.int64)
    if name in _DAYS or name == "underdate":
        return np.array([value or "NaT" for value in values], "datetime64[D]").astype(np.int64)
    return np.array([value or "" for value in values], object)


def branch_places(codes: Iterable[str] | None) -> tuple[list[str], dict[int, int]]:
    """Branch codes in order, and the place of each branch's primary key in them."""
    rows = list(Branch.objects.order_by("code").values_list("pk", "code"))
    if codes is not None:
        wanted = set(codes)
        rows = [row for row in rows if row[1] in wanted]
    return [code for _pk, code in rows], {pk: place for place, (pk, _code) in enumerate(rows)}
