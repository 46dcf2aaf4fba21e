"""Shares with intervals: top box, satisfaction (CSAT), net promoters (NPS), response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.special import ndtri

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel
from anxin.engines.measure.results import Caution, Floats, Interval, Result, Table


@dataclass(frozen=True, slots=True)
class Share:
    """A share of answers, 0 to 1, with its Wilson interval; `group` is '' for everybody."""

    name: str
    group: str
    n: int
    share: float
    interval: Interval


@dataclass(frozen=True, kw_only=True, repr=False)
class Shares(Result):
    """Shares of several items, everybody together and group by group. `rule` says what is counted."""

    rule: str
    shares: tuple[Share, ...]
    level: float
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        parts = [f"{one.name} {one.share:.1%}" for one in self.shares if not one.group]
        return f"{self.rule}: {', '.join(parts[:4])}" + (f" and {len(parts) - 4} more" if len(parts) > 4 else "")

    def table(self) -> Table:
        rows = [[one.name, one.group, one.n, one.share, one.interval.low, one.interval.high] for one in self.shares]
        return Table.of(["item", "group", "n", "share", "low", "high"], rows, self.rule)

    def get(self, name: str, group: str = "") -> Share:
        for one in self.shares:
            if (one.name, one.group) == (name, group):
                return one
        raise BadModel(f"There is no share of {name!r}.", code="no-item", about=[name])


def wilson(successes: float, n: float, level: float = 0.95) -> Interval:
    """Wilson's 1927 score interval of a share; n may be an effective number."""
    if n <= 0:
        return Interval(np.nan, np.nan, level, "Wilson")
    z = float(ndtri(0.5 + level / 2))
    p = successes / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * float(np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)))
    return Interval(max(0.0, middle - reach), min(1.0, middle + reach), level, "Wilson")


def top_box(
    source: Any, *, items: Sequence[str] | None = None, boxes: int = 1, high: float = 5, level: float = 0.95
) -> Shares:
    """The share of answers in the `boxes` highest points of a scale that ends at `high`; 2 gives the top two.

    With weights the share is weighted and the interval takes Kish's effective number. Raises BadData for unknown items and for
    answers above `high`.
    """
    if boxes < 1:
        raise BadModel("boxes counts the highest points, 1 or more.", code="bad-option", about=["boxes"])
    answers = Answers.of(source, items=items)
    values = answers.values
    above = [
        item for item, column in zip(answers.items, values.T, strict=True) if np.nanmax(column, initial=-np.inf) > high
    ]
    if above:
        raise BadData(
            f"{', '.join(above)}: answers above {high:g}. Give the scale's end as high=…", code="off-scale", about=above
        )
    rule = "Top box" if boxes == 1 else f"Top {boxes} boxes"
    return _shares(answers, values > high - boxes, rule, level)


def csat(source: Any, *, items: Sequence[str] | None = None, high: float = 5, level: float = 0.95) -> Shares:
    """Customer satisfaction: the share that is satisfied, which is the two highest points, with its Wilson interval."""
    found = top_box(source, items=items, boxes=2, high=high, level=level)
    return Shares(rule="Satisfied (two highest points)", shares=found.shares, level=level, cautions=found.cautions)


def _shares(answers: Answers, hit: Any, rule: str, level: float) -> Shares:
    given = answers.answered
    found = []
    groups = [("", np.ones(answers.n, bool))]
    if answers.group is not None:
        groups += [(name, answers.group == code) for code, name in enumerate(answers.group_names)]
    for group, rows in groups:
        for place, item in enumerate(answers.items):
            use = rows & given[:, place]
            weights = np.ones(int(use.sum())) if answers.weights is None else answers.weights[use]
            total = float(weights.sum())
            n = int(use.sum())
            if total <= 0:
                found.append(Share(item, group, n, np.nan, Interval(np.nan, np.nan, level)))
                continue
            share = float(weights @ hit[use, place]) / total
            effective = total**2 / float(weights @ weights)
            found.append(Share(item, group, n, share, wilson(share * effective, effective, level)))
    few = [one.name for one in found if one.n < 30]
    cautions = [Caution("few-answers", "Fewer than 30 answers behind some shares.", tuple(few))] if few else []
    return Shares(rule=rule, shares=tuple(found), level=level, cautions=tuple(cautions))


