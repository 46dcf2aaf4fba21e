"""Pages put together into questionnaires; what is lost, doubled or mixed is named."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from anxin.engines.reading.forms import Answer, Mark, PageCode, PageReading, Problem, assemble


def page(
    serial: str, number: int, *, pages: int = 3, form: str = "F", version: int = 1, token: str = "", option: str = "a"
) -> PageReading:
    marks = tuple(
        Mark(f"q{number}", code, "marked" if code == option else "blank", 0.99, 0.1 if code == option else 0.0)
        for code in ("a", "b")
    )
    answer = Answer(f"q{number}", "answered", (option,), 0.99)
    return PageReading(0, 0, PageCode(form, version, number, pages, serial, token), marks=marks, answers=(answer,))


def problems(*readings: PageReading) -> list[list[str]]:
    return [[problem.code for problem in one.problems] for one in assemble(readings).questionnaires]


def test_pages_in_any_order_make_whole_questionnaires() -> None:
    made = assemble([page("2", 3), page("1", 2), page("1", 1), page("2", 1), page("1", 3), page("2", 2)])
    assert [(one.serial, one.complete, sorted(one.answers)) for one in made.questionnaires] == [
        ("2", True, ["q1", "q2", "q3"]),
        ("1", True, ["q1", "q2", "q3"]),
    ]
    assert made.unplaced == ()


def test_lost_doubled_and_contradicting_pages() -> None:
    assert problems(page("1", 1), page("1", 3)) == [["lost_page"]]
    assert problems(page("1", 1), page("1", 1), page("1", 2), page("1", 3)) == [["doubled_page"]]
    [doubled] = assemble([page("1", 1), page("1", 1), page("1", 2), page("1", 3)]).questionnaires
    assert doubled.complete
    made = assemble([page("1", 1), page("1", 1, option="b"), page("1", 2), page("1", 3)]).questionnaires[0]
    assert [problem.code for problem in made.problems] == ["contradicting_pages"]
    assert not made.complete
    assert len(made.rivals) == 2
    assert "q1" not in made.answers


def test_a_page_that_could_not_be_read_names_its_own_problem() -> None:
    half = replace(page("1", 2), problem=Problem("half_page", {"page": 2, "serial": "1"}), marks=(), answers=())
    [one] = assemble([page("1", 1), half, page("1", 3)]).questionnaires
    assert [problem.code for problem in one.problems] == ["half_page"]
    assert one.unread == (half,)
    # Taken again, it is whole.
    [again] = assemble([page("1", 1), half, page("1", 3), page("1", 2)]).questionnaires
    assert again.complete


def test_mixed_forms_and_tokens() -> None:
    assert problems(page("1", 1), page("1", 2, form="G"), page("1", 3)) == [
        ["lost_page", "mixed_pages"],
        ["lost_page", "lost_page", "mixed_pages"],
    ]
    # Two forms may count alike, as long as each is whole.
    assert problems(page("1", 1, pages=1), page("1", 1, pages=1, form="G")) == [[], []]
    assert problems(page("1", 1, token="T1"), page("1", 2, token="T2"), page("1", 3, token="T1")) == [["mixed_tokens"]]


def test_pages_without_a_name_are_kept_apart() -> None:
    foreign = PageReading(0, 5, problem=Problem("foreign_page"))
    several = PageReading(0, 6, PageCode("F", 1, 1, 3, "1"), Problem("several_pages"))
    made = assemble([foreign, several])
    assert made.questionnaires == ()
    assert made.unplaced == (foreign, several)


@given(st.lists(st.tuples(st.sampled_from("123"), st.integers(1, 3), st.sampled_from("ab")), max_size=14))
def test_nothing_is_lost_and_nothing_invented(given_pages: list[tuple[str, int, str]]) -> None:
    made = assemble([page(serial, number, option=option) for serial, number, option in given_pages])
    for one in made.questionnaires:
        mine = [(number, option) for serial, number, option in given_pages if serial == one.serial]
        for number in (1, 2, 3):
            options = {option for place, option in mine if place == number}
            answer = one.answers.get(f"q{number}")
            assert (answer.options if answer else None) == (tuple(options) if len(options) == 1 else None)
        complete = all(len({option for place, option in mine if place == number}) == 1 for number in (1, 2, 3))
        assert one.complete == complete
    assert {one.serial for one in made.questionnaires} == {serial for serial, _, _ in given_pages}
