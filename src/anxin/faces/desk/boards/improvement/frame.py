"""What the pages of findings and actions share: their three parts, and effects as drawings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from anxin.insight.improvement import wording
from anxin.insight.improvement.wording import Effect

HOME = "/desk/boards/improvement/"


def parts(request: HttpRequest) -> list[tuple[str, str, bool]]:
    path = request.path
    return [
        (HOME, _("Findings"), path == HOME or path.startswith(f"{HOME}findings/")),
        (f"{HOME}actions/", _("Improvement actions"), path.startswith(f"{HOME}actions/")),
        (f"{HOME}control/", _("Control charts"), path.startswith(f"{HOME}control/")),
    ]


def drawn(effect: Effect | None) -> dict[str, Any] | None:
    """Where the dot, the interval and "no change" stand on a line from 0 to 100."""
    if effect is None:
        return None
    low, high = min(effect.low, 0.0), max(effect.high, 0.0)
    room = (high - low) or 1.0

    def at(value: float) -> str:
        return f"{8 + 84 * (value - low) / room:.1f}%"

    shows = effect.low > 0 or effect.high < 0
    return {
        "zero": at(0.0), "low": at(effect.low), "high": at(effect.high), "dot": at(effect.estimate), "text": effect.text,
        "interval": wording.interval_words(effect), "shows": shows,
    }  # fmt: skip
