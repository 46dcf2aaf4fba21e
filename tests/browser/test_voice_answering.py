"""A campaign from the desk to the phone: set up, started, answered without a script and with one, resumed, refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fitting import fits
from tests.cast import NOW
from tests.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = b"contact\n13800000001\n13800000002\n13800000003\n"


@pytest.fixture
def moment() -> Iterator[datetime]:
    """The clock of the server's threads too: the tests' day, and going on from there."""
    from anxin.access import clock

    clock.set_offset(NOW - datetime.now(UTC))
    yield NOW
    clock.set_offset(timedelta())


@pytest.fixture
def desk(open_browser: Callable[..., Page], staff: dict[str, Any], live_server: Any) -> Page:
    """The administrator's browser."""
    from django.test import Client

    client = Client()
    client.force_login(staff["administrator"])
    page = open_browser(DESKTOP)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return page


def _links() -> dict[str, str]:
    """Whose link is which, as the carrier took them."""
    from anxin.connectors.outbox.models import SentMessage

    found = {}
    for message in SentMessage.objects.all():
        place = re.search(r"/q/\w{16}/", message.body)
        assert place, message.body
        found[message.to[-1]] = place[0]
    return found


def test_from_the_desk_to_the_phone(
    moment, asked_version, desk: Page, open_browser: Callable[..., Page], tmp_path, campaign
) -> None:
    from anxin.voice.campaigns import filling, sending
    from anxin.voice.campaigns.models import OptOut
    from anxin.voice.responses.models import Response

    campaign.delete()
    people = tmp_path / "people.csv"
    people.write_bytes(PEOPLE)
    desk.goto("/desk/voice/campaigns/")
    desk.locator(".room__acts a.btn-primary, .room__acts a").first.click()
    desk.locator("[name=name_zh]").fill("三月回访")
    desk.locator("[name=channels][value=sms]").check()
    desk.locator("[name=kind]").select_option("upload")
    desk.locator("form.sheet button.btn-primary").click()
    desk.locator("[name=file]").set_input_files(people)
    desk.locator("form.sheet button.btn-primary").click()
    expect(desk.locator("main")).to_contain_text("3")
    desk.locator(".confirm summary").first.click()
    desk.locator(".confirm[open] button").click()
    expect(desk.locator(".flashes")).to_be_visible()
    soon = moment + timedelta(minutes=5)  # this thread's clock is held, the server's goes on
    filling.fill_waiting(soon)
    assert sending.send_waiting(soon) == 3
    links = _links()

    # Without a script: a fault, mended; then done, once.
    phone = open_browser(PHONE, javascript=False)
    phone.goto(links["1"])
    fits(phone)
    phone.locator("a.answers__go").click()
    phone.locator("[name=why]").fill("排队太久")
    phone.locator("button.answers__go").click()
    expect(phone.locator("#q-speed-error")).to_be_visible()
    assert phone.locator("[name=why]").input_value() == "排队太久"
    phone.locator("label:has([name=speed][value='2'])").click()
    fits(phone)
    phone.locator("button.answers__go").click()
    expect(phone.locator("progress")).to_have_attribute("value", "50")
    phone.locator("label:has([name=sex][value=f])").click()
    phone.locator("button.answers__go").click()
    expect(phone).to_have_url(re.compile(r"/done/$"))
    phone.goto(links["1"])
    expect(phone.locator("h1")).to_contain_text("已")
    assert Response.objects.get(state="complete").given == {"speed": 2, "why": "排队太久", "sex": "f"}

    # With one: kept while typing, gone on with on another phone, in large letters and in English.
    phone = open_browser(PHONE)
    phone.goto(links["2"])
    phone.locator("a.answers__go").click()
    expect(phone.locator("[name=why]")).to_be_hidden()  # asked only of those who found it slow
    phone.locator("label:has([name=speed][value='1'])").click()
    phone.locator("[name=why]").fill("等了三周")
    expect(phone.locator(".answers__saved")).not_to_be_empty()
    other = open_browser(PHONE)
    other.goto(links["2"])
    other.locator("a.answers__go").click()
    assert other.locator("[name=why]").input_value() == "等了三周"
    other.locator("button[name=language]").click()
    expect(other.locator("main")).to_contain_text("Speed")
    assert other.locator("[name=why]").input_value() == "等了三周"
    other.locator("button[name=elder]").click()
    expect(other.locator("html")).to_have_attribute("data-mode", "elder")
    fits(other)
    other.locator("label:has([name=way][value=phone])").click()
    other.locator("button.answers__go").click()
    other.locator("button[name=back]").click()
    assert other.locator("[name=way][value=phone]").is_checked()
    other.locator("button.answers__go").click()
    other.locator("label:has([name=sex][value=m])").click()
    other.locator("button.answers__go").click()
    expect(other.locator("h1")).to_contain_text("Your answers have arrived")
    assert Response.objects.filter(state="complete").count() == 2

    # None any more.
    phone = open_browser(PHONE, javascript=False)
    phone.goto(links["3"])
    phone.locator("footer a[href$='/stop/']").click()
    phone.locator("button.answers__go").click()
    assert OptOut.objects.count() == 1
    phone.goto(links["3"])
    expect(phone.locator("h1")).to_contain_text("不")

    desk.reload()
    expect(desk.locator("main")).to_contain_text("67%")  # two of three
    fits(desk)
    desk.set_viewport_size(PHONE)
    for place in (desk.url, "/desk/voice/campaigns/", "/desk/voice/campaigns/add/", f"{desk.url}invitations/"):
        desk.goto(place)
        fits(desk)
