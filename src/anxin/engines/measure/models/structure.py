"""A completed model as matrices, and the covariances and means it implies.

In the all-y form of LISREL, with A = (I - B)⁻¹:  Σ = Λ A Ψ A' Λ' + Θ,  μ = ν + Λ A α. Observed variables in regressions
stand among the latent ones as their own only, errorless indicator.

Every parameter moves Σ by a symmetric matrix of rank two, h (u v' + v u'), where u and v are columns of one small basis
E = [I, ΛA, ΛAΨA'] (p by p + 2m). So gradient and information are looked up in G = E'ΣinvE instead of multiplied out:

    tr(Σinv dΣa Σinv dΣb)/2 = ha hb (G[ua,ub] G[va,vb] + G[ua,vb] G[va,ub])

which makes an information matrix of q parameters cost q² look-ups. Everything works on complex numbers too, so that a
Hessian comes exactly from complex steps of the gradient.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.models.parameters import Completed, Parameter
from anxin.engines.measure.results import Floats

Indices = NDArray[np.int64]
Numbers = NDArray[Any]  # real, or complex in a derivative


@dataclass(frozen=True, slots=True, eq=False)
class Slots:
    """Places of one group's matrices that free parameters fill: matrix by matrix, each with row, column and order number."""

    loading: tuple[Indices, Indices, Indices]
    path: tuple[Indices, Indices, Indices]
    factor: tuple[Indices, Indices, Indices]
    error: tuple[Indices, Indices, Indices]
    intercept: tuple[Indices, Indices]
    mean: tuple[Indices, Indices]
    threshold: tuple[Indices, Indices]
    scale: tuple[Indices, Indices]
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Implied:
    """What given values imply for one group. `basis` is E (p, p + 2m)."""

    sigma: Numbers
    mu: Numbers
    basis: Numbers
    factor_means: Numbers  # A α (m)
    factors: Numbers  # A Ψ A' (m, m)


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """One group of a model. `names` are the observed variables in the data's order, `latents` the latent ones, phantoms last.

    `slots` number this group's free places; `u`, `v`, `half` describe how each of them moves Σ (-1: not at all), `where_mean`
    and `times` how it moves μ.
    """

    names: tuple[str, ...]
    latents: tuple[str, ...]
    fixed: dict[str, Floats]
    slots: Slots
    u: Indices
    v: Indices
    half: Floats
    where_mean: Indices
    times: Indices
    rows: tuple[int, ...]  # each slot's row in the parameter table

    def matrices(self, values: Numbers) -> dict[str, Numbers]:
        """Λ, B, Ψ, Θ, ν, α (τ and δ too in an ordinal model) with this group's slot values filled in.

        `values` is (slots,), or (many, slots) for as many sets of matrices at once; so it is with `implied` and `slope`.
        """
        kind = values.dtype
        if values.ndim == 1:
            filled: dict[str, Numbers] = {name: matrix.astype(kind) for name, matrix in self.fixed.items()}
        else:
            many = values.shape[:-1]
            filled = {
                name: np.broadcast_to(matrix, many + matrix.shape).astype(kind) for name, matrix in self.fixed.items()
            }
        for name, (rows, columns, places) in (("lambda", self.slots.loading), ("beta", self.slots.path)):
            filled[name][..., rows, columns] = values[..., places]
        for name, (rows, columns, places) in (("psi", self.slots.factor), ("theta", self.slots.error)):
            filled[name][..., rows, columns] = values[..., places]
            filled[name][..., columns, rows] = values[..., places]
        for name, (rows, places) in (
            ("nu", self.slots.intercept),
            ("alpha", self.slots.mean),
            ("tau", self.slots.threshold),
            ("delta", self.slots.scale),
        ):
            filled[name][..., rows] = values[..., places]
        return filled

    def implied(self, filled: dict[str, Numbers]) -> Implied:
        loading, psi = filled["lambda"], filled["psi"]
        m = loading.shape[-1]
        if self.slots.path[0].size or self.fixed["beta"].any():
            total = np.linalg.inv(np.eye(m) - filled["beta"])
            reach = loading @ total
            factors = total @ psi @ total.mT
            means = (total @ filled["alpha"][..., None])[..., 0]
        else:
            reach, factors, means = loading, psi, filled["alpha"]
        spread = loading @ factors
        p = loading.shape[-2]
        basis = np.empty((*loading.shape[:-1], p + 2 * m), loading.dtype)
        basis[..., :p] = np.eye(p)
        basis[..., p : p + m] = reach
        basis[..., p + m :] = spread
        return Implied(
            sigma=spread @ loading.mT + filled["theta"],
            mu=filled["nu"] + (loading @ means[..., None])[..., 0],
            basis=basis,
            factor_means=means,
            factors=factors,
        )

    def information(self, lookup: Numbers) -> Numbers:
        """tr(M dΣa M dΣb)/2 for all slots, from `lookup` = E'ME: (slots, slots). Zero for slots that leave Σ alone."""
        one, other = self.u[:, None], self.v[:, None]
        uv = lookup[..., one, self.v]
        found: Numbers = lookup[..., one, self.u] * lookup[..., other, self.v]
        found += uv * uv.mT
        found *= self.half[:, None] * self.half
        return found

    def slope(self, lookup: Numbers) -> Numbers:
        """tr(W dΣ)/2 for all slots, from `lookup` = E'WE with W symmetric."""
        result: Numbers = lookup[..., self.u, self.v] * self.half
        return result

    def mean_directions(self, implied: Implied) -> Numbers:
        """(p, slots): how each slot moves μ."""
        times = np.concatenate([np.ones(1, implied.basis.dtype), implied.factor_means])
        result: Numbers = implied.basis[:, self.where_mean] * (times[self.times] * (self.times >= 0))
        return result

    def sigma_directions(self, implied: Implied, rows: Indices, columns: Indices) -> Numbers:
        """(len(rows), slots): how each slot moves Σ[rows, columns]."""
        u, v = implied.basis[:, self.u], implied.basis[:, self.v]
        result: Numbers = (u[rows] * v[columns] + v[rows] * u[columns]) * self.half
        return result


