"""A table of answers: one row a respondent, one column an item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.errors import BadData, listed
from anxin.engines.measure.reading import named_columns
from anxin.engines.measure.results import Floats

MISSING = -128  # an answer not given, in a table of whole numbers (there NaN does not exist)


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Answers:
    """Answers of n respondents to p items.

    `data` is (n, p): int8 with `MISSING` for whole-number answers (a twentieth of the memory and what the ordinal methods
    count), float64 with NaN otherwise. `weights` are n positive numbers or None. `group` holds n codes into
    `group_names`, -1 where the group is not known. `columns` are the source's other columns, `row_numbers` the rows'
    places in the source, from 0.
    """

    items: tuple[str, ...]
    data: NDArray[Any]
    weights: Floats | None = None
    group: NDArray[np.intp] | None = None
    group_names: tuple[str, ...] = ()
    columns: Mapping[str, NDArray[Any]] = field(default_factory=lambda: MappingProxyType({}))
    row_numbers: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))

    @classmethod
    def of(
        cls,
        source: Any,
        *,
        items: Sequence[str] | None = None,
        weights: str | Sequence[float] | NDArray[Any] | None = None,
        group: str | Sequence[Any] | NDArray[Any] | None = None,
        missing: Iterable[float] = (),
    ) -> Answers:
        """Take in a table.

        `source`: another Answers, a 2-D array, a mapping of columns, a pandas, Polars or Arrow table, or the path of a CSV
        (UTF-8 or GB18030) or Parquet file. `items` names the item columns (for an array: names its columns); without it
        every numeric column that is not the weight or the group is an item. `weights` and `group` are a column's name or
        n values. `missing` lists codes that mean "no answer", such as 9 or -1.

        Raises BadData naming the column and the first rows that cannot be read.
        """
        if isinstance(source, Answers):
            return source._with(items, weights, group)
        table = named_columns(source, items)
        rows = len(next(iter(table.values()))) if table else 0
        if rows == 0:
            raise BadData("There are no answers: the table has no rows.", code="no-rows")
        special = {name for name in (weights, group) if isinstance(name, str)}
        for name in special - set(table):
            raise BadData(f"There is no column {name!r}. Columns: {listed(table)}.", code="no-column", about=[name])
        chosen = _item_names(table, items, special)
        data = _matrix(table, chosen, tuple(missing))
        codes, names = _groups(table[group] if isinstance(group, str) else group, rows)
        return cls(
            items=tuple(chosen),
            data=data,
            weights=_weights(table[weights] if isinstance(weights, str) else weights, rows),
            group=codes,
            group_names=names,
            columns=MappingProxyType({name: column for name, column in table.items() if name not in set(chosen)}),
            row_numbers=np.arange(rows),
        )

    def _with(self, items: Sequence[str] | None, weights: Any, group: Any) -> Answers:
        """The same answers with other items chosen, weights or groups; named columns may be items or others."""

        def column(given: Any) -> Any:
            if not isinstance(given, str):
                return given
            if given in self.columns:
                return self.columns[given]
            return self.column(given)

        changed = self
        if weights is not None:
            changed = replace(changed, weights=_weights(column(weights), self.n))
        if group is not None:
            codes, names = _groups(column(group), self.n)
            changed = replace(changed, group=codes, group_names=names)
        if items is None:
            named = {given for given in (weights, group) if isinstance(given, str)}
            items = [item for item in self.items if item not in named] if named & set(self.items) else None
        return changed if items is None else changed.select(items)

    def __post_init__(self) -> None:
        self.data.flags.writeable = False

    def __repr__(self) -> str:
        groups = f", {len(self.group_names)} groups" if self.group_names else ""
        return f"<Answers: {self.n} respondents, {self.p} items{groups}>"

    @property
    def n(self) -> int:
        return int(self.data.shape[0])

    @property
    def p(self) -> int:
        return int(self.data.shape[1])

    @property
    def whole(self) -> bool:
        """Whether every answer is a whole number (as on a Likert scale)."""
        return self.data.dtype == np.int8

    @property
    def values(self) -> Floats:
        """(n, p) float64 with NaN where there is no answer. Made anew on each call."""
        if not self.whole:
            return self.data
        values = self.data.astype(np.float64)
        values[self.data == MISSING] = np.nan
        return values

    @property
    def answered(self) -> NDArray[np.bool_]:
        """(n, p): whether there is an answer."""
        answered: NDArray[np.bool_] = (self.data != MISSING) if self.whole else ~np.isnan(self.data)
        return answered

    def place(self, item: str) -> int:
        """The item's column in `data`."""
        try:
            return self.items.index(item)
        except ValueError:
            raise BadData(
                f"There is no item {item!r}. Items: {listed(self.items)}.", code="no-item", about=[item]
            ) from None

    def column(self, item: str) -> Floats:
        """One item's n answers, NaN where missing."""
        place = self.place(item)
        values = self.data[:, place].astype(np.float64)
        if self.whole:
            values[self.data[:, place] == MISSING] = np.nan
        return values

    def select(self, items: Iterable[str]) -> Answers:
        """Only these items, in this order."""
        wanted = tuple(items)
        if wanted == self.items:
            return self
        unknown = [item for item in wanted if item not in self.items]
        if unknown:
            raise BadData(
                f"There is no item {listed(unknown)}. Items: {listed(self.items)}.", code="no-item", about=unknown
            )
        places = [self.items.index(item) for item in wanted]
        data = np.ascontiguousarray(self.data[:, places])
        if not self.whole and all(_fits_int8(column) for column in data.T):
            # Another item was fractional; without it these are whole numbers, and cheaper as such.
            data = np.where(np.isnan(data), MISSING, data).astype(np.int8)
        return replace(self, items=wanted, data=data)

    def including(self, names: Iterable[str]) -> Answers:
        """With these other columns as items too. Raises BadData where one does not exist or does not hold numbers."""
        more = [name for name in names if name not in self.items]
        unknown = [name for name in more if name not in self.columns]
        if unknown:
            known = listed((*self.items, *self.columns))
            raise BadData(f"There is no column {listed(unknown)}. Columns: {known}.", code="no-item", about=unknown)
        if not more:
            return self
        added = _matrix(self.columns, more, ())
        if self.whole and added.dtype == np.int8:
            data = np.column_stack([self.data, added])
        else:
            other = np.where(added == MISSING, np.nan, added) if added.dtype == np.int8 else added
            data = np.column_stack([self.values, other.astype(np.float64)])
        return replace(self, items=(*self.items, *more), data=data)

    def rows(self, which: NDArray[Any]) -> Answers:
        """Only these rows: n booleans, or places from 0 (a place may come twice)."""
        return replace(
            self,
            data=np.ascontiguousarray(self.data[which]),
            weights=None if self.weights is None else self.weights[which],
            group=None if self.group is None else self.group[which],
            columns=MappingProxyType({name: column[which] for name, column in self.columns.items()}),
            row_numbers=self.row_numbers[which],
        )

    def complete(self) -> Answers:
        """Only respondents who answered every item (listwise deletion)."""
        if self.whole and (self.data.size == 0 or int(self.data.min()) > MISSING):
            return self  # one pass over bytes, where a table of booleans would take several
        whole_rows: NDArray[np.bool_] = np.all(self.answered, axis=1)
        return self if bool(whole_rows.all()) else self.rows(whole_rows)

    def by_group(self) -> Iterator[tuple[str, Answers]]:
        """Each group's answers, in the order of `group_names`. Without groups there is one, named ''."""
        if self.group is None:
            yield "", self
            return
        for code, name in enumerate(self.group_names):
            yield name, self.rows(self.group == code)

    def reversed(self, items: Iterable[str], *, low: float, high: float) -> Answers:
        """These items turned round on a scale from `low` to `high`: x becomes low + high - x."""
        places = [self.place(item) for item in items]
        if not places:
            return self
        data = self.data.copy()
        for place in places:
            column = data[:, place]
            if self.whole:
                given = column != MISSING
                column[given] = (int(low + high) - column[given].astype(np.int16)).astype(np.int8)
            else:
                data[:, place] = low + high - column
        return replace(self, data=data)


