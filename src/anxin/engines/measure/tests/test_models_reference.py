"""Models against R's estimates (lavaan, semTools) on the reference data."""

from __future__ import annotations

import functools
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anxin.engines import measure
from anxin.engines.measure.models import FittedModel
from anxin.engines.measure.tests import reference

pytestmark = pytest.mark.shared

HS = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
BFI = {f"{name}f": [f"{name}{place}" for place in range(1, 6)] for name in "ACENO"}
SERVPERF = {name: [f"{name}{place + 1}" for place in range(count)] for name, count in reference.DIMENSIONS.items()}
FACTORS = {"hs": HS, "bfi": BFI} | {f"servperf_{n}": SERVPERF for n in (500, 50_000, 500_000)}

# Ours beside lavaan's name of it.
FIT = {
    "parameters": "npar", "chisq": "chisq", "df": "df", "p": "pvalue", "baseline_chisq": "baseline.chisq",
    "baseline_df": "baseline.df", "cfi": "cfi", "tli": "tli", "nfi": "nfi", "ifi": "ifi", "rmsea": "rmsea",
    "p_close": "rmsea.pvalue", "srmr": "srmr", "gfi": "gfi", "agfi": "agfi", "loglik": "logl", "aic": "aic", "bic": "bic",
    "sabic": "bic2",
}  # fmt: skip
SCALED = {
    "chisq": "chisq.scaled", "df": "df.scaled", "p": "pvalue.scaled", "factor": "chisq.scaling.factor",
    "baseline_chisq": "baseline.chisq.scaled", "baseline_factor": "baseline.chisq.scaling.factor", "cfi": "cfi.scaled",
    "tli": "tli.scaled", "nfi": "nfi.scaled", "ifi": "ifi.scaled", "rmsea": "rmsea.scaled", "p_close": "rmsea.pvalue.scaled",
}  # fmt: skip
ROBUST = {"cfi_robust": "cfi.robust", "tli_robust": "tli.robust", "rmsea_robust": "rmsea.robust"}

PLAIN = ("hs", "bfi", "servperf_500", "servperf_50000")
CASES: list[tuple[str, str, dict[str, Any]]] = [
    *((name, "ML", {}) for name in (*PLAIN, "servperf_500000")),
    *((name, "ML.stdlv", {"std_lv": True}) for name in PLAIN),
    *((name, "MLR", {"estimator": "MLR"}) for name in PLAIN),
    *((name, "WLSMV", {"ordered": True}) for name in ("bfi", "servperf_500", "servperf_50000")),
    *((name, one, {"estimator": one}) for one in ("DWLS", "ULSMV", "WLS") for name in ("bfi", "servperf_500")),
]


@functools.cache
def fitted(shared: Path, name: str, kind: str) -> FittedModel:
    options = next(one for data, other, one in CASES if (data, other) == (name, kind))
    return measure.fit(FACTORS[name], reference.answers(shared, name), **options)


def grouped(shared: Path, name: str) -> measure.Answers:
    file, column = {"hs": ("holzinger", "school"), "bfi": ("bfi_complete_reversed", "gender")}[name]
    return measure.Answers.of(shared / "reference" / f"{file}.csv", group=column)


@pytest.mark.parametrize(("name", "kind"), [case[:2] for case in CASES])
def test_estimates_errors_and_standardised_solution(shared: Path, name: str, kind: str) -> None:
    model = fitted(shared, name, kind)
    assert model.converged
    theirs = reference.estimates(shared, name)[f"lavaan.cfa.{kind}"]["par"]
    columns = [theirs[column] for column in ("lhs", "op", "rhs", "est", "se", "std.all")]
    assert len(columns[0]) > 20
    ours, expected = [], []
    for lhs, op, rhs, estimate, error, standard in zip(*columns, strict=True):
        one = model.get(f"{lhs}{op}{rhs}")
        ours.append((one.estimate, np.nan_to_num(one.se), one.std_all))
        expected.append((estimate, error, standard))
        assert one.free == (error > 0)
    # lavaan's own tolerance: its ML and ULS stop on bfi that far from where the gradient vanishes.
    within = 3e-5 if name == "bfi" and kind.startswith(("ML", "ULS")) else 1e-5
    np.testing.assert_allclose(ours, expected, rtol=0, atol=within)


