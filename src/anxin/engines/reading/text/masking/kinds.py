"""What kinds of personal data there are, and what stands in their place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    EMAIL = "email"
    ID_NUMBER = "id_number"
    CARD = "card"
    MOBILE = "mobile"
    PHONE = "phone"
    PLATE = "plate"
    POLICY = "policy"
    CLAIM = "claim"
    REFERENCE = "reference"
    WECHAT = "wechat"
    QQ = "qq"
    ACCOUNT = "account"
    ADDRESS = "address"
    NAME = "name"
    NUMBER = "number"


# Chinese and English. No digit, no capital and no sign that a detector looks for: what is masked stays as it is when masked again.
PLACEHOLDERS: dict[Kind, tuple[str, str]] = {
    Kind.EMAIL: ("［邮箱］", "[email]"),
    Kind.ID_NUMBER: ("［身份证］", "[id number]"),
    Kind.CARD: ("［银行卡］", "[card]"),
    Kind.MOBILE: ("［手机］", "[phone]"),
    Kind.PHONE: ("［电话］", "[phone]"),
    Kind.PLATE: ("［车牌］", "[plate]"),
    Kind.POLICY: ("［保单号］", "[policy number]"),
    Kind.CLAIM: ("［案号］", "[claim number]"),
    Kind.REFERENCE: ("［编号］", "[reference]"),
    Kind.WECHAT: ("［微信号］", "[wechat]"),
    Kind.QQ: ("［扣扣号］", "[qq]"),
    Kind.ACCOUNT: ("［账号］", "[account]"),
    Kind.ADDRESS: ("［门牌］", "[house number]"),
    Kind.NAME: ("［姓名］", "[name]"),
    Kind.NUMBER: ("［号码］", "[number]"),
}


@dataclass(frozen=True)
class Span:
    """Where personal data stood in the text as it was given: characters `start` up to, not including, `end`."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True)
class Masked:
    """The text with placeholders, and what was masked, in order and without overlap. What stood there is not kept."""

    text: str
    spans: tuple[Span, ...] = ()
