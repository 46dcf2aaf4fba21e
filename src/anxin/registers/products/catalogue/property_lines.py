"""Enterprise property, engineering and cargo insurance: sold to organisations."""

from __future__ import annotations

from datetime import date

from anxin.registers.products.catalogue.drafting import (
    CLOSING,
    DISCLOSURE,
    INTENT,
    NUCLEAR,
    WAR,
    cover,
    deductible,
    excluded,
    exclusions,
    limit,
    numbered,
)  # fmt: skip
from anxin.registers.products.models import Line
from anxin.registers.products.terms import YUAN, CoverageTerms, ProductTerms

_LIMITS = limit(
    "赔偿限额", "Limits", "各项赔偿以保险单载明的保险金额或者限额为限；保险金额低于保险价值的，按比例赔偿。",
    "Each coverage pays up to its sum or limit in the policy; where the sum is below the value, in proportion.", code="limits",
)  # fmt: skip
_DEDUCTIBLE = deductible(
    "免赔额", "Deductible", "每次事故按保险单载明的免赔额和免赔率，两者取高扣减。",
    "In each event the deductible or the deductible rate in the policy applies, whichever is more.", code="deductible",
)  # fmt: skip
_EXCLUSIONS = exclusions("不赔的情形", "What is not covered", "下列损失和费用不赔。", "The following are not paid.")
_WEAR = excluded(
    "自然磨损", "Wear", "自然磨损、内在缺陷、锈蚀、虫蛀、自然损耗。", "Wear, inherent faults, rust, vermin and natural shrinkage.",
    code="wear",
)  # fmt: skip

ENTERPRISE = ProductTerms(
    code="PQYA",
    line=Line.ENTERPRISE_PROPERTY,
    name_zh="安业企业财产综合保险",
    name_en="Anye enterprise property insurance",
    sold_from=date(2021, 1, 1),
    is_individual=False,
    terms_zh="赔企业的厂房、设备和存货因火灾、爆炸和自然灾害受到的损失；可以加保营业中断。",
    terms_en="Pays for damage to premises, equipment and stock by fire, explosion and natural hazards; business interruption can be added.",
    coverages=(
        CoverageTerms("premises", "property", "房屋建筑", "Premises", None, 2_000 * YUAN, 100),
        CoverageTerms("equipment", "property", "机器设备", "Machinery and equipment", None, 2_000 * YUAN, 100),
        CoverageTerms("stock", "property", "存货", "Stock", None, 2_000 * YUAN, 100),
        CoverageTerms("interruption", "interruption", "营业中断", "Business interruption", None, is_optional=True),
    ),
    clauses=numbered(
        DISCLOSURE,
        cover(
            "财产责任", "Property damage",
            "因火灾、爆炸、雷击、暴雨、洪水、台风、冰雹、雪灾、泥石流和飞行物坠落造成的直接损失，我们赔偿。",
            "Direct damage by fire, explosion, lightning, rainstorm, flood, typhoon, hail, snow, mudslide and falling objects.",
            code="property_cover",
        ),
        cover(
            "营业中断责任", "Business interruption",
            "保险财产受损致使营业中断的，按保险单载明的赔偿期赔偿毛利润损失。",
            "Gross profit lost while insured damage interrupts business, within the indemnity period in the policy.",
            coverage="interruption", code="interruption_cover",
        ),
        _EXCLUSIONS, WAR, INTENT, NUCLEAR, _WEAR,
        excluded("地震", "Earthquake", "地震、海啸，另行投保的除外。", "Earthquake and tsunami, unless insured separately.", code="earthquake"),
        excluded(
            "违反消防规定", "Breach of fire rules", "经消防部门书面通知限期整改而未整改，因此发生的火灾。",
            "Fire that came of a fault the fire service had ordered in writing to be mended, and was not.", code="fire_rules",
        ),
        _LIMITS, _DEDUCTIBLE, *CLOSING,
    ),
)  # fmt: skip

