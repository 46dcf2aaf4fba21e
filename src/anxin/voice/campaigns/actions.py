"""The only writers of campaigns and opt-outs. Invitations are made by `filling` and `reactions`, and sent by `sending`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.access.models import Branch
from anxin.registers.customers.models import Customer
from anxin.registers.importing.report import Report
from anxin.voice.campaigns import optout
from anxin.voice.campaigns.audience import BadAudience, read_audience
from anxin.voice.campaigns.models import Campaign, Invitation, OptOut, Recipient
from anxin.voice.campaigns.occasions import ACTIVITIES
from anxin.voice.campaigns.permissions import OPT_OUT, RUN_CAMPAIGNS
from anxin.voice.campaigns.uploads import read_list
from anxin.voice.questionnaires.models import Version

Occasion, State = Campaign.Occasion, Campaign.State
SERVICES = ("", "claim", "conversation", "callback")
# What each occasion may go out by; the first is used where a person prefers none of them.
CHANNELS: Mapping[str, tuple[str, ...]] = {
    Occasion.ONCE: ("sms", "email", "portal"),
    Occasion.EVENT: ("sms", "email", "portal"),
    Occasion.OPEN: ("qr", "wechat"),
    Occasion.PAPER: ("paper",),
}
# What may still be changed once it runs: nothing that those who answered already were asked under.
_WHILE_RUNNING = frozenset({"name_zh", "name_en", "ends_at", "expires_after_days", "remind_after_days", "quiet_days"})
FIELDS = frozenset({
    "name_zh", "name_en", "version", "occasion", "channels", "is_anonymous", "branch", "wave", "trigger", "audience",
    "starts_at", "ends_at", "expires_after_days", "remind_after_days", "quiet_days", "rates",
})  # fmt: skip
OPEN_STATES = (Invitation.State.WAITING, Invitation.State.SENT, Invitation.State.OPENED)


@transaction.atomic
def create_campaign(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> Campaign:
    """A draft. `values` by field: `version` and `branch` are a public id and a branch's code ("" for the whole insurer).

    Raises `Invalid` with every field that will not do.
    """
    actor.must(RUN_CAMPAIGNS)
    row = Campaign(created_at=now, created_by_id=actor.user_id)
    _set(row, values, actor, now)
    row.save(force_insert=True)
    return row


@transaction.atomic
def change_campaign(*, campaign: str, values: Mapping[str, Any], actor: Actor, now: datetime) -> Campaign:
    """A draft in everything; one that runs in its names and times only. What does not change may be among the values."""
    actor.must(RUN_CAMPAIGNS)
    row = _own(campaign, actor)
    if row.state == State.ENDED:
        raise IllegalMove(_("The campaign has ended."))
    if row.state != State.DRAFT:
        values = {name: value for name, value in values.items() if name in _WHILE_RUNNING}
    _set(row, values, actor, now)
    row.save()
    return row


@transaction.atomic
def upload_list(*, campaign: str, content: bytes, actor: Actor, now: datetime) -> Report:
    """Put a list of people in the place of the one before: all of it, or with one bad row nothing. The report names them."""
    actor.must(RUN_CAMPAIGNS)
    row = _own(campaign, actor)
    if row.state != State.DRAFT:
        raise IllegalMove(_("The campaign has begun; its list stays as it is."))
    listed, report = read_list(content, actor=actor)
    if not report.ok:
        return report
    Recipient.objects.filter(campaign=row).delete()
    Recipient.objects.bulk_create([Recipient(campaign=row, customer_id=pk) for pk in listed.customers], 400)
    Recipient.objects.bulk_create([Recipient(campaign=row, contact=one) for one in listed.contacts], 400)
    row.audience = {"kind": "upload"}
    row.save(update_fields=["audience"])
    return report


@transaction.atomic
def start_campaign(*, campaign: str, actor: Actor, now: datetime) -> Campaign:
    """From now on people are asked: the worker makes and sends the invitations, an event brings its own, a link opens."""
    actor.must(RUN_CAMPAIGNS)
    row = _own(campaign, actor)
    if row.state != State.DRAFT:
        raise IllegalMove(_("Only a draft is started."))
    _check_version(row)
    if row.ends_at is not None and row.ends_at <= now:
        wrong = _("The campaign would be over before it begins. Choose a later end.")
        raise Invalid(wrong, fields={"ends_at": wrong})
    by_list = row.audience.get("kind") == "upload"
    if by_list and not Recipient.objects.filter(campaign=row).exists():
        raise Invalid(_("Upload the list of people first."), fields={"audience": _("There is no list yet.")})
    row.state = State.RUNNING
    row.is_pretest = row.version.state == Version.State.PRETEST
    row.starts_at = row.starts_at or now
    row.save()
    return row


@transaction.atomic
def pause_campaign(*, campaign: str, actor: Actor, now: datetime) -> Campaign:
    """Nothing is sent and no page opens until it is resumed; what people began is kept."""
    return _move(campaign, (State.RUNNING,), State.PAUSED, actor)


@transaction.atomic
def resume_campaign(*, campaign: str, actor: Actor, now: datetime) -> Campaign:
    return _move(campaign, (State.PAUSED,), State.RUNNING, actor)


@transaction.atomic
def end_campaign(*, campaign: str, actor: Actor, now: datetime) -> Campaign:
    """For good: links close, what was not sent is not sent."""
    row = _move(campaign, (State.RUNNING, State.PAUSED), State.ENDED, actor)
    close_invitations(row)
    if row.ends_at is None or row.ends_at > now:
        row.ends_at = now
        row.save(update_fields=["ends_at"])
    return row


@transaction.atomic
def delete_draft(*, campaign: str, actor: Actor, now: datetime) -> None:
    actor.must(RUN_CAMPAIGNS)
    row = _own(campaign, actor)
    if row.state != State.DRAFT:
        raise IllegalMove(_("Only a draft is deleted. End the campaign instead."))
    row.delete()


def close_invitations(row: Campaign) -> int:
    """What is open of an ended campaign is over."""
    return row.invitations.filter(state__in=OPEN_STATES).update(state=Invitation.State.EXPIRED)


@transaction.atomic
def opt_out(*, customer: Customer | None = None, contact: str = "", actor: Actor, now: datetime) -> None:
    """No more questionnaires for this customer, or this contact: by themselves in the portal, or by the desk for a caller.

    Holds for every campaign and channel at once; what is open is closed. Told twice, written once.
    """
    actor.must(OPT_OUT)
    _refuse(*_whom(customer, contact, actor), now)


@transaction.atomic
def opt_in(*, customer: Customer | None = None, contact: str = "", actor: Actor, now: datetime) -> None:
    """Back in: from now on they may be asked again."""
    actor.must(OPT_OUT)
    _take_back(*_whom(customer, contact, actor))


@transaction.atomic
def opt_out_by_link(*, invitation: Invitation, now: datetime) -> None:
    """By whoever holds the personal link: it says who they are, and opens nothing else."""
    _refuse(invitation.customer_id, invitation.contact, now)
    # Also where the contact is nobody's any more: the link they pressed is closed in any case.
    Invitation.objects.filter(pk=invitation.pk, state__in=OPEN_STATES).update(state=Invitation.State.REFUSED)


@transaction.atomic
def opt_in_by_link(*, invitation: Invitation, now: datetime) -> None:
    _take_back(invitation.customer_id, invitation.contact)


@transaction.atomic
def opt_out_contact(*, contact: str, now: datetime) -> None:
    """From an open page, by anybody, for a phone number or an e-mail address. Raises `Invalid` for what is neither."""
    _refuse(None, _contact(contact), now)


def _whom(customer: Customer | None, contact: str, actor: Actor) -> tuple[int | None, str]:
    if customer is not None:
        found = Customer.objects.filter(pk=customer.pk)
        # A call taker answers whoever calls: refusing is everybody's right whatever branch manages them.
        if actor.is_customer and not found.filter(public_id=actor.customer_public_id).exists():
            raise Missing(_("There is no such customer."))
        return customer.pk, ""
    if actor.is_customer:
        raise NotAllowed(_("You can only speak for yourself."))
    return None, _contact(contact)


def _contact(text: str) -> str:
    try:
        return optout.normalised(text)
    except ValueError as wrong:
        raise Invalid(str(wrong), fields={"contact": str(wrong)}) from None


def _refuse(customer: int | None, contact: str, now: datetime) -> None:
    if customer is not None:
        OptOut.objects.get_or_create(customer_id=customer, defaults={"at": now})
        mine = Invitation.objects.filter(customer_id=customer)
    elif contact:
        OptOut.objects.get_or_create(contact_digest=optout.digest_of(contact), defaults={"at": now})
        owners = Customer.objects.filter(contacts__normalised=contact, contacts__kind__in=["mobile", "email"])
        mine = Invitation.objects.filter(contact=contact) | Invitation.objects.filter(customer__in=owners)
    else:
        return
    mine.filter(state__in=OPEN_STATES).update(state=Invitation.State.REFUSED)


def _take_back(customer: int | None, contact: str) -> None:
    if customer is not None:
        OptOut.objects.filter(customer_id=customer).delete()
        points = Customer.objects.filter(pk=customer).values_list("contacts__normalised", flat=True)
        OptOut.objects.filter(contact_digest__in=[optout.digest_of(one) for one in points if one]).delete()
    elif contact:
        OptOut.objects.filter(contact_digest=optout.digest_of(contact)).delete()


def _move(campaign: str, before: Sequence[str], after: str, actor: Actor) -> Campaign:
    actor.must(RUN_CAMPAIGNS)
    row = _own(campaign, actor)
    if row.state not in before:
        raise IllegalMove(
            _("The campaign is not in a state for this: it is “%(state)s”.") % {"state": row.get_state_display()}
        )
    row.state = after
    row.save(update_fields=["state"])
    return row


def _own(campaign: str, actor: Actor) -> Campaign:
    found = Campaign.objects.visible_to(actor).filter(public_id=campaign)
    row = found.select_for_update(of=("self",)).select_related("version__questionnaire", "branch").first()
    if row is None:
        raise Missing(_("There is no such campaign."))
    if actor.branch_ids is not None and row.branch_id is None:
        raise NotAllowed(_("This campaign is the whole insurer's. Somebody who sees every branch runs it."))
    return row


def _check_version(row: Campaign) -> None:
    if row.version.state not in (Version.State.PUBLISHED, Version.State.PRETEST):
        wrong = _("Choose a published version, or one in pre-test.")
        raise Invalid(wrong, fields={"version": wrong})


def _set(row: Campaign, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Put the values into the row, or raise `Invalid` with every field that will not do."""
    strange = set(values) - FIELDS
    if strange:
        raise TypeError(f"a campaign has no {', '.join(sorted(strange))}")
    wrong: dict[str, str] = {}
    if "version" in values:
        found = Version.objects.filter(public_id=values["version"], questionnaire__is_template=False).first()
        if found is None or found.state not in (Version.State.PUBLISHED, Version.State.PRETEST):
            wrong["version"] = _("Choose a published version, or one in pre-test.")
        else:
            row.version = found
            row.is_pretest = found.state == Version.State.PRETEST
    if "branch" in values:
        row.branch = Branch.objects.filter(code=values["branch"]).first() if values["branch"] else None
        if values["branch"] and row.branch is None:
            wrong["branch"] = _("There is no such branch.")
    if actor.branch_ids is not None and row.branch_id not in actor.branch_ids:
        wrong["branch"] = _("Choose one of your branches.")
    for name in FIELDS - {"version", "branch", "audience", "trigger"}:
        if name in values:
            setattr(row, name, values[name])
    row.name_zh, row.name_en = (row.name_zh or row.name_en).strip()[:120], row.name_en.strip()[:160]
    if not row.name_zh:
        wrong["name_zh"] = _("Give the campaign a name.")
    wrong |= _occasion(row, values) | _numbers(row)
    if wrong:
        raise Invalid(_("The campaign cannot be kept like this."), fields=wrong)


