"""Words of Chinese and English text, for keywords and for telling names from words."""

from __future__ import annotations

import re
from functools import cache

import rjieba

# What masking puts in the place of personal data.
PLACEHOLDER = re.compile(r"［[^］\s]{1,6}］|\[[a-z ]{2,16}\]")

# Insurance words that the general dictionary cuts apart.
_TRADE = (
    "理赔 理赔款 理赔员 赔款 赔付 拒赔 定损 定损员 定损单 查勘 查勘员 核赔 核保 理算 预赔 闪赔 快赔 报案 立案 结案 销案 人伤 车损险 三者险 交强险 商业险 座位险 驾乘险 退保 犹豫期 等待期 "
    "现金价值 保全 批改 批单 复效 失效 受益人 投保人 被保险人 保额 保费 免赔额 免责 责任免除 既往症 如实告知 健康告知 销售误导 业务员 代理人 续保 续期 自动扣款 生存金 满期金 年金 分红 红利 万能险 "
    "分红险 年金险 重疾险 医疗险 意外险 惠民保 百万医疗 人工客服 转人工 智能客服 闪退 验证码 人脸识别 电子保单 小程序 公众号 到账 扣款 代扣 多扣 打不通 没人接 回电 回访 双录 直赔 垫付 道路救援 "
    "补材料 补资料 出院小结 诊断证明 认定书 一次性告知 绿通 客服"
).split()
_WORD = re.compile(r"[a-z][a-z'’-]*|[\u3400-\u4dbf\u4e00-\u9fff]+")


@cache
def _cutter() -> rjieba.Jieba:
    cutter = rjieba.Jieba()
    for word in _TRADE:
        cutter.add_word(word, 20_000, "n")
    return cutter


def tagged(text: str) -> list[tuple[str, str]]:
    """Words with their part of speech in ICTCLAS letters: nr a person's name, ns a place, n a noun, v a verb, a an adjective."""
    return _cutter().tag(text)


def runs(text: str) -> list[list[str]]:
    """The words of each run between signs and figures, English in small letters, placeholders left out."""
    found: list[list[str]] = [[]]
    for word in _cutter().cut(PLACEHOLDER.sub("|", text).lower().replace("’", "'")):
        if _WORD.fullmatch(word):
            found[-1].append(word)
        elif not word.isspace() and found[-1]:
            found.append([])
    return found if found[-1] else found[:-1]
