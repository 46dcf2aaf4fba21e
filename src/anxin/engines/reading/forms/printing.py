"""A form as PDF, one or many copies, and where on it everything lies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from anxin.engines import typesetting
from anxin.engines.reading.forms import sheet
from anxin.engines.reading.forms.codes import PageCode, bits_svg, check_copy, qr_svg
from anxin.engines.reading.forms.errors import FormError
from anxin.engines.reading.forms.layout import Box, Layout, PageLayout, Question, Writing
from anxin.engines.reading.forms.model import (
    Digits,
    Heading,
    Many,
    One,
    Option,
    PaperForm,
    Scale,
    Text,
    other_code,
)
from anxin.engines.reading.forms.words import WORDS

_FORM = Path(__file__).with_name("form.typ")
_COPIES = Path(__file__).with_name("copies.typ")
_TOP, _BOTTOM = 33.0, 23.0  # margins that leave the corner marks and the code alone
_COLUMN = {2: 20.0, 3: 20.0, 4: 18.0, 5: 17.0, 6: 15.0, 7: 13.5, 8: 12.0, 9: 11.0, 10: 9.8, 11: 9.2}
_CHOICE_WIDTH = 170.0
# One em at 10 points, in mm: what a Chinese character takes; a Latin one takes a little over half.
_EM = 10 * 25.4 / 72


@dataclass(frozen=True)
class Copy:
    """One printed questionnaire. `serial` is its own within the form's version; `token` ties a personal copy to whom it
    was sent, so that nobody can write another's by counting serials. An anonymous copy has none."""

    serial: str
    token: str = ""


@dataclass(frozen=True)
class Printed:
    """`pdf`: all copies, one after the other. `layout` belongs to the form's version: store it, reading needs it."""

    pdf: bytes
    layout: Layout


def print_form(form: PaperForm, copies: Iterable[Copy], *, timestamp: int) -> Printed:
    """Set `form` once and put each copy's code and serial on its pages. `timestamp`: seconds since 1970, the PDF's date.

    FormError when a serial is given twice or cannot be coded, or when something must stay on one page and cannot
    (`too_tall`): a row of a scale, or a question with all its options.
    """
    listed = list(copies)
    if not listed:
        raise FormError("There is no copy to print: give at least one serial.", code="no_copies")
    twice = sorted(serial for serial, count in Counter(copy.serial for copy in listed).items() if count > 1)
    if twice:
        raise FormError(
            f"Serials given to more than one copy: {', '.join(twice)}.", code="serial_twice", about=tuple(twice)
        )
    for copy in listed:
        check_copy(copy.serial, copy.token)
    blank, layout = _set_form(form, timestamp)
    pages = len(layout.pages)
    data = {
        "title": form.title,
        "form": list(blank),
        "serial": WORDS[form.language]["serial"],
        "sheet": {
            "width": sheet.WIDTH,
            "height": sheet.HEIGHT,
            "qr": sheet.QR_SIZE,
            "qr_x": sheet.QR_X,
            "qr_y": sheet.QR_Y,
        },
        "copies": [
            {
                "serial": copy.serial,
                "codes": [
                    qr_svg(PageCode(form.form_id, form.version, page, pages, copy.serial, copy.token).text())
                    for page in range(1, pages + 1)
                ],
            }
            for copy in listed
        ],
    }
    return Printed(typesetting.pdf(_COPIES, data, timestamp=timestamp), layout)


def _set_form(form: PaperForm, timestamp: int) -> tuple[bytes, Layout]:
    fields, questions = _numbered(form)
    marks = [
        {"x": float(corners[0, 0]), "y": float(corners[0, 1]), "svg": bits_svg(modules)}
        for corners, modules in zip(sheet.marker_corners(), sheet.marker_modules(), strict=True)
    ]
    data = {
        "title": _breakable(form.title, 40),
        "name": f"{form.form_id} · {form.version}",
        "language": form.language,
        "words": WORDS[form.language],
        "intro": _breakable(form.intro, 60),
        "fields": fields,
        "sheet": {
            "width": sheet.WIDTH,
            "height": sheet.HEIGHT,
            "top": _TOP,
            "bottom": _BOTTOM,
            "box": sheet.BOX,
            "line": sheet.LINE,
            "figure": sheet.FIGURE,
            "figure_gap": sheet.FIGURE_GAP,
            "marker": sheet.MARKER,
            "marks": marks,
        },
    }
    blank, notes = typesetting.pdf_and_notes(_FORM, data, "anxin", timestamp=timestamp)
    _check_whole(notes)
    return blank, _laid_out(form, questions, notes)


