"""McDonald's omega, total and hierarchical, from an exploratory factor model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadModel, listed
from anxin.engines.measure.factors import EFA, efa, efa_of
from anxin.engines.measure.factors.extraction import LOWEST, METHODS, Method, extract
from anxin.engines.measure.factors.rotation import OBLIQUE
from anxin.engines.measure.moments import Missing
from anxin.engines.measure.results import Caution, Floats, Result, Table, number


@dataclass(frozen=True, kw_only=True, repr=False)
class Omega(Result):
    """Omega of p standardised items, from the factor model that `model` names.

    `total` = 1 - sum u2 / sum R, `hierarchical` = (sum g)^2 / sum R by the loadings g on the general factor, `asymptotic` =
    hierarchical / total (of endlessly many such items), `explained` the general factor's share of the common variance
    (ECV), `alpha` the standardised alpha of the same items. `general` (p,) and `group` (p, k) are Schmid–Leiman loadings,
    `second_order` (k,) the loadings of the first-order factors on the general one, `home` (p,) the group factor an item
    loads on most; `group_total`, `group_general`, `group_specific` (k,) are the omegas of those items' sum: all common
    variance, the general factor's, the group factor's own. With one factor only `total` and `general` have a meaning; the
    rest is not-a-number or empty. Items named in `turned` load negatively on the general factor and count as reversed.
    """

    items: tuple[str, ...]
    n: float
    model: str
    total: float
    hierarchical: float
    asymptotic: float
    explained: float
    alpha: float
    general: Floats
    group: Floats
    uniquenesses: Floats
    second_order: Floats
    home: tuple[str, ...]
    group_total: Floats
    group_general: Floats
    group_specific: Floats
    turned: tuple[str, ...]
    factoring: EFA
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        one = f"omega total {number(self.total)}"
        two = f", hierarchical {number(self.hierarchical)}" if np.isfinite(self.hierarchical) else ""
        return f"{one}{two} ({self.model})"

    def table(self) -> Table:
        factors = self.factoring.factors if self.group.shape[1] else ()
        columns = ["item", "general", *factors, "h2", "u2"]
        rows = [
            (item, self.general[i], *self.group[i], 1 - self.uniquenesses[i], self.uniquenesses[i])
            for i, item in enumerate(self.items)
        ]
        return Table.of(columns, rows, self.model)

    def group_table(self) -> Table:
        rows = [("all", self.total, self.hierarchical, None)]
        rows += zip(self.factoring.factors, self.group_total, self.group_general, self.group_specific, strict=False)
        return Table.of(["factor", "total", "general", "group"], rows, "Omega of sums")


def omega(
    source: Any,
    factors: int = 3,
    *,
    items: Sequence[str] | None = None,
    r: Any = None,
    method: Method = "minres",
    rotation: str = "oblimin",
    missing: Missing = "listwise",
    **options: Any,
) -> Omega:
    """Omega of answers (n, p) by a factor analysis with `factors` factors, as R's psych::omega.

    Several factors: obliquely rotated, their correlations factored once more and both turned into one general and `factors`
    group factors (Schmid & Leiman 1957; Zinbarg, Revelle, Yovel & Li 2005). Two factors leave the general one undetermined:
    equal loadings are assumed. One factor: omega total of the one-factor model (McDonald 1999). `r`, such as polychoric
    correlations, in place of Pearson's makes it an ordinal omega; `method`, `rotation` (an oblique one), `options`: see `efa`.
    Omega depends on the model: report `model` with it.

    Raises what `efa` raises; BadModel for an orthogonal rotation.
    """
    rotation = _rotation(factors, rotation)
    answers = Answers.of(source, items=items)
    found = efa(answers, factors, r=r, missing=missing, method=method, rotation=rotation, **options)
    return _omega(found, "" if r is None else " of the given correlations")


def omega_of(
    matrix: Any,
    factors: int = 3,
    *,
    n: float | None = None,
    items: Sequence[str] | None = None,
    method: Method = "minres",
    rotation: str = "oblimin",
    **options: Any,
) -> Omega:
    """`omega` of a covariance or correlation matrix (p, p) of any kind from `n` respondents."""
    rotation = _rotation(factors, rotation)
    return _omega(efa_of(matrix, factors, n=n, items=items, method=method, rotation=rotation, **options), "")


def _rotation(factors: int, rotation: str) -> str:
    if factors == 1:
        return "none"
    if rotation not in OBLIQUE:
        text = (
            f"A general factor comes of correlated factors: rotate by oblimin, promax or geomin, not by {rotation!r}."
        )
        raise BadModel(text, code="bad-option", about=["rotation"])
    return rotation


def _omega(found: EFA, of: str) -> Omega:
    k = len(found.factors)
    cautions = list(found.cautions)
    if k == 1:
        second, general, group = np.ones(1), found.pattern[:, 0], np.zeros((len(found.items), 0))
        model = f"one-factor {METHODS[found.method]} solution{of}"
    else:
        second, more = _second_order(found)
        cautions += more
        general = found.pattern @ second
        group = found.pattern * np.sqrt(1 - second**2)
        model = f"Schmid–Leiman of a {k}-factor {found.method} solution, {found.rotation.method}{of}"
    signs = np.where(general < 0, -1.0, 1.0)
    against = [item for item, sign in zip(found.items, signs, strict=True) if sign < 0]
    if against:
        text = f"{listed(against)} load negatively on the general factor and count as reversed items."
        cautions.append(Caution("reversed", text, tuple(against)))
    r = found.r * np.outer(signs, signs)
    general, group = general * signs, group * signs[:, None]
    whole = float(r.sum())
    p = len(r)
    total = 1 - float(found.uniquenesses.sum()) / whole
    hierarchical = float(general.sum()) ** 2 / whole if k > 1 else float("nan")
    common = float(np.sum(general**2) + np.sum(group**2))
    homes = np.argmax(np.abs(group), axis=1) if k > 1 else np.zeros(p, np.intp)
    return Omega(
        items=found.items,
        n=found.n,
        model=model,
        total=total,
        hierarchical=hierarchical,
        asymptotic=hierarchical / total,
        explained=float(np.sum(general**2)) / common if k > 1 else float("nan"),
        alpha=p / (p - 1) * (1 - p / whole),
        general=general,
        group=group,
        uniquenesses=found.uniquenesses,
        second_order=second,
        home=tuple(found.factors[home] for home in homes),
        **_groups(r, general, group, homes),
        turned=tuple(against),
        factoring=found,
        cautions=tuple(cautions),
    )


def _second_order(found: EFA) -> tuple[Floats, list[Caution]]:
    """Loadings (k,) of the first-order factors on a general one, as the sum of their loadings points."""
    k = len(found.factors)
    if k == 2:
        link = float(found.phi[0, 1])
        text = "Two factors do not settle a general one: it is taken to load on both alike. Use three factors or more."
        alike = np.full(2, np.sqrt(abs(link))) * np.array([1.0, 1.0 if link >= 0 else -1.0])
        return alike, [Caution("two-factors", text)]
    higher = extract(found.phi, 1)
    second = higher.loadings[:, 0]
    second = second if second.sum() >= 0 else -second
    second = np.clip(second, -1.0, 1.0)
    bound = [name for name, u2 in zip(found.factors, higher.uniquenesses, strict=True) if u2 <= LOWEST]
    if not bound:
        return second, []
    text = f"Heywood case: the general factor takes all of {listed(bound)}. Try another number of factors."
    return second, [Caution("heywood", text, tuple(bound))]


def _groups(r: Floats, general: Floats, group: Floats, homes: Any) -> dict[str, Floats]:
    totals, generals, specifics = (np.full(group.shape[1], np.nan) for _ in range(3))
    for place in range(group.shape[1]):
        mine = homes == place
        if mine.any():
            whole = float(r[np.ix_(mine, mine)].sum())
            generals[place] = float(general[mine].sum()) ** 2 / whole
            specifics[place] = float(group[mine, place].sum()) ** 2 / whole
            totals[place] = generals[place] + specifics[place]
    return {"group_total": totals, "group_general": generals, "group_specific": specifics}
