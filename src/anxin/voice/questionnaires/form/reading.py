"""A questionnaire from JSON and back. Reading names every fault at once, with where it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from anxin.voice.questionnaires.form.conditions import Condition, read_condition
from anxin.voice.questionnaires.form.definition import (
    KINDS,
    LANGUAGES,
    ROLES,
    Definition,
    Option,
    Page,
    Question,
    Quota,
    Scale,
    Source,
    Text,
)

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}\Z")
MOST_QUESTIONS, MOST_OPTIONS = 300, 60


class Faulty(ValueError):
    """A questionnaire that cannot be used; `faults` are (where, what is wrong and how to mend it)."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{where}: {what}" for where, what in faults))
        self.faults = faults


def read_definition(data: Any) -> Definition:
    """The questionnaire, or Faulty with everything that is wrong."""
    reader = _Reader()
    definition = reader.definition(data)
    if reader.faults or definition is None:
        raise Faulty(reader.faults)
    faults = structural_faults(definition)
    if faults:
        raise Faulty(faults)
    return definition


def look_over(data: Any) -> tuple[Definition, list[tuple[str, str]]]:
    """The questionnaire as far as it can be read, and everything that is wrong with it: what an editor shows of a draft."""
    reader = _Reader()
    definition = reader.definition(data) or Definition(languages=("zh",), title=Text())
    return definition, [*reader.faults, *structural_faults(definition)]


def structural_faults(definition: Definition) -> list[tuple[str, str]]:
    """Codes that occur twice; conditions on questions that come later, do not exist, or whose options do not."""
    faults: list[tuple[str, str]] = []
    seen: dict[str, Question] = {}
    pages: set[str] = set()
    for page in definition.pages:
        if page.code in pages:
            faults.append((page.code, _("another page has this code")))
        pages.add(page.code)
        if page.show_if is not None:
            faults += _condition_faults(page.code, page.show_if, seen)
        for question in page.questions:
            if question.show_if is not None:
                faults += _condition_faults(question.code, question.show_if, seen)
            if question.code in seen:
                faults.append((question.code, _("another question has this code")))
            seen[question.code] = question
    for quota in definition.quotas:
        faults += _condition_faults(f"quota {quota.code}", quota.condition, seen)
    return faults


def _condition_faults(where: str, condition: Condition, seen: Mapping[str, Question]) -> list[tuple[str, str]]:
    faults = []
    for leaf in _leaves(condition):
        question = seen.get(leaf.question)
        if question is None:
            faults.append(
                (where, _("its condition looks at “%(code)s”, which is not asked before") % {"code": leaf.question})
            )
            continue
        if leaf.kind == "is" and question.options:
            known = {option.code for option in question.options}
            faults += [
                (
                    where,
                    _("its condition waits for “%(value)s”, which is no option of %(code)s")
                    % {"value": value, "code": leaf.question},
                )
                for value in leaf.values
                if value not in known
            ]
    return faults


def _leaves(condition: Condition) -> list[Condition]:
    if not condition.parts:
        return [condition]
    return [leaf for part in condition.parts for leaf in _leaves(part)]


