"""Files of facts: every form, good and bad; nothing written but the whole; again changes nothing; taken back."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.storage import default_storage

from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.insight.indicators import actions, work
from anxin.insight.indicators.computing.facts import has_facts, state
from anxin.insight.indicators.kinds import KINDS
from anxin.insight.indicators.models import Fact, FactBatch
from anxin.insight.indicators.tests.asked import ground_of

pytestmark = pytest.mark.django_db
CALLS = """callid,calltime,connectiontime,downtime,isconnected,客户姓名,备注x,机构,技能等级
A1,2025-03-01 09:30:00,2025-03-01 09:30:25,2025-03-01 09:34:10,01,张三,,SZ,高
A2,2025/3/1 09:31,,2025-03-01 09:32:10,00,李四,,苏州,
"""


def take(
    content: str | bytes, actors: Any, now: Any, kind: str = "calls", who: str = "administrator", **more: Any
) -> FactBatch:
    raw = content.encode() if isinstance(content, str) else content
    return actions.import_facts(content=raw, file_name="f.csv", kind=kind, actor=actors[who], now=now, **more)


def test_csv_by_the_regulators_names_and_by_chinese_ones(branch: Any, actors: Any, now: Any) -> None:
    batch = take(CALLS, actors, now)
    assert (batch.state, batch.rows, batch.created) == ("done", 2, 2)
    assert (batch.report["personal"], batch.report["ignored"]) == (["客户姓名", "备注x"], ["技能等级"])
    row = Fact.objects.get(external_id="A1")
    assert row.data == {
        "calltime": "2025-03-01T01:30:00", "connectiontime": "2025-03-01T01:30:25", "downtime": "2025-03-01T01:34:10",
        "isconnected": True,
    }  # fmt: skip
    assert row.branch == branch
    assert "张三" not in str(Fact.objects.values_list("data", flat=True))
    again = take(CALLS, actors, now)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 2)
    changed = take(CALLS.replace("09:34:10", "09:35:00"), actors, now)
    assert (changed.created, changed.changed, changed.unchanged) == (0, 1, 1)
    # The same numbers of another system are other calls.
    assert take(CALLS, actors, now, source="other").created == 2


def test_excel_parquet_and_json_lines_say_the_same(branch: Any, actors: Any, now: Any) -> None:
    from datetime import datetime

    import openpyxl  # type: ignore[import-untyped]
    import pyarrow as pa
    import pyarrow.parquet as pq

    book = openpyxl.Workbook()
    book.active.append(["评价编号", "评价时间", "评分", "工号", "机构"])
    book.active.append(["M1", datetime(2025, 3, 1, 9, 30), 5, "K7", "SZ"])
    out = io.BytesIO()
    book.save(out)
    table = io.BytesIO()
    pq.write_table(pa.table({"id": ["M1"], "ratedate": [datetime(2025, 3, 1, 9, 30)], "score": [5.0], "agent": ["K7"], "branch": ["SZ"]}), table)  # fmt: skip
    lines = '{"id": "M1", "ratedate": "2025-03-01T09:30:00+08:00", "score": 5, "agent": "K7", "branch": "SZ"}\n'
    for place, content in enumerate((out.getvalue(), table.getvalue(), lines.encode(), f"[{lines}]".encode())):
        batch = take(content, actors, now, kind="ratings")
        assert (batch.state, batch.created, batch.unchanged) == ("done", int(place == 0), int(place > 0)), batch.report
    assert Fact.objects.get().data == {"ratedate": "2025-03-01T01:30:00", "score": 5.0, "agent": "K7"}


BAD = """callid,calltime,connectiontime,downtime,isconnected,机构,agent
A0,2025-03-01 09:30,2025-03-01 09:31,,01,SZ,K1
A1,2025-03-01 09:30,2025-03-01 09:20,,01,SZ,K1
A2,2025-03-01,,,01,苏州,K1
A0,2025-03-01,,,00,SZ,K1
A3,2025-03-01,,,00,火星,K1
13812345678,2025-03-01,,,00,,K1
A5,gestern,,,maybe,,张三
A6,2031-03-01,,,00,,K1
,2025-03-01,,,00,,K1
"""


def test_one_bad_row_and_nothing_is_written_every_fault_is_named(branch: Any, actors: Any, now: Any) -> None:
    batch = take(BAD, actors, now)
    assert batch.state == "refused"
    assert not Fact.objects.exists()
    told = {(cell["line"], cell["column"]): cell["reason"] for cell in batch.report["bad"]}
    assert set(told) == {
        (3, "connectiontime"), (4, "connectiontime"), (5, "callid"), (6, "机构"), (7, "callid"), (8, "calltime"),
        (8, "isconnected"), (8, "agent"), (9, "calltime"), (10, "callid"),
    }  # fmt: skip
    assert all(told.values())
    assert "13812345678" not in str(batch.report)
    assert "张三" not in str(batch.report)


def test_a_file_is_taken_in_by_pieces_and_still_whole_or_not_at_all(
    branch: Any, actors: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anxin.insight.indicators.importing.PIECE", 3)
    good = "id,receiveddate\n" + "".join(f"T{number},2025-03-01\n" for number in range(10))
    batch = take(good + "T99,2025-13-01\n", actors, now, kind="complaints")
    assert (batch.state, batch.rows, Fact.objects.count()) == ("refused", 11, 0)
    assert take(good, actors, now, kind="complaints").created == 10
    assert (
        take("id,receiveddate\nT1,2025-03-01\nT2,2025-03-02\nT77,2025-03-02\n", actors, now, kind="complaints").changed
        == 1
    )


def test_a_dry_run_writes_nothing_but_tells(branch: Any, actors: Any, now: Any) -> None:
    before = state()
    batch = take(CALLS, actors, now, dry_run=True)
    assert (batch.state, batch.created) == ("done", 2)
    assert not has_facts("calls")
    assert state() == before


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [(b"", "calls", "empty"), (b"a,b\n1,2\n", "calls", "lacks the column"), (b"PK\x03\x04nonsense", "calls", "workbook"),
     (b'{"id": 1,\n', "calls", "not JSON"), (b"id\n1\n", "weather", "not one of")],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_words(
    content: bytes, kind: str, said: str, branch: Any, actors: Any, now: Any
) -> None:
    from django.utils.translation import override

    with override("en"), pytest.raises(Invalid, match=said):
        take(content, actors, now, kind=kind)
    assert not FactBatch.objects.exists()


def test_a_case_is_found_by_its_number(branch: Any, actors: Any, now: Any) -> None:
    from anxin.journal.models import Case

    case = Case.objects.create(
        kind="claim", number="2025-0007", branch=branch, state="closed", opened_at=now, touched_at=now
    )
    good = take("id,receiveddate,案号\nT1,2025-03-01,2025-0007\nT2,2025-03-01,\n", actors, now, kind="complaints")
    assert good.state == "done", good.report
    assert Fact.objects.get(external_id="T1").case == case
    bad = take("id,receiveddate,案号\nT3,2025-03-01,2025-0008\n", actors, now, kind="complaints")
    assert bad.report["bad"][0]["column"] == "案号"


def test_scope_a_branchs_analyst_writes_and_sees_only_there(
    branch: Any, other_branch: Any, staff: Any, actors: Any, now: Any
) -> None:
    from anxin.access.actors import actor_of, forget_actors
    from anxin.access.models import RoleGrant

    RoleGrant.objects.create(user=staff["supervisor"], role="analyst", branch=branch)
    forget_actors()
    local = actor_of(staff["supervisor"], channel="desk")
    who = {"local": local}
    assert (
        take(
            f"id,receiveddate,branch\nT1,2025-03-01,{other_branch.code}\n", who, now, kind="complaints", who="local"
        ).state
        == "refused"
    )
    assert take("id,receiveddate\nT1,2025-03-01\n", who, now, kind="complaints", who="local").state == "done"
    assert Fact.objects.get().branch == branch
    take(f"id,receiveddate,branch\nT2,2025-03-01,{other_branch.code}\nT3,2025-03-01,\n", actors, now, kind="complaints")
    assert set(Fact.objects.visible_to(local).values_list("external_id", flat=True)) == {"T1"}
    assert Fact.objects.visible_to(actors["administrator"]).count() == 3
    assert not Fact.objects.visible_to(actors["adjudicator"]).exists()
    # Somebody else's record cannot be taken over by its number.
    taken = take("id,receiveddate\nT2,2025-03-02\n", who, now, kind="complaints", who="local")
    assert taken.state == "refused"
    with pytest.raises(NotAllowed):
        take(CALLS, actors, now, who="auditor")


def test_an_import_is_taken_back(branch: Any, actors: Any, now: Any) -> None:
    first = take("id,receiveddate\nT1,2025-03-01\nT2,2025-03-01\n", actors, now, kind="complaints")
    second = take("id,receiveddate\nT2,2025-03-02\n", actors, now, kind="complaints")
    assert ground_of().told("received").n.sum() == 2
    before = state()
    actions.take_back(batch=first.public_id, actor=actors["administrator"], now=now)
    assert list(Fact.objects.values_list("external_id", flat=True)) == ["T2"]  # changed by the second file: that one's
    assert state() != before
    assert ground_of().told("received").n.sum() == 1
    with pytest.raises(IllegalMove):
        actions.take_back(batch=first.public_id, actor=actors["administrator"], now=now)
    with pytest.raises(NotAllowed):
        actions.take_back(batch=second.public_id, actor=actors["supervisor"], now=now)
    with pytest.raises(Missing):
        actions.take_back(batch="nothing", actor=actors["administrator"], now=now)


def test_an_uploaded_file_waits_for_the_worker(branch: Any, staff: Any, actors: Any, now: Any) -> None:
    def ask(content: bytes) -> FactBatch:
        return actions.ask_import(
            upload=io.BytesIO(content), file_name="calls.csv", kind="calls", actor=actors["administrator"], now=now
        )

    good, bad = ask(CALLS.encode()), ask(BAD.encode())
    assert good.state == "waiting"
    assert not Fact.objects.exists()
    assert work.run_waiting() == 2
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, good.created, good.file) == ("done", 2, "")
    assert (bad.state, bad.report["bad_count"]) == ("refused", 10)
    assert work.run_waiting() == 0
    with pytest.raises(Invalid):
        ask(b"nothing,here\n1,2\n")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kinds_example_can_be_imported(kind: str, branch: Any, actors: Any, now: Any) -> None:
    import csv

    example = {**KINDS[kind].example, "branch": branch.code}
    out = io.StringIO()
    writer = csv.DictWriter(out, list(example))
    writer.writeheader()
    writer.writerow({name: value.replace("2026", "2024") for name, value in example.items()})
    batch = take(out.getvalue(), actors, now, kind=kind)
    assert batch.state == "done", batch.report


@pytest.mark.parametrize("content", [CALLS, BAD])
def test_a_slow_worker_leaves_the_file_to_whoever_has_it_by_now(
    content: str, branch: Any, actors: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = actions.ask_import(
        upload=io.BytesIO(content.encode()), file_name="calls.csv", kind="calls", actor=actors["administrator"], now=now
    )
    actor_of = work.actor_of

    def too_slow(*given: Any, **more: Any) -> Any:
        FactBatch.objects.update(lease_by="quick")
        return actor_of(*given, **more)

    monkeypatch.setattr(work, "actor_of", too_slow)
    work.run_waiting()
    row = FactBatch.objects.get()
    assert (row.state, row.lease_by, row.file) == ("running", "quick", asked.file)
    assert default_storage.exists(row.file)
    assert not Fact.objects.exists()
    monkeypatch.undo()
    FactBatch.objects.update(lease_until=None)
    work.run_waiting()
    assert FactBatch.objects.get().state == ("done" if content == CALLS else "refused")
    assert not default_storage.exists(asked.file)
