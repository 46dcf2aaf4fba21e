from datetime import date, timedelta

import pytest

from anxin.access.errors import Invalid, Missing, NotAllowed
from anxin.access.models import Unmasking
from anxin.access.permissions import Role
from anxin.registers.customers import actions, queries
from anxin.registers.customers.models import Customer
from anxin.registers.tests.world import LI_ID, NOW


def names(rows) -> set[str]:
    return {row.name for row in rows}


def test_staff_see_their_branch_and_customers_themselves(world) -> None:
    see = Customer.objects.visible_to
    assert names(see(world.staff(Role.CALL_TAKER, world.suzhou))) == {"李明"}
    assert names(see(world.staff(Role.AUDITOR))) == {"李明", "张建国"}
    assert names(see(world.sign_in(world.zhang))) == {"张建国"}


@pytest.mark.parametrize(
    "text",
    [
        "6207",
        "13812346207",
        "+86 138 1234 6207",
        "138-1234-6207",
        LI_ID,
        "3205 0119 8503 1200 18",
        "李明",
        "李",
        "ming",
    ],
)
def test_search_finds_by(world, text) -> None:
    assert names(Customer.objects.search(text)) == {"李明"}


@pytest.mark.parametrize("text", ["", "  ", "x", "9999", "320501198503120016", "%", "_", "nobody@example.com"])
def test_search_finds_nobody_by(world, text) -> None:
    assert names(Customer.objects.search(text)) == set()


def test_a_row_is_found_once_however_many_contacts_match(world) -> None:
    actions.put_contact(
        public_id=world.li.public_id, kind="mobile", value="13900006207", actor=world.supervisor, now=NOW
    )
    assert Customer.objects.search("6207").count() == 1


def test_reveal_is_on_record_before_the_value_leaves(world) -> None:
    actor = world.staff(Role.SURVEYOR, world.suzhou)
    value = actions.reveal(customer=world.li, field="mobile", reason="约查勘时间", actor=actor, now=NOW)
    assert value == "13812346207"
    row = Unmasking.objects.get()
    assert (row.subject_kind, row.subject_id, row.field, row.reason) == (
        "customer", world.li.public_id, "mobile", "约查勘时间",
    )  # fmt: skip
    assert row.actor_id == actor.user_id


def test_reveal_needs_a_reason_a_permission_and_sight(world) -> None:
    surveyor = world.staff(Role.SURVEYOR, world.suzhou)
    with pytest.raises(Invalid) as refused:
        actions.reveal(customer=world.li, field="id_number", reason=" ", actor=surveyor, now=NOW)
    assert "reason" in refused.value.fields
    with pytest.raises(NotAllowed):
        actions.reveal(customer=world.li, field="id_number", reason="审计", actor=world.staff(Role.AUDITOR), now=NOW)
    with pytest.raises(Missing):
        actions.reveal(customer=world.zhang, field="id_number", reason="查勘", actor=surveyor, now=NOW)
    with pytest.raises(Missing):
        actions.reveal(customer=world.zhang, field="name", reason="", actor=world.sign_in(world.li), now=NOW)
    assert not Unmasking.objects.exists()


def test_customers_read_their_own_without_a_record(world) -> None:
    own = world.sign_in(world.li)
    assert actions.reveal(customer=world.li, field="id_number", reason="", actor=own, now=NOW) == LI_ID
    assert not Unmasking.objects.exists()


def test_adding_takes_birth_and_sex_from_the_card(world) -> None:
    Customer.objects.filter(pk=world.li.pk).update(id_number="", id_kind="")
    added = actions.add_customer(
        name="李明", branch=world.suzhou, id_kind="resident_id", id_number=LI_ID, mobile="13700001111",
        actor=world.supervisor, now=NOW,
    )  # fmt: skip
    assert (added.born_on, added.sex) == (date(1985, 3, 12), "male")
    assert queries.primary_contact(added, "mobile").normalised == "+8613700001111"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": " "}, "name"), ({"id_number": LI_ID[:-1] + "6"}, "id_number"), ({"id_number": LI_ID}, "id_number"),
     ({"id_kind": "nothing", "id_number": "1"}, "id_kind"), ({"sex": "x"}, "sex"), ({"mobile": "12"}, "value")],
)  # fmt: skip
def test_adding_says_which_field_is_wrong(world, change, field) -> None:
    given = {"name": "王芳", "id_kind": "resident_id", **change}
    with pytest.raises(Invalid) as refused:
        actions.add_customer(branch=world.suzhou, actor=world.supervisor, now=NOW, **given)
    assert field in refused.value.fields
    assert names(Customer.objects.all()) == {"李明", "张建国"}


