"""The report as PDF, and its figures as pictures, set by typst."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from anxin.engines.typesetting import pdf as typeset
from anxin.voice.reports.content.blocks import Chart, Number, ReportContent, Table, interval, written
from anxin.voice.reports.content.definitions import DEFINITIONS
from anxin.voice.reports.render.figures import figure

TEMPLATE = Path(__file__).with_name("report.typ")
LABELS = {
    "zh": {"caution": "注意：", "contents": "目录", "definitions": "指标定义", "footer": "由 Anxin 安心 生成；每个数值都可在系统中展开到定义与答卷。"},
    "en": {"caution": "Caution: ", "contents": "Contents", "definitions": "Definitions",
           "footer": "Made by Anxin; every number can be opened there to its definition and answers."},
}  # fmt: skip


def pdf(content: ReportContent, *, timestamp: int) -> bytes:
    """The whole report. `timestamp` (seconds since 1970) is the document's date."""
    labels = LABELS[content.language]
    data = {
        "mode": "report", "lang": content.language, "region": "cn" if content.language == "zh" else "gb", "title": content.title,
        "subtitle": content.subtitle, "facts": [list(pair) for pair in content.facts], "notes": list(content.notes), "labels": labels,
        "footer": labels["footer"], "sections": [
            {"title": one.title, "refused": one.refused, "blocks": [_block(block) for block in one.blocks]} for one in content.sections
        ],
        "definitions": definitions(content),
    }  # fmt: skip
    return typeset(TEMPLATE, data, timestamp=timestamp)


def figures(content: ReportContent, *, scale: float = 2.5) -> dict[str, bytes]:
    """Every chart as a PNG, by its id."""
    import pypdfium2

    charts = [block for section in content.sections for block in section.blocks if isinstance(block, Chart)]
    if not charts:
        return {}
    data = {
        "mode": "figures", "lang": content.language, "region": "cn" if content.language == "zh" else "gb",
        "figures": [figure(chart) for chart in charts],
    }  # fmt: skip
    document = pypdfium2.PdfDocument(typeset(TEMPLATE, data, timestamp=0))
    found = {}
    try:
        for chart, page in zip(charts, document, strict=True):
            held = io.BytesIO()
            page.render(scale=scale).to_pil().save(held, "PNG")
            found[chart.id] = held.getvalue()
    finally:
        document.close()
    return found


def definitions(content: ReportContent) -> list[list[str]]:
    """Name, formula and source of every kind of number in the report."""
    used = {number.definition for number in content.numbers()}
    language = content.language
    return [
        [one.name.get(language), one.formula.get(language), one.source]
        for key, one in DEFINITIONS.items()
        if key in used
    ]


def _block(block: Any) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    if isinstance(block, Chart):
        return {"kind": "chart", "title": block.title, "figure": figure(block)}
    if isinstance(block, Table):
        # Columns of words take room by their longest text, up to twice the first column's.
        longest = [
            max((len(str(one)) for one in column if isinstance(one, str)), default=0)
            for column in zip(*block.rows, strict=True)
        ]
        longest = longest or [0] * len(block.columns)
        widths = [
            1.0 if style == "num" else min(1.4 + longest[place] / 25, 4.5)
            for place, (_title, style) in enumerate(block.columns) if place
        ]  # fmt: skip
        return {
            "kind": "table", "title": block.title, "columns": [list(one) for one in block.columns], "note": block.note, "widths": widths,
            "rows": [[_cell(cell) for cell in row] for row in block.rows],
        }  # fmt: skip
    return {"kind": kind, **{name: getattr(block, name) for name in block.__slots__}}


def _cell(cell: str | Number) -> Any:
    if isinstance(cell, str):
        return cell
    return {"shown": written(cell.value, cell.form), "ends": interval(cell)}
