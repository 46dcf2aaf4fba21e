"""`anxin measure FILE`: statistics of a questionnaire. Starts without Django."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from anxin.faces.cli.output import fail, progress, say, say_json

if TYPE_CHECKING:
    from anxin.engines.measure import Answers, Instrument

File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="Answers: a .csv (UTF-8 or GB18030) or .parquet file.")
]


def measure(
    file: File,
    instrument: Annotated[
        str | None,
        typer.Option(
            help="A shipped instrument (servperf, servperf-insurance, servqual, loyalty, nps, csat) or a JSON file."
        ),
    ] = None,
    model: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A model in lavaan's syntax to fit instead.")
    ] = None,
    dimension: Annotated[
        list[str] | None,
        typer.Option(help="Without an instrument: a dimension and its columns, as quality=q1,q2,q3; may be repeated."),
    ] = None,
    scale: Annotated[str, typer.Option(help="For --dimension: the lowest and the highest answer.")] = "1-5",
    stage: Annotated[
        str | None, typer.Option(help="The stage the instrument was asked for: sales, underwriting, claims or care.")
    ] = None,
    group: Annotated[str | None, typer.Option(help="The column that tells groups apart.")] = None,
    weights: Annotated[str | None, typer.Option(help="The column of survey weights.")] = None,
    durations: Annotated[str | None, typer.Option(help="The column of seconds spent answering.")] = None,
    missing: Annotated[
        list[float] | None, typer.Option(help="A code that means “no answer”, such as 9; may be repeated.")
    ] = None,
    ordered: Annotated[
        bool, typer.Option("--ordered", help="Take answers as ordinal: polychoric correlations, WLSMV.")
    ] = False,
    estimator: Annotated[str | None, typer.Option(help="For --model: ML, MLR, WLSMV, DWLS, ULSMV, ULS or WLS.")] = None,
    fiml: Annotated[bool, typer.Option("--fiml", help="For --model: keep respondents with gaps (ML and MLR).")] = False,
    keep_flagged: Annotated[
        bool, typer.Option("--keep-flagged", help="Use answers that screening flagged as careless, too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON for a program.")] = False,
) -> None:
    """Report on a questionnaire's answers: screening, scores, reliability, validity; or fit a model to them.

    Examples: anxin measure answers.csv --instrument servperf --stage claims --group branch

    anxin measure answers.csv --model quality.lav --ordered --json
    """
    from anxin.engines import measure as engine

    if sum(given is not None for given in (instrument, model, dimension or None)) != 1:
        fail(
            "Say what to do with the answers, one of: --instrument NAME or --dimension NAME=COLUMNS for a report, "
            "--model FILE.lav for a model.",
            status=2,
        )
    try:
        with progress("Measuring", None, quiet=as_json):
            if model is not None:
                found: Any = engine.fit(
                    model.read_text(encoding="utf-8-sig"),
                    engine.read(file, group=group, weights=weights, missing=missing or ()),
                    group="" if group else None,
                    ordered=ordered,
                    estimator=estimator,  # type: ignore[arg-type]
                    missing="fiml" if fiml else "listwise",
                )
                _show_model(found, as_json=as_json)
                return
            chosen = None if instrument is None else _instrument(instrument, stage)
            dimensions = None if chosen is not None else _dimensions(dimension or [])
            found = engine.report(
                _answers(file, chosen, dimensions, group, weights, missing or []),
                instrument=chosen,
                dimensions=dimensions,
                scale=None if dimensions is None else _scale(scale),
                durations=durations,
                ordered=ordered,
                keep_flagged=keep_flagged,
                name=file.name,
            )
    except engine.MeasureError as error:
        if as_json:
            say_json({"error": {"code": error.code, "message": str(error), "about": list(error.about)}})
            raise SystemExit(1) from None
        fail(str(error))
    if as_json:
        say_json(found.to_dict())
    else:
        say(found.text())


def _instrument(name: str, stage: str | None) -> Instrument:
    from anxin.engines import measure as engine

    if name.endswith(".json"):
        return engine.Instrument.read(name).for_stage(stage)
    return engine.instrument(name, stage)


def _dimensions(given: list[str]) -> dict[str, list[str]]:
    dimensions: dict[str, list[str]] = {}
    for one in given:
        name, _, columns = one.partition("=")
        items = [column.strip() for column in columns.split(",") if column.strip()]
        if not name.strip() or not items:
            fail(f"--dimension {one!r} cannot be read; write it as quality=q1,q2,q3.", status=2)
        dimensions[name.strip()] = items
    return dimensions


def _scale(given: str) -> tuple[float, float]:
    try:
        low, high = (float(part) for part in given.split("-"))
    except ValueError:
        fail(f"--scale {given!r} cannot be read; write it as 1-5.", status=2)
    return low, high


def _answers(
    file: Path,
    instrument: Instrument | None,
    dimensions: dict[str, list[str]] | None,
    group: str | None,
    weights: str | None,
    missing: list[float],
) -> Answers:
    from anxin.engines import measure as engine
    from anxin.engines.measure.reading import named_columns

    # Only what is asked for are items: other columns may hold text, dates or other scales.
    columns = named_columns(file, None)
    if instrument is not None:
        wanted = list(instrument.match(columns).columns.values())
        if not wanted:
            raise engine.BadData(
                f"{file.name} has none of the items of {instrument.name!r}. Its columns: {', '.join(list(columns)[:12])}.",
                code="no-item",
                about=list(columns)[:12],
            )
    else:
        wanted = [item for items in (dimensions or {}).values() for item in items]
    return engine.Answers.of(columns, items=wanted, group=group, weights=weights, missing=missing)


def _show_model(found: Any, *, as_json: bool) -> None:
    from anxin.engines import measure as engine

    try:
        scales: Any = engine.composites(found)
    except engine.MeasureError:
        scales = None
    changes = found.modification_indices().records()[:10] if found.converged else []
    if as_json:
        say_json(
            {
                **found.to_dict(),
                "composites": None if scales is None else scales.to_dict(),
                "modification_indices": changes,
            }
        )
        return
    say(found.summary(), "")
    if scales is not None:
        say(str(scales.table()), "")
    if changes:
        say("Ten largest modification indices")
        say(*(f"  {row['parameter']}  {row['mi']:.1f}  (would be {row['epc']:.2f})" for row in changes))
