"""All that a lake says, in a form that can be compared."""

from __future__ import annotations

from typing import Any

from anxin.engines.mining import Store
from anxin.journal.lake.checking import _told


def contents(store: Store) -> dict[str, Any]:
    """Public id → what the lake tells of the case, and of its office waits."""
    if not len(store):
        return {}
    log = store.log()
    return {str(public_id): _told(log, place) for place, public_id in enumerate(log.case_ids)}
