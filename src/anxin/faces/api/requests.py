"""A request as operations see it, after `operations.ApiOperation` looked at it."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from anxin.access.actors import Actor
from anxin.access.models import ApiToken


class ApiRequest(HttpRequest):
    """For annotations only: Django makes the requests, and the operation adds these."""

    auth: ApiToken
    actor: Actor
    now: datetime
    """The moment of the request, for everything it does."""
    answer_headers: dict[str, str]
    """Headers for the answer: ETag, Link."""
