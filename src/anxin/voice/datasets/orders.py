"""Exports that take longer than a page may: ordered, made by the worker, kept for a day for whoever ordered them.

Whoever ordered it is looked at again when it is made, and once more when the file is fetched. The record of exports is written with the
end of the order: a file that can be fetched is always on record.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from anxin.access import clock
from anxin.access.actors import Actor, actor_of
from anxin.access.errors import Missing, Refused
from anxin.journal.background import Background
from anxin.journal.leasing import Held, Leases
from anxin.voice.datasets import actions
from anxin.voice.datasets.models import Order
from anxin.voice.datasets.permissions import EXPORT_PERSONAL
from anxin.voice.datasets.queries import extent_of, source_of

log = logging.getLogger(__name__)

# So many cells are written, and so many of a campaign's answers are read, while somebody waits for the page: about a second each. A
# workbook takes forty times as long as the others.
AT_ONCE = {"csv": 3_000_000, "sav": 3_000_000, "ddi": 3_000_000, "scripts": 3_000_000, "xlsx": 200_000}
ANSWERS_AT_ONCE = 5_000
KEPT = timedelta(days=1)
State = Order.State
leases = Leases(
    Order, Q(state__in=[State.WAITING, State.RUNNING]), length=timedelta(minutes=15), along=("asked_by",), tries=3
)


def is_large(source: str, form: str, *, actor: Actor) -> bool:
    """Whether the worker makes it. Raises `Missing`, `Invalid` for what there is not."""
    extent = extent_of(source, actor=actor)
    table = extent.table
    slow = extent.rows > ANSWERS_AT_ONCE if table is None else table.size > actions.AT_ONCE[table.form]
    return slow or extent.rows * extent.columns > AT_ONCE.get(form, 0)


def order_export(
    *, source: str, form: str, with_personal: bool = False, language: str = "zh", actor: Actor, now: datetime
) -> Order:
    """Have the worker make an export, by the same rules as `actions.export_answers`."""
    actions.may_export(form, with_personal=with_personal, actor=actor)
    if actor.user_id is None:
        raise ValueError("only a person orders an export")
    return Order.objects.create(
        source=source, source_name=extent_of(source, actor=actor).name[:160], form=form, with_personal=with_personal,
        language=language, asked_by_id=actor.user_id, asked_at=now,
    )  # fmt: skip


def order_of(public_id: str, actor: Actor) -> Order:
    """One's own. Raises `Missing` also when its day is over."""
    found = Order.objects.visible_to(actor).select_related("export").filter(public_id=public_id).first()
    if found is None:
        raise _gone()
    return found


def _gone() -> Missing:
    return Missing(_("There is no such export, or its day is over: the file is kept for one day."))


def content_of(order: Order, actor: Actor) -> bytes:
    """The file of an order that is done, for somebody who may have it still."""
    if order.with_personal:
        actor.must(EXPORT_PERSONAL)
    if not order.file or not default_storage.exists(order.file):
        raise _gone()
    with default_storage.open(order.file, "rb") as handle:
        content: bytes = handle.read()
        return content


@transaction.atomic
def remove_order(*, order: str, actor: Actor, now: datetime) -> None:
    """Drop the file before its day is over, or call the order off. What was exported stays on record."""
    found = order_of(order, actor)
    actions.forget_orders(Order.objects.filter(pk=found.pk))


# -- the worker's side ----------------------------------------------------------------------------------------------


def run_waiting() -> int:
    """Make every export that waits, or whose worker died, the oldest first; returns how many."""
    return leases.work(_make, state=State.RUNNING, stage=1)


def forget_old(now: datetime) -> int:
    """Drop orders, with their files, that ended a day ago; returns how many."""
    return actions.forget_orders(Order.objects.filter(ended_at__lt=now - KEPT))


def _make(held: Held[Order]) -> None:
    with translation.override(held.row.asked_by.language):
        try:
            if held.is_worn_out:
                raise Refused(
                    _("The export could not be made; it was begun three times. Tell whoever runs this system.")
                )
            _export(held)
        except Refused as refused:
            held.end(state=State.REFUSED, why=str(refused.message)[:400], ended_at=clock.now())
        except Exception:
            log.exception("export %s failed", held.row.public_id)
            why = _("Something went wrong on our side. Ask for the export again.")
            held.end(state=State.REFUSED, why=why, ended_at=clock.now())


def _export(held: Held[Order]) -> None:
    row, now = held.row, clock.now()
    actor = actor_of(row.asked_by, channel="desk")
    actions.may_export(row.form, with_personal=row.with_personal, actor=actor)
    source = source_of(row.source, actor=actor, with_personal=row.with_personal)
    if not held.keep(stage=2):
        return
    made = actions.written(source, row.form, language=row.language)
    is_ours, path = False, default_storage.save(actions.path_of(row, row.attempts), ContentFile(made.content))
    try:
        with transaction.atomic():
            export = actions.put_on_record(source, row.form, with_personal=row.with_personal, actor=actor, now=now)
            is_ours = held.end(
                state=State.DONE, stage=3, ended_at=clock.now(), export=export, file=path, file_name=made.name[-120:], size=len(made.content)
            )  # fmt: skip
            if not is_ours:  # called off meanwhile, or another worker has it by now
                transaction.set_rollback(True)
    finally:
        if not is_ours:
            default_storage.delete(path)


in_background = Background("exports", waits=lambda: leases.due().exists(), work=run_waiting)
