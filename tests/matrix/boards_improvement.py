"""Findings, improvement actions and control charts: read by four roles, written by three."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.matrix.rows import Row, page, pages

if TYPE_CHECKING:
    from tests.matrix.world import Side

_READERS = "analyst supervisor administrator auditor"
_WRITERS = "analyst supervisor administrator"
_HOME = "/desk/boards/improvement/"
_FINDING = f"{_HOME}findings/{{finding}}/"
_ACTION = f"{_HOME}actions/{{improvement}}/"
_PLAN = {
    "title": "一次性清单", "change": "一次列全", "owner": "{owner}", "starts_on": "2025-03-20", "review_on": "2025-06-20",
    "indicator": "papers_twice", "expected": "20", "branches": "{branch_code}",
}  # fmt: skip

# A line each, as far as it goes.
# fmt: off
ROWS: list[Row] = [
    page("GET", _HOME, _READERS, shared=True),
    page("GET", _FINDING, _READERS),
    *pages(f"{_FINDING}dismiss/", _WRITERS, {"why": "已知的原因"}),
    page("POST", f"{_HOME}findings/{{dismissed}}/reopen/", _WRITERS),
    page("GET", f"{_HOME}actions/", _READERS, shared=True),
    *pages(f"{_HOME}actions/add/", _WRITERS, _PLAN, shared=True),
    page("GET", _ACTION, _READERS),
    *pages(f"{_ACTION}change/", _WRITERS, {**_PLAN, "expected_edit": "0"}),
    *pages(f"{_ACTION}decide/", _WRITERS, {"decision": "stop", "why": "没有效果"}),
    page("GET", f"{_HOME}control/", _READERS, shared=True),
]
# fmt: on


def tell(here: Side, names: dict[str, str]) -> None:
    """An open and a dismissed finding about this branch, and an action made in it."""
    from anxin.insight.improvement.models import Finding, Improvement, Place
    from tests.matrix.world import NOW

    def finding(subject: str, **more: str) -> Finding:
        return Finding.objects.create(
            code="branch_apart", subject=subject, branch=here.branch.code, since_on=date(2025, 1, 1), found_at=NOW, seen_at=NOW,
            **more,
        )  # fmt: skip

    owner = here.users["supervisor"]
    improvement = Improvement.objects.create(
        title="改进", change="改", owner=owner, starts_on=NOW.date(), review_on=NOW.date() + timedelta(days=60),
        indicator="papers_twice", expected=0.2, made_at=NOW, made_by=owner,
    )  # fmt: skip
    Place.objects.create(improvement=improvement, branch=here.branch.code)
    names |= {
        "finding": finding("papers_twice").public_id, "dismissed": finding("kept", state="dismissed").public_id,
        "improvement": improvement.public_id, "owner": owner.username, "branch_code": here.branch.code,
    }  # fmt: skip