class _Reader:
    def __init__(self) -> None:
        self.faults: list[tuple[str, str]] = []

    def wrong(self, where: str, what: str) -> None:
        self.faults.append((where, what))

    def definition(self, data: Any) -> Definition | None:
        if not isinstance(data, Mapping):
            self.wrong("questionnaire", _("it is not an object"))
            return None
        languages = data.get("languages") or ["zh"]
        if not isinstance(languages, list) or not all(one in LANGUAGES for one in languages):
            self.wrong("languages", _("choose from %(known)s") % {"known": ", ".join(LANGUAGES)})
            languages = ["zh"]
        languages = list(dict.fromkeys(languages))
        pages = data.get("pages") or []
        if not isinstance(pages, list):
            self.wrong("pages", _("it is not a list"))
            pages = []
        read = tuple(self.page(page, place) for place, page in enumerate(pages, 1))
        if sum(len(page.questions) for page in read) > MOST_QUESTIONS:
            self.wrong("pages", _("more than %(most)d questions") % {"most": MOST_QUESTIONS})
        quotas = data.get("quotas") or []
        if not isinstance(quotas, list):
            self.wrong("quotas", _("it is not a list"))
            quotas = []
        title = self.text(data.get("title"), "title")
        if not title:
            self.wrong("title", _("the questionnaire needs a title"))
        return Definition(
            languages=tuple(languages),
            title=title,
            intro=self.text(data.get("intro"), "intro"),
            thanks=self.text(data.get("thanks"), "thanks"),
            pages=read,
            quotas=tuple(quota for place, one in enumerate(quotas, 1) if (quota := self.quota(one, place)) is not None),
        )

    def text(self, data: Any, where: str) -> Text:
        if data in (None, "", {}):
            return Text()
        if isinstance(data, str):
            return Text.of(zh=data)
        if not isinstance(data, Mapping) or not all(isinstance(one, str) for one in data.values()):
            self.wrong(where, _("a text is an object of language and words"))
            return Text()
        unknown = set(data) - set(LANGUAGES)
        if unknown:
            self.wrong(where, _("unknown language %(given)s") % {"given": ", ".join(sorted(map(str, unknown)))})
        return Text(tuple((language, data[language]) for language in LANGUAGES if data.get(language)))

    def code(self, data: Any, where: str) -> str:
        if not isinstance(data, str) or not CODE.match(data):
            self.wrong(where, _("a code begins with a letter and has letters, digits and _ only, 40 at most"))
            return where
        return data

    def page(self, data: Any, place: int) -> Page:
        where = f"page {place}"
        if not isinstance(data, Mapping):
            self.wrong(where, _("it is not an object"))
            return Page(f"p{place}")
        code = self.code(data.get("code") or f"p{place}", where)
        questions = data.get("questions") or []
        if not isinstance(questions, list):
            self.wrong(where, _("its questions are not a list"))
            questions = []
        return Page(
            code=code,
            title=self.text(data.get("title"), f"{code}.title"),
            intro=self.text(data.get("intro"), f"{code}.intro"),
            questions=tuple(self.question(one, f"{code}, question {n}") for n, one in enumerate(questions, 1)),
            shuffle=bool(data.get("shuffle")),
            show_if=self.condition(data.get("show_if"), code),
        )

    def question(self, data: Any, where: str) -> Question:
        if not isinstance(data, Mapping):
            self.wrong(where, _("it is not an object"))
            return Question("q", "text", Text())
        code = self.code(data.get("code"), where)
        kind = data.get("kind")
        if kind not in KINDS:
            self.wrong(code, _("its kind is one of %(known)s") % {"known": ", ".join(KINDS)})
            kind = "text"
        text = self.text(data.get("text"), code)
        if not text:
            self.wrong(code, _("it has no words"))
        role = data.get("role") or ""
        if role not in ROLES:
            self.wrong(
                code, _("its role is one of %(known)s, or none") % {"known": ", ".join(role for role in ROLES if role)}
            )
        low, high = self.number(data.get("low"), code, "low"), self.number(data.get("high"), code, "high")
        if low is not None and high is not None and low > high:
            self.wrong(code, _("its lowest value is above its highest"))
        options = self.options(data.get("options"), code) if kind in ("one", "many") else ()
        most = data.get("most")
        if most is not None and (not isinstance(most, int) or isinstance(most, bool) or most < 1):
            self.wrong(code, _("“most” is a whole number from 1"))
            most = None
        return Question(
            code=code,
            kind=kind,
            text=text,
            hint=self.text(data.get("hint"), f"{code}.hint"),
            required=bool(data.get("required")),
            options=options,
            scale=self.scale(data.get("scale"), code) if kind == "scale" else None,
            low=low,
            high=high,
            most=most if kind == "many" else None,
            shuffle=bool(data.get("shuffle")),
            show_if=self.condition(data.get("show_if"), code),
            role=role if role in ROLES else "",
            source=self.source(data.get("source"), code),
        )

    def number(self, data: Any, where: str, name: str) -> float | None:
        if data is None or (isinstance(data, (int, float)) and not isinstance(data, bool)):
            return data
        self.wrong(where, _("“%(name)s” is a number") % {"name": name})
        return None

    def options(self, data: Any, where: str) -> tuple[Option, ...]:
        if not isinstance(data, list) or len(data) < 2:
            self.wrong(where, _("a choice needs two options or more"))
            return ()
        if len(data) > MOST_OPTIONS:
            self.wrong(where, _("more than %(most)d options; ask for words instead") % {"most": MOST_OPTIONS})
        options = []
        for place, one in enumerate(data, 1):
            if not isinstance(one, Mapping):
                self.wrong(where, _("option %(place)d is not an object") % {"place": place})
                continue
            code = str(one.get("code") or place)
            text = self.text(one.get("text"), f"{where}.{code}")
            if not text:
                self.wrong(where, _("option %(code)s has no words") % {"code": code})
            options.append(Option(code, text, other=bool(one.get("other")), alone=bool(one.get("alone"))))
        codes = [option.code for option in options]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            self.wrong(where, _("two options have the code %(code)s") % {"code": code})
        return tuple(options)

    def scale(self, data: Any, where: str) -> Scale:
        if not isinstance(data, Mapping):
            self.wrong(where, _("a rating needs its scale, such as 1 to 5"))
            return Scale(1, 5)
        low, high = data.get("low", 1), data.get("high", 5)
        if (
            not all(isinstance(one, int) and not isinstance(one, bool) for one in (low, high))
            or not low < high <= low + 10
        ):
            self.wrong(where, _("a scale goes from a whole number to a higher one, with 11 points at most"))
            low, high = 1, 5
        labels = data.get("labels") or []
        if not isinstance(labels, list) or len(labels) not in (0, 2, high - low + 1):
            self.wrong(where, _("labels are those of every point, or of the two ends"))
            labels = []
        read = tuple(self.text(label, f"{where}.label{place}") for place, label in enumerate(labels, 1))
        return Scale(low, high, read, unsure=bool(data.get("unsure")))

    def source(self, data: Any, where: str) -> Source | None:
        if data in (None, {}):
            return None
        if not isinstance(data, Mapping) or not all(isinstance(data.get(key), str) for key in ("instrument", "item")):
            self.wrong(where, _("its source names an instrument and an item"))
            return None
        return Source(data["instrument"], data["item"], str(data.get("stage") or ""))

    def condition(self, data: Any, where: str) -> Condition | None:
        if data in (None, {}, []):
            return None
        try:
            return read_condition(data)
        except ValueError as error:
            self.wrong(where, _("its condition cannot be read: %(why)s") % {"why": error})
            return None

    def quota(self, data: Any, place: int) -> Quota | None:
        where = f"quota {place}"
        if not isinstance(data, Mapping):
            self.wrong(where, _("it is not an object"))
            return None
        condition = self.condition(data.get("if"), where)
        most = data.get("most")
        if condition is None or not isinstance(most, int) or isinstance(most, bool) or most < 0:
            self.wrong(where, _("a quota has a condition (“if”) and a whole number (“most”)"))
            return None
        return Quota(str(data.get("code") or place), condition, most)


