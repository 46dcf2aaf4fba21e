"""The case page: the same for every department, masked, at a fixed price; nothing of another branch."""

from __future__ import annotations

import pytest

from anxin.access.models import Unmasking
from anxin.faces.desk.forms.base import find, names
from anxin.journeys.claims.queries.next_actions import _SPECS


def url(claim) -> str:
    return f"/desk/cases/{claim.case.public_id}/"


def test_every_department_sees_the_page_and_another_branch_does_not(at_desk, li, words):
    for who in (
        "call_taker",
        "surveyor",
        "assessor",
        "adjudicator",
        "finance",
        "supervisor",
        "auditor",
        "administrator",
    ):
        answer = at_desk(who).get(url(li))
        assert answer.status_code == 200
        assert "共享案卷" in words(answer)
    assert at_desk("outsider").get(url(li)).status_code == 404
    assert at_desk("customer").get(url(li)).status_code == 404
    assert at_desk("call_taker").get("/desk/cases/000000000000000000000000/").status_code == 404


def test_ten_queries_in_every_state(at_desk, steps, li, django_assert_max_num_queries):
    desk = at_desk("adjudicator")
    desk.get(url(li))

    def looked():
        desk.get(url(li))  # clauses of the products are remembered from here on
        with django_assert_max_num_queries(10):
            assert desk.get(url(li)).status_code == 200

    looked()
    steps.issue()
    looked()
    steps.answer()
    looked()
    steps.decide()
    looked()


def test_names_are_masked_also_in_the_history(at_desk, steps, li, words):
    steps.issue()
    steps.answer(dispute=("bonnet",))
    text = words(at_desk("adjudicator").get(url(li)))
    assert "李*" in text
    assert "李明" not in text
    assert "陈强" not in text
    assert "13812346207" not in text
    assert "折痕很深，希望更换新件" in text


def test_the_decision_is_shown_clause_by_clause_and_adds_up(at_desk, steps, li):
    steps.issue()
    steps.answer()
    table = at_desk("adjudicator").get(url(li)).context["decision"]
    assert table.is_draft
    assert sum(row.amount_fen or 0 for row in table.rows) == table.total_fen
    steps.decide()
    table = at_desk("adjudicator").get(url(li)).context["decision"]
    assert not table.is_draft
    assert sum(row.amount_fen or 0 for row in table.rows) == table.total_fen


def test_what_is_kept_and_what_comes_next_stand_on_the_page(at_desk, steps, li, words):
    steps.issue()
    steps.answer()
    answer = at_desk("adjudicator").get(url(li))
    assert answer.context["next"].primary.code == "decide"
    assert f"{answer.context['decision'].total_fen / 100:,.2f}" in answer.context["next"].title
    assert answer.context["promises"].kept
    assert "兑现" in words(answer)


def test_the_tabs_show_their_part_of_the_history(at_desk, li, steps):
    desk = at_desk("adjudicator")
    steps.give_accounts("own")
    desk.post(url(li) + "do/say/", {"text": "您好", "to": "portal"})
    for tab in ("papers", "messages", "handovers"):
        found = desk.get(url(li) + f"?tab={tab}").context["history"]
        shown = [entry for day in found.days for entry in day.entries]
        assert shown
        assert {entry.tab for entry in shown} == {tab}
        assert len(shown) == found.counts[tab]


def test_showing_a_value_in_full_asks_why_and_goes_on_record(at_desk, li, staff, words):
    desk = at_desk("adjudicator")
    refused = desk.post(url(li) + "show/", {"field": "name", "reason": ""})
    assert refused.status_code == 422
    assert "李明" not in words(refused)
    assert not Unmasking.objects.exists()
    shown = desk.post(url(li) + "show/", {"field": "name", "reason": "核对身份"})
    assert "李明" in words(shown)
    desk.post(url(li) + "show/", {"field": "party:tp1", "reason": "联系三者"})
    assert list(Unmasking.objects.order_by("pk").values_list("actor", "field", "reason")) == [
        (staff["adjudicator"].pk, "name", "核对身份"), (staff["adjudicator"].pk, "tp1", "联系三者"),
    ]  # fmt: skip
    assert at_desk("auditor").post(url(li) + "show/", {"field": "name", "reason": "好奇"}).status_code == 403
    assert at_desk("outsider").post(url(li) + "show/", {"field": "name", "reason": "好奇"}).status_code == 404


def test_the_box_above_the_history_writes_notes_and_messages(at_desk, li, words):
    desk = at_desk("adjudicator")
    desk.post(url(li) + "do/say/", {"text": "等三者材料", "to": "note"})
    desk.post(url(li) + "do/say/", {"text": "您好，请补照片", "to": "portal"})
    desk.post(url(li) + "do/say/", {"text": "客户说下周回来", "to": "phone"})
    text = words(desk.get(url(li)))
    for said in ("等三者材料", "您好，请补照片", "客户说下周回来"):
        assert said in text
    answer = desk.post(url(li) + "do/say/", {"text": " ", "to": "note"}, follow=True)
    assert answer.status_code == 200
    assert at_desk("auditor").post(url(li) + "do/say/", {"text": "x", "to": "note"}).status_code == 403


def test_every_next_action_has_its_page_and_every_page_opens(at_desk, li, actors):
    staff_codes = {spec.code for spec in _SPECS} - {"rate"}
    assert staff_codes <= names()
    for name in sorted(names()):
        who = next(
            role
            for role in actors
            if role not in ("customer", "system", "outsider") and actors[role].may(find(name).permission)
        )
        answer = at_desk(who).get(url(li) + f"do/{name}/")
        assert answer.status_code == 200, name


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_opens_in_both_languages(at_desk, steps, li, language, words):
    steps.issue()
    desk = at_desk("assessor")
    desk.post("/language/", {"language": language})
    text = words(desk.get(url(li)))
    assert ("What to do next" in text) is (language == "en")
    assert ("下一步" in text) is (language != "en")


def test_an_imported_case_opens_with_durations(at_desk, branch, actors, now, words, tmp_path):
    from anxin.journal.models import Case
    from anxin.journeys.imported.actions import import_log
    from anxin.journeys.imported.logs import Columns

    log = tmp_path / "helpdesk.csv"
    log.write_text("case,step,at,who\n1,Register,2025-01-02T09:00:00,Ann\n1,Decide,2025-01-04T10:00:00,Bob\n")
    columns = Columns("case", "step", "at", "who")
    import_log(path=log, branch=branch, columns=columns, actor=actors["administrator"], now=now)
    case = Case.objects.get(kind="imported")
    answer = at_desk("administrator").get(f"/desk/cases/{case.public_id}/")
    assert answer.status_code == 200
    assert "Decide" in words(answer)
    assert "2 天 1 小时" in words(answer)
