"""Health and accident insurance: medical expenses, disease, nursing care, accident."""

from __future__ import annotations

from datetime import date

from anxin.registers.products.catalogue.drafting import (
    CLOSING,
    DISCLOSURE,
    Draft,
    condition,
    cover,
    deductible,
    excluded,
    numbered,
)  # fmt: skip
from anxin.registers.products.catalogue.life import (
    COOLING_OFF,
    CRIME,
    DRUNK,
    EXCLUSIONS,
    GRACE,
    KILLING,
    SUICIDE,
    SUM,
    SURRENDER,
)  # fmt: skip
from anxin.registers.products.models import Line
from anxin.registers.products.terms import YUAN, CoverageTerms, ProductTerms

_KNOWN = excluded(
    "已有疾病", "Earlier illness", "投保前已经患有且应当告知而没有告知的疾病，以及保险单特别约定不保的疾病。",
    "Illness you had before, should have told us of and did not, and illness the policy excludes by agreement.",
    code="earlier_illness",
)  # fmt: skip
_COSMETIC = excluded(
    "整形与保健", "Cosmetic and preventive care", "美容整形、视力矫正、牙科保健、体检、疗养。",
    "Cosmetic surgery, sight correction, dental care, check-ups and convalescence.", code="cosmetic",
)  # fmt: skip


def _waiting(days: int) -> Draft:
    return condition(
        "等待期", "Waiting period",
        f"合同生效之日起 {days} 日内因疾病发生的，我们不给付，退还已交保费；因意外发生的没有等待期。",
        f"For illness within {days} days of the start nothing is paid but the premiums are returned; accidents have no waiting period.",
        code="waiting_period",
    )  # fmt: skip


MEDICAL = ProductTerms(
    code="HMEA", line=Line.MEDICAL, name_zh="安康医疗保险", name_en="Ankang medical insurance", sold_from=date(2022, 1, 1),
    terms_zh="赔住院和特殊门诊中，医保报销之后仍由您承担的合理费用；每年有一次免赔额。",
    terms_en="Pays reasonable costs of hospital and special outpatient treatment that remain after basic medical insurance, above a "
    "yearly deductible.",
    coverages=(
        CoverageTerms("hospital", "medical", "住院医疗", "Hospital treatment", 3_000_000 * YUAN, 10_000 * YUAN),
        CoverageTerms("outpatient", "medical", "特殊门诊", "Special outpatient treatment", 300_000 * YUAN),
        CoverageTerms(
            "allowance", "daily_allowance", "住院津贴（每日）", "Daily hospital allowance", 200 * YUAN, is_optional=True
        ),
    ),
    clauses=numbered(
        DISCLOSURE, _waiting(30),
        cover(
            "住院医疗", "Hospital treatment",
            "因疾病或者意外在二级以上公立医院住院，必需且合理的费用扣除已获补偿和免赔额后，经医保结算的赔 100%，未经医保结算的赔 60%。",
            "Necessary and reasonable costs in a public hospital of grade two or above, less what others paid and the deductible: "
            "100 % if settled through basic insurance first, otherwise 60 %.",
            coverage="hospital", code="hospital_cover",
        ),
        cover(
            "特殊门诊", "Special outpatient treatment", "恶性肿瘤门诊治疗、透析、抗排异治疗和门诊手术的费用。",
            "Outpatient cancer treatment, dialysis, treatment against rejection and outpatient operations.",
            coverage="outpatient", code="outpatient_cover",
        ),
        cover(
            "住院津贴", "Daily allowance", "住院期间按每日津贴额给付，每年最多 180 日。",
            "The daily amount while in hospital, for at most 180 days a year.", coverage="allowance", code="allowance_cover",
        ),
        EXCLUSIONS, KILLING, CRIME, DRUNK, _KNOWN, _COSMETIC,
        deductible(
            "年度免赔额", "Yearly deductible", "每一保单年度扣除一次免赔额；医保报销的部分不计入免赔额。",
            "The deductible is taken once in each policy year; what basic insurance paid does not count towards it.",
            coverage="hospital", code="yearly_deductible",
        ),
        SUM, COOLING_OFF, *CLOSING,
    ),
)  # fmt: skip

