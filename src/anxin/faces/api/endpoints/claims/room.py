"""The room that all files of this folder add to, and what every write on a claim needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Path

from anxin.access.errors import Invalid, Missing
from anxin.faces.api.operations import Room, View
from anxin.faces.api.requests import ApiRequest
from anxin.faces.api.shapes.claims import Written, written_fields
from anxin.faces.api.shapes.claims_given import Write
from anxin.journal.models import Case


class ClaimsRoom(Room):
    """Writes of one claim each: those without money in them read before they take SQLite's lock."""

    def write(self, *args: Any, **options: Any) -> Callable[[View], View]:
        options.setdefault("reads_first", not options.get("needs_key", False))
        return super().write(*args, **options)


room = ClaimsRoom()

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The claim's `sequence` in quotes, as its `ETag` said it; the same as `expected`.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,6}"$'},
    "example": '"17"',
}
GUARDED = {"parameters": [IF_MATCH]}

PaperCodeInPath = Annotated[str, Path(max_length=40, pattern=r"^[A-Za-z0-9_.-]+$", description="The paper's code.")]
PartyCodeInPath = Annotated[str, Path(max_length=12, pattern=r"^[a-z]+[0-9]*$", description="The party's code.")]


def expected(request: ApiRequest, given: Write | None = None) -> int | None:
    """Which sequence the write was decided on: `expected` of the body, else `If-Match`; None when neither says."""
    if given is not None and given.expected is not None:
        return given.expected
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    found = re.fullmatch(r'\s*"([0-9]{1,6})"\s*', header, re.ASCII)
    if found is None:
        wrong = _("Give the claim's sequence in quotes, as in its ETag.")
        raise Invalid(wrong, fields={"If-Match": wrong})
    return int(found[1])


def case_after(request: ApiRequest, claim: str, result: Any = None) -> Case:
    """The case as the write left it: the one the action held where its result carries it, else read again."""
    case = None
    if result is not None:
        holder = result if hasattr(result, "case_id") else result.__dict__.get("_state").fields_cache.get("claim")
        case = holder._state.fields_cache.get("case") if holder is not None else None
    if case is None or case.public_id != claim:
        case = Case.objects.filter(public_id=claim).first()
        if case is None:
            raise Missing(_("There is no such case."))
    tag(request, case)
    return case


def tag(request: ApiRequest, case: Case) -> None:
    request.answer_headers = {"ETag": f'"{case.event_count}"'}


def written(request: ApiRequest, claim: str, result: Any = None) -> Written:
    return Written(**written_fields(case_after(request, claim, result)))
