"""Rows of a file into facts: all of them or none, in pieces, found again by the outside system's id."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.insight.indicators.kinds import KINDS, PERSONAL, Kind, masked, occurred
from anxin.insight.indicators.models import Fact, FactBatch
from anxin.insight.indicators.opening import open_rows
from anxin.journal.models import Case
from anxin.registers.importing.columns import plain_heading, shown
from anxin.registers.importing.lookups import Branches
from anxin.registers.importing.report import Progress, Report

PIECE = 5_000
_IN = 900  # ids in one statement: SQLite takes no more than 999 by default


class _Undo(Exception):
    """Leaves the transaction without keeping anything."""


def take_in(batch: FactBatch, content: bytes, *, actor: Actor, now: datetime, tell: Progress | None = None) -> Report:
    """Check every row and write all, or nothing where one is bad or the batch is a dry run. Sets the batch's counts.

    Raises `Invalid` for what is no table at all.
    """
    say = tell or (lambda stage, done, of: None)
    kind = KINDS[batch.kind]
    table = open_rows(content, batch.file_name, kind.sheet)
    report = Report(batch.kind, dry_run=batch.dry_run)
    personal = [heading for heading in table.ignored if PERSONAL.search(plain_heading(heading))]
    report.ignored_columns = [heading for heading in table.ignored if heading not in personal]
    batch.sha256 = table.sha256
    try:
        with transaction.atomic():
            _Rows(kind, batch, table.headings, report, actor, now).take(iter(table.rows), table.count, say)
            if not report.ok or batch.dry_run:
                raise _Undo
    except _Undo:
        pass
    batch.rows, batch.created, batch.changed, batch.unchanged = (
        report.rows, report.created, report.updated, report.unchanged,
    )  # fmt: skip
    batch.report = {
        "bad": [{"line": cell.line, "column": cell.column, "value": cell.value, "reason": cell.reason} for cell in report.bad],
        "bad_count": report.bad_count, "ignored": report.ignored_columns, "personal": personal,
    }  # fmt: skip
    return report


class _Rows:
    """One file on its way in."""

    def __init__(
        self, kind: Kind, batch: FactBatch, headings: Mapping[str, str], report: Report, actor: Actor, now: datetime
    ):
        self.kind, self.batch, self.headings, self.report, self.now = kind, batch, headings, report, now
        self.actor = actor
        self.branches = Branches(actor)
        self.seen: dict[str, int] = {}

    def take(
        self, rows: Iterator[tuple[int, Mapping[str, Any]]], count: int, say: Callable[[str, int, int], None]
    ) -> None:
        while piece := list(islice(rows, PIECE)):
            made = [fact for line, cells in piece if (fact := self._fact(line, cells)) is not None]
            self.report.rows += len(piece)
            # From the first bad row on only mistakes are looked for: nothing will be kept.
            self._point_at_cases(made)
            if self.report.ok:
                self._write([fact for _line, fact, _case in made])
            say("write", self.report.rows, max(count, self.report.rows))

    def _refuse(self, line: int, name: str, value: Any, reason: str) -> None:
        self.report.refuse(line, self.headings.get(name, name), shown(value, masked), reason)

    def _fact(self, line: int, cells: Mapping[str, Any]) -> tuple[int, Fact, str] | None:
        before = self.report.bad_count
        values = self.kind.sheet.read(line, cells, self.headings, self.report)
        if self.report.bad_count > before:
            return None
        external = values["id"]
        first = self.seen.setdefault(external, line)
        if first != line:
            self._refuse(line, "id", external, _("Line %(line)s has the same.") % {"line": first})
            return None
        branch = None if self.actor.branch_ids is None else self.branches.own()
        if word := values.get("branch"):
            try:
                branch = self.branches.find(word)
            except ValueError as bad:
                self._refuse(line, "branch", word, str(bad))
                return None
        at = occurred(self.kind, values)
        if at > self.now + timedelta(days=1) and not self.kind.looks_ahead:
            self._refuse(line, self.kind.when, values[self.kind.when], _("This day is in the future."))
            return None
        data = {name: values[name] for name in self.kind.fields if name in values}
        for check in self.kind.checks:
            if wrong := check(data):
                self._refuse(line, wrong[0], data.get(wrong[0], ""), wrong[1])
                return None
        fact = Fact(
            kind=self.batch.kind, source=self.batch.source, external_id=external, occurred_at=at, branch_id=branch, data=data,
            batch=self.batch,
        )  # fmt: skip
        return line, fact, values.get("case", "")

    def _point_at_cases(self, made: list[tuple[int, Fact, str]]) -> None:
        """The cases that rows name by their number, as far as the importer's branches go."""
        numbers = sorted({number for _line, _fact, number in made if number})
        found: dict[str, list[tuple[int, int]]] = {}
        for start in range(0, len(numbers), _IN):
            cases = Case.objects.filter(number__in=numbers[start : start + _IN])
            if self.actor.branch_ids is not None:
                cases = cases.filter(branch_id__in=self.actor.branch_ids)
            for number, pk, branch in cases.values_list("number", "pk", "branch_id"):
                found.setdefault(number, []).append((pk, branch))
        for line, fact, number in made:
            if not number:
                continue
            fitting = [
                pk for pk, branch in found.get(number, []) if fact.branch_id is None or branch == fact.branch_id
            ] or [pk for pk, _branch in found.get(number, [])]
            if len(fitting) == 1:
                fact.case_id = fitting[0]
            elif fitting:
                self._refuse(
                    line, "case", number, _("Several branches have a case of this number: give the branch, too.")
                )
            else:
                self._refuse(
                    line, "case", number, _("There is no such case: correct the number or leave the cell empty.")
                )

    def _write(self, facts: list[Fact]) -> None:
        there: dict[str, Fact] = {}
        ids = [fact.external_id for fact in facts]
        for start in range(0, len(ids), _IN):
            rows = Fact.objects.filter(
                kind=self.batch.kind, source=self.batch.source, external_id__in=ids[start : start + _IN]
            )
            there |= {row.external_id: row for row in rows}
        new, changed = [], []
        for fact in facts:
            old = there.get(fact.external_id)
            if old is None:
                new.append(fact)
            elif not _reaches(self.actor, old):
                line = self.seen[fact.external_id]
                self._refuse(
                    line, "id", fact.external_id, _("This record belongs to a branch that is not one of yours.")
                )
            elif (old.occurred_at, old.branch_id, old.case_id, old.data) == (
                fact.occurred_at, fact.branch_id, fact.case_id, fact.data,
            ):  # fmt: skip
                self.report.unchanged += 1
            else:
                fact.pk = old.pk
                changed.append(fact)
        Fact.objects.bulk_create(new, batch_size=1_000)
        Fact.objects.bulk_update(changed, ["occurred_at", "branch", "case", "data", "batch"], batch_size=100)
        self.report.created += len(new)
        self.report.updated += len(changed)


def _reaches(actor: Actor, fact: Fact) -> bool:
    return actor.branch_ids is None or fact.branch_id in actor.branch_ids
