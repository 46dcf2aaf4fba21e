"""XES (IEEE 1849-2016), plain or gzipped: read as a stream, without entities and without network; written as a stream.

A log of millions of traces never stands in memory as a tree. Nested attributes keep their values under "outer:inner".
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import tzinfo
from pathlib import Path
from typing import IO, Any, BinaryIO
from zoneinfo import ZoneInfo

import numpy as np
from lxml import etree

from anxin.engines.mining.durations import moment
from anxin.engines.mining.errors import BadLog
from anxin.engines.mining.log.building import build
from anxin.engines.mining.log.choosing import Chosen
from anxin.engines.mining.log.columns import Column, Names
from anxin.engines.mining.log.growing import GrowingTable
from anxin.engines.mining.log.log import Log
from anxin.engines.mining.log.mapping import Columns
from anxin.engines.mining.log.moments import check_years, moments
from anxin.engines.mining.log.report import Reading
from anxin.engines.results import Caution

_STANDARD = {
    "activity": "concept:name",
    "time": "time:timestamp",
    "resource": "org:resource",
    "lifecycle": "lifecycle:transition",
}
_GROUPS = ("department", "org:group", "org:role")
_UTC = ZoneInfo("UTC")
Told = Callable[[int], None]


def read_xes(
    path: Path,
    *,
    columns: Columns | None = None,
    zone: tzinfo = _UTC,
    time_format: str = "",
    partial: bool = False,
    progress: Told | None = None,
) -> Log:
    """A log from XES. Roles default to the standard extensions (concept, time, organizational, lifecycle); the department
    to “department”, org:group or org:role. `partial` takes the whole cases of a file that is cut short. `progress` is told
    the number of events read so far. Raises BadLog."""
    given = (columns or Columns()).named()
    case_key = given.get("case", "concept:name")
    events, traces = GrowingTable(), GrowingTable()
    cases: list[int] = []
    ids: dict[str, int] = {}
    cautions: list[Caution] = []
    unnamed = twice = trace = 0
    try:
        for element in _traces(path):
            attributes: dict[str, Any] = {}
            found = []
            for child in element:
                if child.tag.endswith("event"):
                    found.append(child)
                else:
                    _attribute(child, "", attributes)
            name = attributes.pop(case_key, None)
            if name is None:
                unnamed += 1
                name = f"(case {trace + 1})"
            code = ids.setdefault(str(name), len(ids))
            if code < trace - twice:
                twice += 1
            else:
                for key, value in attributes.items():
                    traces.put(code, key, value)
            for event in found:
                _put_event(event, len(cases), events)
                cases.append(code)
            trace += 1
            if progress is not None and not trace % 256:
                progress(len(cases))
    except _CutShort as error:
        if not partial:
            raise BadLog(
                f"{path.name} is cut short or damaged after {trace:,} whole cases with {len(cases):,} events ({error}). "
                "Fetch it again, or read the whole cases with partial=True (--partial).",
                code="truncated",
                about=[path.name],
            ) from error
        cautions.append(
            Caution(
                "truncated", f"{path.name} is cut short: only the first {trace:,} whole cases were read.", (path.name,)
            )
        )
    if unnamed:
        cautions.append(
            Caution("unnamed-cases", f"{unnamed:,} cases have no “{case_key}”; they were numbered.", (case_key,))
        )
    if twice:
        cautions.append(
            Caution(
                "case-twice", f"{twice:,} traces carry the name of an earlier one and were joined with it.", (case_key,)
            )
        )
    if not cases:
        raise BadLog(
            f"{path.name} holds no events: it has {trace:,} cases, all empty.", code="no-events", about=[path.name]
        )
    return _log(path, given, events, traces, cases, ids, cautions, zone, time_format)


def _log(
    path: Path, given: dict[str, str], events: GrowingTable, traces: GrowingTable, cases: list[int], ids: dict[str, int],
    cautions: list[Caution], zone: tzinfo, time_format: str,
) -> Log:  # fmt: skip
    roles = {role: given.get(role, key) for role, key in _STANDARD.items()}
    roles["department"] = given.get("department") or next((key for key in _GROUPS if key in events), "")
    # No standard has it; PM4Py writes it so, and so do we. As for CSV, "-" leaves it out.
    roles["started"] = given.get("started") or ("start_timestamp" if "start_timestamp" in events else "")
    for role in ("activity", "time"):
        if roles[role] not in events:
            raise BadLog(
                f"{path.name}: no event has “{roles[role]}” for the {role}. Name another attribute, e.g. {role}='…'. "
                f"Events have: {', '.join(events.names()[:30])}.",
                code="no-moments" if role == "time" else "which-column",
                about=[role],
            )
    for role, key in given.items():
        if role not in ("case", "activity", "time") and key != "-" and key not in events:
            raise BadLog(f"{path.name}: no event has “{key}” for {role}.", code="unknown-column", about=[role, key])
    table = events.columns(len(cases))
    taken = {role: table.pop(key) for role, key in roles.items() if key and key in table}
    at = moments(taken.pop("time").texts(), zone=zone, time_format=time_format, column=roles["time"])
    begun = taken.pop("started", None)
    started = (
        None if begun is None else moments(begun.texts(), zone=zone, time_format=time_format, column="started").micros
    )
    cautions = [*cautions, *at.cautions, *check_years(at.micros, roles["time"])]
    if at.unread:
        cautions.append(
            Caution(
                "unread-moments",
                f"{at.unread:,} moments could not be read, such as “{at.examples[0]}”.",
                (roles["time"],),
            )
        )
    mapping = {"case": given.get("case", "concept:name")} | {
        role: key for role, key in roles.items() if key and (role in taken or role in ("time", "started"))
    }
    return build(
        case=Column("case", np.array(cases, np.int32), Names(ids)),
        activity=_as_text(taken.pop("activity")),
        time=at.micros,
        started=started,
        attributes=table,
        case_attributes=traces.columns(len(ids)),
        name=path.name.removesuffix(".gz").removesuffix(".xes"),
        reading=Reading(source=path.name, form="XES", rows=len(cases), mapping=mapping, cautions=tuple(cautions)),
        **{role: _as_text(one) for role, one in taken.items()},  # type: ignore[arg-type]
    )


def _as_text(column: Column) -> Column:
    from anxin.engines.mining.log.columns import coded

    return column if column.is_coded else coded(column.name, column.texts())


class _CutShort(Exception):
    pass


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb") as handle:
        yield handle  # type: ignore[misc]


def _traces(path: Path) -> Iterator[etree._Element]:
    """Each trace once it is whole, in the file's order; gone after its turn. Raises _CutShort where the file ends too early."""
    began = False
    with _opened(path) as handle:
        # Entities stay unresolved and nothing is fetched: a log comes from strangers. Deep nesting and endless text
        # nodes are refused by the parser's own limits.
        parser = etree.iterparse(
            handle, events=("start", "end"), tag=("{*}log", "{*}trace"), resolve_entities=False, no_network=True,
            load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        try:
            for action, element in parser:
                if action == "start":
                    began = began or element.tag.endswith("log")
                elif element.tag.endswith("trace"):
                    yield element
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            if "encoding" in str(error) or "UTF-8" in str(error):
                raise BadLog(
                    f"{path.name} is not in the encoding that its first line names ({error}). Correct that line, e.g. "
                    'encoding="GB18030" for a Chinese file that is not UTF-8, or save the file as UTF-8.',
                    code="bad-encoding", about=[path.name],
                ) from error  # fmt: skip
            if began:
                raise _CutShort(str(error)) from error
            raise BadLog(f"{path.name} is no XES: {error}", code="not-xes", about=[path.name]) from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise _CutShort(str(error)) from error
    if not began:
        raise BadLog(f"{path.name} is XML, but no XES: it has no <log>.", code="not-xes", about=[path.name])


def _local(tag: Any) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _put_event(event: etree._Element, row: int, into: GrowingTable) -> None:
    """The attributes of one event. Nearly all are flat texts: these take the short way."""
    put = into.put
    for child in event:
        key, value = child.get("key"), child.get("value")
        if key is None or value is None or len(child):
            nested: dict[str, Any] = {}
            _attribute(child, "", nested)
            for name, one in nested.items():
                put(row, name, one)
            continue
        tag = child.tag
        if tag.endswith("int"):
            put(row, key, _number(value, int))
        elif tag.endswith("float"):
            put(row, key, _number(value, float))
        else:
            put(row, key, value)


def _attribute(element: etree._Element, outer: str, into: dict[str, Any]) -> None:
    key, value = element.get("key"), element.get("value")
    if key is None:
        if _local(element.tag) == "values":  # the wrapper of a list
            for child in element:
                _attribute(child, outer, into)
        return
    if outer:
        key = f"{outer}:{key}"
    if value is not None:
        kind = _local(element.tag)
        if kind == "int":
            into[key] = _number(value, int)
        elif kind == "float":
            into[key] = _number(value, float)
        else:
            into[key] = value
    for child in element:
        _attribute(child, key, into)


def _number(text: str, kind: type[int] | type[float]) -> int | float | str:
    try:
        number = kind(text)
    except ValueError:
        return text
    return number if number == number else text


# Writing


def write_xes(log: Log | Chosen, out: BinaryIO) -> None:
    """The log as XES; case by case, so that memory stays small."""
    with etree.xmlfile(out, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("log", {"xes.version": "1849-2016", "xmlns": "http://www.xes-standard.org/"}):
            for name, prefix, uri in (
                ("Concept", "concept", "concept"), ("Time", "time", "time"), ("Organizational", "org", "org"), ("Lifecycle", "lifecycle", "lifecycle"),
            ):  # fmt: skip
                xml.write(
                    etree.Element(
                        "extension", name=name, prefix=prefix, uri=f"http://www.xes-standard.org/{uri}.xesext"
                    )
                )
            for part in log.chunks():
                named = {"concept:name": Column("activity", part.activity, part.activities)}
                for key, column in (
                    ("org:resource", part.resource),
                    ("org:group", part.department),
                    ("lifecycle:transition", part.lifecycle),
                ):
                    if column is not None:
                        named[key] = column
                columns = {**part.attributes, **named}
                for case in range(part.cases):
                    xml.write(_written_trace(part, case, columns))


def _written_trace(log: Log, case: int, columns: dict[str, Column]) -> etree._Element:
    trace = etree.Element("trace")
    _put(trace, "concept:name", str(log.case_ids[case]))
    for key, column in log.case_attributes.items():
        if key != "concept:name":
            _put(trace, key, column.value(case))
    known = None if log.started is None else log.known_starts()
    for place in range(int(log.offsets[case]), int(log.offsets[case + 1])):
        event = etree.SubElement(trace, "event")
        etree.SubElement(
            event, "date", key="time:timestamp", value=moment(int(log.time[place])).isoformat(timespec="microseconds")
        )
        if log.started is not None and known is not None and known[place]:
            etree.SubElement(
                event,
                "date",
                key="start_timestamp",
                value=moment(int(log.started[place])).isoformat(timespec="microseconds"),
            )
        for key, column in columns.items():
            _put(event, key, column.value(place))
    return trace


def _put(parent: etree._Element, key: str, value: str | int | float | None) -> None:
    if value is None:
        return
    kind = "string" if isinstance(value, str) else "int" if isinstance(value, int) else "float"
    etree.SubElement(parent, kind, key=key, value=_writable(str(value)))


def _writable(text: str) -> str:
    """XML cannot hold most control characters, escaped or not."""
    return "".join(char for char in text if char >= " " or char in "\t\n\r")
