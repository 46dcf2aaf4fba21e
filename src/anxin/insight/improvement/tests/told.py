"""A lake told by hand: claims of several branches over two years, with a change whose size is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from django.conf import settings

from anxin.engines.mining import Column, Store, build, coded
from anxin.journal.chain import microseconds

NOW = datetime(2026, 3, 17, 2, 20, tzinfo=UTC)
BRANCHES = ("3100", "3201", "3202", "3205", "3301", "3302", "3401", "3501")


def tell_lake(
    *, changed: tuple[str, ...] = (), days: int = 120, before: float = 0.4, after: float = 0.4, claims: int = 2_400, seed: int = 1,
    wait_hours: float = 12.0, wait_lately: float = 12.0, now: datetime = NOW,
) -> None:  # fmt: skip
    """Claims: reported, papers returned (a share of them), assessed, handed over, decided, closed. From `days` before `now` on the
    share of `changed` branches is `after`; in the last eight weeks hand-overs take `wait_lately` hours everywhere."""
    import pyarrow as pa

    rng = np.random.default_rng(seed)
    rows: dict[str, list[object]] = {"case": [], "activity": [], "time": [], "department": []}
    ids, places = [], []
    for number in range(claims):
        branch = BRANCHES[number % len(BRANCHES)]
        opened = now - timedelta(days=float(rng.uniform(12, 720)))
        ids.append(f"case{number:05}")
        places.append(branch)
        assessed = opened + timedelta(days=2)
        share = after if branch in changed and assessed >= now - timedelta(days=days) else before
        lately = assessed >= now - timedelta(days=56)
        wait = (wait_lately if lately else wait_hours) * rng.lognormal(0, 0.6)
        steps = [
            ("claims.notified", opened, "call_centre"),
            ("claims.opened", opened + timedelta(hours=5), "assessment"),
        ]
        if rng.random() < share:
            steps.append(("claims.paper_returned", opened + timedelta(days=1), "assessment"))
        steps += [
            ("claims.assessment_issued", assessed, "assessment"),
            ("claims.decided", assessed + timedelta(hours=float(wait)), "adjudication"),
            ("claims.closed", assessed + timedelta(hours=float(wait) + 20), "finance"),
        ]
        for activity, at, department in steps:
            rows["case"].append(number)
            rows["activity"].append(activity)
            rows["time"].append(microseconds(at))
            rows["department"].append(department)
    from anxin.engines.mining import Names

    def texts(name: str, values: list[object]) -> Column:
        return coded(name, pa.array(values, pa.large_string()))

    log = build(
        case=Column("case", np.array(rows["case"], np.int32), Names(ids)), activity=texts("activity", rows["activity"]),
        time=np.array(rows["time"], np.int64), department=texts("department", rows["department"]),
        case_attributes={"branch": texts("branch", list(places)), "kind": texts("kind", ["claim"] * claims)}, name="told",
    )  # fmt: skip
    Store.create(settings.LAKE).append(log)
