"""The fourteen indicators of the regulator's service evaluation as data: formula in words by version, weight, what they need.

The appendix of formulas of 2015 is not public: formulas follow the fields of the reporting lists. Where those leave a choice, the
one made here stands in the formula's words and is part of its version.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from anxin.access.models import spoken

Unit = Literal["share", "days", "rate"]
Business = Literal["pc", "life", "both"]

SOURCE_2015: Final = "保监会保险公司服务评价（2015）；公式按报送清单字段重建"


@dataclass(frozen=True, slots=True)
class Part:
    """One number of an indicator. `target` is what the market or the rules tell, in the unit of the number (days, a share from 0
    to 1), with where it comes from."""

    id: str
    name_zh: str
    name_en: str
    unit: Unit
    up: bool = True
    target: float | None = None
    target_zh: str = ""
    target_en: str = ""

    def __str__(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def target_words(self) -> str:
        return spoken(self.target_zh, self.target_en)


@dataclass(frozen=True, slots=True)
class Formula:
    """What holds from a day on. `convention` is the choice made where the regulator's table is silent."""

    version: str
    valid_from: date
    zh: str
    en: str
    convention_zh: str = ""
    convention_en: str = ""

    def __str__(self) -> str:
        return spoken(self.zh, self.en)

    @property
    def convention(self) -> str:
        return spoken(self.convention_zh, self.convention_en)


@dataclass(frozen=True, slots=True)
class Weight:
    """Points of the hundred in one line's evaluation; `group`: shared with the others of that name."""

    business: Literal["pc", "life"]
    points: int
    group: str


@dataclass(frozen=True, slots=True)
class Definition:
    """`needs`: kinds of facts and their fields (regulator's names); `own`: what of it the journal or the registers have."""

    id: str
    name_zh: str
    name_en: str
    business: Business
    parts: tuple[Part, ...]
    formulas: tuple[Formula, ...]
    source: str = SOURCE_2015
    weights: tuple[Weight, ...] = ()
    needs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    own: tuple[str, ...] = ()
    lacks: tuple[tuple[str, str], ...] = field(default=())
    """What nobody can compute since it is not public, in both languages."""
    is_composite: bool = False
    """Its own total cannot be formed: its parts are shown."""

    def __str__(self) -> str:
        return spoken(self.name_zh, self.name_en)

    @property
    def main(self) -> str:
        return self.parts[0].id

    @property
    def reported_parts(self) -> tuple[str, ...]:
        return tuple(part.id for part in self.parts)

    def part(self, name: str) -> Part:
        """Raises LookupError."""
        for part in self.parts:
            if part.id == name:
                return part
        raise LookupError(name)

    def formula(self, on: date) -> Formula:
        """The version in force on a day (the first, for days before)."""
        fitting = [one for one in self.formulas if one.valid_from <= on]
        return fitting[-1] if fitting else self.formulas[0]


_FROM = date(2015, 1, 1)


def _v1(zh: str, en: str, convention_zh: str = "", convention_en: str = "") -> tuple[Formula, ...]:
    return (Formula("1", _FROM, zh, en, convention_zh, convention_en),)


