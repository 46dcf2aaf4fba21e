"""Simulated answers that both R and the tests can make: `python -m anxin.engines.measure.tests.simulated OUT.csv`.

A structural model of quality, satisfaction and loyalty in two groups, on five-point scales, with a version that has gaps.
NumPy's PCG64 stream is the same on every platform, so the table need not be kept.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

ITEMS = (
    *(f"q{i}" for i in range(1, 7)),
    *(f"s{i}" for i in range(1, 4)),
    *(f"l{i}" for i in range(1, 4)),
    *(f"b{i}" for i in range(1, 4)),
)
ROWS = 640


def loyalty(rows: int = ROWS, seed: int = 7) -> dict[str, NDArray[np.float64]]:
    """Columns: age (years), new (0/1), group (1/2), the items of ITEMS (1..5, b1..b3 0/1), and g_… with 12 % missing."""
    rng = np.random.default_rng(seed)
    group = 1 + (np.arange(rows) % 5 >= 3).astype(float)  # the first row is of group 1, as lavaan counts groups
    age = np.round(rng.normal(42, 11, rows), 1)
    new = (rng.random(rows) < 0.4).astype(float)
    tangible = rng.standard_normal(rows) + 0.25 * (group == 2)
    caring = 0.55 * tangible + 0.83 * rng.standard_normal(rows)
    satisfied = 0.4 * tangible + 0.5 * caring + 0.015 * (age - 42) + 0.6 * rng.standard_normal(rows)
    loyal = 0.7 * satisfied - 0.25 * new + 0.7 * rng.standard_normal(rows)
    bought = 0.8 * loyal + 0.6 * rng.standard_normal(rows)
    weight = {"q": (0.8, 0.7, 0.65), "s": (0.85, 0.75, 0.7), "l": (0.8, 0.8, 0.6), "b": (0.75, 0.8, 0.7)}
    table: dict[str, NDArray[np.float64]] = {"age": age, "new": new, "group": group}
    cuts = np.array([-1.7, -0.9, -0.1, 0.9])
    for name in ITEMS:
        kind, place = name[0], int(name[1]) - 1
        if kind == "q":
            factor = tangible if place < 3 else caring
            loading = weight["q"][place % 3]
        else:
            factor = {"s": satisfied, "l": loyal, "b": bought}[kind]
            loading = weight[kind][place]
        latent = loading * factor + np.sqrt(1 - loading**2) * rng.standard_normal(rows)
        shift = 0.2 * (place - 1)
        table[name] = (
            (latent > 0.2 * place).astype(float) if kind == "b" else 1.0 + np.searchsorted(cuts + shift, latent)
        )
    for name in ITEMS:
        hidden = rng.random(rows) < 0.06 + 0.12 * (age > 45)  # more often among the old: missing at random, given age
        table[f"g_{name}"] = np.where(hidden, np.nan, table[name])
    return table


def main(path: str) -> None:
    table = loyalty()
    with open(path, "w", encoding="utf-8") as file:
        file.write(",".join(table) + "\n")
        for row in zip(*table.values(), strict=True):
            file.write(",".join("NA" if np.isnan(cell) else f"{cell:g}" for cell in row) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
