"""A person corrects a label; the model learns it, and unlearns what is taken back."""

from __future__ import annotations

import pytest

from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed, Stale
from anxin.voice.comments import actions, jobs, learning, queries
from anxin.voice.comments.models import Comment, Correction, Learning

pytestmark = pytest.mark.django_db
ODD = "食堂的菜太咸"


def labels(row: Comment) -> tuple[set[str], str]:
    row.refresh_from_db()
    return {label.topic for label in row.labels.all()}, row.feeling


def fix(row, actor, now, topics=("price",), sentiment=1, expected=0) -> Correction:
    return actions.correct(
        comment=row.public_id, topics=list(topics), sentiment=sentiment, expected=expected, actor=actor, now=now
    )


def test_what_the_person_says_holds_at_once(comment, analyst, analyst_user, now) -> None:
    row = comment(ODD)
    made = fix(row, analyst, now)
    assert labels(row) == ({"price"}, "positive")
    assert (row.is_corrected, row.unsure, row.value) == (True, False, 1.0)
    (told,) = queries.history(row)
    assert (told, told.by, told.at) == (made, analyst_user, now)


def test_undo_goes_back_one_correction_at_a_time(comment, analyst, now) -> None:
    row = comment(ODD)
    before = labels(row)
    first = fix(row, analyst, now)
    second = fix(row, analyst, now, ["phone", "attitude"], -1, expected=first.pk)
    assert labels(row) == ({"phone", "attitude"}, "negative")
    actions.undo(comment=row.public_id, expected=second.pk, actor=analyst, now=now)
    assert labels(row) == ({"price"}, "positive")
    actions.undo(comment=row.public_id, expected=first.pk, actor=analyst, now=now)
    assert labels(row) == before
    assert not row.is_corrected
    with pytest.raises(IllegalMove):
        actions.undo(comment=row.public_id, expected=first.pk, actor=analyst, now=now)
    assert [one.withdrawn_by_id for one in queries.history(row)] == [analyst.user_id] * 2


def test_nobody_overwrites_a_correction_unseen(comment, analyst, now) -> None:
    row = comment(ODD)
    fix(row, analyst, now)
    with pytest.raises(Stale):
        fix(row, analyst, now, ["phone"])
    with pytest.raises(Stale):
        actions.undo(comment=row.public_id, expected=0, actor=analyst, now=now)
    assert labels(row) == ({"price"}, "positive")


@pytest.mark.parametrize(
    ("topics", "sentiment", "field"),
    [([], 0, "topics"), (["nothing"], 0, "topics"), (["other", "price"], 0, "topics"), (["price"], 2, "sentiment")],
)
def test_labels_that_will_not_do_name_their_box(comment, analyst, now, topics, sentiment, field) -> None:
    row = comment(ODD)
    with pytest.raises(Invalid) as refused:
        fix(row, analyst, now, topics, sentiment)
    assert list(refused.value.fields) == [field]
    assert not Correction.objects.exists()


def test_who_may(comment, analyst, analyst_elsewhere, actors, now) -> None:
    row = comment(ODD)
    for who in ("supervisor", "auditor"):
        assert queries.find(row.public_id, actors[who]) == row
        with pytest.raises(NotAllowed):
            fix(row, actors[who], now)
    for who in (actors["adjudicator"], actors["customer"], actors["administrator"], analyst_elsewhere):
        with pytest.raises(Missing):
            fix(row, who, now)
        with pytest.raises(Missing):
            queries.find(row.public_id, who)


def test_the_model_learns_it_and_comments_are_read_again(comment, analyst, now) -> None:
    row, like, far = comment(ODD), comment("食堂的菜真的太咸了"), comment("电话一直打不通，没人接")
    before = labels(like), labels(far)
    assert "policy_service" not in before[0][0]
    fix(row, analyst, now, ["policy_service"], -1)
    assert queries.progress(analyst).waits
    jobs.work()
    assert labels(like) == ({"policy_service"}, "negative")
    assert labels(far) == before[1]
    told = queries.progress(analyst)
    assert not told.is_open
    last = Learning.objects.latest("number")
    assert told.last == last
    assert (last.corrections, last.changed_comments, last.done, last.agreed) == (1, 1, 3, 1)
    assert last.changed_labels == len(before[0][0] ^ {"policy_service"}) + (before[0][1] != "negative")
    assert [found.pk for found in queries.changed_by(last.number, analyst)] == [like.pk]


def test_a_correction_taken_back_is_unlearned(comment, analyst, now) -> None:
    row, like = comment(ODD), comment("食堂的菜真的太咸了")
    shipped = queries.current_model()
    before = labels(like)
    made = fix(row, analyst, now, ["policy_service"], -1)
    jobs.work()
    assert queries.current_model() is not shipped
    actions.undo(comment=row.public_id, expected=made.pk, actor=analyst, now=now)
    jobs.work()
    assert labels(like) == before
    assert Learning.objects.latest("number").corrections == 0


def test_erasing_a_comment_unlearns_its_correction(comment, analyst, now) -> None:
    row = comment(ODD)
    state = learning.state()
    fix(row, analyst, now)
    assert learning.state() != state
    row.response.answers = "{}"
    row.response.save()
    assert learning.state() == state


def test_the_model_is_made_once_a_state(comment, analyst, now) -> None:
    row = comment(ODD)
    fix(row, analyst, now)
    first = queries.current_model()
    assert queries.current_model() is first


def test_a_new_comment_is_read_by_what_was_learned(comment, analyst, now) -> None:
    fix(comment(ODD), analyst, now, ["policy_service"], -1)
    jobs.work()
    fresh = comment("食堂的菜咸")
    assert labels(fresh)[0] == {"policy_service"}
    assert fresh.edition == Learning.objects.latest("number").number


def test_a_worker_that_died_while_reading_again_goes_on(comment, analyst, now, monkeypatch) -> None:
    monkeypatch.setattr(learning, "BATCH", 1)
    row, like = comment(ODD), comment("食堂的菜真的太咸了")
    fix(row, analyst, now, ["policy_service"], -1)
    begun = learning.begin(now)
    answers = iter([True, False])
    assert not learning.read_again(begun, moment=lambda: now, go_on=lambda: next(answers))
    begun.refresh_from_db()
    assert (begun.done, begun.ended_at) == (1, None)
    assert queries.progress(analyst).running == begun
    jobs.work()
    begun.refresh_from_db()
    assert (begun.done, Learning.objects.latest("number")) == (2, begun)
    assert labels(like)[0] == {"policy_service"}


def test_for_report_are_the_campaigns_masked_texts(comment, campaign) -> None:
    comment("我叫张伟，很慢"), comment("很快")
    assert queries.for_report(campaign) == ["我叫［姓名］，很慢", "很快"]
