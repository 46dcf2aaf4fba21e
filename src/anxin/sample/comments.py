"""What customers of the sample insurer write in their own words, by the dimension they think of."""

from __future__ import annotations

# stage (or "" for any) and dimension → what is said of it when it went badly, and when it went well
BAD_ZH: dict[tuple[str, str], tuple[str, ...]] = {
    ("claims", "DUTY"): (
        "报案以后三天没有人联系我，只能自己一遍遍打电话。", "查勘员说下午到，结果第二天才来。", "理赔从报案到到账拖了一个多月。",
        "每次问进度都说还在审核，没人告诉我到底卡在哪里。", "换了四个人跟我的案子，每个人都要我从头讲一遍。",
    ),
    ("claims", "CONV"): (
        "材料交了三次，每次又说还缺一样。", "发票和清单都传过了，又让我去网点交纸质的。", "手续太多，老人根本弄不明白。",
        "希望一次把需要的材料说清楚。",
    ),
    ("claims", "RELY"): (
        "定损的价格比修理厂低不少，也不说怎么算的。", "说好五个工作日到账，实际等了半个月。", "赔款比当初说的少，扣了什么没人解释。",
    ),
    ("claims", "KIND"): ("核赔的人说话很冲，好像是我想骗保。", "接电话的人不耐烦，没听完就挂了。"),
    ("sales", "RELY"): ("买的时候说什么都赔，出了事才知道有免赔额。", "代理人讲的收益和合同里写的不一样。"),
    ("sales", "KIND"): ("推销电话打得太多，说了不要还在打。",),
    ("sales", "SECU"): ("刚问过报价，别的公司就打电话来了，担心信息被卖。",),
    ("underwriting", "DUTY"): ("核保等了两个星期，问谁都说不清楚。",),
    ("underwriting", "CONV"): ("体检报告要自己跑两趟送，不能网上传吗？",),
    ("care", "CONV"): ("改个手机号要本人去柜台，太不方便。", "App里找不到人工客服，菜单绕来绕去。"),
    ("care", "DUTY"): ("客服电话排队二十分钟才接通。", "投诉以后没有回音。"),
    ("", "RELY"): ("说到的要做到。", "前后说法不一致。"),
    ("", "DUTY"): ("效率太低，要快一点。", "希望主动告诉我进度。"),
    ("", "CONV"): ("流程太复杂，能简化就简化。", "希望在手机上就能办完。"),
    ("", "SECU"): ("个人信息希望保护好一点。",),
    ("", "KIND"): ("态度可以再热情一些。", "术语太多，听不懂。"),
}  # fmt: skip
GOOD_ZH: dict[tuple[str, str], tuple[str, ...]] = {
    ("claims", "DUTY"): ("报案半小时就有人打电话来，很快。", "查勘员很负责，当天就到了现场。", "小额案子两天就赔到账，没想到这么快。"),
    ("claims", "CONV"): ("照片在手机上一传就行，不用跑腿。", "要交什么材料一次说清楚了，省心。"),
    ("claims", "RELY"): ("每一项怎么赔都写得明明白白。", "赔付金额合理，说哪天到账就哪天到账。"),
    ("claims", "KIND"): ("理赔员很耐心，一直安慰我们。",),
    ("sales", "RELY"): ("条款讲得清楚，没有夸大。",),
    ("sales", "KIND"): ("代理人很专业，不硬推销。",),
    ("care", "KIND"): ("客服小姑娘态度很好。", "打电话咨询，讲得很仔细。"),
    ("care", "CONV"): ("App好用，保单一目了然。",),
    ("", "RELY"): ("值得信赖。", "大公司，放心。"),
    ("", "DUTY"): ("办事利索。",),
    ("", "CONV"): ("很方便。",),
    ("", "SECU"): ("资金安全，放心。",),
    ("", "KIND"): ("服务态度好。", "工作人员很热情。"),
}  # fmt: skip
BAD_EN: dict[tuple[str, str], tuple[str, ...]] = {
    ("claims", "DUTY"): ("Nobody called me back for three days.", "The claim took more than a month from report to payment."),
    ("claims", "CONV"): ("I was asked for papers three times.",),
    ("claims", "RELY"): ("The amount was lower than promised and nobody explained why.",),
    ("", "DUTY"): ("Please be faster.",),
    ("", "CONV"): ("Too much paperwork.",),
    ("", "RELY"): ("Keep what you promise.",),
    ("", "SECU"): ("Please protect my personal data better.",),
    ("", "KIND"): ("Staff could be friendlier on the phone.",),
}  # fmt: skip
GOOD_EN: dict[tuple[str, str], tuple[str, ...]] = {
    ("claims", "DUTY"): ("They called within half an hour.",),
    ("", "DUTY"): ("Quick and responsible.",),
    ("", "CONV"): ("Easy to use app.",),
    ("", "RELY"): ("Reliable, as promised.",),
    ("", "SECU"): ("I trust them with my money.",),
    ("", "KIND"): ("Friendly and patient staff.",),
}  # fmt: skip


def sayings(language: str, *, good: bool, stage: str, dimension: str) -> tuple[str, ...]:
    """What may be said of a dimension of a stage; of the dimension in general where that stage has no words of its own."""
    table = (GOOD_EN if good else BAD_EN) if language == "en" else (GOOD_ZH if good else BAD_ZH)
    return table.get((stage, dimension)) or table[("", dimension)]
