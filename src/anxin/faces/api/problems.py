"""Everything that goes wrong, told in one form: RFC 9457 `application/problem+json`."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.errors import HttpError, ValidationError
from pydantic import BaseModel, ConfigDict, Field

from anxin.access.errors import Refused

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What went wrong. `code` is for programs and never changes its meaning; `detail` is for people."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:anxin:problem:stale",
                    "title": "Someone else was first",
                    "status": 409,
                    "detail": "Someone else changed this case in the meantime.",
                    "code": "stale",
                    "fields": {},
                }
            ]
        }
    )

    type: str = Field(description="A URI that names the kind of problem: `urn:anxin:problem:` and the code.")
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(description="The HTTP status, again.")
    detail: str = Field(description="What went wrong this time and how to mend it, in the reader's language.")
    code: str = Field(description="The kind of problem, for programs.")
    fields: dict[str, str] = Field(description="For each field that is wrong: why. Empty when no field is to blame.")


def titles() -> dict[int, str]:
    """A word for each status; looked up in the reader's language when it is needed."""
    return {
        400: _("The request cannot be read"),
        401: _("A token is needed"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("Not a method of this address"),
        409: _("Not possible as things stand"),
        413: _("Too large"),
        415: _("Not a format of this address"),
        422: _("What was sent cannot be used"),
        429: _("Too many requests"),
        500: _("Something went wrong on our side"),
        503: _("Not ready"),
    }


def problem(
    status: int, code: str, detail: str, *, fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None, **more: Any,
) -> HttpResponse:  # fmt: skip
    """The answer; `more` are further members of its body."""
    body = {
        "type": f"urn:anxin:problem:{code}",
        "title": titles().get(status, code),
        "status": status,
        "detail": str(detail),
        "code": code,
        "fields": {name: str(why) for name, why in (fields or {}).items()},
        **more,
    }
    content = json.dumps(body, ensure_ascii=False).encode()
    return HttpResponse(
        content, status=status, content_type=MEDIA_TYPE,
        headers={**(headers or {}), "Content-Length": str(len(content)), "Cache-Control": "no-store"},
    )  # fmt: skip


class Unauthenticated(Refused):
    """No token, or not one that is valid now."""

    status = 401
    code = "unauthenticated"


def of(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to any exception; an unforeseen one is logged here and told without its trace."""
    if isinstance(error, Refused):
        headers = {"WWW-Authenticate": 'Bearer realm="anxin"'} if error.status == 401 else {}
        if "retry_after" in error.facts:
            headers["Retry-After"] = str(error.facts["retry_after"])
        detail = str(error.message) or titles().get(error.status, "")
        return problem(error.status, error.code, detail, fields=error.fields, headers=headers)
    if isinstance(error, ValidationError):
        return problem(422, "invalid", _("Some fields are missing or wrong."), fields=_fields_of(error.errors))
    if isinstance(error, Http404):
        return problem(404, "not-found", _("There is nothing at this address."))
    if isinstance(error, RequestDataTooBig):
        return problem(413, "too-large", _("The request is too large. Send files one at a time."))
    if isinstance(error, SuspiciousOperation):
        return problem(400, "unreadable", _("The request cannot be read."))
    if isinstance(error, HttpError):
        code = "unreadable" if error.status_code == 400 else "refused"
        return problem(error.status_code, code, _("The request cannot be read. Send JSON in UTF-8."))
    log.error("unforeseen error in %s %s", request.method, request.path, exc_info=error)
    return problem(500, "failed", _("The request was not carried out. Try again, or tell us the time it happened."))


_WORDS = {
    "missing": lambda context: _("This field is needed."),
    "extra_forbidden": lambda context: _("There is no such field."),
    "string_too_long": lambda context: _("Use at most %(many)s characters.") % {"many": context.get("max_length")},
    "string_too_short": lambda context: _("Use at least %(many)s characters.") % {"many": context.get("min_length")},
    "string_pattern_mismatch": lambda context: _("This is not of the expected form."),
    "string_type": lambda context: _("This must be text."),
    "string_unicode": lambda context: _("This must be text in UTF-8."),
    "int_type": lambda context: _("This must be a whole number."),
    "int_parsing": lambda context: _("This must be a whole number."),
    "int_parsing_size": lambda context: _("This number is too large."),
    "int_from_float": lambda context: _("This must be a whole number."),
    "greater_than": lambda context: _("Use a number above %(bound)s.") % {"bound": context.get("gt")},
    "greater_than_equal": lambda context: _("Use a number of at least %(bound)s.") % {"bound": context.get("ge")},
    "less_than": lambda context: _("Use a number below %(bound)s.") % {"bound": context.get("lt")},
    "less_than_equal": lambda context: _("Use a number of at most %(bound)s.") % {"bound": context.get("le")},
    "bool_type": lambda context: _("This must be true or false."),
    "bool_parsing": lambda context: _("This must be true or false."),
    "enum": lambda context: _("Choose one of: %(choices)s") % {"choices": context.get("expected")},
    "literal_error": lambda context: _("Choose one of: %(choices)s") % {"choices": context.get("expected")},
    "list_type": lambda context: _("This must be a list."),
    "dict_type": lambda context: _("This must be an object."),
    "model_attributes_type": lambda context: _("This must be an object."),
    "model_type": lambda context: _("This must be an object."),
    "too_long": lambda context: _("Send at most %(many)s of these.") % {"many": context.get("max_length")},
    "too_short": lambda context: _("Send at least %(many)s of these.") % {"many": context.get("min_length")},
    "timezone_aware": lambda context: _("Give the moment with its zone, as in 2025-03-14T09:30:00+08:00."),
    "value_error": lambda context: str(context.get("error") or _("This cannot be used.")),
}


def _fields_of(errors: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Pydantic's list of errors as {"lines.0.amount_fen": "why"}; where the value came from is left out of the name."""
    found: dict[str, str] = {}
    for item in errors:
        # ("body", "<name of the parameter>", "lines", 0, "amount_fen") or ("query", "limit")
        place = [str(part) for part in item.get("loc", ())]
        if place and place[0] in ("body", "form", "file"):
            place = place[2:] if place[0] == "body" else place[1:]
        elif place:
            place = place[1:]
        kind = str(item.get("type", ""))
        if kind in _WORDS:
            word = _WORDS[kind](item.get("ctx") or {})
        elif kind.startswith(("date", "time")):
            word = _("This must be a date or moment in ISO 8601.")
        else:
            word = _("This cannot be used.")
        found.setdefault(".".join(place) or "body", word)
    return found
