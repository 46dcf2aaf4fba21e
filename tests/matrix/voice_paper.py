"""Paper questionnaires at the desk: printed for a campaign of our branch, one copy read back and waiting to be checked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.matrix.rows import Row, page, pages

if TYPE_CHECKING:
    from tests.matrix.world import Side

_READERS = "analyst supervisor administrator auditor"
_DOERS = "analyst administrator"
_HOME = "/desk/voice/paper/"

ROWS: list[Row] = [
    page("GET", _HOME, _READERS),
    *pages(f"{_HOME}send/", _DOERS, {}),
    page("GET", f"{_HOME}batches/{{paper_batch}}/", _READERS),
    page("GET", f"{_HOME}batches/{{paper_batch}}/check/", _DOERS),
    page("POST", f"{_HOME}batches/{{paper_batch}}/erase/", _DOERS),
    *pages(f"{_HOME}forms/{{paper_form}}/", _DOERS, {"expected": "1", "sex": "f"}),
    page("POST", f"{_HOME}forms/{{paper_form}}/take/", _DOERS, {"expected": "1"}),
    page("POST", f"{_HOME}forms/{{paper_form}}/leave/", _DOERS),
    *pages(f"{_HOME}pages/{{paper_page}}/", _DOERS, {"serial": "0000-0000", "number": "1"}),
    page("GET", f"{_HOME}pages/{{paper_page}}/picture/", _DOERS),
    page("POST", f"{_HOME}pages/{{paper_page}}/aside/", _DOERS),
    page("GET", f"{_HOME}cutouts/{{paper_cutout}}/", _DOERS),
    page("GET", f"{_HOME}prints/", _READERS),
    *pages(f"{_HOME}prints/add/", _DOERS, {}),
    *pages(f"{_HOME}prints/invite/", _DOERS, {}),
    page("GET", f"{_HOME}prints/{{paper_run}}/", _READERS),
    page("POST", f"{_HOME}prints/{{paper_run}}/addresses/", _DOERS, {"reason": "寄送"}),
    page("GET", f"{_HOME}prints/{{paper_run}}/1.pdf", _DOERS),
]


def tell(here: Side, names: dict[str, str]) -> None:
    """A copy with two answers where one is asked for."""
    from anxin.voice.campaigns.models import Campaign
    from anxin.voice.paper.models import Cutout, Page
    from anxin.voice.paper.tests.conftest import Desk
    from anxin.voice.questionnaires.models import Questionnaire, Version
    from tests.asking import FORM
    from tests.matrix.world import NOW

    questionnaire = Questionnaire.objects.create(name_zh="纸质问卷", created_at=NOW)
    version = Version.objects.create(
        questionnaire=questionnaire, number=1, state="published", body=json.dumps(FORM), saved_at=NOW
    )
    campaign = Campaign.objects.create(
        name_zh="纸质", version=version, occasion="paper", channels=["paper"], state="running", branch=here.branch,
        created_at=NOW,
    )  # fmt: skip
    desk = Desk(campaign, here.actor("analyst"), NOW)
    run = desk.print()
    [(serial, sheets)] = desk.sheets(run).items()
    batch = desk.send(desk.scan(desk.fill(run.layout, sheets, {"speed": "3", "sex": ["f", "m"]})[0]))
    names |= {
        "paper_run": run.public_id,
        "paper_batch": batch.public_id,
        "paper_form": desk.returned(serial).public_id,
        "paper_page": Page.objects.get(file__batch=batch).public_id,
        "paper_cutout": Cutout.objects.get(page__file__batch=batch).public_id,
    }
