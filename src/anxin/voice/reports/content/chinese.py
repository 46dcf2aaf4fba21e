"""The report's Chinese. Keys are the English texts of the sections, or the codes of the engine's cautions and refusals."""

CHINESE: dict[str, str] = {
    # -- sections and frames
    "What to do first": "先做什么", "Sample and response": "样本与回收", "Screening": "答卷筛查", "Who answered": "受访者构成",
    "Scores": "得分", "Outcomes": "结果指标", "Groups": "分组比较", "Expected and found": "期望与感知", "Reliability": "信度", "Validity": "效度",
    "Correlations": "相关分析", "Drivers": "驱动因素", "Importance and performance": "重要性—表现分析", "Experts' weights": "专家权重（AHP）",
    "Fuzzy evaluation": "模糊综合评价", "Comments": "开放意见", "This wave and the last": "与上期比较", "Report": "报告",
    "Report on the answers": "问卷分析报告", "Source": "数据来源", "Answers": "答卷数", "Valid": "有效", "Wave": "期次", "Instrument": "量表",
    "Asked": "调查时间", "{shown} and {more} more": "{shown}等（另有 {more} 项）",
    # -- refusals of our own
    "The questionnaire asks for no outcome (satisfaction overall, loyalty, recommendation), so what drives it cannot be told.":
        "问卷没有结果题（总体满意度、忠诚、推荐意愿），因此无法分析驱动因素。",
    "There are no rated questions, so nothing can be scored.": "没有量表题，无法计算得分。",
    "No answers are left after screening.": "筛查后没有剩下有效答卷。",
    "No open question was asked.": "问卷没有开放题。",
    "Fewer than five comments were written; they are not summed up, so that nobody can be recognised.":
        "留言不足五条；为避免认出个人，不作汇总。",
    "No model that reads comments was given, so the {n} comments are not summed up.": "没有提供文本模型，{n} 条留言未作汇总。",
    "A map of importance and performance needs at least two items or dimensions.": "重要性—表现图至少需要两个题目或维度。",
    "No experts' weights are known. An expert panel's judgements (AHP) give them.": "没有专家权重；可由专家小组的两两判断（AHP）得到。",
    "The fuzzy evaluation takes answers in grades, from three to ten of them.": "模糊综合评价需要三到十级的等级量表。",
    "A factor model needs at least four items on one dimension, or two items on each of several.":
        "因子模型至少需要单维四题，或多维各两题。",
    "Only {n} respondents answered all {p} items; a factor model of them needs at least {least}.":
        "只有 {n} 人答完全部 {p} 题；因子模型至少需要 {least} 人。",
    "Reliability needs at least two items on a dimension.": "信度分析要求每个维度至少两题。",
    "There is only one score, so nothing to correlate.": "只有一个得分，无从计算相关。",
    "No questions about the respondents (age, sex, occupation, channel) were asked.": "问卷没有受访者背景题（年龄、性别、职业、渠道）。",
    "No profile group has two answers of five people or more, so there is nothing to compare.": "没有任何背景题有两组达到五人，无从比较。",
    "Expectations were not asked, so there are no gaps between what was expected and what was found.":
        "问卷没有问期望，因此没有期望与感知的差距。",
    "No question about an expectation belongs to a rated one, so there are no gaps.": "期望题与感知题没有对应关系，无法计算差距。",
    "The last wave shares no question with this one, so there is nothing to compare.": "上期与本期没有相同的题目，无从比较。",
    "No earlier wave was given to compare with.": "没有提供上期数据，不作比较。",
    "The earlier wave has no valid answers.": "上期没有有效答卷。",
    "The earlier wave was asked on another scale, so its scores cannot be compared.": "上期使用的量表不同，得分不能比较。",
    "The last wave lacks some of the items.": "上期缺少部分题目。",
    "Too few respondents answered everything.": "答完全部题目的人太少。",
    # -- sample, screening, profile
    "Issued": "发放", "Opened": "打开", "Returned": "收回", "Step": "环节", "Number": "人数", "Of those asked": "占发放数",
    "{issued} were asked and {returned} answered ({rate}); {valid} answers are valid.":
        "共发放 {issued} 份，收回 {returned} 份（{rate}），其中有效 {valid} 份。",
    "{returned} answers came back, of which {valid} are valid.": "共收回 {returned} 份，其中有效 {valid} 份。",
    "How many were asked was not counted, so there is no response rate.": "没有发放数，无法计算回收率。",
    "Only {n} valid answers: read every interval, and no group too closely.": "有效答卷仅 {n} 份：请看区间，分组结果只供参考。",
    "Response by segment": "各分群回收率", "Segments of fewer than 5 people are not shown: {n}.": "有 {n} 个分群不足 5 人，不予显示。",
    "Segment": "分群", "Return rate": "回收率",
    "Straight line": "一律同答", "Too fast": "作答过快", "Too little answered": "缺答过多", "Outside the scale": "超出量表",
    "the same answer to every rated question": "所有量表题选同一答案", "faster than one can read (under a second a question)": "快于阅读速度（每题不足一秒）",
    "more than half of the rated questions without an answer": "过半量表题没有作答", "an answer outside the scale": "答案超出量表范围",
    "eight or more ratings on one scale, all alike": "同一量表八题及以上且答案全部相同", "under 1.2 seconds a question": "平均每题不足 1.2 秒",
    "more than half of the ratings asked without an answer": "所问量表题过半没有作答",
    "Left out in all": "合计筛出", "{what}, for this reason alone": "{what}（仅此原因）",
    "{dropped} of {n} answers ({share}) were left out; everything below is about the {valid} valid ones.":
        "{n} 份答卷中筛出 {dropped} 份（{share}）；以下结果均基于 {valid} 份有效答卷。",
    "No answer had to be left out.": "没有答卷需要筛出。",
    "{n} answers ({share}) are straight lines: the same answer to every question. Some may be honest; with so many, look at how the "
    "questionnaire was answered before using the results.":
        "{n} 份答卷（{share}）一律同答：每题都选同一答案。其中可能有真实作答；如此之多，请先查明问卷是怎样填答的，再使用结果。",
    "More than a quarter of the answers is left out: the valid ones may not stand for all.": "超过四分之一的答卷被筛出：有效答卷未必能代表全体。",
    "The time spent was not measured, so nobody could be found too fast.": "没有记录作答时间，无法判断作答过快。",
    "Why answers were left out": "筛出原因", "Reason": "原因", "Rule": "规则", "Share": "占比", "For this reason alone": "仅此原因",
    "An answer can be left out for several reasons. Nothing is deleted.": "一份答卷可因多个原因筛出；没有删除任何答卷。",
    "Share left out, by reason": "各原因筛出占比",
    "Shares here count people as they came; scores further down are weighted.": "此处占比按实际人数计，后文得分经过加权。",
    "{n} answered.": "{n} 人作答。", "Several answers were possible, so shares may sum to more than 100%.": "可多选，合计可能超过 100%。",
    "Options chosen by fewer than 5 people are not shown ({n}).": "选择人数不足 5 人的选项不予显示（{n} 个）。",
    "Answer": "选项", "Mean": "均值", "Standard deviation": "标准差", "A quarter is below": "下四分位数", "Half is below": "中位数",
    "Three quarters are below": "上四分位数", "Measure": "指标", "Value": "值",
    # -- scores
    "The whole scores {mean} on the scale from {low} to {high}, which is {percent} of 100 (95% interval {ends}).":
        "总体得分 {mean}（量表 {low} 至 {high}），百分制 {percent} 分（95% 区间 {ends}）。",
    "Scores are weighted by {column}; {n} answers say as much as {kish} unweighted ones (Kish).":
        "得分按 {column} 加权；{n} 份答卷相当于 {kish} 份未加权答卷（Kish）。",
    "Fewer than 30 valid answers: read the intervals, not the means.": "有效答卷不足 30 份：请看区间，不要只看均值。",
    "Scores by stage": "各环节得分", "Scores by dimension": "各维度得分", "Score of all items": "全部题目得分", "All items": "全部题目", "What": "项目",
    "Of 100": "百分制", "The whole": "总体", "Best: {best} ({best_mean}); weakest: {worst} ({worst_mean}).":
        "最好：{best}（{best_mean}）；最弱：{worst}（{worst_mean}）。",
    "95% intervals. A respondent counts who answered at least half of the items.": "括号内为 95% 区间；至少答完一半题目者计入。",
    "95% intervals. A respondent's score is over the stages they met.": "括号内为 95% 区间；每人的得分取其经历过的环节。",
    "Scores by stage and dimension": "环节 × 维度得分", "Stage": "环节", "(reversed)": "（反向题）", "Item": "题目", "Two highest points": "前两档占比",
    "Scores by item": "各题得分", "Reversed items are turned round: higher is better throughout.": "反向题已转向：一律越高越好。",
    "How each item was answered": "各题答案分布", "Not scored, because they are on another scale or nobody answered them: {names}.":
        "以下题目量表不同或无人作答，未计分：{names}。",
    "Question": "题目", "Scale": "量表", "Promoters (9–10)": "推荐者（9–10）", "Passives (7–8)": "中立者（7–8）", "Detractors (0–6)": "贬损者（0–6）",
    "Net promoter score": "净推荐值（NPS）", "The net promoter score is {score} (95% interval {low} to {high}).": "净推荐值为 {score}（95% 区间 {low} 至 {high}）。",
    "Who would recommend us": "推荐意愿构成", "Recommendation": "推荐意愿", "Group": "组别",
    "Groups differ more than chance would have them by: {names}.": "以下分组存在显著差异：{names}。",
    "No group differs from the others more than chance would have it.": "各组之间没有超出偶然的差异。",
    "Tests between groups are of a random {n} of the answers; means are of all.": "组间检验取随机 {n} 份答卷；均值取全部答卷。",
    "Difference: p adjusted": "差异检验（校正 p）", "Scores: {what}": "得分比较：{what}", "Groups of fewer than 5 people are not shown: {n}.":
        "有 {n} 组不足 5 人，不予显示。",
    "Some groups have fewer than 30 answers: read their intervals.": "部分组不足 30 人：请看区间。",
    # -- gaps
    "Overall the service is {gap} from what was expected (95% interval {low} to {high}); the widest gap is in {worst} ({worst_gap}).":
        "总体上感知与期望相差 {gap}（95% 区间 {low} 至 {high}）；差距最大的是{worst}（{worst_gap}）。",
    "Weighted by the importance respondents gave, the gap is {gap}.": "按受访者给出的重要性加权，差距为 {gap}。",
    "Gaps are of a random {n} of the answers.": "差距取随机 {n} 份答卷。", "Expected": "期望", "Found": "感知", "Gap": "差距", "p adjusted": "校正 p",
    "Gaps by dimension": "各维度差距", "Gaps by item": "各题差距", "{what}, expected": "{what}（期望）", "{what}, found": "{what}（感知）",
    "Where what is expected was asked of a dimension as a whole, it is held against the mean of its items.":
        "期望按维度整体询问的，与该维度各题的均值比较。",
    # -- reliability and validity
    "Not reliable enough to be read one by one (alpha under 0.7): {names}.": "信度不足（α 低于 0.7），不宜单独解读：{names}。",
    "Every scale is reliable (alpha 0.7 and more).": "各维度信度均达标（α 不低于 0.7）。", "Items": "题数", "CR": "组合信度 CR", "AVE": "AVE",
    "{stage}: {dimension}": "{stage}：{dimension}", "People met different stages, so reliability is told stage by stage.": "受访者经历的环节不同，信度按环节分别报告。",
    "People met different stages; the factor model is of {stage}, which most answered in full.":
        "受访者经历的环节不同；因子模型取作答最完整的环节：{stage}。",
    "From respondents who answered every item of the scale.": "取答完该维度全部题目的答卷。", "Omega of all items": "全部题目的 ω", "Omega total": "ω（总）",
    "Omega hierarchical: what one common factor explains": "ω（层级）：单一共同因子所解释",
    "KMO is {kmo}: the items have enough in common for factors.": "KMO 为 {kmo}：题目之间有足够的共性，适合因子分析。",
    "KMO is {kmo}: the items have little in common; read the factor model with care.": "KMO 为 {kmo}：题目共性不足，因子模型请谨慎解读。",
    "Fitness for factors": "因子分析适切性", "Bartlett's χ²": "Bartlett χ²", "Degrees of freedom": "自由度",
    "Fitness for factors could not be tested: {why}": "无法检验因子分析适切性：{why}", "No factor model: {why}": "没有因子模型：{why}",
    "Factor model": "因子模型", "Estimator": "估计方法", "χ² (corrected)": "χ²（校正）", "Fit of the factor model": "因子模型拟合",
    "The factor model did not converge: do not use its numbers.": "因子模型没有收敛：其数值不可使用。",
    "The factor model fits well (CFI {cfi}, RMSEA {rmsea}, SRMR {srmr}).": "因子模型拟合良好（CFI {cfi}，RMSEA {rmsea}，SRMR {srmr}）。",
    "The factor model fits acceptably (CFI {cfi}, RMSEA {rmsea}, SRMR {srmr}).": "因子模型拟合尚可（CFI {cfi}，RMSEA {rmsea}，SRMR {srmr}）。",
    "The factor model fits poorly (CFI {cfi}, RMSEA {rmsea}, SRMR {srmr}).": "因子模型拟合不佳（CFI {cfi}，RMSEA {rmsea}，SRMR {srmr}）。",
    "Fit is poor: respondents do not see the dimensions as the questionnaire draws them. Read dimension scores as sums of items, not as "
    "measures of one thing each.": "拟合不佳：受访者心目中的维度与问卷划分不同。维度得分只宜看作题目合计，不宜看作对同一概念的测量。",
    "The model is of a random {n} of the answers.": "模型取随机 {n} 份答卷。",
    "An ordinal model (WLSMV) could not be fitted, so the model takes answers as continuous (MLR).": "有序模型（WLSMV）无法拟合，改按连续变量估计（MLR）。",
    "Standardised loadings": "标准化载荷", "Dimension": "维度", "Loading": "载荷",
    "Loadings under 0.5 say that an item measures its dimension badly.": "载荷低于 0.5 说明该题对维度的测量不佳。",
    "Below the diagonal HTMT, above it HTMT2.": "对角线下方为 HTMT，上方为 HTMT2。", "HTMT: are dimensions distinct?": "HTMT：维度是否可区分", "HTMT could not be worked out: {why}": "无法计算 HTMT：{why}",
    "Hardly told apart by respondents (HTMT 0.85 and more): {pairs}.": "受访者难以区分（HTMT 不低于 0.85）：{pairs}。",
    "All dimensions are distinct (HTMT under 0.85).": "各维度均可区分（HTMT 低于 0.85）。",
    "The closest pair: {pair} (r = {r}).": "相关最强的一对：{pair}（r = {r}）。",
    "Pearson's r with 95% intervals. A correlation does not say what causes what.": "Pearson 相关及 95% 区间；相关不代表因果。",
    # -- drivers, map, weights, fuzzy
    "{first} matters most for {outcome}: {share} of what the dimensions explain (R² = {r}).":
        "对“{outcome}”影响最大的是{first}：占各因素所解释部分的 {share}（R² = {r}）。",
    "No heavier than chance: {names}.": "影响不超过偶然：{names}。",
    "Worked out from a random {n} of the answers; more would change the third digit.": "取随机 {n} 份答卷计算；更多答卷只影响第三位小数。",
    "Share of R²": "占 R² 份额", "What drives {outcome}": "“{outcome}”的驱动因素", "Driver": "因素", "Correlation": "相关",
    "Relative weights with bootstrap intervals. Drivers are found in what goes together; whether one causes the other, the questionnaire "
    "cannot tell.": "相对权重及自助法区间。驱动因素来自共变关系；是否为因果，问卷无法判断。",
    "Important and below average: {names}.": "重要且低于平均：{names}。", "Nothing important is below average.": "重要的项目都不低于平均。",
    "Close to a line, a new sample may move them: {names}.": "靠近分界线，换一批样本可能改变位置：{names}。",
    "Importance is each item's relative weight for {outcome}.": "重要性为各项对“{outcome}”的相对权重。",
    "Importance is what respondents said it is.": "重要性由受访者评定。", "Importance": "重要性", "Performance": "表现",
    "Where (share of resamples)": "所在象限（重抽样占比）", "Potential": "改进潜力", "Parted at the means. Martilla and James (1977).":
        "以均值分界。Martilla 与 James（1977）。",
    "Importance as respondents said it": "受访者自评的重要性", "{what}: stated importance": "{what}：自评重要性", "Stated importance": "自评重要性",
    "Rank as stated": "自评排序", "Rank by weight": "按影响排序",
    "Ranks may differ: people call important what they take for granted.": "两种排序可以不同：人们常把理所当然的事说成重要。",
    "{name} moves the outcome most, though respondents do not say so.": "实际影响结果最大的是{name}，但受访者自评并不靠前。",
    "Act here": "优先改进", "Keep it up": "继续保持", "Later": "低优先", "More than needed": "供给过度",
    "By the experts, {first} weighs most ({share}).": "专家认为{first}最重要（{share}）。", "Weight": "权重",
    "These weights belong to no dimension of the answers: {names}.": "以下权重在答卷中没有对应维度：{names}。",
    "Consistency of every expert": "各专家一致性", "Expert": "专家", "CR of 0.10 and less will do.": "CR 不超过 0.10 可接受。",
    "Working: pair judgements and consistency": "计算过程：判断矩阵与一致性",
    "Very bad": "很差", "Bad": "较差", "Fair": "一般", "Good": "较好", "Very good": "很好",
    "By fuzzy evaluation the service is “{grade}”; its score is {score} of 100.": "模糊综合评价结果为“{grade}”，综合得分 {score} 分（百分制）。",
    "Weights are the experts'.": "权重为专家权重。", "Weights are the dimensions' relative weights for the outcome.": "权重为各维度对结果的相对权重。",
    "No weights are known, so every dimension weighs the same.": "没有权重，各维度等权。", "Membership of the grades": "各等级隶属度",
    "Fuzzy comprehensive evaluation": "模糊综合评价", "Score": "得分", "Operator M(·,+); grades score {points}.": "算子 M(·,+)；等级分依次为 {points}。",
    "Working: weights A, memberships R, results B": "计算过程：权重 A、隶属度矩阵 R、结果 B",
    # -- comments
    "People write most about {first}: {share} of {n} comments.": "提到最多的是{first}：占 {n} 条留言的 {share}。",
    "Topics and feelings are a trained model's judgement; single ones can be wrong. Intervals cover the sample of comments, not the model's "
    "mistakes.": "话题与情感由模型判断，个别可能有误；区间只反映抽样误差，不含模型误判。",
    "{n} comments were written; a random {read} of them were read.": "共 {n} 条留言，随机读取 {read} 条。", "Number of comments": "条数", "Topic": "话题", "Negative": "负面",
    "Typical words": "典型词", "What comments are about": "留言话题", "Topics with fewer than five comments are not shown.": "不足五条的话题不予显示。",
    "In their words": "原话摘录", "Quote": "原话", "Personal data is masked.": "个人信息已遮蔽。", "{what}: negative": "{what}：负面",
    # -- interviews
    "Interviews": "访谈", "There are no interviews to set beside the answers.": "没有可与答卷对照的访谈。",
    "Fewer than five interviews were held; they are not summed up, so that nobody can be recognised.": "访谈不足五次；为避免认出个人，不作汇总。",
    "Named most in {n} interviews: {code}, by {k} of them.": "{n} 次访谈中提到最多的是{code}：有 {k} 次提到。",
    "{n} interviews were held; no problem has been marked in them yet.": "共有 {n} 次访谈，尚未标记问题。",
    "Who is interviewed is no sample: counts say what came up, not how common it is.": "访谈对象不是抽样得来：次数只说明提到过什么，不说明有多普遍。",
    "Interviews held since {day} whose people agreed to be counted.": "取 {day} 以来、受访者同意计入的访谈。",
    "Interviews by stage": "各环节访谈数", "Stages with fewer than 5 interviews are not shown: {n}.": "有 {n} 个环节的访谈不足 5 次，不予显示。",
    "Problems named in interviews": "访谈中提到的问题", "Problem": "问题", "Quotes": "引语数",
    # -- waves
    "{what} ({change})": "{what}（{change}）",
    "Last wave": "上期", "This wave": "本期", "Really better: {names}.": "确有改善：{names}。", "Really worse: {names}.": "确有下降：{names}。",
    "Nothing changed more than chance would have it ({n} figures compared).": "没有超出偶然的变化（共比较 {n} 项）。",
    "{before}: {n_before} valid answers; {now}: {n_now}. A change is called real when its p value, adjusted for {n} comparisons, is under "
    "0.05.": "{before}：有效 {n_before} 份；{now}：{n_now} 份。经 {n} 项比较校正后 p 值小于 0.05 才称为确有变化。",
    "Whether the questions mean the same in both waves could not be tested: {why}": "无法检验两期题目含义是否相同：{why}",
    "The questions measure the same in both waves (scalar invariance holds), so means may be compared.": "两期题目测量含义一致（标量等值成立），均值可以比较。",
    "The items' levels differ between waves for other reasons than the dimensions (only metric invariance holds): take changes of dimensions "
    "with care, and look at the items.": "两期题目水平的差异不全来自维度本身（仅度量等值成立）：维度变化请谨慎解读，并查看各题。",
    "The questions do not measure the same in both waves: do not compare dimensions, only single items.": "两期题目测量含义不一致：不要比较维度，只比较单题。",
    "Changes": "变化", "Changes by item": "各题变化", "Change": "变化", "Real?": "是否确有变化", "no": "否", "yes, better": "是，改善", "yes, worse": "是，下降",
    "{what}: two highest points": "{what}：前两档占比",
    # -- what to do first
    "Begin with: {names}.": "先从这里着手：{names}。",
    "Nothing is both important and below average; most would be gained from: {names}.": "没有既重要又低于平均的项目；提升空间最大的是：{names}。",
    "Furthest from what was expected: {names}.": "离期望最远：{names}。", "Scored lowest: {names}.": "得分最低：{names}。",
    "Ranked by importance times room for improvement; what is important and below average comes first.":
        "按“重要性 × 提升空间”排序；重要且低于平均者在前。",
    "Ranked by the gap between what was expected and what was found.": "按期望与感知的差距排序。",
    "Ranked by score alone: without an outcome question nobody can tell what matters most.": "仅按得分排序：没有结果题，无法判断哪项更重要。",
    "Evidence": "依据", "scores {percent} of 100, the whole {whole}": "百分制 {percent} 分（总体 {whole} 分）", "important and below average": "重要且低于平均",
    "lowest in {stage} ({mean})": "{stage}环节最低（{mean}）",
    "lowest among {group} ({mean})": "{group}最低（{mean}）", "{change} since the last wave": "较上期 {change}",
}  # fmt: skip

