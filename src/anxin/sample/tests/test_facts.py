"""What the sample insurer's other systems tell: the same for the same seed, and one report that does not fit."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from anxin.insight.indicators import queries
from anxin.insight.indicators.computing.values import compute
from anxin.insight.indicators.definitions import BY_ID
from anxin.insight.indicators.kinds import KINDS
from anxin.insight.indicators.models import Fact, FactBatch, Reported
from anxin.insight.results.asking import Ask
from anxin.sample.facts import add_facts, add_reported

pytestmark = pytest.mark.django_db


def test_the_samples_facts_are_the_same_for_the_same_seed_and_one_report_does_not_fit(
    branch: Any, other_branch: Any, now: Any
) -> None:
    def build() -> tuple[list[Any], list[Any]]:
        Fact.objects.all().delete()
        FactBatch.objects.all().delete()
        Reported.objects.all().delete()
        add_facts(random.Random(7), {row.code: row for row in (branch, other_branch)}, as_of=now, share=0.1)
        add_reported(as_of=now)
        return (
            list(
                Fact.objects.order_by("kind", "external_id").values_list("kind", "external_id", "occurred_at", "data")
            ),
            list(Reported.objects.order_by("indicator").values_list("indicator", "value")),
        )

    facts, reported = build()
    assert (facts, reported) == build()
    counts = Counter(kind for kind, *_rest in facts)
    assert counts.keys() == KINDS.keys()
    assert counts["calls"] == 2000
    found = compute(Ask(None, {}, now))["indicators"]
    fitting = {
        row.indicator: queries.match(
            row, BY_ID[row.indicator].part("main"), found[row.indicator]["parts"]["main"]["now"]["value"]
        ).fits
        for row in Reported.objects.all()
    }
    assert fitting == {"IN-01": True, "IN-02": True, "IN-06": True, "IN-12": False}
