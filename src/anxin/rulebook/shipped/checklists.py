"""Survey checklists (company standard): a survey is complete when every item is answered, photos where marked."""

from __future__ import annotations

from typing import Any


def _check(code: str, zh: str, en: str, photo: bool = False, **more: Any) -> dict[str, Any]:
    item: dict[str, Any] = {"code": code, "title_zh": zh, "title_en": en, **more}
    return {**item, "needs_photo": True} if photo else item


_INJURY = {"has_injury": [True]}
_THIRD = {"has_third_party": [True]}


def body() -> dict[str, Any]:
    motor = [
        _check("plate_vin", "核对车牌和车架号", "Plate and chassis number checked", True),
        _check("driver", "核对驾驶人和驾驶证", "Driver and driving licence checked", True),
        _check("sober", "驾驶人酒精检测或交警结论", "Alcohol test or police finding on the driver"),
        _check("use", "出险时车辆用途（是否营运）", "What the vehicle was used for (for hire or not)"),
        _check("scene", "现场全景，看得见道路和车位", "The whole scene with road and position", True,
               where={"cause": ["collision", "injury", "other"]}),
        _check("contact_point", "碰撞点和痕迹对应", "Points of contact and matching marks", True,
               where={"cause": ["collision", "injury", "other"]}),
        _check("damage_near", "每处损伤近照", "Close picture of every damage", True),
        _check("odometer", "里程表读数", "Odometer reading", True),
        _check("cause", "事故经过和原因", "Course and cause of the accident"),
        _check("third_damage", "三者车辆或财产损伤", "Damage to the other vehicle or property", True, where=_THIRD),
        _check("injured", "伤者姓名、医院和伤情", "The injured: name, hospital, injuries", where=_INJURY),
        _check("rescue_cost", "抢救费是否需要垫付", "Whether rescue costs must be advanced", where=_INJURY),
        _check("lock", "门锁和点火开关状况", "Condition of locks and ignition", True, where={"cause": ["theft"]}),
        _check("explained", "已向客户说明流程和材料", "Procedure and papers explained to the customer"),
    ]  # fmt: skip
    home = [
        _check("address", "核对房屋地址和保单", "Address checked against the policy", True),
        _check("occupancy", "居住和使用情况（自住、出租、空置）", "How it is used (lived in, let, empty)"),
        _check("overview", "受损房间全景，每间一张", "The whole of each damaged room", True),
        _check("origin", "起火点、漏水点或侵入处", "Where the fire, leak or entry was", True,
               where={"cause": ["fire", "water", "storm", "theft"]}),
        _check("damage_near", "每件受损物品近照", "Close picture of every damaged thing", True),
        _check("building", "房屋主体和装修的受损面积", "Damaged area of building and fittings (m²)"),
        _check("contents", "受损物品清点，与客户逐件核对", "Contents counted together with the customer"),
        _check("utilities", "水电燃气是否安全", "Whether water, power and gas are safe"),
        _check("locks", "门窗锁具的痕迹", "Marks on doors, windows and locks", True, where={"cause": ["theft"]}),
        _check("neighbours", "左邻右舍、楼上楼下是否受损", "Damage to neighbours", where=_THIRD),
        _check("stop_loss", "止损措施（清理、晾干、封堵）", "What was done to keep the loss small"),
        _check("habitable", "能否继续居住，是否需要临时住处", "Whether one can live there meanwhile"),
        _check("cause", "事故经过和原因", "Course and cause of the loss"),
        _check("explained", "已向客户说明流程和材料", "Procedure and papers explained to the customer"),
    ]  # fmt: skip
    other = [
        _check("identity", "核对被保险人身份和保单", "Identity and policy checked"),
        _check("facts", "事故经过和原因", "Course and cause of the event"),
        _check("evidence", "事故证据", "Evidence of the event", True),
        _check("hospital", "走访医院并核对病历", "Hospital visited, record checked",
               where={"line": ["medical", "disease", "nursing", "accident"]}),
        _check("damage_near", "受损财产近照", "Close pictures of the damaged property", True,
               where={"line": ["enterprise_property", "engineering", "cargo"]}),
        _check("explained", "已向客户说明流程和材料", "Procedure and papers explained to the customer"),
    ]  # fmt: skip
    return {"lists": {"motor": motor, "home": home, "other": other}}
