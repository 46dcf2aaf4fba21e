"""What the desk shows of imported logs. Reads begin at what the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Missing
from anxin.journal.models import Case
from anxin.journal.queries import Timeline, TimelineRow, timeline
from anxin.journeys.imported.actions import KIND
from anxin.journeys.imported.models import Log, Resource

PAGE = 50


@dataclass(frozen=True, slots=True)
class LogCase:
    case: Case
    duration: timedelta


@dataclass(frozen=True, slots=True)
class LogCases:
    log: Log
    rows: list[LogCase]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class LogTimelineRow:
    row: TimelineRow
    resource: str
    transition: str


@dataclass(frozen=True, slots=True)
class LogTimeline:
    case: Case
    log: Log
    duration: timedelta
    rows: list[LogTimelineRow]
    timeline: Timeline


def logs(actor: Actor) -> QuerySet[Log]:
    """Imported logs, the newest first. One query."""
    return Log.objects.visible_to(actor).select_related("branch")


def cases_of(log_id: str, actor: Actor, *, text: str = "", page: int = 1, size: int = PAGE) -> LogCases:
    """A page of a log's cases by their number, with how long each took. Raises `Missing`. Three queries."""
    log = logs(actor).filter(public_id=log_id).first()
    if log is None:
        raise Missing(_("There is no such log."))
    rows = Case.objects.visible_to(actor).filter(kind=KIND, subject_kind="log", subject_id=log.public_id)
    if text := text.strip():
        rows = rows.filter(number__icontains=text)
    total = rows.count()
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    shown = rows.order_by("pk")[(page - 1) * size : page * size]
    return LogCases(log, [LogCase(case, _duration(case)) for case in shown], page, pages, total)


def timeline_of(case_id: str, actor: Actor, *, page: int = 1, size: int = PAGE) -> LogTimeline:
    """A case's events, oldest first, with the time between them and who did them. Raises `Missing`. Five queries."""
    case = Case.objects.visible_to(actor).filter(public_id=case_id, kind=KIND).first()
    log = logs(actor).filter(public_id=case.subject_id).first() if case is not None else None
    if case is None or log is None:
        raise Missing(_("There is no such case."))
    shown = timeline(case, page=page, size=size, newest_first=False)
    names = dict(Resource.objects.filter(log=log).values_list("code", "name"))
    rows = [
        LogTimelineRow(row, names.get(str(row.facts.get("resource", "")), ""), str(row.facts.get("transition", "")))
        for row in shown.rows
    ]
    return LogTimeline(case, log, _duration(case), rows, shown)


def _duration(case: Case) -> timedelta:
    return (case.closed_at or case.opened_at) - case.opened_at
