"""Personal data goes, all of it that is recognised, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.engines.reading.text import Kind, mask
from anxin.engines.reading.text.tests import strategies as made


def kinds(text: str, **given: object) -> list[Kind]:
    return [span.kind for span in mask(text, **given).spans]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我叫张伟，电话13800138000", "我叫［姓名］，电话［手机］"),
        ("请打１３８００１３８０００找我", "请打［手机］找我"),
        ("电话 138 0013 8000 或 +86-138-0013-8000", "电话 ［手机］ 或 ［手机］"),
        ("一三八零零一三八零零零", "［手机］"),
        ("家里电话010-62345678转801", "家里电话［电话］"),
        ("身份证号110101199003070070", "身份证号［身份证］"),
        ("身份证是11010119900307007X，号码可能有误", "身份证是［身份证］，号码可能有误"),
        ("卡号6222 0212 3456 7890 123没收到", "卡号［账号］没收到"),
        ("车牌京A·12345，新车粤BD12345", "车牌［车牌］，新车［车牌］"),
        ("保单号：PDAA202544030000012345", "保单号：［保单号］"),
        ("报案号20250306001234一直没人管", "报案号［案号］一直没人管"),
        ("微信号：zhang_wei88，加我", "微信号：［微信号］，加我"),
        ("我的QQ是12345678", "我的QQ是［扣扣号］"),
        ("写到 li.si@qq.com 给我", "写到 ［邮箱］ 给我"),
        ("住幸福路12号3栋2单元501室", "住幸福路［门牌］号［门牌］栋［门牌］单元［门牌］室"),
        ("王女士接待的，客服小李态度好", "［姓名］女士接待的，客服［姓名］态度好"),
        ("表扬理赔员陈丽华，非常专业", "表扬理赔员［姓名］，非常专业"),
        ("欧阳先生上门查勘", "［姓名］先生上门查勘"),
        ("My name is Marty McFly, call (916) 555-4385.", "My name is [name], call [phone]."),
        (
            "Policy number: AC-987654321, claim no. CLM195501",
            "Policy number: [policy number], claim no. [claim number]",
        ),
        (
            "license plate number OUTA-TIME at 9303 Lyon Drive",
            "license plate number [plate] at [house number] Lyon Drive",
        ),
        ("Mr. Biff Tanner was rude", "Mr. [name] was rude"),
        ("Kind regards,\nJane Roe", "Kind regards,\n[name]"),
        ("wechat id: tom_1988, +44 20 7946 0958", "wechat id: [wechat], [phone]"),
        ("PDZA20253201 还没生效", "［编号］ 还没生效"),
    ],
)
def test_masks(text: str, masked: str) -> None:
    assert mask(text).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "打95511打不通，400-800-8888也是，10086更不行",
        "等了30天才赔12000元，修车要1,234,567.89元",
        "2025-03-06 14:30:00报的案，20250306143000系统显示成功，20250306到期",
        "保费1388888888.00元，赔款13912345678元",
        "业务员高兴地告诉我，方便的话周末办理，全家都安全",
        "对方律师不理我，大堂经理很好，拖车师傅热心，保安大哥也好，顾问小哥不推销",
        "我是安徽人，我是车主，我是老客户，我是何时投保的",
        "小高层住户，小时候买的，小白也会用，小区门口",
        "5座的车，坐2号线到3楼，5月1号生效，大众CC",
        "合同2024年签的，保单2025-01-01生效，合同20240301起",
        "wechat payment failed and my WeChat is convenient",
        "I am Very Happy. This is Absolutely Great, ISO9001, RMB1000000, COVID19",
        "Thanks,\nThe claim was quick. Agent was kind. Customer Service helped.",
        "I paid 1,250.00 on 2024-11-30 and waited 45 days, 3 times",
        "总经理、客户经理、项目经理都来了，于先生这个词不算",
    ],
)
def test_leaves_what_is_nobodys(text: str) -> None:
    assert mask(text).text == text


def test_says_where_and_what() -> None:
    text = "我叫张伟，电话13800138000"
    spans = mask(text).spans
    assert [(text[span.start : span.end], span.kind) for span in spans] == [
        ("张伟", Kind.NAME),
        ("13800138000", Kind.MOBILE),
    ]


def test_names_the_caller_knows() -> None:
    assert mask("夏雨来说高兴来过", names=["高兴", "夏雨来"]).text == "［姓名］说［姓名］来过"
    assert mask("jane roe asked Roe", names=["Roe", ""]).text == "jane [name] asked [name]"
    assert mask("Roebuck", names=["Roe"]).text == "Roebuck"


def test_an_old_identity_card_needs_its_birthday() -> None:
    assert kinds("证件110101900307007") == [Kind.ID_NUMBER]
    assert kinds("编码 320311770706001") == [Kind.ID_NUMBER]
    assert kinds("共320399779906001元") == []


@given(made.WORDS, made.id_numbers, made.WORDS)
def test_no_identity_number_stays(before: str, number: str, after: str) -> None:
    masked = mask(before + number + after)
    assert number not in masked.text
    assert Kind.ID_NUMBER in [span.kind for span in masked.spans]


@given(made.WORDS, made.mobiles, made.WORDS)
def test_no_mobile_stays(before: str, number: str, after: str) -> None:
    after = after.lstrip("天")  # 138 0013 8000天 would be a count
    masked = mask(before + number + after)
    assert number not in masked.text
    assert not any(map(str.isdigit, masked.text))


@given(made.WORDS, st.one_of(made.cards, made.plates, made.emails), made.WORDS)
def test_no_card_plate_or_address_stays(before: str, secret: str, after: str) -> None:
    masked = mask(before + secret + after.lstrip("天")).text
    assert secret not in masked
    assert not any(map(str.isdigit, masked))


@given(st.lists(st.tuples(made.WORDS, made.ordinary), max_size=4))
def test_ordinary_numbers_stay(pieces: list[tuple[str, str]]) -> None:
    text = "；".join(words + "，" + number + "，" for words, number in pieces)
    assert [span for span in mask(text).spans if span.kind is not Kind.NAME] == []


@given(
    st.text(max_size=80)
    | st.lists(st.one_of(made.WORDS, made.mobiles, made.id_numbers, made.emails, made.plates, made.ordinary)).map(
        "".join
    )
)
def test_what_stays_stands_as_it_was(text: str) -> None:
    masked = mask(text)
    at, rest = 0, masked.text
    for span in masked.spans:
        assert at <= span.start < span.end <= len(text)
        kept = text[at : span.start]
        assert rest.startswith(kept)
        rest = rest[len(kept) :]
        rest = rest[rest.index("］" if rest[0] == "［" else "]") + 1 :]
        at = span.end
    assert rest == text[at:]


@given(
    st.lists(
        st.one_of(made.WORDS, made.mobiles, made.id_numbers, made.cards, made.emails, made.plates, made.ordinary),
        max_size=8,
    ).map("，".join)
)
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once


@pytest.mark.parametrize(
    "piece", ["13800138000，", "账号 ", "Thanks\n\n", "(", "A1", "我是王", "1-", "a@", "\ud800", "保单号：", "路1"]
)
def test_long_texts(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    masked = mask(text)
    assert len(masked.spans) <= len(text)
    assert mask(masked.text).text == masked.text
