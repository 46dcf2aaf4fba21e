"""Which process is prescribed for a kind of case, and its editions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anxin.access.actors import Actor
from anxin.insight.process.models import Prescription
from anxin.insight.process.prescribed import shipped
from anxin.insight.results.permissions import SEE_BOARDS


@dataclass(frozen=True, slots=True)
class Prescribed:
    """An edition: the tree (`process`), the activities left out of the check, and where it comes from. Number 0 is shipped."""

    kind: str
    number: int
    process: Any
    ignored: tuple[str, ...]
    why: str = ""
    made_at: datetime | None = None
    made_by: str = ""

    @property
    def text(self) -> str:
        """The tree, indented so that a person can read and change it."""
        return laid_out(self.process) if self.process is not None else ""


def prescribed(kind: str, number: int | None = None) -> Prescribed | None:
    """The newest edition, or a certain one; None where there is none."""
    if number == 0:
        return _shipped(kind)
    rows = Prescription.objects.filter(kind=kind).select_related("made_by")
    row = rows.first() if number is None else rows.filter(number=number).first()
    if row is not None:
        return _of(row)
    return _shipped(kind) if number is None else None


def editions(kind: str, actor: Actor) -> list[Prescribed]:
    """All editions, the newest first. Raises NotAllowed without the permission to see boards."""
    actor.must(SEE_BOARDS)
    found = [_of(row) for row in Prescription.objects.filter(kind=kind).select_related("made_by")]
    first = _shipped(kind)
    return found if first is None else [*found, first]


def _of(row: Prescription) -> Prescribed:
    body = json.loads(row.body)
    return Prescribed(
        row.kind, row.number, body["process"], tuple(body["ignored"]), row.why, row.made_at, str(row.made_by)
    )


def _shipped(kind: str) -> Prescribed | None:
    told = shipped(kind)
    return None if told["process"] is None else Prescribed(kind, 0, told["process"], tuple(told["ignored"]))


def laid_out(tree: Any, depth: int = 0) -> str:
    """The tree as JSON text: what fits on a line stands on one."""
    flat = json.dumps(tree, ensure_ascii=False)
    if not isinstance(tree, list) or len(flat) + 2 * depth <= 100:
        return flat
    inner = ",\n".join("  " * (depth + 1) + laid_out(part, depth + 1) for part in tree[1:])
    return f"[{json.dumps(tree[0])},\n{inner}\n{'  ' * depth}]"
