"""A disputed line: looked at again by someone who had no part in it, and nobody else."""

from __future__ import annotations

import pytest

from anxin.access.actors import actor_of
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.access.models import User
from anxin.journal.models import Event, Promise
from anxin.journal.queries import queue_of
from anxin.journal.replaying import differences
from anxin.journeys.claims.actions.dispute import choose_reviewer, review_line
from anxin.journeys.claims.models import AssessmentLine, Claim


@pytest.fixture
def disputed(steps):
    steps.issue()
    steps.answer(dispute=("bonnet", "front_beam"))
    return list(AssessmentLine.objects.filter(state="disputed").order_by("position"))


@pytest.fixture
def reviewer(disputed):
    return actor_of(User.objects.get(pk=disputed[0].reviewer_id))


def test_the_second_assessors_figure_stands_and_the_last_line_goes_on(steps, li, disputed, reviewer, now, told) -> None:
    bonnet, beam = disputed
    review_line(
        claim=steps.claim, line=bonnet.public_id, amount_fen=238_000, method="replace", note="折痕过深，更换",
        actor=reviewer, now=now,
    )  # fmt: skip
    assert steps.case().state == "reviewing"
    review_line(claim=steps.claim, line=beam.public_id, amount_fen=126_000, note="维持", actor=reviewer, now=now)
    assert steps.case().state == "adjudicating"
    bonnet.refresh_from_db()
    assert (bonnet.amount_fen, bonnet.first_amount_fen, bonnet.method) == (238_000, 86_000, "replace")
    reviewed = Event.objects.filter(activity="claims.line_reviewed").order_by("pk")[0]
    assert (reviewed.facts["before"], reviewed.facts["amount"]) == (86_000, 238_000)
    assert "折痕" not in reviewed.data
    assert set(Promise.objects.filter(case_id=li.case_id, rule="CS-07").values_list("state", flat=True)) == {"kept"}
    assert steps.decide().parts["own"] == 805_000 - 86_000 + 238_000


def test_only_the_chosen_reviewer_reviews(steps, disputed, reviewer, actors, people, now) -> None:
    line = disputed[0].public_id
    for actor in (steps.assessor(), people.adjudicator, actors["customer"], actors["supervisor"]):
        with pytest.raises(NotAllowed):
            review_line(claim=steps.claim, line=line, amount_fen=1, note="x", actor=actor, now=now)


def test_a_review_needs_an_amount_and_words_to_the_customer(steps, disputed, reviewer, now) -> None:
    line = disputed[0].public_id
    for facts in ({"amount_fen": -1, "note": "x"}, {"amount_fen": 1, "note": " "}):
        with pytest.raises(Invalid):
            review_line(claim=steps.claim, line=line, actor=reviewer, now=now, **facts)
    with pytest.raises(Missing):
        review_line(claim=steps.claim, line="f" * 24, amount_fen=1, note="x", actor=reviewer, now=now)


def test_a_line_is_reviewed_once_and_only_when_disputed(steps, disputed, reviewer, now) -> None:
    accepted = AssessmentLine.objects.filter(state="accepted").first()
    facts = {"claim": steps.claim, "amount_fen": 1, "note": "x", "actor": reviewer, "now": now}
    with pytest.raises(IllegalMove):
        review_line(line=accepted.public_id, **facts)
    review_line(line=disputed[0].public_id, **facts)
    with pytest.raises(IllegalMove):
        review_line(line=disputed[0].public_id, **facts)


def test_where_nobody_was_free_the_first_independent_assessor_takes_it(steps, li, disputed, reviewer, now) -> None:
    Claim.objects.filter(pk=li.pk).update(reviewer=None)
    AssessmentLine.objects.filter(state="disputed").update(reviewer=None)
    with pytest.raises(NotAllowed):
        review_line(
            claim=steps.claim, line=disputed[0].public_id, amount_fen=1, note="x", actor=steps.assessor(), now=now
        )
    review_line(claim=steps.claim, line=disputed[0].public_id, amount_fen=1, note="x", actor=reviewer, now=now)
    assert Claim.objects.get(pk=li.pk).reviewer_id == reviewer.user_id


def test_a_supervisor_gives_it_to_another_independent_assessor(
    steps, li, disputed, reviewer, actors, branch, departments, now
) -> None:
    from anxin.access.models import RoleGrant
    from anxin.journeys.claims.actions.assignment import forget_people

    third = User.objects.create_user(
        "assessor-3", "x" * 12, display_name="third", branch=branch, department=departments["assessment"]
    )
    RoleGrant.objects.create(user=third, role="assessor", branch=branch)
    forget_people()
    for wrong in (steps.assessor().user_id, actors["finance"].user_id):
        with pytest.raises(Invalid):
            choose_reviewer(claim=steps.claim, person=wrong, actor=actors["supervisor"], now=now)
    running = Promise.objects.filter(case_id=li.case_id, rule="CS-07")
    due = set(running.values_list("due_at", flat=True))
    choose_reviewer(claim=steps.claim, person=third.pk, actor=actors["supervisor"], now=now)
    # The promise goes with the work, and its limit does not start anew.
    assert set(running.values_list("person", flat=True)) == {third.pk}
    assert set(running.values_list("due_at", flat=True)) == due
    assert list(differences()) == []
    assert [row.case.pk for row in queue_of(actor_of(third), now).rows] == [li.case_id]
    assert li.case_id not in [row.case.pk for row in queue_of(reviewer, now).rows]
    facts = {"claim": steps.claim, "line": disputed[0].public_id, "amount_fen": 1, "note": "x", "now": now}
    with pytest.raises(NotAllowed):
        review_line(actor=reviewer, **facts)
    review_line(actor=actor_of(third), **facts)


def test_whoever_reviewed_does_not_decide(steps, li, disputed, reviewer, branch, now) -> None:
    from anxin.access.models import RoleGrant

    for line in disputed:
        review_line(claim=steps.claim, line=line.public_id, amount_fen=1, note="x", actor=reviewer, now=now)
    person = User.objects.get(pk=reviewer.user_id)
    RoleGrant.objects.create(user=person, role="adjudicator", branch=branch)
    person.access_version += 1
    with pytest.raises(NotAllowed):
        steps.decide(actor=actor_of(person))
