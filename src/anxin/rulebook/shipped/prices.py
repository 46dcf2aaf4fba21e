"""The price standard we ship: parts and labour for motor repairs, prices per piece or m² for homes, in yuan below.

Figures of ours for a compact car and an ordinary flat; an insurer publishes its own edition over them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_YUAN = 100
Methods = dict[str, tuple[int, int]]

# code, group, name, part, labour to replace, labour to repair (0: not repaired), labour to paint (0: not painted)
_MOTOR = (
    ("front_bumper", "bumper", "前保险杠总成", "Front bumper", 1860, 240, 260, 420),
    ("rear_bumper", "bumper", "后保险杠总成", "Rear bumper", 1720, 240, 260, 420),
    ("front_bumper_bracket", "bumper", "前保险杠支架", "Front bumper bracket", 120, 60, 0, 0),
    ("rear_bumper_bracket", "bumper", "后保险杠支架", "Rear bumper bracket", 110, 60, 0, 0),
    ("front_grille", "bumper", "前格栅", "Front grille", 520, 80, 0, 0),
    ("lower_grille", "bumper", "下格栅", "Lower grille", 260, 60, 0, 0),
    ("front_emblem", "bumper", "前标志", "Front emblem", 90, 20, 0, 0),
    ("front_lip", "bumper", "前唇饰板", "Front lip", 340, 60, 0, 180),
    ("rear_diffuser", "bumper", "后扰流板", "Rear diffuser", 380, 60, 0, 180),
    ("plate_bracket", "bumper", "牌照架", "Number plate bracket", 40, 20, 0, 0),
    ("bonnet", "body", "发动机舱盖", "Bonnet", 2160, 220, 380, 480),
    ("bonnet_hinge", "body", "发动机舱盖铰链", "Bonnet hinge", 130, 80, 0, 0),
    ("bonnet_lock", "body", "发动机舱盖锁", "Bonnet lock", 150, 60, 0, 0),
    ("front_beam", "body", "前防撞梁", "Front impact beam", 920, 340, 0, 0),
    ("rear_beam", "body", "后防撞梁", "Rear impact beam", 860, 320, 0, 0),
    ("radiator_support", "body", "水箱框架", "Radiator support", 780, 380, 240, 0),
    ("roof", "body", "车顶", "Roof panel", 2600, 1600, 520, 680),
    ("boot_lid", "body", "行李厢盖", "Boot lid", 1980, 220, 340, 460),
    ("tailgate", "body", "后尾门", "Tailgate", 2860, 260, 380, 480),
    ("rear_panel", "body", "后围板", "Rear panel", 760, 680, 320, 320),
    ("boot_floor", "body", "行李厢底板", "Boot floor", 1180, 920, 420, 260),
    ("high_brake_lamp", "lamp", "高位制动灯", "High brake lamp", 180, 40, 0, 0),
    ("plate_lamp", "lamp", "牌照灯", "Number plate lamp", 45, 20, 0, 0),
    ("windscreen", "glass", "前挡风玻璃", "Windscreen", 1180, 260, 180, 0),
    ("rear_window", "glass", "后挡风玻璃", "Rear window", 860, 240, 0, 0),
    ("sunroof", "glass", "天窗玻璃", "Sunroof glass", 1680, 320, 0, 0),
    ("wiper_arm", "glass", "雨刮臂", "Wiper arm", 120, 20, 0, 0),
    ("radiator", "cooling", "散热器", "Radiator", 980, 220, 0, 0),
    ("condenser", "cooling", "冷凝器", "Condenser", 1080, 240, 0, 0),
    ("cooling_fan", "cooling", "散热风扇总成", "Cooling fan", 760, 120, 0, 0),
    ("intercooler", "cooling", "中冷器", "Intercooler", 1260, 180, 0, 0),
    ("coolant_tank", "cooling", "膨胀水壶", "Expansion tank", 110, 40, 0, 0),
    ("washer_tank", "cooling", "洗涤液壶", "Washer tank", 130, 60, 0, 0),
    ("air_filter_box", "cooling", "空气滤清器壳", "Air filter box", 320, 60, 0, 0),
    ("engine_cover", "cooling", "发动机下护板", "Engine undershield", 240, 60, 0, 0),
    ("engine_mount", "cooling", "发动机支架", "Engine mount", 380, 180, 0, 0),
    ("coolant_refill", "cooling", "冷却液加注", "Coolant refill", 120, 60, 0, 0),
    ("aircon_refill", "cooling", "空调制冷剂加注", "Air-conditioning refill", 160, 120, 0, 0),
    ("battery", "electronics", "蓄电池", "Battery", 620, 40, 0, 0),
    ("horn", "electronics", "喇叭", "Horn", 80, 30, 0, 0),
    ("front_radar", "electronics", "前雷达探头", "Front parking sensor", 220, 60, 0, 0),
    ("rear_radar", "electronics", "后雷达探头", "Rear parking sensor", 200, 60, 0, 0),
    ("millimetre_radar", "electronics", "毫米波雷达", "Adaptive cruise radar", 1860, 220, 0, 0),
    ("front_camera", "electronics", "前视摄像头", "Front camera", 1480, 180, 0, 0),
    ("reversing_camera", "electronics", "倒车影像摄像头", "Reversing camera", 460, 80, 0, 0),
    ("adas_calibration", "electronics", "辅助驾驶标定", "Driver assistance calibration", 0, 480, 0, 0),
    ("wiring_front", "electronics", "前部线束", "Front wiring harness", 860, 360, 180, 0),
    ("driver_airbag", "safety", "驾驶员气囊", "Driver airbag", 1980, 220, 0, 0),
    ("passenger_airbag", "safety", "副驾驶气囊", "Passenger airbag", 2180, 260, 0, 0),
    ("airbag_unit", "safety", "气囊控制单元", "Airbag control unit", 1380, 160, 0, 0),
    ("front_belt", "safety", "前排安全带", "Front seat belt", 680, 120, 0, 0),
    ("dashboard", "interior", "仪表台总成", "Dashboard", 2860, 680, 260, 0),
    ("front_seat", "interior", "前排座椅", "Front seat", 2480, 180, 220, 0),
    ("headlining", "interior", "车顶内衬", "Headlining", 760, 260, 0, 0),
    ("exhaust_rear", "chassis", "排气管后段", "Rear exhaust", 920, 160, 0, 0),
    ("steering_rack", "chassis", "转向机", "Steering rack", 2680, 420, 0, 0),
    ("subframe", "chassis", "前副车架", "Front subframe", 1860, 520, 0, 0),
    ("wheel_alignment", "chassis", "四轮定位", "Wheel alignment", 0, 180, 0, 0),
    ("towing", "service", "施救拖车", "Towing", 0, 400, 0, 0),
    ("frame_straightening", "service", "大梁校正", "Frame straightening", 0, 1600, 0, 0),
)  # fmt: skip

# Parts that a car has on several sides; the name gets the side in front, the code behind.
_LEFT_RIGHT = (("left", "左", "Left"), ("right", "右", "Right"))
_FOUR = (
    ("front_left", "左前", "Front left"),
    ("front_right", "右前", "Front right"),
    ("rear_left", "左后", "Rear left"),
    ("rear_right", "右后", "Rear right"),
)
_SIDED = (
    (_FOUR[:2], "headlamp", "lamp", "大灯总成", "headlamp", 2450, 180, 0, 0),
    (_FOUR[:2], "fog_lamp", "lamp", "雾灯", "fog lamp", 260, 60, 0, 0),
    (_FOUR[:2], "fender", "body", "翼子板", "fender", 680, 120, 280, 400),
    (_FOUR[:2], "wheel_lining", "body", "轮弧内衬", "wheel arch lining", 180, 60, 0, 0),
    (_FOUR[:2], "side_member", "body", "纵梁", "side member", 1460, 1280, 680, 0),
    (_FOUR[2:], "tail_lamp", "lamp", "尾灯", "tail lamp", 780, 80, 0, 0),
    (_FOUR[2:], "quarter_panel", "body", "翼子板（侧围）", "quarter panel", 1280, 980, 420, 480),
    (_LEFT_RIGHT, "sill", "body", "侧下边梁", "sill", 620, 620, 360, 320),
    (_LEFT_RIGHT, "mirror", "mirror", "后视镜总成", "door mirror", 880, 80, 0, 120),
    (_LEFT_RIGHT, "mirror_glass", "mirror", "后视镜片", "mirror glass", 180, 30, 0, 0),
    (_LEFT_RIGHT, "drive_shaft", "chassis", "前半轴", "front drive shaft", 980, 180, 0, 0),
    (_LEFT_RIGHT, "side_airbag", "safety", "侧气帘", "curtain airbag", 1680, 260, 0, 0),
    (_FOUR, "door", "body", "车门", "door", 2260, 260, 360, 460),
    (_FOUR, "door_glass", "glass", "车门玻璃", "door glass", 320, 120, 0, 0),
    (_FOUR, "door_handle", "body", "车门外把手", "door handle", 160, 60, 0, 60),
    (_FOUR, "door_trim", "interior", "车门内饰板", "door trim", 680, 80, 0, 0),
    (_FOUR, "rim", "chassis", "轮毂", "wheel rim", 860, 60, 260, 0),
    (_FOUR, "tyre", "chassis", "轮胎", "tyre", 520, 40, 0, 0),
    (_FOUR, "shock_absorber", "chassis", "减振器", "shock absorber", 620, 180, 0, 0),
    (_FOUR, "control_arm", "chassis", "摆臂", "control arm", 460, 160, 0, 0),
)  # fmt: skip

# code, group, name, unit, {method: (material, labour)}
_HOME: tuple[tuple[str, str, str, str, str, Methods], ...] = (
    ("wood_floor", "floor", "实木复合地板", "Engineered wood floor", "m2", {"replace": (168, 42), "repair": (30, 35)}),
    ("laminate_floor", "floor", "强化地板", "Laminate floor", "m2", {"replace": (82, 26)}),
    ("tile_floor", "floor", "地砖", "Floor tiles", "m2", {"replace": (96, 74), "clean": (4, 12)}),
    ("carpet", "floor", "地毯", "Carpet", "m2", {"replace": (88, 18), "clean": (6, 16)}),
    ("skirting", "floor", "踢脚线", "Skirting board", "m", {"replace": (22, 12)}),
    ("wall_paint", "wall", "墙面乳胶漆", "Wall paint", "m2", {"paint": (14, 22), "repair_paint": (18, 34)}),
    ("wallpaper", "wall", "墙纸", "Wallpaper", "m2", {"replace": (46, 24)}),
    ("wall_tile", "wall", "墙砖", "Wall tiles", "m2", {"replace": (92, 82), "clean": (4, 14)}),
    ("plaster", "wall", "墙面基层", "Plaster", "m2", {"repair": (16, 32)}),
    ("gypsum_ceiling", "wall", "石膏板吊顶", "Plasterboard ceiling", "m2", {"replace": (78, 72), "repair_paint": (26, 44)}),
    ("aluminium_ceiling", "wall", "集成吊顶", "Aluminium ceiling", "m2", {"replace": (118, 48), "clean": (4, 12)}),
    ("waterproofing", "wall", "防水层", "Waterproofing", "m2", {"replace": (36, 34)}),
    ("entrance_door", "opening", "入户门", "Entrance door", "piece", {"replace": (2380, 280), "repair": (120, 260)}),
    ("inner_door", "opening", "室内门", "Inner door", "piece", {"replace": (1280, 160), "repair_paint": (90, 240)}),
    ("door_lock", "opening", "门锁", "Door lock", "piece", {"replace": (860, 120)}),
    ("window", "opening", "铝合金窗", "Aluminium window", "m2", {"replace": (480, 120), "repair": (60, 110)}),
    ("window_glass", "opening", "窗玻璃", "Window glass", "m2", {"replace": (180, 60)}),
    ("curtain", "opening", "窗帘", "Curtain", "m", {"replace": (96, 18), "clean": (0, 14)}),
    ("base_cabinet", "fixture", "橱柜地柜", "Base cabinet", "m", {"replace": (1180, 160), "repair": (160, 180)}),
    ("wall_cabinet", "fixture", "橱柜吊柜", "Wall cabinet", "m", {"replace": (780, 120), "repair": (120, 140)}),
    ("worktop", "fixture", "台面", "Worktop", "m", {"replace": (680, 120)}),
    ("wardrobe", "fixture", "定制衣柜（投影面积）", "Fitted wardrobe (front area)", "m2", {"replace": (680, 90), "repair": (90, 80)}),
    ("basin_cabinet", "fixture", "浴室柜", "Basin cabinet", "piece", {"replace": (1380, 140)}),
    ("toilet", "fixture", "坐便器", "Toilet", "piece", {"replace": (1180, 160)}),
    ("shower", "fixture", "花洒套装", "Shower set", "set", {"replace": (680, 80)}),
    ("water_pipe", "pipe", "给水管", "Water pipe", "m", {"replace": (28, 46)}),
    ("radiator_home", "pipe", "暖气片", "Radiator", "piece", {"replace": (460, 120)}),
    ("wiring", "pipe", "电线线路", "Wiring", "m", {"replace": (12, 26)}),
    ("socket", "pipe", "开关插座", "Switch or socket", "piece", {"replace": (24, 16)}),
    ("ceiling_light", "pipe", "吸顶灯", "Ceiling light", "piece", {"replace": (280, 40)}),
    ("sofa", "furniture", "三人沙发", "Sofa for three", "piece", {"replace": (4200, 0), "clean": (40, 280)}),
    ("bed", "furniture", "双人床", "Double bed", "piece", {"replace": (2800, 80)}),
    ("mattress", "furniture", "床垫", "Mattress", "piece", {"replace": (1980, 0)}),
    ("dining_set", "furniture", "餐桌椅", "Dining table and chairs", "set", {"replace": (2680, 0)}),
    ("desk", "furniture", "书桌", "Desk", "piece", {"replace": (880, 0)}),
    ("bookcase", "furniture", "书柜", "Bookcase", "piece", {"replace": (1180, 0)}),
    ("television", "appliance", "电视机", "Television", "piece", {"replace": (3280, 60)}),
    ("fridge", "appliance", "冰箱", "Refrigerator", "piece", {"replace": (3680, 60), "repair": (420, 160)}),
    ("washing_machine", "appliance", "洗衣机", "Washing machine", "piece", {"replace": (2680, 60), "repair": (320, 160)}),
    ("air_conditioner", "appliance", "空调", "Air conditioner", "piece", {"replace": (2980, 260), "repair": (380, 180)}),
    ("range_hood", "appliance", "油烟机", "Range hood", "piece", {"replace": (2280, 120)}),
    ("gas_hob", "appliance", "燃气灶", "Gas hob", "piece", {"replace": (1180, 80)}),
    ("water_heater", "appliance", "热水器", "Water heater", "piece", {"replace": (1980, 160)}),
    ("microwave", "appliance", "微波炉", "Microwave oven", "piece", {"replace": (680, 0)}),
    ("computer", "appliance", "电脑", "Computer", "piece", {"replace": (4680, 0)}),
    ("smoke_cleaning", "service", "烟熏清洗", "Cleaning after smoke", "m2", {"clean": (3, 22)}),
    ("water_extraction", "service", "抽水和除湿", "Pumping and drying", "m2", {"clean": (2, 18)}),
    ("debris_removal", "service", "清理和垃圾外运", "Clearing and removal", "room", {"clean": (0, 420)}),
    ("moving", "service", "家具搬运", "Moving of furniture", "room", {"clean": (0, 380)}),
)  # fmt: skip


def _motor_methods(part: int, fit: int, repair: int, paint: int) -> Methods:
    methods: Methods = {"repair" if not part else "replace": (part, fit)}
    if repair:
        methods["repair"] = (0, repair)
    if paint:
        methods["paint"] = (0, paint)
        methods["replace_paint"] = (part, fit + paint)
    if repair and paint:
        methods["repair_paint"] = (0, repair + paint)
    return methods


def _item(code: str, claim_type: str, group: str, zh: str, en: str, unit: str, methods: Methods) -> dict[str, Any]:
    return {
        "code": code, "claim_type": claim_type, "group": group, "name_zh": zh, "name_en": en, "unit": unit,
        "methods": {
            method: {"parts_fen": parts * _YUAN, "labour_fen": labour * _YUAN}
            for method, (parts, labour) in methods.items()
        },
    }  # fmt: skip


def _items() -> Iterator[dict[str, Any]]:
    for code, group, zh, en, *figures in _MOTOR:
        yield _item(code, "motor", group, zh, en, "piece", _motor_methods(*figures))
    for sides, code, group, zh, en, *figures in _SIDED:
        for side, side_zh, side_en in sides:
            yield _item(
                f"{code}_{side}", "motor", group, side_zh + zh, f"{side_en} {en}", "piece", _motor_methods(*figures)
            )
    for code, group, zh, en, unit, methods in _HOME:
        yield _item(code, "home", group, zh, en, unit, methods)


def body() -> dict[str, Any]:
    return {"items": list(_items())}
