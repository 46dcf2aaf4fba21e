"""A study from a table and its mapping: whole columns at a time, every answer that does not fit named by its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anxin.voice.datasets.table.faults import MOST_SHOWN, BadTable, Place, say
from anxin.voice.datasets.table.mapping import Mapped, Mapping
from anxin.voice.datasets.table.raw import RawColumn, RawTable, number_in_words
from anxin.voice.questionnaires.form import Text
from anxin.voice.study import Column, Sample, Study

_MOST_OPTIONS = 2_000


def study_of(table: RawTable, mapping: Mapping) -> Study:
    """The study that a table is by its mapping; columns with role ignore are left out.

    Raises BadTable naming every answer that is off its scale, no number where one is needed, or among no option: nothing is
    taken before all of it fits. Answers that mean "no answer" belong in the column's `missing`.
    """
    making = _Making(table)
    there = set(table.names)
    gone = [column.name for column in mapping.columns if column.name not in there and column.role != "ignore"]
    if gone:
        raise BadTable(
            say(
                f"文件里没有这些列：{'、'.join(gone[:10])}。请改列的对应关系。",
                f"The file has no column {', '.join(gone[:10])}. Correct the mapping.",
            )
        )
    keys: NDArray[Any] = np.arange(1, table.n + 1)
    columns = []
    for mapped in mapping.columns:
        if mapped.name not in there or mapped.role == "ignore":
            continue
        raw = making.raw[mapped.name]
        if mapped.role == "id":
            keys = making.keys(raw)
        else:
            columns.append(making.column(raw, mapped))
    if making.count:
        raise BadTable(
            say(
                f"{making.count:,} 个答案不合对应关系，什么也没有导入。请改正文件，或改列的量表、缺失代码。",
                f"{making.count:,} answers do not fit the mapping; nothing was taken. Mend the file, or the column's scale or "
                "its codes for no answer.",
            ),
            sorted(making.places, key=lambda place: place.line), making.count,
        )  # fmt: skip
    if not columns:
        raise BadTable(
            say("没有选用任何一列。请至少给一列定角色。", "Every column is left out. Give at least one column a role.")
        )
    return Study(
        title=mapping.title or Text.of(zh=table.name, en=table.name),
        columns=tuple(columns),
        keys=keys,
        source=table.name,
        sample=Sample(returned=table.n),
        wave=mapping.wave,
        dimensions=dict(mapping.dimensions),
        stages=dict(mapping.stages),
        instrument=mapping.instrument,
        notes=(*table.notes, *mapping.said),
    )


@dataclass(slots=True)
class _Making:
    table: RawTable
    raw: dict[str, RawColumn]
    places: list[Place]
    count: int

    def __init__(self, table: RawTable) -> None:
        self.table = table
        self.raw = {column.name: column for column in table.columns}
        self.places, self.count = [], 0

    def bad(self, raw: RawColumn, wrong: NDArray[np.bool_], why: Text) -> None:
        rows = np.flatnonzero(wrong)
        self.count += rows.size
        for row in rows[: max(0, MOST_SHOWN - len(self.places))]:
            value = raw.values[row]
            shown = number_in_words(float(value)) if raw.kind == "number" else str(value)[:60]
            self.places.append(Place(int(row) + self.table.first_line, raw.name, shown, why))

    def keys(self, raw: RawColumn) -> NDArray[Any]:
        texts = as_texts(raw)
        self.bad(raw, texts == "", say("没有编号。", "This row has no reference."))
        filled = texts[texts != ""]
        if len(np.unique(filled.astype(str))) < len(filled):
            _values, inverse, counts = np.unique(texts.astype(str), return_inverse=True, return_counts=True)
            self.bad(
                raw, (counts[inverse] > 1) & (texts != ""),
                say("编号重复；编号列的每个值只能出现一次。", "The reference is there more than once; each must be unique."),
            )  # fmt: skip
        return texts

    def column(self, raw: RawColumn, mapped: Mapped) -> Column:
        options = mapped.options
        low, high = mapped.low, mapped.high
        values: NDArray[Any]
        if mapped.kind == "scale":
            values = self._scale(raw, mapped)
        elif mapped.kind == "number":
            values = self._number(raw, mapped)
        elif mapped.kind == "one":
            values, options = self._one(raw, mapped)
        elif mapped.kind == "many":
            values, options = self._many(raw, mapped)
        else:
            values = without(as_texts(raw), mapped.missing)
        if mapped.kind != "scale":
            low = high = None
        return Column(
            name=mapped.name, text=mapped.text or Text.of(zh=raw.label or raw.name, en=raw.label or raw.name),
            kind=mapped.kind, role=mapped.role, values=values, low=low, high=high, reversed=mapped.reversed,
            item=mapped.item or (mapped.name if mapped.kind == "scale" else ""), dimension=mapped.dimension,
            stage=mapped.stage, options=options if mapped.kind in ("one", "many") else (),
        )  # fmt: skip

    def _scale(self, raw: RawColumn, mapped: Mapped) -> NDArray[Any]:
        values = self._numbers(raw, mapped)
        assert mapped.low is not None
        assert mapped.high is not None
        off = (values < mapped.low) | (values > mapped.high)
        if off.any():
            ends = number_in_words(mapped.low), number_in_words(mapped.high)
            self.bad(
                raw, off,
                say(f"不在量表 {ends[0]}–{ends[1]} 之内。", f"This lies outside the scale from {ends[0]} to {ends[1]}."),
            )  # fmt: skip
        return values

    def _number(self, raw: RawColumn, mapped: Mapped) -> NDArray[Any]:
        values = self._numbers(raw, mapped)
        if mapped.role in ("weight", "seconds"):
            self.bad(raw, values < 0, say("须是不小于 0 的数。", "This must not be below 0."))
        return values

    def _numbers(self, raw: RawColumn, mapped: Mapped) -> NDArray[Any]:
        points = dict(mapped.points)
        if raw.kind == "number":
            gone = [float(one) for one in mapped.missing if _is_number(one)]
            values = raw.values
            if gone:
                values = values.copy()
                values[np.isin(values, gone)] = np.nan
            if points:
                known = {float(word): number for word, number in points.items() if _is_number(word)}
                values = values.copy()
                for word, number in known.items():
                    values[raw.values == word] = number
            if np.isinf(values).any():
                self.bad(raw, np.isinf(values), say("不是有限的数。", "This is no finite number."))
            return values
        coded = pa.array(raw.values, pa.string()).dictionary_encode()
        numbers, wrong = [], []
        for word in coded.dictionary.to_pylist():
            plain = word.strip()
            number = np.nan
            bad = False
            if plain in points:
                number = points[plain]
            elif plain and plain not in mapped.missing:
                bad = not _is_number(plain)
                number = np.nan if bad else float(plain)
            numbers.append(number)
            wrong.append(bad)
        places = np.asarray(coded.indices)
        if not numbers:
            return np.full(len(raw.values), np.nan)
        if any(wrong):
            self.bad(
                raw, np.array(wrong)[places],
                say(
                    "不是数字，也没有写明这个词是几分。", "This is no number, and the mapping gives this word no value.",
                ),
            )  # fmt: skip
        return np.array(numbers)[places]

    def _one(self, raw: RawColumn, mapped: Mapped) -> tuple[NDArray[Any], tuple[tuple[str, Text], ...]]:
        coded, words = _coded(raw, mapped.missing)
        options = mapped.options or options_of(raw, words)
        if len(options) > _MOST_OPTIONS:
            self.count += 1
            self.places.append(
                Place(
                    0, raw.name, "",
                    say(
                        f"有 {len(options):,} 种不同的答案，不像单选题。请改为文字或数字。",
                        f"There are {len(options):,} different answers: that is no choice. Make it a text or a number.",
                    ),
                )
            )  # fmt: skip
            return np.full(len(coded), -1, np.int32), ()
        place_of = {code: place for place, (code, _words) in enumerate(options)}
        # A cell may hold an option's words instead of its code.
        for place, (_code, text) in enumerate(options):
            for _language, said in text.words:
                place_of.setdefault(said, place)
        table = np.array([place_of.get(word, -2) for word in words] + [-1], np.int32)
        values = table[coded]
        if (values == -2).any():
            self.bad(raw, values == -2, say("不在选项之内。", "This is none of the options."))
        return values, options

    def _many(self, raw: RawColumn, mapped: Mapped) -> tuple[NDArray[Any], tuple[tuple[str, Text], ...]]:
        coded, words = _coded(raw, mapped.missing)
        parted = [[part.strip() for part in word.split(mapped.parted_by or ";") if part.strip()] for word in words]
        seen = list(dict.fromkeys(part for parts in parted for part in parts))
        options = mapped.options or tuple((one, Text.of(zh=one, en=one)) for one in sorted(seen)[:_MOST_OPTIONS])
        place_of = {code: place for place, (code, _words) in enumerate(options)}
        chosen = np.zeros((len(words) + 1, len(options)), bool)
        wrong = np.zeros(len(words) + 1, bool)
        for row, parts in enumerate(parted):
            for part in parts:
                if part in place_of:
                    chosen[row, place_of[part]] = True
                else:
                    wrong[row] = True
        if wrong.any():
            self.bad(
                raw, wrong[coded], say("含有不在选项之内的答案。", "This holds an answer that is none of the options.")
            )
        return chosen[coded], options


def as_texts(raw: RawColumn) -> NDArray[Any]:
    if raw.kind != "number":
        return raw.values
    values, places = np.unique(raw.values, return_inverse=True)
    words = np.array(["" if np.isnan(value) else number_in_words(float(value)) for value in values], object)
    found: NDArray[Any] = words[places]
    return found


def without(texts: NDArray[Any], missing: tuple[str, ...]) -> NDArray[Any]:
    if not missing:
        return texts
    texts = texts.copy()
    texts[np.isin(texts.astype(str), list(missing))] = ""
    return texts


def _coded(raw: RawColumn, missing: tuple[str, ...]) -> tuple[NDArray[Any], list[str]]:
    """Each answer's place among the different ones, -1 for none."""
    coded = pa.array(as_texts(raw), pa.string()).dictionary_encode()
    words = [word.strip() for word in coded.dictionary.to_pylist()]
    kept = [word for word in dict.fromkeys(words) if word and word not in missing]
    place_of = {word: place for place, word in enumerate(kept)}
    if not words:
        return np.full(len(raw.values), -1, np.int32), []
    return np.array([place_of.get(word, -1) for word in words], np.int32)[np.asarray(coded.indices)], kept


def options_of(raw: RawColumn, words: list[str]) -> tuple[tuple[str, Text], ...]:
    """The options of a choice: the file's value labels, and answers that have none, numbers in their order."""
    labels = {
        number_in_words(float(code)) if isinstance(code, (int, float)) else str(code): label
        for code, label in raw.codes
    }
    codes = dict.fromkeys(_in_order([*labels, *words]))
    return tuple((code, Text.of(zh=labels.get(code, code), en=labels.get(code, code))) for code in codes)


def _in_order(words: list[str]) -> Iterator[str]:
    numbers = all(_is_number(word) for word in words)
    yield from sorted(words, key=float) if numbers else sorted(words)


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text))) and "_" not in text
    except ValueError:
        return False
