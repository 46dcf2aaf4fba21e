"""Random indices: how inconsistent judgements made by dice are, by which a consistency index is judged."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.errors import BadModel, listed
from anxin.engines.measure.evaluation.ahp.judgements import SAATY_SCALE
from anxin.engines.measure.evaluation.ahp.vectors import harker
from anxin.engines.measure.results import Caution, Floats

DRAWS = 2000  # of a simulated random index: its standard error is below 1 % of it

# Mean CI of random matrices, for n = 1, 2, 3, ... The sources drew different numbers of matrices, hence the
# differences.
RANDOM_INDEX: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {
        # Saaty 1980, The Analytic Hierarchy Process (500 matrices; the dip at 12 is in the source).
        "saaty": (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
        # Saaty & Tran 2007, Mathematical and Computer Modelling 46; also in Saaty's later books: 1.11 for five
        # criteria.
        "saaty-tran": (0, 0, 0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
        # Alonso & Lamata 2006, Int. J. Uncertainty, Fuzziness and Knowledge-Based Systems 14 (100,000 matrices).
        "alonso-lamata": (
            *(0, 0, 0.5245, 0.8815, 1.1086, 1.2479, 1.3417, 1.4056, 1.4499, 1.4854),
            *(1.5141, 1.5365, 1.5551, 1.5713, 1.5838),
        ),
    }
)


def random_index(n: int, table: str = "saaty") -> float:
    """The random index of n criteria by the table named; 0 for one and two, which cannot be inconsistent.

    Beyond the table's 15 criteria by the line of Alonso & Lamata 2006, lambda_max = 2.7699 n - 4.3513, which they
    fitted to n = 3 to 15. Raises BadModel for an unknown table.
    """
    values = RANDOM_INDEX.get(table)
    if values is None:
        raise BadModel(
            f"There is no table of random indices {table!r}. Tables: {listed(RANDOM_INDEX)}.",
            code="no-table",
            about=[table],
        )
    if n <= len(values):
        return float(values[n - 1])
    return (1.7699 * n - 4.3513) / (n - 1)


def index_cautions(n: int, table: str) -> list[Caution]:
    """A caution if the table does not reach n criteria."""
    if n <= len(RANDOM_INDEX[table]):
        return []
    return [
        Caution(
            "beyond-table",
            f"Tables of random indices end at {len(RANDOM_INDEX[table])} criteria; for {n} it was extrapolated (Alonso & "
            "Lamata 2006). Group the criteria: nobody judges so many consistently.",
        )
    ]


def simulated_random_index(judged: NDArray[np.bool_], *, seed: int = 0, draws: int = DRAWS) -> float:
    """The random index of an incomplete matrix: the mean CI, by Harker's method, of random matrices with the same gaps.

    `judged` is (n, n), symmetric, with a connected graph. Judgements are drawn evenly from Saaty's 17 values. This
    follows Carmone, Kara & Zanakis 1997 ("A Monte Carlo investigation of incomplete pairwise comparison matrices in
    AHP", EJOR 102) but with the very pattern of gaps, on which the index depends, not only on their number. 0 where the
    judgements form a tree: then nothing can contradict.
    """
    upper = np.triu(judged, 1)
    if int(upper.sum()) == len(judged) - 1:
        return 0.0
    return _simulated(len(judged), upper.tobytes(), seed, draws)


@lru_cache(maxsize=1024)
def _simulated(n: int, pattern: bytes, seed: int, draws: int) -> float:
    rows, columns = np.nonzero(np.frombuffer(pattern, np.bool_).reshape(n, n))
    drawn = np.random.default_rng(seed).choice(np.asarray(SAATY_SCALE), (draws, rows.size))
    matrices: Floats = np.full((draws, n, n), np.nan)
    at = np.arange(n)
    matrices[:, at, at] = 1.0
    matrices[:, rows, columns] = drawn
    matrices[:, columns, rows] = 1 / drawn
    lambda_max = np.linalg.eigvals(harker(matrices)).real.max(axis=-1)
    return float((lambda_max.mean() - n) / (n - 1))


def ri_for(judged: NDArray[np.bool_], table: str, *, seed: int = 0) -> float:
    """The random index for a pattern of judgements: from the table when complete, simulated otherwise."""
    if bool(judged.all()):
        return random_index(len(judged), table)
    return simulated_random_index(judged, seed=seed)


def consistency_index(lambda_max: float, n: int) -> float:
    """CI = (lambda_max - n) / (n - 1), 0 for one and two criteria; never below 0, where rounding may put it."""
    return max(lambda_max - n, 0.0) / (n - 1) if n > 2 else 0.0


def consistency_ratio(ci: float, ri: float) -> float:
    """CR = CI / RI (Saaty 1980); 0 where nothing could be inconsistent (RI = 0)."""
    return ci / ri if ri > 0 else 0.0
