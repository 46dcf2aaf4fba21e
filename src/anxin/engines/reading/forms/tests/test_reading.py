"""Marks read back from scans and photographs: right, or left to a person."""

from __future__ import annotations

import io
from collections.abc import Iterable

import cv2
import numpy as np
import pytest
from PIL import Image

from anxin.engines.reading.forms import PageReading, read_pages
from anxin.engines.reading.forms.tests import rendering as r
from anxin.engines.reading.forms.tests.conftest import Stack

SEED = 20_261_128


def wrong_and_right(reading: PageReading, filled: r.Filled) -> tuple[list[str], int, int]:
    """(boxes read wrongly though nobody would look, boxes right, boxes left to a person)"""
    assert reading.problem is None, reading.problem
    doubtful = {answer.field for answer in reading.doubtful}
    wrong, right, flagged = [], 0, 0
    for mark in reading.marks:
        if mark.field in doubtful:
            flagged += 1
        elif (mark.state == "marked") == ((mark.field, mark.option) in filled.marked):
            right += 1
        else:
            wrong.append(f"{mark.field}/{mark.option} read as {mark.state}")
    return wrong, right, flagged


def filled_page(stack: Stack, number: int, hand: str, seed: int) -> tuple[r.Filled, r.Random]:
    random = np.random.default_rng([SEED, seed, number])
    serial = next(iter(stack.pages))
    page = stack.layout.pages[number - 1]
    return r.fill_page(stack.pages[serial][number - 1], stack.layout, page, random, hand), random


@pytest.mark.parametrize(("number", "condition"), list(enumerate(r.GOOD)))
def test_every_mark_is_right_under_good_conditions(study_form: Stack, number: int, condition: str) -> None:
    number, hand = (1, "tick") if number % 2 else (2, "cross")
    filled, random = filled_page(study_form, number, hand, len(condition))
    [reading] = read_pages(r.GOOD[condition](filled.picture, random), [study_form.layout])
    assert reading.code is not None
    assert (reading.code.page, reading.code.pages, reading.code.serial) == (number, 2, "000001")
    wrong, right, flagged = wrong_and_right(reading, filled)
    assert wrong == []
    assert flagged <= 6
    assert right + flagged == len(study_form.layout.pages[number - 1].boxes)


@pytest.mark.parametrize("hand", [name for name in r.HANDS if name not in ("tick", "cross")])
def test_every_hand_is_understood_on_a_photograph(study_form: Stack, hand: str) -> None:
    filled, random = filled_page(study_form, 1, hand, 7)
    [reading] = read_pages(r.as_jpeg(r.photo(filled.picture, random)), [study_form.layout])
    wrong, right, flagged = wrong_and_right(reading, filled)
    assert wrong == []
    assert right > flagged


@pytest.mark.parametrize("condition", r.BAD)
def test_bad_pictures_are_doubted_rather_than_read_wrongly(study_form: Stack, condition: str) -> None:
    filled, random = filled_page(study_form, 2, "blue tick", len(condition))
    [reading] = read_pages(r.BAD[condition](filled.picture, random), [study_form.layout])
    wrong, _right, _flagged = wrong_and_right(reading, filled)
    assert wrong == []


def test_pencil_lost_in_a_black_and_white_scan_is_not_taken_for_no_answer(study_form: Stack) -> None:
    filled, random = filled_page(study_form, 1, "light pencil", 3)
    [reading] = read_pages(r.as_png(r.bilevel(r.scan(filled.picture, random))), [study_form.layout])
    assert [caution.code for caution in reading.cautions] == ["black_and_white"]
    wrong, _right, flagged = wrong_and_right(reading, filled)
    assert wrong == []
    assert flagged
    assert "black_and_white" in {answer.doubt for answer in reading.doubtful}


def test_an_unmarked_page_is_blank_throughout(study_form: Stack) -> None:
    random = np.random.default_rng(1)
    data = r.as_jpeg(r.photo(study_form.pages["000001"][0], random))
    [reading] = read_pages(data, [study_form.layout])
    assert {answer.state for answer in reading.answers} == {"blank"}
    assert not any(writing.written for writing in reading.writings)


