"""Difference tests against lavaan's lavTestLRT, and what cannot be compared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2

from anxin.engines import measure
from anxin.engines.measure.tests.test_models_lavaan import answers, printed

TWO = "tan =~ q1 + q2 + q3\ncare =~ q4 + q5 + q6\n"
HELD = TWO + "tan ~~ 0.3*care\n"


def fitted(model: str, **options: Any) -> measure.FittedModel:
    return measure.fit(model, answers(gaps=False), **options)


@pytest.mark.parametrize(
    ("estimator", "method"), [("ML", "difference"), ("MLR", "Satorra & Bentler 2001"), ("WLSMV", "Satorra 2000")]
)
def test_a_held_covariance_costs_what_lavaan_says(estimator: Any, method: str) -> None:
    found = measure.difference(fitted(HELD, estimator=estimator), fitted(TWO, estimator=estimator))
    theirs = printed("comparisons")[f"held-{estimator}"]
    assert found.chisq == pytest.approx(theirs["chisq1", 1], rel=1e-5)
    assert found.df == theirs["df1", 1]
    assert found.p == pytest.approx(theirs["p1", 1], rel=1e-4)
    assert found.p == pytest.approx(chi2.sf(found.chisq, found.df))
    assert method in found.method


@pytest.mark.parametrize("estimator", ["MLR", "WLSMV"])
def test_steps_of_invariance_are_lavaans(estimator: Any) -> None:
    found = measure.invariance(
        TWO, answers(gaps=False), group="group", estimator=estimator, levels=("configural", "metric", "scalar")
    )
    theirs = printed("comparisons")[f"invariance-{estimator}"]
    steps = [step for step in found.differences if step is not None]
    assert len(steps) == 2
    for place, step in enumerate(steps, 1):
        assert step.chisq == pytest.approx(theirs[f"chisq{place}", 1], rel=1e-5)
        assert step.df == theirs[f"df{place}", 1]
        assert step.p == pytest.approx(theirs[f"p{place}", 1], rel=1e-4)


def test_indices_move_by_their_difference() -> None:
    for options in ({}, {"estimator": "MLR"}, {"ordered": True}):
        tight, loose = fitted(HELD, **options), fitted(TWO, **options)
        found = measure.difference(tight, loose)
        one, other = tight.fit.scaled or tight.fit, loose.fit.scaled or loose.fit
        assert (found.cfi, found.rmsea) == (one.cfi - other.cfi, one.rmsea - other.rmsea)
        assert found.srmr == tight.fit.srmr - loose.fit.srmr
        assert found.table().column("difference") == ("chisq", "df", "p", "cfi", "rmsea", "srmr")
        assert f"Δχ²(1) = {found.chisq:.2f}" in repr(found)


def test_against_a_saturated_model() -> None:
    """A one-factor model of three items has no degrees of freedom, nor a scaling factor: the other's is the difference's."""
    for estimator in ("ML", "MLR"):
        tight = fitted("tan =~ q1 + a*q2 + a*q3", estimator=estimator)
        found = measure.difference(tight, fitted("tan =~ q1 + q2 + q3", estimator=estimator))
        best = tight.fit.scaled or tight.fit
        assert found.chisq == pytest.approx(best.chisq, rel=1e-6)
        assert found.df == 1


def test_under_the_restriction_p_is_uniform() -> None:
    """The scaled tests hold their level on skewed answers, where the restriction is true."""
    for options in ({"estimator": "MLR"}, {"ordered": True}):
        p = []
        for seed in range(60):
            rng = np.random.default_rng(seed)
            factor = rng.standard_normal(400)
            items = 0.7 * factor[:, None] + rng.standard_normal((400, 4)) * np.sqrt(0.51)
            data = {f"x{i}": np.searchsorted([0.3, 1.0, 1.6], items[:, i]) for i in range(4)}
            loose = measure.fit("f =~ x0 + x1 + x2 + x3", data, **options)
            tight = measure.fit("f =~ x0 + x1 + a*x2 + a*x3", data, **options)
            p.append(measure.difference(tight, loose).p)
        assert 0.35 < np.mean(p) < 0.65
        assert np.mean(np.array(p) < 0.05) < 0.15


def test_what_cannot_be_compared() -> None:
    one = fitted(TWO)
    for other in (
        fitted(HELD, estimator="MLR"),  # another estimator
        measure.fit(
            HELD, {name: answers(gaps=False).column(name)[:500] for name in ("q1", "q2", "q3", "q4", "q5", "q6")}
        ),
        fitted("tan =~ q1 + q2 + q3\ncare =~ q4 + q5 + s1\ntan ~~ 0*care"),  # another item
        fitted(TWO),  # as many degrees of freedom
        fitted(TWO + "q1 ~~ q4"),  # the other way round
    ):
        with pytest.raises(measure.BadModel) as wrong:
            measure.difference(other, one)
        assert wrong.value.code == "not-nested"


def test_without_convergence_there_is_no_test() -> None:
    rng = np.random.default_rng(2)
    data = dict(zip("abcdeh", rng.standard_normal((25, 6)).T, strict=True))
    lost = measure.fit("f =~ a + b + c\ng =~ d + e + h", data)
    assert not lost.converged
    found = measure.difference(measure.fit("f =~ a + b + c + d + e + h", data), lost)
    assert np.isnan(found.chisq)
    assert np.isnan(found.p)
    assert [one.code for one in found.cautions] == ["not-converged"]
