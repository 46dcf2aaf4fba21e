"""A questionnaire from a template: a question with a condition, its translation, the preview, and out it goes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.fitting import fits
from tests.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/desk/voice/studio/"


def _sign_in(page: Page, user: Any, url: str) -> Page:
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])
    return page


def _keep(page: Page, name: str) -> None:
    """A picture for whoever wants to look: ANXIN_TEST_PICTURES names the folder."""
    folder = os.environ.get("ANXIN_TEST_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"studio-{name}.png", full_page=True)


def _answer(version: str, times: int) -> None:
    """So many answers of a pre-test, to every question."""
    from anxin.access.clock import now
    from anxin.voice.campaigns.models import Campaign
    from anxin.voice.questionnaires.models import Version
    from anxin.voice.responses.models import Response

    row = Version.objects.get(public_id=version)
    asked = Campaign.objects.create(name_zh="预测试", version=row, occasion="open", is_pretest=True, created_at=now())
    for number in range(times):
        given: dict[str, Any] = {"stages": ["claims"]}
        for question in row.definition.questions():
            if question.scale is not None:
                given[question.code] = question.scale.low + (number + len(question.text.get("zh"))) % 5
        Response.objects.create(
            campaign=asked, version=row, source="web", state="complete", is_pretest=True, answers=json.dumps(given),
            seconds=300, started_at=now(), touched_at=now(), submitted_at=now(),
        )  # fmt: skip


@pytest.mark.parametrize("javascript", [True, False])
def test_from_a_template_to_a_published_questionnaire(
    open_browser: Callable[..., Page], staff: dict[str, Any], live_server: Any, javascript: bool
) -> None:
    page = _sign_in(open_browser(DESKTOP, javascript=javascript), staff["administrator"], live_server.url)
    page.goto(HOME)
    _keep(page, "list")
    page.get_by_role("link", name="新问卷").click()
    page.get_by_label("中文名称").fill("年度满意度调查")
    page.get_by_label("保险服务质量问卷（四部分）").check()
    _keep(page, "new")
    page.get_by_role("button", name="开始", exact=True).click()
    expect(page.get_by_text("没有缺漏")).to_be_visible()
    _keep(page, "outline")
    fits(page)

    # A question of our own on the second page, only for those who have a motor policy; its English is forgotten.
    page.locator("#products").get_by_role("link", name="题目", exact=True).click()
    page.get_by_label("中文题目").fill("您的车使用了几年？")
    page.get_by_label("作答方式").select_option("number")
    if not javascript:
        page.get_by_role("button", name="显示对应的输入框").click()
    page.get_by_label("最大值").fill("30")
    page.get_by_label("代码", exact=True).fill("car_years")
    page.get_by_label("条件 1", exact=True).select_option("products|is|motor")
    _keep(page, "question")
    fits(page)
    page.get_by_role("button", name="保存", exact=True).last.click()
    added = page.locator("#car_years")
    expect(added).to_contain_text("机动车保险")
    expect(added).to_contain_text("不完整")

    # The check of translations leads to it, and fills it in.
    page.get_by_role("link", name="翻译").click()
    assert page.get_by_role("link", name="car_years").get_attribute("href").endswith("questions/car_years/#f-text_en")  # type: ignore[union-attr]
    page.get_by_label("英文", exact=True).fill("How many years have you driven this car?")
    _keep(page, "translations")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("没有缺漏")).to_be_visible()

    # Moved by a button, taken back by another.
    page.goto(page.url.replace("translations/", ""))
    page.locator("#car_years").get_by_role("button", name="将 car_years 上移").click()
    expect(page.locator("#products ol > li").nth(2)).to_have_attribute("id", "car_years")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#products ol > li").nth(3)).to_have_attribute("id", "car_years")

    if javascript:  # and by keys
        page.locator("#car_years a").focus()
        page.keyboard.press("Alt+ArrowUp")
        expect(page.locator("#products ol > li").nth(2)).to_have_attribute("id", "car_years")
        expect(page.locator("#car_years a")).to_be_focused()
        page.keyboard.press("Control+z")
        expect(page.locator("#products ol > li").nth(3)).to_have_attribute("id", "car_years")

    # The preview, walked through: with a motor policy the question is there, on the same page only with a script hidden.
    outline = page.url.split("#")[0]
    page.goto(f"{outline}preview/?language=en&page=products")
    if javascript:
        expect(page.locator("#q-car_years")).to_be_hidden()
    page.get_by_label("Motor", exact=True).check()
    expect(page.locator("#q-car_years")).to_be_visible()
    page.locator("[name=car_years]").fill("31")
    page.get_by_label("An agent").check()
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#q-car_years-error")).to_contain_text("30")
    _keep(page, "preview-phone")
    page.locator("[name=car_years]").fill("3")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Which of our services have you met")).to_be_visible()
    page.goto(f"{outline}preview/?language=zh&page=claims&width=desktop")
    _keep(page, "preview-desktop")
    fits(page)

    page.goto(outline)
    page.locator("summary", has_text="发布").click()
    page.locator("details[open]").get_by_role("button").click()
    expect(page.get_by_text("已发布，现在可以用于调查。")).to_be_visible()
    assert page.locator("[name=act]").count() == 0


def test_the_studio_on_a_phone(open_browser: Callable[..., Page], staff: dict[str, Any], live_server: Any) -> None:
    """Every page fits, and a thumb can hit what it must."""
    from anxin.access.actors import actor_of
    from anxin.access.clock import now
    from anxin.voice.questionnaires.actions import copy_questionnaire, start_pretest
    from anxin.voice.questionnaires.models import Version

    actor = actor_of(staff["administrator"])
    template = Version.objects.get(questionnaire__public_id="template-study")
    draft = copy_questionnaire(version=template.public_id, name_zh="手机上", actor=actor, now=now())
    page = _sign_in(open_browser(PHONE), staff["administrator"], live_server.url)
    base = f"{HOME}v/{draft.public_id}/"
    for rest, name in [
        ("", "outline"), ("settings/", "settings"), ("questions/channel/", "question"), ("pages/claims/", "page"),
        ("pages/claims/insert/", "insert"), ("quotas/", "quotas"), ("translations/", "translations"), ("preview/", "preview"),
        ("preview/?page=recommend", "preview-nps"), ("preview/?page=claims", "preview-claims"),
    ]:  # fmt: skip
        page.goto(base + rest)
        fits(page)
        _keep(page, f"phone-{name}")
    small = page.evaluate(
        "[...document.querySelectorAll('.q__point, .q__option')].filter(one => one.getBoundingClientRect().height < 44).length"
    )
    assert small == 0
    start_pretest(version=draft.public_id, actor=actor, now=now())
    _answer(draft.public_id, 5)
    for page_of in (page, _sign_in(open_browser(DESKTOP), staff["administrator"], live_server.url)):
        page_of.goto(f"{base}pretest/")
        expect(page_of.get_by_text("5 份完整回答")).to_be_visible()
        fits(page_of)
    page.goto(HOME)
    fits(page)


def test_leaving_with_something_typed_asks_first(
    open_browser: Callable[..., Page], staff: dict[str, Any], live_server: Any
) -> None:
    from anxin.access.actors import actor_of
    from anxin.access.clock import now
    from anxin.voice.questionnaires.actions import create_questionnaire

    draft = create_questionnaire(name_zh="草稿", actor=actor_of(staff["administrator"]), now=now())
    page = _sign_in(open_browser(DESKTOP), staff["administrator"], live_server.url)
    page.goto(f"{HOME}v/{draft.public_id}/settings/")
    page.get_by_label("中文致谢").fill("谢谢")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="取消").click()
    expect(page.get_by_label("中文致谢")).to_have_value("谢谢")
    assert asked == ["beforeunload"]
    page.keyboard.press("Control+s")
    expect(page.get_by_text("已保存。")).to_be_visible()
    draft.refresh_from_db()
    assert draft.data["thanks"] == {"zh": "谢谢"}
