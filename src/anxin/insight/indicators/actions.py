"""The only writers of facts, their batches, and what was reported."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.access.models import Branch
from anxin.insight.indicators import work
from anxin.insight.indicators.definitions import BY_ID
from anxin.insight.indicators.kinds import KINDS
from anxin.insight.indicators.models import Fact, FactBatch, Reported
from anxin.insight.indicators.opening import open_rows
from anxin.insight.indicators.periods import Period
from anxin.insight.indicators.permissions import IMPORT_FACTS, REPORT_VALUES
from anxin.registers.importing.cells import choice, text
from anxin.registers.importing.columns import Sheet, column
from anxin.registers.importing.report import Report

MOST_BYTES = 100 * 1024 * 1024


def import_facts(
    *, content: bytes, file_name: str, kind: str, source: str = "core", dry_run: bool = False, actor: Actor, now: datetime,
    tell: Any = None,
) -> FactBatch:  # fmt: skip
    """Take a file in at once: what the command line does. The batch's `report` names every bad cell of a refused file."""
    actor.must(IMPORT_FACTS)
    batch = FactBatch(
        kind=_kind(kind), source=_source(source), file_name=file_name[-200:], size=len(content), dry_run=dry_run,
        asked_by_id=actor.user_id, asked_at=now,
    )  # fmt: skip
    with transaction.atomic():
        batch.save(force_insert=True)
        work.settle(batch, content, actor=actor, now=now, tell=tell)
    return batch


def ask_import(
    *, upload: Any, file_name: str, kind: str, source: str = "core", dry_run: bool = False, actor: Actor, now: datetime
) -> FactBatch:
    """Have the worker take a file in. Raises `Invalid` for what is no such table at all; rows are looked at later."""
    actor.must(IMPORT_FACTS)
    content, name = read_upload(upload), _kind(kind)
    try:
        open_rows(content, file_name, KINDS[name].sheet)
    except Invalid as bad:
        raise Invalid(str(bad.message), fields={"file": str(bad.message)}) from None
    batch = FactBatch(
        kind=name, source=_source(source), file_name=file_name[-200:], size=len(content), dry_run=dry_run,
        asked_by_id=actor.user_id, asked_at=now,
    )  # fmt: skip
    batch.file = default_storage.save(f"errands/{batch.public_id}", ContentFile(content))
    batch.save(force_insert=True)
    return batch


@transaction.atomic
def take_back(*, batch: str, actor: Actor, now: datetime) -> FactBatch:
    """Remove the facts of an import. Those that a later import changed belong to that one and stay."""
    actor.must(IMPORT_FACTS)
    row = FactBatch.objects.visible_to(actor).select_for_update().filter(public_id=batch).first()
    if row is None:
        raise Missing(_("There is no such import."))
    if row.state != FactBatch.State.DONE or row.dry_run:
        raise IllegalMove(_("Only an import that was done can be taken back."))
    facts = Fact.objects.filter(batch=row)
    if actor.branch_ids is not None and facts.exclude(branch_id__in=actor.branch_ids).exists():
        raise IllegalMove(_("This import holds rows of branches that are not yours: head office takes it back."))
    facts.delete()
    row.state, row.ended_at = FactBatch.State.REMOVED, now
    row.save(update_fields=["state", "ended_at"])
    return row


@transaction.atomic
def report_value(
    *, indicator: str, period: str, value: str, part: str = "", business: str = "", branch: str = "", actor: Actor, now: datetime
) -> Reported:  # fmt: skip
    """Note what was told to the regulator: shares in percent (92.3), times in days. The one before stays on record."""
    actor.must(REPORT_VALUES)
    found = BY_ID.get(indicator)
    if found is None:
        wrong = _("There is no such indicator: write IN-01 to IN-14.")
        raise Invalid(wrong, fields={"indicator": wrong})
    if found.reported_parts and part and part not in found.reported_parts:
        wrong = _("This is not one of: %(known)s.") % {"known": ", ".join(found.reported_parts)}
        raise Invalid(wrong, fields={"part": wrong})
    try:
        named = Period.parse(period).name
    except ValueError:
        wrong = _("A period is written like 2026-10, 2026Q3 or 2026.")
        raise Invalid(wrong, fields={"period": wrong}) from None
    number, places = _number(value)
    where = _branch(branch, actor)
    about = {
        "indicator": indicator, "part": part or found.main, "period": named, "business": business, "branch": where,
    }  # fmt: skip
    if business not in Reported.Business.values:
        wrong = _("This is not one of: %(known)s.") % {"known": "pc, life"}
        raise Invalid(wrong, fields={"business": wrong})
    current = Reported.objects.select_for_update().filter(**about, is_current=True).first()
    if current is not None and (current.value, current.places) == (number, places):
        return current
    if current is not None:
        current.is_current = False
        current.save(update_fields=["is_current"])
    return Reported.objects.create(**about, value=number, places=places, entered_by_id=actor.user_id, entered_at=now)


