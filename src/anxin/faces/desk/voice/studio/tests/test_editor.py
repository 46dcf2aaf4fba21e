"""The editor of a draft, by plain forms as a browser without scripts sends them."""

from __future__ import annotations

from typing import Any

import pytest

from anxin.voice.questionnaires.actions import publish_version, save_draft
from anxin.voice.questionnaires.form import read_definition
from anxin.voice.questionnaires.models import Version

pytestmark = pytest.mark.django_db


def fresh(draft: Version) -> dict[str, Any]:
    return Version.objects.get(pk=draft.pk).data


def codes(draft: Version) -> list[list[str]]:
    return [[question["code"] for question in page.get("questions", [])] for page in fresh(draft)["pages"]]


def text_of(answer: Any) -> str:
    return answer.content.decode()


QUESTION = {
    "code": "q1", "kind": "one", "text_zh": "渠道", "text_en": "Channel", "role": "profile", "rows": "4", "required": "on",
    "opt_0_code": "web", "opt_0_zh": "网站", "opt_0_en": "Website", "opt_1_zh": "网点", "opt_1_en": "Branch",
    "opt_2_code": "else", "opt_2_zh": "其他", "opt_2_en": "Other", "opt_2_extra": "other", "page": "p1",
    "if_join": "all", "if_0": "line|is|home",
}  # fmt: skip


def test_the_outline_tells_what_is_asked_and_when(page: Any) -> None:
    html = text_of(page())
    assert "Line of business" in html
    assert "“Line of business” is “Home”" in html
    assert "Nothing is missing" in html


@pytest.mark.parametrize(
    ("act", "after"),
    [
        ("down question line", [[], ["line", "sat", "why"]]), ("up question why", [["line"], ["why", "sat"]]),
        ("copy question sat", [["line"], ["sat", "sat_2", "why"]]), ("delete question sat", [["line"], ["why"]]),
        ("up page p2", [["sat", "why"], ["line"]]), ("down page p1", [["sat", "why"], ["line"]]),
        ("copy page p2", [["line"], ["sat", "why"], ["sat_2", "why_2"]]), ("delete page p1", [["sat", "why"]]),
    ],
)  # fmt: skip
def test_buttons_of_the_outline_and_undo(page: Any, draft: Version, act: str, after: list[list[str]]) -> None:
    before = fresh(draft)
    assert page("do/", {"act": act}).status_code == 302
    assert codes(draft) == after
    page("undo/", {})
    assert fresh(draft) == before
    page("undo/", {})
    assert codes(draft) == after


def test_a_question_with_a_condition_is_added_and_read_back_into_its_boxes(page: Any, draft: Version) -> None:
    assert page("pages/p1/ask/", QUESTION).status_code == 302
    added = fresh(draft)["pages"][0]["questions"][1]
    assert added == {
        "code": "q1", "kind": "one", "text": {"zh": "渠道", "en": "Channel"}, "required": True, "role": "profile",
        "options": [
            {"code": "web", "text": {"zh": "网站", "en": "Website"}}, {"code": "1", "text": {"zh": "网点", "en": "Branch"}},
            {"code": "else", "text": {"zh": "其他", "en": "Other"}, "other": True},
        ],
        "show_if": {"answer": "line", "is": ["home"]},
    }  # fmt: skip
    read_definition(fresh(draft))
    html = text_of(page("questions/q1/"))
    assert 'value="line|is|home" selected' in html
    assert 'value="Website"' in html
    assert 'value="other" selected' in html


def test_what_was_typed_stays_when_it_will_not_do(page: Any, draft: Version) -> None:
    answer = page(
        "pages/p1/ask/", {**QUESTION, "kind": "number", "low": "ten", "text_zh": "多少", "if_0": "sat|at_least"}
    )
    assert answer.status_code == 422
    html = text_of(answer)
    for kept in ('value="ten"', "多少", "Write a number.", "This question is not asked before."):
        assert kept in html
    assert codes(draft) == [["line"], ["sat", "why"]]


def test_a_taken_code_is_refused_beside_its_box(page: Any, draft: Version) -> None:
    answer = page("pages/p1/ask/", {**QUESTION, "code": "sat"})
    assert answer.status_code == 422
    assert "Another question or page has this code." in text_of(answer)
    assert codes(draft) == [["line"], ["sat", "why"]]


