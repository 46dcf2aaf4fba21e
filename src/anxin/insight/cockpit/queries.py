"""What is asked live, beside the stored answers."""

from __future__ import annotations

from datetime import datetime

from anxin.access.actors import Actor
from anxin.access.models import Department
from anxin.journal.models import Case
from anxin.journal.queries import PromiseRow, promise_row


def tightest(
    actor: Actor, now: datetime, *, departments: dict[str, Department], branch: str = "", kind: str = "", line: str = "",
    limit: int = 3,
) -> list[tuple[Case, PromiseRow]]:  # fmt: skip
    """The open promises due first, among what the reader may see: a case stands with its tightest one. One query."""
    rows = Case.objects.visible_to(actor).open().filter(due_at__isnull=False, due_promise__isnull=False)
    if branch:
        rows = rows.filter(branch__code=branch)
    if kind:
        rows = rows.filter(kind=kind)
    if line:
        rows = rows.filter(claim__line=line)
    found = rows.select_related("branch", "person", "due_promise__person").order_by("due_at", "pk")[:limit]
    return [(case, promise_row(case.due_promise, case, departments, now)) for case in found if case.due_promise]
