"""The supervisor's strip, ready to be drawn: marks that would lie on one another are stacked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.journal.permissions import SUPERVISE
from anxin.journal.queries import Watch, supervision

BASE, STEP, TOP = 20, 6, 2


@dataclass(frozen=True, slots=True)
class Drawn:
    x: str
    y: int
    state: str


@dataclass(frozen=True, slots=True)
class Strip:
    watch: Watch
    marks: list[Drawn]
    is_worst: bool


def strip(actor: Actor, now: datetime) -> list[Strip]:
    """Departments with promises broken or nearly due. Empty for those who may not supervise. Two queries.

    For those who see every branch it may be ten seconds old: over a hundred thousand promises it is half of the page.
    """
    if actor.branch_ids is None and actor.may(SUPERVISE):
        key = f"desk.strip.{get_language()}.{int(now.timestamp()) // 10}"
        watches = cache.get_or_set(key, lambda: supervision(actor, now), 10) or []
    else:
        watches = supervision(actor, now)
    worst = max(watches, key=lambda watch: (watch.broken, watch.near), default=None)
    return [Strip(watch, _stacked(watch), watch is worst and len(watches) > 1) for watch in watches]


def strip_words(watches: list[Strip]) -> str:
    """Which department is the tightest, in a sentence."""
    worst = next((item.watch for item in watches if item.is_worst), watches[0].watch if watches else None)
    if worst is None:
        return ""
    return _("%(department)s is the tightest: %(broken)d overdue, %(near)d nearly due.") % {
        "department": worst.name, "broken": worst.broken, "near": worst.near,
    }  # fmt: skip


def _stacked(watch: Watch) -> list[Drawn]:
    heights: dict[int, int] = {}
    drawn = []
    for mark in watch.marks:
        # A mark is about 2 % wide: what falls into the same 2 % goes on top, up to the plot's edge.
        place = int(float(mark.x.rstrip("%")) // 2)
        level = heights.get(place, 0)
        heights[place] = level + 1
        y = BASE - STEP * level
        if y >= TOP:
            drawn.append(Drawn(mark.x, y, mark.state))
    return drawn