def _occasion(row: Campaign, values: Mapping[str, Any]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if row.occasion not in Occasion.values:
        return {"occasion": _("Choose when people are asked.")}
    offered = CHANNELS[row.occasion]
    row.channels = [one for one in row.channels if one in offered]
    if row.occasion == Occasion.PAPER:
        row.channels = list(offered)
    if not row.channels:
        wrong["channels"] = _("Choose at least one channel.")
    if "audience" in values:
        row.audience = dict(values["audience"])
    # On paper, an audience means a copy for each; without one anybody may fill a copy in.
    if row.occasion == Occasion.ONCE or (row.occasion == Occasion.PAPER and row.audience):
        if row.occasion == Occasion.PAPER and row.is_anonymous:
            wrong["is_anonymous"] = _(
                "A personal copy's number says whose it is. Choose anonymous copies, or let answers keep the person."
            )
        try:
            audience = read_audience(row.audience)
        except BadAudience as bad:
            wrong[bad.field] = AUDIENCE_WORDS[bad.code]()
        else:
            row.audience = audience.to_data()
    else:
        row.audience = {}
    if "trigger" in values:
        row.trigger = dict(values["trigger"])
    if row.occasion == Occasion.EVENT:
        if row.trigger.get("activity") not in ACTIVITIES:
            wrong["activity"] = _("Choose what has to happen.")
        hours = row.trigger.get("after_hours", 24)
        if not isinstance(hours, int) or not 0 <= hours <= 24 * 365:
            wrong["after_hours"] = _("Give a number of hours between 0 and 8760.")
    else:
        row.trigger = {}
    if row.rates not in SERVICES:
        wrong["rates"] = _("There is no such service.")
    return wrong


AUDIENCE_WORDS = {
    "kind": lambda: _("Choose whom to ask."),
    "choice": lambda: _("Choose what happened to the claim."),
    "days": lambda: _("Give whole days, 1 to 3660."),
    "order": lambda: _("The first number of days is larger than the second."),
    "words": lambda: _("Give words, separated by commas."),
}


def _numbers(row: Campaign) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not 1 <= (row.expires_after_days or 0) <= 365:
        wrong["expires_after_days"] = _("Give 1 to 365 days.")
    if not 0 <= row.quiet_days <= 3_650:
        wrong["quiet_days"] = _("Give 0 to 3650 days.")
    reminders = row.remind_after_days
    if (
        not isinstance(reminders, list)
        or len(reminders) > 5
        or not all(isinstance(one, int) and 1 <= one <= 365 for one in reminders)
        or sorted(set(reminders)) != reminders
    ):
        wrong["remind_after_days"] = _("Give at most five rising numbers of days, such as 3, 7.")
    elif reminders and reminders[-1] >= (row.expires_after_days or 0):
        wrong["remind_after_days"] = _("A reminder must come before the link expires.")
    if row.starts_at and row.ends_at and row.ends_at <= row.starts_at:
        wrong["ends_at"] = _("The end must come after the beginning.")
    return wrong