REPORTED_SHEET = Sheet(
    (
        column("indicator|id|指标|指标编号", text(8), required=True),
        column("period|期间|报告期", text(10), required=True),
        column("value|reported|报送值|值", text(24), required=True),
        column("part|分项", text(20)),
        column("business|line|险类", choice({"pc": "", "life": ""}, {"财产险": "pc", "人身险": "life"})),
        column("branch|机构|机构代码", text(80)),
    )
)


def import_reported(*, content: bytes, file_name: str, actor: Actor, now: datetime) -> Report:
    """A table of reported values, all or nothing: indicator, period, value; optionally part, line, branch."""
    actor.must(REPORT_VALUES)
    table = open_rows(content, file_name, REPORTED_SHEET)
    report = Report("reported", ignored_columns=table.ignored)
    with transaction.atomic():
        mark = transaction.savepoint()
        for line, cells in table.rows:
            report.rows += 1
            bad = report.bad_count
            values = REPORTED_SHEET.read(line, cells, table.headings, report)
            if report.bad_count > bad:
                continue
            try:
                row = report_value(**values, actor=actor, now=now)
            except Invalid as wrong:
                for name, why in wrong.fields.items():
                    report.refuse(line, table.headings.get(name, name), str(values.get(name, "")), str(why))
                continue
            if row.entered_at == now:
                report.created += 1
            else:
                report.unchanged += 1
        if report.ok:
            transaction.savepoint_commit(mark)
        else:
            transaction.savepoint_rollback(mark)
    return report


def read_upload(upload: Any) -> bytes:
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        wrong = _("Send at most %(many)d MB, or use the command line.") % {"many": MOST_BYTES // 1024 // 1024}
        raise Invalid(wrong, fields={"file": wrong})
    return bytes(content)


def _kind(name: str) -> str:
    if name not in KINDS:
        wrong = _("This is not one of: %(known)s.") % {"known": ", ".join(KINDS)}
        raise Invalid(wrong, fields={"kind": wrong})
    return name


def _source(name: str) -> str:
    words = name.strip()
    if not words or len(words) > 30:
        wrong = _("Name the system the file comes from, in at most 30 letters.")
        raise Invalid(wrong, fields={"source": wrong})
    return words


def _branch(word: str, actor: Actor) -> Branch | None:
    if not word:
        if actor.branch_ids is not None:
            wrong = _("Values of the whole insurer are entered by head office: choose a branch.")
            raise Invalid(wrong, fields={"branch": wrong})
        return None
    rows = Branch.objects.all() if actor.branch_ids is None else Branch.objects.filter(pk__in=actor.branch_ids)
    found = next(
        (row for row in rows if word.lower() in (row.code.lower(), row.name_zh, row.short_zh, row.name_en.lower())),
        None,
    )
    if found is None:
        wrong = _("There is no such branch.")
        raise Invalid(wrong, fields={"branch": wrong})
    return found


def _number(words: str) -> tuple[Decimal, int]:
    """92.30% → 92.30 with 2 decimals."""
    plain = str(words).strip().removesuffix("%").removesuffix("％").replace(",", "").strip()
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number < 10**9:
        wrong = _("A value is a number: shares in percent such as 92.3, times in days.")
        raise Invalid(wrong, fields={"value": wrong})
    exponent = number.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    if places > 6:
        wrong = _("A value has at most six decimals.")
        raise Invalid(wrong, fields={"value": wrong})
    return number, places
