"""Changes of a questionnaire's JSON: add, set, move, copy, delete. Pure: each returns new data and leaves the old alone.

Works on data, not on a `Definition`, since a draft may be faulty for a while (a condition whose question was moved behind it).
Raises `Missing` where a page or question is no longer there, `Invalid` with the box of the form where something will not do.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from anxin.access.errors import Invalid, Missing
from anxin.voice.questionnaires.form import CODE, OTHER

Data = dict[str, Any]


def pages_of(data: Data) -> list[Data]:
    return [page for page in data.get("pages") or [] if isinstance(page, dict)]


def questions_of(data: Data) -> Iterator[tuple[Data, Data]]:
    """Every question with its page, in the order asked."""
    for page in pages_of(data):
        for question in page.get("questions") or []:
            yield page, question


def codes_of(data: Data) -> set[str]:
    return {page["code"] for page in pages_of(data)} | {question["code"] for _page, question in questions_of(data)}


def fresh_code(taken: set[str], stem: str) -> str:
    """A code nobody has: the stem, or the stem and a number."""
    stem = re.sub(r"\W+", "_", stem, flags=re.ASCII).strip("_")[:32] or "q"
    if not stem[0].isalpha():
        stem = f"q{stem}"
    if stem not in taken:
        return stem
    bare = re.sub(r"_\d+\Z", "", stem)
    number = 2
    while f"{bare}_{number}" in taken:
        number += 1
    return f"{bare}_{number}"


def next_number(taken: set[str], letter: str) -> str:
    """q1, q2 …: the first that is free."""
    number = 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"


# -- the whole ------------------------------------------------------------------------------------------------------


def set_settings(data: Data, settings: Data) -> Data:
    """`settings`: languages, title, intro, thanks."""
    return _trimmed({**data, **settings})


def set_quotas(data: Data, quotas: list[Data]) -> Data:
    return _trimmed({**data, "quotas": quotas})


def set_words(data: Data, given: dict[tuple[str, str], str]) -> Data:
    """Translations: (place, language) → words, where places are those of `Definition.texts`. Unknown places are left out."""
    new = copy.deepcopy(data)
    for (place, language), words in given.items():
        text = _text_at(new, place)
        if text is not None and words.strip():
            text[language] = words.strip()
    return new


def _text_at(data: Data, place: str) -> Data | None:
    """The text object at a place, made one if it is bare words."""

    def text(holder: Data, key: str) -> Data | None:
        found = holder.get(key)
        if isinstance(found, str):
            found = holder[key] = {"zh": found}
        return found if isinstance(found, dict) else None

    if place in ("title", "intro", "thanks"):
        return text(data, place)
    code, _dot, part = place.partition(".")
    for page in pages_of(data):
        if page["code"] == code and part in ("title", "intro"):
            return text(page, part)
    for _page, question in questions_of(data):
        if question["code"] != code:
            continue
        if part in ("", "hint"):
            return text(question, part or "text")
        labels = (question.get("scale") or {}).get("labels") or []
        number = re.fullmatch(r"label(\d+)", part)
        if number and labels and int(number[1]) <= len(labels):
            label = labels[int(number[1]) - 1]
            return label if isinstance(label, dict) else None
        for option in question.get("options") or []:
            if option.get("code") == part:
                return text(option, "text")
    return None


# -- pages ----------------------------------------------------------------------------------------------------------


def add_page(data: Data, page: Data, after: str = "") -> Data:
    new = copy.deepcopy(data)
    pages = new.setdefault("pages", [])
    places = [place for place, one in enumerate(pages, 1) if one["code"] == after]
    pages.insert(places[0] if places else len(pages), _trimmed(page))
    return new


def set_page(data: Data, code: str, page: Data) -> Data:
    """Its title, intro, order and condition; its code and questions stay."""
    new = copy.deepcopy(data)
    there = _page(new, code)
    there_questions = there.get("questions") or []
    there.clear()
    there.update(_trimmed({**page, "code": code}), questions=there_questions)
    return new


def move_page(data: Data, code: str, by: int) -> Data:
    new = copy.deepcopy(data)
    _shift(new["pages"], _page(new, code), by)
    return new


def copy_page(data: Data, code: str) -> Data:
    """Behind itself, with codes of its own; conditions and pipes inside the page look at the copies."""
    new = copy.deepcopy(data)
    page = _page(new, code)
    twin = copy.deepcopy(page)
    taken = codes_of(new)
    twin["code"] = fresh_code(taken, code)
    taken.add(twin["code"])
    renamed = {}
    for question in twin.get("questions") or []:
        renamed[question["code"]] = fresh_code(taken, question["code"])
        taken.add(renamed[question["code"]])
        question["code"] = renamed[question["code"]]
    for old, fresh in renamed.items():
        _rename_in(twin, old, fresh)
    new["pages"].insert(new["pages"].index(page) + 1, twin)
    return new


def delete_page(data: Data, code: str) -> Data:
    new = copy.deepcopy(data)
    new["pages"].remove(_page(new, code))
    return new


# -- questions ------------------------------------------------------------------------------------------------------


def add_questions(data: Data, page: str, questions: Sequence[Data], after: str = "") -> Data:
    """Add at a page's end or behind a question. A code that is taken gets a number, and what looks at it follows."""
    new = copy.deepcopy(data)
    there = _page(new, page).setdefault("questions", [])
    place = next((n for n, one in enumerate(there, 1) if one["code"] == after), len(there))
    added = copy.deepcopy(list(questions))
    taken = codes_of(new)
    for question in added:
        old = question["code"]
        question["code"] = fresh_code(taken, old)
        taken.add(question["code"])
        if question["code"] != old:
            for one in added:
                _rename_in(one, old, question["code"])
    there[place:place] = added
    return new


