# Reference values of src/stats/interval.rs, by survey::svyciprop. Run: Rscript golden.R > golden.csv
# (made with R 4.2.2, survey 4.1-1). One line per design, variable, level, df and method.
suppressMessages(library(survey)); options(survey.lonely.psu = "fail")
set.seed(7, kind = "Mersenne-Twister")
cat("method,p,variance,df,level,n_rows,degf,kish_n_eff,low,high\n")
one <- function(n_psu, size, truth, rho) {
  psu <- rep(seq_len(n_psu), each = size); st <- (psu - 1) %/% max(2, n_psu %/% 4)
  shift <- rnorm(n_psu, 0, rho)[psu]; w <- runif(n_psu * size, 1, 5)
  y <- as.numeric(runif(n_psu * size) < plogis(qlogis(truth) + shift))
  if (mean(y) %in% c(0, 1)) return(invisible())
  d <- svydesign(ids = ~psu, strata = ~st, weights = ~w, data = data.frame(psu, st, w, y))
  m <- svymean(~y, d); p <- coef(m); v <- vcov(m); k <- sum(w)^2 / sum(w^2); dg <- degf(d)
  for (level in c(.9, .95, .99)) for (df in c(dg, Inf)) {
    for (method in c("xlogit", "asin", "beta", "mean", "wilson", "wilson_kish", "beta_kish")) {
      q <- qt(1 - (1 - level) / 2, df); a <- 1 - level
      wil <- function(ne) (p + q^2 / (2 * ne) + c(-1, 1) * q * sqrt(p * (1 - p) / ne + q^2 / (4 * ne^2))) / (1 + q^2 / ne)
      ci <- switch(method, wilson = wil(p * (1 - p) / v), wilson_kish = wil(k),
                   beta_kish = c(qbeta(a / 2, k * p, k * (1 - p) + 1), qbeta(1 - a / 2, k * p + 1, k * (1 - p))),
                   as.numeric(attr(svyciprop(~y, d, method = method, level = level, df = df), "ci")))
      cat(sprintf("%s,%.17g,%.17g,%s,%.17g,%d,%d,%.17g,%.17g,%.17g\n", method, p, v, if (is.finite(df)) sprintf("%.17g", df) else "inf", level, nrow(d), dg, k, ci[1], ci[2]))
    }
  }
}
for (truth in c(.02, .3, .5, .88, .9, .97)) { one(8, 25, truth, .3); one(24, 33, truth, .2); one(60, 12, truth, 0) }
