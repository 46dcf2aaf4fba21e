"""A GB18030 file is sent, a column corrected, the answers exported; an outside expert judges on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from anxin.voice.datasets import orders
from anxin.voice.datasets.table import read_table
from anxin.voice.datasets.table.tests.files import answers, table_csv
from tests.browser.fitting import fits
from tests.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COLUMNS = {
    "编号": [f"N{row}" for row in range(80)],
    **answers(80, ["理赔1", "理赔2", "理赔3", "态度1", "态度2", "态度3"]),
    "性别": ["男", "女"] * 40,
    "意见": [f"第{row}位客户希望理赔更快一些" for row in range(80)],
}


@pytest.fixture
def analyst(staff: dict[str, Any], branch: Any) -> Any:
    from anxin.access.actors import forget_actors
    from anxin.access.models import RoleGrant

    RoleGrant.objects.create(user=staff["administrator"], role="analyst", branch=None)
    forget_actors()
    return staff["administrator"]


def signed_in(page: Page, user: Any, live_server: Any) -> Page:
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return page


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_send_correct_and_export(
    open_browser: Callable[..., Page],
    live_server: Any,
    analyst: Any,
    viewport: dict[str, int],
    tmp_path: Any,
    monkeypatch: Any,
) -> None:
    page = signed_in(open_browser(viewport), analyst, live_server)
    page.goto("/desk/voice/")
    page.get_by_role("link", name="数据表").click()
    page.get_by_role("link", name="导入数据表").click()
    fits(page)
    page.set_input_files(
        "input[type=file]",
        {"name": "回访.csv", "mimeType": "text/csv", "buffer": table_csv(COLUMNS, encoding="gb18030")},
    )
    page.locator(".form__acts button").click()
    page.wait_for_url(re.compile(r"/columns/$"))
    fits(page)
    expect(page.locator("main")).to_contain_text("当作 1–5 分的量表题")

    def box(column: str, name: str) -> Any:
        return page.locator(f"tr:has(th:text-is('{column}')) [name$='-{name}']")

    expect(box("编号", "role")).to_have_value("id")
    expect(box("理赔1", "dimension")).to_have_value("理赔")
    expect(box("意见", "role")).to_have_value("open")
    # A scale that does not hold the answers is told, and what was chosen stays.
    box("态度3", "high").fill("2")
    box("态度1", "dimension").fill("服务态度")
    page.locator(".form__acts button").click()
    expect(page.locator("main")).to_contain_text("不在量表 1–2 之内")
    expect(box("态度1", "dimension")).to_have_value("服务态度")
    box("态度3", "high").fill("5")
    page.locator(".form__acts button").click()
    page.wait_for_url(re.compile(r"/datasets/\w+/$"))
    expect(page.locator("main")).to_contain_text("已就绪")
    fits(page)

    page.get_by_role("link", name="导出", exact=True).click()
    page.locator("[name=form]").select_option("sav")
    with page.expect_download() as begun:
        page.locator(".form__acts button").click()
    kept = tmp_path / "out.sav"
    begun.value.save_as(kept)
    table = read_table(kept.read_bytes(), "out.sav")
    assert table.n == 80
    assert table.column("理赔2").values.tolist() == COLUMNS["理赔2"]
    page.goto("/desk/voice/datasets/exports/")
    expect(page.locator("table.roster")).to_contain_text("回访")

    # A large one is made by the worker; the page looks again by itself and then holds the file.
    monkeypatch.setattr(orders, "AT_ONCE", {})
    page.go_back()
    page.locator("[name=form]").select_option("csv")
    page.locator(".form__acts button").click()
    page.wait_for_url(re.compile(r"/exports/\w+/$"))
    fits(page)
    assert orders.run_waiting() == 1
    ready = page.locator("a[href$='/file/']")
    expect(ready).to_be_visible()
    fits(page)
    with page.expect_download() as begun:
        ready.click()
    begun.value.save_as(tmp_path / "out.csv")
    assert read_table((tmp_path / "out.csv").read_bytes(), "out.csv").n == 80


def test_an_expert_judges_on_a_phone(open_browser: Callable[..., Page], analyst: Any, now: Any) -> None:
    from anxin.access.actors import actor_of
    from anxin.voice.weights import actions
    from anxin.voice.weights.models import Expert

    who = {"actor": actor_of(analyst), "now": now}
    criteria = [actions.Weighed(code, name) for code, name in (("R", "可靠性"), ("D", "责任性"), ("C", "便利性"))]
    panel = actions.create_panel(name_zh="维度权重", criteria=criteria, **who)
    expert = actions.add_expert(panel=panel.public_id, name="王教授", **who)
    actions.open_panel(panel=panel.public_id, **who)

    page = open_browser(PHONE)
    page.goto(f"/w/{expert.key}/")
    fits(page)
    page.get_by_role("radio", name="可靠性的重要程度是另一项的 3 倍").first.check()
    expect(page.locator(".standing")).to_contain_text("已判断 1 对，共 3 对")
    for pair, step in (("R/C", "-8"), ("D/C", "8")):
        page.locator(f"[name='{pair}'][value='{step}']").check()
    expect(page.locator(".standing")).to_contain_text("您的判断有矛盾")
    page.locator("[name='R/C'][value='4']").check()
    page.locator("[name='D/C'][value='1']").check()
    expect(page.locator(".standing")).to_contain_text("前后一致")
    page.get_by_role("button", name="确认这些判断").click()
    expect(page.locator("body")).to_contain_text("谢谢，您的判断已完成")
    assert Expert.objects.get().judgements == {"R/D": 2, "R/C": 4, "D/C": 1}

    plain = open_browser(PHONE, javascript=False)
    plain.goto(f"/w/{expert.key}/")
    plain.locator("[name='D/C'][value='0']").check()
    plain.get_by_role("button", name="保存，稍后继续").click()
    expect(plain.locator(".standing")).to_contain_text("一致性比率")
    assert Expert.objects.get().judgements["D/C"] == 0
