"""The whole way of a questionnaire: from the template, published, asked, answered on a phone, printed, photographed, checked, reported."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from anxin.engines.reading.forms.tests import rendering as r
from tests.browser.test_voice_paper import CROSS, fits, sign_in
from tests.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CAMPAIGNS = "/desk/voice/campaigns/"


def build(page: Page) -> None:
    """From the template of the product to a published questionnaire."""
    page.goto("/desk/voice/studio/")
    page.get_by_role("link", name="新问卷").click()
    page.get_by_label("中文名称").fill("年度满意度")
    page.get_by_label("保险服务质量问卷（四部分）").check()
    page.get_by_role("button", name="开始", exact=True).click()
    page.locator("summary", has_text="发布").click()
    page.locator("details[open]").get_by_role("button").click()
    expect(page.get_by_text("已发布，现在可以用于调查。")).to_be_visible()


def set_up(page: Page, name: str, occasion: str) -> str:
    """A campaign made and started at the desk; its address."""
    page.goto(f"{CAMPAIGNS}add/")
    page.locator("[name=name_zh]").fill(name)
    page.locator("[name=occasion]").select_option(occasion)
    expect(page.locator("[name=activity]")).to_be_hidden()
    expect(page.locator("[name=copies]").first).to_be_visible(visible=occasion == "paper")
    fits(page)
    page.locator("form.sheet button.btn-primary").click()
    page.wait_for_url(re.compile(r"/campaigns/(?!add)\w+/$"))
    page.locator(".confirm summary").first.click()
    page.locator(".confirm[open] button").click()
    expect(page.locator(".flashes")).to_be_visible()
    return page.url


def answer(phone: Page, link: str) -> None:
    """Every page of the questionnaire, each rating and what must be answered, with a thumb."""
    phone.goto(link)
    phone.locator("a.answers__go").click()
    while not re.search(r"/done/$", phone.url):
        fits(phone)
        names = phone.evaluate(
            "[...new Set([...document.querySelectorAll('.qpage input[type=radio], .qpage input[type=checkbox]')].map(one => one.name))]"
        )
        for place, name in enumerate(names):
            boxes = phone.locator(f".qpage label:has([name='{name}'])")
            if boxes.first.is_visible():
                boxes.nth(min(place % 3, boxes.count() - 1)).click()
        before = phone.locator("main").inner_text()
        phone.locator("button.answers__go").click()
        expect(phone.locator("main")).not_to_have_text(before)
        assert phone.locator(".ask__error").count() == 0, phone.locator("main").inner_text()


def photographed(pdf: bytes, layout: Any) -> list[bytes]:
    """Every page of one copy filled in and photographed; of the first choice on it two boxes are marked."""
    random = np.random.default_rng(4)
    taken, doubtful = [], ""
    for page, picture in zip(layout.pages, r.pages_of(pdf), strict=True):
        marked: set[str] = set()
        for box in page.boxes:
            single = box.field not in marked
            if single or (not doubtful and box.field in marked):
                r.draw_mark(picture, box, CROSS, random)
                doubtful = doubtful if single else box.field
            marked.add(box.field)
        taken.append(r.as_jpeg(r.photo(picture, random, tilt=12, gradient=0.4, noise=5)))
    return taken


def test_from_the_template_to_the_report(
    open_browser: Callable[..., Page], live_server: Any, staff: dict[str, Any]
) -> None:
    from anxin.access.actors import forget_actors
    from anxin.access.models import RoleGrant
    from anxin.voice.paper import working as paper
    from anxin.voice.paper.models import PrintRun
    from anxin.voice.reports import work as reports
    from anxin.voice.responses.models import Response

    RoleGrant.objects.create(user=staff["administrator"], role="analyst", branch=None)
    forget_actors()
    desk = open_browser(DESKTOP)
    cookie = sign_in(desk, live_server.url, staff["administrator"])
    build(desk)

    # Asked by an open link, answered on a phone.
    asked = set_up(desk, "扫码调查", "open")
    link = desk.locator("code", has_text="/q/").first.inner_text()
    answer(open_browser(PHONE), re.sub(r"^https?://[^/]+", "", link))
    online = Response.objects.get(state="complete")
    assert online.source in ("qr", "web", "wechat")
    desk.goto(asked)

    # The same campaign on paper: printed, filled in, photographed, read.
    desk.locator("a[href*='/prints/add/?campaign=']").click()
    desk.locator("[name=copies]").fill("1")
    desk.locator("main .form__acts button").click()
    desk.wait_for_url(re.compile(r"/prints/\w+/$"))
    paper.run_waiting()
    desk.reload()
    part = desk.url + str(desk.locator("main .parcels a").first.get_attribute("href"))
    with urllib.request.urlopen(urllib.request.Request(part, headers=cookie)) as given:
        pdf = given.read()
    run = PrintRun.objects.select_related("layout").get()
    assert run.layout is not None
    desk.goto("/desk/voice/paper/send/")
    desk.locator("[name=upload]").set_input_files(
        [
            {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": picture}
            for number, picture in enumerate(photographed(pdf, run.layout.layout), 1)
        ]
    )
    desk.locator("main .form__acts button").click()
    desk.wait_for_url(re.compile(r"/batches/\w+/$"))
    paper.run_waiting()
    desk.reload()
    assert Response.objects.filter(source="paper").count() == 0  # two marks where one is asked for: a person decides

    # Checked by a person, counted, and found again from the batch and from the campaign.
    desk.locator(".room__acts .btn-primary").click()
    desk.wait_for_url(re.compile(r"/forms/\w+/$"))
    form = desk.url
    for place in desk.locator("[data-check]").all():
        place.locator("input[type=radio], input[type=checkbox]").first.check()
    desk.locator("main [data-send]").click()
    desk.wait_for_url(re.compile(r"/batches/\w+/$"))
    on_paper = Response.objects.get(source="paper")
    seen = f"/answers/{on_paper.public_id}/"
    expect(desk.locator(f".serials a[href$='{seen}']")).to_have_count(1)
    desk.goto(form)
    desk.locator(f"main a[href$='{seen}']").click()
    expect(desk.locator("main tbody tr").first).to_be_visible()
    desk.goto(asked)
    expect(desk.locator("[aria-labelledby=pp] dd")).to_have_text(["1", "1", "1", "0"])

    # The report on both answers.
    desk.goto("/desk/voice/reports/")
    desk.get_by_role("link", name="生成报告").first.click()
    desk.locator("[name=source]").select_option(label="扫码调查")
    desk.locator(".form__acts button").click()
    desk.wait_for_url(re.compile(r"/reports/\w{10,}/$"))
    assert reports.run_waiting() == 1
    desk.reload()
    expect(desk.locator(".vr-contents a").first).to_be_visible()
    fits(desk)
    expect(desk.locator("main")).to_contain_text("扫码调查")
