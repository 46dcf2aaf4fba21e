from __future__ import annotations

import numpy as np

from anxin.engines.reading.text import Model
from anxin.engines.reading.text.quotes import telling

TEXTS = [
    "理赔太慢了，等了两个多月还没到账",
    "理赔太慢了，等了两个多月还没到账！",
    "慢",
    "查勘员第二天才来，现场早就清走了，耽误事",
    "客服电话一直打不通，排队四十分钟",
]


def rows(texts: list[str]):  # type: ignore[no-untyped-def]
    return Model.shipped().rows(texts)


def test_strong_and_different() -> None:
    chosen = telling(TEXTS, np.array([0.9, 0.89, 0.95, 0.7, 0.6]), rows(TEXTS), most=3)
    assert chosen[0] == 0
    assert 1 not in chosen  # the same again
    assert 3 in chosen


def test_what_does_not_show_it_is_not_quoted() -> None:
    assert telling(TEXTS, np.array([0.0, 0.0, 0.0, 0.0, 0.4]), rows(TEXTS)) == [4]
    assert telling([], np.zeros(0), rows([])) == []
    assert telling(["", "  "], np.array([0.0, 0.0]), rows(["", "  "])) == []


def test_fewer_than_asked() -> None:
    same = ["理赔太慢了"] * 5
    assert telling(same, np.full(5, 0.9), rows(same), most=3) == [0]


def test_too_long_is_not_preferred() -> None:
    texts = ["理赔太慢了，等了两个多月还没到账。" * 30, "查勘员第二天才来，现场早就清走了"]
    assert telling(texts, np.array([0.9, 0.8]), rows(texts), most=1) == [1]
