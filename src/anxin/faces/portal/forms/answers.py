"""The customer's word on each line of an assessment: read from the form, kept as a draft, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from anxin.faces.portal.forms.amounts import fen_of
from anxin.journeys.claims.actions.assessment import ACCEPTED, DISPUTED, Answer
from anxin.journeys.claims.models import AssessmentLine

OK, NO = "ok", "no"
PARTS = ("verdict", "reason", "quote")
MAX_REASON = 2_000


def typed_of(post: Mapping[str, Any], lines: Iterable[AssessmentLine]) -> dict[str, str]:
    """What was typed for each line: verdict-<id>, reason-<id>, quote-<id>; only what the form sent."""
    names = [f"{part}-{line.public_id}" for line in lines for part in PARTS]
    return {name: str(post[name])[:5_000] for name in names if name in post}


def read_answers(typed: Mapping[str, str], lines: Iterable[AssessmentLine]) -> tuple[dict[str, Answer], dict[str, str]]:
    """(answers by line, what is wrong by field). The answers are complete when nothing is wrong."""
    answers: dict[str, Answer] = {}
    wrong: dict[str, str] = {}
    for line in lines:
        key = line.public_id
        verdict = typed.get(f"verdict-{key}", "")
        if verdict == OK:
            answers[key] = Answer(ACCEPTED)
        elif verdict == NO:
            reason = typed.get(f"reason-{key}", "").strip()
            quote = None
            if not reason:
                wrong[f"reason-{key}"] = _("Say in a few words what is wrong with it.")
            elif len(reason) > MAX_REASON:
                wrong[f"reason-{key}"] = _("At most %(many)d characters.") % {"many": MAX_REASON}
            try:
                quote = fen_of(typed.get(f"quote-{key}", ""))
            except ValueError as bad:
                wrong[f"quote-{key}"] = str(bad)
            answers[key] = Answer(DISPUTED, reason, quote)
        else:
            wrong[f"verdict-{key}"] = _("Choose: agree or disagree.")
    return answers, wrong
