"""A told history of claims whose numbers can be counted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from anxin.access.models import Branch
from anxin.insight.results.asking import Ask
from anxin.journal.history import History
from anxin.journal.lake.sync import sync

BEGIN = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
SCOPE = {"line": "home", "individual": True, "compulsory": False, "small": True, "injury": False, "third_party": False}

PLAIN = ("notified", "coverage_checked", "papers_listed", "contacted", "opened", "closed")
AGAIN = ("notified", "coverage_checked", "papers_listed", "contacted", "contacted", "opened", "closed")
LEFT = ("notified", "coverage_checked", "papers_listed", "withdrawn")
RUNNING = ("notified", "coverage_checked", "papers_listed", "contacted")


class Told:
    """Cases with one hour between their steps, but `slow` hours before `opened`."""

    def __init__(self) -> None:
        self.history = History()
        self.cases: dict[str, list[Any]] = {}

    def say(
        self,
        name: str,
        path: Sequence[str],
        times: int,
        branch: Branch,
        *,
        slow: int = 1,
        begin: datetime = BEGIN,
        **facts: Any,
    ) -> None:
        for number in range(times):
            at = begin + timedelta(days=number % 20)
            chain = self.history.open(
                kind="claim", branch=branch, subject=("customer", f"{number:024x}"), state="notified", opened_at=at,
            )  # fmt: skip
            for place, step in enumerate(path):
                if place:
                    at += timedelta(hours=slow if step == "opened" else 1)
                chain.say(f"claims.{step}", _data(step, facts), at=at)
            if path[-1] in ("closed", "withdrawn"):
                chain.set(state=path[-1], closed_at=at)
            self.cases.setdefault(name, []).append(chain.case)

    def done(self) -> None:
        self.history.write()
        sync()

    def ids(self, *names: str) -> set[str]:
        return {case.public_id for name in names for case in self.cases[name]}


def _data(step: str, facts: dict[str, Any]) -> dict[str, Any]:
    if step == "notified":
        return {**SCOPE, "type": "home", "cause": "water", **facts}
    if step == "closed":
        return {"outcome": "paid", "paid": 100_00}
    return {}


def ask(branches: Sequence[str] | None = None, **values: str) -> Ask:
    return Ask(None if branches is None else frozenset(branches), values)
