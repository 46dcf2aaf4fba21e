"""How personal values look on a page to someone who has not asked, on record, to see them whole. Pure functions.

What stays is what people need to tell one from another (a surname, a last four digits) and no more.
"""

from __future__ import annotations

import re

STAR = "*"

# Two-letter surnames still in use; any other name is taken to have a surname of one letter.
_COMPOUND_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳上官司马诸葛司徒东方皇甫尉迟公孙慕容长孙宇文令狐夏侯轩辕端木南宫西门独孤百里"
        "呼延申屠澹台太史闻人钟离淳于濮阳赫连公冶宗政公羊万俟",
    )
)
_LEGAL_FORM = re.compile(r"((?:股份有限|有限责任|集团有限|有限)?公司|集团|合伙企业|个体工商户|合作社|事务所)$")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")


def mask_name(name: str, *, organisation: bool = False) -> str:
    """李明 → 李*, 孙晓梅 → 孙*梅, 欧阳文远 → 欧阳**, 苏州恒源纺织有限公司 → 苏州恒*纺织有限公司, Ming Li → M*** L*."""
    name = name.strip()
    if not name:
        return ""
    if not _HAN.search(name):
        words = name.split()
        if organisation and len(words) > 1:
            # The trade word stays readable, the particular one does not: Suzhou H******* Textile Co., Ltd.
            return " ".join(_first_letter(word) if place == 1 else word for place, word in enumerate(words))
        return " ".join(_first_letter(word) for word in words)
    if organisation:
        form = _LEGAL_FORM.search(name)
        body = name[: form.start()] if form else name
        return _middle(body) + (form.group() if form else "") if body else _middle(name)
    if "·" in name:  # 买买提·阿卜杜拉: each part keeps its first letter
        return "·".join(_first_letter(part) for part in name.split("·"))
    if len(name) > 2 and name[:2] in _COMPOUND_SURNAMES:
        return name[:2] + STAR * (len(name) - 2)
    if len(name) <= 2:
        return name[0] + STAR
    return name[0] + STAR * (len(name) - 2) + name[-1]


def mask_phone(number: str) -> str:
    """13812346207 or +8613812346207 → 138 **** 6207; anything else keeps its last four digits at most."""
    digits = re.sub(r"\D", "", number)
    if number.strip().startswith("+86") or (len(digits) == 13 and digits.startswith("86")):
        digits = digits[2:]
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]} **** {digits[-4:]}"
    if len(digits) < 8:
        return STAR * 4
    return f"**** {digits[-4:]}"


def mask_id_number(number: str) -> str:
    """32050119850312001X → 3205 **** **** 1X; shorter documents keep two letters at each end."""
    number = number.strip()
    if len(number) == 18:
        return f"{number[:4]} **** **** {number[-2:]}"
    return _ends(number, 2, 2)


def mask_plate(plate: str) -> str:
    """苏E·7K38Q or 苏E7K38Q → 苏E·7K3**."""
    key = plate_key(plate)
    if len(key) < 5:
        return STAR * len(key)
    return f"{key[:2]}·{key[2:5]}{STAR * (len(key) - 5)}"


def mask_vin(vin: str) -> str:
    """Maker, three letters in the middle and the last three digits stay: LSVAM414R21844617 → LSV****4R2****617."""
    vin = vin.strip()
    if len(vin) == 17:
        return f"{vin[:3]}****{vin[7:10]}****{vin[-3:]}"
    return _ends(vin, 2, 3)


def mask_account(number: str) -> str:
    """A bank account or card: its last four digits."""
    digits = re.sub(r"\D", "", number)
    return f"**** {digits[-4:]}" if len(digits) >= 8 else STAR * 4


def mask_email(address: str) -> str:
    """li.ming@example.com → l***@example.com."""
    name, at, domain = address.strip().partition("@")
    return f"{name[:1]}***@{domain}" if at and name else STAR * 4


def mask_address(address: str) -> str:
    """The town or district stays: 苏州市吴中区东吴北路… → 苏州市吴中区****."""
    address = address.strip()
    district = re.match(r".{2,14}?[区县旗](?!内)|.{2,8}?市", address)
    kept = district.group() if district else address[: min(6, len(address) // 2)]
    return f"{kept}****" if address else ""


def mask_contact(kind: str, value: str) -> str:
    """A contact point of the register by its kind."""
    if kind == "mobile":
        return mask_phone(value)
    if kind == "email":
        return mask_email(value)
    if kind == "address":
        return mask_address(value)
    return _ends(value.strip(), 1, 1)


def plate_key(plate: str) -> str:
    """A number plate as it is compared: 苏E·7K38Q, 苏e 7k38q → 苏E7K38Q."""
    return re.sub(r"[\s·•・.\-]", "", plate).upper()


def plate_text(plate: str) -> str:
    """A number plate as it is written: 苏E7K38Q → 苏E·7K38Q."""
    key = plate_key(plate)
    return f"{key[:2]}·{key[2:]}" if len(key) > 2 else key


def _first_letter(word: str) -> str:
    return word[:1] + STAR * min(max(len(word) - 1, 1), 8)


def _middle(text: str) -> str:
    """Half stays in front, a little less behind."""
    front = max(len(text) // 2, 1)
    back = max(front - 1, 0)
    return text[:front] + STAR * max(len(text) - front - back, 1) + (text[-back:] if back else "")


def _ends(text: str, front: int, back: int) -> str:
    if len(text) <= front + back:
        return STAR * max(len(text), 4) if text else ""
    return f"{text[:front]}****{text[-back:]}"
