"""A published questionnaire of two pages and a running campaign that asks it, for the tests of the voice.

Loaded by the root conftest.py:

    asked_version   published, in both languages; FORM is its body
    campaign        runs, asks once, by text message
    make_customer   `make_customer("李明", mobile="13812346207", where=branch)`
    invite          `invite(campaign, customer=…, **fields)` → an invitation that was sent
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from anxin.registers.customers.models import Customer
    from anxin.voice.campaigns.models import Campaign, Invitation
    from anxin.voice.questionnaires.models import Version

FORM: dict[str, Any] = {
    "languages": ["zh", "en"],
    "title": {"zh": "理赔服务", "en": "Claims service"},
    "intro": {"zh": "约两分钟。", "en": "About two minutes."},
    "thanks": {"zh": "谢谢您。", "en": "Thank you."},
    "pages": [
        {
            "code": "first",
            "title": {"zh": "服务", "en": "Service"},
            "questions": [
                {"code": "speed", "kind": "scale", "text": {"zh": "快慢", "en": "Speed"}, "required": True,
                 "scale": {"low": 1, "high": 5}, "role": "perception"},
                {"code": "why", "kind": "text", "text": {"zh": "为什么慢", "en": "Why slow"},
                 "show_if": {"answer": "speed", "at_most": 2}},
                {"code": "way", "kind": "many", "text": {"zh": "渠道", "en": "Ways"},
                 "options": [{"code": "phone", "text": {"zh": "电话", "en": "Phone"}},
                             {"code": "app", "text": {"zh": "线上", "en": "Online"}},
                             {"code": "other", "text": {"zh": "其他", "en": "Other"}, "other": True}]},
            ],
        },
        {
            "code": "second",
            "title": {"zh": "您", "en": "You"},
            "questions": [
                {"code": "sex", "kind": "one", "text": {"zh": "性别", "en": "Sex"}, "required": True,
                 "options": [{"code": "f", "text": {"zh": "女", "en": "Female"}},
                             {"code": "m", "text": {"zh": "男", "en": "Male"}}]},
                {"code": "age", "kind": "number", "text": {"zh": "年龄", "en": "Age"}, "low": 16, "high": 120},
            ],
        },
    ],
    "quotas": [{"code": "women", "if": {"answer": "sex", "is": ["f"]}, "most": 2}],
}  # fmt: skip


@pytest.fixture
def asked_version(db: None, now: datetime) -> Version:
    from anxin.voice.questionnaires.models import Questionnaire, Version

    questionnaire = Questionnaire.objects.create(name_zh="理赔服务", name_en="Claims service", created_at=now)
    return Version.objects.create(
        questionnaire=questionnaire, number=1, state=Version.State.PUBLISHED, body=json.dumps(FORM), saved_at=now,
        published_at=now,
    )  # fmt: skip


@pytest.fixture
def campaign(asked_version: Version, now: datetime) -> Campaign:
    from anxin.voice.campaigns.models import Campaign

    return Campaign.objects.create(
        name_zh="三月回访", name_en="March", version=asked_version, state=Campaign.State.RUNNING,
        occasion=Campaign.Occasion.ONCE, channels=["sms"], created_at=now,
    )  # fmt: skip


@pytest.fixture
def make_customer(branch: Any, now: datetime) -> Callable[..., Customer]:
    from anxin.registers.customers.models import ContactPoint, Customer

    def make(name: str = "李明", *, mobile: str = "13812346207", where: Any = None, **more: Any) -> Customer:
        row = Customer.objects.create(name=name, branch=where or branch, created_at=now, **more)
        if mobile:
            ContactPoint.objects.create(
                customer=row, kind="mobile", value=mobile, normalised=f"+86{mobile}", tail=mobile[-4:],
                is_primary=True, created_at=now,
            )  # fmt: skip
        return row

    return make


@pytest.fixture
def invite(campaign: Campaign, make_customer: Callable[..., Customer], now: datetime) -> Callable[..., Invitation]:
    from anxin.voice.campaigns.models import Invitation

    def make(asked: Campaign | None = None, *, customer: Customer | None = None, **more: Any) -> Invitation:
        values = {"channel": "sms", "state": "sent", "due_at": now, "sent_at": now,
                  "expires_at": now + timedelta(days=14)} | more  # fmt: skip
        whom = customer or make_customer()
        return Invitation.objects.create(campaign=asked or campaign, customer=whom, branch=whom.branch, **values)

    return make
