"""Editions of a prescribed process: checked, kept, never overwritten."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from anxin.access.errors import Invalid, NotAllowed, Stale
from anxin.engines.mining import process
from anxin.insight.process import following, waiting
from anxin.insight.process.actions import MOST_TEXT, prescribe
from anxin.insight.process.prescribed import repeatable, shipped
from anxin.insight.process.queries import editions, laid_out, prescribed
from anxin.insight.process.tests.told import AGAIN, LEFT, PLAIN, Told, ask
from anxin.journal.activities import activity

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 3, 14, tzinfo=UTC)
TREE = '["seq", "claims.notified", ["opt", "claims.coverage_checked"], "claims.closed"]'


def test_the_shipped_process_is_one_of_registered_activities() -> None:
    told = shipped("claim")
    for name in (
        *process(told["process"]).activities(),
        *told["ignored"],
        *told["customers_turn"],
        *told["nobody_waits"],
    ):
        assert activity(name).title
    assert not set(process(told["process"]).activities()) & set(told["ignored"])
    assert "claims.paper_received" in repeatable(shipped("claim")["process"])
    assert "claims.opened" not in repeatable(shipped("claim")["process"])
    assert shipped("../secret") == shipped("none")
    assert (
        json.loads((Path(following.__file__).parent / "prescribed" / "claim.json").read_text("utf-8"))["kind"]
        == "claim"
    )


def test_the_text_shown_reads_back_as_the_same_process() -> None:
    found = prescribed("claim")
    assert found is not None
    assert process(json.loads(found.text)) == process(found.process)
    assert max(map(len, found.text.splitlines())) < 140
    assert laid_out("a") == '"a"'


def test_a_new_edition_is_kept_beside_the_old(actors: dict[str, Any], branch: Any) -> None:
    row = prescribe(
        kind="claim",
        tree=TREE,
        ignored=["claims.rated", " ", "claims.rated"],
        why="shorter",
        expected=0,
        actor=actors["administrator"],
        now=NOW,
    )
    assert row.number == 1
    found = prescribed("claim")
    assert found is not None
    assert (found.number, found.ignored, found.why) == (1, ("claims.rated",), "shorter")
    assert [one.number for one in editions("claim", actors["auditor"])] == [1, 0]
    with pytest.raises(Stale):
        prescribe(kind="claim", tree=TREE, ignored=[], why="late", expected=0, actor=actors["administrator"], now=NOW)
    told = Told()
    told.say("left", LEFT, 2, branch)
    told.done()
    assert following.following(ask(edition="0"))["conforming"] == 2
    assert following.following(ask(edition="1"))["conforming"] == 0


def test_rework_goes_by_the_edition_asked_for(actors: dict[str, Any], branch: Any) -> None:
    told = Told()
    told.say("again", AGAIN, 2, branch)
    told.done()
    tree = json.dumps(["seq", *(f"claims.{step}" for step in PLAIN)])
    prescribe(kind="claim", tree=tree, ignored=[], why="call once", expected=0, actor=actors["administrator"], now=NOW)
    shipped_one, newer = waiting.waiting(ask())["rework"], waiting.waiting(ask(edition="1"))["rework"]
    assert (shipped_one["cases"], newer["cases"]) == (0, 2)  # the shipped process lets a call be repeated
    assert [row["due"] for row in newer["rows"]] == [False]
    assert set(waiting.cases_behind(ask(edition="1"), "rework")) == told.ids("again")
    assert waiting.cases_behind(ask(), "rework") == []


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"tree": "claims.notified"}, "tree", "["),
        ({"tree": '["seq", "a"'}, "tree", "JSON"),
        ({"tree": '["sequel", "a"]'}, "tree", "sequel"),
        ({"tree": '["seq", 7]'}, "tree", "7"),
        ({"tree": "[" * 400 + "]" * 400}, "tree", ""),
        ({"tree": json.dumps(["seq", *(f"a{n}" for n in range(300))])}, "tree", "200"),
        ({"tree": '["seq", "' + "a" * MOST_TEXT + '"]'}, "tree", "40,000"),
        ({"ignored": ["claims.closed"]}, "ignored", "claims.closed"),
        ({"why": "  "}, "why", ""),
    ],
)  # fmt: skip
def test_what_is_no_process_is_refused_by_name(
    actors: dict[str, Any], given: dict[str, Any], field: str, said: str
) -> None:
    sent = {"kind": "claim", "tree": TREE, "ignored": [], "why": "test", "expected": 0} | given
    with pytest.raises(Invalid) as caught:
        prescribe(**sent, actor=actors["administrator"], now=NOW)
    assert said in caught.value.fields[field]
    found = prescribed("claim")
    assert found is not None
    assert found.number == 0


@pytest.mark.parametrize("role", ["supervisor", "auditor", "adjudicator"])
def test_who_may_not_prescribe(actors: dict[str, Any], role: str) -> None:
    with pytest.raises(NotAllowed):
        prescribe(kind="claim", tree=TREE, ignored=[], why="test", expected=0, actor=actors[role], now=NOW)
