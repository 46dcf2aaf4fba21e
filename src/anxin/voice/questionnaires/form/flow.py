"""Walking through a questionnaire: what is shown, in which order, how far one is, and whether an answer will do.

An answer is a number (scale, number), an option's code (one), a list of them (many), words (text) or a date as 2026-11-28.
Words beside "other" are kept under `<code>__other`; "cannot say" of a scale is the answer `"?"`, which counts as missing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from anxin.voice.questionnaires.form.definition import Definition, Option, Page, Question

UNSURE = "?"
OTHER = "__other"
MOST_LETTERS = 4_000
_PIPE = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an answer will not do: `code` for a face to put into words, `question` it stands at, and what it may hold."""

    question: str
    code: str
    facts: Mapping[str, Any]


def shown_pages(definition: Definition, answers: Mapping[str, Any]) -> list[Page]:
    """Pages that these answers lead to; a page none of whose questions is shown is left out."""
    return [
        page
        for page in definition.pages
        if (page.show_if is None or page.show_if.holds(answers)) and (shown_questions(page, answers) or page.intro)
    ]


def shown_questions(page: Page, answers: Mapping[str, Any], seed: str = "") -> list[Question]:
    """A page's questions that are shown, shuffled alike for the same seed (a response's own)."""
    shown = [question for question in page.questions if question.show_if is None or question.show_if.holds(answers)]
    if page.shuffle and seed:
        random.Random(f"{seed}/{page.code}").shuffle(shown)
    return shown


def ordered_options(question: Question, seed: str = "") -> list[Option]:
    """Its options; shuffled ones keep "other" and "none of these" last."""
    options = list(question.options)
    if question.shuffle and seed:
        free = [option for option in options if not option.other and not option.alone]
        random.Random(f"{seed}/{question.code}").shuffle(free)
        options = [*free, *(option for option in options if option.other or option.alone)]
    return options


def next_page(definition: Definition, answers: Mapping[str, Any], after: str = "") -> Page | None:
    """The page after one (the first without), or None at the end."""
    pages = shown_pages(definition, answers)
    if not after:
        return pages[0] if pages else None
    order = [page.code for page in definition.pages]
    place = order.index(after) if after in order else -1
    return next((page for page in pages if order.index(page.code) > place), None)


def previous_page(definition: Definition, answers: Mapping[str, Any], before: str) -> Page | None:
    order = [page.code for page in definition.pages]
    place = order.index(before) if before in order else 0
    earlier = [page for page in shown_pages(definition, answers) if order.index(page.code) < place]
    return earlier[-1] if earlier else None


def progress(definition: Definition, answers: Mapping[str, Any], page: str) -> float:
    """Share of the way, 0 to 1, by pages that are shown."""
    pages = [one.code for one in shown_pages(definition, answers)]
    return pages.index(page) / len(pages) if page in pages else 0.0


def piped(text: str, definition: Definition, answers: Mapping[str, Any], language: str) -> str:
    """`{q1}` in a text replaced by what was answered to q1, in words; by … where nothing was."""

    def words(found: re.Match[str]) -> str:
        question = definition.question(found[1])
        if question is None:
            return found[0]
        return answer_in_words(question, answers.get(question.code), language, answers) or "…"

    return _PIPE.sub(words, text)


def loose_pipes(definition: Definition) -> list[tuple[str, str]]:
    """(where, code) of every `{code}` in a text that names no question of an earlier page: it would be read as "…"."""
    place = {question.code: number for number, page in enumerate(definition.pages) for question in page.questions}
    standing = {page.code: number for number, page in enumerate(definition.pages)} | place
    return [
        (where, code)
        for where, text in definition.texts()
        for code in dict.fromkeys(code for _language, words in text.words for code in _PIPE.findall(words))
        if place.get(code, len(place)) >= standing.get(where.partition(".")[0], -1 if where != "thanks" else len(place))
    ]


def answer_in_words(question: Question, answer: Any, language: str, answers: Mapping[str, Any] | None = None) -> str:
    """An answer as its respondent would say it; '' where there is none."""
    if answer in (None, "", [], UNSURE):
        return ""
    if question.options:
        chosen = answer if isinstance(answer, list) else [answer]
        known = {option.code: option for option in question.options}
        parts = []
        for code in chosen:
            option = known.get(str(code))
            if option is None:
                parts.append(str(code))
                continue
            own = str((answers or {}).get(question.code + OTHER, "")).strip()
            parts.append(own if option.other and own else option.text.get(language))
        return ("、" if language == "zh" else ", ").join(parts)
    if isinstance(answer, float) and answer.is_integer():
        answer = int(answer)
    return str(answer)


