"""What the lake keeps of an event's data: a room says which fields of its activities are facts of the case.

    keep(NOTIFIED, "type", "line", "injury")        # words and yes/no: the case's attributes; the last event that tells wins
    keep_amount(CLOSED, "paid")                     # whole numbers, such as fen

Only codes and amounts, as in the event itself: the lake holds no names and no free text.
"""

from __future__ import annotations

_words: dict[str, tuple[str, ...]] = {}
_amounts: dict[str, tuple[str, ...]] = {}


def keep(activity: str, *fields: str) -> None:
    _words[activity] = tuple(dict.fromkeys((*_words.get(activity, ()), *fields)))


def keep_amount(activity: str, *fields: str) -> None:
    _amounts[activity] = tuple(dict.fromkeys((*_amounts.get(activity, ()), *fields)))


def words() -> dict[str, tuple[str, ...]]:
    return dict(_words)


def amounts() -> dict[str, tuple[str, ...]]:
    return dict(_amounts)


def telling() -> frozenset[str]:
    """Activities whose data must be read."""
    return frozenset(_words) | frozenset(_amounts)
