"""The phone line: volumes by hand, and volumes, handling time and patience from imported calls.

Erlang A beside what happened is tested with the sample's calls, in `sample/tests/test_calls.py`."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from anxin.access.errors import Invalid
from anxin.insight.indicators.tests.asked import tell
from anxin.insight.results.asking import Ask
from anxin.insight.whatif import phone


def test_volumes_by_hand() -> None:
    assert phone.volumes_of("9:00 42\n\n09:30, 17.5") == [("09:00", 42.0), ("09:30", 17.5)]
    with pytest.raises(Invalid, match="nine"):
        phone.volumes_of("nine o'clock")
    with pytest.raises(Invalid):
        phone.volumes_of("")


@pytest.mark.django_db
def test_volumes_handling_and_patience_from_imported_calls(branch: Any, now: Any) -> None:
    assert phone.heard(Ask(None, {}, now)) is None
    tell(
        "calls",
        # Thursday 13 February: answered after 20 s, talked for 100 s; hung up after 40 s.
        {"calltime": "2025-02-13 09:05:00", "connectiontime": "2025-02-13 09:05:20", "downtime": "2025-02-13 09:07:00", "isconnected": "01"},
        {"calltime": "2025-02-13 09:10:00", "downtime": "2025-02-13 09:10:40", "isconnected": "00"},
        # Friday: answered after 30 s, talked for 200 s. Saturday is left out, and so is who did not ask for an agent.
        {"calltime": "2025-02-14 14:40:00", "connectiontime": "2025-02-14 14:40:30", "downtime": "2025-02-14 14:43:50", "isconnected": "01"},
        {"calltime": "2025-02-15 10:00:00", "connectiontime": "2025-02-15 10:00:10", "downtime": "2025-02-15 10:05:00", "isconnected": "01"},
        {"calltime": "2025-02-14 15:00:00", "isconnected": "00", "asksagent": "00"},
        branch=branch,
    )  # fmt: skip
    heard = phone.heard(Ask(None, {}, now))
    assert heard is not None
    assert (heard.calls, heard.hung_up, heard.days) == (3, 1, 2)
    assert (heard.first, heard.last) == (date(2025, 2, 13), date(2025, 2, 15))
    assert heard.volumes == [("09:00", 1.0), ("14:30", 0.5)]
    assert heard.handling == 150
    assert heard.patience == 90  # 20 + 40 + 30 seconds waited for the one that hung up
    # Too few calls in every half-hour to say anything of it.
    assert phone.compared(heard, handling=150, within=20, patience=90) is None
    # Somebody who sees another branch only hears nothing.
    assert phone.heard(Ask(frozenset({"WX"}), {}, now)) is None
