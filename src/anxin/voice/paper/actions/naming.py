"""Saying which page a picture shows, where its own code cannot be read."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.engines.reading.forms import PageCode
from anxin.voice.campaigns.models import Campaign
from anxin.voice.paper.models import Batch, Copy, Page
from anxin.voice.paper.permissions import READ_PAPER
from anxin.voice.paper.reading import read_again
from anxin.voice.paper.sorting import sort_copy


def name_page(*, page: str, serial: str, number: int, actor: Actor, now: datetime) -> Page:
    """Read a page again as page `number` of the copy with this serial: both are printed at its foot.

    A code that can be read after all counts more than what is said here.
    """
    actor.must(READ_PAPER)
    row = (
        Page.objects.select_related("file__batch")
        .filter(public_id=page, file__batch__in=Batch.objects.visible_to(actor))
        .first()
    )
    if row is None or not row.file.path:
        raise Missing(_("There is no such page."))
    if row.problem is None:
        raise IllegalMove(_("This page was read already."))
    copy = (
        Copy.objects.select_related("run__layout", "run__campaign")
        .filter(serial=serial.strip().upper(), run__campaign__in=Campaign.objects.visible_to(actor))
        .first()
    )
    layout = copy.run.layout if copy else None
    if copy is None or layout is None:
        wrong = _("No form with this number was printed. It stands at the foot of every page, such as 0012-0034.")
        raise Invalid(wrong, fields={"serial": wrong})
    pages = len(layout.layout.pages)
    if not 1 <= number <= pages:
        wrong = _("This form has %(pages)s pages.") % {"pages": pages}
        raise Invalid(wrong, fields={"number": wrong})
    code = PageCode(layout.form_id, layout.number, number, pages, copy.serial, copy.token)
    again = read_again(row, code, actor)
    if again.copy is not None:
        sort_copy(again.copy, row.file.batch, now)
    return again
