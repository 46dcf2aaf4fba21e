"""A simulated study put into a campaign's tables, as people would have answered it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import numpy as np

from anxin.access.models import Branch
from anxin.voice.campaigns.models import Campaign
from anxin.voice.questionnaires.form import read_definition
from anxin.voice.questionnaires.models import Questionnaire, Version
from anxin.voice.reports.tests.simulated import study
from anxin.voice.responses.models import Response
from anxin.voice.study import Column

_ROLES = {"nps": "outcome"}


def make_campaign(
    n: int, *, now: datetime, branch: Branch | None = None, seed: int = 1, shift: float = 0.0, wave: str = "",
    questionnaire: Questionnaire | None = None, where: list[Branch] | None = None,
) -> Campaign:  # fmt: skip
    """A campaign that `n` people answered on the web; the answers are of the branches in `where`, in turn."""
    made = study(n, seed=seed, shift=shift)
    asked = [column for column in made.columns if column.role != "seconds"]
    body = {
        "languages": ["zh", "en"], "title": {"zh": "服务质量", "en": "Service quality"}, "thanks": {"zh": "谢谢", "en": "Thanks"},
        "pages": [{"code": "p1", "title": {"zh": "服务", "en": "Service"}, "questions": [_question(column) for column in asked]}],
    }  # fmt: skip
    read_definition(body)
    questionnaire = questionnaire or Questionnaire.objects.create(
        name_zh="服务质量", name_en="Service quality", created_at=now
    )
    version = Version.objects.create(
        questionnaire=questionnaire, number=questionnaire.versions.count() + 1, state=Version.State.PUBLISHED,
        body=json.dumps(body, ensure_ascii=False), saved_at=now, published_at=now,
    )  # fmt: skip
    campaign = Campaign.objects.create(
        name_zh=f"服务调查 {wave}".strip(), name_en=f"Service survey {wave}".strip(), version=version, state=Campaign.State.RUNNING,
        occasion=Campaign.Occasion.OPEN, channels=["qr"], branch=branch, wave=wave, created_at=now,
    )  # fmt: skip
    seconds = made.column("seconds").values
    places = where or [branch]
    Response.objects.bulk_create([
        Response(
            campaign=campaign, version=version, source=Response.Source.WEB, state=Response.State.COMPLETE,
            answers=json.dumps(_answers(asked, row), ensure_ascii=False), seconds=int(seconds[row]), started_at=now, touched_at=now,
            submitted_at=now, branch=places[row % len(places)], facts={"line": "motor" if row % 2 else "health"},
        )
        for row in range(n)
    ])  # fmt: skip
    return campaign


def _question(column: Column) -> dict[str, Any]:
    text = dict(column.text.words)
    if column.role == "expectation":
        text = {language: f"{words}（期望）" for language, words in text.items()}
    made: dict[str, Any] = {
        "code": column.name, "kind": column.kind, "text": text, "role": _ROLES.get(column.role, column.role),
    }  # fmt: skip
    if column.low is not None:
        made["scale"] = {"low": int(column.low), "high": int(column.high or 0)}
    if column.options:
        made["options"] = [{"code": code, "text": dict(words.words)} for code, words in column.options]
    if column.dimension:
        made["source"] = {
            "instrument": "servqual",
            "item": f"{'E' if column.role == 'expectation' else 'P'}_{column.item}",
        }
    return made


def _answers(columns: list[Column], row: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in columns:
        value = column.values[row]
        if column.kind in ("scale", "number"):
            if not np.isnan(value):
                found[column.name] = int(value)
        elif column.kind == "one":
            found[column.name] = column.options[int(value)][0]
        elif column.kind == "many":
            found[column.name] = [code for (code, _text), chosen in zip(column.options, value, strict=True) if chosen]
        elif value:
            found[column.name] = value
    return found
