"""Columns that grow value by value while a file streams past: texts are coded at once, so that memory stays small."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from anxin.engines.mining.log.columns import MISSING, Column, Names, smallest


class Growing:
    """One attribute. `put(row, value)` with rows ascending; rows in between are missing. Texts and numbers under one
    name become text."""

    __slots__ = ("_codes", "_names", "_numbers", "_whole", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self._codes: array[int] = array("i")
        self._names: dict[str, int] = {}
        self._numbers: array[float] | None = None
        self._whole = True

    def put(self, row: int, value: str | int | float) -> None:
        if value.__class__ is not str or self._numbers is not None:
            self._put_number(row, value)
            return
        codes = self._codes
        gap = row - len(codes)
        if gap > 0:
            codes.extend([MISSING] * gap)
        code = self._names.setdefault(value, len(self._names))  # type: ignore[arg-type]
        if gap < 0:  # the same attribute twice in one row: the last one stays
            codes[row] = code
        else:
            codes.append(code)

    def _put_number(self, row: int, value: str | int | float) -> None:
        if isinstance(value, str):
            self._to_text()
            self.put(row, value)
            return
        large = isinstance(value, int) and abs(value) > 2**53
        if self._names or (self._numbers is None and len(self._codes)) or large:
            self._to_text()
            self.put(row, str(value))
            return
        if self._numbers is None:
            self._numbers = array("d")
        self._whole = self._whole and isinstance(value, int)
        numbers = self._numbers
        if row < len(numbers):
            numbers[row] = float(value)
            return
        numbers.extend([float("nan")] * (row - len(numbers)))
        numbers.append(float(value))

    def _to_text(self) -> None:
        numbers, self._numbers = self._numbers or array("d"), None
        for row, number in enumerate(numbers):
            if number == number:
                self.put(row, str(int(number)) if self._whole else str(number))

    def column(self, rows: int) -> Column:
        if self._numbers is not None:
            numbers = np.frombuffer(self._numbers, np.float64)
            values = np.full(rows, np.nan)
            values[: len(numbers)] = numbers
            if self._whole and len(numbers) == rows and not np.isnan(values).any():
                return Column(self.name, values.astype(np.int64))
            return Column(self.name, values)
        codes = np.full(rows, MISSING, np.int32)
        if len(self._codes):
            codes[: len(self._codes)] = np.frombuffer(self._codes, np.int32)
        return Column(self.name, smallest(codes, len(self._names)), Names(self._names))


class GrowingTable:
    """Attributes by name; `columns` lets go of them as columns of the same length."""

    def __init__(self) -> None:
        self._columns: dict[str, Growing] = {}

    def put(self, row: int, name: str, value: Any) -> None:
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = Growing(name)
        column.put(row, value)

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def names(self) -> list[str]:
        return list(self._columns)

    def columns(self, rows: int) -> dict[str, Column]:
        return {name: one.column(rows) for name, one in self._columns.items()}
