"""Excel workbooks (.xlsx), read row by row; a file that would unpack into gigabytes is refused unopened."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from openpyxl import load_workbook  # type: ignore[import-untyped]

from anxin.voice.datasets.table.delimited import NOTHING, number_column
from anxin.voice.datasets.table.faults import BadTable, Place, say
from anxin.voice.datasets.table.headers import headers, require_names
from anxin.voice.datasets.table.raw import RawColumn, RawTable, number_in_words

MOST_UNPACKED = 1024 * 1024 * 1024
MOST_RATIO = 200  # of a member larger than a few megabytes; sheets of answers pack by 10 to 30
_SMALL = 8 * 1024 * 1024
MOST_ROWS = 1_100_000
_PARTS = 10_000


def sheet_names(data: bytes) -> tuple[str, ...]:
    return tuple(_open(data).sheetnames)


def read_workbook(data: bytes, name: str, *, sheet: str = "") -> RawTable:
    try:
        return _read(data, name, sheet)
    except BadTable:
        raise
    except DefusedXmlException:
        raise _broken("含有不安全的 XML 声明", "it declares XML entities, which a workbook never needs") from None
    except Exception as error:
        # openpyxl raises whatever a damaged part makes it stumble over; the file is at fault, whichever it is.
        raise _broken("内容损坏", f"{type(error).__name__}: {error}"[:160]) from None


def _broken(zh: str, en: str) -> BadTable:
    return BadTable(
        say(
            f"不能打开这个 Excel 文件：{zh}。请在 Excel 中打开它，另存为新的 .xlsx 再上传。",
            f"The workbook cannot be opened ({en}). Open it in Excel, save it as a new .xlsx and send that.",
        )
    )


def _open(data: bytes) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise _broken("文件不完整", "it is cut off or damaged") from None
    if len(parts) > _PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED or any(
        part.file_size > _SMALL and part.file_size > MOST_RATIO * max(part.compress_size, 1) for part in parts
    ):  # fmt: skip
        raise BadTable(
            say(
                "这个 Excel 文件解压后过大，可能是恶意文件，未打开。请另存为 CSV 再上传。",
                "This workbook would unpack to far more than a table holds and was not opened. Save it as CSV and send that.",
            )
        )
    names = {part.filename for part in parts}
    if not any(name.startswith("xl/") for name in names):
        raise BadTable(
            say(
                "这是压缩包或其他文件，不是 Excel 表格。请解压后上传其中的 CSV、.xlsx 或 .sav。",
                "This is an archive or another document, no workbook. Unpack it and send the CSV, .xlsx or .sav inside.",
            )
        )
    try:
        return load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except DefusedXmlException:
        raise _broken("含有不安全的 XML 声明", "it declares XML entities, which a workbook never needs") from None
    except Exception as error:
        raise _broken("内容损坏", f"{type(error).__name__}: {error}"[:160]) from None


def _read(data: bytes, name: str, sheet: str) -> RawTable:
    book = _open(data)
    names = book.sheetnames
    if sheet and sheet not in names:
        raise BadTable(
            say(
                f"没有名为“{sheet}”的工作表。有：{'、'.join(names[:20])}。",
                f"There is no sheet “{sheet}”. Sheets: {', '.join(names[:20])}.",
            )
        )
    for one in [sheet] if sheet else names:
        part = book[one]
        if not hasattr(part, "iter_rows"):
            continue  # a sheet that is one chart
        part.reset_dimensions()
        table = _sheet(part, name, one)
        if table is not None:
            return table
    raise BadTable(
        say("工作簿里没有数据。请选有数据的工作表。", "The workbook holds nothing. Choose the sheet with the answers.")
    )


def _sheet(part: Any, name: str, sheet: str) -> RawTable | None:
    rows = enumerate(part.iter_rows(values_only=True), 1)
    first, header = 0, []
    for line, row in rows:
        header = [_text(cell) for cell in row]
        while header and not header[-1].strip():
            header.pop()
        if header:
            first = line
            break
    if not header:
        return None
    require_names(header)
    labels, notes = headers(header)
    width = len(labels)
    columns: list[list[Any]] = [[] for _ in labels]
    beyond: list[Place] = []
    empty = 0
    for line, row in rows:
        if line - first > MOST_ROWS:
            raise BadTable(
                say(
                    f"工作表超过 {MOST_ROWS:,} 行。请另存为 CSV 再上传。",
                    f"The sheet has more than {MOST_ROWS:,} rows. Save it as CSV and send that.",
                )
            )
        if not any(cell is not None and cell != "" for cell in row):
            empty += 1
            continue
        # Rows without anything between answers count as empty answers, so that lines stay right; at the end they are cut.
        for _blank in range(empty):
            for column in columns:
                column.append(None)
        empty = 0
        for place, column in enumerate(columns):
            column.append(row[place] if place < len(row) else None)
        for cell in row[width:]:
            if cell is not None and cell != "":
                beyond.append(
                    Place(line, "", _text(cell)[:60], say("这一格在表头之外。", "This cell lies beyond the header."))
                )
    if beyond:
        raise BadTable(
            say(
                f"{len(beyond)} 个单元格在表头之外。请给那一列加上名称，或删去这些内容。",
                f"{len(beyond)} cells lie beyond the header. Name their columns in the header, or empty them.",
            ),
            beyond,
        )
    return RawTable(
        name, "xlsx", tuple(map(_column, labels, columns)), len(columns[0]), first_line=first + 1, sheet=sheet,
        notes=notes,
    )  # fmt: skip


def _column(name: str, cells: list[Any]) -> RawColumn:
    kinds = {type(cell) for cell in cells} - {type(None)}
    if kinds <= {int, float}:
        values = np.array([np.nan if cell is None else cell for cell in cells], np.float64)
        if not np.nanmax(np.abs(values), initial=0) > 2**53:
            return RawColumn(name, "number", values)
    if kinds and kinds <= {datetime, date, time}:
        return RawColumn(name, "date", np.array([_text(cell) for cell in cells], object))
    texts = np.array([_text(cell) for cell in cells], object)
    texts[np.isin(texts, NOTHING)] = ""
    return number_column(name, texts) or RawColumn(name, "text", texts)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (int, float)):
        return number_in_words(float(cell)) if abs(cell) < 2**53 else str(cell)
    return str(cell)
