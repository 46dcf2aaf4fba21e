"""Note, hand over, extend, erase: the same for every kind of case."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.access.models import Branch, User
from anxin.journal import chain
from anxin.journal.actions import add_note, correct_event, erase_text, extend_promise, hand_over
from anxin.journal.models import Case, Event, Promise, Text
from anxin.journal.tests.world import open_case
from anxin.journal.writing import on_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(branch: Branch, actors: dict[str, Actor], now: datetime) -> Case:
    return open_case(branch, actors["system"], now)


def test_a_note_keeps_its_words_outside_the_event(case: Case, actors: dict[str, Actor], now: datetime) -> None:
    event = add_note(case=case.public_id, text=" 李明说晚上方便 ", actor=actors["surveyor"], now=now)
    text = Text.objects.get(case=case)
    assert text.body == "李明说晚上方便"
    assert "李明" not in event.data
    assert event.facts == {
        "text": text.public_id,
        "digest": hashlib.sha256((text.salt + text.body).encode()).hexdigest(),
    }


def test_a_correction_names_the_entry_and_leaves_it_as_it_is(
    case: Case, actors: dict[str, Actor], now: datetime
) -> None:
    wrong = add_note(case=case.public_id, text="约在周三", actor=actors["surveyor"], now=now)
    event = correct_event(case=case.public_id, seq=wrong.seq, text="应为周四", actor=actors["surveyor"], now=now)
    assert event.facts["seq"] == wrong.seq
    assert Text.objects.get(public_id=event.facts["text"]).body == "应为周四"
    assert Event.objects.get(pk=wrong.pk).data == wrong.data
    assert chain.verify(case=case).broken == []
    with pytest.raises(Missing):
        correct_event(case=case.public_id, seq=99, text="x", actor=actors["surveyor"], now=now)
    with pytest.raises(NotAllowed):
        correct_event(case=case.public_id, seq=wrong.seq, text="x", actor=actors["auditor"], now=now)


def test_notes_are_refused_to_who_may_not_write_them(case: Case, actors: dict[str, Actor], now: datetime) -> None:
    for who in ("auditor", "customer"):
        with pytest.raises(NotAllowed):
            add_note(case=case.public_id, text="x", actor=actors[who], now=now)
    with pytest.raises(Missing):
        add_note(case=case.public_id, text="x", actor=actors["outsider"], now=now)
    with pytest.raises(Invalid) as refused:
        add_note(case=case.public_id, text="  ", actor=actors["surveyor"], now=now)
    assert "text" in refused.value.fields


def test_erasing_empties_the_words_and_the_chain_still_holds(
    case: Case, actors: dict[str, Actor], now: datetime
) -> None:
    event = add_note(case=case.public_id, text="李明说晚上方便", actor=actors["surveyor"], now=now)
    public_id = event.facts["text"]
    with pytest.raises(NotAllowed):
        erase_text(public_id=public_id, actor=actors["supervisor"], now=now)
    said = erase_text(public_id=public_id, actor=actors["administrator"], now=now + timedelta(days=1))
    assert (said.activity, said.facts) == ("text.erased", {"text": public_id})
    text = Text.objects.get(public_id=public_id)
    assert (text.body, text.salt, text.erased_at) == ("", "", now + timedelta(days=1))
    assert Event.objects.get(pk=event.pk).data == event.data
    assert chain.verify().sound
    for unknown in (public_id, "no-such-text"):
        with pytest.raises(Missing):
            erase_text(public_id=unknown, actor=actors["administrator"], now=now)


def test_handing_over(case: Case, staff: dict[str, User], actors: dict[str, Actor], now: datetime) -> None:
    adjudicator = staff["adjudicator"].pk
    moved = hand_over(
        case=case.public_id,
        department="adjudication",
        person_id=adjudicator,
        expected=1,
        actor=actors["surveyor"],
        now=now,
    )
    assert (moved.department_id, moved.person_id) == ("adjudication", adjudicator)
    with pytest.raises(Invalid):
        hand_over(
            case=case.public_id,
            department="survey",
            person_id=adjudicator,
            expected=None,
            actor=actors["surveyor"],
            now=now,
        )
    with pytest.raises(Invalid):
        hand_over(
            case=case.public_id, department="kitchen", person_id=None, expected=None, actor=actors["surveyor"], now=now
        )
    with on_case(case.public_id, actor=actors["system"], now=now) as work:
        work.record("t.other")
        work.close()
    with pytest.raises(IllegalMove):
        hand_over(
            case=case.public_id, department="survey", person_id=None, expected=None, actor=actors["surveyor"], now=now
        )


def test_extending_once_by_who_the_rule_names(case: Case, actors: dict[str, Actor], now: datetime) -> None:
    days = Promise.objects.get(case=case, rule="DAYS")
    work = Promise.objects.get(case=case, rule="WORK")
    with pytest.raises(NotAllowed):
        extend_promise(
            case=case.public_id, promise_id=days.pk, reason="x", expected=1, actor=actors["adjudicator"], now=now
        )
    with pytest.raises(Invalid):
        extend_promise(
            case=case.public_id, promise_id=days.pk, reason=" ", expected=1, actor=actors["supervisor"], now=now
        )
    with pytest.raises(IllegalMove):
        extend_promise(
            case=case.public_id, promise_id=work.pk, reason="x", expected=1, actor=actors["supervisor"], now=now
        )
    extend_promise(
        case=case.public_id, promise_id=days.pk, reason="伤情复杂", expected=1, actor=actors["supervisor"], now=now
    )
    before = days.due_at
    days.refresh_from_db()
    assert before is not None
    assert (days.extended, days.due_at) == (True, before + timedelta(days=30))
    with pytest.raises(IllegalMove):
        extend_promise(
            case=case.public_id, promise_id=days.pk, reason="x", expected=2, actor=actors["supervisor"], now=now
        )
    with pytest.raises(Missing):
        extend_promise(case=case.public_id, promise_id=0, reason="x", expected=2, actor=actors["supervisor"], now=now)
