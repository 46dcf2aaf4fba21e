"""Our side, in a process of its own: `python -m benchmarks.measure.ours`, asked by sides.py.

Timed is everything from the int8 table to the result object.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.bootstrap import Bootstrap, bootstrap_alpha, bootstrap_model
from anxin.engines.measure.factors import EFA, efa
from anxin.engines.measure.models.fit import fit
from anxin.engines.measure.models.fitted import FittedModel
from anxin.engines.measure.models.invariance import Invariance, invariance
from anxin.engines.measure.pairs.polychoric import Polychoric, polychoric
from anxin.engines.measure.resampling import draw_counts
from benchmarks.measure.clock import rounds, timed
from benchmarks.measure.stream import ITEMS, MODEL

Table = NDArray[np.int8]
WARM = 100  # the fewest that are taken
SHOWN = 3  # bootstrap samples handed to the peers, so that they can be asked about the very same


def answers(table: Table) -> Answers:
    return Answers.of(table, items=ITEMS)


def halves(table: Table) -> Answers:
    return Answers.of(table, items=ITEMS, group=np.arange(len(table)) % 2)


def alpha_draws(table: Table, draws: int) -> Bootstrap:
    return bootstrap_alpha(answers(table), draws=draws)


def ml_draws(table: Table, draws: int) -> Bootstrap:
    return bootstrap_model(fit(MODEL, answers(table)), draws=draws)


def wlsmv_draws(table: Table, draws: int) -> Bootstrap:
    return bootstrap_model(fit(MODEL, answers(table), ordered=True), draws=draws)


WORK: dict[str, Callable[[Table], Any]] = {
    "polychoric": lambda table: polychoric(answers(table)),
    "ml": lambda table: fit(MODEL, answers(table)),
    "wlsmv": lambda table: fit(MODEL, answers(table), ordered=True),
    "efa": lambda table: efa(answers(table), 5, method="minres", rotation="oblimin"),
    "invariance": lambda table: invariance(MODEL, halves(table), ordered=True),
}
DRAWN: dict[str, Callable[[Table, int], Bootstrap]] = {
    "alpha": alpha_draws,
    "ml-bootstrap": ml_draws,
    "wlsmv-bootstrap": wlsmv_draws,
}

Found = dict[str, Any]


def found(result: Any) -> Found:
    """The result's numbers under the names that the peers give theirs (see agreement.py)."""
    if isinstance(result, Polychoric):
        return {"r": result.matrix[np.triu_indices(len(ITEMS), 1)].tolist()}
    if isinstance(result, FittedModel):
        return _model(result)
    if isinstance(result, EFA):
        return {"pattern": result.pattern.ravel(), "phi": result.phi.ravel(), "h2": result.communalities}
    if isinstance(result, Invariance):
        return _levels(result)
    assert isinstance(result, Bootstrap)
    assert result.used == result.draws, "replicates are matched with draws by their order"
    shown: Found = {f"est:{name}": value for name, value in zip(result.names, result.estimates, strict=True)}
    for draw in range(SHOWN):
        for name, value in zip(result.names, result.replicates[draw], strict=True):
            shown[f"draw:{draw}:{name}"] = value
    return shown | {"error:alpha": result.errors[0]}


def _model(result: FittedModel) -> Found:
    shown: Found = {}
    for one in result.estimates:
        shown[f"est:{one.name}"] = one.estimate
        if np.isfinite(one.se):
            shown[f"se:{one.name}"] = one.se
    for at, part in (("", result.fit), (".scaled", result.fit.scaled)):
        if part is not None:
            for name in ("chisq", "cfi", "tli", "rmsea"):
                shown[f"fit:{name}{at}"] = getattr(part, name)
            shown[f"fit:rmsea.ci.lower{at}"] = part.rmsea_interval.low
            shown[f"fit:rmsea.ci.upper{at}"] = part.rmsea_interval.high
    shown |= {"fit:df": result.fit.df, "fit:srmr": result.fit.srmr}
    if result.fit.scaled is None:
        shown |= {"fit:aic": result.fit.aic, "fit:bic": result.fit.bic, "fit:logl": result.fit.loglik}
    return shown


def _levels(result: Invariance) -> Found:
    shown: Found = {}
    for level, model, step in zip(result.levels, result.models, result.differences, strict=True):
        for name in ("chisq", "df", "chisq.scaled", "cfi.scaled", "rmsea.scaled"):
            shown[f"fit:{level}:{name}"] = _model(model)[f"fit:{name}"]
        if step is not None:
            shown |= {f"fit:{level}:difference": step.chisq, f"fit:{level}:difference.df": step.df}
    return shown


def compilation(table: Table) -> dict[str, float]:
    """CPU seconds of first and of second calls of all works."""
    works = [*(partial(work, table) for work in WORK.values()), *(partial(one, table, WARM) for one in DRAWN.values())]
    spent = [(timed(work)[0], timed(work)[0]) for work in works]
    return {"first": sum(one for one, _ in spent), "second": sum(other for _, other in spent)}


def main(asked: dict[str, Any]) -> dict[str, Any]:
    n, p = asked["n"], len(ITEMS)
    table = np.fromfile(asked["data"], np.int8, n * p, offset=asked["start"] * p).reshape(n, p)
    if asked["work"] == "compilation":
        return compilation(table)
    bootstrap = DRAWN.get(asked["work"])
    if bootstrap is not None:
        np.concatenate(list(draw_counts(n, SHOWN, 0))).astype(np.uint8).tofile(asked["samples"])
        bootstrap(table, WARM)  # all draws of an ordinal model would take long
        work = partial(bootstrap, table, asked["draws"])
    else:
        work = partial(WORK[asked["work"]], table)
    seconds, result = rounds(work, asked["budget"], least=asked["least"], warm=bootstrap is not None)
    return {"seconds": seconds, "found": found(result), "cautions": [one.code for one in result.cautions]}


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    shown = main(asked)
    Path(asked["out"]).write_text(json.dumps(shown, default=lambda one: one.tolist()))
