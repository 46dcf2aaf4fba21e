"""Conditions and refused answers in words, in a questionnaire's own language. Pure but for the catalogue of translations."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import override

from anxin.voice.questionnaires.form import UNSURE, Condition, Definition, Fault, Question

CATALOGUES = {"zh": "zh-hans", "en": "en"}
"""A questionnaire's language → the catalogue of our own words in it."""


def fault_in_words(fault: Fault, language: str) -> str:
    """What is wrong with an answer and what to do, in the respondent's language."""
    facts = {name: _plain(value) for name, value in fault.facts.items()}
    with override(CATALOGUES.get(language, language)):
        match fault.code:
            case "required":
                return _("Please answer this question.")
            case "too_long":
                return _("Please write %(most)s characters at most.") % facts
            case "too_short":
                return _("Please write at least %(least)s characters.") % facts
            case "off_scale":
                return _("Please choose from %(low)s to %(high)s.") % facts
            case "other_words":
                return _("Please say in the box what else you mean.")
            case "only_one":
                return _("Please choose one answer only.")
            case "alone":
                return _("One of the answers you chose excludes all others. Please choose it alone, or the others.")
            case "too_many":
                return _("Please choose %(most)s answers at most.") % facts
            case "number":
                return _("Please write a number, such as 12.")
            case "date":
                return _("Please give a day, such as 2025-03-14.")
            case "out_of_range":
                return _range(facts)
        return _("Please choose one of the answers shown.")


def _range(facts: dict[str, str]) -> str:
    if not facts.get("low"):
        return _("Please write a number of %(high)s at most.") % facts
    if not facts.get("high"):
        return _("Please write a number of at least %(low)s.") % facts
    return _("Please write a number from %(low)s to %(high)s.") % facts


def condition_in_words(condition: Condition, definition: Definition | None, language: str) -> str:
    """Such as: “Did you have a claim?” is “yes”. Questions that are not there keep their code."""
    find: Callable[[str], Question | None] = definition.question if definition else lambda _code: None
    with override(CATALOGUES.get(language, language)):
        return _words(condition, find, language)


def _words(condition: Condition, find: Callable[[str], Question | None], language: str) -> str:
    if condition.kind in ("all", "any"):
        between = _(" and ") if condition.kind == "all" else _(" or ")
        parts = [
            f"({_words(part, find, language)})" if len(part.parts) > 1 else _words(part, find, language)
            for part in condition.parts
        ]
        return between.join(parts)
    if condition.kind == "not":
        return _("not (%(condition)s)") % {"condition": _words(condition.parts[0], find, language)}
    question = find(condition.question)
    name = _short(question.text.get(language)) if question else condition.question
    facts = {"question": name, "bound": _plain(condition.bound)}
    match condition.kind:
        case "given" if condition.given:
            return _("“%(question)s” is answered") % facts
        case "given":
            return _("“%(question)s” is not answered") % facts
        case "at_least":
            return _("“%(question)s” is %(bound)s or more") % facts
        case "at_most":
            return _("“%(question)s” is %(bound)s or less") % facts
    known = {option.code: option.text.get(language) for option in question.options} if question else {}
    known[UNSURE] = _("Cannot say")
    values = _(" or ").join(f"“{known.get(value, value)}”" for value in condition.values)
    return _("“%(question)s” is %(values)s") % {"question": name, "values": values}


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _plain(value: object) -> str:
    """A number without a needless “.0”; '' for none."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
