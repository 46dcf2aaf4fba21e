"""Holding a claim for writing: the case is locked, the actor may see it, nobody else changed it in the meantime."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import NotAllowed
from anxin.access.prepared import Prepared
from anxin.journal.writing import CaseWork, on_case
from anxin.journeys.claims.lifecycle import CLAIM
from anxin.journeys.claims.models import Claim

KIND = "claim"
_claim = Prepared(lambda case: Claim.objects.filter(case_id=case), case=int)


@contextlib.contextmanager
def on_claim(
    public_id: str, *, expected: int | None, actor: Actor, now: datetime, move: str = ""
) -> Iterator[tuple[CaseWork, Claim]]:
    """Lock a claim (its case's public id). With `move`, refuse unless the life cycle has that move from its state.

    Raises `Missing`, `Stale` or `IllegalMove` before anything is written. The state itself is changed by `advance`.
    """
    with on_case(public_id, kind=KIND, expected=expected, actor=actor, now=now) as work:
        if move:
            CLAIM.after(work.case.state, move)
        claim = _claim.first(case=work.case.pk)
        assert claim is not None  # a case of this kind has its claim from its first event on
        claim.case = work.case
        yield work, claim


def advance(work: CaseWork, move: str) -> str:
    """Take the case to the state that `move` leads to; raises `IllegalMove` with the reason."""
    state = CLAIM.after(work.case.state, move)
    work.move(state)
    return state


def by_hand(actor: Actor) -> int:
    """The user id of the person who acts. Raises `NotAllowed` for machinery: some things a person must answer for."""
    if actor.user_id is None:
        raise NotAllowed(_("A person must do this."))
    return actor.user_id
