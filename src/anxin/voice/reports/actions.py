"""The only writers of reports."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.voice.reports import sources
from anxin.voice.reports.models import Report
from anxin.voice.reports.permissions import REQUEST_REPORTS

LANGUAGES = ("zh", "en")


@transaction.atomic
def request_report(
    *,
    kind: str,
    source: str,
    actor: Actor,
    now: datetime,
    previous_kind: str = "",
    previous: str = "",
    language: str = "zh",
) -> Report:
    """Have a report made by the worker, on a campaign or a dataset, beside an earlier wave where one is named.

    Raises `Missing` for a source they may not see, `Invalid` for one without answers or compared with itself. While the same
    report is being made already, that one is given back.
    """
    actor.must(REQUEST_REPORTS)
    if language not in LANGUAGES:
        raise Invalid(
            _("The language is Chinese or English."), fields={"language": _("The language is Chinese or English.")}
        )
    chosen = sources.find(kind, source, actor)
    last = sources.find(previous_kind, previous, actor) if previous else None
    if last is not None and last.key == chosen.key:
        wrong = _("Choose another wave than the one reported on.")
        raise Invalid(wrong, fields={"previous": wrong})
    if not chosen.count():
        wrong = _("Nobody has answered yet, so there is nothing to report on.")
        raise Invalid(wrong, fields={"source": wrong})
    same = Report.objects.select_for_update().filter(
        kind=kind, source=source, previous=previous, previous_kind=previous_kind, language=language,
        state__in=[Report.State.WAITING, Report.State.RUNNING],
    )  # fmt: skip
    running = same.first()
    if running is not None:
        return running
    return Report.objects.create(
        kind=kind, source=source, previous_kind=previous_kind if last else "", previous=previous, language=language,
        name_zh=chosen.name_zh, name_en=chosen.name_en, branch_id=chosen.branch_id, asked_at=now, asked_by_id=actor.user_id,
    )  # fmt: skip


@transaction.atomic
def remove_report(*, report: str, actor: Actor, now: datetime) -> None:
    """Drop a report that nobody needs; the answers stay. Raises `IllegalMove` while it is being made."""
    actor.must(REQUEST_REPORTS)
    row = Report.objects.visible_to(actor).select_for_update().filter(public_id=report).first()
    if row is None:
        raise Missing(_("There is no such report."))
    if row.state == Report.State.RUNNING:
        raise IllegalMove(_("This report is being made; remove it when it is done."), code="running")
    row.delete()
