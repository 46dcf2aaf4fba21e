"""Conditions: read and written alike, and the database finds whom the rule says, whatever the data (property test)."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from anxin.registers.customers.models import ContactPoint, Customer
from anxin.registers.policies.models import Policy
from anxin.voice.campaigns.audience import Audience, BadAudience, read_audience
from anxin.voice.campaigns.reaching import segment_of

_days = st.none() | st.integers(0, 400)


@given(
    branches=st.lists(st.sampled_from(["SZ", "WX"]), unique=True), lines=st.lists(st.sampled_from(["home", "cargo"]), unique=True),
    regions=st.lists(st.sampled_from(["姑苏", "吴中"]), unique=True), least=_days, most=_days,
)  # fmt: skip
def test_written_and_read_again(branches, lines, regions, least, most) -> None:
    if least is not None and most is not None and least > most:
        least, most = most, least
    audience = Audience("segment", tuple(branches), tuple(lines), tuple(regions), least, most)
    assert read_audience(audience.to_data()) == audience


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"kind": "all"}, "audience"), ({"kind": "claims", "days": 0}, "days"), ({"kind": "claims", "days": True}, "days"),
        ({"kind": "claims", "happened": "lost"}, "happened"), ({"policy_days": [9, 1]}, "policy_days"),
        ({"policy_days": [-1, None]}, "policy_days"), ({"policy_days": 3}, "policy_days"), ({"branches": "SZ"}, "branches"),
        ({"lines": [""]}, "lines"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_names_its_field(data, field) -> None:
    with pytest.raises(BadAudience) as bad:
        read_audience(data)
    assert bad.value.field == field


@pytest.mark.django_db
def test_the_database_finds_whom_the_rule_says(branch, other_branch, now) -> None:
    """Forty random customers, sixty random segments: the query and the pure rule agree on everybody."""
    from anxin.access.actors import system
    from anxin.registers.products.catalogue import install_catalogue

    chance, on = random.Random(7), timezone.localdate(now)
    products = {product.line: product for product in install_catalogue(actor=system(), now=now)}
    lines = ("motor_compulsory", "motor_commercial", "home")
    regions = ("姑苏区", "吴中区", "梁溪区")
    known = []
    for number in range(40):
        where = chance.choice([branch, other_branch])
        customer = Customer.objects.create(name="客户", branch=where, created_at=now)
        addresses = chance.sample(regions, chance.randint(0, 2))
        for address in addresses:
            text = f"某市{address}一号"
            ContactPoint.objects.create(customer=customer, kind="address", value=text, normalised=text, created_at=now)
        policies = []
        for place in range(chance.randint(0, 3)):
            line, days = chance.choice(lines), chance.choice([0, 10, 100, 300, 500])
            ends = on + timedelta(days=chance.choice([-1, 0, 60]))
            starts = on - timedelta(days=days)
            if ends < starts:
                ends = starts
            key = f"P{number:03d}{place}"
            Policy.objects.create(
                number=key, number_key=key, product=products[line], branch=where, policyholder=customer, starts_on=starts,
                ends_on=ends, premium_fen=1, issued_at=now,
            )  # fmt: skip
            if ends >= on:
                policies.append((line, days))
        known.append((customer.pk, where.code, [f"某市{one}一号" for one in addresses], policies))
    for _round in range(60):
        bounds = sorted(chance.choice([None, 0, 10, 99, 100, 301]) or -1 for _ in range(2))
        audience = Audience(
            "segment",
            tuple(chance.sample(["SZ", "WX"], chance.randint(0, 1))),
            tuple(chance.sample(lines, chance.randint(0, 2))),
            tuple(chance.sample(regions, chance.randint(0, 2))),
            *(None if bound < 0 else bound for bound in bounds),
        )
        expected = {
            pk
            for pk, code, addresses, policies in known
            if audience.holds(branch=code, addresses=addresses, policies=policies)
        }
        assert set(segment_of(audience, on).values_list("pk", flat=True)) == expected, audience
