"""A campaign with many personal links, from a seed: `python -m benchmarks.answers.world SEED INVITATIONS`.

The questionnaire is as long as the study's: four parts, 22 ratings of perception, 5 of importance, NPS, two open questions,
four of profile, one of them shown by condition. Prints the keys as JSON. Writes into ANXIN_HOME or ANXIN_DATABASE_URL.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from typing import Any

PERCEPTIONS, IMPORTANCES = 22, 5


def form() -> dict[str, Any]:
    """The questionnaire as JSON: 33 questions on seven pages."""

    def scale(code: str, words: str, low: int = 1, high: int = 5, role: str = "perception") -> dict[str, Any]:
        return {
            "code": code, "kind": "scale", "required": True, "role": role,
            "text": {"zh": f"{words}（第{code}题）", "en": f"{words} (item {code})"}, "scale": {"low": low, "high": high},
        }  # fmt: skip

    def one(code: str, words: str, options: str) -> dict[str, Any]:
        listed = [{"code": name, "text": {"zh": name, "en": name}} for name in options.split()]
        return {
            "code": code, "kind": "one", "required": True, "role": "profile", "text": {"zh": words, "en": words},
            "options": listed,
        }  # fmt: skip

    pages: list[dict[str, Any]] = [
        {"code": "profile", "title": {"zh": "您", "en": "You"}, "questions": [
            one("sex", "性别", "f m"), one("age", "年龄", "a18 a30 a40 a50 a60"),
            one("claimed", "是否报过案", "yes no"),
            {"code": "times", "kind": "number", "text": {"zh": "几次", "en": "How often"}, "low": 1, "high": 99,
             "show_if": {"answer": "claimed", "is": ["yes"]}},
        ]}
    ]  # fmt: skip
    items = [scale(f"p{number}", "理赔服务让我放心") for number in range(1, PERCEPTIONS + 1)]
    for number in range(4):
        part = items[number * 6 : number * 6 + 6]
        pages.append(
            {
                "code": f"part{number + 1}",
                "title": {"zh": f"第{number + 1}部分", "en": f"Part {number + 1}"},
                "questions": part,
            }
        )
    pages.append({"code": "importance", "title": {"zh": "什么重要", "en": "What matters"}, "questions": [
        scale(f"i{number}", "对我有多重要", role="importance") for number in range(1, IMPORTANCES + 1)]})  # fmt: skip
    pages.append({"code": "end", "title": {"zh": "最后", "en": "Last"}, "questions": [
        scale("nps", "您会推荐我们吗", 0, 10, "outcome"),
        {"code": "why", "kind": "text", "text": {"zh": "为什么", "en": "Why"}, "role": "open"},
        {"code": "better", "kind": "text", "text": {"zh": "还能怎样更好", "en": "What would be better"}, "role": "open"},
    ]})  # fmt: skip
    return {
        "languages": ["zh", "en"], "title": {"zh": "服务质量调查", "en": "Service quality study"},
        "intro": {"zh": "约五分钟。", "en": "About five minutes."}, "thanks": {"zh": "谢谢。", "en": "Thank you."}, "pages": pages,
    }  # fmt: skip


def build(seed: int, invitations: int) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import transaction

    from anxin.access import clock
    from anxin.access.models import Branch
    from anxin.registers.customers.models import Customer
    from anxin.voice.campaigns.models import Campaign, Invitation
    from anxin.voice.questionnaires.models import Questionnaire, Version

    call_command("migrate", verbosity=0)
    now = clock.now()
    with transaction.atomic():
        branch = Branch.objects.create(
            code="3205", name_zh="苏州分公司", name_en="Suzhou Branch", short_zh="苏州", short_en="Suzhou"
        )
        questionnaire = Questionnaire.objects.create(name_zh="调查", created_at=now)
        version = Version.objects.create(
            questionnaire=questionnaire, number=1, state="published", body=json.dumps(form()), saved_at=now
        )
        assert version.definition.untranslated() == []
        campaign = Campaign.objects.create(
            name_zh="调查", version=version, state="running", occasion="once", channels=["sms"], created_at=now,
            filled_at=now,
        )  # fmt: skip
        people = Customer.objects.bulk_create(
            [Customer(name="客户", branch=branch, created_at=now) for _number in range(invitations)], 400
        )
        rows = Invitation.objects.bulk_create(
            [
                Invitation(
                    campaign=campaign, customer=person, branch=branch, channel="sms", state="sent", due_at=now, sent_at=now,
                    expires_at=now + timedelta(days=14), facts={"line": "home", "channel": "sms"},
                )
                for person in people
            ],
            400,
        )  # fmt: skip
    return {"campaign": campaign.pk, "keys": [row.key for row in rows], "form": form()}


def count(campaign: int) -> dict[str, Any]:
    """What is in the database: complete answers, their questions, invitations marked answered."""
    from anxin.voice.campaigns.models import Invitation
    from anxin.voice.responses.models import Response

    rows = Response.objects.filter(campaign_id=campaign)
    complete = {
        key: json.loads(answers)
        for key, answers in rows.filter(state="complete").values_list("invitation__key", "answers")
    }
    return {
        "begun": rows.count(), "complete": len(complete),
        "answered": Invitation.objects.filter(campaign_id=campaign, state="answered").count(), "answers": complete,
    }  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.site.settings")
    import django

    django.setup()
    if sys.argv[1] == "count":
        json.dump(count(int(sys.argv[2])), sys.stdout)
    else:
        json.dump(build(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
