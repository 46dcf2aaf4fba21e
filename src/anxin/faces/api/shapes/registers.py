"""Customers, products and policies as the API tells them: names and numbers masked, as on every page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from pydantic import Field

from anxin.access.actors import Actor
from anxin.access.models import spoken
from anxin.faces.api.shapes.base import Answer, Page
from anxin.registers.customers.masking import mask_address
from anxin.registers.customers.models import Customer
from anxin.registers.policies.models import Policy
from anxin.registers.policies.queries import coverage_terms, standing_on
from anxin.registers.products.models import Coverage, Product


class Reference(Answer):
    """A record spoken of in another."""

    id: str
    name: str


class Contact(Answer):
    kind: str
    value: str = Field(description="Masked: the last digits of a number, the first letter of an address.")
    is_primary: bool


class CustomerItem(Answer):
    id: str
    kind: str
    name: str = Field(description="Masked, except to the customer.")
    id_kind: str
    id_number: str = Field(description="Masked.")
    branch: str = Field(description="The code of the branch that manages them.")
    preferred_contact: str
    source: str
    external_id: str
    created_at: datetime

    @classmethod
    def of(cls, row: Customer, actor: Actor) -> CustomerItem:
        return cls(**customer_fields(row, actor))


def customer_fields(row: Customer, actor: Actor) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "kind": row.kind,
        "name": row.spoken_name if actor.is_customer else row.masked_name,
        "id_kind": row.id_kind,
        "id_number": row.masked_id_number,
        "branch": row.branch.code,
        "preferred_contact": row.preferred_contact,
        "source": row.source,
        "external_id": row.external_id,
        "created_at": row.created_at,
    }


class CustomerDetail(CustomerItem):
    contacts: list[Contact]
    consents: list[str] = Field(description="Purposes the customer agrees to today.")
    policies: int = Field(description="How many policies they hold.")

    @classmethod
    def of(cls, row: Customer, actor: Actor) -> CustomerDetail:
        return cls(
            **customer_fields(row, actor),
            contacts=[
                Contact(
                    kind=point.kind,
                    value=point.value if actor.is_customer else point.masked,
                    is_primary=point.is_primary,
                )
                for point in row.contacts.all()
            ],
            consents=sorted({item.purpose for item in row.consents.all() if item.withdrawn_at is None}),
            policies=row.policies.count(),
        )


class CustomerPage(Page):
    items: list[CustomerItem]


class CoverageItem(Answer):
    code: str
    kind: str
    name: str
    limit_fen: int | None = Field(description="Null: no limit but the loss, or set by each policy.")
    deductible_fen: int
    deductible_permille: int = Field(description="Thousandths of the loss; the larger deductible applies.")

    @classmethod
    def of_product(cls, row: Coverage) -> CoverageItem:
        return cls(
            code=row.code, kind=row.kind, name=row.name, limit_fen=row.default_limit_fen,
            deductible_fen=row.deductible_fen, deductible_permille=row.deductible_permille,
        )  # fmt: skip


class ClauseItem(Answer):
    number: str
    kind: str
    code: str
    coverage: str = Field(description="The coverage's code; empty when it holds for all.")
    title: str
    text: str


class ProductItem(Answer):
    code: str
    version: int
    line: str
    name: str
    is_individual: bool
    sold_from: date
    sold_until: date | None

    @classmethod
    def of(cls, row: Product) -> ProductItem:
        return cls(**_product_fields(row))


def _product_fields(row: Product) -> dict[str, Any]:
    return {
        "code": row.code, "version": row.version, "line": row.line, "name": row.name, "is_individual": row.is_individual,
        "sold_from": row.sold_from, "sold_until": row.sold_until,
    }  # fmt: skip


class ProductDetail(ProductItem):
    terms: str
    coverages: list[CoverageItem]
    clauses: list[ClauseItem]

    @classmethod
    def of(cls, row: Product) -> ProductDetail:
        return cls(
            **_product_fields(row),
            terms=row.terms,
            coverages=[CoverageItem.of_product(item) for item in row.coverages.all()],
            clauses=[
                ClauseItem(
                    number=item.spoken_number, kind=item.kind, code=item.code,
                    coverage=item.coverage.code if item.coverage else "", title=item.title, text=item.text,
                )
                for item in row.clauses.all()
            ],
        )  # fmt: skip


class ProductPage(Page):
    items: list[ProductItem]


class PolicyItem(Answer):
    id: str
    number: str
    product: str
    product_version: int
    line: str
    branch: str
    policyholder: Reference = Field(description="The name is masked, except to the customer.")
    starts_on: date
    ends_on: date | None = Field(description="The last day covered; null for life.")
    standing: str = Field(description="Today: not_begun, in_force, suspended, expired, or how it ended.")
    premium_fen: int
    sum_insured_fen: int
    source: str
    external_id: str

    @classmethod
    def of(cls, row: Policy, actor: Actor, now: datetime) -> PolicyItem:
        return cls(**_policy_fields(row, actor, now))


def _policy_fields(row: Policy, actor: Actor, now: datetime) -> dict[str, Any]:
    holder = row.policyholder
    return {
        "id": row.public_id,
        "number": row.number,
        "product": row.product.code,
        "product_version": row.product.version,
        "line": row.product.line,
        "branch": row.branch.code,
        "policyholder": Reference(
            id=holder.public_id,
            name=holder.spoken_name if holder.public_id == actor.customer_public_id else holder.masked_name,
        ),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "standing": standing_on(row, timezone.localdate(now)),
        "premium_fen": row.premium_fen,
        "sum_insured_fen": row.sum_insured_fen,
        "source": row.source,
        "external_id": row.external_id,
    }


class VehicleItem(Answer):
    plate: str = Field(description="Masked, except to the customer.")
    vin: str = Field(description="Masked.")
    make_and_model: str
    use: str


class HomeItem(Answer):
    address: str = Field(description="Town and district; whole to the customer.")
    structure: str
    value_fen: int


class EndorsementItem(Answer):
    number: str
    kind: str
    effective_on: date
    made_at: datetime


class PolicyDetail(PolicyItem):
    coverages: list[CoverageItem] = Field(description="As they stand today.")
    vehicles: list[VehicleItem]
    homes: list[HomeItem]
    endorsements: list[EndorsementItem]

    @classmethod
    def of(cls, row: Policy, actor: Actor, now: datetime) -> PolicyDetail:
        own = actor.is_customer
        return cls(
            **_policy_fields(row, actor, now),
            coverages=[
                CoverageItem(
                    code=item.code, kind=item.kind, name=spoken(item.name_zh, item.name_en), limit_fen=item.limit_fen,
                    deductible_fen=item.deductible_fen, deductible_permille=item.deductible_permille,
                )
                for item in coverage_terms(row, timezone.localdate(now))
            ],
            vehicles=[
                VehicleItem(
                    plate=item.plate if own else item.masked_plate, vin=item.masked_vin,
                    make_and_model=item.make_and_model, use=item.use,
                )
                for item in row.vehicles.all()
            ],
            homes=[
                HomeItem(
                    address=item.address if own else mask_address(item.address), structure=item.structure,
                    value_fen=item.value_fen,
                )
                for item in row.homes.all()
            ],
            endorsements=[
                EndorsementItem(
                    number=item.number, kind=item.kind, effective_on=item.effective_on, made_at=item.made_at
                )
                for item in row.endorsements.all()
            ],
        )  # fmt: skip


class PolicyPage(Page):
    items: list[PolicyItem]
