"""A questionnaire's definition as a paper form, and a paper form's answers as the questionnaire's. Pure but for translations.

Fields on paper bear the codes of the questions they ask; words beside "other" are `<question>.<option>`. What a screen
does by itself, paper says in words: conditions become instructions, piped answers a gap.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from anxin.engines.reading.forms import Digits, Heading, Item, Many, One, Option, PaperForm, Scale, Text
from anxin.engines.reading.forms.model import Field, other_code
from anxin.voice.questionnaires.form import OTHER, UNSURE, Condition, Definition, Page, Question, piped
from anxin.voice.questionnaires.form import Text as Words
from anxin.voice.questionnaires.wording import CATALOGUES, condition_in_words

_SHORT_TEXT, _MIDDLE_TEXT = 60, 200  # letters: one line, two lines, else four
_MOST_DIGITS = 12
MOST_POINTS = 11


def paper_form(definition: Definition, language: str, *, form_id: str, number: int) -> PaperForm:
    """The form to print. Raises the engine's `FormError` for what cannot stand on paper."""
    fields: list[Field] = []
    for page in definition.pages:
        fields.extend(_heading(page, definition, language))
        fields.extend(_questions(page, definition, language))
    thanks = definition.thanks.get(language).strip()
    if thanks:
        fields.append(Heading(thanks))
    return PaperForm(
        form_id=form_id,
        version=number,
        title=definition.title.get(language),
        language="en" if language == "en" else "zh",
        fields=tuple(fields),
        intro=definition.intro.get(language),
    )


def _heading(page: Page, definition: Definition, language: str) -> list[Field]:
    parts = [page.title.get(language).strip(), page.intro.get(language).strip()]
    if page.show_if is not None:
        parts.append(_only_if(page.show_if, definition, language))
    parts = [piped(part, definition, {}, language) for part in parts if part]
    return [Heading(parts[0], " ".join(parts[1:]))] if parts else []


def _questions(page: Page, definition: Definition, language: str) -> list[Field]:
    """Ratings on the same scale that follow one another become rows under one header."""
    fields: list[Field] = []
    rows: list[Question] = []

    def flush() -> None:
        if rows:
            points = _points(rows[0], language)
            condition = rows[0].show_if
            items = tuple(Item(row.code, _wording(row, definition, language, conditional=False)) for row in rows)
            fields.append(Scale(items, points, _only_if(condition, definition, language) if condition else ""))
            rows.clear()

    for question in page.questions:
        if question.kind == "scale" and len(_points(question, language)) <= MOST_POINTS:
            if rows and (rows[0].scale != question.scale or rows[0].show_if != question.show_if):
                flush()
            rows.append(question)
            continue
        flush()
        fields.append(_field(question, definition, language))
    flush()
    return fields


def _field(question: Question, definition: Definition, language: str) -> Field:
    wording = _wording(question, definition, language)
    match question.kind:
        case "scale":
            return One(question.code, wording, _points(question, language))
        case "one" | "many":
            options = tuple(Option(one.code, one.text.get(language), one.other) for one in question.options)
            if question.kind == "one":
                return One(question.code, wording, options)
            return Many(question.code, wording, options, question.most)
        case "number" if question.low is not None and question.low >= 0:
            high = question.high if question.high is not None else 10**8 - 1
            return Digits(question.code, wording, min(len(str(int(high))), _MOST_DIGITS))
        case "number":
            return Text(question.code, wording, lines=1)
        case "date":
            with override(CATALOGUES[language]):
                return Digits(question.code, wording, 8, _("year, month, day: 20250314"))
    most = question.high or _MIDDLE_TEXT + 1
    return Text(question.code, wording, lines=1 if most <= _SHORT_TEXT else 2 if most <= _MIDDLE_TEXT else 4)


def _points(question: Question, language: str) -> tuple[Option, ...]:
    scale = question.scale
    assert scale is not None
    values = list(scale.points)
    labels = [label.get(language) for label in scale.labels]
    if len(labels) == len(values):
        words = labels
    else:
        words = [str(value) for value in values]
        if len(labels) == 2:
            words[0], words[-1] = f"{words[0]} {labels[0]}", f"{words[-1]} {labels[1]}"
    points = [Option(str(value), word or str(value)) for value, word in zip(values, words, strict=True)]
    if scale.unsure:
        with override(CATALOGUES[language]):
            points.append(Option(UNSURE, _("Cannot say")))
    return tuple(points)


def points_of(question: Question, language: str) -> list[tuple[str, str]]:
    """(value, words) of everything that can be marked for a question."""
    if question.scale is not None:
        return [(point.code, point.label) for point in _points(question, language)]
    return [(option.code, option.text.get(language)) for option in question.options]


def _wording(question: Question, definition: Definition, language: str, *, conditional: bool = True) -> str:
    words = question.text.get(language)
    hint = question.hint.get(language).strip()
    if hint:
        words += f"（{hint}）" if language == "zh" else f" ({hint})"
    if conditional and question.show_if is not None:
        words += (" " if language == "en" else "") + _only_if(question.show_if, definition, language)
    return piped(words, definition, {}, language)


def _only_if(condition: Condition, definition: Definition, language: str) -> str:
    words = condition_in_words(condition, _numbered(definition, language), language)
    with override(CATALOGUES[language]):
        return _("(Answer only if %(condition)s.)") % {"condition": words}


def _numbered(definition: Definition, language: str) -> Definition:
    """Its questions named by the numbers they bear on paper: instructions are short and easy to follow."""
    count = itertools.count(1)
    with override(CATALOGUES[language]):
        pages = tuple(
            replace(
                page,
                questions=tuple(
                    replace(one, text=Words.of(**{language: _("question %(number)s") % {"number": next(count)}}))
                    for one in page.questions
                ),
            )
            for page in definition.pages
        )
    return replace(definition, pages=pages, _by_code={})


def answers_of(
    sure: Mapping[str, Sequence[str]], decisions: Mapping[str, Any], definition: Definition
) -> dict[str, Any]:
    """What the questionnaire was answered, as `responses.take_response` takes it.

    `sure`: field → options marked without doubt; `decisions`: field → what a person read (a list of options, or words), which
    counts more.
    """
    found: dict[str, Any] = {}
    for question in definition.questions():
        given = decisions.get(question.code, sure.get(question.code))
        if isinstance(given, (list, tuple)):
            options = [str(one) for one in given]
            given = options if question.kind == "many" else (options[0] if options else None)
        if given not in (None, "", []):
            found[question.code] = day_of(str(given)) if question.kind == "date" else given
        for option in question.options:
            words = str(decisions.get(other_code(question.code, option.code)) or "").strip() if option.other else ""
            if words:
                found[question.code + OTHER] = words
                # Who writes beside "other" means it, marked or not, where that leaves one answer.
                if question.kind == "many" and option.code not in found.get(question.code, []):
                    found[question.code] = [*found.get(question.code, []), option.code]
                elif question.kind == "one" and question.code not in found:
                    found[question.code] = option.code
    return found


def day_of(text: str) -> str:
    digits = "".join(sign for sign in text if sign.isdecimal())
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 else text


def question_of(field: str, definition: Definition) -> tuple[Question, str] | None:
    """The question a field of the paper asks, and the option whose words it holds ("" for the answer itself)."""
    question = definition.question(field)
    if question is not None:
        return question, ""
    code, dot, option = field.rpartition(".")
    question = definition.question(code) if dot else None
    return (question, option) if question is not None else None
