"""Idempotency: a write with a key is done once, however often it is sent.

The answer is kept in the transaction of its effect. Of two twins that arrive together, SQLite lets the second begin only
when the first is done; on PostgreSQL the second fails on the key (or on the case's lock and sequence) and everything it
did is rolled back, whereupon it is given the first one's answer.

A refused request had no effect, so its answer is not kept: sent again, it is judged again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access.errors import Invalid, Refused
from anxin.access.prepared import Prepared, insert_all, new
from anxin.faces.api.models import KeptAnswer

HEADER = "Idempotency-Key"
LONGEST = 80
KEPT_FOR = timedelta(hours=24)
REPEATED = "Idempotent-Replayed"


def key_of(request: HttpRequest, *, needed: bool) -> str | None:
    """The request's key, in good form; called before the body is taken apart. Raises `Invalid`."""
    key = request.headers.get(HEADER)
    if key is None:
        if needed:
            wrong = _("Send the header %(name)s: this must not happen twice by accident.") % {"name": HEADER}
            raise Invalid(wrong, code="idempotency-key-needed", fields={HEADER: wrong})
        return None
    if not re.fullmatch(rf"[!-~]{{1,{LONGEST}}}", key):
        wrong = _("A key has 1 to %(many)s printable ASCII characters.") % {"many": LONGEST}
        raise Invalid(wrong, fields={HEADER: wrong})
    request.body  # noqa: B018 - read before the files are taken out of it: the digest needs it whole
    return key


def answer(request: HttpRequest, key: str, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """What `act` answers, or what it answered the first time."""
    user_id = request.actor.user_id  # type: ignore[attr-defined]
    digest = _digest(request)
    try:
        with transaction.atomic():
            first = _first(user_id, key)
            if first is not None:
                return _again(first, digest)
            response = act()
            if isinstance(response, HttpResponse) and response.status_code < 400:
                insert_all(
                    [
                        new(
                            KeptAnswer, user_id=user_id, key=key, digest=digest, status=response.status_code,
                            body=response.content.decode(), etag=response.headers.get("ETag", ""),
                            created_at=timezone.now(),
                        )
                    ]
                )  # fmt: skip
            return response
    except (IntegrityError, Refused):
        # Was it a twin that got there first? Outside the transaction that failed, its answer can be seen.
        first = _first(user_id, key)
        if first is None:
            raise
        return _again(first, digest)


def forget_old() -> int:
    """Drop the keys of yesterday; returns how many. The worker calls this every hour."""
    dropped, _detail = KeptAnswer.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    return dropped


_kept = Prepared(lambda user, key: KeptAnswer.objects.filter(user_id=user, key=key), user=int, key=str)


def _first(user_id: int, key: str) -> KeptAnswer | None:
    first = _kept.first(user=user_id, key=key)
    if first is not None and first.created_at < timezone.now() - KEPT_FOR:
        first.delete()
        return None
    return first


def _again(first: KeptAnswer, digest: str) -> HttpResponse:
    if first.digest != digest:
        wrong = _("This key was used for another request. Use a new key for a new request.")
        raise Invalid(wrong, code="idempotency-key-reused", fields={HEADER: wrong})
    content = first.body.encode()
    headers = {REPEATED: "true", "Content-Length": str(len(content)), "Cache-Control": "no-store"}
    if first.etag:
        headers["ETag"] = first.etag
    return HttpResponse(content, status=first.status, content_type="application/json", headers=headers)


def _digest(request: HttpRequest) -> str:
    parts = f"{request.method} {request.get_full_path()}\n{request.headers.get('If-Match', '')}\n".encode()
    if request.content_type == "multipart/form-data":
        # The boundary is drawn anew for every sending; only what stands between counts.
        boundary = request.META.get("CONTENT_TYPE", "").partition("boundary=")[2].strip('"').encode()
        return hashlib.sha256(parts + (request.body.replace(boundary, b"") if boundary else request.body)).hexdigest()
    return hashlib.sha256(parts + request.body).hexdigest()
