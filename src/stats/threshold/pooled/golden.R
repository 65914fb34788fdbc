# Three waves with separate samples, stacked with the wave as part of the stratum, with R's survey package:
# the unweighted mean of the three shares. Run: Rscript golden.R > golden.csv (R 4.2.2, survey 4.1-1)
suppressMessages(library(survey))
k <- 0:2879
wave <- k %% 3; unit <- (k %/% 3) %% 24; stratum <- unit %/% 8
d <- data.frame(wave = wave, unit = unit + 100 * wave, stratum = stratum + 10 * wave, w = 1 + (k * 13) %% 7,
  y = as.numeric((k * 7919 + 977 * wave) %% 101 < 66 + (unit * 5) %% 31 + 3 * wave))
# A wave of fewer answers, so that the waves do not weigh alike by themselves.
d <- d[!(d$wave == 1 & (seq_along(k) %% 5 < 3)), ]
out <- function(name, value) cat(name, ",", format(value, digits = 17), "\n", sep = "")
cat("name,value\n")
design <- svydesign(ids = ~unit, strata = ~stratum, weights = ~w, data = d, nest = TRUE)
by <- svyby(~y, ~wave, design, svymean, covmat = TRUE)
for (one in 0:2) {
  part <- d[d$wave == one, ]
  alone <- svydesign(ids = ~unit, strata = ~stratum, weights = ~w, data = part, nest = TRUE)
  out(paste0("p", one), coef(by)[[one + 1]]); out(paste0("v", one), vcov(by)[one + 1, one + 1])
  out(paste0("n", one), nrow(part)); out(paste0("df", one), degf(alone))
  out(paste0("kish", one), sum(part$w)^2 / sum(part$w^2))
}
mean <- svycontrast(by, rep(1 / 3, 3))
p <- coef(mean)[[1]]; v <- vcov(mean)[1, 1]; df <- degf(design)
out("p", p); out("v", v); out("df", df); out("n", nrow(d))
# Weights that make each wave count alike.
w <- d$w / ave(d$w, d$wave, FUN = sum)
out("kish", sum(w)^2 / sum(w^2))
# The same figure as one mean of the stacked sample under these weights.
d$alike <- w
one <- svydesign(ids = ~unit, strata = ~stratum, weights = ~alike, data = d, nest = TRUE)
out("stacked_p", coef(svymean(~y, one))[[1]])
half <- qt(0.95, df) * sqrt(v) / (p * (1 - p))
out("low90", plogis(qlogis(p) - half)); out("high90", plogis(qlogis(p) + half))
