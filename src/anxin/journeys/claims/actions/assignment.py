"""Whose turn it is: the next person of a department, in rounds, so that work is spread without anybody dealing it out."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection

from django.db.models import Q

from anxin.access.models import User
from anxin.access.permissions import Role

CALL_CENTRE, SURVEY, ASSESSMENT = "call_centre", "survey", "assessment"
ADJUDICATION, CALCULATION, FINANCE = "adjudication", "calculation", "finance"

# Who does the department's work; a supervisor there watches it.
_WORKERS = {
    CALL_CENTRE: Role.CALL_TAKER, SURVEY: Role.SURVEYOR, ASSESSMENT: Role.ASSESSOR, ADJUDICATION: Role.ADJUDICATOR,
    CALCULATION: Role.ADJUDICATOR, FINANCE: Role.FINANCE,
}  # fmt: skip
# People change department rarely; somebody who left is given at most this many seconds' work more.
_SECONDS = 15.0

_lock = threading.Lock()
_people: dict[tuple[int, str], tuple[float, list[int]]] = {}
_turns: dict[tuple[int, str], int] = {}


def next_person(branch_id: int, department: str, *, without: Collection[int | None] = ()) -> int | None:
    """The user id of whose turn it is in this department of the branch; None when nobody works there.

    `without`: who must not get it (whoever assessed a claim neither reviews nor adjudicates it). People are cached, so
    a warm call asks the database nothing. Each process keeps its own round: over many cases the work is even.
    """
    people = [user_id for user_id in people_of(branch_id, department) if user_id not in without]
    if not people:
        return None
    with _lock:
        turn = _turns[branch_id, department] = _turns.get((branch_id, department), -1) + 1
    return people[turn % len(people)]


def people_of(branch_id: int, department: str) -> list[int]:
    """Active people who do this department's work in the branch, by user id."""
    key = (branch_id, department)
    kept = _people.get(key)
    if kept is None or time.monotonic() - kept[0] > _SECONDS:
        role = _WORKERS.get(department)
        rows = User.objects.filter(branch_id=branch_id, department=department, kind=User.Kind.STAFF, is_active=True)
        if role is not None:
            rows = rows.filter(Q(grants__branch=branch_id) | Q(grants__branch=None), grants__role=role).distinct()
        kept = _people[key] = (time.monotonic(), list(rows.order_by("pk").values_list("pk", flat=True)))
    return kept[1]


def forget_people() -> None:
    """Drop the cache (after a change of people, and between tests, which reuse primary keys)."""
    _people.clear()
    _turns.clear()
