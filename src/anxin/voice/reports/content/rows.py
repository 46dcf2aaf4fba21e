"""From a number back to the respondents behind it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from anxin.voice.reports.content.blocks import Rows
from anxin.voice.reports.content.ground import Ground
from anxin.voice.study import Column


def places(ground: Ground, rows: Rows) -> NDArray[np.intp]:
    """Places in the study, in its order. A column that is no longer there narrows nothing."""
    study = ground.study
    if rows.of == "all":
        mask = np.ones(study.n, bool)
    elif rows.of == "valid":
        mask = ground.keep.copy()
    elif rows.of == "flagged":
        mask = ~ground.keep
    else:
        mask = ground.flags.get(rows.of, np.zeros(study.n, bool)).copy()
    known = {column.name: column for column in study.columns}
    for group in (rows.answered, *rows.each):
        asked = [known[name] for name in group if name in known]
        if not asked:
            continue
        count = np.zeros(study.n, np.int32)
        for column in asked:
            count += answered(column)
        mask &= (count > 0) & (count >= rows.least * len(asked))
    for name, code in rows.where:
        if name in known:
            mask &= chose(known[name], code)
    return np.flatnonzero(mask)


def answered(column: Column) -> NDArray[np.bool_]:
    values = column.values
    if column.kind in ("scale", "number"):
        return ~np.isnan(values)
    if column.kind == "one":
        return np.asarray(values >= 0)
    if column.kind == "many":
        return np.asarray(values.any(axis=1))
    return np.asarray(values != "", bool)


def chose(column: Column, code: str) -> NDArray[np.bool_]:
    """Who chose an option of one or many, or gave a rating (its number as the code)."""
    if column.kind in ("scale", "number"):
        return np.asarray(column.values == float(code))
    codes = [own for own, _text in column.options]
    if code not in codes:
        return np.zeros(len(column.values), bool)
    place = codes.index(code)
    return np.asarray(column.values[:, place] if column.kind == "many" else column.values == place, bool)