def test_who_saves_second_keeps_what_they_typed_and_overwrites_nothing_else(
    page: Any, draft: Version, actors: Any, now: Any
) -> None:
    data = fresh(draft)
    data["pages"][1]["questions"][1]["text"]["en"] = "Why so?"
    save_draft(version=draft.public_id, data=data, expected=0, actor=actors["administrator"], now=now)
    answer = page("pages/p1/ask/", QUESTION, expected=0)
    assert answer.status_code == 409
    html = text_of(answer)
    assert "Nothing of yours is lost" in html
    assert 'value="Website"' in html
    assert 'name="expected" value="1"' in html
    assert page("pages/p1/ask/", QUESTION, expected=1).status_code == 302
    assert codes(draft) == [["line", "q1"], ["sat", "why"]]
    assert fresh(draft)["pages"][1]["questions"][1]["text"]["en"] == "Why so?"


def test_a_late_button_moves_nothing(page: Any, draft: Version) -> None:
    page("do/", {"act": "delete question sat"}, expected=7)
    assert codes(draft) == [["line"], ["sat", "why"]]


@pytest.mark.parametrize(
    ("press", "zh"),
    [("down-0", ["网点", "网站", "其他"]), ("up-2", ["网站", "其他", "网点"]), ("drop-1", ["网站", "其他", ""]), ("more", ["网站", "网点", "其他"])],
)  # fmt: skip
def test_presses_change_the_form_and_save_nothing(page: Any, draft: Version, press: str, zh: list[str]) -> None:
    answer = page("pages/p1/ask/", {**QUESTION, "press": press})
    assert answer.status_code == 200
    assert [row["zh"] for row in answer.context["sheet"].options][:3] == zh
    assert codes(draft) == [["line"], ["sat", "why"]]


def test_a_usual_scale_is_filled_in_by_its_button(page: Any) -> None:
    html = text_of(page("pages/p1/ask/", {**QUESTION, "kind": "scale", "press": "preset-likely"}))
    assert 'value="10"' in html
    assert "Extremely likely" in html


def test_a_question_changes_its_kind_code_and_page(page: Any, draft: Version) -> None:
    sent = {"code": "score", "kind": "scale", "text_zh": "打分", "scale_low": "0", "scale_high": "10", "labels_zh": "差\n好", "labels_en": "Bad\nGood", "unsure": "on", "page": "p1"}  # fmt: skip
    page("questions/sat/", sent)
    assert codes(draft) == [["line", "score"], ["why"]]
    assert fresh(draft)["pages"][0]["questions"][1]["scale"] == {
        "low": 0, "high": 10, "labels": [{"zh": "差", "en": "Bad"}, {"zh": "好", "en": "Good"}], "unsure": True,
    }  # fmt: skip


def test_pages_settings_and_quotas(page: Any, draft: Version) -> None:
    page("pages/add/", {"title_zh": "第三页"})
    page("pages/p2/", {"title_zh": "评价", "title_en": "Rating", "shuffle": "on", "if_0": "line|given"})
    page("settings/", {"languages": ["zh"], "title_zh": "新标题", "thanks_zh": "谢谢"})
    page("quotas/", {"most_0": "30", "quota0_0": "line|is|motor", "quota0_1": "line|is|home", "quota0_join": "any"})
    data = fresh(draft)
    assert data["pages"][2] == {"code": "p3", "title": {"zh": "第三页"}}
    assert data["pages"][1]["show_if"] == {"answer": "line", "given": True}
    assert data["pages"][1]["shuffle"] is True
    assert data["languages"] == ["zh"]
    assert data["thanks"] == {"zh": "谢谢"}
    assert data["quotas"] == [{"code": "quota_1", "if": {"answer": "line", "is": ["motor", "home"]}, "most": 30}]
    assert "line|is|home" in text_of(page("quotas/"))
    assert page("quotas/", {"most_0": "many", "quota0_0": "line|given"}).status_code == 422
    page("quotas/", {"most_0": "", "quota0_0": "line|given"})
    assert "quotas" not in fresh(draft)


