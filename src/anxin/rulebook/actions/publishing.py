"""One way to publish: check every field, write a new edition, never touch an old one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing, Stale
from anxin.rulebook import checking
from anxin.rulebook.books import books
from anxin.rulebook.families.problem import Problem
from anxin.rulebook.models import Family, RuleEdition, canonical, digest_of
from anxin.rulebook.permissions import PUBLISH_RULES

# More than this many problems are listed beside their fields only, not in the sentence.
SAID_AT_ONCE = 3


@transaction.atomic
def publish(
    *, family: Family | str, body: Any, note: str, actor: Actor, now: datetime, valid_from: date | None = None,
    expected: int | None = None,
) -> RuleEdition:  # fmt: skip
    """Publish `body` as the family's next edition, in force from `valid_from` (default: today, or a planned edition's day).

    `expected` is the number of the newest edition the editor began from; `Stale` when another came in between. Raises
    `Invalid` with `fields` "rule.field" → what is wrong and how to mend it.
    """
    actor.must(PUBLISH_RULES)
    latest = _latest(family, expected)
    today = timezone.localtime(now).date()
    start = valid_from or (max(today, latest.valid_from) if latest else today)
    if latest and start < latest.valid_from:
        raise Invalid(
            _("Edition %(number)s is planned for %(day)s.") % {"number": latest.number, "day": latest.valid_from},
            fields={
                "valid_from": _("Choose that day or a later one, or first publish the edition in force again, which "
                                "takes the place of the planned one.")
            },
        )  # fmt: skip
    return _write(Family(family), body, note, start, today, latest, actor, now)


@transaction.atomic
def publish_again(
    *, family: Family | str, number: int, note: str, actor: Actor, now: datetime, expected: int | None = None
) -> RuleEdition:
    """Undo: an older edition's body becomes the newest edition, in force from today. Nothing is taken back or lost."""
    actor.must(PUBLISH_RULES)
    latest = _latest(family, expected)
    older = RuleEdition.objects.visible_to(actor).filter(family=family, number=number).first()
    if older is None:
        raise Missing(_("There is no such edition."))
    today = timezone.localtime(now).date()
    return _write(Family(family), older.data, note, today, today, latest, actor, now)


def _latest(family: Family | str, expected: int | None) -> RuleEdition | None:
    if family not in Family.values:
        raise Missing(_("There are no such rules."))
    latest = RuleEdition.objects.filter(family=family).order_by("number").last()
    if expected is not None and expected != (latest.number if latest else 0):
        raise _overtaken()
    return latest


def _write(
    family: Family, body: Any, note: str, start: date, today: date, latest: RuleEdition | None, actor: Actor,
    now: datetime,
) -> RuleEdition:  # fmt: skip
    if not note.strip():
        raise Invalid(_("An edition needs a note."), fields={"note": _("Say why the rules change.")})
    if len(note) > 400:
        raise Invalid(
            _("The note is too long."), fields={"note": _("Shorten it to %(limit)s characters.") % {"limit": 400}}
        )
    if start < today:
        raise Invalid(
            _("Rules cannot be changed for days that have passed."),
            fields={"valid_from": _("Choose today or a later day.")},
        )
    found = checking.problems(family, body, before=latest.data if latest else None, note=note)
    if found:
        raise refusal(found)
    text = canonical(checking.tidied(family, body))
    if latest and text == latest.body:
        raise Invalid(
            _("Nothing was changed: these are the rules as published."), fields={"body": _("Change something first.")}
        )
    edition = RuleEdition(
        family=family, number=latest.number + 1 if latest else 1, body=text, sha256=digest_of(text), valid_from=start,
        note=note.strip(), published_at=now, published_by_id=actor.user_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            edition.save()
    except IntegrityError:
        # Two administrators at once on PostgreSQL: the number went to the other one.
        raise _overtaken() from None
    books.after_publishing()
    return edition


def refusal(found: list[Problem]) -> Invalid:
    said = " ".join(str(problem) for problem in found[:SAID_AT_ONCE])
    if len(found) > SAID_AT_ONCE:
        said += " " + _("And %(count)s more.") % {"count": len(found) - SAID_AT_ONCE}
    fields: dict[str, str] = {}
    for problem in found:
        fields.setdefault(problem.place, problem.fix)
    return Invalid(said, fields=fields)


def _overtaken() -> Stale:
    return Stale(
        _("Someone else published these rules in the meantime. Look at what is new and make your change again.")
    )
