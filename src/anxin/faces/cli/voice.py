"""`anxin voice report FILE`: the report of a table of answers. Starts without Django and needs no database."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from anxin.faces.cli.output import fail, progress, say

if TYPE_CHECKING:
    from anxin.voice.datasets.table import Mapping, RawTable
    from anxin.voice.reports.content import ReportContent
    from anxin.voice.study import Study

app = typer.Typer(help="The customer's voice: reports on questionnaires.", no_args_is_help=True)
KINDS = (".pdf", ".docx", ".html", ".json")
_MOST_TOLD = 40


# A group, though it has one command yet: `anxin voice report`.
app.callback()(lambda: None)


@app.command()
def report(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="Answers: a .csv (UTF-8 or GB18030), .xlsx or .sav file."),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write it: a .pdf, .docx, .html or .json file.")
    ] = None,
    instrument: Annotated[
        str | None,
        typer.Option(help="The columns are this instrument's: servperf, servqual, loyalty, … or a JSON file."),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--map", exists=True, dir_okay=False, help="A JSON file that says what each column is."),
    ] = None,
    save_map: Annotated[
        Path | None, typer.Option(help="Write what was guessed here, to correct it and give it as --map.")
    ] = None,
    previous: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The last wave's answers, to compare with.")
    ] = None,
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no words but errors.")] = False,
) -> None:
    """Report on a questionnaire's answers: who answered, screening, scores, reliability, drivers, what to do first.

    Guesses which columns are items, profile, outcome and comments, and says what it guessed.

    Examples: anxin voice report answers.csv --output report.pdf

    anxin voice report answers.sav --language en --previous last.sav --output report.docx
    """
    if language not in ("zh", "en"):
        fail(f"--language is zh or en, not {language!r}.", status=2)
    if output is not None and output.suffix.lower() not in KINDS:
        fail(f"--output {output}: the name ends in {', '.join(KINDS)}.", status=2)
    if instrument is not None and mapping is not None:
        fail("Give --instrument or --map, not both.", status=2)
    from anxin.voice.reports.content import SECTIONS, Finding, compose, prepare

    steps = len(SECTIONS) + 2
    with progress("Reading", steps, quiet=quiet) as tell:
        study, chosen = _study(file, instrument, mapping, language)
        last = None if previous is None else _study(previous, instrument, mapping, language)[0]
        tell(1)
        ground = prepare(study, previous=last, model=_reader(study))
        content = compose(ground, language, progress=lambda _title, done, _of: tell(1 + done))
        if output is not None:
            output.write_bytes(_rendered(content, output.suffix.lower(), int(file.stat().st_mtime)))
        tell(steps)
    if save_map is not None:
        save_map.write_text(chosen.to_json() + "\n", encoding="utf-8")
    if quiet:
        return
    _tell_guess(chosen, language)
    for section in content.sections:
        for block in section.blocks:
            if isinstance(block, Finding):
                say(f"{section.title}: {block.text}")
        if section.refused:
            say(f"{section.title}: – ({section.refused})")
    if output is not None:
        say("", f"{output} ({output.stat().st_size:,} bytes)")


def _study(file: Path, instrument: str | None, mapping: Path | None, language: str) -> tuple[Study, Mapping]:
    """The file's study and its mapping; ends the program with plain words where it cannot be read."""
    from anxin.voice.datasets import table as tables

    try:
        raw = tables.read_table(file.read_bytes(), file.name)
        if mapping is not None:
            chosen = tables.read_mapping(mapping.read_text(encoding="utf-8-sig"), columns=tuple(raw.names))
        else:
            chosen = tables.guess(raw)
        if instrument is not None:
            chosen = _with_instrument(chosen, raw, instrument)
        return tables.study_of(raw, chosen), chosen
    except tables.BadMapping as bad:
        fail(*(f"{where}: {text.get(language)}" for where, text in bad.faults[:20]))
    except tables.BadTable as bad:
        places = [f"  {one.line}, {one.column}: {one.value} – {one.why.get(language)}" for one in bad.places[:10]]
        fail(bad.text.get(language), *places)


def _with_instrument(chosen: Mapping, raw: RawTable, name: str) -> Mapping:
    """The guess, but with the columns of the instrument that was named."""
    from anxin.engines import measure
    from anxin.voice.datasets.table import Mapped
    from anxin.voice.questionnaires.form import Text

    try:
        own = measure.Instrument.read(name) if name.endswith(".json") else measure.instrument(name)
    except measure.MeasureError as error:
        fail(str(error), status=2)
    found = own.match(raw.names).columns
    if not found:
        fail(f"{raw.name} has none of the items of {name!r}. Its columns: {', '.join(list(raw.names)[:12])}.")
    for code, column in found.items():
        item = own.item(code)
        scale = own.scale_of(item)
        chosen = chosen.with_column(Mapped(
            name=column, role=item.kind or "perception", kind="scale", text=Text.of(zh=item.wording.zh, en=item.wording.en), low=scale.low, high=scale.high,
            reversed=item.reversed, item=code.removeprefix("E_").removeprefix("P_"), dimension=item.dimension,
        ))  # fmt: skip
    words = tuple((one.code, Text.of(zh=one.name.zh, en=one.name.en)) for one in own.dimensions)
    return dataclasses.replace(
        chosen,
        instrument=name,
        dimensions=(*words, *(pair for pair in chosen.dimensions if pair[0] not in dict(words))),
    )


def _reader(study: Study) -> Any:
    """The shipped model that reads comments, where there are comments; loading it takes seconds."""
    if not study.of_role("open"):
        return None
    from anxin.engines.reading.text import Model

    return Model.shipped()


def _rendered(content: ReportContent, suffix: str, timestamp: int) -> bytes:
    if suffix == ".pdf":
        from anxin.voice.reports.render.pdf import pdf

        return pdf(content, timestamp=timestamp)
    if suffix == ".docx":
        from anxin.voice.reports.render.docx import docx

        return docx(content, timestamp=timestamp)
    if suffix == ".html":
        from anxin.voice.reports.render.html import page

        return page(content).encode()
    return (json.dumps(content.to_dict(), ensure_ascii=False, indent=1) + "\n").encode()


def _tell_guess(chosen: Mapping, language: str) -> None:
    """What was taken for what: the guess's own sentences, then the columns by role."""
    say(*(text.get(language) for text in chosen.said))
    by_role: dict[str, list[str]] = {}
    for column in chosen.columns:
        by_role.setdefault(column.role, []).append(column.name)
    for role, names in by_role.items():
        more = f" … ({len(names)})" if len(names) > _MOST_TOLD else ""
        say(f"  {role}: {', '.join(names[:_MOST_TOLD])}{more}")
    say("")
