"""A questionnaire as it goes on paper: frozen, JSON-able, checked when it is made."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from anxin.engines.reading.forms.errors import FormError

# What a page's QR code can carry without growing: capitals, digits and the hyphen (QR's alphanumeric mode).
_ID = re.compile(r"[A-Z0-9][A-Z0-9-]{0,15}")
_CODE_LENGTH = 64
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Option:
    """One box to mark. `other` puts a place for handwriting beside it, read as the field `<code of the field>.<code>`."""

    code: str
    label: str
    other: bool = False


@dataclass(frozen=True)
class Item:
    """One row of a scale: its own field, answered by exactly one of the scale's points."""

    code: str
    wording: str


@dataclass(frozen=True)
class Heading:
    """A section's title, and a sentence below it where `note` is given."""

    wording: str
    note: str = ""


@dataclass(frozen=True)
class Scale:
    """Rating rows that share one header of 2 to 11 points. The header is repeated on every page the rows reach."""

    items: tuple[Item, ...]
    points: tuple[Option, ...]
    wording: str = ""


@dataclass(frozen=True)
class One:
    """Single choice."""

    code: str
    wording: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Many:
    """Multiple choice, of at most `most` options where that is given."""

    code: str
    wording: str
    options: tuple[Option, ...]
    most: int | None = None


@dataclass(frozen=True)
class Digits:
    """A number written by hand into `count` boxes: a person reads it from its picture."""

    code: str
    wording: str
    count: int = 4
    unit: str = ""


@dataclass(frozen=True)
class Text:
    """Free text written by hand on `lines` lines of 9 mm: a person reads it from its picture."""

    code: str
    wording: str
    lines: int = 3


Field: TypeAlias = Heading | Scale | One | Many | Digits | Text
_KINDS: dict[str, type[Any]] = {
    "heading": Heading,
    "scale": Scale,
    "one": One,
    "many": Many,
    "digits": Digits,
    "text": Text,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True)
