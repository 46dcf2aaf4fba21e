import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.registers.customers import masking


@pytest.mark.parametrize(
    ("name", "shown"),
    [("李明", "李*"), ("孙晓梅", "孙*梅"), ("欧阳修", "欧阳*"), ("欧阳文远", "欧阳**"), ("", ""), ("李", "李*"),
     ("买买提·阿卜杜拉", "买**·阿***"), ("Ming Li", "M*** L*")],
)  # fmt: skip
def test_people(name, shown) -> None:
    assert masking.mask_name(name) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [("苏州恒源纺织", "苏州恒*纺织"), ("苏州恒源纺织有限公司", "苏州恒*纺织有限公司"), ("恒源", "恒*")],
)
def test_organisations(name, shown) -> None:
    assert masking.mask_name(name, organisation=True) == shown


def test_numbers() -> None:
    assert masking.mask_phone("13812346207") == "138 **** 6207"
    assert masking.mask_phone("+8613812346207") == "138 **** 6207"
    assert masking.mask_phone("0512-65221234") == "**** 1234"
    assert masking.mask_id_number("32050119850312001X") == "3205 **** **** 1X"
    assert masking.mask_id_number("E12345678") == "E1****78"
    assert masking.mask_plate("苏E·7K38Q") == masking.mask_plate("苏E7K38Q") == "苏E·7K3**"
    assert masking.mask_vin("LSVAM414R21844617") == "LSV****4R2****617"
    assert masking.mask_account("6222021102001234567") == "**** 4567"
    assert masking.mask_email("li.ming@example.com") == "l***@example.com"
    assert masking.mask_address("苏州市吴中区东吴北路12号") == "苏州市吴中区****"


@given(st.text(alphabet="李王张欧阳明晓梅·AbC ", min_size=1, max_size=12))
def test_a_name_of_two_and_more_letters_is_never_shown_whole(name) -> None:
    if len(name.strip()) > 1:
        assert masking.mask_name(name) != name.strip()


@given(st.from_regex(r"\A[0-9]{5,20}\Z"))
def test_a_number_never_shows_more_than_seven_digits(number) -> None:
    assert sum(letter.isdigit() for letter in masking.mask_phone(number)) <= 7
    assert sum(letter.isdigit() for letter in masking.mask_id_number(number)) <= 6
