"""The sample's answers: the same for the same seed, of the shape they are drawn from, and careless where they shall be."""

from __future__ import annotations

import numpy as np
import pytest

from anxin.engines import measure
from anxin.sample.opinions import DIMENSIONS, Opinion, Wave, draw
from anxin.voice.questionnaires.catalogue import template
from anxin.voice.questionnaires.form import Definition, clean, missing_required, read_definition


@pytest.fixture(scope="module")
def definition() -> Definition:
    return read_definition(template("study")["body"])


@pytest.fixture(scope="module")
def opinions(definition: Definition) -> list[Opinion]:
    return draw(definition, 800, 5, Wave(), np.arange(800) % 12)


def _claims(definition: Definition, opinions: list[Opinion]) -> measure.Answers:
    items = [q.code for q in definition.questions() if q.kind == "scale" and q.source and q.source.stage == "claims"]
    table = np.array([[one.answers.get(item, np.nan) for item in items] for one in opinions], float)
    return measure.Answers.of(table[~np.isnan(table).any(axis=1)], items=items)


def test_the_same_seed_gives_the_same_answers(definition: Definition, opinions: list[Opinion]) -> None:
    assert draw(definition, 800, 5, Wave(), np.arange(800) % 12) == opinions
    assert draw(definition, 800, 6, Wave(), np.arange(800) % 12) != opinions


def test_every_answer_fits_its_question(definition: Definition, opinions: list[Opinion]) -> None:
    for one in opinions:
        assert missing_required(definition, one.answers) == []
        for code, answer in one.answers.items():
            question = definition.question(code)
            assert question is not None
            kept, fault = clean(question, answer)
            assert (kept, fault) == (answer, None)


def test_five_factors_are_found_again(definition: Definition, opinions: list[Opinion]) -> None:
    answers = _claims(definition, opinions)
    model = "\n".join(f"{one} =~ " + " + ".join(i for i in answers.items if one in i) for one in DIMENSIONS)
    fitted = measure.fit(model, answers)
    assert fitted.fit.cfi > 0.97
    assert fitted.fit.rmsea < 0.05
    assert 0.8 < measure.cronbach_alpha(answers).raw < 0.95


def test_a_shift_shows_in_its_stage_alone(definition: Definition, opinions: list[Opinion]) -> None:
    later = draw(definition, 800, 5, Wave({("claims", "DUTY"): 0.6}), np.arange(800) % 12)

    def mean(of: list[Opinion], stem: str) -> float:
        return float(np.mean([v for one in of for code, v in one.answers.items() if code.startswith(stem)]))

    assert mean(later, "claims_DUTY") - mean(opinions, "claims_DUTY") > 0.3
    assert mean(later, "sales_DUTY") == pytest.approx(mean(opinions, "sales_DUTY"), abs=0.05)


def test_some_answer_carelessly_and_some_in_english(definition: Definition, opinions: list[Opinion]) -> None:
    straight = [
        one
        for one in opinions
        if len({v for code, v in one.answers.items() if "_" in code and code[-1].isdigit() and isinstance(v, int)}) == 1
    ]
    assert 10 < len(straight) < 80
    assert 20 < sum(one.language == "en" for one in opinions) < 90
    assert any(one.answers.get("better") for one in opinions)
