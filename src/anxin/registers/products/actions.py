"""The only writers of products. A version that a policy was sold under is never changed: a new one is published."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.registers.products.models import Clause, Coverage, Product
from anxin.registers.products.permissions import MANAGE_PRODUCTS
from anxin.registers.products.queries import terms_of
from anxin.registers.products.terms import ProductTerms


@transaction.atomic
def save_product(*, terms: ProductTerms, actor: Actor, now: datetime) -> Product:
    """Add a product, or amend the current version of one that no policy was sold under yet.

    Raises `Invalid` with the fields, `IllegalMove` once there is a policy (then `publish_new_version` is the way).
    The same terms again change nothing.
    """
    actor.must(MANAGE_PRODUCTS)
    _check(terms)
    product = _locked(terms.code)
    if product is None:
        return _write(Product(code=terms.code, version=1, published_at=now), terms)
    if terms_of(product) == terms:
        return product
    if product.policies.exists():
        raise IllegalMove(
            _("Policies were sold under version %(version)s, so it stays as it is: publish a new version.")
            % {"version": product.version}
        )
    # Constraint order: what refers to a coverage goes first.
    product.clauses.all().delete()
    product.coverages.all().delete()
    return _write(product, terms)


@transaction.atomic
def publish_new_version(*, terms: ProductTerms, actor: Actor, now: datetime) -> Product:
    """The next version of a product, sold from now on. Policies keep the version they were sold under."""
    actor.must(MANAGE_PRODUCTS)
    _check(terms)
    before = _locked(terms.code)
    if before is None:
        raise Missing(_("There is no such product."))
    if terms_of(before) == terms:
        raise Invalid(_("Nothing has changed since version %(version)s.") % {"version": before.version})
    before.is_current = False
    before.save(update_fields=["is_current"])
    return _write(Product(code=terms.code, version=before.version + 1, published_at=now), terms)


@transaction.atomic
def stop_selling(*, code: str, last_day: date | None, actor: Actor, now: datetime) -> Product:
    """Set the last day of sale of the current version (None: no end). What was sold stays covered."""
    actor.must(MANAGE_PRODUCTS)
    product = _locked(code)
    if product is None:
        raise Missing(_("There is no such product."))
    if last_day is not None and last_day < product.sold_from:
        wrong = _("The last day of sale is before the first.")
        raise Invalid(wrong, fields={"sold_until": wrong})
    product.sold_until = last_day
    product.save(update_fields=["sold_until"])
    return product


def _locked(code: str) -> Product | None:
    return Product.objects.select_for_update().filter(code=code, is_current=True).first()


def _check(terms: ProductTerms) -> None:
    wrong = terms.problems()
    if wrong:
        raise Invalid(_("The product is not complete: %(what)s") % {"what": " ".join(wrong.values())}, fields=wrong)


def _write(product: Product, terms: ProductTerms) -> Product:
    for name in (
        "line", "name_zh", "name_en", "sold_from", "sold_until", "is_individual", "terms_zh", "terms_en",
    ):  # fmt: skip
        setattr(product, name, getattr(terms, name))
    product.save()
    coverages = {
        item.code: Coverage(
            product=product, code=item.code, kind=item.kind, name_zh=item.name_zh, name_en=item.name_en,
            default_limit_fen=item.limit_fen, deductible_fen=item.deductible_fen,
            deductible_permille=item.deductible_permille, is_optional=item.is_optional, position=place,
        )
        for place, item in enumerate(terms.coverages, 1)
    }  # fmt: skip
    Coverage.objects.bulk_create(coverages.values())
    Clause.objects.bulk_create(
        Clause(
            product=product, coverage=coverages.get(item.coverage), kind=item.kind, code=item.code, number=item.number,
            title_zh=item.title_zh, title_en=item.title_en, text_zh=item.text_zh, text_en=item.text_en, position=place,
        )
        for place, item in enumerate(terms.clauses, 1)
    )  # fmt: skip
    return product
