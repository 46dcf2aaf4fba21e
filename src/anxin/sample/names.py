"""Invented names, numbers and addresses, drawn from a seeded generator."""

from __future__ import annotations

import random
from datetime import date, timedelta

from stdnum.cn import ric, uscc

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
_COMPOUND = ("欧阳", "上官", "司马", "诸葛")
_FIRST = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰英华玉红建国志文海波晓雪梅春生林云峰浩宇欣怡佳琪梓涵雨泽思源子轩诗梦嘉俊彦宁安康乐清远博睿"
_TRADES = ("纺织", "电子", "机械", "食品", "包装", "建材", "化工", "物流", "五金", "软件", "酒店", "家具")
_BRANDS = ("恒达", "瑞丰", "中和", "新源", "华泰", "永盛", "东吴", "金泰", "宏远", "天成", "三江", "嘉禾")
_STREETS = ("人民路", "解放路", "建设路", "中山路", "和平路", "文化路", "滨河路", "学府路", "东风路", "新华路")
_ESTATES = ("枫桥苑", "湖滨花园", "翠竹园", "阳光里", "桂花新村", "书香门第", "江南府", "香樟园", "悦澜湾", "金色家园")
_BANKS = (
    ("中国工商银行", "ICBC"), ("中国建设银行", "CCB"), ("中国农业银行", "ABC"), ("中国银行", "BOC"),
    ("招商银行", "CMB"), ("交通银行", "BOCOM"),
)  # fmt: skip
# A region code that was never given out: no number made here can belong to anyone.
_REGION = "990000"


def person_name(rng: random.Random) -> str:
    surname = rng.choice(_COMPOUND) if rng.random() < 0.01 else rng.choice(_SURNAMES)
    return surname + "".join(rng.choice(_FIRST) for _ in range(1 if rng.random() < 0.35 else 2))


def organisation_name(rng: random.Random, city: str) -> str:
    return f"{city}{rng.choice(_BRANDS)}{rng.choice(_TRADES)}有限公司"


def resident_id(rng: random.Random, born_on: date, male: bool, serial: int) -> str:
    """A number whose check digit and date hold, in a region that does not exist. `serial` keeps them apart."""
    order = (serial * 2 + (1 if male else 0)) % 1000
    body = f"{_REGION[:2]}{serial // 500 % 10_000:04d}{born_on:%Y%m%d}{order:03d}"
    return body + str(ric.calc_check_digit(body + "0"))


def credit_code(serial: int) -> str:
    body = f"91990000MA{serial:07d}"
    return body + str(uscc.calc_check_digit(body))


def mobile(serial: int) -> str:
    """A mobile number; 1700 000 xxxx is a block for tests."""
    return f"1700{serial:07d}"


def address(rng: random.Random, city: str) -> str:
    return f"{city}市{rng.choice(_STREETS)}{rng.randint(1, 399)}号"


def home_address(rng: random.Random, city: str) -> str:
    return (
        f"{city}市{rng.choice(_STREETS)}{rng.randint(1, 399)}号{rng.choice(_ESTATES)}"
        f"{rng.randint(1, 28)}幢{rng.randint(1, 24)}0{rng.randint(1, 4)}室"
    )


def bank(rng: random.Random) -> str:
    return rng.choice(_BANKS)[0]


def account_number(rng: random.Random) -> str:
    return "6222" + "".join(str(rng.randint(0, 9)) for _ in range(15))


def born_on(rng: random.Random, today: date) -> date:
    """Aged 20 to 78, most between 30 and 55."""
    years = min(78.0, max(20.0, rng.gauss(43, 12)))
    return today - timedelta(days=int(years * 365.25) + rng.randint(0, 364))


def plate(rng: random.Random, prefix: str, serial: int) -> str:
    """A plate nobody else in the sample has; a tenth are six-place new-energy plates."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    first, rest = divmod(serial, 1000)
    body = f"{rng.choice('123456789')}{letters[first % 24]}{rest:03d}"
    return f"{prefix}·{'D' + body if rng.random() < 0.1 else body}"


def vin(rng: random.Random, serial: int) -> str:
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
    return "LSV" + "".join(rng.choice(letters) for _ in range(8)) + f"{serial:06d}"