# The engine's cautions, by code; "" is any other.
CAUTIONS: dict[str, str] = {
    "": "{about}：计算时有需要留意之处，请谨慎解读。",
    "few-answers": "答卷较少，估计不够稳定：请看区间。", "few-for-items": "相对题数而言答卷较少，结果不够稳定。",
    "low-response": "回收率较低：作答者与未作答者可能不同。", "many-flagged": "筛出的答卷很多：使用前请查明问卷是怎样填答的。",
    "missing-dropped": "有缺答的答卷未计入本项分析。", "dropped": "有缺答的答卷未计入本项分析。", "missing-pairwise": "存在缺答；每一对取两题都答的人。",
    "pairwise": "存在缺答；每一对取两题都答的人。", "missing": "存在缺答：各项按实际作答的人计算。", "weighted": "结果经过加权，区间按有效样本量计算，为近似值。",
    "reversed": "{about}：与同维度其他题方向相反，可能是未转向的反向题。", "negative": "{about}：与其他题负相关，请检查是否为反向题。",
    "low-ave": "{about}：AVE 低于 0.5，题目的方差多半不来自该维度。", "not-distinct": "{about}：与其他维度难以区分。",
    "heywood": "{about}：出现负的误差方差，模型可能不适合这些数据。", "loading-beyond-one": "{about}：标准化载荷大于 1，模型可能不适合。",
    "factors-not-positive-definite": "{about}：维度之间相关过高，模型可能把同一概念分成了几个。",
    "not-positive-definite": "{about}：相关矩阵不是正定的，结果请谨慎解读。", "not-converged": "模型没有收敛：不要使用其数值。",
    "thin-factor": "{about}：题目太少，维度不够稳固。", "cross-loading": "{about}：同时属于几个维度。", "near-empty-category": "{about}：个别选项几乎没有人选。",
    "categories-joined": "{about}：个别选项无人选，已合并。", "kmo-low": "题目之间共性不足，不太适合因子分析。", "item-kmo-low": "{about}：与其他题共性不足。",
    "near-duplicates": "{about}：几乎是同一道题。", "two-factors": "维度只有两个，层级系数仅供参考。",
    "collinear": "{about}：高度共线，各自的影响难以分开。", "correlated-drivers": "各因素之间高度相关，各自的份额请谨慎解读。",
    "suppression": "{about}：与结果的关系因其他因素而改变方向。", "weak-model": "这些因素只能解释结果的一小部分。",
    "few-resamples": "重抽样次数相对题数偏少，校正 p 值不够精细。", "resamples-failed": "部分重抽样无法计算，已略去。",
    "uncertain-quadrant": "{about}：位置靠近分界线。", "inconsistent": "判断矩阵一致性不足（CR 高于 0.10），请专家复核。",
    "inconsistent-judges": "{about}：判断一致性不足，请复核。", "low-consensus": "专家之间分歧较大。", "max-membership": "最大隶属度不够突出，等级结论仅供参考。",
    "row-sum": "{about}：隶属度合计不为 1。", "unused": "部分数据没有用到。", "at-the-edge": "{about}：估计值落在边界上。", "local-optima": "因子旋转有多个解，取最优者。",
    "rotation-not-converged": "因子旋转没有收敛。", "no-spread": "{about}：没有差异。", "constant": "{about}：所有人答案相同。", "rank-left-out": "部分秩检验未作。",
}  # fmt: skip