def test_who_may_not_write(world) -> None:
    for role in (Role.SURVEYOR, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            actions.change_customer(public_id=world.li.public_id, name="李", actor=world.staff(role), now=NOW)
    with pytest.raises(NotAllowed):  # a customer's name is proved with papers
        actions.change_customer(public_id=world.li.public_id, name="李", actor=world.sign_in(world.li), now=NOW)
    with pytest.raises(Missing):
        actions.put_contact(
            public_id=world.zhang.public_id, kind="email", value="a@b.cn", actor=world.supervisor, now=NOW
        )


def test_one_first_contact_of_a_kind(world) -> None:
    own = world.sign_in(world.li)
    new = actions.put_contact(
        public_id=world.li.public_id, kind="mobile", value="13700001111", primary=True, actor=own, now=NOW
    )
    again = actions.put_contact(public_id=world.li.public_id, kind="mobile", value="137 0000 1111", actor=own, now=NOW)
    assert again.pk == new.pk
    assert [point.normalised for point in world.li.contacts.filter(is_primary=True)] == ["+8613700001111"]
    assert world.li.contacts.count() == 2
    actions.remove_contact(public_id=world.li.public_id, contact_id=new.pk, actor=own, now=NOW)
    assert queries.primary_contact(world.li, "mobile").normalised == "+8613812346207"


def test_consent_is_given_renewed_and_withdrawn(world) -> None:
    own = world.sign_in(world.li)
    give = {"public_id": world.li.public_id, "purpose": "sharing", "actor": own}
    first = actions.give_consent(**give, wording_version="2024-1", now=NOW)
    assert actions.give_consent(**give, wording_version="2024-1", now=NOW + timedelta(days=1)).pk == first.pk
    actions.give_consent(**give, wording_version="2025-1", now=NOW + timedelta(days=2))
    assert queries.has_consented(world.li, "sharing")
    actions.withdraw_consent(**give, now=NOW + timedelta(days=3))
    assert not queries.has_consented(world.li, "sharing")
    assert world.li.consents.count() == 2


def test_a_new_payment_account_retires_the_old(world) -> None:
    own = world.sign_in(world.li)
    put = {"public_id": world.li.public_id, "holder": "李明", "bank": "中国银行苏州分行", "actor": own}
    actions.set_payment_account(**put, number="6222 0211 0200 1234 567", now=NOW)
    actions.set_payment_account(**put, number="6222021102007654321", now=NOW)
    assert queries.payment_account(world.li).masked_number == "**** 4321"
    assert world.li.payment_accounts.count() == 2
    with pytest.raises(Invalid) as refused:
        actions.set_payment_account(**{**put, "bank": ""}, number="12", now=NOW)
    assert set(refused.value.fields) == {"bank", "number"}


def test_details_take_the_same_queries_for_any_number(world, django_assert_num_queries) -> None:
    with django_assert_num_queries(4):
        for customer in queries.with_details(Customer.objects.all()):
            assert customer.branch.code
            assert queries.payment_account(customer) is None
            assert queries.primary_contact(customer, "mobile")
            assert not queries.has_consented(customer, "sharing")


def test_the_sign_in_and_the_customer_find_each_other(world) -> None:
    world.sign_in(world.li)
    user = queries.user_of(world.li)
    assert queries.customer_of(user) == world.li
    assert queries.user_of(world.zhang) is None


def test_pages_show_masked_values(world) -> None:
    assert str(world.li) == "李*"
    assert world.li.masked_id_number == "3205 **** **** 18"
    assert [str(point) for point in world.li.contacts.all()] == ["138 **** 6207"]
