"""What others read of this room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.utils.translation import gettext as _

from anxin.access.actors import Actor, system
from anxin.access.errors import Missing
from anxin.voice.reports import sources
from anxin.voice.reports.content import Ground, Number, places, prepare
from anxin.voice.reports.models import Report
from anxin.voice.study import Column

PAGE = 50
MOST_COLUMNS = 8


def report_of(public_id: str, actor: Actor) -> Report:
    found = Report.objects.visible_to(actor).select_related("asked_by", "branch").filter(public_id=public_id).first()
    if found is None:
        raise Missing(_("There is no such report."))
    return found


def newest_of(kind: str, source: str, actor: Actor) -> Report | None:
    """The newest report on a campaign or a table that they may read and that was made, without its content."""
    rows = Report.objects.visible_to(actor).filter(kind=kind, source=source, state=Report.State.DONE)
    return rows.defer("result").first()


def source_addresses(rows: Sequence[Report], actor: Actor) -> dict[int, str]:
    """By report's pk, "kind:public id" of its source where they may see that."""
    wanted: dict[str, set[str]] = {}
    for row in rows:
        wanted.setdefault(row.kind, set()).add(row.source)
    seen = {(kind, one) for kind, ids in wanted.items() for one in sources.visible(kind, ids, actor)}
    return {row.pk: f"{row.kind}:{row.source}" for row in rows if (row.kind, row.source) in seen}


def answers_since(report: Report) -> int:
    """How many answers came after it was made; 0 too where the source is gone."""
    if report.state != Report.State.DONE:
        return 0
    try:
        return max(0, sources.find(report.kind, report.source, system()).count() - report.counted)
    except Missing:
        return 0


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of the respondents behind a number: `count` in all, of which `hidden` on this page are not theirs to read."""

    count: int
    page: int
    pages: int
    heads: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    hidden: int


def rows_behind(report: Report, number: Number, page: int, actor: Actor, language: str) -> Behind | None:
    """Who is behind a number, with their answers in words. None where a number has no rows of its own (a p value)."""
    if number.rows is None:
        return None
    ground = _ground(report.pk, report.upto, number.rows.ours)
    if ground is None:
        return None
    found = places(ground, number.rows)
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 1), pages)
    here = found[(page - 1) * PAGE : page * PAGE]
    study = ground.study
    names = dict.fromkeys(
        [
            *number.rows.answered,
            *(name for group in number.rows.each for name in group),
            *(name for name, _code in number.rows.where),
        ]
    )
    heads = tuple(column for column in study.columns if column.name in names)[:MOST_COLUMNS]
    keys = [str(study.keys[place]) for place in here]
    theirs = sources.visible_keys(report, keys, actor)
    rows = tuple(
        (key, tuple(_said(column, int(place), language) for column in heads))
        for key, place in zip(keys, here, strict=True)
        if key in theirs
    )
    return Behind(len(found), page, pages, heads, rows, len(here) - len(rows))


@lru_cache(maxsize=2)
def _ground(report: int, upto: int, ours: bool) -> Ground | None:
    """The answers a report was made of, taken in again; kept, since a reader opens several numbers in a row."""
    row = Report.objects.get(pk=report)
    try:
        if ours:
            return prepare(sources.find(row.kind, row.source, system()).study(upto))
        return prepare(sources.find(row.previous_kind, row.previous, system()).study(None))
    except Missing:
        return None


def _said(column: Column, place: int, language: str) -> str:
    value = column.values[place]
    if column.kind in ("scale", "number"):
        return "–" if np.isnan(value) else f"{value:g}"
    if column.kind == "one":
        return "–" if value < 0 else column.options[int(value)][1].get(language) or column.options[int(value)][0]
    if column.kind == "many":
        return (
            ", ".join(
                text.get(language) or code for (code, text), chosen in zip(column.options, value, strict=True) if chosen
            )
            or "–"
        )
    return str(value) or "–"
