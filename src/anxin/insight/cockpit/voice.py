"""What customers say, by stage of the service: the newest wave of the service survey beside the one before.

The computation is the reports' own (`voice.reports.content`): answers screened, items turned, means with t intervals, put on 0 to 100.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import numpy as np
from django.db.models import Q

from anxin.engines.measure import MeasureError
from anxin.insight.cockpit.period import bounds
from anxin.insight.results.asking import ALL, Ask
from anxin.voice.campaigns.models import Campaign
from anxin.voice.reports.campaigns import study_of_campaign
from anxin.voice.reports.content import FEWEST, Ground, NotHere, prepare
from anxin.voice.reports.content.sections.scores import of_100
from anxin.voice.responses.models import Response

MOST_LOOKED_AT: Final = 20


def by_stage(ask: Ask, month: str) -> dict[str, Any]:
    """{"now": campaign, "before": campaign or None, "stages": […]}; `stages` is empty where fewer than five of the scope answered."""
    waves = _waves(ask, ask.now if month == ALL else min(ask.now, bounds(month)[1]))
    for place, campaign in enumerate(waves):
        ground = _ground(ask, campaign)
        stages = {} if ground is None else _stages(ground)
        if not stages:
            continue
        asked = campaign.version.questionnaire_id
        earlier = next((one for one in waves[place + 1 :] if one.version.questionnaire_id == asked), None)
        last = None if earlier is None else _ground(ask, earlier)
        before = {} if last is None else _stages(last)
        rows = [{**row, "before": before.get(key, {}).get("index")} for key, row in stages.items()]
        return {
            "now": _told(campaign), "before": _told(earlier) if earlier is not None and before else None,
            "stages": sorted(rows, key=lambda row: -row["index"]),
        }  # fmt: skip
    return {"now": _told(waves[0]) if waves else None, "before": None, "stages": []}


def _waves(ask: Ask, until: datetime) -> list[Campaign]:
    """Surveys about stages of the service that began before a moment, the newest first: the insurer's, and those of the scope."""
    rows = Campaign.objects.exclude(state=Campaign.State.DRAFT).filter(is_pretest=False, starts_at__lt=until)
    if ask.branches is not None:
        rows = rows.filter(Q(branch=None) | Q(branch__code__in=sorted(ask.branches)))
    found = rows.select_related("version").order_by("-starts_at", "-pk")[:MOST_LOOKED_AT]
    return [row for row in found if _has_stages(row)]


def _has_stages(campaign: Campaign) -> bool:
    stages = {one.source.stage for one in campaign.version.definition.questions() if one.source and one.source.stage}
    return len(stages) > 1


def _ground(ask: Ask, campaign: Campaign) -> Ground | None:
    """The answers that the ask is about; None where they are too few to show."""
    study = study_of_campaign(campaign)
    if ask.chosen_branches is not None:
        own = Response.objects.filter(campaign=campaign, branch__code__in=sorted(ask.chosen_branches))
        study = study.only(np.isin(study.keys, list(own.values_list("public_id", flat=True))))
    return prepare(study) if study.n >= FEWEST else None


def _stages(ground: Ground) -> dict[str, dict[str, Any]]:
    try:
        means = ground.part_means
        return {
            stage: {
                "stage": stage, "zh": ground.part_words(stage).get("zh"), "en": ground.part_words(stage).get("en"),
                "n": int(means[f"stage:{stage}"].n[0, 0]),
                **{
                    name: of_100(ground, float(getattr(means[f"stage:{stage}"], of)[0, 0]))
                    for name, of in (("index", "mean"), ("low", "low"), ("high", "high"))
                },
            }
            for stage in ground.by_stage
            if means[f"stage:{stage}"].n[0, 0] >= FEWEST
        }  # fmt: skip
    except (MeasureError, NotHere):
        return {}


def _told(campaign: Campaign) -> dict[str, Any]:
    return {
        "id": campaign.public_id, "zh": campaign.name_zh, "en": campaign.name_en or campaign.name_zh, "wave": campaign.wave,
        "at": campaign.starts_at.isoformat() if campaign.starts_at else "",
    }  # fmt: skip
