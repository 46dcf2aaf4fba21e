"""A whole log, or nothing: cases, events, chains, and what the desk shows of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing, NotAllowed
from anxin.access.models import Branch
from anxin.journal import chain
from anxin.journal.models import Case, Delivery, Event
from anxin.journal.queries import queue_of
from anxin.journeys.imported.actions import import_log
from anxin.journeys.imported.logs import Columns
from anxin.journeys.imported.models import Log, Resource
from anxin.journeys.imported.queries import cases_of, logs, timeline_of

pytestmark = pytest.mark.django_db
COLUMNS = Columns("case", "step", "at", "who", keep=("amount",))
# The second event of case 1 comes before the first in the file; two have one moment.
TEXT = """case,step,at,who,amount
1,decide,2024-01-02T10:00:00+08:00,李明,700
1,register,2024-01-01T10:00:00+08:00,Pete,
2,register,2024-01-01T11:00:00+08:00,Pete,
2,check,2024-01-01T11:00:00+08:00,,
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "helpdesk.csv"
    path.write_text(TEXT)
    return path


@pytest.fixture
def imported(file: Path, branch: Branch, actors: dict[str, Actor], now: datetime) -> Log:
    return import_log(path=file, branch=branch, columns=COLUMNS, actor=actors["administrator"], now=now).log


def test_cases_and_events_stand_as_the_log_has_them(imported: Log, now: datetime) -> None:
    assert (imported.name, imported.cases, imported.events) == ("helpdesk", 2, 4)
    first, second = Case.objects.order_by("pk")
    assert (first.kind, first.number, first.state) == ("imported", f"L{imported.pk}-1", "closed")
    assert (first.opened_at.isoformat(), first.closed_at and first.closed_at.isoformat()) == (
        "2024-01-01T02:00:00+00:00", "2024-01-02T02:00:00+00:00",
    )  # fmt: skip
    told = [(event.facts["activity"], event.facts.get("resource")) for event in first.events.order_by("seq")]
    assert told == [("register", "r2"), ("decide", "r1")]
    assert [event.facts["activity"] for event in second.events.order_by("seq")] == ["register", "check"]
    decided = first.events.get(seq=2)
    assert (decided.facts["kept"], decided.occurred_at.day, decided.recorded_at) == ({"amount": 700}, 2, now)
    assert chain.verify().sound


def test_names_stay_outside_the_events(imported: Log) -> None:
    assert not any("李明" in event.data or "Pete" in event.data for event in Event.objects.all())
    assert dict(Resource.objects.values_list("code", "name")) == {"r1": "李明", "r2": "Pete"}


def test_they_burden_nobody(imported: Log, actors: dict[str, Actor], now: datetime) -> None:
    assert queue_of(actors["administrator"], now).total == 0
    assert not Delivery.objects.exists()
    assert not Case.objects.exclude(due_at=None).exists()


def test_the_same_file_again_changes_nothing(
    imported: Log, file: Path, branch: Branch, other_branch: Branch, actors: dict[str, Actor], now: datetime
) -> None:
    again = import_log(path=file, branch=branch, columns=COLUMNS, name="other", actor=actors["administrator"], now=now)
    assert (again.is_new, again.log) == (False, imported)
    assert Event.objects.count() == 4
    # Into another branch, and another file with the same case ids, are other matters.
    assert import_log(path=file, branch=other_branch, columns=COLUMNS, actor=actors["administrator"], now=now).is_new
    file.write_text(TEXT + "2,close,2024-01-03,,\n")
    assert import_log(path=file, branch=branch, columns=COLUMNS, actor=actors["administrator"], now=now).log.events == 5
    assert chain.verify().sound


def test_one_bad_row_and_nothing_is_written(
    file: Path, branch: Branch, actors: dict[str, Actor], now: datetime
) -> None:
    file.write_text(TEXT + "3,close,never,,\n")
    with pytest.raises(Invalid) as refused:
        import_log(path=file, branch=branch, columns=COLUMNS, actor=actors["administrator"], now=now)
    assert [(row.line, row.column) for row in refused.value.facts["rows"]] == [(6, "at")]
    assert (Log.objects.count(), Case.objects.count(), Resource.objects.count()) == (0, 0, 0)


