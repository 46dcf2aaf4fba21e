"""What the ink means: each box's state, and what each question was answered.

The printed rule: a cross or a tick answers, a box filled completely is taken back. Some people fill boxes to answer all the
same; whether this page's hand is one of them is seen from the whole page. What the rule does not settle is doubtful.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from anxin.engines.reading.forms.alignment import Placed
from anxin.engines.reading.forms.ink import Ink
from anxin.engines.reading.forms.layout import Box, Layout, Question

State = Literal["marked", "blank", "corrected", "doubtful"]
Doubt = Literal[
    "faint", "beside", "shadow", "outline_lost", "half_filled", "filled", "two_marks", "too_many", "black_and_white"
]  # fmt: skip

# What each doubt means, in a sentence for the page where a person decides.
DOUBTS: dict[Doubt, str] = {
    "faint": "There is very little ink in the box.",
    "beside": "The box is empty, but something is drawn right beside it.",
    "shadow": "A shadow's edge runs through the box.",
    "outline_lost": "The box is not where it was printed: covered, folded or torn.",
    "half_filled": "The mark could be a thick cross or a box filled to take it back.",
    "filled": "The box is filled and nothing says whether as an answer or to take it back.",
    "two_marks": "More than one box is marked where one answer is asked for.",
    "too_many": "More boxes are marked than the question allows.",
    "black_and_white": "Light pencil is lost in a scan of black and white only: what is missing here may be on the paper.",
}

_BLANK, _MARKED = 0.012, 0.030  # strokes, of a printed black box: up to here blank, from here on marked
_BLANK_SPREADS, _MARKED_SPREADS = 4.0, 7.0  # the same in spreads of the page's blank boxes, where those are noisier
_BESIDE = 0.03
_FULL, _NOT_FULL = 0.65, 0.48  # evenness: from here on filled, up to here not
_FULL_DARK, _FULL_STANDS_OUT, _FULL_IN_SHADOW = 0.20, 0.15, 0.45
_FAINT_FILL = 0.06  # darkness without strokes: graphite rubbed in, or a fill washed out by glare
_SHADE, _SHADED_AROUND = 0.12, 0.10  # change of the paper's brightness, darkness around a box: from here on a shadow
_IN_SHADOW = 5  # times as much ink is asked for to call a box in a shadow marked
_FEW_TICKS, _FEW_FILLS = 0.2, 0.34
_MANY_BLANK = 0.3  # of a page's questions


@dataclass(frozen=True)
class Mark:
    """One box. `confidence` is 0..1 that the state is right (doubtful: that marked would be); `ink` as in `Ink.strokes`.

    `doubt` says why a person should look. `picture` (JPEG) shows a doubtful box with 4 mm around it.
    """

    field: str
    option: str
    state: State
    confidence: float
    ink: float
    doubt: Doubt | None = None
    picture: bytes | None = None


@dataclass(frozen=True)
class Answer:
    """One question with boxes. `options` are those marked; of a doubtful question they are only what seems to be marked.

    `picture` (JPEG) shows all boxes of a doubtful question.
    """

    field: str
    state: Literal["answered", "blank", "doubtful"]
    options: tuple[str, ...]
    confidence: float
    doubt: Doubt | None = None
    picture: bytes | None = None


@dataclass(frozen=True)
class _Seen:
    """What a box looks like by itself."""

    looks: Literal["blank", "mark", "full", "unsure"]
    confidence: float
    ink: float
    doubt: Doubt | None = None


def decide(
    boxes: tuple[Box, ...], layout: Layout, ink: Ink, placed: Placed, *, bilevel: bool = False
) -> tuple[list[Mark], list[Answer]]:
    """States of all boxes and answers of all questions of a page. `bilevel`: the picture knows only black and white."""
    seen = [_look(index, ink, placed) for index in range(len(boxes))]
    fields: dict[str, list[int]] = {}
    for index, box in enumerate(boxes):
        fields.setdefault(box.field, []).append(index)
    questions = {field: layout.by_field[field] for field in fields}
    hand = _hand([(questions[field], [seen[index] for index in found]) for field, found in fields.items()])
    marks: dict[int, Mark] = {}
    answers: list[Answer] = []
    for field, found in fields.items():
        resolve = _resolve_many if questions[field].kind == "many" else _resolve_one
        settled = resolve(questions[field], [seen[index] for index in found], hand)
        for index, (state, one) in zip(found, settled, strict=True):
            confidence = one.confidence if state != "doubtful" or one.looks == "unsure" else 0.5
            marks[index] = Mark(field, boxes[index].option, state, round(confidence, 4), round(one.ink, 4), one.doubt)
        answers.append(_answer(field, [marks[index] for index in found]))
    if bilevel:
        answers = _without_pencil(answers)
    return [marks[index] for index in range(len(boxes))], answers


def _without_pencil(answers: list[Answer]) -> list[Answer]:
    """Pencil may be lost in black and white: no answer is believed to be none, and where many are none, no answer at all."""
    blank = sum(answer.state == "blank" for answer in answers)
    weak = blank > _MANY_BLANK * len(answers)
    return [
        replace(
            answer, state="doubtful", confidence=min(answer.confidence, 0.5), doubt=answer.doubt or "black_and_white"
        )
        if weak or answer.state == "blank"
        else answer
        for answer in answers
    ]


def _answer(field: str, marks: list[Mark]) -> Answer:
    options = tuple(mark.option for mark in marks if mark.state == "marked")
    doubts = [mark.doubt for mark in marks if mark.state == "doubtful"]
    confidence = min(mark.confidence for mark in marks)
    if doubts:
        seem = tuple(mark.option for mark in marks if mark.state == "marked" or mark.doubt in ("two_marks", "too_many"))
        return Answer(field, "doubtful", seem, min(confidence, 0.5), doubts[0])
    return Answer(field, "answered" if options else "blank", options, confidence)


def _look(index: int, ink: Ink, placed: Placed) -> _Seen:
    strokes, solid, even = float(ink.strokes[index]), float(ink.solid[index]), float(ink.even[index])
    blank = max(_BLANK, _BLANK_SPREADS * ink.spread)
    marked = max(_MARKED, _MARKED_SPREADS * ink.spread)
    around, stands_out = float(ink.around[index]), float(ink.stands_out[index])
    # A fill leaves white around it; a box in a shadow does not.
    filled = solid >= _FULL_DARK and stands_out >= _FULL_STANDS_OUT
    shadow = float(ink.shade[index]) >= _SHADE or (around >= _SHADED_AROUND and not filled)
    if filled and even >= _FULL:
        if max(float(ink.shade[index]) / _SHADE, around / _SHADED_AROUND) >= 1 and stands_out < _FULL_IN_SHADOW:
            return _Seen("unsure", 0.5, strokes, "shadow")
        return _Seen("full", _likely(stands_out, _FULL_STANDS_OUT / 2, 3), strokes)
    if not placed.found[index]:
        return _Seen("unsure", 0.5, strokes, "outline_lost")
    if filled and even > _NOT_FULL:
        return _Seen("unsure", 0.5, strokes, "half_filled")
    middle, steep = float(np.sqrt(blank * marked)), float(np.log(9) / np.log(np.sqrt(marked / blank)))
    probability = _likely(strokes, middle, steep)
    if strokes >= marked * (_IN_SHADOW if shadow else 1):
        return _Seen("mark", probability, strokes)
    if strokes > blank:
        return _Seen("unsure", probability, strokes, "shadow" if shadow else "faint")
    if stands_out >= _FAINT_FILL:
        return _Seen("unsure", 0.5, strokes, "shadow" if shadow else "faint")
    if float(ink.beside[index]) >= _BESIDE and not shadow:
        return _Seen("unsure", 0.5, strokes, "beside")
    return _Seen("blank", 1 - probability, strokes)


def _likely(value: float, middle: float, steep: float) -> float:
    """From 0 to 1 with 0.5 at `middle`: logistic in the logarithm."""
    return float(1 / (1 + (middle / max(value, middle / 100)) ** steep))


Hand = Literal["marks", "fills", "mixed"]


def _hand(questions: list[tuple[Question, list[_Seen]]]) -> Hand:
    """Whether this page's hand answers with crosses and ticks or by filling boxes."""
    ticks = sum(one.looks == "mark" for _, seen in questions for one in seen)
    fills = 0
    for question, seen in questions:
        full = sum(one.looks == "full" for one in seen)
        other = sum(one.looks in ("mark", "unsure") for one in seen)
        # Beside a tick, a filled box is one taken back: that says nothing of how this hand answers.
        if not other:
            fills += full if question.kind == "many" else min(full, 1)
    if fills >= 2 and ticks <= _FEW_TICKS * fills:
        return "fills"
    if ticks and fills <= _FEW_FILLS * ticks:
        return "marks"
    return "mixed"


