from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from anxin.engines.reading.text import features

TEXTS = st.text(alphabet="理赔太慢了还没到账 the claim is slow!?1天😀\0\n's", max_size=40)


def columns(text: str) -> set[int]:
    return set(features.rows([text]).indices.tolist())


def naive(text: str) -> set[str]:
    """The n-grams of a text already in its normal form, by plain loops."""
    found = set()
    padded = f" {' '.join(text.split())} "
    for size in features.HAN_LENGTHS:
        for at in range(len(padded) - size + 1):
            piece = padded[at : at + size]
            if " " not in piece and not piece.isascii():
                found.add(f"{size}:{piece}")
    for size in features.LATIN_LENGTHS:
        for at in range(len(padded) - size + 1):
            piece = padded[at : at + size]
            if piece.isascii() and " " not in piece[1:-1] and piece.strip():
                found.add(f"{size}:{piece}")
    runs = "".join(character if character.isascii() else f" \0{character} " for character in padded)
    words = [word for word in runs.split() if not word.startswith("\0")]
    found |= {f"word:{word}" for word in words}
    return found


def test_as_many_as_plain_loops_find() -> None:
    # Hashing may let two meet, so a few less are allowed, never more.
    for text in ("理赔太慢", "the claim is slow", "app闪退了 again", "a", "理", "还没 到账"):
        pairs = max(len([word for word in text.split() if word.isascii()]) - 1, 0)
        expected = len(naive(text)) + pairs
        assert expected - 1 <= len(columns(text)) <= expected, text


def test_counts_a_thing_once() -> None:
    assert columns("理赔，理赔") == columns("理赔")


def test_normal_forms() -> None:
    assert columns("ＡＰＰ闪退") == columns("app闪退")
    assert columns("等了30天") == columns("等了５天") == columns("等了1,200天".replace(",", ""))
    assert columns("don't  call") == columns("DON’T call") == columns("dont call")
    assert columns("太慢了！！！！！") == columns("太慢了！！")
    assert columns("a\u200bb c\ufe0f") == columns("ab c")
    assert columns("［手机］打不通") == columns(" 打不通")
    assert columns("call [phone] now") == columns("call  now")
    assert columns("") == columns(" \n") == set()


def test_order_within_words_matters() -> None:
    assert columns("不满意") != columns("满意不")
    assert columns("not good") - columns("good") - columns("not")  # the pair


@given(st.lists(TEXTS, max_size=6))
def test_a_batch_is_its_texts(texts: list[str]) -> None:
    together = features.rows(texts)
    assert together.shape == (len(texts), features.WIDTH)
    for place, text in enumerate(texts):
        begin, end = together.indptr[place], together.indptr[place + 1]
        mine = together.indices[begin:end]
        assert set(mine.tolist()) == columns(text)
        assert (np.diff(mine) > 0).all()


def test_batches_join_seamlessly() -> None:
    texts = [f"理赔{chr(0x4E00 + at)}慢" for at in range(features.BATCH * 2 + 3)]
    rows = features.rows(texts)
    assert rows.shape[0] == len(texts)
    last = features.rows(texts[-1:])
    assert (csr_array(rows[[-1]]) != last).nnz == 0


@given(st.text(max_size=30))
def test_any_text_will_do(text: str) -> None:
    assert features.rows([text]).shape[0] == 1


def test_broken_text() -> None:
    assert features.rows(["\ud83d", "理\0赔"]).shape[0] == 2
    assert columns("理\0赔") == columns("理 赔")
