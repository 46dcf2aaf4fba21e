"""Agreement of raters and of repeated measurements: intraclass correlations, test–retest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel
from anxin.engines.measure.moments import standardised
from anxin.engines.measure.results import Caution, Floats, Interval, Result, Table, number, p_value


@dataclass(frozen=True, kw_only=True, repr=False)
class Intraclass(Result):
    """One intraclass correlation with its interval and the test that it is 0: `f` on `df1` and `df2` degrees, `p`.

    `kind` is Shrout & Fleiss's name, `also` McGraw & Wong's.
    """

    kind: str
    also: str
    value: float
    interval: Interval
    f: float
    df1: float
    df2: float
    p: float
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return f"{self.kind} = {number(self.value)} ({self.interval}), {p_value(self.p)}"

    def table(self) -> Table:
        columns = ["kind", "also", "value", "from", "to", "F", "df1", "df2", "p"]
        row = (
            self.kind,
            self.also,
            self.value,
            self.interval.low,
            self.interval.high,
            self.f,
            self.df1,
            self.df2,
            self.p,
        )
        return Table.of(columns, [row])


@dataclass(frozen=True, kw_only=True, repr=False)
class ICC(Result):
    """The six intraclass correlations of n subjects by k raters, and the mean squares they are made of.

    `one` each by one rater, `mean` by the mean of the k: `one_way` (raters differ by subject), `two_way` (raters drawn,
    absolute agreement), `fixed` (these raters, consistency).
    """

    n: int
    raters: tuple[str, ...]
    one_way: Intraclass
    two_way: Intraclass
    fixed: Intraclass
    one_way_mean: Intraclass
    two_way_mean: Intraclass
    fixed_mean: Intraclass
    ms_subjects: float
    ms_within: float
    ms_raters: float
    ms_error: float
    cautions: tuple[Caution, ...] = ()

    @property
    def all(self) -> tuple[Intraclass, ...]:
        single = (self.one_way, self.two_way, self.fixed)
        return (*single, self.one_way_mean, self.two_way_mean, self.fixed_mean)

    def headline(self) -> str:
        return "; ".join(f"{one.kind} {number(one.value)}" for one in self.all)

    def table(self) -> Table:
        parts = [one.table() for one in self.all]
        return Table.of(parts[0].columns, [part.rows[0] for part in parts], "Intraclass correlations")


@dataclass(frozen=True, kw_only=True, repr=False)
class Retest(Result):
    """Two measurements of the same n people.

    `r` Pearson's correlation with `r_interval` (Fisher's z), `icc` the intraclass correlations (ICC(2,1) for agreement).
    `shift` the mean of second - first with `shift_interval` and `shift_p` (paired t), `sd_difference` its deviation.
    Standard errors of measurement: `sem` = sqrt(between times + error variance), for agreement, `sem_consistency` =
    sqrt(error variance) = sd_difference / sqrt 2. `sdc` = 1.96 sqrt 2 sem, the smallest detectable change of one person, and
    `sdc_group` = sdc / sqrt n, of the mean (de Vet, Terwee, Knol & Bouter 2006). `limits` of agreement = shift ± 1.96
    sd_difference with intervals `limit_low`, `limit_high` of the two (Bland & Altman 1986, 1999).
    """

    n: int
    first: str
    second: str
    r: float
    r_interval: Interval
    icc: ICC
    means: Floats
    sds: Floats
    shift: float
    shift_interval: Interval
    shift_p: float
    sd_difference: float
    sem: float
    sem_consistency: float
    sdc: float
    sdc_group: float
    limits: Interval
    limit_low: Interval
    limit_high: Interval
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        both = f"r {number(self.r)} ({self.r_interval}), {self.icc.two_way.headline()}"
        return f"{both}; smallest detectable change {number(self.sdc)}"

    def table(self) -> Table:
        rows = [
            ("correlation", self.r, self.r_interval.low, self.r_interval.high),
            *((one.kind, one.value, one.interval.low, one.interval.high) for one in self.icc.all[:3]),
            ("mean change", self.shift, self.shift_interval.low, self.shift_interval.high),
            ("limits of agreement", None, self.limits.low, self.limits.high),
            ("standard error of measurement", self.sem, None, None),
            ("smallest detectable change", self.sdc, None, None),
            ("… of the mean", self.sdc_group, None, None),
        ]
        return Table.of(["", "value", "from", "to"], rows, f"{self.first} and {self.second}")


def icc(source: Any, *, items: Sequence[str] | None = None, level: float = 0.95) -> ICC:
    """Intraclass correlations of ratings (n subjects, k raters), each column a rater.

    Shrout & Fleiss 1979, with the intervals of McGraw & Wong 1996 (the same). Subjects with a missing rating are left out;
    weights have no place in the mean squares and are not used; a caution says either.

    Raises BadData for fewer than two whole subjects or no variation, BadModel for fewer than two raters.
    """
    answers, cautions = _whole(Answers.of(source, items=items), 2)
    if not 0 < level < 1:
        raise BadModel(f"level lies between 0 and 1, not at {level}.", code="bad-option", about=["level"])
    return _icc(answers.values, answers.items, level, cautions)


def retest(source: Any, first: str, second: str, *, level: float = 0.95) -> Retest:
    """Test–retest reliability of a score measured twice: columns `first` and `second` of a table with a row a person.

    Raises BadData for an unknown column, fewer than four people with both, or a column where all are alike.
    """
    if first == second:
        raise BadModel("Test and retest are two columns, not one.", code="bad-option", about=[first])
    answers, cautions = _whole(Answers.of(source).select([first, second]), 4)
    if not 0 < level < 1:
        raise BadModel(f"level lies between 0 and 1, not at {level}.", code="bad-option", about=["level"])
    values = answers.values
    n = len(values)
    means, sds = values.mean(axis=0), values.std(axis=0, ddof=1)
    for name, sd in zip((first, second), sds, strict=True):
        if not sd > 1e-12 * float(np.abs(values).max()):
            text = f"Everyone has the same {name}: nothing can be compared."
            raise BadData(text, code="constant-item", about=[name])
    tail = (1 - level) / 2
    r = float(standardised(np.cov(values.T))[0, 1])
    z, reach = np.arctanh(min(max(r, -1.0), 1.0)) if abs(r) < 1 else np.inf * r, _normal(tail) / np.sqrt(n - 3)
    difference = values[:, 1] - values[:, 0]
    shift, sd = float(difference.mean()), float(difference.std(ddof=1))
    t = float(special.stdtrit(n - 1, 1 - tail))
    apart = t * sd / np.sqrt(n)
    p = 2 * float(special.stdtr(n - 1, -abs(shift) / (sd / np.sqrt(n)))) if sd > 0 else float(shift == 0)
    if p < 1 - level:
        text = f"The mean moved by {number(shift)} from {first} to {second} ({p_value(p)}): agreement is less than correlation."
        cautions.append(Caution("shift", text))
    found = _icc(values, (first, second), level, [])
    between = max((found.ms_raters - found.ms_error) / n, 0.0)
    sem = float(np.sqrt(between + found.ms_error))
    sdc = _normal(0.025) * np.sqrt(2) * sem
    far = _normal(0.025) * sd
    # Variance of a limit: that of the mean and, 1.96 squared times, that of the deviation (Bland & Altman 1999).
    slack = t * sd * np.sqrt(1 / n + _normal(0.025) ** 2 / (2 * (n - 1)))
    low, high = shift - far, shift + far
    return Retest(
        n=n,
        first=first,
        second=second,
        r=r,
        r_interval=Interval(float(np.tanh(z - reach)), float(np.tanh(z + reach)), level, "Fisher's z"),
        icc=found,
        means=means,
        sds=sds,
        shift=shift,
        shift_interval=Interval(shift - apart, shift + apart, level, "paired t"),
        shift_p=p,
        sd_difference=sd,
        sem=sem,
        sem_consistency=float(np.sqrt(found.ms_error)),
        sdc=float(sdc),
        sdc_group=float(sdc / np.sqrt(n)),
        limits=Interval(low, high, 0.95, "limits of agreement"),
        limit_low=Interval(low - slack, low + slack, level, "Bland & Altman 1999"),
        limit_high=Interval(high - slack, high + slack, level, "Bland & Altman 1999"),
        cautions=tuple(cautions),
    )


def _whole(answers: Answers, least: int) -> tuple[Answers, list[Caution]]:
    if answers.p < 2:
        raise BadModel("Agreement is of two columns at least.", code="too-few-items")
    whole = answers.complete()
    if whole.n < least:
        text = f"{whole.n} rows have a value in every column; at least {least} are needed."
        raise BadData(text, code="too-few")
    cautions = []
    if whole.n < answers.n:
        text = f"{answers.n - whole.n} of {answers.n} rows were left out because a value is missing."
        cautions.append(Caution("dropped", text))
    if answers.weights is not None:
        cautions.append(Caution("weights-unused", "Agreement is counted by heads: the weights are not used."))
    if whole.n < 30:
        cautions.append(Caution("few-answers", f"Only {whole.n} subjects: intervals are wide."))
    return whole, cautions


def _icc(values: Floats, raters: tuple[str, ...], level: float, cautions: list[Caution]) -> ICC:
    n, k = values.shape
    subjects, columns, grand = values.mean(axis=1), values.mean(axis=0), float(values.mean())
    msb = k * float(np.sum((subjects - grand) ** 2)) / (n - 1)
    msj = n * float(np.sum((columns - grand) ** 2)) / (k - 1)
    msw = float(np.sum((values - subjects[:, None]) ** 2)) / (n * (k - 1))
    rest = values - subjects[:, None] - columns[None, :] + grand
    mse = float(np.sum(rest**2)) / ((n - 1) * (k - 1))
    if not msb + msw > 1e-20 * (1 + grand**2):
        raise BadData("All values are alike: there is nothing to agree on.", code="constant-item", about=raters)
    if mse < 1e-20 * (1 + grand**2):
        mse = 0.0
    if msw < 1e-20 * (1 + grand**2):
        msw = 0.0
    tail = (1 - level) / 2
    df = (n - 1, n * (k - 1), (n - 1) * (k - 1))
    one_f, two_f = _ratio(msb, msw), _ratio(msb, mse)

    def by_ratio(f: float, below: int) -> tuple[Interval, Interval]:
        """Intervals of the single and the mean rating from F on df1 and `below` degrees."""
        low = f / float(special.fdtri(df[0], below, 1 - tail))
        high = f * float(special.fdtri(below, df[0], 1 - tail))
        single = Interval(_single(low, k), _single(high, k), level, "F")
        return single, Interval(1 - _ratio(1, low), 1 - _ratio(1, high), level, "F")

    one, one_mean = by_ratio(one_f, df[1])
    fixed, fixed_mean = by_ratio(two_f, df[2])
    spread = msb + (k - 1) * mse + k * (msj - mse) / n
    agree = _part(msb - mse, spread)
    if msb < mse or msb < msw:
        text = "Raters agree less than by chance, so some coefficients are negative: read them as 0."
        cautions.append(Caution("negative", text))
    two, two_mean = _agreement_interval(agree, (msb, msj, mse), n, k, level)
    return ICC(
        n=n,
        raters=raters,
        one_way=_one("ICC(1,1)", "ICC(1)", _single(one_f, k), one, one_f, df[0], df[1]),
        two_way=_one("ICC(2,1)", "ICC(A,1)", agree, two, two_f, df[0], df[2]),
        fixed=_one("ICC(3,1)", "ICC(C,1)", _single(two_f, k), fixed, two_f, df[0], df[2]),
        one_way_mean=_one("ICC(1,k)", "ICC(k)", 1 - _ratio(1, one_f), one_mean, one_f, df[0], df[1]),
        two_way_mean=_one(
            "ICC(2,k)", "ICC(A,k)", _part(msb - mse, msb + (msj - mse) / n), two_mean, two_f, df[0], df[2]
        ),
        fixed_mean=_one("ICC(3,k)", "ICC(C,k)", 1 - _ratio(1, two_f), fixed_mean, two_f, df[0], df[2]),
        ms_subjects=msb,
        ms_within=msw,
        ms_raters=msj,
        ms_error=mse,
        cautions=tuple(cautions),
    )


def _one(kind: str, also: str, value: float, interval: Interval, f: float, df1: int, df2: int) -> Intraclass:
    p = float(special.fdtrc(df1, df2, f)) if np.isfinite(f) else 0.0
    return Intraclass(kind=kind, also=also, value=value, interval=interval, f=f, df1=df1, df2=df2, p=p)


def _agreement_interval(
    icc_value: float, squares: tuple[float, float, float], n: int, k: int, level: float
) -> tuple[Interval, Interval]:
    """Of ICC(2,1) and ICC(2,k), by Satterthwaite's degrees of freedom (Fleiss & Shrout 1978)."""
    msb, msj, mse = squares
    if mse == 0 and msj == 0:
        return Interval(1.0, 1.0, level, "Satterthwaite"), Interval(1.0, 1.0, level, "Satterthwaite")
    tail = (1 - level) / 2
    # k ICC MSJ + (n (1 + (k - 1) ICC) - k ICC) MSE, whose degrees of freedom are sought.
    by_raters = k * icc_value * msj
    by_error = (n * (1 + (k - 1) * icc_value) - k * icc_value) * mse
    parts = by_raters**2 / (k - 1) + by_error**2 / ((n - 1) * (k - 1))
    degrees = (by_raters + by_error) ** 2 / parts if parts > 0 else (n - 1) * (k - 1)
    degrees = max(degrees, 1e-3)
    upper = float(special.fdtri(n - 1, degrees, 1 - tail))
    lower = float(special.fdtri(degrees, n - 1, 1 - tail))
    rest = k * msj + (k * n - k - n) * mse
    low = _part(n * (msb - upper * mse), upper * rest + n * msb)
    high = _part(n * (lower * msb - mse), rest + n * lower * msb)
    of_mean = [_part(end * k, 1 + end * (k - 1)) for end in (low, high)]
    return Interval(low, high, level, "Satterthwaite"), Interval(of_mean[0], of_mean[1], level, "Satterthwaite")


def _single(f: float, k: int) -> float:
    return (f - 1) / (f + k - 1) if np.isfinite(f) else 1.0


def _part(above: float, below: float) -> float:
    return above / below if below != 0 else float("nan")


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else float("inf")


def _normal(tail: float) -> float:
    return float(-special.ndtri(tail))
