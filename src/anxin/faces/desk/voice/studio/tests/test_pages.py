"""The studio's other pages: lists, beginning, files, preview, pre-test."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anxin.faces.desk.voice.overview import PARTS
from anxin.voice.questionnaires import actions
from anxin.voice.questionnaires.models import Questionnaire, Version

pytestmark = pytest.mark.django_db
HOME = "/desk/voice/studio/"


def text_of(answer: Any) -> str:
    return answer.content.decode()


def test_the_voice_begins_with_the_studio(signed_in: Any) -> None:
    assert HOME in text_of(signed_in("administrator").get("/desk/voice/"))


def test_who_may_come_in(signed_in: Any, draft: Version) -> None:
    assert signed_in("customer").get(HOME).status_code == 404
    assert signed_in("surveyor").get(HOME).status_code == 403
    reader = signed_in("auditor")
    assert reader.get(HOME).status_code == 200
    html = text_of(reader.get(f"{HOME}v/{draft.public_id}/"))
    assert 'name="act"' not in html
    assert "Publish" not in html
    assert reader.get(f"{HOME}v/{draft.public_id}/settings/").status_code == 403
    assert reader.get(f"{HOME}v/nothing/").status_code == 404


def test_an_empty_list_says_how_to_begin(signed_in: Any) -> None:
    client = signed_in("administrator")
    assert "No questionnaires yet" in text_of(client.get(HOME))
    html = text_of(client.get(f"{HOME}?shelf=templates"))
    assert "Insurance service quality, in four parts" in html


def test_the_list_is_searched_and_paged(signed_in: Any, actors: Any, now: Any) -> None:
    for number in range(27):
        actions.create_questionnaire(
            name_zh=f"调查{number}", name_en=f"Survey {number}", actor=actors["administrator"], now=now
        )
    client = signed_in("administrator")
    first = text_of(client.get(HOME))
    assert "Survey 26" in first
    assert "Survey 0<" not in first
    assert "Survey 0<" in text_of(client.get(f"{HOME}?page=2"))
    assert "Nothing fits" in text_of(client.get(f"{HOME}?text=zzz"))
    assert text_of(client.get(f"{HOME}?text=survey+7")).count("Survey 7") == 1


def test_lists_make_a_fixed_number_of_queries(
    signed_in: Any, actors: Any, now: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        actions.create_questionnaire(name_zh=f"调查{number}", actor=actors["administrator"], now=now)
    client = signed_in("administrator")
    client.get(HOME)
    with django_assert_max_num_queries(8):
        client.get(HOME)


@pytest.mark.parametrize("begin", ["", "template", "ours"])
def test_beginning_from_blank_from_a_template_from_a_copy(signed_in: Any, draft: Version, begin: str) -> None:
    source = {
        "": "", "template": Version.objects.get(questionnaire__public_id="template-study").public_id, "ours": draft.public_id,
    }[begin]  # fmt: skip
    client = signed_in("administrator")
    assert client.get(f"{HOME}new/?from={source}").status_code == 200
    answer = client.post(f"{HOME}new/", {"name_zh": "新问卷", "begin": source})
    made = Version.objects.get(questionnaire__name_zh="新问卷")
    assert answer["Location"].endswith(f"/v/{made.public_id}/")
    pages = {"": 0, "template": 12, "ours": 2}[begin]
    assert len(made.data["pages"]) == pages


def test_a_name_is_asked_for_beside_its_box(signed_in: Any) -> None:
    answer = signed_in("administrator").post(f"{HOME}new/", {"name_zh": ""})
    assert answer.status_code == 422
    assert "Give the questionnaire a name." in text_of(answer)


def test_rename_archive_and_back_new_draft(signed_in: Any, draft: Version, actors: Any, now: Any) -> None:
    client, base = signed_in("administrator"), f"{HOME}{draft.questionnaire.public_id}/"
    client.post(f"{base}rename/", {"name_zh": "改名", "name_en": "Renamed"})
    assert "Renamed" in text_of(client.get(base))
    client.post(f"{base}archive/")
    assert "Renamed" in text_of(client.get(f"{HOME}?shelf=archive"))
    client.post(f"{base}archive/?back=1")
    assert "Renamed" in text_of(client.get(HOME))
    actions.publish_version(version=draft.public_id, actor=actors["administrator"], now=now)
    client.post(f"{base}draft/")
    assert draft.questionnaire.versions.count() == 2


def test_a_file_goes_out_and_comes_in(signed_in: Any, draft: Version) -> None:
    client = signed_in("administrator")
    answer = client.get(f"{HOME}v/{draft.public_id}/questionnaire.json")
    assert answer["Content-Type"].startswith("application/json")
    client.post(f"{HOME}import/", {"file": SimpleUploadedFile("q.json", answer.content)})
    twin = Version.objects.exclude(pk=draft.pk).get(questionnaire__name_zh="年度调查")
    assert twin.data == draft.data


def test_a_bad_file_is_named_with_every_place(signed_in: Any, draft: Version) -> None:
    data = json.loads(json.dumps(draft.data))
    data["pages"][0]["questions"][0]["options"] = []
    before = Questionnaire.objects.count()
    client = signed_in("administrator")
    answer = client.post(f"{HOME}import/", {"file": SimpleUploadedFile("q.json", json.dumps(data).encode())})
    assert answer.status_code == 422
    html = text_of(answer)
    assert "<b>line</b> a choice needs two options or more" in html
    for content in (b"", b"\xff\xfe", b"%PDF-1.7"):
        answer = client.post(f"{HOME}import/", {"file": SimpleUploadedFile("q.pdf", content)})
        assert answer.status_code == 422
    assert Questionnaire.objects.count() == before


def test_the_preview_is_walked_through_by_what_is_answered(page: Any) -> None:
    html = text_of(page("preview/?language=en"))
    assert "preview--phone" in html
    assert "Line of business" in html
    assert text_of(page("preview/?width=desktop")).count("preview--desktop") == 1
    stays = text_of(page("preview/", {"at": "p1", "go": "next", "given": "{}", "language": "en"}))
    assert "Please answer this question." in stays
    second = page("preview/", {"at": "p1", "go": "next", "given": "{}", "line": "home", "language": "en"})
    html = text_of(second)
    assert "Satisfied with Home?" in html
    assert "Why" in html
    given = second.context["given"]
    assert json.loads(given) == {"line": "home"}
    back = text_of(page("preview/", {"at": "p2", "go": "back", "given": given, "sat": "4", "language": "en"}))
    assert 'value="home" checked' in back
    done = text_of(page("preview/", {"at": "p2", "go": "next", "given": given, "language": "en"}))
    assert "From the beginning" in done
    assert "Why" not in text_of(page("preview/", {"at": "p1", "go": "next", "line": "motor", "language": "en"}))


@pytest.mark.parametrize("given", ["", "[]", "nonsense", "[" * 9000])
def test_a_spoilt_preview_begins_again(page: Any, given: str) -> None:
    assert page("preview/", {"given": given, "at": "gone"}).status_code == 200


def test_a_preview_of_nothing_says_so(signed_in: Any, actors: Any, now: Any) -> None:
    blank = actions.create_questionnaire(name_zh="空", actor=actors["administrator"], now=now)
    assert "Nothing to show yet" in text_of(signed_in("administrator").get(f"{HOME}v/{blank.public_id}/preview/"))


def test_a_pretest_shows_its_own_answers_only(page: Any, draft: Version, actors: Any, now: Any, branch: Any) -> None:
    from anxin.voice.campaigns.models import Campaign
    from anxin.voice.responses.models import Response

    assert "No answers yet" in text_of(page("pretest/"))
    actions.start_pretest(version=draft.public_id, actor=actors["administrator"], now=now)
    campaign = Campaign.objects.create(
        name_zh="预测试", version=draft, occasion="open", is_pretest=True, state="running", created_at=now
    )
    for number in range(12):
        Response.objects.create(
            campaign=campaign, version=draft, source="web", state="complete", is_pretest=number < 10, seconds=90,
            answers=json.dumps({"line": "home" if number % 2 else "motor", "sat": 5 if number else 4, "why": "慢"}), started_at=now,
            touched_at=now, submitted_at=now,
        )  # fmt: skip
    page("state/end/", {})
    assert "A campaign still asks it" in text_of(page())
    answer = page("pretest/")
    html = text_of(answer)
    assert "10 complete answers" in html
    assert "Only 10 answers yet" in html
    sat = next(item for item in answer.context["items"] if item["code"] == "sat")
    assert (sat["n"], sat["mean"], sat["missing"]) == (10, "4.90", "0 %")
    assert "Nearly everybody chose the same end" in html


def test_the_overview_lists_every_part_once() -> None:
    places = [part.href for part in PARTS]
    assert len(set(places)) == len(places)