def clean_page(page: Page, given: Mapping[str, Any], answers: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """What a page's form gave, as answers, and what will not do.

    `given` maps a question's code to text or a list of texts, as forms send them. Conditions inside the page look at what
    is given on it. Questions that are not shown give None: an answer that its condition no longer allows is forgotten.
    """
    cleaned: dict[str, Any] = {}
    faults: list[Fault] = []
    known = dict(answers)
    for question in page.questions:
        if question.show_if is not None and not question.show_if.holds(known):
            cleaned[question.code] = known[question.code] = None
            continue
        answer, fault = clean(question, given.get(question.code), str(given.get(question.code + OTHER, "") or ""))
        if fault is not None:
            faults.append(fault)
        cleaned[question.code] = known[question.code] = answer
        own = str(given.get(question.code + OTHER, "") or "").strip()[:MOST_LETTERS]
        if any(option.other for option in question.options):
            cleaned[question.code + OTHER] = known[question.code + OTHER] = own or None
    return cleaned, faults


def clean(question: Question, given: Any, other: str = "") -> tuple[Any, Fault | None]:
    """One answer in its stored form, or why it will not do."""
    texts = [str(one).strip() for one in (given if isinstance(given, (list, tuple)) else [given]) if one is not None]
    texts = [text for text in texts if text]
    if not texts:
        return None, Fault(question.code, "required", {}) if question.required else None
    match question.kind:
        case "scale":
            return _scale(question, texts[0])
        case "one" | "many":
            return _choice(question, texts, other)
        case "number":
            return _number(question, texts[0])
        case "date":
            try:
                return date.fromisoformat(texts[0]).isoformat(), None
            except ValueError:
                return None, Fault(question.code, "date", {})
    if len(texts[0]) > (question.high or MOST_LETTERS):
        return texts[0][:MOST_LETTERS], Fault(question.code, "too_long", {"most": int(question.high or MOST_LETTERS)})
    if question.low and len(texts[0]) < question.low:
        return texts[0], Fault(question.code, "too_short", {"least": int(question.low)})
    return texts[0], None


def _scale(question: Question, text: str) -> tuple[Any, Fault | None]:
    assert question.scale is not None
    if text == UNSURE and question.scale.unsure:
        return UNSURE, None
    if text.lstrip("-").isdigit() and int(text) in question.scale.points:
        return int(text), None
    return None, Fault(question.code, "off_scale", {"low": question.scale.low, "high": question.scale.high})


def _choice(question: Question, texts: Sequence[str], other: str) -> tuple[Any, Fault | None]:
    known = {option.code: option for option in question.options}
    strange = [text for text in texts if text not in known]
    if strange:
        return None, Fault(question.code, "no_option", {"given": strange[0]})
    chosen = list(dict.fromkeys(texts))
    if any(known[code].other for code in chosen) and not other.strip():
        return _kept(question, chosen), Fault(question.code, "other_words", {})
    if question.kind == "one":
        if len(chosen) > 1:
            return None, Fault(question.code, "only_one", {})
        return chosen[0], None
    if len(chosen) > 1 and any(known[code].alone for code in chosen):
        return chosen, Fault(question.code, "alone", {})
    if question.most is not None and len(chosen) > question.most:
        return chosen, Fault(question.code, "too_many", {"most": question.most})
    return chosen, None


def _kept(question: Question, chosen: list[str]) -> Any:
    return chosen[0] if question.kind == "one" else chosen


def _number(question: Question, text: str) -> tuple[Any, Fault | None]:
    try:
        value = float(text.replace("，", "").replace(",", ""))
    except ValueError:
        return text, Fault(question.code, "number", {})
    if value != value or value in (float("inf"), float("-inf")):
        return None, Fault(question.code, "number", {})
    if (question.low is not None and value < question.low) or (question.high is not None and value > question.high):
        return value, Fault(question.code, "out_of_range", {"low": question.low, "high": question.high})
    return int(value) if value.is_integer() else value, None


def missing_required(definition: Definition, answers: Mapping[str, Any]) -> list[str]:
    """Required questions on the way that have no answer: what keeps a response from being complete."""
    return [
        question.code
        for page in shown_pages(definition, answers)
        for question in shown_questions(page, answers)
        if question.required and answers.get(question.code) in (None, "", [])
    ]
