"""Kano's questionnaire: which attributes are a must, which pay in proportion, which delight."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.options import check_level, one_of
from anxin.engines.measure.results import Caution, Floats, Interval, Result, Table, number
from anxin.engines.measure.variables import variables

Category = Literal["M", "O", "A", "I", "R", "Q"]
CATEGORIES: tuple[Category, ...] = ("M", "O", "A", "I", "R", "Q")
NAMES: dict[Category, str] = {
    "M": "must-be",
    "O": "one-dimensional",
    "A": "attractive",
    "I": "indifferent",
    "R": "reverse",
    "Q": "questionable",
}
# Rows: the answer if the attribute is there (like, must-be, neutral, live with, dislike); columns: if it is not.
EVALUATION: tuple[tuple[Category, ...], ...] = (
    ("Q", "A", "A", "A", "O"),
    ("R", "I", "I", "I", "M"),
    ("R", "I", "I", "I", "M"),
    ("R", "I", "I", "I", "M"),
    ("R", "R", "R", "R", "Q"),
)
# DuMouchel's scores, in the order of the answers: what is gained by having it, what is lost by lacking it.
_GAIN = np.array([4.0, 2.0, 0.0, -1.0, -2.0])
_LOSS = np.array([-2.0, -1.0, 0.0, 2.0, 4.0])
FEW = 30
_FONG = 1.65


@dataclass(frozen=True, slots=True)
class KanoAttribute:
    """One attribute.

    `counts` and `shares` in the order of CATEGORIES (weighted shares for weighted answers); `category` the most frequent, ties
    broken M, O, A, I; `berger_category` by Berger's rule: the most frequent of M, O, A where those three together are more than I, R
    and Q, else of these. `better` and `worse`: satisfaction coefficients, 0 to 1 and -1 to 0. `fong_p`: is the first category
    more frequent than the `runner_up`? `significant` by Fong's criterion. `strength`: share of the first less that of the
    second; `total_strength`: M, O and A together (Lee & Newcomb 1997). `gain`, `loss`: continuous analysis, -2 to 4, and
    `quadrant` what they say (R where a mean is below 0). `importance`: mean of the self-stated importance.
    """

    attribute: str
    n: int
    effective_n: float
    counts: tuple[int, ...]
    shares: tuple[float, ...]
    category: Category
    berger_category: Category
    runner_up: Category
    fong_p: float
    significant: bool
    strength: float
    total_strength: float
    better: float
    better_interval: Interval | None
    worse: float
    worse_interval: Interval | None
    gain: float
    gain_interval: Interval
    loss: float
    loss_interval: Interval
    quadrant: Category
    importance: float | None


@dataclass(frozen=True, kw_only=True, repr=False)
class Kano(Result):
    """Every attribute of a Kano questionnaire."""

    attributes: tuple[KanoAttribute, ...]
    evaluation: tuple[tuple[Category, ...], ...]
    cautions: tuple[Caution, ...] = ()

    def __getitem__(self, attribute: str) -> KanoAttribute:
        for one in self.attributes:
            if one.attribute == attribute:
                return one
        names = [one.attribute for one in self.attributes]
        raise BadData(
            f"There is no attribute {attribute!r}. Attributes: {listed(names)}.", code="no-item", about=[attribute]
        )

    def headline(self) -> str:
        parts = []
        for category in CATEGORIES:
            names = [one.attribute for one in self.attributes if one.category == category]
            if names:
                parts.append(f"{NAMES[category]}: {listed(names)}")
        return "; ".join(parts)

    def table(self) -> Table:
        columns = ("attribute", "n", *CATEGORIES, "category", "significant", "better", "worse", "strength")
        rows = [
            (one.attribute, one.n, *one.shares, one.category, one.significant, one.better, one.worse, one.strength)
            for one in self.attributes
        ]
        return Table.of(columns, rows, title="Kano categories (shares of answers)")

    def continuous(self) -> Table:
        """Gains and losses of the continuous analysis."""
        columns = ("attribute", "gain", "low", "high", "loss", "low ", "high ", "quadrant", "importance")
        rows = [
            (
                *(one.attribute, one.gain, one.gain_interval.low, one.gain_interval.high),
                *(one.loss, one.loss_interval.low, one.loss_interval.high, one.quadrant, one.importance),
            )
            for one in self.attributes
        ]
        return Table.of(columns, rows, title="Kano, continuous analysis")


def kano(
    source: Any,
    attributes: Mapping[str, tuple[str, str]],
    *,
    importance: Mapping[str, str] | None = None,
    evaluation: Sequence[Sequence[str]] = EVALUATION,
    codes: Sequence[float] = (1, 2, 3, 4, 5),
    weights: Any = None,
    missing: Iterable[float] = (),
    level: float = 0.95,
) -> Kano:
    """Evaluate a Kano questionnaire (Kano, Seraku, Takahashi & Tsuji 1984).

    `attributes` maps an attribute to its two columns: the functional question (how do you feel if it is there?) and the
    dysfunctional one (if it is not?). `codes` are the five answers' codes in the order like, must-be (expect it), neutral, live with
    it, dislike. `importance` maps attributes to columns of self-stated importance. `evaluation` is the 5 x 5 table from functional
    (rows) and dysfunctional answer to category; the default is Kano's as in Berger et al. (1993). Who left one of the two
    unanswered is left out of that attribute.

    Better = (A + O) / (A + O + M + I), worse = -(O + M) / (A + O + M + I) (Berger et al. 1993; Timko), with Wilson's intervals.
    Fong's (1996) test: the first category a and the second b of N answers differ if |a - b| >= 1.65 sqrt((a + b)(2N - a - b) / (2N));
    `fong_p` is the two-sided normal p of |a - b| over that root. The continuous analysis scores like, must-be, neutral, live with,
    dislike as 4, 2, 0, -1, -2 (functional) and -2, -1, 0, 2, 4 (dysfunctional) and takes means with t intervals (DuMouchel in
    Berger et al. 1993); a mean of 2 parts must-be, one-dimensional, attractive and indifferent. Sampling weights: shares and means
    are weighted, and tests and intervals use Kish's effective n.

    Raises BadData for an unknown column, an answer that is not among the codes, an attribute with fewer than two answers; BadModel for
    wrong options.
    """
    check_level(level)
    table = _evaluation(evaluation)
    if len(codes) != 5 or len(set(codes)) != 5:
        raise BadModel("Give the five answers' codes, from like to dislike.", code="bad-option", about=["codes"])
    _check_attributes(attributes, importance)
    columns = list(
        dict.fromkeys([*(one for pair in attributes.values() for one in pair), *(importance or {}).values()])
    )
    answers = variables(
        source,
        items=None if isinstance(source, np.ndarray) else columns,
        weights=weights,
        missing=missing,
    )
    results = []
    cautions = []
    for name, pair in attributes.items():
        stated = None if importance is None or name not in importance else importance[name]
        one, notes = _attribute(answers, name, pair, stated, table, tuple(codes), level)
        results.append(one)
        cautions += notes
    return Kano(
        attributes=tuple(results),
        evaluation=tuple(tuple(CATEGORIES[cell] for cell in row) for row in table.tolist()),
        cautions=tuple(cautions),
    )


def category(functional: int, dysfunctional: int) -> Category:
    """The category of one answer to both questions, each 1 (like) to 5 (dislike), by Kano's table."""
    one_of(functional, range(1, 6), "functional")
    one_of(dysfunctional, range(1, 6), "dysfunctional")
    return EVALUATION[functional - 1][dysfunctional - 1]


