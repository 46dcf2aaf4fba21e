"""Marks on an answer that a reader of reports should know of. Pure; nothing is dropped for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anxin.voice.questionnaires.form import UNSURE, Definition, shown_pages, shown_questions

FEWEST = 8  # ratings alike in a row before it is called a straight line: fewer happen to honest people
FASTEST = 1.2  # seconds a question: reading one takes longer
MOST_MISSING = 0.5  # share of ratings shown that were not given


def flags(definition: Definition, answers: Mapping[str, Any], seconds: float | None) -> list[str]:
    """ "straight" (every rating alike), "fast", "missing"; in this order, [] where there is nothing to say.

    `seconds` is the time on the pages, None where nobody measured it (paper, imports).
    """
    asked = [question for page in shown_pages(definition, answers) for question in shown_questions(page, answers)]
    rated = [question for question in asked if question.kind == "scale"]
    given = [answers.get(question.code) for question in rated]
    numbers = [one for one in given if one not in (None, "", UNSURE)]
    found = []
    # Straight lines are judged within one scale: a 10 for recommending says nothing of fives elsewhere.
    by_scale: dict[tuple[int, int], list[Any]] = {}
    for question, one in zip(rated, given, strict=True):
        if one not in (None, "", UNSURE) and question.scale is not None:
            by_scale.setdefault((question.scale.low, question.scale.high), []).append(one)
    if any(len(values) >= FEWEST and len(set(values)) == 1 for values in by_scale.values()):
        found.append("straight")
    if seconds is not None and asked and seconds < FASTEST * len(asked):
        found.append("fast")
    if rated and len(numbers) < (1 - MOST_MISSING) * len(rated):
        found.append("missing")
    return found