def test_a_mark_filled_is_taken_back_and_the_other_counts(short_form: Stack) -> None:
    random = np.random.default_rng(5)
    picture = short_form.pages["A-1"][0].copy()
    boxes = {(box.field, box.option): box for box in short_form.layout.pages[0].boxes}
    for field, option, style in (("r1", "2", "cross"), ("r1", "2", "fill"), ("r1", "4", "cross"), ("r2", "5", "cross")):
        r.draw_mark(picture, boxes[field, option], r.Hand(style), random)
    [reading] = read_pages(r.as_png(r.scan(picture, random)), [short_form.layout])
    answers = {answer.field: answer for answer in reading.answers}
    assert (answers["r1"].state, answers["r1"].options) == ("answered", ("4",))
    assert (answers["r2"].state, answers["r2"].options) == ("answered", ("5",))
    states = {(mark.field, mark.option): mark.state for mark in reading.marks}
    assert states["r1", "2"] == "corrected"


def test_two_marks_for_one_answer_go_to_a_person_with_a_picture(short_form: Stack) -> None:
    random = np.random.default_rng(6)
    picture = short_form.pages["A-1"][0].copy()
    for box in short_form.layout.pages[0].boxes:
        if box.field == "again":
            r.draw_mark(picture, box, r.HANDS["cross"], random)
    [reading] = read_pages(r.as_png(r.scan(picture, random)), [short_form.layout])
    [doubtful] = reading.doubtful
    assert (doubtful.field, doubtful.doubt, doubtful.options) == ("again", "two_marks", ("y", "n"))
    assert doubtful.picture is not None
    shown = cv2.imdecode(np.frombuffer(doubtful.picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert shown is not None
    assert shown.shape[1] > shown.shape[0]


def test_handwriting_is_found_and_cut_out(study_form: Stack) -> None:
    random = np.random.default_rng(8)
    picture = study_form.pages["000001"][1].copy()
    wish = next(writing for writing in study_form.layout.pages[1].writings if writing.field == "wish")
    r.scribble(picture, wish.x, wish.y, wish.w, wish.h, r.HANDS["tick"], random)
    [reading] = read_pages(r.as_jpeg(r.photo(picture, random)), [study_form.layout])
    assert {one.field: one.written for one in reading.writings} == {"wish": True, "praise": False}
    assert all(one.picture[:3] == b"\xff\xd8\xff" for one in reading.writings)


def test_a_straight_one_in_a_box_for_figures_is_seen(study_form: Stack) -> None:
    random = np.random.default_rng(12)
    picture = study_form.pages["000001"][0].copy()
    years = next(writing for writing in study_form.layout.pages[0].writings if writing.field == "years")
    r.draw_stroke(
        picture, np.array([(years.x + 4.0, years.y + 1.5), (years.x + 4.0, years.y + 8.5)]), r.HANDS["tick"], random
    )
    [reading] = read_pages(r.as_jpeg(r.photo(picture, random)), [study_form.layout])
    assert {one.field: one.written for one in reading.writings}["years"]


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_is_read_whichever_way_up(short_form: Stack, quarters: int) -> None:
    filled, random = filled_page(short_form, 1, "tick", quarters)
    [reading] = read_pages(r.as_jpeg(r.turned(r.scan(filled.picture, random, dpi=150), quarters)), [short_form.layout])
    assert reading.turned == {1: 270, 2: 180, 3: 90}[quarters]
    assert wrong_and_right(reading, filled)[0] == []


def test_files_of_many_pages_and_kinds(study_form: Stack) -> None:
    random = np.random.default_rng(9)
    scans = [Image.fromarray(r.scan(page, random, dpi=150, colour=False)) for page in study_form.pages["000002"]]
    for kind, options in (("TIFF", {"compression": "tiff_deflate"}), ("PDF", {"resolution": 150})):
        out = io.BytesIO()
        scans[0].save(out, kind, save_all=True, append_images=scans[1:], **options)
        found = read_pages(out.getvalue(), [study_form.layout])
        assert [(one.page, one.code and one.code.page) for one in found] == [(0, 1), (1, 2)], kind
        assert {one.code.token for one in found if one.code} == {"TOKEN2ABCDEFGH"}
        assert not any(one.problem for one in found)
    out = io.BytesIO()
    scans[0].save(out, "WEBP", lossless=True)
    assert_read(read_pages(out.getvalue(), [study_form.layout]), [1])


def assert_read(readings: Iterable[PageReading], pages: list[int]) -> None:
    assert [one.code.page if one.code and not one.problem else None for one in readings] == pages
