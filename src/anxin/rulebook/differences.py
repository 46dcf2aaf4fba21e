"""What changed between two editions, as rows a page can show: where, which field, before, after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from anxin.rulebook.merging import name_of

ABSENT = None


@dataclass(frozen=True, slots=True)
class Change:
    """`where` is the path of names to what changed ("CS-01", "motor/bonnet/replace"); None is "not there"."""

    where: str
    field: str
    before: Any
    after: Any

    @property
    def kind(self) -> str:
        return "added" if self.before is None else "removed" if self.after is None else "changed"


def difference(before: Any, after: Any) -> list[Change]:
    """All changes from one body to another, in the order of the newer; rows of lists are told apart by their names."""
    return list(_changes("", "", before, after))


def _changes(where: str, field: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        path = f"{where}/{field}" if where and field else where or field
        for name in [*after, *(name for name in before if name not in after)]:
            yield from _changes(path, str(name), before.get(name, ABSENT), after.get(name, ABSENT))
        return
    if isinstance(before, list) and isinstance(after, list) and (name := name_of([*before, *after])):
        # The list's own field name (rules, items) says nothing to a reader; its rows' names do.
        old, new = ({str(row[name]): row for row in rows} for rows in (before, after))
        path = field if field not in ("rules", "items", "values", "levels", "years", "overrides", "lists") else ""
        path = "/".join(part for part in (where if where != "lists" else "", path) if part)
        for key in [*new, *(key for key in old if key not in new)]:
            yield from _changes(path, key, old.get(key, ABSENT), new.get(key, ABSENT))
        return
    yield Change(where, field, before, after)
