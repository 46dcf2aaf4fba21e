"""Notes are written, quotes marked under codes, counted, searched, taken back and erased."""

from __future__ import annotations

import pytest

from anxin.voice.interviews import queries
from anxin.voice.interviews.masking import mask
from anxin.voice.interviews.models import Code, Interview, Quote, Revision

HOME = "/desk/voice/interviews/"
NOTES = "理赔等了两个月。\n我打了三次电话 13812346207，没人回。\n后来李经理帮了大忙。"
FORM = {
    "held_on": "2025-03-10",
    "stage": "claims",
    "customer": "",
    "who": "车主，四十岁",
    "consent": "quote",
    "notes": NOTES,
}


@pytest.fixture
def codes(at) -> list[Code]:
    at("analyst").post(
        f"{HOME}codes/add/", {"name_zh": "等待太久", "name_en": "Long wait", "stage": "claims", "meaning": ""}
    )
    at("analyst").post(
        f"{HOME}codes/add/", {"name_zh": "联系不上", "name_en": "Out of reach", "stage": "", "meaning": ""}
    )
    return list(Code.objects.order_by("pk"))


@pytest.fixture
def talk(at) -> Interview:
    answer = at("analyst").post(f"{HOME}add/", FORM)
    assert answer.status_code == 302, answer.content.decode()
    return Interview.objects.get()


