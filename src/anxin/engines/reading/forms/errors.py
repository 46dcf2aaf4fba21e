"""What the engine refuses before anything is printed or read, and how it says so."""

from __future__ import annotations

from collections.abc import Iterable


class FormError(ValueError):
    """A form, a copy or a layout cannot be used as it is. `str(error)` says what is wrong and how to mend it.

    `code` is a stable name for programs and translations; `about` holds the fields, options or serials meant.
    """

    def __init__(self, message: str, *, code: str, about: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.about = tuple(about)
