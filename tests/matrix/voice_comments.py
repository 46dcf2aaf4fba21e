"""Customers' comments at the desk. Topics are the whole insurer's: nobody is an outsider to them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.matrix.rows import Row, page, pages

if TYPE_CHECKING:
    from tests.matrix.world import Side

_READERS = "analyst supervisor auditor"
_HOME = "/desk/voice/comments/"

ROWS: list[Row] = [
    page("GET", _HOME, _READERS),
    page("GET", f"{_HOME}all/", _READERS),
    page("GET", f"{_HOME}learning/", _READERS),
    page("GET", f"{_HOME}topics/", _READERS),
    *pages(f"{_HOME}topics/add/", "analyst", {}),
    *pages(f"{_HOME}topics/car_gifts/", "analyst", {}),
    page("POST", f"{_HOME}topics/car_gifts/retire/", "analyst"),
    page("GET", f"{_HOME}{{comment}}/", _READERS),
    page("POST", f"{_HOME}{{comment}}/", "analyst", {"topics": "price", "sentiment": "0", "expected": "{correction}"}),
    page("POST", f"{_HOME}{{comment}}/undo/", "analyst", {"expected": "{correction}"}),
]


def tell(here: Side, names: dict[str, str]) -> None:
    """A comment of our branch, corrected once, and a topic of the insurer's own."""
    from anxin.voice.campaigns.models import Campaign
    from anxin.voice.comments import actions, jobs
    from anxin.voice.comments.models import Comment
    from anxin.voice.comments.tests.conftest import BODY
    from anxin.voice.questionnaires.models import Questionnaire, Version
    from anxin.voice.responses.models import Response
    from tests.matrix.world import NOW

    questionnaire = Questionnaire.objects.create(name_zh="开放题问卷", created_at=NOW)
    version = Version.objects.create(
        questionnaire=questionnaire, number=1, state="published", body=json.dumps(BODY), saved_at=NOW
    )
    campaign = Campaign.objects.create(name_zh="开放题", version=version, occasion="open", created_at=NOW)
    response = Response.objects.create(
        campaign=campaign, version=version, source="web", branch=here.branch, state="complete",
        answers=json.dumps({"say": "理赔等了两个月，太慢了"}), started_at=NOW, touched_at=NOW, submitted_at=NOW,
    )  # fmt: skip
    jobs.work()
    row = Comment.objects.get(response=response)
    analyst = here.actor("analyst")
    made = actions.correct(
        comment=row.public_id, topics=["claims_speed"], sentiment=-1, expected=0, actor=analyst, now=NOW
    )
    actions.add_topic(
        name_zh="车险赠品",
        name_en="Car gifts",
        definition_zh="",
        definition_en="",
        cues=["洗车券"],
        actor=analyst,
        now=NOW,
    )
    names |= {"comment": row.public_id, "correction": str(made.pk)}
