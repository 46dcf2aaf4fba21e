"""What a pre-test shows of each question: how it was answered, and how it goes with its scale. Pure.

Item–rest correlation and alpha without the item are of the items of one dimension in one stage (engines/measure, Cronbach 1951;
the .30 below which an item says little of its scale is Nunnally & Bernstein's, Psychometric Theory, 1994).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import mean, median, stdev
from typing import Any

from django.utils.translation import gettext as _

from anxin.engines.measure import MeasureError, cronbach_alpha
from anxin.engines.measure.instruments import instrument
from anxin.voice.questionnaires.form import UNSURE, Definition, Question, Text, shown_pages, shown_questions

FEW = 30  # answers below which a pre-test only hints
MUCH_MISSING, ONE_SIDED, WEAK = 0.10, 0.80, 0.30
ALPHA_GAIN = 0.02

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Share:
    """One answer: its words, how many gave it and which share of those who answered."""

    words: Text
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """`shown` to how many, `n` answered, `missing` share of those shown; "cannot say" counts as missing.

    Mean and standard deviation (n - 1) of ratings and numbers; `rest` the correlation with the sum of the other items of its
    scale, `alpha_without` that scale's alpha without it; None where there is none.
    """

    question: Question
    shown: int
    n: int
    missing: float
    mean: float | None = None
    sd: float | None = None
    rest: float | None = None
    alpha_without: float | None = None
    shares: tuple[Share, ...] = ()
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScaleStatistics:
    """Items of one dimension, in one stage. `alpha` with its 95 % interval (Feldt 1965), None where `why` says why not."""

    name: Text
    items: tuple[str, ...]
    n: int
    alpha: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Pretest:
    answers: int
    minutes: float | None
    items: tuple[ItemStatistics, ...]
    scales: tuple[ScaleStatistics, ...]
    cautions: tuple[str, ...]


def item_statistics(definition: Definition, rows: Sequence[Answers], seconds: Sequence[float] = ()) -> Pretest:
    """Of complete answers `rows` (as `Response.given`) to a questionnaire; `seconds` each took, where known."""
    seen = [
        {question.code for page in shown_pages(definition, row) for question in shown_questions(page, row)}
        for row in rows
    ]
    items = {
        question.code: _item(question, [row for row, shown in zip(rows, seen, strict=True) if question.code in shown])
        for question in definition.questions()
    }
    scales = [_scale(name, questions, rows, items) for name, questions in _scales(definition)]
    return Pretest(
        answers=len(rows),
        minutes=median(seconds) / 60 if seconds else None,
        items=tuple(items.values()),
        scales=tuple(scales),
        cautions=_cautions(rows, seconds),
    )


def _cautions(rows: Sequence[Answers], seconds: Sequence[float]) -> tuple[str, ...]:
    found = []
    if 0 < len(rows) < FEW:
        found.append(
            _("Only %(n)d answers yet: take the numbers as hints. %(few)d and more are usual for a pre-test.")
            % {"n": len(rows), "few": FEW}
        )
    if seconds and median(seconds) > 15 * 60:
        found.append(_("Half of them took longer than 15 minutes. Long questionnaires are broken off: shorten it."))
    return tuple(found)


def _item(question: Question, rows: Sequence[Answers]) -> ItemStatistics:
    given = [row.get(question.code) for row in rows]
    known = [answer for answer in given if answer not in (None, "", [], UNSURE)]
    found = ItemStatistics(question, len(rows), len(known), 1 - len(known) / len(rows) if rows else 0.0)
    numbers = [float(answer) for answer in known] if question.kind in ("scale", "number") else []
    if numbers:
        found = replace(found, mean=mean(numbers), sd=stdev(numbers) if len(numbers) > 1 else None)
    found = replace(found, shares=_shares(question, known))
    return replace(found, cautions=tuple(_item_cautions(found, given)))


def _shares(question: Question, known: Sequence[Any]) -> tuple[Share, ...]:
    if question.kind == "scale" and question.scale is not None:
        scale = question.scale
        full = len(scale.labels) == len(scale.points)
        ends = {scale.low: scale.labels[0], scale.high: scale.labels[-1]} if scale.labels else {}
        words = [scale.labels[place] if full else ends.get(point, Text()) for place, point in enumerate(scale.points)]
        return tuple(
            _share(_numbered(point, text), sum(answer == point for answer in known), len(known))
            for point, text in zip(scale.points, words, strict=True)
        )
    return tuple(
        _share(
            option.text,
            sum(option.code in (answer if isinstance(answer, list) else [answer]) for answer in known),
            len(known),
        )
        for option in question.options
    )


def _numbered(point: int, text: Text) -> Text:
    return Text(tuple((language, f"{point} {words}") for language, words in text.words)) or Text.of(zh=str(point))


def _share(words: Text, count: int, of: int) -> Share:
    return Share(words, count, count / of if of else 0.0)


def _item_cautions(found: ItemStatistics, given: Sequence[Any]) -> list[str]:
    cautions = []
    unsure = sum(answer == UNSURE for answer in given) / len(given) if given else 0.0
    if unsure > MUCH_MISSING:
        cautions.append(
            _("%(share)d %% cannot say. Does everybody who is asked know it?") % {"share": round(unsure * 100)}
        )
    if found.missing - unsure > MUCH_MISSING:
        cautions.append(
            _("%(share)d %% left it out. Is it clear, and does it apply to everybody who is asked?")
            % {"share": round((found.missing - unsure) * 100)}
        )
    if found.n >= 5 and found.question.kind == "scale":
        if max(found.shares[0].share, found.shares[-1].share) > ONE_SIDED:
            cautions.append(_("Nearly everybody chose the same end: it hardly tells people apart."))
        elif found.sd == 0:
            cautions.append(_("Everybody gave the same answer: it tells nobody apart."))
    if found.n >= FEW:
        unused = [share for share in found.shares if not share.count]
        if unused and found.question.options:
            cautions.append(_("Nobody chose %(number)d of the options: are they needed?") % {"number": len(unused)})
    return cautions


def _scales(definition: Definition) -> list[tuple[Text, list[Question]]]:
    """Rating questions with a source, by instrument, stage, kind and dimension; two items at least."""
    groups: dict[tuple[str, str, str, str], list[Question]] = {}
    names: dict[tuple[str, str, str, str], Text] = {}
    for question in definition.questions():
        if question.source is None or question.kind != "scale":
            continue
        try:
            found = instrument(question.source.instrument)
            item = found.item(question.source.item)
        except MeasureError:
            continue  # an instrument of another release, or a question about a dimension as a whole
        key = (found.name, question.source.stage, item.kind, item.dimension)
        groups.setdefault(key, []).append(question)
        dimension = found.dimension(item.dimension).name
        stage = next((one.name for one in found.stages if one.code == question.source.stage), None)
        names[key] = Text.of(
            zh=f"{stage.zh}·{dimension.zh}" if stage else dimension.zh,
            en=f"{stage.en}: {dimension.en}" if stage else dimension.en,
        )
    return [(names[key], questions) for key, questions in groups.items() if len(questions) > 1]


def _scale(
    name: Text, questions: list[Question], rows: Sequence[Answers], items: dict[str, ItemStatistics]
) -> ScaleStatistics:
    columns = {question.code: [_turned(question, row.get(question.code)) for row in rows] for question in questions}
    complete = sum(not any(math.isnan(value) for value in values) for values in zip(*columns.values(), strict=True))
    codes = tuple(columns)
    if complete < 3:
        return ScaleStatistics(name, codes, complete, None, why=_("fewer than three answered all of its items"))
    try:
        found = cronbach_alpha(columns)
    except MeasureError:
        return ScaleStatistics(name, codes, complete, None, why=_("an item has the same answer throughout"))
    for place, code in enumerate(codes):
        items[code] = _with_scale(items[code], found.raw, float(found.r_drop[place]), float(found.raw_dropped[place]))
    interval = found.interval
    return ScaleStatistics(
        name, codes, complete, found.raw, interval.low if interval else None, interval.high if interval else None
    )


def _with_scale(item: ItemStatistics, alpha: float, rest: float, without: float) -> ItemStatistics:
    cautions = list(item.cautions)
    if rest < 0:
        cautions.append(_("It runs against the other items of its scale: is it worded the other way round?"))
    elif rest < WEAK:
        cautions.append(_("It goes little with the other items of its scale: does it ask something else?"))
    if not math.isnan(without) and without > alpha + ALPHA_GAIN:
        cautions.append(_("The scale would be more reliable without it."))
    return replace(item, rest=rest, alpha_without=None if math.isnan(without) else without, cautions=tuple(cautions))


def _turned(question: Question, answer: Any) -> float:
    """The answer as a number, reversed items turned round; NaN where there is none."""
    if answer in (None, "", UNSURE) or question.scale is None or question.source is None:
        return math.nan
    value = float(answer)
    if instrument(question.source.instrument).item(question.source.item).reversed:
        return question.scale.low + question.scale.high - value
    return value
