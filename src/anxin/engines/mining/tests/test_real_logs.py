"""Public logs: the numbers their sources and PM4Py give."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from anxin.engines import mining

# file: cases, events, activities, variants, resources; counted by PM4Py 2.7.23, see SOURCE.md beside the logs
LOGS = {
    "02_teleclaims.xes.gz": (3512, 46138, 11, 12, 4),
    "08_receipt.xes.gz": (1434, 8577, 27, 116, 48),
    "receipt.csv": (1434, 8577, 27, 116, 48),
    "helpdesk.xes.gz": (4580, 21348, 14, 226, 22),
}


@pytest.mark.shared
@pytest.mark.parametrize("name", LOGS)
def test_size_and_variants(shared: Path, name: str) -> None:
    log = mining.read(shared / "data" / "event_logs" / name)
    assert log.resource is not None
    found = (log.cases, len(log), len(log.activities), len(mining.variants(log)), len(log.resource.names or ()))
    assert found == LOGS[name]
    assert int(mining.directly_follows(log).count.sum()) == len(log) - log.cases


@pytest.mark.shared
@pytest.mark.parametrize("name", LOGS)
def test_the_whole_analysis_of_each(shared: Path, name: str) -> None:
    log = mining.read(shared / "data" / "event_logs" / name)
    found = mining.analyse(log)
    assert len("\n".join(found.lines()).splitlines()) > 50
    data = json.loads(json.dumps(found.to_dict()))
    assert data["log"]["cases"] == LOGS[name][0]
    assert sum(one["cases"] for one in data["variants"]["most_frequent"]) == LOGS[name][0]


@pytest.mark.shared
def test_csv_and_xes_of_one_log_say_the_same(shared: Path) -> None:
    folder = shared / "data" / "event_logs"
    one, other = mining.read(folder / "08_receipt.xes.gz"), mining.read(folder / "receipt.csv")
    assert mining.variants(one).counts() == mining.variants(other).counts()
    assert mining.cycle_time(one).to_dict() == mining.cycle_time(other).to_dict()
    assert sorted(mining.hand_over(one).count.tolist()) == sorted(mining.hand_over(other).count.tolist())


@pytest.mark.shared
def test_teleclaims_as_it_is_told_in_the_literature(shared: Path) -> None:
    """The claims process of van der Aalst's book: two call centres, registration, then one back office; nothing is redone."""
    work = mining.pieces_of_work(mining.read(shared / "data" / "event_logs" / "02_teleclaims.xes.gz"))

    def centre(name: str, end: str = "end") -> list[object]:
        return ["seq", f"{name} check if sufficient information is available", ["opt", f"{name} register claim"]]

    assess = [
        "seq",
        "assess claim",
        ["opt", ["and", "initiate payment", "advise claimant on reimbursement"]],
        ["opt", "close claim"],
    ]
    back_office = ["opt", ["seq", "determine likelihood of claim", ["opt", assess]]]
    model = ["seq", "incoming claim", ["xor", centre("B"), centre("S")], back_office, "end"]
    found = mining.conformance(work, model, fitness=True)
    # The paths of payment interleave: closing may overtake, which the model above does not allow.
    assert 0.6 < found.share < 1
    assert found.mean_fitness > 0.9
    free = [
        "opt",
        [
            "seq",
            "assess claim",
            ["and", ["opt", "initiate payment"], ["opt", "advise claimant on reimbursement"], ["opt", "close claim"]],
        ],
    ]
    wide = [
        "seq",
        "incoming claim",
        ["xor", centre("B"), centre("S")],
        ["opt", ["seq", "determine likelihood of claim", free]],
        "end",
    ]
    whole = mining.conformance(work, wide)
    ends = {one.kind for one in whole.deviations}
    assert whole.share >= found.share
    assert "unknown" not in ends
    assert mining.rework(work).cases_with_rework == 0
    service = mining.service(work)
    assert service.total.sum() > 0


@pytest.mark.shared
def test_helpdesk_promises_and_rework(shared: Path) -> None:
    log = mining.read(shared / "data" / "event_logs" / "helpdesk.xes.gz")
    board = mining.promise(log, "Assign seriousness", "Resolve ticket", 30 * 86_400)
    assert sum(board.count(state) for state in range(4)) == len(board.case)
    assert board.by_month.sum() == len(board.case)
    assert mining.rework(log).cases_with_rework > 500
