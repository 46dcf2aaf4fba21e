"""What people of the sample insurer say: accounts, findings, disputes, and titles of claims."""

from __future__ import annotations

TITLES = {
    "collision": ("碰撞", "collision"), "fire": ("火灾", "fire"), "water": ("水渍", "water damage"),
    "storm": ("暴雨", "storm"), "theft": ("盗抢", "theft"), "glass": ("玻璃破碎", "broken glass"),
    "injury": ("意外伤害", "Accident"), "illness": ("住院医疗", "Hospital stay"), "other": ("损失", "Loss"),
}  # fmt: skip
ACCOUNTS = {
    "collision": (
        "路口等红灯后起步，与前车追尾。",
        "变道时与右侧车辆刮擦。",
        "倒车入库时碰到立柱。",
        "直行时被左侧来车撞到车门。",
    ),
    "fire": ("厨房油锅起火，烧到橱柜和吊顶。", "充电时插座起火。", "楼道杂物起火，烟熏了客厅。"),
    "water": ("水管爆裂，地板和墙面进水。", "楼上漏水，吊顶和墙面受损。", "洗衣机进水管脱落，地板泡坏。"),
    "storm": ("台风天窗户被吹开，屋里进水。", "暴雨积水，车辆停放时被淹。", "冰雹砸伤车顶和前挡。"),
    "theft": ("下班回家发现门锁被撬，少了电脑和首饰。",),
    "glass": ("高速上飞石打裂前挡风玻璃。", "停车时后挡被砸碎。"),
    "injury": ("骑车摔倒，手臂骨折。", "下楼梯踩空，脚踝扭伤。"),
    "illness": ("因肺炎住院一周。", "阑尾炎手术住院。", "体检发现结节，住院手术。"),
    "other": ("运输途中包装破损，货物受潮。", "仓库屋顶漏雨，货物受损。"),
}
FINDINGS = (
    "痕迹与报案相符，损失限于清单所列。",
    "现场已清理，按照片和物证核对一致。",
    "损失范围比报案略大，已补充拍照。",
)
DISPUTES = ("修理厂说钣金以后还会起拱，希望更换新件。", "报价比定损高不少，请再看看。", "这一项少算了工时。")


def title(kind: str, cause: str, injured: int) -> tuple[str, str]:
    """A claim's title without names, Chinese and English: 车险碰撞，2人受伤."""
    zh, en = TITLES[cause]
    kind_zh, kind_en = {"motor": ("车险", "Motor"), "home": ("家财险", "Home"), "other": ("", "")}[kind]
    if injured:
        zh, en = f"{zh}，{injured}人受伤", f"{en}, {injured} injured"
    return f"{kind_zh}{zh}", f"{kind_en} {en}".strip()
