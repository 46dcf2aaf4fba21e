"""Which column says what: as told, else guessed from the names in use, and said aloud."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from anxin.engines.mining.errors import BadLog, listed

_KNOWN: Mapping[str, tuple[str, ...]] = {
    "case": (
        "case:concept:name", "case_id", "caseid", "case id", "case", "case_concept_name", "case number", "claim_id",
        "claim_no", "claim number", "trace", "trace_id", "案件号", "案号", "赔案号", "案件编号",
    ),
    "activity": (
        "concept:name", "activity", "activity_name", "activity name", "activity_id", "event", "event_name", "task",
        "action", "step", "环节", "活动", "节点", "操作",
    ),
    "time": (
        "time:timestamp", "timestamp", "complete_timestamp", "complete timestamp", "end_time", "end_timestamp", "ts",
        "occurred_at", "event_time", "datetime", "time", "date", "start_timestamp", "时间", "发生时间", "完成时间",
    ),
    "started": ("start_timestamp", "start timestamp", "start_time", "started", "started_at", "begin", "开始时间"),
    "resource": (
        "org:resource", "resource", "user", "operator", "agent", "employee", "performer", "handler", "经办人", "处理人", "操作员",
    ),
    "department": (
        "department", "org:group", "org:department", "dept", "team", "org:role", "部门", "机构", "处理部门",
    ),
    "lifecycle": ("lifecycle:transition", "lifecycle", "transition", "registration_type", "event_type"),
}  # fmt: skip
NEEDED = ("case", "activity", "time")


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns; empty: guess. "-" for an optional one: there is none."""

    case: str = ""
    activity: str = ""
    time: str = ""
    started: str = ""
    resource: str = ""
    department: str = ""
    lifecycle: str = ""

    def named(self) -> dict[str, str]:
        return {field.name: getattr(self, field.name) for field in fields(self) if getattr(self, field.name)}


@dataclass(frozen=True, slots=True)
class Mapped:
    columns: Mapping[str, str]
    guessed: tuple[str, ...]


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-]+", "_", name.strip().lower())


def map_columns(header: Sequence[str], given: Columns, *, source: str = "", needed: Sequence[str] = NEEDED) -> Mapped:
    """Role -> column. Raises BadLog, listing the columns, for a named one that is not there, a needed one that cannot be
    guessed, and a column that occurs twice."""
    twice = sorted({name for name in header if list(header).count(name) > 1})
    found: dict[str, str] = {}
    for role, column in given.named().items():
        if column == "-" and role not in needed:
            continue
        if column not in header:
            raise BadLog(
                f"{source}: there is no column “{column}” for {role}. The columns are: {listed(header, most=30)}.",
                code="unknown-column",
                about=[role, column],
            )
        found[role] = column
    by_plain = {_plain(name): name for name in reversed(header)}
    guessed = []
    for role, names in _KNOWN.items():
        if role in found or given.named().get(role) == "-":
            continue
        for name in names:
            column = by_plain.get(_plain(name), "")
            if column and column not in found.values():
                found[role] = column
                guessed.append(role)
                break
    if missing := [role for role in needed if role not in found]:
        raise BadLog(
            f"{source}: which column says the {' and the '.join(missing)}? Name it, e.g. {missing[0]}='…' "
            f"(--{missing[0]} on the command line). The columns are: {listed(header, most=30)}.",
            code="which-column",
            about=missing,
        )
    if clash := [name for name in found.values() if name in twice]:
        raise BadLog(f"{source}: the column “{clash[0]}” is there twice; rename one.", code="column-twice", about=clash)
    ordered = {role: found[role] for role in _KNOWN if role in found}
    return Mapped(ordered, tuple(guessed))
