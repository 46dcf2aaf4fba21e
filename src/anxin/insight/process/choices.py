"""What can be chosen on the pages of this room: kinds of case, their lines, months and facts."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.utils import timezone

from anxin.engines.mining import Log
from anxin.engines.mining.working import months
from anxin.insight.process.narrowing import FACTS, kind_of
from anxin.insight.results.asking import Ask, among

MOST = 60


def choices(ask: Ask) -> dict[str, Any]:
    """Kinds with their number of cases; of the kind asked about, the values of each filter."""
    log = ask.log
    everything = Ask(ask.branches, {}, ask.now).log
    kind = kind_of(ask, everything)
    body: dict[str, Any] = {"kind": kind, "kinds": _counted(everything, "kind"), "months": [], "values": {}}
    if log is None:
        return body
    mask = among(log, "kind", {kind})
    if not mask.any():
        return body
    log = log.select_cases(mask)
    body["months"] = [str(month) for month in np.unique(months(log.begins(), timezone.get_default_timezone()))][-MOST:]
    body["values"] = {name: sorted(one for one, _count in _counted(log, name)) for name in ("line", *FACTS)}
    return body


def _counted(log: Log | None, name: str) -> list[tuple[str, int]]:
    column = None if log is None else log.case_attributes.get(name)
    if column is None or column.names is None:
        return []
    counts = np.bincount(column.values[column.values >= 0], minlength=len(column.names))
    found = [(column.names[code], int(n)) for code, n in enumerate(counts) if n]
    return sorted(found, key=lambda one: (-one[1], one[0]))[:MOST]
