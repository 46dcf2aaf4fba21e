"""Pieces of a store put together into one log in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from anxin.engines.mining.log.columns import Column, Names
from anxin.engines.mining.log.log import Log
from anxin.engines.mining.log.report import Reading
from anxin.engines.mining.log.segments import ROLES


def joined(name: str, parts: list[Log]) -> Log:
    """Pieces of a store one after the other; a column that some lack is missing there.

    What is the same throughout each case in one piece and differs within a case in another is told event by event in all.
    """
    events_own = {key for part in parts for key in part.attributes}
    parts = [by_event(part, events_own & set(part.case_attributes)) for part in parts]
    sizes, cases = [len(part) for part in parts], [part.cases for part in parts]
    offsets = np.concatenate(
        [
            np.zeros(1, np.int64),
            *(part.offsets[1:] + before for part, before in zip(parts, np.cumsum([0, *sizes[:-1]]), strict=True)),
        ]
    )

    def columns(which: str, lengths: list[int]) -> dict[str, Column]:
        keys = dict.fromkeys(key for part in parts for key in getattr(part, which))
        found = {key: joined_column([getattr(part, which).get(key) for part in parts], lengths) for key in keys}
        return {key: one for key, one in found.items() if one is not None}

    started = start_unknown = None
    if any(part.started is not None for part in parts):
        started = np.concatenate([part.time if part.started is None else part.started for part in parts])
        unknown = ~np.concatenate([part.known_starts() for part in parts])
        start_unknown = unknown if unknown.any() else None
    roles = {role: joined_column([getattr(part, role) for part in parts], sizes) for role in ROLES}
    return Log(
        name=name, case_ids=Names(pa.concat_arrays([part.case_ids.array for part in parts])), offsets=offsets,
        activity=np.concatenate([part.activity for part in parts]), activities=parts[0].activities,
        time=np.concatenate([part.time for part in parts]), started=started, start_unknown=start_unknown,
        attributes=columns("attributes", sizes), case_attributes=columns("case_attributes", cases), reading=Reading(source=name, form="store", rows=sum(sizes)), **roles,
    )  # fmt: skip


def joined_column(found: Sequence[Column | None], lengths: Sequence[int]) -> Column | None:
    """One column out of those of pieces of these lengths; missing where a piece has none. None where no piece has."""
    some = next((one for one in found if one is not None), None)
    if some is None:
        return None
    names = max((one.names for one in found if one is not None and one.names is not None), key=len, default=None)
    blank = -1 if names is not None else np.nan
    kinds = {one.values.dtype for one in found if one is not None}
    if names is None and (None in found or len(kinds) > 1):
        kinds = {np.dtype(np.float64)}
    values = [
        np.full(size, blank, next(iter(kinds))) if one is None else one.values.astype(next(iter(kinds)))
        for one, size in zip(found, lengths, strict=True)
    ]
    return Column(some.name, np.concatenate(values), names)


def by_event(part: Log, keys: set[str]) -> Log:
    """The log with some of its cases' attributes as attributes of events."""
    if not keys:
        return part
    of_case = part.case_of_event()
    spread = {key: part.case_attributes[key].take(of_case) for key in sorted(keys)}
    kept = {key: one for key, one in part.case_attributes.items() if key not in keys}
    return replace(part, attributes={**part.attributes, **spread}, case_attributes=kept)
