"""Forms the tests print."""

from __future__ import annotations

from anxin.engines.reading.forms import Digits, Heading, Item, Many, One, Option, PaperForm, Scale, Text

AGREE = tuple(
    Option(str(value), label) for value, label in enumerate(["非常不同意", "不同意", "一般", "同意", "非常同意"], 1)
)
STAGES = [
    "报案后很快有人与我联系，并告诉我接下来要做什么",
    "理赔所需材料一次性告知清楚，没有反复补交",
    "查勘员按约定时间到达现场",
    "定损金额的依据解释得清楚，我可以逐项提出异议",
    "每一步由谁负责、何时完成都能查到",
    "赔款按承诺的时间到账",
    "客服人员态度亲切、有耐心",
    "我的个人信息和资金是安全的",
]


def study(version: int = 1, form_id: str = "STUDY01") -> PaperForm:
    """A Chinese study of several pages: profile, ratings on five and eleven points, choices and handwriting."""
    return PaperForm(
        form_id=form_id,
        version=version,
        title="CPA 保险服务质量调查问卷",
        language="zh",
        intro="尊敬的客户：您好！为了改进服务，我们邀请您填写这份问卷，大约需要八分钟。您的回答只用于改进服务质量，我们会为您保密。",
        fields=(
            Heading("一、基本情况"),
            One("sex", "您的性别是？", (Option("f", "女"), Option("m", "男"))),
            One(
                "age",
                "您的年龄是？",
                tuple(
                    Option(str(n), label)
                    for n, label in enumerate(["18–25 岁", "26–35 岁", "36–45 岁", "46–55 岁", "56 岁及以上"], 1)
                ),
            ),
            Digits("years", "您成为我公司客户多少年了？", count=2, unit="年"),
            Many(
                "products",
                "您持有我公司哪些产品？",
                (
                    Option("motor", "车险"),
                    Option("life", "人寿保险"),
                    Option("health", "健康保险"),
                    Option("home", "家庭财产保险"),
                    Option("accident", "意外伤害保险"),
                    Option("other", "其他（请注明）", other=True),
                ),
            ),
            One(
                "channel",
                "您通过哪个渠道投保？",
                (
                    Option("agent", "保险代理人"),
                    Option("bank", "银行柜面"),
                    Option("web", "官方网站或手机应用"),
                    Option("branch", "营业网点"),
                    Option("other", "其他", other=True),
                ),
            ),
            Heading("二、各环节满意度", "请根据最近一次的经历，对下列说法表明您的看法，每行只选一项。"),
            Scale(tuple(Item(f"s{n}", words) for n, words in enumerate(STAGES, 1)), AGREE, "理赔服务"),
            Scale(tuple(Item(f"p{n}", words) for n, words in enumerate(STAGES[::-1], 1)), AGREE, "客户服务"),
            Scale(
                (Item("nps", "您有多大可能向亲友推荐我公司？（0 完全不可能，10 非常可能）"),),
                tuple(Option(str(n), str(n)) for n in range(11)),
            ),
            Heading("三、您的意见"),
            Text("wish", "您最希望我们改进什么？", lines=3),
            Text("praise", "有哪位员工给您留下了好印象？", lines=2),
        ),
    )


def short(version: int = 1) -> PaperForm:
    """One English page."""
    points = tuple(
        Option(str(n), label)
        for n, label in enumerate(
            ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"], 1
        )
    )
    rows = [
        "The branch looked tidy.",
        "Staff were courteous & patient.",
        "I was told when I would hear back. #1 $x$ *y*",
    ]
    return PaperForm(
        form_id="SHORT",
        version=version,
        title="After your visit",
        language="en",
        fields=(
            Scale(tuple(Item(f"r{n}", words) for n, words in enumerate(rows, 1)), points),
            One("again", "Would you come again?", (Option("y", "Yes"), Option("n", "No"))),
            Text("why", "Why?", lines=2),
        ),
    )
