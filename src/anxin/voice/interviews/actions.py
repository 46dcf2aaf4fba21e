"""The only writers of interviews, quotes and the code book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing, Stale
from anxin.registers.customers.models import Customer
from anxin.voice.interviews.models import Code, Interview, Quote, Revision, Stage
from anxin.voice.interviews.permissions import WRITE_INTERVIEWS

MOST_LETTERS = 60_000
MOST_QUOTE = 2_000


@transaction.atomic
def add_interview(
    *, notes: str, held_on: date, consent: str, stage: str = "", customer: str = "", who: str = "",
    actor: Actor, now: datetime,
) -> Interview:  # fmt: skip
    """Write down a conversation with a customer of the register or with somebody described in words."""
    actor.must(WRITE_INTERVIEWS)
    row = Interview(
        **_checked(notes, held_on, consent, stage, customer, who, actor, now), interviewer_id=actor.user_id,
        branch_id=None if actor.branch_ids is None else actor.branch_id, created_at=now, changed_at=now,
        changed_by_id=actor.user_id,
    )  # fmt: skip
    row.save(force_insert=True)
    return row


@transaction.atomic
def change_interview(
    *, interview: str, expected: int, notes: str, held_on: date, consent: str, stage: str = "", customer: str = "",
    who: str = "", actor: Actor, now: datetime,
) -> Interview:  # fmt: skip
    """Change what was written; how the notes read before is kept. Quotes whose words are gone from the notes are refused
    to be lost: `Invalid` names them."""
    actor.must(WRITE_INTERVIEWS)
    row = _own(interview, actor)
    if row.edit != expected:
        raise Stale(
            _("Somebody else changed this interview meanwhile. What you typed is still on your page: save it again.")
        )
    values = _checked(notes, held_on, consent, stage, customer, who, actor, now)
    _keep_quotes(row, values["notes"])
    if row.notes != values["notes"]:
        Revision.objects.create(
            interview=row, edit=row.edit, notes=row.notes, at=row.changed_at, by_id=row.changed_by_id
        )
    for name, value in values.items():
        setattr(row, name, value)
    row.edit += 1
    row.changed_at, row.changed_by_id = now, actor.user_id
    row.save()
    return row


@transaction.atomic
def restore_notes(*, interview: str, edit: int, actor: Actor, now: datetime) -> Interview:
    """Take changes back: the notes as they read before. What they read now is kept as well."""
    actor.must(WRITE_INTERVIEWS)
    row = _own(interview, actor)
    before = row.revisions.filter(edit=edit).first()
    if before is None:
        raise Missing(_("There is no such version of the notes."))
    _keep_quotes(row, before.notes)
    Revision.objects.create(interview=row, edit=row.edit, notes=row.notes, at=row.changed_at, by_id=row.changed_by_id)
    row.notes, row.changed_at, row.changed_by_id = before.notes, now, actor.user_id
    row.edit += 1
    row.save()
    return row


@transaction.atomic
def erase_interview(*, interview: str, actor: Actor, now: datetime) -> None:
    """Erase notes, quotes and who it was, for good. That an interview was held stays counted nowhere but in the row."""
    actor.must(WRITE_INTERVIEWS)
    row = _own(interview, actor)
    row.quotes.all().delete()
    row.revisions.all().delete()
    row.notes, row.who, row.customer, row.erased_at = "", "", None, now
    row.save()


@transaction.atomic
def mark_quote(
    *, interview: str, words: str, codes: Sequence[str], stage: str = "", tone: str = Quote.Tone.BAD, actor: Actor,
    now: datetime,
) -> Quote:  # fmt: skip
    """Put words of the notes under codes. They must stand in the notes as given."""
    actor.must(WRITE_INTERVIEWS)
    row = _own(interview, actor)
    words = words.strip()
    wrong: dict[str, str] = {}
    if not 2 <= len(words) <= MOST_QUOTE:
        wrong["words"] = _("Copy 2 to %(most)d letters from the notes.") % {"most": MOST_QUOTE}
    elif " ".join(words.split()) not in " ".join(row.notes.split()):
        wrong["words"] = _("These words do not stand in the notes: copy them as they are written.")
    found = list(Code.objects.filter(public_id__in=codes, is_retired=False))
    if not found or len(found) != len(set(codes)):
        wrong["codes"] = _("Choose at least one code of the code book.")
    if stage and stage not in Stage.values:
        wrong["stage"] = _("There is no such stage.")
    if tone not in Quote.Tone.values:
        wrong["tone"] = _("Choose what kind of remark it is.")
    if wrong:
        raise Invalid(_("The quote could not be kept."), fields=wrong)
    quote = Quote.objects.create(
        interview=row, words=words, stage=stage or row.stage or next((code.stage for code in found if code.stage), ""),
        tone=tone, marked_at=now, marked_by_id=actor.user_id,
    )  # fmt: skip
    quote.codes.set(found)
    return quote


@transaction.atomic
def remove_quote(*, quote: str, actor: Actor, now: datetime) -> Interview:
    """Take a quote's mark away; the notes stay as they are."""
    actor.must(WRITE_INTERVIEWS)
    row = (
        Quote.objects.filter(interview__in=Interview.objects.visible_to(actor))
        .select_related("interview")
        .filter(public_id=quote)
        .first()
    )
    if row is None:
        raise Missing(_("There is no such quote."))
    row.delete()
    return row.interview


