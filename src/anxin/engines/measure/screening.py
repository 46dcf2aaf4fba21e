"""Careless and broken answers, marked and counted; nothing is left out unless the caller takes `kept`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.answers import MISSING, Answers
from anxin.engines.measure.errors import BadData, BadModel
from anxin.engines.measure.instruments import Instrument
from anxin.engines.measure.results import Caution, Floats, Result, Table

Flags = NDArray[np.bool_]

REASONS = {
    "straight": "the same answer all along",
    "fast": "faster than one can read",
    "missing": "too many answers missing",
    "range": "an answer outside the scale",
}
FEWEST_ALIKE = 6  # fewer items alike happen to honest people


@dataclass(frozen=True, kw_only=True, repr=False)
class Screening(Result):
    """Per respondent and reason whether they are flagged: `flags[reason]` is (n,). `keep` (n,) is True without any flag.

    `longest` (n,): the longest run of the same answer in the order asked, as a share of the items answered. `duplicates` counts
    respondents whose whole row of answers occurs more than once though it is no straight line; that is reported, not flagged.
    """

    n: int
    items: int
    flags: dict[str, Flags]
    keep: Flags
    longest: Floats
    duplicates: int
    rules: dict[str, str]
    cautions: tuple[Caution, ...] = ()

    @property
    def valid(self) -> int:
        return int(self.keep.sum())

    @property
    def counts(self) -> dict[str, int]:
        """How many respondents each reason flags; one may be flagged for several."""
        return {reason: int(flag.sum()) for reason, flag in self.flags.items()}

    def kept(self, answers: Answers) -> Answers:
        """The same answers without flagged respondents. Raises BadData if they are not the ones screened."""
        if answers.n != self.n:
            raise BadData(f"{self.n} respondents were screened, these are {answers.n}.", code="other-answers")
        return answers.rows(self.keep)

    def headline(self) -> str:
        parts = [f"{count} {reason}" for reason, count in self.counts.items() if count]
        return f"{self.valid} of {self.n} answers are valid" + (f" ({', '.join(parts)})" if parts else "")

    def table(self) -> Table:
        only = sum((flag.astype(int) for flag in self.flags.values()), np.zeros(self.n, int)) == 1
        rows: list[list[Any]] = []
        for reason, flag in self.flags.items():
            count = int(flag.sum())
            rows.append([reason, self.rules[reason], count, count / self.n, int((flag & only).sum())])
        rows.append(["valid", "no reason above", self.valid, self.valid / self.n, None])
        rows.append(
            [
                "duplicates",
                "the same row of answers twice; reported only",
                self.duplicates,
                self.duplicates / self.n,
                None,
            ]
        )
        return Table.of(["reason", "rule", "respondents", "share", "for this reason alone"], rows, "Screening")

    def to_dict(self) -> dict[str, Any]:
        found = super().to_dict()
        found["counts"] = self.counts
        found["valid"] = self.valid
        return found


def screen(
    source: Any,
    *,
    instrument: Instrument | None = None,
    items: Sequence[str] | None = None,
    scale: tuple[float, float] | None = None,
    durations: str | Sequence[float] | NDArray[Any] | None = None,
    straight: float = 1.0,
    seconds_per_item: float = 1.0,
    share_of_median: float = 0.0,
    most_missing: float = 0.5,
) -> Screening:
    """Flag respondents, in the order the items were asked and as they ticked (reversed items are not turned).

    - straight: the longest run of one answer is at least `straight` of the items answered (1: all alike), with six or more
      answered (long-string index; Johnson 2005).
    - fast: `durations` (seconds in all: a column's name or n values) below `seconds_per_item` for each item answered (Wood et al.
      2017), or below `share_of_median` of the median. Without durations nobody is flagged.
    - missing: more than `most_missing` of the items have no answer.
    - range: an answer outside `scale` (or the instrument's), or between its points.

    Raises BadData for an unknown column, BadModel for shares outside 0 to 1.
    """
    for name, option in (("straight", straight), ("share_of_median", share_of_median), ("most_missing", most_missing)):
        if not 0 <= option <= 1:
            raise BadModel(f"{name} is a share from 0 to 1, not {option}.", code="bad-option", about=[name])
    whole = source if isinstance(source, Answers) else None
    answers = instrument.answers(source) if instrument is not None else Answers.of(source, items=items)
    if answers.n == 0:
        raise BadData("There are no answers to screen.", code="no-rows")
    given = answers.answered
    answered = np.asarray(given.sum(axis=1), np.float64)
    longest = _longest_runs(answers, given)
    share = np.divide(longest, answered, out=np.zeros_like(longest), where=answered > 0)
    low, high, limits = _limits(instrument, answers, scale)
    flags = {
        "straight": (share >= straight) & (answered >= FEWEST_ALIKE),
        "fast": np.zeros(answers.n, bool),
        "missing": answered < (1 - most_missing) * answers.p,
        "range": _outside(answers, given, low, high),
    }
    rules = {
        "straight": f"one answer over {straight:.0%} of the items in a row",
        "fast": "no times were given",
        "missing": f"more than {most_missing:.0%} of the items without an answer",
        "range": limits,
    }
    if durations is not None:
        seconds = _seconds(answers, whole, durations)
        flags["fast"] = (seconds < seconds_per_item * answered) | (
            seconds < share_of_median * float(np.nanmedian(seconds))
        )
        rules["fast"] = f"less than {seconds_per_item:g} s an item" + (
            f", or less than {share_of_median:.0%} of the median time" if share_of_median else ""
        )
    keep = ~np.any(np.array(list(flags.values())), axis=0)
    cautions = []
    dropped = int((~keep).sum())
    if dropped > 0.25 * answers.n:
        text = f"{dropped} of {answers.n} respondents are flagged: look at how the questionnaire was answered before using it."
        cautions.append(Caution("many-flagged", text))
    return Screening(
        n=answers.n,
        items=answers.p,
        flags=flags,
        keep=keep,
        longest=share,
        duplicates=_duplicates(answers, flags["straight"] | (answered < FEWEST_ALIKE)),
        rules=rules,
        cautions=tuple(cautions),
    )


def _longest_runs(answers: Answers, given: Flags) -> Floats:
    """(n,) the longest run of one answer; a missing one neither breaks nor lengthens a run."""
    run = np.zeros(answers.n, np.int64)
    best = np.zeros(answers.n, np.int64)
    last = np.zeros(answers.n, answers.data.dtype)
    for column in range(answers.p):
        now, here = answers.data[:, column], given[:, column]
        same = here & (run > 0) & (now == last)
        run = np.where(here, np.where(same, run + 1, 1), run)
        last = np.where(here, now, last)
        np.maximum(best, run, out=best)
    return best.astype(np.float64)


def _limits(
    instrument: Instrument | None, answers: Answers, scale: tuple[float, float] | None
) -> tuple[Floats, Floats, str]:
    if scale is not None:
        if not scale[0] < scale[1]:
            raise BadModel(f"scale={scale!r}: the lowest answer comes first.", code="bad-option", about=["scale"])
        ends = [scale] * answers.p
        words = f"outside {scale[0]:g} to {scale[1]:g}"
    elif instrument is not None:
        own = [instrument.scale_of(instrument.item(code)) for code in answers.items]
        ends = [(float(one.low), float(one.high)) for one in own]
        words = "outside the item's scale"
    else:
        ends = [(-np.inf, np.inf)] * answers.p
        words = "no scale was given"
    low, high = np.array(ends, np.float64).T
    return low, high, words


def _outside(answers: Answers, given: Flags, low: Floats, high: Floats) -> Flags:
    data = answers.data
    wrong = given & ((data < low) | (data > high))
    if not answers.whole and bool(np.isfinite(low).all()):
        wrong |= given & (data != np.rint(data))
    flagged: Flags = np.any(wrong, axis=1)
    return flagged


def _seconds(answers: Answers, whole: Answers | None, durations: Any) -> Floats:
    if isinstance(durations, str):
        columns = answers.columns if whole is None else {**whole.columns, **answers.columns}
        if durations not in columns:
            raise BadData(f"There is no column {durations!r} of durations.", code="no-column", about=[durations])
        durations = columns[durations]
    seconds = Answers.of({"seconds": np.asarray(durations)}, items=["seconds"]).column("seconds")
    if len(seconds) != answers.n:
        raise BadData(f"There are {answers.n} respondents and {len(seconds)} durations.", code="durations-length")
    return seconds


def _duplicates(answers: Answers, leave_out: Flags) -> int:
    """Respondents whose row occurs before or after as well, straight lines and short rows apart."""
    rows = np.ascontiguousarray(answers.data[~leave_out])
    if len(rows) < 2:
        return 0
    if not answers.whole:
        rows = np.where(np.isnan(rows), float(MISSING), rows)
    packed = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))).ravel()
    _, counts = np.unique(packed, return_counts=True)
    return int(counts[counts > 1].sum())
