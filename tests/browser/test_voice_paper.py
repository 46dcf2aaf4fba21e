"""A questionnaire on paper, from the printer to the response: printed, filled in, photographed, sent in, checked."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from anxin.engines.reading.forms.tests import rendering as r
from tests.browser.fitting import fits
from tests.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOME = "/desk/voice/paper/"
CROSS = r.Hand("cross", pen="blue", width=0.5)


def sign_in(page: Page, url: str, user: Any) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}])
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={value}"}


def photographs(pdf: bytes, layout: Any, answers: list[dict[str, str]]) -> list[bytes]:
    """Each copy filled in by hand and photographed on a table, one of them upside down."""
    random = np.random.default_rng(28)
    taken = []
    for number, (picture, marks) in enumerate(zip(r.pages_of(pdf), answers, strict=True)):
        (page,) = layout.pages
        for box in page.boxes:
            if box.option in marks.get(box.field, ""):
                r.draw_mark(picture, box, CROSS, random)
        for place in page.writings:
            if place.field in marks:
                r.scribble(picture, place.x, place.y, place.w, place.h, CROSS, random)
        seen = r.photo(picture, random, tilt=15, gradient=0.5, noise=6)
        taken.append(r.as_jpeg(r.turned(seen, 2 if number == 1 else 0)))
    return taken


@pytest.mark.parametrize(("viewport", "script"), [(DESKTOP, True), (PHONE, False)], ids=["desktop", "phone"])
def test_from_the_printer_to_the_response(
    open_browser: Callable[..., Page], live_server: Any, staff: dict[str, Any], campaign: Any, viewport: dict[str, int],
    script: bool,
) -> None:  # fmt: skip
    from anxin.voice.paper.models import PrintRun
    from anxin.voice.paper.working import run_waiting
    from anxin.voice.responses.models import Response

    page = open_browser(viewport, javascript=script)
    cookie = sign_in(page, live_server.url, staff["administrator"])
    page.goto(f"{HOME}prints/add/")
    page.locator("[name=campaign]").select_option(campaign.public_id)
    page.locator("[name=copies]").fill("3")
    fits(page)
    page.locator("main .form__acts button").click()
    expect(page.locator("main progress")).to_be_visible()
    run_waiting()
    page.reload()
    link = page.locator("main .parcels a").first.get_attribute("href")
    assert link == "1.pdf"
    fits(page)
    request = urllib.request.Request(f"{live_server.url}{page.url.removeprefix(live_server.url)}{link}", headers=cookie)
    with urllib.request.urlopen(request) as answer:
        pdf = answer.read()
    run = PrintRun.objects.select_related("layout").get()

    photos = photographs(
        pdf, run.layout.layout,
        [{"speed": "4", "sex": "f"}, {"speed": "2", "sex": "fm", "age": ""}, {"speed": "5", "sex": "m"}],
    )  # fmt: skip
    page.goto(f"{HOME}send/")
    fits(page)
    sent = [(f"{number}.jpg", photo) for number, photo in enumerate([*photos[:2], b"", photos[0]], 1)]
    page.locator("[name=upload]").set_input_files(
        [{"name": name, "mimeType": "image/jpeg", "buffer": content} for name, content in sent]
    )
    page.locator("main .form__acts button").click()
    page.wait_for_url(re.compile(r"/batches/\w+/$"))
    run_waiting()
    page.reload()
    fits(page)
    assert Response.objects.count() == 1
    expect(page.locator("main")).to_contain_text("0 字节")
    # The first form is in the pile twice: named, and counted once.
    expect(page.locator(".serials").last).to_contain_text("只计一次")

    page.locator(".room__acts .btn-primary").click()
    page.wait_for_url(re.compile(r"/forms/\w+/$"))
    fits(page)
    places = page.locator("[data-check]")
    expect(places).to_have_count(2)
    shown = places.first.locator("img")
    assert shown.evaluate("picture => picture.complete && picture.naturalWidth > 100")
    if script:
        # The first place is at hand: 1 is its first answer, Enter goes on, digits are typed, Enter sends.
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        page.keyboard.type("45")
        page.keyboard.press("Enter")
    else:
        page.locator("[name=sex][value=f]").check()
        page.locator("[name=age]").fill("45")
        page.locator("main [data-send]").click()
    page.wait_for_url(re.compile(r"/batches/\w+/$"))
    fits(page)
    given = sorted((response.given for response in Response.objects.all()), key=lambda one: one["speed"])
    assert given == [{"speed": 2, "sex": "f", "age": 45}, {"speed": 4, "sex": "f"}]
    assert {response.source for response in Response.objects.all()} == {"paper"}
