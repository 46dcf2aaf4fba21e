"""Stored answers: for whom, of which version, made by whom, and what is shown meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from anxin.access.actors import Actor
from anxin.access.errors import NotAllowed
from anxin.access.models import Branch
from anxin.engines.mining import lake as questions
from anxin.insight.results import answers, asking, jobs
from anxin.insight.results.answers import Found, find, run_waiting
from anxin.insight.results.asking import Ask, Board, ask_of
from anxin.insight.results.models import Answer
from anxin.journal import activities
from anxin.journal.lake.sync import sync
from anxin.journal.writing import opening

pytestmark = pytest.mark.django_db
ACTIVITY = "imported.event"


@pytest.fixture
def computed() -> list[Ask]:
    return []


@pytest.fixture(autouse=True)
def board(computed: list[Ask]) -> Iterator[Board]:
    def compute(ask: Ask) -> dict[str, Any]:
        computed.append(ask)
        if ask.get("line") == "broken":
            raise ZeroDivisionError("nothing to divide by")
        return {"cases": sorted(ask.log.case_ids) if ask.log is not None else []}

    known, asking._kept = dict(asking._boards), None
    asking._boards.clear()
    yield asking.register(
        Board("test", compute, lambda ask, what: [what], takes=("branch", "line", "month"), ahead=True)
    )
    asking._boards.clear()
    asking._boards.update(known)


@pytest.fixture
def tell(branch: Branch, other_branch: Branch, actors: dict[str, Actor], now: datetime) -> Any:
    """Open a case in a branch and take it into the lake; gives its public id."""

    def one(where: Branch | None = None, at: datetime = now) -> str:
        with opening(
            kind="test", branch=where or branch, subject=("customer", "c0ffee00c0ffee00c0ffee00"), state="open",
            actor=actors["system"], now=at,
        ) as work:  # fmt: skip
            work.record(ACTIVITY, {"activity": "Register"}, occurred_at=at)
        sync()
        return work.case.public_id

    return one


def shown(found: Found) -> list[str]:
    assert found.body is not None
    cases: list[str] = found.body["cases"]
    return cases


def test_a_reader_gets_their_branches_only(
    tell: Any, branch: Branch, other_branch: Branch, actors: dict[str, Actor], computed: list[Ask]
) -> None:
    here, there = tell(), tell(other_branch)
    assert shown(find("test", actors["administrator"], {})) == sorted([here, there])
    assert shown(find("test", actors["supervisor"], {})) == [here]
    assert shown(find("test", actors["supervisor"], {"branch": other_branch.code})) == []
    assert shown(find("test", actors["administrator"], {"branch": other_branch.code})) == [there]
    assert len(computed) == 4
    assert shown(find("test", actors["supervisor"], {})) == [here]
    assert len(computed) == 4  # stored
    with pytest.raises(NotAllowed):
        find("test", actors["surveyor"], {})
    with pytest.raises(LookupError):
        find("nothing", actors["administrator"], {})
    assert list(Ask(frozenset()).scope) == [asking.NOBODY]
    assert asking.ask_again(asking.NOBODY, "", timezone.now()).log is None


def test_each_version_is_asked_anew_and_parameters_are_told_apart(
    tell: Any, actors: dict[str, Actor], computed: list[Ask], now: datetime
) -> None:
    first = tell()
    reader = actors["administrator"]
    assert shown(find("test", reader, {"month": "2025-03"})) == [first]
    assert shown(find("test", reader, {"month": "2025-02"})) == []
    assert shown(find("test", reader, {"month": " 2025-03 ", "colour": "red", "line": ""})) == [first]
    assert len(computed) == 2
    second = tell()
    assert shown(find("test", reader, {"month": "2025-03"})) == sorted([first, second])
    assert Answer.objects.count() == 3
    assert len(ask_of(asking.board_of("test"), reader, {"branch": "车" * 500, "line": "险" * 500}, now).asked) <= 800


@pytest.mark.parametrize("month", ["2025-13", "abc", "2025", "all", "25-03", "2025-03-01"])
def test_a_month_that_cannot_be_read_is_no_choice(
    tell: Any, actors: dict[str, Actor], now: datetime, month: str
) -> None:
    here = tell()
    assert shown(find("test", actors["administrator"], {"month": month})) == [here]
    assert [(row.asked, row.state) for row in Answer.objects.all()] == [("", Answer.State.DONE)]


def test_a_board_says_what_its_parameters_look_like(actors: dict[str, Actor], now: datetime) -> None:
    board = Board(
        "own", lambda ask: {}, lambda ask, what: [], takes=("month", "line"),
        checks={"month": asking.is_month_or_all, "line": {"motor"}.__contains__},
    )  # fmt: skip
    reader = actors["administrator"]
    assert ask_of(board, reader, {"month": "all", "line": "motor"}, now).asked == "line=motor&month=all"
    assert ask_of(board, reader, {"month": "2025-13", "line": "moto"}, now).asked == ""


def test_what_a_board_reads_beside_the_lake_is_part_of_the_question(
    tell: Any, actors: dict[str, Actor], computed: list[Ask], now: datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr(jobs, "_asked", None)
    asking._boards.clear()
    tell()
    state = ["1"]
    asking.register(Board("test", lambda ask: computed.append(ask) or {}, lambda ask, what: [], takes=("line",), ahead=True, beside=lambda: state[0]))  # type: ignore[func-returns-value]  # fmt: skip
    reader = actors["administrator"]
    for _ in range(2):
        # What a reader writes into the address does not take its place.
        find("test", reader, {"beside": "9"})
    assert [ask.beside for ask in computed] == ["1"]
    jobs.ask_ahead(now)
    ahead = Answer.objects.filter(beside="1").count()
    assert ahead > 1
    state[0] = "2"
    find("test", reader, {})
    assert [ask.beside for ask in computed] == ["1", "2"]
    jobs.ask_ahead(now)
    assert Answer.objects.filter(beside="2").count() == ahead


def test_newer_facts_are_counted_by_the_worker_while_the_old_answer_shows(
    tell: Any, actors: dict[str, Actor], now: datetime, monkeypatch: Any
) -> None:
    tell()
    state, many = ["1"], [0]
    asking.register(Board("own", lambda ask: {"said": ask.beside}, lambda ask, what: [], beside=lambda: state[0], rows=lambda: many[0]))  # fmt: skip
    reader = actors["administrator"]
    assert find("own", reader, {}).body == {"said": "1"}
    # So many rows beside a small lake are not counted within a request.
    state[0], many[0] = "2", answers.AT_ONCE + 1
    found = find("own", reader, {})
    assert (found.body, found.is_old, found.lacks_facts, found.is_coming) == ({"said": "1"}, True, True, True)
    assert found.made_at is not None
    # An import more, before the worker came to it: one answer, of the present state.
    state[0] = "3"
    assert find("own", reader, {}).body == {"said": "1"}
    run_waiting()
    found = find("own", reader, {})
    assert (found.body, found.is_old, found.lacks_facts) == ({"said": "3"}, False, False)
    assert sorted(Answer.objects.filter(board="own").values_list("beside", "state")) == [("1", "done"), ("3", "done")]
    # Once the lake has moved as well, it is not the facts alone that are new.
    tell()
    assert (find("own", reader, {}).is_old, find("own", reader, {}).lacks_facts) == (True, False)
    run_waiting()
    answers.forget_old(now)
    assert [row.beside for row in Answer.objects.filter(board="own")] == ["3"]


def test_a_board_that_needs_no_lake_answers_without(actors: dict[str, Actor]) -> None:
    asking.register(Board("own", lambda ask: {"version": ask.version, "log": ask.log}, lambda ask, what: [], without_lake=True))  # fmt: skip
    assert find("own", actors["administrator"], {}).body == {"version": 0, "log": None}


def test_before_the_first_sync_there_is_nothing(actors: dict[str, Actor]) -> None:
    found = find("test", actors["administrator"], {})
    assert (found.body, found.is_coming, found.why) == (None, False, "")
    assert answers.ask_ahead(timezone.now()) == answers.forget_old(timezone.now()) == 0


def test_a_large_lake_is_answered_by_the_worker_and_the_old_one_shown_meanwhile(
    tell: Any, actors: dict[str, Actor], computed: list[Ask], monkeypatch: Any
) -> None:
    monkeypatch.setattr(answers, "AT_ONCE", 0)
    reader, first = actors["administrator"], tell()
    found = find("test", reader, {})
    assert (found.body, found.is_coming, computed) == (None, True, [])
    assert answers.in_background.waits()
    assert run_waiting() == 1
    assert not answers.in_background.waits()
    assert shown(find("test", reader, {})) == [first]
    second = tell()
    found = find("test", reader, {})
    assert shown(found) == [first]
    assert (found.is_old, found.is_coming) == (True, True)
    run_waiting()
    found = find("test", reader, {})
    assert shown(found) == sorted([first, second])
    assert (found.is_old, found.is_coming) == (False, False)


def test_what_was_asked_of_a_version_that_passed_is_asked_of_the_present_one(
    tell: Any, actors: dict[str, Actor], computed: list[Ask], monkeypatch: Any
) -> None:
    monkeypatch.setattr(answers, "AT_ONCE", 0)
    tell()
    for _ in range(2):
        find("test", actors["administrator"], {})
        tell()
    assert Answer.objects.count() == 2
    run_waiting()
    assert len(computed) == 1  # once, not once for each
    row = Answer.objects.get()
    assert (row.state, row.lake) == (Answer.State.DONE, computed[0].version)
    assert len(shown(find("test", actors["administrator"], {}))) == 3


def test_a_failure_is_told_and_asked_again_with_the_next_version(
    tell: Any, actors: dict[str, Actor], computed: list[Ask], caplog: Any
) -> None:
    tell()
    reader = actors["administrator"]
    for _ in range(2):
        found = find("test", reader, {"line": "broken"})
        assert (found.body, found.is_coming) == (None, False)
        assert found.why
        assert "divi" not in found.why.lower()  # plain words; the rest is for whoever runs the system
    assert Answer.objects.get().why == "ZeroDivisionError: nothing to divide by"
    assert len(computed) == 1
    assert "nothing to divide by" in caplog.text
    tell()
    find("test", reader, {"line": "broken"})
    assert len(computed) == 2


def test_two_processes_asking_the_same_make_it_once(
    tell: Any, actors: dict[str, Actor], computed: list[Ask], board: Board, now: datetime
) -> None:
    tell()
    reader = actors["administrator"]
    ask = ask_of(board, reader, {}, now)
    row = answers._open(board, ask)
    assert answers._open(board, ask).pk == row.pk  # the second one meets the first one's row
    held = answers.leases.take(row.pk, "the other")
    assert held
    found = find("test", reader, {})
    assert (found.body, found.is_coming, computed) == (None, True, [])
    assert run_waiting() == 0
    answers.make(held.row, ask)
    assert len(shown(find("test", reader, {}))) == 1
    assert len(computed) == 1


def test_a_slow_process_does_not_write_over_what_another_made(
    tell: Any, actors: dict[str, Actor], board: Board, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tell()
    ask = ask_of(board, actors["administrator"], {}, now)
    slow = answers.leases.take(answers._open(board, ask).pk, "slow")
    assert slow
    Answer.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert run_waiting() == 1
    monkeypatch.setattr(answers, "board_of", lambda _name: 1 / 0)
    answers.make(slow.row, ask)
    monkeypatch.undo()
    assert shown(find("test", actors["administrator"], {})) == [here]


def test_the_work_of_a_dead_process_is_taken_over_three_times_at_most(
    tell: Any, board: Board, computed: list[Ask], now: datetime
) -> None:
    tell()
    row = answers._open(board, Ask(None, {}, now))
    for turn in range(1, answers.MAX_ATTEMPTS + 1):
        assert answers.leases.take(row.pk, f"dies {turn}")
        assert run_waiting() == 0  # its lease runs
        Answer.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert run_waiting() == 1
    row.refresh_from_db()
    assert (row.state, row.why) == (Answer.State.FAILED, "begun 3 times and never finished")
    assert computed == []


def test_pages_people_begin_with_are_asked_ahead_for_each_branch(
    tell: Any, other_branch: Branch, actors: dict[str, Actor], computed: list[Ask], now: datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr(jobs, "_asked", None)
    tell(), tell(other_branch)
    jobs.ask_ahead(now)
    assert set(Answer.objects.values_list("scope", flat=True)) == {"", "SZ", other_branch.code}
    jobs.ask_ahead(now)
    assert answers.ask_ahead(now) == 0
    assert run_waiting() == 3
    find("test", actors["supervisor"], {})
    assert len(computed) == 3
    tell()
    jobs.ask_ahead(now)
    assert Answer.objects.filter(state=Answer.State.WAITING).count() == 3


def test_a_page_is_answered_before_what_is_asked_ahead(
    tell: Any, actors: dict[str, Actor], computed: list[Ask], now: datetime, monkeypatch: Any
) -> None:
    tell()
    monkeypatch.setattr(answers, "AT_ONCE", 0)
    answers.ask_ahead(now)
    find("test", actors["administrator"], {"month": "2025-03"})
    run_waiting()
    assert computed[0].get("month") == "2025-03"


def test_only_the_newest_answer_of_a_question_is_kept(
    tell: Any, actors: dict[str, Actor], now: datetime, board: Board
) -> None:
    reader = actors["administrator"]
    tell()
    find("test", reader, {}), find("test", reader, {"month": "2025-03"})
    tell()
    find("test", reader, {})
    assert answers.forget_old(now) == 1
    assert sorted(Answer.objects.values_list("asked", flat=True)) == ["", "month=2025-03"]
    assert answers.forget_old(now + timedelta(days=31)) == 1  # of a version that passed, and nobody asks any more
    row = Answer.objects.get()
    Answer.objects.all().delete()
    answers.make(row, Ask(None, {}, now))
    assert not Answer.objects.exists()  # forgotten while it was being made: it does not come back


def test_the_same_cases_as_tables_on_the_engine_that_is_set(
    tell: Any, other_branch: Branch, actors: dict[str, Actor], now: datetime, board: Board, settings: Any
) -> None:
    tell(), tell(other_branch), tell(other_branch, now - timedelta(days=40))
    assert settings.LAKE_ENGINE == "duckdb"

    def cases(actor: str, **values: str) -> int:
        ask = ask_of(board, actors[actor], values, now)
        assert ask.lake is not None
        return questions.directly_follows(ask.lake).cases

    assert cases("administrator") == 3
    assert cases("supervisor") == 1
    assert cases("administrator", branch=other_branch.code) == 2
    assert cases("administrator", branch=other_branch.code, month="2025-03") == 1
    assert cases("administrator", month="2024-12") == 0
    assert cases("supervisor", branch=other_branch.code) == 0


def test_the_activities_used_here_exist() -> None:
    assert activities.activity(ACTIVITY).fields is None
