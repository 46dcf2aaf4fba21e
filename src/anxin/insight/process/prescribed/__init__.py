"""Processes as prescribed, shipped as files: `KIND.json`.

| field | what |
|---|---|
| process | the tree that `engines.mining.process` reads |
| ignored | activities that may happen at any time and are left out of the check |
| after_end | activities that come after a case has ended: they are no part of how long it took |
| customers_turn | activities that wait for the customer, although a machine records them |
| nobody_waits | activities that nobody waits for: what passes before them is no customer's waiting |
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@cache
def shipped(kind: str) -> dict[str, Any]:
    """The file of a kind of case; without one, empty lists and no process."""
    path = _FOLDER / f"{kind}.json"
    told: dict[str, Any] = {}
    if re.fullmatch(r"[a-z_]+", kind) and path.exists():
        told = json.loads(path.read_text("utf-8"))
    return {
        "process": told.get("process"),
        **{name: told.get(name, []) for name in ("ignored", "after_end", "customers_turn", "nobody_waits")},
    }


def repeatable(process: Any) -> tuple[str, ...]:
    """The activities that a process lets come again, because they stand in a loop: to do them again is no rework."""

    def inside(part: Any, looped: bool) -> Iterator[str]:
        if isinstance(part, str):
            if looped:
                yield part
        elif part:
            for one in part[1:]:
                yield from inside(one, looped or part[0] == "loop")

    return tuple(dict.fromkeys(inside(process, False)))