def _laid_out(form: PaperForm, questions: tuple[Question, ...], notes: list[dict[str, Any]]) -> Layout:
    boxes: dict[int, list[Box]] = {}
    writings: dict[int, list[Writing]] = {}
    for note in notes:
        place = {name: round(note[name], 3) for name in ("x", "y", "w", "h") if name in note}
        if note["is"] == "box":
            boxes.setdefault(note["page"], []).append(Box(note["field"], note["option"], **place))
        elif note["is"] == "writing":
            writings.setdefault(note["page"], []).append(Writing(note["field"], **place))
    count = max(note["page"] for note in notes)
    return Layout(
        form.form_id,
        form.version,
        questions,
        tuple(
            PageLayout(number, tuple(boxes.get(number, ())), tuple(writings.get(number, ())))
            for number in range(1, count + 1)
        ),
    )


def _check_whole(notes: list[dict[str, Any]]) -> None:
    """FormError where what must stay whole reaches below the page: typst lets an unbreakable block run out of it."""
    floor = sheet.HEIGHT - _BOTTOM + 0.5
    for note in notes:
        # typst squeezes what is too tall: its end stays on the page, its boxes do not.
        if note["y"] + note.get("h", 0) > floor:
            raise FormError(
                f"{note['field']} is too tall for one page, and it cannot be split without losing its answer: "
                "shorten its words, or divide its options between two questions.",
                code="too_tall",
                about=(note["field"],),
            )


def _numbered(form: PaperForm) -> tuple[list[dict[str, Any]], tuple[Question, ...]]:
    words = WORDS[form.language]
    fields: list[dict[str, Any]] = []
    questions: list[Question] = []
    number = 0
    for field in form.fields:
        if isinstance(field, Scale):
            items = []
            for item in field.items:
                number += 1
                items.append({"code": item.code, "wording": _breakable(item.wording, 24), "number": number})
                questions.append(Question(item.code, "one", number))
            fields.append(
                {
                    "kind": "scale",
                    "first": field.items[0].code,
                    "wording": _breakable(field.wording, 60),
                    "column": _COLUMN[len(field.points)],
                    "points": [{"code": point.code, "label": _breakable(point.label, 10)} for point in field.points],
                    "items": items,
                }
            )
        elif isinstance(field, Heading):
            fields.append(
                {"kind": "heading", "wording": _breakable(field.wording, 50), "note": _breakable(field.note, 60)}
            )
        else:
            number += 1
            data, asked = _question(field, number, words)
            fields.append({"number": number, "code": field.code, "wording": _breakable(field.wording, 60), **data})
            questions.extend(asked)
    return fields, tuple(questions)


def _question(
    field: One | Many | Digits | Text, number: int, words: dict[str, str]
) -> tuple[dict[str, Any], list[Question]]:
    if isinstance(field, Digits):
        return {"kind": "digits", "count": field.count, "unit": field.unit}, [Question(field.code, "digits", number)]
    if isinstance(field, Text):
        return {"kind": "text", "lines": field.lines}, [Question(field.code, "text", number)]
    kind, most, hint = "one", None, ""
    if isinstance(field, Many):
        kind, most = "many", field.most
        hint = words["several"] if most is None else words["at_most"].format(most=most)
    asked = [Question(field.code, "many" if kind == "many" else "one", number, most)]
    asked.extend(
        Question(other_code(field.code, option.code), "text", number) for option in field.options if option.other
    )
    options = [
        {
            "code": option.code,
            "label": _breakable(option.label, 30),
            "other": option.other,
            "long": _width(option.label) > 100,
            "writing": other_code(field.code, option.code),
        }
        for option in field.options
    ]
    return {"kind": kind, "hint": hint, "options": options, "columns": _columns(field.options)}, asked


def _columns(options: Sequence[Option]) -> int:
    """As many columns as the longest label leaves room for; never more than four, which the eye can still follow."""
    plain = [option for option in options if not option.other]
    if len(plain) < 3:
        return max(len(plain), 1) if all(_width(option.label) < 60 for option in plain) else 1
    widest = max(_width(option.label) for option in plain) + sheet.BOX + 2.0 + 5.0
    return max(1, min(4, int((_CHOICE_WIDTH + 5.0) // widest)))


def _width(label: str) -> float:
    """About how wide a label is set, in mm."""
    return sum(1.0 if east_asian_width(letter) in "WF" else 0.58 for letter in label) * _EM


def _breakable(words: str, longest: int) -> str:
    """The words with places to break in what has none: a long address would run out of its column."""
    return re.sub(
        rf"[!-~]{{{longest + 1},}}",
        lambda run: "\u200b".join(run[0][at : at + longest // 2] for at in range(0, len(run[0]), longest // 2)),
        words.replace("\r\n", "\n"),
    )
