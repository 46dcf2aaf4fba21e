"""Drawn papers and photographs for the live claims: plainly marked as samples, set with typst."""

from __future__ import annotations

import json
from typing import Any

import pylopdf_fonts_zh_cn
import typst

_PAGE = b"""
#let d = json(bytes(sys.inputs.data))
#set page(width: 105mm, height: 148mm, margin: 9mm, fill: rgb("#fbfaf6"))
#set text(font: "Noto Sans SC", lang: "zh", region: "cn", size: 9pt, fill: rgb("#17302f"))
#place(center + horizon, rotate(-28deg, text(size: 34pt, fill: rgb("#17302f14"), weight: "bold")[SAMPLE]))
#align(center, text(size: 14pt, weight: "bold", d.title))
#v(4mm)
#line(length: 100%, stroke: 0.6pt)
#for row in d.rows [
  #grid(columns: (28mm, 1fr), gutter: 3mm, text(fill: rgb("#5c6c6b"), row.at(0)), row.at(1))
  #v(1mm)
]
"""
_PHOTO = b"""
#let d = json(bytes(sys.inputs.data))
#set page(width: 120mm, height: 90mm, margin: 0mm, fill: rgb(d.sky))
#set text(font: "Noto Sans SC", lang: "zh", region: "cn", size: 9pt, fill: white)
#place(bottom, rect(width: 100%, height: 34mm, fill: rgb(d.ground)))
#place(dx: 24mm, dy: 38mm, rect(width: 72mm, height: 24mm, radius: 4mm, fill: rgb(d.thing)))
#place(dx: 38mm, dy: 24mm, polygon(fill: rgb(d.thing), (0mm, 16mm), (9mm, 0mm), (36mm, 0mm), (46mm, 16mm)))
#place(dx: 34mm, dy: 56mm, circle(radius: 7mm, fill: rgb("#222")))
#place(dx: 72mm, dy: 56mm, circle(radius: 7mm, fill: rgb("#222")))
#place(dx: 84mm, dy: 42mm, polygon(fill: rgb("#00000055"), (0mm, 0mm), (8mm, 3mm), (5mm, 8mm), (12mm, 12mm), (2mm, 14mm)))
#place(bottom + left, dx: 3mm, dy: -3mm, d.caption)
"""


def paper(title: str, rows: list[tuple[str, str]]) -> bytes:
    """A page of paper as PNG with a title and lines of (what, value)."""
    return _png(_PAGE, {"title": title, "rows": rows})


def photo(caption: str, *, thing: str = "#8a9b9f", sky: str = "#b7c7cf", ground: str = "#6f7470") -> bytes:
    """A drawn stand-in for a photograph, with its caption."""
    return _png(_PHOTO, {"caption": caption, "thing": thing, "sky": sky, "ground": ground})


def _png(source: bytes, data: dict[str, object]) -> bytes:
    # The package's stub wants source and font folder of one type; they are not.
    compile_to_png: Any = typst.compile
    picture: bytes = compile_to_png(
        source, format="png", ppi=110, font_paths=[str(pylopdf_fonts_zh_cn.sans_path().parent)],
        ignore_system_fonts=True, sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )  # fmt: skip
    return picture
