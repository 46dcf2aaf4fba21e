"""Third parties, the injured, whom to pay, and the share of fault."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.access.actors import Actor
from anxin.access.errors import Invalid, Missing
from anxin.journal.writing import CaseWork
from anxin.journeys.claims import activities
from anxin.journeys.claims.actions.notification import (
    MAX_PARTIES,
    OWN,
    PartyInput,
    check_party,
    list_papers,
    listed_facts,
    number_parties,
)
from anxin.journeys.claims.actions.papers import note_given_with_payee
from anxin.journeys.claims.models import Claim, Party, Payee, RequiredPaper
from anxin.journeys.claims.permissions import EDIT_PARTIES, SET_LIABILITY, SET_PAYEE
from anxin.journeys.claims.titles import title_of
from anxin.journeys.claims.working import on_claim

POLICE_REPORT, AGREEMENT, SURVEYED, NONE = "police_report", "agreement", "survey", "none"
BASES = {
    POLICE_REPORT: gettext_lazy("Police report"),
    AGREEMENT: gettext_lazy("Agreement of the parties"),
    SURVEYED: gettext_lazy("Survey"),
    NONE: gettext_lazy("Not established"),
}
CHANGEABLE = {"name": 60, "phone": 30, "plate": 12, "note": 200}
_ACCOUNT = re.compile(r"\d{8,32}")


def add_party(*, claim: str, party: PartyInput, expected: int | None = None, actor: Actor, now: datetime) -> Party:
    """Add someone or something found to be in it. Papers asked of that kind of party are listed for them at once."""
    actor.must(EDIT_PARTIES)
    check_party(party)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="add_party") as (work, row):
        before = list(Party.objects.filter(claim=row).values_list("kind", flat=True))
        if len(before) >= MAX_PARTIES:
            raise Invalid(_("At most %(many)d parties.") % {"many": MAX_PARTIES})
        (added,) = number_parties(before, [party])
        added.claim = row
        added.save(force_insert=True)
        work.record(activities.PARTY_ADDED, {"party": added.code, "kind": added.kind})
        _note_kind(work, row, [*before, added.kind])
        edition, papers = list_papers(row, [added], now)
        papers = RequiredPaper.objects.bulk_create(paper for paper in papers if paper.party is not None)
        if papers:
            work.record(activities.PAPERS_LISTED, listed_facts(edition, papers))
        return added


def change_party(
    *,
    claim: str,
    party: str,
    changes: Mapping[str, str | bool],
    expected: int | None = None,
    actor: Actor,
    now: datetime,
) -> Party:
    """Correct what is known of a party: `name`, `phone`, `plate`, `note`, `in_hospital`. The event says which, not what."""
    actor.must(EDIT_PARTIES)
    unknown = changes.keys() - CHANGEABLE.keys() - {"in_hospital"}
    if unknown:
        raise Invalid(_("This cannot be changed: %(what)s") % {"what": ", ".join(sorted(unknown))})
    with on_claim(claim, expected=expected, actor=actor, now=now, move="add_party") as (work, row):
        found = _party(row, party)
        changed = []
        for name, value in changes.items():
            wanted = bool(value) if name == "in_hospital" else str(value).strip()
            if isinstance(wanted, str) and len(wanted) > CHANGEABLE[name]:
                message = _("At most %(many)d characters.") % {"many": CHANGEABLE[name]}
                raise Invalid(message, fields={name: message})
            if getattr(found, name) != wanted:
                setattr(found, name, wanted)
                changed.append(name)
        if changed:
            found.save(update_fields=changed)
            work.record(activities.PARTY_CHANGED, {"party": found.code, "fields": sorted(changed)})
        return found


def set_payee(
    *, claim: str, party: str = OWN, name: str, bank: str, account_number: str, beside: bool = False,
    expected: int | None = None, actor: Actor, now: datetime,
) -> Payee:  # fmt: skip
    """Say where a party's money goes. The accounts before it stay on record, out of use; payments made keep theirs.

    With `beside` the accounts given before stay in use (the repairer's beside the insured's): the first of them gets the
    money unless the payment is split.
    """
    actor.must(SET_PAYEE)
    number = re.sub(r"[\s-]", "", account_number)
    wrong: dict[str, str] = {}
    if not name.strip() or len(name.strip()) > 60:
        wrong["name"] = _("Enter the account holder's name.")
    if not bank.strip() or len(bank.strip()) > 60:
        wrong["bank"] = _("Enter the name of the bank.")
    if not _ACCOUNT.fullmatch(number):
        wrong["account_number"] = _("An account number has 8 to 32 digits.")
    if wrong:
        raise Invalid(_("The payment details are not complete."), fields=wrong)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="contact") as (work, row):
        owner = _party(row, party)
        if not beside:
            # The insured's account out of the register has no party.
            whose = Q(party=owner) | Q(party=None) if owner.kind == Party.Kind.OWN else Q(party=owner)
            Payee.objects.filter(whose, claim=row, is_current=True).update(is_current=False)
        payee = Payee.objects.create(
            claim=row, party=owner, name=name.strip(), bank=bank.strip(), account_number=number, given_at=now
        )
        work.record(activities.PAYEE_SET, {"payee": payee.public_id, "party": owner.code, "last_four": payee.last_four})
        note_given_with_payee(work, row, owner)
        return payee


def set_liability(
    *, claim: str, permille: int, basis: str, text: str = "", expected: int | None = None, actor: Actor, now: datetime
) -> Claim:
    """Set the insured's share of fault in thousandths, and on what it rests."""
    actor.must(SET_LIABILITY)
    wrong: dict[str, str] = {}
    if not 0 <= permille <= 1000:
        wrong["permille"] = _("The share lies between 0 and 100 %.")
    if basis not in BASES:
        wrong["basis"] = _("Choose on what the share rests.")
    if wrong:
        raise Invalid(_("The liability share cannot be set so."), fields=wrong)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="set_liability") as (work, row):
        row.liability_permille, row.liability_basis = permille, basis
        row.save(update_fields=["liability_permille", "liability_basis"])
        words = work.text(text.strip()) if text.strip() else {}
        work.record(activities.LIABILITY_SET, {"permille": permille, "basis": basis, **words})
        return row


def _party(claim: Claim, code: str) -> Party:
    found = Party.objects.filter(claim=claim, code=code).first()
    if found is None:
        raise Missing(_("There is no such party in this claim."))
    return found


def _note_kind(work: CaseWork, claim: Claim, kinds: list[str]) -> None:
    """A later party can make it an injury claim: the facts promises go by, the title and "small" follow."""
    injured = Party.Kind.INJURED in kinds
    third = Party.Kind.THIRD_VEHICLE in kinds or Party.Kind.THIRD_PROPERTY in kinds
    if (injured and not claim.has_injury) or (third and not claim.has_third_party) or claim.is_small:
        claim.has_injury, claim.has_third_party = claim.has_injury or injured, claim.has_third_party or third
        claim.is_small = claim.is_small and not (claim.has_injury or claim.has_third_party)
        claim.save(update_fields=["has_injury", "has_third_party", "is_small"])
    title_zh, title_en = title_of(
        claim_type=claim.type, line=claim.line, cause=claim.cause, account=claim.account, parties=kinds,
        has_injury=claim.has_injury, has_third_party=claim.has_third_party,
    )  # fmt: skip
    work.set(title_zh=title_zh, title_en=title_en)
