"""Charts as lengths between 0 and 1, for renderers that draw by themselves (typst)."""

from __future__ import annotations

import math
from typing import Any

from anxin.voice.reports.content.blocks import Chart, written

# From bad to good; the desk's tokens --heat-1 … --heat-5 say the same.
RAMP = ("#edf3f1", "#cfe2de", "#9cc4bd", "#2f7771", "#0f4c4a")
US, CONTEXT = "#0f4c4a", "#85877d"


def ramp(share: float) -> str:
    """A colour of the ramp at 0 to 1."""
    share = min(max(share, 0.0), 1.0) * (len(RAMP) - 1)
    low = min(int(share), len(RAMP) - 2)
    return "#" + "".join(
        f"{round(a + (b - a) * (share - low)):02x}" for a, b in zip(_rgb(RAMP[low]), _rgb(RAMP[low + 1]), strict=True)
    )


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def dark(colour: str) -> bool:
    """Whether words on it are white."""
    red, green, blue = _rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140


def axis(chart: Chart) -> tuple[float, float, tuple[float, ...]]:
    """Where the value axis begins and ends, and the round values between that are written on it."""
    given = [
        value
        for series in chart.series
        for value in (*series.values, *series.low, *series.high)
        if value is not None and math.isfinite(value)
    ]
    low = chart.low if chart.low is not None else min(given, default=0.0)
    high = chart.high if chart.high is not None else max(given, default=1.0)
    if high <= low:
        high = low + 1
    step = _step(high - low, whole=chart.form == "count")
    if chart.low is None:
        low = step * math.floor(low / step + 1e-9)
    if chart.high is None:
        high = low + step * math.ceil((high - low) / step - 1e-9)
    count = int((high - low) / step + 1e-9)
    return low, high, tuple(low + step * place for place in range(count + 1))


def _step(span: float, *, whole: bool) -> float:
    """The smallest of 1, 2, 2.5 and 5 times a power of ten that divides the span into at most five."""
    power = 10.0 ** math.floor(math.log10(span / 5))
    steps = [size * power for size in (1, 2, 2.5, 5, 10)]
    fits = [one for one in steps if span / one <= 5 + 1e-9 and not (whole and one % 1)]
    return fits[0] if fits else max(1.0, steps[-1])


def figure(chart: Chart) -> dict[str, Any]:
    """What the template draws."""
    if chart.kind == "map":
        return _map(chart)
    if chart.kind == "heat":
        return _heat(chart)
    low, high, values = axis(chart)

    def at(value: float | None) -> float | None:
        return None if value is None or not math.isfinite(value) else min(max((value - low) / (high - low), 0.0), 1.0)

    form = "share" if chart.form == "share" else "mean"
    ticks = [((value - low) / (high - low), _tick(value, form)) for value in values]
    shown: dict[str, Any] = {
        "kind": chart.kind, "title": chart.title, "ticks": [[place, words] for place, words in ticks],
        "legend": [series.name for series in chart.series] if len(chart.series) > 1 else [],
    }  # fmt: skip
    count = len(chart.series)
    if chart.kind == "stack":
        colours = [ramp(place / max(count - 1, 1)) for place in range(count)]
        shown["colours"] = colours
        shown["rows"] = []
        for at_row, label in enumerate(chart.categories):
            start, parts = 0.0, []
            for series, colour in zip(chart.series, colours, strict=True):
                value = series.values[at_row] or 0.0
                parts.append([start, value, f"{100 * value:.0f}" if value >= 0.06 else "", colour, dark(colour)])
                start += value
            shown["rows"].append({"label": label, "parts": parts})
        return shown
    shown["colours"] = (
        [US, CONTEXT][:count] if count <= 2 else [ramp(0.3 + 0.7 * place / (count - 1)) for place in range(count)]
    )
    if count == 2:
        # The second of a pair is ours (found, this wave), the first what it is measured against.
        shown["colours"] = [CONTEXT, US]
    shown["rows"] = [
        {
            "label": label,
            "marks": [
                {
                    "value": at(series.values[place]), "low": at(series.low[place]) if series.low else None,
                    "high": at(series.high[place]) if series.high else None, "words": written(series.values[place], chart.form),
                }
                for series in chart.series
            ],
        }
        for place, label in enumerate(chart.categories)
    ]  # fmt: skip
    return shown


def _tick(value: float, form: str) -> str:
    return f"{100 * value:.3g}%" if form == "share" else f"{value:.4g}"


def _heat(chart: Chart) -> dict[str, Any]:
    given = [
        value
        for series in chart.series
        for value in series.values
        if value is not None and math.isfinite(value) and value < 0.9999
    ]
    low, high = (
        (0.0, max([abs(one) for one in given] or [1.0]))
        if chart.form == "r"
        else (min(given, default=0.0), max(given, default=1.0))
    )
    span = high - low or 1.0
    rows = []
    for series in chart.series:
        cells = []
        for value in series.values:
            if value is None or not math.isfinite(value):
                cells.append(["–", "#ffffff", False])
                continue
            colour = ramp(((abs(value) if chart.form == "r" else value) - low) / span)
            cells.append([written(value, "mean"), colour, dark(colour)])
        rows.append({"label": series.name, "cells": cells})
    return {"kind": "heat", "title": chart.title, "heads": list(chart.categories), "rows": rows}


def _map(chart: Chart) -> dict[str, Any]:
    across, up = (list(series.values) for series in chart.series[:2])
    ends = []
    for values, line in zip((across, up), chart.lines or (None, None), strict=True):
        known = [value for value in values if value is not None] + ([] if line is None else [line])
        margin = 0.08 * ((max(known) - min(known)) or 1.0)
        ends.append((min(known) - margin, max(known) + margin))

    def at(value: float | None, axis_: int) -> float:
        low, high = ends[axis_]
        return 0.0 if value is None else (value - low) / (high - low)

    lines = None if chart.lines is None else [at(chart.lines[0], 0), at(chart.lines[1], 1)]
    points = [[at(x, 0), at(y, 1), label] for x, y, label in zip(across, up, chart.categories, strict=True)]
    return {
        "kind": "map", "title": chart.title, "across": chart.across, "up": chart.up, "lines": lines, "points": points,
        "ends": [[f"{one:.3g}" for one in pair] for pair in ends],
    }  # fmt: skip
