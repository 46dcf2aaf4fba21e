"""The prescribed process as an automaton over a log's activity codes, built as far as it is asked for."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from anxin.engines.mining.conformance.model import Process, Step, after, may_end
from anxin.engines.mining.log.columns import Names

FAILED, UNBUILT = -1, -2
Table = NDArray[np.int32]


class Automaton:
    """States are sets of what may remain to be done. `table[state, code]` is the next state, FAILED where the activity
    is not allowed, UNBUILT where nobody asked yet; `accepts[state]` says that a case may end there."""

    def __init__(self, process: Process, names: Names) -> None:
        self.activities = process.activities()
        self.code_of = {name: names.code(name) for name in self.activities}
        # Activities that only the process knows take codes after the log's.
        extra = [name for name, code in self.code_of.items() if code < 0]
        self.width = len(names) + len(extra)
        self.code_of.update({name: len(names) + place for place, name in enumerate(extra)})
        self.name_of = {code: name for name, code in self.code_of.items()}
        self.table: Table = np.full((16, self.width), UNBUILT, np.int32)
        self.table[:, [code for code in range(self.width) if code not in self.name_of]] = FAILED
        self.accepts = np.zeros(16, bool)
        self._sets: list[frozenset[Step]] = []
        self._numbers: dict[frozenset[Step], int] = {}
        self._expected: dict[int, tuple[str, ...]] = {}
        self._state(frozenset((process.step,)))

    @property
    def states(self) -> int:
        return len(self._sets)

    def _state(self, steps: frozenset[Step]) -> int:
        number = self._numbers.get(steps)
        if number is None:
            number = self._numbers[steps] = len(self._sets)
            self._sets.append(steps)
            if number >= len(self.table):
                more = np.full_like(self.table, UNBUILT)
                more[:, [code for code in range(self.width) if code not in self.name_of]] = FAILED
                self.table = np.concatenate((self.table, more))
                self.accepts = np.concatenate((self.accepts, np.zeros_like(self.accepts)))
            self.accepts[number] = any(may_end(step) for step in steps)
        return number

    def build(self, state: int, code: int) -> int:
        """The transition, made and kept."""
        following = int(self.table[state, code])
        if following == UNBUILT:
            name = self.name_of[code]
            steps: frozenset[Step] = frozenset().union(*(after(step, name) for step in self._sets[state]))
            following = self._state(steps) if steps else FAILED
            self.table[state, code] = following
        return following

    def expected(self, state: int) -> tuple[str, ...]:
        """The activities allowed in a state, in the order of the process."""
        if state not in self._expected:
            self._expected[state] = tuple(
                name for name, code in self.code_of.items() if self.build(state, code) != FAILED
            )
        return self._expected[state]

    def complete(self, most: int) -> bool:
        """Build every state that can be reached; False if that is more than `most`."""
        todo, seen = deque([0]), {0}
        while todo:
            state = todo.popleft()
            for code in self.name_of:
                following = self.build(state, code)
                if following >= 0 and following not in seen:
                    if self.states > most:
                        return False
                    seen.add(following)
                    todo.append(following)
        return True
