"""Take a new release's rules in without losing what the company changed: a three-way merge of bodies."""

from __future__ import annotations

from typing import Any

# What tells one row of a list from another; a list whose rows have none of these is taken whole.
_NAMES = ("id", "code", "name", "level", "on", "year")


def merge(base: Any, ours: Any, theirs: Any) -> Any:
    """`theirs` (the new release) where `ours` still says what `base` (the old release) said; else `ours`.

    Objects are merged field by field, lists of named rows row by row: in the new release's order, our own rows behind.
    """
    if ours == base:
        return theirs
    if theirs == base:
        return ours
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return _objects(base if isinstance(base, dict) else {}, ours, theirs)
    if isinstance(ours, list) and isinstance(theirs, list):
        name = name_of([*ours, *theirs, *(base if isinstance(base, list) else [])])
        if name:
            rows = _objects(
                {row[name]: row for row in base} if isinstance(base, list) else {},
                {row[name]: row for row in ours},
                {row[name]: row for row in theirs},
            )
            return list(rows.values())
    return ours


_GONE = object()


def _objects(base: dict[Any, Any], ours: dict[Any, Any], theirs: dict[Any, Any]) -> dict[Any, Any]:
    merged = {}
    for key in [*theirs, *(key for key in ours if key not in theirs)]:
        value = merge(base.get(key, _GONE), ours.get(key, _GONE), theirs.get(key, _GONE))
        if value is not _GONE:
            merged[key] = value
    return merged


def name_of(rows: list[Any]) -> str:
    if not rows or not all(isinstance(row, dict) for row in rows):
        return ""
    return next((name for name in _NAMES if all(name in row for row in rows)), "")
