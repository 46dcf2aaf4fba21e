# What lavaan says of the simulated answers (tests/simulated.py) and of bfi.csv, as rows: case, what, group, value.
#   python -m anxin.engines.measure.tests.simulated /tmp/loyalty.csv
#   Rscript answers.R /tmp/loyalty.csv SHARED/data/reference_psychometrics/bfi.csv > answers.csv
suppressMessages(library(lavaan))
paths <- commandArgs(trailingOnly = TRUE)
d <- read.csv(paths[1]); bfi <- read.csv(paths[2])
put <- function(case, what, group, value) cat(sprintf("%s,%s,%d,%.12g\n", case, what, as.integer(group), value))
report <- function(case, fit, std = TRUE) {
  p <- parameterEstimates(fit, remove.nonfree = FALSE)
  if (is.null(p$group)) p$group <- 1
  name <- ifelse(p$op == "~1", paste0(p$lhs, "~1"), ifelse(p$op == ":=", p$lhs, paste0(p$lhs, p$op, p$rhs)))
  for (i in seq_len(nrow(p))) {
    put(case, paste0("est:", name[i]), max(p$group[i], 1), p$est[i])
    if (!is.na(p$se[i]) && p$se[i] > 0) put(case, paste0("se:", name[i]), max(p$group[i], 1), p$se[i])
  }
  if (std) {
    s <- standardizedSolution(fit, se = FALSE)
    if (is.null(s$group)) s$group <- 1
    name <- ifelse(s$op == "~1", paste0(s$lhs, "~1"), ifelse(s$op == ":=", s$lhs, paste0(s$lhs, s$op, s$rhs)))
    for (i in seq_len(nrow(s))) put(case, paste0("std:", name[i]), max(s$group[i], 1), s$est.std[i])
  }
  f <- fitMeasures(fit)
  for (n in intersect(names(f), c("npar", "chisq", "df", "baseline.chisq", "cfi", "tli", "rmsea", "srmr", "logl", "aic", "bic",
      "chisq.scaled", "chisq.scaling.factor", "baseline.chisq.scaled", "cfi.scaled", "tli.scaled", "rmsea.scaled")))
    put(case, paste0("fit:", n), 1, f[[n]])
}
cat("case,what,group,value\n")
quality <- "tan =~ q1 + q2 + q3
care =~ q4 + q5 + q6
"
outcome <- "sat =~ s1 + s2 + s3
loy =~ l1 + l2 + l3
"
paths <- "sat ~ a*tan + b*care
loy ~ c*sat
indirect := b*c
total := a*c + b*c
"
report("structural", sem(paste0(quality, outcome, paths), d))
report("structural-mlr", sem(paste0(quality, outcome, paths), d, estimator = "MLR"))
report("second-order", cfa(paste0(quality, outcome, "service =~ tan + care + sat\n"), d))
report("bifactor", cfa("g =~ q1+q2+q3+q4+q5+q6
tan =~ q1+q2+q3
s =~ s1+s2+s3", d, orthogonal = TRUE, std.lv = TRUE))
report("covariates", sem(paste0(quality, outcome, "sat ~ tan + care + age\nloy ~ sat + new + age\n"), d))
report("covariates-mlr", sem(paste0(quality, outcome, "sat ~ tan + care + age\nloy ~ sat + new + age\n"), d, estimator = "MLR"))
report("covariates-means", sem(paste0(quality, outcome, "sat ~ tan + care + age\nloy ~ sat + new + age\n"), d, meanstructure = TRUE))
report("random-x", sem(paste0(quality, outcome, "sat ~ tan + care + age\nloy ~ sat + new + age\n"), d, fixed.x = FALSE))
report("observed-path", sem("s1 ~ q1 + q2\nl1 ~ s1 + age\nl2 ~ s1 + q2", d))
report("residual-covariance", cfa(paste0(quality, "q1 ~~ q4\nq2 ~~ q5\n"), d))
report("constraints", cfa("tan =~ NA*q1 + x*q2 + x*q3
care =~ NA*q4 + y*q5 + z*q6
tan ~~ 1*tan
care ~~ 1*care
z == 2*y - 0.5
q1 ~~ v*q1
q4 ~~ v*q4", d))
report("fixed", cfa("tan =~ q1 + 0.9*q2 + start(0.7)*q3
care =~ q4 + q5 + q6
tan ~~ 0.3*care", d))
report("means", cfa(paste0(quality, "q1 ~ 1\nq2 ~ m*1\nq3 ~ m*1\n"), d, meanstructure = TRUE))
g <- d[, grep("^g_", names(d))]; names(g) <- sub("^g_", "", names(g)); g$group <- d$group
report("fiml", sem(paste0(quality, outcome, paths), g, missing = "ml"))
report("fiml-mlr", sem(paste0(quality, outcome, paths), g, missing = "ml", estimator = "MLR"))
report("bfi-fiml-mlr", cfa("A =~ A1+A2+A3+A4+A5\nC =~ C1+C2+C3+C4+C5\nE =~ E1+E2+E3+E4+E5", bfi, missing = "ml", estimator = "MLR"))
report("listwise", cfa(quality, g))
report("groups-configural", cfa(paste0(quality, outcome), d, group = "group"))
report("groups-scalar", cfa(paste0(quality, outcome), d, group = "group", group.equal = c("loadings", "intercepts"), group.partial = c("q2~1", "care=~q5")))
report("groups-means", cfa(quality, d, group = "group", group.equal = c("loadings", "intercepts", "residuals", "means", "lv.variances", "lv.covariances")))
report("groups-paths-mlr", sem(paste0(quality, outcome, "sat ~ c(a1,a2)*tan + care\nloy ~ sat\nd := a1 - a2\n"), d, group = "group", estimator = "MLR"))
report("groups-std-metric", cfa(quality, d, group = "group", group.equal = "loadings", std.lv = TRUE))
report("groups-fiml", cfa(quality, g, group = "group", missing = "ml", group.equal = c("loadings", "intercepts")))
report("ordinal-structural", sem(paste0(quality, outcome, paths), d, ordered = TRUE))
report("ordinal-second-order", cfa(paste0(quality, outcome, "service =~ tan + care + sat\n"), d, ordered = TRUE))
report("ordinal-binary", cfa("buy =~ b1 + b2 + b3\ntan =~ q1+q2+q3", d, ordered = TRUE))
report("ordinal-theta", cfa(paste0(quality, outcome), d, ordered = TRUE, parameterization = "theta"))
report("ordinal-stdlv", cfa(paste0(quality, "q1 ~~ q4\n"), d, ordered = TRUE, std.lv = TRUE))
report("ordinal-outcome", sem("tan =~ q1+q2+q3\nb1 ~ tan\nb2 ~ b1 + tan\n", d, ordered = TRUE))
report("ordinal-groups", cfa(quality, d, ordered = TRUE, group = "group", group.equal = c("loadings", "thresholds")))
report("ordinal-groups-theta", cfa(quality, d, ordered = TRUE, group = "group", parameterization = "theta", group.equal = c("loadings", "thresholds", "residuals")))
report("dwls", cfa(quality, d, ordered = TRUE, estimator = "DWLS"))
report("ulsmv", cfa(quality, d, ordered = TRUE, estimator = "ULSMV"))
report("wls", cfa(quality, d, ordered = TRUE, estimator = "WLS"))
