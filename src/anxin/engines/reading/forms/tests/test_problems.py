"""What cannot be read is named, never guessed and never raised for."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from anxin.engines.reading.forms import (
    MESSAGES,
    Copy,
    PageCode,
    Problem,
    count_pages,
    peek,
    print_form,
    read_as,
    read_pages,
    sheet,
)
from anxin.engines.reading.forms.tests import rendering as r
from anxin.engines.reading.forms.tests.conftest import TIMESTAMP, Stack
from anxin.engines.reading.forms.tests.questionnaires import short


def only_problem(data: bytes, *stacks: Stack) -> Problem:
    [reading] = read_pages(data, [stack.layout for stack in stacks])
    assert reading.problem is not None
    assert reading.marks == reading.answers == reading.writings == ()
    assert reading.problem.message
    return reading.problem


def scanned(picture: r.Picture, seed: int = 1) -> bytes:
    return r.as_jpeg(r.scan(picture, np.random.default_rng(seed), dpi=150))


def foreign_page() -> r.Picture:
    page = np.full((1754, 1240, 3), 255, np.uint8)
    for row in range(200, 1500, 60):
        page[row : row + 18, 150:1000] = 30
    return page


def as_pdf(picture: r.Picture) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PDF", resolution=150)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"hello, this is no picture", "unknown_kind"),
        (b"\x00\x00\x00\x18ftypheic" + b"\0" * 40, "heic"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "damaged_file"),
        (b"%PDF-1.7\nnothing more", "damaged_file"),
        (b"II*\0nothing more", "damaged_file"),
    ],
)
def test_files_that_are_none(short_form: Stack, data: bytes, code: str) -> None:
    assert only_problem(data, short_form).code == code
    looked = peek(data)
    assert not looked.ours


def test_a_foreign_pdf_and_an_empty_page(short_form: Stack) -> None:
    assert only_problem(as_pdf(foreign_page()), short_form).code == "foreign_page"
    assert only_problem(r.as_png(np.full((1754, 1240, 3), 250, np.uint8)), short_form).code == "empty_page"


def test_another_form_and_another_version(short_form: Stack, study_form: Stack) -> None:
    page = scanned(short_form.pages["A-1"][0])
    assert only_problem(page, study_form).code == "unknown_form"
    second = print_form(short(version=2), [Copy("B-1")], timestamp=TIMESTAMP)
    newer = scanned(r.pages_of(second.pdf)[0])
    found = only_problem(newer, short_form)
    assert (found.code, dict(found.about)) == ("unknown_version", {"form": "SHORT", "version": 2})


def test_half_a_page(short_form: Stack) -> None:
    whole = r.scan(short_form.pages["A-1"][0], np.random.default_rng(2), dpi=150)
    upper = only_problem(r.as_jpeg(whole[: len(whole) * 2 // 5]), short_form)
    assert upper.code in ("half_page", "no_corners")
    assert upper.about["serial"] == "A-1"
    lower = only_problem(r.as_jpeg(whole[len(whole) // 2 :]), short_form)
    assert lower.code == "half_page_unknown"


def test_two_pages_in_one_picture(study_form: Stack) -> None:
    random = np.random.default_rng(3)
    both = np.hstack([r.scan(page, random, dpi=130) for page in study_form.pages["000001"]])
    assert only_problem(r.as_jpeg(both), study_form).code == "several_pages"


def test_a_page_too_far_away(short_form: Stack) -> None:
    tiny = r.scan(short_form.pages["A-1"][0], np.random.default_rng(4), dpi=45)
    assert only_problem(r.as_png(tiny), short_form).code in ("too_coarse", "unreadable_code", "foreign_page")


def covered(picture: r.Picture) -> r.Picture:
    picture = picture.copy()
    x, y, size = (round(value * r.MM) for value in (sheet.QR_X, sheet.QR_Y, sheet.QR_SIZE))
    picture[y : y + size * 2 // 3, x : x + size] = 128
    return picture


def test_a_page_with_a_covered_code_is_read_as_what_a_person_says(short_form: Stack) -> None:
    data = scanned(covered(short_form.pages["A-1"][0]))
    assert only_problem(data, short_form).code == "unreadable_code"
    told = PageCode("SHORT", 1, 1, 1, "A-1")
    reading = read_as(data, 0, told, [short_form.layout])
    assert reading.problem is None
    assert reading.code == told
    # A code that can be read is believed over what somebody says.
    other = read_as(scanned(short_form.pages["A-2"][0]), 0, told, [short_form.layout])
    assert other.code is not None
    assert other.code.serial == "A-2"


def test_every_problem_can_be_said() -> None:
    about = {"pixels": 1, "most": 2, "page": 1, "serial": "S", "lost": 1, "boxes": 2, "form": "F", "version": 1}
    about |= {"pages": 1, "times": 2, "forms": "F"}
    for code in MESSAGES:
        assert "{" not in Problem(code, about).message
    with pytest.raises(ValueError, match="no problem called"):
        Problem("nonsense")


@settings(max_examples=60, deadline=None)
@given(
    head=st.sampled_from([b"", b"%PDF-1.4\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"BM"]),
    rest=st.binary(max_size=400),
)
def test_no_bytes_raise(head: bytes, rest: bytes) -> None:
    found = count_pages(head + rest)
    assert isinstance(found, (int, Problem))
    for reading in read_pages(head + rest, []):
        assert reading.problem is not None


def test_a_cut_file_is_named(short_form: Stack) -> None:
    whole = r.as_png(r.scan(short_form.pages["A-1"][0], np.random.default_rng(5), dpi=60))
    assert only_problem(whole[: len(whole) // 2], short_form).code in (
        "damaged_file",
        "half_page",
        "foreign_page",
        "empty_page",
    )


def test_peek_tells_what_a_file_is(short_form: Stack) -> None:
    looked = peek(short_form.pdf)
    assert (looked.kind, looked.pages, looked.ours) == ("pdf", 2, True)
    assert looked.code is not None
    assert looked.code.form_id == "SHORT"
    assert not peek(as_pdf(foreign_page())).ours
