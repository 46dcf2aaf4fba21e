"""Amounts as people type them, into fen."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

_YUAN = re.compile(r"(\d{1,12})(?:\.(\d{1,2}))?")


def fen_of(text: str) -> int | None:
    """“3,200”, “3200.5”, “¥3 200.50” → fen; None for an empty text. Raises ValueError with words for the person."""
    plain = re.sub(r"[\s,，¥￥元]", "", text).replace("。", ".").replace("．", ".")
    if not plain:
        return None
    found = _YUAN.fullmatch(plain)
    if found is None:
        raise ValueError(_("Enter the amount in yuan, for example 3200.00."))
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
