"""The columns an analysis works on: items, dimensions and an outcome, with weights and groups, out of any table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, BadModel, listed
from anxin.engines.measure.results import Floats

Dimensions = Mapping[str, Sequence[str]]


def variables(
    source: Any,
    *,
    items: Sequence[str] | None = None,
    dimensions: Dimensions | None = None,
    also: Sequence[str] = (),
    weights: Any = None,
    group: Any = None,
    missing: Iterable[float] = (),
) -> Answers:
    """Answers whose items are the variables of an analysis, in the order items, dimensions, `also`.

    `source`: what `Answers.of` takes (`items` of a 2-D array name its columns), or a 1-D array (one item named "value"). `dimensions` maps a dimension's name to its
    items; a respondent's score on it is the mean of the items answered, missing if none is. With dimensions and no
    `items`, items themselves are left out. `also` names further columns, such as an outcome. `weights` and `group` are a
    column's name or n values; if the source is an Answers, they replace its own. Rows of weight zero are left out.

    Raises BadData for an unknown column, BadModel for a dimension without items or with another column's name.
    """
    if not isinstance(source, Answers):
        source = _table(source)
    if dimensions is not None:
        _check_dimensions(dimensions)
    answers = _taken(source, items, dimensions, also, weights, group, missing)
    if answers.weights is not None and not bool(np.all(answers.weights > 0)):
        answers = answers.rows(answers.weights > 0)
    if items is not None and not isinstance(source, np.ndarray):
        plain = list(items)
    elif dimensions is not None:
        plain = []
    else:
        # An Answers may hold the weight or the group among its items; Answers.of has set them apart already.
        apart = {name for name in (*also, weights, group) if isinstance(name, str)}
        plain = [name for name in answers.items if name not in apart]
    names = [*plain, *(dimensions or {}), *(name for name in also if name not in plain)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadModel(
            f"{listed(twice)}: two variables of the analysis have this name. Rename the dimension.",
            code="name-twice",
            about=twice,
        )
    if dimensions is None and all(name in answers.items for name in names):
        return answers.select(names)
    columns = [
        _score(answers, dimensions[name]) if dimensions and name in dimensions else column_of(answers, name)
        for name in names
    ]
    return replace(answers, items=tuple(names), data=np.column_stack(columns) if columns else np.empty((answers.n, 0)))


def column_of(answers: Answers, name: str) -> Floats:
    """n numbers of an item, or of another column of the source; NaN where missing."""
    if name in answers.items:
        return answers.column(name)
    if name not in answers.columns:
        known = [*answers.items, *answers.columns]
        raise BadData(f"There is no column {name!r}. Columns: {listed(known)}.", code="no-item", about=[name])
    return Answers.of({name: answers.columns[name]}, items=[name]).column(name)


def incomplete(answers: Answers) -> int:
    """How many respondents left at least one item unanswered."""
    return int(answers.n - np.all(answers.answered, axis=1).sum())


def _table(source: Any) -> Any:
    if isinstance(source, Sequence) and not isinstance(source, str):
        source = np.asarray(source, dtype=np.float64)
    if isinstance(source, np.ndarray) and source.ndim == 1:
        return {"value": source}
    return source


def _check_dimensions(dimensions: Dimensions) -> None:
    for name, members in dimensions.items():
        if isinstance(members, str) or not len(members):
            raise BadModel(f"Dimension {name!r} has no list of items.", code="empty-dimension", about=[name])


def _taken(
    source: Any,
    items: Sequence[str] | None,
    dimensions: Dimensions | None,
    also: Sequence[str],
    weights: Any,
    group: Any,
    missing: Iterable[float],
) -> Answers:
    if isinstance(source, Answers):
        return _with_weights_and_group(source, weights, group)
    if isinstance(source, np.ndarray):
        return Answers.of(source, items=items, weights=weights, group=group, missing=missing)
    wanted = None
    if items is not None or dimensions is not None:
        members = [one for members in (dimensions or {}).values() for one in members]
        wanted = list(dict.fromkeys([*(items or ()), *members, *also]))
    return Answers.of(source, items=wanted, weights=weights, group=group, missing=missing)


def _with_weights_and_group(answers: Answers, weights: Any, group: Any) -> Answers:
    if weights is None and group is None:
        return answers
    taken = Answers.of(
        {"row": np.zeros(answers.n)},
        items=["row"],
        weights=_values(answers, weights),
        group=_values(answers, group),
    )
    answers = answers if weights is None else replace(answers, weights=taken.weights)
    return answers if group is None else replace(answers, group=taken.group, group_names=taken.group_names)


def _values(answers: Answers, given: Any) -> NDArray[Any] | Sequence[Any] | None:
    if not isinstance(given, str):
        return given  # type: ignore[no-any-return]
    if given in answers.columns:
        return answers.columns[given]
    if given in answers.items:
        return answers.column(given)
    known = [*answers.items, *answers.columns]
    raise BadData(f"There is no column {given!r}. Columns: {listed(known)}.", code="no-column", about=[given])


def _score(answers: Answers, members: Sequence[str]) -> Floats:
    values = np.column_stack([column_of(answers, member) for member in members])
    given = ~np.isnan(values)
    counts = given.sum(axis=1)
    scores = np.where(given, values, 0.0).sum(axis=1) / np.maximum(counts, 1)
    return np.where(counts > 0, scores, np.nan)
