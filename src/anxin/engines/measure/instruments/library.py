"""The instruments that ship with the package: JSON files in `shipped/`, our own wordings in Chinese and English.

SERVPERF: Cronin & Taylor 1992, Measuring service quality: a reexamination and extension (22 perceptions in five
dimensions). SERVQUAL: Parasuraman, Zeithaml & Berry 1988 (expectations beside them). The dimensions and what each item is
about follow these papers; no sentence of the published questionnaires is used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from anxin.engines.measure.errors import BadModel, listed
from anxin.engines.measure.instruments.instrument import Instrument

# In the order a reader would look for them.
_NAMES = ("servperf", "servperf-insurance", "servqual", "loyalty", "nps", "csat")


def instruments() -> tuple[str, ...]:
    """The names of the instruments that ship with the package."""
    return _NAMES


@cache
def instrument(name: str, stage: str | None = None) -> Instrument:
    """An instrument that ships with the package, worded for a stage (sales, underwriting, claims, care) or the whole service.

    | name | what |
    |---|---|
    | servperf | 22 perceptions: tangibles, reliability, responsiveness, assurance, empathy |
    | servperf-insurance | 20 perceptions: reliability, responsibility, convenience, security, kindness |
    | servqual | servperf's 22 perceptions (P_), the same as expectations (E_), points of importance for each dimension (I_) |
    | loyalty | overall satisfaction and loyalty, three items each |
    | nps, csat | likelihood to recommend, 0 to 10; satisfaction, 1 to 5 |

    Raises BadModel for an unknown name or stage.
    """
    if name not in _NAMES:
        raise BadModel(
            f"There is no instrument {name!r}. Instruments: {listed(_NAMES)}; or read your own from a JSON file.",
            code="no-instrument",
            about=[name],
        )
    return Instrument.from_dict(_form(name)).for_stage(stage)


def _form(name: str) -> dict[str, Any]:
    file = resources.files("anxin.engines.measure.instruments") / "shipped" / f"{name}.json"
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    perceptions = data.pop("perceptions", None)
    if perceptions is not None:
        data = _with_perceptions(data, _form(perceptions))
    return data


def _with_perceptions(data: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """SERVQUAL asks SERVPERF's items, as P_ and in its wording, after the expectations: written once, there."""
    perceived = [{**item, "code": f"P_{item['code']}"} for item in other["items"]]
    own = data["items"]
    expected = [item for item in own if item["kind"] == "expectation"]
    rest = [item for item in own if item["kind"] != "expectation"]
    shared = {key: other[key] for key in ("scale", "stages", "dimensions")}
    return {**shared, **data, "items": [*expected, *perceived, *rest]}
