"""Reads of the product register. Lists begin with `Product.objects.visible_to(actor)`."""

from __future__ import annotations

from anxin.registers.products.models import Clause, Product, ProductQuerySet
from anxin.registers.products.terms import ClauseTerms, CoverageTerms, ProductTerms


def with_terms(products: ProductQuerySet) -> ProductQuerySet:
    """Coverages and clauses in two more queries, however many products there are."""
    return products.prefetch_related("coverages", "clauses__coverage")


def terms_of(product: Product) -> ProductTerms:
    """The product as plain values, to compare and to start a new version from."""
    return ProductTerms(
        code=product.code, line=product.line, name_zh=product.name_zh, name_en=product.name_en,
        sold_from=product.sold_from, sold_until=product.sold_until, is_individual=product.is_individual,
        terms_zh=product.terms_zh, terms_en=product.terms_en,
        coverages=tuple(
            CoverageTerms(
                code=item.code, kind=item.kind, name_zh=item.name_zh, name_en=item.name_en,
                limit_fen=item.default_limit_fen, deductible_fen=item.deductible_fen,
                deductible_permille=item.deductible_permille, is_optional=item.is_optional,
            )
            for item in product.coverages.all()
        ),
        clauses=tuple(
            ClauseTerms(
                kind=item.kind, number=item.number, title_zh=item.title_zh, title_en=item.title_en,
                text_zh=item.text_zh, text_en=item.text_en, code=item.code,
                coverage=item.coverage.code if item.coverage else "",
            )
            for item in product.clauses.select_related("coverage")
        ),
    )  # fmt: skip


def exclusions(product: Product) -> list[Clause]:
    """What the product does not pay for, in the order of its terms."""
    return list(product.clauses.filter(kind=Clause.Kind.EXCLUSION).select_related("coverage"))


def clause(product: Product, code: str) -> Clause | None:
    """The clause a rule or a form names by code: drunk_driving, wear, …"""
    return product.clauses.filter(code=code).first()
