"""What a file is, before it is read in earnest: for the moment somebody uploads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from anxin.engines.reading.forms import pictures
from anxin.engines.reading.forms.codes import PageCode
from anxin.engines.reading.forms.problems import Problem
from anxin.engines.reading.forms.registration import find_page

_LOOKED_AT = 3  # pages: a batch may begin with a cover sheet


@dataclass(frozen=True)
class Peek:
    """`kind` is None, `pages` 0 and `problem` set for a file that cannot be opened.

    `ours`: whether one of the first three pages is one of our forms. `code`: the first that could be read.
    """

    kind: Literal["pdf", "tiff", "picture"] | None
    pages: int
    ours: bool
    code: PageCode | None = None
    problem: Problem | None = None


def peek(data: bytes) -> Peek:
    """Look at a file: how many pages it has, and whether they are ours. Some 50 ms; opening the pages is most of it."""
    kind = pictures.kind_of(data)
    if isinstance(kind, Problem):
        return Peek(None, 0, False, problem=kind)
    count = pictures.count_pages(data)
    if isinstance(count, Problem):
        return Peek(None, 0, False, problem=count)
    ours, problem = False, None
    for number in range(min(count, _LOOKED_AT)):
        picture = pictures.page(data, number)
        if isinstance(picture, Problem):
            problem = problem or picture
            continue
        found = find_page(picture)
        ours |= found.ours
        if isinstance(found.code, PageCode):
            return Peek(kind, count, True, found.code)
    return Peek(kind, count, ours, problem=None if ours else problem)
