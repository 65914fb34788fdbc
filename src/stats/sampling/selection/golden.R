# Reference values of src/stats/sampling/{sampford,brewer,pps}.rs and src/stats/variance/joint.rs, by the
# R package sampling. Run: Rscript golden.R > golden.csv (made with R 4.2.2, sampling 2.9).
# joint: method, case, i, j, probability. brewer_draw: the uniform numbers that UPbrewer used, then the
# positions it took. variance: Horvitz-Thompson (ht) and Sen-Yates-Grundy (syg) from a sample and its joint matrix.
suppressMessages(library(sampling))
sizes <- list(
  ten = c(12, 7, 30, 18, 5, 41, 22, 9, 16, 27),
  thirty = c(610, 234, 781, 284, 83, 708, 639, 564, 903, 260, 716, 391, 627, 288, 649, 153, 809, 282, 929, 157,
             407, 514, 431, 359, 212, 368, 153, 312, 288, 863))
cat("what,method,case,n,i,j,value\n")
row <- function(what, method, case, n, i, j, value)
  cat(sprintf("%s,%s,%s,%d,%d,%d,%.17g\n", what, method, case, n, i, j, value))
matrix_rows <- function(method, case, n, m)
  for (i in seq_len(nrow(m))) for (j in seq_len(i - 1)) row("joint", method, case, n, j, i, m[j, i])
for (one in list(list("ten", 2), list("ten", 3), list("ten", 4), list("thirty", 4), list("thirty", 9))) {
  case <- one[[1]]; n <- one[[2]]; x <- sizes[[case]]
  pik <- inclusionprobabilities(x, n)
  stopifnot(max(pik) < 1)
  sampford <- UPsampfordpi2(pik)
  matrix_rows("sampford", case, n, sampford)
  matrix_rows("systematic", case, n, UPsystematicpi2(pik))
  set.seed(100 + n, kind = "Mersenne-Twister")
  u <- runif(n); set.seed(100 + n, kind = "Mersenne-Twister")
  s <- which(UPbrewer(pik) == 1)
  for (k in seq_len(n)) row("brewer_draw", "uniform", case, n, k, 0, u[k])
  for (k in seq_len(n)) row("brewer_draw", "taken", case, n, k, 0, s[k])
  y <- sqrt(x[s]) + seq_along(s)
  p2 <- sampford[s, s]
  for (k in seq_len(n)) row("variance", "y", case, n, s[k], 0, y[k])
  row("variance", "ht", case, n, 0, 0, varHT(y, p2, 1))
  row("variance", "syg", case, n, 0, 0, varHT(y, p2, 2))
}
