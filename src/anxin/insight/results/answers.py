"""Asking: what is stored for this version of the lake, else made at once where that is quick, else by the worker."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from anxin.access import clock
from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.insight.results.asking import Ask, Board, all_boards, ask_again, ask_of, board_of
from anxin.insight.results.models import Answer
from anxin.insight.results.permissions import SEE_BOARDS
from anxin.journal.background import Background
from anxin.journal.lake.store import open_store
from anxin.journal.leasing import Held, Leases
from anxin.journal.worker import worker_name

log = logging.getLogger(__name__)

AT_ONCE = 400_000
"""Up to so many events in the lake an answer nobody has yet is made within the request: it takes well under a second."""
MAX_ATTEMPTS = 3
KEPT = timedelta(days=30)
State = Answer.State
# The newest first: somebody looks at it now, while what was asked ahead can wait.
leases = Leases(Answer, Q(state=State.WAITING), length=timedelta(minutes=10), order=("-pk",), tries=MAX_ATTEMPTS)


@dataclass(frozen=True, slots=True)
class Found:
    """`body` is None while nothing is there yet (`is_coming`), or when it failed (`why`). `is_old`: of an earlier version of the
    lake or, where `lacks_facts`, of earlier facts beside it, while the present one's is being made. `why` is in plain words."""

    ask: Ask
    board: Board
    body: dict[str, Any] | None
    made_at: datetime | None = None
    is_old: bool = False
    lacks_facts: bool = False
    is_coming: bool = False
    why: str = ""


def find(name: str, actor: Actor, values: Mapping[str, str], now: datetime | None = None) -> Found:
    """What a board has to say to this reader. Raises NotAllowed without the permission, LookupError for an unknown board."""
    actor.must(SEE_BOARDS)
    board = board_of(name)
    return answer(board, ask_of(board, actor, values, now or clock.now()))


def answer(board: Board, ask: Ask) -> Found:
    if ask.store is None and not board.without_lake:
        return Found(ask, board, None)
    about = {"board": board.name, "scope": ask.scope, "asked": ask.asked}
    present = Answer.objects.filter(**about, revision=board.revision, lake=ask.version, beside=ask.beside)
    row = present.first() or _open(board, ask)
    if row.state == State.WAITING and _is_quick(board, ask) and (held := leases.take(row.pk, worker_name())):
        row = held.row
        make(row, ask)
    if row.state == State.DONE:
        return Found(ask, board, json.loads(row.body), row.made_at)
    old = Answer.objects.filter(**about, revision=board.revision, state=State.DONE).order_by("-lake", "-pk").first()
    failed = row.state == State.FAILED
    return Found(
        ask, board, json.loads(old.body) if old is not None else None, old.made_at if old is not None else None,
        is_old=old is not None, lacks_facts=old is not None and old.lake == ask.version, is_coming=not failed, why=_failed() if failed else "",
    )  # fmt: skip


def _is_quick(board: Board, ask: Ask) -> bool:
    events = len(ask.store) if ask.store is not None else 0
    return events <= AT_ONCE and (board.rows is None or board.rows() <= AT_ONCE)


def _failed() -> str:
    """What a reader is told; what went wrong stands in the log."""
    return _("Something went wrong on our side while this was worked out. The details are in the log.")


def _open(board: Board, ask: Ask) -> Answer:
    about = {
        "board": board.name,
        "scope": ask.scope,
        "asked": ask.asked,
        "revision": board.revision,
        "lake": ask.version,
        "beside": ask.beside,
    }
    try:
        with transaction.atomic():
            return Answer.objects.create(**about, asked_at=ask.now)
    except IntegrityError:  # somebody asked the same just now
        return Answer.objects.get(**about)


def make(row: Answer, ask: Ask | None = None) -> None:
    """Compute and keep. What fails is logged, and noted in the row for whoever runs the system."""
    ask = ask or ask_again(row.scope, row.asked, clock.now(), row.beside)
    begun = time.process_time()
    try:
        body = json.dumps(board_of(row.board).compute(ask), ensure_ascii=False, allow_nan=False)
        row.state, row.body, row.why = State.DONE, body, ""
    except Exception as error:
        log.exception("board %s failed", row)
        row.state, row.why = State.FAILED, f"{type(error).__name__}: {error}"[:400]
    row.seconds, row.made_at, row.lease_until = time.process_time() - begun, clock.now(), None
    _keep(row, "state", "body", "why", "seconds", "made_at", "lease_until")


def _keep(row: Answer, *fields: str) -> None:
    # Not save(): a row that was forgotten meanwhile must not come back, and one that another worker has by now is for that one to write.
    Answer.objects.filter(pk=row.pk, lease_by=row.lease_by).update(**{name: getattr(row, name) for name in fields})


# -- the worker's side ----------------------------------------------------------------------------------------------


def run_waiting() -> int:
    """Make every answer that waits, or whose worker died; returns how many."""
    return leases.work(_make)


def _make(held: Held[Answer]) -> None:
    if held.is_worn_out:
        held.end(state=State.FAILED, why=f"begun {MAX_ATTEMPTS} times and never finished")
    elif (ask := _present(held.row)) is not None:
        make(held.row, ask)


def _present(row: Answer) -> Ask | None:
    """What a row asks, of the lake and of what is beside it as they are now; None where that is asked already, or nobody registers the board any more. What
    was asked of an earlier version is asked of the present one: it is only of this one that an answer can be made."""
    try:
        board = board_of(row.board)
    except LookupError:
        Answer.objects.filter(pk=row.pk).delete()
        return None
    ask = ask_again(row.scope, row.asked, clock.now(), board.state)
    if (row.lake, row.beside, row.revision) == (ask.version, ask.beside, board.revision):
        return ask
    try:
        with transaction.atomic():
            row.lake, row.beside, row.revision = ask.version, ask.beside, board.revision
            _keep(row, "lake", "beside", "revision")
            return ask
    except IntegrityError:
        Answer.objects.filter(pk=row.pk).delete()
        return None


def ask_ahead(now: datetime) -> int:
    """Order the answers that people begin with, for the lake as it is: the whole insurer's and each branch's."""
    scopes: list[frozenset[str] | None] = [
        None,
        *(frozenset({code}) for code in Branch.objects.values_list("code", flat=True)),
    ]
    ordered = 0
    for board in all_boards():
        if not board.ahead:
            continue
        state = board.state
        for branches in scopes:
            ask = Ask(branches, {}, now, state)
            about = {"board": board.name, "scope": ask.scope, "asked": ask.asked, "revision": board.revision}
            if ask.store is not None and not Answer.objects.filter(**about, lake=ask.version, beside=state).exists():
                _open(board, ask)
                ordered += 1
    return ordered


def forget_old(now: datetime) -> int:
    """Drop answers that a newer one of the same question has taken the place of, and those nobody asked for in a month; returns how
    many. A question's newest answer is kept: it is shown while the next one is being made."""
    store = open_store()
    version = store.version if store is not None else 0
    later = Q(lake__gt=OuterRef("lake")) | Q(lake=OuterRef("lake"), pk__gt=OuterRef("pk"))
    newer = Answer.objects.filter(
        later, board=OuterRef("board"), scope=OuterRef("scope"), asked=OuterRef("asked"), state=State.DONE
    )
    past = Answer.objects.filter(Q(lake__lt=version, asked_at__lt=now - KEPT) | Exists(newer))
    dropped, _by_model = Answer.objects.filter(pk__in=list(past.values_list("pk", flat=True))).delete()
    return dropped


in_background = Background("boards", waits=lambda: leases.due().exists(), work=run_waiting)
