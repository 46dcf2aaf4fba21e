"""From a file's bytes to a RawTable. What a file is, its bytes say: a name may lie."""

from __future__ import annotations

from anxin.voice.datasets.table.delimited import read_delimited
from anxin.voice.datasets.table.faults import BadTable, say
from anxin.voice.datasets.table.raw import RawTable
from anxin.voice.datasets.table.spss import read_spss
from anxin.voice.datasets.table.workbook import read_workbook, sheet_names

MOST_BYTES = 400 * 1024 * 1024
MOST_COLUMNS = 1_000
_FOREIGN = (
    (b"%PDF", "PDF", "PDF"),
    (b"\x89PNG", "PNG 图片", "a PNG picture"),
    (b"\xff\xd8\xff", "JPEG 图片", "a JPEG picture"),
    (b"PAR1", "Parquet", "Parquet"),
    (b"\x1f\x8b", "gzip 压缩文件", "a gzip archive"),
    (b"Rar!", "RAR 压缩文件", "a RAR archive"),
    (b"7z\xbc\xaf", "7z 压缩文件", "a 7z archive"),
    (b"{\\rtf", "RTF 文档", "an RTF document"),
    (b"SAS     ", "SAS 文件", "a SAS file"),
    (b"<stata_dta>", "Stata 文件", "a Stata file"),
    (b"SQLite format 3", "SQLite 数据库", "an SQLite database"),
    (b"GIF8", "GIF 图片", "a GIF picture"),
)
_ADVICE = (
    "请导出为 CSV、Excel（.xlsx）或 SPSS（.sav）再上传。",
    "Save it as CSV, Excel (.xlsx) or SPSS (.sav) and send that.",
)


def read_table(data: bytes, name: str, *, sheet: str = "") -> RawTable:
    """The table in a file: CSV (UTF-8, with or without mark, UTF-16, GB18030), Excel .xlsx, SPSS .sav or .zsav.

    `sheet` names a workbook's sheet; without it the first that holds anything is read. Raises BadTable, whose text says
    what is wrong and what to do: empty, foreign, locked, no header, two columns of one name, ragged rows.
    """
    kind = kind_of(data)
    if kind == "xlsx":
        table = read_workbook(data, name, sheet=sheet)
    elif kind == "sav":
        table = read_spss(data, name)
    else:
        table = read_delimited(data, name)
    if len(table.columns) > MOST_COLUMNS:
        raise BadTable(
            say(
                f"文件有 {len(table.columns)} 列，最多 {MOST_COLUMNS} 列。请删去不需要的列。",
                f"The file has {len(table.columns)} columns; {MOST_COLUMNS} are the most. Remove those you do not need.",
            )
        )
    if table.n == 0:
        raise BadTable(
            say(
                "文件只有表头，没有一行答案。",
                "The file has a header and not one row of answers. Add the answers below it.",
            )
        )
    return table


def sheets_of(data: bytes) -> tuple[str, ...]:
    """The names of a workbook's sheets; none for other files."""
    return sheet_names(data) if kind_of(data) == "xlsx" else ()


def kind_of(data: bytes) -> str:
    """csv, xlsx or sav; raises BadTable for what is none of them."""
    if not data:
        raise BadTable(say("文件是空的（0 字节）。请重新导出。", "The file is empty (0 bytes). Export it again."))
    if len(data) > MOST_BYTES:
        many = MOST_BYTES // 1024 // 1024
        raise BadTable(
            say(f"文件超过 {many} MB。请拆成几个文件。", f"The file is larger than {many} MB. Split it into several.")
        )
    if data[:4] in (b"$FL2", b"$FL3"):
        return "sav"
    if data[:4] == b"PK\x03\x04":
        return "xlsx"
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise BadTable(
                say(
                    "这个 Excel 文件设了密码。请在 Excel 中去掉打开密码，另存后再上传。",
                    "This workbook is protected by a password. Remove it in Excel, save the file and send it again.",
                )
            )
        raise BadTable(
            say(
                "这是旧版 Excel（.xls）或其他旧式 Office 文件。请在 Excel 中另存为 .xlsx。",
                "This is an old workbook (.xls) or another old Office file. Save it as .xlsx in Excel.",
            )
        )
    for mark, zh, en in _FOREIGN:
        if data.startswith(mark):
            raise BadTable(
                say(f"这是 {zh}，不是数据表。{_ADVICE[0]}", f"This is {en}, not a table of answers. {_ADVICE[1]}")
            )
    if data[:2] not in (b"\xff\xfe", b"\xfe\xff") and b"\x00" in data[:65536]:
        raise BadTable(say(f"这不是文本表格。{_ADVICE[0]}", f"This is no table in text form. {_ADVICE[1]}"))
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise BadTable(
            say(f"这是网页或 XML，不是数据表。{_ADVICE[0]}", f"This is a web page or XML, not a table. {_ADVICE[1]}")
        )
    return "csv"
