"""The rulebook's pages: each change is an edition; what is wrong stands beside its box; nothing is overwritten."""

from __future__ import annotations

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from anxin.faces.desk import errands, pricetable
from anxin.faces.desk.tests.admin.conftest import Shelf, SignedIn
from anxin.faces.desk.views_admin.rules import editions
from anxin.rulebook import queries
from anxin.rulebook.models import RuleEdition

RULES = "/desk/admin/rules"
NOTE = {"note": "decided by the board on 3 March"}


def _text(answer) -> str:
    return answer.content.decode()


def _standing(form) -> dict[str, str]:
    """What a browser would send of a form as it stands."""
    data: dict[str, str] = {}
    for box in form:
        value = box.value()
        if value not in (None, False, "", []):
            data[box.html_name] = "on" if value is True else value
    return data


def test_tighten_a_limit_and_take_it_back(signed_in: SignedIn, now) -> None:
    client = signed_in("administrator")
    before = queries.rule("CS-01")
    assert before is not None
    given = _standing(client.get(f"{RULES}/promises/CS-01/").context["form"])
    assert client.post(f"{RULES}/promises/CS-01/", given).status_code == 422  # no note
    done = client.post(f"{RULES}/promises/CS-01/", given | {"amount": before.amount + 1} | NOTE)
    assert done.status_code == 302
    after = queries.rule("CS-01")
    assert after is not None
    assert after.amount == before.amount + 1
    history = _text(client.get(f"{RULES}/promises/history/"))
    assert "decided by the board" in history
    change = _text(client.get(f"{RULES}/promises/history/2/"))
    assert "CS-01" in change
    assert "1 change" in change
    assert "Both editions say the same" not in change
    again = client.post(f"{RULES}/promises/history/1/again/", {"note": "it was a mistake"})
    assert again.headers["Location"] == f"{RULES}/promises/history/3/"
    assert queries.rule("CS-01") == before
    assert "Both editions say the same" in _text(client.get(f"{RULES}/promises/history/3/", {"from": 1}))


def test_the_law_is_not_loosened_and_says_so_beside_the_box(signed_in: SignedIn, now) -> None:
    client = signed_in("administrator")
    page = client.get(f"{RULES}/promises/CL-02/")
    law = queries.rule("CL-02")
    assert law is not None
    assert law.source_en in _text(page)
    assert "never lengthened" in _text(page)
    refused = client.post(
        f"{RULES}/promises/CL-02/", _standing(page.context["form"]) | {"amount": law.amount + 1} | NOTE
    )
    assert refused.status_code == 422
    assert "at most" in refused.context["form"].errors["amount"][0]
    assert f'value="{law.amount + 1}"' in _text(refused)
    assert queries.in_force("promises") == 1


def test_two_administrators_at_once(signed_in: SignedIn, now) -> None:
    client = signed_in("administrator")
    given = _standing(client.get(f"{RULES}/promises/CS-01/").context["form"]) | NOTE
    assert client.post(f"{RULES}/promises/CS-01/", given | {"amount": 3}).status_code == 302
    late = client.post(f"{RULES}/promises/CS-01/", given | {"amount": 4})
    assert late.status_code == 422
    assert "Someone else published" in _text(late)


def test_add_a_standard_and_take_it_out(signed_in: SignedIn, now) -> None:
    client = signed_in("administrator")
    given = {
        "id": "CS-90", "what_zh": "再打一次电话", "what_en": "call again", "source_zh": "公司标准", "source_en": "Company standard",
        "amount": 2, "unit": "hours", "starts_on": "claims.notified", "kept_by": "claims.contacted", "audience": "staff",
    } | NOTE  # fmt: skip
    assert client.post(f"{RULES}/promises/add/", given | {"id": "ninety"}).status_code == 422
    assert client.post(f"{RULES}/promises/add/", given).status_code == 302
    made = queries.rule("CS-90")
    assert made is not None
    assert (made.force, made.unit, made.starts_on) == ("company", "hours", ("claims.notified",))
    assert client.post(f"{RULES}/promises/CL-02/drop/", NOTE).status_code == 422
    client.post(f"{RULES}/promises/CS-90/drop/", NOTE)
    assert queries.rule("CS-90") is None


def test_rules_are_narrowed(signed_in: SignedIn) -> None:
    page = _text(signed_in("auditor").get(f"{RULES}/promises/", {"force": "company"}))
    assert "CS-01" in page
    assert "CL-02" not in page
    off = _text(signed_in("auditor").get(f"{RULES}/promises/", {"use": "off"}))
    assert "CS-01" not in off


