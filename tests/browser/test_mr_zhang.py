"""Case 3, Mr Zhang: his kitchen burned half an hour ago. From the call back he is promised to his rating of the service.

What went wrong before must not happen here: called back the next day, surveyed in a hurry, no date ever given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.claimant import Claimant, fen, promise_in
from tests.browser.colleague import Colleague, office
from tests.browser.snapshots import photo
from tests.conftest import DESKTOP, PHONE
from tests.insurer import RunningInsurer

pytestmark = pytest.mark.browser

APPOINTMENT = "2026-03-17T15:00"
PAPERS = ("id_card", "ownership_proof", "fire_certificate", "loss_list", "receipts")
ITEMS = (("contents", "橱柜", 980_000), ("building", "吊顶与墙面", 860_050), ("contents", "冰箱", 320_000))
LOSS_FEN = sum(amount for _kind, _name, amount in ITEMS)


def sign_in(open_insurer: Callable[..., Page], insurer: RunningInsurer, viewport: dict[str, int], javascript: bool) -> Claimant:  # fmt: skip
    return Claimant(open_insurer(viewport, javascript=javascript), insurer, "zhang")


@pytest.mark.parametrize(
    ("viewport", "javascript"), [(PHONE, False), (DESKTOP, True)], ids=["phone-plain", "desktop-scripts"]
)
def test_the_whole_claim(
    open_insurer: Callable[..., Page], insurer: RunningInsurer, viewport: dict[str, int], javascript: bool
) -> None:
    zhang = sign_in(open_insurer, insurer, viewport, javascript)
    case = zhang.open_live_claim()
    at = office(open_insurer, insurer, case)

    sees_who_calls_and_by_when(zhang)
    reaches_the_supervisor_before_it_breaks(zhang, at, insurer)
    is_called_back_within_the_hour(zhang, at)
    gets_an_appointment(zhang, at)
    is_surveyed_with_a_complete_checklist(zhang, at)
    sends_the_papers(zhang)
    gets_an_assessment_and_accepts_it(zhang, at)
    gets_a_decision_and_reads_it(zhang, at)
    is_paid(zhang, at)
    rates_the_service(zhang)

    promises = at("qianyun").promises()
    assert promises["kept"] >= 12
    assert set(promises) == {"kept"}
    assert "sound" in insurer.anxin("journal", "verify").lower()


def sees_who_calls_and_by_when(zhang: Claimant) -> None:
    promise = zhang.promise()
    assert promise.state == "running"
    assert "何婷" in promise.holder
    assert promise.by.startswith("2026-03-17T")
    assert "11:08" in zhang.page.locator("section.hero .promise__due").first.inner_text()
    # The list of papers was complete and is given once; nothing of it need wait for the call.
    assert zhang.papers_asked_of_me() == len(PAPERS) + 1


def reaches_the_supervisor_before_it_breaks(
    zhang: Claimant, at: Callable[..., Colleague], insurer: RunningInsurer
) -> None:
    lu = at("luyan")
    # On to eight minutes before the promise ends, however long this run has taken so far.
    left = datetime.fromisoformat(zhang.promise().by) - insurer.now()
    moved = json.loads(insurer.anxin("demo", "advance", f"{int(left.total_seconds() // 60) - 8}m", "--json"))
    assert moved["broken"] == 0
    lu.page.goto("/desk/supervision/")
    row = lu.page.locator("tr").filter(has=lu.page.locator(f"a[href='{lu.case}']"))
    promise = promise_in(row)
    assert promise.state == "near"
    assert "何婷" in promise.holder
    zhang.look()
    assert zhang.promise().state == "near"


def is_called_back_within_the_hour(zhang: Claimant, at: Callable[..., Colleague]) -> None:
    heting = at("heting")
    heting.page.goto("/desk/")
    assert heting.page.locator(f"a[href='{heting.case}']").count() == 1
    before = zhang.promise()
    # A call nobody answered keeps nothing.
    heting.do("record_contact", outcome="no_answer")
    zhang.look()
    assert zhang.promise().what == before.what
    heting.do("record_contact", outcome="reached", text="人没事，已约下午查勘。")
    zhang.look()
    after = zhang.promise()
    assert after.what != before.what
    assert after.state == "running"
    assert after.by
    zhang.assert_every_promise_holds()


def gets_an_appointment(zhang: Claimant, at: Callable[..., Colleague]) -> None:
    heting = at("heting")
    heting.begin("schedule_survey")
    surveyor = heting.box("surveyor_id").locator("option").filter(has_text="周海峰").get_attribute("value")
    heting.fill(at=APPOINTMENT, surveyor_id=surveyor or "")
    heting.done()
    zhang.look()
    hero = zhang.page.locator("section.hero").inner_text()
    assert "周海峰" in hero
    assert "15:00" in hero
    assert "周海峰" in zhang.holder_of_step_now()
    assert "周海峰" in zhang.promise().holder
    assert zhang.promise().by.startswith("2026-03-18")


def is_surveyed_with_a_complete_checklist(zhang: Claimant, at: Callable[..., Colleague]) -> None:
    zhou = at("zhouhaifeng")
    zhou.begin("complete_survey")
    ticks = zhou.page.locator("main input[type=checkbox][name^=item-]")
    items = [tick.get_attribute("name") or "" for tick in ticks.all()]
    assert len(items) >= 4
    for name in items[:-1]:
        zhou.fill(**{name: "on"})
    missing = zhou.page.locator(f"label:has(input[name='{items[-1]}'])").inner_text().strip()
    reasons = zhou.refused()
    assert missing in reasons or zhou.page.locator("tr").filter(has_text=missing).locator(".ask__error").count()
    zhang.look()
    assert "周海峰" in zhang.holder_of_step_now()

    for name in items:
        zhou.fill(**{name: "on"})
    for box in zhou.page.locator("main input[type=file][name^=files-]").all():
        box.set_input_files(photo(f"查勘 {box.get_attribute('name')}"))
    zhou.fill(findings="厨房明火由油锅引起，橱柜、吊顶、冰箱烧损，客厅烟熏。")
    zhou.done()
    at("shenmin").do("open_claim", reserve_fen="22,000.00")
    zhang.look()
    assert zhang.promise().state == "running"
    zhang.assert_every_promise_holds()


def sends_the_papers(zhang: Claimant) -> None:
    """The request with one press; the others as pictures, some now and some later: what is sent is kept."""
    zhang.look("request/")
    zhang.send("request")
    expect(zhang.page.locator("form#request [role=alert]")).to_be_visible()
    zhang.page.locator("label:has(input[name=true])").click()
    zhang.send("request")
    zhang.page.wait_for_url(re.compile(r"/portal/claims/[0-9a-z]+/$"))

    zhang.look("papers/")
    not_a_picture = {"name": "发票.exe", "mimeType": "image/jpeg", "buffer": b"MZ\x90\x00 no picture"}
    zhang.page.locator("input[name='files-id_card']").last.set_input_files(photo("身份证"))
    zhang.page.locator("input[name='files-receipts']").last.set_input_files(not_a_picture)  # type: ignore[arg-type]
    zhang.send("papers")
    expect(zhang.page.locator("main [role=alert]").first).to_be_visible()
    assert zhang.page.locator("input[name='files-id_card']").count() == 0  # the good one is kept
    for code in PAPERS[1:]:
        zhang.page.locator(f"input[name='files-{code}']").last.set_input_files([photo(f"{code}-1"), photo(f"{code}-2")])
    zhang.send("papers")
    zhang.look()
    assert zhang.papers_asked_of_me() == 0


def gets_an_assessment_and_accepts_it(zhang: Claimant, at: Callable[..., Colleague]) -> None:
    wu = at("wujianguo")
    wu.begin("accept_papers")
    for tick in wu.page.locator("main input[name=papers]").all():
        tick.check(force=True)
    wu.done()
    wu.begin("issue_assessment")
    for row, (kind, name, amount) in enumerate(ITEMS):
        if row:
            wu.press("press", "add")
        wu.fill(
            **{
                f"lines-{row}-loss_kind": kind, f"lines-{row}-name_zh": name,
                f"lines-{row}-amount_fen": f"{amount // 100}.{amount % 100:02}",
            }
        )  # fmt: skip
    wu.done()
    zhang.wait_for(lambda: bool(zhang.offered()))
    assert zhang.offered() == {name: amount for _kind, name, amount in ITEMS}
    zhang.accept(*(name for _kind, name, _amount in ITEMS))
    zhang.send("assess", submit="1")
    zhang.page.wait_for_url(re.compile(r"/portal/claims/[0-9a-z]+/$"))
    assert "21,600.50" in zhang.page.locator("[role=status]").inner_text()
    assert "核赔部" in zhang.holder_of_step_now()
    assert zhang.promise().by


def gets_a_decision_and_reads_it(zhang: Claimant, at: Callable[..., Colleague]) -> None:
    shen = at("shenmin")
    shen.begin("decide")
    assert shen.answer_exclusions("查勘记录和火灾事故认定书") > 3
    amount = shen.proposed_fen()
    assert 0 < amount < LOSS_FEN  # the deductible is applied, and named
    shen.fill(outcome="pay", note="火灾属于保障范围，扣除每次事故免赔额后赔付。")
    shen.done()
    zhang.wait_for(lambda: zhang.page.locator("a[href$='/decision/']").count() > 0)
    zhang.look("decision/")
    assert fen(zhang.page.locator("h1").inner_text()) == amount
    assert fen(zhang.page.locator("dl.total dd").first.inner_text()) == amount
    rows = zhang.page.locator("section[aria-labelledby=r] ul.clauses > li")
    assert rows.filter(has=zhang.page.locator("[data-tone=near]")).count() >= 1
    zhang.look()
    assert zhang.promise().by
    zhang.assert_every_promise_holds()


def is_paid(zhang: Claimant, at: Callable[..., Colleague]) -> None:
    zhang.look("decision/")
    amount = fen(zhang.page.locator("h1").inner_text())
    zhang.look()
    if zhang.page.locator("section[aria-labelledby=m] a[href$='/payee/']").count():
        zhang.look("payee/")
        zhang.page.locator("input[name=name]").fill("张伟")
        zhang.page.locator("input[name=bank]").fill("中国建设银行")
        zhang.page.locator("input[name=account_number]").fill("6217 0000 0000 0008 812")
        zhang.send("payee")
    qian = at("qianyun")
    qian.do("instruct_payment")
    zhang.wait_for(lambda: zhang.payments() == [(amount, True)])
    qian.do("close_claim")
    zhang.wait_for(lambda: zhang.page.locator("a[href$='/rate/']").count() > 0)
    assert zhang.page.locator("section.hero .promise[data-state=running]").count() == 0


def rates_the_service(zhang: Claimant) -> None:
    zhang.assert_every_promise_holds()
    zhang.rate(4, "当天就有人上门。")
    assert zhang.page.locator("a[href$='/rate/']").count() == 0


@pytest.mark.parametrize(
    ("viewport", "javascript"), [(PHONE, True), (DESKTOP, False)], ids=["phone-scripts", "desktop-plain"]
)
def test_the_first_hour(
    open_insurer: Callable[..., Page], insurer: RunningInsurer, viewport: dict[str, int], javascript: bool
) -> None:
    zhang = sign_in(open_insurer, insurer, viewport, javascript)
    at = office(open_insurer, insurer, zhang.open_live_claim())
    sees_who_calls_and_by_when(zhang)
    at("heting").do("record_contact", outcome="reached")
    gets_an_appointment(zhang, at)
    sends_the_papers(zhang)
