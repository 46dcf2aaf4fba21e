"""Checking every case of a log against a prescribed process."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.mining.conformance.automaton import Automaton
from anxin.engines.mining.conformance.model import Process, process
from anxin.engines.mining.kernels.runs import alignment_costs, run_cases
from anxin.engines.mining.kernels.variants import SequenceTable
from anxin.engines.mining.log.columns import Ints, Names
from anxin.engines.mining.log.log import Log, Source
from anxin.engines.results import Caution, Floats, Result, Table

MOST_STATES = 2000
"""Alignments need the whole automaton; beyond so many states they would take too long."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """A first deviation that several cases share: `kind` is "unexpected" (the activity is not allowed there), "unknown"
    (the process has no such activity) or "unfinished" (the case ends although more is due)."""

    kind: str
    activity: str
    after: str
    expected: tuple[str, ...]
    cases: int

    def __str__(self) -> str:
        where = f"after “{self.after}”" if self.after else "at the start"
        due = " or ".join(f"“{one}”" for one in self.expected) or "nothing more"
        if self.kind == "unfinished":
            return f"ends {where}, where {due} is due"
        what = "unknown to the process; " if self.kind == "unknown" else ""
        return f"“{self.activity}” {where} ({what}due: {due})"


@dataclass(frozen=True, kw_only=True, repr=False)
class Conformance(Result):
    """`place[c]` is -1 where case c follows the process, else the position in it (from 0) of the first deviation, its
    length where it ends too early. `fitness[c]`, where asked for, is 1 - cost / worst: the cost of an optimal alignment
    (activities to leave out or put in) against leaving out every event and putting in the shortest run; 1 exactly where
    the case follows."""

    process: Process
    names: Names
    place: NDArray[np.int32]
    deviations: tuple[Deviation, ...]
    prefix: Ints
    lengths: Ints
    fitness: Floats | None = None
    cautions: tuple[Caution, ...] = ()

    @property
    def cases(self) -> int:
        return len(self.place)

    @property
    def conforming(self) -> int:
        return int((self.place < 0).sum())

    @property
    def share(self) -> float:
        """The share of cases that follow the process."""
        return self.conforming / self.cases if self.cases else 0.0

    @property
    def mean_fitness(self) -> float:
        return float(self.fitness.mean()) if self.fitness is not None and len(self.fitness) else float("nan")

    @property
    def followed(self) -> float:
        """The share of all events that come before their case's first deviation."""
        total = int(self.lengths.sum())
        return int(self.prefix.sum()) / total if total else 0.0

    def headline(self) -> str:
        more = "" if self.fitness is None else f"; mean fitness {self.mean_fitness:.3f}"
        return (
            f"{self.conforming:,} of {self.cases:,} cases ({self.share:.1%}) follow the process; "
            f"{self.followed:.1%} of the events come before a first deviation{more}"
        )

    def deviating(self) -> Ints:
        """The numbers of the cases that deviate."""
        return np.flatnonzero(self.place >= 0)

    def table(self, most: int | None = 20) -> Table:
        rows = [(one.cases, one.cases / max(self.cases, 1), one.kind, str(one)) for one in self.deviations[:most]]
        return Table.of(("cases", "share", "kind", "first deviation"), rows, "Where cases leave the process")

    def to_dict(self) -> dict[str, Any]:
        return {
            "process": self.process.to_data(),
            "cases": self.cases,
            "conforming": self.conforming,
            "share": self.share,
            "followed": self.followed,
            "mean_fitness": None if self.fitness is None else self.mean_fitness,
            "deviations": [
                {
                    "kind": one.kind,
                    "activity": one.activity,
                    "after": one.after,
                    "expected": list(one.expected),
                    "cases": one.cases,
                }
                for one in self.deviations
            ],
            "cautions": [{"code": one.code, "text": one.text, "about": list(one.about)} for one in self.cautions],
        }


def conformance(log: Source, model: Any, *, fitness: bool = False) -> Conformance:
    """Whether each case is a run of the process; exact, not a replay. `model` is a Process or what `process` reads.

    Case by case the automaton of the process takes the activities; the first it does not allow is the first deviation.
    An activity the process does not know deviates too. `fitness` adds optimal alignments, computed once per variant;
    left out, with a caution, for a process of more than MOST_STATES states. Raises BadModel.
    """
    prescribed = process(model)
    automaton = Automaton(prescribed, log.activities)
    places, lengths, shares = [], [], []
    found: Counter[_Key] = Counter()
    cautions = _cautions(automaton, log.activities)
    if fitness and not automaton.complete(MOST_STATES):
        fitness = False
        text = f"The process has more than {MOST_STATES:,} states; fitness was left out. Whether cases follow it is exact all the same."
        cautions = (*cautions, Caution("no-fitness", text))
    for place_of, length_of, deviating, share_of in log.map(partial(_checked, automaton, fitness)):
        places.append(place_of)
        lengths.append(length_of)
        found.update(deviating)
        shares.append(share_of)
    none = np.zeros(0, np.int64)
    place, length = np.concatenate([none.astype(np.int32), *places]), np.concatenate([none, *lengths])
    return Conformance(
        process=prescribed, names=log.activities, place=place, deviations=_named(found, automaton, log.activities),
        prefix=np.where(place < 0, length, place), lengths=length,
        fitness=np.concatenate([none.astype(float), *shares]) if fitness else None, cautions=cautions,
    )  # fmt: skip


