"""Models against lavaan's answers on simulated data: `lavaan/answers.csv`, made by the R script beside it."""

from __future__ import annotations

import collections
import csv
import functools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anxin.engines import measure
from anxin.engines.measure.models import Estimate, FittedModel
from anxin.engines.measure.tests.simulated import loyalty

HERE = Path(__file__).parent / "lavaan"
QUALITY = "tan =~ q1 + q2 + q3\ncare =~ q4 + q5 + q6\n"
OUTCOME = "sat =~ s1 + s2 + s3\nloy =~ l1 + l2 + l3\n"
PATHS = "sat ~ a*tan + b*care\nloy ~ c*sat\nindirect := b*c\ntotal := a*c + b*c\n"
COVARIATES = "sat ~ tan + care + age\nloy ~ sat + new + age\n"
SECOND = "service =~ tan + care + sat\n"
CHAIN = "tan =~ q1 + q2 + q3\nb1 ~ tan\nb2 ~ b1 + tan\n"
CONSTRAINTS = """
    tan =~ NA*q1 + x*q2 + x*q3
    care =~ NA*q4 + y*q5 + z*q6
    tan ~~ 1*tan
    care ~~ 1*care
    z == 2*y - 0.5
    q1 ~~ v*q1
    q4 ~~ v*q4
"""
ALL_EQUAL = ("loadings", "intercepts", "residuals", "means", "lv.variances", "lv.covariances")

# The cases of answers.R by name: the model and what fit is told. Those of GAPPY are of the answers with gaps.
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "structural": (QUALITY + OUTCOME + PATHS, {}),
    "structural-mlr": (QUALITY + OUTCOME + PATHS, {"estimator": "MLR"}),
    "second-order": (QUALITY + OUTCOME + SECOND, {}),
    "bifactor": (
        "g =~ q1 + q2 + q3 + q4 + q5 + q6\ntan =~ q1 + q2 + q3\ns =~ s1 + s2 + s3",
        {"orthogonal": True, "std_lv": True},
    ),
    "covariates": (QUALITY + OUTCOME + COVARIATES, {}),
    "covariates-mlr": (QUALITY + OUTCOME + COVARIATES, {"estimator": "MLR"}),
    "covariates-means": (QUALITY + OUTCOME + COVARIATES, {"means": True}),
    "random-x": (QUALITY + OUTCOME + COVARIATES, {"fixed_x": False}),
    "observed-path": ("s1 ~ q1 + q2\nl1 ~ s1 + age\nl2 ~ s1 + q2", {}),
    "residual-covariance": (QUALITY + "q1 ~~ q4\nq2 ~~ q5\n", {}),
    "constraints": (CONSTRAINTS, {}),
    "fixed": ("tan =~ q1 + 0.9*q2 + start(0.7)*q3\ncare =~ q4 + q5 + q6\ntan ~~ 0.3*care", {}),
    "means": (QUALITY + "q1 ~ 1\nq2 ~ m*1\nq3 ~ m*1\n", {"means": True}),
    "fiml": (QUALITY + OUTCOME + PATHS, {"missing": "fiml"}),
    "fiml-mlr": (QUALITY + OUTCOME + PATHS, {"missing": "fiml", "estimator": "MLR"}),
    "listwise": (QUALITY, {}),
    "groups-configural": (QUALITY + OUTCOME, {"group": "group"}),
    "groups-scalar": (
        QUALITY + OUTCOME,
        {"group": "group", "equal": ("loadings", "intercepts"), "partial": ("q2~1", "care=~q5")},
    ),
    "groups-means": (QUALITY, {"group": "group", "equal": ALL_EQUAL}),
    "groups-paths-mlr": (
        QUALITY + OUTCOME + "sat ~ c(a1,a2)*tan + care\nloy ~ sat\nd := a1 - a2\n",
        {"group": "group", "estimator": "MLR"},
    ),
    "groups-std-metric": (QUALITY, {"group": "group", "equal": "loadings", "std_lv": True}),
    "groups-fiml": (QUALITY, {"group": "group", "missing": "fiml", "equal": ("loadings", "intercepts")}),
    "ordinal-structural": (QUALITY + OUTCOME + PATHS, {"ordered": True}),
    "ordinal-second-order": (QUALITY + OUTCOME + SECOND, {"ordered": True}),
    "ordinal-binary": ("buy =~ b1 + b2 + b3\ntan =~ q1 + q2 + q3", {"ordered": True}),
    "ordinal-theta": (QUALITY + OUTCOME, {"ordered": True, "parameterization": "theta"}),
    "ordinal-stdlv": (QUALITY + "q1 ~~ q4\n", {"ordered": True, "std_lv": True}),
    "ordinal-outcome": (CHAIN, {"ordered": True}),
    "ordinal-groups": (QUALITY, {"ordered": True, "group": "group", "equal": ("loadings", "thresholds")}),
    "ordinal-groups-theta": (
        QUALITY,
        {
            "ordered": True,
            "group": "group",
            "parameterization": "theta",
            "equal": ("loadings", "thresholds", "residuals"),
        },
    ),
    "dwls": (QUALITY, {"estimator": "DWLS"}),
    "ulsmv": (QUALITY, {"estimator": "ULSMV"}),
    "wls": (QUALITY, {"estimator": "WLS"}),
}
GAPPY = {"fiml", "fiml-mlr", "listwise", "groups-fiml"}
ELSEWHERE = {"bfi-fiml-mlr"}  # of a data set that is not made here: its test is of its own

