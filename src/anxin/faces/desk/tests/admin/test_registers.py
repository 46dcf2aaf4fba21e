"""Search, cases, customers, policies and products on the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from anxin.access.models import Unmasking
from anxin.faces.desk.tests.admin.conftest import Shelf, SignedIn
from anxin.registers.customers.models import Customer
from anxin.registers.products.models import Product


def _text(answer) -> str:
    return answer.content.decode()


# -- search ------------------------------------------------------------------------------------------------------------


def test_one_exact_hit_opens_at_once(shelf: Shelf, signed_in: SignedIn) -> None:
    client = signed_in("adjudicator")
    assert (
        client.get("/desk/search/", {"q": shelf.case.number}).headers["Location"]
        == f"/desk/cases/{shelf.case.public_id}/"
    )
    for words in ("PDAA 2024-3205-018846", "pdaa20243205018846"):
        assert (
            client.get("/desk/search/", {"q": words}).headers["Location"] == f"/desk/policies/{shelf.motor.public_id}/"
        )


@pytest.mark.parametrize("words", ["李明", "6207", "13812346207", "320501198503120018", "苏E7K38Q"])
def test_finds_by_what_people_know_and_stays_masked(words: str, shelf: Shelf, signed_in: SignedIn) -> None:
    page = _text(signed_in("adjudicator").get("/desk/search/", {"q": words}))
    main = page[page.index('id="main"') :]
    assert shelf.case.number in main
    assert shelf.motor.number in main
    assert "13812346207" not in main.replace(f'value="{words}"', "").replace(f"“{words}”", "")
    assert "320501198503120018" not in main.replace(f'value="{words}"', "").replace(f"“{words}”", "")


def test_search_stays_in_the_branch_and_says_when_empty(shelf: Shelf, signed_in: SignedIn) -> None:
    page = _text(signed_in("outsider").get("/desk/search/", {"q": "李明"}))
    assert "Nothing found for" in page
    assert shelf.case.number not in page
    assert "Type what you know" in _text(signed_in("outsider").get("/desk/search/"))


# -- cases -------------------------------------------------------------------------------------------------------------


def test_cases_are_narrowed(shelf: Shelf, signed_in: SignedIn, now) -> None:
    client = signed_in("supervisor")
    number = shelf.case.number
    for asked, there in [
        ({"kind": "claim"}, True), ({"kind": "imported"}, False), ({"state": "open"}, True), ({"state": "ended"}, False),
        ({"state": "notified"}, True), ({"line": "motor_commercial"}, True), ({"line": "home"}, False),
        ({"from": "2025-03-14", "until": "2025-03-14"}, True), ({"from": "2025-03-15"}, False), ({"until": "2025-03-13"}, False),
        ({"text": "6207"}, True), ({"text": "张建国"}, False), ({"from": "9999-99-99"}, True), ({"line": "no such"}, True),
    ]:  # fmt: skip
        assert (number in _text(client.get("/desk/cases/", asked))) is there, asked


def test_older_cases_are_a_page_away(shelf: Shelf, signed_in: SignedIn, branch, now) -> None:
    from anxin.journal.models import Case

    Case.objects.bulk_create(
        Case(
            kind="imported", number=f"log-{number:03d}", public_id=f"{number:024x}", branch=branch, subject_kind="log",
            subject_id="x", state="closed", opened_at=now, closed_at=now + timedelta(days=2), touched_at=now,
        )
        for number in range(60)
    )  # fmt: skip
    client = signed_in("auditor")
    first = _text(client.get("/desk/cases/", {"kind": "imported"}))
    assert "log-059" in first
    assert "log-009" not in first
    before = Case.objects.get(number="log-010").pk
    older = _text(client.get("/desk/cases/", {"kind": "imported", "before": before}))
    assert "log-009" in older
    assert "log-010" not in older
    after = _text(client.get("/desk/cases/", {"kind": "imported", "after": Case.objects.get(number="log-009").pk}))
    assert "log-010" in after
    assert "log-009" not in after


# -- customers ---------------------------------------------------------------------------------------------------------


def test_a_customer_is_shown_masked_with_all_that_is_theirs(shelf: Shelf, signed_in: SignedIn) -> None:
    page = _text(signed_in("assessor").get(f"/desk/customers/{shelf.li.public_id}/"))
    assert "L* M***" in page
    assert "138 **** 6207" in page
    assert shelf.motor.number in page
    assert shelf.case.number in page
    assert "13812346207" not in page
    assert "320501198503120018" not in page


def test_a_look_in_full_is_put_on_record_first(shelf: Shelf, signed_in: SignedIn, staff) -> None:
    client = signed_in("adjudicator")
    address = f"/desk/customers/{shelf.li.public_id}/reveal/"
    refused = client.post(address, {"field": "mobile", "reason": ""})
    assert refused.status_code == 422
    assert "Enter a reason" in _text(refused)
    assert Unmasking.objects.count() == 0
    shown = client.post(address, {"field": "mobile", "reason": "call back about the estimate"})
    assert "13812346207" in _text(shown)
    record = Unmasking.objects.get()
    assert (record.actor, record.field, record.subject_id) == (staff["adjudicator"], "mobile", shelf.li.public_id)
    assert "13812346207" not in _text(client.get(f"/desk/customers/{shelf.li.public_id}/"))
    seen = _text(signed_in("supervisor").get("/desk/admin/unmaskings/", {"text": "estimate"}))
    assert "call back about the estimate" in seen
    assert "Nothing fits" in _text(signed_in("supervisor").get("/desk/admin/unmaskings/", {"text": "nobody"}))


def test_add_a_customer(shelf: Shelf, signed_in: SignedIn, branch, other_branch) -> None:
    client = signed_in("call_taker")
    given = {
        "name": "王芳",
        "kind": "person",
        "branch": branch.pk,
        "id_kind": "resident_id",
        "id_number": "320501198503120019",
        "mobile": "123",
    }
    refused = client.post("/desk/customers/add/", given)
    assert refused.status_code == 422
    assert "王芳" in _text(refused)  # what was typed stays
    assert "ask__error" in _text(refused)
    assert client.post("/desk/customers/add/", given | {"branch": other_branch.pk}).status_code == 422
    done = client.post("/desk/customers/add/", given | {"id_number": "", "id_kind": "", "mobile": "13700001111"})
    made = Customer.objects.get(name="王芳")
    assert done.headers["Location"] == f"/desk/customers/{made.public_id}/"
    assert made.contacts.get().normalised == "+8613700001111"


def test_change_a_customer_and_their_contacts(shelf: Shelf, signed_in: SignedIn, branch) -> None:
    client = signed_in("call_taker")
    home = f"/desk/customers/{shelf.li.public_id}/"
    page = _text(client.get(f"{home}change/"))
    assert "李明" not in page.replace("李*", "")  # masked values are never put into boxes
    client.post(f"{home}change/", {"name": "", "preferred_contact": "email", "branch": branch.pk, "sex": "male"})
    shelf.li.refresh_from_db()
    assert (shelf.li.name, shelf.li.preferred_contact) == ("李明", "email")
    assert client.post(f"{home}contacts/", {"kind": "email", "value": "no address"}).status_code == 422
    client.post(f"{home}contacts/", {"kind": "email", "value": "li@example.com"})
    point = shelf.li.contacts.get(kind="email")
    client.post(f"{home}contacts/{point.pk}/verify/")
    point.refresh_from_db()
    assert point.verified_at is not None
    client.post(f"{home}contacts/{point.pk}/remove/")
    assert not shelf.li.contacts.filter(kind="email").exists()
    client.post(f"{home}consents/", {"purpose": "marketing", "wording_version": "2025-01"})
    assert shelf.li.consents.get().withdrawn_at is None
    client.post(f"{home}consents/marketing/withdraw/")
    assert shelf.li.consents.get().withdrawn_at is not None


def test_customers_are_searched(shelf: Shelf, signed_in: SignedIn) -> None:
    client = signed_in("administrator")
    page = _text(client.get("/desk/customers/", {"text": "6207"}))
    assert shelf.li.public_id in page
    assert shelf.zhang.public_id not in page
    assert "Nothing fits these filters" in _text(client.get("/desk/customers/", {"text": "没有这个人"}))


# -- policies ----------------------------------------------------------------------------------------------------------


def test_a_policy_is_shown_with_its_terms_and_as_pdf(shelf: Shelf, signed_in: SignedIn) -> None:
    client = signed_in("surveyor")
    page = _text(client.get(f"/desk/policies/{shelf.motor.public_id}/"))
    assert "苏E·7K3**" in page
    assert "7K38Q" not in page
    assert shelf.case.number in page
    assert "Article" in page
    home = _text(signed_in("administrator").get(f"/desk/policies/{shelf.home.public_id}/"))
    assert "南京市****" in home or "南京市鼓楼区****" in home
    assert client.get(f"/desk/policies/{shelf.motor.public_id}/policy.pdf").content.startswith(b"%PDF")


def test_a_plate_in_full_is_put_on_record(shelf: Shelf, signed_in: SignedIn) -> None:
    vehicle = shelf.motor.vehicles.get()
    address = f"/desk/policies/{shelf.motor.public_id}/vehicles/{vehicle.pk}/reveal/"
    client = signed_in("surveyor")
    assert client.post(address, {"field": "plate", "reason": "?"}).status_code == 422
    assert "苏E·7K38Q" in _text(client.post(address, {"field": "plate", "reason": "at the roadside"}))
    assert Unmasking.objects.get().field == "plate"


def test_endorse_a_policy(shelf: Shelf, signed_in: SignedIn) -> None:
    client = signed_in("supervisor")
    home = f"/desk/policies/{shelf.motor.public_id}/"
    form = client.get(f"{home}endorse/terms/").context["form"]
    given = {name: form.initial[name] for name in form.initial if form.initial[name] not in (False, "", None)}
    given = {name: "on" if value is True else value for name, value in given.items()}
    unchanged = client.post(f"{home}endorse/terms/", given | {"effective_on": "2025-03-20"})
    assert unchanged.status_code == 422
    assert "Nothing would change" in _text(unchanged)
    wrong = client.post(f"{home}endorse/terms/", given | {"effective_on": "2025-03-20", "limit_0": "a lot"})
    assert wrong.status_code == 422
    assert 'value="a lot"' in _text(wrong)
    done = client.post(
        f"{home}endorse/terms/", given | {"effective_on": "2025-03-20", "limit_0": "150000", "plate_0": "苏E88888"}
    )
    assert done.headers["Location"] == home
    page = _text(client.get(home))
    assert "150,000.00" in page
    assert "苏E·888**" in page
    assert client.post(f"{home}endorse/terminate/", {"on": "2030-01-01", "how": "cancelled"}).status_code == 422
    client.post(f"{home}endorse/suspend/", {"from_on": "2025-04-01"})
    shelf.motor.refresh_from_db()
    assert shelf.motor.status == "suspended"
    client.post(f"{home}endorse/resume/", {"on": "2025-05-01"})
    client.post(f"{home}endorse/terminate/", {"on": "2025-06-01", "how": "cancelled"})
    shelf.motor.refresh_from_db()
    assert shelf.motor.status == "cancelled"
    assert client.get(f"{home}endorse/nonsense/").status_code == 404


def test_policies_are_narrowed(shelf: Shelf, signed_in: SignedIn) -> None:
    client = signed_in("administrator")
    page = _text(client.get("/desk/policies/", {"line": "home", "status": "in_force"}))
    assert shelf.home.number in page
    assert shelf.motor.number not in page
    assert shelf.motor.number in _text(client.get("/desk/policies/", {"text": "苏E7K38Q"}))


# -- products ----------------------------------------------------------------------------------------------------------


def _sent(form) -> dict[str, str]:
    """What a browser would send of a product's form as it stands."""
    data = {"coverage-rows": str(form.covers.many), "clause-rows": str(form.clauses.many)}
    for part in (form, *form.covers.forms, *form.clauses.forms):
        for box in part:
            value = box.value()
            if value is None and getattr(box.field, "choices", None):
                value = next(iter(box.field.choices))[0]  # a select sends its first choice
            if value not in (None, False, ""):
                data[box.html_name] = "on" if value is True else str(value)
    return data


