"""A report of a simulated study says what was put into it; every number leads back to its rows; what cannot be had says why."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from anxin.engines import measure
from anxin.engines.measure.evaluation import group_priorities
from anxin.voice.reports.content import (
    DEFINITIONS,
    SECTIONS,
    Caution,
    Chart,
    Finding,
    Ground,
    Number,
    ReportContent,
    Table,
    build,
    compose,
    places,
    prepare,
)
from anxin.voice.reports.content.sections.quality import judged
from anxin.voice.reports.content.sections.waves import changes
from anxin.voice.reports.tests.simulated import BAD, DIMENSIONS, study

EXPERTS = {"TAN": 0.1, "REL": 0.4, "RES": 0.3, "EMP": 0.2}


@pytest.fixture(scope="module")
def ground() -> Ground:
    last = study(700, seed=2, shift=-0.6, wave="2026-Q2")
    return prepare(study(900, straight=50), previous=last, weights=EXPERTS)


@pytest.fixture(scope="module")
def report(ground: Ground) -> ReportContent:
    return compose(ground, "en")


def told(content: ReportContent, key: str, kind: type) -> str:
    return "\n".join(block.text for block in content.section(key).blocks if isinstance(block, kind))


def table(content: ReportContent, key: str, title: str) -> Table:
    return next(one for one in content.section(key).blocks if isinstance(one, Table) and one.title == title)


def cell(content: ReportContent, key: str, title: str, row: str, column: int) -> Number:
    found = next(one for one in table(content, key, title).rows if str(one[0]).endswith(row))[column]
    assert isinstance(found, Number)
    return found


def test_every_section_is_there_and_only_what_was_not_given_is_refused(report: ReportContent) -> None:
    assert [one.key for one in report.sections] == [key for key, _title, _write in SECTIONS]
    assert {one.key for one in report.sections if one.refused} == {"comments", "interviews"}
    assert "No model that reads comments" in report.section("comments").refused


def test_screening_names_who_is_left_out(ground: Ground, report: ReportContent) -> None:
    assert cell(report, "screening", "Why answers were left out", "Straight line", 2).value == 50
    assert cell(report, "screening", "Why answers were left out", "Too fast", 2).value == 3
    assert report.valid == 900 - 53
    assert not ground.keep[:3].any()
    assert not ground.keep[-50:].any()


def test_scores_are_the_engine_s(ground: Ground, report: ReportContent) -> None:
    valid = ground.study.only(ground.keep)
    columns = {one.name: one.values for one in valid.of_role("perception")}
    dimensions = {key: [f"{key}{number}" for number in range(1, 5)] for key in DIMENSIONS}
    scored = measure.scores(columns, dimensions=dimensions, scale=(1, 5), reversed_items=["TAN4"])
    for key, (_zh, en) in DIMENSIONS.items():
        ours, theirs = cell(report, "scores", "Scores by dimension", en, 2), scored.get(key)
        assert ours.value == pytest.approx(theirs.mean, abs=1e-12)
        assert ours.low == pytest.approx(theirs.interval.low, abs=1e-12)
        assert ours.high == pytest.approx(theirs.interval.high, abs=1e-12)
        assert ours.n == theirs.n
    ours, theirs = cell(report, "scores", "Scores by item", "(reversed)", 2), scored.get("TAN4")
    assert ours.value == pytest.approx(theirs.mean)


def test_what_was_made_heavy_and_bad_is_to_be_done_first(report: ReportContent) -> None:
    assert "Responsiveness" in told(report, "drivers", Finding)
    first = table(report, "first", "What to do first")
    assert all("Responsiveness" in str(row[0]) for row in first.rows[:3])
    assert "Responsiveness" in told(report, "gaps", Finding)
    assert "Responsiveness" in told(report, "importance", Finding)


def test_only_what_really_changed_is_told(ground: Ground, report: ReportContent) -> None:
    real = {one.key for one in changes(ground) if one.real}
    # The sum over all items moves with the one dimension.
    assert (
        {BAD, *(f"{BAD}{number}" for number in range(1, 5))}
        <= real
        <= {BAD, "all", "sat", "nps", *(f"{BAD}{n}" for n in range(1, 5))}
    )
    assert "Really better: Responsiveness" in told(report, "waves", Finding)


def test_changes_of_means_are_welch_s(ground: Ground) -> None:
    assert ground.previous is not None
    now, before = ground.persons[f"dimension:{BAD}"], ground.previous.persons[f"dimension:{BAD}"]
    ours = next(one for one in changes(ground) if one.key == BAD)
    values = np.concatenate([before, now])
    group = np.repeat(["a", "b"], [len(before), len(now)])
    theirs = measure.compare({"x": values}, group).items[0]
    assert ours.difference == pytest.approx(-theirs.difference, abs=1e-12)
    assert ours.p == pytest.approx(theirs.welch.p, rel=1e-6, abs=1e-300)
    assert theirs.interval is not None
    assert (ours.low, ours.high) == pytest.approx((-theirs.interval.high, -theirs.interval.low), abs=1e-12)


def test_every_number_has_a_definition_and_opens_to_as_many_rows_as_it_says(
    ground: Ground, report: ReportContent
) -> None:
    ids = [number.id for number in report.numbers()]
    assert len(ids) == len(set(ids)) > 300
    for number in report.numbers():
        assert number.definition in DEFINITIONS
        if number.rows is None or not number.rows.ours:
            continue
        behind = len(places(ground, number.rows))
        if number.definition in ("mean", "alpha", "of-100", "sd"):
            assert behind == number.n, number
        elif number.definition == "count" and number.form == "count":
            assert behind == number.value, number


def test_it_reads_back_from_json(report: ReportContent) -> None:
    assert ReportContent.of_dict(json.loads(json.dumps(report.to_dict()))) == report


def test_the_second_language_has_the_same_numbers(ground: Ground, report: ReportContent) -> None:
    chinese = compose(ground, "zh")
    assert [(one.id, one.value, one.low, one.n) for one in chinese.numbers()] == [
        (one.id, one.value, one.low, one.n) for one in report.numbers()
    ]
    assert chinese.section("first").title == "先做什么"


def test_every_chart_has_a_table_in_its_section(report: ReportContent) -> None:
    for section in report.sections:
        if any(isinstance(block, Chart) for block in section.blocks):
            assert any(isinstance(block, Table) for block in section.blocks), section.key


def test_groups_under_five_are_not_shown() -> None:
    small = study(200)
    age = small.column("age")
    age.values[:] = np.where(age.values == 3, 2, age.values)
    age.values[10:14] = 3
    content = build(small, language="en")
    for key, title in (("profile", "Age"), ("groups", "Scores: Age")):
        assert not any("60 and over" in str(row[0]) for row in table(content, key, title).rows)
    assert "fewer than 5" in table(content, "groups", "Scores: Age").note


def test_a_study_without_anything_rated_says_so_and_the_profile_stands() -> None:
    bare = study(50)
    bare = replace(bare, columns=bare.of_role("profile"))
    content = build(bare, language="en")
    assert content.valid == 50
    assert "no rated questions" in content.section("scores").refused
    assert content.section("profile").blocks


def test_nobody_answered() -> None:
    nobody = study(20).only(np.zeros(20, bool))
    content = build(nobody, language="zh")
    assert content.n == content.valid == 0
    assert all(
        one.refused or one.key == "sample"
        for one in content.sections
        if one.key in ("scores", "reliability", "drivers")
    )


@pytest.mark.parametrize("n", [1, 4, 12, 40])
def test_thin_data_is_flagged_and_breaks_nothing(n: int) -> None:
    content = build(study(n), language="en", previous=study(n, seed=5))
    assert len(content.sections) == len(SECTIONS)
    assert f"Only {content.valid} valid answers" in told(content, "sample", Caution)


def test_everybody_says_the_same() -> None:
    same = study(120)
    for column in same.of_role("perception", "expectation", "outcome", "nps"):
        column.values[:] = 4
    same.column("TAN1").values[:] = np.where(np.arange(120) % 2, 4, 5)
    content = build(same, language="zh")
    assert "所有人答案相同" in "".join(one.refused + told(content, one.key, Caution) for one in content.sections)


def test_weights_are_used_and_said() -> None:
    weighted = study(400)
    women = weighted.column("sex").values == 0
    from anxin.voice.questionnaires.form import Text
    from anxin.voice.study import Column

    column = Column("w", Text.of(en="Weight"), "number", "weight", np.where(women, 3.0, 1.0))
    weighted = replace(weighted, columns=(*weighted.columns, column))
    ground = prepare(weighted)
    content = compose(ground, "en")
    assert "weighted by w" in "\n".join(
        block.text for block in content.section("scores").blocks if hasattr(block, "text")
    )
    valid = weighted.only(ground.keep)
    columns = {one.name: one.values for one in valid.of_role("perception")} | {"w": valid.column("w").values}
    theirs = measure.scores(
        measure.Answers.of(columns, weights="w"), dimensions={"REL": [f"REL{n}" for n in range(1, 5)]}, scale=(1, 5)
    ).get("REL")
    ours = cell(content, "scores", "Scores by dimension", "Reliability", 2)
    assert (ours.value, ours.low, ours.high) == pytest.approx(
        (theirs.mean, theirs.interval.low, theirs.interval.high), abs=1e-12
    )


def test_stages_skipped_are_not_missing_answers() -> None:
    """Who was only asked about claims is not left out for having said nothing of sales."""
    staged = study(300, gaps=0)
    columns = []
    for column in staged.columns:
        if column.role == "perception":
            stage = "sales" if column.dimension in ("TAN", "REL") else "claims"
            column = replace(column, stage=stage)
            half = slice(150, None) if stage == "sales" else slice(0, 150)
            column.values[half] = np.nan
        if column.role != "expectation":
            columns.append(column)
    from anxin.voice.questionnaires.form import Text

    staged = replace(
        staged, columns=tuple(columns), stages={"sales": Text.of(en="Sales"), "claims": Text.of(en="Claims")}
    )
    content = build(staged, language="en")
    assert content.valid == 297
    assert [row[0] for row in table(content, "scores", "Scores by stage").rows] == ["Sales", "Claims", "The whole"]
    # Nobody answered everything: reliability and factors are told where somebody did.
    assert "the factor model is of Claims" in str(content.section("validity").blocks[0])
    rows = table(content, "reliability", "Reliability").rows
    assert [row[0] for row in rows] == [
        "Sales: Tangibles",
        "Sales: Reliability",
        "Claims: Responsiveness",
        "Claims: Empathy",
    ]


def test_experts_weights_and_their_consistency_and_the_fuzzy_working() -> None:
    pairs = {
        ("REL", "TAN"): 4,
        ("RES", "TAN"): 3,
        ("EMP", "TAN"): 2,
        ("REL", "RES"): 4 / 3,
        ("REL", "EMP"): 2,
        ("RES", "EMP"): 3 / 2,
    }
    odd = pairs | {("EMP", "REL"): 9, ("REL", "EMP"): 1 / 9}
    found = group_priorities({"expert 1": pairs, "expert 2": pairs, "expert 3": odd})
    given = dict(zip(found.names, map(float, found.weights), strict=True))
    content = build(study(300), language="en", weights=given, ahp=found)
    heaviest = max(given, key=lambda key: given[key])
    assert f"{DIMENSIONS[heaviest][1]} weighs most" in told(content, "weights", Finding)
    consistency = table(content, "weights", "Consistency of every expert")
    assert [row[1].value for row in consistency.rows] == pytest.approx(list(found.cr))  # type: ignore[union-attr]
    assert consistency.rows[2][1].value > 0.1  # type: ignore[union-attr, operator]
    fuzzy = table(content, "fuzzy", "Fuzzy comprehensive evaluation")
    whole = fuzzy.rows[-1]
    parts = np.array([[one.value for one in row[2:7]] for row in fuzzy.rows[:-1]], float)  # type: ignore[union-attr]
    weights = np.array([given[key] for key in DIMENSIONS])
    assert np.allclose(weights @ parts, [one.value for one in whole[2:7]], atol=1e-12)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("indices", "verdict"),
    [
        ((0.97, 0.04, 0.03), "good"),
        ((0.93, 0.07, 0.05), "fair"),
        ((0.88, 0.05, 0.03), "poor"),
        ((0.99, 0.12, 0.03), "poor"),
    ],
)
def test_fit_is_judged(indices: tuple[float, float, float], verdict: str) -> None:
    assert judged(*indices) == verdict
