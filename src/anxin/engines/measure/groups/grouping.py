"""Answers split by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.results import Caution, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """One item's answers by group: `samples[g]` without missing values, with `weights[g]` where there are any."""

    item: str
    groups: tuple[str, ...]
    samples: tuple[Floats, ...]
    weights: tuple[Floats, ...] | None
    missing: int

    @property
    def pooled(self) -> Floats:
        return np.concatenate(self.samples)

    @property
    def codes(self) -> NDArray[np.intp]:
        return np.repeat(np.arange(len(self.samples)), [sample.size for sample in self.samples])


def split(answers: Answers, item: str) -> Split:
    """The item's answers, one sample a group of `answers.group_names`."""
    column = answers.column(item)
    given = ~np.isnan(column)
    assert answers.group is not None
    places = [np.flatnonzero(given & (answers.group == code)) for code in range(len(answers.group_names))]
    known = answers.group >= 0
    return Split(
        item=item,
        groups=answers.group_names,
        samples=tuple(column[place] for place in places),
        weights=None if answers.weights is None else tuple(answers.weights[place] for place in places),
        missing=int((known & ~given).sum()),
    )


def with_groups(answers: Answers, groups: Sequence[str] | None) -> tuple[Answers, list[Caution]]:
    """Only respondents whose group is known and wanted, the groups in the order wanted."""
    if answers.group is None:
        raise BadModel(
            "There are no groups to compare: name the column that holds them, or give one group for each row.",
            code="no-groups",
            about=["group"],
        )
    cautions = []
    unknown = int((answers.group < 0).sum())
    if unknown:
        cautions.append(Caution("group-unknown", f"{unknown} respondents without a group were left out."))
    names = answers.group_names
    if groups is not None:
        wanted = [str(name) for name in groups]
        strange = [name for name in wanted if name not in names]
        if strange or len(set(wanted)) < len(wanted):
            about = strange or wanted
            raise BadModel(
                f"There is no group {listed(about)} or it is named twice. Groups: {listed(names)}.",
                code="no-group",
                about=about,
            )
        places = np.full(len(names) + 1, -1, np.intp)  # the last stands for -1, a group not known
        places[[names.index(name) for name in wanted]] = np.arange(len(wanted))
        answers = replace(answers, group=places[answers.group], group_names=tuple(wanted))
    if len(answers.group_names) < 2:
        raise BadData(
            f"There is only one group ({listed(answers.group_names) or 'none'}). Comparing takes at least two.",
            code="one-group",
        )
    assert answers.group is not None
    return answers.rows(answers.group >= 0), cautions
