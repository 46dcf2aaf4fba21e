"""Pictures of paper forms are personal data: they go when they have served, what was read from them stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from anxin.voice.paper.models import Batch, BatchFile, Cutout, Page, PrintRun, Returned


def erase_old(now: datetime) -> int:
    """Erase what is older than `VOICE_PAPER_DAYS`; batches in which a form is unsettled wait for it. How many were erased."""
    before = now - timedelta(days=settings.VOICE_PAPER_DAYS)
    unsettled = Returned.objects.filter(state__in=[Returned.State.INCOMPLETE, Returned.State.CHECK])
    batches = Batch.objects.filter(read_at__lt=before, erased_at=None).exclude(
        files__page_rows__copy__returned__in=unsettled
    )
    count = 0
    for batch in batches.distinct():
        erase_batch(batch, now)
        count += 1
    for run in PrintRun.objects.filter(ended_at__lt=before, erased_at=None):
        erase_run(run, now)
        count += 1
    return count


@transaction.atomic
def erase_batch(batch: Batch, now: datetime) -> None:
    """Files, cut-outs and what was on each page. Rows stay: how many pages, which copies, what was wrong."""
    paths = list(BatchFile.objects.filter(batch=batch).exclude(path="").values_list("path", flat=True))
    Cutout.objects.filter(page__file__batch=batch).delete()
    Page.objects.filter(file__batch=batch).update(reading={})
    BatchFile.objects.filter(batch=batch).update(path="", name="")
    # Answers are in the response by now; what a person typed is not kept twice.
    Returned.objects.filter(
        batch=batch, state__in=[Returned.State.TAKEN, Returned.State.LEFT, Returned.State.REFUSED]
    ).update(answers={}, decisions={})
    Batch.objects.filter(pk=batch.pk).update(erased_at=now)
    transaction.on_commit(lambda: _drop(paths))


@transaction.atomic
def erase_run(run: PrintRun, now: datetime) -> None:
    """The finished PDFs. Copies stay: paper comes back late."""
    paths = list(run.files)
    PrintRun.objects.filter(pk=run.pk).update(files=[], erased_at=now)
    transaction.on_commit(lambda: _drop(paths))


def _drop(paths: list[str]) -> None:
    for path in paths:
        default_storage.delete(path)
