"""What an action answers when it will not do what was asked. Faces turn these into pages and problem+json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """An action declined: `code` for programs, `message` (plain words, translated) for people.

    `status` is the HTTP status a face answers with; `fields` maps a field's name to what is wrong with it and how to
    mend it, so that a form can show the word beside the box.
    """

    status = 400
    code = "refused"

    def __init__(self, message: str, *, code: str | None = None, fields: Mapping[str, str] | None = None, **facts: Any):
        super().__init__(str(message))
        self.message = message
        self.code = code or self.code
        self.fields = dict(fields or {})
        self.facts = facts


class Invalid(Refused):
    """What was sent cannot be used; `fields` says which part and why."""

    status = 422
    code = "invalid"


class NotAllowed(Refused):
    """The actor may see the record but may not do this to it."""

    status = 403
    code = "not-allowed"


class IllegalMove(Refused):
    """The life cycle has no such transition from the present state."""

    status = 409
    code = "illegal-move"


class Stale(Refused):
    """Someone else changed the case since the actor looked: nothing was overwritten."""

    status = 409
    code = "stale"


class Missing(Refused):
    """No such record, or not one the actor may know of: the two are never told apart."""

    status = 404
    code = "not-found"