def test_a_failure_half_way_writes_nothing(file: Path, branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    def fail(phase: str, done: int, total: int | None) -> None:
        if phase == "write":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_log(path=file, branch=branch, columns=COLUMNS, actor=actors["administrator"], now=now, progress=fail)
    assert (Log.objects.count(), Case.objects.count()) == (0, 0)


def test_only_an_administrator_imports(file: Path, branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    for who in ("supervisor", "auditor", "customer"):
        with pytest.raises(NotAllowed):
            import_log(path=file, branch=branch, columns=COLUMNS, actor=actors[who], now=now)


def test_long_case_ids_stay_apart(tmp_path: Path, branch: Branch, actors: dict[str, Actor], now: datetime) -> None:
    path = tmp_path / "long.csv"
    path.write_text(f"case,step,at\n{'x' * 50}1,a,2024-01-01\n{'x' * 50}2,a,2024-01-01\n")
    import_log(path=path, branch=branch, columns=Columns("case", "step", "at"), actor=actors["administrator"], now=now)
    numbers = set(Case.objects.values_list("number", flat=True))
    assert (len(numbers), max(map(len, numbers))) == (2, 40)


def test_the_desk_sees_cases_durations_and_who(
    imported: Log, actors: dict[str, Actor], django_assert_num_queries: Any
) -> None:
    assert [log.name for log in logs(actors["surveyor"])] == ["helpdesk"]
    with django_assert_num_queries(3):
        page = cases_of(imported.public_id, actors["surveyor"])
    assert [(row.case.number, row.duration) for row in page.rows] == [
        (f"L{imported.pk}-1", timedelta(days=1)), (f"L{imported.pk}-2", timedelta()),
    ]  # fmt: skip
    assert [row.case.number for row in cases_of(imported.public_id, actors["surveyor"], text="-2").rows] == [
        f"L{imported.pk}-2"
    ]
    with django_assert_num_queries(4):
        shown = timeline_of(page.rows[0].case.public_id, actors["surveyor"])
    assert [(row.row.title, row.resource, row.row.since) for row in shown.rows] == [
        ("register", "Pete", None), ("decide", "李明", timedelta(days=1)),
    ]  # fmt: skip
    assert (shown.duration, shown.log) == (timedelta(days=1), imported)


def test_strangers_see_no_log(imported: Log, actors: dict[str, Actor]) -> None:
    case = Case.objects.order_by("pk")[0]
    for who in ("outsider", "customer"):
        assert not logs(actors[who]).exists()
        with pytest.raises(Missing):
            cases_of(imported.public_id, actors[who])
        with pytest.raises(Missing):
            timeline_of(case.public_id, actors[who])


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "cases", "events"),
    [("helpdesk.xes.gz", 4_580, 21_348), ("08_receipt.xes.gz", 1_434, 8_577), ("02_teleclaims.xes.gz", 3_512, 46_138)],
)
def test_real_logs_load_whole(
    shared: Path, branch: Branch, actors: dict[str, Actor], now: datetime, name: str, cases: int, events: int
) -> None:
    path = shared / "data" / "event_logs" / name
    log = import_log(path=path, branch=branch, actor=actors["administrator"], now=now).log
    assert (log.cases, log.events) == (cases, events)
    assert (Case.objects.count(), Event.objects.count()) == (cases, events)
    report = chain.verify()
    assert (report.sound, report.events) == (True, events)


@pytest.mark.shared
def test_the_same_log_as_csv_tells_the_same(
    shared: Path, branch: Branch, actors: dict[str, Actor], now: datetime
) -> None:
    folder = shared / "data" / "event_logs"
    columns = Columns(
        "case:concept:name", "concept:name", "time:timestamp", "org:resource", "lifecycle:transition", ("org:group",)
    )
    xes = import_log(path=folder / "08_receipt.xes.gz", branch=branch, actor=actors["administrator"], now=now).log
    csv = import_log(
        path=folder / "receipt.csv", branch=branch, columns=columns, actor=actors["administrator"], now=now
    ).log

    def told(log: Log) -> list[tuple[str, datetime, str]]:
        rows = Event.objects.filter(case__subject_id=log.public_id).select_related("case")
        return sorted((row.case.number.partition("-")[2], row.occurred_at, row.facts["activity"]) for row in rows)

    assert told(xes) == told(csv)
