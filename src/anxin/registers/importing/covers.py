"""A policy row's coverages: from one cell, from a column for each, or by default the product's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from anxin.registers.importing.cells import blank, fen, permille, yuan
from anxin.registers.products.models import Coverage, Product

# third_party=1000000, or with a deductible and a rate: contents=100000/200/10%; a bare code takes the product's terms.
_ITEM = re.compile(r"([^=/]+?)\s*(?:=\s*([^/]*?)\s*(?:/\s*([^/%]*?))?\s*(?:/\s*([^/]+?)%?)?)?")


class Cover(NamedTuple):
    limit_fen: int | None
    deductible_fen: int
    deductible_permille: int


class Named(NamedTuple):
    """A coverage a cell names, with what it says of it; None where it leaves the product's own."""

    which: str
    limit_fen: int | None = None
    deductible_fen: int | None = None
    deductible_permille: int | None = None


def coverages_cell(value: Any) -> tuple[Named, ...]:
    """Text such as `vehicle_damage=128600; third_party=1000000/500/10%`, or a list of objects with `code`, `limit` …"""
    if isinstance(value, list):
        return tuple(_named(item) for item in value)
    found = []
    for part in re.split(r"[;；\n]", str(value)):
        if not part.strip():
            continue
        match = _ITEM.fullmatch(part.strip())
        if not match:
            raise ValueError(_("Coverages are written like third_party=1000000; contents=100000/200/10%."))
        which, limit, deductible, rate = match.groups()
        found.append(
            Named(
                which.strip(), yuan(limit) if limit else None, yuan(deductible) if deductible else None,
                permille(rate) if rate else None,
            )
        )  # fmt: skip
    return tuple(found)


def _named(item: Any) -> Named:
    if not isinstance(item, Mapping) or blank(item.get("code")):
        raise ValueError(_("A coverage is an object with a code."))

    def amount(name: str) -> int | None:
        if not blank(item.get(f"{name}_fen")):
            return fen(item[f"{name}_fen"])
        return None if blank(item.get(name)) else yuan(item[name])

    rate = item.get("deductible_permille")
    if rate is not None and (not isinstance(rate, int) or not 0 <= rate <= 1000):
        raise ValueError(_("A rate in permille is a whole number from 0 to 1000."))
    return Named(str(item["code"]), amount("limit"), amount("deductible"), rate)


class Covers:
    """One product's coverages, for many rows."""

    def __init__(self, product: Product):
        self._all: list[Coverage] = list(product.coverages.all())
        self._by_word: dict[str, Coverage] = {}
        for coverage in self._all:
            for word in (coverage.code, coverage.name_zh, coverage.name_en):
                self._by_word.setdefault(word.lower(), coverage)
        self.culprit: tuple[str, Any] = ("coverages", "")  # the column and cell of the last refusal

    def read(
        self, values: Mapping[str, Any], *, new: bool, sum_insured_fen: int, value_fen: int
    ) -> dict[int, Cover] | None:
        """Coverages by key; None: the row says nothing and the policy is already there. Raises `ValueError`.

        A limit left out is the product's own, else (for things insured at their value) the value, else the sum insured.
        """
        named: dict[Coverage, Named] = {}
        for item in values.get("coverages", ()):
            self.culprit = ("coverages", item.which)
            named[self._find(item.which)] = item
        for name, cell in values.items():
            if ":" not in name:
                continue
            word, _colon, which = name.partition(":")
            self.culprit = (name, cell)
            coverage, amount = self._find(which), yuan(cell)
            if amount == 0 and word == "limit":
                continue  # an export has a column for every coverage, and 0 where it was not bought
            known = named.get(coverage, Named(coverage.code))
            named[coverage] = (
                known._replace(limit_fen=amount) if word == "limit" else known._replace(deductible_fen=amount)
            )
        if not named:
            if not new:
                return None
            named = {coverage: Named(coverage.code) for coverage in self._all if not coverage.is_optional}
        found = {}
        for coverage, item in named.items():
            limit = item.limit_fen if item.limit_fen is not None else coverage.default_limit_fen
            found[coverage.pk] = Cover(
                limit or value_fen or sum_insured_fen or None,
                coverage.deductible_fen if item.deductible_fen is None else item.deductible_fen,
                coverage.deductible_permille if item.deductible_permille is None else item.deductible_permille,
            )
        return found

    def _find(self, word: str) -> Coverage:
        coverage = self._by_word.get(word.strip().lower())
        if coverage is None:
            raise ValueError(_("The product has no such coverage."))
        return coverage
