"""What a pre-test shows of each question."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from django.utils.translation import override

from anxin.engines.measure import cronbach_alpha
from anxin.voice.questionnaires.catalogue import instrument_questions
from anxin.voice.questionnaires.form import read_definition
from anxin.voice.questionnaires.itemstats import item_statistics

ITEMS = instrument_questions("servperf-insurance", "claims", only=["RELY1", "RELY2", "RELY3"], unsure=True)
BODY: dict[str, Any] = {
    "languages": ["zh", "en"], "title": {"zh": "预测试"},
    "pages": [
        {"code": "p", "questions": [
            {"code": "line", "kind": "one", "text": {"zh": "险种"}, "options": [
                {"code": "motor", "text": {"zh": "车险"}}, {"code": "home", "text": {"zh": "家财"}}, {"code": "boat", "text": {"zh": "船"}}]},
            {"code": "car", "kind": "text", "text": {"zh": "车型"}, "show_if": {"answer": "line", "is": ["motor"]}},
        ]},
        {"code": "s", "questions": ITEMS},
    ],
}  # fmt: skip
DEFINITION = read_definition(BODY)


def answers(n: int) -> list[dict[str, Any]]:
    draw = random.Random(7)
    rows = []
    for place in range(n):
        level = draw.gauss(3.2, 0.9)
        row: dict[str, Any] = {"line": "motor" if place % 2 else "home"}
        for question in ITEMS:
            row[question["code"]] = min(5, max(1, round(level + draw.gauss(0, 0.6))))
        rows.append(row)
    return rows


@pytest.fixture(autouse=True)
def _english() -> Any:
    with override("en"):
        yield


def test_the_numbers_are_those_of_the_engine() -> None:
    rows = answers(60)
    found = item_statistics(DEFINITION, rows, [120.0] * 60)
    table = np.array([[row[question["code"]] for question in ITEMS] for row in rows])
    alpha = cronbach_alpha(table)
    assert found.minutes == 2
    (scale,) = found.scales
    assert scale.alpha == pytest.approx(alpha.raw)
    assert scale.name.get("en") == "Claims: Reliability"
    by_code = {item.question.code: item for item in found.items}
    for place, question in enumerate(ITEMS):
        item = by_code[question["code"]]
        assert (item.n, item.missing) == (60, 0)
        assert item.mean == pytest.approx(table[:, place].mean())
        assert item.sd == pytest.approx(table[:, place].std(ddof=1))
        others = np.delete(table, place, axis=1).sum(axis=1)
        assert item.rest == pytest.approx(np.corrcoef(table[:, place], others)[0, 1])
        assert [share.count for share in item.shares] == [
            int((table[:, place] == point).sum()) for point in range(1, 6)
        ]
        assert item.cautions == ()


def test_missing_is_counted_among_those_who_were_asked() -> None:
    rows = answers(20)
    for row in rows[:5]:
        row["claims_RELY1"] = "?"
    rows[6].pop("claims_RELY2")
    by_code = {item.question.code: item for item in item_statistics(DEFINITION, rows).items}
    assert (by_code["car"].shown, by_code["car"].n, by_code["car"].missing) == (10, 0, 1)
    assert (by_code["claims_RELY1"].shown, by_code["claims_RELY1"].missing) == (20, 0.25)
    assert any("25 %" in caution for caution in by_code["claims_RELY1"].cautions)
    assert by_code["claims_RELY2"].missing == pytest.approx(0.05)


def test_an_item_against_its_scale_is_named() -> None:
    rows = answers(60)
    for row in rows:
        row["claims_RELY2"] = 6 - row["claims_RELY2"]
    by_code = {item.question.code: item for item in item_statistics(DEFINITION, rows).items}
    assert by_code["claims_RELY2"].rest < 0
    assert len(by_code["claims_RELY2"].cautions) == 2
    assert by_code["line"].cautions != ()  # nobody has a boat


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_answers_say_so_instead_of_numbers(n: int) -> None:
    found = item_statistics(DEFINITION, answers(n))
    assert found.answers == n
    assert bool(found.cautions) == (n > 0)
    assert found.scales[0].alpha is None
    assert found.scales[0].why


def test_everybody_alike_is_no_alpha_but_a_reason() -> None:
    rows = [{"line": "home", **{question["code"]: 5 for question in ITEMS}} for _ in range(10)]
    found = item_statistics(DEFINITION, rows)
    assert found.scales[0].alpha is None
    assert all(item.cautions for item in found.items if item.question.kind == "scale")
