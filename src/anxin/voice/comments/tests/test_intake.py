"""Open answers are taken in once, masked, with labels; nothing else is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from anxin.access.actors import system
from anxin.access.errors import Invalid, NotAllowed
from anxin.engines.reading.text.tests import strategies as made
from anxin.voice.comments import actions, intake, jobs
from anxin.voice.comments.models import Comment, Intake, Label, Turn

pytestmark = pytest.mark.django_db


def test_a_comment_is_masked_read_and_placed(respond, campaign, branch, now) -> None:
    response = respond(
        "我叫张伟，手机13812346207，理赔等了一个月还没到账，太慢了", facts={"stage": "care"},
    )  # fmt: skip
    assert jobs.work() == 1
    row = Comment.objects.get()
    assert row.text == "我叫［姓名］，手机［手机］，理赔等了一个月还没到账，太慢了"
    assert row.hidden == ["mobile", "name"]
    assert (row.response, row.campaign, row.branch, row.question, row.stage, row.said_at) == (
        response, campaign, branch, "say", "care", now,
    )  # fmt: skip
    assert (row.language, row.feeling, row.edition, row.is_corrected) == ("zh", "negative", 1, False)
    assert "claims_speed" in {label.topic for label in row.labels.all()}
    assert [label.topic for label in row.labels.all()] == [code for code, _weight in row.read_topics]


def test_only_open_answers_of_complete_responses_that_count(respond) -> None:
    respond(answers={"age": "教师", "say": "  ", "claim": "很快"})
    respond("begun only", state="started")
    respond("over a quota", state="full")
    respond("a pre-test", is_pretest=True)
    respond()
    assert jobs.work() == 1
    row = Comment.objects.get()
    assert (row.question, row.text, row.stage) == ("claim", "很快", "claims")
    assert Intake.objects.count() == 2  # the last one is looked at, too


def test_it_is_taken_once_and_goes_on_where_it_was(respond) -> None:
    respond("电话一直没人接")
    assert (jobs.work(), jobs.work()) == (1, 0)
    late = respond("begun first, sent later", state="started")
    respond("客服很有耐心")
    assert jobs.work() == 1
    late.state = "complete"
    late.save()
    assert jobs.work() == 1
    assert Comment.objects.count() == 3


def test_names_the_register_knows_are_masked_wherever_they_stand(respond, invitation, staff) -> None:
    """Also where the campaign is anonymous and the response names nobody; and the person whose service it was."""
    staff["adjudicator"].display_name = "司徒海"
    staff["adjudicator"].save()
    respond("欧阳小蓉觉得司徒海处理得很慢，Rong Ouyang says so", invitation=invitation, person=staff["adjudicator"])
    jobs.work()
    text = Comment.objects.get().text
    assert not [name for name in ("欧阳小蓉", "司徒海", "Ouyang") if name in text]
    assert text.count("［姓名］") == 3


def test_an_erased_response_takes_its_comment_with_it(comment, analyst, now) -> None:
    from anxin.voice.responses.actions import erase_response

    row, other = comment("等了一个月"), comment("态度很好")
    actions.correct(comment=row.public_id, topics=["price"], sentiment=0, expected=0, actor=analyst, now=now)
    erase_response(response=row.response.public_id, actor=analyst, now=now)
    assert list(Comment.objects.all()) == [other]
    assert not Label.objects.exclude(comment=other).exists()
    jobs.work()
    assert list(Comment.objects.all()) == [other]


def test_one_erased_while_it_was_being_read_does_not_come_back(respond, now) -> None:
    response = respond("等了一个月")
    waiting = intake.waiting(0)
    type(response).objects.filter(pk=response.pk).update(answers="{}")
    assert intake.take_in(waiting, now) == 0
    assert not Comment.objects.exists()


def test_the_sweep_finds_what_was_emptied_by_hand(comment, now) -> None:
    row = comment("等了一个月")
    type(row.response).objects.filter(pk=row.response_id).update(answers="{}")
    jobs.sweep(now)
    assert not Comment.objects.exists()


def test_one_worker_at_a_time(respond) -> None:
    respond("等了一个月")
    turn = Turn.objects.create(name="comments", lease_by="another", lease_until=timezone.now() + timedelta(minutes=1))
    assert jobs.work() == 0
    Turn.objects.filter(pk=turn.pk).update(lease_until=timezone.now() - timedelta(seconds=1))  # it died
    assert jobs.work() == 1
    turn.refresh_from_db()
    assert turn.lease_until is None


def test_the_mark_stays_below_what_may_still_come(respond, now, monkeypatch) -> None:
    monkeypatch.setattr(intake, "_LATE", 0)
    first = respond("一")
    begun = respond("begun", state="started")
    last = respond("二")
    jobs.work()
    assert intake.settled_up_to(0, now) == begun.pk - 1 == first.pk
    assert intake.settled_up_to(0, now + timedelta(days=31)) == last.pk  # it can no longer be gone on with
    monkeypatch.setattr(intake, "_LATE", 10_000)
    assert intake.settled_up_to(0, now) == 0


def test_an_import_is_taken_once_and_forgotten_whole(analyst, branch, now) -> None:
    texts = [
        intake.Raw("我是李明，等了太久", "comment", now, key="1", branch_id=branch.pk),
        intake.Raw("", "comment", now, key="2"),
        intake.Raw("王小二说赔得快", "comment", now, key="3", branch_id=branch.pk, names=("王小二",)),
    ]
    assert actions.take_texts(source="2025.csv", texts=texts, actor=analyst, now=now) == 2
    assert actions.take_texts(source="2025.csv", texts=texts, actor=analyst, now=now) == 0
    assert [row.text for row in Comment.objects.order_by("key")] == ["我是［姓名］，等了太久", "［姓名］说赔得快"]
    assert actions.forget_texts(source="2025.csv", actor=analyst, now=now) == 2
    assert not Comment.objects.exists()


def test_an_import_needs_the_permission_and_a_name(analyst, actors, now) -> None:
    for who in ("supervisor", "auditor", "adjudicator", "customer"):
        with pytest.raises(NotAllowed):
            actions.take_texts(source="x", texts=[], actor=actors[who], now=now)
    with pytest.raises(Invalid):
        actions.take_texts(source=" ", texts=[], actor=analyst, now=now)


class NothingPersonalIsKept(TestCase):
    # Each example writes to the database and reads with the model: no example has a time of its own on a busy machine.
    @settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.tuples(made.WORDS, st.one_of(made.id_numbers, made.mobiles, made.cards, made.emails), made.WORDS),
            min_size=1, max_size=4,
        )
    )  # fmt: skip
    def test_no_number_reaches_a_stored_comment(self, said) -> None:
        moment = timezone.now()
        texts = [
            intake.Raw(before + secret + after, "q", moment, key=str(at))
            for at, (before, secret, after) in enumerate(said)
        ]
        actions.take_texts(source="made up", texts=texts, actor=system(), now=moment)
        kept = Comment.objects.filter(source="made up")
        stored = "\n".join(f"{row['text']} {row['hidden']} {row['read_topics']}" for row in kept.values())
        assert kept.count() == len(said)
        for _before, secret, _after in said:
            assert secret not in stored
            figures = secret.replace("-", "").replace(" ", "")
            assert figures not in stored.replace("-", "").replace(" ", "")
