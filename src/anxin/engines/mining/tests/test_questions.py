"""The group-by questions against a plain count over small logs, whatever the order of the rows."""

from __future__ import annotations

import itertools
import random
from collections import Counter, defaultdict
from datetime import timedelta
from fractions import Fraction
from math import ceil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.engines import mining
from anxin.engines.mining.tests.logs import Row, by_case, log_of, log_of_words, rows_of_a_log

MINUTE = 60_000_000


def row_quantile(values: list[int], share: Fraction) -> int:
    return sorted(values)[max(ceil(share * len(values)), 1) - 1]


@given(rows_of_a_log())
@settings(deadline=None)
def test_follows_agree_with_a_plain_count(rows: list[Row]) -> None:
    found = mining.directly_follows(log_of(rows))
    cases = by_case(rows)
    pairs = Counter((a[1], b[1]) for one in cases.values() for a, b in itertools.pairwise(one))
    assert found.edges() == dict(pairs)
    assert int(found.count.sum()) == len(rows) - len(cases)
    names = list(found.names)
    assert dict(zip(names, found.starts.tolist(), strict=True)) == {
        name: sum(one[0][1] == name for one in cases.values()) for name in names
    }
    assert dict(zip(names, found.ends.tolist(), strict=True)) == {
        name: sum(one[-1][1] == name for one in cases.values()) for name in names
    }
    assert dict(zip(names, found.occurrences.tolist(), strict=True)) == Counter(row[1] for row in rows)


@given(rows_of_a_log())
@settings(deadline=None)
def test_waits_agree_with_a_plain_sort(rows: list[Row]) -> None:
    waits: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in by_case(rows).values():
        for a, b in itertools.pairwise(one):
            waits[a[1], b[1]].append((b[2] - a[2]) * MINUTE)
    found = mining.waits(log_of(rows))
    assert len(found.count) == len(waits)
    for (a, b), values in waits.items():
        place = found.find(a, b)
        assert found.count[place] == len(values)
        assert found.median[place] == row_quantile(values, Fraction(1, 2))
        assert found.p90[place] == row_quantile(values, Fraction(9, 10))
        assert found.total[place] == sum(values)
        assert found.mean[place] == pytest.approx(sum(values) / len(values))


