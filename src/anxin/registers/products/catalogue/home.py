"""Home property insurance."""

from __future__ import annotations

from datetime import date

from anxin.registers.products.catalogue.drafting import (
    CLOSING,
    DISCLOSURE,
    INTENT,
    NUCLEAR,
    WAR,
    condition,
    cover,
    deductible,
    excluded,
    exclusions,
    limit,
    numbered,
)  # fmt: skip
from anxin.registers.products.models import Line
from anxin.registers.products.terms import YUAN, CoverageTerms, ProductTerms

HOME = ProductTerms(
    code="PEHA",
    line=Line.HOME,
    name_zh="安居家庭财产保险",
    name_en="Anju home insurance",
    sold_from=date(2022, 1, 1),
    terms_zh="赔您的房屋、装修和室内财产因火灾、爆炸、台风、暴雨等受到的损失，以及水管爆裂、入室盗抢和对邻居的赔偿责任。",
    terms_en="Pays for damage to your building, fittings and contents by fire, explosion, typhoon, rainstorm and the like, burst "
    "pipes, burglary, and what you owe your neighbours.",
    coverages=(
        CoverageTerms("building", "home_building", "房屋主体", "Building"),
        CoverageTerms("fittings", "home_fittings", "室内装潢", "Fixtures and decoration", 200_000 * YUAN),
        CoverageTerms("contents", "home_contents", "室内财产", "Contents", 100_000 * YUAN, 200 * YUAN),
        CoverageTerms("pipes", "home_pipes", "水暖管爆裂", "Burst pipes and water", 20_000 * YUAN, 200 * YUAN, 100),
        CoverageTerms("theft", "home_theft", "盗抢", "Burglary and robbery", 30_000 * YUAN, 200 * YUAN),
        CoverageTerms("neighbours", "home_liability", "居家第三者责任", "Household liability", 100_000 * YUAN),
        CoverageTerms("rent", "expenses", "临时住宿费用", "Temporary lodging", 6_000 * YUAN),
    ),
    clauses=numbered(
        condition(
            "合同的组成", "What the contract consists of",
            "合同由条款、投保单、保险单和批单组成。", "The contract is these terms, the application, the policy and endorsements.",
        ),
        condition(
            "保险财产", "What is insured",
            "保险单载明地址内，您所有或者依法使用的房屋及附属设备、室内装潢，以及家用电器、家具、衣物等室内财产。",
            "At the address in the policy: the building you own or lawfully use with its fixed equipment, its decoration, and "
            "contents such as appliances, furniture and clothes.",
        ),
        DISCLOSURE,
        cover(
            "房屋与装潢责任", "Building and decoration",
            "因火灾、爆炸、雷击、台风、暴风、暴雨、洪水、雪灾、冰雹、崖崩、泥石流，空中飞行物坠落，"
            "以及外来建筑物和其他固定物体倒塌造成的房屋与装潢的直接损失，我们赔偿。",
            "Direct damage to building and decoration by fire, explosion, lightning, typhoon, storm, rainstorm, flood, snow, hail, "
            "landslip, mudslide, falling aircraft or objects, and collapse of buildings that are not yours.",
            coverage="building", code="building_cover",
        ),
        cover(
            "装潢责任", "Fixtures and decoration",
            "前条原因造成固定装潢、管线、厨卫设备的直接损失，按装潢的保险金额赔偿。",
            "Direct damage by those causes to fixed decoration, lines, kitchen and bathroom, up to the sum for fixtures.",
            coverage="fittings", code="fittings_cover",
        ),
        cover(
            "室内财产责任", "Contents",
            "第四条所列原因造成室内财产的直接损失，按重置价值扣除折旧后赔偿；保管和使用正常的，使用三年以内的不扣折旧。",
            "Direct damage to contents by the causes of article 4, at replacement value less depreciation; nothing is taken off "
            "for things in normal use for up to three years.",
            coverage="contents", code="contents_cover",
        ),
        cover(
            "水暖管责任", "Burst pipes",
            "室内或者邻居家的自来水管、暖气管、下水管突然破裂，致使您的保险财产被浸、腐蚀，我们赔偿，并赔管道修复费用。",
            "Water from a pipe in your home or a neighbour's that bursts suddenly, damage by it to what is insured, and the repair of the pipe.",
            coverage="pipes", code="pipes_cover",
        ),
        cover(
            "盗抢责任", "Burglary",
            "有明显撬窃痕迹的入室盗窃或者抢劫，经公安机关立案，三十日未破案的损失。",
            "Loss by burglary with clear signs of forced entry, or by robbery, not solved thirty days after the police opened a case.",
            coverage="theft", code="theft_cover",
        ),
        cover(
            "居家责任", "Household liability",
            "您或者同住家庭成员在保险地址内因过失致使他人伤亡或者财产损失，依法应当承担的责任。",
            "What you or those living with you owe for death, injury or damage to others through negligence at the address.",
            coverage="neighbours", code="household_liability_cover",
        ),
        cover(
            "施救与临时住宿", "Rescue and lodging",
            "为减少损失支付的必要施救费另行计算；房屋无法居住的，按每日 200 元、最长 30 日支付临时住宿费用。",
            "Necessary costs of saving property come on top; if the home cannot be lived in, lodging at 200 yuan a day for at most thirty days.",
            coverage="rent", code="lodging_cover",
        ),
        exclusions("不赔的原因", "Causes not covered", "下列原因造成的损失不赔。", "Loss by these causes is not paid."),
        WAR,
        INTENT,
        NUCLEAR,
        excluded(
            "地震", "Earthquake", "地震、海啸及其次生灾害，另行投保的除外。",
            "Earthquake, tsunami and what follows from them, unless insured separately.", code="earthquake",
        ),
        excluded(
            "自然磨损", "Wear",
            "自然磨损、内在缺陷、霉变、虫蛀、锈蚀，以及正常维护不当造成的渗漏。",
            "Wear, inherent faults, mould, vermin, rust, and seepage through lack of upkeep.", code="wear",
        ),
        excluded(
            "电器自身故障", "Electrical faults", "电器因超电压、短路、漏电等自身原因烧毁的本身损失；由此引起火灾的，火灾损失照赔。",
            "The appliance itself, burnt out by over-voltage, short circuit or leakage; fire that comes of it is paid.",
            code="appliance_fault",
        ),
        excluded(
            "违法建筑与危房", "Unlawful or unsafe buildings", "违法建筑、经鉴定的危险房屋，以及用于生产经营的部分。",
            "Unlawful buildings, those certified unsafe, and parts used for business.", code="unsafe_building",
        ),
        excluded(
            "长期无人居住", "Left empty", "房屋连续空置超过六十日且未通知我们，期间因盗窃、水管破裂造成的损失。",
            "Burglary or burst pipes while the home stood empty for more than sixty days without our knowing.", code="left_empty",
        ),
        exclusions("不赔的财产", "Property not covered", "下列财产的损失不赔。", "These are not paid."),
        excluded(
            "现金与票证", "Cash and papers", "现金、有价证券、票证、文件、账册、电脑资料。",
            "Cash, securities, tickets, documents, accounts and computer data.", code="cash_and_papers", coverage="contents",
        ),
        excluded(
            "未约定的贵重物品", "Valuables beyond the agreed limit",
            "金银、珠宝、古玩、字画、邮票等，超过单件 2,000 元或者合计 10,000 元且未在保险单中列明的部分。",
            "Gold, silver, jewellery, antiques, paintings, stamps and the like above 2,000 yuan each or 10,000 yuan in all, "
            "unless listed in the policy.",
            code="valuables_over_limit", coverage="contents",
        ),
        excluded(
            "室外财产", "Property outside", "存放在阳台外、楼道、院落等室外的财产，以及车辆、动物、植物。",
            "Things kept outside, in corridors or yards, and vehicles, animals and plants.", code="outside",
            coverage="contents",
        ),
        limit(
            "赔偿限额", "Limits",
            "各项赔偿以保险单载明的保险金额或者限额为限；房屋保险金额低于出险时重置价值的，按比例赔偿。",
            "Each coverage pays up to its sum or limit in the policy; if the building is insured for less than its replacement "
            "value on the day, it pays in proportion.",
            code="home_limits",
        ),
        deductible(
            "免赔额", "Deductible",
            "每次事故扣除保险单载明的免赔额，或者按免赔率计算的金额，两者取高。",
            "In each event the deductible or the deductible rate in the policy, whichever is more, is taken off.",
            code="home_deductible",
        ),
        condition(
            "公布的价格", "Published prices",
            "修复项目按我们公布的材料与人工价格协商确定；您可以逐项表示同意或者异议，无异议的金额先付。",
            "Repairs are settled by our published prices of material and labour. You may accept or dispute each line; what is "
            "undisputed is paid first.",
            code="published_prices",
        ),
        *CLOSING,
        condition(
            "代位求偿", "Recovery from whoever is liable",
            "损失应由第三方负责的，您可以先向我们索赔；我们赔付后在赔付金额内取得追偿的权利（保险法第六十条）。",
            "If someone else is liable you may claim from us first; we then recover from them what we paid (Insurance Law, art. 60).",
            code="subrogation",
        ),
    ),
)  # fmt: skip

PRODUCTS = (HOME,)
