"""What the rulebook ships fits what claims store: the same words for causes and parties, texts no longer than columns."""

from __future__ import annotations

from anxin.journeys.claims.models import AssessmentLine, Claim, Party, RequiredPaper
from anxin.rulebook.families import papers, prices
from anxin.rulebook.models import Family
from anxin.rulebook.shipped import BODIES


def test_facts_and_parties_are_the_claims() -> None:
    assert set(papers.CLAIM_TYPES) == set(Claim.Type.values)
    assert set(Claim.Cause.values) == papers.CAUSES
    assert {kind for kind in papers.PARTY_KINDS if kind} == set(Party.Kind.values)


def test_papers_fit_their_columns() -> None:
    body = BODIES[Family.PAPERS]()
    for item in [*body["supplement"], *(item for items in body["lists"].values() for item in items)]:
        for name in ("code", "title_zh", "title_en", "hint_zh", "hint_en", "provider"):
            assert len(item.get(name, "")) <= RequiredPaper._meta.get_field(name).max_length, (item["code"], name)


def test_prices_fit_their_columns() -> None:
    columns = {"code": "item", "name_zh": "name_zh", "name_en": "name_en", "method": "method"}
    for item in prices.read(BODIES[Family.PRICES]()).items:
        for name, column in columns.items():
            assert len(getattr(item, name)) <= AssessmentLine._meta.get_field(column).max_length, (item.code, name)
