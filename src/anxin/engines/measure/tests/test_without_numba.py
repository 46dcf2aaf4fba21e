"""Without Numba everything works and says the same: one process of its own, in which Numba cannot be imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from anxin.engines import measure
from anxin.engines.measure import kernels
from anxin.engines.measure.tests.simulated import loyalty

ITEMS = ("q1", "q2", "q3", "q4", "q5", "q6")
TWO = {"tan": ["q1", "q2", "q3"], "care": ["q4", "q5", "q6"]}
PROGRAM = """
import json, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("numba", "llvmlite"):
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocked())
from anxin.engines.measure import kernels
from anxin.engines.measure.tests.test_without_numba import everything

print(json.dumps({"compiled": kernels.COMPILED, "numba": "numba" in sys.modules, "found": everything()}))
"""


def everything() -> dict[str, Any]:
    """Numbers from every part of the engine that has a compiled loop, of one small table."""
    table = loyalty()
    rows = slice(0, 150)
    whole = {item: table[item][rows] for item in ITEMS}
    gaps = {item: table[f"g_{item}"][rows] for item in ITEMS}
    group = table["group"][rows]
    answers = measure.Answers.of(whole, group=group)
    weighted = measure.Answers.of(whole, weights=1 + np.arange(150) % 3)
    polychoric = measure.polychoric(answers)
    models = {
        "ML": measure.fit(TWO, answers),
        "MLR": measure.fit(TWO, answers, estimator="MLR"),
        "FIML": measure.fit(TWO, gaps, missing="fiml"),
        "WLSMV": measure.fit(TWO, answers, ordered=True),
        "weighted": measure.fit(TWO, weighted, ordered=True),
    }
    invariance = measure.invariance(TWO, answers, ordered=True, levels=("configural", "scalar"))
    efa = measure.efa(answers, 2, rotation="oblimin")
    return {
        "polychoric": polychoric.matrix.tolist(),
        "errors": polychoric.standard_errors.tolist(),
        "thresholds": [one.tolist() for one in polychoric.thresholds],
        "pairwise": measure.polychoric(gaps, missing="pairwise").matrix.tolist(),
        "weighted": measure.polychoric(weighted).matrix.tolist(),
        "alpha": [measure.cronbach_alpha(answers).raw, measure.cronbach_alpha(weighted).raw],
        "moments": measure.moments(answers).cov.tolist(),
        "alpha bootstrap": measure.bootstrap_alpha(answers, draws=100, method="bca").replicates.tolist(),
        "efa": efa.pattern.tolist(),
        "invariance": [model.fit.chisq for model in invariance.models],
        "ordinal bootstrap": measure.bootstrap_model(models["WLSMV"], draws=100).replicates[:10].tolist(),
        "model bootstrap": measure.bootstrap_model(models["ML"], draws=100).replicates[:10].tolist(),
        **{
            name: [[one.estimate, one.se if one.free else 0.0] for one in model.estimates]
            + [[model.fit.chisq, (model.fit.scaled or model.fit).chisq]]
            for name, model in models.items()
        },
    }


@pytest.fixture(scope="module")
def without() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def compiled() -> dict[str, Any]:
    return everything()


def test_numba_was_away_there_and_is_here(without: dict[str, Any]) -> None:
    assert kernels.COMPILED
    assert without["compiled"] is False
    assert without["numba"] is False


def test_answers_are_the_same(without: dict[str, Any], compiled: dict[str, Any]) -> None:
    assert without["found"].keys() == compiled.keys()
    for name, ours in compiled.items():
        if isinstance(ours[0], list) and len({len(row) for row in ours}) > 1:
            theirs = np.concatenate(without["found"][name])
            ours = np.concatenate(ours)
        else:
            theirs, ours = np.array(without["found"][name], float), np.array(ours, float)
        assert ours.size
        assert np.isfinite(ours).mean() > 0.95
        np.testing.assert_allclose(theirs, ours, rtol=1e-6, atol=1e-7, err_msg=name)
