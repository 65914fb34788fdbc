# The figures of the golden test, from records.csv alone, with R's survey package.
# Run: Rscript golden.R > golden.csv   (R 4.2.2, survey 4.1-1)
suppressMessages(library(survey))
options(digits = 17, survey.lonely.psu = "fail")
raw <- read.csv("records.csv", colClasses = "character")
issued <- 100; fraction <- c(`140302-urban` = 0.02, `140302-rural` = 0.05)
population <- list(
  sexage = c(`female:18-29` = 3100, `female:30-39` = 3500, `female:40-49` = 3300, `female:50-59` = 3600,
             `female:60up` = 4100, `male:18-29` = 3200, `male:30-39` = 3600, `male:40-49` = 3400,
             `male:50-59` = 3700, `male:60up` = 3900),
  rural = 11000)
out <- function(name, value) cat(name, ",", format(value, digits = 17), "\n", sep = "")
screened <- raw[raw$s1 == "0", ]
answered <- function(x) x != "" & x != "9"
people <- raw[raw$s1 != "0" & (answered(raw$q1) | answered(raw$q2) | answered(raw$q5)), ]
cat("name,value\n")
analyze <- function(d, tag, everything) {
  n_unit <- table(d$unit)
  small <- names(n_unit)[n_unit < 20]
  pooled <- function(unit, stratum) {
    s <- small[startsWith(small, stratum)]
    whole <- length(s) > 0 && sum(n_unit[s]) < 20
    if (whole || unit %in% small) stratum else unit
  }
  d$class <- mapply(pooled, d$unit, d$stratum)
  units <- unique(raw[, c("unit", "stratum")])
  units$class <- mapply(pooled, units$unit, units$stratum)
  factor_of <- sapply(split(units$unit, units$class), function(u)
    issued * length(u) / (sum(d$unit %in% u) + sum(screened$unit %in% u)))
  d$w <- 1 / fraction[d$stratum] * factor_of[d$class]
  # the plan's order: 50-59 with 60up first; only women of 60 and over are few
  counts <- table(paste(d$d1, d$s2, sep = ":"))
  stopifnot(counts[["female:60up"]] < 20, all(counts[names(counts) != "female:60up"] >= 20))
  join <- function(x) ifelse(x %in% c("female:50-59", "female:60up"), "female:50up", x)
  d$sa <- factor(join(paste(d$d1, d$s2, sep = ":")))
  totals <- tapply(population$sexage, join(names(population$sexage)), sum)[levels(d$sa)]
  d$rural <- as.numeric(d$stratum == "140302-rural")
  to_one <- function(q, yes) ifelse(answered(q), as.numeric(q %in% yes), NA)
  d$approval <- to_one(d$q1, c("1", "2")); d$safety <- to_one(d$q2, c("1", "2"))
  d$decided <- ifelse(d$q1 == "8", NA, d$approval)
  d$very <- to_one(d$q1, "1"); d$better <- to_one(d$q5, "1")
  design <- svydesign(ids = ~unit, strata = ~stratum, weights = ~w, data = d)
  target <- c(setNames(totals, paste0("sa", levels(d$sa))), rural = population$rural)
  cal <- function(x) calibrate(x, ~0 + sa + rural, target, calfun = "raking", epsilon = 1e-12, maxit = 500)
  one <- cal(design)
  ends <- quantile(weights(one), c(0.01, 0.99), type = 7)
  final <- cal(trimWeights(one, lower = ends[[1]], upper = ends[[2]]))
  w <- weights(final)
  figure <- function(name, variable, of = final) {
    x <- subset(of, !is.na(of$variables[[variable]]))
    # rows outside the domain keep weight 0 in a calibrated design; their value must be a number
    x$variables[[variable]][is.na(x$variables[[variable]])] <- 0
    f <- as.formula(paste0("~", variable))
    m <- svymean(f, x, deff = "replace")
    out(paste0(tag, name, ".p"), coef(m)[[1]]); out(paste0(tag, name, ".variance"), vcov(m)[1, 1])
    out(paste0(tag, name, ".n"), nrow(x$variables[weights(x) != 0, ]))
    wx <- weights(x); wx <- wx[wx != 0]
    out(paste0(tag, name, ".kish_n_eff"), sum(wx)^2 / sum(wx^2))
    out(paste0(tag, name, ".df"), degf(subset(of, TRUE)))
    out(paste0(tag, name, ".deff"), deff(m)[[1]])
    for (level in c(0.90, 0.95)) {
      ci <- svyciprop(f, x, method = "xlogit", level = level, df = degf(of))
      out(paste0(tag, name, ".low", level * 100), attr(ci, "ci")[[1]])
      out(paste0(tag, name, ".high", level * 100), attr(ci, "ci")[[2]])
    }
  }
  figure("approval", "approval")
  if (!everything) return(invisible())
  figure("decided", "decided"); figure("safety", "safety"); figure("very", "very"); figure("better", "better")
  for (sex in c("male", "female")) figure(paste0("approval/", sex), "approval", subset(final, d1 == sex))
  figure("approval/urban", "approval", subset(final, rural == 0))
  out("weights.n", length(w)); out("weights.min", min(w)); out("weights.max", max(w)); out("weights.mean", mean(w))
  out("weights.kish_deff", length(w) * sum(w^2) / sum(w)^2); out("weights.n_eff", sum(w)^2 / sum(w^2))
  out("weights.cv", sqrt(length(w) * sum(w^2) / sum(w)^2 - 1)); out("weights.largest_share", max(w) / sum(w))
  out("margin.female:50up.before", sum(d$w[d$sa == "female:50up"]))
  out("margin.female:50up.after", sum(w[d$sa == "female:50up"]))
  for (c in names(factor_of)) out(paste0("class.", c), factor_of[[c]])
}
analyze(people, "", TRUE)
analyze(people[people$flagged == "0", ], "unflagged/", FALSE)