FIT = {
    "npar": "parameters", "chisq": "chisq", "df": "df", "baseline.chisq": "baseline_chisq", "cfi": "cfi", "tli": "tli",
    "rmsea": "rmsea", "srmr": "srmr", "logl": "loglik", "aic": "aic", "bic": "bic", "chisq.scaled": "scaled.chisq",
    "chisq.scaling.factor": "scaled.factor", "baseline.chisq.scaled": "scaled.baseline_chisq", "cfi.scaled": "scaled.cfi",
    "tli.scaled": "scaled.tli", "rmsea.scaled": "scaled.rmsea",
}  # fmt: skip
# Where lavaan's printed values of a chain of ordinal outcomes are not right (see the test of it).
OF_THE_CHAIN = re.compile(r"(se|std):b2~(b1|tan)|(est|std):b2~~b2|std:b2\|t1")


@functools.cache
def printed(name: str = "answers") -> dict[str, dict[tuple[str, int], float]]:
    """Case → (what, group) → value, of one of the tables that the R scripts made."""
    found: dict[str, dict[tuple[str, int], float]] = collections.defaultdict(dict)
    with (HERE / f"{name}.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["case"]][row["what"], int(row["group"])] = float(row["value"])
    return found


@functools.cache
def answers(*, gaps: bool) -> measure.Answers:
    table = loyalty()
    whole = {name: column for name, column in table.items() if not name.startswith("g_")}
    if not gaps:
        return measure.Answers.of(whole)
    gappy = {name[2:]: column for name, column in table.items() if name.startswith("g_")}
    return measure.Answers.of({**gappy, "group": table["group"]})


@functools.cache
def fitted(case: str) -> FittedModel:
    model, options = CASES[case]
    return measure.fit(model, answers(gaps=case in GAPPY), **options)


def find(model: FittedModel, name: str, group: int) -> Estimate | None:
    """The estimate that lavaan's row is of; None for a row that our table leaves out since it is zero by custom."""
    within = None if name in {one.lhs for one in model.defined} else model.groups[group - 1]
    try:
        return model.get(name, within)
    except measure.BadModel:
        return None


def compare(model: FittedModel, theirs: dict[tuple[str, int], float], *, but: re.Pattern[str] | None = None) -> int:
    """Assert that everything printed is ours too; how many values were compared."""
    count = 0
    for (what, group), value in theirs.items():
        kind, name = what.split(":", 1)
        if but is not None and but.fullmatch(what):
            continue
        count += 1
        if kind == "fit":
            ours: Any = model.fit
            for part in FIT[name].split("."):
                ours = getattr(ours, part)
            assert ours == pytest.approx(value, rel=1e-5, abs=2e-6), what
            continue
        one = find(model, name, group)
        if one is None:
            # Zero intercepts, which lavaan lists for models without means. Standardised, it works them out of sample means
            # all the same.
            assert name.endswith("~1"), what
            assert kind == "std" or value == 0, what
            continue
        ours = {"est": one.estimate, "se": one.se, "std": one.std_all}[kind]
        assert ours == pytest.approx(value, rel=2e-5, abs=1e-5), f"{what} ({one.group})"
        if kind == "se":
            assert one.free
    return count


def test_every_case_of_the_script_is_compared() -> None:
    script = (HERE / "answers.R").read_text(encoding="utf-8")
    named = re.findall(r'^report\("([^"]+)"', script, flags=re.MULTILINE)
    assert sorted(named) == sorted(CASES.keys() | ELSEWHERE)
    assert set(named) == printed().keys()
    assert len(named) == 34


@pytest.mark.parametrize("case", [case for case in CASES if case != "ordinal-outcome"])
def test_estimates_errors_standardised_values_and_fit_are_lavaans(case: str) -> None:
    model = fitted(case)
    assert model.converged
    assert compare(model, printed()[case]) == len(printed()[case]) > 30


def test_a_chain_of_ordinal_outcomes_keeps_every_total_variance_at_one() -> None:
    """lavaan differs here, and ours is right.

    In the delta parameterisation the variable behind each ordinal outcome has total variance 1. Of b2 ~ b1 + tan, where b1 is
    an outcome itself, lavaan's residual variance is 1 less what tan explains, through b1 or not; that b1's own residual comes
    through too it forgets. So its b2 has a total variance of 1.31, and the standardised values and errors that are about b2
    follow. Paths, loadings, thresholds and fit do not depend on it, and agree.
    """
    model, theirs = fitted("ordinal-outcome"), printed()["ordinal-outcome"]
    assert model.converged
    assert len(theirs) - compare(model, theirs, but=OF_THE_CHAIN) == 7
    path = {name: model.get(name).estimate for name in ("b1~tan", "b2~b1", "b2~tan", "tan~~tan", "b1~~b1", "b2~~b2")}
    by_tan = (path["b2~tan"] + path["b2~b1"] * path["b1~tan"]) ** 2 * path["tan~~tan"]
    by_residual = path["b2~b1"] ** 2 * path["b1~~b1"]
    assert by_tan + by_residual + path["b2~~b2"] == pytest.approx(1, abs=1e-9)
    np.testing.assert_allclose(model.implied().diagonal(), 1, atol=1e-9)
    assert theirs["est:b2~~b2", 1] == pytest.approx(1 - by_tan, abs=1e-5)
    assert by_residual > 0.3

    # The theta parameterisation holds residual variances instead of totals: another road to the same standardised solution.
    other = measure.fit(CHAIN, answers(gaps=False), ordered=True, parameterization="theta")
    assert other.fit.chisq == pytest.approx(model.fit.chisq, rel=1e-6)
    same = {row["parameter"]: row for row in other.standardised().records()}
    for name in ("b1~tan", "b2~b1", "b2~tan", "tan=~q2", "b2~~b2"):
        assert model.get(name).std_all == pytest.approx(same[name]["std.all"], abs=1e-5)
    assert model.get("b2~b1").se == pytest.approx(same["b2~b1"]["se"], abs=1e-5)  # both have variance 1: no other scale


@pytest.mark.shared
def test_fiml_of_the_whole_bfi(shared: Path) -> None:
    model = measure.fit(
        "A =~ A1+A2+A3+A4+A5\nC =~ C1+C2+C3+C4+C5\nE =~ E1+E2+E3+E4+E5",
        measure.read(shared / "data" / "reference_psychometrics" / "bfi.csv"),
        missing="fiml",
        estimator="MLR",
    )
    assert model.converged
    assert compare(model, printed()["bfi-fiml-mlr"]) > 100
