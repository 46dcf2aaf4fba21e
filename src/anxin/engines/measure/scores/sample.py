"""How many to ask, before asking."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from scipy.special import ndtri

from anxin.engines.measure.errors import BadModel
from anxin.engines.measure.results import Result, Table


@dataclass(frozen=True, kw_only=True, repr=False)
class SampleSize(Result):
    """`valid` answers needed (in each group, for a difference) and how many to `issue` at the expected rate of valid answers."""

    purpose: str
    valid: int
    issue: int
    formula: str

    def headline(self) -> str:
        return f"{self.valid} valid answers, {self.issue} to be issued ({self.purpose})"

    def table(self) -> Table:
        return Table.of(["", "number"], [["valid answers", self.valid], ["to be issued", self.issue]], self.purpose)


def sample_for_mean(
    sd: float, margin: float, *, level: float = 0.95, population: int | None = None, response: float = 1.0
) -> SampleSize:
    """To know a mean within ± `margin`: n = (z sd / margin)², less for a finite population (Cochran 1977)."""
    _positive(sd=sd, margin=margin)
    n = (float(ndtri(0.5 + level / 2)) * sd / margin) ** 2
    return _size(n, f"mean within ±{margin:g}", "(z·sd/margin)²", level, population, response)


def sample_for_share(
    margin: float, *, share: float = 0.5, level: float = 0.95, population: int | None = None, response: float = 1.0
) -> SampleSize:
    """To know a share within ± `margin`: n = z² p(1 - p) / margin²; 0.5 is the cautious guess of p."""
    _positive(margin=margin)
    if not 0 < share < 1:
        raise BadModel(f"share lies between 0 and 1, not {share}.", code="bad-option", about=["share"])
    n = float(ndtri(0.5 + level / 2)) ** 2 * share * (1 - share) / margin**2
    return _size(n, f"share within ±{margin:.1%}", "z²·p(1-p)/margin²", level, population, response)


def sample_for_difference(
    sd: float, difference: float, *, level: float = 0.95, power: float = 0.8, response: float = 1.0
) -> SampleSize:
    """Respondents in each of two groups so that a true difference of means is found with this power: 2 ((z₁ + z₂) sd / d)²."""
    _positive(sd=sd, difference=difference)
    if not 0 < power < 1:
        raise BadModel(f"power lies between 0 and 1, not {power}.", code="bad-option", about=["power"])
    n = 2 * ((float(ndtri(0.5 + level / 2)) + float(ndtri(power))) * sd / difference) ** 2
    return _size(
        n,
        f"difference of {difference:g} found with power {power:.0%}, each group",
        "2·((z₁+z₂)·sd/d)²",
        level,
        None,
        response,
    )


def _size(n: float, purpose: str, formula: str, level: float, population: int | None, response: float) -> SampleSize:
    if not 0.5 < level < 1:
        raise BadModel(f"level is a share such as 0.95, not {level}.", code="bad-option", about=["level"])
    if not 0 < response <= 1:
        raise BadModel(
            f"response is the expected share of valid answers, 0 to 1, not {response}.",
            code="bad-option",
            about=["response"],
        )
    if population is not None:
        if population < 1:
            raise BadModel("The population has at least one member.", code="bad-option", about=["population"])
        n = n / (1 + (n - 1) / population)
    # Rounding noise must not ask for one respondent more.
    valid = ceil(round(n, 9))
    return SampleSize(purpose=purpose, valid=valid, issue=ceil(round(valid / response, 9)), formula=formula)


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not value > 0:
            raise BadModel(f"{name} is above 0, not {value}.", code="bad-option", about=[name])