class PaperForm:
    """One version of a questionnaire. A published version never changes: print a new one under a new `version`.

    `form_id` is 1 to 16 of A-Z, 0-9 and the hyphen, for it goes into the code on every page. `language` chooses the words
    the engine adds (how to mark, page numbers) and how lines break. Raises FormError for anything that cannot be printed.
    """

    form_id: str
    version: int
    title: str
    language: Literal["zh", "en"]
    fields: tuple[Field, ...]
    intro: str = ""

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.form_id):
            raise FormError(
                f"Form id {self.form_id!r} cannot go into a page's code: use 1 to 16 of A-Z, 0-9 and the hyphen.",
                code="bad_form_id",
                about=(self.form_id,),
            )
        if not 1 <= self.version <= 9999:
            raise FormError(f"Version {self.version} is not between 1 and 9999.", code="bad_version")
        if self.language not in LANGUAGES:
            raise FormError(
                f"Language {self.language!r} is not one a form can be printed in: use {' or '.join(LANGUAGES)}.",
                code="bad_language",
            )
        if not self.title.strip():
            raise FormError("The form has no title: give it one.", code="no_title")
        for field in self.fields:
            _check(field)
        codes = Counter(self.codes())
        if not codes:
            raise FormError("The form asks nothing: add a question.", code="no_fields")
        twice = sorted(code for code, count in codes.items() if count > 1)
        if twice:
            raise FormError(
                f"Used by more than one question: {', '.join(twice)}. Give each its own code.",
                code="code_twice",
                about=twice,
            )

    def codes(self) -> Iterator[str]:
        """The code of everything that is answered, in the order of the paper; handwriting beside "other" included."""
        for field in self.fields:
            if isinstance(field, Scale):
                yield from (item.code for item in field.items)
            elif isinstance(field, (One, Many)):
                yield field.code
                yield from (other_code(field.code, option.code) for option in field.options if option.other)
            elif not isinstance(field, Heading):
                yield field.code

    def to_data(self) -> dict[str, Any]:
        return {
            "form_id": self.form_id,
            "version": self.version,
            "title": self.title,
            "language": self.language,
            "intro": self.intro,
            "fields": [field_to_data(field) for field in self.fields],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PaperForm:
        """The form that `to_data` wrote. FormError where something is missing or of another kind."""
        try:
            fields = tuple(_field_from_data(one) for one in data["fields"])
            return cls(
                form_id=str(data["form_id"]),
                version=int(data["version"]),
                title=str(data["title"]),
                language=data["language"],
                intro=str(data.get("intro", "")),
                fields=fields,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise FormError(f"This is not a form's data: {error!r}.", code="bad_data") from error


def other_code(field: str, option: str) -> str:
    """The code of the handwriting beside an option."""
    return f"{field}.{option}"


def field_to_data(field: Field) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": _NAMES[type(field)]}
    for name, value in vars(field).items():
        data[name] = [dict(vars(part)) for part in value] if isinstance(value, tuple) else value
    return data


def _field_from_data(data: Mapping[str, Any]) -> Field:
    values = dict(data)
    name = values.pop("kind")
    if name not in _KINDS:
        raise FormError(f"There is no field of kind {name!r}: use {', '.join(_KINDS)}.", code="bad_kind", about=(name,))
    for part, kind in (("options", Option), ("points", Option), ("items", Item)):
        if part in values:
            values[part] = tuple(kind(**one) for one in values[part])
    field: Field = _KINDS[name](**values)
    return field


def _check(field: Field) -> None:
    if isinstance(field, Heading):
        _worded(field.wording, "A heading", "heading")
    elif isinstance(field, Scale):
        if not field.items:
            raise FormError("A scale has no rows: give it at least one item.", code="no_items")
        about = field.items[0].code
        if not 2 <= len(field.points) <= 11:
            raise FormError(
                f"The scale that begins with {about} has {len(field.points)} points: use 2 to 11.",
                code="bad_points",
                about=(about,),
            )
        if any(point.other for point in field.points):
            raise FormError(
                f"A point of the scale that begins with {about} asks for handwriting: only a choice can.",
                code="bad_points",
                about=(about,),
            )
        _check_options(field.points, f"the scale that begins with {about}", about)
        for item in field.items:
            _check_code(item.code)
            _worded(item.wording, f"Row {item.code}", item.code)
    else:
        _check_code(field.code)
        _worded(field.wording, f"Question {field.code}", field.code)
        if isinstance(field, Digits):
            _within(field.code, "boxes for digits", field.count, 1, 18)
        elif isinstance(field, Text):
            _within(field.code, "lines", field.lines, 1, 22)
        else:
            if not field.options:
                raise FormError(f"Question {field.code} has no options.", code="no_options", about=(field.code,))
            _check_options(field.options, f"question {field.code}", field.code)
            if isinstance(field, Many) and field.most is not None:
                _within(field.code, "choices at most", field.most, 1, len(field.options))


def _check_options(options: tuple[Option, ...], where: str, about: str) -> None:
    for option in options:
        _check_code(option.code)
        _worded(option.label, f"Option {option.code} of {where}", about)
    twice = sorted(code for code, count in Counter(option.code for option in options).items() if count > 1)
    if twice:
        raise FormError(
            f"Two options of {where} share a code: {', '.join(twice)}. Give each its own.",
            code="code_twice",
            about=(about, *twice),
        )


def _check_code(code: str) -> None:
    if not code or len(code) > _CODE_LENGTH or code != code.strip():
        raise FormError(
            f"{code!r} is no code: use 1 to {_CODE_LENGTH} characters without spaces around them.",
            code="bad_code",
            about=(code,),
        )


def _worded(wording: str, what: str, about: str) -> None:
    if not wording.strip():
        raise FormError(f"{what} has no words.", code="no_wording", about=(about,))


def _within(code: str, what: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise FormError(
            f"Question {code} has {value} {what}: use {least} to {most}.", code="out_of_range", about=(code,)
        )
