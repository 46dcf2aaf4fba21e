"""The Python peers, run by their own environment's Python: `python peers.py ASKED`, asked by sides.py."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
from clock import rounds

warnings.simplefilter("ignore")
Found = dict[str, Any]
Runs = tuple[list[float], Found]
Asked = dict[str, Any]


def ordinalcorr_polychoric(frame: pd.DataFrame, asked: Asked) -> Runs:
    from ordinalcorr import hetcor

    seconds, matrix = rounds(lambda: hetcor(frame), asked["budget"], least=1)
    return seconds, {"r": matrix.to_numpy(float)[np.triu_indices(len(matrix), 1)]}


def semopy_ml(frame: pd.DataFrame, asked: Asked) -> Runs:
    return _semopy(frame.astype(float), asked["model"], asked)


def semopy_wlsmv(frame: pd.DataFrame, asked: Asked) -> Runs:
    ordinal = f"DEFINE(ordinal) {' '.join(frame.columns)}"
    return _semopy(frame.astype(float), f"{ordinal}\n{asked['model']}", asked)


def _semopy(frame: pd.DataFrame, text: str, asked: Asked) -> Runs:
    import semopy

    def work() -> tuple[pd.DataFrame, pd.DataFrame]:
        model = semopy.Model(text)
        model.fit(frame)
        return model.inspect(), semopy.calc_stats(model)

    seconds, (table, stats) = rounds(work, asked["budget"], least=1)
    found: Found = {}
    for row in table.itertuples():
        # semopy writes a loading as a regression of the item on its factor.
        loading = row.op == "~" and row.lval in frame.columns
        name = f"{row.rval}=~{row.lval}" if loading else f"{row.lval}{row.op}{row.rval}"
        found[f"est:{name}"] = float(row.Estimate)
        if row._5 != "-":
            found[f"se:{name}"] = float(row._5)  # its column "Std. Err"
    for ours, theirs in (("chisq", "chi2"), ("df", "DoF"), ("cfi", "CFI"), ("tli", "TLI"), ("rmsea", "RMSEA")):
        found[f"fit:{ours}"] = float(stats[theirs].iloc[0])
    return seconds, found


def pingouin_alpha(frame: pd.DataFrame, asked: Asked) -> Runs:
    import pingouin

    chance = np.random.default_rng(1)

    def alpha(rows: Any = slice(None)) -> float:
        return float(pingouin.cronbach_alpha(data=frame.iloc[rows])[0])

    def draws() -> list[float]:
        return [alpha(chance.integers(0, len(frame), len(frame))) for _ in range(asked["peer_draws"])]

    whole = alpha()
    seconds, _ = rounds(draws, asked["budget"], least=1)
    scaled = [one * asked["draws"] / asked["peer_draws"] for one in seconds]
    return scaled, {"est:alpha": whole} | {f"draw:{i}:alpha": alpha(rows) for i, rows in enumerate(samples(asked))}


def samples(asked: Asked) -> Iterator[np.ndarray]:
    """The rows of the first of our bootstrap samples."""
    for counts in np.fromfile(asked["samples"], np.uint8).reshape(-1, asked["n"]):
        yield np.repeat(np.arange(asked["n"]), counts)


def factor_analyzer_efa(frame: pd.DataFrame, asked: Asked) -> Runs:
    from factor_analyzer import FactorAnalyzer

    def work() -> FactorAnalyzer:
        model = FactorAnalyzer(5, rotation="oblimin", method="minres")
        model.fit(frame)
        return model

    seconds, model = rounds(work, asked["budget"], least=1)
    return seconds, {"pattern": model.loadings_.ravel()}


SIDES: dict[str, Callable[[pd.DataFrame, Asked], Runs]] = {
    "ordinalcorr polychoric": ordinalcorr_polychoric,
    "semopy ml": semopy_ml,
    "semopy wlsmv": semopy_wlsmv,
    "pingouin alpha": pingouin_alpha,
    "factor_analyzer efa": factor_analyzer_efa,
}


def main(asked: Asked) -> dict[str, Any]:
    n, items = asked["n"], asked["items"]
    data = np.fromfile(asked["data"], np.int8, n * len(items), offset=asked["start"] * len(items))
    frame = pd.DataFrame(data.reshape(n, -1), columns=items)
    try:
        seconds, found = SIDES[f"{asked['rival']} {asked['work']}"](frame, asked)
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"}
    return {"seconds": seconds, "found": found}


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    shown = main(asked)
    Path(asked["out"]).write_text(json.dumps(shown, default=lambda one: one.tolist()))
