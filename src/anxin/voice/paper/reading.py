"""The worker's side of reading: a batch's files page by page, each page kept as it is read; then copies are put together.

Killed at any point, the next worker goes on at the page where this one stopped. Putting together is done again from what
is kept, and changes nothing the second time.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from anxin.access import clock
from anxin.access.actors import Actor, actor_of, system
from anxin.engines.reading.forms import Layout as EngineLayout
from anxin.engines.reading.forms import PageCode, PageReading, Problem, count_pages, read_as, read_page
from anxin.journal.leasing import Held, Leases
from anxin.voice.campaigns.models import Campaign
from anxin.voice.paper.models import Batch, BatchFile, Copy, Cutout, Layout, Page, Returned
from anxin.voice.paper.sorting import sort_copy
from anxin.voice.paper.stored import cutouts_of, problem_to_data, to_data

log = logging.getLogger(__name__)

leases = Leases(Batch, Q(read_at=None), length=timedelta(minutes=3), along=("sent_by",))


def run_batches() -> int:
    """Every batch that waits, or whose worker died, the oldest first; how many."""
    return leases.work(_read, state=Batch.State.READING)


def _read(held: Held[Batch]) -> None:
    batch = held.row
    actor = actor_of(batch.sent_by) if batch.sent_by else system()
    layouts = all_layouts()
    for file in batch.files.all():
        if not _read_file(held, file, layouts, actor):
            return  # another worker has it by now
    for copy in Copy.objects.filter(pages__file__batch=batch).distinct():
        sort_copy(copy, batch, clock.now())
        if not held.keep():
            return
    held.end(state=Batch.State.READ, read_at=clock.now())


def all_layouts() -> list[EngineLayout]:
    return [row.layout for row in Layout.objects.all()]


def _read_file(held: Held[Batch], file: BatchFile, layouts: Sequence[EngineLayout], actor: Actor) -> bool:
    if file.problem or not file.path:
        return True
    with default_storage.open(file.path, "rb") as handle:
        data = handle.read()
    if not file.pages:
        count = count_pages(data)
        if isinstance(count, Problem):
            file.problem = problem_to_data(count)
            file.save(update_fields=["problem"])
            return held.keep()
        file.pages = count
        file.save(update_fields=["pages"])
    for number in range(file.read, file.pages):
        try:
            reading = read_page(data, number, layouts)
        except Exception:
            # One page of a kind nobody thought of must not keep a batch from being read.
            log.exception("page %s of file %s could not be read", number, file.pk)
            reading = PageReading(0, number, problem=None)
            found: dict[str, Any] | None = {"code": "failed", "about": {}}
        else:
            found = None
        with transaction.atomic():
            if not held.keep(done=held.row.done + 1):
                return False
            keep_page(file, number, reading, actor, found)
            file.read = number + 1
            file.save(update_fields=["read"])
        held.row.done += 1
    return True


def keep_page(
    file: BatchFile, number: int, reading: PageReading, actor: Actor, failed: dict[str, Any] | None = None
) -> Page:
    """Write a page down with its pictures; whatever was kept of it before is replaced."""
    copy, problem = _copy_of(reading, actor)
    problem = failed or problem
    Page.objects.filter(file=file, number=number).delete()
    page = Page.objects.create(
        file=file,
        number=number,
        copy=copy,
        serial=reading.code.serial if reading.code else "",
        page=reading.code.page if reading.code else None,
        problem=problem,
        cautions=[problem_to_data(one) for one in reading.cautions],
        turned=reading.turned,
        reading=to_data(reading),
    )
    if problem is None:
        Cutout.objects.bulk_create(
            [Cutout(page=page, field=field, picture=picture) for field, picture in cutouts_of(reading).items()]
        )
    return page


def _copy_of(reading: PageReading, actor: Actor) -> tuple[Copy | None, dict[str, Any] | None]:
    """The printed copy that a page is of, and what keeps the page from counting."""
    problem = problem_to_data(reading.problem)
    code = reading.code
    if code is None or (problem and problem["code"] in ("several_pages", "unknown_page", "unknown_form")):
        return None, problem
    about = {"serial": code.serial, "page": code.page}
    copy = Copy.objects.select_related("run__layout", "returned").filter(serial=code.serial).first()
    layout = copy.run.layout if copy else None
    if (
        copy is None
        or layout is None
        or (layout.form_id, layout.number) != (code.form_id, code.version)
        or not Campaign.objects.visible_to(actor).filter(pk=copy.run.campaign_id).exists()
    ):
        return None, problem or {"code": "unknown_copy", "about": about}
    if copy.token != code.token:
        return None, {"code": "wrong_token", "about": about}
    if hasattr(copy, "returned") and copy.returned.state == Returned.State.TAKEN:
        return None, {"code": "read_before", "about": about}
    return copy, problem


def read_again(page: Page, code: PageCode, actor: Actor) -> Page:
    """Read a page as what a person says it is. Its file must still be there."""
    with default_storage.open(page.file.path, "rb") as handle:
        reading = read_as(handle.read(), page.number, code, all_layouts())
    return keep_page(page.file, page.number, reading, actor)
