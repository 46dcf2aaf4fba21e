"""Conformance against a plain enumeration of the process's language, and the alignments against a plain search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.engines import mining
from anxin.engines.mining import choice, loop, option, parallel, sequence
from anxin.engines.mining.conformance.automaton import Automaton
from anxin.engines.mining.tests.logs import log_of_words

LONGEST = 4  # the oracle enumerates: with three letters 3ⁿ words of n


def interleavings(a: str, b: str) -> Iterator[str]:
    if not a or not b:
        yield a + b
        return
    yield from (a[0] + rest for rest in interleavings(a[1:], b))
    yield from (b[0] + rest for rest in interleavings(a, b[1:]))


def language(tree: Any, longest: int = LONGEST) -> set[str]:
    """All words of the process up to a length, straight from the definition."""
    if tree is None:
        return {""}
    if isinstance(tree, str):
        return {tree}
    kind, *parts = tree
    if kind == "opt":
        return language(parts[0], longest) | {""}
    if kind == "xor":
        return set().union(*(language(part, longest) for part in parts))
    if kind in ("seq", "and"):
        words = {""}
        for part in parts:
            further = language(part, longest)
            if kind == "seq":
                words = {a + b for a in words for b in further if len(a + b) <= longest}
            else:
                words = {w for a in words for b in further if len(a + b) <= longest for w in interleavings(a, b)}
        return words
    body, redo = language(parts[0], longest), language(parts[1] if len(parts) > 1 else None, longest)
    words = new = {one for one in body if len(one) <= longest}
    rounds = {b + c for b in redo for c in body if len(b + c) <= longest}
    while new:
        new = {a + b for a in new for b in rounds if len(a + b) <= longest} - words
        words = words | new
    return words


trees = st.recursive(
    st.sampled_from("abc"),
    lambda inner: st.one_of(
        st.tuples(st.just("opt"), inner).map(list),
        st.tuples(st.just("loop"), inner, st.none() | inner).map(list),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: ["seq", *parts]),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: ["xor", *parts]),
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: ["and", *parts]),
    ),
    max_leaves=4,
)
words = st.lists(st.text("abcd", min_size=1, max_size=LONGEST), min_size=1, max_size=12)


@given(trees, words, st.data())
@settings(max_examples=150, deadline=None)
def test_a_case_conforms_exactly_when_the_language_has_it(tree: Any, some: list[str], data: st.DataObject) -> None:
    allowed = language(tree)
    known = sorted(word for word in allowed if word)
    if known:
        some = some + data.draw(st.lists(st.sampled_from(known), max_size=6))
    found = mining.conformance(log_of_words(*some), tree)
    longer = language(tree, LONGEST + 4)  # no tree here needs more to be done
    for word, place in zip(some, found.place, strict=True):
        assert (place < 0) == (word in allowed), word
        if place >= 0:
            # What came before the deviation can be gone on with; with the deviating activity it cannot.
            assert any(one.startswith(word[:place]) for one in longer) or place == 0
            if place < len(word):
                assert not any(one.startswith(word[: place + 1]) for one in longer)
    assert found.conforming == sum(word in allowed for word in some)
    assert sum(one.cases for one in found.deviations) == len(some) - found.conforming


def edits(a: str, b: str) -> int:
    """Fewest letters to drop from a and to put in, to make b."""
    table = np.zeros((len(a) + 1, len(b) + 1), int)
    table[:, 0], table[0] = np.arange(len(a) + 1), np.arange(len(b) + 1)
    for i, x in enumerate(a, 1):
        for j, y in enumerate(b, 1):
            table[i, j] = table[i - 1, j - 1] if x == y else min(table[i - 1, j], table[i, j - 1]) + 1
    return int(table[-1, -1])


@given(trees, st.lists(st.text("abcd", min_size=1, max_size=4), min_size=1, max_size=6))
@settings(max_examples=80, deadline=None)
def test_fitness_is_that_of_the_best_alignment(tree: Any, some: list[str]) -> None:
    allowed = language(tree, 8)
    shortest = min(map(len, allowed), default=None)
    if shortest is None or shortest > 5:
        return  # its words are longer than enumerated here
    found = mining.conformance(log_of_words(*some), tree, fitness=True)
    assert found.fitness is not None
    for word, fitness in zip(some, found.fitness, strict=True):
        best = min(edits(word, one) for one in allowed)
        assert fitness == pytest.approx(1 - best / max(len(word) + shortest, 1))


PROCESS = sequence("a", option("b"), loop("c", "d"), choice("e", sequence("f", "g")), parallel("h", "i"))


def test_the_first_deviation_is_named() -> None:
    found = mining.conformance(log_of_words("acehi", "abcdceih", "acc", "acfg", "acz", "b"), PROCESS)
    assert found.place.tolist() == [-1, -1, 2, 4, 2, 0]
    assert {str(one) for one in found.deviations} == {
        "“c” after “c” (due: “d” or “e” or “f”)",
        "ends after “g”, where “h” or “i” is due",
        "“z” after “c” (unknown to the process; due: “d” or “e” or “f”)",
        "“b” at the start (due: “a”)",
    }
    assert [one.kind for one in found.deviations].count("unknown") == 1
    assert {one.code for one in found.cautions} == {"unknown-activities"}
    assert found.deviating().tolist() == [2, 3, 4, 5]
    assert found.share == pytest.approx(2 / 6)


def test_many_parallel_branches_are_built_only_where_the_log_goes() -> None:
    letters = "abcdefghijklmnopqrst"
    model = parallel(*letters)
    found = mining.conformance(log_of_words(letters, letters[::-1], letters[1:]), model)
    assert found.place.tolist() == [-1, -1, len(letters) - 1]
    # 2 ** 20 states exist; three walks need a few dozen.
    log = log_of_words(letters)
    automaton = Automaton(model, log.activities)
    assert not automaton.complete(2000)
    asked = mining.conformance(log, model, fitness=True)
    assert asked.fitness is None
    assert "no-fitness" in {one.code for one in asked.cautions}


def test_activities_that_occur_twice_in_a_process() -> None:
    model = choice(sequence("a", "b"), sequence("a", "c"), parallel("a", "a", "d"))
    assert mining.conformance(log_of_words("ab", "ac", "aad", "ada", "daa", "ad", "a"), model).place.tolist() == [
        -1
    ] * 5 + [2, 1]


def test_a_process_reads_from_lists_and_json_and_back() -> None:
    data = ["seq", "a", ["opt", "b"], ["loop", "c", None], ["and", "d", ["xor", "e", "f"]]]
    model = mining.process(data)
    assert mining.process(model.to_data()) == model
    assert mining.process('["seq", "a", ["opt", "b"], ["loop", "c"], ["and", "d", ["xor", "e", "f"]]]') == model
    assert model.activities() == ("a", "b", "c", "d", "e", "f")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ([], "not-a-part"),
        (["perhaps", "a"], "unknown-kind"),
        (["seq"], "empty-part"),
        (["opt", "a", "b"], "wrong-parts"),
        (["seq", 3], "not-a-part"),
        (["seq", " "], "empty-name"),
        ("[1,", "not-json"),
        ({"seq": ["a"]}, "not-a-part"),
    ],
)
def test_a_wrong_process_is_told_what_is_wrong(data: Any, code: str) -> None:
    with pytest.raises(mining.BadModel) as error:
        mining.process(data)
    assert error.value.code == code


def test_a_process_nested_without_end_is_refused() -> None:
    data: Any = "a"
    for _ in range(200):
        data = ["opt", data]
    with pytest.raises(mining.BadModel, match="deeper"):
        mining.process(data)


def test_an_activity_the_log_never_has_is_said() -> None:
    found = mining.conformance(log_of_words("ab"), sequence("a", "b", option("zz")))
    assert found.conforming == 1
    assert [one.about for one in found.cautions] == [("zz",)]
