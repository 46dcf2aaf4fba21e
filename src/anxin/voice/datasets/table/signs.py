"""What names and answers tell: words in column names, words of agreement, the parts of a name such as TAN1 or claims_q3."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from anxin.voice.questionnaires.form import Text


def _words(*words: str) -> re.Pattern[str]:
    """Chinese words anywhere; Latin ones as whole words."""
    latin = [word for word in words if word.isascii()]
    han = [re.escape(word) for word in words if not word.isascii()]
    parts = [rf"(?<![a-z])(?:{'|'.join(latin)})(?![a-z])"] if latin else []
    return re.compile("|".join([*parts, *han]))


ID = _words(
    "id", "uuid", "respondent", "respondent[ _]?id", "response[ _]?id", "case[ _]?id", "serial", "no", "序号", "编号", "答卷编号",
    "问卷编号", "流水号",
)  # fmt: skip
WEIGHT = _words("weight", "weights", "wt", "wgt", "权重", "加权", "权数")
SECONDS = _words(
    "seconds", "secs", "duration", "elapsed", "time[ _]?spent", "response[ _]?time", "interview[ _]?time", "interviewtime",
    "所用时间", "答题时间", "用时", "作答时长", "答题时长",
)  # fmt: skip
NPS = _words("nps", "recommend", "likelihood[ _]to[ _]recommend", "推荐")
PROFILE = _words(
    "gender", "sex", "age", "agegroup", "age[ _]?group", "education", "educ", "income", "occupation", "job", "profession",
    "marital", "religion", "nationality", "city", "province", "region", "country", "customer[ _]?type", "性别", "年龄", "学历",
    "教育", "文化程度", "收入", "职业", "婚姻", "城市", "省份", "地区", "居住地",
)  # fmt: skip
SEGMENT = _words(
    "branch", "channel", "product", "segment", "group", "line", "agent", "wave", "school", "grade", "class", "course", "code",
    "分公司", "机构", "渠道", "险种", "产品", "客户类型", "批次", "组别", "网点",
)  # fmt: skip
OUTCOME = _words(
    "overall", "overall[ _]?satisfaction", "osat", "csat", "loyalty", "intention", "renew", "repurchase", "总体", "总满意", "整体满意",
    "总的来说", "忠诚", "续保意愿", "再次购买",
)  # fmt: skip
IMPORTANCE = _words("importance", "important", "重要性", "重要程度")
EXPECTATION = _words("expectation", "expected", "expect", "期望", "预期")
PERCEPTION = _words("perception", "perceived", "感知", "实际感受")
OPEN = _words(
    "comment",
    "comments",
    "suggestion",
    "suggestions",
    "remark",
    "reason",
    "why",
    "意见",
    "建议",
    "评论",
    "留言",
    "原因",
    "为什么",
)
MOMENT = _words("date", "time", "datetime", "submitted", "started", "提交时间", "开始时间", "日期", "时间")
PERSONAL = _words(
    "name", "phone", "mobile", "email", "e-mail", "address", "ip", "openid", "wechat", "姓名", "手机", "电话", "邮箱", "地址", "身份证",
    "微信", "来自ip",
)  # fmt: skip
REVERSED = re.compile(r"(?<=\d)[rR]$|[_\-. ](?:r|R|rev|REV|Rev|reversed|inv)$|\(R\)|（R）|反向|反(?:题|$)|逆向")

# Sets of answers in words, from the lowest up. Only whole sets of a language count, whichever points were used.
_LIKERT = (
    ("非常不同意", "不同意", "一般", "同意", "非常同意"),
    ("完全不同意", "不同意", "一般", "同意", "完全同意"),
    ("非常不满意", "不满意", "一般", "满意", "非常满意"),
    ("很不满意", "不满意", "一般", "满意", "很满意"),
    ("非常不满意", "比较不满意", "一般", "比较满意", "非常满意"),
    ("非常不符合", "不符合", "一般", "符合", "非常符合"),
    ("很差", "较差", "一般", "较好", "很好"),
    ("非常不重要", "不重要", "一般", "重要", "非常重要"),
    ("从不", "很少", "有时", "经常", "总是"),
    ("strongly disagree", "disagree", "neither agree nor disagree", "agree", "strongly agree"),
    ("strongly disagree", "disagree", "neutral", "agree", "strongly agree"),
    ("very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"),
    ("very dissatisfied", "dissatisfied", "neither satisfied nor dissatisfied", "satisfied", "very satisfied"),
    ("very poor", "poor", "fair", "good", "excellent"),
    ("very bad", "bad", "average", "good", "very good"),
    ("not at all important", "slightly important", "moderately important", "very important", "extremely important"),
    ("never", "rarely", "sometimes", "often", "always"),
    ("strongly disagree", "disagree", "somewhat disagree", "neutral", "somewhat agree", "agree", "strongly agree"),
    ("非常不同意", "不同意", "有点不同意", "一般", "有点同意", "同意", "非常同意"),
)
_ALIKE = {"不确定": "一般", "中立": "一般", "说不清": "一般"}

STAGES: dict[str, tuple[Text, tuple[str, ...]]] = {
    "sales": (Text.of(zh="销售", en="Sales"), ("sales", "销售", "承保前")),
    "underwriting": (Text.of(zh="核保", en="Underwriting"), ("underwriting", "uw", "核保", "承保")),
    "claims": (Text.of(zh="理赔", en="Claims"), ("claims", "claim", "理赔")),
    "care": (Text.of(zh="客服", en="Care"), ("care", "service", "客服", "客户服务")),
}
# Prefixes that only count questions.
_GENERIC = {"q", "item", "i", "v", "var", "x", "question", "题", "第", "问题", "问", "col", "column", "s", "c_q"}
_NUMBERED = re.compile(r"^(.*?)[\s_\-.]*(\d+)[a-z]?$")
_LEADING = re.compile(r"^\s*(?:[qQ题第]?\s*\d+(?:[.\-]\d+)*\s*题?\s*[.、:：)\]]|\(\d+\)|（\d+）)\s*")


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("_", " ").split())


def likert(words: Iterable[str]) -> dict[str, float] | None:
    """The values of a scale's words, or None when they are of no known scale. At least two different points were used."""
    found = {word: plain(word) for word in words}
    found = {word: _ALIKE.get(said, said) for word, said in found.items()}
    if len(set(found.values())) < 2:
        return None
    for scale in _LIKERT:
        if set(found.values()) <= set(scale):
            return {word: float(scale.index(said) + 1) for word, said in found.items()}
    return None


