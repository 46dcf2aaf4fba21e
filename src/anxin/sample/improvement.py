"""Four improvement actions of the sample insurer and the findings they came from. What they did is measured, not written here.

The findings bear their day; their numbers as of that day, and what the actions did, come of the first look at the lake.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from anxin.access.actors import actor_of
from anxin.insight.improvement import looking
from anxin.insight.improvement.actions import plan_improvement
from anxin.insight.improvement.models import Finding
from anxin.sample import changes
from anxin.sample.insurer import Insurer

_HAND_OVER = "hand_over:assessment>adjudication"


def measure_improvements(now: datetime) -> None:
    """What the worker would do when it first looks at the lake: findings with their numbers, actions measured."""
    looking.look_now(now=now)


def add_improvements(insurer: Insurer, *, as_of: datetime) -> None:
    analyst = actor_of(insurer.staff["ruanqing"])

    def found(days: int, code: str, subject: str) -> Finding:
        at = as_of - timedelta(days=days)
        return Finding.objects.create(
            code=code, subject=subject, since_on=timezone.localdate(at - timedelta(days=56)), found_at=at, seen_at=at, severity=2,
        )  # fmt: skip

    def act(finding: Finding, days: int, title: str, change: str, owner: str, indicator: str, expected: float, branches: frozenset[str], review: int) -> None:  # fmt: skip
        start = timezone.localdate(as_of - timedelta(days=days))
        plan_improvement(
            finding=finding.public_id, title=title, change=change, owner=owner, starts_on=start,
            review_on=start + timedelta(days=review), indicator=indicator, expected=expected, branches=sorted(branches),
            actor=analyst, now=as_of - timedelta(days=days - 1),
        )  # fmt: skip

    papers = found(changes.ONE_LIST.days + 20, Finding.Code.PAPERS_TWICE, "papers_twice")
    act(
        papers, changes.ONE_LIST.days, "一次性材料清单", "报案时一次列全所需材料，补件须主管同意。", "luyan", "papers_twice", 0.2,
        changes.ONE_LIST.branches, 120,
    )  # fmt: skip
    hand_over = found(changes.SHARED_FILE.days + 20, Finding.Code.HAND_OVER_LONGEST, _HAND_OVER)
    act(
        hand_over, changes.SHARED_FILE.days, "共享案卷，定损单签完自动移交", "定损单和照片随案卷一起交核赔，不再另传。", "shenmin",
        _HAND_OVER, 0.4, changes.SHARED_FILE.branches, 84,
    )  # fmt: skip
    # This one changed nothing: the letter says the same as before.
    act(
        papers, 126, "材料告知书改版", "告知书换了版式，内容没有变。", "heting", "papers_twice", 0.2, frozenset({"3100", "3201"}), 112,
    )  # fmt: skip
    act(
        hand_over, 13, "核赔加晚班", "每天 18 至 21 时加两人核赔。", "shenmin", "cycle_time", 0.15, frozenset(), 90,
    )  # fmt: skip
