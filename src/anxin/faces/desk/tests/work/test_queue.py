"""The queue: whose cases, in which order, at a fixed price in queries; what is done to several at once."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from anxin.access import clock
from anxin.faces.desk.models import SavedView
from anxin.journal.models import Case, Event


@pytest.fixture
def many(notify):
    """Twenty more claims of Mr Li, all with the call centre."""
    return [notify(external_id=f"R{number}") for number in range(20)]


def test_a_signed_out_reader_is_sent_to_the_sign_in_and_a_customer_finds_nothing(client, at_desk):
    answer = client.get("/desk/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/?next=/desk/")
    assert at_desk("customer").get("/desk/").status_code == 404


def test_own_cases_come_in_the_order_of_their_strict_last_day(at_desk, claim, words):
    answer = at_desk("call_taker").get("/desk/")
    assert claim.case.number in words(answer)
    assert "李*" in words(answer)
    assert "李明" not in words(answer)
    rows = answer.context["queue"].rows
    dues = [row.case.due_at for row in rows if row.case.due_at]
    assert dues == sorted(dues)
    assert claim.case.number not in words(at_desk("outsider").get("/desk/?who=all"))


def test_ten_queries_whatever_the_rows(at_desk, claim, django_assert_max_num_queries, many):
    for who in ("call_taker", "supervisor"):
        desk = at_desk(who)
        desk.get("/desk/")  # departments, branches and people are remembered from here on
        with django_assert_max_num_queries(10):
            answer = desk.get("/desk/?who=all")
        assert len(answer.context["queue"].rows) == 21


def test_the_supervisor_sees_the_strip_and_others_do_not(at_desk, claim, now):
    assert 'class="watch"' not in at_desk("supervisor").get("/desk/").content.decode()  # nothing is nearly due yet
    with clock.held_at(now + timedelta(minutes=50)):
        assert 'class="watch"' in at_desk("supervisor").get("/desk/").content.decode()
        assert 'class="watch"' not in at_desk("call_taker").get("/desk/").content.decode()


def test_views_and_filters_narrow_and_counts_follow_the_filters(at_desk, claim, many):
    desk = at_desk("call_taker")
    assert desk.get("/desk/").context["queue"].counts["all"] == 21
    assert desk.get("/desk/?kind=home").context["queue"].counts["all"] == 0
    assert desk.get("/desk/?kind=motor&amount=100000-").context["queue"].counts["all"] == 0
    assert desk.get(f"/desk/?text={claim.case.number}").context["queue"].counts["all"] == 1
    assert desk.get("/desk/?view=overdue").context["queue"].rows == []
    assert desk.get("/desk/?last=claims.papers_listed").status_code == 200  # not a filter it knows: shown without
    assert desk.get("/desk/?who=nobody&view=nonsense&branch=x&page=0").status_code == 200


def test_somebody_elses_promise_on_a_case_brings_it_into_their_queue(at_desk, steps):
    steps.issue()
    steps.answer(dispute=("bonnet",))
    reviewer = steps.case().claim.reviewer
    rows = at_desk(reviewer.username).get("/desk/").context["queue"].rows
    assert [row.case.pk for row in rows] == [steps.case().pk]
    assert rows[0].promised.promise.person_id == reviewer.pk


def test_a_view_is_saved_with_known_filters_only_and_removed(at_desk, staff, words):
    desk = at_desk("call_taker")
    desk.post("/desk/views/", {"name": "水渍", "query": "kind=cause:water&who=all&evil=1"})
    view = SavedView.objects.get(user=staff["call_taker"])
    assert view.query == "who=all&kind=cause%3Awater"
    assert "水渍" in words(desk.get("/desk/"))
    assert at_desk("surveyor").post(f"/desk/views/{view.pk}/remove/").status_code == 404
    desk.post(f"/desk/views/{view.pk}/remove/")
    assert not SavedView.objects.exists()


def test_a_view_needs_a_name(at_desk):
    desk = at_desk("call_taker")
    answer = desk.post("/desk/views/", {"name": " ", "query": ""}, follow=True)
    assert "请给视图起个名字" in answer.content.decode()
    assert not SavedView.objects.exists()


def test_several_cases_are_handed_over_and_one_that_changed_is_left(at_desk, many, staff):
    desk = at_desk("call_taker")
    first, second = (Case.objects.get(pk=claim.case_id) for claim in many[:2])
    picked = [f"{first.public_id}.{first.event_count}", f"{second.public_id}.{second.event_count - 1}"]
    asked = desk.post("/desk/bulk/", {"do": "hand_over", "case": picked})
    assert asked.status_code == 200
    refused = desk.post("/desk/bulk/", {"do": "hand_over", "case": picked, "sure": "1"})
    assert refused.status_code == 422
    desk.post(
        "/desk/bulk/",
        {"do": "hand_over", "case": picked, "sure": "1", "person": staff["surveyor"].pk, "reason": "absence"},
    )
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.department_id, first.person_id) == ("survey", staff["surveyor"].pk)
    assert second.person_id != staff["surveyor"].pk
    assert Event.objects.get(case=first, seq=first.event_count).facts["reason"] == "absence"


def test_a_reminder_is_left_on_record(at_desk, many):
    case = many[0].case
    at_desk("supervisor").post(
        "/desk/bulk/", {"do": "nudge", "case": [f"{case.public_id}.3"], "sure": "1", "text": "今天办完"}
    )
    last = Event.objects.filter(case=case).order_by("seq").last()
    assert last.activity == "case.noted"


def test_the_table_masks_names_and_holds_no_formulas(at_desk, claim):
    Case.objects.filter(pk=claim.case_id).update(title_zh="=HYPERLINK(1)")
    answer = at_desk("call_taker").post("/desk/bulk/", {"do": "export", "case": [f"{claim.case.public_id}.3"]})
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][3] == "李*"
    assert rows[1][2] == "'=HYPERLINK(1)"


def test_cases_of_another_branch_cannot_be_picked(at_desk, claim):
    answer = at_desk("outsider").post(
        "/desk/bulk/", {"do": "export", "case": [f"{claim.case.public_id}.3"]}, follow=True
    )
    assert "请先在案件前打勾" in answer.content.decode()


def test_supervision_lists_promises_near_and_late_by_department_and_person(at_desk, claim, words, now):
    desk = at_desk("supervisor")
    assert "没有超时或即将到期的承诺" in words(desk.get("/desk/supervision/"))
    with clock.held_at(now + timedelta(minutes=50)):
        page = desk.get("/desk/supervision/?department=call_centre")
        assert claim.case.number in words(page)
        # The strip counts what the rows show, and each person's number leads to that person's rows.
        (department,) = page.context["departments"]
        assert department["watch"].near == len(page.context["found"].rows) == 1
        person = department["people"][0]["id"]
        held = desk.get(f"/desk/supervision/?department=call_centre&person={person}")
        assert len(held.context["found"].rows) == 1
        assert held.context["departments"][0]["people"][0]["current"]
        assert desk.get("/desk/supervision/?department=finance").context["found"].rows == []
    assert at_desk("call_taker").get("/desk/supervision/").status_code == 403
