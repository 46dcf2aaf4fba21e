"""Life insurance: term, whole life, endowment, participating and universal."""

from __future__ import annotations

from datetime import date

from anxin.registers.products.catalogue.drafting import (
    CLOSING,
    DISCLOSURE,
    Draft,
    condition,
    cover,
    excluded,
    exclusions,
    limit,
    numbered,
)  # fmt: skip
from anxin.registers.products.models import Line
from anxin.registers.products.terms import CoverageTerms, ProductTerms

COOLING_OFF = condition(
    "犹豫期", "Cooling-off period",
    "您签收保险单之日起有十五日犹豫期，期间可以无条件解除合同，我们退还全部保费。",
    "For fifteen days after you sign for the policy you may end it without giving a reason and get the whole premium back.",
    code="cooling_off",
)  # fmt: skip
SURRENDER = condition(
    "退保与现金价值", "Surrender and cash value",
    "犹豫期后您可以随时解除合同，我们自收到申请之日起三十日内退还现金价值。现金价值可能低于已交保费，前几年尤其如此。",
    "After that you may surrender at any time; within thirty days of your request we pay the cash value. It may be less than the "
    "premiums paid, in the first years much less.",
    code="surrender",
)  # fmt: skip
GRACE = condition(
    "宽限期与中止", "Grace period and suspension",
    "续期保费到期未交的，有六十日宽限期，期间保障继续；过后合同中止，二年内经协商并补交保费可以恢复（保险法第三十六条、第三十七条）。",
    "If a renewal premium is not paid there are sixty days of grace, with cover; then the contract is suspended and can be "
    "reinstated within two years by agreement and payment (Insurance Law, arts. 36 and 37).",
    code="grace",
)  # fmt: skip
SUICIDE = excluded(
    "二年内自杀", "Suicide within two years",
    "合同成立或者恢复效力之日起二年内被保险人自杀，但自杀时为无民事行为能力人的除外（保险法第四十四条）。",
    "Suicide of the insured within two years of the start or reinstatement, unless they lacked legal capacity "
    "(Insurance Law, art. 44).",
    code="suicide",
)  # fmt: skip
KILLING = excluded(
    "故意伤害被保险人", "Intentional harm to the insured",
    "投保人故意造成被保险人死亡、伤残或者疾病（保险法第四十三条）。",
    "The policyholder causes the death, disability or illness of the insured on purpose (Insurance Law, art. 43).",
    code="intentional",
)  # fmt: skip
CRIME = excluded(
    "故意犯罪", "Crime", "被保险人故意犯罪或者抗拒依法采取的刑事强制措施（保险法第四十五条）。",
    "The insured commits a crime on purpose or resists lawful arrest (Insurance Law, art. 45).", code="crime",
)  # fmt: skip
DRUNK = excluded(
    "酒驾、无证与毒品", "Drink, licence and drugs", "被保险人酒后驾驶、无证驾驶，或者主动吸食、注射毒品。",
    "The insured drives after drinking or without a licence, or takes illegal drugs.", code="drunk_driving",
)  # fmt: skip
EXCLUSIONS = exclusions(
    "不赔的情形", "What is not covered", "下列情形不给付保险金。", "Nothing is paid in these cases."
)
SUM = limit(
    "保险金额", "Sum insured", "给付以保险单载明的基本保险金额为准。", "Payments go by the basic sum insured in the policy.", code="sum_insured",
)  # fmt: skip
_COMMON_EXCLUSIONS = (EXCLUSIONS, KILLING, CRIME, SUICIDE, DRUNK)
_CLOSING = (GRACE, COOLING_OFF, SURRENDER, *CLOSING)


def _death(text_zh: str, text_en: str) -> Draft:
    return cover("身故与全残", "Death and total disability", text_zh, text_en, coverage="death", code="death_cover")


TERM = ProductTerms(
    code="LTMA", line=Line.TERM_LIFE, name_zh="安家定期寿险", name_en="Anjia term life insurance",
    sold_from=date(2021, 1, 1),
    terms_zh="在约定的年期内身故或者全残，按保险金额给付；期满没有返还。",
    terms_en="Pays the sum insured on death or total disability within the term; nothing is returned at its end.",
    coverages=(CoverageTerms("death", "death", "身故或全残", "Death or total disability"),),
    clauses=numbered(
        DISCLOSURE,
        _death(
            "保险期间内被保险人身故或者全残，我们按基本保险金额给付；合同成立九十日内因疾病身故的，退还已交保费。",
            "If the insured dies or is totally disabled in the term we pay the basic sum; for death by illness within ninety days of "
            "the start, the premiums paid.",
        ),
        *_COMMON_EXCLUSIONS, SUM, *_CLOSING,
    ),
)  # fmt: skip

