"""A page as it is drawn: what respondents, preview and portal share."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.template.loader import render_to_string

from anxin.voice.questionnaires.form import Fault, clean_page, read_definition
from anxin.voice.questionnaires.rendering import page_context

BODY: dict[str, Any] = {
    "languages": ["zh", "en"],
    "title": {"zh": "满意度", "en": "Satisfaction"},
    "pages": [
        {
            "code": "p1",
            "title": {"zh": "您", "en": "You"},
            "intro": {"zh": "请如实回答。", "en": "Please be frank."},
            "questions": [
                {
                    "code": "line", "kind": "one", "required": True, "text": {"zh": "险种", "en": "Line of business"},
                    "options": [
                        {"code": "motor", "text": {"zh": "车险", "en": "Motor"}},
                        {"code": "home", "text": {"zh": "家财险", "en": "Home"}},
                        {"code": "else", "text": {"zh": "其他", "en": "Other"}, "other": True},
                    ],
                },
                {
                    "code": "plate", "kind": "text", "high": 20, "text": {"zh": "车型", "en": "Model"},
                    "show_if": {"answer": "line", "is": ["motor"]},
                },
            ],
        },
        {
            "code": "p2",
            "questions": [
                {
                    "code": "sat", "kind": "scale", "required": True,
                    "text": {"zh": "对{line}的满意度", "en": "How satisfied are you with {line}?"},
                    "scale": {"low": 1, "high": 5, "labels": [{"zh": "很差", "en": "Poor"}, {"zh": "很好", "en": "Good"}], "unsure": True},
                },
                {
                    "code": "why", "kind": "many", "most": 2, "text": {"zh": "为什么", "en": "Why"},
                    "options": [
                        {"code": "a", "text": {"zh": "慢", "en": "Slow"}},
                        {"code": "b", "text": {"zh": "贵", "en": "Dear"}},
                        {"code": "none", "text": {"zh": "都不是", "en": "None"}, "alone": True},
                    ],
                    "show_if": {"answer": "line", "is": ["home"]},
                },
                {"code": "age", "kind": "number", "low": 18, "high": 99, "text": {"zh": "年龄", "en": "Age"}},
                {"code": "day", "kind": "date", "text": {"zh": "日期", "en": "Day"}},
                {"code": "open", "kind": "text", "text": {"zh": "意见", "en": "Comments"}},
            ],
        },
    ],
}  # fmt: skip


def drawn(page: int, answers: dict[str, Any] | None = None, language: str = "en", faults: Any = ()) -> str:
    definition = read_definition(BODY)
    context = page_context(definition, definition.pages[page], answers or {}, language, "seed", faults)
    return render_to_string("voice/page.html", context)


def names(html: str) -> set[str]:
    return set(re.findall(r'name="([^"]+)"', html))


def test_boxes_bear_the_questions_codes() -> None:
    assert names(drawn(0)) == {"line", "line__other", "plate"}
    assert names(drawn(1)) == {"sat", "age", "day", "open"}


def test_the_questionnaires_language_wins_over_the_readers(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"
    assert "Cannot say" in drawn(1, language="en")
    chinese = drawn(1, language="zh")
    assert "Cannot say" not in chinese
    assert 'lang="zh-CN"' in chinese


def test_answers_are_kept_and_piped() -> None:
    html = drawn(1, {"line": "else", "line__other": "Pets", "sat": 4, "age": 44.0, "open": "<b>slow</b>"})
    assert "How satisfied are you with Pets?" in html
    assert re.search(r'value="4" checked', html)
    assert 'value="44"' in html
    assert "&lt;b&gt;slow&lt;/b&gt;" in html


def test_a_condition_on_an_earlier_page_decides_here() -> None:
    assert "why" not in names(drawn(1, {"line": "motor"}))
    html = drawn(1, {"line": "home", "why": ["a", "b"]})
    assert html.count('name="why"') == 3
    assert html.count("checked") == 2
    assert "Choose 2 at most." in html


def test_a_condition_on_this_page_is_drawn_in_words_and_for_the_script() -> None:
    html = drawn(0)
    assert "Only if this holds:" in html
    assert "“Line of business” is “Motor”" in html.replace("&quot;", '"')
    assert "data-show-if=" in html


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_refusal_has_its_words(language: str) -> None:
    definition = read_definition(BODY)
    given = {"line": "else", "sat": "9", "why": ["a", "none"], "age": "7", "day": "soon"}
    found: list[Fault] = []
    for page in definition.pages:
        found += clean_page(page, given, {"line": "home"})[1]
    assert {(fault.question, fault.code) for fault in found} == {
        ("line", "other_words"), ("sat", "off_scale"), ("why", "alone"), ("age", "out_of_range"), ("day", "date"),
    }  # fmt: skip
    html = drawn(1, {"line": "home", **given, "line__other": ""} | {"line": "home"}, language, found)
    assert html.count('aria-invalid="true"') == 4
    assert 'href="#q-age"' in html
    assert "18" in html
    assert "99" in html
    assert 'value="7"' in html  # what was typed stays


def test_labels_of_two_ends_are_said_once_and_heard_at_their_points() -> None:
    html = drawn(1)
    assert html.count("Poor") == 2
    assert 'class="q__ends" aria-hidden="true"' in html


def test_shuffled_options_stay_put_for_one_respondent() -> None:
    body = {**BODY, "pages": [{"code": "p", "questions": [
        {"code": "x", "kind": "one", "shuffle": True, "text": {"zh": "选"},
         "options": [{"code": str(n), "text": {"zh": str(n)}} for n in range(8)]},
    ]}], "languages": ["zh"]}  # fmt: skip
    definition = read_definition(body)

    def order(seed: str) -> list[str]:
        context = page_context(definition, definition.pages[0], {}, "zh", seed)
        return [option["code"] for option in context["questions"][0]["options"]]

    assert order("one") == order("one")
    assert sorted(order("one")) == sorted(order("two"))
    assert order("one") != order("two")
