"""The API keeps what its OpenAPI document says: schemathesis sends what the document allows, and what it does not.

Every operation is called with a handful of made-up requests as someone who may do everything. None may answer 500, and every
answer must have a status, a content type and a shape that the document declares.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any
from unittest import SkipTest

import pytest
import schemathesis
import schemathesis.core.failures
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

if TYPE_CHECKING:
    from anxin.access.models import Branch

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip

# Made-up requests for each operation and mode.
EXAMPLES = 4


@pytest.fixture
def document(branch: Branch) -> Iterator[Any]:
    """The document, served by the application itself."""
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    from anxin.site.wsgi import application

    # As Django's own test client does: the end of a request must not close the test's transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def headers(branch: Branch, departments: dict[str, Any], now: Any) -> dict[str, str]:
    """Someone who holds every role; records that made-up requests can hit lie beside."""
    from anxin.access.actions import issue_token
    from anxin.access.actors import system
    from anxin.access.models import RoleGrant, User
    from anxin.access.permissions import Role, all_permissions
    from anxin.registers.customers.models import Customer
    from anxin.registers.products.catalogue import install_catalogue

    user = User.objects.create_user(
        "everything", None, display_name="everything", branch=branch, department=departments["adjudication"],
        authority_level=5,
    )  # fmt: skip
    for role in set(Role) - {Role.CUSTOMER}:
        RoleGrant.objects.create(user=user, role=role)
    scopes = [item.name for item in all_permissions()]
    _token, secret = issue_token(user=user, name="test", scopes=scopes, expires_at=None, actor=system(), now=now)
    Customer.objects.create(name="李明", branch=branch, born_on=date(1990, 1, 1), created_at=now)
    install_catalogue(actor=system(), now=now)
    return {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}


@pytest.fixture
def claim(branch: Branch, actors: dict[str, Any], headers: dict[str, str], now: Any) -> str:
    """A claim under way, so that requests get past the question whether there is one."""
    from anxin.journeys.claims.actions.notification import notify_claim
    from anxin.registers.customers.models import Customer
    from anxin.registers.policies.models import Policy, PolicyCoverage
    from anxin.registers.products.models import Product

    customer = Customer.objects.get()
    product = Product.objects.get(line="home")
    policy = Policy.objects.create(
        number="PH 2024-1", number_key="PH20241", product=product, branch=branch, policyholder=customer,
        starts_on=date(2024, 10, 18), ends_on=date(2025, 10, 17), premium_fen=30_000, issued_at=now,
    )  # fmt: skip
    PolicyCoverage.objects.bulk_create(
        PolicyCoverage(policy=policy, coverage=item, limit_fen=50_000_000) for item in product.coverages.all()
    )
    claim = notify_claim(
        customer=customer, policies=[policy], type="home", cause="fire", loss_at=now, loss_place="", account="",
        has_injury=False, has_third_party=False, actor=actors["call_taker"], now=now,
    )  # fmt: skip
    return str(claim.public_id)


@pytest.mark.django_db
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: str(mode.value))
def test_the_api_keeps_what_its_document_says(
    mode: GenerationMode, document: Any, headers: dict[str, str], claim: str
) -> None:
    tried = 0
    wrong: dict[str, str] = {}
    for found in document.get_all_operations():
        operation = found.ok()
        tried += 1
        # A path's last id is made up; the claim before it is there.
        known = (
            {"path_parameters": {"claim": claim}}
            if operation.path.count("{") == 1 and "{claim}" in operation.path
            else {}
        )
        for case in _made_up(operation.as_strategy(mode, **known)):
            try:
                case.call_and_validate(headers=headers, checks=CHECKS)
            except schemathesis.core.failures.FailureGroup as failures:
                # One of each kind for an operation is enough to read.
                kinds = sorted({type(item).__name__ for item in failures.exceptions})
                wrong.setdefault(f"{operation.label} {kinds}", str(failures.exceptions[0]))
    assert tried > 60
    assert not wrong, "\n\n".join(f"{what}\n{why}" for what, why in wrong.items())


def _made_up(strategy: Any) -> list[Any]:
    """A few requests, the same ones every time; fewer where the document leaves no room for more."""
    cases: list[Any] = []

    @seed(20250314)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def collect(case: Any) -> None:
        cases.append(case)

    # Nothing can be got wrong in a request without parameters.
    with contextlib.suppress(Unsatisfiable, SkipTest):
        collect()
    return cases


def test_every_operation_is_described() -> None:
    from anxin.faces.api.api import api

    document = api.get_openapi_schema()
    assert document["openapi"].startswith("3.")
    assert "Bearer" in document["components"]["securitySchemes"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], f"{method} {path}"
            if path != "/api/v1/health":
                assert operation["security"] == [{"Bearer": []}], f"{method} {path}"
                assert {"401", "403"} <= {str(status) for status in operation["responses"]}, f"{method} {path}"
            for status, answer in operation["responses"].items():
                if int(status) in (401, 403, 404, 409):
                    assert "application/problem+json" in answer["content"], f"{method} {path} {status}"