def test_publish_a_new_version(shelf: Shelf, signed_in: SignedIn) -> None:
    client = signed_in("administrator")
    form = client.get("/desk/products/PDAA/publish/").context["form"]
    given = _sent(form)
    same = client.post("/desk/products/PDAA/publish/", given)
    assert same.status_code == 422
    assert "Nothing has changed" in _text(same)
    extra = form.covers.many - 1
    more = {
        f"coverage-{extra}-code": "glass_only",
        f"coverage-{extra}-kind": "vehicle_damage",
        f"coverage-{extra}-name_zh": "玻璃",
    }
    lacking = client.post("/desk/products/PDAA/publish/", given | more)
    assert lacking.status_code == 422
    assert "A coverage needs a code and a name" in _text(lacking)
    assert "玻璃" in _text(lacking)
    done = client.post(
        "/desk/products/PDAA/publish/",
        given | more | {f"coverage-{extra}-name_en": "Glass", f"coverage-{extra}-limit_fen": "5,000"},
    )
    assert done.headers["Location"] == "/desk/products/PDAA/"
    now_sold = Product.objects.get(code="PDAA", is_current=True)
    assert now_sold.version == 2
    assert now_sold.coverages.get(code="glass_only").default_limit_fen == 500_000
    assert now_sold.clauses.count() == shelf.motor.product.clauses.count()
    assert shelf.motor.product.version == 1
    assert "earlier version" in _text(client.get("/desk/products/PDAA/", {"version": 1}))


