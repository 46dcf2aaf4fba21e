"""What was damaged and what it costs: drawn losses of the sample insurer, in fen."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LossItem:
    """One item of a loss: whose (`own`, `tp1`, `inj1`, …), which head of loss, how it is made good, what it costs."""

    party: str
    head: str
    code: str
    name_zh: str
    name_en: str
    method: str
    parts_fen: int
    labour_fen: int

    @property
    def amount_fen(self) -> int:
        return self.parts_fen + self.labour_fen


# name zh, name en, method, parts from–to, labour from–to (yuan)
_CAR = (
    ("前保险杠总成", "Front bumper", "replace", (900, 2_600), (160, 320)),
    ("后保险杠总成", "Rear bumper", "replace", (850, 2_400), (160, 320)),
    ("左前大灯总成", "Left headlamp", "replace", (1_200, 4_200), (120, 220)),
    ("右前大灯总成", "Right headlamp", "replace", (1_200, 4_200), (120, 220)),
    ("发动机舱盖", "Bonnet", "repair", (0, 0), (480, 1_100)),
    ("左前翼子板", "Left front wing", "replace_paint", (420, 980), (380, 620)),
    ("右后车门", "Right rear door", "repair", (0, 0), (420, 980)),
    ("前防撞梁", "Front impact beam", "replace", (620, 1_500), (240, 420)),
    ("散热器", "Radiator", "replace", (560, 1_800), (180, 360)),
    ("倒车雷达", "Parking sensor", "replace", (180, 460), (60, 120)),
)
_GLASS = (("前挡风玻璃", "Windscreen", "replace", (680, 2_800), (180, 320)),)
_HOME = {
    "fire": (
        ("contents", "橱柜", "Kitchen cabinets", "replace", (3_200, 16_000), (300, 900)),
        ("building", "吊顶", "Ceiling", "repair", (900, 3_600), (700, 2_200)),
        ("building", "墙面粉刷", "Wall painting", "repair", (300, 1_600), (900, 3_600)),
        ("contents", "冰箱", "Refrigerator", "replace", (1_900, 6_500), (0, 0)),
        ("contents", "沙发", "Sofa", "replace", (2_400, 9_000), (0, 0)),
    ),
    "water": (
        ("building", "木地板", "Wooden floor", "replace", (1_600, 9_800), (600, 2_600)),
        ("building", "墙面粉刷", "Wall painting", "repair", (200, 900), (600, 2_400)),
        ("contents", "衣柜", "Wardrobe", "repair", (300, 1_500), (300, 900)),
    ),
    "storm": (
        ("building", "窗户", "Window", "replace", (600, 3_200), (200, 600)),
        ("building", "墙面粉刷", "Wall painting", "repair", (200, 1_200), (600, 2_000)),
    ),
    "theft": (
        ("contents", "笔记本电脑", "Laptop", "replace", (3_800, 9_800), (0, 0)),
        ("contents", "门锁", "Door lock", "replace", (300, 1_600), (80, 200)),
    ),
}


def draw_loss(rng: random.Random, kind: str, line: str, *, peak: bool) -> tuple[str, int, int, list[LossItem]]:
    """(cause, injured, third vehicles, items) of one loss."""
    if kind == "motor":
        return _motor(rng, peak)
    if kind == "home":
        cause = "storm" if peak else rng.choices(("water", "fire", "storm", "theft"), (52, 18, 18, 12))[0]
        chosen = rng.sample(_HOME[cause], rng.randint(1, len(_HOME[cause])))
        return cause, 0, 0, [_item(rng, "own", *row) for row in chosen]
    if line in ("enterprise_property", "cargo"):
        amount = int(min(1_500_000.0, rng.lognormvariate(9.6, 1.1))) * 100
        return "other", 0, 0, [LossItem("own", "property", "", "受损货物", "Damaged goods", "invoice", amount, 0)]
    cause = "illness" if line in ("medical", "disease") else "injury"
    amount = int(min(220_000.0, rng.lognormvariate(8.1, 0.9))) * 100
    head = "illness" if line == "disease" else "medical"
    return cause, 0, 0, [LossItem("own", head, "", "住院与门诊费用", "Hospital and clinic bills", "invoice", amount, 0)]


def _motor(rng: random.Random, peak: bool) -> tuple[str, int, int, list[LossItem]]:
    cause = "storm" if peak else rng.choices(("collision", "glass", "storm", "theft"), (82, 11, 6, 1))[0]
    if cause == "glass":
        return cause, 0, 0, [_item(rng, "own", "vehicle", *_GLASS[0])]
    count = min(len(_CAR), max(1, round(rng.lognormvariate(0.8, 0.6))))
    items = [_item(rng, "own", "vehicle", *row) for row in rng.sample(_CAR, count)]
    if cause != "collision":
        return cause, 0, 0, items
    thirds = rng.choices((0, 1, 2), (45, 50, 5))[0]
    for number in range(thirds):
        items += [_item(rng, f"tp{number + 1}", "vehicle", *row) for row in rng.sample(_CAR, rng.randint(1, 4))]
    injured = rng.choices((0, 1, 2, 3), (82, 13, 4, 1))[0] if thirds else 0
    for number in range(injured):
        amount = int(min(160_000.0, rng.lognormvariate(7.9, 1.0))) * 100
        items.append(LossItem(f"inj{number + 1}", "medical", "", "医疗费用", "Medical bills", "invoice", amount, 0))
    return cause, injured, thirds, items


def _item(
    rng: random.Random, party: str, head: str, zh: str, en: str, method: str, parts: tuple[int, int],
    labour: tuple[int, int],
) -> LossItem:  # fmt: skip
    def yuan(low: int, high: int) -> int:
        return rng.randrange(low, high + 1, 10) * 100

    return LossItem(party, head, "", zh, en, method, yuan(*parts), yuan(*labour))
