from dataclasses import replace
from datetime import date

import pytest

from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.access.permissions import Role
from anxin.registers.products import actions, queries
from anxin.registers.products.catalogue import CATALOGUE, install_catalogue
from anxin.registers.products.models import Product
from anxin.registers.tests.world import NOW


def terms(code):
    return next(item for item in CATALOGUE if item.code == code)


def test_the_catalogue_reads_back_as_written(world) -> None:
    for item in CATALOGUE:
        assert queries.terms_of(Product.objects.get(code=item.code)) == item


def test_installing_again_changes_nothing(world) -> None:
    before = list(Product.objects.values_list("pk", "version"))
    install_catalogue(actor=world.administrator, now=NOW)
    assert list(Product.objects.values_list("pk", "version")) == before


def test_only_an_administrator_writes(world) -> None:
    for role in (Role.SUPERVISOR, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            actions.save_product(terms=terms("PEHA"), actor=world.staff(role), now=NOW)


def test_all_staff_and_customers_read(world) -> None:
    for actor in (world.staff(Role.ASSESSOR, world.suzhou), world.staff(Role.AUDITOR), world.sign_in(world.li)):
        assert Product.objects.visible_to(actor).count() == len(CATALOGUE)


def test_a_version_that_was_sold_stays(world) -> None:
    new = replace(terms("PDAA"), name_zh="安行机动车商业保险（2025）")
    with pytest.raises(IllegalMove):
        actions.save_product(terms=new, actor=world.administrator, now=NOW)
    published = actions.publish_new_version(terms=new, actor=world.administrator, now=NOW)
    assert (published.version, published.is_current) == (2, True)
    world.motor.refresh_from_db()
    assert world.motor.product.version == 1
    assert queries.terms_of(world.motor.product) == terms("PDAA")


def test_a_version_that_was_not_sold_may_be_amended(world) -> None:
    new = replace(terms("ACIA"), clauses=terms("ACIA").clauses[:-1])
    saved = actions.save_product(terms=new, actor=world.administrator, now=NOW)
    assert saved.version == 1
    assert queries.terms_of(saved) == new


def test_refusals_name_the_field(world) -> None:
    with pytest.raises(Invalid) as refused:
        actions.save_product(
            terms=replace(terms("ACIA"), line="boats", sold_until=date(1999, 1, 1), coverages=()),
            actor=world.administrator, now=NOW,
        )  # fmt: skip
    assert {"line", "sold_until", "coverages", "clauses"} == set(refused.value.fields)
    with pytest.raises(Invalid):
        actions.publish_new_version(terms=terms("ACIA"), actor=world.administrator, now=NOW)
    with pytest.raises(Missing):
        actions.publish_new_version(terms=replace(terms("ACIA"), code="NONE"), actor=world.administrator, now=NOW)


def test_sale_ends_on_a_day(world) -> None:
    actions.stop_selling(code="ACIA", last_day=date(2025, 3, 31), actor=world.administrator, now=NOW)
    assert Product.objects.on_sale(date(2025, 3, 31)).filter(code="ACIA").exists()
    assert not Product.objects.on_sale(date(2025, 4, 1)).filter(code="ACIA").exists()
