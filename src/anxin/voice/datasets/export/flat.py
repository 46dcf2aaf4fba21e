"""A study as flat variables, as statistics programs know them: one value a respondent, with its labels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.voice.questionnaires.form import Text
from anxin.voice.study import Column, Study


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One variable. `numbers` are float64 with NaN, or None for texts; `texts` are str with "" or None for numbers.

    `labels` are (code, words): of a number its values, of a text its codes. `column` is the study's, None for the key.
    """

    name: str
    label: Text
    numbers: NDArray[Any] | None
    texts: NDArray[Any] | None
    labels: tuple[tuple[Any, Text], ...] = ()
    column: Column | None = None

    @property
    def n(self) -> int:
        values = self.texts if self.numbers is None else self.numbers
        assert values is not None
        return len(values)


KEY = Text.of(zh="答卷编号", en="Reference of the answer")


def flat(study: Study) -> list[Field]:
    """The key, then every column; of several choices one variable an option (1 chosen, 0 not)."""
    if study.keys.dtype.kind in "iu":
        found = [Field("id", KEY, study.keys.astype(np.float64), None)]
    else:
        found = [Field("id", KEY, None, np.asarray(study.keys, object).astype(str).astype(object))]
    for column in study.columns:
        found += _fields(column)
    names: set[str] = set()
    unique = []
    for field in found:
        name, count = field.name, 2
        while name.casefold() in names:
            name, count = f"{field.name}_{count}", count + 1
        names.add(name.casefold())
        unique.append(field if name == field.name else _renamed(field, name))
    return unique


def _fields(column: Column) -> list[Field]:
    if column.kind in ("scale", "number"):
        labels = tuple((_number(code), text) for code, text in column.options if _is_number(code))
        return [Field(column.name, column.text, column.values.astype(np.float64), None, labels, column)]
    if column.kind == "one":
        if column.options and all(_is_number(code) for code, _text in column.options):
            codes = np.array([*(float(code) for code, _text in column.options), np.nan])
            labels = tuple((_number(code), text) for code, text in column.options)
            return [Field(column.name, column.text, codes[column.values], None, labels, column)]
        words = np.array([*(code for code, _text in column.options), ""], object)
        return [Field(column.name, column.text, None, words[column.values], column.options, column)]
    if column.kind == "many":
        yes_no = ((0.0, Text.of(zh="未选", en="Not chosen")), (1.0, Text.of(zh="选中", en="Chosen")))
        return [
            Field(
                f"{column.name}_{code}", _joined(column.text, text), column.values[:, place].astype(np.float64), None,
                yes_no, column,
            )
            for place, (code, text) in enumerate(column.options)
        ]  # fmt: skip
    return [Field(column.name, column.text, None, column.values, (), column)]


def _renamed(field: Field, name: str) -> Field:
    return Field(name, field.label, field.numbers, field.texts, field.labels, field.column)


def _joined(text: Text, option: Text) -> Text:
    languages = dict.fromkeys([*dict(text.words), *dict(option.words)])
    return Text(tuple((language, f"{text.get(language)}: {option.get(language)}") for language in languages))


def _is_number(text: str) -> bool:
    # Zeros in front and an exponent make a code that would come back as another one.
    return bool(re.fullmatch(r"-?(?:0|[1-9]\d{0,8})", text))


def _number(text: str) -> float:
    return float(text)


def plain_names(names: Sequence[str], *, ascii_only: bool, most: int = 64) -> list[str]:
    """Names that a program takes: letters, digits and underscores, a letter first, no two alike but for their case.

    `ascii_only` for R, Python and lavaan (what has no ASCII letters is called v and its place); otherwise Chinese stays, as
    SPSS allows. `most` counts bytes of UTF-8.
    """
    taken: set[str] = set()
    found = []
    for place, name in enumerate(names, 1):
        text = unicodedata.normalize("NFKC", name)
        text = re.sub(r"[^A-Za-z0-9]+" if ascii_only else r"[^\w]+", "_", text).strip("_")
        if not re.search(r"[A-Za-z]" if ascii_only else r"[^\W\d_]", text):
            text = f"v{place}"
        if not re.match(r"[^\W\d_]", text):
            text = f"v_{text}"
        while len(text.encode()) > most - 4:
            text = text[:-1]
        if text.casefold() in _RESERVED:
            text += "_"
        unique, count = text, 2
        while unique.casefold() in taken:
            unique, count = f"{text}_{count}", count + 1
        taken.add(unique.casefold())
        found.append(unique)
    return found


# Words that SPSS, R, Python or lavaan keep for themselves.
_RESERVED = {
    "all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with", "if", "else", "for", "in", "next", "break",
    "true", "false", "null", "na", "nan", "inf", "function", "repeat", "while", "def", "class", "return", "import", "from", "as",
    "is", "lambda", "none", "pass", "start", "equal", "efa", "label",
}  # fmt: skip
