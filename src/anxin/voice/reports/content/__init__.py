"""A report's content: a study in, frozen sections out. Pure: no database, no Django, no clock.

content = build(study, language="zh")              # everything
ground = prepare(study, previous=last_wave)        # the answers taken in, screened, scored
compose(ground, "zh"), compose(ground, "en")       # the second language costs no statistics
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from anxin.engines import measure
from anxin.engines.measure import MeasureError
from anxin.voice.reports.content.blocks import (
    Block,
    Caution,
    Cell,
    Chart,
    Finding,
    Number,
    Paragraph,
    ReportContent,
    Rows,
    Section,
    Series,
    Table,
    Working,
    interval,
    written,
)
from anxin.voice.reports.content.definitions import DEFINITIONS, Definition
from anxin.voice.reports.content.ground import FEWEST, Ground, NotHere
from anxin.voice.reports.content.pen import Pen
from anxin.voice.reports.content.rows import places
from anxin.voice.reports.content.sections import SECTIONS
from anxin.voice.reports.content.sections.interviews import Interviews
from anxin.voice.study import Study

Progress = Callable[[str, int, int], None]


def prepare(
    study: Study,
    *,
    previous: Study | None = None,
    model: Any = None,
    weights: Mapping[str, float] | None = None,
    ahp: Any = None,
    interviews: Interviews | None = None,
    seed: int = 0,
) -> Ground:
    """What sections are written from. `model` reads comments (engines.reading.text.Model); `weights` are experts', by
    dimension, `ahp` the result they come from (engines.measure.evaluation: Priorities or GroupPriorities);
    `interviews` what is known beside the answers.
    """
    last = None if previous is None else Ground(previous, seed=seed)
    return Ground(study, last, weights, ahp, model, seed, interviews)


def compose(ground: Ground, language: str, *, progress: Progress | None = None) -> ReportContent:
    """All sections in one language (zh or en). `progress(section, done, of)` before each section and at the end.

    Heavy results are kept in `ground`, so that another language is written without working them out again.
    """
    sections = []
    for done, (key, title, write) in enumerate(SECTIONS):
        pen = Pen(language, key)
        if progress is not None:
            progress(pen.say(title), done, len(SECTIONS))
        try:
            sections.append(Section(key, pen.say(title), tuple(write(ground, pen))))
        except (MeasureError, NotHere) as refused:
            sections.append(Section(key, pen.say(title), refused=pen.refusal(refused)))
    pen = Pen(language, "facts")
    if progress is not None:
        progress("", len(SECTIONS), len(SECTIONS))
    study = ground.study
    return ReportContent(
        language=language,
        title=pen.text(study.title) or pen.say("Report"),
        subtitle=pen.say("Report on the answers"),
        sections=tuple(sections),
        n=study.n,
        valid=ground.valid,
        facts=_facts(ground, pen),
        notes=tuple(pen.text(note) for note in study.notes),
    )


def build(
    study: Study,
    *,
    previous: Study | None = None,
    language: str = "zh",
    model: Any = None,
    weights: Mapping[str, float] | None = None,
    ahp: Any = None,
    progress: Progress | None = None,
    seed: int = 0,
) -> ReportContent:
    """A whole report. What cannot be worked out says why, and the others stand; nothing is raised for thin data."""
    ground = prepare(study, previous=previous, model=model, weights=weights, ahp=ahp, seed=seed)
    return compose(ground, language, progress=progress)


def _facts(ground: Ground, pen: Pen) -> tuple[tuple[str, str], ...]:
    study, say = ground.study, pen.say
    facts = [(say("Source"), study.source), (say("Answers"), f"{study.n:,}"), (say("Valid"), f"{ground.valid:,}")]
    if study.wave:
        facts.insert(0, (say("Wave"), study.wave))
    if study.instrument:
        facts.append((say("Instrument"), _named(study.instrument, pen.language)))
    if study.asked_from is not None and study.asked_to is not None:
        facts.append((say("Asked"), f"{study.asked_from:%Y-%m-%d} – {study.asked_to:%Y-%m-%d}"))
    return tuple(facts)


def _named(instrument: str, language: str) -> str:
    try:
        title = measure.instrument(instrument).title
    except measure.BadModel:
        return instrument  # the insurer's own
    return title.zh if language == "zh" else title.en


__all__ = [
    "DEFINITIONS",
    "FEWEST",
    "SECTIONS",
    "Block",
    "Caution",
    "Cell",
    "Chart",
    "Definition",
    "Finding",
    "Ground",
    "Interviews",
    "Number",
    "Paragraph",
    "ReportContent",
    "Rows",
    "Section",
    "Series",
    "Table",
    "Working",
    "build",
    "compose",
    "interval",
    "places",
    "prepare",
    "written",
]
