"""Authority levels, company standard: limits in fen."""

from __future__ import annotations

from typing import Any

_YUAN = 100
_LEVELS: tuple[int | None, ...] = (0, 10_000, 50_000, 200_000, 1_000_000, None)
_TWO_SIGNATURES = 500_000


def body() -> dict[str, Any]:
    kinds = ("decision", "advance", "refusal", "payment")
    return {
        "levels": [
            {"level": level, "limits": dict.fromkeys(kinds, None if limit is None else limit * _YUAN)}
            for level, limit in enumerate(_LEVELS)
        ],
        "two_signatures_from": dict.fromkeys(kinds, _TWO_SIGNATURES * _YUAN),
    }
