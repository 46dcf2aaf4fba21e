"""The code on a page: whatever can be printed comes back, whatever is changed is refused."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from anxin.engines.reading.forms.codes import PageCode, parse

_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
codes = st.builds(
    PageCode,
    form_id=st.text(_SIGNS, min_size=1, max_size=16).map(lambda text: "F" + text[1:]),
    version=st.integers(1, 9999),
    page=st.integers(1, 40),
    pages=st.integers(1, 40),
    serial=st.text(_SIGNS, min_size=1, max_size=16),
    token=st.text(_SIGNS, max_size=24),
)


@given(codes)
def test_what_is_printed_comes_back(code: PageCode) -> None:
    assert parse(code.text()) == code


@given(codes, st.data())
def test_one_changed_sign_is_noticed(code: PageCode, data: st.DataObject) -> None:
    text = code.text()
    place = data.draw(st.integers(4, len(text) - 1))
    other = data.draw(st.sampled_from([sign for sign in _SIGNS if sign != text[place]]))
    assert parse(text[:place] + other + text[place + 1 :]) == "damaged_code"


@given(st.text(max_size=60))
def test_other_codes_are_refused_never_raised_for(text: str) -> None:
    assert parse(text) in ("foreign_code", "newer_code", "damaged_code")


def test_refusals_say_which() -> None:
    assert parse("https://example.com/") == "foreign_code"
    assert parse("AX2:STUDY01:1:1:2:000001::ABCD") == "newer_code"
    assert parse("AX1:STUDY01:1:1:2:000001::ABCD") == "damaged_code"
