"""Who gets in where: every page of the registers and the administration, for each kind of reader."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anxin.faces.desk import errands
from anxin.faces.desk.tests.admin.conftest import Shelf, SignedIn
from anxin.faces.desk.urls_admin import urlpatterns

HANDLERS = {"call_taker", "surveyor", "assessor", "adjudicator", "finance"}
EVERYONE = HANDLERS | {"supervisor", "administrator", "auditor"}
WATCHERS = {"supervisor", "administrator", "auditor"}
READERS = {"administrator", "auditor"}
BOSS = {"administrator"}

# Name of the address → who may open it. {li}, {motor} are filled in; what only takes a POST is in POSTS.
PAGES: dict[str, tuple[str, set[str]]] = {
    "search": ("search/?q=018846", EVERYONE),
    "cases": ("cases/", EVERYONE),
    "customers": ("customers/", EVERYONE),
    "customer": ("customers/{li}/", EVERYONE),
    "customer-add": ("customers/add/", {"call_taker", "supervisor", "administrator"}),
    "customer-change": ("customers/{li}/change/", {"call_taker", "supervisor", "administrator"}),
    "customer-sign-in": ("customers/{li}/sign-in/", {"supervisor", "administrator"}),
    "policies": ("policies/", EVERYONE),
    "policy": ("policies/{motor}/", EVERYONE),
    "policy-pdf": ("policies/{motor}/policy.pdf", EVERYONE),
    "policy-endorse": ("policies/{motor}/endorse/terms/", {"supervisor", "administrator"}),
    "products": ("products/", EVERYONE),
    "product": ("products/PDAA/", EVERYONE),
    "product-add": ("products/add/", BOSS),
    "product-publish": ("products/PDAA/publish/", BOSS),
    "admin": ("admin/", WATCHERS),
    "people": ("admin/people/", WATCHERS),
    "person": ("admin/people/{person}/", WATCHERS),
    "person-add": ("admin/people/add/", BOSS),
    "roles": ("admin/people/roles/", WATCHERS),
    "rules": ("admin/rules/", EVERYONE),
    "redate": ("admin/rules/redate/", BOSS),
    "rules-promises": ("admin/rules/promises/", EVERYONE),
    "rule": ("admin/rules/promises/CS-01/", EVERYONE),
    "rule-add": ("admin/rules/promises/add/", BOSS),
    "rule-drop": ("admin/rules/promises/CS-01/drop/", BOSS),
    "rules-authority": ("admin/rules/authority/", EVERYONE),
    "rules-thresholds": ("admin/rules/thresholds/", EVERYONE),
    "threshold": ("admin/rules/thresholds/small_motor_fen/", BOSS),
    "rules-prices": ("admin/rules/prices/", EVERYONE),
    "prices-download": ("admin/rules/prices/prices.csv", EVERYONE),
    "prices-upload": ("admin/rules/prices/file/", BOSS),
    "price-add": ("admin/rules/prices/add/", BOSS),
    "price": ("admin/rules/prices/bonnet/", BOSS),
    "price-drop": ("admin/rules/prices/bonnet/drop/", BOSS),
    "rules-calendar": ("admin/rules/calendar/", EVERYONE),
    "calendar-override": ("admin/rules/calendar/day/", BOSS),
    "calendar-hours": ("admin/rules/calendar/hours/", BOSS),
    "rules-papers": ("admin/rules/papers/", EVERYONE),
    "rules-checklists": ("admin/rules/checklists/", EVERYONE),
    "papers-add": ("admin/rules/papers/motor/add/", BOSS),
    "papers-item": ("admin/rules/papers/motor/{paper}/", BOSS),
    "papers-drop": ("admin/rules/papers/motor/{paper}/drop/", BOSS),
    "checklists-add": ("admin/rules/checklists/motor/add/", BOSS),
    "checklists-item": ("admin/rules/checklists/motor/{check}/", BOSS),
    "checklists-drop": ("admin/rules/checklists/motor/{check}/drop/", BOSS),
    "editions": ("admin/rules/papers/history/", EVERYONE),
    "edition": ("admin/rules/papers/history/1/", EVERYONE),
    "edition-again": ("admin/rules/papers/history/1/again/", BOSS),
    "tokens": ("admin/tokens/", READERS),
    "token": ("admin/tokens/{token}/", READERS),
    "token-issue": ("admin/tokens/issue/", BOSS),
    "webhooks": ("admin/webhooks/", EVERYONE),
    "webhook": ("admin/webhooks/{webhook}/", READERS),
    "webhook-add": ("admin/webhooks/add/", EVERYONE - {"auditor"}),
    "imports": ("admin/imports/", READERS),
    "import-add": ("admin/imports/add/", BOSS),
    "errands": ("admin/errands/", READERS),
    "errand": ("admin/errands/{errand}/", READERS),
    "journal": ("admin/journal/?check=all", READERS),
    "unmaskings": ("admin/unmaskings/", WATCHERS),
}
# Name → address and who may post there; all of these change something, so never the auditor.
POSTS: dict[str, tuple[str, set[str]]] = {
    "customer-reveal": ("customers/{li}/reveal/", HANDLERS | {"supervisor"}),
    "customer-add-contact": ("customers/{li}/contacts/", {"call_taker", "supervisor", "administrator"}),
    "customer-contact": ("customers/{li}/contacts/{contact}/verify/", {"call_taker", "supervisor", "administrator"}),
    "customer-consent": ("customers/{li}/consents/", {"call_taker", "supervisor", "administrator"}),
    "customer-withdraw": ("customers/{li}/consents/marketing/withdraw/", {"call_taker", "supervisor", "administrator"}),
    "customer-sign-in-end": ("customers/{li}/sign-in/end/", {"supervisor", "administrator"}),
    "policy-reveal": ("policies/{motor}/vehicles/{vehicle}/reveal/", HANDLERS | {"supervisor"}),
    "product-stop": ("products/PDAA/stop/", BOSS),
    "person-password": ("admin/people/{person}/password/", BOSS),
    "calendar-remove": ("admin/rules/calendar/day/2031-01-06/remove/", BOSS),
    "calendar-refresh": ("admin/rules/calendar/refresh/", BOSS),
    "token-revoke": ("admin/tokens/{token}/revoke/", BOSS),
    "webhook-do": ("admin/webhooks/{webhook}/pause/", EVERYONE - {"auditor"}),
    "journal-revive": ("admin/journal/deliveries/1/revive/", BOSS),
    "journal-checkpoint": ("admin/journal/checkpoint/", BOSS),
}


@pytest.fixture
def fill(shelf: Shelf, staff, actors, now):
    from anxin.access.actions import issue_token
    from anxin.rulebook.queries import edition
    from anxin.webhooks.actions import subscribe

    token, _secret = issue_token(
        user=staff["adjudicator"],
        name="core",
        scopes=["claims.see"],
        expires_at=None,
        actor=actors["administrator"],
        now=now,
    )
    webhook = subscribe(url="https://partner.example/hook", actor=actors["administrator"], now=now)
    papers = edition("papers", actor=actors["system"]).data["lists"]["motor"]
    checks = edition("checklists", actor=actors["system"]).data["lists"]["motor"]
    errand = errands.ask_redating(rule=None, dry_run=True, actor=actors["administrator"], now=now)
    values = {
        "errand": errand.public_id,
        "li": shelf.li.public_id, "motor": shelf.motor.public_id, "person": staff["adjudicator"].pk, "token": token.pk,
        "webhook": webhook.public_id, "paper": papers[-1]["code"], "check": checks[-1]["code"],
        "contact": shelf.li.contacts.get().pk, "vehicle": shelf.motor.vehicles.get().pk,
    }  # fmt: skip
    return lambda address: "/desk/" + address.format(**values)


def test_every_address_is_in_these_tables() -> None:
    assert {pattern.name for pattern in urlpatterns} == PAGES.keys() | POSTS.keys()


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_pages_open_to_whom_they_are_meant_for(role: str, fill, signed_in: SignedIn) -> None:
    client = signed_in(role)
    opened = {}
    for name, (address, _allowed) in PAGES.items():
        # A page of search with one hit goes straight there; a webhook of somebody else's does not exist.
        opened[name] = client.get(fill(address)).status_code in (200, 302)
    assert opened == {name: role in allowed for name, (_address, allowed) in PAGES.items()}


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_acts_are_refused_to_others(role: str, fill, signed_in: SignedIn) -> None:
    client = signed_in(role)
    refused = {name: client.post(fill(address), {}).status_code == 403 for name, (address, _allowed) in POSTS.items()}
    assert refused == {name: role not in allowed for name, (_address, allowed) in POSTS.items()}


def test_forms_are_refused_when_posted_without_the_permission(fill, signed_in: SignedIn) -> None:
    auditor = signed_in("auditor")
    for name in ("person", "rule", "rules-authority", "customer-add", "import-add", "token-issue", "product-publish"):
        assert auditor.post(fill(PAGES[name][0]), {"note": "why not"}).status_code == 403, name


def test_an_auditor_finds_no_buttons(fill, signed_in: SignedIn) -> None:
    """Nothing to post but the search, the language and the sign-out of every page."""
    auditor = signed_in("auditor")
    for name, (address, allowed) in PAGES.items():
        if "auditor" in allowed and name not in ("search", "policy-pdf", "prices-download"):
            page = auditor.get(fill(address)).content.decode()
            main = page[page.index('id="main"') :]
            assert 'method="post"' not in main, name


def test_strangers_and_customers(fill, signed_in: SignedIn) -> None:
    stranger, customer = Client(), signed_in("customer")
    for name, (address, _allowed) in PAGES.items():
        assert stranger.get(fill(address)).headers["Location"].startswith("/account/login/"), name
        assert customer.get(fill(address)).status_code == 404, name


def test_another_branchs_records_do_not_exist(shelf: Shelf, staff, fill, signed_in: SignedIn) -> None:
    outsider, supervisor = signed_in("outsider"), signed_in("supervisor")
    for address in ("customers/{li}/", "policies/{motor}/", "policies/{motor}/policy.pdf"):
        assert outsider.get(fill(address)).status_code == 404
    assert outsider.post(fill("customers/{li}/reveal/"), {"field": "name", "reason": "curious"}).status_code == 404
    from anxin.access.models import User

    stranger = User.objects.get(username="outsider")
    assert supervisor.get(f"/desk/admin/people/{stranger.pk}/").status_code == 404
    assert "outsider" not in supervisor.get("/desk/admin/people/").content.decode()
    assert "outsider" in signed_in("administrator").get("/desk/admin/people/").content.decode()


def test_pages_are_chinese_in_chinese(fill, signed_in: SignedIn) -> None:
    administrator = signed_in("administrator")
    session = administrator.session
    session["language"] = "zh-hans"
    session.save()
    for name, (address, allowed) in PAGES.items():
        if "administrator" not in allowed or name in ("search", "policy-pdf", "prices-download"):
            continue
        page = administrator.get(fill(address)).content.decode()
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)
        assert heading is not None
        assert re.search(r"[\u4e00-\u9fff]", heading[1]) or name in ("webhook", "token", "person", "policy"), name


@pytest.mark.parametrize(
    "name", ["cases", "customers", "policies", "people", "unmaskings", "rules-promises", "products"]
)
def test_lists_ask_as_much_for_many_rows_as_for_few(
    name: str, shelf: Shelf, fill, signed_in: SignedIn, branch, now
) -> None:
    from anxin.access.models import User
    from anxin.journal.models import Case
    from anxin.registers.tests.world import make_customer, make_policy

    administrator = signed_in("administrator")
    address = fill(PAGES[name][0])
    administrator.get(address)
    with CaptureQueriesContext(connection) as few:
        administrator.get(address)
    for number in range(8):
        customer = make_customer(f"客户{number}", branch, mobile=f"1390000{number:04d}")
        make_policy(f"T-{number:06d}", "PEHA", customer, shelf.home.starts_on, None)
        Case.objects.create(
            kind="imported", number=f"x{number}", branch=branch, subject_id="log", subject_kind="log", state="closed",
            opened_at=now, closed_at=now, touched_at=now,
        )  # fmt: skip
        User.objects.create_user(f"more{number}", display_name=f"more{number}", branch=branch)
    with CaptureQueriesContext(connection) as many:
        administrator.get(address)
    assert len(many) <= len(few) + 1  # one more where a list was empty before
    assert len(many) <= 14
