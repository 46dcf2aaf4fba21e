"""Compulsory motor liability and commercial motor insurance."""

from __future__ import annotations

from datetime import date

from anxin.registers.products.catalogue.drafting import (
    CLOSING,
    DISCLOSURE,
    INTENT,
    NUCLEAR,
    PAPERS,
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

COMPULSORY = ProductTerms(
    code="PDZA",
    line=Line.MOTOR_COMPULSORY,
    name_zh="机动车交通事故责任强制保险",
    name_en="Compulsory motor liability insurance",
    sold_from=date(2020, 9, 19),
    terms_zh="法律规定每辆机动车都要有的保险：您的车撞了别人，先由它在限额内赔给受害人。不赔本车的人和本车的损失。",
    terms_en="The insurance every motor vehicle must have: when yours injures others it pays them first, up to fixed limits. "
    "It does not pay for your own vehicle or those in it.",
    coverages=(
        CoverageTerms("compulsory_death", "compulsory_death", "死亡伤残", "Death and disability", 180_000 * YUAN),
        CoverageTerms("compulsory_medical", "compulsory_medical", "医疗费用", "Medical expenses", 18_000 * YUAN),
        CoverageTerms("compulsory_property", "compulsory_property", "财产损失", "Property damage", 2_000 * YUAN),
        CoverageTerms(
            "no_fault_death", "no_fault_death", "死亡伤残（无责任）", "Death and disability (no liability)", 18_000 * YUAN
        ),
        CoverageTerms(
            "no_fault_medical", "no_fault_medical", "医疗费用（无责任）", "Medical expenses (no liability)", 1_800 * YUAN
        ),
        CoverageTerms(
            "no_fault_property", "no_fault_property", "财产损失（无责任）", "Property damage (no liability)", 100 * YUAN
        ),
    ),
    clauses=numbered(
        condition(
            "合同的组成", "What the contract consists of",
            "合同由条款、投保单、保险单和批单组成。", "The contract is these terms, the application, the policy and endorsements.",
        ),
        DISCLOSURE,
        condition(
            "受害人", "Who counts as a victim",
            "受害人是因被保险机动车发生交通事故遭受人身伤亡或者财产损失的人，不包括本车人员和被保险人。",
            "A victim is anyone hurt or whose property is damaged by the insured vehicle, other than those in it and the insured.",
        ),
        condition(
            "被保险人", "Who is insured",
            "被保险人是投保人和经其允许的合法驾驶人。", "The policyholder and any lawful driver they permit are insured.",
        ),
        condition(
            "责任限额的含义", "What a limit means",
            "限额按每次事故计算，受害人不论几人，共用一个限额。", "A limit is for one accident, however many victims share it.",
        ),
        condition(
            "多车事故", "Several vehicles",
            "多辆投保车辆造成同一事故的，各车的强制保险在各自限额内按比例承担。",
            "Where several insured vehicles cause one accident, each one's insurance bears its part within its own limits.",
        ),
        cover(
            "保险责任", "What is covered",
            "被保险人使用被保险机动车发生交通事故，致使受害人伤亡或者财产受损，依法应当赔偿的，我们在限额内先行赔付。",
            "If the insured vehicle in use kills, injures or damages the property of a victim, and the law makes the insured pay, "
            "we pay first, up to the limits.",
            code="compulsory_cover",
        ),
        limit(
            "责任限额", "Limits",
            "有责任时：死亡伤残 180,000 元，医疗费用 18,000 元，财产损失 2,000 元。"
            "无责任时：死亡伤残 18,000 元，医疗费用 1,800 元，财产损失 100 元。",
            "With liability: death and disability 180,000 yuan, medical expenses 18,000 yuan, property 2,000 yuan. "
            "Without liability: 18,000, 1,800 and 100 yuan.",
            code="compulsory_limits",
        ),
        condition(
            "垫付抢救费与追偿", "Rescue costs and recovery",
            "驾驶人无证、醉酒，车辆被盗抢期间肇事，或者被保险人故意制造事故的，我们只在医疗费用限额内垫付抢救费，"
            "并有权向致害人追偿；财产损失不赔。",
            "If the driver has no licence or is drunk, the vehicle was stolen, or the accident was staged by the insured, we only "
            "advance rescue costs within the medical limit and recover them from whoever did the harm; property is not paid.",
            code="advance_and_recover",
        ),
        exclusions("不赔的情形", "What is not covered", "下列损失和费用不赔。", "The following are not paid."),
        excluded(
            "受害人故意", "The victim's intent", "受害人故意造成的交通事故的损失。",
            "Loss in an accident the victim caused on purpose.", code="victim_intent",
        ),
        excluded(
            "本车财产", "Property of the insured vehicle", "被保险人的财产和本车上的财产的损失。",
            "Property of the insured and property in the vehicle.", code="own_property",
        ),
        excluded(
            "间接损失", "Indirect loss", "停驶、停电、停产等间接损失，以及车辆贬值。",
            "Indirect loss such as standstill or loss of production, and loss of market value.", code="indirect_loss",
        ),
        excluded(
            "诉讼费用", "Costs of litigation", "仲裁、诉讼费用和其他相关费用。",
            "Costs of arbitration and litigation.", code="litigation_costs",
        ),
        condition(
            "事故后的义务", "After an accident",
            "请立即抢救伤员、报警并通知我们；我们立即答复并告知索赔程序，一日内书面告知所需材料（交强险条例第二十七条、第二十八条）。",
            "Help the injured, call the police and tell us at once; we answer at once, explain what to do and, within a day of the "
            "claim, list the papers in writing (Compulsory Motor Insurance Regulation, arts. 27 and 28).",
            code="late_notice",
        ),
        PAPERS,
        condition(
            "核定与付款", "Decision and payment",
            "收到证明和资料之日起五日内核定，不赔的书面说明理由；达成协议后十日内付款（交强险条例第二十九条）。",
            "We decide within five days of receiving the proofs, give reasons in writing if we refuse, and pay within ten days of "
            "agreement (Compulsory Motor Insurance Regulation, art. 29).",
            code="time_limits",
        ),
    ),
)  # fmt: skip

COMMERCIAL = ProductTerms(
    code="PDAA",
    line=Line.MOTOR_COMMERCIAL,
    name_zh="安行机动车商业保险",
    name_en="Anxing commercial motor insurance",
    sold_from=date(2020, 9, 19),
    terms_zh="赔您的车因碰撞、自然灾害等受到的损失，以及您对他人应负责任中超出交强险的部分；可以加保车上人员。",
    terms_en="Pays for damage to your vehicle by collision, natural hazards and more, and what you owe others beyond compulsory "
    "insurance. Cover for those in the vehicle can be added.",
    coverages=(
        CoverageTerms("vehicle_damage", "vehicle_damage", "机动车损失险", "Vehicle damage"),
        CoverageTerms("third_party", "third_party", "第三者责任险", "Third-party liability", 2_000_000 * YUAN),
        CoverageTerms(
            "driver", "occupants", "车上人员责任险（司机）", "Driver", 20_000 * YUAN, is_optional=True
        ),
        CoverageTerms(
            "passengers", "occupants", "车上人员责任险（乘客，每座）", "Passengers (each seat)", 20_000 * YUAN, is_optional=True
        ),
    ),
    clauses=numbered(
        condition(
            "合同的组成", "What the contract consists of",
            "合同由条款、投保单、保险单和批单组成；每项保障以保险单载明的为准。",
            "The contract is these terms, the application, the policy and endorsements; the policy says which coverages you have.",
        ),
        condition(
            "被保险机动车", "The insured vehicle",
            "保险单载明的、在中国境内登记的机动车及其出厂设备；加装的设备另行约定。",
            "The vehicle named in the policy, registered in China, as it left the factory; added equipment by agreement.",
        ),
        DISCLOSURE,
        condition(
            "保险期间", "Term",
            "自起保日零时起至期满日二十四时止。", "From 00:00 on the first day to 24:00 on the last.",
        ),
        condition(
            "赔付顺序", "Order of payment",
            "对他人的损失先由交强险赔付；没有投保交强险的，应由其赔付的部分不赔。",
            "What others are owed is paid by compulsory insurance first; the part it should pay is not paid here even if you have none.",
            code="compulsory_first",
        ),
        cover(
            "车损责任", "Damage to the vehicle",
            "保险期间内，被保险机动车在使用中因碰撞、倾覆、坠落、火灾、爆炸、外界物体坠落或者倒塌、暴雨、洪水、台风、冰雹、"
            "地震等自然灾害受到直接损失，以及被盗窃、抢劫、抢夺经立案六十日未查明下落的，我们赔偿。",
            "Direct damage to the vehicle in use, in the term, by collision, overturning, falling, fire, explosion, falling or "
            "collapsing objects, rainstorm, flood, typhoon, hail, earthquake and other natural hazards; and theft or robbery, when "
            "the police have not found it sixty days after opening a case.",
            coverage="vehicle_damage", code="vehicle_damage_cover",
        ),
        cover(
            "玻璃与涉水", "Glass and water",
            "玻璃单独破碎、发动机进水造成的直接损失一并赔偿。", "Broken glass alone and water in the engine are covered too.",
            coverage="vehicle_damage", code="glass_and_water",
        ),
        cover(
            "施救费用", "Rescue costs",
            "为防止或者减少车辆损失支付的必要、合理的施救费，在车辆损失之外另行计算，最高不超过保险金额。",
            "Necessary and reasonable costs of saving the vehicle are paid on top, up to the sum insured.",
            coverage="vehicle_damage", code="rescue_costs",
        ),
        exclusions(
            "驾驶人和使用方面不赔的情形", "Not covered: driver and use",
            "下列情形下，不论任何原因造成的损失，各项保障都不赔。", "In these cases nothing is paid under any coverage, whatever the cause.",
        ),
        excluded(
            "无证驾驶", "Driving without a licence",
            "驾驶人没有驾驶证，驾驶证被扣留、暂扣、吊销、注销期间，或者准驾车型不符。",
            "The driver has no licence, it is withheld, suspended or revoked, or it is not for this kind of vehicle.",
            code="unlicensed",
        ),
        excluded(
            "饮酒驾驶", "Driving after drinking",
            "驾驶人饮酒后驾驶，血液酒精含量达到国家标准的饮酒值。", "The driver's blood alcohol reaches the national threshold.",
            code="drunk_driving",
        ),
        excluded(
            "吸毒驾驶", "Driving under drugs",
            "驾驶人吸食、注射毒品，或者服用国家管制的精神药品、麻醉药品后驾驶。",
            "The driver had taken illegal drugs or controlled psychotropic or narcotic substances.", code="drugged_driving",
        ),
        excluded(
            "肇事逃逸", "Flight from the scene",
            "事故发生后，驾驶人在未依法采取措施的情况下驾车或者弃车离开现场，或者破坏现场、毁灭证据。",
            "After the accident the driver leaves, with or without the vehicle, without doing what the law requires, or destroys evidence.",
            code="flight_from_scene",
        ),
        excluded(
            "改变使用性质", "Commercial use of a private vehicle",
            "非营业车辆从事营业运输，危险程度显著增加且未通知我们，因此发生的事故。",
            "A vehicle insured as private carries for hire, the risk rises markedly, we were not told, and the accident came of it.",
            code="commercial_use",
        ),
        excluded(
            "未年检或者号牌无效", "No valid inspection or plate",
            "车辆号牌被注销，或者未按规定检验且检验不合格。",
            "The plate is cancelled, or the vehicle was not inspected when due and does not pass.", code="not_inspected",
        ),
        excluded(
            "竞赛与测试", "Racing and testing", "车辆竞赛、测试期间，或者在营业场所维修、养护、改装期间。",
            "While racing or testing, or while in a workshop for repair, care or conversion.", code="racing",
        ),
        INTENT,
        exclusions(
            "损失原因和项目方面不赔的情形", "Not covered: causes and items",
            "下列损失和费用不赔。", "The following are not paid.",
        ),
        WAR,
        NUCLEAR,
        excluded(
            "自然磨损", "Wear", "自然磨损、朽蚀、腐蚀、故障、本身质量缺陷。",
            "Wear, rot, corrosion, breakdown and faults of the vehicle itself.", code="wear", coverage="vehicle_damage",
        ),
        excluded(
            "贬值与停驶", "Loss of value and standstill", "市场价格变动、车辆贬值、停驶等间接损失。",
            "Changes of market price, loss of value, standstill and other indirect loss.", code="indirect_loss",
        ),
        excluded(
            "扩大的损失", "Aggravated loss", "事故后没有及时施救，任由损失扩大的部分。",
            "The part by which loss grew because nothing was done to contain it.", code="aggravated_loss",
            coverage="vehicle_damage",
        ),
        excluded(
            "单独丢失的零件", "Parts stolen alone", "轮胎、轮毂单独损坏，车身划痕，以及零部件被单独盗窃。",
            "Tyres or wheels damaged alone, scratches, and parts stolen by themselves.", code="parts_only",
            coverage="vehicle_damage",
        ),
        condition(
            "维修价格", "Repair prices",
            "修理项目和金额按我们公布的配件与工时价格协商确定；您可以逐项表示同意或者异议，"
            "异议由未参与原定损的定损员复核，无异议的金额先付。",
            "Repairs are settled by our published prices of parts and labour. You may accept or dispute each line; a disputed line is "
            "assessed again by someone else, and what is undisputed is paid first.",
            coverage="vehicle_damage", code="published_prices",
        ),
        limit(
            "车损的限额", "Limit for the vehicle",
            "全部损失按出险时的实际价值并以保险金额为限；部分损失按修理费用并以实际价值为限。",
            "Total loss: the actual value on the day, up to the sum insured. Partial loss: the repair cost, up to the actual value.",
            coverage="vehicle_damage", code="vehicle_limit",
        ),
        deductible(
            "免赔额", "Deductible",
            "按保险单载明的免赔额和免赔率，两者取高扣减；没有载明的不扣。",
            "The deductible and the deductible rate in the policy apply, whichever is more; if there is none, nothing is deducted.",
            code="motor_deductible",
        ),
        *CLOSING,
        condition(
            "代位求偿", "Recovery from whoever is liable",
            "损失应由第三方负责的，您可以先向我们索赔；我们赔付后在赔付金额内取得向其追偿的权利（保险法第六十条）。",
            "If someone else is liable you may claim from us first; we then recover from them what we paid (Insurance Law, art. 60).",
            coverage="vehicle_damage", code="subrogation",
        ),
        condition(
            "残余部分", "Salvage", "损坏后的残余部分由双方协商处理，归您的从赔款中扣除。",
            "What is left of damaged parts is agreed on; what you keep is deducted.", coverage="vehicle_damage", code="salvage",
        ),
        condition(
            "转让", "Transfer", "车辆转让的，受让人承继权利和义务，请及时通知我们。",
            "If the vehicle is sold, the buyer takes over rights and duties; please tell us.", code="transfer",
        ),
        cover(
            "第三者责任", "Liability to third parties",
            "被保险人或者其允许的驾驶人使用车辆发生意外，致使第三者伤亡或者财产直接损毁，依法应承担的责任，"
            "对超过交强险各项限额的部分，我们按事故责任比例赔偿：全部责任 100%，主要责任 70%，同等责任 50%，次要责任 30%。",
            "What the insured or a permitted driver owes for death, injury or direct damage to third parties, beyond the limits of "
            "compulsory insurance, by share of liability: full 100 %, main 70 %, equal 50 %, minor 30 %.",
            coverage="third_party", code="third_party_cover",
        ),
        limit(
            "第三者责任限额", "Limit for third parties",
            "每次事故以保险单载明的责任限额为限。", "For each accident, the limit in the policy.",
            coverage="third_party", code="third_party_limit",
        ),
        exclusions(
            "第三者责任不赔的项目", "Not covered: third parties", "下列损失和费用不赔。", "The following are not paid.",
            coverage="third_party",
        ),
        excluded(
            "自己的财产", "One's own property",
            "被保险人、驾驶人及其家庭成员所有或者代管的财产，以及本车上的财产。",
            "Property owned or kept by the insured, the driver or their household, and property in the vehicle.",
            code="own_property", coverage="third_party",
        ),
        excluded(
            "超出医保标准的费用", "Medical costs beyond the standard",
            "超过道路交通事故人员创伤临床诊疗指南和同类医疗费用标准的部分，另有约定的除外。",
            "Medical costs above the clinical guideline for road casualties and the usual standard, unless agreed.",
            code="beyond_medical_standard", coverage="third_party",
        ),
        excluded(
            "精神损害", "Moral damages", "精神损害抚慰金，另行投保的除外。", "Moral damages, unless insured separately.",
            code="moral_damages", coverage="third_party",
        ),
        cover(
            "车上人员责任", "Driver and passengers",
            "车上人员在事故中伤亡，被保险人依法应承担的责任，按事故责任比例在每座限额内赔偿。",
            "What the insured owes for death or injury of those in the vehicle, by share of liability, up to the limit of each seat.",
            code="occupants_cover",
        ),
    ),
)  # fmt: skip

PRODUCTS = (COMPULSORY, COMMERCIAL)
