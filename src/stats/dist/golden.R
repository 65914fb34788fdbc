# Reference values of src/stats/dist.rs. Run: Rscript golden.R > golden.csv (made with R 4.2.2).
# Columns: function, argument, first parameter, second parameter, value.
out <- function(f, x, a, b, v) cat(sprintf("%s,%.17g,%.17g,%.17g,%.17g\n", f, x, a, b, v))
cat("function,x,a,b,value\n")
ps <- c(1e-10, 1e-6, 0.001, 0.005, 0.025, 0.05, 0.1, 0.3, 0.499, 0.5, 0.6, 0.8, 0.9, 0.95, 0.975, 0.995, 0.9999)
for (p in ps) out("normal_quantile", p, 0, 0, qnorm(p))
for (x in c(-12, -8, -5, -3, -1.5, -0.1, 0, 0.3, 1.2, 2.4, 4)) out("normal_cdf", x, 0, 0, pnorm(x))
for (df in c(1, 1.5, 2, 3, 7, 8, 18, 19.5, 40, 155, 999, 9999, 12345.6, 1e5, 1e7, 3e8)) {
  for (p in ps) out("t_quantile", p, df, 0, qt(p, df))
  for (x in c(-30, -4, -2.1, -0.4, 0, 1e-3, 0.9, 1.96, 6)) out("t_cdf", x, df, 0, pt(x, df))
}
for (k in c(1, 2, 3, 5, 12, 60, 400, 3000, 1e5)) {
  for (p in ps) out("chi_square_quantile", p, k, 0, qchisq(p, k))
  for (x in c(0.01, 0.5, 1, 1.2, 2)) out("chi_square_sf", k * x, k, 0, pchisq(k * x, k, lower.tail = FALSE))
}
# R's qf is (1/qbeta(1-p, d2/2, d1/2) - 1) d2/d1, which cancels for large d2 (1e-8 off at d2 = 1e5): go through the smaller of x and 1 - x.
qf_precise <- function(p, d1, d2) {
  x <- qbeta(p, d1 / 2, d2 / 2); y <- qbeta(p, d2 / 2, d1 / 2, lower.tail = FALSE)
  d2 / d1 * (if (x < 0.5) x / (1 - x) else (1 - y) / y)
}
for (d1 in c(1, 2, 4.7, 12)) for (d2 in c(1, 6, 20, 152.3, 4000, 1e5)) {
  for (x in c(0.01, 0.6, 1, 2.2, 8)) out("f_sf", x, d1, d2, pf(x, d1, d2, lower.tail = FALSE))
  for (p in c(0.025, 0.5, 0.95, 0.99)) out("f_quantile", p, d1, d2, qf_precise(p, d1, d2))
}
ab <- list(c(0.3, 0.7), c(1, 1), c(1, 37.4), c(2.9, 556.8), c(88.4, 12.1), c(475.2, 55.7), c(476.2, 54.7), c(720, 81),
           c(0.5, 9e3), c(9000, 1000), c(450000, 50001), c(3e6, 4e6), c(12, 0.2))
for (s in ab) {
  for (p in ps) out("beta_quantile", p, s[1], s[2], qbeta(p, s[1], s[2]))
  m <- s[1] / sum(s)
  for (x in c(0.2 * m, 0.9 * m, m, m + 0.01 * (1 - m), m + 0.4 * (1 - m))) out("beta_cdf", x, s[1], s[2], pbeta(x, s[1], s[2]))
}
for (n in c(1, 10, 267, 533, 1000, 20000)) for (p in c(0.004, 0.31, 0.5, 0.9, 0.985)) {
  for (k in unique(pmin(n, pmax(0, floor(n * p + c(-4, -1, 0, 2) * sqrt(n * p * (1 - p))))))) {
    out("binomial_cdf", k, n, p, pbinom(k, n, p)); out("binomial_pmf", k, n, p, dbinom(k, n, p))
  }
  for (q in c(0.01, 0.05, 0.5, 0.95, 0.999)) out("binomial_quantile", q, n, p, qbinom(q, n, p))
}
