"""Printed forms, marked by hand, scanned and photographed, read back: `python -m benchmarks.forms`. See README.md."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import cv2
import numpy as np

from anxin.engines.reading.forms import Copy, Layout, PageReading, print_form, read_pages
from anxin.engines.reading.forms.tests.questionnaires import study
from anxin.engines.reading.forms.tests.rendering import BAD, GOOD, HANDS, Filled, fill_page, pages_of

GOAL_WRONG, GOAL_CPU = 0.01, 0.3
# Marks that the printed rule does not ask for and people make all the same are read under good conditions too.
TIMESTAMP = 1_764_288_000


@dataclass
class Tally:
    """Boxes: `right`, `flagged` (left to a person), `wrong` (and nobody would look). Pages that were not read are named."""

    pages: int = 0
    boxes: int = 0
    right: int = 0
    flagged: int = 0
    wrong: int = 0
    unread: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    doubts: Counter[str] = field(default_factory=Counter)
    mistakes: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def count(self, reading: PageReading, filled: Filled, where: str) -> None:
        self.pages += 1
        if reading.problem is not None:
            self.unread += 1
            self.problems[reading.problem.code] += 1
            return
        doubtful = {answer.field for answer in reading.doubtful}
        self.doubts.update(answer.doubt or "" for answer in reading.doubtful)
        for mark in reading.marks:
            self.boxes += 1
            if mark.field in doubtful:
                self.flagged += 1
            elif (mark.state == "marked") == ((mark.field, mark.option) in filled.marked):
                self.right += 1
            else:
                self.wrong += 1
                self.mistakes.append(f"{where}: {mark.field}/{mark.option} read as {mark.state}, ink {mark.ink}")

    def as_row(self) -> dict[str, Any]:
        row = asdict(self) | {"problems": dict(self.problems), "doubts": dict(self.doubts)}
        row["cpu_median"] = round(statistics.median(self.seconds), 4) if self.seconds else None
        row["cpu_most"] = round(max(self.seconds), 4) if self.seconds else None
        del row["seconds"]
        return row


def readings(
    conditions: dict[str, Any], seeds: range, hands: list[str]
) -> Iterator[tuple[str, str, int, int, PageReading, Filled, float]]:
    printed = print_form(study(), [Copy("000001")], timestamp=TIMESTAMP)
    sheets = pages_of(printed.pdf)
    for seed in seeds:
        for name, condition in conditions.items():
            for number, page in enumerate(printed.layout.pages):
                random = np.random.default_rng([seed, number, *name.encode()])
                hand = hands[int(random.integers(len(hands)))]
                filled = fill_page(sheets[number], printed.layout, page, random, hand)
                data = condition(filled.picture, random)
                began = time.process_time()
                reading = read(data, printed.layout)
                yield name, hand, seed, number, reading, filled, time.process_time() - began


def read(data: bytes, layout: Layout) -> PageReading:
    return read_pages(data, [layout])[0]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forms", description=__doc__)
    parser.add_argument("--seeds", type=int, default=12, help="copies of the study's form per condition")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--only", nargs="*", help="conditions whose name holds one of these")
    parser.add_argument("--hand", nargs="*", help="only these hands", choices=sorted(HANDS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    cv2.setNumThreads(1)  # the CPU seconds of one core; threads would only hide them
    tallies: dict[str, Tally] = {}
    every = {**GOOD, **BAD}
    chosen = {
        name: one for name, one in every.items() if not options.only or any(part in name for part in options.only)
    }
    seeds = range(options.first, options.first + options.seeds)
    for name, hand, seed, number, reading, filled, seconds in readings(chosen, seeds, options.hand or list(HANDS)):
        tally = tallies.setdefault(name, Tally())
        tally.count(reading, filled, f"{name}, seed {seed}, page {number + 1}, {hand}")
        tally.seconds.append(seconds)
    if options.json:
        print(json.dumps({name: tally.as_row() for name, tally in tallies.items()}, indent=1, ensure_ascii=False))
    else:
        _print(tallies)
    return 0 if all(_reached(name, tally) for name, tally in tallies.items()) else 1


def _reached(name: str, tally: Tally) -> bool:
    most_wrong = 0 if name in GOOD else GOAL_WRONG * tally.boxes
    unread = tally.unread if name in GOOD else 0
    return tally.wrong <= most_wrong and not unread and statistics.median(tally.seconds) < GOAL_CPU


def _print(tallies: dict[str, Tally]) -> None:
    print(
        f"{'':32}{'pages':>6}{'unread':>7}{'boxes':>7}{'right':>8}{'flagged':>9}{'wrong':>7}{'CPU s/page':>12}{'most':>7}"
    )
    for title, group in (("good", GOOD), ("bad", BAD)):
        total = Tally()
        for name in group:
            if (tally := tallies.get(name)) is not None:
                _line(name, tally, "" if _reached(name, tally) else "  goal missed")
                for field_name in ("pages", "boxes", "right", "flagged", "wrong", "unread"):
                    setattr(total, field_name, getattr(total, field_name) + getattr(tally, field_name))
                total.seconds.extend(tally.seconds)
                total.problems.update(tally.problems)
                total.doubts.update(tally.doubts)
                total.mistakes.extend(tally.mistakes)
        if total.pages:
            _line(f"all {title}", total, "")
            print("  not read:", dict(total.problems) or "none", " doubts:", dict(total.doubts) or "none")
            for mistake in total.mistakes[:40]:
                print("  wrong:", mistake)
            print()


def _line(name: str, tally: Tally, note: str) -> None:
    boxes = max(tally.boxes, 1)
    print(
        f"{name:32}{tally.pages:6}{tally.unread:7}{tally.boxes:7}{tally.right / boxes:8.2%}{tally.flagged / boxes:9.2%}"
        f"{tally.wrong:7}{statistics.median(tally.seconds):12.3f}{max(tally.seconds):7.2f}{note}"
    )


if __name__ == "__main__":
    sys.exit(main())
