"""The way in for every import: check who asks, read, check every row, then write all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Stale
from anxin.registers.importing import customers, policies, products
from anxin.registers.importing.report import Progress, Report
from anxin.registers.importing.tables import Table, open_table, rows_table
from anxin.registers.policies.models import ImportBatch
from anxin.registers.policies.permissions import IMPORT

# A register's importer: (rows by line, headings, report, source, actor, now, progress, dry_run) → None.
_IMPORTERS: dict[str, tuple[Any, Callable[..., None]]] = {
    "customers": (customers.SHEET, customers.write),
    "products": (products.SHEET, products.write),
    "policies": (policies.SHEET, policies.write),
}
KINDS = tuple(_IMPORTERS)


class _Undo(Exception):
    """Leaves the transaction without keeping anything."""


def import_table(
    kind: str, source: str | Path | BinaryIO, *, actor: Actor, now: datetime, system: str = "core",
    progress: Progress | None = None, dry_run: bool = False,
) -> Report:  # fmt: skip
    """Import a CSV or Parquet file. `system` names the outside system whose ids the file carries.

    Returns a report; when it is not `ok`, nothing was written. Raises `Invalid` for what is no such table at all, and
    `NotAllowed`. `dry_run` checks everything and writes nothing.
    """
    actor.must(IMPORT)
    return _import(kind, open_table(source, _sheet(kind)), actor, now, system, progress, dry_run)


def check_table(kind: str, source: str | Path | BinaryIO) -> None:
    """Whether a file is a table of this kind at all: raises `Invalid` as `import_table` would, before any row is read."""
    open_table(source, _sheet(kind))


def import_rows(
    kind: str, rows: Iterable[Mapping[str, Any]], *, actor: Actor, now: datetime, system: str = "core",
    progress: Progress | None = None, dry_run: bool = False,
) -> Report:  # fmt: skip
    """The same for rows that are already values, such as a JSON body's; a row's number counts from 1."""
    actor.must(IMPORT)
    return _import(kind, rows_table(rows, _sheet(kind)), actor, now, system, progress, dry_run)


def _sheet(kind: str) -> Any:
    try:
        return _IMPORTERS[kind][0]
    except KeyError:
        raise Invalid(_("There is nothing to import called %(kind)s.") % {"kind": kind}) from None


def _import(
    kind: str, table: Table, actor: Actor, now: datetime, system: str, progress: Progress | None, dry_run: bool
) -> Report:
    tell = progress or (lambda _stage, _done, _of: None)
    sheet, write = _IMPORTERS[kind]
    report = Report(kind=kind, ignored_columns=table.ignored, dry_run=dry_run)
    parsed: list[tuple[int, dict[str, Any]]] = []
    for line, cells in table.rows:
        parsed.append((line, sheet.read(line, cells, table.headings, report)))
        if len(parsed) % 2000 == 0:
            tell("read", len(parsed), max(table.count, len(parsed)))
    report.rows = len(parsed)
    tell("read", report.rows, report.rows)
    # Reading took no lock; from here on one transaction sees one state of the registers.
    try:
        with transaction.atomic():
            write(parsed, table.headings, report, system=system, actor=actor, now=now, tell=tell)
            if not report.ok or dry_run:
                raise _Undo
            report.batch = ImportBatch.objects.create(
                kind=kind, source=system, file_name=table.name[:200], sha256=table.sha256, rows=report.rows,
                created=report.created, updated=report.updated, unchanged=report.unchanged + report.left_alone,
                imported_by_id=actor.user_id, imported_at=now,
            ).public_id  # fmt: skip
    except _Undo:
        pass
    except IntegrityError as wrong:
        raise Stale(_("Someone changed the same records meanwhile; nothing was imported. Import again.")) from wrong
    if not report.ok:
        report.created = report.updated = report.unchanged = report.left_alone = 0
        report.bad.sort(key=lambda cell: cell.line)
    return report
