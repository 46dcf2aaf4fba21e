from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from anxin.engines.reading.text import Correction, Feeling, Model, TextError, Topic, read
from anxin.engines.reading.text.teaching import sentences


@pytest.mark.parametrize(
    ("text", "topic", "feeling"),
    [
        ("车撞了快俩月，修车钱还没赔下来", "claims_speed", Feeling.NEGATIVE),
        ("报案当天查勘，隔天钱就到了，真快", "claims_speed", Feeling.POSITIVE),
        ("同一份病历反复让我重新提交，烦死了", "papers", Feeling.NEGATIVE),
        ("业务员说保本高收益，结果全是骗人", "selling", Feeling.NEGATIVE),
        ("前台态度恶劣，爱搭不理", "attitude", Feeling.NEGATIVE),
        ("客服电话一直占线，转不到人工", "phone", Feeling.NEGATIVE),
        ("手机软件老是卡死，登录不了", "online", Feeling.NEGATIVE),
        ("续保又涨价，太贵了", "price", Feeling.NEGATIVE),
        ("合同条款看不懂，免责写得含糊", "terms", Feeling.NEGATIVE),
        ("退保损失太大，只拿回一半", "surrender", Feeling.NEGATIVE),
        ("请问怎么变更受益人", "policy_service", Feeling.NEUTRAL),
        ("非常满意，感谢你们", "praise", Feeling.POSITIVE),
        ("暂时没有意见", "other", Feeling.NEUTRAL),
        ("My claim has been pending for three months", "claims_speed", Feeling.NEGATIVE),
        ("I was charged twice this month", "payment", Feeling.NEGATIVE),
        ("The agent was friendly and patient", "attitude", Feeling.POSITIVE),
        ("On hold for an hour, nobody answered the phone", "phone", Feeling.NEGATIVE),
        ("The app crashes when I log in", "online", Feeling.NEGATIVE),
        ("How do I change my address?", "policy_service", Feeling.NEUTRAL),
        ("no comment", "other", Feeling.NEUTRAL),
    ],
)
def test_labels_plain_cases(text: str, topic: str, feeling: Feeling) -> None:
    [comment] = read([text], Model.shipped())
    assert topic in comment.topics.codes
    assert comment.sentiment.label is feeling


def test_its_measurements_are_kept_with_it() -> None:
    measured = Model.shipped().measured
    assert measured["zh"]["texts"] + measured["en"]["texts"] == len(sentences())
    # Floors a little below what README.md states: a model that falls through them must not ship.
    assert measured["zh"]["topics"]["first_right"] > 0.8
    assert measured["en"]["topics"]["first_right"] > 0.68
    assert measured["zh"]["sentiment"]["of_two_right"] > 0.84
    assert measured["en"]["sentiment"]["of_two_right"] > 0.77


def accuracy(model: Model) -> tuple[float, float]:
    own = sentences()
    comments = read([lesson.text for lesson in own], model)
    topics = [
        set(comment.topics.codes) == set(lesson.topics or ()) for comment, lesson in zip(comments, own, strict=True)
    ]
    feelings = [
        comment.sentiment.label is (Feeling.NEGATIVE, Feeling.NEUTRAL, Feeling.POSITIVE)[(lesson.sentiment or 0) + 1]
        for comment, lesson in zip(comments, own, strict=True)
    ]
    return sum(topics) / len(own), sum(feelings) / len(own)


MEAL = "食堂的红烧肉太咸了"


def test_learns_a_correction_and_its_likes() -> None:
    model = Model.shipped()
    assert read([MEAL], model)[0].topics.codes != ("attitude",)
    taught = model.updated([Correction(MEAL, topics=("attitude",), sentiment=1)])
    for text in (MEAL, "食堂的红烧肉咸了点", "今天食堂的红烧肉太咸"):
        [comment] = read([text], taught)
        assert comment.topics.codes == ("attitude",)
        assert comment.sentiment.label is Feeling.POSITIVE
    # The model that was asked is as it was.
    assert read([MEAL], model)[0].topics.codes != ("attitude",)


def test_learning_leaves_the_rest() -> None:
    model = Model.shipped()
    before = accuracy(model)
    corrections = [
        Correction("洗车券没法用", topics=("other",), sentiment=-1),
        Correction("赠送的代驾服务挺贴心", topics=("other",), sentiment=1),
        Correction("查勘员说话难听", topics=("attitude", "claims_speed"), sentiment=-1),
        Correction("the courtesy car smelled of smoke", topics=("other",), sentiment=-1),
        Correction("退保后业务员还打电话骚扰", topics=("surrender", "selling")),
        Correction("一般般吧", sentiment=0),
    ]
    taught = model.updated(corrections)
    after = accuracy(taught)
    assert after[0] > before[0] - 0.01
    assert after[1] > before[1] - 0.01
    comments = read([correction.text for correction in corrections], taught)
    for comment, correction in zip(comments, corrections, strict=True):
        if correction.topics is not None:
            assert set(comment.topics.codes) == set(correction.topics)
        if correction.sentiment:
            assert np.sign(comment.sentiment.value) == correction.sentiment


