"""Blocks as HTML: the desk's page puts them in its frame, `page` in a file of its own that needs no server."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from html import escape
from pathlib import Path

from anxin.voice.reports.content.blocks import (
    Block,
    Caution,
    Cell,
    Chart,
    Finding,
    Number,
    Paragraph,
    ReportContent,
    Section,
    Table,
    Working,
    interval,
    written,
)
from anxin.voice.reports.content.definitions import DEFINITIONS
from anxin.voice.reports.render.figures import axis
from anxin.voice.reports.render.pdf import LABELS

Opens = Callable[[Number], str]
_STATIC = Path(__file__).parents[3] / "static"


def section_html(section: Section, language: str, opens: Opens) -> str:
    """A section's blocks. `opens(number)` is the address that a number leads to."""
    if section.refused:
        return f'<p class="vr-refused">{escape(section.refused)}</p>'
    return "".join(block_html(block, language, opens) for block in section.blocks)


def block_html(block: Block, language: str, opens: Opens) -> str:
    if isinstance(block, Paragraph):
        return f"<p>{escape(block.text)}</p>"
    if isinstance(block, Finding):
        return f'<p class="vr-finding" data-tone="{escape(block.tone)}">{escape(block.text)}</p>'
    if isinstance(block, Caution):
        return f'<p class="vr-caution"><b>{LABELS[language]["caution"]}</b>{escape(block.text)}</p>'
    if isinstance(block, Chart):
        return _chart(block)
    if isinstance(block, Working):
        lines = escape("\n".join(block.lines))
        return f'<details class="vr-working"><summary>{escape(block.title)}</summary><pre tabindex="0">{lines}</pre></details>'
    return _table(block, opens)


def _table(block: Table, opens: Opens) -> str:
    head = "".join(f'<th scope="col" class="{style}">{escape(title)}</th>' for title, style in block.columns)
    rows = []
    for row in block.rows:
        cells = []
        for place, (cell, (_title, style)) in enumerate(zip(row, block.columns, strict=True)):
            tag = 'th scope="row"' if place == 0 else "td"
            cells.append(f'<{tag} class="{style}">{_cell(cell, opens)}</{tag.split()[0]}>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    note = f'<p class="vr-note">{escape(block.note)}</p>' if block.note else ""
    # A wide table moves within its own frame, never the page.
    return (
        f'<div class="vr-table" tabindex="0" role="group" aria-label="{escape(block.title)}"><table><caption>{escape(block.title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>{note}"
    )


def _cell(cell: Cell, opens: Opens) -> str:
    if isinstance(cell, str):
        return escape(cell)
    words = written(cell.value, cell.form)
    ends = interval(cell)
    small = f"<small>{escape(ends)}</small>" if ends else ""
    if cell.value is None:
        return escape(words)
    return f'<a class="vr-number" href="{escape(opens(cell))}">{escape(words)}</a>{small}'


def _chart(chart: Chart) -> str:
    low, high, _values = axis(chart)
    data = {**asdict(chart), "low": low, "high": high}
    # "<" cannot end the script early.
    held = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<figure class="vr-chart" data-rows="{len(chart.categories)}"><figcaption>{escape(chart.title)}</figcaption>'
        f'<div class="vr-canvas" role="img" aria-label="{escape(chart.title)}"></div>'
        f'<script type="application/json">{held}</script></figure>'
    )


def page(content: ReportContent) -> str:
    """One HTML file with everything in it: styles, the chart library, definitions."""
    css = "\n".join(
        (_STATIC / "css" / name).read_text(encoding="utf-8") for name in ("tokens.css", "voice-reports.css")
    )
    scripts = "\n".join(
        (_STATIC / name).read_text(encoding="utf-8") for name in ("vendor/echarts.min.js", "js/voice-reports.js")
    )
    contents = "".join(f'<li><a href="#{one.key}">{escape(one.title)}</a></li>' for one in content.sections)
    sections = "".join(
        f'<section class="vr-section" id="{one.key}"><h2>{escape(one.title)}</h2>'
        f"{section_html(one, content.language, lambda number: f'#def-{number.definition}')}</section>"
        for one in content.sections
    )
    used = {number.definition for number in content.numbers()}
    terms = "".join(
        f'<dt id="def-{key}">{escape(one.name.get(content.language))}</dt><dd>{escape(one.formula.get(content.language))} '
        f"<small>{escape(one.source)}</small></dd>"
        for key, one in DEFINITIONS.items()
        if key in used
    )
    facts = "".join(f"<tr><th>{escape(a)}</th><td>{escape(b)}</td></tr>" for a, b in content.facts)
    notes = "".join(f'<p class="vr-note">{escape(note)}</p>' for note in content.notes)
    labels = LABELS[content.language]
    # Inline scripts must not hold what would end them.
    scripts = scripts.replace("</script", "<\\/script")
    return (
        f'<!doctype html><html lang="{"zh-CN" if content.language == "zh" else "en"}" data-kit="desk"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(content.title)}</title>'
        f'<style>{css}</style></head><body class="vr-file"><main class="vr-report"><h1>{escape(content.title)}</h1>'
        f'<p>{escape(content.subtitle)}</p><div class="vr-table"><table>{facts}</table></div>{notes}'
        f'<nav class="vr-contents" aria-label="{labels["contents"]}"><ol>{contents}</ol></nav>{sections}'
        f'<section class="vr-section" id="definitions"><h2>{labels["definitions"]}</h2><dl class="vr-terms">{terms}</dl></section>'
        f"</main><script>{scripts}</script></body></html>"
    )
