"""The process boards' pages: what they say, what their numbers open to, and what a reader of one branch sees."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from anxin.faces.desk.boards.process.slow import _first
from anxin.faces.desk.boards.process.variants import _plain, compared, numbered
from anxin.insight.process import findings
from anxin.insight.process.tests.told import AGAIN, LEFT, PLAIN, RUNNING, Told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
HOME = "/desk/boards/process/"


@pytest.fixture
def told(branch: Any, other_branch: Any) -> Told:
    told = Told()
    told.say("plain", PLAIN, 12, branch, slow=5)
    told.say("again", AGAIN, 4, branch, slow=9, injury=True)
    told.say("left", LEFT, 3, branch)
    told.say("running", RUNNING, 2, branch)
    told.say("there", PLAIN, 5, other_branch, slow=2)
    told.done()
    return told


@pytest.fixture
def signed_in(staff: dict[str, Any]) -> Callable[[str], Client]:
    def enter(role: str) -> Client:
        client = Client()
        client.force_login(staff[role])
        session = client.session
        session["language"] = "en"
        session.save()
        return client

    return enter


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("administrator")


def _text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<script.*?</script>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL))


def _heading(answer: Any) -> str:
    found = re.search(r"<h1>(.*?)</h1>", answer.content.decode(), re.DOTALL)
    assert found
    return found[1]


def _data(answer: Any) -> dict[str, Any]:
    found = re.search(r'<script type="application/json">(.*?)</script>', answer.content.decode(), re.DOTALL)
    assert found
    return json.loads(found[1])  # type: ignore[no-any-return]


def test_the_map_says_where_cases_wait_longest(client: Client, told: Told) -> None:
    answer = client.get(HOME)
    assert "“Case opened”" in _heading(answer).replace("&quot;", '"')
    assert "106 hours" in _heading(answer)
    data = _data(answer)
    assert len(data["edges"]) == 7 + 4  # and one start, three ends
    assert {one["step"] for one in data["edges"]} == set(range(data["steps"] + 1))
    assert "Loss notified" in [node["title"] for node in data["nodes"]]
    opened = next(one for one in data["edges"] if one["key"] == "claims.contacted>claims.opened")
    assert "21 cases" in _text(client.get(opened["href"]))
    # Without a script the chosen edge and the slider stand in the address.
    chosen = client.get(HOME, {"at": "claims.papers_listed>claims.withdrawn", "paths": "1", "colour": "p90"})
    assert 'data-step="1"' in chosen.content.decode()
    assert 'data-colour="p90"' in chosen.content.decode()
    assert "Complete list of papers given → Claim withdrawn" in _text(chosen)


def test_odd_addresses_are_answered(client: Client, told: Told) -> None:
    assert client.get(HOME, {"paths": "9" * 9, "colour": "pink", "at": "<b>", "page": "x"}).status_code == 200
    assert client.get(HOME, {"month": "2025-13"}).status_code == 404
    assert client.get(f"{HOME}variants/", {"has": "claims.none"}).status_code == 404
    assert client.get(f"{HOME}variants.csv", {"has": "claims.none"}).status_code == 404
    assert client.get(f"{HOME}prescribed/", {"edition": "9"}).status_code == 404
    assert client.get("/desk/boards/cases/", {"board": "process", "what": "edge:x>y"}).status_code == 404
    assert client.get(f"{HOME}waits/", {"by": "none"}).status_code == 200
    nothing = client.get(HOME, {"line": "cargo"})
    assert "No case fits" in _text(nothing)


def test_variants_are_listed_searched_and_downloaded(client: Client, told: Told) -> None:
    answer = client.get(f"{HOME}variants/")
    assert "More: Claim withdrawn" in _text(answer)
    assert "Left out: " in _text(answer)
    found = client.get(f"{HOME}variants/", {"first": "claims.contacted", "next": "claims.contacted", "runs": "apart"})
    assert "4 of 26 cases were found" in _text(found)
    assert "No case goes that way" in _text(
        client.get(
            f"{HOME}variants/", {"has": "claims.opened", "first": "claims.papers_listed", "next": "claims.withdrawn"}
        )
    )
    sheet = client.get(f"{HOME}variants.csv")
    rows = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["21", "3", "2"]
    assert rows[1][6].startswith("Loss notified → Cover checked")


def test_english_steps_stand_whole_or_as_their_number_in_the_usual_way(client: Client, told: Told) -> None:
    page = client.get(f"{HOME}variants/").content.decode()
    chips = [
        re.findall(r"<li title=\"[^\"]*\"[^>]*>([^<]*)</li>", row) for row in page.split('<ol class="pr-path"')[1:]
    ]
    assert chips[0][:2] == ["1 Loss notified", "2 Cover checked"]
    assert {"Claim withdrawn"} <= {chip for row in chips[1:] for chip in row}
    assert all(chip.isdecimal() or len(chip) > 4 for row in chips[1:] for chip in row)


def test_steps_are_numbered_by_their_place_in_the_usual_way() -> None:
    extra, _missing, steps = compared([7, 8, 9], [7, 5, 9])
    assert [(code, number) for (_place, code, _gone), number in zip(steps, numbered(steps, extra), strict=True)] == [
        (7, 1),
        (8, 2),
        (5, 0),
        (9, 3),
    ]


def test_the_way_back_keeps_the_filters(client: Client, told: Told) -> None:
    searched = client.get(
        f"{HOME}variants/", {"has": "claims.withdrawn", "kind": "claim", "month": "", "runs": "apart"}
    )
    assert f'href="{HOME}variants/?kind=claim&amp;runs=apart"' in searched.content.decode()
    behind = re.search(r'href="(/desk/boards/cases/[^"]*what=all[^"]*)"', searched.content.decode())
    assert behind
    back = client.get(behind[1].replace("&amp;", "&")).content.decode()
    assert re.search(rf'href="{HOME}variants/\?[^"]*has=claims.withdrawn', back)


def test_a_cell_of_the_sheet_is_no_formula() -> None:
    assert [_plain(cell) for cell in ("=1+1", " @sum", "-2", "paid", 7, 0.5)] == [
        "'=1+1",
        "' @sum",
        "'-2",
        "paid",
        7,
        0.5,
    ]


def test_the_cap_of_open_cases_is_told(client: Client, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {"id": case, "activity": "claims.contacted", "since": 1.0, "expected": 9.0, "low": 1.0, "high": None}
        for case in sorted(told.ids("running"))[:1]
    ]
    capped = {
        "count": 2,
        "as_of": 1_741_000_000,
        "level": 0.9,
        "covered": None,
        "few": False,
        "endings": [],
        "rows": rows,
    }
    monkeypatch.setattr(findings, "open_cases", lambda ask: capped)
    assert "The 1 that will take longest are listed. See all open cases" in _text(client.get(f"{HOME}slow/"))


def test_the_title_of_slow_cases_names_no_trait_that_nearly_all_have() -> None:
    body = {"cases": 100, "traits": [{"cases": 95}, {"cases": 20}]}
    rows = [{"words": "usual"}, {"words": "rare"}]
    assert _first(rows, body) == {"words": "rare"}
    assert _first(rows[:1], {"cases": 100, "traits": [{"cases": 95}]}) == {"words": "usual"}
    assert _first([], {"cases": 100, "traits": []}) is None


def test_waits_slow_and_prescribed_say_their_findings(client: Client, told: Told) -> None:
    waits = client.get(f"{HOME}waits/", {"by": "injury"})
    assert "Nothing is done twice" in _text(waits)  # calling back may be repeated
    assert "too few to judge" in _text(waits)  # four cases with an injury
    assert "2 cases are open; too few have ended" in _text(client.get(f"{HOME}slow/"))
    prescribed = client.get(f"{HOME}prescribed/")
    assert "12.5% of the cases went as prescribed" in _heading(prescribed)
    link = re.search(r'href="(/desk/boards/cases/\?[^"]*deviation[^"]*)"', prescribed.content.decode())
    assert link
    assert "21 cases" in _text(client.get(link[1].replace("&amp;", "&")))


def test_a_supervisor_sees_their_branch_alone(
    signed_in: Callable[[str], Client], told: Told, other_branch: Any
) -> None:
    client = signed_in("supervisor")
    assert "96 hours" in _heading(client.get(HOME))
    behind = {"board": "process", "what": "node:claims.opened"}
    assert "16 cases" in _text(client.get("/desk/boards/cases/", behind))
    assert "No case fits" in _text(client.get(HOME, {"branch": other_branch.code}))
    assert "Change the process" not in _text(client.get(f"{HOME}prescribed/"))


def test_prescribing_keeps_what_was_typed(client: Client, told: Told) -> None:
    entry = {"tree": '["sequel", "claims.notified"]', "ignored": "", "why": "shorter", "expected": "0"}
    wrong = client.post(f"{HOME}prescribed/edit/", entry)
    assert wrong.status_code == 422
    assert "sequel" in _text(wrong)
    assert "shorter" in wrong.content.decode()
    entry["tree"] = json.dumps(["seq", *(f"claims.{step}" for step in LEFT)])
    assert client.post(f"{HOME}prescribed/edit/", entry).status_code == 302
    after = client.get(f"{HOME}prescribed/")
    assert "edition 1" in _text(after)
    assert "shorter" in _text(after)
    late = client.post(f"{HOME}prescribed/edit/", entry)
    assert "Somebody else has prescribed a new edition" in _text(late)
    uploaded = io.BytesIO(b'["seq", "claims.notified", "claims.closed"]')
    uploaded.name = "process.json"
    assert (
        client.post(
            f"{HOME}prescribed/edit/", {"file": uploaded, "ignored": "", "why": "file", "expected": "1"}
        ).status_code
        == 302
    )
    bad = io.BytesIO(b"\xff\xfe\x00")
    bad.name = "process.json"
    assert "no UTF-8 text" in _text(
        client.post(f"{HOME}prescribed/edit/", {"file": bad, "why": "file", "expected": "2"})
    )


def test_without_a_lake_the_pages_say_so(client: Client) -> None:
    for page in ("", "variants/", "variants.csv", "waits/", "slow/", "prescribed/"):
        answer = client.get(HOME + page)
        assert answer.status_code == 200
        assert "The lake is empty" in _text(answer)
