"""A study: one table of answers with what every column means. What campaigns and imported files become before a report.

Pure data: no database, no files. `Column.values` has one entry a respondent, in the same order for all columns:

| kind | values |
|---|---|
| scale, number | float64; NaN where there is no answer |
| one | int32: place in `options`, -1 where there is no answer |
| many | bool (n, options); a respondent who chose none of them is False throughout |
| text, date | object: str, "" where there is no answer |
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from numpy.typing import NDArray

from anxin.voice.questionnaires.form import Text

KINDS = ("scale", "one", "many", "number", "text", "date")
# What the report does with a column. `segment` only groups; `weight` is the survey weight; `seconds` the time spent.
ROLES = (
    "perception", "expectation", "importance", "outcome", "nps", "profile", "segment", "open", "weight", "seconds", "ignore",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """`dimension` and `stage` are keys of the study's `dimensions` and `stages`, "" for none.

    `item` names what is asked apart from how: a perception and its expectation have the same one.
    """

    name: str
    text: Text
    kind: str
    role: str
    values: NDArray[Any]
    low: float | None = None  # of a scale
    high: float | None = None
    reversed: bool = False
    item: str = ""
    dimension: str = ""
    stage: str = ""
    options: tuple[tuple[str, Text], ...] = ()  # (code, words) of one and many


@dataclass(frozen=True, slots=True)
class Sample:
    """How many were asked, opened the questionnaire and sent it back; None where nobody counted."""

    issued: int | None = None
    opened: int | None = None
    returned: int | None = None
    by_segment: tuple[tuple[str, int, int], ...] = ()  # (segment in words, issued, returned)


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """`keys` are the respondents' references (a response's public id, a row's number), for opening a number to its rows."""

    title: Text
    columns: tuple[Column, ...]
    keys: NDArray[Any]
    source: str
    sample: Sample = field(default_factory=Sample)
    wave: str = ""
    asked_from: datetime | None = None
    asked_to: datetime | None = None
    dimensions: dict[str, Text] = field(default_factory=dict)
    stages: dict[str, Text] = field(default_factory=dict)
    instrument: str = ""
    # (n,) by reason, where whoever took the answers in has screened them: straight, fast, missing. Empty: the report screens.
    flags: dict[str, NDArray[Any]] = field(default_factory=dict)
    # What was taken for granted in making it ("q1 to q22 were taken for answers from 1 to 5"), told in the report.
    notes: tuple[Text, ...] = ()

    @property
    def n(self) -> int:
        return len(self.keys)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def of_role(self, *roles: str, stage: str | None = None) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.role in roles and stage in (None, c.stage))

    def only(self, rows: NDArray[Any]) -> Study:
        """The same study of some respondents: a mask or places."""
        return replace(
            self,
            keys=self.keys[rows],
            flags={reason: flagged[rows] for reason, flagged in self.flags.items()},
            columns=tuple(replace(column, values=column.values[rows]) for column in self.columns),
        )
