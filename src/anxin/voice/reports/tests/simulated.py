"""A study with every kind of column, simulated from a known structure: what the tests of this room look at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from anxin.voice.questionnaires.form import Text
from anxin.voice.study import Column, Sample, Study

DIMENSIONS = {
    "TAN": ("有形性", "Tangibles"),
    "REL": ("可靠性", "Reliability"),
    "RES": ("响应性", "Responsiveness"),
    "EMP": ("关怀性", "Empathy"),
}
PER_DIMENSION = 4
# What overall satisfaction hangs on most, and what is done worst: so it is to be done first.
HEAVY, BAD = "RES", "RES"
COMMENTS = (
    "理赔太慢了，等了一个月", "客服态度很好，谢谢", "电话一直打不通", "材料要交好几遍，太麻烦", "服务不错，理赔很快", "保费有点贵", "", "",
)  # fmt: skip


def study(
    n: int = 600,
    *,
    seed: int = 1,
    straight: int = 0,
    shift: float = 0.0,
    gaps: float = 0.02,
    wave: str = "2026-Q3",
    comments: bool = True,
) -> Study:
    """`straight` of the respondents give one answer throughout; `shift` moves what is felt about `BAD` in standard deviations."""
    chance = np.random.default_rng(seed)
    k, per = len(DIMENSIONS), PER_DIMENSION
    between = np.full((k, k), 0.45) + 0.55 * np.eye(k)
    felt = chance.standard_normal((n, k)) @ np.linalg.cholesky(between).T
    sex = chance.integers(0, 2, n).astype(np.int32)
    age = chance.choice(4, n, p=[0.2, 0.4, 0.3, 0.1]).astype(np.int32)
    felt[age == 3, :] -= 0.6
    columns: list[Column] = []
    for place, (key, (zh, en)) in enumerate(DIMENSIONS.items()):
        level = -0.9 + shift if key == BAD else 0.4
        for number in range(1, per + 1):
            code = f"{key}{number}"
            found = _rated(0.8 * felt[:, place] + 0.6 * chance.standard_normal(n) + level + 0.1 * number)
            expected = _rated(0.4 * felt[:, place] + 0.9 * chance.standard_normal(n) + 1.2)
            backwards = code == "TAN4"
            if backwards:
                found = 6 - found
            found[chance.random(n) < gaps] = np.nan
            words = Text.of(zh=f"{zh}第{number}题", en=f"{en}, item {number}")
            more: dict[str, Any] = {"low": 1, "high": 5, "item": code, "dimension": key}
            columns.append(Column(code, words, "scale", "perception", found, reversed=backwards, **more))
            columns.append(Column(f"E_{code}", words, "scale", "expectation", expected, **more))
    weights = np.array([1.0 if key == HEAVY else 0.3 for key in DIMENSIONS])
    liking = felt @ weights / 1.6 + 0.5 * chance.standard_normal(n)
    columns.append(
        Column(
            "sat",
            Text.of(zh="总体满意度", en="Satisfaction overall"),
            "scale",
            "outcome",
            _rated(liking),
            low=1,
            high=5,
        )
    )
    ten = np.clip(np.rint(7 + 2 * liking), 0, 10).astype(float)
    columns.append(Column("nps", Text.of(zh="推荐意愿", en="Would recommend"), "scale", "nps", ten, low=0, high=10))
    columns.append(
        Column("sex", Text.of(zh="性别", en="Sex"), "one", "profile", sex, options=_options(f="女|Female", m="男|Male"))
    )
    columns.append(Column("age", Text.of(zh="年龄", en="Age"), "one", "profile", age, options=_options(
        a="18–29|18–29", b="30–44|30–44", c="45–59|45–59", d="60 及以上|60 and over"
    )))  # fmt: skip
    lines = chance.random((n, 3)) < (0.6, 0.3, 0.001)
    columns.append(Column("lines", Text.of(zh="险种", en="Products"), "many", "profile", lines, options=_options(
        car="车险|Motor", health="健康险|Health", other="其他|Other"
    )))  # fmt: skip
    columns.append(
        Column(
            "years",
            Text.of(zh="投保年数", en="Years insured"),
            "number",
            "profile",
            chance.integers(0, 20, n).astype(float),
        )
    )
    seconds = chance.lognormal(5, 0.4, n)
    seconds[:3] = 5
    columns.append(Column("seconds", Text.of(zh="用时", en="Seconds"), "number", "seconds", seconds))
    if comments:
        texts = np.array([COMMENTS[one] for one in chance.integers(0, len(COMMENTS), n)], object)
        columns.append(Column("open", Text.of(zh="您的建议", en="Your advice"), "text", "open", texts))
    for column in columns:
        if column.role in ("perception", "expectation") and straight:
            column.values[-straight:] = 3
    return Study(
        title=Text.of(zh="服务质量调查", en="Service quality survey"), columns=tuple(columns),
        keys=np.array([f"r{place + 1}" for place in range(n)], object), source="simulated",
        sample=Sample(2 * n, round(1.4 * n), n, (("苏州", n, n // 2), ("无锡", n - 3, n - n // 2 - 1), ("小镇", 3, 1))), wave=wave,
        asked_from=datetime(2026, 7, 1, tzinfo=UTC), asked_to=datetime(2026, 9, 30, tzinfo=UTC),
        dimensions={key: Text.of(zh=zh, en=en) for key, (zh, en) in DIMENSIONS.items()}, instrument="servqual",
        notes=(Text.of(zh="模拟数据。", en="Simulated answers."),),
    )  # fmt: skip


def _rated(latent: np.ndarray) -> np.ndarray:
    return 1.0 + sum((latent > cut).astype(float) for cut in (-1.5, -0.6, 0.3, 1.2))


def _options(**words: str) -> tuple[tuple[str, Text], ...]:
    return tuple((code, Text.of(zh=text.split("|")[0], en=text.split("|")[1])) for code, text in words.items())
