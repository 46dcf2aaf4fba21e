"""A campaign with open questions, answers to it, and the people who read them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from anxin.access.actors import Actor
    from anxin.access.models import Branch, User
    from anxin.registers.customers.models import Customer
    from anxin.voice.campaigns.models import Campaign, Invitation
    from anxin.voice.comments.models import Comment
    from anxin.voice.responses.models import Response

BODY = {
    "languages": ["zh"],
    "title": {"zh": "服务问卷"},
    "pages": [
        {
            "code": "p1",
            "questions": [
                {"code": "age", "kind": "text", "text": {"zh": "职业"}, "role": "profile"},
                {"code": "say", "kind": "text", "text": {"zh": "您想说什么"}, "role": "open"},
                {
                    "code": "claim", "kind": "text", "text": {"zh": "理赔怎么样"}, "role": "open",
                    "source": {"instrument": "own", "item": "claim", "stage": "claims"},
                },
            ],
        }
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_remembered_models() -> None:
    from anxin.voice.comments.learning import forget_models

    forget_models()


@pytest.fixture
def campaign(branch: Branch, now: datetime) -> Campaign:
    from anxin.voice.campaigns.models import Campaign
    from anxin.voice.questionnaires.models import Questionnaire, Version

    questionnaire = Questionnaire.objects.create(name_zh="服务问卷", created_at=now)
    version = Version.objects.create(
        questionnaire=questionnaire, number=1, state="published", body=json.dumps(BODY), saved_at=now
    )
    return Campaign.objects.create(name_zh="三月调查", version=version, occasion="open", created_at=now)


@pytest.fixture
def respond(campaign: Campaign, branch: Branch, now: datetime) -> Callable[..., Response]:
    """`respond("等了一个月")`: a complete response with this comment; `read=True` lets the worker read it."""
    from anxin.voice.comments import jobs
    from anxin.voice.responses.models import Response

    def make(said: str = "", *, read: bool = False, branch: Branch = branch, **fields: Any) -> Response:
        answers = fields.pop("answers", {"say": said} if said else {})
        row = Response.objects.create(
            campaign=campaign, version=campaign.version, source="web", branch=branch,
            **{
                "state": "complete", "answers": json.dumps(answers), "started_at": now, "touched_at": now,
                "submitted_at": now, **fields,
            },
        )  # fmt: skip
        if read:
            jobs.work()
        return row

    return make


@pytest.fixture
def comment(respond: Callable[..., Response]) -> Callable[..., Comment]:
    """`comment("等了一个月")`: the comment as the worker kept it."""
    from anxin.voice.comments.models import Comment

    return lambda said, **fields: Comment.objects.get(response=respond(said, read=True, **fields))


@pytest.fixture
def customer(branch: Branch, now: datetime) -> Customer:
    from anxin.registers.customers.models import Customer

    return Customer.objects.create(name="欧阳小蓉", name_en="Rong Ouyang", branch=branch, created_at=now)


@pytest.fixture
def invitation(campaign: Campaign, customer: Customer, branch: Branch, now: datetime) -> Invitation:
    from anxin.voice.campaigns.models import Invitation

    return Invitation.objects.create(
        campaign=campaign, customer=customer, channel="sms", branch=branch, due_at=now, expires_at=now
    )


def _employ(name: str, role: str, branch: Branch, departments: dict[str, Any]) -> User:
    from anxin.access.models import RoleGrant, User

    user = User.objects.create_user(
        name, "correct horse battery", display_name=name, branch=branch, department=departments["administration"]
    )
    RoleGrant.objects.create(user=user, role=role, branch=branch)
    return user


@pytest.fixture
def analyst_user(branch: Branch, departments: dict[str, Any]) -> User:
    return _employ("analyst-here", "analyst", branch, departments)


@pytest.fixture
def analyst(analyst_user: User) -> Actor:
    from anxin.access.actors import actor_of

    return actor_of(analyst_user)


@pytest.fixture
def analyst_elsewhere(other_branch: Branch, departments: dict[str, Any]) -> Actor:
    from anxin.access.actors import actor_of

    return actor_of(_employ("analyst-there", "analyst", other_branch, departments))
