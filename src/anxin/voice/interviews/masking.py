"""Personal data in notes and quotes, taken out before anybody reads them.

The text engine masks names, places and numbers where it is there; where it is not, what can be told by its form is masked here:
numbers of phones, documents, cards, plates and e-mail addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module, util

_SHAPES = re.compile(
    r"(?P<mail>[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,})"
    r"|(?P<id>(?<!\d)\d{17}[\dXx](?![\dXx]))"
    r"|(?P<card>(?<!\d)\d{15,19}(?!\d))"
    r"|(?P<phone>(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d))"
    r"|(?P<plate>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\- ]?[A-HJ-NP-Z0-9]{5,6})"
)


def mask(text: str, names: Sequence[str] = ()) -> str:
    """The text with what is personal replaced; `names` are people known to the caller."""
    engine = _engine()
    if engine is not None:
        text = engine(text, names)
    for name in names:
        if len(name) > 1:
            text = text.replace(name, "***")
    return _SHAPES.sub("***", text)


@cache
def _engine() -> Callable[[str, Sequence[str]], str] | None:
    """The text engine's masking, if this installation has it."""
    name = "anxin.engines.reading.text"
    try:
        if util.find_spec(name) is None:
            return None
    except ModuleNotFoundError:
        return None
    found = getattr(import_module(name), "mask", None)
    if found is None:
        return None

    def masked(text: str, names: Sequence[str]) -> str:
        return str(found(text, names=tuple(names)).text)

    return masked
