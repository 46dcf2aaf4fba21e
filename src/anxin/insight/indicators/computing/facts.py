"""Facts as arrays, a piece at a time, so that a million of them need no more memory than some thousands."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db.models import Count, Max, Q, QuerySet, TextField
from django.db.models.functions import Cast
from numpy.typing import NDArray

from anxin.access.models import Branch
from anxin.insight.indicators.models import Fact, FactBatch
from anxin.insight.indicators.periods import micros
from anxin.registers.policies.models import Policy

PIECE: Final = 20_000
"""Facts held at a time: some 20 MB while they are taken apart."""
NAT: Final = np.iinfo(np.int64).min
"""No moment, no day."""
_MOMENTS = frozenset({"calltime", "connectiontime", "downtime", "apppoldate", "ratedate"})
_DAYS = frozenset({"receiveddate", "decideddate", "disputedate", "handleddate", "appdate", "polrecieptdate", "hesitateenddate", "returnvisitdate", "month"})  # fmt: skip
_FLAGS = frozenset({"isconnected", "asksagent", "isapproved", "istold", "iswithdrawn", "ishandled", "isrecieptok", "isreturnvisit", "isunder"})  # fmt: skip
_NUMBERS = frozenset({"pausedays", "score", "premium", "policies", "persons"})


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Columns: moments in microseconds of UTC since 1970, days as days since 1970 (NAT: none), yes/no as 1, 0, -1 (unknown),
    numbers as float64, codes as text. `branch` and `case` are primary keys, -1 where there is none."""

    kind: str
    pk: NDArray[np.int64]
    branch: NDArray[np.int64]
    case: NDArray[np.int64]
    columns: dict[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.pk)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]

    def where(self, wanted: NDArray[np.bool_]) -> Facts:
        if wanted.all():
            return self
        return Facts(
            self.kind, self.pk[wanted], self.branch[wanted], self.case[wanted],
            {name: column[wanted] for name, column in self.columns.items()},
        )  # fmt: skip


def pieces(
    kind: str, names: Collection[str], *, branches: Collection[int] | None = None, since: date | None = None, before: date | None = None,
) -> Iterator[Facts]:  # fmt: skip
    """The facts of a kind with these columns, in no order: of these branches, that happened from `since` to before `before`."""
    rows = Fact.objects.filter(kind=kind)
    if branches is not None:
        rows = rows.filter(branch_id__in=branches)
    if since is not None:
        rows = rows.filter(occurred_at__gte=_moment(since))
    if before is not None:
        rows = rows.filter(occurred_at__lt=_moment(before))
    # The text of the column, for a piece is read as one JSON list: four times as quick as a field at a time.
    # In no order: sorting would have the database hold them all.
    listed = rows.annotate(words=Cast("data", TextField())).order_by()
    found: list[tuple[Any, ...]] = []
    for row in listed.values_list("pk", "branch_id", "case_id", "words").iterator(chunk_size=PIECE):
        found.append(row)
        if len(found) == PIECE:
            yield _piece(kind, names, found)
            found = []
    if found:
        yield _piece(kind, names, found)


def _moment(day: date) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros(day))


def _piece(kind: str, names: Collection[str], rows: list[tuple[Any, ...]]) -> Facts:
    data = json.loads(f"[{','.join(row[3] for row in rows)}]")
    return Facts(
        kind,
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] or -1 for row in rows], np.int64),
        np.array([row[2] or -1 for row in rows], np.int64),
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


# -- the state of the imports -------------------------------------------------------------------------------------


def state() -> str:
    """Changes whenever facts do or policies come: part of what a board's stored answer is stored under. A policy that only changed
    is seen with the lake's next version, which any claim's next step brings: looking at every policy on every page would be slow."""
    policy = Policy.objects.order_by("-pk").values_list("pk", flat=True).first()
    return f"{facts_state()}-{policy or 0}"


def facts_state() -> str:
    """Changes whenever facts do. One query: boards that show facts beside other things ask it on every page."""
    # How many there are, too: of two imports at a time the one that was asked for first may end last.
    removed = Count("pk", filter=Q(state=FactBatch.State.REMOVED))
    told = _settled().aggregate(newest=Max("pk"), many=Count("pk"), removed=removed)
    return f"{told['newest'] or 0}-{told['many']}-{told['removed']}"


def imports() -> tuple[Any, ...]:
    """The same for what a process keeps in memory: a number may be given again once its row is gone, a public id is not."""
    newest = _settled().order_by("-pk").values_list("public_id", flat=True).first()
    return (facts_state(), newest)


def _settled() -> QuerySet[FactBatch]:
    return FactBatch.objects.filter(dry_run=False, state__in=[FactBatch.State.DONE, FactBatch.State.REMOVED])


def has_facts(kind: str) -> bool:
    return Fact.objects.filter(kind=kind).exists()


def branch_places(codes: Iterable[str] | None) -> tuple[list[str], dict[int, int]]:
    """Branch codes in order, and the place of each branch's primary key in them."""
    rows = list(Branch.objects.order_by("code").values_list("pk", "code"))
    if codes is not None:
        wanted = set(codes)
        rows = [row for row in rows if row[1] in wanted]
    return [code for _pk, code in rows], {pk: place for place, (pk, _code) in enumerate(rows)}
