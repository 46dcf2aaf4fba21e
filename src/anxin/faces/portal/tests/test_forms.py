"""Amounts as people type them."""

import pytest

from anxin.faces.portal.forms.amounts import fen_of


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("3200", 320_000), ("3,200.00", 320_000), ("3，200.5", 320_050), (" ¥3 200.05元 ", 320_005), ("0.1", 10), ("", None),
        ("  ", None),
    ],
)  # fmt: skip
def test_amounts(text: str, fen: int | None) -> None:
    assert fen_of(text) == fen


@pytest.mark.parametrize("text", ["很多", "-1", "1.234", "1e5", "3.2.1", "9" * 20])
def test_no_amounts(text: str) -> None:
    with pytest.raises(ValueError):
        fen_of(text)
