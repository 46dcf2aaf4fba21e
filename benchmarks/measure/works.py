"""What is timed, against whom, and how near the answers must come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Near = Mapping[str, tuple[float, float]]  # by kind of value: absolute and relative difference allowed

# lavaan's optimisers stop at a relative change of 1e-10 or so, which leaves estimates some 1e-6 from the minimum.
MODEL: Near = {"est": (1e-5, 1e-5), "se": (1e-5, 0.0), "fit": (1e-5, 1e-5), "draw": (1e-4, 1e-4)}


@dataclass(frozen=True)
class Rival:
    """A peer's part. `ratio`: how many times our CPU time it should need at least. `most`: its largest table without --long.

    `fault`: what is known to be wrong with it; a difference or a failure is then shown with these words, and not counted.
    """

    name: str
    near: Near
    ratio: float | None = None
    most: int = 500_000
    fault: str = ""

    @property
    def in_r(self) -> bool:
        return self.name in ("lavaan", "psych")


@dataclass(frozen=True)
class Work:
    """`goals`: seconds of CPU by number of respondents. `memory`: MB at a size. `draws` that are scaled up for slow peers."""

    code: str
    title: str
    goals: Mapping[int, float]
    rivals: tuple[Rival, ...]
    memory: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One work at one size. `start`: the stream's row at which the answers begin."""

    work: Work
    n: int
    start: int = 0
    note: str = ""


SEMOPY = "semopy stops short of the minimum"
EMPTY = "lavaan stops on a category that is empty in one group"

WORKS = (
    Work(
        "polychoric",
        "polychoric matrix",
        {500: 0.003, 5_000: 0.003, 50_000: 0.010, 500_000: 0.080},
        (
            Rival("lavaan", {"r": (1e-7, 0)}, ratio=150),
            Rival("psych", {"r": (5e-5, 0)}, ratio=200, most=50_000),
            Rival("ordinalcorr", {"r": (1e-5, 0)}, most=50_000),
        ),
    ),
    Work(
        "ml",
        "CFA by ML: estimates, standard errors, all fit indices",
        {500: 0.005, 5_000: 0.005, 50_000: 0.008, 500_000: 0.060},
        (Rival("lavaan", MODEL, ratio=15), Rival("semopy", MODEL, fault=SEMOPY)),
    ),
    Work(
        "wlsmv",
        "ordinal CFA by WLSMV: robust standard errors, scaled and shifted test",
        {500: 0.012, 5_000: 0.030, 50_000: 0.250, 500_000: 2.5},
        (
            Rival("lavaan", MODEL, ratio=40, most=50_000),
            Rival("semopy", MODEL, most=500, fault="semopy's ordinal models fail on current NumPy"),
        ),
        memory={500_000: 300},
    ),
    Work(
        "alpha",
        "1,000 bootstraps of alpha",
        {500: 0.010, 5_000: 0.080},
        (
            Rival("psych", {"est": (1e-10, 0), "draw": (1e-10, 0), "error": (0, 0.2)}, ratio=100),
            Rival("pingouin", {"est": (1e-10, 0), "draw": (1e-10, 0)}),
        ),
    ),
    Work(
        "ml-bootstrap",
        "1,000 bootstraps of CFA by ML",
        {500: 0.5, 5_000: 1.0},
        (Rival("lavaan", MODEL, ratio=30),),
    ),
    Work(
        "wlsmv-bootstrap",
        "1,000 bootstraps of ordinal CFA",
        {500: 8, 5_000: 8},
        (Rival("lavaan", MODEL, ratio=70),),
    ),
    Work(
        "efa",
        "EFA: minres, oblimin, five factors",
        {500: 0.005, 5_000: 0.005, 50_000: 0.010, 500_000: 0.080},
        (
            Rival("psych", {"pattern": (1e-5, 0), "phi": (1e-5, 0), "h2": (1e-5, 0)}, ratio=4),
            Rival("factor_analyzer", {"pattern": (1e-4, 0)}, most=50_000),
        ),
    ),
    Work(
        "invariance",
        "ordinal invariance, two groups, four levels with their difference tests",
        {500: 0.2, 5_000: 0.2},
        (Rival("lavaan", {"fit": (1e-5, 1e-4)}, ratio=35),),
    ),
)
