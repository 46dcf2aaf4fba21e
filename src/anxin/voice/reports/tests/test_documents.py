"""PDF, DOCX and HTML hold the whole report, in both languages, and nothing typed is read as markup."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import docx as word
import pypdfium2
import pytest

from anxin.voice.questionnaires.form import Text
from anxin.voice.reports.content import Chart, ReportContent, compose, prepare
from anxin.voice.reports.render.docx import docx
from anxin.voice.reports.render.figures import figure
from anxin.voice.reports.render.html import page
from anxin.voice.reports.render.pdf import figures, pdf
from anxin.voice.reports.tests.simulated import study

NASTY = '<script>alert(1)</script> #strong[x] $x$ "quoted" \\ {'


@pytest.fixture(scope="module")
def contents() -> dict[str, ReportContent]:
    made = study(300)
    made = replace(made, title=Text.of(zh=f"调查 {NASTY}", en=f"Survey {NASTY}"))
    ground = prepare(made, previous=study(300, seed=4), weights={"TAN": 1, "REL": 2, "RES": 1, "EMP": 1})
    return {language: compose(ground, language) for language in ("zh", "en")}


def words_of(data: bytes) -> tuple[int, str]:
    document = pypdfium2.PdfDocument(data)
    try:
        texts = []
        for one in document:
            held = one.get_textpage()
            texts.append(held.get_text_range())
            held.close()
            one.close()
        return len(texts), "\n".join(texts)
    finally:
        document.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pdf_holds_every_section(contents: dict[str, ReportContent], language: str) -> None:
    content = contents[language]
    pages, words = words_of(pdf(content, timestamp=1_790_000_000))
    assert pages > 8
    flat = re.sub(r"\s", "", words)
    for section in content.sections:
        assert re.sub(r"\s", "", section.title) in flat
    assert re.sub(r"\s", "", "alert(1)</script>#strong[x]") in flat
    assert ("Wilson计分区间" if language == "zh" else "Wilson'sscoreinterval") in flat.replace(
        "\N{RIGHT SINGLE QUOTATION MARK}", "'"
    )


def test_pdf_is_the_same_each_time(contents: dict[str, ReportContent]) -> None:
    assert pdf(contents["zh"], timestamp=5) == pdf(contents["zh"], timestamp=5)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_docx_has_headings_tables_and_a_picture_of_every_chart(
    contents: dict[str, ReportContent], language: str
) -> None:
    content = contents[language]
    document = word.Document(io.BytesIO(docx(content, timestamp=1_790_000_000)))
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert headings[:-1] == [section.title for section in content.sections]
    charts = [block for section in content.sections for block in section.blocks if isinstance(block, Chart)]
    assert len(document.inline_shapes) == len(charts) == len(figures(content))
    assert document.core_properties.title == content.title


def test_html_stands_alone_and_escapes_what_was_typed(contents: dict[str, ReportContent]) -> None:
    text = page(contents["en"])
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
    held = re.findall(r'<script type="application/json">(.*?)</script>', text)
    assert len(held) > 10
    assert all(json.loads(one)["kind"] in ("bars", "points", "stack", "heat", "map") for one in held)


def test_figures_lie_within_their_frame(contents: dict[str, ReportContent]) -> None:
    for section in contents["en"].sections:
        for block in section.blocks:
            if not isinstance(block, Chart):
                continue
            drawn = figure(block)
            for row in drawn.get("rows", []):
                for mark in row.get("marks", []):
                    assert all(value is None or 0 <= value <= 1 for value in (mark["value"], mark["low"], mark["high"]))
                for start, length, *_rest in row.get("parts", []):
                    assert 0 <= start <= start + length <= 1 + 1e-9
            for x, y, _label in drawn.get("points", []):
                assert 0 <= x <= 1
                assert 0 <= y <= 1
