"""What reading text refuses, and how it says so."""

from __future__ import annotations

from collections.abc import Iterable


class TextError(ValueError):
    """Something given cannot be worked with. `str(error)` says what and how to mend it.

    `code` is a stable name for programs and translations; `about` holds the topics, files or positions meant.
    """

    def __init__(self, message: str, *, code: str, about: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.about = tuple(about)