# The engine's refusals, by code; "" is any other.
REFUSALS: dict[str, str] = {
    "": "数据不足以完成此项计算（涉及：{about}）。",
    "too-few": "答卷太少，无法计算。", "few-answers": "答卷太少，无法计算。", "no-rows": "没有答卷。", "too-few-items": "题目太少，无法计算。", "few-items": "题目太少，无法计算。",
    "all-missing": "{about}：无人作答。", "constant": "{about}：所有人答案相同，无从分析。", "constant-item": "{about}：所有人答案相同，无从分析。",
    "singular": "{about}：可由其他题完全推出，无法分开分析。", "not-positive-definite": "{about}：相关矩阵不是正定的，无法计算。",
    "not-identified": "模型无法识别：题目或维度划分不足以确定各参数。", "not-converged": "模型没有收敛。", "off-scale": "{about}：答案超出量表范围。",
    "out-of-range": "{about}：答案超出量表范围。", "weights": "此项计算不能使用权重。", "weights-not-supported": "此项计算不能使用权重。",
    "one-group": "只有一组，无从比较。", "no-groups": "没有分组，无从比较。", "resamples-failed": "重抽样多数无法计算：答卷之间差异太少。",
    "leverage": "{about}：由个别答卷决定，无法稳定估计。", "too-many-drivers": "因素太多，无法计算。",
}  # fmt: skip
