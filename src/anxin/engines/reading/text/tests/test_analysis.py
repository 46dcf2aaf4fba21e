from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.engines.reading.text import Feeling, Language, Model, Share, TextError, analyse, read

COMMENTS = [
    "理赔等了两个月，电话还打不通，找13800138000也没用",
    "理赔太慢，催了好几次都说在处理中",
    "查勘员隔天才来，理赔太慢",
    "王女士服务很好，非常耐心",
    "前台态度恶劣，爱搭不理",
    "The claim was settled within two days, thank you",
    "I was charged twice this month",
    "保费又涨了，太贵",
    "保费便宜，划算",
    "",
    "没有意见",
    "   ",
]


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.shipped()


def test_one_result_of_all(model: Model) -> None:
    analysis = analyse(COMMENTS, model)
    assert len(analysis.comments) == len(COMMENTS)
    assert analysis.blank == 2
    speed = analysis.topics[0]
    assert speed.topic.code == "claims_speed"
    assert (speed.share.count, speed.share.of) == (4, 10)
    assert speed.share.low < 0.4 < speed.share.high
    assert speed.feelings[Feeling.NEGATIVE].count == 3
    assert speed.feelings[Feeling.POSITIVE].count == 1
    assert speed.sentiment < 0
    assert sum(share.count for share in analysis.feelings.values()) == 10
    assert analysis.languages == {Language.CHINESE: 8, Language.ENGLISH: 2, Language.NONE: 2}
    assert {topic.topic.code for topic in analysis.topics} == set(model.codes())
    counts = [topic.share.count for topic in analysis.topics]
    assert counts == sorted(counts, reverse=True)
    assert analysis.lessons == model.lessons


def test_nothing_unmasked_gets_out(model: Model) -> None:
    analysis = analyse(COMMENTS, model, names=["不存在的人"])
    assert "13800138000" not in repr(analysis)
    assert "王" not in analysis.comments[3].text
    assert analysis.comments[0].text.count("［手机］") == 1
    assert [span.kind for span in analysis.comments[0].masked] == ["mobile"]
    quotes = [quote for topic in analysis.topics for quote in topic.quotes]
    assert quotes
    assert all(quote.text == analysis.comments[quote.number].text for quote in quotes)


def test_keywords_and_quotes_belong_to_their_topic(model: Model) -> None:
    analysis = analyse(COMMENTS * 5, model, quotes=2, words=5)
    topics = {summary.topic.code: summary for summary in analysis.topics}
    assert any("理赔" in keyword.term for keyword in topics["claims_speed"].keywords)
    assert any("保费" in keyword.term for keyword in topics["price"].keywords)
    for summary in analysis.topics:
        assert len(summary.keywords) <= 5
        assert len(summary.quotes) <= 2
        assert len({quote.text for quote in summary.quotes}) == len(summary.quotes)
        for quote in summary.quotes:
            assert summary.topic.code in analysis.comments[quote.number].topics.codes


def test_a_missing_topic_shows_up_among_the_others(model: Model) -> None:
    odd = ["食堂红烧肉咸", "食堂的红烧肉太咸", "食堂红烧肉偏咸", "红烧肉咸，食堂改改"]
    analysis = analyse([*COMMENTS, *odd], model)
    assert analysis.others
    group = analysis.others[0]
    assert len(set(group.numbers) & {12, 13, 14, 15}) >= 3
    assert any("红烧肉" in keyword.term for keyword in group.keywords)
    assert group.quote.text in odd


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", Language.NONE),
        ("😀😡", Language.NONE),
        ("12345", Language.NONE),
        ("？！……", Language.NONE),
        ("Je voudrais savoir pourquoi mon dossier n'est pas traité", Language.OTHER),
        ("保険金の支払いが遅いです", Language.OTHER),
        ("\ud800", Language.NONE),
        ("\0", Language.NONE),
    ],
)
def test_says_nothing_of_what_it_cannot_read(model: Model, text: str, language: Language) -> None:
    [comment] = read([text], model)
    assert comment.language is language
    assert comment.topics.codes == ("other",)
    assert comment.topics.unsure
    assert (comment.sentiment.label, comment.sentiment.value, comment.sentiment.confidence) == (
        Feeling.UNSURE,
        0.0,
        0.0,
    )
    analyse([text], model)


def test_a_hundred_thousand_letters(model: Model) -> None:
    for text in ("理赔太慢了，" * 16_667, "the claim is slow " * 5_556, "啊" * 100_000, "x" * 100_000, "１" * 100_000):
        [comment] = analyse([text], model).comments
        assert len(comment.probabilities) == len(model.topics)
    [comment] = read(["理赔太慢了，" * 16_667], model)
    assert comment.topics.codes[0] == "claims_speed"
    assert comment.sentiment.label is Feeling.NEGATIVE


def test_no_comments(model: Model) -> None:
    analysis = analyse([], model)
    assert analysis.comments == ()
    assert analysis.others == ()
    assert analysis.topics[0].share == Share(0, 0, 0.0, 1.0)


def test_both_praise_and_complaint(model: Model) -> None:
    [comment] = read(["客服态度非常好，很有耐心，但是理赔太慢了，等了两个月，太失望"], model)
    assert {"attitude", "claims_speed"} <= set(comment.topics.codes)
    assert abs(comment.sentiment.value) < 0.9 or comment.sentiment.mixed


def test_what_is_given_must_be_texts(model: Model) -> None:
    with pytest.raises(TextError, match="list of texts") as error:
        analyse("理赔慢", model)
    assert error.value.code == "one-text"
    with pytest.raises(TextError, match="Text 1 is NoneType") as error:
        read(["好", None], model)  # type: ignore[list-item]
    assert (error.value.code, error.value.about) == ("not-a-text", ("1",))


def test_more_than_a_chunk_comes_out_in_order(model: Model) -> None:
    texts = [f"理赔太慢{at}" if at % 2 else "保费太贵" for at in range(4100)]
    comments = read(texts, model)
    assert len(comments) == len(texts)
    assert "price" in comments[4098].topics.codes
    assert "claims_speed" in comments[4099].topics.codes


def test_alone_as_in_company(model: Model) -> None:
    together = read(COMMENTS, model)
    for comment, text in zip(together, COMMENTS, strict=True):
        [alone] = read([text], model)
        assert alone.topics == comment.topics
        assert alone.sentiment.value == pytest.approx(comment.sentiment.value, abs=1e-5)


@given(st.lists(st.text(max_size=60), max_size=5))
@settings(max_examples=40)
def test_any_texts_will_do(texts: list[str]) -> None:
    analysis = analyse(texts, Model.shipped())
    assert len(analysis.comments) == len(texts)
    for comment in analysis.comments:
        assert comment.topics.codes
        assert -1 <= comment.sentiment.value <= 1
        assert 0 <= comment.sentiment.confidence <= 1


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (4, 10, 0.1682, 0.6873), (50, 1000, 0.0381, 0.0653)],
)
def test_wilson(count: int, of: int, low: float, high: float) -> None:
    share = Share.of_count(count, of)
    assert (share.low, share.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
    assert share.low <= share.value <= share.high
