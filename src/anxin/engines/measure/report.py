"""One table of answers, everything a first reading needs: screening, scores, reliability, validity, groups.

What cannot be worked out is a part too: it says why, and the others stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anxin.engines.measure.answers import Answers
from anxin.engines.measure.errors import BadModel, MeasureError
from anxin.engines.measure.factors import adequacy
from anxin.engines.measure.groups import compare
from anxin.engines.measure.instruments import Instrument
from anxin.engines.measure.models import fit
from anxin.engines.measure.models.composite import composites
from anxin.engines.measure.models.fit import as_syntax
from anxin.engines.measure.models.validity import fornell_larcker, htmt
from anxin.engines.measure.reliability import cronbach_alpha
from anxin.engines.measure.results import Caution, Result, Table
from anxin.engines.measure.scores import gaps, scores
from anxin.engines.measure.screening import screen


@dataclass(frozen=True, kw_only=True, repr=False)
class Part(Result):
    """A section of a report: its results, or the words of why there are none."""

    title: str
    results: tuple[Result, ...]
    refused: str = ""
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return self.refused or "; ".join(one.headline() for one in self.results)

    def table(self) -> Table:
        rows = [[type(one).__name__, one.headline()] for one in self.results] or [["not available", self.refused]]
        return Table.of(["result", "in short"], rows, self.title)


@dataclass(frozen=True, kw_only=True, repr=False)
class Report(Result):
    """All parts in their order. `text()` is the report to read; `to_dict()` the same as data."""

    source: str
    n: int
    used: int
    parts: tuple[Part, ...]
    cautions: tuple[Caution, ...] = ()

    def headline(self) -> str:
        return f"{self.source}: {self.used} of {self.n} answers used, {len(self.parts)} parts"

    def table(self) -> Table:
        return Table.of(["part", "in short"], [[part.title, part.headline()] for part in self.parts], self.headline())

    def part(self, title: str) -> Part:
        return next(part for part in self.parts if part.title == title)

    def text(self) -> str:
        """The whole report as text."""
        lines = [self.headline(), ""]
        for part in self.parts:
            lines += [part.title, "=" * len(part.title)]
            if part.refused:
                lines += [f"Not available: {part.refused}", ""]
                continue
            for one in part.results:
                lines += [
                    one.headline(),
                    *(f"Caution: {caution.text}" for caution in one.cautions),
                    "",
                    str(one.table()),
                    "",
                ]
        return "\n".join(lines)


def report(
    source: Any,
    *,
    instrument: Instrument | None = None,
    dimensions: Mapping[str, Sequence[str]] | None = None,
    scale: tuple[float, float] | None = None,
    group: str | None = None,
    weights: str | None = None,
    durations: str | None = None,
    ordered: bool = False,
    keep_flagged: bool = False,
    name: str = "Answers",
) -> Report:
    """Report on answers to an instrument, or to dimensions {name: items} on a scale.

    Respondents flagged by screening are left out of everything after it unless `keep_flagged`. `ordered` fits the factor model
    to polychoric correlations (WLSMV) instead of by maximum likelihood with robust errors (MLR).

    Raises what taking the answers in raises (unknown columns, not numbers); later refusals become parts of the report.
    """
    table = Answers.of(source, group=group, weights=weights)
    asked = _asked(instrument, dimensions)
    if instrument is not None and "expectation" in instrument.kinds:
        return _gap_report(table, instrument, name, durations, keep_flagged)
    answers = instrument.answers(table) if instrument is not None else table.select(_items(asked))
    limits = scale or ((instrument.scale.low, instrument.scale.high) if instrument is not None else None)
    screening = screen(answers, scale=limits, durations=None if durations is None else table.columns.get(durations))
    used = answers if keep_flagged else screening.kept(answers)
    turned = used
    if instrument is not None and limits is not None:
        turned = used.reversed(instrument.reversed_codes, low=limits[0], high=limits[1])
    several = {code: items for code, items in asked.items() if len(items) > 1}
    parts = [Part(title="Screening", results=(screening,), cautions=screening.cautions)]

    def add(title: str, *work: Callable[[], Result]) -> None:
        try:
            results = tuple(one() for one in work)
            parts.append(Part(title=title, results=results, cautions=tuple(c for one in results for c in one.cautions)))
        except MeasureError as error:
            parts.append(Part(title=title, results=(), refused=str(error)))

    if limits is not None:
        ends = limits
        add("Scores", lambda: scores(turned, dimensions=asked, scale=(float(ends[0]), float(ends[1]))))
    for code, items in several.items():
        add(f"Reliability: {code}", lambda items=items: cronbach_alpha(turned.select(items)))  # type: ignore[misc]
    add("Fitness for factors", lambda: adequacy(turned))
    if several:
        add("Factor model", *_model_work(turned, several, ordered))
    if len(several) > 1:
        add("Distinct dimensions", lambda: htmt(turned, several, ordinal=ordered))
    if turned.group is not None:
        add("Groups compared", lambda: compare(turned, dimensions=asked))
    return Report(source=name, n=table.n, used=used.n, parts=tuple(parts))


def _model_work(answers: Answers, dimensions: Mapping[str, Sequence[str]], ordered: bool) -> list[Callable[[], Result]]:
    fitted = None

    def model() -> Result:
        nonlocal fitted
        fitted = fit(as_syntax(dimensions), answers, estimator=None if ordered else "MLR", ordered=ordered)
        return fitted

    def of_model(work: Callable[[Any], Result]) -> Callable[[], Result]:
        return lambda: work(fitted)

    work: list[Callable[[], Result]] = [model, of_model(lambda one: one.fit), of_model(composites)]
    if len(dimensions) > 1:
        work.append(of_model(fornell_larcker))
    return work


def _gap_report(table: Answers, instrument: Instrument, name: str, durations: str | None, keep_flagged: bool) -> Report:
    """Expectations (SERVQUAL) are read through the gaps; perceptions are reported like any instrument."""
    columns = list(instrument.match(table.items).columns.values())
    screening = screen(table.select(columns), durations=None if durations is None else table.columns.get(durations))
    used = table if keep_flagged else screening.kept(table)
    parts = [Part(title="Screening", results=(screening,), cautions=screening.cautions)]
    try:
        found = gaps(used, instrument=instrument)
        parts.append(Part(title="Gaps", results=(found,), cautions=found.cautions))
    except MeasureError as error:
        parts.append(Part(title="Gaps", results=(), refused=str(error)))
    perceived = instrument.of_kind("perception")
    inner = report(used, instrument=perceived, name=name, keep_flagged=True)
    parts += [part for part in inner.parts if part.title != "Screening"]
    return Report(source=name, n=table.n, used=used.n, parts=tuple(parts))


def _asked(instrument: Instrument | None, dimensions: Mapping[str, Sequence[str]] | None) -> dict[str, tuple[str, ...]]:
    if dimensions is not None:
        return {code: tuple(items) for code, items in dimensions.items()}
    if instrument is not None:
        return {one.code: tuple(item.code for item in instrument.items_of(one.code)) for one in instrument.dimensions}
    raise BadModel("A report needs an instrument, or dimensions with their items.", code="no-dimensions")


def _items(asked: Mapping[str, Sequence[str]]) -> list[str]:
    return [item for items in asked.values() for item in items]
