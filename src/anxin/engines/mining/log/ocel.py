"""OCEL 2.0: object-centric logs in JSON and SQLite, read by choosing the type of object that is a case.

An event that concerns several objects of that type belongs to each of their cases; the reading says how many do.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from zoneinfo import ZoneInfo

import numpy as np

from anxin.engines.mining.durations import moment
from anxin.engines.mining.errors import BadLog, listed
from anxin.engines.mining.log import arrow
from anxin.engines.mining.log.building import build
from anxin.engines.mining.log.choosing import Chosen
from anxin.engines.mining.log.columns import Column, Names, coded
from anxin.engines.mining.log.growing import GrowingTable
from anxin.engines.mining.log.log import Log
from anxin.engines.mining.log.mapping import Columns
from anxin.engines.mining.log.moments import moments
from anxin.engines.mining.log.report import Reading
from anxin.engines.results import Caution

_RESOURCES = ("org:resource", "resource", "Resource", "user", "operator")
_DEPARTMENTS = ("department", "org:group", "Department", "team")
_TRANSITIONS = ("lifecycle:transition", "lifecycle")
_UTC = ZoneInfo("UTC")


class Connection(Protocol):
    """A database connection as of PEP 249 that also executes, such as sqlite3's."""

    def execute(self, query: str, /) -> Any: ...


@dataclass(slots=True)
class _Objects:
    """What a file says: events as (id, type, time, attributes), objects as id -> (type, attributes), their relations."""

    events: list[tuple[str, str, str, Mapping[str, Any]]] = field(default_factory=list)
    objects: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    of_event: dict[str, list[str]] = field(default_factory=dict)


def read_ocel_json(path: Path, *, object_type: str = "", columns: Columns | None = None, zone: tzinfo = _UTC) -> Log:
    """A log from OCEL 2.0 JSON; cases are the objects of `object_type` (may be left out when there is only one type).
    Raises BadLog."""
    try:
        data = json.loads(path.read_bytes())
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadLog(f"{path.name} is no JSON, or is cut short: {error}", code="not-json", about=[path.name]) from error
    if not isinstance(data, dict) or "events" not in data or "objects" not in data:
        raise BadLog(
            f"{path.name} is JSON, but no OCEL 2.0: it lacks “events” or “objects”.", code="not-ocel", about=[path.name]
        )
    if isinstance(data["events"], dict) or "ocel:events" in data:
        raise BadLog(f"{path.name} is OCEL 1.0; convert it to 2.0 first.", code="ocel-1", about=[path.name])
    found = _Objects()
    try:
        for one in data["objects"]:
            attributes: dict[str, Any] = {}
            for attribute in one.get("attributes", ()):  # in order of time: the last value stays
                attributes[attribute["name"]] = attribute["value"]
            found.objects[str(one["id"])] = (one["type"], attributes)
        for one in data["events"]:
            attributes = {attribute["name"]: attribute["value"] for attribute in one.get("attributes", ())}
            found.events.append((str(one["id"]), one["type"], one.get("time") or "", attributes))
            found.of_event[str(one["id"])] = [str(link["objectId"]) for link in one.get("relationships", ())]
    except (KeyError, TypeError, AttributeError) as error:
        raise BadLog(
            f"{path.name} is no valid OCEL 2.0: {error!r} is missing or not as it should be.",
            code="not-ocel",
            about=[path.name],
        ) from error
    return _log(found, object_type, columns, zone, path.name, "OCEL 2.0 JSON")


