"""Who may decide how much: limits in fen per level and kind; above a sum two different people must agree.

Body: {"levels": [{"level": 0, "limits": {kind: fen or null}}, …], "two_signatures_from": {kind: fen}};
null is without limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from anxin.rulebook.families.problem import Problem, unknown_fields

KINDS = ("decision", "advance", "refusal", "payment")
LEVELS = range(6)


class Authority:
    def __init__(self, body: Mapping[str, Any]):
        self._limits: dict[int, dict[str, int | None]] = {row["level"]: dict(row["limits"]) for row in body["levels"]}
        self.two_signatures_from: dict[str, int] = dict(body["two_signatures_from"])

    @property
    def levels(self) -> list[int]:
        return sorted(self._limits)

    def limit(self, level: int, kind: str) -> int | None:
        """The largest sum a level may settle alone, in fen; None: any. Raises LookupError for an unknown kind."""
        _kind(kind)
        return self._limits[max(known for known in self._limits if known <= max(level, 0))][kind]

    def needed(self, amount_fen: int, kind: str) -> int:
        """The lowest level that may settle this sum."""
        _kind(kind)
        for level in self.levels:
            limit = self._limits[level][kind]
            # Level 0 holds no authority at all: not even over nothing.
            if level and (limit is None or amount_fen <= limit):
                return level
        raise LookupError(f"no level may settle {amount_fen} fen")  # validated away: the highest has no limit


def _kind(kind: str) -> None:
    if kind not in KINDS:
        raise LookupError(f"no authority of kind {kind!r}: use one of {', '.join(KINDS)}")


def read(body: Mapping[str, Any]) -> Authority:
    return Authority(body)


def problems(body: Mapping[str, Any]) -> list[Problem]:
    levels, two = body.get("levels"), body.get("two_signatures_from")
    if not isinstance(levels, list) or not isinstance(two, dict):
        return [Problem("authority", "levels", _("A body has levels and the sums from which two people sign."))]
    if [row.get("level") for row in levels] != list(LEVELS):
        return [Problem("authority", "levels", _("There must be the levels 0 to 5, each once and in order."))]
    found = unknown_fields("two_signatures_from", two, KINDS)
    for kind in KINDS:
        if type(two.get(kind)) is not int or two[kind] < 1:
            found.append(Problem("two_signatures_from", kind, _("Enter a sum of money above zero.")))
        before: int | None = 0
        for row in levels:
            where, limit = f"levels/{row['level']}", row.get("limits", {}).get(kind, "")
            if limit is not None and (type(limit) is not int or limit < 0):
                found.append(Problem(where, kind, _("Enter a sum of money, or leave it without limit.")))
                break
            if row["level"] == 0 and limit != 0:
                found.append(Problem(where, kind, _("Level 0 has no authority: enter 0.")))
            if row["level"] == LEVELS[-1] and limit is not None:
                found.append(
                    Problem(
                        where, kind, _("The highest level must be without limit, or some sums nobody could decide.")
                    )
                )
            if limit is not None and (before is None or limit < before):
                found.append(
                    Problem(where, kind, _("A higher level may not have a lower limit than the one below it."))
                )
            before = limit
    for row in levels:
        found += unknown_fields(f"levels/{row['level']}", row.get("limits", {}), KINDS)
    return found
