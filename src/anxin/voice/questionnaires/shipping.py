"""The templates that ship with a release: written after every migrate, and again only when a release changed them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import connections, transaction

from anxin.voice.questionnaires.catalogue import TEMPLATES, template
from anxin.voice.questionnaires.form import read_definition
from anxin.voice.questionnaires.models import Questionnaire, Version


@transaction.atomic
def ensure_templates(*, now: datetime) -> int:
    """Bring the shipped templates up to date; returns how many were written. What insurers copied from them stays."""
    return sum(_ensure(template(name), now) for name in TEMPLATES)


def _ensure(shipped: dict[str, Any], now: datetime) -> int:
    read_definition(shipped["body"])  # a faulty template must fail here, not on somebody's page
    body = json.dumps(shipped["body"], ensure_ascii=False, separators=(",", ":"))
    row, _made = Questionnaire.objects.get_or_create(
        public_id=shipped["key"],
        defaults={
            "name_zh": shipped["name"]["zh"], "name_en": shipped["name"]["en"], "is_template": True, "created_at": now,
        },
    )  # fmt: skip
    last = row.versions.order_by("-number").first()
    if last is not None and last.body == body:
        return 0
    if last is not None and last.state == Version.State.PUBLISHED:
        last.state = Version.State.RETIRED
        last.save(update_fields=["state"])
    Version.objects.create(
        questionnaire=row, number=last.number + 1 if last else 1, state=Version.State.PUBLISHED, body=body,
        saved_at=now, published_at=now,
    )  # fmt: skip
    return 1


def install_after_migrate(using: str = "default", **_: Any) -> None:
    from anxin.access import clock

    tables = connections[using].introspection.table_names()
    if {"questionnaires_questionnaire", "questionnaires_version"} <= set(tables):
        ensure_templates(now=clock.now())
