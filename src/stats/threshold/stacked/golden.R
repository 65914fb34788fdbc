# Two waves that keep their sampling units, stacked with the wave as domain, with R's survey package;
# and the same two waves with units of their own. Run: Rscript golden.R > golden.csv (R 4.2.2, survey 4.1-1)
suppressMessages(library(survey))
k <- 0:1919
wave <- k %% 2; unit <- (k %/% 2) %% 24; stratum <- unit %/% 8
d <- data.frame(wave = wave, unit = unit, stratum = stratum, w = 1 + (k * 13) %% 7,
  y = as.numeric((k * 7919 + 977 * wave) %% 101 < 55 + (unit * 5) %% 31 + 6 * wave))
out <- function(name, value) cat(name, ",", format(value, digits = 17), "\n", sep = "")
cat("name,value\n")
one <- function(tag, design) {
  by <- svyby(~y, ~wave, design, svymean, covmat = TRUE)
  change <- svycontrast(by, c(`0` = -1, `1` = 1))
  out(paste0(tag, ".base"), coef(by)[["0"]]); out(paste0(tag, ".now"), coef(by)[["1"]])
  out(paste0(tag, ".v_base"), vcov(by)[1, 1]); out(paste0(tag, ".v_now"), vcov(by)[2, 2])
  out(paste0(tag, ".cov"), vcov(by)[1, 2])
  out(paste0(tag, ".difference"), coef(change)[[1]]); out(paste0(tag, ".variance"), vcov(change)[1, 1])
  out(paste0(tag, ".df"), degf(design))
}
one("kept", svydesign(ids = ~unit, strata = ~stratum, weights = ~w, data = d, nest = TRUE))
# Separate samples: the wave is a stratum of the design, and no unit is in both.
d$apart <- d$unit + 100 * d$wave; d$both <- d$stratum + 10 * d$wave
one("fresh", svydesign(ids = ~apart, strata = ~both, weights = ~w, data = d, nest = TRUE))
