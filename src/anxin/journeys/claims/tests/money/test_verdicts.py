"""Whatever is assessed, disputed, excluded or cut: the lines of a decision add up to its amount."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anxin.journeys.claims import statement as statements
from anxin.journeys.claims.models import Assessment, AssessmentLine, Claim, Party
from anxin.journeys.claims.statement import ClauseFacts, Covered, Statement
from anxin.journeys.claims.verdicts import ClauseAnswer, excluded_covers, exclusions, lines

PRODUCT = (1, "P", 1, datetime(2025, 1, 1, tzinfo=UTC))
CODES = ("vehicle_damage", "third_party", "compulsory_medical", "compulsory_property", "home_building")
CLAUSES = tuple(
    ClauseFacts("P", code, kind, f"{kind}_{code}" if kind == "exclusion" else "", f"第{number}条", "题", "title", "文", "text", number)
    for number, (code, kind) in enumerate((code, kind) for code in CODES for kind in ("cover", "exclusion", "limit"))
)  # fmt: skip
PARTIES = {
    "own": Party(pk=1, code="own", kind="own"),
    "tp1": Party(pk=2, code="tp1", kind="third_vehicle"),
    "inj1": Party(pk=3, code="inj1", kind="injured", name="陈强"),
    "inj2": Party(pk=4, code="inj2", kind="injured", name="赵丽"),
}


@pytest.fixture(autouse=True)
def _terms(monkeypatch) -> None:
    monkeypatch.setattr(statements, "clauses_of", lambda product: CLAUSES)


def _covered(code: str, limit: int | None, deductible: int) -> Covered:
    return Covered(
        1, "1", date(2025, 1, 1), date(2025, 12, 31), PRODUCT, "x", code, code, code, code, limit, deductible, 0
    )


def _statement(rows: list[tuple[str, str, int, str]], covers: list[Covered], share: int) -> Statement:
    assessment = Assessment(pk=1, state="answered", assessor_id=9)
    standing = [
        AssessmentLine(
            pk=number, public_id=str(number), assessment=assessment, party=PARTIES[party], loss_kind=kind,
            amount_fen=amount, state=state, name_zh=f"项目{number}", name_en=f"item {number}",
        )
        for number, (party, kind, amount, state) in enumerate(rows)
    ]  # fmt: skip
    claim = Claim(pk=1, cause="collision", loss_at=datetime(2025, 3, 4, tzinfo=UTC), liability_permille=share)
    return Statement(claim, standing, [], covers, [], [PARTIES["inj1"], PARTIES["inj2"]])


some_rows = st.lists(
    st.tuples(
        st.sampled_from(["own", "tp1", "inj1"]), st.sampled_from(["vehicle", "medical", "building", "contents"]),
        st.integers(0, 10**8), st.sampled_from(["accepted", "disputed", "reviewed", "fixed", "offered"]),
    ),
    max_size=7,
)  # fmt: skip
some_covers = st.lists(
    st.builds(_covered, st.sampled_from(CODES), st.none() | st.integers(1, 10**8), st.integers(0, 10**6)),
    max_size=5, unique_by=lambda item: item.code,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some_rows, some_covers, st.integers(0, 1000), st.sets(st.sampled_from(CODES)))
def test_lines_add_up(rows: Any, covers: list[Covered], share: int, barred: set[str]) -> None:
    known = _statement(rows, covers, share)
    everything = known.calculate()
    asked = exclusions(known.involved(everything))
    answers = {
        key: ClauseAnswer(clause.coverage in barred, "依据", "basis").to_data(1) for key, clause in asked.items()
    }
    made, calculation = lines(known, answers)
    assert sum(row.amount_fen or 0 for row in made) == calculation.amount_fen
    assert [row.position for row in made] == list(range(1, len(made) + 1))
    assert all(row.amount_fen is None or row.amount_fen >= 0 for row in made)
    for item in known.involved(everything):
        if item.code in barred:
            assert item.key in excluded_covers([item], answers)
            assert not any(row.amount_fen for row in made if row.coverage == item.code)
    open_lines = [line for line in known.lines if line.state in ("disputed", "offered")]
    waiting = [row for row in made if row.verdict == "waiting" and row.amount_fen is not None]
    assert {row.key for row in waiting} <= {line.public_id for line in open_lines}


def test_an_injured_person_without_papers_stands_as_waiting() -> None:
    known = _statement([("own", "vehicle", 100, "fixed"), ("inj1", "medical", 100, "fixed")], [_covered("vehicle_damage", None, 0)], 1000)  # fmt: skip
    made, calculation = lines(known, {})
    (row,) = [row for row in made if row.key == "party:inj2"]
    assert (row.verdict, row.amount_fen, row.question_zh) == ("waiting", None, "伤者 赵*：医疗费用与伤残")
    assert calculation.amount_fen == 100


def test_a_very_long_list_of_exclusions_still_fits_its_column(monkeypatch) -> None:
    many = tuple(
        ClauseFacts("P", "", "exclusion", f"e{number}", f"第九条（{number}）", "很长的免责标题" * 5, "a long title " * 5, "", "", number)
        for number in range(20)
    )  # fmt: skip
    monkeypatch.setattr(statements, "clauses_of", lambda product: many)
    known = _statement([("own", "vehicle", 100, "fixed")], [_covered("vehicle_damage", None, 0)], 1000)
    answers = {clause.key: ClauseAnswer(False, "依据" * 90).to_data(1) for clause in many}
    made, _calculation = lines(known, answers)
    (row,) = [row for row in made if row.verdict == "not_triggered"]
    assert (len(row.question_zh), len(row.question_en), len(row.basis_zh)) == (200, 260, 180)