ENGINEERING = ProductTerms(
    code="PGCA",
    line=Line.ENGINEERING,
    name_zh="安建建筑安装工程一切险",
    name_en="Anjian contractors' all risks insurance",
    sold_from=date(2021, 1, 1),
    is_individual=False,
    terms_zh="赔在建工程和工地财产的意外损失，以及施工对第三者造成的损害。",
    terms_en="Pays for accidental loss of works under construction and property on site, and for harm the works do to others.",
    coverages=(
        CoverageTerms("works", "works", "工程物质损失", "Contract works", None, 20_000 * YUAN, 100),
        CoverageTerms("site_liability", "liability", "工程第三者责任", "Third-party liability of the works", 2_000_000 * YUAN, 5_000 * YUAN),
    ),
    clauses=numbered(
        DISCLOSURE,
        cover(
            "物质损失责任", "Material damage",
            "保险期间内，工地范围内的保险财产因自然灾害或者意外事故造成的直接损失，除条款列明不赔的以外，我们赔偿。",
            "Direct damage on site, in the term, by natural hazards or accidents, other than what these terms exclude.",
            coverage="works", code="works_cover",
        ),
        cover(
            "第三者责任", "Liability to third parties",
            "与工程直接相关的意外事故致使工地内及邻近区域的第三者伤亡或者财产损失，依法应承担的责任。",
            "What the insured owes third parties on and near the site for accidents directly connected with the works.",
            coverage="site_liability", code="site_liability_cover",
        ),
        _EXCLUSIONS, WAR, INTENT, NUCLEAR, _WEAR,
        excluded(
            "设计错误", "Faulty design", "设计错误、材料缺陷、工艺不善本身的更换和修理费用；由此引起的其他损失照赔。",
            "Replacing what was badly designed, made of faulty material or badly built; other loss that comes of it is paid.",
            code="faulty_design",
        ),
        excluded(
            "停工", "Standstill of the works", "工程停工超过三个月期间发生的损失，事先约定的除外。",
            "Loss while the works stood still for more than three months, unless agreed.", code="standstill",
        ),
        excluded(
            "盘点短缺", "Shortage at stocktaking", "盘点时发现的短缺。", "Shortage found at stocktaking.", code="stocktaking",
        ),
        _LIMITS, _DEDUCTIBLE, *CLOSING,
    ),
)  # fmt: skip

CARGO = ProductTerms(
    code="PHYA",
    line=Line.CARGO,
    name_zh="安运国内货物运输保险",
    name_en="Anyun inland cargo insurance",
    sold_from=date(2021, 1, 1),
    is_individual=False,
    terms_zh="赔货物在国内公路、铁路、水路和航空运输途中因意外和自然灾害受到的损失。",
    terms_en="Pays for goods damaged by accidents and natural hazards on their way by road, rail, water or air within China.",
    coverages=(CoverageTerms("goods", "cargo", "运输货物", "Goods in transit", None, 500 * YUAN, 50),),
    clauses=numbered(
        DISCLOSURE,
        cover(
            "运输责任", "Goods in transit",
            "自货物离开起运地仓库起，至到达目的地收货人仓库止，因火灾、爆炸、自然灾害、运输工具碰撞、倾覆、沉没，"
            "以及装卸中的意外造成的损失，我们赔偿。",
            "From leaving the first warehouse to reaching the consignee's: loss by fire, explosion, natural hazards, collision, "
            "overturning or sinking of the carrier, and accidents in loading.",
            coverage="goods", code="cargo_cover",
        ),
        _EXCLUSIONS, WAR, INTENT, NUCLEAR, _WEAR,
        excluded(
            "包装不善", "Bad packing", "包装不善、标记不清造成的损失。", "Loss through bad packing or unclear marks.", code="bad_packing",
        ),
        excluded(
            "运输延误", "Delay", "运输延误、市价跌落。", "Delay and falling market prices.", code="delay",
        ),
        _LIMITS, _DEDUCTIBLE, *CLOSING,
    ),
)  # fmt: skip

PRODUCTS = (ENTERPRISE, ENGINEERING, CARGO)
