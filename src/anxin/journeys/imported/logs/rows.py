"""One row of a log, what may be wrong with it, and which column says what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

MAX_BAD = 200
ACTIVITY_LENGTH = 120
CASE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class BadRow:
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.reason}"


class BadLog(Exception):
    """The log was not read: `rows` holds the first bad rows, `more` how many others there are."""

    def __init__(self, rows: list[BadRow], more: int = 0):
        super().__init__(f"{len(rows) + more} bad rows, the first: {rows[0]}")
        self.rows, self.more = rows, more


@dataclass(frozen=True, slots=True)
class LogEvent:
    case: str
    activity: str
    at: datetime
    resource: str
    transition: str
    kept: dict[str, str | int]
    line: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Which attribute or column holds what. `keep` names further ones whose values are codes or whole numbers: nothing
    else of a log is kept, because free text and names must not get into events, which are never erased."""

    case: str
    activity: str
    time: str
    resource: str = ""
    transition: str = ""
    keep: tuple[str, ...] = ()
    time_format: str = ""
    """As for strptime; empty: ISO 8601."""


XES_COLUMNS = Columns("concept:name", "concept:name", "time:timestamp", "org:resource", "lifecycle:transition")

_KNOWN = {
    "case": ("case:concept:name", "case_id", "caseid", "case id", "case", "case_concept_name", "trace", "案件号", "案号"),
    "activity": ("concept:name", "activity", "activity_id", "event", "task", "action", "环节", "活动"),
    "time": ("time:timestamp", "timestamp", "complete_timestamp", "complete timestamp", "start_timestamp", "time", "date", "时间"),
    "resource": ("org:resource", "resource", "user", "operator", "agent", "经办人"),
    "transition": ("lifecycle:transition", "lifecycle", "transition", "registration_type"),
}  # fmt: skip


def guess_columns(header: Iterable[str]) -> dict[str, str]:
    """Column -> the name in `header` that usually means it; columns it cannot guess are left out."""
    by_plain = {name.strip().lower(): name for name in reversed(list(header))}
    found = {}
    for column, names in _KNOWN.items():
        for name in names:
            if name in by_plain:
                found[column] = by_plain[name]
                break
    return found


@dataclass(slots=True)
class RowReader:
    """Turns mappings of text into `LogEvent`s, gathering what is wrong instead of stopping at the first."""

    columns: Columns
    zone: tzinfo
    now: datetime
    bad: list[BadRow] = field(default_factory=list)
    more: int = 0

    def refuse(self, line: int, column: str, reason: str) -> None:
        if len(self.bad) < MAX_BAD:
            self.bad.append(BadRow(line, column, reason))
        else:
            self.more += 1

    def event(self, case: str, row: Mapping[str, str | None], line: int) -> LogEvent | None:
        columns = self.columns
        activity = (row.get(columns.activity) or "").strip()
        wrong_before = len(self.bad) + self.more
        self._check_text(case, columns.case, CASE_LENGTH, line)
        self._check_text(activity, columns.activity, ACTIVITY_LENGTH, line)
        at = self._moment((row.get(columns.time) or "").strip(), line)
        kept = self._kept(row, line)
        if at is None or len(self.bad) + self.more > wrong_before:
            return None
        return LogEvent(
            case, activity, at, (row.get(columns.resource) or "").strip()[:200] if columns.resource else "",
            (row.get(columns.transition) or "").strip()[:40] if columns.transition else "", kept, line,
        )  # fmt: skip

    def done(self) -> None:
        if self.bad:
            raise BadLog(self.bad, self.more)

    def _check_text(self, value: str, column: str, length: int, line: int) -> None:
        if not value:
            self.refuse(line, column, "is empty")
        elif len(value) > length:
            self.refuse(line, column, f"is longer than {length} characters")
        elif "\x00" in value:
            self.refuse(line, column, "holds a NUL character")

    def _moment(self, text: str, line: int) -> datetime | None:
        if not text:
            self.refuse(line, self.columns.time, "is empty")
            return None
        try:
            if self.columns.time_format:
                moment = datetime.strptime(text, self.columns.time_format)  # noqa: DTZ007 - the zone is added below
            else:
                moment = datetime.fromisoformat(text.replace("/", "-"))
        except ValueError:
            wanted = self.columns.time_format or "ISO 8601, such as 2025-03-14T09:30:00+08:00"
            self.refuse(line, self.columns.time, f"{text[:40]!r} is not a time ({wanted})")
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone)
        if moment > self.now:
            self.refuse(line, self.columns.time, f"{text[:40]!r} lies in the future")
            return None
        return moment

    def _kept(self, row: Mapping[str, str | None], line: int) -> dict[str, str | int]:
        kept: dict[str, str | int] = {}
        for name in self.columns.keep:
            text = (row.get(name) or "").strip()
            if not text:
                continue
            if len(text) > 60 or "\x00" in text:
                self.refuse(line, name, "is no code: longer than 60 characters")
            else:
                kept[name] = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text
        return kept
