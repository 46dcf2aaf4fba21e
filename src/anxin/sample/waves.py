"""Three waves of the service-quality study, 1,200 answers each, the second on paper; and a short one after every closed claim.

The past is told in bulk: invitations get the moments at which they were sent and opened without a message being sent.
Answers go through the room's own action, as those from paper and files do.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np

from anxin.access.actors import Actor, actor_of
from anxin.registers.customers.models import Customer
from anxin.sample.insurer import Insurer
from anxin.sample.opinions import Wave, draw
from anxin.sample.population import Population
from anxin.voice.campaigns.actions import create_campaign, end_campaign, start_campaign
from anxin.voice.campaigns.models import Campaign, Invitation
from anxin.voice.questionnaires.actions import copy_questionnaire, publish_version
from anxin.voice.questionnaires.models import Questionnaire, Version
from anxin.voice.questionnaires.shipping import ensure_templates
from anxin.voice.responses.actions import take_response

ANSWERS = 1_200
INVITED = 1_900
ANALYST = "ruanqing"
# Days before the as-of day, names, whether on paper, what had changed. The fast lane for small claims came before the third.
WAVES = (
    (430, "2025春", "服务质量调查（第一期）", "Service quality, first wave", False, Wave()),
    (250, "2025秋", "服务质量调查（第二期，纸质）", "Service quality, second wave, on paper", True, Wave({("care", "CONV"): 0.06})),
    (45, "2026春", "服务质量调查（第三期）", "Service quality, third wave", False,
     Wave({("claims", "DUTY"): 0.42, ("claims", "CONV"): 0.22, ("care", "CONV"): 0.06})),
)  # fmt: skip
Progress = Callable[[int], None]


def add_waves(
    rng: random.Random,
    insurer: Insurer,
    population: Population,
    *,
    as_of: datetime,
    answers: int = ANSWERS,
    progress: Progress | None = None,
) -> None:
    """Questionnaires from the shipped templates, the waves with `answers` each, and the running campaign after claims."""
    analyst = actor_of(insurer.staff[ANALYST])
    begin = as_of - timedelta(days=WAVES[0][0] + 20)
    ensure_templates(now=begin)
    version = _published("template-study", "保险服务质量调查问卷", "Service-quality questionnaire", analyst, begin)
    done = 0
    for number, (days, wave, name_zh, name_en, paper, shape) in enumerate(WAVES):
        opened = as_of - timedelta(days=days)
        campaign = create_campaign(
            values={
                "name_zh": name_zh, "name_en": name_en, "version": version.public_id, "wave": wave,
                "occasion": "paper" if paper else "once", "channels": ["paper"] if paper else ["sms", "email"],
                # A personal copy has a serial, and the list of addresses says whose.
                "is_anonymous": not paper, "audience": {"kind": "segment"}, "expires_after_days": 21, "quiet_days": 90,
            },
            actor=analyst, now=opened,
        )  # fmt: skip
        start_campaign(campaign=campaign.public_id, actor=analyst, now=opened)
        campaign.refresh_from_db()
        invitations = _invited(rng, campaign, population, paper=paper, share=answers / ANSWERS, at=opened)
        chosen = rng.sample(invitations, min(answers, len(invitations)))
        if not paper:
            _opened(chosen)
        places = {branch.pk: place for place, branch in enumerate(insurer.branches.values())}
        branches = np.array([places.get(one.branch_id or 0, 0) for one in chosen], np.int64)
        opinions = draw(version.definition, len(chosen), 7_100 + number, shape, branches)
        for place, (invitation, opinion) in enumerate(zip(chosen, opinions, strict=True)):
            take_response(
                campaign=campaign, invitation=invitation, answers=opinion.answers, language=opinion.language,
                source="paper" if paper else "web", serial=f"P{place + 1:05}" if paper else "",
                seconds=None if paper else opinion.seconds,
                now=opened + timedelta(days=min(rng.expovariate(0.22), 20.0)),
            )  # fmt: skip
            done += 1
            if progress is not None and done % 100 == 0:
                progress(done)
        end_campaign(campaign=campaign.public_id, actor=analyst, now=opened + timedelta(days=21))
    _after_claims(analyst, as_of)


def _published(template: str, name_zh: str, name_en: str, actor: Actor, now: datetime) -> Version:
    source = Version.objects.get(
        questionnaire=Questionnaire.objects.get(public_id=template), state=Version.State.PUBLISHED
    )
    copy = copy_questionnaire(version=source.public_id, name_zh=name_zh, name_en=name_en, actor=actor, now=now)
    return publish_version(version=copy.public_id, actor=actor, now=now)


def _invited(
    rng: random.Random, campaign: Campaign, population: Population, *, paper: bool, share: float, at: datetime
) -> list[Invitation]:
    """Everybody asked in this wave, written at once with when it was sent and, for links, opened."""
    people: list[Customer] = rng.sample(population.customers, min(len(population.customers), round(INVITED * share)))
    rows = []
    for person in people:
        sent = at + timedelta(minutes=rng.randrange(600))
        seen = not paper and rng.random() < 0.74
        rows.append(
            Invitation(
                campaign=campaign, customer=person, channel="paper" if paper else rng.choice(("sms", "sms", "email")),
                state=Invitation.State.OPENED if seen else Invitation.State.SENT, branch_id=person.branch_id,
                due_at=at, sent_at=sent, opened_at=sent + timedelta(hours=rng.expovariate(0.05)) if seen else None,
                expires_at=at + timedelta(days=21),
            )
        )  # fmt: skip
    for row in rows:
        row.facts = {"channel": row.channel}
    Invitation.objects.bulk_create(rows, 400)
    Campaign.objects.filter(pk=campaign.pk).update(filled_at=at)
    return rows


def _opened(invitations: list[Invitation]) -> None:
    """Whoever answers by a link has opened it, if not before then soon after it came."""
    for row in invitations:
        if row.opened_at is None and row.sent_at is not None:
            row.opened_at = row.sent_at + timedelta(hours=1)
    Invitation.objects.bulk_update(invitations, ["opened_at"], 400)


def _after_claims(analyst: Actor, as_of: datetime) -> None:
    """One short question a day after a claim closes; it runs from now on."""
    version = _published("template-stage", "理赔结案回访", "After a claim", analyst, as_of)
    campaign = create_campaign(
        values={
            "name_zh": "理赔结案后一天", "name_en": "A day after a claim closes", "version": version.public_id,
            "occasion": "event", "channels": ["sms", "portal"], "trigger": {"activity": "claims.closed", "after_hours": 24},
            "expires_after_days": 14, "quiet_days": 90, "rates": "claim",
        },
        actor=analyst, now=as_of,
    )  # fmt: skip
    start_campaign(campaign=campaign.public_id, actor=analyst, now=as_of)
