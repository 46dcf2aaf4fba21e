"""What all comments say together."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from anxin.engines.reading.text import Share
from anxin.voice.comments import actions, jobs
from anxin.voice.comments.models import Comment
from anxin.voice.comments.overview import overview
from anxin.voice.comments.queries import topics

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(respond, analyst, now):
    """Six comments whose labels a person has set, so that what is counted is known."""
    wanted = [
        ("等了一个月还没赔，太慢", ["claims_speed"], -1, datetime(2025, 1, 31, 15, 59, tzinfo=UTC)),
        ("理赔拖了两个月，太慢", ["claims_speed"], -1, datetime(2025, 1, 31, 16, 1, tzinfo=UTC)),
        ("赔得很快，两天到账", ["claims_speed", "payment"], 1, datetime(2025, 2, 3, tzinfo=UTC)),
        ("客服电话没人接", ["phone"], -1, datetime(2025, 2, 4, tzinfo=UTC)),
        ("说不上来", ["other"], 0, datetime(2025, 2, 5, tzinfo=UTC)),
        ("还行", ["other"], None, datetime(2025, 2, 6, tzinfo=UTC)),
    ]
    for said, codes, sentiment, at in wanted:
        row = respond(said, submitted_at=at)
        jobs.work()
        actions.correct(
            comment=row.comments.get().public_id, topics=codes, sentiment=sentiment, expected=0, actor=analyst, now=now
        )
    return overview(Comment.objects.visible_to(analyst), topics())


def test_shares_are_of_the_comments_with_wilsons_interval(told) -> None:
    lines = {line.topic.code: line for line in told.topics}
    assert told.count == told.corrected == 6
    assert lines["claims_speed"].share == Share.of_count(3, 6)
    assert lines["claims_speed"].negative == Share.of_count(2, 3)
    assert lines["claims_speed"].positive == Share.of_count(1, 3)
    assert lines["claims_speed"].sentiment == pytest.approx(-1 / 3)
    assert lines["payment"].share.count == 1
    assert (lines["price"].share.count, lines["price"].quotes, lines["price"].sentiment) == (0, (), 0.0)
    assert told.topics[0].topic.code == "claims_speed"
    assert sum(share.count for share in told.feelings.values()) == 6
    assert told.feelings["negative"].count >= 3


def test_quotes_are_of_their_topic_and_name_their_comment(told) -> None:
    for line in told.topics:
        for quote in line.quotes:
            row = Comment.objects.get(public_id=quote.public_id)
            assert row.text == quote.text
            assert line.topic.code in {label.topic for label in row.labels.all()}
    assert {line.topic.code: len(line.quotes) for line in told.topics}["claims_speed"] == 3


def test_months_are_the_insurers(told) -> None:
    """16:01 UTC on 31 January is February in Shanghai."""
    assert [(month.first.isoformat(), month.negative.of) for month in told.months] == [
        ("2025-01-01", 1), ("2025-02-01", 5),
    ]  # fmt: skip


def test_nothing_yet(db) -> None:
    empty = overview(Comment.objects.all(), topics())
    assert (empty.count, empty.months, empty.sampled) == (0, (), 0)
    assert all(line.share == Share(0, 0, 0.0, 1.0) for line in empty.topics)


def test_a_reader_counts_their_branch_only(comment, analyst, analyst_elsewhere, other_branch) -> None:
    comment("等了一个月")
    comment("等了两个月", branch=other_branch)
    for who in (analyst, analyst_elsewhere):
        assert overview(Comment.objects.visible_to(who), topics()).count == 1
