"""Editions in process: every body is read and parsed once; whether a newer one is there is asked every two seconds.

Another process's publish is therefore noticed within two seconds, our own at once. Editions never change, so what was
parsed stays good for ever, and an event that pins an old number can always be computed again.
"""

from __future__ import annotations

import json
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from anxin.access import clock
from anxin.rulebook.models import Family, RuleEdition

LOOK_AGAIN_AFTER = 2.0
"""Seconds of the machine's monotonic clock; the demo's clock does not move it."""


@dataclass(frozen=True, slots=True)
class Header:
    """An edition without its body."""

    family: str
    number: int
    valid_from: date
    sha256: str


class Books:
    """The editions of all families. One object per process; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._headers: dict[str, list[Header]] = {}
        self._newest: tuple[Any, ...] | None = None
        self._looked_at = float("-inf")
        self._parsed: dict[tuple[str, int, str, str], Any] = {}
        self.generation = 0
        """Goes up whenever the editions known here change: what is derived from them is cached under it."""

    def look_again(self) -> None:
        """Ask the table at the next question, whatever the time since the last."""
        self._looked_at = float("-inf")

    def after_publishing(self) -> None:
        """Our own publish is seen at once, and a rolled-back one is forgotten at once.

        Django tells of a commit but not of a rollback. What it keeps until the commit it drops in both cases, so the
        dropping is what we listen to: without it an edition that was never committed could stay in this process.
        """
        self.look_again()

        def committed() -> None:
            self.look_again()

        weakref.finalize(committed, self.look_again)
        transaction.on_commit(committed)

    def headers(self, family: str) -> list[Header]:
        """All editions of a family, oldest first. At most one small query, and that at most every two seconds."""
        if time.monotonic() - self._looked_at > LOOK_AGAIN_AFTER:
            self._look()
        return self._headers.get(family, [])

    def _look(self) -> None:
        with self._lock:
            started = time.monotonic()
            newest = RuleEdition.objects.order_by("-pk").values_list("pk", "sha256", "published_at").first()
            if newest != self._newest or (newest is not None and not self._headers):
                headers: dict[str, list[Header]] = {}
                for row in RuleEdition.objects.order_by("number").values_list(
                    "family", "number", "valid_from", "sha256"
                ):
                    headers.setdefault(row[0], []).append(Header(*row))
                self._headers, self._newest = headers, newest
                self.generation += 1
            self._looked_at = started

    def number_on(self, family: str, on: date) -> int:
        """The edition in force on a day: the newest of those valid by then; 0 when there is none."""
        for header in reversed(self.headers(family)):
            if header.valid_from <= on:
                return header.number
        return 0

    def parsed(self, family: str, number: int, read: Callable[[Any, int], Any], shape: str = "") -> Any:
        """The body of an edition as `read(body, number)` made it. Raises LookupError for one that is not there."""
        header = self._header(family, number)
        key = (family, number, header.sha256, shape)
        found = self._parsed.get(key)
        if found is None:
            body = RuleEdition.objects.values_list("body", flat=True).get(family=family, number=number)
            found = self._parsed[key] = read(json.loads(body), number)
        return found

    def _header(self, family: str, number: int) -> Header:
        for attempt in (1, 2):
            rows = self.headers(family)
            if 1 <= number <= len(rows) and rows[number - 1].number == number:
                return rows[number - 1]
            if attempt == 1:
                self.look_again()  # another process may have published it a moment ago
        raise LookupError(f"no edition {number} of {family} is published")


books = Books()


def today() -> date:
    return timezone.localtime(clock.now()).date()


def current(family: Family, on: date | None = None) -> int:
    return books.number_on(family, on or today())
