from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from anxin.faces.api.shapes.base import Answer
from anxin.journal.queries import QueueRow

View = Literal["all", "overdue", "today", "near", "paused", "unassigned"]
CaseKind = Literal["claim", "imported"]


class QueueItem(Answer):
    id: str = Field(description="The case's id (for a claim: the claim's).")
    kind: str
    number: str
    title: str
    state: str
    branch: str
    department: str
    mine: bool = Field(description="The reader holds the case, or the promise shown.")
    held_since: datetime | None
    promise: str = Field(description="The rule of the promise that orders it; empty when there is none.")
    due_at: datetime | None
    amount_fen: int

    @classmethod
    def of(cls, row: QueueRow) -> QueueItem:
        case = row.case
        return cls(
            id=case.public_id, kind=case.kind, number=case.number, title=row.title, state=case.state,
            branch=case.branch.code, department=case.department_id or "", mine=row.mine, held_since=case.held_since,
            promise=row.promise.rule if row.promise else "", due_at=row.promise.due_at if row.promise else case.due_at,
            amount_fen=case.amount_fen,
        )  # fmt: skip


class QueueCounts(Answer):
    all: int
    overdue: int
    today: int
    near: int
    paused: int
    unassigned: int


class QueuePage(Answer):
    items: list[QueueItem]
    counts: QueueCounts
    page: int
    pages: int
    total: int