_Settled = list[tuple[State, _Seen]]


def _resolve_one(question: Question, seen: list[_Seen], hand: Hand) -> _Settled:
    marks = sum(one.looks == "mark" for one in seen)
    fulls = sum(one.looks == "full" for one in seen)
    if marks == 1:
        # Ink beside a box, where another is clearly marked, is that mark's tail.
        seen = [_as_blank(one) if one.doubt == "beside" else one for one in seen]

    def settled(one: _Seen) -> tuple[State, _Seen]:
        if one.looks in ("blank", "unsure"):
            return ("blank" if one.looks == "blank" else "doubtful"), one
        if one.looks == "mark":
            return ("marked", one) if marks == 1 else ("doubtful", replace(one, doubt="two_marks"))
        if marks == 1 and hand != "fills":
            return "corrected", one
        if marks == 0 and fulls == 1 and hand == "fills":
            return "marked", one
        return "doubtful", replace(one, doubt="two_marks" if hand == "fills" and fulls > 1 else "filled")

    return [settled(one) for one in seen]


def _resolve_many(question: Question, seen: list[_Seen], hand: Hand) -> _Settled:
    marks = sum(one.looks == "mark" for one in seen)

    def settled(one: _Seen) -> tuple[State, _Seen]:
        if one.looks in ("blank", "unsure"):
            return ("blank" if one.looks == "blank" else "doubtful"), one
        if one.looks == "mark" or hand == "fills":
            return "marked", one
        if hand == "marks" and marks:
            return "corrected", one
        return "doubtful", replace(one, doubt="filled")

    result = [settled(one) for one in seen]
    if question.most is not None and sum(state == "marked" for state, _ in result) > question.most:
        return [
            ("doubtful", replace(one, doubt="too_many")) if state == "marked" else (state, one) for state, one in result
        ]
    return result


def _as_blank(one: _Seen) -> _Seen:
    return _Seen("blank", 0.9, one.ink)