def set_question(data: Data, code: str, question: Data) -> Data:
    """Write a question over. With a new code, conditions, quotas and pipes elsewhere follow."""
    new = copy.deepcopy(data)
    page, there = find_question(new, code)
    fresh = question["code"]
    if fresh != code:
        if not CODE.match(fresh):
            wrong = _("A code begins with a letter and has letters, digits and _ only, 40 at most.")
            raise Invalid(wrong, fields={"code": wrong})
        if fresh in codes_of(new):
            wrong = _("Another question or page has this code.")
            raise Invalid(wrong, fields={"code": wrong})
    page["questions"][page["questions"].index(there)] = _trimmed(question)
    if fresh != code:
        _rename_in(new, code, fresh)
    return new


def move_question(data: Data, code: str, by: int) -> Data:
    """Within its page; beyond its edge to the page before or after."""
    new = copy.deepcopy(data)
    page, question = find_question(new, code)
    there = page["questions"]
    place = there.index(question) + by
    if 0 <= place < len(there):
        _shift(there, question, by)
        return new
    pages = new["pages"]
    other = pages.index(page) + (1 if by > 0 else -1)
    if 0 <= other < len(pages):
        there.remove(question)
        beyond = pages[other].setdefault("questions", [])
        beyond.insert(0 if by > 0 else len(beyond), question)
    return new


def move_question_to(data: Data, code: str, page: str) -> Data:
    """To the end of another page."""
    new = copy.deepcopy(data)
    from_page, question = find_question(new, code)
    to_page = _page(new, page)
    from_page["questions"].remove(question)
    to_page.setdefault("questions", []).append(question)
    return new


def copy_question(data: Data, code: str) -> Data:
    page, question = find_question(data, code)
    return add_questions(data, page["code"], [question], after=code)


def delete_question(data: Data, code: str) -> Data:
    new = copy.deepcopy(data)
    page, question = find_question(new, code)
    page["questions"].remove(question)
    return new


def find_question(data: Data, code: str) -> tuple[Data, Data]:
    for page, question in questions_of(data):
        if question["code"] == code:
            return page, question
    raise Missing(_("There is no such question any more."))


def find_page(data: Data, code: str) -> Data:
    return _page(data, code)


def _page(data: Data, code: str) -> Data:
    for page in pages_of(data):
        if page["code"] == code:
            return page
    raise Missing(_("There is no such page any more."))


def _shift(rows: list[Data], row: Data, by: int) -> None:
    place = rows.index(row)
    rows.insert(max(0, min(len(rows) - 1, place + by)), rows.pop(place))


def _rename_in(data: Any, old: str, fresh: str) -> None:
    """Conditions and pipes that look at `old` look at `fresh`, anywhere in the data."""
    pipe = re.compile(rf"\{{{re.escape(old)}((?:{OTHER})?)\}}")

    def walk(found: Any, put: Callable[[Any], None]) -> None:
        if isinstance(found, str):
            put(pipe.sub(rf"{{{fresh}\1}}", found))
        elif isinstance(found, list):
            for place, one in enumerate(found):
                walk(one, lambda value, place=place: found.__setitem__(place, value))  # type: ignore[misc]
        elif isinstance(found, dict):
            if found.get("answer") == old:
                found["answer"] = fresh
            for key, one in list(found.items()):
                if key != "code":
                    walk(one, lambda value, key=key: found.__setitem__(key, value))  # type: ignore[misc]

    walk(data, lambda value: None)


def _trimmed(data: Data) -> Data:
    return {key: value for key, value in data.items() if value not in (None, "", {}, [], False)}
