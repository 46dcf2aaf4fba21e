"""What a board may ask: the lake under the reader's scope, and what the reader chose.

def process(ask: Ask) -> dict: ...                # numbers and codes as plain JSON; words are put to them by the page
def behind(ask: Ask, what: str) -> list[str]: ... # the cases behind a number: public ids

PROCESS = register(Board("process", process, behind, takes=("kind", "month", "line")))
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

import numpy as np
from django.conf import settings
from django.utils import timezone

from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.engines.mining import Log, Store
from anxin.engines.mining.log.segments import PREFIX
from anxin.engines.mining.working import months
from anxin.journal.lake.store import open_store

if TYPE_CHECKING:
    from anxin.engines.mining.lake import Lake

NOBODY: Final = "-"
"""The scope of a reader without any branch."""
LONGEST_ASKED: Final = 800
ALL: Final = "all"
"""Where a board may also look at every month there is: `month=all`."""
_MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")


def is_month(text: str) -> bool:
    return _MONTH.fullmatch(text) is not None


def is_month_or_all(text: str) -> bool:
    return text == ALL or is_month(text)


@dataclass(frozen=True, eq=False)
class Ask:
    """One question: the board's parameters, the branches that the reader may see (None: all), the moment.

    `beside`: the state of what the board reads beside the lake, as it was when the question was asked.

    Parameters that every board understands: `branch` (a code), `kind` (of case), `month` (2025-03: cases begun in it), `line`.
    """

    branches: frozenset[str] | None
    values: Mapping[str, str] = field(default_factory=dict)
    now: datetime = field(default_factory=timezone.now)
    beside: str = ""

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def asked(self) -> str:
        """Canonical: sorted, without empty ones."""
        return urlencode(sorted((name, value) for name, value in self.values.items() if value))

    @property
    def scope(self) -> str:
        return "" if self.branches is None else ",".join(sorted(self.branches)) or NOBODY

    @cached_property
    def chosen_branches(self) -> frozenset[str] | None:
        """The branches that the answer is about: the reader's, narrowed by `branch`; None: all."""
        if not self.get("branch"):
            return self.branches
        wanted = frozenset({self.get("branch")})
        return wanted if self.branches is None else wanted & self.branches

    @cached_property
    def store(self) -> Store | None:
        return open_store()

    @property
    def version(self) -> int:
        return self.store.version if self.store is not None else 0

    @cached_property
    def log(self) -> Log | None:
        """The cases in scope that match the parameters; None where there are none."""
        return cases_of(self, with_month=True)

    @cached_property
    def lake(self) -> Lake | None:
        """The same cases as tables on the engine that is set (`engine.py`), of which none is read into memory; None where the lake
        is empty. Ask it through `anxin.engines.mining.lake`."""
        return lake_of(self)

    @cached_property
    def log_of_all_months(self) -> Log | None:
        return cases_of(self, with_month=False)


def cases_of(ask: Ask, *, with_month: bool) -> Log | None:
    whole = _whole(ask.store)
    if whole is None:
        return None
    wanted = np.ones(whole.cases, bool)
    if ask.chosen_branches is not None:
        wanted &= among(whole, "branch", ask.chosen_branches)
    for name in ("kind", "line"):
        if ask.get(name):
            wanted &= among(whole, name, {ask.get(name)})
    if with_month and ask.get("month"):
        wanted &= months(whole.begins(), timezone.get_default_timezone()) == np.datetime64(ask.get("month"), "M")
    if wanted.all():
        return whole
    return whole.select_cases(wanted) if wanted.any() else None


def lake_of(ask: Ask) -> Lake | None:
    from anxin.engines.mining.lake import open_lake
    from anxin.insight.results.engine import connection

    store = ask.store
    if store is None or not len(store):
        return None
    wanted: dict[str, frozenset[str]] = {name: frozenset({ask.get(name)}) for name in ("kind", "line") if ask.get(name)}
    if ask.chosen_branches is not None:
        wanted["branch"] = ask.chosen_branches
    lake = open_lake(store, connection())
    for name, values in wanted.items():
        column = f"{PREFIX}{name}"
        codes = [code for value in sorted(values) if (code := store.names(column).code(value)) >= 0]
        lake = lake.where(partial(_is_among, column, codes))
    if ask.get("month"):
        lake = lake.where(partial(_is_among, "begin_month", [int(ask.get("month").replace("-", ""))]))
    return lake


