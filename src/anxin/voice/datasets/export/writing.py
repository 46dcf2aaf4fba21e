"""The files themselves."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

from anxin.voice.datasets.export.ddi import codebook
from anxin.voice.datasets.export.flat import Field, flat, plain_names
from anxin.voice.datasets.export.scripts import bundle
from anxin.voice.datasets.table.faults import BadTable, say
from anxin.voice.study import Study

FORMS = ("csv", "xlsx", "sav", "ddi", "scripts")
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MOST_ROWS_XLSX = 200_000
_CELL = 32_767


@dataclass(frozen=True, slots=True)
class Exported:
    name: str
    content_type: str
    content: bytes


def write(
    study: Study, form: str, *, stem: str = "answers", language: str = "zh", personal: Sequence[str] = ()
) -> Exported:
    """The study in one of FORMS. `stem` names the file, `language` that of labels, `personal` are columns that a codebook
    marks as such.

    Texts that a spreadsheet would take for a formula get an apostrophe in CSV, and are stored as texts in Excel. Raises
    BadTable for what a form cannot hold.
    """
    if form == "csv":
        return Exported(f"{stem}.csv", "text/csv; charset=utf-8", csv_file(flat(study)))
    if form == "xlsx":
        content = xlsx_file(flat(study), language)
        return Exported(f"{stem}.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", content)
    if form == "sav":
        return Exported(
            f"{stem}.sav", "application/x-spss-sav", sav_file(flat(study), language, study.title.get(language))
        )
    if form == "ddi":
        content = codebook(study, flat(study), stem=stem, language=language, personal=personal)
        return Exported(f"{stem}.ddi.xml", "application/xml", content)
    if form == "scripts":
        return Exported(
            f"{stem}.zip", "application/zip", bundle(study, stem=stem, language=language, personal=personal)
        )
    raise ValueError(f"there is no form {form!r}")


def csv_file(fields: Sequence[Field], names: Sequence[str] | None = None) -> bytes:
    """UTF-8 with a byte-order mark, so that Excel opens it as such; numbers without needless decimals."""
    columns = [_arrow(field) for field in fields]
    table = pa.table(columns, names=[_guarded(name) for name in names or [field.name for field in fields]])
    kept = io.BytesIO(b"\xef\xbb\xbf")
    kept.seek(3)
    arrow_csv.write_csv(table, kept)
    return kept.getvalue()


def _arrow(field: Field) -> pa.Array:
    if field.numbers is None:
        assert field.texts is not None
        coded = pa.array(field.texts, pa.string()).dictionary_encode()
        words = pa.array([_guarded(word) if word else None for word in coded.dictionary.to_pylist()], pa.string())
        return words.take(coded.indices)
    numbers = field.numbers
    gone = np.isnan(numbers)
    filled = np.where(gone, 0.0, numbers)
    if bool((filled == np.floor(filled)).all()) and bool((np.abs(filled) < 2**53).all()):
        return pa.array(filled.astype(np.int64), mask=gone)
    return pa.array(numbers, mask=gone)


def _guarded(text: str) -> str:
    """A text that no spreadsheet computes."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def xlsx_file(fields: Sequence[Field], language: str) -> bytes:
    from openpyxl import Workbook  # type: ignore[import-untyped]

    n = fields[0].n
    if n > MOST_ROWS_XLSX:
        raise BadTable(
            say(
                f"有 {n:,} 行，Excel 文件最多 {MOST_ROWS_XLSX:,} 行。请导出为 CSV 或 SPSS。",
                f"There are {n:,} rows; a workbook takes {MOST_ROWS_XLSX:,} here. Choose CSV or SPSS.",
            )
        )
    book = Workbook(write_only=True)
    english = language == "en"
    sheet = book.create_sheet("data" if english else "数据")
    sheet.freeze_panes = "B2"
    sheet.append([_cell(sheet, field.name) for field in fields])
    columns = [_cells(sheet, field) for field in fields]
    for row in zip(*columns, strict=True):
        sheet.append(row)
    about = book.create_sheet("codebook" if english else "码本")
    heads = ("variable", "question", "role", "code", "meaning") if english else ("变量", "题目", "角色", "代码", "含义")
    about.append(list(heads))
    for field in fields:
        role = field.column.role if field.column else "id"
        about.append([_cell(about, text) for text in (field.name, field.label.get(language), role)])
        for code, words in field.labels:
            about.append(
                [
                    None,
                    None,
                    None,
                    _cell(about, str(code) if isinstance(code, str) else f"{code:g}"),
                    _cell(about, words.get(language)),
                ]
            )
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _cell(sheet: Any, text: str) -> Any:
    """A text that stays one, whatever it begins with; control characters, which a workbook cannot hold, are left out."""
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]

    cell = WriteOnlyCell(sheet, "")
    cell._value, cell.data_type = _ILLEGAL.sub("", text)[:_CELL], "s"
    return cell


def _cells(sheet: Any, field: Field) -> Iterator[Any]:
    if field.numbers is None:
        assert field.texts is not None
        for text in field.texts:
            # A cell with a type of its own costs much: only where the text could be taken for something else.
            yield (
                (_cell(sheet, text) if text[:1] in "=+-@#" or _ILLEGAL.search(text) else text[:_CELL]) if text else None
            )
        return
    for number in field.numbers:
        yield None if number != number else int(number) if number == int(number) else float(number)


def sav_file(fields: Sequence[Field], language: str, title: str) -> bytes:
    """SPSS: labels, value labels and measures. Codes that are no numbers are numbered where SPSS could not label them."""
    import pandas as pd  # type: ignore[import-untyped]
    import pyreadstat

    names = plain_names([field.name for field in fields], ascii_only=False)
    columns: dict[str, NDArray[Any]] = {}
    labels: dict[str, str | None] = {}
    values: dict[str, dict[Any, str]] = {}
    measures: dict[str, str] = {}
    for name, field in zip(names, fields, strict=True):
        labels[name] = _short(field.label.get(language) or field.name, 250)
        kind = field.column.kind if field.column else ""
        measures[name] = {"scale": "ordinal", "number": "scale", "one": "nominal", "many": "nominal"}.get(
            kind, "nominal"
        )
        if field.numbers is not None:
            columns[name] = field.numbers
            if field.labels:
                values[name] = {code: _short(words.get(language), 118) for code, words in field.labels}
            continue
        assert field.texts is not None
        if kind == "one":
            # Value labels of texts longer than 8 bytes are not read by every program: number the options instead.
            codes = [code for code, _text in field.labels]
            place_of: dict[str, float] = {code: float(place) for place, code in enumerate(codes, 1)}
            columns[name] = np.array([place_of.get(text, np.nan) for text in field.texts])
            values[name] = {place_of[code]: _short(words.get(language) or code, 118) for code, words in field.labels}
            continue
        columns[name] = np.array([_short(_ILLEGAL.sub("", text), 32_000) for text in field.texts], object)
    frame = pd.DataFrame(columns)
    # The library writes to a path only.
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "answers.sav"
        pyreadstat.write_sav(
            frame, str(place), file_label=_short(title, 60), column_labels=labels, variable_value_labels=values,
            variable_measure=measures, row_compress=True,
        )  # fmt: skip
        return place.read_bytes()


def _short(text: str, most: int) -> str:
    """At most so many bytes of UTF-8, cut between letters."""
    return text.encode("utf-8", "ignore")[:most].decode("utf-8", "ignore")
