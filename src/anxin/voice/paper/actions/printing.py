"""Asking for copies, and for invitations on paper."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.registers.customers.models import ContactPoint
from anxin.voice.campaigns.filling import expiry
from anxin.voice.campaigns.models import Campaign, Invitation
from anxin.voice.campaigns.optout import customers_out
from anxin.voice.campaigns.reaching import targets
from anxin.voice.paper.layouts import layout_for
from anxin.voice.paper.models import PrintRun
from anxin.voice.paper.permissions import PRINT_PAPER
from anxin.voice.paper.printing import unprinted
from anxin.voice.questionnaires.models import Version

MOST_COPIES = 5_000


@transaction.atomic
def ask_print(*, campaign: str, language: str, copies: int, personal: bool, actor: Actor, now: datetime) -> PrintRun:
    """Have copies of a campaign's questionnaire printed. `copies` is how many anonymous ones, or the most personal ones.

    What paper cannot hold is refused here, before anybody waits for it.
    """
    actor.must(PRINT_PAPER)
    row = _campaign(campaign, actor)
    wrong: dict[str, str] = {}
    definition = row.version.definition
    if language not in definition.languages:
        wrong["language"] = _("The questionnaire is not written in this language.")
    if not 1 <= copies <= MOST_COPIES:
        wrong["copies"] = _("Print 1 to %(most)s copies at once.") % {"most": f"{MOST_COPIES:,}"}
    elif personal and not wrong:
        waiting = unprinted(row, language).count()
        if row.is_anonymous:
            # Whoever holds the list of addresses could tell from the number whose answer it is.
            wrong["personal"] = _("This campaign is anonymous: print anonymous copies.")
        elif not waiting:
            wrong["personal"] = _("Nobody waits for a paper form in this language. Make invitations on paper first.")
        copies = min(copies, waiting)
    if wrong:
        raise Invalid(_("This cannot be printed as it is."), fields=wrong)
    layout = layout_for(row.version, language, now)
    return PrintRun.objects.create(
        campaign=row,
        layout=layout,
        language=language,
        is_personal=personal,
        asked_by_id=actor.user_id,
        asked_at=now,
        whole=copies,
    )


@transaction.atomic
def invite_on_paper(*, campaign: str, actor: Actor, now: datetime) -> tuple[int, dict[str, int]]:
    """Invitations on paper for everybody in the campaign's audience with an address: how many, and why others have none.

    The same audience again makes nothing for those who are invited already, by whatever channel. An opt-out holds.
    """
    actor.must(PRINT_PAPER)
    row = _campaign(campaign, actor)
    if row.occasion == Campaign.Occasion.OPEN or not row.audience:
        raise IllegalMove(_("This campaign asks nobody in particular: print anonymous copies."))
    if row.is_anonymous:
        raise IllegalMove(_("This campaign is anonymous: print anonymous copies."))
    row = Campaign.objects.select_for_update(of=("self",)).select_related("version").get(pk=row.pk)
    made, left = 0, Counter[str]()
    due = max(now, row.starts_at or now)
    for batch in targets(row, now):
        people = {one.customer for one in batch if one.customer is not None}
        asked = set(
            Invitation.objects.filter(campaign=row, customer_id__in=people).values_list("customer_id", flat=True)
        )
        out = customers_out(people)
        housed = set(
            ContactPoint.objects.filter(customer_id__in=people, kind=ContactPoint.Kind.ADDRESS).values_list(
                "customer_id", flat=True
            )
        )
        fresh: list[Invitation] = []
        for one in batch:
            if one.customer is None:
                left["no_contact"] += bool(one.contact)
            elif one.customer in asked:
                left["asked"] += 1
            elif one.customer in out:
                left["opted_out"] += 1
            elif one.customer not in housed:
                left["no_contact"] += 1
            else:
                asked.add(one.customer)
                fresh.append(
                    Invitation(
                        campaign=row,
                        customer_id=one.customer,
                        channel=Campaign.Channel.PAPER,
                        language=row.version.definition.languages[0],
                        case_id=one.case,
                        branch_id=one.branch,
                        person_id=one.person,
                        facts={**one.facts, "channel": "paper"},
                        # Sent when it is printed, which no sender of messages does.
                        state=Invitation.State.SENT,
                        sent_at=now,
                        due_at=due,
                        expires_at=expiry(row, due),
                    )
                )
        made += len(Invitation.objects.bulk_create(fresh, 200))
    return made, dict(left)


def _campaign(public_id: str, actor: Actor) -> Campaign:
    row = (
        Campaign.objects.visible_to(actor).select_related("version__questionnaire").filter(public_id=public_id).first()
    )
    if row is None:
        raise Missing(_("There is no such campaign."))
    if row.state == Campaign.State.DRAFT or row.version.state == Version.State.DRAFT:
        raise IllegalMove(_("Start the campaign first: what is on paper cannot be changed any more."))
    if row.state == Campaign.State.ENDED:
        raise IllegalMove(_("This campaign has ended."))
    return row
