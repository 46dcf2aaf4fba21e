"""The sample insurer's products: one for every line of business, in words of our own.

Limits of compulsory motor insurance are those in force since 19 September 2020. Everything else is made up for the sample.
"""

from __future__ import annotations

from datetime import datetime

from anxin.access.actors import Actor
from anxin.registers.products.actions import save_product
from anxin.registers.products.catalogue import health, home, life, motor, property_lines
from anxin.registers.products.models import Product
from anxin.registers.products.terms import ProductTerms

CATALOGUE: tuple[ProductTerms, ...] = (
    *motor.PRODUCTS, *home.PRODUCTS, *property_lines.PRODUCTS, *life.PRODUCTS, *health.PRODUCTS,
)  # fmt: skip


def install_catalogue(*, actor: Actor, now: datetime) -> list[Product]:
    """Put every product of the catalogue into the register, in its order; again changes nothing."""
    return [save_product(terms=terms, actor=actor, now=now) for terms in CATALOGUE]
