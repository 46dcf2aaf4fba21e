"""The promise rules we ship: first what the law says (`law`), then the company's own standards (`company`)."""

from __future__ import annotations

from typing import Any

from anxin.rulebook.shipped.company import RULES as COMPANY
from anxin.rulebook.shipped.law import RULES as LAW


def body() -> dict[str, Any]:
    return {"rules": [rule.to_data() for rule in (*LAW, *COMPANY)]}
