"""The board's answer: what is missing is named and never a zero, scope, totals, rows behind; reported beside recomputed."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anxin.access.errors import Invalid, NotAllowed
from anxin.insight.indicators import actions, queries
from anxin.insight.indicators.computing.values import FORMULAS, Behind, behind, compute, points
from anxin.insight.indicators.definitions import BY_ID, INDICATORS
from anxin.insight.indicators.kinds import KINDS
from anxin.insight.indicators.models import Fact, Reported
from anxin.insight.indicators.periods import Period, last_quarter, months_until
from anxin.insight.indicators.tests.asked import NOW, ask_of, log_of, tell

pytestmark = pytest.mark.django_db
CLOSED = [("notified", "02-01 10:00"), ("opened", "02-01 11:00"), ("closed", "02-05 10:00")]


@pytest.mark.shared
def test_all_fourteen_rows_of_the_regulators_table_are_here(shared: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((shared / "regulation" / "indicators.csv").read_text("utf-8"))))
    assert [row["id"] for row in rows] == [one.id for one in INDICATORS] == list(FORMULAS)
    lines = {"P&C": "pc", "life": "life", "both": "both", "P&C; life": "both"}
    for row, one in zip(rows, INDICATORS, strict=True):
        assert one.business == lines[row["line"]], one.id
        if "(" not in row["indicator"] and "," not in row["indicator"]:
            assert one.name_zh == row["indicator"]
        for kind, fields in one.needs:
            known = {name for column in KINDS[kind].sheet.columns.values() for name in column.names}
            assert set(fields) <= known, one.id
        # Fields that the table names are fields that an import takes.
        if (
            one.needs
            and row["fields"] not in ("-", "")
            and "regulator" not in row["fields"]
            and "clock" not in row["fields"]
        ):
            asked = {
                word.strip(" (=)*")
                for part in row["fields"].split(",")
                for word in [part.split("(")[0].split(" 01")[0]]
            }
            told = {name for _kind, fields in one.needs for name in fields}
            assert asked <= told | {""}, (one.id, asked - told)


def test_weights_make_a_hundred_and_every_convention_is_told() -> None:
    for business in ("pc", "life"):
        groups = {
            weight.group: weight.points for one in INDICATORS for weight in one.weights if weight.business == business
        }
        assert sum(groups.values()) == 100
    assert "同一批" in BY_ID["IN-07"].formula(date(2026, 1, 1)).convention_zh
    assert "权重未公布" in BY_ID["IN-14"].formula(date(2026, 1, 1)).convention_zh
    assert BY_ID["IN-14"].lacks


def test_what_lacks_its_source_names_the_fields_and_is_never_a_zero() -> None:
    found = compute(ask_of(log_of({"events": CLOSED}), period="2025-02"))["indicators"]
    for name in ("IN-01", "IN-02", "IN-03", "IN-06", "IN-11", "IN-12"):
        assert found[name]["parts"] == {}, name
        assert found[name]["missing"][0]["fields"], name
    assert found["IN-01"]["missing"] == [
        {"kind": "calls", "fields": ["calltime", "connectiontime", "downtime", "isconnected"]}
    ]
    # Ratings after claims stand in for those of agents, and it says what is missing.
    assert found["IN-09"]["missing"][0]["kind"] == "ratings"
    assert found["IN-05"]["parts"]["main"]["now"]["value"] == 1
    assert found["IN-08"]["parts"]["main"]["now"] is None  # nothing was paid: no mean, rather than none at all
    assert found["IN-05"]["parts"]["main"]["months"][0] is None


def test_scope_and_line(branch: Any, other_branch: Any) -> None:
    log = log_of(
        {"events": CLOSED},
        {"events": CLOSED, "branch": other_branch.code, "outcome": "refused"},
        {"events": CLOSED, "line": "medical"},
    )
    tell("complaints", {"receiveddate": "2025-02-05"}, {"receiveddate": "2025-02-06", "branch": other_branch.code}, {"receiveddate": "2025-02-07", "branch": ""}, branch=branch)  # fmt: skip
    tell("premiums", {"month": "2025-02", "premium": "100000000"}, {"month": "2025-02", "premium": "100000000", "branch": other_branch.code}, branch=branch)  # fmt: skip
    whole = compute(ask_of(log, period="2025-02"))["indicators"]
    assert whole["IN-05"]["parts"]["main"]["branches"].keys() == {branch.code, other_branch.code}
    assert (
        whole["IN-11"]["parts"]["main"]["now"]["numerator"],
        whole["IN-11"]["parts"]["main"]["now"]["denominator"],
    ) == (3, 2)
    # The store narrows the log by branch before; facts are narrowed here.
    own = compute(ask_of(log.select_cases(np.array([0])), branches=frozenset({branch.code}), period="2025-02"))[
        "indicators"
    ]
    assert own["IN-05"]["parts"]["main"]["branches"].keys() == {branch.code}
    assert (own["IN-11"]["parts"]["main"]["now"]["numerator"], own["IN-11"]["parts"]["main"]["now"]["denominator"]) == (
        1,
        1,
    )
    nobody = compute(ask_of(None, branches=frozenset(), period="2025-02"))["indicators"]
    assert nobody["IN-11"]["parts"]["main"]["now"] is None
    life = compute(ask_of(log, period="2025-02", business="life"))["indicators"]
    assert "IN-07" not in life
    assert life["IN-05"]["parts"]["main"]["now"]["n"] == 1


def test_every_number_opens_to_its_rows(branch: Any) -> None:
    log = log_of({"events": CLOSED}, {"events": CLOSED, "outcome": "refused"})
    ask = ask_of(log, period="2025Q1")
    assert behind(ask, "IN-05:main:all") == ["case-0", "case-1"]
    assert behind(ask, "IN-05:main:miss") == ["case-1"]
    assert behind(ask, "IN-05:main:hit@2025-02") == ["case-0"]
    assert behind(ask, "IN-05:main:all@2025-01") == []
    tell("calls", {"calltime": "2025-02-03 09:00", "isconnected": "00"}, {"calltime": "2025-02-03 09:00", "connectiontime": "2025-02-03 09:01", "isconnected": "01"}, branch=branch)  # fmt: skip
    missed = Behind(ask, "IN-01:main:miss").facts()
    assert [Fact.objects.get(pk=pk).data["isconnected"] for pk in missed] == [False]
    for wrong in ("IN-05", "IN-99:main:all", "IN-05:none:all", "IN-05:main:some", "IN-05:main:all@never"):
        with pytest.raises((LookupError, ValueError)):
            Behind(ask, wrong)


def test_the_weighted_total_says_what_it_covers() -> None:
    closed = [{"events": CLOSED} for _number in range(9)] + [{"events": CLOSED, "outcome": "refused"}]
    total = compute(ask_of(log_of(*closed), period="2025-02"))["totals"]["pc"]
    # IN-05 at 90 and IN-07 at 100 have 15 points each of the joint 45.
    assert total["members"] == {"IN-05": 90.0, "IN-07": 100.0}
    assert (total["weights"], total["points"], total["rating"]) == (30, 95, "AAA")
    assert {"IN-01", "IN-08", "IN-09", "IN-10", "IN-11", "IN-12"} == set(total["without"])
    event = BY_ID["IN-04"].part("event")
    assert (points(event, 30.0), points(event, 120.54)) == (100.0, pytest.approx(50))
    assert points(BY_ID["IN-08"].part("main"), 3.0) is None


# -- reported ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reported", "value", "fits"),
    [("92.5", 0.92473, True), ("92.4", 0.92473, False), ("92", 0.92473, True), ("92.47%", 0.92473, True), ("92.50", 0.92473, False), ("98.9", 0.92473, False)],
)  # fmt: skip
def test_a_reported_value_fits_when_the_recomputed_one_rounds_to_it(
    reported: str, value: float, fits: bool, actors: Any, now: Any
) -> None:
    row = actions.report_value(
        indicator="IN-12", period="2025Q1", value=reported, actor=actors["administrator"], now=now
    )
    found = queries.match(row, BY_ID["IN-12"].part("main"), value)
    assert found.fits is fits
    assert found.reported == reported.removesuffix("%")
    assert float(found.difference) == pytest.approx(100 * value - float(reported.removesuffix("%")), abs=1e-5)


def test_a_correction_replaces_and_keeps_what_was(actors: Any, now: Any, branch: Any) -> None:
    def enter(value: str, **more: Any) -> Reported:
        return actions.report_value(
            indicator="IN-05", period="2025q1", value=value, actor=actors["administrator"], now=now, **more
        )

    first = enter("92.5")
    assert enter("92.5").pk == first.pk
    second = enter("92.7")
    first.refresh_from_db()
    assert (first.is_current, second.is_current, second.period) == (False, True, "2025Q1")
    enter("95", branch=branch.code)
    kept = queries.reported_for(actors["administrator"], period="2025Q1", business="", branch="")
    assert kept == {("IN-05", "main"): second}
    # A supervisor of one branch compares that branch's own value.
    own = queries.reported_for(actors["supervisor"], period="2025Q1", business="", branch="")
    assert own["IN-05", "main"].branch == branch
    for wrong, field in (
        ({"indicator": "IN-77"}, "indicator"), ({"period": "2025Q5"}, "period"), ({"value": "much"}, "value"),
        ({"part": "none"}, "part"), ({"branch": "Mars"}, "branch"), ({"business": "sea"}, "business"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            actions.report_value(
                **{"indicator": "IN-05", "period": "2025Q1", "value": "1", **wrong},
                actor=actors["administrator"],
                now=now,
            )
        assert field in refused.value.fields
    with pytest.raises(NotAllowed):
        actions.report_value(indicator="IN-05", period="2025Q1", value="1", actor=actors["supervisor"], now=now)


def test_reported_values_from_a_file_all_or_nothing(actors: Any, now: Any) -> None:
    def take(text: str) -> Any:
        return actions.import_reported(content=text.encode(), file_name="r.csv", actor=actors["administrator"], now=now)

    bad = take("指标,期间,报送值\nIN-05,2025Q1,92.5\nIN-44,2025Q1,1\nIN-06,2025Q9,abc\n")
    assert {(cell.line, cell.column) for cell in bad.bad} == {(3, "指标"), (4, "期间")}
    assert not Reported.objects.exists()
    good = take("indicator,period,value,line\nIN-05,2025Q1,92.5,财产险\nIN-06,2025-02,1.64,\n")
    assert (good.ok, good.created) == (True, 2)
    assert Reported.objects.get(indicator="IN-05").business == "pc"


# -- for others -------------------------------------------------------------------------------------------------------


def test_what_the_cockpit_and_the_what_if_ask(branch: Any) -> None:
    ask = ask_of(None)
    assert not queries.has_facts("complaints")
    assert queries.complaints_by_month(ask) == []
    assert len(queries.calls(ask)) == 0
    tell(
        "complaints",
        {"receiveddate": "2025-01-10", "decideddate": "2025-01-20"},  # due in January, in time
        {"receiveddate": "2025-01-31", "decideddate": "2025-02-20"},  # due in February, late
        {"receiveddate": "2025-02-05", "iswithdrawn": "01"}, {"receiveddate": "2025-03-10"},  # still running
        branch=branch,
    )  # fmt: skip
    assert queries.complaints_by_month(ask) == [("2025-01", 2, 1, 1), ("2025-02", 1, 0, 1), ("2025-03", 1, 0, 0)]
    # A branch without complaints has zeros for what was imported; what was not has no row.
    elsewhere = queries.complaints_by_month(ask_of(None, branches=frozenset({"elsewhere"})))
    assert elsewhere == [("2025-01", 0, 0, 0), ("2025-02", 0, 0, 0), ("2025-03", 0, 0, 0)]
    assert queries.has_facts("complaints")
    tell("calls", {"calltime": "2025-02-04 09:00", "downtime": "2025-02-04 09:02", "isconnected": "00"}, {"calltime": "2025-02-03 09:00", "connectiontime": "2025-02-03 09:01", "isconnected": "01"}, branch=branch)  # fmt: skip
    found = queries.calls(ask)
    assert found.connected.tolist() == [True, False]
    assert found.connectiontime[0] - found.calltime[0] == 60_000_000
    assert found.connectiontime[1] == -1
    assert len(queries.calls(ask_of(None, branches=frozenset({"elsewhere"})))) == 0


def test_periods() -> None:
    quarter = Period.parse("2025Q1")
    assert (quarter.first, quarter.after, quarter.before().name) == (date(2025, 1, 1), date(2025, 4, 1), "2024Q4")
    assert Period.parse("2025-01").before().name == "2024-12"
    assert Period.parse("2025").before(2).name == "2023"
    assert last_quarter(NOW).name == "2024Q4"
    assert [month.name for month in months_until(quarter, 3)] == ["2025-01", "2025-02", "2025-03"]
    for wrong in ("", "2025-13", "2025Q0", "25-01", "9999-01", "2025-1"):
        with pytest.raises(ValueError) as refused:
            Period.parse(wrong)
        assert refused.type is ValueError