def _item_names(table: Mapping[str, NDArray[Any]], items: Sequence[str] | None, special: set[str]) -> list[str]:
    if items is not None:
        unknown = [name for name in items if name not in table]
        if unknown:
            raise BadData(
                f"There is no column {listed(unknown)}. Columns: {listed(table)}.", code="no-item", about=unknown
            )
        twice = sorted({name for name in items if list(items).count(name) > 1})
        if twice:
            raise BadData(f"Named more than once: {listed(twice)}.", code="item-twice", about=twice)
        return list(items)
    chosen = [name for name, column in table.items() if column.dtype.kind in "iufb" and name not in special]
    if not chosen:
        raise BadData("No column holds numbers, so there are no items. Name the item columns.", code="no-items")
    return chosen


def _matrix(table: Mapping[str, NDArray[Any]], names: Sequence[str], missing: tuple[float, ...]) -> NDArray[Any]:
    """(n, p) in C order: int8 if everything in it is whole and fits, float64 otherwise."""
    columns = [_numbers(table[name], name, missing) for name in names]
    small = all(_fits_int8(column) for column in columns)
    data = np.empty((len(columns[0]), len(columns)), np.int8 if small else np.float64)
    for place, column in enumerate(columns):
        if small and column.dtype.kind == "f":
            gaps = np.isnan(column)
            data[:, place] = np.where(gaps, MISSING, column)
        else:
            data[:, place] = column
    return data


