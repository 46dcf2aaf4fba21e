"""The judgements of several judges, from matrices or from a survey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.evaluation.ahp.judgements import (
    Judgements,
    Pair,
    checked_names,
    linked_parts,
    scale_cautions,
)
from anxin.engines.measure.results import Caution, Floats, Result, Table

Code = Literal["signed", "steps", "ratio"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Panel(Result):
    """k judges of the same n criteria: `matrices` (k, n, n) as in `Judgements`, `weights` k shares that sum to 1."""

    names: tuple[str, ...]
    judges: tuple[str, ...]
    matrices: Floats
    weights: Floats
    cautions: tuple[Caution, ...] = ()

    @classmethod
    def of(
        cls,
        source: Any,
        *,
        names: Sequence[str] | None = None,
        weights: Mapping[str, float] | Sequence[float] | None = None,
    ) -> Panel:
        """Take in a panel: another Panel, a mapping {judge: judgements} or a sequence of judgements.

        Each judge's part is what `Judgements.of` takes; judges may list the criteria in different orders. `weights` say
        how much each judge counts (any scale; without them all count alike).

        Raises BadData naming the judge whose judgements cannot be read or concern other criteria.
        """
        if isinstance(source, Panel):
            return source if weights is None else replace(source, weights=_shares(weights, source.judges))
        given = dict(source) if isinstance(source, Mapping) else {str(at + 1): one for at, one in enumerate(source)}
        if not given:
            raise BadData("There are no judges.", code="no-judges")
        first: Judgements | None = None
        matrices: list[Floats] = []
        cautions: list[Caution] = []
        for judge, one in given.items():
            try:
                judgements = Judgements.of(one, names)
            except BadData as error:
                raise BadData(f"Judge {judge}: {error}", code=error.code, about=[str(judge), *error.about]) from None
            if first is None:
                first = judgements
            elif set(judgements.names) != set(first.names):
                differing = sorted(set(judgements.names) ^ set(first.names))
                raise BadData(
                    f"Judge {judge} judged other criteria than the first judge: {listed(differing)}.",
                    code="other-criteria",
                    about=[str(judge), *differing],
                )
            matrices.append(judgements.select(first.names).matrix)
            cautions += [replace(c, text=f"Judge {judge}: {c.text}") for c in judgements.cautions]
        assert first is not None
        judges = tuple(str(judge) for judge in given)
        return cls(
            names=first.names,
            judges=checked_names(judges, len(judges)),
            matrices=np.stack(matrices),
            weights=_shares(weights, judges),
            cautions=tuple(cautions),
        )

    @classmethod
    def from_survey(
        cls,
        source: Any,
        *,
        positive: Literal["first", "second"] | None = None,
        code: Code = "signed",
        pairs: Sequence[Pair] | None = None,
        separator: str = "_",
        items: Sequence[str] | None = None,
        weights: str | Sequence[float] | None = None,
        judge: str | None = None,
    ) -> Panel:
        """Take in a survey: one row a judge, one column a pair, as on a printed scale 9 ... 2 1 2 ... 9.

        `source`, `items` and `weights` are those of `Answers.of`. A column named "a_b" compares a with b (`separator`
        between them); other names need `pairs`, one pair for each column in order. `positive` says which of the two a
        positive answer favours: in the files city1 and city200 of ahpsurvey it is "second" (5 for cult_fam: family
        matters five times as much as culture). `code`:
        - "signed": -9 to -1 and 1 to 9, where 1 and -1 both mean equal;
        - "steps": -8 to 8, steps away from equal: 0 is equal, 2 is three times;
        - "ratio": the ratio itself, 1/9 to 9; `positive` is not used.
        `judge` is the column with the judges' names; without it they are the row numbers from 1. A pair without a
        column or an answer counts as not judged.

        Raises BadData naming the column and first rows with a code that cannot be, or with a column name that is no
        pair; BadModel when `positive` is missing, for it cannot be guessed.
        """
        if code not in get_args(Code):
            raise BadModel(f"There is no code {code!r}. Codes: {listed(get_args(Code))}.", code="no-code", about=[code])
        if code != "ratio" and positive not in ("first", "second"):
            raise BadModel(
                'Say which of a pair a positive answer favours: positive="first" or positive="second".', code="no-sign"
            )
        answers = Answers.of(source, items=items, weights=weights)
        compared = _pairs(answers.items, pairs, separator)
        names = tuple(dict.fromkeys(one for pair in compared for one in pair))
        ratios = _ratios(answers, code)
        if code != "ratio" and positive == "second":
            ratios = 1 / ratios
        matrices = np.full((answers.n, len(names), len(names)), np.nan)
        at = np.arange(len(names))
        matrices[:, at, at] = 1.0
        for column, (first, second) in enumerate(compared):
            i, j = names.index(first), names.index(second)
            matrices[:, i, j] = ratios[:, column]
            matrices[:, j, i] = 1 / ratios[:, column]
        judges = tuple(str(row + 1) for row in answers.row_numbers)
        if judge is not None:
            if judge not in answers.columns:
                raise BadData(f"There is no column {judge!r} with the judges' names.", code="no-column", about=[judge])
            judges = tuple(str(one) for one in answers.columns[judge])
        return cls(
            names=names,
            judges=checked_names(judges, len(judges)),
            matrices=matrices,
            weights=_shares(answers.weights, judges),
            cautions=tuple(_survey_cautions(names, matrices)),
        )

    @property
    def k(self) -> int:
        return len(self.judges)

    @property
    def n(self) -> int:
        return len(self.names)

    @property
    def linked(self) -> tuple[bool, ...]:
        """For each judge: whether their judgements link all criteria, so that weights can be had."""
        judged = ~np.isnan(self.matrices)
        return tuple(bool(one.all()) or len(linked_parts(one)) == 1 for one in judged)

    def judgements(self, judge: str) -> Judgements:
        """One judge's judgements."""
        if judge not in self.judges:
            raise BadData(
                f"There is no judge {judge!r}. Judges: {listed(self.judges)}.", code="no-judge", about=[judge]
            )
        matrix = self.matrices[self.judges.index(judge)]
        return Judgements(names=self.names, matrix=matrix, cautions=tuple(scale_cautions(self.names, matrix)))

    def without(self, judges: Sequence[str]) -> Panel:
        """The panel without these judges; the others' weights are scaled to sum 1 again."""
        unknown = [judge for judge in judges if judge not in self.judges]
        if unknown:
            raise BadData(f"There is no judge {listed(unknown)}.", code="no-judge", about=unknown)
        kept = np.array([judge not in set(judges) for judge in self.judges], bool)
        if not bool(kept.any()):
            raise BadData("No judge would be left.", code="no-judges", about=judges)
        left = tuple(judge for judge in self.judges if judge not in set(judges))
        return replace(self, judges=left, matrices=self.matrices[kept], weights=_shares(self.weights[kept], left))

    def headline(self) -> str:
        return f"{self.k} judges of {self.n} criteria"

    def table(self) -> Table:
        rows = [
            [judge, float(weight), int(np.triu(~np.isnan(matrix), 1).sum())]
            for judge, weight, matrix in zip(self.judges, self.weights, self.matrices, strict=True)
        ]
        return Table.of(["judge", "weight", "judgements"], rows, self.headline())