WHOLE = ProductTerms(
    code="LWHA", line=Line.WHOLE_LIFE, name_zh="安传终身寿险", name_en="Anchuan whole life insurance",
    sold_from=date(2021, 1, 1),
    terms_zh="保障终身，身故或者全残时给付保险金额；中途退保只能拿到现金价值。",
    terms_en="Cover for life; pays the sum insured on death or total disability. On surrender only the cash value is paid.",
    coverages=(CoverageTerms("death", "death", "身故或全残", "Death or total disability"),),
    clauses=numbered(
        DISCLOSURE,
        _death(
            "被保险人身故或者全残，我们给付基本保险金额、已交保费和现金价值三者中的最大者。",
            "On death or total disability we pay the largest of the basic sum, the premiums paid and the cash value.",
        ),
        *_COMMON_EXCLUSIONS, SUM, *_CLOSING,
    ),
)  # fmt: skip

ENDOWMENT = ProductTerms(
    code="LENA", line=Line.ENDOWMENT_LIFE, name_zh="安盈两全保险", name_en="Anying endowment insurance",
    sold_from=date(2021, 1, 1),
    terms_zh="期满时生存给付满期金，期间身故给付身故金。",
    terms_en="Pays a sum at the end of the term if the insured is alive, or on death within it.",
    coverages=(
        CoverageTerms("death", "death", "身故或全残", "Death or total disability"),
        CoverageTerms("maturity", "survival", "满期生存金", "Maturity benefit"),
    ),
    clauses=numbered(
        DISCLOSURE,
        cover(
            "满期生存金", "Maturity benefit", "被保险人生存至保险期间届满，我们按基本保险金额给付满期生存金，合同终止。",
            "If the insured is alive at the end of the term we pay the basic sum and the contract ends.",
            coverage="maturity", code="maturity_cover",
        ),
        _death(
            "保险期间内身故或者全残，我们给付已交保费的约定比例与现金价值中较大者。",
            "On death or total disability in the term: the agreed share of premiums paid or the cash value, whichever is more.",
        ),
        *_COMMON_EXCLUSIONS, SUM, *_CLOSING,
    ),
)  # fmt: skip

PARTICIPATING = ProductTerms(
    code="LPAA", line=Line.PARTICIPATING_LIFE, name_zh="安享两全保险（分红型）", name_en="Anxiang endowment insurance (participating)",
    sold_from=date(2021, 1, 1),
    terms_zh="两全保险，另可分享公司分红业务的盈余。红利不保证，可能为零；退保按现金价值，前几年低于已交保费。",
    terms_en="An endowment that also shares in surplus. Dividends are not guaranteed and may be nothing; on surrender the cash value "
    "is paid, which in the first years is below the premiums.",
    coverages=(
        CoverageTerms("death", "death", "身故或全残", "Death or total disability"),
        CoverageTerms("maturity", "survival", "满期生存金", "Maturity benefit"),
    ),
    clauses=numbered(
        DISCLOSURE,
        cover(
            "满期生存金", "Maturity benefit", "被保险人生存至保险期间届满，我们按基本保险金额给付满期生存金。",
            "If the insured is alive at the end of the term we pay the basic sum.", coverage="maturity", code="maturity_cover",
        ),
        _death(
            "保险期间内身故或者全残，我们给付已交保费的约定比例与现金价值中较大者。",
            "On death or total disability in the term: the agreed share of premiums paid or the cash value, whichever is more.",
        ),
        condition(
            "红利不保证", "Dividends are not guaranteed",
            "红利来自分红保险业务的实际经营，每年可能不同，也可能为零。任何人都不能承诺红利或者收益率。",
            "Dividends come from actual results; they differ from year to year and may be nothing. Nobody may promise a dividend or a rate.",
            code="dividend_not_guaranteed",
        ),
        *_COMMON_EXCLUSIONS, SUM, *_CLOSING,
    ),
)  # fmt: skip

UNIVERSAL = ProductTerms(
    code="LUNA", line=Line.UNIVERSAL_LIFE, name_zh="安鑫终身寿险（万能型）", name_en="Anxin universal life insurance",
    sold_from=date(2021, 1, 1),
    terms_zh="保费扣除初始费用后进入个人账户，按公布的结算利率计息，不低于保证利率；每月扣保障成本。",
    terms_en="After an initial charge premiums go to an account that earns a declared rate, never below the guaranteed one; the cost "
    "of cover is taken every month.",
    coverages=(CoverageTerms("death", "death", "身故或全残", "Death or total disability"),),
    clauses=numbered(
        DISCLOSURE,
        _death(
            "被保险人身故或者全残，我们给付账户价值的约定比例与基本保险金额中较大者。",
            "On death or total disability: the agreed share of the account value or the basic sum, whichever is more.",
        ),
        condition(
            "结算利率", "Declared rate",
            "每月公布上月结算利率。保证利率为年化 1.5%，超过的部分不保证。",
            "Last month's rate is declared every month. 1.5 % a year is guaranteed; anything above it is not.",
            code="declared_rate",
        ),
        condition(
            "费用", "Charges", "初始费用、保障成本、退保和部分领取的手续费按费用表收取，费用表随保险单给您。",
            "The initial charge, the cost of cover and charges on surrender and withdrawal are in the table you get with the policy.",
            code="charges",
        ),
        *_COMMON_EXCLUSIONS, SUM, *_CLOSING,
    ),
)  # fmt: skip

PRODUCTS = (TERM, WHOLE, ENDOWMENT, PARTICIPATING, UNIVERSAL)
