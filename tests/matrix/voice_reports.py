"""Reports at the desk: read by four roles, asked for and removed by two."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.matrix.rows import Row, page, pages

if TYPE_CHECKING:
    from tests.matrix.world import Side

_READERS = "analyst supervisor administrator auditor"
_WRITERS = "analyst administrator"
_HOME = "/desk/voice/reports/"
_REPORT = f"{_HOME}{{report}}/"

# A line each, as far as it goes.
# fmt: off
ROWS: list[Row] = [
    page("GET", _HOME, _READERS),
    *pages(f"{_HOME}add/", _WRITERS, {"source": "campaign:{reported}", "previous": "", "language": "zh"}, shared=True),
    page("GET", _REPORT, _READERS),
    page("GET", f"{_REPORT}number/sample.1/", _READERS),
    page("GET", f"{_REPORT}file.pdf", _READERS),
    page("POST", f"{_REPORT}remove/", _WRITERS),
]
# fmt: on


def tell(here: Side, names: dict[str, str]) -> None:
    """A campaign of this branch with a dozen answers, and the report on it."""
    from anxin.voice.reports.campaigns import study_of_campaign
    from anxin.voice.reports.content import compose, prepare
    from anxin.voice.reports.models import Report
    from anxin.voice.reports.tests.asked import make_campaign
    from tests.matrix.world import NOW

    campaign = make_campaign(12, now=NOW, branch=here.branch)
    ground = prepare(study_of_campaign(campaign))
    result = {language: compose(ground, language).to_dict() for language in ("zh", "en")}
    report = Report.objects.create(
        kind="campaign", source=campaign.public_id, name_zh=campaign.name_zh, branch=here.branch, state="done", counted=12,
        result=json.dumps(result), upto=campaign.responses.latest("pk").pk, asked_at=NOW, ended_at=NOW,
    )  # fmt: skip
    names |= {"reported": campaign.public_id, "report": report.public_id}
