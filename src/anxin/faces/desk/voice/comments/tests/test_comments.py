"""The pages of comments: overview, list, one comment, topics."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from anxin.voice.comments import actions, jobs, queries
from anxin.voice.comments.models import Correction, OwnTopic

pytestmark = pytest.mark.django_db
HOME = "/desk/voice/comments/"
ALL = f"{HOME}all/"


@pytest.fixture
def desk(analyst_user, now) -> Client:
    client = Client()
    client.force_login(analyst_user)
    return client


@pytest.fixture
def told(comment):
    """Three comments that differ in topic and feeling."""
    return [comment("理赔等了两个月还没到账，太慢了"), comment("客服很有耐心，态度特别好"), comment("食堂的菜太咸")]


def main(answer) -> str:
    text = answer.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text[text.index("<main") : text.index("</main>")]))


def listed(answer) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/desk/voice/comments/(\w+)/', answer.content.decode())


def test_the_voice_leads_to_them(desk) -> None:
    assert f'href="{HOME}"' in desk.get("/desk/voice/").content.decode()


def test_nothing_yet_says_how_comments_come(desk) -> None:
    for page in (HOME, ALL):
        assert "开放题答案提交后会自动来到这里" in main(desk.get(page))


def test_the_overview_counts_quotes_and_leads_on(desk, told) -> None:
    answer = desk.get(HOME)
    text = answer.content.decode()
    data = json.loads(re.search(r'id="topics-data"[^>]*>(.*?)</script>', text)[1])
    top = data["rows"][0]
    assert top["low"] < top["value"] < top["high"]
    assert f'href="{ALL}?topic=attitude"' in text
    assert f'href="{HOME}{told[1].public_id}/"' in text  # the quote leads to its comment
    assert "谈得最多的是" in main(answer)


def test_the_overviews_filters_go_along(desk, told, campaign) -> None:
    text = desk.get(f"{HOME}?campaign={campaign.public_id}").content.decode()
    assert f'href="{ALL}?campaign={campaign.public_id}&amp;topic=attitude"' in text


@pytest.mark.parametrize(
    ("query", "which"),
    [
        ("", [2, 1, 0]), ("feeling=positive", [1]), ("topic=claims_speed", [0]), ("text=食堂", [2]), ("text=没有这个词", []),
        ("stage=nonsense", [2, 1, 0]), ("since=2025-03-15", []), ("until=2025-03-14", [2, 1, 0]),
        ("state=corrected", []), ("state=changed", []), ("since=nonsense&topic=nonsense", [2, 1, 0]),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(desk, told, query, which) -> None:
    assert set(listed(desk.get(f"{ALL}?{query}"))) == {told[place].public_id for place in which}


def test_unsure_ones_come_first_and_pages_follow(desk, told, respond, monkeypatch) -> None:
    from anxin.faces.desk.voice.comments import views

    unsure = [row.public_id for row in reversed(told) if row.unsure]
    sure = [row.public_id for row in reversed(told) if not row.unsure]
    assert listed(desk.get(ALL)) == [*unsure, *sure]
    monkeypatch.setattr(views, "PAGE", 2)
    assert listed(desk.get(f"{ALL}?page=2")) == [*unsure, *sure][2:]
    assert "page=2" in desk.get(ALL).content.decode()


def test_the_list_asks_few_questions_whatever_its_length(desk, told, comment, django_assert_max_num_queries) -> None:
    for number in range(5):
        comment(f"第{number}次打电话没人接")
    with django_assert_max_num_queries(18):
        desk.get(ALL)


def test_labels_are_corrected_and_the_history_tells(desk, told, analyst_user) -> None:
    path = f"{HOME}{told[2].public_id}/"
    page = main(desk.get(path))
    assert "食堂的菜太咸" in page
    assert "模型自己的判断" in page
    answer = desk.post(path, {"topics": ["policy_service"], "sentiment": "-1", "expected": "0"}, follow=True)
    page = main(answer)
    assert "更正记录 analyst-here" in page
    assert "已更正" in page
    made = Correction.objects.get()
    assert (made.topics, made.sentiment, made.by) == (["policy_service"], -1, analyst_user)
    desk.post(f"{path}undo/", {"expected": str(made.pk)})
    assert "撤回" in main(desk.get(path))
    told[2].refresh_from_db()
    assert not told[2].is_corrected


def test_what_changed_is_told_after_learning_and_can_be_listed(desk, told, comment, analyst, now) -> None:
    like = comment("食堂的菜真的太咸了")
    desk.post(f"{HOME}{told[2].public_id}/", {"topics": ["policy_service"], "sentiment": "-1", "expected": "0"})
    assert "data-open" in desk.get(f"{HOME}learning/").content.decode()
    jobs.work()
    last = queries.progress(analyst).last
    part = desk.get(f"{HOME}learning/").content.decode()
    assert "data-open" not in part
    assert f"1 条意见的 {last.changed_labels} 个标签随之改变" in part
    assert listed(desk.get(f"{ALL}?state=changed")) == [like.public_id]


def test_saving_goes_on_to_the_next_of_the_list(desk, told) -> None:
    order = listed(desk.get(f"{ALL}?stage="))
    answer = desk.post(
        f"{HOME}{order[0]}/?until=2025-03-14",
        {"topics": ["other"], "sentiment": "unknown", "expected": "0", "go": "next"},
    )
    assert answer["Location"] == f"{HOME}{order[1]}/?until=2025-03-14"
    neighbours = desk.get(f"{HOME}{order[1]}/").content.decode()
    assert re.search(rf'rel="next" href="{HOME}{order[2]}/"', neighbours)
    last = desk.post(
        f"{HOME}{order[2]}/?text=没有", {"topics": ["other"], "sentiment": "0", "expected": "0", "go": "next"}
    )
    assert last["Location"].startswith(ALL)


def test_a_refusal_keeps_what_was_ticked(desk, told) -> None:
    path = f"{HOME}{told[2].public_id}/"
    answer = desk.post(path, {"topics": ["other", "price"], "sentiment": "1", "expected": "0"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "“其他”不能与别的主题同选。" in text
    assert re.search(r'value="price"[^>]*checked', text)
    assert not Correction.objects.exists()


def test_a_second_corrector_is_told(desk, told, analyst, now) -> None:
    row = told[2]
    actions.correct(comment=row.public_id, topics=["price"], sentiment=1, expected=0, actor=analyst, now=now)
    answer = desk.post(f"{HOME}{row.public_id}/", {"topics": ["phone"], "sentiment": "0", "expected": "0"})
    assert answer.status_code == 422
    assert "有人刚刚更正了这条意见" in main(answer)
    assert Correction.objects.count() == 1


def test_readers_see_no_form_and_change_nothing(told, staff, now) -> None:
    path = f"{HOME}{told[2].public_id}/"
    for role in ("supervisor", "auditor"):
        client = Client()
        client.force_login(staff[role])
        assert "labelsheet" not in client.get(path).content.decode()
        assert client.post(path, {"topics": ["price"], "expected": "0"}).status_code == 403
        assert client.post(f"{path}undo/").status_code == 403
        assert client.get(f"{HOME}topics/add/").status_code == 403
        assert "新增主题" not in main(client.get(f"{HOME}topics/"))
    assert not Correction.objects.exists()


def test_who_sees_nothing(told, staff, analyst_elsewhere, customer_user, now) -> None:
    from anxin.access.models import User

    path = f"{HOME}{told[2].public_id}/"
    client = Client()
    client.force_login(User.objects.get(pk=analyst_elsewhere.user_id))
    assert client.get(path).status_code == 404
    assert listed(client.get(ALL)) == []
    for user, status in ((staff["adjudicator"], 403), (customer_user, 404)):
        client.force_login(user)
        assert client.get(ALL).status_code == status


def test_a_topic_of_ones_own_from_add_to_give_up(desk, comment) -> None:
    row = comment("洗车券一直没有收到")
    given = {"name_zh": "车险赠品", "name_en": "Car gifts", "cues": "洗车券\n加油卡\n\n 代驾券 "}
    refused = desk.post(f"{HOME}topics/add/", {**given, "name_zh": "理赔时效"})
    assert refused.status_code == 422
    assert "已有同名主题" in main(refused)
    assert desk.post(f"{HOME}topics/add/", given)["Location"] == f"{HOME}topics/"
    assert OwnTopic.objects.get().cues == ["洗车券", "加油卡", "代驾券"]
    jobs.work()
    assert "车险赠品 自建 1" in main(desk.get(f"{HOME}topics/"))
    assert "洗车券" in desk.get(f"{HOME}topics/car_gifts/").content.decode()
    desk.post(f"{HOME}topics/car_gifts/", {**given, "name_zh": "赠品"})
    assert "赠品" in main(desk.get(f"{HOME}{row.public_id}/"))
    desk.post(f"{HOME}topics/car_gifts/retire/")
    assert desk.get(f"{HOME}topics/car_gifts/").status_code == 404
    jobs.work()
    assert "car_gifts" not in {label.topic for label in row.labels.all()}


def test_every_page_opens_in_english(desk, told) -> None:
    desk.post("/language/", {"language": "en"})
    for path in (HOME, ALL, f"{HOME}topics/", f"{HOME}topics/add/", f"{HOME}{told[0].public_id}/"):
        answer = desk.get(path)
        assert answer.status_code == 200
        words = re.sub(
            "|".join([*(row.text for row in told), "三月调查", "苏州", "您想说什么", "中文"]), "", main(answer)
        )
        assert path == HOME or not re.findall("[\u4e00-\u9fff]+", words), path
