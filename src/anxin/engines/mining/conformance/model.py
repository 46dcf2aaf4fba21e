"""A prescribed process: a tree of sequences, choices, options, loops and parallel parts over activities.

The tree is read as a language, the set of all allowed sequences of activities:

    sequence(a, b)     a, then b
    choice(a, b)       one of them
    option(a)          a or nothing
    loop(a, redo=b)    a, then any number of times b and a again; without redo: a once or more
    parallel(a, b)     both, their activities in any interleaving

Steps are interned tuples, so that equal parts are one object and sets of them are cheap. `after` gives the partial
derivatives (Antimirov 1996, Partial derivatives of regular expressions and finite automaton constructions; interleaving
as Sulzmann & Thiemann 2019): what may remain once an activity was done. They are finitely many, so a process is a finite
automaton, built as far as the log needs it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from anxin.engines.mining.errors import BadModel, listed

# ("activity", name) | ("sequence", …) | ("choice", …) | ("parallel", …) | ("loop", body, redo) | ("done",)
# and ("again", body, redo): a loop whose body was done, which may end or go round.
Step = tuple[Any, ...]
DONE: Step = ("done",)
_MOST_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Process:
    """A prescribed process; `==` compares trees. Built by the functions of this module or by `process`."""

    step: Step

    def __repr__(self) -> str:
        return f"<Process {_shown(self.step)}>"

    def activities(self) -> tuple[str, ...]:
        """Its activities, in the order of first mention."""
        return tuple(dict.fromkeys(_activities(self.step)))

    def to_data(self) -> Any:
        """The tree as JSON-able lists, which `process` reads again."""
        return _data(self.step)


def sequence(*parts: Process | str) -> Process:
    return Process(("sequence", *_steps("sequence", parts)))


def choice(*parts: Process | str) -> Process:
    return Process(("choice", *_steps("choice", parts)))


def option(part: Process | str) -> Process:
    return Process(("choice", *_steps("option", (part,)), DONE))


def loop(body: Process | str, redo: Process | str | None = None) -> Process:
    (step,) = _steps("loop", (body,))
    return Process(("loop", step, DONE if redo is None else _steps("loop", (redo,))[0]))


def parallel(*parts: Process | str) -> Process:
    return Process(("parallel", *_steps("parallel", parts)))


def _steps(kind: str, parts: Sequence[Process | str]) -> tuple[Step, ...]:
    if not parts:
        raise BadModel(f"{kind}: give at least one part.", code="empty-part", about=[kind])
    return tuple(_step(kind, part) for part in parts)


def _step(kind: str, part: Process | str) -> Step:
    if isinstance(part, Process):
        return part.step
    if not isinstance(part, str):
        raise BadModel(
            f"{kind}: {part!r} is neither a part nor the name of an activity.", code="not-a-part", about=[kind]
        )
    if not part.strip():
        raise BadModel(f"{kind}: the name of an activity is empty.", code="empty-name", about=[kind])
    return ("activity", part)


_KINDS = {
    "seq": "sequence", "sequence": "sequence", "xor": "choice", "choice": "choice", "opt": "option", "option": "option",
    "loop": "loop", "and": "parallel", "par": "parallel", "parallel": "parallel",
}  # fmt: skip


def process(data: Any) -> Process:
    """A process from nested lists or tuples, or from JSON text of such: a text is an activity, a list its kind and parts,

        ["seq", "Register", ["opt", ["loop", ["seq", "Ask", "Receive"], null]], ["xor", "Refuse", "Pay"]]

    with the kinds seq, xor, opt, loop (body, redo or null) and and (or their full names). Raises BadModel, saying where.
    """
    if isinstance(data, Process):
        return data
    if isinstance(data, str) and data.lstrip().startswith("["):
        try:
            data = json.loads(data)
        except json.JSONDecodeError as error:
            raise BadModel(f"The process is no valid JSON: {error}", code="not-json") from error
    return Process(_read(data, "process", 0))


def _read(data: Any, where: str, depth: int) -> Step:
    if depth > _MOST_DEPTH:
        raise BadModel(f"The process is nested deeper than {_MOST_DEPTH} levels.", code="too-deep")
    if isinstance(data, str):
        return _step(where, data)
    if isinstance(data, Process):
        return data.step
    if isinstance(data, Mapping) or not isinstance(data, Sequence) or not data:
        raise BadModel(
            f"{where}: give an activity or a list of kind and parts, not {data!r}.", code="not-a-part", about=[where]
        )
    kind = _KINDS.get(str(data[0]).lower())
    if kind is None:
        raise BadModel(
            f"{where}: “{data[0]}” is no kind; there are {listed(_KINDS, most=20)}.", code="unknown-kind", about=[where]
        )
    here = f"{where} > {kind}"
    parts = data[1:]
    if kind in ("option", "loop") and not 1 <= len(parts) <= (2 if kind == "loop" else 1):
        raise BadModel(
            f"{here}: takes {'a body and perhaps a redo' if kind == 'loop' else 'one part'}.",
            code="wrong-parts",
            about=[here],
        )
    if not parts:
        raise BadModel(f"{here}: has no parts.", code="empty-part", about=[here])
    steps = [
        DONE if part is None and kind == "loop" and place == 1 else _read(part, here, depth + 1)
        for place, part in enumerate(parts)
    ]
    if kind == "option":
        return ("choice", steps[0], DONE)
    if kind == "loop":
        return ("loop", steps[0], steps[1] if len(steps) == 2 else DONE)
    return (kind, *steps)


def _activities(step: Step) -> Iterator[str]:
    if step[0] == "activity":
        yield step[1]
        return
    for part in step[1:]:
        yield from _activities(part)


def _data(step: Step) -> Any:
    kind = step[0]
    if kind == "activity":
        return step[1]
    if kind == "done":
        return None
    if kind == "choice" and len(step) == 3 and step[2] == DONE:
        return ["opt", _data(step[1])]
    short = {"sequence": "seq", "choice": "xor", "parallel": "and", "loop": "loop"}[kind]
    return [short, *(_data(part) for part in step[1:])]


def _shown(step: Step) -> str:
    return json.dumps(_data(step), ensure_ascii=False)


# The language


@lru_cache(maxsize=65536)
def may_end(step: Step) -> bool:
    """Whether nothing more needs to be done."""
    kind = step[0]
    if kind == "done" or kind == "again":
        return True
    if kind == "activity":
        return False
    if kind == "choice":
        return any(may_end(part) for part in step[1:])
    if kind == "loop":
        return may_end(step[1])
    return all(may_end(part) for part in step[1:])


@lru_cache(maxsize=262144)
def after(step: Step, activity: str) -> frozenset[Step]:
    """What may remain to be done once `activity` is; empty where it is not allowed now."""
    kind = step[0]
    if kind == "activity":
        return frozenset((DONE,)) if step[1] == activity else frozenset()
    if kind == "done":
        return frozenset()
    found: set[Step] = set()
    if kind == "choice":
        for part in step[1:]:
            found |= after(part, activity)
    elif kind == "sequence":
        for place, part in enumerate(step[1:], 1):
            found |= {_then(rest, step[place + 1 :]) for rest in after(part, activity)}
            if not may_end(part):
                break
    elif kind == "parallel":
        for place, part in enumerate(step[1:], 1):
            found |= {_beside(step[1:place], rest, step[place + 1 :]) for rest in after(part, activity)}
    else:
        body, redo = step[1], step[2]
        again: Step = ("again", body, redo)
        from_body = {_then(rest, (again,)) for rest in after(body, activity)}
        from_redo = {_then(rest, (body, again)) for rest in after(redo, activity)}
        if kind == "loop":
            found |= from_body
            if may_end(body):  # an empty round leads to the redo at once
                found |= from_redo
        else:
            found |= from_redo
            if may_end(redo):
                found |= from_body
    return frozenset(found)


def _then(step: Step, rest: Sequence[Step]) -> Step:
    parts = [part for part in (step, *rest) if part != DONE]
    flat: list[Step] = []
    for part in parts:
        flat.extend(part[1:] if part[0] == "sequence" else (part,))
    if not flat:
        return DONE
    return flat[0] if len(flat) == 1 else ("sequence", *flat)


def _beside(left: Sequence[Step], step: Step, right: Sequence[Step]) -> Step:
    parts = [part for part in (*left, step, *right) if part != DONE]
    if not parts:
        return DONE
    return parts[0] if len(parts) == 1 else ("parallel", *parts)
