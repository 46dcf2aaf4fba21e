"""Small files for the tests of reading and guessing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np


def csv_of(rows: Sequence[Sequence[Any]], *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    return "\r\n".join(delimiter.join(map(str, row)) for row in rows).encode(encoding)


def answers(n: int, items: Sequence[str], *, high: int = 5, seed: int = 1) -> dict[str, list[int]]:
    """Answers that go together: one common part and one of each item's own."""
    random = np.random.default_rng(seed)
    common = random.normal(size=n)
    middle = (high + 1) / 2
    return {
        name: np.clip(np.round(middle + common + 0.8 * random.normal(size=n)), 1, high).astype(int).tolist()
        for name in items
    }


def table_csv(columns: dict[str, list[Any]], **options: Any) -> bytes:
    return csv_of([list(columns), *zip(*columns.values(), strict=True)], **options)


def workbook(rows: Sequence[Sequence[Any]], *, sheets: dict[str, Sequence[Sequence[Any]]] | None = None) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "答卷"
    for row in rows:
        book.active.append(list(row))
    for name, more in (sheets or {}).items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(list(row))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """A workbook with one of its parts replaced."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, content if part.filename == name else old.read(part.filename))
    return kept.getvalue()


def sav(folder: Path, columns: dict[str, list[Any]], **options: Any) -> bytes:
    import pandas as pd
    import pyreadstat

    place = folder / "file.sav"
    pyreadstat.write_sav(pd.DataFrame(columns), str(place), **options)
    return place.read_bytes()
