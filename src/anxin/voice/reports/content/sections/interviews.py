"""What people said when asked at length: how many interviews name a problem, and quotes, masked before they come here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from anxin.voice.questionnaires.form import Text
from anxin.voice.reports.content.blocks import Block, Caution, Cell, Chart, Finding, Paragraph, Series, Table
from anxin.voice.reports.content.ground import FEWEST, Ground, NotHere
from anxin.voice.reports.content.pen import Pen

MOST_CODES = 15
MOST_QUOTES = 12
QUOTES_A_CODE = 2
NOWHERE = Text.of(zh="–", en="–")


@dataclass(frozen=True, slots=True)
class Named:
    """How many interviews name a problem in a stage, with how many quotes."""

    code: Text
    stage: Text
    interviews: int
    quotes: int


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words that may be quoted, masked."""

    words: str
    codes: tuple[Text, ...]
    stage: Text


@dataclass(frozen=True, slots=True)
class Interviews:
    """What there is of interviews held since a day: of those who consented to being counted, and to being quoted.

    `named` is in the order of how many name it.
    """

    count: int
    since: date
    by_stage: tuple[tuple[Text, int], ...] = ()
    named: tuple[Named, ...] = ()
    quotes: tuple[Quoted, ...] = ()


def interviews(ground: Ground, pen: Pen) -> list[Block]:
    say, found = pen.say, ground.interviews
    if found is None or not found.count:
        raise NotHere("There are no interviews to set beside the answers.")
    if found.count < FEWEST:
        raise NotHere("Fewer than five interviews were held; they are not summed up, so that nobody can be recognised.")
    blocks: list[Block] = []
    if found.named:
        first = found.named[0]
        blocks.append(
            Finding(
                say(
                    "Named most in {n} interviews: {code}, by {k} of them.",
                    n=found.count,
                    code=pen.text(first.code),
                    k=first.interviews,
                )
            )
        )
    else:
        blocks.append(
            Paragraph(say("{n} interviews were held; no problem has been marked in them yet.", n=found.count))
        )
    blocks += [
        Caution(say("Who is interviewed is no sample: counts say what came up, not how common it is.")),
        Paragraph(say("Interviews held since {day} whose people agreed to be counted.", day=found.since.isoformat())),
    ]
    stages = [(pen.text(stage), many) for stage, many in found.by_stage if many >= FEWEST]
    if len(stages) > 1:
        head = ((say("Stage"), ""), (say("Interviews"), "num"))
        rows = tuple((name, pen.number(many, "count", "interviews", about=name)) for name, many in stages)
        hidden = len(found.by_stage) - len(stages)
        note = say("Stages with fewer than 5 interviews are not shown: {n}.", n=hidden) if hidden else ""
        blocks.append(Table(say("Interviews by stage"), head, rows, note))
    if found.named:
        blocks += _named(found, pen)
    if found.quotes:
        blocks.append(_quotes(found, pen))
    return blocks


def _named(found: Interviews, pen: Pen) -> list[Block]:
    say, title = pen.say, pen.say("Problems named in interviews")
    rows: list[tuple[Cell, ...]] = []
    labels: list[str] = []
    for one in found.named[:MOST_CODES]:
        words, stage = pen.text(one.code), pen.text(one.stage)
        about = words if one.stage == NOWHERE else say("{stage}: {dimension}", stage=stage, dimension=words)
        labels.append(about)
        rows.append((
            words, stage, pen.number(one.interviews, "count", "interviews", about=about, n=found.count),
            pen.number(one.quotes, "count", "count", about=about),
        ))  # fmt: skip
    series = Series(say("Interviews"), tuple(float(one.interviews) for one in found.named[:MOST_CODES]))
    head = ((say("Problem"), ""), (say("Stage"), ""), (say("Interviews"), "num"), (say("Quotes"), "num"))
    return [
        Chart("interviews", "bars", title, tuple(labels), (series,), form="count", low=0.0),
        Table(title, head, tuple(rows)),
    ]


def _quotes(found: Interviews, pen: Pen) -> Table:
    """A few quotes of every problem, the most named first."""
    say = pen.say
    order = list(dict.fromkeys(pen.text(one.code) for one in found.named))
    taken: dict[str, list[tuple[Cell, ...]]] = {name: [] for name in order}
    for quote in found.quotes:
        name = next((name for name in map(pen.text, quote.codes) if name in taken), "")
        if name and len(taken[name]) < QUOTES_A_CODE:
            taken[name].append((name, pen.text(quote.stage), f"“{quote.words}”"))
    rows = [row for name in order for row in taken[name]][:MOST_QUOTES]
    head = ((say("Problem"), ""), (say("Stage"), ""), (say("Quote"), ""))
    return Table(say("In their words"), head, tuple(rows), say("Personal data is masked."))