def test_the_order_of_corrections_is_nothing_and_the_last_of_a_text_counts() -> None:
    model = Model.shipped()
    one, two = Correction(MEAL, topics=("attitude",)), Correction("年会的礼品不错", topics=("praise",))
    forth, back = model.updated([one, two]), model.updated([two, one])
    np.testing.assert_allclose(forth.heads.weights, back.heads.weights, atol=5e-3)
    changed = model.updated([Correction(MEAL, topics=("papers",)), one])
    assert read([MEAL], changed)[0].topics.codes == ("attitude",)


def test_no_corrections_change_nothing() -> None:
    assert Model.shipped().updated([]) is Model.shipped()


def test_personal_data_in_a_correction_is_not_learned() -> None:
    model = Model.shipped()
    open_, hidden = (model.updated([Correction(f"{who}打来的", sentiment=-1)]) for who in ("13800138000", "［手机］"))
    np.testing.assert_array_equal(open_.heads.weights, hidden.heads.weights)


def test_an_unknown_topic_is_named() -> None:
    with pytest.raises(TextError, match=r"no topic 'prise'. The model knows: claims_speed") as error:
        Model.shipped().updated([Correction("好", topics=("prise",))])
    assert (error.value.code, error.value.about) == ("unknown-topic", ("prise",))


ROADSIDE = Topic(
    "roadside",
    "道路救援",
    "Roadside help",
    cues=("道路救援", "拖车", "搭电", "换备胎", "抛锚", "tow truck", "roadside help", "jump start"),
)


def test_more_topics() -> None:
    model = Model.shipped().with_topics([ROADSIDE])
    assert model.codes() == (*Model.shipped().codes(), "roadside")
    texts = ["车抛锚了叫拖车，等了好久", "tow truck came quickly", "非常满意，感谢你们", "合同条款看不懂"]
    codes = [comment.topics.codes for comment in read(texts, model)]
    assert "roadside" in codes[0]
    assert "roadside" in codes[1]
    assert codes[2] == ("praise",)
    assert codes[3] == ("terms",)
    taught = model.updated([Correction("半夜没油了有人送油来", topics=("roadside",))])
    assert read(["没油了，送油的半夜才来"], taught)[0].topics.codes[0] == "roadside"
    # Sentiments did not move.
    a, b = (m.predict(texts) for m in (model, Model.shipped()))
    np.testing.assert_allclose(a.negative, b.negative, atol=0.02)


def test_one_of_a_few_cues_is_enough_and_nothing_else_is_drawn_in() -> None:
    gifts = Topic("gifts", "车险赠品", "Car gifts", cues=("洗车券", "加油卡", "代驾", "free car wash"))
    model = Model.shipped().with_topics([gifts])
    for comment in ("洗车券一直没有收到", "加油卡用不了", "the free car wash was great", "代驾叫不到人"):
        assert "gifts" in read([comment], model)[0].topics.codes, comment
    own = [lesson.text for lesson in sentences()]
    strange = [
        comment.text for comment in read(own, model)
        if "gifts" in comment.topics.codes and not any(cue in comment.text.lower() for cue in (*gifts.cues, "car wash"))
    ]  # fmt: skip
    assert strange == []


@pytest.mark.parametrize(
    ("topic", "code"),
    [
        (Topic("phone", "电话", "Phone", cues=("电话",)), "topic-twice"),
        (Topic("roadside", "救援", "Roadside"), "topic-cues"),
    ],
)
def test_topics_that_cannot_be_added(topic: Topic, code: str) -> None:
    with pytest.raises(TextError) as error:
        Model.shipped().with_topics([topic])
    assert error.value.code == code


def test_saved_and_read_again(tmp_path: Path) -> None:
    model = Model.shipped().with_topics([ROADSIDE]).updated([Correction(MEAL, topics=("attitude",), sentiment=1)])
    model.save(tmp_path / "model.npz")
    again = Model.load(tmp_path / "model.npz")
    assert (again.topics, again.threshold, again.lessons, again.measured) == (
        model.topics,
        model.threshold,
        model.lessons,
        model.measured,
    )
    texts = [lesson.text for lesson in sentences()[::7]]
    np.testing.assert_allclose(again.predict(texts).topics, model.predict(texts).topics, atol=0.15)
    assert read([MEAL], again)[0].topics.codes == ("attitude",)
    # Rounding happens once: what was rounded is saved as it is.
    again.save(tmp_path / "again.npz")
    np.testing.assert_array_equal(Model.load(tmp_path / "again.npz").heads.weights, again.heads.weights)


def test_the_shipped_file_is_small() -> None:
    from anxin.engines.reading.text import model

    assert Path(model.__file__).with_name(model.SHIPPED).stat().st_size < 1_500_000


@pytest.mark.parametrize("content", [b"", b"no model", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_model(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.npz"
    path.write_bytes(content)
    with pytest.raises(TextError, match=r"broken.npz is not a text model") as error:
        Model.load(path)
    assert error.value.code == "model-file"


def test_a_model_of_another_version(tmp_path: Path) -> None:
    Model.shipped().save(tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz") as file:
        arrays = dict(file)
    arrays["weights"] = arrays["weights"][:, :1000]
    np.savez(tmp_path / "narrow.npz", **arrays)
    with pytest.raises(TextError, match="another version"):
        Model.load(tmp_path / "narrow.npz")


def test_pickles_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "model.npz", about=np.array([{"format": 1}], dtype=object))
    with pytest.raises(TextError):
        Model.load(tmp_path / "model.npz")
