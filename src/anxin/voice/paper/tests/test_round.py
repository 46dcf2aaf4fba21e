"""Out and back: what is marked on paper becomes a response, once."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from anxin.access.errors import IllegalMove, Invalid, Stale
from anxin.engines.reading.forms.tests import rendering as r
from anxin.voice.paper.actions import check_form, leave_form, name_page, set_aside, take_as_it_is
from anxin.voice.paper.models import Batch, Cutout, Page, Returned
from anxin.voice.paper.tests.conftest import Desk, tiff
from anxin.voice.responses.models import Response

pytestmark = pytest.mark.django_db

SURE = {"speed": "4", "way": ["phone", "app"], "sex": "f"}
STORED = {"speed": 4, "way": ["phone", "app"], "sex": "f"}


def test_a_plain_form_becomes_a_response_without_anybody_looking(desk: Desk) -> None:
    run = desk.print(2)
    assert (run.state, run.done, run.whole, len(run.files)) == ("done", 2, 2, 1)
    sheets = desk.sheets(run)
    first, second = sheets
    batch = desk.send(*(desk.scan(page) for page in desk.fill(run.layout, sheets[first], SURE)))
    assert (batch.state, batch.done, batch.whole) == ("read", 1, 1)
    form = desk.returned(first)
    assert (form.state, form.problems, form.open_fields) == ("taken", [], [])
    assert form.response is not None
    assert form.response.given == STORED
    assert (form.response.source, form.response.serial, form.response.language) == ("paper", first, "zh")
    assert not Returned.objects.filter(copy__serial=second).exists()
    assert not Cutout.objects.exists()


def test_the_same_form_again_is_named_and_never_counted_twice(desk: Desk) -> None:
    run = desk.print()
    [(serial, pages)] = desk.sheets(run).items()
    filled = desk.fill(run.layout, pages, SURE)
    desk.send(desk.scan(filled[0]), desk.scan(filled[0]))
    assert [one["code"] for one in desk.returned(serial).problems] == ["doubled_page"]
    assert Response.objects.count() == 1
    again = desk.send(desk.scan(filled[0]))
    assert desk.problems(again) == ["read_before"]
    assert Response.objects.count() == 1


def test_doubts_and_handwriting_wait_for_a_person(desk: Desk) -> None:
    run = desk.print()
    [(serial, pages)] = desk.sheets(run).items()
    marks = {"speed": "2", "sex": ["f", "m"], "way": ["other"]}
    desk.send(desk.scan(desk.fill(run.layout, pages, marks, write=["age", "way.other", "why"])[0]))
    form = desk.returned(serial)
    assert form.state == "check"
    assert form.open_fields == ["sex", "why", "way.other", "age"] or set(form.open_fields) == {
        "sex",
        "why",
        "way.other",
        "age",
    }
    assert set(Cutout.objects.values_list("field", flat=True)) == set(form.open_fields)
    assert Response.objects.count() == 0

    def say(**decisions: object) -> Returned:
        given = {name.replace("__", "."): value for name, value in decisions.items()}
        return check_form(form=form.public_id, decisions=given, expected=form.edit, actor=desk.actor, now=desk.now)

    with pytest.raises(Invalid) as refused:
        say(sex=["f"], why="排队", way__other="柜面")
    assert set(refused.value.fields) == {"age"}
    with pytest.raises(Invalid) as refused:
        say(sex=["f", "m"], why="", way__other="", age="999")
    assert set(refused.value.fields) == {"sex", "age"}
    say(sex=["f"], why="排队", way__other="柜面", age="45")
    form = desk.returned(serial)
    assert form.state == "taken"
    assert form.response is not None
    assert form.response.given == {
        "speed": 2, "sex": "f", "why": "排队", "way": ["other"], "way__other": "柜面", "age": 45,
    }  # fmt: skip
    assert form.checked_by_id == desk.actor.user_id


def test_two_people_do_not_overwrite_each_other(desk: Desk) -> None:
    run = desk.print()
    [(serial, pages)] = desk.sheets(run).items()
    desk.send(desk.scan(desk.fill(run.layout, pages, {"speed": "3", "sex": ["f", "m"]})[0]))
    form = desk.returned(serial)
    check_form(form=form.public_id, decisions={"sex": ["m"]}, expected=form.edit, actor=desk.actor, now=desk.now)
    with pytest.raises((Stale, IllegalMove)):
        check_form(form=form.public_id, decisions={"sex": ["f"]}, expected=form.edit, actor=desk.actor, now=desk.now)
    assert desk.returned(serial).response.given["sex"] == "m"  # type: ignore[union-attr]


def test_a_lost_page_is_named_and_comes_in_a_later_batch(desk: Desk, long_campaign: object) -> None:
    run = desk.print(2)
    sheets = desk.sheets(run)
    marks = {f"s{n}": str(n % 5 + 1) for n in range(1, 31)}
    one, other = sheets
    filled = {serial: desk.fill(run.layout, pages, marks) for serial, pages in sheets.items()}
    assert len(filled[one]) == 2
    # A batch in any order, upside down, as one TIFF.
    desk.send(tiff([r.turned(filled[other][1], 2), filled[one][0], filled[other][0]]), names=["scan.tif"])
    assert desk.returned(other).state == "taken"
    form = desk.returned(one)
    assert (form.state, form.problems) == (
        "lacking",
        [{"code": "lost_page", "about": {"page": 2, "serial": one}}],
    )
    desk.send(desk.scan(filled[one][1]))
    form = desk.returned(one)
    assert form.state == "taken"
    assert form.response.given == {code: int(value) for code, value in marks.items()}  # type: ignore[union-attr]


def test_an_incomplete_form_counts_only_when_a_person_says_so(desk: Desk, long_campaign: object) -> None:
    run = desk.print()
    [(serial, pages)] = desk.sheets(run).items()
    desk.send(desk.scan(desk.fill(run.layout, pages, {"s1": "5"})[0]))
    form = desk.returned(serial)
    assert form.state == "lacking"
    with pytest.raises(Stale):
        take_as_it_is(form=form.public_id, expected=form.edit - 1, actor=desk.actor, now=desk.now)
    take_as_it_is(form=form.public_id, expected=form.edit, actor=desk.actor, now=desk.now)
    assert desk.returned(serial).response.given == {"s1": 5}  # type: ignore[union-attr]
    with pytest.raises(IllegalMove):
        leave_form(form=form.public_id, actor=desk.actor, now=desk.now)


def test_contradicting_pages_are_decided_by_setting_one_aside(desk: Desk) -> None:
    run = desk.print()
    [(serial, pages)] = desk.sheets(run).items()
    batch = desk.send(*(desk.scan(desk.fill(run.layout, pages, {"speed": value, "sex": "f"})[0]) for value in "25"))
    form = desk.returned(serial)
    assert [one["code"] for one in form.problems] == ["contradicting_pages"]
    wrong = Page.objects.filter(file__batch=batch).order_by("pk").first()
    set_aside(page=wrong.public_id, actor=desk.actor, now=desk.now)  # type: ignore[union-attr]
    form = desk.returned(serial)
    assert form.state == "taken"
    assert form.response.given == {"speed": 5, "sex": "f"}  # type: ignore[union-attr]


def test_bad_files_are_named_and_the_rest_is_read(desk: Desk) -> None:
    run = desk.print()
    [(_serial, pages)] = desk.sheets(run).items()
    good = desk.scan(desk.fill(run.layout, pages, SURE)[0])
    half = r.as_jpeg(r.scan(pages[0], desk.random, dpi=150)[: 1754 * 2 // 5])
    blank = r.as_jpeg(np.full((1754, 1240, 3), 250, np.uint8))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("scans/good.jpg", good)
        packed.writestr("__MACOSX/._good.jpg", b"x")
        packed.writestr("scans/half.jpg", half)
    batch = desk.send(
        out.getvalue(), b"", b"not a picture", blank, names=["all.zip", "empty.jpg", "letter.docx", "blank.jpg"]
    )
    assert batch.state == "read"
    found = desk.problems(batch)
    assert found[:2] == ["empty_file", "unknown_kind"]
    assert found[-1] == "empty_page"
    assert found[2] in ("half_page", "no_corners")
    assert Response.objects.count() == 1
    assert [file.name for file in batch.files.all()][:2] == ["good.jpg", "half.jpg"]


def test_a_form_of_another_version_or_house_is_named(desk: Desk) -> None:
    from anxin.engines.reading.forms import Copy as EngineCopy
    from anxin.engines.reading.forms import print_form

    run = desk.print()
    form = run.layout.paper_form

    def page(number: int, form_id: str, serial: str) -> bytes:
        from dataclasses import replace

        pdf = print_form(
            replace(form, version=number, form_id=form_id), [EngineCopy(serial)], timestamp=1_764_288_000
        ).pdf
        return desk.scan(r.pages_of(pdf)[0])

    batch = desk.send(
        page(run.layout.number + 1, run.layout.form_id, "0001-0001"),
        page(1, "ELSEWHERE", "0001-0001"),
        page(run.layout.number, run.layout.form_id, "9999-0001"),
    )
    assert desk.problems(batch) == ["unknown_version", "unknown_form", "unknown_copy"]
    assert not Returned.objects.exists()


def test_a_page_with_a_torn_code_is_read_as_what_a_person_says(desk: Desk) -> None:
    from anxin.engines.reading.forms import sheet

    run = desk.print()
    [(serial, pages)] = desk.sheets(run).items()
    picture = desk.fill(run.layout, pages, SURE)[0]
    x, y, size = (round(value * r.MM) for value in (sheet.QR_X, sheet.QR_Y, sheet.QR_SIZE))
    picture[y : y + size * 2 // 3, x : x + size] = 128
    batch = desk.send(desk.scan(picture))
    assert desk.problems(batch) == ["unreadable_code"]
    page = Page.objects.get(file__batch=batch)
    with pytest.raises(Invalid) as refused:
        name_page(page=page.public_id, serial="0000-9999", number=1, actor=desk.actor, now=desk.now)
    assert set(refused.value.fields) == {"serial"}
    with pytest.raises(Invalid) as refused:
        name_page(page=page.public_id, serial=serial, number=2, actor=desk.actor, now=desk.now)
    assert set(refused.value.fields) == {"number"}
    name_page(page=page.public_id, serial=serial.lower(), number=1, actor=desk.actor, now=desk.now)
    assert desk.returned(serial).response.given == STORED  # type: ignore[union-attr]
    assert desk.problems(Batch.objects.get(pk=batch.pk)) == []
