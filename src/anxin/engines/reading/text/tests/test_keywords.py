from __future__ import annotations

from math import log, sqrt

import pytest

from anxin.engines.reading.text import keywords, terms


def test_terms_are_content_words_and_pairs() -> None:
    found = terms("退保损失太大了，客服没有回电")
    assert {"退保", "损失", "退保损失", "客服", "回电"} <= found
    assert "太大了" not in found
    assert "了" not in found
    assert "没有回电" in found  # a negation belongs to what it denies
    assert "损失客服" not in found  # a comma between


def test_english_terms() -> None:
    found = terms("The claim was not covered, and it's a slow claim.")
    assert {"claim", "covered", "not covered", "slow claim"} <= found
    assert not {"the", "was", "it's", "a"} & found


@pytest.mark.parametrize("text", ["", "😀", "123 45%", "的了吗", "［手机］", "[phone] [name]", "\ud800"])
def test_nothing_to_say(text: str) -> None:
    assert terms(text) == frozenset()


def test_log_odds_by_hand() -> None:
    """Monroe, Colaresi & Quinn (2008), eq. 16 and 22, with the prior spread as the terms are."""
    one = [frozenset({"slow", "claim"})] * 3 + [frozenset({"claim"})] * 2
    other = [frozenset({"fast", "claim"})] * 4 + [frozenset({"slow"})]
    found = {keyword.term: keyword for keyword in keywords({"one": one, "other": other})["one"]}
    every, total = 3 + 1, 8 + 9
    prior = 500 * every / total
    here = (3 + prior) / (8 + 500 - 3 - prior)
    there = (1 + prior) / (9 + 500 - 1 - prior)
    assert found["slow"].z == pytest.approx(log(here / there) / sqrt(1 / (3 + prior) + 1 / (1 + prior)))
    assert (found["slow"].texts, found["slow"].elsewhere) == (3, 1)
    assert "fast" not in found


def test_what_sets_groups_apart() -> None:
    slow = [terms(text) for text in ["理赔太慢", "理赔慢", "等了很久，理赔慢", "理赔拖延", "查勘很慢"] * 20]
    price = [terms(text) for text in ["保费太贵", "保费涨价", "又涨价了，太贵", "理赔还行，保费贵"] * 20]
    found = keywords({"slow": slow, "price": price}, most=4)
    assert "理赔" in found["slow"][0].term
    assert found["slow"][0].significant
    assert "保费" in [keyword.term for keyword in found["price"]]
    assert "理赔" not in [keyword.term for keyword in found["price"]]
    assert all(len(each) <= 4 for each in found.values())
    assert all(a.z >= 0 for each in found.values() for a in each)


def test_a_phrase_stands_for_its_words() -> None:
    texts = [frozenset({"现金", "价值", "现金价值"})] * 10
    found = keywords({"in": texts, "out": [frozenset({"保费"})] * 10})["in"]
    assert [keyword.term for keyword in found] == ["现金价值"]


def test_one_group_and_none() -> None:
    assert keywords({}) == {}
    assert keywords({"all": [frozenset({"保费"})] * 5}) == {"all": ()}
    assert keywords({"in": [], "out": [frozenset({"保费"})]}) == {"in": (), "out": ()}
