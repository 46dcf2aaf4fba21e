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
from django.db.models import F, Q
from django.utils import timezone

from anxin.access import clock
from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.insight.results.asking import Ask, Board, all_boards, ask_again, ask_of, board_of
from anxin.insight.results.models import Answer
from anxin.insight.results.permissions import SEE_BOARDS
from anxin.journal.background import Background
from anxin.journal.worker import worker_name

log = logging.getLogger(__name__)

AT_ONCE = 400_000
"""Up to so many events in the lake an answer nobody has yet is made within the request: it takes well under a second."""
LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 3
KEPT_VERSIONS = 3
State = Answer.State


@dataclass(frozen=True, slots=True)
class Found:
    """`body` is None while nothing is there yet (`is_coming`), or when it failed (`why`). `is_old`: of an earlier version of the
    lake, while the present one's is being made."""

    ask: Ask
    board: Board
    body: dict[str, Any] | None
    made_at: datetime | None = None
    is_old: bool = False
    is_coming: bool = False
    why: str = ""


def find(name: str, actor: Actor, values: Mapping[str, str], now: datetime | None = None) -> Found:
    """What a board has to say to this reader. Raises NotAllowed without the permission, LookupError for an unknown board."""
    actor.must(SEE_BOARDS)
    board = board_of(name)
    return answer(board, ask_of(board, actor, values, now or clock.now()))


def answer(board: Board, ask: Ask) -> Found:
    if ask.store is None:
        return Found(ask, board, None)
    about = {"board": board.name, "scope": ask.scope, "asked": ask.asked}
    row = Answer.objects.filter(**about, revision=board.revision, lake=ask.version).first()
    if row is None and len(ask.store) <= AT_ONCE:
        row = _open(board, ask)
        make(row, ask)
    elif row is None:
        row = _open(board, ask)
    if row.state == State.DONE:
        return Found(ask, board, json.loads(row.body), row.made_at)
    old = Answer.objects.filter(**about, revision=board.revision, state=State.DONE).order_by("-lake").first()
    failed = row.state == State.FAILED
    return Found(
        ask, board, json.loads(old.body) if old is not None else None, old.made_at if old is not None else None,
        is_old=old is not None, is_coming=not failed, why=row.why if failed else "",
    )  # fmt: skip


def _open(board: Board, ask: Ask) -> Answer:
    about = {
        "board": board.name,
        "scope": ask.scope,
        "asked": ask.asked,
        "revision": board.revision,
        "lake": ask.version,
    }
    try:
        with transaction.atomic():
            return Answer.objects.create(**about, asked_at=ask.now)
    except IntegrityError:  # somebody asked the same just now
        return Answer.objects.get(**about)


def make(row: Answer, ask: Ask | None = None) -> None:
    """Compute and keep. What fails is told in the row and logged."""
    ask = ask or ask_again(row.scope, row.asked, clock.now())
    begun = time.process_time()
    try:
        body = json.dumps(board_of(row.board).compute(ask), ensure_ascii=False, allow_nan=False)
        row.state, row.body, row.why = State.DONE, body, ""
    except Exception as error:
        log.exception("board %s failed", row)
        row.state, row.why = State.FAILED, f"{type(error).__name__}: {error}"[:400]
    row.seconds, row.made_at, row.lease_until = time.process_time() - begun, clock.now(), None
    row.save()


# -- the worker's side ----------------------------------------------------------------------------------------------


def run_waiting() -> int:
    """Make every answer that waits, or whose worker died; returns how many."""
    me, ran = worker_name(), 0
    while row := _claim(me):
        if row.attempts > MAX_ATTEMPTS:
            row.state, row.why = State.FAILED, "begun three times"
            row.save()
        else:
            make(row)
        ran += 1
    return ran


def _due() -> Any:
    return Answer.objects.filter(Q(lease_until=None) | Q(lease_until__lt=timezone.now()), state=State.WAITING).order_by(
        "pk"
    )


def _claim(me: str) -> Answer | None:
    for row in _due()[:20]:
        until = timezone.now() + LEASE
        if _due().filter(pk=row.pk).update(lease_until=until, lease_by=me, attempts=F("attempts") + 1):
            row.attempts += 1
            return row  # type: ignore[no-any-return]
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
        for branches in scopes:
            ask = Ask(branches, {}, now)
            if (
                ask.store is not None
                and not Answer.objects.filter(
                    board=board.name, scope=ask.scope, asked="", revision=board.revision, lake=ask.version
                ).exists()
            ):
                _open(board, ask)
                ordered += 1
    return ordered


def forget_old() -> int:
    """Drop answers of versions of the lake long passed; returns how many."""
    versions = list(Answer.objects.values_list("lake", flat=True).distinct().order_by("-lake")[:KEPT_VERSIONS])
    if not versions:
        return 0
    dropped, _detail = Answer.objects.filter(lake__lt=versions[-1]).delete()
    return dropped


in_background = Background("boards", waits=lambda: _due().exists(), work=run_waiting)
