"""Lists in pages: an opaque cursor says where the next one begins, so that what is added meanwhile moves nothing."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from anxin.access.errors import Invalid
from anxin.faces.api.requests import ApiRequest

Row = TypeVar("Row", bound=Model)


def encode(*parts: int | str) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str, *shape: type) -> list[Any]:
    """The parts that `encode` was given; raises `Invalid` for anything else."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        parts = None
    if (
        not isinstance(parts, list)
        or len(parts) != len(shape)
        or any(type(part) is not kind for part, kind in zip(parts, shape, strict=True))
        or any(isinstance(part, int) and not 0 <= part < 2**63 for part in parts)
    ):
        wrong = _("This is not a cursor of ours: take it from the page before, or leave it out.")
        raise Invalid(wrong, fields={"cursor": wrong})
    return parts


def newest_first(request: ApiRequest, rows: QuerySet[Row], cursor: str, limit: int) -> tuple[list[Row], str | None]:
    """A page of `rows`, the last added first, and the cursor of the next one; the header `Link` says it too."""
    if cursor:
        (last,) = decode(cursor, int)
        rows = rows.filter(Q(pk__lt=last))
    found = list(rows.order_by("-pk")[: limit + 1])
    if len(found) <= limit:
        return found, None
    found.pop()
    following = encode(found[-1].pk)
    link(request, following)
    return found, following


def link(request: ApiRequest, cursor: str) -> None:
    query = request.GET.copy()
    query["cursor"] = cursor
    request.answer_headers = {"Link": f'<{request.path}?{urlencode(list(query.lists()), doseq=True)}>; rel="next"'}