def likert_points(words: Iterable[str]) -> int:
    """How many points the scale of these words has."""
    said = {_ALIKE.get(plain(word), plain(word)) for word in words}
    return next((len(scale) for scale in _LIKERT if said <= set(scale)), 0)


def stage_of(name: str) -> tuple[str, str]:
    """(stage, the rest of the name): claims_q3 is q3 of claims."""
    text = unicodedata.normalize("NFKC", name)
    for code, (_text, prefixes) in STAGES.items():
        for prefix in prefixes:
            found = re.match(rf"{re.escape(prefix)}[\s_\-.:·—]+(.+)$", text, re.IGNORECASE)
            if found:
                return code, found[1]
    return "", name


def numbered(name: str) -> tuple[str, int] | None:
    """(prefix, number) of TAN1 or q1_12; None for names that do not end in a number."""
    text = REVERSED.sub("", unicodedata.normalize("NFKC", name)).strip()
    found = _NUMBERED.match(text)
    if not found or not found[2] or len(found[1]) > 40:
        return None
    return found[1].strip(), int(found[2][:6])


def is_generic(prefix: str) -> bool:
    """Whether a prefix only counts (q, item, 题), so that it names no dimension. q3_ does: it is a group of its own."""
    return plain(prefix) in _GENERIC or not prefix


def without_number(label: str) -> str:
    return _LEADING.sub("", label).strip() or label
