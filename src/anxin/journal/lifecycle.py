"""A life cycle is one table: which move leads from which states to which. There is one way to move: `Lifecycle.after`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from anxin.access.errors import IllegalMove

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Move:
    name: str
    title: str | StrPromise
    sources: frozenset[str]
    target: str
    """The state after the move; empty for a move that leaves the state as it is."""


class Lifecycle:
    """States (name -> lazy title) and moves. An illegal move raises `IllegalMove`, which the API shows as 409."""

    def __init__(
        self,
        states: Mapping[str, str | StrPromise],
        moves: Iterable[tuple[str, str | StrPromise, Iterable[str], str]],
        start: str,
    ):
        self.states = dict(states)
        self.start = start
        self.moves: dict[str, Move] = {}
        for name, title, sources, target in moves:
            move = Move(name, title, frozenset(sources), target)
            unknown = (move.sources | ({target} if target else set())) - self.states.keys()
            if unknown:
                raise ValueError(f"move {name} names unknown states {sorted(unknown)}")
            if name in self.moves:
                raise ValueError(f"move {name} stands in the table twice")
            self.moves[name] = move

    def after(self, state: str, move: str) -> str:
        """The state that `move` leads to from `state`. Raises `IllegalMove` with the reason in plain words."""
        step = self.moves[move]
        if state not in step.sources:
            raise IllegalMove(
                _("“%(move)s” is not possible while the case is “%(state)s”. It is possible when: %(sources)s.")
                % {
                    "move": step.title,
                    "state": self.states[state],
                    "sources": _(", ").join(str(title) for name, title in self.states.items() if name in step.sources),
                },
                move=move,
                state=state,
            )
        return step.target or state

    def allows(self, state: str, move: str) -> bool:
        return state in self.moves[move].sources

    def mermaid(self) -> str:
        """The diagram for the docs, drawn from the table: the moves that change the state."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.start}"]
        for move in self.moves.values():
            if move.target:
                lines += [f"    {source} --> {move.target}: {move.name}" for source in sorted(move.sources)]
        return "\n".join(lines)
