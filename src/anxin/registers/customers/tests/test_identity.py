from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from anxin.registers.customers import identity
from anxin.registers.customers.identity import BadNumber

TODAY = date(2025, 3, 17)


def card(region: str, born: date, serial: int) -> str:
    front = f"{region}{born:%Y%m%d}{serial:03d}"
    return front + ric.calc_check_digit(front + "0")


@given(
    st.integers(110000, 659999),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
    st.integers(0, 17),
    st.integers(1, 9),
)
def test_a_card_of_any_region_passes_and_one_wrong_digit_fails(region, born, serial, place, shift) -> None:
    number = card(str(region), born, serial)
    found = identity.resident_id(number, today=TODAY)
    assert (found.number, found.born_on) == (number, born)
    assert found.sex == ("male" if serial % 2 else "female")
    if number[place].isdigit():
        wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
        with pytest.raises(BadNumber):
            identity.resident_id(wrong, today=TODAY)


def test_a_region_that_a_library_lacks_passes() -> None:
    number = card("320586", date(1980, 5, 1), 11)  # Wuxian, merged away in 2000
    assert identity.resident_id(number.lower(), today=TODAY).number == number


@pytest.mark.parametrize(
    "number",
    [
        "",
        "320501850312001",  # fifteen digits
        card("320501", date(1985, 2, 28), 1).replace("19850228", "19850230"),
        "32050120990101001X",
        "３２０５０１",
        "3205011985031200A5",
    ],
)
def test_what_is_no_resident_id(number) -> None:
    with pytest.raises(BadNumber):
        identity.resident_id(number, today=TODAY)


def test_born_tomorrow_is_refused_and_today_is_not() -> None:
    assert identity.resident_id(card("320501", TODAY, 1), today=TODAY).born_on == TODAY
    with pytest.raises(BadNumber):
        identity.resident_id(card("320501", date(2025, 3, 18), 1), today=TODAY)


def test_full_width_digits_and_spaces_are_read() -> None:
    number = card("320501", date(1985, 3, 12), 1)
    wide = number.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ"))
    assert identity.resident_id(f" {wide[:6]} {wide[6:14]}-{wide[14:]} ", today=TODAY).number == number


def test_credit_code() -> None:
    assert identity.credit_code("91110000600037341L") == "91110000600037341L"
    with pytest.raises(BadNumber):
        identity.credit_code("91110000600037342L")


@pytest.mark.parametrize(
    ("given_as", "normal"),
    [
        ("13812346207", "+8613812346207"),
        ("138 1234 6207", "+8613812346207"),
        ("+86 138-1234-6207", "+8613812346207"),
        ("１３８１２３４６２０７", "+8613812346207"),
        ("0512-65221234", "+8651265221234"),
        ("+852 2345 6789", "+85223456789"),
    ],
)
def test_phones(given_as, normal) -> None:
    assert identity.phone(given_as) == normal


@pytest.mark.parametrize("number", ["1381234620", "abc", "12345", "+1", ""])
def test_what_is_no_phone(number) -> None:
    with pytest.raises(BadNumber):
        identity.phone(number)


@pytest.mark.parametrize(
    ("plate", "key"), [("苏E·7K38Q", "苏E7K38Q"), ("苏e 7k38q", "苏E7K38Q"), ("苏E·D12345", "苏ED12345")]
)
def test_plates(plate, key) -> None:
    assert identity.plate(plate) == key


@pytest.mark.parametrize("plate", ["7K38Q", "苏7K38Q", "苏E7K3", "苏E7K38QI"])
def test_what_is_no_plate(plate) -> None:
    with pytest.raises(BadNumber):
        identity.plate(plate)


def test_vin() -> None:
    assert identity.vin("lsvam414r21844617") == "LSVAM414R21844617"
    with pytest.raises(BadNumber):
        identity.vin("LSVAM414O21844617")  # the letter O


def test_a_refusal_never_repeats_the_number() -> None:
    with pytest.raises(BadNumber) as bad:
        identity.resident_id("320501198503120016", today=TODAY)
    assert "3205" not in str(bad.value)
