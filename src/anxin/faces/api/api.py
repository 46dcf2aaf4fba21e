"""The API: its rooms, and its OpenAPI document at `/api/v1/openapi.json`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from anxin.faces.api import problems
from anxin.faces.api.endpoints import claims, events, health, imports, registers, webhooks

DESCRIPTION = """
One insurer's cases, claims, policies and customers, for programs.

**Tokens.** An administrator issues a token for a person, with scopes: names of permissions. A request may do what both
the person and the scopes allow. Send it as `Authorization: Bearer anx_…`. What belongs to someone else does not exist (404).

**Money** is in fen, as whole numbers (`*_fen`). **Moments** (`*_at`) are ISO 8601 with a zone and come back in UTC; **days** (`*_on`)
are the insurer's. **Ids** are 24 hexadecimal letters.

**Once.** Every write takes `Idempotency-Key`; payments require it. The same request with the same key within 24 hours gets the
first answer and is not done twice. A refused request had no effect and is judged again.

**Not over each other.** A claim has a `sequence` that grows with every entry. Send the one you decided on as `expected` or
`If-Match`, and a write that someone else was faster than answers 409 and changes nothing. Every write answers the new one.

**Not too many.** A token may send so many requests a minute (the insurer sets how many); beyond that the answer is 429 with
`Retry-After` in seconds, and nothing was done.

**Lists** come in pages: send `next` as `cursor` to go on.

**Failures** are `application/problem+json` (RFC 9457): `code` for programs, `detail` for people (Chinese or English by
`Accept-Language`), `fields` for what is wrong where.
"""


_RETRY_AFTER = {"description": "Seconds until there is room again.", "schema": {"type": "integer", "minimum": 1}}


class Api(NinjaAPI):
    """django-ninja with failures as problems, in answers and in the document."""

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        return problems.of(request, exc)

    def get_openapi_schema(self, *args: Any, **options: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(*args, **options)
        for addresses in document["paths"].values():
            for operation in addresses.values():
                for status, answer in operation["responses"].items():
                    shape = answer.get("content", {}).get("application/json", {}).get("schema", {})
                    if shape.get("$ref", "").endswith("Problem"):
                        answer["content"] = {problems.MEDIA_TYPE: answer["content"].pop("application/json")}
                        answer["description"] = problems.titles().get(int(status), answer["description"])
                    if int(status) == 429:
                        answer["headers"] = {"Retry-After": _RETRY_AFTER}
        return document


api = Api(
    title="Anxin (安心)",
    version="1",
    description=DESCRIPTION,
    docs_url=None,  # Swagger's page loads scripts from elsewhere; any OpenAPI reader shows the document
    openapi_url="/openapi.json",
    urls_namespace="api",
)
for title, room in {
    "Claims": claims.room,
    "Customers": registers.customers,
    "Products": registers.products,
    "Policies": registers.policies,
    "Imports": imports.room,
    "Events": events.feed,
    "Queue": events.queue,
    "Webhooks": webhooks.room,
    "Health": health.room,
}.items():
    api.add_router("", room, tags=[title])
