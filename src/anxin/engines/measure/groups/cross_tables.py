"""Counts of categories by group, from columns of numbers or texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.groups.grouping import with_groups
from anxin.engines.measure.reading import named_columns
from anxin.engines.measure.results import Caution
from anxin.engines.measure.variables import variables


@dataclass(frozen=True, slots=True, eq=False)
class CrossTable:
    """`counts[r, c]` respondents of group c in category r. Categories and groups without anyone are left out."""

    item: str
    categories: tuple[str, ...]
    groups: tuple[str, ...]
    counts: NDArray[np.int64]
    missing: int

    @classmethod
    def of(
        cls,
        item: str,
        rows: NDArray[np.intp],
        categories: tuple[str, ...],
        columns: NDArray[np.intp],
        groups: tuple[str, ...],
    ) -> CrossTable:
        """Count codes; -1 is missing."""
        known = (rows >= 0) & (columns >= 0)
        places = rows[known] * len(groups) + columns[known]
        counts = np.bincount(places, minlength=len(categories) * len(groups)).reshape(len(categories), len(groups))
        filled_rows, filled_columns = counts.sum(axis=1) > 0, counts.sum(axis=0) > 0
        return cls(
            item=item,
            categories=tuple(name for name, filled in zip(categories, filled_rows, strict=True) if filled),
            groups=tuple(name for name, filled in zip(groups, filled_columns, strict=True) if filled),
            counts=counts[filled_rows][:, filled_columns].astype(np.int64),
            missing=int(((rows < 0) & (columns >= 0)).sum()),
        )


@dataclass(frozen=True, slots=True, eq=False)
class CrossTables:
    groups: tuple[str, ...]
    tables: tuple[CrossTable, ...]
    cautions: tuple[Caution, ...]


def cross_tables(
    source: Any,
    group: Any,
    *,
    items: Sequence[str] | None,
    groups: Sequence[str] | None,
    weights: Any,
    missing: Iterable[float],
) -> CrossTables:
    """A table for each item: every numeric column unless `items` names them, which may then hold texts as well."""
    if weights is not None or (isinstance(source, Answers) and source.weights is not None):
        raise BadModel(
            "Weights are not supported for chi-square (its p value would need a design correction). Leave them out.",
            code="weights-not-supported",
            about=["test"],
        )
    columns, answers = _columns(source, group, items)
    answers, cautions = with_groups(answers, groups)
    assert answers.group is not None
    if not columns:
        raise BadData("There is no item to compare. Name the items.", code="no-items")
    codes = tuple(missing)
    tables = []
    for name, column in columns.items():
        kept = column[answers.row_numbers]
        if codes and kept.dtype.kind in "iuf":
            kept = np.where(np.isin(kept, codes), np.nan, kept)
        tables.append(CrossTable.of(name, *coded(kept), answers.group, answers.group_names))
    return CrossTables(answers.group_names, tuple(tables), tuple(cautions))


def coded(values: Sequence[Any] | NDArray[Any]) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Codes into the categories found, in order (numbers by size, texts by alphabet); -1 for None, NaN and ''."""
    array = values if isinstance(values, np.ndarray) else np.array(list(values), dtype=object)
    if array.ndim != 1:
        raise BadData(f"One answer each is wanted; this array has {array.ndim} dimensions.", code="not-one-column")
    if array.dtype.kind in "iufb":
        known = ~np.isnan(array.astype(np.float64))
        found, places = np.unique(array[known], return_inverse=True)
        codes = np.full(array.size, -1, np.intp)
        codes[known] = places
        return codes, tuple(_name(value) for value in found.tolist())
    cells = array.tolist()
    present = {value for value in cells if value is not None and value == value and value != ""}
    order = sorted(present, key=lambda value: (isinstance(value, str), value))
    place = {value: code for code, value in enumerate(order)}
    return np.array([place.get(value, -1) for value in cells], np.intp), tuple(_name(value) for value in order)


def _columns(source: Any, group: Any, items: Sequence[str] | None) -> tuple[dict[str, NDArray[Any]], Answers]:
    """The items' columns, and Answers whose `row_numbers` are places in those columns."""
    if isinstance(source, Answers):
        # Numbered anew: places in this Answers, not in the file it came from.
        answers = variables(replace(source, row_numbers=np.arange(source.n)), group=group)
        table = {name: source.column(name) for name in source.items} | dict(source.columns)
        numeric = list(answers.items)
    else:
        table, items = _table(source, items)
        size = len(next(iter(table.values()))) if table else 0
        if size == 0:
            raise BadData("There are no answers: the table has no rows.", code="no-rows")
        values = _named(table, group) if isinstance(group, str) else group
        answers = Answers.of({"row": np.zeros(size)}, items=["row"], group=values)
        numeric = [name for name, column in table.items() if column.dtype.kind in "iufb" and not _is(name, group)]
    return {name: _named(table, name) for name in (numeric if items is None else items)}, answers


def _table(source: Any, items: Sequence[str] | None) -> tuple[dict[str, NDArray[Any]], Sequence[str] | None]:
    if isinstance(source, np.ndarray) and source.ndim == 2:
        return named_columns(source, items), None
    if isinstance(source, np.ndarray) or (isinstance(source, Sequence) and not isinstance(source, str)):
        column = source if isinstance(source, np.ndarray) else np.array(list(source), dtype=object)
        return {"value": column}, ["value"]
    return named_columns(source, None), items


def _is(name: str, group: Any) -> bool:
    return isinstance(group, str) and name == group


def _named(table: dict[str, NDArray[Any]], name: str) -> NDArray[Any]:
    if name not in table:
        raise BadData(f"There is no column {name!r}. Columns: {listed(table)}.", code="no-column", about=[name])
    return table[name]


def _name(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
