"""An instrument: the items, dimensions and scale that a questionnaire asks and a table of answers is read by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadModel, listed
from anxin.engines.measure.instruments import checks, form, matching, taking
from anxin.engines.measure.instruments.matching import Match
from anxin.engines.measure.instruments.words import NO_WORDS, Dimension, Item, Scale, Stage, Words


@dataclass(frozen=True, repr=False)
class Instrument:
    """Items in dimensions on a scale, worded for one `stage` of the service (None: for the whole of it).

    `stages` are those it can be worded for, see `for_stage`. Everything in it is immutable, comparable and hashable.
    """

    name: str
    title: Words
    scale: Scale
    dimensions: tuple[Dimension, ...]
    items: tuple[Item, ...]
    stages: tuple[Stage, ...] = ()
    stage: str | None = None
    about: Words = NO_WORDS

    def __repr__(self) -> str:
        stage = f", stage {self.stage}" if self.stage else ""
        return (
            f"<Instrument {self.name}{stage}: {len(self.items)} items in {len(self.dimensions)} dimensions, "
            f"{self.scale.low} to {self.scale.high}>"
        )

    @property
    def codes(self) -> tuple[str, ...]:
        """The items' codes, in the order asked."""
        return tuple(item.code for item in self.items)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its items (perception, expectation, importance, outcome), each once."""
        return tuple(dict.fromkeys(item.kind for item in self.items))

    @property
    def reversed_codes(self) -> tuple[str, ...]:
        return tuple(item.code for item in self.items if item.reversed)

    def item(self, code: str) -> Item:
        """The item with this code. Raises BadModel."""
        for item in self.items:
            if item.code == code:
                return item
        raise BadModel(
            f"Instrument {self.name!r} has no item {code!r}. Items: {listed(self.codes)}.", code="no-item", about=[code]
        )

    def dimension(self, code: str) -> Dimension:
        """The dimension with this code. Raises BadModel."""
        for dimension in self.dimensions:
            if dimension.code == code:
                return dimension
        known = listed(dimension.code for dimension in self.dimensions)
        raise BadModel(
            f"Instrument {self.name!r} has no dimension {code!r}. Dimensions: {known}.",
            code="no-dimension",
            about=[code],
        )

    def items_of(self, dimension: str, *, kind: str | None = None) -> tuple[Item, ...]:
        """A dimension's items, of one kind or all. Raises BadModel for an unknown dimension."""
        self.dimension(dimension)
        return tuple(item for item in self.items if item.dimension == dimension and kind in (None, item.kind))

    def scale_of(self, item: Item) -> Scale:
        return item.scale or self.scale

    def of_kind(self, kind: str) -> Instrument:
        """Only the items of one kind, and the dimensions they leave. Raises BadModel if there are none."""
        return self.only(item.code for item in self.items if item.kind == kind)

    def only(self, codes: Iterable[str]) -> Instrument:
        """A shorter form: these items in the instrument's own order, and the dimensions they leave.

        Raises BadModel for an unknown item, or if none is left.
        """
        wanted = [self.item(code).code for code in codes]
        if not wanted:
            raise BadModel(f"No item of {self.name!r} is left. Choose at least one.", code="no-items")
        items = tuple(item for item in self.items if item.code in wanted)
        used = {item.dimension for item in items}
        return replace(self, items=items, dimensions=tuple(one for one in self.dimensions if one.code in used))

    def for_stage(self, stage: str | None) -> Instrument:
        """The same instrument worded for a stage; None for the service as a whole.

        Raises BadModel if the instrument does not know the stage or an item has no wording for it.
        """
        if stage == self.stage:
            return self
        if stage is not None and stage not in {one.code for one in self.stages}:
            known = listed(one.code for one in self.stages) or "none"
            raise BadModel(
                f"Instrument {self.name!r} has no stage {stage!r}. Stages: {known}.", code="no-stage", about=[stage]
            )
        worded = [(item, item.in_stage(stage)) for item in self.items]
        lacking = [item.code for item, words in worded if not words]
        if lacking:
            raise BadModel(
                f"Instrument {self.name!r} has no wording for {stage or 'the whole service'} of {listed(lacking)}.",
                code="no-wording",
                about=lacking,
            )
        items = tuple(replace(item, wording=words) for item, words in worded if words)
        return replace(self, stage=stage, items=items)

    def match(self, columns: Iterable[str]) -> Match:
        """Which of a table's columns are which items.

        An item's column is its code, in any case and with or without a separator (TAN1, tan_1), or its wording, with or
        without a number before it ("3. 员工着装整洁得体。"). In a stage, columns that begin with the stage's code or name
        (claims_TAN1, 理赔-TAN1) win; if the table has none of those, the plain codes are taken. Two columns that could both be
        the item are reported, never chosen between, unless one is exactly the code.
        """
        return matching.match(self, tuple(columns))

    def stages_in(self, columns: Iterable[str]) -> tuple[str, ...]:
        """The stages that a table's columns carry as prefix (claims_TAN1 …), in the instrument's order."""
        return matching.stages_in(self, tuple(columns))

    def answers(self, source: Any, *, weights: Any = None, group: Any = None, missing: Iterable[float] = ()) -> Answers:
        """Take in a table by this instrument: (n, p) answers whose items are the codes, in the instrument's order.

        `source`, `weights`, `group`, `missing`: as `Answers.of`; with an Answers as source, weights and group (a column's
        name or n values) replace its own and `missing` is not allowed. Reversed items stay as they were ticked.

        Raises BadData if an item has no column or two, naming what the table does have.
        """
        return taking.answers(self, source, weights=weights, group=group, missing=tuple(missing))

    def untranslated(self, language: str) -> tuple[str, ...]:
        """Where a text in "zh" or "en" is missing, such as "item TAN1, claims"."""
        return checks.untranslated(self, language)

    def validate(self) -> Instrument:
        """The instrument itself if it is sound; BadModel that names every fault otherwise."""
        found = checks.faults(self)
        if found:
            raise form.bad_instrument(self.name, found)
        return self

    def to_dict(self) -> dict[str, Any]:
        """As plain Python, ready for JSON; `from_dict` gives the same instrument back."""
        return form.to_dict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Instrument:
        """An instrument from its plain form. Raises BadModel that names every fault, with its place."""
        return form.from_dict(cls, data)

    @classmethod
    def read(cls, path: str | Path) -> Instrument:
        """An instrument from a JSON file (UTF-8). Raises BadModel naming every fault, or why the file cannot be read."""
        path = Path(path)
        try:
            data = json.loads(path.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            raise BadModel(f"There is no file {path}.", code="no-file", about=[str(path)]) from None
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise BadModel(
                f"{path.name} cannot be read as JSON in UTF-8: {error}.", code="bad-file", about=[str(path)]
            ) from None
        return cls.from_dict(data)