@dataclass(frozen=True, kw_only=True, repr=False)
class NetPromoters(Result):
    """The net promoter score, -100 to 100: per cent of 9 and 10 less per cent of 0 to 6 (Reichheld 2003)."""

    n: int
    score: float
    interval: Interval
    promoters: float
    passives: float
    detractors: float
    group: str = ""
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return f"NPS {self.score:.1f} ({self.interval.low:.1f} to {self.interval.high:.1f}), n = {self.n}"

    def table(self) -> Table:
        rows = [["promoters", self.promoters], ["passives", self.passives], ["detractors", self.detractors]]
        return Table.of(["", "share"], rows, self.headline())


def nps(
    source: Any, *, item: str | None = None, level: float = 0.95, method: Literal["adjusted", "wald"] = "adjusted"
) -> NetPromoters:
    """Net promoters of one item answered 0 to 10.

    The interval is Wald's, √((p₊ + p₋ - (p₊ - p₋)²) / n), by default adjusted by three answers spread ¾, 1½, ¾ over
    promoters, passives and detractors (Rocks 2016), which keeps its level with few answers. With weights n is Kish's effective
    number. Raises BadData for answers outside 0 to 10 or none at all.
    """
    answers = Answers.of(source, items=None if item is None else [item])
    if answers.p != 1:
        raise BadModel(f"NPS is of one item; name it with item=… ({answers.p} given).", code="one-item")
    values: Floats = answers.values[:, 0]
    given = ~np.isnan(values)
    x = values[given]
    if not len(x):
        raise BadData(f"Nobody answered {answers.items[0]!r}.", code="all-missing", about=answers.items)
    if bool(((x < 0) | (x > 10) | (x != np.rint(x))).any()):
        raise BadData(
            f"{answers.items[0]!r} has answers that are not whole numbers from 0 to 10; NPS needs that scale.",
            code="off-scale",
            about=answers.items,
        )
    w = np.ones(len(x)) if answers.weights is None else answers.weights[given]
    total = float(w.sum())
    n = total**2 / float(w @ w)
    up, down = float(w @ (x >= 9)) / total, float(w @ (x <= 6)) / total
    z = float(ndtri(0.5 + level / 2))
    p, q, m = up, down, n
    if method == "adjusted":
        m = n + 3
        p, q = (up * n + 0.75) / m, (down * n + 0.75) / m
    elif method != "wald":
        raise BadModel("method is 'adjusted' or 'wald'.", code="bad-option", about=["method"])
    reach = z * float(np.sqrt(max(p + q - (p - q) ** 2, 0.0) / m))
    cautions = (Caution("few-answers", f"Only {len(x)} answers: the score moves with each."),) if len(x) < 100 else ()
    return NetPromoters(
        n=len(x),
        score=100 * (up - down),
        interval=Interval(100 * max(-1.0, p - q - reach), 100 * min(1.0, p - q + reach), level, method),
        promoters=up,
        passives=1 - up - down,
        detractors=down,
        cautions=cautions,
    )


@dataclass(frozen=True, kw_only=True, repr=False)
class Response(Result):
    """How many were asked, answered and can be used, with the rates' Wilson intervals."""

    issued: int
    returned: int
    valid: int
    return_rate: float
    return_interval: Interval
    valid_rate: float
    valid_interval: Interval
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return f"{self.issued} issued, {self.returned} returned ({self.return_rate:.1%}), {self.valid} valid ({self.valid_rate:.1%})"

    def table(self) -> Table:
        rows = [
            ["issued", self.issued, None, None, None],
            ["returned", self.returned, self.return_rate, self.return_interval.low, self.return_interval.high],
            ["valid", self.valid, self.valid_rate, self.valid_interval.low, self.valid_interval.high],
        ]
        return Table.of(["", "count", "share of issued", "low", "high"], rows, "Response")


def response(issued: int, returned: int, valid: int, *, level: float = 0.95) -> Response:
    """Response rates, all as shares of what was issued. Raises BadData when the counts do not fall."""
    if not 0 <= valid <= returned <= issued or issued == 0:
        raise BadData(
            f"Issued {issued}, returned {returned}, valid {valid}: each must be at most the one before, and issued over 0.",
            code="counts",
        )
    cautions: tuple[Caution, ...] = ()
    if returned < 0.3 * issued:
        text = f"Only {returned / issued:.0%} answered: those who did may differ from those who did not."
        cautions = (Caution("low-response", text),)
    return Response(
        issued=issued,
        returned=returned,
        valid=valid,
        return_rate=returned / issued,
        return_interval=wilson(returned, issued, level),
        valid_rate=valid / issued,
        valid_interval=wilson(valid, issued, level),
        cautions=cautions,
    )