def read_ocel_database(
    connection: Connection,
    *,
    object_type: str = "",
    columns: Columns | None = None,
    zone: tzinfo = _UTC,
    name: str = "",
) -> Log:
    """A log from an OCEL 2.0 database, over an open connection: `read_ocel_database(sqlite3.connect(path))`. Raises BadLog."""
    source = name or "The database"
    found = _Objects()
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    needed = {"event", "object", "event_object", "event_map_type", "object_map_type"}
    if not needed <= tables:
        raise BadLog(
            f"{source} is no OCEL 2.0: it lacks the tables {listed(sorted(needed - tables))}.",
            code="not-ocel",
            about=[source],
        )
    of_event_type = {
        kind: dict(_rows(connection, f"event_{mapped}"))
        for kind, mapped in connection.execute("SELECT ocel_type, ocel_type_map FROM event_map_type")
    }
    for kind, mapped in connection.execute("SELECT ocel_type, ocel_type_map FROM object_map_type"):
        for key, attributes in _rows(connection, f"object_{mapped}", order="ocel_time"):
            known = found.objects.setdefault(key, (kind, {}))[1]
            changed = attributes.pop("ocel_changed_field", None)
            known.update(
                {
                    one: value
                    for one, value in attributes.items()
                    if one != "ocel_time" and value is not None and changed in (None, "", one)
                }
            )
    for key, kind in connection.execute("SELECT ocel_id, ocel_type FROM object"):
        found.objects.setdefault(str(key), (kind, {}))
    for key, kind in connection.execute("SELECT ocel_id, ocel_type FROM event"):
        attributes = dict(of_event_type.get(kind, {}).get(str(key), {}))
        found.events.append((str(key), kind, str(attributes.pop("ocel_time", "") or ""), attributes))
    for event, thing in connection.execute("SELECT ocel_event_id, ocel_object_id FROM event_object"):
        found.of_event.setdefault(str(event), []).append(str(thing))
    return _log(found, object_type, columns, zone, source, "OCEL 2.0 SQLite")


def _rows(connection: Connection, table: str, order: str = "") -> Iterable[tuple[str, dict[str, Any]]]:
    quoted = table.replace('"', '""')
    try:
        cursor = connection.execute(f'SELECT * FROM "{quoted}"' + (f" ORDER BY {order}" if order else ""))
    except Exception as error:
        raise BadLog(
            f"The database lacks the table {table} that its map names, or it has not the columns of OCEL 2.0: {error}",
            code="not-ocel",
            about=[table],
        ) from error
    names = [one[0] for one in cursor.description]
    for row in cursor:
        values = dict(zip(names, row, strict=True))
        yield str(values.pop("ocel_id")), values


def _log(found: _Objects, object_type: str, columns: Columns | None, zone: tzinfo, source: str, form: str) -> Log:
    if not found.events:
        raise BadLog(f"{source} holds no events.", code="no-events", about=[source])
    types = Counter(
        found.objects[thing][0] for things in found.of_event.values() for thing in things if thing in found.objects
    )
    chosen = _chosen(types, object_type, source)
    events, objects = GrowingTable(), GrowingTable()
    ids: dict[str, int] = {}
    cases: list[int] = []
    kinds: list[str] = []
    times: list[str] = []
    shared = loose = 0
    for key, kind, at, attributes in found.events:
        of = list(
            dict.fromkeys(
                thing for thing in found.of_event.get(key, ()) if found.objects.get(thing, ("",))[0] == chosen
            )
        )
        shared += len(of) > 1
        loose += not of
        for thing in of:
            is_new = thing not in ids
            code = ids.setdefault(thing, len(ids))
            if is_new:
                for name, value in found.objects[thing][1].items():
                    _put(objects, code, name, value)
            events.put(len(cases), "ocel:event", key)
            for name, value in attributes.items():
                _put(events, len(cases), name, value)
            cases.append(code)
            kinds.append(kind)
            times.append(at)
    cautions = []
    if shared:
        cautions.append(
            Caution(
                "shared-events",
                f"{shared:,} events concern several objects of type “{chosen}” and belong to each of their cases.",
                (chosen,),
            )
        )
    if loose:
        cautions.append(
            Caution(
                "loose-events", f"{loose:,} events concern no object of type “{chosen}” and are in no case.", (chosen,)
            )
        )
    table = events.columns(len(cases))
    given = (columns or Columns()).named()
    taken = {}
    for role, usual in (("resource", _RESOURCES), ("department", _DEPARTMENTS), ("lifecycle", _TRANSITIONS)):
        key = given.get(role) or next((one for one in usual if one in table), "")
        if key and key != "-" and key in table:
            column = table.pop(key)
            taken[role] = column if column.is_coded else coded(column.name, column.texts())
    at_moments = moments(arrow.texts(times), zone=zone, column="time")
    mapping = {"case": chosen, "activity": "event type", "time": "time"} | {
        role: one.name for role, one in taken.items()
    }
    return build(
        case=Column("case", np.array(cases, np.int32), Names(ids)),
        activity=coded("activity", arrow.texts(kinds)),
        time=at_moments.micros,
        attributes=table,
        case_attributes=objects.columns(len(ids)),
        name=Path(source).stem,
        reading=Reading(
            source=source, form=form, rows=len(cases), mapping=mapping, cautions=(*cautions, *at_moments.cautions)
        ),
        **taken,  # type: ignore[arg-type]
    )


