from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from anxin.faces.api.problems import Problem
from anxin.faces.api.shapes.base import Answer, Given

ImportKind = Literal["customers", "products", "policies"]
SystemName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=30,
        pattern=r"^[A-Za-z0-9_.-]+$",
        description="The outside system whose ids the rows carry.",
    ),
]
Cell = str | int | bool | float | None | list[Any] | dict[str, Any]


class Rows(Given):
    """Rows with the columns that a file's heading may have: `external_id`, `name`, `number`, `product`, …"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"rows": [{"external_id": "C000181", "name": "李明", "mobile": "13800001234", "branch": "3205"}]}
            ]
        },
    )

    rows: Annotated[list[dict[Annotated[str, Field(max_length=80)], Cell]], Field(min_length=1, max_length=20_000)]
    system: SystemName = "core"
    dry_run: bool = Field(default=False, description="Check everything and write nothing.")


class BadCellItem(Answer):
    line: int = Field(description="The line of a text file (its heading is 1), or the row's number from 1.")
    column: str
    value: str = Field(description="Masked where it is personal.")
    reason: str


class ImportReport(Answer):
    ok: bool
    kind: str
    rows: int
    created: int
    updated: int
    unchanged: int
    left_alone: int = Field(description="Differ, but were changed here since: they stay.")
    bad_count: int
    bad: list[BadCellItem] = Field(description="The first thousand.")
    ignored_columns: list[str]
    dry_run: bool
    batch: str = Field(description="The import's id, once written.")


class ImportProblem(Problem):
    report: ImportReport | None = Field(default=None, description="Which cells were wrong; nothing was written.")
