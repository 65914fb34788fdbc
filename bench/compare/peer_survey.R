# The compared tasks in R's survey. Usage: Rscript peer_survey.R FOLDER ROWS RUNS REPLICATES
# Prints one line per task: name, fastest, median, slowest, in seconds; peak memory in MB.
suppressMessages(library(survey))
options(digits = 14)
given <- commandArgs(TRUE)
folder <- given[1]
rows <- as.integer(given[2])
runs <- as.integer(given[3])
replicates <- as.integer(given[4])

data <- read.csv(sprintf("%s/resp_%d.csv", folder, rows))
text <- paste(readLines(sprintf("%s/margins.json", folder), warn = FALSE), collapse = "")
totals <- function(name) {
  pattern <- sprintf('.*"%s":\\[([^]]*)\\].*', name)
  as.numeric(strsplit(sub(pattern, "\\1", text), ",")[[1]])
}
columns <- c("age", "sex", "residence", "cs")
for (name in c(columns, "county")) data[[name]] <- factor(data[[name]])
population <- lapply(columns, function(name) {
  margin <- data.frame(code = factor(seq_along(totals(name))), Freq = totals(name))
  names(margin)[1] <- name
  margin
})

timed <- function(name, work, times = runs) {
  took <- numeric(times)
  for (i in seq_len(times)) {
    gc(FALSE)
    took[i] <- system.time(value <- work())[3]
  }
  cat(sprintf("%s\t%.4f\t%.4f\t%.4f\n", name, min(took), median(took), max(took)))
  invisible(value)
}
by_rake <- function(design) {
  rake(design, list(~age, ~sex, ~residence, ~cs), population,
       control = list(maxit = 100, epsilon = 1e-6, verbose = FALSE))
}

design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w0, data = data, nest = TRUE)
raked <- timed("rake", function() by_rake(design))
found <- timed("rates", function() svyby(~approve, ~county, raked, svymean))
cat(sprintf("# %.12f %.12f\n", found$approve, found$se), sep = "")

# Age, residence and county × sex span the same margins; sex is implied.
margins <- c(sum(totals("age")), totals("age")[-1], totals("residence")[-1], totals("cs")[-1])
names(margins) <- colnames(model.matrix(~ age + residence + cs, data[seq_len(2000), ]))
calibrated <- timed("calibrate", function() {
  calibrate(design, ~ age + residence + cs, margins, calfun = "raking", epsilon = 1e-6)
}, 1)
timed("rates_calibrated", function() svyby(~approve, ~county, calibrated, svymean), 1)
if (rows <= 1e6) timed("logit", function() {
  svyby(~approve, ~county, raked, svyciprop, method = "logit", vartype = "ci")
}, 1)
cat(sprintf("peak\t%.0f MB\n", sum(gc()[, 6])))
if (replicates > 0) {
  set.seed(1)
  drawn <- timed("bootstrap_make", function() {
    as.svrepdesign(design, type = "subbootstrap", replicates = replicates)
  }, 1)
  again <- timed("bootstrap_rake", function() by_rake(drawn), 1)
  timed("bootstrap_rates", function() svyby(~approve, ~county, again, svymean), 1)
}
cat(sprintf("# R %s, survey %s\n", getRversion(), packageVersion("survey")))
