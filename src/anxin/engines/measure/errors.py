"""What the engine refuses, and how it says so."""

from __future__ import annotations

from collections.abc import Iterable


class MeasureError(ValueError):
    """Something given cannot be worked with. `str(error)` says what and how to mend it.

    `code` is a stable name for programs and translations; `about` holds the items, parameters, columns or rows meant.
    """

    def __init__(self, message: str, *, code: str, about: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.about = tuple(about)


class BadData(MeasureError):
    """The answers, a matrix or a weight cannot be used as they are."""


class BadModel(MeasureError):
    """A model, an instrument or an option is wrong in itself, whatever the answers."""


class NotIdentified(BadModel):
    """The answers cannot settle the parameters named in `about`: infinitely many values fit alike."""


def listed(names: Iterable[str], *, most: int = 8) -> str:
    """Names for a sentence: all of them, or the first few and how many more."""
    every = list(names)
    if len(every) <= most:
        return ", ".join(every)
    return f"{', '.join(every[:most])} and {len(every) - most} more"
