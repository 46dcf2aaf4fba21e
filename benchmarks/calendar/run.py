"""Time `add_working_days` against other ways of asking the same question, side by side, in one run.

All sides answer the same questions; the run fails if any answer differs. See README.md for how to run it.
"""

import argparse
import random
import sys
import warnings
from collections.abc import Callable
from datetime import date, timedelta
from time import process_time

import numpy as np
from chinese_calendar import is_workday
from workalendar.asia import China

from anxin.engines.calendar import Calendar, china_years

Question = tuple[date, int]
Side = Callable[[list[Question]], list[date]]

# The limits that occur in regulation/clocks.csv, in working or calendar days.
AMOUNTS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 60)
ONE_DAY = timedelta(days=1)


def questions(count: int, first: date, last: date, seed: int) -> list[Question]:
    chance = random.Random(seed)
    span = (last - first).days
    return [(first + timedelta(days=chance.randint(0, span)), chance.choice(AMOUNTS)) for _ in range(count)]


def anxin_side() -> Side:
    calendar = Calendar(years=china_years())

    def answer(asked: list[Question]) -> list[date]:
        return [calendar.add_working_days(start, days).rolled_on for start, days in asked]

    return answer


def loop_side(asked: list[Question]) -> list[date]:
    answers = []
    for day, left in asked:
        while left:
            day += ONE_DAY
            left -= is_workday(day)
        answers.append(day)
    return answers


def days_off() -> list[date]:
    """Every day not worked, weekends among them: NumPy's week mask knows no make-up days, so the mask stays open."""
    first, last = date(china_years()[0].year, 1, 1), date(china_years()[-1].year, 12, 31)
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in every if not is_workday(day)]


def numpy_scalar_side() -> Side:
    calendar = np.busdaycalendar(weekmask="1111111", holidays=days_off())

    def answer(asked: list[Question]) -> list[date]:
        # "backward": from a day off, counting begins after the working day before it, so the first day is not counted.
        return [np.busday_offset(start, days, roll="backward", busdaycal=calendar).item() for start, days in asked]

    return answer


def numpy_array_side() -> Side:
    calendar = np.busdaycalendar(weekmask="1111111", holidays=days_off())

    def answer(asked: list[Question]) -> list[date]:
        starts = np.array([start for start, _ in asked], dtype="datetime64[D]")
        days = np.array([days for _, days in asked])
        return list(np.busday_offset(starts, days, roll="backward", busdaycal=calendar).tolist())

    return answer


def workalendar_side() -> Side:
    calendar = China()

    def answer(asked: list[Question]) -> list[date]:
        return [calendar.add_working_days(start, days) for start, days in asked]

    return answer


def compare(title: str, asked: list[Question], sides: dict[str, Side], rounds: int) -> bool:
    """Print one table. The sides take turns in every round, so that a busy machine is unfair to all alike."""
    print(f"\n{title}: {len(asked):,} questions, best of {rounds} rounds")
    expected = sides["anxin"](asked)  # this first pass also warms every side's caches
    agree = True
    for name, side in sides.items():
        wrong = [(*question, a, b) for question, a, b in zip(asked, expected, side(asked), strict=True) if a != b]
        if wrong:
            agree = False
            start, days, ours, theirs = wrong[0]
            print(f"  {name}: {len(wrong):,} answers differ, e.g. {start} + {days}: anxin {ours}, {name} {theirs}")
    best = dict.fromkeys(sides, float("inf"))
    for _ in range(rounds):
        for name, side in sides.items():
            began = process_time()
            side(asked)
            best[name] = min(best[name], process_time() - began)
    print(f"  {'':34}{'µs of CPU each':>16}{'CPU, anxin = 1':>18}")
    for name, seconds in best.items():
        print(f"  {name:34}{seconds / len(asked) * 1e6:16.3f}{seconds / best['anxin']:18.2f}")
    print(f"  answers agree: {'yes' if agree else 'NO'}")
    return agree


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=5_000, help="questions per table (default 5,000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds; the best of each side counts (default 5)")
    parser.add_argument("--seed", type=int, default=2025, help="seed of the questions (default 2025)")
    options = parser.parse_args()
    # workalendar warns which years it knows; the questions put to it stay inside them.
    warnings.filterwarnings("ignore", message="Support years")

    sides: dict[str, Side] = {
        "anxin": anxin_side(),
        "loop over chinese_calendar": loop_side,
        "numpy.busday_offset, one by one": numpy_scalar_side(),
        "numpy.busday_offset, one array": numpy_array_side(),
    }
    # 120 days before the end of the tables, so that 60 working days stay inside them.
    end = date(china_years()[-1].year, 12, 31) - timedelta(days=120)
    all_years = questions(options.questions, date(2004, 1, 1), end, options.seed)
    agree = compare(f"2004-{end.year}", all_years, sides, options.rounds)

    # The years of workalendar's China whose days are the published ones (its 2020 lacks the extended Spring Festival).
    few_years = questions(options.questions, date(2021, 1, 1), date(2023, 8, 31), options.seed)
    agree &= compare("2021-2023", few_years, sides | {"workalendar": workalendar_side()}, options.rounds)
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
