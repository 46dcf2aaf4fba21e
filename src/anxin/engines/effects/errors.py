"""What is said of series that cannot be judged."""

from __future__ import annotations


class BadSeries(ValueError):
    """The numbers given are no series that the question can be asked of; `code` is stable."""

    def __init__(self, text: str, *, code: str) -> None:
        super().__init__(text)
        self.code = code
