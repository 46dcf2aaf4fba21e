"""What the engine refuses, and how it says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class MiningError(ValueError):
    """Something given cannot be worked with. `str(error)` says what and how to mend it.

    `code` is a stable name for programs and translations; `about` holds the columns, activities, files or rows meant.
    """

    def __init__(self, message: str, *, code: str, about: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.about = tuple(about)

    def __reduce__(self) -> tuple[Any, ...]:
        # Raised on another machine, it comes back whole.
        return _again, (type(self), str(self), self.code, self.about)


def _again(kind: type[MiningError], message: str, code: str, about: tuple[str, ...]) -> MiningError:
    return kind(message, code=code, about=about)


class BadLog(MiningError):
    """A file, a table or a store cannot be read as an event log."""


class BadQuestion(MiningError):
    """What was asked does not fit the log: an unknown activity, a column it lacks, an impossible limit."""


class BadModel(MiningError):
    """A prescribed process is wrong in itself, whatever the log."""


def listed(names: Iterable[str], *, most: int = 8) -> str:
    """Names for a sentence: all of them, or the first few and how many more."""
    every = list(names)
    if len(every) <= most:
        return ", ".join(every)
    return f"{', '.join(every[:most])} and {len(every) - most:,} more"