def _is_among(column: str, codes: list[int], cases: Any) -> Any:
    return cases[column].isin(codes or [-1])


def among(log: Log, attribute: str, values: Iterable[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which cases have one of these values of an attribute; none where the log lacks it."""
    column = log.case_attributes.get(attribute)
    if column is None or column.names is None:
        return np.zeros(log.cases, bool)
    codes = [code for value in values if (code := column.names.code(value)) >= 0]
    return np.isin(column.values, codes)


_kept: tuple[tuple[str, int], Log] | None = None


def _whole(store: Store | None) -> Log | None:
    """The lake in memory, kept until it changes: ten million events are a third of a gigabyte."""
    global _kept
    if store is None or not len(store):
        return None
    key = (str(settings.LAKE), store.version)
    if _kept is None or _kept[0] != key:
        _kept = (key, store.log())
    return _kept[1]


@dataclass(frozen=True, slots=True)
class Board:
    """`compute` gives what is stored; `behind` the public ids of the cases behind one of its numbers.

    `takes` are the parameters it looks at, others are dropped. `revision` goes up when its way of computing changes, so that
    stored answers of the old way are not taken for new ones.
    """

    name: str
    compute: Callable[[Ask], dict[str, Any]]
    behind: Callable[[Ask, str], Iterable[str]]
    takes: tuple[str, ...] = ("branch", "kind", "month", "line")
    revision: int = 1
    # Asked for as soon as the lake has changed, for the whole insurer and for each branch: pages people begin with.
    ahead: bool = False
    # Parameters whose value must look like something; one that does not is no choice. A month is written 2025-03.
    checks: Mapping[str, Callable[[str], bool]] = field(default_factory=dict)
    # The state of what the board reads beside the lake, at most 60 characters: an answer is kept for each, so that a change there
    # shows, and the one before is shown while a new one is made.
    beside: Callable[[], str] | None = None
    # How many rows it reads beside the lake, where these may be many: from `AT_ONCE` on the worker answers.
    rows: Callable[[], int] | None = None
    # Whether it has something to say before the lake's first version.
    without_lake: bool = False

    def fits(self, name: str, value: str) -> bool:
        """Whether a reader may ask for this value."""
        check = self.checks.get(name, is_month if name == "month" else None)
        return name in self.takes and (check is None or check(value))

    @property
    def state(self) -> str:
        return self.beside() if self.beside is not None else ""


_boards: dict[str, Board] = {}


def register(board: Board) -> Board:
    if board.name in _boards and _boards[board.name].compute is not board.compute:
        raise ValueError(f"a board named {board.name!r} is registered twice")
    _boards[board.name] = board
    return board


def board_of(name: str) -> Board:
    """Raises LookupError for a name nobody registered."""
    return _boards[name]


def all_boards() -> tuple[Board, ...]:
    return tuple(_boards[name] for name in sorted(_boards))


def ask_of(board: Board, actor: Actor, values: Mapping[str, str], now: datetime) -> Ask:
    """What an actor asks of a board: under their branches, with the parameters it takes, without those that cannot be read."""
    known: dict[str, str] = {}
    for name, value in values.items():
        told = {**known, name: value.strip()[:60]}
        # What no form of ours sends, in length or number, is not asked.
        if value.strip() and board.fits(name, told[name]) and len(Ask(None, told).asked) <= LONGEST_ASKED:
            known = told
    return Ask(branches_of(actor), known, now, board.state)


def branches_of(actor: Actor) -> frozenset[str] | None:
    if actor.branch_ids is None:
        return None
    return frozenset(Branch.objects.filter(pk__in=actor.branch_ids).values_list("code", flat=True))


def ask_again(scope: str, asked: str, now: datetime, beside: str = "") -> Ask:
    """The question that a stored row asks."""
    branches = None if not scope else frozenset() if scope == NOBODY else frozenset(scope.split(","))
    return Ask(branches, dict(parse_qsl(asked)), now, beside)