def _chosen(types: Counter[str], object_type: str, source: str) -> str:
    shown = ", ".join(f"{kind} ({count:,} events)" for kind, count in types.most_common(20))
    if object_type:
        if object_type not in types:
            raise BadLog(
                f"{source}: no event concerns an object of type “{object_type}”. There are: {shown}.",
                code="unknown-object-type",
                about=[object_type],
            )
        return object_type
    if len(types) == 1:
        return next(iter(types))
    if not types:
        raise BadLog(f"{source}: no event concerns an object, so there are no cases.", code="no-cases", about=[source])
    raise BadLog(
        f"{source}: which type of object is a case? Name it with object_type='…' (--object-type). There are: {shown}.",
        code="which-object-type",
        about=list(types),
    )


def _put(table: GrowingTable, row: int, name: str, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        value = "true" if value else "false"
    table.put(row, name, value if isinstance(value, (str, int, float)) else json.dumps(value, ensure_ascii=False))


def write_ocel_json(log: Log | Chosen, out: BinaryIO, *, object_type: str = "case") -> None:
    """The log as OCEL 2.0 JSON: each case an object of `object_type`, persons as objects of type “resource”.

    Objects stand before events, so a log that comes in parts is gone through twice.
    """

    def put(text: str) -> None:
        out.write(text.encode())

    first = next(iter(log.chunks()))  # all parts have the same columns
    people = [] if first.resource is None or first.resource.names is None else list(first.resource.names)
    known = set(people)

    def object_id(key: str) -> str:
        return f"{object_type}:{key}" if key in known else key

    declared = [{"name": name, "type": _kind(column)} for name, column in _of_events(first).items()]
    head = {
        "objectTypes": [
            {
                "name": object_type,
                "attributes": [{"name": name, "type": _kind(one)} for name, one in first.case_attributes.items()],
            },
            *([{"name": "resource", "attributes": []}] if people else []),
        ],
        "eventTypes": [{"name": name, "attributes": declared} for name in first.activities],
    }
    del first
    put(json.dumps(head, ensure_ascii=False)[:-1] + ', "objects": [')
    comma = ""
    for part in log.chunks():
        begins = part.begins()
        for case, key in enumerate(part.case_ids):
            values = [{**one, "time": _iso(int(begins[case]))} for one in _values(part.case_attributes, case)]
            told = {"id": object_id(key), "type": object_type, "attributes": values}
            put(comma + json.dumps(told, ensure_ascii=False))
            comma = ",\n"
    for person in people:
        put(comma + json.dumps({"id": person, "type": "resource", "attributes": []}, ensure_ascii=False))
    put('], "events": [')
    comma, number = "", 0
    for part in log.chunks():
        columns, of_case, ids = _of_events(part), part.case_of_event(), list(part.case_ids)
        for place in range(len(part)):
            links = [{"objectId": object_id(ids[of_case[place]]), "qualifier": "of"}]
            if people and part.resource is not None and (code := int(part.resource.values[place])) >= 0:
                links.append({"objectId": people[code], "qualifier": "by"})
            event = {
                "id": f"e{number}", "type": part.activities[part.activity[place]], "time": _iso(int(part.time[place])),
                "attributes": _values(columns, place), "relationships": links,
            }  # fmt: skip
            put(comma + json.dumps(event, ensure_ascii=False))
            comma = ",\n"
            number += 1
    put("]}")


def _of_events(part: Log) -> dict[str, Column]:
    roles = (("department", part.department), ("lifecycle", part.lifecycle), ("resource", part.resource))
    return {**part.attributes, **{key: column for key, column in roles if column is not None}}


def _kind(column: Column) -> str:
    return "string" if column.is_coded else "integer" if column.values.dtype == np.int64 else "float"


def _iso(micros: int) -> str:
    return moment(micros).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _values(of: Mapping[str, Column], place: int) -> list[dict[str, Any]]:
    values = ((name, column.value(place)) for name, column in of.items())
    return [{"name": name, "value": value} for name, value in values if value is not None]
