"""A panel is set up, experts judge by link or account, and weights come out with what is to be looked at again."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from anxin.voice.weights.models import Expert, Panel
from anxin.voice.weights.queries import latest

HOME = "/desk/voice/weights/"
CODES = ("A", "B", "C")
ROWS = {
    f"r{place}-{part}": value
    for place, code in enumerate(CODES)
    for part, value in {"code": code, "name_zh": f"准则{code}", "name_en": f"Criterion {code}", "about_zh": "", "about_en": ""}.items()
}  # fmt: skip
FORM = {"name_zh": "维度权重", "name_en": "", "about": "dimensions", "question_zh": "", "question_en": "", **ROWS}


@pytest.fixture
def panel(at) -> Panel:
    answer = at("analyst").post(f"{HOME}add/", FORM)
    assert answer.status_code == 302, answer.content.decode()
    return Panel.objects.get()


def expert_of(at, panel: Panel, **given: str) -> Expert:
    answer = at("analyst").post(
        f"{HOME}{panel.public_id}/experts/", {"user": "", "name": "", "organisation": "", "language": "en", **given}
    )
    assert answer.status_code == 302, answer.content.decode()
    return Expert.objects.latest("pk")


@pytest.fixture
def expert(at, panel: Panel) -> Expert:
    found = expert_of(at, panel, name="Professor Wang", organisation="University")
    at("analyst").post(f"{HOME}{panel.public_id}/open/")
    return found


def judge(key: str, press: str = "done", client: Client | None = None, **steps: str):
    given = {name.replace("_", "/"): step for name, step in steps.items()}
    return (client or Client()).post(
        f"/w/{key}/", {"press": press, "expected": str(Expert.objects.get(key=key).edit), **given}
    )


def test_a_panel_begins_with_an_instrument_s_dimensions(at) -> None:
    page = at("analyst").get(f"{HOME}add/?from=servperf-insurance").content.decode()
    assert 'value="RELY"' in page
    assert 'value="可靠性"' in page
    assert 'value="sales"' in at("analyst").get(f"{HOME}add/?from=stages").content.decode()
    more = at("analyst").post(f"{HOME}add/", {**FORM, "press": "more"}).content.decode()
    assert 'name="r4-code"' in more
    assert not Panel.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [({"r1-code": "A"}, "same code"), ({"name_zh": ""}, "Give the panel a name"), ({"r0-code": "a/b"}, "no slash"), ({"r2-name_zh": "", "r2-name_en": ""}, "code and a name")],
)  # fmt: skip
def test_a_panel_that_cannot_be(at, change: dict[str, str], words: str) -> None:
    answer = at("analyst").post(f"{HOME}add/", {**FORM, **change})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_an_outsider_judges_by_the_link_without_a_script(at, expert) -> None:
    page = Client().get(f"/w/{expert.key}/").content.decode()
    assert "Criterion A matters 3 times as much" in page
    assert len(re.findall(r'type="radio"', page)) == 3 * 18
    assert judge(expert.key, "keep", A_B="2").status_code == 302  # incomplete is kept
    page = Client().get(f"/w/{expert.key}/").content.decode()
    assert "1 of 3 pairs judged" in page
    assert "Judge on until" in page
    answer = judge(expert.key, "done", A_B="2")
    assert answer.status_code == 422
    assert "do not link everything" in answer.content.decode()
    assert judge(expert.key, "done", A_B="2", B_C="0").status_code == 302  # two of three pairs link all
    found = latest(expert.panel)
    assert found.weights == pytest.approx({"A": 0.6, "B": 0.2, "C": 0.2})
    assert "60.0%" in at("supervisor").get(f"{HOME}{expert.panel.public_id}/").content.decode()


def test_the_ratio_is_told_as_one_judges(expert) -> None:
    answer = Client().post(f"/w/{expert.key}/ratio/", {"A/B": "8", "B/C": "8", "A/C": "-8"}).json()
    assert answer["tone"] == "near"
    assert "contradict one another" in answer["hint"]
    assert answer["at"] in {"A/B", "B/C", "A/C"}
    assert "The others suggest" in answer["worst"]
    good = Client().post(f"/w/{expert.key}/ratio/", {"A/B": "1", "B/C": "0", "A/C": "1"}).json()
    assert (good["tone"], good["ratio"]) == ("kept", "Consistency ratio 0.00")
    assert good["weights"] == [["Criterion A", "50.0%"], ["Criterion B", "25.0%"], ["Criterion C", "25.0%"]]
    assert not Expert.objects.get(pk=expert.pk).judgements


def test_a_wrong_link_and_a_closed_panel(at, expert) -> None:
    assert Client().get("/w/nosuchkey2345678/").status_code == 404
    assert Client().post("/w/nosuchkey2345678/ratio/").status_code == 404
    at("analyst").post(f"{HOME}{expert.panel.public_id}/close/")
    assert judge(expert.key, A_B="2", B_C="2").status_code == 409
    assert "takes no judgements now" in Client().get(f"/w/{expert.key}/").content.decode()
    key = expert.key
    at("analyst").post(f"{HOME}{expert.panel.public_id}/experts/{expert.public_id}/renew/")
    assert Client().get(f"/w/{key}/").status_code == 404


def test_two_windows_do_not_overwrite_each_other(expert) -> None:
    judge(expert.key, "keep", A_B="2")
    answer = Client().post(f"/w/{expert.key}/", {"press": "keep", "expected": "0", "A/B": "-5"})
    assert answer.status_code == 409
    assert re.search(r'value="-5" checked', answer.content.decode())
    assert Expert.objects.get(pk=expert.pk).judgements == {"A/B": 2}


def test_a_judgement_off_the_scale_is_refused(expert) -> None:
    assert judge(expert.key, "keep", A_B="40").status_code == 422


def test_a_colleague_judges_by_the_account(at, panel, staff) -> None:
    colleague = expert_of(at, panel, user=str(staff["assessor"].pk))
    at("analyst").post(f"{HOME}{panel.public_id}/open/")
    assert Client().get(f"/w/{colleague.key}/").headers["Location"].startswith("/account/login/")
    assert at("surveyor").get(f"/w/{colleague.key}/").status_code == 404
    client = at("assessor")
    assert client.get(f"/w/{colleague.key}/").status_code == 200
    assert judge(colleague.key, "done", client, A_B="1", B_C="1", A_C="3").status_code == 302
    again = at("analyst").post(
        f"{HOME}{panel.public_id}/experts/",
        {"user": str(staff["assessor"].pk), "name": "", "organisation": "", "language": "zh"},
    )
    assert again.status_code == 422


def test_an_inconsistent_expert_is_left_out_with_a_reason(at, expert) -> None:
    other = expert_of(at, expert.panel, name="Dr Li")
    judge(expert.key, "done", A_B="2", B_C="0", A_C="2")
    judge(other.key, "done", A_B="8", B_C="8", A_C="-8")
    base = f"{HOME}{expert.panel.public_id}/experts/"
    assert len(latest(expert.panel).counted) == 2
    page = at("analyst").post(f"{base}{expert.public_id}/exclude/", {"reason": "no"}, follow=True).content.decode()
    assert "over 0.1 are left out" in page
    page = at("analyst").post(f"{base}{other.public_id}/exclude/", {"reason": ""}, follow=True).content.decode()
    assert "Say why" in page
    at("analyst").post(f"{base}{other.public_id}/exclude/", {"reason": "自相矛盾"})
    found = latest(expert.panel, with_sensitivity=True)
    assert [one.pk for one in found.counted] == [expert.pk]
    assert found.weights == pytest.approx({"A": 0.6, "B": 0.2, "C": 0.2})
    assert "自相矛盾" in at("auditor").get(f"{HOME}{expert.panel.public_id}/").content.decode()
    at("analyst").post(f"{base}{other.public_id}/include/")
    assert len(latest(expert.panel).counted) == 2
    at("analyst").post(f"{base}{other.public_id}/remove/")
    assert Expert.objects.count() == 1


def test_the_group_is_the_geometric_mean_and_says_what_would_change_it(at, expert) -> None:
    other = expert_of(at, expert.panel, name="Dr Li")
    judge(expert.key, "done", A_B="3", B_C="0", A_C="3")  # four times
    judge(other.key, "done", A_B="0", B_C="0", A_C="0")
    found = latest(expert.panel, with_sensitivity=True)
    assert found.weights == pytest.approx({"A": 0.5, "B": 0.25, "C": 0.25})  # twice: the geometric mean of four and one
    assert found.moved
    page = at("supervisor").get(f"{HOME}{expert.panel.public_id}/").content.decode()
    assert "How firm is the first place?" in page
    assert "comes first at" in page


def test_criteria_stay_once_somebody_judged(at, expert) -> None:
    judge(expert.key, "keep", A_B="2")
    address = f"{HOME}{expert.panel.public_id}/change/"
    answer = at("analyst").post(address, {**FORM, "r3-code": "D", "r3-name_zh": "丁"})
    assert answer.status_code == 422
    assert "judged already" in answer.content.decode()
    assert at("analyst").post(address, {**FORM, "r0-name_zh": "改名"}).status_code == 302
    assert str(latest(expert.panel).criteria[0].name_zh) == "改名"


def test_who_sees_and_who_runs_panels(at, panel) -> None:
    assert "维度权重" in at("auditor").get(f"{HOME}?text=维度&state=draft").content.decode()
    assert at("supervisor").post(f"{HOME}{panel.public_id}/open/").status_code == 403
    assert at("other_analyst").get(f"{HOME}{panel.public_id}/").status_code == 404
    assert at("call_taker").get(HOME).status_code == 403
    page = at("analyst").post(f"{HOME}{panel.public_id}/open/", follow=True).content.decode()
    assert "Name an expert first" in page
    at("analyst").post(f"{HOME}{panel.public_id}/erase/")
    assert not Panel.objects.exists()
