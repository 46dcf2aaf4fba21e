"""Which cases stand behind a number. Variants, promises, conformance and slow cases name theirs themselves."""

from __future__ import annotations

import numpy as np

from anxin.engines.mining.errors import BadQuestion
from anxin.engines.mining.kernels.following import edge_keys
from anxin.engines.mining.log.columns import Codes, Ints
from anxin.engines.mining.log.log import Log


def edge_cases(log: Log, activity: str, following: str) -> Ints:
    """The cases in which `following` comes directly after `activity`. Raises BadQuestion for activities the log lacks."""
    return _with_edge(log, log.activity, len(log.activities), log.activity_code(activity), log.activity_code(following))


def hand_over_cases(log: Log, giver: str, taker: str, *, between: str = "resource") -> Ints:
    """The cases that `giver` handed to `taker`. Raises BadQuestion for a column or a name the log lacks."""
    column, per_case = log.column(between)
    if per_case or column.names is None:
        raise BadQuestion(f"{between} is no name per event; hand-over needs one.", code="not-names", about=[between])
    codes = [column.names.code(name) for name in (giver, taker)]
    for name, code in zip((giver, taker), codes, strict=True):
        if code < 0:
            raise BadQuestion(f"There is no {between} “{name}”.", code="unknown-name", about=[name])
    return _with_edge(log, column.values, len(column.names), *codes)


def repeating_cases(log: Log, activity: str) -> Ints:
    """The cases that do `activity` more than once. Raises BadQuestion for an activity the log lacks."""
    of_case = log.case_of_event()[log.activity == log.activity_code(activity)]
    return np.flatnonzero(np.bincount(of_case, minlength=log.cases) > 1)


def _with_edge(log: Log, codes: Codes, width: int, first: int, second: int) -> Ints:
    places, keys = edge_keys(log.offsets, codes, width)
    return np.unique(log.case_of_event()[places[keys == first * width + second]]).astype(np.int64)
