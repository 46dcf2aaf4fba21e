"""Asking every address as everybody: each request in a transaction that is taken back."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from anxin.access.actors import forget_actors
from anxin.journal.models import Event
from tests.matrix.rows import Row, filled
from tests.matrix.world import Side, World, picture

# Signing in and out, counting wrong passwords and noting the day of a token's last use are nobody's record, nor is a board's
# answer kept for the next reader.
_MACHINERY = ("django_session", "access_apitoken", "axes_", "account_", "mfa_", "results_answer")


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    content: bytes
    writes: tuple[str, ...]
    """Statements that wrote, but for the machinery of signing in."""
    recorded: int
    """Events recorded."""

    @property
    def asks_to_sign_in(self) -> bool:
        return self.status == 401 or (self.status == 302 and self.location.startswith("/account/login/"))


class Asker:
    """`ask(row, side, who)`; `who` is a role, or nobody."""

    def __init__(self, world: World):
        self.world = world
        self._keys = itertools.count()
        self._sessions: dict[tuple[str, str], str] = {}
        for side in (world.here, world.there):
            for who, user in side.users.items():
                client = Client()
                client.force_login(user)
                self._sessions[side.branch.code, who] = client.cookies["sessionid"].value

    def ask(self, row: Row, side: Side | None = None, who: str = "", *, method: str = "") -> Answer:
        who = row.people.get(who, who)
        client = Client(raise_request_exception=False)
        headers = {"Idempotency-Key": f"matrix-{next(self._keys)}"} if row.is_api else {}
        if side is not None and row.is_api:
            headers["Authorization"] = f"Bearer {side.tokens[who]}"
        elif side is not None:
            client.cookies = SimpleCookie({"sessionid": self._sessions[side.branch.code, who]})
        writes: list[str] = []
        with _taken_back(), connection.execute_wrapper(_watch(writes)):
            before = _events()
            response = client.generic(
                method or row.method, filled(row.path, self.world.names), headers=headers, **self._body(row)
            )
            content = b"".join(response.streaming_content) if response.streaming else response.content
            recorded = _events() - before
        forget_actors()
        return Answer(response.status_code, response.headers.get("Location", ""), content, tuple(writes), recorded)

    def _body(self, row: Row) -> dict[str, Any]:
        if not row.writes:
            return {}
        body = filled(row.body, self.world.names)
        if row.is_api and not row.files:
            if body is None:
                return {}
            return {"data": json.dumps(body), "content_type": "application/json"}
        fields = dict(body or {})
        if row.files:
            fields[row.files] = [SimpleUploadedFile("a.jpg", picture(next(self._keys)), "image/jpeg")]
        return {"data": encode_multipart(BOUNDARY, fields), "content_type": MULTIPART_CONTENT}


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _events() -> int:
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _watch(writes: list[str]) -> Any:
    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = re.match(r'\s*(?:INSERT INTO|INSERT OR IGNORE INTO|UPDATE|DELETE FROM) "?(\w+)', sql)
        if found and not found[1].startswith(_MACHINERY):
            writes.append(sql)
        return execute(sql, params, many, context)

    return wrapper
