"""What the worker does for this room: open answers taken in, corrections learned."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from anxin.access import clock
from anxin.journal.background import Background, stopping
from anxin.journal.leasing import Leases
from anxin.journal.worker import periodic, worker_name
from anxin.voice.comments import intake, learning
from anxin.voice.comments.models import Comment, Learning, Turn

leases = Leases(Turn, Q(), length=timedelta(minutes=2))


@periodic("comments.read", every_seconds=2)
def read_comments(now: datetime) -> None:
    """In a thread of its own: reading many comments again must not hold up promises and messages."""
    in_background.begin()


@periodic("comments.sweep", every_seconds=600)
def sweep(now: datetime) -> None:
    """Drop comments whose response was emptied without this room being told (a statement by hand), and move the mark on."""
    Comment.objects.filter(response__answers="{}").delete()
    turn = _turn()
    Turn.objects.filter(pk=turn.pk).update(settled=intake.settled_up_to(turn.settled, now))


def work() -> int:
    """Learn what is to be learned, then take in what is new; returns how many comments are new. One worker at a time."""
    turn = _turn()
    held = leases.take(turn.pk, worker_name())
    if held is None:
        return 0
    taken = 0
    try:
        while True:
            if unlearned := learning.begin(clock.now()):
                learning.read_again(unlearned, moment=clock.now, go_on=lambda: not stopping() and held.keep())
            new = intake.waiting(turn.settled)
            if not new or stopping() or not held.keep():
                return taken
            taken += intake.take_in(new, clock.now())
    finally:
        held.end()


def _anything() -> bool:
    settled = Turn.objects.filter(name="comments").values_list("settled", flat=True).first()
    if intake.waiting(settled or 0):
        return True
    last = Learning.objects.order_by("-number").first()
    if last is None:  # nothing was ever read: only a topic added before the first comment is worth the work
        return learning.state() != learning.state_of([], [])
    return last.ended_at is None or last.state != learning.state()


def _turn() -> Turn:
    return Turn.objects.get_or_create(name="comments")[0]


in_background = Background("comments", waits=lambda: _anything(), work=work)
