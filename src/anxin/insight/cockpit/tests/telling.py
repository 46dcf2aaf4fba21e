"""A quarter of claims told in bulk, in two branches: enough for every number of the cockpit, small enough to count by hand."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from anxin.access.actors import Actor, actor_of
from anxin.access.models import Branch, User
from anxin.journal.history import History
from anxin.journal.lake.sync import sync

FIRST = datetime(2024, 12, 20, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def tell(branches: list[Branch], staff: dict[str, User], now: datetime, *, claims: int = 60) -> None:
    """`claims` in turn in each branch, one every day and a half; the last ones are still open. Then the lake takes them in."""
    rng = random.Random(7)
    people = {role: actor_of(staff[role]) for role in ("call_taker", "surveyor", "assessor", "adjudicator", "finance")}
    history = History()
    for number in range(claims):
        _claim(history, branches[number % len(branches)], people, rng, FIRST + number * 33 * HOUR, now, number)
    history.write()
    sync()


def _claim(
    history: History, branch: Branch, people: dict[str, Actor], rng: random.Random, at: datetime, now: datetime, number: int
) -> None:  # fmt: skip
    facts = {
        "line": "home" if number % 5 == 0 else "motor_commercial", "individual": True, "compulsory": False, "third_party": False,
        "small": number % 3 != 0, "injury": number % 11 == 0,
    }  # fmt: skip
    chain = history.open(
        kind="claim", branch=branch, subject=("customer", f"{number:024x}"), state="notified", opened_at=at
    )

    def say(activity: str, data: dict[str, Any], who: str, hours: float) -> bool:
        """Whether it happened by now."""
        nonlocal at
        at = at + timedelta(hours=hours * rng.uniform(0.4, 1.9))
        if at > now:
            return False
        chain.say(activity, data, at=at, actor=people[who])
        return True

    kind = "home" if number % 5 == 0 else "motor"
    chain.say("claims.notified", facts | {"type": kind, "cause": "water"}, at=at, actor=people["call_taker"])
    refused = number % 9 == 4
    steps: list[tuple[str, dict[str, Any], str, float]] = [
        ("claims.contacted", {"outcome": "reached"}, "call_taker", 0.8), ("claims.opened", facts, "call_taker", 12),
        ("case.handed_over", {"from": "call_centre", "to": "survey"}, "call_taker", 1), ("claims.surveyed", {}, "surveyor", 20),
        ("case.handed_over", {"from": "survey", "to": "adjudication"}, "surveyor", 1),
        ("claims.request_received", facts, "adjudicator", 9), ("claims.proofs_complete", facts, "adjudicator", 9),
    ]  # fmt: skip
    if refused:
        steps += [
            ("claims.refused", {}, "adjudicator", 70),
            ("claims.closed", {"outcome": "refused"}, "adjudicator", 5),
        ]
    else:
        steps += [
            ("claims.decided", {"outcome": "accepted"}, "adjudicator", 70), ("claims.agreement_reached", {}, "adjudicator", 6),
            ("claims.fully_paid", {}, "finance", 40), ("claims.closed", {"outcome": "paid", "paid": 100_000}, "finance", 3),
        ]  # fmt: skip
    done = all(say(*step) for step in steps)
    chain.run_until(now)
    if done:
        chain.set(state="closed", closed_at=at)


def ask_about_stages(
    branches: list[Branch], at: datetime, *, wave: str, answers: int = 90, means: dict[str, float], of: Any = None
) -> Any:
    """A survey about stages of the service: three questions a stage, answered by people of the branches in turn."""
    import json

    from anxin.voice.campaigns.models import Campaign
    from anxin.voice.questionnaires.models import Questionnaire, Version
    from anxin.voice.responses.models import Response

    questions = [
        {
            "code": f"{stage}{place}", "kind": "scale", "role": "perception", "text": {"zh": f"{stage} {place}"},
            "scale": {"low": 1, "high": 5}, "source": {"instrument": "own", "item": f"{stage}{place}", "stage": stage},
        }
        for stage in means
        for place in range(3)
    ]  # fmt: skip
    body = {"languages": ["zh"], "title": {"zh": "服务"}, "pages": [{"code": "p", "questions": questions}]}
    questionnaire = of or Questionnaire.objects.create(name_zh="服务", created_at=at)
    version = Version.objects.create(
        questionnaire=questionnaire, number=questionnaire.versions.count() + 1, state="published", body=json.dumps(body), saved_at=at
    )  # fmt: skip
    campaign = Campaign.objects.create(
        name_zh=f"调查 {wave}", version=version, state=Campaign.State.RUNNING, occasion=Campaign.Occasion.OPEN, channels=["qr"],
        wave=wave, created_at=at, starts_at=at,
    )  # fmt: skip
    rng = random.Random(wave)
    Response.objects.bulk_create([
        Response(
            campaign=campaign, version=version, source="web", state=Response.State.COMPLETE, started_at=at, touched_at=at,
            submitted_at=at, seconds=200, branch=branches[number % len(branches)],
            answers=json.dumps({
                one["code"]: min(5, max(1, round(rng.gauss(means[one["source"]["stage"]], 0.9)))) for one in questions
            }),
        )
        for number in range(answers)
    ])  # fmt: skip
    return campaign
