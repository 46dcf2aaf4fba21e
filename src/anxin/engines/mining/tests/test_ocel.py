"""OCEL 2.0: which object is a case, and events that concern several or none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from anxin.engines import mining
from anxin.engines.mining.tests.logs import log_of


def ocel(**changes: Any) -> dict[str, Any]:
    def event(key: str, kind: str, day: int, *things: str, **attributes: Any) -> dict[str, Any]:
        return {
            "id": key, "type": kind, "time": f"2025-03-{day:02}T09:00:00Z",
            "attributes": [{"name": name, "value": value} for name, value in attributes.items()],
            "relationships": [{"objectId": thing, "qualifier": ""} for thing in things],
        }  # fmt: skip

    return {
        "objectTypes": [{"name": "claim", "attributes": []}, {"name": "policy", "attributes": []}],
        "eventTypes": [],
        "objects": [
            {
                "id": "c1",
                "type": "claim",
                "attributes": [{"name": "amount", "time": "1970-01-01T00:00:00Z", "value": 100}],
            },
            {"id": "c2", "type": "claim"},
            {"id": "p1", "type": "policy"},
        ],
        "events": [
            event("e1", "Register", 1, "c1", "p1", resource="Li"),
            event("e2", "Register", 2, "c2", "p1", resource="Wang"),
            event("e3", "Pay together", 3, "c1", "c2", urgent=True),
            event("e4", "Renew", 4, "p1"),
        ],
        **changes,
    }


def written(folder: Path, data: Any) -> Path:
    path = folder / "log.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def test_the_type_of_object_is_chosen_or_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, ocel())
    with pytest.raises(mining.BadLog, match="which type of object") as error:
        mining.read(path)
    assert "claim (4 events)" in str(error.value)
    with pytest.raises(mining.BadLog, match="no event concerns an object of type “parcel”"):
        mining.read(path, object_type="parcel")
    claims = mining.read(path, object_type="claim")
    assert mining.variants(claims).counts() == {("Register", "Pay together"): 2}
    assert {one.code for one in claims.cautions} == {"shared-events", "loose-events"}
    assert claims.case_attributes["amount"].value(0) == 100
    assert claims.resource is not None
    assert claims.attributes["urgent"].value(1) == "true"
    policies = mining.read(path, object_type="policy")
    assert mining.variants(policies).counts() == {("Register", "Register", "Renew"): 1}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ('{"events": [', "not-json"),
        ([], "not-ocel"),
        ({"events": []}, "not-ocel"),
        (ocel(events=[]), "no-events"),
        (ocel(objects=[], events=[{"id": "e", "type": "a", "time": "2025-01-01T00:00:00Z"}]), "no-cases"),
        (ocel(events=[{"type": "a"}]), "not-ocel"),
        ({"ocel:events": {}, "ocel:objects": {}, "events": [], "objects": []}, "ocel-1"),
    ],
)
def test_a_clear_word_for_what_is_no_ocel(tmp_path: Path, data: Any, code: str) -> None:
    with pytest.raises(mining.BadLog) as error:
        mining.read(written(tmp_path, data))
    assert error.value.code == code


def test_what_is_written_is_ocel_2(tmp_path: Path) -> None:
    log = log_of([("Li", "a", 0), ("c2", "b", 5)], resource=["Li", "Wang"], amount=[1.5, 2.5])
    mining.write(log, tmp_path / "out.json", object_type="claim")
    data = json.loads((tmp_path / "out.json").read_text())
    assert {one["name"] for one in data["objectTypes"]} == {"claim", "resource"}
    ids = [one["id"] for one in data["objects"]]
    assert len(ids) == len(set(ids)) == 4  # a case and a person of one name are two objects
    known = set(ids)
    assert all(link["objectId"] in known for one in data["events"] for link in one["relationships"])
    assert {one["type"] for one in data["events"]} == {one["name"] for one in data["eventTypes"]} == {"a", "b"}
    back = mining.read(tmp_path / "out.json", object_type="claim")
    assert mining.variants(back).counts() == {("a",): 1, ("b",): 1}