def _shares(weights: Any, judges: Sequence[str]) -> Floats:
    """The judges' weights, scaled to sum 1."""
    if weights is None:
        return np.full(len(judges), 1 / len(judges))
    if isinstance(weights, Mapping):
        lacking = [judge for judge in judges if judge not in weights]
        if lacking:
            raise BadData(f"Judge {listed(lacking)} has no weight.", code="bad-weight", about=lacking)
        weights = [weights[judge] for judge in judges]
    shares = np.asarray(weights, np.float64)
    if shares.shape != (len(judges),):
        raise BadData(
            f"There are {len(judges)} judges and {shares.size} weights: give one each.", code="weights-length"
        )
    bad = [judge for judge, share in zip(judges, shares, strict=True) if not 0 <= share < np.inf]
    if bad:
        raise BadData(f"The weight of judge {listed(bad)} is missing or negative.", code="bad-weight", about=bad)
    if shares.sum() == 0:
        raise BadData("All weights of judges are zero.", code="bad-weight")
    scaled: Floats = shares / shares.sum()
    return scaled


def _pairs(columns: Sequence[str], pairs: Sequence[Pair] | None, separator: str) -> list[Pair]:
    if pairs is None:
        compared: list[Pair] = []
        for column in columns:
            parts = column.split(separator)
            if len(parts) != 2 or not all(parts):
                raise BadData(
                    f"Column {column!r} does not read as two criteria around {separator!r}. Name the pairs (pairs=[(a, b), "
                    "...], one for each column) or choose the columns (items=[...]).",
                    code="not-a-pair",
                    about=[column],
                )
            compared.append((parts[0], parts[1]))
    else:
        compared = [(str(first), str(second)) for first, second in pairs]
        if len(compared) != len(columns):
            raise BadData(
                f"There are {len(columns)} columns and {len(compared)} pairs: give one each.", code="pairs-count"
            )
    seen: set[frozenset[str]] = set()
    for first, second in compared:
        if first == second:
            raise BadData(f"{first!r} cannot be compared with itself.", code="same-criterion", about=[first])
        if frozenset((first, second)) in seen:
            raise BadData(
                f"{first} and {second} are compared in two columns.", code="pair-twice", about=[first, second]
            )
        seen.add(frozenset((first, second)))
    return compared