def test_a_condition_that_rows_cannot_say_is_kept_as_json(page: Any, draft: Version) -> None:
    raw = '{"all":[{"answer":"line","is":["motor","home"]},{"not":{"answer":"line","given":false}}]}'
    page("pages/p2/", {"title_zh": "评价", "title_en": "Rating", "if_json": raw})
    html = text_of(page("pages/p2/"))
    assert "&quot;not&quot;" in html
    answer = page("pages/p2/", {"title_zh": "评价", "if_json": '{"answer": '})
    assert answer.status_code == 422
    assert "This is not JSON" in text_of(answer)
    assert "not" in fresh(draft)["pages"][1]["show_if"]["all"][1]


def test_a_condition_whose_question_is_gone_stays_until_it_is_mended(page: Any, draft: Version) -> None:
    page("do/", {"act": "delete question line"})
    html = text_of(page("questions/why/"))
    assert 'value="line|is|home" selected' in html
    sent = {"code": "why", "kind": "text", "text_zh": "新", "page": "p2"}
    assert page("questions/why/", {**sent, "if_0": "line|is|home"}).status_code == 422
    page("questions/why/", {**sent, "if_0": ""})
    assert "show_if" not in fresh(draft)["pages"][1]["questions"][1]


@pytest.mark.parametrize("what", ["block-profile", "block-importance", "instrument-servqual", "instrument-nps"])
def test_blocks_and_instruments_are_added_in_a_stage(page: Any, draft: Version, what: str) -> None:
    page("pages/add/", {})
    assert page("pages/p3/insert/", {"what": what, "stage": "claims", "required": "on"}).status_code == 302
    third = fresh(draft)["pages"][2]
    assert third["questions"]
    assert third["title"]["en"]
    definition = read_definition(fresh(draft))
    assert definition.untranslated() == []
    if what.startswith("instrument"):
        assert {question.source.stage for question in definition.pages[2].questions if question.source} == {"claims"}


def test_missing_translations_link_to_their_place_and_are_filled_in(page: Any, draft: Version) -> None:
    page("pages/p1/ask/", {**QUESTION, "text_en": "", "opt_1_en": ""})
    html = text_of(page("translations/"))
    assert "questions/q1/#f-text_en" in html
    assert "questions/q1/#f-opt_1_en" in html
    assert "2 things are missing" in text_of(page())
    page("translations/", {"t~q1~en": "Channel", "t~q1.1~en": "Branch", "t~nowhere~en": "x"})
    assert "Nothing is missing" in text_of(page("translations/"))
    assert read_definition(fresh(draft)).untranslated() == []


def test_a_faulty_draft_is_not_published_and_says_where(page: Any, draft: Version) -> None:
    page("do/", {"act": "up page p2"})
    page("state/publish/", {})
    draft.refresh_from_db()
    assert draft.state == Version.State.DRAFT
    html = text_of(page())
    assert "questions/why/" in html
    assert "which is not asked before" in html


def test_the_states_one_after_the_other(page: Any, draft: Version) -> None:
    for move, state in [
        ("pretest", "pretest"), ("end", "draft"), ("pretest", "pretest"), ("publish", "published"), ("retire", "retired"),
    ]:  # fmt: skip
        page(f"state/{move}/", {})
        draft.refresh_from_db()
        assert draft.state == state
    assert page("state/nonsense/", {}).status_code == 404


def test_a_published_version_has_no_editor(page: Any, draft: Version, actors: Any, now: Any) -> None:
    publish_version(version=draft.public_id, actor=actors["administrator"], now=now)
    before = fresh(draft)
    for rest in ("settings/", "quotas/", "pages/p1/", "pages/p1/ask/", "questions/sat/", "translations/"):
        assert page(rest).status_code == 409
    page("do/", {"act": "delete question sat"})
    assert fresh(draft) == before
    html = text_of(page())
    assert 'name="act"' not in html


def test_a_draft_is_thrown_away(page: Any, draft: Version) -> None:
    page("state/delete/", {})
    assert not Version.objects.filter(pk=draft.pk).exists()


def test_nobody_edits_a_template(signed_in: Any) -> None:
    version = Version.objects.get(questionnaire__public_id="template-study")
    client = signed_in("administrator")
    assert "Copy" in text_of(client.get(f"/desk/voice/studio/v/{version.public_id}/"))
    assert client.get(f"/desk/voice/studio/v/{version.public_id}/settings/").status_code == 409