@given(rows_of_a_log(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_rows_changes_nothing(rows: list[Row], chance: random.Random) -> None:
    shuffled = rows[:]
    chance.shuffle(shuffled)
    one, other = log_of(rows), log_of(shuffled)
    assert mining.variants(one).counts() == mining.variants(other).counts()
    assert mining.directly_follows(one).edges() == mining.directly_follows(other).edges()
    first, second = mining.waits(one), mining.waits(other)
    for place in range(len(first.count)):
        there = second.find(first.names[first.source[place]], first.names[first.target[place]])
        assert (first.median[place], first.p90[place], first.total[place]) == (
            second.median[there],
            second.p90[there],
            second.total[there],
        )
    assert mining.cycle_time(one).to_dict() == mining.cycle_time(other).to_dict()


@given(rows_of_a_log())
@settings(deadline=None)
def test_variants_cover_every_case_once(rows: list[Row]) -> None:
    log = log_of(rows)
    found = mining.variants(log)
    plain = Counter(tuple(row[1] for row in one) for one in by_case(rows).values())
    assert found.counts() == dict(plain)
    assert int(found.count.sum()) == log.cases
    assert list(found.count) == sorted(found.count, reverse=True)
    for variant in range(len(found)):
        for case in found.cases(variant):
            codes = log.activity[log.offsets[case] : log.offsets[case + 1]]
            assert tuple(log.activities[code] for code in codes) == found.path(variant)


def test_variants_grow_past_every_first_size() -> None:
    chance = random.Random(5)
    words = ["".join(chance.choices("abcdefg", k=chance.randint(1, 30))) for _ in range(6000)]
    rows: list[Row] = []
    for place, word in enumerate(words):
        rows += [(f"c{place}", letter, i) for i, letter in enumerate(word)]
    found = mining.variants(log_of(rows))
    assert found.counts() == {tuple(word): count for word, count in Counter(words).items()}


def test_the_median_of_a_variant_and_the_share_covered() -> None:
    rows = [("1", "a", 0), ("1", "b", 10), ("2", "a", 0), ("2", "b", 30), ("3", "a", 0), ("3", "b", 20), ("4", "a", 5)]
    found = mining.variants(log_of(rows))
    assert found.median is not None
    assert found.path(0) == ("a", "b")
    assert found.median[0] == 20 * MINUTE
    assert found.needed_for(0.75) == 1
    assert found.needed_for(0.76) == 2


@given(rows_of_a_log())
@settings(deadline=None)
def test_rework_agrees_with_a_plain_count(rows: list[Row]) -> None:
    repeats: Counter[str] = Counter()
    loops: Counter[str] = Counter()
    cost: Counter[str] = Counter()
    cases: dict[str, set[str]] = defaultdict(set)
    for case, one in by_case(rows).items():
        seen: set[str] = set()
        for place, (_, activity, minute) in enumerate(one):
            if activity in seen:
                repeats[activity] += 1
                loops[activity] += one[place - 1][1] == activity
                cost[activity] += (minute - one[place - 1][2]) * MINUTE
                cases[activity].add(case)
            seen.add(activity)
    found = mining.rework(log_of(rows))
    for code, name in enumerate(found.names):
        assert found.repeats[code] == repeats[name]
        assert found.self_loops[code] == loops[name]
        assert found.cost is not None
        assert found.cost[code] == cost[name]
        assert found.repeating_cases[code] == len(cases[name])
    assert found.cases_with_rework == len(set().union(*cases.values()) if cases else set())
    without = mining.rework(log_of(rows), cost=False)
    assert without.cost is None
    assert without.repeats.tolist() == found.repeats.tolist()
    assert len(without.table()) == len(found.table())


@given(rows_of_a_log(), st.data())
@settings(deadline=None)
def test_hand_over_agrees_with_a_plain_count(rows: list[Row], data: st.DataObject) -> None:
    people = [data.draw(st.sampled_from(["Li", "Wang", None])) for _ in rows]
    log = log_of(rows, resource=people)
    if all(one is None for one in people):
        assert log.resource is not None
        assert not len(mining.hand_over(log).count)
        return
    of = dict(zip(rows, people, strict=True))
    waits: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in by_case(rows).values():
        for a, b in itertools.pairwise(one):
            giver, taker = of[a], of[b]
            if giver and taker:
                waits[giver, taker].append((b[2] - a[2]) * MINUTE)
    for found in (mining.hand_over(log), mining.hand_over(log, quantiles=True)):
        pairs = {
            (found.names[g], found.names[t]): (int(n), float(w))
            for g, t, n, w in zip(found.giver, found.taker, found.count, found.total, strict=True)
        }
        assert pairs == {key: (len(values), float(sum(values))) for key, values in waits.items()}
    full = mining.hand_over(log, quantiles=True)
    assert full.median is not None
    assert full.unknown == len(rows) - log.cases - int(full.count.sum())
    assert int(full.matrix().sum()) == int(full.count.sum())


def test_bottlenecks_rank_by_hours_of_waiting() -> None:
    log = log_of([("1", "a", 0), ("1", "b", 600), ("1", "c", 630), ("2", "a", 0), ("2", "c", 60)])
    found = mining.bottlenecks(log)
    assert [found.waits.names[found.waits.target[place]] for place in found.places] == ["b", "c", "c"]
    assert found.hours.tolist() == [10.0, 1.0, 0.5]
    assert found.share.sum() == pytest.approx(1)
    assert found.steps() == (("b", 10.0), ("c", 1.5))
    # A step that nobody waits for is no bottleneck.
    none = mining.bottlenecks(log_of([("1", "a", 0), ("1", "b", 0), ("2", "a", 0), ("2", "b", 0)]))
    assert none.headline() == "no waiting"
    assert len(none.table()) == 0
    some = mining.bottlenecks(log_of([("1", "a", 0), ("1", "b", 0), ("1", "c", 60)]))
    assert [row[1:3] for row in some.table().rows] == [("b", "c")]


def test_cycle_time_by_month_is_that_of_the_zone() -> None:
    # 2025-03-31 17:00 UTC is April in Shanghai.
    rows = [("1", "a", 0), ("1", "b", 28 * 1440 + 16 * 60), ("2", "a", 0), ("2", "b", 60)]
    from zoneinfo import ZoneInfo

    log = log_of(rows)
    assert mining.cycle_time(log, by="month").groups == ("2025-03",)
    found = mining.cycle_time(log, by="month", zone=ZoneInfo("Asia/Shanghai"))
    assert found.groups == ("2025-03", "2025-04")
    assert found.count.tolist() == [1, 1]
    assert mining.cycle_time(log, by="month", month_of="start").count.tolist() == [2]


def test_cycle_time_by_names_numbers_and_unknown_values() -> None:
    rows = [(f"c{n:02}", activity, 100 * n + minute) for n in range(20) for activity, minute in (("a", 0), ("b", n))]
    log = log_of(
        rows,
        branch=["north" if n % 2 else None for n in range(20) for _ in range(2)],
        amount=[float(n) if n else None for n in range(20) for _ in range(2)],
    )
    by_branch = mining.cycle_time(log, by="branch")
    assert by_branch.groups == ("north", "(unknown)")
    assert by_branch.median.tolist() == [9 * MINUTE, 8 * MINUTE]
    by_amount = mining.cycle_time(log, by="amount")
    assert int(by_amount.count.sum()) == 20
    assert by_amount.groups[-1] == "(unknown)"
    assert by_amount.median.tolist()[:-1] == sorted(by_amount.median.tolist()[:-1])


def test_a_question_that_does_not_fit_says_what_there_is() -> None:
    log = log_of_words("abc")
    with pytest.raises(mining.BadQuestion, match="no column “branch”") as error:
        mining.cycle_time(log, by="branch")
    assert error.value.code == "unknown-column"
    with pytest.raises(mining.BadQuestion, match="no column “resource”"):
        mining.hand_over(log)
    with pytest.raises(mining.BadQuestion, match="It has: a, b, c"):
        log.activity_code("z")


def test_waits_never_fall_below_zero_and_begin_with_completion() -> None:
    table = mining.to_table(log_of([("1", "a", 10), ("1", "b", 30), ("1", "c", 40)]))
    begun = [table["time"][0].as_py(), table["time"][0].as_py(), table["time"][1].as_py()]
    log = mining.read(table.append_column("started", [begun]))
    found = mining.waits(log)
    assert found.total[found.find("a", "b")] == 0
    assert found.total[found.find("b", "c")] == 0
    work = mining.service(log)
    assert work.total.tolist() == [0.0, 20.0 * MINUTE, 10.0 * MINUTE]


def test_work_without_a_known_start_is_no_work_of_no_time(tmp_path: Path) -> None:
    rows = [("1", "a", 10), ("1", "b", 30), ("2", "a", 40), ("2", "b", 70), ("2", "c", 90)]
    table = mining.to_table(log_of(rows))
    at = dict(
        zip(
            zip(*(table[name].to_pylist() for name in ("case", "activity")), strict=True),
            table["time"].to_pylist(),
            strict=True,
        )
    )
    # a begins 10 minutes before it is done, once; b is done in no time, once, and once "begins" after its end; c: not known.
    begun = [at["1", "a"] - timedelta(minutes=10), at["1", "b"], None, at["2", "b"] + timedelta(minutes=1), None]
    log = mining.read(table.append_column("started", pa.array(begun, table["time"].type)))
    assert log.known_starts().tolist() == [True, True, False, False, False]
    store = mining.Store.create(tmp_path / "store")
    store.append(log)
    store.append(log_of([("3", "a", 100), ("3", "c", 130)]))
    mining.write(log, tmp_path / "log.xes")
    mining.write(log, tmp_path / "log.csv")
    again = [store, store.log(), mining.read(tmp_path / "log.xes"), mining.read(tmp_path / "log.csv")]
    for one in (log, *again):
        found = mining.service(one)
        assert [(found.names[code], int(count)) for code, count in zip(found.activity, found.count, strict=True)] == [
            ("a", 1),
            ("b", 1),
        ]
        assert found.total.tolist() == [10.0 * MINUTE, 0.0]
        # Where the start is not known, the wait lasts until the event.
        assert mining.waits(one).total[mining.waits(one).find("b", "c")] == 20 * MINUTE
    with pytest.raises(mining.BadQuestion, match="when work began") as error:
        mining.service(log.select_cases(np.array([1])))
    assert error.value.code == "no-starts"


def test_sums_pass_what_64_bits_hold() -> None:
    from anxin.engines.mining.kernels.grouping import Groups

    groups = Groups(2)
    groups.add(np.array([1, 1, 1]), np.array([2**62, 2**62, 2**62]))
    assert groups.finish().totals().tolist() == [3.0 * 2**62]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 10**15)), min_size=1, max_size=400), st.integers(1, 4))