def _ratios(answers: Answers, code: Code) -> Floats:
    """Ratios (first over second, where positive favours the first) from the codes; NaN where missing."""
    values = answers.values
    if code == "ratio":
        wrong, hint = values <= 0, "a ratio is above 0"
    elif code == "signed":
        wrong, hint = np.abs(values) < 1, 'a signed code is 1 to 9 or -1 to -9 (if 0 means equal, use code="steps")'
    else:
        wrong, hint = np.zeros(values.shape, bool), ""
    for column in np.flatnonzero(wrong.any(axis=0))[:1]:
        rows = answers.row_numbers[np.flatnonzero(wrong[:, column])] + 1
        raise BadData(
            f"Column {answers.items[column]!r} has {rows.size} answers that cannot be, first in row {rows[0]}: {hint}.",
            code="bad-code",
            about=[answers.items[column]],
        )
    if code == "ratio":
        return values.copy()
    strength = np.abs(values) + (1.0 if code == "steps" else 0.0)
    ratios: Floats = np.where(values < 0, 1 / strength, strength)
    return ratios


def _survey_cautions(names: tuple[str, ...], matrices: Floats) -> list[Caution]:
    cautions = []
    beyond = int((np.triu(matrices, 1) > 9 * (1 + 1e-9)).sum() + (np.tril(matrices, -1) > 9 * (1 + 1e-9)).sum())
    if beyond:
        cautions.append(Caution("beyond-scale", f"{beyond} answers lie beyond Saaty's scale of 1/9 to 9.", names))
    judged = ~np.isnan(matrices)
    never = np.argwhere(np.triu(~judged.any(axis=0), 1))
    if never.size:
        pairs = tuple(f"{names[i]}/{names[j]}" for i, j in never)
        cautions.append(Caution("never-judged", f"Nobody judged {listed(pairs)}.", pairs))
    gaps = int(np.triu(~judged & judged.any(axis=0), 1).sum())
    if gaps:
        judges = int(np.triu(~judged & judged.any(axis=0), 1).any(axis=(1, 2)).sum())
        cautions.append(Caution("missing", f"{gaps} answers of {judges} judges are missing."))
    return cautions
