"""What is printed, and whether it lies where the layout says."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest

from anxin.engines.reading.forms import (
    Copy,
    FormError,
    Heading,
    Item,
    Layout,
    Many,
    One,
    Option,
    PaperForm,
    Scale,
    Text,
    print_form,
    sheet,
)
from anxin.engines.reading.forms.tests.conftest import TIMESTAMP, Stack
from anxin.engines.reading.forms.tests.questionnaires import AGREE, short, study
from anxin.engines.reading.forms.tests.rendering import MM, Picture


def dark_at(picture: Picture, x: float, y: float) -> bool:
    row, column = round(y * MM), round(x * MM)
    return bool(picture[row - 1 : row + 2, column - 1 : column + 2].min() < 110)


def words_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def test_every_box_is_printed_where_the_layout_says(study_form: Stack) -> None:
    for picture, page in zip(study_form.pages["000001"], study_form.layout.pages, strict=True):
        assert page.boxes
        for box in page.boxes:
            middle = box.x + box.w / 2, box.y + box.h / 2
            edges = [(box.x, middle[1]), (box.x + box.w, middle[1]), (middle[0], box.y), (middle[0], box.y + box.h)]
            assert all(dark_at(picture, *edge) for edge in edges), box
            inside = picture[
                round((box.y + 0.5) * MM) : round((box.y + box.h - 0.5) * MM),
                round((box.x + 0.5) * MM) : round((box.x + box.w - 0.5) * MM),
            ]
            assert inside.min() > 245, box


def test_layout_names_every_question_once_in_order(study_form: Stack) -> None:
    layout = study_form.layout
    assert [question.field for question in layout.questions] == list(study_form.form.codes())
    placed = {box.field for page in layout.pages for box in page.boxes}
    placed |= {writing.field for page in layout.pages for writing in page.writings}
    assert placed == set(study_form.form.codes())
    assert len(layout.pages) == 2
    assert layout.by_field["products"].kind == "many"
    assert layout.by_field["products.other"].kind == "text"
    # What is printed before each question counts up; the words beside "other" bear their question's number.
    numbers = [question.number for question in layout.questions if "." not in question.field]
    assert numbers == list(range(1, len(numbers) + 1))


def test_boxes_stay_clear_of_the_marks_and_the_paper_border(study_form: Stack) -> None:
    corners = sheet.marker_corners()
    for page in study_form.layout.pages:
        for box in page.boxes:
            assert sheet.MARKER_INSET < box.x < sheet.WIDTH - sheet.MARKER_INSET - box.w
            for mark in corners:
                apart = (
                    box.x > mark[:, 0].max() + 1
                    or box.x + box.w < mark[:, 0].min() - 1
                    or box.y > mark[:, 1].max() + 1
                    or box.y + box.h < mark[:, 1].min() - 1
                )
                assert apart


def test_every_copy_bears_its_serial_on_every_page(study_form: Stack) -> None:
    words = words_of(study_form.pdf)
    assert ["000001" in page for page in words] == [True, True, False, False]
    assert ["000002" in page for page in words] == [False, False, True, True]
    assert "您最希望我们改进什么" in "".join(words)


def test_the_layout_does_not_depend_on_the_copies(study_form: Stack) -> None:
    again = print_form(study(), [Copy("X")], timestamp=TIMESTAMP)
    assert again.layout == study_form.layout
    assert print_form(study(), [Copy("X")], timestamp=TIMESTAMP).pdf == again.pdf


def test_layout_and_form_survive_json(study_form: Stack) -> None:
    assert Layout.from_data(json.loads(json.dumps(study_form.layout.to_data()))) == study_form.layout
    assert PaperForm.from_data(json.loads(json.dumps(study_form.form.to_data()))) == study_form.form
    with pytest.raises(FormError) as refused:
        Layout.from_data({**study_form.layout.to_data(), "format": 2})
    assert refused.value.code == "bad_layout"


def test_markup_in_a_wording_is_printed_not_run(short_form: Stack) -> None:
    assert "#1 $x$ *y*" in words_of(short_form.pdf)[0]


def test_a_long_word_and_a_long_form_find_room() -> None:
    rows = tuple(Item(f"r{n}", f"第 {n} 条：" + "A" * 90) for n in range(60))
    printed = print_form(PaperForm("LONG", 1, "长" * 80, "zh", (Scale(rows, AGREE),)), [Copy("1")], timestamp=TIMESTAMP)
    assert len(printed.layout.pages) > 2
    assert sum(len(page.boxes) for page in printed.layout.pages) == 60 * 5
    boxes = np.array([(box.x, box.y) for page in printed.layout.pages for box in page.boxes])
    assert boxes[:, 0].max() < sheet.WIDTH - 15
    assert boxes[:, 1].max() < sheet.HEIGHT - 20


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("bad_form_id", lambda: replace(short(), form_id="lower case")),
        ("bad_version", lambda: replace(short(), version=0)),
        ("bad_language", lambda: replace(short(), language="fr")),  # type: ignore[arg-type]
        ("no_title", lambda: replace(short(), title=" ")),
        ("no_fields", lambda: replace(short(), fields=(Heading("only a heading"),))),
        ("code_twice", lambda: replace(short(), fields=(Text("a", "A?"), Text("a", "Again?")))),
        ("code_twice", lambda: replace(short(), fields=(One("a", "A?", (Option("x", "X"), Option("x", "Y"))),))),
        ("no_options", lambda: replace(short(), fields=(One("a", "A?", ()),))),
        ("no_items", lambda: replace(short(), fields=(Scale((), AGREE),))),
        ("bad_points", lambda: replace(short(), fields=(Scale((Item("a", "A"),), AGREE[:1]),))),
        ("no_wording", lambda: replace(short(), fields=(Text("a", "  "),))),
        ("out_of_range", lambda: replace(short(), fields=(Text("a", "A?", lines=0),))),
        ("out_of_range", lambda: replace(short(), fields=(Many("a", "A?", (Option("x", "X"),), most=2),))),
        ("bad_code", lambda: replace(short(), fields=(Text(" a", "A?"),))),
        ("bad_kind", lambda: PaperForm.from_data({**short().to_data(), "fields": [{"kind": "slider"}]})),
        ("bad_data", lambda: PaperForm.from_data({"form_id": "X"})),
        ("no_copies", lambda: print_form(short(), [], timestamp=TIMESTAMP)),
        ("serial_twice", lambda: print_form(short(), [Copy("1"), Copy("1")], timestamp=TIMESTAMP)),
        ("bad_serial", lambda: print_form(short(), [Copy("sérial")], timestamp=TIMESTAMP)),
        ("bad_token", lambda: print_form(short(), [Copy("1", "a b")], timestamp=TIMESTAMP)),
        (
            "too_tall",
            lambda: print_form(
                replace(
                    short(), fields=(Many("a", "A?", tuple(Option(str(n), "w" * 60 + str(n)) for n in range(60))),)
                ),
                [Copy("1")],
                timestamp=TIMESTAMP,
            ),
        ),
    ],
)
def test_what_cannot_be_printed_is_refused_by_name(code: str, make: object) -> None:
    with pytest.raises(FormError) as refused:
        make()  # type: ignore[operator]
    assert refused.value.code == code
    assert str(refused.value)
