"""What an import answers: how many rows did what, and which cells were wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

# progress(stage, done, of): stage is "read", "check" or "write".
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class BadCell:
    """`line` is the line of a text file (its heading is line 1), or the row's number from 1 in Parquet and JSON.

    `column` is the heading as the file has it. `value` is masked where it is personal.
    """

    line: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class Report:
    """`bad_count` counts all bad cells; `bad` holds the first `KEPT` of them."""

    KEPT: ClassVar[int] = 1000

    kind: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    left_alone: int = 0  # differ from the file, but were changed here since: see `policies`
    bad_count: int = 0
    bad: list[BadCell] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    dry_run: bool = False
    batch: str = ""  # public id of the ImportBatch, once written
    _named: set[tuple[int, str]] = field(default_factory=set, repr=False)

    @property
    def ok(self) -> bool:
        return self.bad_count == 0

    def refuse(self, line: int, column: str, value: str, reason: str) -> None:
        """Name a bad cell, once: what follows from its being bad is not said again."""
        if (line, column) in self._named:
            return
        self._named.add((line, column))
        self.bad_count += 1
        if len(self.bad) < self.KEPT:
            self.bad.append(BadCell(line, column, value, reason))

    def as_dict(self) -> dict[str, Any]:
        """For `--json` and the API."""
        known = {name: value for name, value in asdict(self).items() if not name.startswith("_")}
        return {"ok": self.ok, **known}