def test_more_rows_without_a_script(shelf: Shelf, signed_in: SignedIn) -> None:
    client = signed_in("administrator")
    form = client.get("/desk/products/PDAA/publish/").context["form"]
    answer = client.post("/desk/products/PDAA/publish/", _sent(form) | {"more": "clause", "name_zh": "新名"})
    assert answer.status_code == 200
    assert "新名" in _text(answer)
    assert answer.context["form"].clauses.many == form.clauses.many + 3
    assert Product.objects.filter(code="PDAA").count() == 1


def test_add_a_product_and_stop_selling_it(shelf: Shelf, signed_in: SignedIn) -> None:
    client = signed_in("administrator")
    given = {
        "code": "NEWP", "line": "accident", "name_zh": "出行意外险", "name_en": "Travel accident", "sold_from": "2025-01-01",
        "coverage-rows": "1", "clause-rows": "0", "coverage-0-code": "death", "coverage-0-kind": "death",
        "coverage-0-name_zh": "身故", "coverage-0-name_en": "Death", "coverage-0-limit_fen": "100000",
    }  # fmt: skip
    assert client.post("/desk/products/add/", given | {"code": "PDAA"}).status_code == 422
    assert client.post("/desk/products/add/", given).headers["Location"] == "/desk/products/NEWP/"
    assert client.post("/desk/products/NEWP/stop/", {"sold_until": "2024-01-01"}).status_code == 422
    client.post("/desk/products/NEWP/stop/", {"sold_until": "2025-12-31"})
    assert str(Product.objects.get(code="NEWP").sold_until) == "2025-12-31"