def to_data(definition: Definition) -> dict[str, Any]:
    """JSON that reads back as the same questionnaire; what is empty is left out."""
    return _trimmed(
        {
            "languages": list(definition.languages),
            "title": dict(definition.title.words),
            "intro": dict(definition.intro.words),
            "thanks": dict(definition.thanks.words),
            "pages": [_page(page) for page in definition.pages],
            "quotas": [
                {"code": quota.code, "if": quota.condition.to_data(), "most": quota.most} for quota in definition.quotas
            ],
        }
    )


def _page(page: Page) -> dict[str, Any]:
    return _trimmed(
        {
            "code": page.code,
            "title": dict(page.title.words),
            "intro": dict(page.intro.words),
            "questions": [_question(question) for question in page.questions],
            "shuffle": page.shuffle,
            "show_if": page.show_if.to_data() if page.show_if else None,
        }
    )


def _question(question: Question) -> dict[str, Any]:
    scale, source = question.scale, question.source
    return _trimmed(
        {
            "code": question.code,
            "kind": question.kind,
            "text": dict(question.text.words),
            "hint": dict(question.hint.words),
            "required": question.required,
            "options": [
                _trimmed({"code": one.code, "text": dict(one.text.words), "other": one.other, "alone": one.alone})
                for one in question.options
            ],
            "scale": scale
            and _trimmed(
                {
                    "low": scale.low,
                    "high": scale.high,
                    "labels": [dict(label.words) for label in scale.labels],
                    "unsure": scale.unsure,
                },
                keep=("low", "high"),
            ),
            "low": question.low,
            "high": question.high,
            "most": question.most,
            "shuffle": question.shuffle,
            "show_if": question.show_if.to_data() if question.show_if else None,
            "role": question.role,
            "source": source
            and _trimmed({"instrument": source.instrument, "item": source.item, "stage": source.stage}),
        },
        keep=("low", "high"),
    )


def _trimmed(data: dict[str, Any], keep: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        key: value
        for key, value in data.items()
        if value not in (None, "", {}, [], False) or (key in keep and value is not None)
    }
