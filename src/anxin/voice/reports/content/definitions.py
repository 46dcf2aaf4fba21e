"""The glossary: what every kind of number in a report is, how it is worked out, and who defined it so."""

from __future__ import annotations

from dataclasses import dataclass

from anxin.voice.questionnaires.form import Text


@dataclass(frozen=True, slots=True)
class Definition:
    name: Text
    formula: Text
    source: str


def _of(zh: str, en: str, formula_zh: str, formula_en: str, source: str) -> Definition:
    return Definition(Text.of(zh=zh, en=en), Text.of(zh=formula_zh, en=formula_en), source)


DEFINITIONS: dict[str, Definition] = {
    "count": _of("份数", "Count", "符合条件的答卷数", "How many answers fulfil the condition", "–"),
    "response-rate": _of(
        "回收率", "Return rate", "收回份数 ÷ 发放份数；区间为 Wilson 计分区间", "returned ÷ issued, with Wilson's score interval",
        "Wilson 1927; AAPOR Standard Definitions",
    ),
    "opened-rate": _of(
        "打开率", "Share opened", "打开份数 ÷ 发放份数；区间为 Wilson 计分区间", "opened ÷ issued, with Wilson's score interval",
        "Wilson 1927; AAPOR Standard Definitions",
    ),
    "valid-rate": _of(
        "有效率", "Valid rate", "筛查后有效份数 ÷ 发放份数；Wilson 计分区间",
        "valid after screening ÷ issued, with Wilson's score interval", "Wilson 1927; AAPOR Standard Definitions",
    ),
    "share": _of(
        "占比", "Share", "选该项的人数 ÷ 回答该题的人数；区间为 Wilson 计分区间（加权时人数取 Kish 有效样本量）",
        "who chose it ÷ who answered, with Wilson's score interval (weighted: on Kish's effective number)", "Wilson 1927; Kish 1965",
    ),
    "flagged": _of(
        "筛出占比", "Share flagged", "因该原因筛出的份数 ÷ 收回份数", "flagged for this reason ÷ returned",
        "Johnson 2005; Meade & Craig 2012",
    ),
    "mean": _of(
        "均值", "Mean", "x̄ = Σxᵢ ÷ n；95% 区间 x̄ ± t(n−1)·s/√n；反向题已转向；加权时方差为线性化估计",
        "x̄ = Σxᵢ ÷ n; 95 % interval x̄ ± t(n−1)·s/√n; reversed items turned; linearised variance with weights",
        "Cronin & Taylor 1992 (SERVPERF)",
    ),
    "of-100": _of(
        "百分制得分", "Score of 100", "100 ×（均值 − 量表下限）÷（上限 − 下限）", "100 × (mean − lowest) ÷ (highest − lowest)", "–",
    ),
    "sd": _of("标准差", "Standard deviation", "s = √(Σ(xᵢ − x̄)² ÷ (n − 1))", "s = √(Σ(xᵢ − x̄)² ÷ (n − 1))", "–"),
    "top-two": _of(
        "满意率（前两档）", "Satisfied (top two)", "答最高两档的人数 ÷ 回答人数；Wilson 计分区间",
        "answers in the two highest points ÷ answers, with Wilson's score interval", "Wilson 1927",
    ),
    "nps": _of(
        "净推荐值", "Net promoter score", "100 ×（9–10 分占比 − 0–6 分占比）；区间为调整后的 Wald 区间",
        "100 × (share of 9 and 10 − share of 0 to 6), adjusted Wald interval", "Reichheld 2003; Rocks 2016",
    ),
    "difference-test": _of(
        "组间差异检验", "Test between groups", "Welch 方差分析（不要求方差相等）的 p 值，按 Holm 法校正",
        "p of Welch's analysis of variance (spreads may differ), adjusted by Holm", "Welch 1951; Holm 1979",
    ),
    "gap": _of(
        "服务差距", "Gap", "感知 − 期望（同一受访者配对）；负值表示未达期望；配对 t 区间",
        "found − expected, within respondents; below 0 falls short; paired t interval", "Parasuraman, Zeithaml & Berry 1988",
    ),
    "weighted-gap": _of(
        "加权差距", "Weighted gap", "Σ 维度重要性占比 × 维度差距", "Σ share of importance × the dimension's gap",
        "Parasuraman, Zeithaml & Berry 1988",
    ),
    "p-holm": _of("校正后的 p 值", "p adjusted", "同族检验按 Holm 逐步法校正", "adjusted over its family by Holm's step-down", "Holm 1979"),
    "alpha": _of(
        "Cronbach α", "Cronbach's alpha", "α = k/(k−1) · (1 − Σsᵢ²/s²)；Feldt 区间", "α = k/(k−1) · (1 − Σsᵢ²/s²), Feldt's interval",
        "Cronbach 1951; Feldt 1965",
    ),
    "omega": _of(
        "ω（总）", "Omega total", "ω = （公因子方差之和）÷ 总分方差，Schmid–Leiman 变换",
        "ω = variance of the sum due to common factors ÷ its variance, by Schmid and Leiman", "McDonald 1999; Revelle & Condon 2019",
    ),
    "composite-reliability": _of(
        "组合信度 CR", "Composite reliability", "CR = (Σλ)² ÷ ((Σλ)² + Σθ)，λ 为标准化载荷",
        "CR = (Σλ)² ÷ ((Σλ)² + Σθ), λ the standardised loadings", "Fornell & Larcker 1981",
    ),
    "ave": _of(
        "平均方差抽取量 AVE", "Average variance extracted", "AVE = Σλ² ÷ k", "AVE = Σλ² ÷ k", "Fornell & Larcker 1981",
    ),
    "kmo": _of(
        "KMO 取样适切性", "KMO sampling adequacy", "Σr² ÷ (Σr² + Σ偏相关²)", "Σr² ÷ (Σr² + Σ partial²)", "Kaiser & Rice 1974",
    ),
    "bartlett": _of(
        "Bartlett 球形检验", "Bartlett's test", "χ² = −(n − 1 − (2p + 5)/6)·ln|R|", "χ² = −(n − 1 − (2p + 5)/6)·ln|R|", "Bartlett 1951",
    ),
    "chi-square": _of(
        "模型 χ²", "Model chi-square", "WLSMV 为均值与方差校正（scaled-shifted）的统计量；MLR 为 Yuan–Bentler 校正",
        "WLSMV: mean- and variance-adjusted (scaled-shifted); MLR: Yuan and Bentler's correction", "Asparouhov & Muthén 2010; Yuan & Bentler 2000",
    ),
    "cfi": _of(
        "CFI 比较拟合指数", "CFI", "1 − max(χ² − df, 0) ÷ max(χ²₀ − df₀, χ² − df)", "1 − max(χ² − df, 0) ÷ max(χ²₀ − df₀, χ² − df)",
        "Bentler 1990; Hu & Bentler 1999",
    ),
    "tli": _of(
        "TLI", "TLI", "(χ²₀/df₀ − χ²/df) ÷ (χ²₀/df₀ − 1)", "(χ²₀/df₀ − χ²/df) ÷ (χ²₀/df₀ − 1)", "Tucker & Lewis 1973",
    ),
    "rmsea": _of(
        "RMSEA", "RMSEA", "√(max(χ² − df, 0) ÷ (df·N))；90% 区间", "√(max(χ² − df, 0) ÷ (df·N)), 90 % interval", "Steiger 1990",
    ),
    "srmr": _of(
        "SRMR", "SRMR", "相关矩阵残差的均方根", "root mean square of the residual correlations", "Bentler 1995; Hu & Bentler 1999",
    ),
    "htmt": _of(
        "HTMT", "HTMT", "异质–单质相关比：跨维度题间平均相关 ÷ 两维度内平均相关的几何平均",
        "mean correlation across two dimensions ÷ geometric mean of those within each", "Henseler, Ringle & Sarstedt 2015",
    ),
    "htmt2": _of(
        "HTMT2", "HTMT2", "与 HTMT 相同，但平均一律取几何平均", "as HTMT, with geometric means throughout", "Roemer, Schuberth & Henseler 2021",
    ),
    "correlation": _of(
        "Pearson 相关", "Pearson's correlation", "r = cov(x, y) ÷ (sₓ·s_y)；Fisher z 区间；p 按 Holm 校正",
        "r = cov(x, y) ÷ (sₓ·s_y); interval by Fisher's z; p adjusted by Holm", "Fisher 1921; Holm 1979",
    ),
    "relative-weight": _of(
        "相对权重", "Relative weight", "Johnson 相对权重占 R² 的份额：驱动因素先正交化，再按回归系数与载荷平方分摊；BCa 自助区间",
        "Johnson's weight as a share of R²: drivers made orthogonal, then R² shared by squared loadings and coefficients; BCa bootstrap interval",
        "Johnson 2000; Tonidandel & LeBreton 2011",
    ),
    "r-squared": _of("R²", "R²", "驱动因素共同解释的结果方差占比", "share of the outcome's variance that the drivers explain together", "–"),
    "importance": _of(
        "重要性", "Importance", "该题对结果的相对权重（R² 中的份额），或受访者评的重要性均值",
        "the item's relative weight for the outcome (its part of R²), or the mean importance respondents gave", "Martilla & James 1977",
    ),
    "potential": _of(
        "改进潜力", "Potential", "重要性份额 ×（满分 − 得分）÷（满分 − 最低分）", "share of importance × (highest − mean) ÷ (highest − lowest)",
        "Slack 1994; Bacon 2003",
    ),
    "weight-ahp": _of(
        "AHP 权重", "AHP weight", "判断矩阵主特征向量归一化（多专家取几何平均）", "principal eigenvector of the judgements (geometric mean over experts)",
        "Saaty 1980",
    ),
    "cr": _of(
        "一致性比率 CR", "Consistency ratio", "CR = CI ÷ RI，CI = (λmax − n) ÷ (n − 1)；0.10 以下可接受",
        "CR = CI ÷ RI, CI = (λmax − n) ÷ (n − 1); 0.10 and less will do", "Saaty 1980",
    ),
    "membership": _of(
        "隶属度", "Membership", "该因素评为该等级的人数 ÷ 回答人数；B = A ∘ R，M(·,+) 算子",
        "answers in the grade ÷ answers; B = A ∘ R by the operator M(·,+)", "Zadeh 1965; Zhu & Kui 2013",
    ),
    "fuzzy-score": _of(
        "模糊综合得分", "Fuzzy score", "Σ 归一化隶属度 × 等级分", "Σ normalised membership × the grade's points", "Zhu & Kui 2013",
    ),
    "topic-share": _of(
        "话题占比", "Share of a topic", "提到该话题的留言 ÷ 非空留言；Wilson 区间（不含模型误判）",
        "comments on the topic ÷ comments that say something; Wilson's interval (not the model's own mistakes)", "Wilson 1927",
    ),
    "interviews": _of(
        "访谈数", "Interviews", "提到该问题的访谈数（受访者同意计入者）", "interviews that name the problem, of people who agreed to be counted", "–",
    ),
    "change": _of(
        "与上期之差", "Change", "本期 − 上期；均值用 Welch 区间，比例用 Newcombe 区间；p 按 Holm 校正",
        "this wave − the last; Welch's interval for means, Newcombe's for shares; p adjusted by Holm", "Welch 1947; Newcombe 1998; Holm 1979",
    ),
}  # fmt: skip
