"""The answers that all sides are asked about: `python -m benchmarks.measure.stream OUT ROWS` writes them as int8, row by row.

A simulated SERVPERF: five correlated factors, 22 items of five categories, skewed as satisfaction is. The numbers are drawn in
the order of ../shared/reference/simulate_servperf.py, so that these are the answers whose reference values lie there.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = {"TAN": 4, "REL": 5, "RES": 4, "ASS": 4, "EMP": 5}
ITEMS = tuple(f"{name}{place}" for name, count in DIMENSIONS.items() for place in range(1, count + 1))
MODEL = "\n".join(
    f"{name} =~ {' + '.join(item for item in ITEMS if item[:3] == name)}" for name in DIMENSIONS
)  # the syntax is lavaan's, and so are all sides'
ROWS = 500_000
TRUTH = Path(__file__).parents[3] / "shared" / "reference" / "servperf_truth.json"
_BETWEEN = (0.50, 0.45, 0.48, 0.42, 0.70, 0.66, 0.58, 0.72, 0.64, 0.68)  # correlations of the factors, pair by pair


def answers(rows: int) -> NDArray[np.int8]:
    """The first `rows` of the stream, (rows, 22), 1 to 5."""
    chance = np.random.default_rng(20260101)
    p, k = len(ITEMS), len(DIMENSIONS)
    loading = chance.uniform(0.60, 0.86, p)
    shift = chance.uniform(-0.5, 0.3, p)
    factors = np.eye(k)
    factors[np.triu_indices(k, 1)] = _BETWEEN
    factors = np.maximum(factors, factors.T)
    # All rows are drawn whatever is asked for, so that a shorter table is the beginning of a longer one.
    common = chance.standard_normal((ROWS, k))[:rows] @ np.linalg.cholesky(factors).T
    own = chance.standard_normal((ROWS, p))[:rows]
    home = [list(DIMENSIONS).index(item[:3]) for item in ITEMS]
    table = np.ones((rows, p), np.int8)
    for item in range(p):
        latent = common[:, home[item]] * loading[item] + own[:, item] * np.sqrt(1 - loading[item] ** 2)
        for cut in (-1.9, -1.15, -0.35, 0.75):
            table[:, item] += latent > cut + shift[item]
    return table


def filled(table: NDArray[np.int8], size: int) -> int:
    """Where the first `size` rows begin in whose even and odd rows alike every item has all of its categories."""
    for start in range(0, len(table) - size + 1, size):
        halves = [table[start + half : start + size : 2] for half in (0, 1)]
        if all(len(np.unique(half[:, item])) == 5 for half in halves for item in range(half.shape[1])):
            return start
    raise SystemExit(f"No {size} rows have every category in both groups.")


def main(path: str, rows: int) -> None:
    table = answers(rows)
    known = ""
    if TRUTH.is_file():
        expected = json.loads(TRUTH.read_text())["sha256"].get(f"int8_rowmajor_{rows}")
        if expected and hashlib.sha256(table.tobytes()).hexdigest() != expected:
            raise SystemExit(f"The stream is not the one that {TRUTH.name} describes.")
        known = "the reference stream" if expected else ""
    table.tofile(path)
    print(json.dumps({"rows": rows, "checked": known, "filled_500": filled(table, 500)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
