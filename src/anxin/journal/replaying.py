"""Replaying: the promises of every case once more from its events alone, held against the table and what the case carries."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from anxin.journal.models import Case, Event, Promise
from anxin.journal.promises import fold
from anxin.journal.promises.source import source


@dataclass(frozen=True, slots=True)
class Difference:
    """A promise the table has and the replay has not, or the other way round, or a field in which they differ.

    `case.due_at` and `case.near_at` are fields of the case, which carries those of its tightest promise.
    """

    case: str
    rule: str
    key: str
    serial: int
    field: str
    in_table: Any
    in_replay: Any


def differences(*, progress: Callable[[int], None] | None = None) -> Iterator[Difference]:
    """Every way in which the promises in the table differ from a replay of all events; nothing when all is right.

    Reads events and promises once, in order of case; `progress` is called with the number of cases replayed.
    """
    cases = {row[0]: row[1:] for row in Case.objects.values_list("pk", "number", "due_at", "near_at")}
    happenings = groupby(_happenings(), key=lambda pair: pair[0])
    promises = groupby(
        Promise.objects.order_by("case_id", "pk").iterator(chunk_size=2_000), key=lambda promise: promise.case_id
    )
    waiting = next(promises, None)
    for done, (case_id, pairs) in enumerate(happenings, 1):
        told = {_name(clock): clock for clock in fold.replay((happening for _, happening in pairs), source())}
        kept: dict[tuple[str, str, int], Promise] = {}
        if waiting is not None and waiting[0] == case_id:
            kept = {_name(promise): promise for promise in waiting[1]}
            waiting = next(promises, None)
        for name in sorted(told.keys() | kept.keys()):
            yield from _compare(cases[case_id][0], name, kept.get(name), told.get(name))
        yield from _compare_case(*cases[case_id], fold.tightest(told.values(), source()))
        if progress is not None:
            progress(done)


def _happenings() -> Iterator[tuple[int, fold.Happening]]:
    rows = Event.objects.order_by("case_id", "seq").values_list(
        "case_id", "seq", "activity", "occurred_at", "data", "rules_edition", "calendar_edition"
    )
    for case_id, seq, activity, occurred_at, data, rules, calendar in rows.iterator(chunk_size=5_000):
        yield case_id, fold.Happening(seq, activity, occurred_at, json.loads(data), rules, calendar)


def _name(clock: Any) -> tuple[str, str, int]:
    return clock.rule, clock.key, clock.serial


def _compare_case(case: str, due_at: datetime | None, near_at: datetime | None, first: Any) -> Iterator[Difference]:
    name = _name(first) if first else ("", "", 0)
    for field, in_table in (("due_at", due_at), ("near_at", near_at)):
        in_replay = getattr(first, field) if first else None
        if in_table != in_replay:
            yield Difference(case, *name, f"case.{field}", in_table, in_replay)


def _compare(case: str, name: tuple[str, str, int], kept: Any, told: Any) -> Iterator[Difference]:
    if kept is None or told is None:
        yield Difference(case, *name, "", kept and "there", told and "there")
        return
    for field in fold.FIELDS:
        in_table, in_replay = getattr(kept, field), getattr(told, field)
        if in_table != in_replay:
            yield Difference(case, *name, field, in_table, in_replay)
