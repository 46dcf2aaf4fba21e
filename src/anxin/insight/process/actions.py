"""The only writer of prescribed processes."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Stale
from anxin.engines.mining import BadModel, Process, process
from anxin.insight.process.models import Prescription
from anxin.insight.process.permissions import PRESCRIBE_PROCESSES
from anxin.insight.process.queries import prescribed

MOST_ACTIVITIES = 200
MOST_TEXT = 40_000


@transaction.atomic
def prescribe(
    *, kind: str, tree: str, ignored: list[str], why: str, expected: int | None = None, actor: Actor, now: datetime
) -> Prescription:
    """A new edition of the process of a kind of case; older ones stay. `tree` is JSON text as `engines.mining.process` reads it.

    `expected`: the newest number its writer saw (None: none yet). Raises Stale when somebody was faster, Invalid for
    what is no process, naming the place.
    """
    actor.must(PRESCRIBE_PROCESSES)
    if not kind.strip():
        raise Invalid(_("Say for which kind of case."), fields={"kind": _("Say for which kind of case.")})
    found = _read(tree)
    known = frozenset(found.activities())
    left_out = list(dict.fromkeys(one.strip() for one in ignored if one.strip()))
    both = sorted(known.intersection(left_out))
    if both:
        said = _("%(names)s: both in the process and left out; take it out of one.") % {"names": ", ".join(both[:5])}
        raise Invalid(said, fields={"ignored": said})
    if not why.strip():
        raise Invalid(_("Say what changed and why."), fields={"why": _("Say what changed and why.")})
    now_there = prescribed(kind)
    if (None if now_there is None else now_there.number) != expected:
        raise Stale(
            _("Somebody else has prescribed a new edition since you looked. Look at it first; yours was not kept.")
        )
    last = Prescription.objects.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
    return Prescription.objects.create(
        kind=kind, number=last + 1, why=why.strip()[:200], made_at=now, made_by_id=actor.user_id,  # type: ignore[misc]
        body=json.dumps({"process": found.to_data(), "ignored": left_out}, ensure_ascii=False),
    )  # fmt: skip


def _read(tree: str) -> Process:
    try:
        if not tree.strip().startswith("["):
            raise BadModel(_('A process begins with [ and a kind, such as ["seq", …].'), code="not-a-part")
        if len(tree) > MOST_TEXT:
            raise BadModel(
                _("The process is longer than %(most)s characters.") % {"most": f"{MOST_TEXT:,}"}, code="too-long"
            )
        found = process(tree)
        if len(found.activities()) > MOST_ACTIVITIES:
            raise BadModel(
                _("The process has more than %(most)s activities.") % {"most": MOST_ACTIVITIES}, code="too-many"
            )
    except (BadModel, RecursionError) as error:
        said = _("This is no process: %(why)s") % {"why": str(error)[:300]}
        raise Invalid(said, fields={"tree": said}) from None
    return found
