"""Reactions: what a room does when others' events happen. Registered here, delivered by `deliveries`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from anxin.journal.models import Event

Handler = Callable[[Event, datetime], None]
MAX_DEPTH = 8


class TooDeep(Exception):
    """Reactions to reactions went deeper than 8: something feeds itself. The delivery stops where people see it."""


@dataclass(frozen=True, slots=True)
class Reaction:
    name: str
    to: frozenset[str]
    emits: frozenset[str]
    handler: Handler


_registry: dict[str, Reaction] = {}
_by_activity: dict[str, list[str]] = {}
_cause: ContextVar[Event | None] = ContextVar("cause", default=None)


def reaction(name: str, *, to: tuple[str, ...], emits: tuple[str, ...] = ()) -> Callable[[Handler], Handler]:
    """Subscribe a function to activities; `emits` declares what it may record, so that a test can reject cycles.

    The function runs in a transaction that also marks the delivery done: its effect happens once or not at all. It
    must not talk to the outside world itself; it queues a message or an instruction for a connector.
    """

    def decorate(handler: Handler) -> Handler:
        _registry[name] = Reaction(name, frozenset(to), frozenset(emits), handler)
        for activity in to:
            names = _by_activity.setdefault(activity, [])
            if name not in names:
                names.append(name)
        return handler

    return decorate


def reactions_to(activity: str) -> list[str]:
    return _by_activity.get(activity, [])


def named(name: str) -> Reaction:
    return _registry[name]


def all_reactions() -> tuple[Reaction, ...]:
    return tuple(_registry.values())


def cause() -> Event | None:
    return _cause.get()


@contextlib.contextmanager
def because_of(event: Event) -> Iterator[None]:
    """Whatever is recorded inside has `event` as its cause and is one deeper."""
    token = _cause.set(event)
    try:
        yield
    finally:
        _cause.reset(token)


def cycles() -> list[list[str]]:
    """Loops in (activity → reaction → activity), each as the activities it goes through; empty is right."""
    edges: dict[str, set[str]] = {}
    for item in _registry.values():
        for source in item.to:
            edges.setdefault(source, set()).update(item.emits)
    found: list[list[str]] = []

    def walk(node: str, path: list[str]) -> None:
        if node in path:
            found.append([*path[path.index(node) :], node])
            return
        for following in sorted(edges.get(node, ())):
            walk(following, [*path, node])

    for start in sorted(edges):
        walk(start, [])
    return found
