"""A campaign with the shipped questionnaire, answered by people drawn from the sample's factor model."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import numpy as np

from anxin.sample.opinions import Wave, draw
from anxin.voice.campaigns.models import Campaign
from anxin.voice.questionnaires.models import Version
from anxin.voice.questionnaires.shipping import ensure_templates
from anxin.voice.responses.models import Response


def shipped_campaign(
    n: int, *, now: datetime, branches: list[Any], seed: int = 7, wave: str = "", shape: Wave | None = None
) -> Campaign:
    """`n` complete answers on the web, of the branches in turn; reads as the desk's own campaigns do."""
    ensure_templates(now=now)
    version = Version.objects.get(questionnaire__public_id="template-study", state=Version.State.PUBLISHED)
    campaign = Campaign.objects.create(
        name_zh=f"服务质量调查 {wave}".strip(), name_en=f"Service quality {wave}".strip(), version=version, state=Campaign.State.RUNNING,
        occasion=Campaign.Occasion.OPEN, channels=["qr"], wave=wave, created_at=now,
    )  # fmt: skip
    places = np.arange(n) % len(branches)
    opinions = draw(version.definition, n, seed, shape or Wave(), places)
    Response.objects.bulk_create([
        Response(
            campaign=campaign, version=version, source=Response.Source.WEB, state=Response.State.COMPLETE, language=one.language,
            answers=json.dumps(one.answers, ensure_ascii=False), seconds=int(one.seconds), started_at=now, touched_at=now, submitted_at=now,
            branch=branches[places[row]],
        )
        for row, one in enumerate(opinions)
    ])  # fmt: skip
    return campaign
