"""Topics of the insurer's own: from cues, learned, changed, given up."""

from __future__ import annotations

import pytest

from anxin.access.errors import Invalid, Missing, NotAllowed
from anxin.voice.comments import actions, jobs, queries
from anxin.voice.comments.models import OwnTopic

pytestmark = pytest.mark.django_db


def canteen(actor, now, **fields) -> OwnTopic:
    given = {
        "name_zh": "车险赠品", "name_en": "Car gifts", "definition_zh": "", "definition_en": "",
        "cues": ["洗车券", "加油卡", "道路救援", "free car wash"], **fields,
    }  # fmt: skip
    return actions.add_topic(**given, actor=actor, now=now)


def test_comments_are_sorted_by_it(comment, analyst, now) -> None:
    row = comment("洗车券一直没有收到")
    topic = canteen(analyst, now)
    assert topic.code == "car_gifts"
    jobs.work()
    assert "car_gifts" in {label.topic for label in row.labels.all()}
    assert [one.code for one in queries.topics()][-2:] == ["car_gifts", "other"]
    assert "car_gifts" in queries.current_model().codes()


def test_given_up_it_leaves_the_comments_and_the_persons_word_is_kept(comment, analyst, now) -> None:
    row, said = comment("洗车券一直没有收到"), comment("加油卡很好用")
    canteen(analyst, now)
    actions.correct(comment=said.public_id, topics=["car_gifts"], sentiment=1, expected=0, actor=analyst, now=now)
    jobs.work()
    actions.retire_topic(code="car_gifts", actor=analyst, now=now)
    jobs.work()
    for one in (row, said):
        assert "car_gifts" not in {label.topic for label in one.labels.all()}
        assert one.labels.exists()
    assert queries.history(said)[0].topics == ["car_gifts"]
    assert "car_gifts" not in queries.current_model().codes()
    with pytest.raises(Missing):
        actions.retire_topic(code="car_gifts", actor=analyst, now=now)
    assert canteen(analyst, now).code == "car_gifts_2"


def test_changed_cues_are_learned(comment, analyst, now) -> None:
    row = comment("代驾服务叫不到人")
    canteen(analyst, now)
    jobs.work()
    assert "car_gifts" not in {label.topic for label in row.labels.all()}
    actions.change_topic(
        code="car_gifts", name_zh="车险赠品", name_en="Car gifts", definition_zh="", definition_en="",
        cues=["代驾", "代驾服务", "叫不到代驾"], actor=analyst, now=now.replace(minute=59),
    )  # fmt: skip
    jobs.work()
    assert "car_gifts" in {label.topic for label in row.labels.all()}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name_zh": " "}, "name_zh"),
        ({"name_en": "Price"}, "name_en"),
        ({"cues": [" "]}, "cues"),
        ({"cues": ["x" * 61]}, "cues"),
        ({"cues": ["13812346207"]}, "cues"),
    ],
)
def test_a_topic_that_will_not_do_names_its_box(analyst, now, given, field) -> None:
    if "name_en" in given:
        given["name_en"] = queries.topics()[0].name_en
    with pytest.raises(Invalid) as refused:
        canteen(analyst, now, **given)
    assert list(refused.value.fields) == [field]
    assert not OwnTopic.objects.exists()


def test_a_name_in_chinese_alone_still_gives_a_code(analyst, now) -> None:
    assert canteen(analyst, now, name_en="赠品").code == "topic"


def test_who_may(analyst, actors, now) -> None:
    topic = canteen(analyst, now)
    for who in ("supervisor", "auditor", "administrator", "customer"):
        with pytest.raises(NotAllowed):
            canteen(actors[who], now)
        with pytest.raises(NotAllowed):
            actions.retire_topic(code=topic.code, actor=actors[who], now=now)
