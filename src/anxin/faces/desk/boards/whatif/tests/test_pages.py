"""The what-if pages: a scenario asked for in plain words, what it found, the model's trust, the phone line."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from anxin.insight.indicators.tests.asked import tell
from anxin.insight.whatif import work
from anxin.insight.whatif.models import Scenario
from anxin.insight.whatif.tests.histories import tell_claims

pytestmark = pytest.mark.django_db
HOME = "/desk/boards/whatif/"


@pytest.fixture
def supervisor(staff: dict[str, Any]) -> Client:
    client = Client()
    client.force_login(staff["supervisor"])
    return client


@pytest.fixture
def administrator(staff: dict[str, Any]) -> Client:
    client = Client()
    client.force_login(staff["administrator"])
    return client


def sheet(now: Any, **more: str) -> dict[str, str]:
    return {
        "name": "晚间加人", "branch": "", "base_from": (now - timedelta(days=380)).date().isoformat(),
        "base_to": (now - timedelta(days=1)).date().isoformat(), "promise": "", "promise_days": "10", "arrivals": "drawn",
        "days": "30", **more,
    }  # fmt: skip


def test_from_plain_words_to_the_finding(administrator, branch, staff, now) -> None:
    tell_claims(branch, staff, now)
    given = sheet(now, merge_stage="paper_check", merge_into="assessment", people_people="2", people_department="survey", people_begin="18:00", people_end="22:00")  # fmt: skip
    asked = administrator.post(f"{HOME}add/", given)
    assert asked.status_code == 302, asked.content.decode()[:2000]
    row = Scenario.objects.get()
    assert row.changed[0] == {
        "what": "people", "people": 2, "department": "survey", "branch": "", "begin": 18.0, "end": 22.0, "weekend": False
    }  # fmt: skip
    waiting = administrator.get(asked.url).content.decode()
    assert 'http-equiv="refresh"' in waiting
    assert work.run_waiting() == 1
    page = administrator.get(asked.url).content.decode()
    heading = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert heading is not None
    found = Scenario.objects.get().found
    before, after = (f"{found[one]['median'][0] / 24:.1f}" for one in ("base", "scenario"))
    assert f"让中位数从 {before} 天降到 {after} 天" in heading[1]
    assert "查勘部加 2 人，18:00 至 22:00（每个机构）" in page
    assert 'data-chart="trend"' in page
    assert "重放过去" in page
    # The number behind the validation opens to its cases.
    link = re.search(r'href="(/desk/boards/cases/\?board=whatif[^"]+)"', page)
    assert link is not None
    cases = administrator.get(link[1].replace("&amp;", "&"))
    assert cases.status_code == 200
    assert cases.content.decode().count("/desk/cases/") >= 20
    listed = administrator.get(HOME).content.decode()
    assert f"中位数缩短 {-found['difference']['median'][0] / 24:.1f} 天" in listed
    assert "最近推演的 1 项变动中，1 项能缩短案件时长" in listed
    # What really happened stands beside what is simulated.
    assert f"学习区间内来的 {found['cases_learned']:,} 件案件，实际中位数为 {found['really'] / 24:.1f} 天" in page


def test_why_people_change_nothing_and_where_they_would(administrator, branch, staff, now) -> None:
    tell_claims(branch, staff, now)
    more = {"people_people": "1", "people_department": "survey"}
    quiet = administrator.post(f"{HOME}add/", sheet(now, **more)).url
    rush = administrator.post(f"{HOME}add/", sheet(now, **more, surge_factor="20", surge_days="3")).url
    assert work.run_waiting() == 2
    page = administrator.get(quiet).content.decode()
    busy = next(one for one in Scenario.objects.last().found["base"]["departments"] if one["department"] == "survey")
    assert f"为什么变化这么小：查勘部的人在岗时间只有 {busy['busy'][0]:.1%} 在处理案件" in page
    assert "报案高峰两边都有" not in page
    assert "报案高峰两边都有" in administrator.get(rush).content.decode()


def test_a_stage_that_hardly_any_case_comes_to_is_named(administrator, branch, staff, now) -> None:
    tell_claims(branch, staff, now)
    asked = administrator.post(f"{HOME}add/", sheet(now, merge_stage="survey", merge_into="assessment")).url
    work.run_waiting()
    row = Scenario.objects.get()
    found = row.found
    [[stage, cases]] = found["merged"]
    assert stage == "survey"
    assert 0.1 * found["cases_learned"] <= cases <= found["cases_learned"]
    assert "件经过“查勘”" not in administrator.get(asked).content.decode()
    row.result = json.dumps(
        found | {"merged": [["survey", 1]], "difference": found["difference"] | {"median": [0.0, 0.0, 0.0]}}
    )
    row.save()
    told = f"学习区间的 {found['cases_learned']:,} 件案件中，只有 1 件经过“查勘”"
    assert told in administrator.get(asked).content.decode()


def test_what_was_typed_stays_beside_its_error(administrator, branch, now) -> None:
    answer = administrator.post(f"{HOME}add/", sheet(now, name="只写了名字"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请至少填写一项变动" in page
    assert 'value="只写了名字"' in page
    wrong = administrator.post(f"{HOME}add/", sheet(now, people_department="survey"))
    assert wrong.status_code == 422
    assert "请填人数" in wrong.content.decode()
    assert not Scenario.objects.exists()


def test_a_storm_plan_page(administrator, branch, staff, now) -> None:
    tell_claims(branch, staff, now)
    given = sheet(now, name="台风", surge_factor="40", surge_days="3", level="70", promise_days="7")
    asked = administrator.post(f"{HOME}storm/", given)
    assert asked.status_code == 302, asked.content.decode()[:2000]
    work.run_waiting()
    page = administrator.get(asked.url).content.decode()
    storm = Scenario.objects.get().found["storm"]
    by_day: dict[tuple[int, str], int] = {}
    for department, _place, day, _there, short in storm["short"]:
        by_day[day, department] = by_day.get((day, department), 0) + short
    heading = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert heading is not None
    assert f"还缺 {storm['person_days']} 人日" in heading[1]
    assert f" {max(by_day.values())} 人）" in heading[1]
    assert "wi-heat" in page
    assert "苏州缺得最多" in page


def test_a_supervisor_plans_for_their_own_branch(supervisor, administrator, branch, other_branch, now) -> None:
    page = supervisor.get(f"{HOME}add/").content.decode()
    assert "全公司" not in page
    assert "无锡" not in page
    asked = supervisor.post(f"{HOME}add/", sheet(now, branch=branch.code, lane_limit="5,000"))
    assert asked.status_code == 302
    assert Scenario.objects.get().branch == branch
    other = administrator.post(f"{HOME}add/", sheet(now, branch=other_branch.code, lane_limit="8000"))
    assert supervisor.get(other.url).status_code == 404
    assert supervisor.get(asked.url).status_code == 200
    again = supervisor.post(f"{asked.url}remove/")
    assert again.status_code == 302
    assert not Scenario.objects.filter(branch=branch).exists()


def test_how_far_to_trust_it(administrator, branch, staff, now) -> None:
    assert administrator.get(f"{HOME}model/").status_code == 200  # an empty lake
    tell_claims(branch, staff, now)
    page = administrator.get(f"{HOME}model/").content.decode()
    assert "重放过去" in page
    assert "各部门的人数、时间与工作量" in page
    few = administrator.get(f"{HOME}model/?branch=WX").content.decode()
    assert "数据太少" in few


def test_the_phone_line(administrator, now) -> None:
    page = administrator.get(f"{HOME}phone/").content.decode()
    assert "来电量为示例" in page
    asked = {
        "volumes": "09:00 100\n09:30 50",
        "handling": "180",
        "target": "80",
        "within": "20",
        "patience": "",
        "shrinkage": "30",
    }
    page = administrator.get(f"{HOME}phone/", asked).content.decode()
    assert "电话热线最忙在 09:00，需要 14 名坐席" in page
    assert ">20<" in page  # on the roster, with 30 % away
    patient = administrator.get(f"{HOME}phone/", asked | {"patience": "60"}).content.decode()
    assert "需要 12 名坐席" in patient
    wrong = administrator.get(f"{HOME}phone/", asked | {"volumes": "nine"})
    assert wrong.status_code == 422
    assert "“nine”" in wrong.content.decode()


def test_the_phone_line_from_imported_calls(administrator, supervisor, branch, now) -> None:
    begin = datetime(2025, 2, 3, 9, 0)
    calls: list[dict[str, Any]] = []
    for number in range(200):
        at = begin + timedelta(days=number % 5, seconds=11 * number)
        row = {"calltime": f"{at}", "isconnected": "00" if number % 4 == 0 else "01"}
        answered = at + timedelta(seconds=10 + number % 60)
        if number % 4:
            row["connectiontime"] = f"{answered}"
        row["downtime"] = f"{answered + timedelta(seconds=240 if number % 4 else 0)}"
        calls.append(row)
    tell("calls", *calls, branch=branch)
    page = administrator.get(f"{HOME}phone/").content.decode()
    assert "5 个周一至周五、200 通导入来电" in page
    assert "接通的 150 通" in page
    assert "只统计了您所管机构的来电" not in page
    assert "只统计了您所管机构的来电" in supervisor.get(f"{HOME}phone/").content.decode()
    assert "09:00 32.8\n09:30 7.2</textarea>" in page
    assert 'value="240"' in page
    assert "/desk/boards/indicators/IN-01/?period=2025-02" in page
    assert administrator.get("/desk/boards/indicators/IN-01/?period=2025-02").status_code == 200
    # 10 to 29 s of 150 answered: the share in time is of all 200.
    in_time = sum(1 for number in range(200) if number % 4 and 10 + number % 60 <= 20) / 200
    assert f"实际 20 秒内接通 {in_time:.1%}" in page
    assert "实际 25.0%" in page
    own = {"volumes": "09:00 12", "handling": "240", "target": "80", "within": "20", "patience": "", "shrinkage": "0"}
    other = administrator.get(f"{HOME}phone/", own).content.decode()
    assert 'id="seen"' not in other
    assert "回到导入的来电" in other


def test_in_english_too(administrator, branch, staff, now) -> None:
    session = administrator.session
    session["language"] = "en"
    session.save()
    page = administrator.get(f"{HOME}phone/").content.decode()
    assert "The phone line needs" in page