@settings(max_examples=50, deadline=None)
def test_groups_in_pieces_equal_groups_at_once(pairs: list[tuple[int, int]], pieces: int) -> None:
    from anxin.engines.mining.kernels.grouping import DENSE, Groups

    values: dict[int, list[int]] = defaultdict(list)
    for key, value in pairs:
        values[key].append(value)
    for keys in (6, DENSE + 1):  # few keys, and more than have a counter each
        groups = Groups(keys)
        for piece in range(pieces):
            part = pairs[piece::pieces]
            of_key, of_value = (np.array([one[place] for one in part], np.int64) for place in (0, 1))
            groups.add(of_key, of_value)
        found = groups.finish()
        quantiles = found.quantiles((250, 500, 900))
        assert found.keys.tolist() == sorted(values)
        for place, key in enumerate(sorted(values)):
            assert quantiles[place].tolist() == [row_quantile(values[key], Fraction(p, 1000)) for p in (250, 500, 900)]
            assert found.totals()[place] == float(sum(values[key]))


def test_results_are_frozen_print_and_store() -> None:
    import json

    log = log_of([("1", "a", 0), ("1", "b", 5), ("2", "a", 0)], resource=["Li", "Wang", "Li"])
    for result in (
        mining.directly_follows(log),
        mining.waits(log),
        mining.variants(log),
        mining.rework(log),
        mining.hand_over(log),
        mining.cycle_time(log),
        mining.bottlenecks(log),
    ):
        assert type(result).__name__ in repr(result)
        assert str(result.table())
        json.dumps(result.to_dict())
        with pytest.raises(AttributeError):
            result.cautions = ()  # type: ignore[misc]


