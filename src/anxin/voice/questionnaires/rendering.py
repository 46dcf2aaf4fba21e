"""A page of a questionnaire, ready for `templates/voice/page.html`: what respondents, the preview and a portal draw alike.

Pure: a definition and answers in, plain data out; all words are in the questionnaire's language, whatever the reader's is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from anxin.voice.questionnaires.form import (
    OTHER,
    UNSURE,
    Definition,
    Fault,
    Page,
    Question,
    ordered_options,
    piped,
    shown_questions,
)
from anxin.voice.questionnaires.wording import CATALOGUES, condition_in_words, fault_in_words

SHORT_TEXT = 120  # letters that one line holds; longer answers get a box of several lines
_HTML = {"zh": "zh-CN", "en": "en"}


def page_context(
    definition: Definition,
    page: Page,
    answers: Mapping[str, Any],
    language: str,
    seed: str = "",
    faults: Sequence[Fault] = (),
) -> dict[str, Any]:
    """What `voice/page.html` draws: `lang`, `page` (code, title, intro), `questions`, `faults` and `words`.

    `answers` maps codes to answers as stored or as a form sent them, so that what was typed stays. `seed` shuffles alike
    for the same response. The template holds no form of its own: the face puts form, token and buttons around it. A box
    is named as its question's code, the words beside "other" `<code>__other`.

    A question whose condition looks at this very page is drawn with its condition in words and as JSON (`show_if`):
    `static/js/voice-page.js` hides it while it does not hold; without a script it stays, and `clean_page` forgets
    what it was answered when it should not have been.
    """
    here = {question.code for question in page.questions}
    shown = {question.code for question in shown_questions(page, answers)}
    drawn = {
        question.code: question for question in page.questions if question.code in shown or _looks_at(question, here)
    }
    free = replace(page, questions=tuple(replace(question, show_if=None) for question in drawn.values()))
    wrong = {fault.question: fault for fault in reversed(faults)}
    with override(CATALOGUES.get(language, language)):
        questions = [
            _question(definition, drawn[one.code], answers, language, seed, wrong.get(one.code), here)
            for one in shown_questions(free, answers, seed)
        ]
        return {
            "lang": _HTML.get(language, language),
            "page": {
                "code": page.code,
                "title": piped(page.title.get(language), definition, answers, language),
                "intro": piped(page.intro.get(language), definition, answers, language),
            },
            "questions": questions,
            "faults": [one for one in questions if one["error"]],
            "words": {
                "optional": pgettext("field", "optional"),
                "faults": _("Please look at these questions again:"),
                "only_if": _("Only if this holds:"),
            },
        }


def _looks_at(question: Question, codes: set[str]) -> bool:
    return question.show_if is not None and not codes.isdisjoint(question.show_if.questions())


def _question(
    definition: Definition,
    question: Question,
    answers: Mapping[str, Any],
    language: str,
    seed: str,
    fault: Fault | None,
    here: set[str],
) -> dict[str, Any]:
    condition = question.show_if if _looks_at(question, here) else None
    given = _given(answers.get(question.code))
    found: dict[str, Any] = {
        "code": question.code,
        "id": f"q-{question.code}",
        "kind": question.kind,
        "text": piped(question.text.get(language), definition, answers, language),
        "hint": _hint(question, piped(question.hint.get(language), definition, answers, language)),
        "required": question.required,
        "value": given[0] if given else "",
        "error": fault_in_words(fault, language) if fault else "",
        "show_if": json.dumps(condition.to_data(), ensure_ascii=False) if condition else "",
        "only_if": condition_in_words(condition, definition, language) if condition else "",
    }
    described = [f"{found['id']}-{part}" for part in ("hint", "only_if", "error") if found[part]]
    found["described_by"] = " ".join(described)
    if question.kind == "scale" and question.scale is not None:
        found |= _scale(question, given, language)
    elif question.options:
        found |= _options(question, given, answers, language, seed)
    elif question.kind == "text":
        most = int(question.high) if question.high else 0
        found |= {"long": not most or most > SHORT_TEXT, "most": most or ""}
    return found


def _given(answer: Any) -> list[str]:
    """An answer as texts, as the boxes hold them."""
    many = answer if isinstance(answer, (list, tuple)) else [answer]
    return [
        str(int(one)) if isinstance(one, float) and one.is_integer() else str(one) for one in many if one is not None
    ]


def _hint(question: Question, hint: str) -> str:
    """The hint, and how many may be chosen."""
    if question.kind != "many":
        return hint
    limit = (
        _("Choose %(most)d at most.") % {"most": question.most}
        if question.most is not None
        else _("Choose all that apply.")
    )
    return f"{hint} {limit}".strip()


def _scale(question: Question, given: list[str], language: str) -> dict[str, Any]:
    scale = question.scale
    assert scale is not None
    labels = [label.get(language) for label in scale.labels]
    full = len(labels) == len(scale.points) and all(labels)
    ends = {scale.low: labels[0], scale.high: labels[-1]} if labels else {}
    return {
        "full": full,
        # Two ends are said beside the row, and with the point itself to those who hear the page.
        "low_words": "" if full else ends.get(scale.low, ""),
        "high_words": "" if full else ends.get(scale.high, ""),
        "points": [
            {
                "value": str(point),
                "words": labels[place] if full else "",
                "heard": ends.get(point, "") if not full else "",
                "checked": str(point) in given[:1],
                "id": f"q-{question.code}-{place}",
            }
            for place, point in enumerate(scale.points)
        ],
        "unsure": {"value": UNSURE, "words": _("Cannot say"), "checked": UNSURE in given[:1]} if scale.unsure else None,
        "wide": len(scale.points) > 7,
    }


def _options(
    question: Question, given: list[str], answers: Mapping[str, Any], language: str, seed: str
) -> dict[str, Any]:
    return {
        "options": [
            {
                "code": option.code,
                "words": option.text.get(language),
                "checked": option.code in given,
                "other": option.other,
                "alone": option.alone,
                "id": f"q-{question.code}-{option.code}",
            }
            for option in ordered_options(question, seed)
        ],
        "other_name": question.code + OTHER,
        "other_value": str(answers.get(question.code + OTHER) or ""),
        "other_words": _("Please say which"),
    }