def mark(at, talk: Interview, words: str, *codes: Code, tone: str = "bad", stage: str = ""):
    return at("analyst").post(
        f"{HOME}{talk.public_id}/quotes/", {"words": words, "codes": [code.public_id for code in codes], "stage": stage, "tone": tone}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"notes": " "}, "This field is required"), ({"who": ""}, "describe who it was"),
        ({"held_on": "2030-01-01"}, "still to come"), ({"customer": "nobody"}, "no such customer"), ({"consent": ""}, "required"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_says_why_and_keeps_what_was_typed(at, change: dict[str, str], words: str) -> None:
    answer = at("analyst").post(f"{HOME}add/", {**FORM, **change})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert ("理赔等了两个月" in page) or change.get("notes")


def test_numbers_are_masked_when_read_and_kept_as_written(at, talk) -> None:
    page = at("supervisor").get(f"{HOME}{talk.public_id}/").content.decode()
    assert "13812346207" not in page
    assert "理赔等了两个月" in page
    assert at("supervisor").get(f"{HOME}{talk.public_id}/change/").status_code == 403
    assert "13812346207" in at("analyst").get(f"{HOME}{talk.public_id}/change/").content.decode()


@pytest.mark.parametrize(
    "personal", ["13812346207", "138-1234-6207", "320501198503120018", "a.b@example.com", "苏E·7K38Q", "0512-65221234"]
)
def test_shapes_of_personal_data(personal: str) -> None:
    assert personal not in mask(f"请联系{personal}，谢谢")


def test_a_known_name_is_masked() -> None:
    assert "李明" not in mask("李明说很慢", names=["李明"])


def test_quotes_are_marked_counted_and_removed(at, talk, codes) -> None:
    assert mark(at, talk, "理赔等了两个月。", codes[0]).status_code == 302
    assert mark(at, talk, "没人回", *codes, stage="care").status_code == 302
    assert mark(at, talk, "帮了大忙", codes[1], tone="good").status_code == 302
    counts = {(one.code.name_zh, one.stage): (one.quotes, one.interviews) for one in queries.counts()}
    assert counts == {
        ("等待太久", "claims"): (1, 1), ("等待太久", "care"): (1, 1), ("联系不上", "care"): (1, 1), ("联系不上", "claims"): (1, 1),
    }  # fmt: skip
    assert "Long wait" in at("supervisor").get(HOME).content.decode()
    quote = Quote.objects.first()
    at("analyst").post(f"{HOME}{talk.public_id}/quotes/{quote.public_id}/remove/")
    assert Quote.objects.count() == 2


@pytest.mark.parametrize(("words", "why"), [("等了三个月", "do not stand in the notes"), ("", "required")])
def test_a_quote_must_stand_in_the_notes(at, talk, codes, words: str, why: str) -> None:
    answer = mark(at, talk, words, codes[0])
    assert answer.status_code == 422
    assert why in answer.content.decode()


def test_a_report_counts_with_consent_and_quotes_with_more(at, codes) -> None:
    for consent in ("quote", "count", "none"):
        at("analyst").post(f"{HOME}add/", {**FORM, "consent": consent})
        mark(at, Interview.objects.first(), "打了三次电话 13812346207", codes[1])
    made = queries.for_report()
    assert made.interviews == 2
    assert made.by_stage == (("claims", 2),)
    assert [(one.quotes, one.interviews) for one in made.counts] == [(2, 2)]
    assert len(made.quotes) == 1
    assert "13812346207" not in made.quotes[0].words


def test_a_change_can_be_taken_back_and_never_loses_a_quote(at, talk, codes) -> None:
    mark(at, talk, "没人回", codes[1])
    address = f"{HOME}{talk.public_id}/change/"
    answer = at("analyst").post(address, {**FORM, "notes": "别的", "expected": "0"})
    assert answer.status_code == 422
    assert "Quotes would lose their place" in answer.content.decode()
    assert at("analyst").post(address, {**FORM, "notes": NOTES + "\n补充。", "expected": "0"}).status_code == 302
    stale = at("analyst").post(address, {**FORM, "notes": NOTES + "\n另一个。", "expected": "0"})
    assert stale.status_code == 422
    assert "另一个" in stale.content.decode()
    assert Revision.objects.get().notes == NOTES
    at("analyst").post(f"{HOME}{talk.public_id}/restore/0/")
    talk.refresh_from_db()
    assert (talk.notes, talk.edit, Revision.objects.count()) == (NOTES, 2, 2)
    assert at("analyst").post(f"{HOME}{talk.public_id}/restore/9/").status_code == 404


def test_the_list_is_searched_and_narrowed(at, talk, codes) -> None:
    mark(at, talk, "没人回", codes[1])
    supervisor = at("supervisor")
    for query, there in (("text=三次电话", True), ("text=zzz", False), ("stage=claims", True), ("stage=care", False),
                         (f"code={codes[1].public_id}", True), (f"code={codes[0].public_id}", False)):  # fmt: skip
        assert (talk.public_id in supervisor.get(f"{HOME}?{query}").content.decode()) == there, query


def test_erasing_leaves_nothing(at, talk, codes) -> None:
    mark(at, talk, "没人回", codes[1])
    at("analyst").post(f"{HOME}{talk.public_id}/change/", {**FORM, "notes": NOTES + "x", "expected": "0"})
    at("analyst").post(f"{HOME}{talk.public_id}/erase/")
    talk.refresh_from_db()
    assert (talk.notes, talk.who, talk.customer) == ("", "", None)
    assert not Quote.objects.exists()
    assert not Revision.objects.exists()
    assert at("analyst").get(f"{HOME}{talk.public_id}/").status_code == 404


def test_the_code_book(at, codes) -> None:
    twice = at("analyst").post(f"{HOME}codes/add/", {"name_zh": "等待太久", "stage": "claims"})
    assert twice.status_code == 422
    at("analyst").post(f"{HOME}codes/{codes[0].public_id}/", {"name_zh": "等待", "stage": "claims", "is_retired": "on"})
    page = at("auditor").get(f"{HOME}codes/").content.decode()
    assert "Retired" in page
    assert at("auditor").get(f"{HOME}codes/add/").status_code == 403


def test_another_branch_sees_nothing(at, talk) -> None:
    other = at("other_analyst")
    assert talk.public_id not in other.get(HOME).content.decode()
    assert other.get(f"{HOME}{talk.public_id}/").status_code == 404
    assert other.post(f"{HOME}{talk.public_id}/erase/").status_code == 404