def wilson(successes: float, n: float, level: float) -> Interval:
    """Wilson's (1927) score interval of a share; n and successes need not be whole."""
    z = float(stats.norm.ppf((1 + level) / 2))
    share = successes / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return Interval(max(0.0, middle - reach), min(1.0, middle + reach), level, "Wilson")


def _evaluation(evaluation: Sequence[Sequence[str]]) -> NDArray[np.intp]:
    rows = [list(row) for row in evaluation]
    if (
        len(rows) != 5
        or any(len(row) != 5 for row in rows)
        or any(cell not in CATEGORIES for row in rows for cell in row)
    ):
        raise BadModel(
            f"The evaluation table has 5 rows of 5 letters out of {', '.join(CATEGORIES)}.",
            code="bad-option",
            about=["evaluation"],
        )
    places: dict[str, int] = {letter: place for place, letter in enumerate(CATEGORIES)}
    return np.array([[places[cell] for cell in row] for row in rows], np.intp)


def _check_attributes(attributes: Mapping[str, Sequence[str]], importance: Mapping[str, str] | None) -> None:
    if not attributes:
        raise BadModel("There is no attribute.", code="no-items", about=["attributes"])
    for name, pair in attributes.items():
        if isinstance(pair, str) or len(pair) != 2 or pair[0] == pair[1]:
            raise BadModel(
                f"Attribute {name!r} needs two columns: the functional and the dysfunctional question.",
                code="not-a-pair",
                about=[name],
            )
    strange = [name for name in importance or () if name not in attributes]
    if strange:
        raise BadModel(
            f"Importance is given for {listed(strange)}, which is no attribute.", code="no-item", about=strange
        )