@pytest.mark.parametrize(("name", "kind"), [case[:2] for case in CASES])
def test_fit_indices_with_their_intervals(shared: Path, name: str, kind: str) -> None:
    found = fitted(shared, name, kind).fit
    theirs = reference.estimates(shared, name)[f"lavaan.cfa.{kind}"]["fit"]
    ordinal = not kind.startswith("ML")
    for field, key in FIT.items():
        if ordinal and field in ("gfi", "agfi", "loglik", "aic", "bic", "sabic"):
            assert np.isnan(getattr(found, field))  # they need a likelihood
        elif theirs[key] == "NA":  # lavaan gives plain ULS no p value, for lack of a distribution
            assert (kind, field) == ("ULSMV", "p")
        else:
            assert getattr(found, field) == pytest.approx(theirs[key], rel=1e-5, abs=1e-6), field
    ends = (found.rmsea_interval.low, found.rmsea_interval.high)
    assert ends == pytest.approx((theirs["rmsea.ci.lower"], theirs["rmsea.ci.upper"]), abs=1e-6)
    assert found.rmsea_interval.level == theirs["rmsea.ci.level"] == 0.9

    if kind not in ("MLR", "WLSMV", "ULSMV"):
        assert found.scaled is None
        return
    assert found.scaled is not None
    for field, key in (SCALED if ordinal else SCALED | ROBUST).items():
        assert getattr(found.scaled, field) == pytest.approx(theirs[key], rel=1e-5, abs=1e-6), field
    ends = (found.scaled.rmsea_interval.low, found.scaled.rmsea_interval.high)
    assert ends == pytest.approx((theirs["rmsea.ci.lower.scaled"], theirs["rmsea.ci.upper.scaled"]), abs=1e-6)
    if not ordinal:
        ends = (found.scaled.rmsea_robust_interval.low, found.scaled.rmsea_robust_interval.high)
        assert ends == pytest.approx((theirs["rmsea.ci.lower.robust"], theirs["rmsea.ci.upper.robust"]), abs=1e-6)
    chisq = found.chisq / found.scaled.factor + found.scaled.shift
    assert found.scaled.chisq == pytest.approx(chisq)  # as its docstring has it


def test_wlsmv_of_half_a_million(shared: Path) -> None:
    path = shared / "reference" / "servperf_500000.json"
    theirs = json.loads(path.read_text())["R_lavaan_0.7-2"]["estimates"]["lavaan.cfa.WLSMV"]
    model = measure.fit(SERVPERF, reference.answers(shared, "servperf_500000"), ordered=True)
    table = theirs["par"]
    for lhs, op, rhs, estimate, error in zip(*(table[key] for key in ("lhs", "op", "rhs", "est", "se")), strict=True):
        if op in ("~*~", "~1"):  # this version of lavaan prints them with the rest
            continue
        one = model.get(f"{lhs}{op}{rhs}")
        assert (one.estimate, np.nan_to_num(one.se)) == pytest.approx((estimate, error), abs=1e-5), one.name
    assert model.fit.scaled is not None
    assert model.fit.scaled.chisq == pytest.approx(theirs["fit"]["chisq.scaled"], rel=1e-5)
    assert model.fit.chisq == pytest.approx(theirs["fit"]["chisq"], rel=1e-5)


@pytest.mark.parametrize("name", ["bfi", "servperf_500", "servperf_50000", "servperf_500000"])
def test_polychorics(shared: Path, name: str) -> None:
    theirs = reference.estimates(shared, name)
    found = measure.polychoric(reference.answers(shared, name))
    np.testing.assert_allclose(found.matrix, theirs["lavaan.lavCor.polychoric"]["rho"], rtol=0, atol=1e-7)
    if "tau" in theirs["psych.polychoric.1core"]:
        for ours, cuts in zip(found.thresholds, theirs["psych.polychoric.1core"]["tau"], strict=True):
            np.testing.assert_allclose(ours, cuts, rtol=0, atol=1e-9)
    # psych stops within 2e-5.
    np.testing.assert_allclose(found.matrix, theirs["psych.polychoric.1core"]["rho"], rtol=0, atol=5e-5)


@pytest.mark.parametrize("name", ["hs", "bfi", "servperf_500", "servperf_50000"])
def test_heterotrait_monotrait_ratios(shared: Path, name: str) -> None:
    theirs = reference.estimates(shared, name)
    found = measure.htmt(reference.answers(shared, name), FACTORS[name])
    # semTools' default is HTMT2, so both of its entries are; the arithmetic one is checked by hand in test_validity.
    np.testing.assert_allclose(found.htmt2, theirs["semTools.htmt"], rtol=0, atol=1e-8)
    np.testing.assert_allclose(found.htmt2, theirs["semTools.htmt2"], rtol=0, atol=1e-8)


