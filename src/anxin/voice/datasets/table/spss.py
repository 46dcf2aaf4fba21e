"""SPSS files (.sav, .zsav) with their labels, value labels and declared missing values, in whatever encoding."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyreadstat
from numpy.typing import NDArray

from anxin.voice.datasets.table.faults import BadTable, say
from anxin.voice.datasets.table.headers import headers
from anxin.voice.datasets.table.raw import RawColumn, RawTable
from anxin.voice.questionnaires.form import Text

# What a file without a note of its encoding is tried as, after what it says of itself.
_ENCODINGS = (None, "UTF-8", "GB18030", "BIG5", "WINDOWS-1252")


def read_spss(data: bytes, name: str) -> RawTable:
    columns, meta, encoding = _read(data)
    named, notes = headers(meta.column_names)
    found = tuple(_column(place, label, columns, meta) for place, label in enumerate(named))
    taken = sum(column.declared_count for column in found)
    said: list[Text] = list(notes)
    if taken:
        said.append(
            say(
                f"{taken:,} 个答案是文件自己定为缺失的代码，按未作答处理。",
                f"{taken:,} answers are codes that the file itself declares missing; they count as not answered.",
            )
        )
    n = len(found[0].values) if found else 0
    return RawTable(name, "sav", found, n, first_line=1, encoding=encoding, notes=tuple(said))


def _read(data: bytes) -> tuple[dict[str, Any], Any, str]:
    wrong = ""
    for encoding in _ENCODINGS:
        try:
            columns, meta = pyreadstat.read_sav(
                io.BytesIO(data), encoding=encoding, user_missing=True, output_format="dict"
            )
        except UnicodeDecodeError as error:
            wrong = str(error)
            continue
        except Exception as error:
            # The library raises one kind for damaged files and for texts in another encoding.
            wrong = f"{error}"
            if "convert" not in wrong and "encod" not in wrong.lower() and "character" not in wrong.lower():
                break
            continue
        if encoding is None and _is_garbled(meta):
            continue
        return columns, meta, str(encoding or meta.file_encoding or "")
    raise BadTable(
        say(
            "不能读取这个 SPSS 文件：文件不完整，或文字编码无法识别。请在 SPSS 中打开它，另存为新的 .sav。",
            f"The SPSS file cannot be read ({wrong[:120] or 'its texts are in no known encoding'}). Open it in SPSS and save "
            "it again as .sav.",
        )
    )


def _is_garbled(meta: Any) -> bool:
    """Whether labels that were taken for Western are Chinese: all that reads as Latin-1 letters reads as GB18030 too."""
    texts = [label or "" for label in meta.column_labels] + list(meta.column_names)
    texts += [label for labels in meta.variable_value_labels.values() for label in labels.values()]
    odd = [
        text
        for text in texts
        if any("\x80" <= letter <= "\u02ff" or letter in "‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ" for letter in text)
    ]
    if not odd:
        return False
    found = 0
    for text in odd:
        try:
            plain = text.encode("cp1252").decode("gb18030")
        except UnicodeError:
            return False
        found += any("\u4e00" <= letter <= "\u9fff" for letter in plain)
    return found == len(odd)


def _column(place: int, name: str, columns: dict[str, Any], meta: Any) -> RawColumn:
    own = meta.column_names[place]
    given = columns[own]
    label = str(meta.column_labels[place] or "")
    codes = tuple(meta.variable_value_labels.get(own, {}).items())
    ranges = meta.missing_ranges.get(own, [])
    if isinstance(given, np.ndarray) and given.dtype.kind in "fiu":
        numbers = given.astype(np.float64)
        count = _take_out(numbers, ranges)
        return RawColumn(
            name, "number", numbers, label, tuple((float(code), str(words)) for code, words in codes),
            tuple((float(one["lo"]), float(one["hi"])) for one in ranges), count,
        )  # fmt: skip
    values = list(given)
    kinds = {type(value) for value in values if value is not None and value == value}
    if kinds <= {int, float, np.float64}:
        numbers = np.array([np.nan if value is None else value for value in values], np.float64)
        count = _take_out(numbers, ranges)
        return RawColumn(
            name, "number", numbers, label, tuple((float(code), str(words)) for code, words in codes),
            tuple((float(one["lo"]), float(one["hi"])) for one in ranges), count,
        )  # fmt: skip
    texts = np.array([_text(value) for value in values], object)
    if kinds <= {date, datetime, time, timedelta}:
        return RawColumn(name, "date", texts, label)
    gone = {str(one["lo"]).strip() for one in ranges}
    missing = np.isin(texts, list(gone)) if gone else np.zeros(len(texts), bool)
    texts[missing] = ""
    return RawColumn(
        name, "text", texts, label, tuple((str(code).strip(), str(words)) for code, words in codes),
        tuple((one, one) for one in sorted(gone)), int(missing.sum()),
    )  # fmt: skip


def _take_out(values: NDArray[Any], ranges: Sequence[dict[str, Any]]) -> int:
    """Make declared missing values NaN, in place; returns how many."""
    taken = np.zeros(len(values), bool)
    for one in ranges:
        taken |= (values >= one["lo"]) & (values <= one["hi"])
    values[taken] = np.nan
    return int(taken.sum())


def _text(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value).rstrip()
