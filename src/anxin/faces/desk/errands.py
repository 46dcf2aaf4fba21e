"""Errands: an import or a re-dating asked for on a page and done by the worker, with its progress and its result.

errand = ask_import(kind="policies", upload=file, …)     # the page: checks what a glance can check, keeps the file
run_waiting()                                           # the worker: each by the right of whoever asked, as it is then
telling.progress_of(errand)                             # the page again: ("write", 2_000, 100_000)
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from anxin.access import clock
from anxin.access.actors import Actor, actor_of
from anxin.access.errors import Invalid, Refused
from anxin.faces.desk.models import Errand
from anxin.journal.background import Background
from anxin.journal.leasing import Held, Leases
from anxin.journal.telling import Teller
from anxin.registers.importing import check_table, import_table
from anxin.registers.policies.permissions import IMPORT
from anxin.rulebook.actions import redate_open_promises, redating_outlook
from anxin.rulebook.permissions import REDATE_PROMISES

log = logging.getLogger(__name__)

MOST_BYTES = 100 * 1024 * 1024
KEPT_FOR = timedelta(days=90)

Tell = Callable[[str, int, int], None]
State = Errand.State
leases = Leases(Errand, Q(ended_at=None), length=timedelta(minutes=5), along=("asked_by",))


def ask_import(
    *, kind: str, upload: BinaryIO, file_name: str, system: str, dry_run: bool, actor: Actor, now: datetime
) -> Errand:
    """Have a file imported into a register. Raises `Invalid` for what is no such table at all; rows are looked at later."""
    actor.must(IMPORT)
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        wrong = _("Send at most %(many)d MB, or use the command line.") % {"many": MOST_BYTES // 1024 // 1024}
        raise Invalid(wrong, fields={"file": wrong})
    check_table(kind, _named(content, file_name))
    errand = Errand(
        kind=Errand.Kind.IMPORT, asked_by_id=_person(actor), asked_at=now,
        given={"kind": kind, "system": system, "dry_run": dry_run, "file_name": file_name[-200:], "size": len(content)},
    )  # fmt: skip
    errand.file = default_storage.save(f"errands/{errand.public_id}", ContentFile(content))
    errand.save(force_insert=True)
    return errand


def ask_redating(*, rule: str | None, dry_run: bool, actor: Actor, now: datetime) -> Errand:
    """Have open promises dated anew (of one rule, or all); with `dry_run` only worked out what that would do."""
    actor.must(REDATE_PROMISES)
    return Errand.objects.create(
        kind=Errand.Kind.REDATE,
        asked_by_id=_person(actor),
        asked_at=now,
        given={"rule": rule or "", "dry_run": dry_run},
    )


# -- the worker's side ----------------------------------------------------------------------------------------------


def run_waiting() -> int:
    """Run every errand that waits, or whose worker died, the oldest first; returns how many."""
    return leases.work(_run, state=State.RUNNING)


def forget_old(now: datetime) -> int:
    """Drop errands that ended three months ago; returns how many."""
    dropped, _detail = Errand.objects.filter(ended_at__lt=now - KEPT_FOR).delete()
    return dropped


def _run(held: Held[Errand]) -> None:
    """Do it by the right of whoever asked, in their language. What is refused is told; nothing is tried for ever."""
    errand, result = held.row, dict[str, Any]()
    state, why = State.DONE, ""
    with translation.override(errand.asked_by.language), Teller(held, in_one_transaction=True) as tell:
        try:
            actor, now = actor_of(errand.asked_by, channel="desk"), clock.now()
            result = _DO[Errand.Kind(errand.kind)](errand, actor, now, tell)
        except Refused as refused:
            state, why = State.REFUSED, str(refused.message)
        except Exception:
            log.exception("errand %s failed", errand.public_id)
            state, why = (
                State.REFUSED,
                _("Something went wrong on our side. Ask again: what was done already is not done twice."),
            )
    if held.end(state=state, result=result, why=why[:400], ended_at=clock.now()) and errand.file:
        default_storage.delete(errand.file)


def _import(errand: Errand, actor: Actor, now: datetime, tell: Tell) -> dict[str, Any]:
    given = errand.given
    with default_storage.open(errand.file, "rb") as handle:
        source = _named(handle.read(), given["file_name"])
    report = import_table(
        given["kind"], source, system=given["system"], dry_run=given["dry_run"], actor=actor, now=now, progress=tell
    )
    return report.as_dict()


def _redate(errand: Errand, actor: Actor, now: datetime, tell: Tell) -> dict[str, Any]:
    rule = errand.given["rule"] or None
    if errand.given["dry_run"]:
        found = redating_outlook(rule_id=rule, actor=actor, now=now)
    else:
        found = redate_open_promises(
            rule_id=rule, actor=actor, now=now, progress=lambda done, of: tell("write", done, of)
        )
    return asdict(found) | {"redated": found.redated}


_DO: dict[Errand.Kind, Callable[[Errand, Actor, datetime, Tell], dict[str, Any]]] = {
    Errand.Kind.IMPORT: _import,
    Errand.Kind.REDATE: _redate,
}


def _named(content: bytes, name: str) -> BinaryIO:
    source = io.BytesIO(content)
    source.name = name
    return source


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise ValueError("only a person sends the desk on errands")
    return actor.user_id


in_background = Background("errands", waits=lambda: leases.due().exists(), work=run_waiting)
