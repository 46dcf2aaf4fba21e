"""Time the measurement engine beside its peers, in one run: `python -m benchmarks.measure`. See README.md."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.measure.agreement import compare
from benchmarks.measure.environment import prepare
from benchmarks.measure.report import Row, Versus, as_data, machine, print_end, print_row
from benchmarks.measure.sides import Sides
from benchmarks.measure.stream import ROWS
from benchmarks.measure.works import EMPTY, WORKS, Case


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.measure", description=__doc__)
    kept = Path(tempfile.gettempdir()) / "anxin-bench-measure"
    parser.add_argument("--folder", type=Path, default=kept, help=f"for the peers and the data, kept (default {kept})")
    parser.add_argument("--quick", action="store_true", help="only 500 and 5,000 respondents, few rounds")
    parser.add_argument("--long", action="store_true", help="peers at sizes that take them minutes, too")
    parser.add_argument("--only", nargs="+", choices=[work.code for work in WORKS], metavar="WORK", help="these works")
    parser.add_argument("--no-install", action="store_true", help="take the peers that are there")
    parser.add_argument("--json", action="store_true", help="print data instead of a report")
    options = parser.parse_args()

    options.folder.mkdir(parents=True, exist_ok=True)
    environment = prepare(options.folder, install=not options.no_install)
    sides = Sides(options.folder, environment, quick=options.quick, patience=7200 if options.long else 1200)
    shutil.rmtree(options.folder / "compiled", ignore_errors=True)
    stream = sides.stream(5_000 if options.quick else ROWS)
    about = {"machine": machine(), "versions": environment.versions, "stream": stream}
    about["compilation"] = sides.compilation()
    if not options.json:
        _print_about(about)

    rows: list[Row] = []
    title = ""
    for case in cases(options.only, stream["filled_500"], quick=options.quick):
        row = ask(sides, case, long=options.long)
        rows.append(row)
        if not options.json:
            if case.work.title != title:
                title = case.work.title
                print(f"\n{title}")
            print_row(row)
            sys.stdout.flush()
    if options.json:
        print(json.dumps(about | {"cases": as_data(rows), "not_run": environment.missing}, indent=1))
    else:
        print_end(rows, environment.missing)
    good = all(one.good for row in rows for one in row.against) and not any(row.ours.failed for row in rows)
    return 0 if good else 1


def cases(only: list[str] | None, filled: int, *, quick: bool) -> list[Case]:
    found = []
    for work in WORKS:
        if only and work.code not in only:
            continue
        for n in work.goals:
            if quick and n > 5_000:
                continue
            if work.code == "invariance" and n == 500:
                # The first 500 leave a category empty in a group: ours copes, lavaan does not, so both get others as well.
                stops = tuple(replace(rival, fault=EMPTY) for rival in work.rivals)
                found.append(Case(replace(work, rivals=stops), n, 0, "a category empty in a group"))
                found.append(Case(work, n, filled, f"rows from {filled + 1:,}, no category empty"))
            else:
                found.append(Case(work, n))
    return found


def ask(sides: Sides, case: Case, *, long: bool) -> Row:
    """Ours first: it leaves the bootstrap samples that the peers are asked about."""
    row = Row(case, sides.ours(case))
    if row.ours.failed:
        return row
    for rival in case.work.rivals:
        if not sides.runs(rival) or (case.n > rival.most and not (long and rival.in_r)):
            continue
        answer = sides.theirs(case, rival)
        versus = Versus(rival, answer)
        if not answer.failed:
            versus.ratio = answer.typical / row.ours.typical
            versus.agreement = compare(row.ours.found, answer.found, rival.near)
        row.against.append(versus)
    return row


def _print_about(about: dict) -> None:
    where, compiling = about["machine"], about["compilation"]
    print(
        f"{where['processors']} x {where['processor']}, load {where['load']} at the start; one thread; CPU seconds, medians"
    )
    print(", ".join(f"{name} {version}" for name, version in about["versions"].items()))
    checked = about["stream"]["checked"]
    print(f"{about['stream']['rows']:,} respondents, 22 items of 5 categories{f' ({checked})' if checked else ''}")
    for name, one in compiling.items():
        if "failed" in one:
            print(f"  {name}: {one['failed']}")
        else:
            print(f"  first calls of all works, {name}: {one['first']:.1f} s; second calls {one['second']:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