def _coded(column: Floats, name: str, codes: tuple[float, ...]) -> NDArray[np.intp]:
    """Places in `codes`; -1 where missing."""
    matches = column[:, None] == np.asarray(codes, np.float64)
    places = np.where(matches.any(axis=1), matches.argmax(axis=1), -1)
    strange = (places < 0) & ~np.isnan(column)
    if strange.any():
        found = listed(number(float(one), 0) for one in np.unique(column[strange]))
        raise BadData(
            f"{name}: the answers {found} are not among the codes {listed(str(code) for code in codes)}. Give the codes in the "
            "order like … dislike, or name codes of missing answers as missing=[…].",
            code="out-of-range",
            about=[name],
        )
    return places


def _attribute(
    answers: Answers,
    name: str,
    pair: tuple[str, str],
    stated: str | None,
    table: NDArray[np.intp],
    codes: tuple[float, ...],
    level: float,
) -> tuple[KanoAttribute, list[Caution]]:
    functional = _coded(answers.column(pair[0]), pair[0], codes)
    dysfunctional = _coded(answers.column(pair[1]), pair[1], codes)
    both = (functional >= 0) & (dysfunctional >= 0)
    if both.sum() < 2:
        raise BadData(
            f"{name}: {int(both.sum())} respondents answered both questions; it takes at least 2.",
            code="few-answers",
            about=[name],
        )
    functional, dysfunctional = functional[both], dysfunctional[both]
    found = table[functional, dysfunctional]
    counts = np.bincount(found, minlength=len(CATEGORIES))
    weight = np.ones(found.size) if answers.weights is None else answers.weights[both]
    weight = weight / weight.sum()
    effective = float(1 / np.square(weight).sum())
    shares = np.bincount(found, weights=weight, minlength=len(CATEGORIES))
    # A tie is settled in the order M, O, A, I, R, Q; weighted sums of equal counts may differ in the last digit.
    order = np.argsort(-np.round(shares, 12), kind="stable")
    first, second = int(order[0]), int(order[1])
    fong_z = _fong(float(shares[first]), float(shares[second]), effective)
    must, one, attract, indifferent = (float(share) for share in shares[:4])
    base = must + one + attract + indifferent
    gain, gain_interval = _mean(_GAIN[functional], weight, effective, level)
    loss, loss_interval = _mean(_LOSS[dysfunctional], weight, effective, level)
    importance = None if stated is None else _importance(answers, stated)
    result = KanoAttribute(
        attribute=name,
        n=int(found.size),
        effective_n=effective,
        counts=tuple(int(count) for count in counts),
        shares=tuple(float(share) for share in shares),
        category=CATEGORIES[first],
        berger_category=_berger(np.round(shares, 12)),
        runner_up=CATEGORIES[second],
        fong_p=float(2 * stats.norm.sf(fong_z)),
        significant=fong_z >= _FONG,
        strength=float(shares[first] - shares[second]),
        total_strength=must + one + attract,
        better=(attract + one) / base if base > 0 else float("nan"),
        better_interval=wilson((attract + one) * effective, base * effective, level) if base > 0 else None,
        worse=-(one + must) / base if base > 0 else float("nan"),
        worse_interval=_negative(wilson((one + must) * effective, base * effective, level)) if base > 0 else None,
        gain=gain,
        gain_interval=gain_interval,
        loss=loss,
        loss_interval=loss_interval,
        quadrant=_quadrant(gain, loss),
        importance=importance,
    )
    return result, _cautions(result, int(answers.n - found.size))


