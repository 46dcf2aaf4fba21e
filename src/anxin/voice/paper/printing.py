"""The worker's side of printing: a run's copies are written down, then set part by part; a killed worker loses one part."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from anxin.access import clock
from anxin.access.errors import Refused
from anxin.engines.reading.forms import Copy as EngineCopy
from anxin.engines.reading.forms import print_form
from anxin.journal.leasing import Held, Leases
from anxin.voice.campaigns.models import Campaign, Invitation
from anxin.voice.paper.layouts import layout_for
from anxin.voice.paper.models import Copy, PrintRun, new_token

log = logging.getLogger(__name__)

PART = 200  # copies in one file: set in seconds, and easy on a printer
leases = Leases(
    PrintRun, Q(ended_at=None), length=timedelta(minutes=3), along=("campaign__version__questionnaire", "layout", "asked_by")
)  # fmt: skip


def run_prints() -> int:
    """Every run that waits, or whose worker died, the oldest first; how many."""
    return leases.work(_run, state=PrintRun.State.RUNNING)


def _run(held: Held[PrintRun]) -> None:
    run = held.row
    language = run.asked_by.language if run.asked_by else "zh-hans"
    with translation.override(language):
        try:
            _print(held)
        except Refused as refused:
            held.end(state=PrintRun.State.REFUSED, why=str(refused.message)[:400], ended_at=clock.now())
        except Exception:
            log.exception("print run %s failed", run.public_id)
            why = _("Something went wrong on our side. Print it again; nothing was counted.")
            held.end(state=PrintRun.State.REFUSED, why=why, ended_at=clock.now())


def _print(held: Held[PrintRun]) -> None:
    run, now = held.row, clock.now()
    if run.layout is None:
        run.layout = layout_for(run.campaign.version, run.language, now)
        PrintRun.objects.filter(pk=run.pk).update(layout=run.layout)
    write_copies(run, now)
    while True:
        part = list(Copy.objects.filter(run=run, place__gt=run.done).order_by("place")[:PART])
        if not part:
            break
        copies = [EngineCopy(copy.serial, copy.token) for copy in part]
        printed = print_form(run.layout.paper_form, copies, timestamp=int(now.timestamp()))
        if printed.layout != run.layout.layout:
            # The program changed how forms are set since this run began: what was printed must stay readable.
            raise Refused(_("The program was updated while this was printed. Print it again."))
        path = default_storage.save(f"voice/paper/prints/{run.public_id}-{part[0].place}.pdf", ContentFile(printed.pdf))
        with transaction.atomic():
            if not held.keep(done=part[-1].place, files=[*run.files, path]):
                default_storage.delete(path)
                return
        run.done, run.files = part[-1].place, [*run.files, path]
    held.end(state=PrintRun.State.DONE, ended_at=clock.now())


@transaction.atomic
def write_copies(run: PrintRun, now: datetime) -> None:
    """Once: serials for all copies, and for a personal run whose they are. Serials bear the run, so that no two are alike."""
    if Copy.objects.filter(run=run).exists():
        return
    serials = [f"{run.pk:04d}-{place:04d}" for place in range(1, run.whole + 1)]
    if not run.is_personal:
        Copy.objects.bulk_create(
            [Copy(run=run, place=place, serial=serial) for place, serial in enumerate(serials, 1)], 500
        )
        return
    asked = list(unprinted(run.campaign, run.language)[: run.whole])
    if not asked:
        raise Refused(_("Nobody waits for a paper form any more: all invitations on paper are printed."))
    Copy.objects.bulk_create(
        [
            Copy(run=run, place=place, serial=serial, token=new_token(), invitation=invitation)
            for (place, serial), invitation in zip(enumerate(serials, 1), asked, strict=False)
        ],
        500,
    )
    PrintRun.objects.filter(pk=run.pk).update(whole=len(asked))
    run.whole = len(asked)
    Invitation.objects.filter(pk__in=[one.pk for one in asked], state=Invitation.State.WAITING).update(
        state=Invitation.State.SENT, sent_at=now
    )


def unprinted(campaign: Campaign, language: str) -> QuerySet[Invitation]:
    """Invitations on paper that have no copy yet."""
    return Invitation.objects.filter(
        campaign=campaign,
        channel=Campaign.Channel.PAPER,
        language=language,
        paper_copies=None,
        state__in=[Invitation.State.WAITING, Invitation.State.SENT, Invitation.State.OPENED],
    ).order_by("pk")
