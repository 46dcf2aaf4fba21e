"""Checks of identity numbers and contacts. Pure but for the day, which is passed in.

A bad number raises `BadNumber`, whose text says in the reader's language what is wrong and never repeats the number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import phonenumbers
from django.utils.translation import gettext as _
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

# 15-digit numbers of the first generation of cards ended on 1 January 2013.
_RESIDENT_ID = re.compile(r"\d{17}[\dX]")
_PASSPORT = re.compile(r"[A-Z0-9]{5,15}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_WECHAT = re.compile(r"[A-Za-z0-9_-]{3,40}")
# GB 16735: no I, O or Q, so that nobody takes them for 1 and 0.
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]"
)

_FULLWIDTH = str.maketrans(
    "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ＋－＠．",
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+-@.",
)


class BadNumber(ValueError):
    """A number that cannot be what it is said to be."""


@dataclass(frozen=True, slots=True)
class ResidentId:
    number: str
    born_on: date
    sex: str  # "male" or "female"


def compact(text: str) -> str:
    """Upper case, half width, without the spaces and hyphens people put in for the eye."""
    return re.sub(r"[\s\-]", "", text.translate(_FULLWIDTH)).upper()


def resident_id(text: str, *, today: date) -> ResidentId:
    """An 18-digit resident identity number (GB 11643-1999): its check digit holds and its date is real and past.

    The region code is not looked up: cards keep the code of a county that has since been merged or renamed.
    """
    number = compact(text)
    if not _RESIDENT_ID.fullmatch(number):
        raise BadNumber(_("A resident identity number has 18 digits; the last may be X."))
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise BadNumber(_("The date of birth inside the identity number does not exist.")) from None
    if not date(1880, 1, 1) <= born_on <= today:
        raise BadNumber(_("The date of birth inside the identity number is not possible."))
    if ric.calc_check_digit(number) != number[17]:
        raise BadNumber(_("The check digit of the identity number does not match: a digit is mistyped."))
    return ResidentId(number, born_on, "male" if int(number[16]) % 2 else "female")


def credit_code(text: str) -> str:
    """A unified social credit code (GB 32100-2015), 18 characters with a check character."""
    number = compact(text)
    try:
        return str(uscc.validate(number))
    except ValidationError:
        raise BadNumber(_("This is not a unified social credit code: 18 characters with a check character.")) from None


def id_number(kind: str, text: str, *, today: date) -> str:
    """The number of a document of `kind` (`Customer.IdKind`), checked as far as its kind allows, normalised."""
    if kind == "resident_id":
        return resident_id(text, today=today).number
    if kind == "uscc":
        return credit_code(text)
    number = compact(text)
    if not (_PASSPORT if kind != "other" else re.compile(r".{3,40}")).fullmatch(number):
        raise BadNumber(_("This number does not look like one of the document named."))
    return number


def phone(text: str) -> str:
    """A phone number as E.164; without a country code it is taken for one of mainland China."""
    number = text.translate(_FULLWIDTH)
    digits = re.sub(r"[\s\-]", "", number)
    if _MOBILE.fullmatch(digits):
        # Any number of this shape is taken: new ranges (192, 197, …) are opened before a library's tables know them.
        return f"+86{digits}"
    try:
        parsed = phonenumbers.parse(number, "CN")
    except phonenumbers.NumberParseException:
        raise BadNumber(_("This is not a phone number.")) from None
    if not phonenumbers.is_possible_number(parsed) or not phonenumbers.is_valid_number(parsed):
        raise BadNumber(_("This is not a phone number."))
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def contact(kind: str, text: str) -> str:
    """The normalised value of a contact point of `kind` (`ContactPoint.Kind`)."""
    value = text.strip()
    if kind == "mobile":
        return phone(value)
    if kind == "email":
        value = value.translate(_FULLWIDTH).lower()
        if not _EMAIL.fullmatch(value):
            raise BadNumber(_("This is not an e-mail address."))
        return value
    if kind == "wechat":
        if not _WECHAT.fullmatch(value):
            raise BadNumber(_("A WeChat name has at least three letters, digits, _ or -."))
        return value.lower()
    if kind == "address":
        value = re.sub(r"\s+", " ", value)
        if not 4 <= len(value) <= 200:
            raise BadNumber(_("An address has between 4 and 200 characters."))
        return value
    raise BadNumber(_("There is no contact of this kind."))


def phone_tail(kind: str, normalised: str) -> str:
    """The last four digits by which staff look a caller up; empty for what is not a phone."""
    return normalised[-4:] if kind == "mobile" else ""


def account_number(text: str) -> str:
    """A bank account or card number: 8 to 30 digits. Not every bank's numbers carry a check digit, so none is asked."""
    digits = compact(text)
    if not digits.isascii() or not digits.isdigit() or not 8 <= len(digits) <= 30:
        raise BadNumber(_("A bank account number has 8 to 30 digits."))
    return digits


def vin(text: str) -> str:
    """A vehicle identification number: 17 characters. Its check digit binds in North America only, so it is not used."""
    number = compact(text)
    if not _VIN.fullmatch(number):
        raise BadNumber(_("A vehicle identification number has 17 letters and digits, without I, O and Q."))
    return number


def plate(text: str) -> str:
    """A mainland number plate in its comparing form (苏E7K38Q; six places after the region letter for new energy)."""
    from anxin.registers.customers.masking import plate_key

    key = plate_key(text.translate(_FULLWIDTH))
    if not _PLATE.fullmatch(key):
        raise BadNumber(_("This is not a number plate, such as 苏E·7K38Q."))
    return key
