"""Personal data made up, sound by its own rules, and the words it may stand among."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric

# Neither figures nor letters, so that what is put between them stays itself.
WORDS = st.text(alphabet="理赔太慢了客服态度很好，。！等天还没到账想问一下的是我们公司材料又要", max_size=30)

id_numbers = st.builds(
    lambda region, born, order: f"{region}{born:%Y%m%d}{order:03}",
    st.integers(110000, 659999),
    st.dates(date(1920, 1, 1), date(2024, 12, 31)),
    st.integers(0, 999),
).map(lambda body: body + ric.calc_check_digit(body))

mobiles = st.builds(
    lambda head, rest, gap: f"{head}{gap}{rest // 10000:04}{gap}{rest % 10000:04}",
    st.integers(130, 199),
    st.integers(0, 99_999_999),
    st.sampled_from(["", "-", " "]),
)

cards = st.builds(
    lambda bank, rest, size: f"{bank}{rest:013}"[: size - 1],
    st.sampled_from(["622202", "621700", "622848", "405512", "543159"]),
    st.integers(0, 10**13 - 1),
    st.integers(16, 19),
).map(lambda body: body + luhn.calc_check_digit(body))

plates = st.builds(
    lambda province, city, figures, letter: f"{province}{city}{letter}{figures:04}",
    st.sampled_from(list("京沪粤苏浙川鄂")),
    st.sampled_from(list("ABCDE")),
    st.integers(0, 9999),
    st.sampled_from(["A", "F", "D1", "8", "K"]),
)

emails = st.builds(
    lambda name, host: f"{name}@{host}",
    st.from_regex(r"[a-z][a-z0-9._]{0,12}[a-z0-9]", fullmatch=True),
    st.sampled_from(["qq.com", "163.com", "mail.example.org"]),
)

# What customers write that is nobody's: sums, dates, times, percentages, counts, the insurer's own lines.
ordinary = st.one_of(
    st.integers(1, 10**9).map(lambda yuan: f"{yuan}元"),
    st.integers(1, 10**13).map(lambda yuan: f"¥{yuan}"),
    st.decimals(1, 10**7, places=2).map(lambda yuan: f"{yuan}"),
    st.integers(1, 10**7).map(lambda yuan: f"{yuan:,}"),
    st.integers(1, 10**6).map(str),
    st.integers(1, 10**5).map(lambda count: f"{count}万"),
    st.dates().map(date.isoformat),
    st.dates(date(1990, 1, 1), date(2099, 12, 31)).map(lambda day: f"{day:%Y%m%d}"),
    st.dates(date(1990, 1, 1), date(2099, 12, 31)).map(lambda day: f"{day.year}年{day.month}月{day.day}日"),
    st.datetimes(min_value=None, max_value=None)
    .filter(lambda at: 1990 < at.year < 2100)
    .map(lambda at: f"{at:%Y-%m-%d %H:%M:%S}"),
    st.datetimes().filter(lambda at: 1990 < at.year < 2100).map(lambda at: f"{at:%Y%m%d%H%M%S}"),
    st.integers(0, 100).map(lambda share: f"{share}%"),
    st.sampled_from(
        [
            "95511",
            "95500",
            "10086",
            "400-800-8888",
            "12378",
            "110",
            "5座",
            "2号线",
            "3楼",
            "7*24小时",
            "5G",
            "iPhone15",
            "ISO9001",
        ]
    ),
)
