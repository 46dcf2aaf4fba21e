"""Some cases of a store, in the order of their numbers and a part at a time: what an export reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anxin.engines.mining.errors import BadLog
from anxin.engines.mining.log.columns import Ints
from anxin.engines.mining.log.joining import joined
from anxin.engines.mining.log.log import Log
from anxin.engines.mining.log.pieces import Piece, Pieces
from anxin.engines.mining.log.segments import ROLES

Where = Callable[[Log], NDArray[np.bool_]]
_NONE = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class _Run:
    """Cases of one piece that are still to be given: their numbers, ascending, and the log they are in."""

    numbers: Ints
    log: Log

    def upto(self, limit: int) -> tuple[_Run, _Run]:
        count = int(np.searchsorted(self.numbers, limit, side="right"))
        places = np.arange(len(self.numbers))
        return self._of(places[:count]), self._of(places[count:])

    def _of(self, places: Ints) -> _Run:
        whole = len(places) == len(self.numbers)
        return self if whole else _Run(self.numbers[places], self.log.select_cases(places))


class Chosen:
    """The cases of a store that `where` marks in each piece (None: all). Raises BadLog when there are none.

    Pieces are looked through once to learn which cases these are and which columns they have between them, so that all
    parts are alike; what is kept of that is a byte per case.
    """

    def __init__(self, store: Pieces, where: Where | None = None) -> None:
        self.name = store.name
        self._store = store
        self._columns = ("time", "started", "id", *ROLES, *store.attribute_kinds())
        self._marked: dict[Piece, NDArray[np.bool_]] = {}
        self.events = self.cases = 0
        empty = []
        for piece in store.pieces():
            part = self._read(piece)
            if part is None:
                continue
            marked = np.ones(part.cases, bool) if where is None else where(part)
            if marked.any():
                self._marked[piece] = marked
                self.cases += int(marked.sum())
                self.events += int(part.events_per_case()[marked].sum())
                empty.append(part.select_cases(_NONE))
        if not empty:
            raise BadLog(f"{self.name} holds no events yet.", code="no-events", about=[self.name])
        # Put before each part it gives the part the columns that only others have, in a type that holds the values of all.
        self._empty = joined(self.name, empty)

    def __len__(self) -> int:
        return self.events

    def chunks(self) -> Iterator[Log]:
        """The cases as logs of about a row group each, the same columns in all; one row group of each segment is in memory."""
        segments: dict[int, list[Piece]] = {}
        for piece in self._marked:
            segments.setdefault(piece[0], []).append(piece)
        waiting = [iter(pieces) for pieces in segments.values()]
        runs: list[_Run | None] = [self._run(next(one)) for one in waiting]
        while any(run is not None for run in runs):
            # In a segment numbers ascend: all cases up to the nearest end of a piece are in the pieces at hand.
            limit = min(int(run.numbers[-1]) for run in runs if run is not None)
            given = []
            for place, run in enumerate(runs):
                if run is None:
                    continue
                part, rest = run.upto(limit)
                if len(part.numbers):
                    given.append(part)
                if len(rest.numbers):
                    runs[place] = rest
                else:
                    following = next(waiting[place], None)
                    runs[place] = None if following is None else self._run(following)
            whole = joined(self.name, [self._empty, *(part.log for part in given)])
            order = np.argsort(np.concatenate([part.numbers for part in given]), kind="stable")
            yield whole if len(given) == 1 else whole.select_cases(order)

    def _run(self, piece: Piece) -> _Run:
        log = self._read(piece)
        assert log is not None  # it had cases before
        places = np.flatnonzero(self._marked[piece])
        numbers = self._store.case_numbers(piece)[places]
        return _Run(numbers, log if len(places) == log.cases else log.select_cases(places))

    def _read(self, piece: Piece) -> Log | None:
        try:
            return self._store.piece(piece, *self._columns)
        except FileNotFoundError as error:
            raise BadLog(
                f"{self.name} was compacted while it was read, and its old files are gone. Begin again.",
                code="store-changed",
                about=[self.name],
            ) from error
