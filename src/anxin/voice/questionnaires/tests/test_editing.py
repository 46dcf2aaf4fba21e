"""Changes of a draft's data: nothing of the old is touched, codes stay unique, what looks at a code follows it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.access.errors import Invalid, Missing
from anxin.voice.questionnaires import editing
from anxin.voice.questionnaires.catalogue import TEMPLATES, template
from anxin.voice.questionnaires.form import look_over, read_definition, to_data

DATA: dict[str, Any] = {
    "languages": ["zh", "en"],
    "title": {"zh": "题"},
    "pages": [
        {"code": "p1", "questions": [
            {"code": "q1", "kind": "one", "text": {"zh": "一"},
             "options": [{"code": "a", "text": {"zh": "甲"}}, {"code": "b", "text": {"zh": "乙"}}]},
            {"code": "q2", "kind": "text", "text": {"zh": "因为{q1}？"}, "show_if": {"answer": "q1", "is": ["a"]}},
        ]},
        {"code": "p2", "questions": [{"code": "q3", "kind": "text", "text": {"zh": "三"}}],
         "show_if": {"any": [{"answer": "q1", "is": ["b"]}, {"not": {"answer": "q2", "given": True}}]}},
    ],
    "quotas": [{"code": "c1", "if": {"answer": "q1", "is": ["a"]}, "most": 10}],
}  # fmt: skip


def codes(data: dict[str, Any]) -> list[list[str]]:
    return [[question["code"] for question in page.get("questions", [])] for page in data["pages"]]


@pytest.fixture(autouse=True)
def _old_data_stays() -> Any:
    before = copy.deepcopy(DATA)
    yield
    assert before == DATA


def test_questions_move_within_their_page_and_beyond_it() -> None:
    assert codes(editing.move_question(DATA, "q2", -1)) == [["q2", "q1"], ["q3"]]
    assert codes(editing.move_question(DATA, "q2", 1)) == [["q1"], ["q2", "q3"]]
    assert codes(editing.move_question(DATA, "q3", -1)) == [["q1", "q2", "q3"], []]
    assert codes(editing.move_question(DATA, "q1", -1)) == codes(DATA)  # nowhere to go
    assert codes(editing.move_question_to(DATA, "q1", "p2")) == [["q2"], ["q3", "q1"]]


def test_a_condition_that_was_moved_before_its_question_is_a_fault_with_its_place() -> None:
    _definition, faults = look_over(editing.move_question(DATA, "q2", -1))
    assert [where for where, _what in faults] == ["q2"]


def test_pages_move_copy_and_go() -> None:
    assert [page["code"] for page in editing.move_page(DATA, "p2", -1)["pages"]] == ["p2", "p1"]
    assert codes(editing.delete_page(DATA, "p1")) == [["q3"]]
    twin = editing.copy_page(DATA, "p1")
    assert codes(twin) == [["q1", "q2"], ["q1_2", "q2_2"], ["q3"]]
    copied = twin["pages"][1]["questions"][1]
    assert copied["show_if"] == {"answer": "q1_2", "is": ["a"]}
    assert copied["text"] == {"zh": "因为{q1_2}？"}
    read_definition(twin)


def test_a_copied_question_has_a_code_of_its_own() -> None:
    assert codes(editing.copy_question(DATA, "q1")) == [["q1", "q1_2", "q2"], ["q3"]]
    assert codes(editing.delete_question(DATA, "q1")) == [["q2"], ["q3"]]


def test_added_questions_never_take_a_code_that_is_there() -> None:
    block = [
        {"code": "q1", "kind": "text", "text": {"zh": "新"}},
        {"code": "q9", "kind": "text", "text": {"zh": "{q1}"}, "show_if": {"answer": "q1", "given": True}},
    ]
    new = editing.add_questions(DATA, "p2", block)
    assert codes(new) == [["q1", "q2"], ["q3", "q1_2", "q9"]]
    assert new["pages"][1]["questions"][2]["show_if"]["answer"] == "q1_2"


def test_a_new_code_is_followed_by_conditions_quotas_and_pipes() -> None:
    question = {**DATA["pages"][0]["questions"][0], "code": "line"}
    new = editing.set_question(DATA, "q1", question)
    assert new["pages"][0]["questions"][1]["text"] == {"zh": "因为{line}？"}
    assert new["pages"][1]["show_if"]["any"][0]["answer"] == "line"
    assert new["quotas"][0]["if"]["answer"] == "line"
    read_definition(new)


@pytest.mark.parametrize("code", ["q2", "p2", "1a", "a b", "问", ""])
def test_a_code_that_will_not_do_is_refused_at_its_box(code: str) -> None:
    with pytest.raises(Invalid) as refused:
        editing.set_question(DATA, "q1", {**DATA["pages"][0]["questions"][0], "code": code})
    assert set(refused.value.fields) == {"code"}


def test_what_somebody_deleted_meanwhile_is_missing() -> None:
    for change in (editing.delete_question, editing.copy_question, editing.delete_page, editing.copy_page):
        with pytest.raises(Missing):
            change(DATA, "gone")


def test_translations_reach_every_place() -> None:
    body = template("study")["body"]
    definition = read_definition(body)
    given = {(where, "en"): f"new {where}" for where, text in definition.texts() if text}
    done = read_definition(editing.set_words(body, given))
    assert {(where, "en"): text.get("en") for where, text in done.texts() if text} == given
    assert editing.set_words(DATA, {("nowhere", "en"): "x", ("q1.z", "en"): "x", ("title", "en"): " "}) == DATA


@pytest.mark.parametrize("name", TEMPLATES)
def test_shipped_templates_are_whole_in_both_languages_and_read_back(name: str) -> None:
    definition = read_definition(template(name)["body"])
    assert definition.languages == ("zh", "en")
    assert definition.untranslated() == []
    assert read_definition(to_data(definition)) == definition


# -- any questionnaire at all ---------------------------------------------------------------------------------------

_words = st.dictionaries(st.sampled_from(["zh", "en"]), st.text(min_size=1, max_size=8).filter(str.strip), min_size=1)
_code = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True)


@st.composite
def bodies(draw: Any) -> dict[str, Any]:
    """Sound questionnaires, with conditions on what was asked before."""
    names = draw(st.lists(_code, min_size=2, max_size=9, unique=True))
    pages: list[dict[str, Any]] = []
    asked: list[str] = []
    for place, code in enumerate(names):
        if place == 0 or draw(st.booleans()):
            pages.append({"code": f"{code}__page", "title": draw(_words), "questions": []})
        kind = draw(st.sampled_from(["scale", "one", "many", "number", "text", "date"]))
        question: dict[str, Any] = {"code": code, "kind": kind, "text": draw(_words), "required": draw(st.booleans())}
        if kind == "scale":
            low = draw(st.integers(-3, 3))
            question["scale"] = {"low": low, "high": low + draw(st.integers(1, 10)), "unsure": draw(st.booleans())}
        if kind in ("one", "many"):
            question["options"] = [{"code": str(n), "text": draw(_words)} for n in range(draw(st.integers(2, 4)))]
            question["shuffle"] = draw(st.booleans())
        if kind == "number":
            question["low"] = draw(st.none() | st.integers(0, 5))
        if asked and draw(st.booleans()):
            leaf = {"answer": draw(st.sampled_from(asked)), "given": draw(st.booleans())}
            question["show_if"] = draw(st.sampled_from([leaf, {"not": leaf}, {"all": [leaf, leaf]}]))
        pages[-1]["questions"].append(question)
        asked.append(code)
    quotas = [{"code": "c", "if": {"answer": asked[0], "given": True}, "most": draw(st.integers(0, 9))}]
    return {"languages": ["zh", "en"], "title": draw(_words), "pages": pages, "quotas": quotas}


@settings(max_examples=30, deadline=None)
@given(bodies())
def test_what_is_read_is_written_and_read_alike(body: dict[str, Any]) -> None:
    definition = read_definition(body)
    assert read_definition(to_data(definition)) == definition
    assert to_data(read_definition(to_data(definition))) == to_data(definition)


@settings(max_examples=30, deadline=None)
@given(bodies(), st.data())
def test_no_change_loses_or_doubles_a_question(body: dict[str, Any], data: Any) -> None:
    def all_codes(found: dict[str, Any]) -> list[str]:
        return [question["code"] for _page, question in editing.questions_of(found)]

    code = data.draw(st.sampled_from(all_codes(body)))
    by = data.draw(st.sampled_from([-1, 1]))
    assert sorted(all_codes(editing.move_question(body, code, by))) == sorted(all_codes(body))
    for page in body["pages"]:
        twin = editing.copy_page(body, page["code"])
        assert len(set(all_codes(twin))) == len(all_codes(twin)) == len(all_codes(body)) + len(page["questions"])
    assert sorted([*all_codes(editing.delete_question(body, code)), code]) == sorted(all_codes(body))
    copied = editing.copy_question(body, code)
    assert look_over(copied)[1] == []


@settings(max_examples=150, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["code", "pages", "questions", "kind", "text", "title", "options", "scale", "show_if", "languages", "quotas", "all", "answer", "is", "not", "labels", "source"]), inner, max_size=5), max_leaves=25))  # fmt: skip
def test_nonsense_is_named_and_never_breaks_the_reader(data: Any) -> None:
    _definition, faults = look_over(data)
    assert all(isinstance(where, str) and isinstance(what, str) and what for where, what in faults)