def _numbers(column: NDArray[Any], name: str, missing: tuple[float, ...]) -> NDArray[Any]:
    if column.dtype.kind in "OUS":
        column = _from_texts(column, name)
    elif column.dtype.kind not in "iufb":
        raise BadData(
            f"Column {name!r} holds {column.dtype}, not numbers. Choose other items or recode it.",
            code="not-numbers",
            about=[name],
        )
    if column.dtype.kind == "b":
        column = column.astype(np.int8)
    if column.dtype.kind == "f" and bool(np.isinf(column).any()):
        rows = np.flatnonzero(np.isinf(column))
        raise BadData(
            f"Column {name!r} holds infinite values, first in row {rows[0] + 1}.", code="not-finite", about=[name]
        )
    if missing:
        column = column.astype(np.float64)
        column[np.isin(column, missing)] = np.nan
    return column


def _from_texts(column: NDArray[Any], name: str) -> Floats:
    values = np.full(len(column), np.nan)
    wrong: list[int] = []
    for row, cell in enumerate(column):
        if cell is None or cell == "" or cell != cell:
            continue
        try:
            values[row] = float(cell)
        except (TypeError, ValueError):
            wrong.append(row)
    if wrong:
        shown = ", ".join(f"row {row + 1}: {column[row]!r}" for row in wrong[:3])
        raise BadData(
            f"Column {name!r} has {len(wrong)} answers that are not numbers ({shown}). Correct or recode them, or leave "
            "the column out.",
            code="not-numbers",
            about=[name],
        )
    return values


def _fits_int8(column: NDArray[Any]) -> bool:
    if column.dtype == np.int8:
        return True  # ours already: -128 is MISSING there
    if column.dtype.kind == "f":
        given = column[~np.isnan(column)]
        if given.size and not bool((given == np.rint(given)).all()):
            return False
        column = given
    return column.size == 0 or (-127 <= column.min() and column.max() <= 127)


def _weights(given: Any, rows: int) -> Floats | None:
    if given is None:
        return None
    weights = _numbers(np.asarray(given), "weights", ()).astype(np.float64)
    if weights.shape != (rows,):
        raise BadData(f"There are {rows} rows and {weights.size} weights: give one each.", code="weights-length")
    bad = np.flatnonzero(~(weights >= 0))
    if bad.size:
        raise BadData(f"The weight in row {bad[0] + 1} is missing or negative.", code="bad-weight")
    if weights.sum() == 0:
        raise BadData("All weights are zero.", code="bad-weight")
    weights.flags.writeable = False
    return weights


def _groups(given: Any, rows: int) -> tuple[NDArray[np.intp] | None, tuple[str, ...]]:
    """Codes and names; names in the order of the values (numbers by size, texts by alphabet)."""
    if given is None:
        return None, ()
    values = np.asarray(given, dtype=object) if not isinstance(given, np.ndarray) else given
    if values.shape != (rows,):
        raise BadData(f"There are {rows} rows and {values.size} groups: give one each.", code="groups-length")
    known = np.array([value is not None and value == value and value != "" for value in values.tolist()], bool)
    found = sorted(set(values[known].tolist()), key=lambda value: (isinstance(value, str), value))
    place = {value: code for code, value in enumerate(found)}
    codes = np.array([place[value] if given_ else -1 for value, given_ in zip(values.tolist(), known, strict=True)])
    return codes.astype(np.intp), tuple(_group_name(value) for value in found)


def _group_name(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def read(path: str | Path, **options: Any) -> Answers:
    """`Answers.of` for a file: CSV (UTF-8 or GB18030) or Parquet."""
    return Answers.of(Path(path), **options)
