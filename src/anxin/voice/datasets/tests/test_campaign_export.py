"""A campaign's answers go out with every question, what is known beside them, and who it was only where that is granted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from anxin.access.errors import Invalid, Missing, NotAllowed
from anxin.access.permissions import Role, permissions_of
from anxin.registers.customers.models import Customer
from anxin.voice.campaigns.models import Campaign
from anxin.voice.datasets.actions import export_answers
from anxin.voice.datasets.models import Export
from anxin.voice.datasets.queries import exportable, source_of
from anxin.voice.datasets.table import guess, read_table
from anxin.voice.questionnaires.models import Questionnaire, Version
from anxin.voice.responses.models import Response

BODY = {
    "languages": ["zh"],
    "title": {"zh": "回访"},
    "pages": [
        {
            "code": "p",
            "questions": [
                {"code": "R1", "kind": "scale", "text": {"zh": "可靠"}, "scale": {"low": 1, "high": 5}, "role": "perception",
                 "source": {"instrument": "servperf-insurance", "item": "RELY1", "stage": "claims"}},
                {"code": "sex", "kind": "one", "text": {"zh": "性别"}, "role": "profile",
                 "options": [{"code": "m", "text": {"zh": "男"}}, {"code": "x", "text": {"zh": "其他"}, "other": True}]},
                {"code": "ways", "kind": "many", "text": {"zh": "渠道"},
                 "options": [{"code": "wx", "text": {"zh": "微信"}}, {"code": "tel", "text": {"zh": "电话"}}]},
                {"code": "why", "kind": "text", "text": {"zh": "原因"}, "role": "open"},
            ],
        }
    ],
}  # fmt: skip
ANSWERS = [
    {"R1": 5, "sex": "m", "ways": ["wx"], "why": "=1+1"},
    {"R1": "?", "sex": "x", "sex__other": "不愿说", "ways": ["wx", "tel"]},
    {},
]


@pytest.fixture
def campaign(branch: Any, other_branch: Any, now: Any) -> Campaign:
    questionnaire = Questionnaire.objects.create(name_zh="回访", created_at=now)
    version = Version.objects.create(questionnaire=questionnaire, number=1, body=json.dumps(BODY), saved_at=now)
    made = Campaign.objects.create(name_zh="三月回访", version=version, occasion="once", created_at=now, wave="W1")
    customer = Customer.objects.create(name="李明", branch=branch, created_at=now)
    for place, (given, where) in enumerate([*((one, branch) for one in ANSWERS), (ANSWERS[0], other_branch)]):
        Response.objects.create(
            campaign=made, version=version, state="complete", answers=json.dumps(given), branch=where, customer=customer,
            started_at=now, touched_at=now, submitted_at=now, seconds=60 + place, facts={"line": "motor"}, source="web",
            flags=["straight"] if place == 2 else [],
        )  # fmt: skip
    Response.objects.create(
        campaign=made, version=version, state="started", branch=branch, started_at=now, touched_at=now
    )
    return made


@pytest.fixture
def analyst(actors: dict[str, Any]) -> Any:
    return replace(actors["supervisor"], roles=frozenset({Role.ANALYST}), permissions=permissions_of({Role.ANALYST}))


def test_every_question_and_what_is_known(campaign: Campaign, analyst: Any) -> None:
    made = source_of(f"campaign:{campaign.public_id}", actor=analyst, with_personal=False).study
    assert made.n == 3  # the other branch's and the one that was only begun are not ours to export
    assert made.column("R1").values[0] == 5
    assert np.isnan(made.column("R1").values[1:]).all()  # "cannot say" is no answer
    assert (made.column("R1").dimension, made.column("R1").stage, made.column("R1").role) == (
        "RELY",
        "claims",
        "perception",
    )
    assert made.column("sex").values.tolist() == [0, 1, -1]
    assert made.column("sex__other").values.tolist() == ["", "不愿说", ""]
    assert made.column("ways").values.tolist() == [[True, False], [True, True], [False, False]]
    assert made.column("seconds").values.tolist() == [60, 61, 62]
    assert made.column("fact_line").values.tolist() == ["motor"] * 3
    assert made.column("flags").values.tolist() == ["", "", "straight"]
    assert "customer" not in {column.name for column in made.columns}
    assert (made.wave, made.dimensions["RELY"].get("zh")) == ("W1", "可靠性")


def test_personal_columns_are_for_those_to_whom_they_are_granted(campaign: Campaign, analyst: Any, now: Any) -> None:
    given = {"source": f"campaign:{campaign.public_id}", "form": "csv", "now": now}
    with pytest.raises(NotAllowed):
        export_answers(**given, with_personal=True, actor=analyst)
    both = replace(analyst, permissions=permissions_of({Role.ANALYST, Role.ADMINISTRATOR}))
    table = read_table(export_answers(**given, with_personal=True, actor=both).content, "a.csv")
    assert "customer" in table.names
    assert "customer" not in read_table(export_answers(**given, actor=analyst).content, "a.csv").names
    assert [row.with_personal for row in Export.objects.order_by("pk")] == [True, False]


def test_what_goes_out_can_come_in_again(campaign: Campaign, analyst: Any, now: Any) -> None:
    made = export_answers(source=f"campaign:{campaign.public_id}", form="sav", actor=analyst, now=now)
    table = read_table(made.content, made.name)
    assert table.column("R1").label == "可靠"
    assert table.column("why").values.tolist() == ["=1+1", "", ""]
    assert guess(table).column("why").role == "open"


def test_what_cannot_be_exported(campaign: Campaign, analyst: Any, actors: dict[str, Any], now: Any) -> None:
    assert [value for value, _name in exportable(analyst)] == [f"campaign:{campaign.public_id}"]
    for source, error in (("campaign:nobody", Missing), ("dataset:nobody", Missing), ("", Invalid)):
        with pytest.raises(error):
            export_answers(source=source, form="csv", actor=analyst, now=now)
    with pytest.raises(Invalid):
        export_answers(source=f"campaign:{campaign.public_id}", form="docx", actor=analyst, now=now)
    with pytest.raises(NotAllowed):
        export_answers(source=f"campaign:{campaign.public_id}", form="csv", actor=actors["supervisor"], now=now)
    Response.objects.all().delete()
    with pytest.raises(Invalid):
        export_answers(source=f"campaign:{campaign.public_id}", form="csv", actor=analyst, now=now)
    assert not Export.objects.exists()
