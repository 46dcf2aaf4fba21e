"""Whether cases went as prescribed: exact, case by case, and where they first left the way."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from anxin.engines.mining import Conformance, Log, conformance
from anxin.insight.process.narrowing import FACTS, cases_in, ended, ids, kind_of, without
from anxin.insight.process.queries import Prescribed, prescribed
from anxin.insight.results.asking import Ask

TAKES_FOLLOWING: Final = ("branch", "kind", "month", "line", *FACTS, "edition")
"""`edition` is always given by the page: a stored answer is one of an edition."""
MOST_DEVIATIONS: Final = 60


def following(ask: Ask) -> dict[str, Any]:
    """Ended cases against the prescribed process; open ones only as far as they have come: not to have ended is no deviation.

    Every deviating case is counted once, under its first deviation, so the rows add up.
    """
    kind = kind_of(ask)
    model = _model(ask, kind)
    if model is None:
        return {"kind": kind, "edition": None, "cases": 0}
    log = _checked(ask, model)
    if log is None:
        return {"kind": kind, "edition": model.number, "cases": 0}
    done = ended(log)
    body: dict[str, Any] = {"kind": kind, "edition": model.number, "cases": int(done.sum()), "open": int((~done).sum())}
    if done.any():
        found = conformance(log.select_cases(done), model.process)
        body |= {
            "conforming": found.conforming,
            "followed": round(found.followed, 4),
            "deviations": [
                {
                    "kind": one.kind, "activity": one.activity, "after": one.after, "due": list(one.expected)[:8], "cases": one.cases,
                }
                for one in _by_place(found)[:MOST_DEVIATIONS]
            ],
            "kinds": len(_by_place(found)),
            "never": next((list(one.about)[:30] for one in found.cautions if one.code == "never-seen"), []),
        }  # fmt: skip
    if not done.all():
        so_far = log.select_cases(~done)
        body["open_left"] = int(_left(conformance(so_far, model.process)).sum())
    return body


def _model(ask: Ask, kind: str) -> Prescribed | None:
    number = ask.get("edition")
    return prescribed(kind, int(number) if number.isdigit() else None)


def _checked(ask: Ask, model: Prescribed) -> Log | None:
    log = cases_in(ask)
    return None if log is None else without(log, list(model.ignored))


def _left(found: Conformance) -> NDArray[np.bool_]:
    """Which cases left the way, apart from not having come to its end."""
    left: NDArray[np.bool_] = (found.place >= 0) & (found.place < found.lengths)
    return left


class _Deviation:
    """Deviations that look alike to a reader: the same step, after the same one; what was due may differ."""

    def __init__(self, kind: str, activity: str, after: str) -> None:
        self.kind, self.activity, self.after = kind, activity, after
        self.expected: dict[str, None] = {}
        self.cases = 0


def _by_place(found: Conformance) -> list[_Deviation]:
    joined: dict[tuple[str, str, str], _Deviation] = {}
    for one in found.deviations:
        key = (one.kind, one.activity, one.after)
        row = joined.setdefault(key, _Deviation(*key))
        row.cases += one.cases
        row.expected.update(dict.fromkeys(one.expected))
    return sorted(joined.values(), key=lambda row: (-row.cases, row.kind, row.activity, row.after))


def cases_behind(ask: Ask, what: str) -> list[str]:
    """fits, deviates, open_left, deviation:ACTIVITY>AFTER (no activity: ended too early). Raises LookupError."""
    asked, _, name = what.partition(":")
    model = _model(ask, kind_of(ask))
    log = None if model is None else _checked(ask, model)
    if model is None or log is None:
        return []
    done = ended(log)
    if asked == "open_left":
        so_far = log.select_cases(~done) if not done.all() else None
        return [] if so_far is None else ids(so_far, _left(conformance(so_far, model.process)))
    if not done.any():
        return []
    log = log.select_cases(done)
    if asked == "all":
        return ids(log, np.arange(log.cases))
    found = conformance(log, model.process)
    if asked == "fits":
        return ids(log, found.place < 0)
    if asked == "deviates":
        return ids(log, found.place >= 0)
    if asked == "deviation" and ">" in name:
        activity, _, after = name.partition(">")
        wanted = _codes(log, activity), _codes(log, after)
        cases = np.flatnonzero(found.place >= 0)
        at = log.offsets[cases] + found.place[cases]
        over = at == log.offsets[cases + 1]
        here = np.where(over, -1, log.activity[np.minimum(at, len(log) - 1)])
        before = np.where(found.place[cases] == 0, -1, log.activity[np.maximum(at - 1, 0)])
        return ids(log, cases[(here == wanted[0]) & (before == wanted[1])])
    raise LookupError(what)


def _codes(log: Log, name: str) -> int:
    if not name:
        return -1
    code = log.activities.code(name)
    if code < 0:
        raise LookupError(name)
    return int(code)