DISEASE = ProductTerms(
    code="HDIA", line=Line.DISEASE, name_zh="安心重大疾病保险", name_en="Anxin critical illness insurance",
    sold_from=date(2021, 2, 1),
    terms_zh="确诊合同约定的重大疾病，一次给付保险金额；轻症给付三成，并豁免以后的保费。",
    terms_en="Pays the sum insured when a listed critical illness is diagnosed; a mild one pays 30 % and later premiums are waived.",
    coverages=(
        CoverageTerms("critical", "critical_illness", "重大疾病", "Critical illness"),
        CoverageTerms("mild", "mild_illness", "轻症疾病", "Mild illness"),
        CoverageTerms("waiver", "waiver", "豁免保险费", "Waiver of premium"),
    ),
    clauses=numbered(
        DISCLOSURE, _waiting(90),
        cover(
            "重大疾病", "Critical illness",
            "初次确诊合同所列重大疾病，按基本保险金额给付，合同终止。疾病定义采用行业统一的疾病定义使用规范（2020 年修订版）。",
            "On first diagnosis of a listed critical illness we pay the basic sum and the contract ends. Definitions are those of the "
            "industry's standard, 2020 revision.",
            coverage="critical", code="critical_cover",
        ),
        cover(
            "轻症疾病", "Mild illness", "初次确诊所列轻症，按基本保险金额的 30% 给付，每种一次，最多三次。",
            "On first diagnosis of a listed mild illness, 30 % of the basic sum, once for each and three times in all.",
            coverage="mild", code="mild_cover",
        ),
        cover(
            "豁免保险费", "Waiver of premium", "确诊轻症后，以后各期保费免交，合同继续有效。",
            "After a mild illness later premiums need not be paid and the contract goes on.", coverage="waiver", code="waiver_cover",
        ),
        EXCLUSIONS, KILLING, CRIME, SUICIDE, DRUNK, _KNOWN,
        excluded(
            "遗传与先天疾病", "Hereditary and congenital illness", "遗传性疾病、先天性畸形、变形或者染色体异常，所列疾病另有说明的除外。",
            "Hereditary illness and congenital malformation, unless the list says otherwise.", code="hereditary",
        ),
        SUM, GRACE, COOLING_OFF, SURRENDER, *CLOSING,
    ),
)  # fmt: skip

NURSING = ProductTerms(
    code="HNUA", line=Line.NURSING, name_zh="安养长期护理保险", name_en="Anyang long-term care insurance", sold_from=date(2022, 1, 1),
    terms_zh="丧失日常生活能力达到约定程度的，按月给付护理金。",
    terms_en="Pays a monthly sum once the insured can no longer manage agreed activities of daily life.",
    coverages=(
        CoverageTerms("care", "nursing", "护理保险金（每月）", "Care benefit (monthly)"),
        CoverageTerms("death", "death", "身故", "Death"),
    ),
    clauses=numbered(
        DISCLOSURE, _waiting(90),
        cover(
            "护理保险金", "Care benefit",
            "穿衣、移动、行动、如厕、进食、洗澡六项中有三项以上不能自理，持续一百八十日以上的，按月给付，最长一百二十个月。",
            "If three or more of dressing, transferring, moving, toilet, eating and bathing cannot be done alone for 180 days or more, "
            "the benefit is paid every month for at most 120 months.",
            coverage="care", code="care_cover",
        ),
        cover(
            "身故", "Death", "被保险人身故，给付已交保费与现金价值中较大者。", "On death, the premiums paid or the cash value, whichever is more.",
            coverage="death", code="death_cover",
        ),
        EXCLUSIONS, KILLING, CRIME, SUICIDE, DRUNK, _KNOWN, SUM, GRACE, COOLING_OFF, SURRENDER, *CLOSING,
    ),
)  # fmt: skip

ACCIDENT = ProductTerms(
    code="ACIA", line=Line.ACCIDENT, name_zh="安途人身意外伤害保险", name_en="Antu personal accident insurance", sold_from=date(2021, 1, 1),
    terms_zh="因意外身故、伤残按保险金额或者伤残比例给付，意外医疗费用在限额内报销。",
    terms_en="Pays for accidental death, for disability by its degree, and for medical costs after an accident.",
    coverages=(
        CoverageTerms("death", "death", "意外身故", "Accidental death"),
        CoverageTerms("disability", "disability", "意外伤残", "Accidental disability"),
        CoverageTerms("accident_medical", "medical", "意外医疗", "Medical costs of accidents", 20_000 * YUAN, 100 * YUAN),
    ),
    clauses=numbered(
        DISCLOSURE,
        cover(
            "意外身故", "Accidental death", "自意外发生之日起一百八十日内因该意外身故，按保险金额给付。",
            "Death by an accident within 180 days of it: the sum insured.", coverage="death", code="death_cover",
        ),
        cover(
            "意外伤残", "Accidental disability", "按人身保险伤残评定标准评定等级，一级 100%，每低一级减 10%，十级 10%。",
            "By the industry's disability scale: 100 % for grade one, ten points less for each grade, 10 % for grade ten.",
            coverage="disability", code="disability_cover",
        ),
        cover(
            "意外医疗", "Medical costs of accidents", "扣除免赔额后，合理的医疗费用按 90% 在限额内报销。",
            "90 % of reasonable medical costs above the deductible, up to the limit.", coverage="accident_medical",
            code="accident_medical_cover",
        ),
        EXCLUSIONS, KILLING, CRIME, SUICIDE, DRUNK,
        excluded(
            "高风险运动", "Dangerous sports", "潜水、跳伞、攀岩、探险、武术比赛、赛车等高风险运动，另有约定的除外。",
            "Diving, parachuting, climbing, expeditions, combat contests, racing and the like, unless agreed.", code="dangerous_sports",
        ),
        excluded(
            "疾病与医疗事故", "Illness and medical error", "疾病、猝死、妊娠、药物过敏、医疗事故。",
            "Illness, sudden death, pregnancy, reaction to drugs and medical error.", code="not_an_accident",
        ),
        SUM, *CLOSING,
    ),
)  # fmt: skip

PRODUCTS = (MEDICAL, DISEASE, NURSING, ACCIDENT)
