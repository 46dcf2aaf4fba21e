"""Work under a lease: one worker at a time has a row, and what a dead worker held is free again by the clock.

A room keeps what the worker is to do in rows with `lease_until` and `lease_by`, and says which of them wait to be done:

    leases = Leases(Report, Q(state__in=["waiting", "running"]), length=timedelta(minutes=5), tries=3)

    def run_waiting():                          # for `Background`: how many were done
        return leases.work(make, state="running")

    def make(held):
        if held.is_worn_out: ...                # begun more than three times: it ended its worker each time
        if not held.keep(done=3): return        # go on holding it, and tell how far it is; False: another has it by now
        held.end(state="done")                  # give it back, with what came of it

Taking a row is one guarded UPDATE. SQLite lets one writer in at a time; PostgreSQL lets the second wait for the row and look at
the condition again. Hence the condition is a `Q` of the row's own columns: one that joins would be looked at too early. A lease goes by
the machine's clock, as a demo's may jump. What is done under a lease must bear being done twice: a worker that was only slow does
not know that it lost its row until it asks.

Three rooms do otherwise. `journal.deliveries` takes a hundred at a time, and marks each in the transaction of its effect; one column is
both the lease and the pause after a failure. `campaigns.sending` hands the carrier a batch, and marks it as a whole.
`improvement.looking` has no row before the work begins: that a look was begun is itself the record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from anxin.journal.background import stopping
from anxin.journal.worker import worker_name

Row = TypeVar("Row", bound=Model)
AHEAD = 20  # rows looked at for a free one: so many workers may be at it at the same moment


class Leases(Generic[Row]):
    """Of rows of one kind, each for `length`.

    `waiting`: which rows there is something to do about, by columns of their own. `order`: which come first. `along`: foreign keys that
    are read with a row. `tries`: how often a row is begun before it is worn out; such rows count in `attempts`.
    """

    def __init__(
        self, model: type[Row], waiting: Q, *, length: timedelta, order: tuple[str, ...] = ("pk",), along: tuple[str, ...] = (),
        tries: int | None = None,
    ):  # fmt: skip
        self.model, self.length, self.tries = model, length, tries
        self.waiting, self._order, self._along = waiting, order, along

    def due(self) -> QuerySet[Row]:
        """What waits, or whose worker died; read without a lock, so that an idle worker costs others nothing."""
        free = Q(lease_until=None) | Q(lease_until__lt=timezone.now())
        return self.model._default_manager.filter(free, self.waiting).order_by(*self._order)

    def next(self, worker: str, **values: Any) -> Held[Row] | None:
        """The first row that is due, now this worker's, with `values` written into it; None when there is none."""
        keys = list(self.due().values_list("pk", flat=True)[:AHEAD])
        return next((held for key in keys if (held := self.take(key, worker, **values))), None)

    def take(self, key: Any, worker: str, **values: Any) -> Held[Row] | None:
        """The row of this primary key; None when another was quicker, or there is nothing to do about it any more."""
        given = {**values, "lease_until": timezone.now() + self.length, "lease_by": worker}
        if self.tries is not None:
            given["attempts"] = F("attempts") + 1
        if not self.due().order_by().filter(pk=key).update(**given):
            return None
        # Read only now: until it was taken it could change.
        rows = self.model._default_manager.filter(pk=key, lease_by=worker)
        row = (rows.select_related(*self._along) if self._along else rows).first()
        return None if row is None else Held(row, worker, self)

    def work(self, do: Callable[[Held[Row]], object], **values: Any) -> int:
        """Take one row after another and have it done, until none is due or the worker is to end; returns how many.
        `values` are written as each is taken."""
        me, done = worker_name(), 0
        while not stopping() and (held := self.next(me, **values)):
            do(held)
            done += 1
        return done


@dataclass(frozen=True, slots=True)
class Held(Generic[Row]):
    """A row under a worker's lease, as it stood when it was taken."""

    row: Row
    worker: str
    leases: Leases[Row]

    @property
    def is_worn_out(self) -> bool:
        tries = self.leases.tries
        return tries is not None and self.row.attempts > tries  # type: ignore[attr-defined]

    @property
    def mine(self) -> QuerySet[Row]:
        """The row, as long as nobody else has taken it."""
        return self.leases.model._default_manager.filter(pk=self.row.pk, lease_by=self.worker)

    def keep(self, **values: Any) -> bool:
        """Go on holding it, and write how far it is; False when another worker has it by now, or somebody called it off."""
        return bool(
            self.mine.filter(self.leases.waiting).update(**values, lease_until=timezone.now() + self.leases.length)
        )

    def end(self, **values: Any) -> bool:
        """Give it back with what came of it; False when another worker has it by now, and then nothing is written."""
        return bool(self.mine.update(**values, lease_until=None, lease_by=""))
