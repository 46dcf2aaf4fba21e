"""Where everything lies on a printed form: data, stored with the form's version and needed to read it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from anxin.engines.reading.forms.errors import FormError

# Layouts of another format are refused, not guessed at.
FORMAT = 1


@dataclass(frozen=True)
class Box:
    """A box to mark: millimetres from the page's top left corner to the box's; `w` and `h` between middles of lines."""

    field: str
    option: str
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class Writing:
    """A place for handwriting, in the same millimetres."""

    field: str
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class Question:
    """What one field takes. `number` is the one printed before it (0: none); `most` limits a multiple choice."""

    field: str
    kind: Literal["one", "many", "digits", "text"]
    number: int
    most: int | None = None


@dataclass(frozen=True)
class PageLayout:
    number: int
    boxes: tuple[Box, ...]
    writings: tuple[Writing, ...]


@dataclass(frozen=True)
class Layout:
    """All pages of one version of a form. `Layout.from_data(layout.to_data()) == layout`."""

    form_id: str
    version: int
    questions: tuple[Question, ...]
    pages: tuple[PageLayout, ...]

    @cached_property
    def by_field(self) -> dict[str, Question]:
        return {question.field: question for question in self.questions}

    def to_data(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "form_id": self.form_id,
            "version": self.version,
            "questions": [dict(vars(question)) for question in self.questions],
            "pages": [
                {
                    "number": page.number,
                    "boxes": [dict(vars(box)) for box in page.boxes],
                    "writings": [dict(vars(writing)) for writing in page.writings],
                }
                for page in self.pages
            ],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Layout:
        """The layout that `to_data` wrote. FormError for data of another format or with something missing."""
        if data.get("format") != FORMAT:
            raise FormError(
                f"This layout has format {data.get('format')!r}, and this engine reads {FORMAT}: print the form again.",
                code="bad_layout",
            )
        try:
            return cls(
                form_id=data["form_id"],
                version=data["version"],
                questions=tuple(Question(**one) for one in data["questions"]),
                pages=tuple(
                    PageLayout(
                        number=page["number"],
                        boxes=tuple(Box(**one) for one in page["boxes"]),
                        writings=tuple(Writing(**one) for one in page["writings"]),
                    )
                    for page in data["pages"]
                ),
            )
        except (KeyError, TypeError) as error:
            raise FormError(f"This is not a layout's data: {error!r}.", code="bad_layout") from error
