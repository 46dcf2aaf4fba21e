"""Every question that is an Ibis expression gives what the question over a log gives, to the last microsecond."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anxin.engines import mining
from anxin.engines.calendar import Calendar, china_years
from anxin.engines.mining import lake
from anxin.engines.mining.tests.logs import Row, rows_of_a_log
from anxin.engines.mining.tests.test_store import rich

SHANGHAI = ZoneInfo("Asia/Shanghai")


def same(one: Any, other: Any) -> None:
    for name in one.__dataclass_fields__:
        a, b = getattr(one, name), getattr(other, name)
        if isinstance(a, np.ndarray) and a.dtype.kind == "f":
            np.testing.assert_allclose(a, b, rtol=1e-12, err_msg=name)
        elif isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b, err_msg=name)
        else:
            assert a == b, name


@given(st.lists(rows_of_a_log(), min_size=1, max_size=3))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_expressions_agree_with_kernels(tmp_path_factory: pytest.TempPathFactory, batches: list[list[Row]]) -> None:
    store = mining.Store.create(tmp_path_factory.mktemp("lake") / "log", zone=SHANGHAI)
    for step, rows in enumerate(batches):
        store.append(rich(rows, step))
    tables = lake.open_lake(store)
    same(mining.directly_follows(store), lake.directly_follows(tables))
    same(mining.waits(store), lake.waits(tables))
    same(mining.hand_over(store, between="department", quantiles=True), lake.hand_over(tables, between="department"))
    if (store.log().resource is not None) and mining.hand_over(store, between="department").count.sum():
        same(mining.hand_over(store.log(), quantiles=True), lake.hand_over(tables))
    same(mining.cycle_time(store), lake.cycle_time(tables))
    same(mining.cycle_time(store, by="month", zone=SHANGHAI), lake.cycle_time(tables, by="month"))
    same(
        mining.cycle_time(store, by="month", month_of="start", zone=SHANGHAI),
        lake.cycle_time(tables, by="month", month_of="start"),
    )


def stored(folder: Path, working: bool) -> tuple[mining.Store, mining.WorkingTime]:
    rows = [(f"c{n}", "abcd"[(n + i) % 4], 777 * n + 391 * i) for n in range(60) for i in range(5)]
    log = rich(rows)
    from anxin.engines.mining.tests.logs import log_of

    log = log_of(
        rows,
        resource=["Li" if row[2] % 2 else "Wang" for row in rows],
        branch=[f"b{int(row[0][1:]) % 3}" for row in rows],
    )
    laid_out = mining.WorkingTime.of(Calendar(years=china_years()), int(log.time.min()), int(log.time.max()))
    store = mining.Store.create(folder / "log")
    store.append(log, working=laid_out if working else None)
    return store, laid_out


def test_office_time_in_whole_seconds(tmp_path: Path) -> None:
    store, working = stored(tmp_path, working=True)
    ours, theirs = mining.waits(store, working=working), lake.waits(lake.open_lake(store), working=True)
    assert ours.working_median is not None
    assert theirs.working_median is not None
    assert np.abs(ours.working_median - theirs.working_median).max() < 10**6
    assert ours.working_p90 is not None
    assert ours.working_p90.max() > 0


def test_no_office_time_without_a_calendar(tmp_path: Path) -> None:
    store, _ = stored(tmp_path, working=False)
    with pytest.raises(mining.BadQuestion, match="without a calendar"):
        lake.waits(lake.open_lake(store), working=True)


def test_a_scope_is_a_condition_on_cases(tmp_path: Path) -> None:
    store, _ = stored(tmp_path, working=False)
    tables = lake.open_lake(store)
    branch = store.names("a:branch").code("b1")
    scoped = tables.where(lambda cases: cases["a:branch"] == branch)
    log = store.log()
    theirs = log.select_cases(log.case_attributes["branch"].values == branch)
    same(mining.waits(theirs), lake.waits(scoped))
    assert lake.cycle_time(scoped, by="branch").groups == ("b1",)
    same(mining.cycle_time(log, by="branch"), lake.cycle_time(tables, by="branch"))


def test_what_a_lake_cannot_be_asked(tmp_path: Path) -> None:
    store, _ = stored(tmp_path, working=False)
    tables = lake.open_lake(store)
    with pytest.raises(mining.BadQuestion, match="There are: branch"):
        lake.cycle_time(tables, by="colour")
    with pytest.raises(mining.BadQuestion, match="resource"):
        lake.hand_over(tables, between="note")
    with pytest.raises(mining.BadLog, match="no events yet"):
        lake.open_lake(mining.Store.create(tmp_path / "empty"))