def test_running_promises_are_dated_anew_when_confirmed(shelf: Shelf, signed_in: SignedIn, now, monkeypatch) -> None:
    client = signed_in("administrator")
    assert "There is nothing to do" in _text(client.get(f"{RULES}/redate/"))
    rule = queries.rule("CS-01")
    assert rule is not None
    due = shelf.case.promises.get(rule="CS-01").due_at
    given = _standing(client.get(f"{RULES}/promises/CS-01/").context["form"]) | NOTE
    client.post(f"{RULES}/promises/CS-01/", given | {"amount": rule.amount + 2})
    outlook = client.get(f"{RULES}/redate/", {"rule": "CS-01"})
    assert outlook.context["outlook"].later == 1
    assert shelf.case.promises.get(rule="CS-01").due_at == due  # looking changes nothing
    # So many that looking is done in the background as well: it changes nothing.
    monkeypatch.setattr(editions, "AT_ONCE", 0)
    assert "Work it out, change nothing" in _text(client.get(f"{RULES}/redate/", {"rule": "CS-01"}))
    looked = client.post(f"{RULES}/redate/", {"rule": "CS-01", "dry_run": "1"}).headers["Location"]
    errands.run_waiting()
    assert "1 of 1 running promises would be dated anew" in _text(client.get(looked))
    assert shelf.case.promises.get(rule="CS-01").due_at == due
    asked = client.post(f"{RULES}/redate/", {"rule": "CS-01"}).headers["Location"]
    assert shelf.case.promises.get(rule="CS-01").due_at == due
    errands.run_waiting()
    assert shelf.case.promises.get(rule="CS-01").due_at > due
    assert "1 promise is dated anew" in _text(client.get(asked))
    assert client.get(f"{RULES}/redate/", {"rule": "CS-77"}).status_code == 404


def test_authority_is_published_whole(signed_in: SignedIn, now) -> None:
    client = signed_in("administrator")
    given = _standing(client.get(f"{RULES}/authority/").context["form"]) | NOTE
    given |= dict.fromkeys(("decision_0", "advance_0", "refusal_0", "payment_0"), "0.00")
    worse = client.post(f"{RULES}/authority/", given | {"decision_2": "1"})
    assert worse.status_code == 422
    assert worse.context["form"].errors["decision_2"]
    done = client.post(f"{RULES}/authority/", given | {"decision_1": "1234.50"})
    assert done.status_code == 302
    assert queries.authority_limit(1, "decision") == 123_450
    assert queries.authority_limit(5, "decision") is None


def test_thresholds(signed_in: SignedIn, now) -> None:
    client = signed_in("administrator")
    given = _standing(client.get(f"{RULES}/thresholds/small_motor_fen/").context["form"]) | NOTE
    assert client.post(f"{RULES}/thresholds/small_motor_fen/", given | {"value": "much"}).status_code == 422
    client.post(f"{RULES}/thresholds/small_motor_fen/", given | {"value": "6,000"})
    assert queries.threshold("small_motor_fen") == 600_000
    assert client.get(f"{RULES}/thresholds/nothing/").status_code == 404


def test_prices_are_changed_added_and_taken_out(signed_in: SignedIn, now) -> None:
    client = signed_in("administrator")
    assert "bonnet" in _text(client.get(f"{RULES}/prices/", {"text": "bonnet"}))
    assert "Nothing fits" in _text(client.get(f"{RULES}/prices/", {"text": "no such part"}))
    given = _standing(client.get(f"{RULES}/prices/bonnet/").context["form"]) | NOTE
    wrong = client.post(f"{RULES}/prices/bonnet/", given | {"replace-parts_fen": "1.234"})
    assert wrong.status_code == 422
    assert 'value="1.234"' in _text(wrong)
    client.post(f"{RULES}/prices/bonnet/", given | {"replace-parts_fen": "1,234.50"})
    found = queries.price("bonnet", "replace")
    assert found is not None
    assert found.parts_fen == 123_450
    new = {
        "code": "roof_rack", "claim_type": "motor", "group": "body", "unit": "piece", "name_zh": "行李架", "name_en": "Roof rack",
    } | NOTE  # fmt: skip
    nothing = client.post(f"{RULES}/prices/add/", new)
    assert nothing.status_code == 422
    assert client.post(f"{RULES}/prices/add/", new | {"code": "bonnet", "replace-parts_fen": "1"}).status_code == 422
    client.post(f"{RULES}/prices/add/", new | {"replace-parts_fen": "300"})
    assert queries.price("roof_rack", "replace") is not None
    client.post(f"{RULES}/prices/roof_rack/drop/", NOTE)
    assert queries.price("roof_rack", "replace") is None


