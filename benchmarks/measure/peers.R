# lavaan and psych: Rscript peers.R key=value …, asked by sides.py. What is timed is the call alone, user and system time.
said <- strsplit(commandArgs(trailingOnly = TRUE), "=", fixed = TRUE)
asked <- setNames(lapply(said, `[`, 2), sapply(said, `[`, 1))
for (name in c("n", "start", "budget", "draws", "peer_draws")) asked[[name]] <- as.numeric(asked[[name]])
options(mc.cores = 1, warn = -1)
suppressMessages(library(asked$rival, character.only = TRUE))
items <- strsplit(asked$items, ",")[[1]]
model <- paste(readLines(asked$model), collapse = "\n")
file <- file(asked$data, "rb")
invisible(seek(file, asked$start * length(items)))
d <- as.data.frame(matrix(readBin(file, "integer", asked$n * length(items), size = 1), ncol = length(items), byrow = TRUE))
close(file)
names(d) <- items

timed <- function(work) {
  began <- proc.time()
  result <- work()
  spent <- proc.time() - began
  list(seconds = spent[["user.self"]] + spent[["sys.self"]] + spent[["user.child"]] + spent[["sys.child"]], result = result)
}
# As in clock.py: one round to warm up, which counts if it takes more than five seconds; then as many as the budget allows. R's
# clock ticks in milliseconds, so a round repeats short work until it has run for a tenth of a second.
rounds <- function(work) {
  first <- timed(work)
  result <- first$result
  if (first$seconds > 5) return(list(seconds = first$seconds, result = result))
  times <- max(1, ceiling(0.1 / max(first$seconds, 1e-3)))
  seconds <- c()
  while (length(seconds) < 1 || (sum(seconds) * times < asked$budget && length(seconds) < 101)) {
    one <- timed(function() for (i in seq_len(times)) result <<- work())
    seconds <- c(seconds, one$seconds / times)
  }
  list(seconds = seconds, result = result)
}
samples <- function() {
  counts <- matrix(readBin(asked$samples, "integer", 1e8, size = 1, signed = FALSE), ncol = asked$n, byrow = TRUE)
  lapply(seq_len(nrow(counts)), function(draw) d[rep(seq_len(asked$n), counts[draw, ]), ])
}
upper <- function(m) t(m)[lower.tri(m)]
keyed <- function(kind, values) setNames(as.list(values), paste0(kind, ":", names(values)))

all_of <- function(...) { # a fit with its indices and its table of estimates, which our result holds too
  fit <- cfa(model, d, ...)
  list(fit = fit, measures = fitMeasures(fit), table = parameterEstimates(fit, standardized = TRUE))
}
shown <- function(one) {
  p <- one$table
  name <- paste0(p$lhs, p$op, p$rhs)
  known <- !is.na(p$se) & p$se > 0
  measures <- one$measures[intersect(names(one$measures), c("chisq", "df", "cfi", "tli", "rmsea", "srmr", "aic", "bic", "logl",
    "rmsea.ci.lower", "rmsea.ci.upper", "chisq.scaled", "cfi.scaled", "tli.scaled", "rmsea.scaled", "rmsea.ci.lower.scaled",
    "rmsea.ci.upper.scaled"))]
  c(keyed("est", setNames(p$est, name)), keyed("se", setNames(p$se[known], name[known])), keyed("fit", measures))
}
# bootstrapLavaan with few draws scaled up, the first fit apart; then the very samples that ours drew first.
refits <- function(...) {
  fitted <- rounds(function() cfa(model, d, ...))
  drawn <- rounds(function() bootstrapLavaan(fitted$result, R = asked$peer_draws, FUN = "coef"))
  one <- function(data) { # thresholds shift their numbers where a category is not drawn
    values <- coef(cfa(model, data, se = "none", test = "none", ...))
    values[!grepl("|", names(values), fixed = TRUE)]
  }
  draws <- samples()
  found <- keyed("est", coef(fitted$result))
  for (i in seq_along(draws)) found <- c(found, keyed(paste0("draw:", i - 1), one(draws[[i]])))
  list(seconds = median(fitted$seconds) + drawn$seconds * asked$draws / asked$peer_draws, found = found)
}
factors <- function() {
  one <- rounds(function() fa(cor(d), 5, n.obs = asked$n, rotate = "oblimin", fm = "minres"))
  r <- one$result
  list(seconds = one$seconds, found = list(pattern = c(t(unclass(r$loadings))), phi = c(t(r$Phi)), h2 = unname(r$communality)))
}
levels_of_invariance <- function() {
  d$half <- rep(0:1, length.out = asked$n)
  names <- c("configural", "metric", "scalar", "strict")
  equal <- list("", "loadings", c("loadings", "thresholds"), c("loadings", "thresholds", "residuals"))
  work <- function() {
    fits <- lapply(1:4, function(i) cfa(model, d, ordered = items, group = "half", group.equal = equal[[i]],
      parameterization = if (i < 4) "delta" else "theta"))
    list(measures = lapply(fits, fitMeasures), tests = lapply(2:4, function(i) lavTestLRT(fits[[i - 1]], fits[[i]])))
  }
  one <- rounds(work)
  found <- list()
  for (i in 1:4) {
    found <- c(found, keyed(paste0("fit:", names[i]),
      one$result$measures[[i]][c("chisq", "df", "chisq.scaled", "cfi.scaled", "rmsea.scaled")]))
    if (i > 1) {
      test <- one$result$tests[[i - 1]]
      found <- c(found, keyed(paste0("fit:", names[i]),
        c(difference = test[2, "Chisq diff"], difference.df = test[2, "Df diff"])))
    }
  }
  list(seconds = one$seconds, found = found)
}
simple <- function(work, found) {
  one <- rounds(work)
  list(seconds = one$seconds, found = found(one$result))
}
sides <- list(
  "lavaan polychoric" = function() simple(function() lavCor(d, ordered = items), function(r) list(r = upper(unclass(r)))),
  "psych polychoric" = function() simple(function() polychoric(d, correct = 0), function(r) list(r = upper(r$rho))),
  "lavaan ml" = function() simple(function() all_of(), shown),
  "lavaan wlsmv" = function() simple(function() all_of(ordered = TRUE), shown),
  "psych alpha" = function() simple(function() psych::alpha(d, n.iter = asked$draws), function(r) c(
    list("est:alpha" = r$total$raw_alpha, "error:alpha" = sd(r$boot[, "raw_alpha"])),
    keyed("draw", unlist(lapply(setNames(samples(), paste0(0:2, ":alpha")), function(s) psych::alpha(s)$total$raw_alpha))))),
  "lavaan ml-bootstrap" = function() refits(),
  "lavaan wlsmv-bootstrap" = function() refits(ordered = TRUE),
  "psych efa" = factors,
  "lavaan invariance" = levels_of_invariance
)

json <- function(x) {
  if (is.list(x)) return(paste0("{", paste0("\"", names(x), "\":", sapply(x, json), collapse = ","), "}"))
  one <- if (is.character(x)) encodeString(x, quote = "\"") else ifelse(is.finite(x), sprintf("%.17g", x), "null")
  if (length(one) == 1) one else paste0("[", paste(one, collapse = ","), "]")
}
side <- sides[[paste(asked$rival, asked$work)]]
answer <- tryCatch(side(), error = function(e) list(failed = gsub("\\s+", " ", conditionMessage(e))))
writeLines(json(answer), asked$out)
