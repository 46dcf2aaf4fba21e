"""How an operation of the API runs: who asks → may they → is it well-formed → (once) → do it → answer.

Every operation is declared by `Room.read` or `Room.write`, which say the permission it needs; `operations()` lists them
all with their permission, so that the permission matrix can try each one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.operation import Operation, PathView
from ninja.responses import Status
from pydantic import BaseModel

from anxin.access import clock
from anxin.access.permissions import Permission
from anxin.faces.api import once, pace, problems
from anxin.faces.api.problems import Problem
from anxin.faces.api.tokens import Bearer, activate_language

log = logging.getLogger(__name__)

READ_ERRORS = (401, 403, 404, 422, 429)
WRITE_ERRORS = (400, 401, 403, 404, 409, 413, 422, 429)
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})

_KEY_PARAMETER = {
    "name": once.HEADER,
    "in": "header",
    "required": False,
    "description": (
        "A text of your choice (a UUID is good), new for every thing you want done. The same request with the same key "
        "within 24 hours gets the first answer again and is not done twice; another request with it is refused (422)."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": once.LONGEST, "pattern": "^[!-~]+$"},
    "example": "9b2f6c1e-6f0a-4f57-8f0c-3f1f6f7f9a11",
}


class ApiOperation(Operation):
    """An operation that answers every failure as a problem and keeps the answer of a write with an idempotency key."""

    @property
    def permission(self) -> Permission | None:
        return getattr(self.view_func, "permission", None)

    @property
    def reads_first(self) -> bool:
        """On SQLite, try it with a lock from the first write on only; see `site.sqlite`."""
        return getattr(self.view_func, "reads_first", False)

    @property
    def needs_key(self) -> bool:
        return getattr(self.view_func, "needs_key", False)

    def run(self, request: HttpRequest, **kw: Any) -> HttpResponseBase:
        try:
            if self.auth_callbacks:
                for bearer in self.auth_callbacks:
                    request.auth = bearer(request)  # type: ignore[attr-defined]
                    pace.count(request.auth.pk)  # type: ignore[attr-defined]
                if self.permission is not None:
                    request.actor.must(self.permission)  # type: ignore[attr-defined]
            request.now = clock.now()  # type: ignore[attr-defined]
            key = once.key_of(request, needed=self.needs_key) if request.method in WRITES else None
            values = self._get_values(request, kw, HttpResponse())
            if self.reads_first and request.content_type == "application/json" and connection.vendor == "sqlite":
                try:
                    with connection.reading_first():  # type: ignore[attr-defined]
                        return self._carry_out(request, key, values)
                except Exception:
                    # It may be that what was read before the lock had changed under it: under the lock, the word counts.
                    log.debug("%s %s is tried again under the lock", request.method, request.path, exc_info=True)
            return self._carry_out(request, key, values)
        except Exception as error:
            return problems.of(request, error)

    def _carry_out(self, request: HttpRequest, key: str | None, values: dict[str, Any]) -> HttpResponseBase:
        if key is None:
            return self._answer(request, values)
        return once.answer(request, key, lambda: self._answer(request, values))

    def _answer(self, request: HttpRequest, values: dict[str, Any]) -> HttpResponseBase:
        result = self.view_func(request, **values)
        if isinstance(result, HttpResponseBase):
            return result
        status = next(iter(self.response_models))
        if isinstance(result, Status):
            status, result = result.status_code, result.value
        if result is None:
            return HttpResponse(status=status, content_type="application/json", headers={"Content-Length": "0"})
        # Views build the declared shape themselves, so it is not validated a second time.
        assert isinstance(result, BaseModel), f"{self.view_func.__name__} must answer with its shape"
        response = HttpResponse(result.model_dump_json(), status=status, content_type="application/json")
        response.headers["Content-Length"] = str(len(response.content))
        # What is answered is about people and money: it belongs in no cache.
        response.headers["Cache-Control"] = "no-store"
        for name, value in getattr(request, "answer_headers", {}).items():
            response.headers[name] = value
        return response


class Door(PathView):
    """All operations at one address."""

    def add_operation(self, path: str, methods: list[str], view_func: Callable[..., Any], **options: Any) -> Operation:
        operation = ApiOperation(path, methods, view_func, **options)
        self.operations.append(operation)
        return operation

    def clone(self) -> Door:
        door = Door()
        door.url_name = self.url_name
        door.operations = [operation.clone() for operation in self.operations]
        return door

    def _sync_view(self, request: HttpRequest, *args: Any, **kw: Any) -> HttpResponseBase:
        activate_language(request)
        return super()._sync_view(request, *args, **kw)

    def _not_allowed(self) -> HttpResponse:
        methods = ", ".join(sorted({method for operation in self.operations for method in operation.methods}))
        return problems.problem(
            405, "method", _("This address answers %(methods)s.") % {"methods": methods}, headers={"Allow": methods}
        )


View = Callable[..., Any]


class Room(Router):
    """A router whose operations say what they need. `read` and `write` are the only ways to add one."""

    def add_api_operation(self, path: str, methods: list[str], view_func: View, **options: Any) -> None:
        self.path_operations.setdefault(path, Door())
        super().add_api_operation(path, methods, view_func, **options)

    def read(
        self, path: str, answer: Any, permission: Permission | None, *, summary: str, open_to_all: bool = False,
        errors: tuple[int, ...] = READ_ERRORS, extra: Mapping[str, Any] | None = None,
        answers: Mapping[int, Any] | None = None,
    ) -> Callable[[View], View]:  # fmt: skip
        """GET. `open_to_all` asks for no token (health); `answers` adds shapes for other statuses than 200."""
        shapes = {200: answer, **(answers or {})}
        return self._add("GET", path, shapes, permission, summary, errors, open_to_all, dict(extra or {}))

    def write(
        self, path: str, answer: Any, permission: Permission | None, *, summary: str, method: str = "POST",
        status: int = 200, needs_key: bool = False, errors: tuple[int, ...] = WRITE_ERRORS,
        extra: Mapping[str, Any] | None = None, answers: Mapping[int, Any] | None = None, reads_first: bool = False,
    ) -> Callable[[View], View]:  # fmt: skip
        """POST, PUT, PATCH or DELETE, each with an idempotency key, which `needs_key` makes obligatory.

        `reads_first` is for writes of one case and nothing else: the event count of the case notices what else changed.
        """
        options = dict(extra or {})
        options["parameters"] = [*options.get("parameters", []), {**_KEY_PARAMETER, "required": needs_key}]
        shapes = {status: answer, **(answers or {})}
        adding = self._add(method, path, shapes, permission, summary, errors, False, options)

        def decorate(view: View) -> View:
            view.needs_key = needs_key  # type: ignore[attr-defined]
            view.reads_first = reads_first  # type: ignore[attr-defined]
            return adding(view)

        return decorate

    def _add(
        self, method: str, path: str, answers: dict[int, Any], permission: Permission | None, summary: str,
        errors: tuple[int, ...], open_to_all: bool, extra: dict[str, Any],
    ) -> Callable[[View], View]:  # fmt: skip
        def decorate(view: View) -> View:
            view.permission = permission  # type: ignore[attr-defined]
            options: dict[str, Any] = {"x-permission": str(permission or ""), **extra}
            self.add_api_operation(
                path,
                [method],
                view,
                auth=None if open_to_all else Bearer(),
                response=answers | dict.fromkeys(errors, Problem),
                summary=summary,
                operation_id=view.__name__,
                openapi_extra=options,
            )
            return view

        return decorate


class Listed(NamedTuple):
    """One operation: `path` as in the OpenAPI document, `permission` empty where any valid token (or none) will do."""

    method: str
    path: str
    permission: str
    needs_token: bool


def operations(api: NinjaAPI | None = None) -> Iterator[Listed]:
    """Every operation of the API, for the permission matrix."""
    if api is None:
        from anxin.faces.api.api import api as the_api

        api = the_api
    for bound in api._get_bound_routers():
        for path, door in bound.path_operations.items():
            whole = "/".join(part.strip("/") for part in (bound.prefix, path) if part.strip("/"))
            for operation in door.operations:
                if isinstance(operation, ApiOperation):
                    for method in operation.methods:
                        yield Listed(
                            method, f"/api/v1/{whole}", str(operation.permission or ""), bool(operation.auth_callbacks)
                        )
