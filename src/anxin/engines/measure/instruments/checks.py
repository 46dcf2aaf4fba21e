"""What can be wrong with an instrument, each fault named with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from anxin.engines.measure.instruments.matching import plain_name
from anxin.engines.measure.instruments.words import KINDS, WHOLE, Scale, Words

if TYPE_CHECKING:
    from anxin.engines.measure.instruments.instrument import Instrument


def faults(instrument: Instrument) -> list[str]:
    """Every fault, as sentences; empty if the instrument is sound."""
    return [*_heading(instrument), *_dimensions(instrument), *_stages(instrument), *_items(instrument)]


def _heading(instrument: Instrument) -> Iterator[str]:
    if not instrument.name.strip():
        yield "The instrument has no name."
    if not instrument.title:
        yield "The instrument has no title in either language."
    yield from _scale(instrument.scale, "The scale")


def _scale(scale: Scale, where: str) -> Iterator[str]:
    if scale.low >= scale.high:
        yield f"{where} runs from {scale.low} to {scale.high}: high must be above low."
    elif not (-127 <= scale.low and scale.high <= 127):
        yield f"{where} runs from {scale.low} to {scale.high}: points lie within -127 and 127."
    elif scale.labels and len(scale.labels) != len(scale.points):
        yield f"{where} has {len(scale.points)} points and {len(scale.labels)} labels: give one a point, or none at all."


def _dimensions(instrument: Instrument) -> Iterator[str]:
    if not instrument.dimensions:
        yield "There are no dimensions."
    yield from _twice((one.code for one in instrument.dimensions), "dimension")
    used = {item.dimension for item in instrument.items}
    for one in instrument.dimensions:
        if not one.code.strip():
            yield "A dimension has no code."
        if not one.name:
            yield f"Dimension {one.code!r} has no name in either language."
        if one.code not in used:
            yield f"Dimension {one.code!r} has no items."


def _stages(instrument: Instrument) -> Iterator[str]:
    yield from _twice((one.code for one in instrument.stages), "stage")
    for one in instrument.stages:
        if one.code == WHOLE or not one.code.strip():
            yield f"A stage cannot have the code {one.code!r}."
        if not one.name:
            yield f"Stage {one.code!r} has no name in either language."
    if instrument.stage is not None and instrument.stage not in {one.code for one in instrument.stages}:
        yield f"The instrument is set to the stage {instrument.stage!r}, which is not among its stages."


def _items(instrument: Instrument) -> Iterator[str]:
    if not instrument.items:
        yield "There are no items."
    yield from _twice(
        (plain_name(item.code) for item in instrument.items if item.code), "item (case and separators aside)"
    )
    dimensions = {one.code for one in instrument.dimensions}
    known = {WHOLE, *(one.code for one in instrument.stages)}
    for place, item in enumerate(instrument.items, 1):
        where = f"Item {item.code!r}" if item.code else f"The item in place {place}"
        if not plain_name(item.code):
            yield f"{where} has no code."
        if item.dimension not in dimensions:
            yield f"{where} belongs to the dimension {item.dimension!r}, which is not defined."
        if item.kind not in KINDS:
            yield f"{where} is of the kind {item.kind!r}; kinds: {', '.join(KINDS)}."
        if not item.wording:
            yield f"{where} has no wording in either language."
        if item.scale is not None:
            yield from _scale(item.scale, f"{where}'s scale")
        for stage, words in item.wordings:
            if stage not in known:
                yield f"{where} has a wording for the stage {stage!r}, which is not defined."
            elif not words:
                yield f"{where} has an empty wording for {stage!r}."
        if item.wordings:
            had = {stage for stage, _ in item.wordings}
            for stage in sorted(known - had - {WHOLE}):
                yield f"{where} has no wording for the stage {stage!r}."
            if (instrument.stage or WHOLE) in had and item.in_stage(instrument.stage) != item.wording:
                yield f"{where}'s wording is not that of its stage: use for_stage."


def _twice(codes: Iterable[str], what: str) -> Iterator[str]:
    every = list(codes)
    for code in dict.fromkeys(every):
        if every.count(code) > 1:
            yield f"The {what} {code!r} is there {every.count(code)} times."


def untranslated(instrument: Instrument, language: str) -> tuple[str, ...]:
    """Where the text in a language is missing."""
    return tuple(where for where, words in _texts(instrument) if words and not getattr(words, language))


def _texts(instrument: Instrument) -> Iterator[tuple[str, Words]]:
    yield "title", instrument.title
    yield "about", instrument.about
    yield from _labels(instrument.scale, "scale")
    for dimension in instrument.dimensions:
        yield f"dimension {dimension.code}", dimension.name
        yield f"dimension {dimension.code}, definition", dimension.definition
    for stage in instrument.stages:
        yield f"stage {stage.code}", stage.name
    for item in instrument.items:
        if item.scale is not None:
            yield from _labels(item.scale, f"item {item.code}, scale")
        for name, words in item.wordings or ((WHOLE, item.wording),):
            yield f"item {item.code}, {name}", words


def _labels(scale: Scale, where: str) -> Iterator[tuple[str, Words]]:
    for point, words in zip(scale.points, scale.labels, strict=False):
        if words is not None:
            yield f"{where}, point {point}", words