def test_prices_from_a_file_all_or_nothing(signed_in: SignedIn, now) -> None:
    client = signed_in("administrator")
    heading = ",".join(pricetable.COLUMNS)
    good = "bonnet,motor,body,发动机罩,Bonnet,piece,replace,2000,150.50"
    bad = "new_part,motor,nowhere,新件,New part,piece,replace,many,1"

    def send(*lines: str):
        file = SimpleUploadedFile("prices.csv", "\n".join((heading, *lines)).encode("gb18030"))
        return client.post(f"{RULES}/prices/file/", {"file": file} | NOTE)

    refused = send(good, bad)
    assert refused.status_code == 422
    page = _text(refused)
    assert "prices.csv" in page
    assert "2 faults" in page
    assert "nowhere" in page
    assert queries.in_force("prices") == 1
    assert send(good).status_code == 302
    found = queries.price("bonnet", "replace")
    assert found is not None
    assert (found.parts_fen, found.labour_fen) == (200_000, 15_050)


def test_the_download_reads_back_unchanged(signed_in: SignedIn, now) -> None:
    body = RuleEdition.objects.get(family="prices").data
    content = signed_in("auditor").get(f"{RULES}/prices/prices.csv").content
    after, bad, lines = pricetable.merged(content, body)
    assert (bad, after) == ([], body)
    assert lines == sum(len(item["methods"]) for item in body["items"])


def test_lists_of_papers_and_checks(signed_in: SignedIn, now) -> None:
    client = signed_in("administrator")
    papers = queries.edition("papers", actor=_system()).data["lists"]["motor"]
    code = papers[1]["code"]
    given = _standing(client.get(f"{RULES}/papers/motor/{code}/").context["form"]) | NOTE
    assert client.post(f"{RULES}/papers/motor/{code}/", given | {"title_zh": ""}).status_code == 422
    changed = given | {"title_zh": "新的名字", "causes": ["fire"], "has_injury": "yes", "position": "1"}
    assert client.post(f"{RULES}/papers/motor/{code}/", changed).status_code == 302
    after = queries.edition("papers", actor=_system()).data["lists"]["motor"]
    assert (after[0]["code"], after[0]["title_zh"]) == (code, "新的名字")
    assert after[0]["where"]["cause"] == ["fire"]
    assert after[0]["where"]["has_injury"] == [True]
    assert "someone is injured" in _text(client.get(f"{RULES}/papers/"))
    client.post(f"{RULES}/papers/motor/{code}/drop/", NOTE)
    assert code not in [row["code"] for row in queries.edition("papers", actor=_system()).data["lists"]["motor"]]
    request = next(row["code"] for row in papers if row.get("is_request"))
    refused = client.post(f"{RULES}/papers/motor/{request}/drop/", NOTE)
    assert refused.status_code == 422  # CL-03 begins with it
    new = {
        "code": "dashcam",
        "position": "1",
        "title_zh": "行车记录",
        "title_en": "Dashcam",
        "needs_photo": "on",
    } | NOTE
    client.post(f"{RULES}/checklists/home/add/", new)
    assert queries.survey_checklist("home", {})[1][0].code == "dashcam"
    assert client.get(f"{RULES}/papers/boats/add/").status_code == 404


def _system():
    from anxin.access.actors import system

    return system()


def test_the_calendar(signed_in: SignedIn, now) -> None:
    client = signed_in("administrator")
    page = _text(client.get(f"{RULES}/calendar/", {"year": 2025}))
    assert "working days" in page
    assert "not published yet" in _text(client.get(f"{RULES}/calendar/", {"year": 2090}))
    form = client.get(f"{RULES}/calendar/day/")
    assert "moves statutory working-day limits too" in _text(form)
    assert client.post(f"{RULES}/calendar/day/", {"on": "2025-06-06", "working": "no", "reason": ""}).status_code == 422
    client.post(f"{RULES}/calendar/day/", {"on": "2025-06-06", "working": "no", "reason": "台风停工通知"})
    assert not queries.calendar().is_working_day(date(2025, 6, 6))
    assert "台风停工通知" in _text(client.get(f"{RULES}/calendar/", {"year": 2025}))
    client.post(f"{RULES}/calendar/day/2025-06-06/remove/")
    assert queries.calendar().is_working_day(date(2025, 6, 6))
    assert client.post(f"{RULES}/calendar/day/2025-06-06/remove/").status_code == 404
    assert client.post(f"{RULES}/calendar/day/someday/remove/").status_code == 404
    hours = {"opens_0": "09:00", "closes_0": "08:00"} | NOTE
    assert client.post(f"{RULES}/calendar/hours/", hours).status_code == 422
    client.post(f"{RULES}/calendar/hours/", hours | {"closes_0": "17:00"})
    assert queries.edition("calendar", actor=_system()).data["office_hours"] == [["09:00", "17:00"]]
