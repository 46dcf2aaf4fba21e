"""What the benchmark prints."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measure.agreement import Agreement
from benchmarks.measure.sides import DRAWS, PEER_DRAWS, Answer
from benchmarks.measure.works import Case, Rival


@dataclass
class Versus:
    """A peer at one case."""

    rival: Rival
    answer: Answer
    ratio: float | None = None
    agreement: Agreement | None = None

    @property
    def good(self) -> bool:
        """Whether nothing speaks against it but what is known."""
        if self.rival.fault:
            return True
        return self.agreement is not None and self.agreement.good


@dataclass
class Row:
    """One case: our answer and the peers'."""

    case: Case
    ours: Answer
    against: list[Versus] = field(default_factory=list)

    def goals(self) -> list[tuple[str, bool]]:
        """Each goal in words and whether it was reached."""
        place = f"{self.case.work.title}, n = {self.case.n:,}"
        if self.ours.failed:
            return [(f"{place}: failed", False)]
        goal = self.case.work.goals[self.case.n]
        spent = self.ours.typical
        found = [(f"{place}: {duration(spent)} of {duration(goal)}", spent <= goal)]
        most = self.case.work.memory.get(self.case.n)
        if most is not None:
            found.append((f"{place}: {self.ours.memory:.0f} MB of {most:.0f} MB", self.ours.memory <= most))
        for one in self.against:
            if one.rival.ratio is not None and one.ratio is not None:
                text = f"{place}: {one.ratio:.0f} x {one.rival.name} of {one.rival.ratio:.0f} x"
                found.append((text, one.ratio >= one.rival.ratio))
        return found


def duration(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def machine() -> dict[str, Any]:
    model = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    return {"processor": model, "processors": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}


def print_row(row: Row) -> None:
    case, ours = row.case, row.ours
    note = f" ({case.note})" if case.note else ""
    if ours.failed:
        print(f"  n = {case.n:>7,}{note}  FAILED: {ours.failed}")
        return
    goal = case.work.goals[case.n]
    words = [f"{duration(ours.typical):>8}", f"goal {duration(goal)} {_reached(ours.typical <= goal)}"]
    words.append(f"{len(ours.seconds)} rounds from {duration(min(ours.seconds))} to {duration(max(ours.seconds))}")
    most = case.work.memory.get(case.n)
    goal_words = f", goal {most:.0f} MB {_reached(ours.memory <= most)}" if most is not None else ""
    words.append(f"{ours.memory:.0f} MB{goal_words}")
    print(f"  n = {case.n:>7,}{note}  {'; '.join(words)}")
    for one in row.against:
        print(f"      {one.rival.name:<16}{_versus(one, case)}")


def _versus(one: Versus, case: Case) -> str:
    if one.answer.failed:
        known = f" [known: {one.rival.fault}]" if one.rival.fault else ""
        return f"FAILED: {one.answer.failed[:150]}{known}"
    assert one.ratio is not None
    assert one.agreement is not None
    words = [f"{duration(one.answer.typical):>8} {one.ratio:>7.1f} x"]
    if one.rival.ratio is not None:
        words.append(f"goal {one.rival.ratio:.0f} x {_reached(one.ratio >= one.rival.ratio)}")
    same = one.agreement
    if same.good:
        words.append(f"agrees within {same.largest:.1e} on {same.count} numbers")
    elif one.rival.fault:
        words.append(f"differs by {same.largest:.1e} [known: {one.rival.fault}]")
    else:
        words.append(f"DISAGREES: {same.wrong}")
    scaled = PEER_DRAWS.get(case.work.code)
    if scaled and one.rival.name != "psych":
        words.append(f"from few draws, scaled up to {DRAWS:,}")
    words.append(f"{len(one.answer.seconds)} rounds, {one.answer.memory:.0f} MB")
    return "; ".join(words)


def _reached(yes: bool) -> str:
    return "reached" if yes else "MISSED"


def print_end(rows: list[Row], missing: tuple[str, ...]) -> None:
    goals = [goal for row in rows for goal in row.goals()]
    missed = [text for text, reached in goals if not reached]
    print(f"\n{len(goals) - len(missed)} of {len(goals)} goals reached; load {os.getloadavg()[0]:.1f} at the end.")
    for text in missed:
        print(f"  missed: {text}")
    for text in missing:
        print(f"  not run: {text}")
    wrong = [(row, one) for row in rows for one in row.against if not one.good]
    compared = [one for row in rows for one in row.against if one.agreement is not None and one.agreement.good]
    print(f"Answers agree in {len(compared)} comparisons; {len(wrong)} disagree or failed in a way not known.")
    for row, one in wrong:
        print(f"  {row.case.work.title}, n = {row.case.n:,}, {one.rival.name}: {_versus(one, row.case)}")


def as_data(rows: list[Row]) -> list[dict[str, Any]]:
    return [
        {
            "work": row.case.work.code,
            "n": row.case.n,
            "start": row.case.start,
            "goal": row.case.work.goals[row.case.n],
            "seconds": list(row.ours.seconds),
            "memory_mb": row.ours.memory,
            "cautions": list(row.ours.cautions),
            "failed": row.ours.failed,
            "peers": [
                {
                    "peer": one.rival.name,
                    "seconds": list(one.answer.seconds),
                    "memory_mb": one.answer.memory,
                    "ratio": one.ratio,
                    "ratio_goal": one.rival.ratio,
                    "failed": one.answer.failed,
                    "known_fault": one.rival.fault,
                    "compared": one.agreement.count if one.agreement else 0,
                    "largest_difference": one.agreement.largest if one.agreement else None,
                    "agrees": one.good,
                }
                for one in row.against
            ],
        }
        for row in rows
    ]
