"""A table's answers, taken in by an instrument."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadData, listed
from anxin.engines.measure.instruments.matching import Match
from anxin.engines.measure.reading import named_columns

if TYPE_CHECKING:
    from anxin.engines.measure.instruments.instrument import Instrument


def answers(
    instrument: Instrument, source: Any, *, weights: Any = None, group: Any = None, missing: tuple[float, ...] = ()
) -> Answers:
    if isinstance(source, Answers):
        if missing:
            raise BadData(
                "Codes for a missing answer are told when the table is taken in: give `missing` to Answers.of or read.",
                code="missing-too-late",
                about=["missing"],
            )
        return weighted_and_grouped(_of_answers(instrument, source), weights, group)
    if isinstance(source, (np.ndarray, list, tuple)):
        # An array has no names: its columns are the items in the instrument's order.
        shape = np.shape(source)
        if len(shape) == 2 and shape[1] != len(instrument.items):
            raise BadData(
                f"The array has {shape[1]} columns, instrument {instrument.name!r} {len(instrument.items)} items. Give "
                "one column for each, in its order, or a table with named columns.",
                code="columns-count",
            )
        return Answers.of(source, items=instrument.codes, weights=weights, group=group, missing=missing)
    table = named_columns(source, None)
    found = instrument.match(table)
    _complete(instrument, found, tuple(table))
    taken = Answers.of(table, items=list(found.columns.values()), weights=weights, group=group, missing=missing)
    return replace(taken, items=tuple(found.columns))


def _of_answers(instrument: Instrument, source: Answers) -> Answers:
    found = instrument.match(source.items)
    _complete(instrument, found, source.items)
    return replace(source.select(found.columns.values()), items=tuple(found.columns))


def _complete(instrument: Instrument, found: Match, columns: tuple[str, ...]) -> None:
    if found.unclear:
        shown = "; ".join(f"{one.item}: {listed(one.columns)}" for one in found.unclear[:3])
        raise BadData(
            f"Several columns could be the same item ({shown}). Rename or leave out all but one.",
            code="item-unclear",
            about=[one.item for one in found.unclear],
        )
    if not found.absent:
        return
    hint = ""
    stages = instrument.stages_in(columns)
    if stages and instrument.stage is None:
        hint = f" The columns carry the stages {listed(stages)}: take the instrument for one of them with for_stage."
    elif found.matched:
        hint = " Map them, or take the shorter form with only()."
    raise BadData(
        f"The table has no column for {listed(found.absent)} of instrument {instrument.name!r}"
        f"{'' if instrument.stage is None else ', stage ' + instrument.stage}. Columns: {listed(columns)}.{hint}",
        code="no-item",
        about=found.absent,
    )


def weighted_and_grouped(answers: Answers, weights: Any, group: Any) -> Answers:
    """The answers with other weights or groups: a column's name or n values; None keeps its own."""
    if weights is None and group is None:
        return answers
    taken = Answers.of(
        {"row": np.zeros(answers.n)},
        items=["row"],
        weights=_values(answers, weights),
        group=_values(answers, group),
    )
    if weights is not None:
        answers = replace(answers, weights=taken.weights)
    return answers if group is None else replace(answers, group=taken.group, group_names=taken.group_names)


def _values(answers: Answers, given: Any) -> Any:
    if not isinstance(given, str):
        return given
    if given in answers.columns:
        return answers.columns[given]
    if given in answers.items:
        return answers.column(given)
    known = [*answers.columns, *answers.items]
    raise BadData(f"There is no column {given!r}. Columns: {listed(known)}.", code="no-column", about=[given])
