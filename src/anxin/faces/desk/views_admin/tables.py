"""Tables and filters as data, so that every list of the administration is drawn by the same two templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from anxin.faces.desk.forms_admin.base import number_of

PAGE = 50
Row_ = TypeVar("Row_", bound=Model)


@dataclass(frozen=True, slots=True)
class Cell:
    """Words, where they lead, a second line, and a state's tone (`data-tone`) with its icon: never colour alone."""

    text: str
    href: str = ""
    small: str = ""
    css: str = ""
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    cells: Sequence[Cell]
    css: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of a row is its heading and carries its link."""

    caption: str
    heads: Sequence[tuple[str, str]]
    """Words and class of each column."""
    rows: Sequence[Row] = ()


def num(text: str) -> Cell:
    return Cell(text, css="num")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is a choice; an empty value is "any"."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    value: str = ""

    @classmethod
    def of(cls, request: HttpRequest, name: str, label: str, options: Sequence[tuple[str, Any]]) -> Chip:
        asked = request.GET.get(name, "")
        listed = [(str(value), str(words)) for value, words in options]
        return cls(name, label, listed, asked if asked in dict(listed) else "")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed by: choices, days and words."""

    chips: Sequence[Chip] = ()
    text: str = ""
    text_label: str = ""
    days: Sequence[tuple[str, str, str]] = ()
    """Name, words and value of each day box."""
    kept: dict[str, str] = field(default_factory=dict)
    clear: str = "?"
    """Where the list without filters is."""

    def chosen(self, name: str) -> str:
        return next(chip.value for chip in self.chips if chip.name == name)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or any(chip.value for chip in self.chips) or any(value for _n, _l, value in self.days))


@dataclass(frozen=True, slots=True)
class Window(Generic[Row_]):
    """Rows by falling id, without counting them all: a long register opens as fast as a short one."""

    rows: list[Row_]
    older: str = ""
    newer: str = ""


def window(rows: QuerySet[Row_], request: HttpRequest, *, size: int = PAGE) -> Window[Row_]:
    before, after = (number_of(request.GET.get(name, "")) for name in ("before", "after"))
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        more_newer, more_older = len(found) > size, True
        found = found[:size][::-1]
    else:
        found = list((rows.filter(pk__lt=before) if before is not None else rows).order_by("-pk")[: size + 1])
        more_newer, more_older = before is not None, len(found) > size
        found = found[:size]
    if not found:
        return Window([])
    rest = request.GET.copy()
    rest.pop("before", None)
    rest.pop("after", None)
    start = f"{rest.urlencode()}&" if rest else ""
    return Window(
        found,
        older=f"?{start}before={found[-1].pk}" if more_older else "",
        newer=f"?{start}after={found[0].pk}" if more_newer else "",
    )