@transaction.atomic
def add_code(
    *, name_zh: str, name_en: str = "", meaning: str = "", stage: str = "", actor: Actor, now: datetime
) -> Code:
    """A new code of the code book."""
    actor.must(WRITE_INTERVIEWS)
    return Code.objects.create(**_code(name_zh, name_en, meaning, stage, 0))


@transaction.atomic
def change_code(
    *, code: str, name_zh: str, name_en: str = "", meaning: str = "", stage: str = "", is_retired: bool = False,
    actor: Actor, now: datetime,
) -> Code:  # fmt: skip
    """Reword a code, or retire it: old quotes keep it, new ones cannot have it."""
    actor.must(WRITE_INTERVIEWS)
    row = Code.objects.select_for_update().filter(public_id=code).first()
    if row is None:
        raise Missing(_("There is no such code."))
    for name, value in _code(name_zh, name_en, meaning, stage, row.pk).items():
        setattr(row, name, value)
    row.is_retired = is_retired
    row.save()
    return row


def _own(interview: str, actor: Actor) -> Interview:
    row = Interview.objects.visible_to(actor).select_for_update().filter(public_id=interview).first()
    if row is None:
        raise Missing(_("There is no such interview."))
    return row


def _checked(
    notes: str, held_on: date, consent: str, stage: str, customer: str, who: str, actor: Actor, now: datetime
) -> dict[str, Any]:
    notes = notes.replace("\r\n", "\n").strip()
    wrong: dict[str, str] = {}
    person = None
    if not notes:
        wrong["notes"] = _("Write down what was said.")
    elif len(notes) > MOST_LETTERS:
        wrong["notes"] = _("Notes have at most %(most)d letters.") % {"most": MOST_LETTERS}
    if held_on > now.date():
        wrong["held_on"] = _("This day is still to come.")
    if consent not in Interview.Consent.values:
        wrong["consent"] = _("Say what the person agreed to.")
    if stage and stage not in Stage.values:
        wrong["stage"] = _("There is no such stage.")
    if customer.strip():
        person = Customer.objects.visible_to(actor).filter(public_id=customer.strip()).first()
        if person is None:
            wrong["customer"] = _("There is no such customer.")
    elif not who.strip():
        wrong["who"] = _("Name the customer, or describe who it was.")
    if wrong:
        raise Invalid(_("The interview could not be kept."), fields=wrong)
    return {
        "notes": notes, "held_on": held_on, "consent": consent, "stage": stage, "customer": person, "who": who.strip()[:200]
    }  # fmt: skip


def _keep_quotes(row: Interview, notes: str) -> None:
    plain = " ".join(notes.split())
    lost = [quote.words for quote in row.quotes.all() if " ".join(quote.words.split()) not in plain]
    if lost:
        words = _(
            "Quotes would lose their place: %(quotes)s. Leave their words as they are, or take the quotes away first."
        ) % {"quotes": "; ".join(f"“{text[:40]}”" for text in lost[:3])}
        raise Invalid(words, fields={"notes": words})


def _code(name_zh: str, name_en: str, meaning: str, stage: str, pk: int) -> dict[str, str]:
    name_zh, name_en = name_zh.strip()[:80], name_en.strip()[:120]
    if not name_zh and not name_en:
        wrong = _("Give the code a name.")
        raise Invalid(wrong, fields={"name_zh": wrong})
    if stage and stage not in Stage.values:
        wrong = _("There is no such stage.")
        raise Invalid(wrong, fields={"stage": wrong})
    name_zh = name_zh or name_en[:80]
    if Code.objects.filter(name_zh=name_zh, stage=stage).exclude(pk=pk).exists():
        wrong = _("There is a code of this name already.")
        raise Invalid(wrong, fields={"name_zh": wrong})
    return {"name_zh": name_zh, "name_en": name_en, "meaning": meaning.strip()[:300], "stage": stage}
