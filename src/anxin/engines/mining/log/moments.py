"""Moments out of text, numbers and Arrow timestamps: microseconds of UTC, with the zone of those that carry none said aloud."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anxin.engines.mining.durations import DAY, micros_at, moment
from anxin.engines.mining.errors import BadLog
from anxin.engines.mining.log import arrow
from anxin.engines.mining.log.building import NO_TIME
from anxin.engines.mining.log.columns import Ints
from anxin.engines.results import Caution

_ZONED = r"(?:[Zz]|[+-]\d{2}:?\d{2}|[+-]\d{2})$"
_FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y%m%d %H:%M:%S", "%Y%m%d",
    "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日",
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d-%m-%Y:%H.%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M",
)  # fmt: skip
"""Formats that mean one thing only; day and month in slashes (03/04/2024) do not, and are asked for."""
_EPOCHS = (
    ("seconds", 1e6, 1e11),
    ("milliseconds", 1e3, 1e14),
    ("microseconds", 1.0, 1e17),
    ("nanoseconds", 1e-3, np.inf),
)
_AMBIGUOUS = r"^\d{1,2}/\d{1,2}/\d{2,4}"
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Moments:
    """`micros` has NO_TIME where there is none; `unread` counts texts that could not be read as a moment."""

    micros: Ints
    unread: int = 0
    examples: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()


def moments(
    array: pa.Array | arrow.Pieces,
    *,
    zone: tzinfo = _UTC,
    time_format: str = "",
    column: str = "time",
) -> Moments:
    """Text (ISO 8601, some common formats, or `time_format` as for strptime), timestamps, dates or epoch numbers.

    A text with an offset is that moment; one without is read in `zone`. Raises BadLog where day and month cannot be told
    apart, or for a column that holds no moments at all by its type.
    """
    kind = array.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        zoned = pa.types.is_timestamp(kind) and kind.tz is not None
        micros = arrow.filled(array, np.int64, NO_TIME, pa.timestamp("us", kind.tz if zoned else None))
        if zoned:
            return Moments(micros)
        return Moments(_localised(micros, zone), cautions=_zone_caution(len(micros), len(micros), zone, column))
    array = arrow.whole(array)
    kind = array.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _from_numbers(array, column)
    if pa.types.is_null(kind):
        return Moments(np.full(len(array), NO_TIME))
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        raise BadLog(
            f"{column} is of type {kind}; moments are text, timestamps or numbers.", code="no-moments", about=[column]
        )
    return _from_text(array, zone, time_format, column)


def _micros(array: pa.Array) -> Ints:
    return arrow.filled(array, np.int64, NO_TIME)


def _from_numbers(array: pa.Array, column: str) -> Moments:
    """Epoch numbers, in seconds, milli-, micro- or nanoseconds by their size."""
    values = arrow.filled(array, np.float64, np.nan)
    known = values[np.isfinite(values)]
    if not len(known):
        return Moments(np.full(len(values), NO_TIME), len(values))
    size = float(np.median(np.abs(known)))
    unit, factor = next((unit, factor) for unit, factor, below in _EPOCHS if size < below)
    if pa.types.is_integer(array.type):
        exact = arrow.filled(array, np.int64, 0)
        micros = exact * int(factor) if factor >= 1 else exact // 1000
    else:
        micros = np.round(np.where(np.isfinite(values), values, 0) * factor).astype(np.int64)
    micros = np.where(np.isfinite(values), micros, NO_TIME)
    text = f"{column} holds numbers; read as {unit} since 1970 (the median is {moment(int(np.median(known) * factor)):%Y-%m-%d})."
    return Moments(micros, cautions=(Caution("epoch", text, (column,)),))


def _from_text(array: pa.Array, zone: tzinfo, time_format: str, column: str) -> Moments:
    array = pc.utf8_trim_whitespace(array)
    array = arrow.without(array, arrow.numbers(pc.binary_length(array)) == 0)
    there = len(array) - array.null_count
    micros = np.full(len(array), NO_TIME)
    # "2024-01-05" ends like an offset of -05: a date is no offset.
    zoned = _like(array, _ZONED) & _like(array, r"\d[T ]?\d{2}[:.]\d{2}")
    if time_format:
        return _by_format(array, zone, time_format, column)
    places = np.flatnonzero(zoned)
    if len(places):
        micros[places] = _tried(array.take(arrow.array(places)), _iso_zoned)
    places = np.flatnonzero((micros == NO_TIME) & ~arrow.nulls(array))
    plain = 0
    if len(places):
        texts = array.take(arrow.array(places))
        if (ambiguous := _like(texts, _AMBIGUOUS)).any():
            example = texts[int(np.argmax(ambiguous))].as_py()
            raise BadLog(
                f"{column}: in “{example}” day and month cannot be told apart. Say how times are written, "
                "e.g. time_format='%d/%m/%Y %H:%M' (--time-format).",
                code="ambiguous-date",
                about=[column],
            )
        found = _tried(texts, _iso_naive)
        for form in _FORMATS:
            left = np.flatnonzero(found == NO_TIME)
            if not len(left):
                break
            found[left] = _tried(texts.take(arrow.array(left)), partial(_strptime, form=form))
        plain = int((found != NO_TIME).sum())
        micros[places] = _localised(found, zone)
    unread = np.flatnonzero((micros == NO_TIME) & ~arrow.nulls(array))
    examples = tuple(array[int(place)].as_py() for place in unread[:3])
    return Moments(micros, len(unread), examples, _zone_caution(plain, there, zone, column))


def _like(texts: pa.Array, pattern: str) -> NDArray[np.bool_]:
    return arrow.truth(pc.match_substring_regex(texts, pattern))


def _by_format(array: pa.Array, zone: tzinfo, form: str, column: str) -> Moments:
    micros = np.full(len(array), NO_TIME)
    naive = 0
    unread = []
    for place, text in enumerate(array.to_pylist()):
        if text is None:
            continue
        try:
            at = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is added below
        except ValueError:
            unread.append(text)
            continue
        if at.utcoffset() is None:
            naive += 1
            at = at.replace(tzinfo=zone)
        micros[place] = micros_at(at, column)
    return Moments(micros, len(unread), tuple(unread[:3]), _zone_caution(naive, len(array), zone, column))


def _tried(texts: pa.Array, parse: Callable[[pa.Array], Ints]) -> Ints:
    """All at once; where one text spoils it, halves, down to the ones that cannot be read."""
    try:
        return parse(texts)
    except pa.ArrowInvalid:
        if len(texts) == 1:
            return np.array([NO_TIME])
    # Where the first few fail the rest is hardly better: look at the shape before halving a million texts.
    if len(texts) > 64 and all(
        _fails(texts[place : place + 1], parse) for place in range(0, len(texts), len(texts) // 16)
    ):
        unlike = (
            [place for place in range(len(texts)) if not _fails(texts[place : place + 1], parse)]
            if len(texts) < 5000
            else []
        )
        result = np.full(len(texts), NO_TIME)
        for place in unlike:
            result[place] = parse(texts[place : place + 1])[0]
        return result
    middle = len(texts) // 2
    return np.concatenate((_tried(texts[:middle], parse), _tried(texts[middle:], parse)))


def _fails(texts: pa.Array, parse: Callable[[pa.Array], Ints]) -> bool:
    try:
        parse(texts)
    except pa.ArrowInvalid:
        return True
    return False


def _iso_zoned(texts: pa.Array) -> Ints:
    """ISO 8601 with an offset. Digits past the microsecond are cut, "+0200" and "+02" are written out."""
    texts = pc.replace_substring_regex(texts, r"(\.\d{6})\d+", r"\1")
    return _micros(texts.cast(pa.timestamp("us", "UTC")))


def _iso_naive(texts: pa.Array) -> Ints:
    texts = pc.replace_substring_regex(texts, r"(\.\d{6})\d+", r"\1")
    return _micros(texts.cast(pa.timestamp("us")))


def _strptime(texts: pa.Array, form: str) -> Ints:
    return _micros(pc.strptime(texts, format=form, unit="us"))


def _localised(naive: Ints, zone: tzinfo) -> Ints:
    """Wall-clock microseconds to UTC; an hour that the clocks repeat is its first time."""
    key = getattr(zone, "key", None) or str(zone)
    if key in ("UTC", "Etc/UTC"):
        return naive
    known = naive != NO_TIME
    walls = arrow.array(naive, ~known, pa.timestamp("us"))
    at = pc.assume_timezone(walls, timezone=key, ambiguous="earliest", nonexistent="latest")
    return _micros(at)


def _zone_caution(naive: int, there: int, zone: tzinfo, column: str) -> tuple[Caution, ...]:
    if not naive:
        return ()
    which = "All moments" if naive >= there else f"{naive:,} of {there:,} moments"
    key = getattr(zone, "key", None) or str(zone)
    more = "" if naive >= there else " The others carry an offset: check that the two are meant to be mixed."
    text = f"{which} in “{column}” carry no time zone; read as {key}.{more}"
    return (Caution("no-zone" if naive >= there else "mixed-zones", text, (column,)),)


def check_years(micros: Ints, column: str, now_year: int = 2200) -> tuple[Caution, ...]:
    """A caution for moments before 1971 or far in the future: placeholders more often than truth."""
    early = int(((micros < 365 * DAY) & (micros != NO_TIME)).sum())
    late = int((micros > (now_year - 1970) * 365 * DAY).sum())
    if not early and not late:
        return ()
    text = f"{early + late:,} moments in “{column}” lie before 1971 or after {now_year}: placeholders? They were kept."
    return (Caution("odd-moments", text, (column,)),)