def _fong(first: float, second: float, n: float) -> float:
    """(a - b) / sqrt((a + b)(2N - a - b) / (2N)), for shares a/N and b/N."""
    together = first + second
    return (first - second) * math.sqrt(n) / math.sqrt(together * (2 - together) / 2)


def _berger(shares: Floats) -> Category:
    wanted = float(shares[:3].sum()) > float(shares[3:].sum())
    places = range(3) if wanted else range(3, 6)
    return CATEGORIES[max(places, key=lambda place: (shares[place], -place))]


def _mean(values: Floats, weight: Floats, effective: float, level: float) -> tuple[float, Interval]:
    mean = float(weight @ values)
    if not effective > 1 + 1e-9:
        return mean, Interval(float("nan"), float("nan"), level, "t")
    variance = float(weight @ np.square(values - mean)) * effective / (effective - 1)
    reach = float(stats.t.ppf((1 + level) / 2, effective - 1)) * math.sqrt(variance / effective)
    return mean, Interval(mean - reach, mean + reach, level, "t")


def _negative(interval: Interval) -> Interval:
    return Interval(-interval.high, -interval.low, interval.level, interval.method)


def _quadrant(gain: float, loss: float) -> Category:
    if gain < 0 or loss < 0:
        # Having it hurts, or lacking it pleases: outside the map's four quadrants.
        return "R"
    if gain >= 2:
        return "O" if loss >= 2 else "A"
    return "M" if loss >= 2 else "I"


def _importance(answers: Answers, column: str) -> float:
    values = answers.column(column)
    given = ~np.isnan(values)
    if not given.any():
        raise BadData(f"{column}: no answers at all. Leave it out.", code="all-missing", about=[column])
    weight = np.ones(int(given.sum())) if answers.weights is None else answers.weights[given]
    return float(weight @ values[given] / weight.sum())


def _cautions(one: KanoAttribute, missing: int) -> list[Caution]:
    cautions = []
    about = (one.attribute,)
    if missing:
        text = f"{one.attribute}: {missing} respondents who did not answer both questions were left out."
        cautions.append(Caution("missing-dropped", text, about))
    if one.n < FEW:
        cautions.append(Caution("few-answers", f"{one.attribute}: only {one.n} answers.", about))
    if not one.significant:
        text = (
            f"{one.attribute}: {NAMES[one.category]} is not clearly more frequent than {NAMES[one.runner_up]} (Fong's test). "
            "Look at segments of customers, or treat it as mixed."
        )
        cautions.append(Caution("mixed-category", text, about))
    questionable = one.shares[CATEGORIES.index("Q")]
    if questionable > 0.02:
        text = f"{one.attribute}: {questionable:.0%} of answers contradict themselves; was the question understood?"
        cautions.append(Caution("questionable", text, about))
    return cautions
