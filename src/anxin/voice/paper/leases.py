"""Work under a lease: one worker at a time has a row, and a worker that died gives it up by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from anxin.voice.paper.models import Batch, PrintRun

FOR = timedelta(minutes=3)
_OPEN = {PrintRun: Q(ended_at=None), Batch: Q(read_at=None)}
_WITH = {PrintRun: ("campaign__version__questionnaire", "layout", "asked_by"), Batch: ("sent_by",)}


class Lease:
    """Of rows of one kind, for one worker. The machine's clock counts, as for every lease."""

    def __init__(self, model: Any, me: str):
        self._model, self._me = model, me

    def due(self) -> Any:
        free = Q(lease_until=None) | Q(lease_until__lt=timezone.now())
        return self._model.objects.filter(free, _OPEN[self._model]).order_by("pk")

    def claim(self, **values: Any) -> Any:
        """The oldest row that waits, now ours; None when there is none."""
        for row in self.due().select_related(*_WITH[self._model]):
            if self.due().filter(pk=row.pk).update(lease_until=timezone.now() + FOR, lease_by=self._me, **values):
                return row
        return None

    def keep(self, row: Any, **values: Any) -> bool:
        """Go on holding it, and write how far it is; False when another worker has it by now."""
        mine = self._model.objects.filter(pk=row.pk, lease_by=self._me)
        return bool(mine.update(lease_until=timezone.now() + FOR, **values))

    def end(self, row: Any, **values: Any) -> bool:
        mine = self._model.objects.filter(pk=row.pk, lease_by=self._me)
        return bool(mine.update(lease_until=None, lease_by="", **values))
