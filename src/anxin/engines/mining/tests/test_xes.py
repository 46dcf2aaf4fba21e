"""XES in and out, as a stream; and files from strangers."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from anxin.engines import mining
from anxin.engines.mining.tests.logs import Row, log_of, rows_of_a_log

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
LOG = """<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
 <global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
 <string key="concept:name" value="a log"/>
 <trace>
  <string key="concept:name" value="c1"/><string key="product" value="Motor"/>
  <event><string key="concept:name" value="Pay"/><date key="time:timestamp" value="2025-03-03T10:00:00+01:00"/>
   <string key="org:resource" value="Li"/><int key="step" value="2"/>
   <list key="parts"><values><float key="door" value="1.5"/><float key="wheel" value="2"/></values></list></event>
  <event><string key="concept:name" value="Register"/><date key="time:timestamp" value="2025-03-03T08:00:00Z"/>
   <string key="org:resource" value="Wang"><string key="team" value="North"/></string><int key="step" value="1"/></event>
 </trace>
 <trace><string key="concept:name" value="empty"/></trace>
 <trace><event><string key="concept:name" value="Register"/><date key="time:timestamp" value="2025-03-04T08:00:00Z"/></event></trace>
</log>"""


def written(folder: Path, text: str, name: str = "log.xes") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
def test_traces_events_and_nested_attributes(tmp_path: Path, name: str) -> None:
    log = mining.read(written(tmp_path, HEAD + LOG, name))
    assert mining.variants(log).counts() == {("Register", "Pay"): 1, ("Register",): 1}
    assert list(log.case_ids) == ["c1", "(case 3)"]
    assert {one.code for one in log.cautions} == {"unnamed-cases"}
    assert log.case_attributes["product"].value(0) == "Motor"
    assert log.case_attributes["product"].value(1) is None
    assert log.attributes["step"].values.tolist()[:2] == [1.0, 2.0]
    assert log.attributes["parts:door"].value(1) == 1.5
    assert log.attributes["org:resource:team"].value(0) == "North"


@given(rows_of_a_log())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_reads_back(tmp_path: Path, rows: list[Row]) -> None:
    log = log_of(rows, resource=["Li" if row[2] % 2 else None for row in rows], amount=[float(row[2]) for row in rows])
    for name in ("log.xes", "log.xes.gz", "log.csv", "log.csv.gz", "log.parquet", "log.json"):
        mining.write(log, tmp_path / name)
        back = mining.read(tmp_path / name, object_type="case" if name == "log.json" else "")
        assert mining.variants(back).counts() == mining.variants(log).counts(), name
        ours = sorted(zip(log.time.tolist(), (log.case_ids[c] for c in log.case_of_event()), strict=True))
        theirs = sorted(zip(back.time.tolist(), (back.case_ids[c] for c in back.case_of_event()), strict=True))
        assert ours == theirs, name
        if log.resource is not None and (log.resource.values >= 0).any():
            assert mining.hand_over(back).headline() == mining.hand_over(log).headline(), name
        column, per_case = back.column("amount")
        values = column.values if not per_case else column.values[back.case_of_event()]
        assert sorted(values.tolist()) == sorted(float(row[2]) for row in rows), name


def test_text_that_needs_care_survives(tmp_path: Path) -> None:
    log = log_of([('<&"> 案 \t', 'say "yes", or;no', 0), ("b\x01ell", "|", 5)])
    for name in ("log.xes", "log.csv", "log.parquet", "log.json"):
        mining.write(log, tmp_path / name)
        back = mining.read(tmp_path / name)
        assert set(back.activities) == set(log.activities), name
        assert '<&"> 案 \t' in set(back.case_ids), name


def test_a_cut_file_is_refused_or_read_as_far_as_it_is_whole(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + LOG[: LOG.index("<trace><event>") + 40])
    with pytest.raises(mining.BadLog, match="after 2 whole cases with 2 events") as error:
        mining.read(path)
    assert error.value.code == "truncated"
    log = mining.read(path, partial=True)
    assert len(log) == 2
    assert "truncated" in {one.code for one in log.cautions}
    events = "".join(
        f'<trace><string key="concept:name" value="{n}"/><event><string key="concept:name" value="a{n * 7919 % 1000}"/><date key="time:timestamp" value="2025-01-01T00:00:00Z"/></event></trace>'
        for n in range(5000)
    )
    whole = gzip.compress(f"{HEAD}<log>{events}</log>".encode())
    (tmp_path / "cut.xes.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(mining.BadLog) as error:
        mining.read(tmp_path / "cut.xes.gz")
    assert error.value.code == "truncated"
    assert 500 < len(mining.read(tmp_path / "cut.xes.gz", partial=True)) < 5000


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nothing of the kind", "not-xes"),
        ("<html><body/></html>", "not-xes"),
        ("<log></log>", "no-events"),
        ("<log><trace/></log>", "no-events"),
        ('<log><trace><event><string key="concept:name" value="a"/></event></trace></log>', "no-moments"),
        (
            '<log><trace><event><date key="time:timestamp" value="2025-01-01T00:00:00Z"/></event></trace></log>',
            "which-column",
        ),
        (
            '<log><trace><event><string key="concept:name" value="a"/><date key="time:timestamp" value="x"/></event></trace></log>',
            "no-events",
        ),
    ],
)
def test_a_clear_word_for_what_is_no_log(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(mining.BadLog) as error:
        mining.read(written(tmp_path, text))
    assert error.value.code == code


def test_entities_are_neither_unfolded_nor_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("very secret")
    bomb = '<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">' + "".join(
        f'<!ENTITY {chr(c + 1)} "{f"&{chr(c)};" * 10}">' for c in range(ord("b"), ord("j"))
    )
    event = '<event><string key="concept:name" value="a"/><date key="time:timestamp" value="2025-01-01T00:00:00Z"/>{}</event>'
    for head, inner in (
        (f'<!DOCTYPE log [<!ENTITY x SYSTEM "file://{secret}">]>', "<string key='k' value='v'>&x;</string>"),
        (bomb + "]>", "<string key='k' value='v'>&j;</string>"),
        (bomb + "]>", "<string key='k' value='&j;'/>"),
    ):
        path = written(tmp_path, f"{HEAD}{head}<log><trace>{event.format(inner)}</trace></log>")
        said = ""
        try:
            log = mining.read(path)
            said = str([list(column.names or ()) for column in log.attributes.values()])
        except mining.BadLog as error:
            said = str(error)
        assert "very secret" not in said
        assert "aaaaaaaaaa" not in said


def test_two_traces_of_one_name_are_joined_and_said(tmp_path: Path) -> None:
    trace = '<trace><string key="concept:name" value="c"/><event><string key="concept:name" value="{}"/><date key="time:timestamp" value="2025-01-0{}T00:00:00Z"/></event></trace>'
    log = mining.read(written(tmp_path, f"<log>{trace.format('b', 2)}{trace.format('a', 1)}</log>"))
    assert mining.variants(log).counts() == {("a", "b"): 1}
    assert [one.code for one in log.cautions] == ["case-twice"]


def test_starts_and_completions_become_pieces_of_work(tmp_path: Path) -> None:
    rows = [
        ("start", "a", 0), ("complete", "a", 10), ("schedule", "b", 11), ("start", "b", 20), ("start", "b", 25),
        ("COMPLETE", "b", 30), ("complete", "b", 45), ("complete", "c", 50), ("start", "d", 60),
    ]  # fmt: skip
    log = log_of([("1", activity, minute) for _, activity, minute in rows], lifecycle=[kind for kind, _, _ in rows])
    assert mining.has_starts(log)
    work = mining.pieces_of_work(log)
    minutes = 60_000_000
    base = int(log.time[0])
    found = [
        (work.activities[code], (int(begun) - base) // minutes, (int(done) - base) // minutes)
        for code, begun, done in zip(
            work.activity, work.started if work.started is not None else (), work.time, strict=True
        )
    ]
    # First in, first out: the first completion of b ends the work that began at 20.
    assert found == [("a", 0, 10), ("b", 20, 30), ("b", 25, 45), ("c", 50, 50), ("d", 60, 60)]
    assert {one.code for one in work.cautions} == {"unfinished-work", "no-start", "other-transitions"}
    waits = mining.waits(work)
    assert waits.total[waits.find("a", "b")] == 10 * minutes
    assert waits.total[waits.find("b", "b")] == 0
    # Neither c, which has no start, nor d, which has no completion, took a time that is known: they are no work of 0 seconds.
    service = mining.service(work)
    assert service.headline() == "40.0 min of work on 3 events"
    assert {service.names[code]: int(count) for code, count in zip(service.activity, service.count, strict=True)} == {
        "a": 1,
        "b": 2,
    }
    with pytest.raises(mining.BadQuestion, match="no life-cycle"):
        mining.pieces_of_work(log_of([("1", "a", 0)]))


def test_another_encoding_than_the_first_line_names(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="{}"?><log><trace><string key="concept:name" value="案一"/><event>'
    text += '<string key="concept:name" value="报案"/><date key="time:timestamp" value="2025-03-03T09:00:00+08:00"/>'
    text += "</event></trace></log>"
    path = tmp_path / "claims.xes"
    path.write_bytes(text.format("UTF-8").encode("gbk"))
    with pytest.raises(mining.BadLog, match='encoding="GB18030"') as raised:
        mining.read(path)
    assert raised.value.code == "bad-encoding"
    path.write_bytes(text.format("GB18030").encode("gbk"))
    assert list(mining.read(path).activities) == ["报案"]
