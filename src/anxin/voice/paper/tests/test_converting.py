"""A definition as a paper form, and back."""

from __future__ import annotations

import pytest

from anxin.engines.reading.forms import Copy, Digits, Heading, Many, One, PaperForm, Scale, Text, print_form
from anxin.voice.paper.converting import answers_of, paper_form, question_of
from anxin.voice.questionnaires.form import Definition, read_definition
from tests.asking import FORM


def of(*questions: dict[str, object], **page: object) -> Definition:
    return read_definition(
        {"languages": ["zh"], "title": {"zh": "问卷"}, "pages": [{"code": "p", "questions": list(questions), **page}]}
    )


def rating(code: str, **more: object) -> dict[str, object]:
    return {"code": code, "kind": "scale", "text": {"zh": code}, "scale": {"low": 1, "high": 5}} | more


def printed(definition: Definition, language: str = "zh") -> PaperForm:
    form = paper_form(definition, language, form_id="Q1Z", number=1)
    assert print_form(form, [Copy("1")], timestamp=0).layout.pages  # typst takes it
    return form


def test_the_whole_questionnaire_in_both_languages() -> None:
    definition = read_definition(FORM)
    zh, en = printed(definition), printed(definition, "en")
    assert [type(field) for field in zh.fields] == [Heading, Scale, Text, Many, Heading, One, Digits, Heading]
    assert (zh.title, en.title, en.language) == ("理赔服务", "Claims service", "en")
    assert list(zh.codes()) == ["speed", "why", "way", "way.other", "sex", "age"]
    why = zh.fields[2]
    assert isinstance(why, Text)
    # A screen would leave the question out; paper says when to answer it.
    assert "“第 1 题”" in why.wording
    assert "仅当" in why.wording
    assert "question 1" in en.fields[2].wording  # type: ignore[union-attr]
    age = zh.fields[6]
    assert isinstance(age, Digits)
    assert age.count == 3
    assert zh.fields[-1] == Heading("谢谢您。")


def test_ratings_that_follow_one_another_share_a_header() -> None:
    condition = {"answer": "a", "at_least": 3}
    form = printed(
        of(rating("a"), rating("b"), rating("c", scale={"low": 1, "high": 7}), rating("d", show_if=condition))
    )
    assert [[item.code for item in field.items] for field in form.fields if isinstance(field, Scale)] == [
        ["a", "b"], ["c"], ["d"],
    ]  # fmt: skip
    assert "3" in form.fields[2].wording  # type: ignore[union-attr]


def test_labels_of_points_and_of_ends() -> None:
    full = [{"zh": words} for words in ("很差", "差", "一般", "好", "很好")]
    form = printed(of(rating("a", scale={"low": 1, "high": 5, "labels": full, "unsure": True})))
    scale = form.fields[0]
    assert isinstance(scale, Scale)
    assert [(point.code, point.label) for point in scale.points] == [
        ("1", "很差"), ("2", "差"), ("3", "一般"), ("4", "好"), ("5", "很好"), ("?", "不清楚"),
    ]  # fmt: skip
    ends = printed(of(rating("nps", scale={"low": 0, "high": 10, "labels": [{"zh": "不会"}, {"zh": "一定会"}]})))
    points = ends.fields[0].points  # type: ignore[union-attr]
    assert [point.label for point in (points[0], points[5], points[10])] == ["0 不会", "5", "10 一定会"]
    # Twelve points are more than a row takes: they become a choice.
    many = printed(of(rating("nps", scale={"low": 0, "high": 10, "unsure": True})))
    assert isinstance(many.fields[0], One)


def test_conditions_of_pages_dates_numbers_and_piping() -> None:
    definition = read_definition(
        {
            "languages": ["zh"],
            "title": {"zh": "问卷"},
            "pages": [
                {"code": "p", "questions": [rating("a")]},
                {
                    "code": "q",
                    "title": {"zh": "理赔"},
                    "show_if": {"answer": "a", "at_least": 4},
                    "questions": [
                        {"code": "day", "kind": "date", "text": {"zh": "哪一天？"}},
                        {"code": "change", "kind": "number", "text": {"zh": "变化"}, "low": -5, "high": 5},
                        {"code": "name", "kind": "text", "text": {"zh": "您打了 {a} 分，为什么？"}, "high": 40},
                    ],
                },
            ],
        }
    )
    form = printed(definition)
    heading, day, change, name = form.fields[1:]
    assert isinstance(heading, Heading)
    assert "仅当" in heading.note
    assert isinstance(day, Digits)
    assert day.count == 8
    assert isinstance(change, Text)  # a minus sign needs room that boxes for figures have not
    assert isinstance(name, Text)
    assert (name.lines, name.wording) == (1, "您打了 … 分，为什么？")


def test_answers_back() -> None:
    definition = read_definition(FORM)
    sure = {"speed": ["4"], "way": ["phone"], "sex": [], "age": []}
    assert answers_of(sure, {}, definition) == {"speed": "4", "way": ["phone"]}
    # What a person read counts more; words beside "other" mean it.
    said = {"sex": ["f"], "way.other": " 柜面 ", "age": "45", "speed": []}
    assert answers_of(sure, said, definition) == {
        "way": ["phone", "other"], "way__other": "柜面", "sex": "f", "age": "45",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "kept"), [("20250314", "2025-03-14"), ("2025-03-14", "2025-03-14"), ("2025年03月14日", "2025-03-14")]
)
def test_days_as_people_write_them(typed: str, kept: str) -> None:
    definition = of({"code": "day", "kind": "date", "text": {"zh": "哪一天？"}})
    assert answers_of({}, {"day": typed}, definition) == {"day": kept}


def test_fields_are_found_again() -> None:
    definition = read_definition(FORM)
    assert [(found[0].code, found[1]) for found in (question_of(one, definition) for one in ("way", "way.other")) if found] == [
        ("way", ""), ("way", "other"),
    ]  # fmt: skip
    assert question_of("gone", definition) is None
