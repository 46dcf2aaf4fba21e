"""The report as a Word document, with its charts as pictures."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from anxin.voice.reports.content.blocks import (
    Caution,
    Chart,
    Finding,
    Number,
    Paragraph,
    ReportContent,
    Table,
    Working,
    interval,
    written,
)
from anxin.voice.reports.render.pdf import LABELS, definitions, figures

_FONTS = {"zh": "Microsoft YaHei", "en": "Calibri"}
_PINE, _SOFT = "0F4C4A", "5C6C6B"
_WASH = {"good": "E6F2EC", "bad": "FBE9E5", "plain": "E3EEEC", "caution": "FBF0DB"}


def docx(content: ReportContent, *, timestamp: int) -> bytes:
    """The whole report; headings are real ones, so that Word can list them."""
    from docx import Document
    from docx.shared import Cm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)
    _typeface(document, content.language)
    document.core_properties.title = content.title
    document.core_properties.author = "Anxin"
    document.core_properties.created = document.core_properties.modified = datetime.fromtimestamp(
        timestamp, UTC
    ).replace(tzinfo=None)
    document.core_properties.language = "zh-CN" if content.language == "zh" else "en-GB"
    document.add_heading(content.title, 0)
    document.add_paragraph(content.subtitle)
    _grid(document, [], [list(pair) for pair in content.facts], [0.25, 0.75])
    for note in content.notes:
        document.add_paragraph(note).runs[0].font.size = Pt(8)
    pictures = figures(content)
    for one in content.sections:
        document.add_heading(one.title, 1)
        if one.refused:
            document.add_paragraph(one.refused)
        for block in one.blocks:
            _block(document, block, content.language, pictures)
    labels = LABELS[content.language]
    document.add_heading(labels["definitions"], 1)
    _grid(document, [], definitions(content), [0.2, 0.52, 0.28])
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _typeface(document: Any, language: str) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name, size in (("Normal", 10), ("Title", 24), ("Heading 1", 15), ("Heading 2", 12), ("Heading 3", 10.5)):
        style = document.styles[name]
        style.font.name, style.font.size = _FONTS[language], Pt(size)
        # Word takes Chinese letters from another font than Latin ones.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:eastAsia", "w:ascii", "w:hAnsi"):
            fonts.set(qn(script), _FONTS[language])
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
        if name != "Normal":
            style.font.color.rgb = RGBColor.from_string(_PINE)


def _block(document: Any, block: Any, language: str, pictures: dict[str, bytes]) -> None:
    from docx.shared import Cm, Pt, RGBColor

    if isinstance(block, Paragraph):
        document.add_paragraph(block.text)
    elif isinstance(block, (Finding, Caution)):
        tone = "caution" if isinstance(block, Caution) else block.tone
        words = (LABELS[language]["caution"] if isinstance(block, Caution) else "") + block.text
        paragraph = document.add_paragraph()
        run = paragraph.add_run(words)
        run.bold = isinstance(block, Finding)
        _shade(paragraph._p.get_or_add_pPr(), _WASH[tone])
    elif isinstance(block, Chart):
        document.add_heading(block.title, 3)
        if block.id in pictures:
            shape = document.add_picture(io.BytesIO(pictures[block.id]), width=Cm(17))
            # What a screen reader says of the picture; the numbers follow as a table.
            shape._inline.docPr.set("descr", block.title)
    elif isinstance(block, Table):
        document.add_heading(block.title, 3)
        first = 2.2 if len(block.columns) <= 6 else 1.6
        widths = [first, *(1.0 if style == "num" else 1.6 for _title, style in block.columns[1:])]
        total = sum(widths)
        _grid(document, [title for title, _style in block.columns], [[_words(cell) for cell in row] for row in block.rows],
              [one / total for one in widths], [style == "num" for _title, style in block.columns])  # fmt: skip
        if block.note:
            note = document.add_paragraph().add_run(block.note)
            note.font.size = Pt(8)
            note.font.color.rgb = RGBColor.from_string(_SOFT)
    elif isinstance(block, Working):
        document.add_heading(block.title, 3)
        run = document.add_paragraph().add_run("\n".join(block.lines))
        run.font.size = Pt(7.5)


def _words(cell: str | Number) -> str:
    if isinstance(cell, str):
        return cell
    ends = interval(cell)
    return f"{written(cell.value, cell.form)} {ends}".strip()


def _grid(
    document: Any, head: list[str], rows: list[list[str]], widths: list[float], right: list[bool] | None = None
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    if not rows:
        return
    table = document.add_table(rows=0, cols=len(widths))
    table.style = "Table Grid"
    table.autofit = False
    size = Pt(8 if len(widths) <= 6 else 7)
    for place, words in enumerate([head, *rows] if head else rows):
        cells = table.add_row().cells
        for column, text in enumerate(words):
            cells[column].width = Cm(17 * widths[column])
            paragraph = cells[column].paragraphs[0]
            run = paragraph.add_run(text)
            run.font.size = size
            if head and place == 0:
                run.bold = True
            if right is not None and right[column]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if head:
        # The head comes again on every page the table runs over.
        mark = OxmlElement("w:tblHeader")
        mark.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(mark)
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _shade(properties: Any, colour: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:color"), "auto")
    shade.set(qn("w:fill"), colour)
    properties.append(shade)
