import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.registers.products.catalogue import CATALOGUE
from anxin.registers.products.models import Line
from anxin.registers.products.terms import article, article_in_english

YUAN = 100


@given(st.integers(1, 99), st.integers(0, 20))
def test_article_numbers_read_the_same_in_both_languages(number, item) -> None:
    assert article_in_english(article(number, item)) == f"Article {number}" + (f" ({item})" if item else "")


def test_article_numbers() -> None:
    assert [article(n) for n in (1, 10, 12, 20, 21)] == ["第一条", "第十条", "第十二条", "第二十条", "第二十一条"]
    assert article(9, 2) == "第九条（二）"
    assert article_in_english("附则") == "附则"


def test_the_catalogue_has_every_line() -> None:
    assert {terms.line for terms in CATALOGUE} == set(Line.values)


@pytest.mark.parametrize("terms", CATALOGUE, ids=lambda terms: terms.code)
def test_terms_are_whole_in_both_languages(terms) -> None:
    assert terms.problems() == {}
    kinds = {clause.kind for clause in terms.clauses}
    assert {"cover", "exclusion", "condition"} <= kinds
    for clause in terms.clauses:
        assert not re.search(r"[\u4e00-\u9fff]", clause.text_en + clause.title_en)
        assert re.search(r"[\u4e00-\u9fff]", clause.text_zh)


def product(code):
    return next(terms for terms in CATALOGUE if terms.code == code)


def test_compulsory_limits_are_those_of_2020() -> None:
    limits = {item.code: item.limit_fen for item in product("PDZA").coverages}
    assert limits == {
        "compulsory_death": 180_000 * YUAN, "compulsory_medical": 18_000 * YUAN, "compulsory_property": 2_000 * YUAN,
        "no_fault_death": 18_000 * YUAN, "no_fault_medical": 1_800 * YUAN, "no_fault_property": 100 * YUAN,
    }  # fmt: skip


def test_exclusions_that_claims_ask_about() -> None:
    def codes(code):
        return {clause.code for clause in product(code).clauses if clause.kind == "exclusion"}

    motor = {"unlicensed", "drunk_driving", "flight_from_scene", "intentional", "commercial_use", "wear"}
    assert motor <= codes("PDAA")
    assert {"war", "intentional", "wear", "earthquake", "valuables_over_limit"} <= codes("PEHA")
