"""Texts as sparse rows of hashed n-grams, whole batches at a time.

Chinese (and every other script written without spaces) gives runs of 1 to 4 characters; words in letters give themselves, their
pairs, and their character n-grams of 3 to 5 with the word's edges. All of it is array arithmetic over the joined batch, so that a
text costs tens of microseconds. Hashing (Weinberger et al. 2009) needs no vocabulary: a word never seen before has its place already
when a person's correction teaches it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from anxin.engines.reading.text.words import PLACEHOLDER

BITS = 17
WIDTH = 1 << BITS
HAN_LENGTHS = (1, 2, 3)
LATIN_LENGTHS = (3, 4, 5)
# Texts per pass: enough to drown the fixed cost of NumPy calls, few enough to stay in the cache.
BATCH = 512

# Every text begins with its break; then a space, its letters with single spaces between words, and a space.
_BREAK, _SPACE, _DIGIT, _DROPPED = 0, 0x20, 0x30, 0xFFFFFFFF
_SCRIPTS_WITHOUT_SPACES = 0x2E80
_WORD_LENGTH = 64  # a word's letters after these do not count
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIXERS = (np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53))
_WORD, _PAIR = 101, 102

_Keep = Callable[[NDArray[np.uint64], NDArray[np.intp], int], None]


def rows(texts: Sequence[str]) -> csr_array:
    """One row of `WIDTH` columns per text: 1 where a hashed n-gram occurs in it, however often."""
    lengths, columns = [np.zeros(1, dtype=np.int64)], [np.zeros(0, dtype=np.int32)]
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        keys = _distinct(_keys(batch))
        lengths.append(np.bincount(keys >> BITS, minlength=len(batch)))
        columns.append((keys & (WIDTH - 1)).astype(np.int32))
    indices = np.concatenate(columns)
    pointers = np.cumsum(np.concatenate(lengths))
    return csr_array((np.ones(len(indices), dtype=np.float32), indices, pointers), shape=(len(texts), WIDTH))


def _distinct(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    keys.sort()
    fresh = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
    return keys[fresh]


def _keys(texts: Sequence[str]) -> NDArray[np.int64]:
    """For each n-gram of each text the text's number in the batch and, in the last `BITS` bits, the n-gram's column."""
    letters = _letters(texts)
    owners = np.cumsum(letters == _BREAK) - 1
    found = [np.zeros(0, dtype=np.int64)]

    def keep(hashes: NDArray[np.uint64], where: NDArray[np.intp], salt: int) -> None:
        mixed = (hashes + np.uint64(salt)) * _MIXERS[0]
        mixed ^= mixed >> np.uint64(33)
        mixed *= _MIXERS[1]
        columns = (mixed >> np.uint64(64 - BITS)).astype(np.int64)
        found.append(owners[where] << BITS | columns)

    gap = letters <= _SPACE
    latin = ~gap & (letters < _SCRIPTS_WITHOUT_SPACES)
    values = letters.astype(np.uint64)
    _keep_windows(values, latin, gap, letters == _BREAK, keep)
    _keep_words(values, latin, owners, keep)
    return np.concatenate(found)


def _keep_windows(
    values: NDArray[np.uint64], latin: NDArray[np.bool_], gap: NDArray[np.bool_], broken: NDArray[np.bool_], keep: _Keep
) -> None:
    hashes = values
    solid = ~gap  # the window has no gap
    plain = ~broken & (latin | gap)  # nothing in it but letters and spaces
    spelling = plain
    whole = np.ones(len(values), dtype=bool)  # its gaps, if any, are at its ends
    for length in range(1, 1 + max(*HAN_LENGTHS, *LATIN_LENGTHS)):
        if length > 1:
            last = len(values) - length + 1
            if last <= 0:
                return
            hashes = hashes[:last] * _MULTIPLIER + values[length - 1 :]
            solid = solid[:last] & ~gap[length - 1 :]
            plain = plain[:last] & spelling[length - 1 :]
            whole = whole[:last] if length == 2 else whole[:last] & ~gap[length - 2 : -1]
        if length in HAN_LENGTHS:
            where = np.flatnonzero(solid & ~plain)
            keep(hashes[where], where, length)
        if length in LATIN_LENGTHS:
            where = np.flatnonzero(plain & whole)
            keep(hashes[where], where, length)


def _keep_words(values: NDArray[np.uint64], latin: NDArray[np.bool_], owners: NDArray[np.int64], keep: _Keep) -> None:
    # A text begins and ends with gaps, so that every word has a place before it and one after it.
    turns = np.flatnonzero(latin[1:] != latin[:-1]) + 1
    starts, ends = turns[::2], turns[1::2]
    if not len(starts):
        return
    inside = np.flatnonzero(latin)
    lengths = ends - starts
    places = np.arange(len(inside)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    places = np.minimum(places, _WORD_LENGTH)
    hashes = np.add.reduceat(values[inside] * _powers()[places], np.cumsum(lengths) - lengths)
    keep(hashes, starts, _WORD)
    near = np.flatnonzero((starts[1:] == ends[:-1] + 1) & (owners[starts[1:]] == owners[starts[:-1]]))
    keep(hashes[near] * _MULTIPLIER + hashes[near + 1], starts[near], _PAIR)


@cache
def _powers() -> NDArray[np.uint64]:
    powers = np.ones(_WORD_LENGTH + 1, dtype=np.uint64)
    np.cumprod(np.full(_WORD_LENGTH - 1, _MULTIPLIER), out=powers[1:_WORD_LENGTH])
    powers[_WORD_LENGTH] = 0
    return powers


def _letters(texts: Sequence[str]) -> NDArray[np.uint32]:
    """The batch as code points, normalised: small letters, half width, one 0 for any number, at most two of a letter in a row."""
    joined = " \0 ".join(text.replace("\0", " ") for text in texts)
    if "［" in joined or "[" in joined:
        joined = PLACEHOLDER.sub(" ", joined)
    joined = f"\0 {joined} ".lower()
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    letters = _normal_forms()[codes]
    letters = letters[letters != _DROPPED]
    same = letters[1:] == letters[:-1]
    again = np.zeros(len(letters), dtype=bool)
    again[1:] = same & ((letters[1:] == _SPACE) | (letters[1:] == _DIGIT))
    again[2:] |= same[1:] & same[:-1]
    kept: NDArray[np.uint32] = letters[~again]
    return kept


@cache
def _normal_forms() -> NDArray[np.uint32]:
    """For each code point the one it counts as."""
    forms = np.arange(0x110000, dtype=np.uint32)
    blocks = ((0, 0x3400), (0xA000, 0xA4D0), (0xD800, 0x10000), (0x1F000, 0x20000), (0xE0000, 0xE0200))
    for first, last in blocks:
        for code in range(first, last):
            forms[code] = _normal_form(code)
    return forms


def _normal_form(code: int) -> int:
    character = chr(code)
    if code in (_BREAK, _SPACE):
        return code
    half = unicodedata.normalize("NFKC", character).lower()
    if len(half) == 1 and half != character:
        return _normal_form(ord(half))
    if character in "'’‘`":
        return _DROPPED  # don't is dont
    if character in "!?":
        return code
    kind = unicodedata.category(character)
    if kind == "Nd":
        return _DIGIT
    if kind[0] == "L" or kind == "So":
        return code
    # Marks and joiners change the letter before them; all else stands between words.
    return _DROPPED if kind in ("Mn", "Me", "Cf", "Cs", "Sk") else _SPACE
