# lavaan's modification indices and difference tests on the simulated answers, as rows: case, what, group, value.
#   python -m anxin.engines.measure.tests.simulated /tmp/loyalty.csv
#   Rscript comparisons.R /tmp/loyalty.csv > comparisons.csv
suppressMessages(library(lavaan))
d <- read.csv(commandArgs(trailingOnly = TRUE)[1])
put <- function(case, what, group, value) cat(sprintf("%s,%s,%d,%.12g\n", case, what, as.integer(group), value))
indices <- function(case, fit) {
  m <- modindices(fit)
  if (is.null(m$group)) m$group <- 1
  m <- m[!is.na(m$mi) & m$mi > 0.01 & m$op %in% c("=~", "~~"), ]
  for (i in seq_len(nrow(m))) {
    name <- paste0(m$lhs[i], m$op[i], m$rhs[i])
    put(case, paste0("mi:", name), m$group[i], m$mi[i])
    put(case, paste0("epc:", name), m$group[i], m$epc[i])
    put(case, paste0("std:", name), m$group[i], m$sepc.all[i])
  }
}
difference <- function(case, ...) {
  t <- lavTestLRT(...)
  for (i in 2:nrow(t)) {
    put(case, paste0("chisq", i - 1), 1, t[["Chisq diff"]][i])
    put(case, paste0("df", i - 1), 1, t[["Df diff"]][i])
    put(case, paste0("p", i - 1), 1, t[["Pr(>Chisq)"]][i])
  }
}
cat("case,what,group,value\n")
one <- "f =~ q1 + q2 + q3 + q4 + q5 + q6"
two <- "tan =~ q1 + q2 + q3\ncare =~ q4 + q5 + q6\n"
held <- paste0(two, "tan ~~ 0.3*care\n")
indices("one", cfa(one, d))
indices("one-mlr", cfa(one, d, estimator = "MLR"))
indices("one-ordinal", cfa(one, d, ordered = TRUE))
indices("one-groups", cfa(one, d, group = "group"))
indices("two-metric", cfa(two, d, group = "group", group.equal = "loadings"))
for (e in c("ML", "MLR")) difference(paste0("held-", e), cfa(two, d, estimator = e), cfa(held, d, estimator = e))
difference("held-WLSMV", cfa(two, d, ordered = TRUE), cfa(held, d, ordered = TRUE))
metric <- "loadings"
scalar <- c("loadings", "intercepts")
difference("invariance-MLR", cfa(two, d, estimator = "MLR", group = "group"),
  cfa(two, d, estimator = "MLR", group = "group", group.equal = metric),
  cfa(two, d, estimator = "MLR", group = "group", group.equal = scalar))
difference("invariance-WLSMV", cfa(two, d, ordered = TRUE, group = "group"),
  cfa(two, d, ordered = TRUE, group = "group", group.equal = metric),
  cfa(two, d, ordered = TRUE, group = "group", group.equal = c("loadings", "thresholds")))
