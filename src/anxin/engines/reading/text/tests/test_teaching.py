"""Our own lessons: whole, varied, and without near-duplicates that would flatter a measurement."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from anxin.engines.reading.text import Correction, Model, TextError, Topic, language_of, taxonomy
from anxin.engines.reading.text.teaching import Lesson, cues, digest, sentences


def test_every_topic_is_taught_in_both_languages_and_many_voices() -> None:
    codes = {topic.code for topic in taxonomy()}
    for language in ("zh", "en"):
        own = [lesson for lesson in sentences() if lesson.language == language]
        counts = Counter(code for lesson in own for code in lesson.topics or ())
        assert set(counts) == codes
        assert min(counts.values()) >= 40
        assert len({lesson.pattern for lesson in own}) >= 14
        feelings = Counter(lesson.sentiment for lesson in own)
        assert set(feelings) == {-1, 0, 1}
        assert min(feelings.values()) >= 150


def test_sentences_are_in_their_language_and_of_nobody() -> None:
    from anxin.engines.reading.text import Kind, mask

    for lesson in sentences():
        assert language_of(lesson.text) in (lesson.language, "mixed"), lesson.text
        assert {span.kind for span in mask(lesson.text).spans} <= {Kind.NAME}, lesson.text


def test_no_sentence_comes_twice_in_different_voices() -> None:
    own = sentences()
    rows = Model.shipped().rows([lesson.text for lesson in own])
    alike = (rows @ rows.T).tocoo()
    voices = np.array([lesson.pattern for lesson in own])
    across = (voices[alike.row] != voices[alike.col]) & (alike.data > 0.8)
    assert [
        (own[a].text, own[b].text) for a, b in zip(alike.row[across], alike.col[across], strict=True) if a < b
    ] == []


def test_cues_are_of_one_topic_and_none_twice() -> None:
    texts = [(lesson.text.lower(), lesson.topics, lesson.sentiment) for lesson in cues()]
    assert [text for text, count in Counter(texts).items() if count > 1] == []
    of_topics = Counter(lesson.text.lower() for lesson in cues() if lesson.topics)
    assert [text for text, count in of_topics.items() if count > 1] == []
    of_feelings = Counter(lesson.text.lower() for lesson in cues() if lesson.sentiment is not None)
    assert [text for text, count in of_feelings.items() if count > 1] == []


def test_the_shipped_model_was_trained_from_these_lessons() -> None:
    assert Model.shipped().lessons == digest((*sentences(), *cues())), (
        "lessons changed: run `python -m …text.train` anew"
    )


def test_the_digest_sees_every_change() -> None:
    lesson = Lesson("理赔慢", frozenset(["claims_speed"]), -1)
    others = [
        Lesson("理赔快", lesson.topics, -1),
        Lesson(lesson.text, None, -1),
        Lesson(lesson.text, frozenset(), -1),
        Lesson(lesson.text, lesson.topics, 1),
        Lesson(lesson.text, lesson.topics, -1, weight=2),
    ]
    assert len({digest([each]) for each in (lesson, *others)}) == 6


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"text": "好"}, "correction-empty"),
        ({"text": " ", "sentiment": 1}, "correction-text"),
        ({"text": "好", "sentiment": 2}, "correction-sentiment"),
        ({"text": "好", "topics": "praise"}, "correction-topics"),
        ({"text": "好", "topics": ()}, "correction-topics"),
    ],
)
def test_corrections_say_what_is_wrong_with_them(given: dict[str, object], code: str) -> None:
    with pytest.raises(TextError) as error:
        Correction(**given)  # type: ignore[arg-type]
    assert error.value.code == code


def test_topics_have_code_and_names() -> None:
    with pytest.raises(TextError, match="small ASCII letters"):
        Topic("直付", "直付", "Direct settlement")
    with pytest.raises(TextError, match="name in Chinese and in English"):
        Topic("direct", "直付", "")
    assert [topic.code for topic in taxonomy()][-1] == "other"
    assert all(topic.definition_zh and topic.definition_en for topic in taxonomy())