_Key = tuple[str, int, int, tuple[str, ...]]
"""Kind, activity and activity before (codes, -1 where there is none), what was due."""


def _checked(automaton: Automaton, fitness: bool, part: Log) -> tuple[NDArray[np.int32], Ints, Counter[_Key], Floats]:
    """Place and length of each case, deviations with their cases, and (where asked for) the fitness of each case.

    States have numbers of the automaton that was built for this part, so what was due is said in words.
    """
    place, state = _run(part, automaton)
    deviating: Counter[_Key] = Counter()
    for (kind, code, before, reached), count in _deviations(part, place, state).items():
        deviating[kind, code, before, automaton.expected(reached)] += count
    shares = _fitness(part, place, automaton) if fitness else np.zeros(0)
    return place, part.events_per_case(), deviating, shares


def _run(part: Log, automaton: Automaton) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    place, state = np.empty(part.cases, np.int32), np.empty(part.cases, np.int32)
    case = 0
    while True:
        case, at, code = run_cases(case, part.offsets, part.activity, automaton.table, automaton.accepts, place, state)
        if at < 0:
            return place, state
        automaton.build(at, code)


def _deviations(part: Log, place: NDArray[np.int32], state: NDArray[np.int32]) -> Counter[tuple[str, int, int, int]]:
    """(kind, activity, activity before, state) -> cases; codes are -1 where there is none."""
    cases = np.flatnonzero(place >= 0)
    at = part.offsets[cases] + place[cases]
    ended = at == part.offsets[cases + 1]
    activity = np.where(ended, -1, part.activity[np.minimum(at, len(part) - 1)]).astype(np.int64)
    before = np.where(place[cases] == 0, -1, part.activity[np.maximum(at - 1, 0)]).astype(np.int64)
    # One whole number for the three: a sort of numbers is many times quicker than one of rows.
    width, states = len(part.activities) + 1, int(state.max(initial=0)) + 1
    keys, counts = np.unique(((activity + 1) * width + before + 1) * states + state[cases], return_counts=True)
    result: Counter[tuple[str, int, int, int]] = Counter()
    for key, count in zip(keys.tolist(), counts.tolist(), strict=True):
        pair, reached = divmod(key, states)
        code, previous = divmod(pair, width)
        result["unfinished" if code == 0 else "unexpected", code - 1, previous - 1, reached] += count
    return result


def _named(found: Counter[_Key], automaton: Automaton, names: Names) -> tuple[Deviation, ...]:
    """By name; different states look alike where the same activities are due."""
    named = [
        Deviation(
            "unknown" if code >= 0 and code not in automaton.name_of else kind, names[code], names[before], due, cases
        )
        for (kind, code, before, due), cases in found.items()
    ]
    return tuple(sorted(named, key=lambda one: (-one.cases, one.kind, one.activity, one.after, one.expected)))


def _fitness(part: Log, place: NDArray[np.int32], automaton: Automaton) -> Floats:
    result = np.ones(part.cases)
    cases = np.flatnonzero(place >= 0)
    if not len(cases):
        return result
    deviating = part.select_cases(cases)
    table = SequenceTable(part.activity.dtype)
    variant = table.add(deviating.offsets, deviating.activity)
    offsets = np.ascontiguousarray(table.offsets[: table.found + 1])
    edges = [
        (state, following)
        for state in range(automaton.states)
        for following in sorted({int(one) for one in automaton.table[state] if one >= 0 and one != state})
    ]
    pairs = np.array(edges or [(0, 0)], np.int64)
    costs = np.empty(table.found, np.int64)
    shortest = alignment_costs(
        offsets, table.sequences[: offsets[-1]], automaton.table, automaton.accepts, automaton.states,
        np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1]), costs,
    )  # fmt: skip
    worst = np.diff(offsets) + shortest
    result[cases] = (1 - costs / np.maximum(worst, 1))[variant]
    return result


def _cautions(automaton: Automaton, names: Names) -> tuple[Caution, ...]:
    result = []
    absent = [name for name in automaton.activities if names.code(name) < 0]
    if absent:
        text = f"The log never has {', '.join(f'“{name}”' for name in absent[:8])}: are these the log's names?"
        result.append(Caution("never-seen", text, tuple(absent)))
    unknown = [name for name in names[:1000] if name not in automaton.code_of]
    if unknown:
        text = (
            f"The process does not know {', '.join(f'“{name}”' for name in unknown[:8])}; each counts as a deviation."
        )
        result.append(Caution("unknown-activities", text, tuple(unknown[:50])))
    return tuple(result)