# fmt: off
INDICATORS: Final[tuple[Definition, ...]] = (
    Definition(
        "IN-01", "电话呼入人工接通率", "Inbound calls answered by a person", "both",
        (Part("main", "人工接通率", "Answered by a person", "share"),),
        _v1("接通人工的来电数 ÷ 要求人工服务的来电数，按来电时间归期", "calls connected to an agent ÷ calls asking for an agent, by the time of the call",
            "排队中挂断的算未接通；未标明是否要求人工的，按要求人工计", "calls abandoned in the queue count as not connected; a call that does not say asks for an agent"),
        weights=(Weight("pc", 10, "IN-01"), Weight("life", 15, "IN-01+03")),
        needs=(("calls", ("calltime", "connectiontime", "downtime", "isconnected")),),
    ),
    Definition(
        "IN-02", "保单15日送达率", "Policies delivered within 15 days", "life",
        (Part("main", "15日送达率", "Delivered within 15 days", "share"),),
        _v1("承保（缴费且核保通过）后15日内有合格回执的保单数 ÷ 承保保单数", "policies with a receipt within 15 days of being paid and accepted ÷ policies accepted",
            "自然日，承保当日不计，末日不顺延；按第15日归期，未满15日的不计入", "calendar days, the first not counted, the last not rolled; a policy belongs to the period of its 15th day, and counts only once that has passed"),
        weights=(Weight("life", 15, "IN-02"),),
        needs=(("receipts", ("appdate", "underdate", "isrecieptok", "polrecieptdate")),),
    ),
    Definition(
        "IN-03", "犹豫期内电话回访成功率", "Call-backs by phone within the cooling-off period", "life",
        (Part("main", "回访成功率", "Called back in time", "share"),),
        _v1("犹豫期止期前（含当日）电话回访成功的保单数 ÷ 应回访保单数", "policies called back successfully by the end of the cooling-off period (that day included) ÷ policies due",
            "按犹豫期止期归期，犹豫期未满的不计入；未写回访方式的按电话计，其他方式不算", "a policy belongs to the period in which its cooling-off ends, and counts once that day has passed; a call-back that does not say how was by phone, other ways do not count"),
        weights=(Weight("life", 15, "IN-01+03"),),
        needs=(("callbacks", ("underdate", "polrecieptdate", "hesitateenddate", "isreturnvisit", "returnvisitdate", "returnvisittype")),),
    ),
    Definition(
        "IN-04", "理赔服务时效", "Claims service time", "life",
        (Part("main", "申请到结案", "Request to closing", "days", up=False),
         Part("event", "出险到支付", "Event to payment", "days", up=False, target=60.27, target_zh="2017年行业小额医疗险平均60.27天（二手）", target_en="small medical claims, market mean of 2017: 60.27 days (second-hand)")),
        _v1("平均（结案 − 申请）；平均（支付 − 出险），单位天", "mean(closing − request); mean(payment − event), in days",
            "人身险赔案；前者按结案日、后者按付清日归期；申请指首次收到理赔申请和资料", "claims of life, health and accident lines; by the day of closing and of full payment; the request is the first receipt of request and documents"),
        weights=(Weight("life", 35, "IN-04+05"),), own=("claims.request_received", "claims.closed", "claims.fully_paid", "loss_at"),
    ),
    Definition(
        "IN-05", "理赔获赔率", "Claims paid", "both",
        (Part("main", "获赔率", "Share paid", "share", target=0.997, target_zh="领先同业99.7%", target_en="market leader 99.7%"),),
        _v1("赔付结案件数 ÷ 结案件数，按结案日归期", "claims closed with a payment ÷ claims closed, by the day of closing",
            "客户撤回的赔案不计入结案", "claims withdrawn by the customer are not counted as closed"),
        weights=(Weight("pc", 45, "IN-05+07+08"), Weight("life", 35, "IN-04+05")), own=("claims.closed", "outcome"),
    ),
    Definition(
        "IN-06", "保全时效", "Policy-service time", "life",
        (Part("main", "申请到审核通过", "Request to approval", "days", up=False),),
        _v1("平均（审核通过 − 申请），单位天，按审核通过日归期", "mean(approval − application), in days, by the day of approval",
            "只计已审核通过的申请", "approved requests only"),
        weights=(Weight("life", 10, "IN-06"),), needs=(("services", ("apppoldate", "isunder", "underdate")),),
    ),
    Definition(
        "IN-07", "立案结案率", "Opened claims closed", "pc",
        (Part("main", "同批结案率", "Closed, of those opened", "share"),
         Part("ratio", "当期结案÷当期立案", "Closed ÷ opened in the period", "rate")),
        _v1("当期立案且当期末已结案的件数 ÷ 当期立案件数", "claims opened in the period and closed by its end ÷ claims opened in the period",
            "监管表只写“当期结案÷当期立案”，清理积压时会超过100%，因此固定为同一批立案；原式另列。撤回的算结案", "the regulator's table says closed ÷ opened in the period, which passes 100% when a backlog is worked off; so the cohort is fixed to claims opened in the period, and the literal ratio stands beside it. Withdrawn claims count as closed"),
        weights=(Weight("pc", 45, "IN-05+07+08"),), own=("claims.opened", "claims.closed", "claims.withdrawn"),
    ),
    Definition(
        "IN-08", "案均报案支付周期", "Mean time from report to payment", "pc",
        (Part("main", "报案到付清", "Report to payment", "days", up=False),),
        _v1("平均（支付 − 报案），单位天，按付清日归期", "mean(payment − report), in days, by the day of full payment",
            "财产险赔案；多次支付的以付清为准", "property and casualty claims; with several payments, the one that settles it"),
        weights=(Weight("pc", 45, "IN-05+07+08"),), own=("claims.notified", "claims.fully_paid"),
    ),
    Definition(
        "IN-09", "客服代表满意率", "Satisfied with the agent", "pc",
        (Part("main", "满意率", "Satisfied", "share"),),
        _v1("评价满意的次数 ÷ 评价次数", "ratings that are satisfied ÷ ratings",
            "5分制中4分及以上为满意；没有导入座席评价时，用赔案结案后的服务评分代替，并注明", "4 and more of 5 is satisfied; without imported ratings of agents, ratings after a claim stand in, and it says so"),
        weights=(Weight("pc", 10, "IN-09"),), needs=(("ratings", ("ratedate", "score")),), own=("claims.rated",),
    ),
    Definition(
        "IN-10", "承保理赔查询异议处理率", "Disputes handled", "pc",
        (Part("main", "异议处理率", "Handled", "share"),),
        _v1("已处理的异议数 ÷ 异议数，按提出日归期，处理以期末为限", "disputes handled by the period's end ÷ disputes raised in it",
            "赔案的异议（定损异议、决定异议）取自本系统，承保、查询异议靠导入；导入且指明本系统赔案的理赔异议不重复计", "disputes of claims (assessment, decision) come from this system, those of underwriting and enquiries from imports; an imported one that names a claim of ours is not counted twice"),
        weights=(Weight("pc", 10, "IN-10"),), needs=(("disputes", ("disputedate", "area", "ishandled", "handleddate")),),
        own=("claims.line_disputed", "claims.line_reviewed", "claims.objected", "claims.objection_answered"),
    ),
    Definition(
        "IN-11", "投诉率", "Complaint rate", "both",
        (Part("main", "亿元保费投诉量", "Complaints per 100 million yuan of premium", "rate", up=False),
         Part("policies", "万张保单投诉量", "Complaints per 10,000 policies", "rate", up=False),
         Part("persons", "万人次投诉量", "Complaints per 10,000 persons", "rate", up=False)),
        _v1("投诉件数 ÷ 保费（亿元）；÷ 保单（万张）；÷ 人次（万，人身险）", "complaints ÷ premium in 100 million yuan; ÷ policies in 10,000; ÷ persons in 10,000 (life)",
            "按收到日归期，撤诉的仍计；有导入的月度保费时用之，否则用保单登记簿中当期签发保单的保费和件数。保费小的业务线会被放大",
            "by the day received, withdrawn ones counted; imported monthly premium where there is any, else premium and number of policies issued in the period by the register. Lines of little premium look worse than they are"),
        source="监管通报2020–2022（二手）；保费口径及其偏差（二手）",
        weights=(Weight("pc", 25, "IN-11+12"), Weight("life", 25, "IN-11+12")),
        needs=(("complaints", ("receiveddate",)), ("premiums", ("month", "premium", "policies", "persons"))),
    ),
    Definition(
        "IN-12", "投诉件办理及时率", "Complaints decided in time", "both",
        (Part("main", "期限内办结率", "Decided in time", "share"),
         Part("rolled", "期限遇假日顺延后", "With the last day rolled past holidays", "share")),
        _v1("在期限内办结的投诉数 ÷ 到期投诉数", "complaints decided within their limit ÷ complaints due",
            "简单15日、复杂30日，特别复杂且经高管批准并告知投诉人的60日（银保监会令2020年第3号第18条）；鉴定、调解的天数不计；收到当日不计，末日不顺延（顺延的另列）；按期限届满日归期；撤诉的不计",
            "15 days, 30 if complex, 60 if very complex with senior approval and notice to the complainant (CBIRC order 2020-3 art. 18); days of appraisal and mediation do not count; the first day is not counted, the last not rolled (rolled: beside it); by the day the limit ends; withdrawn ones left out"),
        weights=(Weight("pc", 25, "IN-11+12"), Weight("life", 25, "IN-11+12")),
        needs=(("complaints", ("receiveddate", "decideddate", "level", "isapproved", "istold", "pausedays", "iswithdrawn")),),
        source="银行业保险业消费投诉处理管理办法（银保监会令2020年第3号）第18条；CP-01至CP-04",
    ),
    Definition(
        "IN-13", "小额理赔", "Small claims", "both",
        (Part("main", "五日结案率", "Closed in five days", "share"),
         Part("motor", "车险平均索赔支付周期", "Motor: request to payment", "days", up=False, target=0.72, target_zh="2017年行业0.72天（二手）", target_en="market mean of 2017: 0.72 days (second-hand)"),
         Part("medical", "医疗险平均索赔支付周期", "Medical: request to payment", "days", up=False, target=1.31, target_zh="2017年行业1.31天（二手）", target_en="market mean of 2017: 1.31 days (second-hand)"),
         Part("paid", "小额获赔率", "Small claims paid", "share")),
        _v1("资料齐全后5日内结案件数 ÷ 结案件数；平均（付清 − 索赔申请）；获赔率同IN-05，只计小额案件", "claims closed within 5 days of complete documents ÷ claims closed; mean(payment − request); share paid as IN-05; small claims only",
            "自然日，资料齐全当日不计；车险、医疗险分开，行业数各自不同；小额以立案事实为准", "calendar days, the day of completeness not counted; motor and medical apart, as the market's figures are; small as the claim's own facts say"),
        source="保险小额理赔服务指引（试行）2015-201；行业数（二手）", own=("claims.proofs_complete", "claims.request_received", "claims.fully_paid", "claims.closed", "small"),
    ),
    Definition(
        "IN-14", "保险服务质量指数", "Insurance service quality index", "both",
        (Part("event", "案均出险支付周期", "Mean time from event to payment", "days", up=False, target=11.58, target_zh="2017年行业小额车险11.58天（二手）", target_en="small motor claims, market mean of 2017: 11.58 days (second-hand)"),
         Part("paid", "获赔率", "Claims paid", "share", target=0.997, target_zh="领先同业99.7%", target_en="market leader 99.7%"),
         Part("surrender", "退保率", "Surrender rate", "share", up=False)),
        _v1("7项指标、4个维度（便捷、获得感、认可度、持续改善）的加权指数", "a weighted index of 7 indicators in 4 dimensions (convenience, sense of gain, recognition, continuous improvement)",
            "权重未公布，因此不合成总指数；只列出公开的三项：案均出险支付周期（按付清日）、获赔率（同IN-05）、退保率（当期退保件数 ÷ 期初有效及当期签发的保单数）",
            "the weights are not public, so no total is formed; the three that are known are shown: time from event to payment (by the day of full payment), share paid (as IN-05), surrender rate (policies surrendered in the period ÷ policies in force at its start or issued in it)"),
        source="保险服务质量指数（二手）；2022年行业：财产险车险90.49，人身险85.28", own=("claims.fully_paid", "loss_at", "claims.closed", "outcome", "policies.status"),
        lacks=(("其余4项指标的名称与公式", "names and formulas of the other four indicators"), ("7项指标的权重", "the weights of the seven indicators")),
        is_composite=True,
    ),
)
# fmt: on
BY_ID: Final = {one.id: one for one in INDICATORS}
LIFE_LINES: Final = frozenset(
    {
        "term_life",
        "whole_life",
        "endowment_life",
        "participating_life",
        "universal_life",
        "medical",
        "disease",
        "nursing",
        "accident",
    }
)
"""Lines that belong to life, health and accident insurance (人身险); every other line is property and casualty (财产险)."""
RATINGS: Final = (
    (95, "AAA"),
    (90, "AA"),
    (85, "A"),
    (80, "BBB"),
    (75, "BB"),
    (70, "B"),
    (65, "CCC"),
    (60, "CC"),
    (55, "C"),
    (0, "D"),
)
"""Total score from which a rating is given (second-hand)."""


def applies(definition: Definition, business: str) -> bool:
    """Whether an indicator belongs to a line's evaluation ("" : to either)."""
    return not business or definition.business in (business, "both")
