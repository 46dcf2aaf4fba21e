"""Bulk import into the registers: the same checks as `anxin import`, all or nothing."""

from __future__ import annotations

import io
from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Path, UploadedFile

from anxin.access.errors import Invalid
from anxin.faces.api import problems
from anxin.faces.api.operations import WRITE_ERRORS, Room
from anxin.faces.api.requests import ApiRequest
from anxin.faces.api.shapes.imports import ImportKind, ImportProblem, ImportReport, Rows
from anxin.registers.importing import Report, import_rows, import_table
from anxin.registers.policies.permissions import IMPORT

room = Room()

Kind = Annotated[ImportKind, Path(description="Which register.")]
MOST_BYTES = 25 * 1024 * 1024
_ERRORS = tuple(error for error in WRITE_ERRORS if error != 422)


@room.write(
    "/imports/{kind}", ImportReport, IMPORT, summary="Import rows", errors=_ERRORS, answers={422: ImportProblem}
)
def import_json(request: ApiRequest, kind: Kind, given: Rows) -> ImportReport | HttpResponse:
    """One bad row and nothing is written: the answer is then 422 with a `report` of every bad cell. Again is harmless."""
    report = import_rows(
        kind, given.rows, actor=request.actor, now=request.now, system=given.system, dry_run=given.dry_run
    )
    return _answer(report)


@room.write(
    "/imports/{kind}/file", ImportReport, IMPORT, summary="Import a file", errors=_ERRORS, answers={422: ImportProblem}
)
def import_file(
    request: ApiRequest, kind: Kind,
    file: Annotated[UploadedFile, File(description="CSV (UTF-8 or GB18030) or Parquet, at most 25 MB.")],
    system: Annotated[str, Form(min_length=1, max_length=30, pattern=r"^[A-Za-z0-9_.-]+$")] = "core", dry_run: Annotated[bool, Form()] = False,
) -> ImportReport | HttpResponse:  # fmt: skip
    """As `anxin import` does from the command line, which also takes larger files."""
    if (file.size or 0) > MOST_BYTES:
        wrong = _("Send at most %(many)d MB, or use the command line.") % {"many": MOST_BYTES // 1024 // 1024}
        raise Invalid(wrong, fields={"file": wrong})
    content = io.BytesIO(file.read())
    content.name = (file.name or "upload")[-200:]
    report = import_table(kind, content, actor=request.actor, now=request.now, system=system, dry_run=dry_run)
    return _answer(report)


def _answer(report: Report) -> ImportReport | HttpResponse:
    told = ImportReport.model_validate(report.as_dict())
    if report.ok:
        return told
    detail = _("%(count)d cells cannot be used; nothing was imported.") % {"count": report.bad_count}
    fields = {f"{cell.line}.{cell.column}": cell.reason for cell in report.bad[:100]}
    return problems.problem(422, "bad-rows", detail, fields=fields, report=told.model_dump(mode="json"))