@pytest.mark.parametrize("name", ["hs", "bfi", "servperf_500", "servperf_50000"])
def test_composite_reliability_and_variance_extracted(shared: Path, name: str) -> None:
    theirs = reference.estimates(shared, name)
    within = 3e-5 if name == "bfi" else 1e-5
    for one in measure.composites(fitted(shared, name, "ML")).composites:
        assert one.omega_observed == pytest.approx(theirs["semTools.compRelSEM_AVE"]["omega"][one.factor], abs=within)
        assert one.ave_model == pytest.approx(theirs["semTools.compRelSEM_AVE"]["AVE"][one.factor], abs=within)
        assert np.isnan(one.omega_ordinal)
    if name == "hs":
        return
    for one in measure.composites(fitted(shared, name, "WLSMV")).composites:
        expected = {key: values[one.factor] for key, values in theirs["semTools.compRelSEM_AVE.ord"].items()}
        assert one.omega_observed == pytest.approx(expected["omega_latent"], abs=1e-5)
        assert one.omega_ordinal == pytest.approx(expected["omega_GreenYang"], abs=1e-5)
        assert one.ave == pytest.approx(expected["AVE"], abs=1e-5)


@pytest.mark.parametrize("name", ["hs", "bfi", "servperf_500"])
def test_invariance_of_measurements(shared: Path, name: str) -> None:
    if name == "servperf_500":
        plain = reference.answers(shared, name)
        data = measure.Answers.of(plain, group=np.arange(plain.n) % 2)
    else:
        data = grouped(shared, name)
    found = measure.invariance(FACTORS[name], data)
    assert found.levels == ("configural", "metric", "scalar", "strict")
    theirs = reference.estimates(shared, name)["lavaan.invariance.ML(4 fits)"]
    for model, expected in zip(found.models, theirs, strict=True):
        ours = {key: getattr(model.fit, {"pvalue": "p"}.get(key, key)) for key in expected}
        assert ours == pytest.approx(expected, rel=1e-5, abs=1e-6)
    steps = [(step.chisq, step.df) for step in found.differences if step is not None]
    changes = [(b["chisq"] - a["chisq"], b["df"] - a["df"]) for a, b in pairwise(theirs)]
    np.testing.assert_allclose(steps, changes, rtol=1e-5, atol=1e-4)


def test_invariance_of_ordinal_answers(shared: Path) -> None:
    found = measure.invariance(BFI, grouped(shared, "bfi"), ordered=True)
    theirs = reference.estimates(shared, "bfi")["lavaan.invariance.WLSMV(config,metric,scalar)"]
    for model, expected in zip(found.models, theirs, strict=False):
        assert model.fit.scaled is not None
        ours = {
            "chisq": model.fit.chisq, "df": model.fit.df, "srmr": model.fit.srmr, "chisq.scaled": model.fit.scaled.chisq,
            "cfi.scaled": model.fit.scaled.cfi, "rmsea.scaled": model.fit.scaled.rmsea,
        }  # fmt: skip
        assert ours == pytest.approx(expected, rel=1e-5, abs=1e-6)
    assert found.levels[len(theirs) :] == ("strict",)
    assert found.level("strict").fit.df == 645 + 25  # a residual variance each


def test_the_truth_behind_the_simulation_is_recovered(shared: Path) -> None:
    truth = json.loads((shared / "reference" / "servperf_truth.json").read_text())
    answers = reference.answers(shared, "servperf_500000")
    found = measure.polychoric(answers)
    factor, phi, loadings = np.array(truth["factor"]), np.array(truth["phi"]), np.array(truth["lambda"])
    expected = phi[np.ix_(factor, factor)] * np.outer(loadings, loadings)
    np.fill_diagonal(expected, 1)
    pairs = np.triu_indices(22, 1)
    np.testing.assert_array_less(np.abs(found.matrix - expected)[pairs], 5 * found.standard_errors[pairs])
    np.testing.assert_allclose(np.array(found.thresholds), truth["tau"], rtol=0, atol=0.02)

    model = fitted(shared, "servperf_50000", "WLSMV")
    assert model.observed == tuple(truth["names"])
    for item, value in zip(truth["names"], loadings, strict=True):
        one = model.get(f"{item[:3]}=~{item}")
        assert one.std_all == pytest.approx(value, abs=0.02)
    np.testing.assert_allclose(model.factor_correlations(), phi, rtol=0, atol=0.02)
    assert model.fit.scaled is not None
    assert model.fit.scaled.p > 0.001  # the model is right
