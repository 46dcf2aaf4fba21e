"""Case 1, Mr Li: a motor claim with injured people, from his answer to the assessment to his rating of the service.

What went wrong before must not happen here: papers asked for again, an amount nobody explains, weeks without a date.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.claimant import Claimant, fen
from tests.browser.colleague import Colleague, office
from tests.browser.snapshots import photo
from tests.conftest import DESKTOP, PHONE
from tests.insurer import RunningInsurer

pytestmark = pytest.mark.browser

BUMPER, LAMP, BONNET, FENDER, BEAM = "前保险杠总成", "左前大灯总成", "发动机舱盖", "左前翼子板", "前防撞梁"
OFFER = {BUMPER: 210_000, LAMP: 263_000, BONNET: 86_000, FENDER: 120_000, BEAM: 126_000}
REASON = "修理厂说折痕太深，钣金修不平，要换新件"
QUOTE_FEN = 238_000
NOTE = "看过您的照片：折痕过深，钣金修复影响强度，改为更换新件"
UNDISPUTED_FEN = sum(OFFER.values()) - OFFER[BONNET]
OWN_FEN = UNDISPUTED_FEN + QUOTE_FEN
THIRD_CAR_FEN = 648_000
CHEN_FEN, ZHAO_FEN = 320_000, 3_610_050
TOTAL_FEN = OWN_FEN + THIRD_CAR_FEN + CHEN_FEN + ZHAO_FEN


def sign_in(open_insurer: Callable[..., Page], insurer: RunningInsurer, viewport: dict[str, int], javascript: bool) -> Claimant:  # fmt: skip
    return Claimant(open_insurer(viewport, javascript=javascript), insurer, "li")


def answer_with_one_dispute(li: Claimant) -> None:
    """Four items accepted, one disputed with reason, quote and photo; what was missing at first is asked for, all else kept."""
    li.accept(BUMPER, LAMP, FENDER, BEAM)
    li.dispute(BONNET)
    li.send("assess", submit="1")
    assert re.search(r"/answer/$", li.page.url)
    refused = li.page.locator("form#assess [role=alert]")
    expect(refused).to_be_visible()
    assert li.page.locator("form#assess input[value=ok]:checked").count() == 4
    assert li.page.locator("form#assess input[value=no]:checked").count() == 1
    li.dispute(BONNET, reason=REASON, quote="2,380.00", photo=photo("发动机舱盖"))
    li.send("assess", submit="1")
    li.page.wait_for_url(re.compile(r"/portal/claims/[0-9a-z]+/$"))


@pytest.mark.parametrize(
    ("viewport", "javascript"), [(PHONE, False), (DESKTOP, True)], ids=["phone-plain", "desktop-scripts"]
)
def test_the_whole_claim(
    open_insurer: Callable[..., Page], insurer: RunningInsurer, viewport: dict[str, int], javascript: bool
) -> None:
    li = sign_in(open_insurer, insurer, viewport, javascript)
    case = li.open_live_claim()
    at = office(open_insurer, insurer, case)

    sees_the_assessment_and_who_holds_it(li)
    answer_with_one_dispute(li)
    sees_what_is_agreed_and_who_looks_again(li)
    pays_the_agreed_part_first(li, at)
    gives_an_independent_second_assessment(li, at)
    takes_the_papers_of_the_injured_from_the_injured(li, at)
    decides_clause_by_clause_with_a_second_person(li, at)
    reads_the_decision(li)
    pays_everyone_and_closes(li, at)
    rates_the_service(li)

    promises = at("qianyun").promises()
    assert promises["kept"] >= 20
    assert set(promises) == {"kept"}  # none broken, none left running; papers were asked for once
    assert "sound" in insurer.anxin("journal", "verify").lower()


def sees_the_assessment_and_who_holds_it(li: Claimant) -> None:
    assert li.offered() == OFFER
    assert fen(li.page.locator("form#assess header .amount").inner_text()) == sum(OFFER.values())
    assert "吴建国" in li.holder_of_step_now()
    promise = li.promise()
    assert promise.state == "running"
    assert promise.by.startswith("2026-04-08")
    assert "核赔部" in promise.holder
    assert li.papers_asked_of_me() == 0
    li.assert_every_promise_holds()


def sees_what_is_agreed_and_who_looks_again(li: Claimant) -> None:
    assert "7,190.00" in li.page.locator("[role=status]").inner_text()
    promise = li.promise()
    assert promise.state == "running"
    assert "林雪" in promise.holder
    assert promise.by.startswith("2026-03-20")
    assert "林雪" in li.holder_of_step_now()
    assert REASON in li.text
    assert "2,380.00" in li.text
    assert li.page.locator("section[aria-labelledby=an] a[href*='/files/']").count() == 1


def pays_the_agreed_part_first(li: Claimant, at: Callable[..., Colleague]) -> None:
    shen = at("shenmin")
    shen.begin("approve_advance")
    assert shen.box("amount-own").input_value().replace(",", "") == "7190.00"
    shen.done()
    li.wait_for(lambda: li.payments() == [(UNDISPUTED_FEN, True)])
    assert "7,190.00" in li.page.locator("section.hero").inner_text()
    # Nothing undisputed is left: what is paid is not offered for payment again.
    shen.begin("approve_advance")
    assert shen.box("amount-own").count() == 0


def gives_an_independent_second_assessment(li: Claimant, at: Callable[..., Colleague]) -> None:
    wu = at("wujianguo")
    wu.begin("review_line")
    wu.fill(amount_fen="860.00", note="维持原定损")
    assert wu.refused()
    li.look()
    assert "林雪" in li.promise().holder

    lin = at("linxue")
    lin.page.goto("/desk/")
    assert lin.page.locator(f"a[href='{lin.case}']").count() == 1
    lin.begin("review_line")
    shown = lin.page.locator("section.disputed").inner_text()
    assert REASON in shown
    assert "2,380.00" in shown
    assert lin.page.locator("section.disputed a[href*='file=']").count() == 1
    lin.fill(amount_fen="2,380.00", method="replace", note=NOTE)
    lin.done()

    li.wait_for(lambda: NOTE in li.text)
    item = li.page.locator("section[aria-labelledby=an] li").filter(has_text=BONNET).inner_text()
    assert "2,380.00" in item
    assert "860.00" in item
    assert "林雪" in item
    li.assert_every_promise_holds()


def takes_the_papers_of_the_injured_from_the_injured(li: Claimant, at: Callable[..., Colleague]) -> None:
    """Their papers come from them; the customer is asked for nothing and told so."""
    heting, wu = at("heting"), at("wujianguo")
    heting.begin("receive_papers")
    boxes = heting.page.locator("main input[type=file][name*=':inj']")
    assert boxes.count() == 6
    for box in boxes.all():
        box.set_input_files(photo(f"伤者 {box.get_attribute('name')}"))
    heting.done()
    for party, name, number in (("tp1", "陈明", "6217000000000003301"), ("inj1", "陈明", "6217000000000003301"),
                                ("inj2", "赵立", "6228000000000004402")):  # fmt: skip
        heting.do("set_payee", f"?party={party}", name=name, bank="中国银行", account_number=number)

    wu.begin("accept_papers")
    for tick in wu.page.locator("main input[name=papers]").all():
        tick.check(force=True)
    wu.done()
    wu.begin("establish_losses")
    wu.press("press", "add")
    wu.fill(
        **{
            "lines-0-party": "inj1", "lines-0-loss_kind": "medical", "lines-0-name_zh": "门诊医疗费", "lines-0-amount_fen": "3,200.00",
            "lines-1-party": "inj2", "lines-1-loss_kind": "medical", "lines-1-name_zh": "住院医疗费", "lines-1-amount_fen": "36,100.50",
        }
    )  # fmt: skip
    wu.done()
    li.look()
    assert li.papers_asked_of_me() == 0
    assert li.page.locator(".papers__add, .papers__bad").count() == 0


def decides_clause_by_clause_with_a_second_person(li: Claimant, at: Callable[..., Colleague]) -> None:
    shen = at("shenmin")
    shen.begin("decide")
    shen.fill(outcome="pay")
    assert shen.refused()  # no exclusion is answered yet
    shen.begin("decide")
    assert shen.answer_exclusions("查勘照片、事故认定书和驾驶证") > 10
    assert shen.proposed_fen() == TOTAL_FEN
    shen.fill(outcome="pay", note="全部损失都在保障内，按定损和单据赔付。")
    shen.done()
    li.wait_for(lambda: "核赔部" in li.holder_of_step_now())
    assert li.promise().state == "running"

    # Above her authority, and nobody approves their own proposal.
    shen.begin("approve")
    assert shen.refused()
    fang = at("fangqi")
    fang.begin("approve")
    assert "沈敏" in fang.text
    assert "55,350.50" in fang.text
    fang.done()
    li.wait_for(lambda: li.page.locator("a[href$='/decision/']").count() > 0)


def reads_the_decision(li: Claimant) -> None:
    li.look("decision/")
    heading = li.page.locator("h1").inner_text()
    assert fen(heading) == TOTAL_FEN
    total = li.page.locator("dl.total")
    amounts = [fen(words) for words in total.locator("dd").all_inner_texts()]
    assert amounts[0] == TOTAL_FEN == sum(amounts[1:])
    clauses = li.page.locator("section[aria-labelledby=r] ul.clauses > li")
    assert clauses.count() > 10
    # Every amount stands beside the clause it rests on, and they add up.
    paid = [fen(text) for text in clauses.locator(":scope > span").all_inner_texts() if text.strip()]
    assert sum(paid) >= TOTAL_FEN
    letter = li.page.context.request.get(f"{li.insurer.url}{li.claim}decision.pdf")
    assert letter.ok
    assert letter.body().startswith(b"%PDF")
    li.look()
    assert li.page.locator("a[href$='/agree/']").count() == 0  # all is paid: there is nothing left to agree to
    li.assert_every_promise_holds()


def pays_everyone_and_closes(li: Claimant, at: Callable[..., Colleague]) -> None:
    qian = at("qianyun")
    qian.begin("instruct_payment")
    assert "48,160.50" in qian.text  # all of it less what was paid in advance
    qian.done()
    li.wait_for(lambda: len(li.payments()) == 5 and all(arrived for _amount, arrived in li.payments()))
    assert sum(amount for amount, _arrived in li.payments()) == TOTAL_FEN
    qian.do("close_claim")
    li.wait_for(lambda: li.page.locator("a[href$='/rate/']").count() > 0)
    assert "9,570.00" in li.page.locator("section.hero").inner_text()


def rates_the_service(li: Claimant) -> None:
    li.look()
    li.assert_every_promise_holds()
    li.rate(5, "每一步都知道在谁手里、哪天前办完。")
    li.look("messages/")
    told = li.page.locator("ol.thread li").count()
    assert told >= 8
    li.look()
    assert li.page.locator("a[href$='/rate/']").count() == 0


@pytest.mark.parametrize(
    ("viewport", "javascript"), [(PHONE, True), (DESKTOP, False)], ids=["phone-scripts", "desktop-plain"]
)
def test_the_answer_is_kept_and_the_review_begins(
    open_insurer: Callable[..., Page], insurer: RunningInsurer, viewport: dict[str, int], javascript: bool
) -> None:
    li = sign_in(open_insurer, insurer, viewport, javascript)
    li.open_live_claim()
    sees_the_assessment_and_who_holds_it(li)
    li.accept(BUMPER)
    li.dispute(BONNET, reason=REASON)
    li.send("assess", later="1")
    li.look()
    assert li.page.locator("form#assess input[value=ok]:checked").count() == 1
    assert REASON in [box.input_value() for box in li.page.locator("form#assess textarea[name^=reason-]").all()]
    li.accept(LAMP, FENDER, BEAM)
    li.dispute(BONNET, quote="2380", photo=photo("发动机舱盖"))
    li.send("assess", submit="1")
    li.page.wait_for_url(re.compile(r"/portal/claims/[0-9a-z]+/$"))
    sees_what_is_agreed_and_who_looks_again(li)