@given(rows_of_a_log())
@settings(max_examples=50, deadline=None)
def test_every_number_opens_to_its_cases(rows: list[Row]) -> None:
    log = log_of(rows, resource=["Li" if row[2] % 2 else "Wang" for row in rows])
    cases = by_case(rows)
    follows, again = mining.directly_follows(log), mining.rework(log)
    for a, b in follows.edges():
        found = {log.case_ids[int(case)] for case in mining.edge_cases(log, a, b)}
        assert found == {
            case for case, one in cases.items() if (a, b) in {(x[1], y[1]) for x, y in itertools.pairwise(one)}
        }
    for code, name in enumerate(log.activities):
        assert len(mining.repeating_cases(log, name)) == again.repeating_cases[code]
    assert log.resource is not None
    if len(log.resource.names or ()) == 2:
        taken = mining.hand_over_cases(log, "Li", "Wang")
        expected = {
            case for case, one in cases.items() if any(x[2] % 2 and not y[2] % 2 for x, y in itertools.pairwise(one))
        }
        assert {log.case_ids[int(case)] for case in taken} == expected
    with pytest.raises(mining.BadQuestion, match="no resource “Zhao”"):
        mining.hand_over_cases(log, "Zhao", "Li")


def test_a_case_of_very_many_events_is_shortened_only_in_tables() -> None:
    found = mining.variants(log_of([("x", "abcd"[i % 4], i) for i in range(100_000)]))
    assert len(found.path(0)) == 100_000
    shown = str(found.table().rows[0][-1])
    assert len(shown) < 300
    assert "(99,961 more)" in shown
    assert shown.startswith("a → b → c → d")
    assert shown.endswith("b → c → d")
