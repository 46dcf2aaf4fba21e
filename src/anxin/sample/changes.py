"""What truly changed in the sample insurer's claims, and when: the truth that measuring must find by itself.

Nothing that measures reads this; only the telling of the claims does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from anxin.sample.story import Story


@dataclass(frozen=True, slots=True)
class Change:
    """From `days` before the as-of day on, in these branches (none: in all), something is `times` what it was."""

    days: int
    times: float
    branches: frozenset[str] = frozenset()

    def factor(self, story: Story) -> float:
        if story.at < story.as_of - timedelta(days=self.days):
            return 1.0
        return self.times if not self.branches or story.chain.case.branch.code in self.branches else 1.0


ONE_LIST = Change(150, 0.3, frozenset({"3205", "3202"}))
"""Suzhou and Wuxi tell all papers once, on one list: second requests become rarer."""
SHARED_FILE = Change(90, 0.3, frozenset({"3301", "4201"}))
"""Hangzhou and Wuhan hand the whole file over with the assessment: the adjudicator decides sooner."""
THIN_EVENINGS = Change(56, 1.5)
"""Nobody improved this: the contact centre's evenings are short of people, and the first call comes later."""
