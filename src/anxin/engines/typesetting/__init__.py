"""Setting documents as PDF with typst: a template of ours and data in, bytes out. About 17 ms a page."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import pylopdf_fonts_zh_cn
import typst

# A compiler is one mutable thing: two threads of the server may not set a page with it at once.
_one_at_a_time = Lock()


def pdf(template: Path, data: dict[str, Any], *, timestamp: int) -> bytes:
    """The template set with `data`, which it reads as `json(bytes(sys.inputs.data))`.

    `timestamp` (seconds since 1970) is the document's date; the same template, data and timestamp give the same bytes.
    Raises typst's own error, which names the template's line.
    """
    with _one_at_a_time:
        return _set(template, data, timestamp)


def pdf_and_notes(template: Path, data: dict[str, Any], label: str, *, timestamp: int) -> tuple[bytes, list[Any]]:
    """As `pdf`, and the values of all metadata that the template labels `<label>`, in the document's order.

    So that a template can tell where things came to lie: `context [#metadata(here().position())<label>]`.
    """
    with _one_at_a_time:
        made = _set(template, data, timestamp)
        # The compiler keeps its last inputs, so this asks the document just set.
        notes: list[Any] = json.loads(_compiler(template).query(f"<{label}>", field="value"))
    return made, notes


def _set(template: Path, data: dict[str, Any], timestamp: int) -> bytes:
    return _compiler(template).compile(  # type: ignore[no-any-return]
        format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, timestamp=timestamp
    )


@cache
def _compiler(template: Path) -> Any:
    # Kept: reading 20 MB of fonts for every document would cost more than setting it.
    return typst.Compiler(
        str(template), font_paths=[str(pylopdf_fonts_zh_cn.sans_path().parent)], ignore_system_fonts=True
    )
