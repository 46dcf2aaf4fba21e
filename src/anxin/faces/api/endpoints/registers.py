"""Customers, products and policies: list, search, look at. (`imports` brings them in.)"""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Path, Query

from anxin.access.errors import Missing
from anxin.faces.api import cursors
from anxin.faces.api.operations import Room
from anxin.faces.api.requests import ApiRequest
from anxin.faces.api.shapes.base import Cursor, Limit, RecordId, Search
from anxin.faces.api.shapes.registers import (
    CustomerDetail,
    CustomerItem,
    CustomerPage,
    PolicyDetail,
    PolicyItem,
    PolicyPage,
    ProductDetail,
    ProductItem,
    ProductPage,
)
from anxin.registers.customers.models import Customer
from anxin.registers.customers.permissions import SEE_CUSTOMERS
from anxin.registers.customers.queries import with_details
from anxin.registers.policies.models import Policy
from anxin.registers.policies.permissions import SEE_POLICIES
from anxin.registers.policies.queries import search_condition_for_policies, with_terms
from anxin.registers.products.models import Line, Product
from anxin.registers.products.permissions import SEE_PRODUCTS
from anxin.registers.products.queries import with_terms as with_clauses

customers, products, policies = Room(), Room(), Room()


@customers.read("/customers", CustomerPage, SEE_CUSTOMERS, summary="List or search customers")
def list_customers(request: ApiRequest, search: Search = "", cursor: Cursor = "", limit: Limit = 50) -> CustomerPage:
    """`search` takes a name, a phone number or its last four digits, an e-mail address, or a whole id number."""
    rows = Customer.objects.visible_to(request.actor).select_related("branch")
    if search.strip():
        rows = rows.search(search)
    found, following = cursors.newest_first(request, rows, cursor, limit)
    return CustomerPage(items=[CustomerItem.of(row, request.actor) for row in found], next=following)


@customers.read("/customers/{customer}", CustomerDetail, SEE_CUSTOMERS, summary="A customer")
def get_customer(request: ApiRequest, customer: RecordId) -> CustomerDetail:
    row = with_details(Customer.objects.visible_to(request.actor)).filter(public_id=customer).first()
    if row is None:
        raise Missing(_("There is no such customer."))
    return CustomerDetail.of(row, request.actor)


@products.read("/products", ProductPage, SEE_PRODUCTS, summary="List products")
def list_products(
    request: ApiRequest, line: Annotated[Line | None, Query(description="Only this line of business.")] = None,
    cursor: Cursor = "", limit: Limit = 50,
) -> ProductPage:  # fmt: skip
    """The newest version of each product."""
    rows = Product.objects.visible_to(request.actor).current()
    if line:
        rows = rows.filter(line=line)
    found, following = cursors.newest_first(request, rows, cursor, limit)
    return ProductPage(items=[ProductItem.of(row) for row in found], next=following)


ProductCode = Annotated[str, Path(max_length=24, pattern=r"^[^\x00/]+$", description="The product's code.")]
Version = Annotated[int | None, Query(ge=1, le=10_000, description="A version; the newest when left out.")]


@products.read("/products/{code}", ProductDetail, SEE_PRODUCTS, summary="A product with its terms")
def get_product(request: ApiRequest, code: ProductCode, version: Version = None) -> ProductDetail:
    rows = with_clauses(Product.objects.visible_to(request.actor).filter(code=code))
    row = (rows.current() if version is None else rows.filter(version=version)).first()
    if row is None:
        raise Missing(_("There is no such product."))
    return ProductDetail.of(row)


@policies.read("/policies", PolicyPage, SEE_POLICIES, summary="List or search policies")
def list_policies(
    request: ApiRequest, search: Search = "",
    customer: Annotated[str, Query(pattern=r"^([0-9a-f]{24})?$", description="Only those this customer holds.")] = "",
    line: Annotated[Line | None, Query(description="Only this line of business.")] = None,
    cursor: Cursor = "", limit: Limit = 50,
) -> PolicyPage:  # fmt: skip
    """`search` takes a policy number (or its last six digits), a number plate or a VIN."""
    rows = Policy.objects.visible_to(request.actor).select_related("product", "branch", "policyholder")
    if search.strip():
        condition = search_condition_for_policies(search)
        rows = rows.none() if condition is None else rows.filter(condition)
    if customer:
        rows = rows.filter(policyholder__public_id=customer)
    if line:
        rows = rows.filter(product__line=line)
    found, following = cursors.newest_first(request, rows.prefetch_related("suspensions"), cursor, limit)
    return PolicyPage(items=[PolicyItem.of(row, request.actor, request.now) for row in found], next=following)


@policies.read("/policies/{policy}", PolicyDetail, SEE_POLICIES, summary="A policy")
def get_policy(request: ApiRequest, policy: RecordId) -> PolicyDetail:
    row = with_terms(Policy.objects.visible_to(request.actor)).filter(public_id=policy).first()
    if row is None:
        raise Missing(_("There is no such policy."))
    return PolicyDetail.of(row, request.actor, request.now)