def structure(completed: Completed, group: int, names: tuple[str, ...]) -> Structure:
    """One group's matrices. `names` is the order of the observed variables in the data."""
    roles = completed.variables
    phantoms = roles.structural
    latents = (*roles.latents, *phantoms)
    at = {name: place for place, name in enumerate(names)}
    within = {name: place for place, name in enumerate(latents)}
    p, m = len(names), len(latents)
    own = [(row, one) for row, one in enumerate(completed.parameters) if one.group == group]
    cuts = [(one.lhs, one.rhs) for _, one in own if one.op == "|"]
    cut_place = {cut: place for place, cut in enumerate(sorted(cuts, key=lambda cut: (at[cut[0]], int(cut[1][1:]))))}
    fixed = {
        "lambda": np.zeros((p, m)),
        "beta": np.zeros((m, m)),
        "psi": np.zeros((m, m)),
        "theta": np.zeros((p, p)),
        "nu": np.zeros(p),
        "alpha": np.zeros(m),
        "tau": np.zeros(len(cuts)),
        "delta": np.ones(p),
    }
    for name in phantoms:
        fixed["lambda"][at[name], within[name]] = 1.0
    slots: dict[str, list[tuple[int, ...]]] = {matrix: [] for matrix in fixed}
    u: list[int] = []
    v: list[int] = []
    half: list[float] = []
    where: list[int] = []
    times: list[int] = []
    rows: list[int] = []
    for row, one in own:
        matrix, place = _home(one, at, within, cut_place)
        if not one.free:
            fixed[matrix][place] = one.value
            if matrix in ("psi", "theta"):
                fixed[matrix][place[::-1]] = one.value
            continue
        slots[matrix].append((*place, len(rows)))
        rows.append(row)
        i, j = place[0], place[-1]
        direction = {
            "lambda": (i, p + m + j, 1.0, i, 1 + j),
            "beta": (p + i, p + m + j, 1.0, p + i, 1 + j),
            "psi": (p + i, p + j, 0.5 if i == j else 1.0, 0, -1),
            "theta": (i, j, 0.5 if i == j else 1.0, 0, -1),
            "nu": (0, 0, 0.0, i, 0),
            "alpha": (0, 0, 0.0, p + i, 0),
        }.get(matrix, (0, 0, 0.0, 0, -1))
        u.append(direction[0])
        v.append(direction[1])
        half.append(direction[2])
        where.append(direction[3])
        times.append(direction[4])
    two = {name: _columns(slots[name], 3) for name in ("lambda", "beta", "psi", "theta")}
    one_d = {name: _columns(slots[name], 2) for name in ("nu", "alpha", "tau", "delta")}
    return Structure(
        names=names,
        latents=latents,
        fixed=fixed,
        slots=Slots(
            loading=(two["lambda"][0], two["lambda"][1], two["lambda"][2]),
            path=(two["beta"][0], two["beta"][1], two["beta"][2]),
            factor=(two["psi"][0], two["psi"][1], two["psi"][2]),
            error=(two["theta"][0], two["theta"][1], two["theta"][2]),
            intercept=(one_d["nu"][0], one_d["nu"][1]),
            mean=(one_d["alpha"][0], one_d["alpha"][1]),
            threshold=(one_d["tau"][0], one_d["tau"][1]),
            scale=(one_d["delta"][0], one_d["delta"][1]),
            count=len(rows),
        ),
        u=np.array(u, np.int64),
        v=np.array(v, np.int64),
        half=np.array(half),
        where_mean=np.array(where, np.int64),
        times=np.array(times, np.int64),
        rows=tuple(rows),
    )


def _columns(entries: list[tuple[int, ...]], width: int) -> tuple[Indices, ...]:
    return tuple(np.array(entries, np.int64).reshape(-1, width).T)


def _home(
    one: Parameter,
    at: dict[str, int],
    within: dict[str, int],
    cuts: dict[tuple[str, str], int],
) -> tuple[str, tuple[int, ...]]:
    """The matrix a parameter lives in, and its place there."""
    match one.op:
        case "=~" if one.rhs in within:
            return "beta", (within[one.rhs], within[one.lhs])  # a factor measured by a factor is regressed on it
        case "=~":
            return "lambda", (at[one.rhs], within[one.lhs])
        case "~":
            return "beta", (within[one.lhs], within[one.rhs])
        case "~~":
            if one.lhs in within and one.rhs in within:
                return "psi", (within[one.lhs], within[one.rhs])
            return "theta", (at[one.lhs], at[one.rhs])
        case "~1" if one.lhs in within:
            return "alpha", (within[one.lhs],)
        case "~1":
            return "nu", (at[one.lhs],)
        case "|":
            return "tau", (cuts[one.lhs, one.rhs],)
        case "~*~":
            return "delta", (at[one.lhs],)
    raise AssertionError(one.op)
