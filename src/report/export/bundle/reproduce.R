# Computes the published intervals and verdicts of this folder again and compares.
#
#     Rscript reproduce.R [FOLDER]
#
# Needs R 4.0 and no package. Ends with 0 if everything agrees; otherwise names the first difference
# and ends with 1. The formulas are those of docs/methodology.md: "Intervals for proportions" and
# "Verdicts".

tolerance <- 1e-9 # of recomputed numbers
tie <- 1e-12 # a figure this close to the threshold has reached it

differs <- function(where, published, computed) {
  say <- function(x) paste(format(unlist(x), digits = 15), collapse = ", ")
  stop(sprintf("%s: published %s, computed %s", where, say(published), say(computed)), call. = FALSE)
}

# Numbers to the tolerance, everything else exactly.
same <- function(where, published, computed) {
  good <- if (is.numeric(published) && is.numeric(computed)) {
    length(published) == length(computed) &&
      all(abs(published - computed) <= tolerance * pmax(1, abs(computed)))
  } else {
    identical(unlist(published), unlist(computed))
  }
  if (!isTRUE(good)) differs(where, published, computed)
}

# -- JSON: objects are lists with names, arrays are lists without, null is NULL ---------------------

json <- function(path) {
  text <- readLines(path, encoding = "UTF-8", warn = FALSE)
  parsed(paste(text, collapse = "\n"))
}

parsed <- function(text) {
  Encoding(text) <- "UTF-8"
  pattern <- "\"(?:[^\"\\\\]|\\\\.)*\"|-?[0-9][-+.eE0-9]*|true|false|null|[][{}:,]"
  tokens <- regmatches(text, gregexpr(pattern, text, perl = TRUE))[[1]]
  at <- 0
  take <- function() {
    at <<- at + 1
    tokens[[at]]
  }
  string <- function(token) {
    inner <- substr(token, 2, nchar(token) - 1)
    gsub("\\\\(.)", "\\1", inner)
  }
  value <- function(token = take()) {
    first <- substr(token, 1, 1)
    if (first == "{") {
      object <- list()
      repeat {
        key <- take()
        if (key == "}") break
        if (key == ",") key <- take()
        take() # the colon
        object[string(key)] <- list(value())
      }
      return(object)
    }
    if (first == "[") {
      array <- list()
      repeat {
        token <- take()
        if (token == "]") break
        if (token == ",") token <- take()
        array[length(array) + 1] <- list(value(token))
      }
      return(array)
    }
    if (first == "\"") return(string(token))
    switch(token, true = TRUE, false = FALSE, null = NULL, as.numeric(token))
  }
  value()
}

# -- intervals --------------------------------------------------------------------------------------

is_degenerate <- function(e) e$variance <= 1e-20 || e$p < 1e-12 || e$p > 1 - 1e-12

fallback_n <- function(e) {
  min(e$kish_n_eff, if (e$planned_deff > 0) e$n / e$planned_deff else e$n, e$n)
}

n_eff <- function(e) if (is_degenerate(e)) fallback_n(e) else e$p * (1 - e$p) / e$variance

clopper_pearson <- function(p, n, level) {
  if (n <= 0) return(NULL)
  tail <- (1 - level) / 2
  c(
    if (p < 1e-12) 0 else qbeta(tail, n * p, n * (1 - p) + 1),
    if (p > 1 - 1e-12) 1 else qbeta(1 - tail, n * p + 1, n * (1 - p))
  )
}

xlogit <- function(e, level) {
  if (e$df <= 0) return(NULL)
  half <- qt(1 - (1 - level) / 2, e$df) * sqrt(e$variance) / (e$p * (1 - e$p))
  plogis(qlogis(e$p) + c(-half, half))
}

korn_graubard <- function(e, level) {
  if (e$df <= 0 || e$n <= 1) return(NULL)
  tail <- (1 - level) / 2
  n <- n_eff(e) * (qt(tail, e$n - 1) / qt(tail, e$df))^2
  clopper_pearson(e$p, min(n, e$n), level)
}

interval <- function(e, level) {
  if (is_degenerate(e)) {
    method <- "clopper_pearson"
    ends <- clopper_pearson(e$p, fallback_n(e), level)
  } else if (n_eff(e) * min(e$p, 1 - e$p) < 10) {
    method <- "beta"
    ends <- korn_graubard(e, level)
  } else {
    method <- "xlogit"
    ends <- xlogit(e, level)
  }
  if (is.null(ends)) list(ends = c(0, 1), method = "vacuous") else list(ends = ends, method = method)
}

change_interval <- function(change, level) {
  half <- qt(1 - (1 - level) / 2, change$df) * sqrt(change$variance)
  change$difference + c(-half, half)
}

# -- verdicts ---------------------------------------------------------------------------------------

obstacles <- function(e) {
  c(
    if (e$n < 100) "too_few_answers",
    if (n_eff(e) < 30) "too_small_effective",
    if (e$df < 8) "too_few_degrees_of_freedom"
  )
}

by_bool <- function(holds) if (isTRUE(holds)) "met" else "not_met"

# By the bounds and by the point, before anything that stands in the way.
judge <- function(e, threshold) {
  ends <- interval(e, 0.90)$ends
  by_bounds <- if (ends[1] >= threshold - tie) {
    "met"
  } else if (ends[2] < threshold - tie) {
    "not_met"
  } else {
    "not_decidable"
  }
  list(by_bounds, by_bool(e$p >= threshold - tie))
}

judge_change <- function(change, delta) {
  ends <- change_interval(change, 0.90)
  by_bounds <- if (ends[1] > delta + tie) {
    "met"
  } else if (ends[2] <= delta + tie) {
    "not_met"
  } else {
    "not_decidable"
  }
  list(by_bounds, by_bool(change$difference > delta + tie))
}

check_estimate <- function(where, e) {
  same(paste(where, "n_eff"), e$n_eff, n_eff(e))
  same(paste(where, "standard_error"), e$standard_error, sqrt(max(e$variance, 0)))
  for (name in c("interval", "bounds")) {
    found <- interval(e, c(interval = 0.95, bounds = 0.90)[[name]])
    same(paste(where, name, "method"), e[[name]]$method, found$method)
    same(paste(where, name, "low"), e[[name]]$low, found$ends[1])
    same(paste(where, name, "high"), e[[name]]$high, found$ends[2])
  }
}

check_judgement <- function(where, judgement, values) {
  for (name in names(values)) same(paste(where, name), judgement[[name]], values[[name]])
}

check_judged <- function(where, figure, plan) {
  e <- figure$estimate
  rule <- plan$verdict
  if (isTRUE(figure$withheld)) {
    same(paste(where, "estimate of a figure that is withheld"), e, NULL)
    return(invisible())
  }
  if (is.null(e)) {
    # Nothing was measured: what stands in the way is named, and nothing is judged.
    if (length(figure$obstacles) == 0) differs(where, "no estimate", "a reason why there is none")
    same(paste(where, "finding"), figure$finding, list(not_assessable = figure$obstacles[[1]]))
    same(paste(where, "judgement"), figure$judgement, NULL)
    return(invisible())
  }
  why <- obstacles(e)
  same(paste(where, "obstacles"), figure$obstacles, why)
  found <- judge(e, rule$threshold)
  if (length(why) > 0) found <- rep(list(list(not_assessable = why[1])), 2)
  governing <- found[[if (rule$rule == "point") 2 else 1]]
  ends <- interval(e, 0.90)$ends
  check_judgement(where, figure$judgement, list(
    rule = rule$rule, threshold = rule$threshold, estimate = e$p, lower = ends[1], upper = ends[2],
    bound_finding = found[[1]], point_finding = found[[2]], finding = governing
  ))
  same(paste(where, "finding"), figure$finding, governing)
}

check_change <- function(where, found, safety, plan) {
  change <- found$change
  rule <- plan$change
  if (is.null(change)) {
    if (!is.list(found$finding)) differs(where, found$finding, "no finding without a change")
    return(invisible())
  }
  same(paste(where, "interval"), as.numeric(unlist(found$interval)), change_interval(change, 0.95))
  findings <- judge_change(change, rule$delta)
  at_ceiling <- !is.null(rule$ceiling) && interval(safety, 0.90)$ends[1] >= rule$ceiling - tie
  if (at_ceiling) findings <- list("met", "met")
  ends <- change_interval(change, 0.90)
  check_judgement(where, found$judgement, list(
    threshold = rule$delta, estimate = change$difference, lower = ends[1], upper = ends[2],
    bound_finding = findings[[1]], point_finding = findings[[2]], finding = findings[[1]]
  ))
  same(paste(where, "finding"), found$finding, findings[[1]])
}

# -- criteria ---------------------------------------------------------------------------------------

unknown <- c(
  "missing_year", "zero_base", "wrong_kind", "too_large", "undefined", "event_incomplete",
  "not_judged", "judgement_incomplete", "survey_unfit", "no_survey"
)
reasons <- list(
  at_least = "rate", at_most = "rate", below_own_average_growth = "growth",
  above_own_average = "own_average", share_at_least = "share", no_event = c("no_event", "event"),
  none = "counted", judged = c("judged", "growth_over_limit"), survey_at_least = "survey",
  survey_improved = c("survey_change", "survey_ceiling")
)

# A limit has four decimals at most: in ten-thousandths it is a whole number, and nothing is rounded.
whole <- function(amount) round(as.numeric(amount) * 10000)

# The finding from what the counties reported, as the reason names it.
reported <- function(where, rule, r) {
  about <- function(what) paste(where, what)
  switch(r$code,
    rate = {
      same(about("limit"), r$percent, rule$percent)
      same(about("side"), r$side, rule$kind)
      beyond <- 1e6 * r$k - whole(r$percent) * r$m
      by_bool(if (rule$kind == "at_least") beyond >= 0 else beyond <= 0)
    },
    share = {
      same(about("limit"), r$percent, rule$percent)
      same(about("units needed"), r$needed, -((-whole(r$percent) * r$m) %/% 1e6))
      by_bool(r$k >= r$needed)
    },
    growth = {
      same(about("growth"), r$growth, r$now / r$before - 1)
      same(about("years"), r$years, rule$years)
      by_bool(r$growth < r$mean - tie)
    },
    own_average = {
      same(about("years"), r$years, rule$years)
      by_bool(r$k / r$m > r$mean + tie)
    },
    no_event = "met",
    event = {
      limits <- Filter(function(limit) limit$measure == r$measure, rule$limits)
      same(about("limit"), r$limit, limits[[1]]$at_least)
      by_bool(whole(r$value) < whole(r$limit))
    },
    counted = by_bool(r$count == 0),
    judged = by_bool(r$met),
    growth_over_limit = "not_met"
  )
}

of_county <- function(county, name) {
  is_it <- function(f) f$figure == name && f$by == "county"
  Filter(is_it, county$figures)[[1]]
}

# The finding from the survey's figures.
survey <- function(where, rule, result, county, plan) {
  r <- result$reason
  about <- function(what) paste(where, what)
  approval <- of_county(county, "approval")
  e <- if (rule$item == plan$approval$item) approval$estimate else of_county(county, "safety")$estimate
  why <- if (!is.null(e)) obstacles(e) else c(unlist(approval$obstacles), "too_few_answers")[1]
  change <- county$change
  is_improved <- rule$kind == "survey_improved"
  if (is_improved && length(why) == 0 && r$code != "survey_ceiling" && is.null(change$change)) {
    why <- change$finding$not_assessable
  }
  if (length(why) > 0) {
    same(about("reason"), r$code, "survey_unfit")
    same(about("reason"), r$why, why[1])
    return("not_assessable")
  }
  ends <- interval(e, 0.90)$ends
  if (!is_improved) {
    found <- judge(e, whole(rule$percent) / 1e6)
    governing <- if (rule$rule == "point") 2 else 1
    check_judgement(where, r, list(
      estimate = e$p, lower = ends[1], upper = ends[2], n = e$n, percent = rule$percent,
      outcome = found[[governing]]
    ))
    for (note in result$notes) {
      if (note$code == "other_rule") same(about("other rule"), note$finding, found[[3 - governing]])
    }
    return(found[[governing]])
  }
  ceiling <- rule$ceiling_percent
  if (!is.null(ceiling) && ends[1] >= whole(ceiling) / 1e6 - tie) {
    same(about("reason"), r$code, "survey_ceiling")
    same(about("lower"), r$lower, ends[1])
    return("met")
  }
  same(about("reason"), r$code, "survey_change")
  ends <- change_interval(change$change, 0.90)
  delta <- whole(rule$delta_points) / 1e6
  found <- judge_change(change$change, delta)[[1]]
  check_judgement(where, r, list(
    difference = change$change$difference, lower = ends[1], upper = ends[2], delta = delta,
    outcome = found
  ))
  found
}

criterion <- function(where, rule, result, county, plan) {
  code <- result$reason$code
  for (note in result$notes) {
    if (note$code == "exact_interval") {
      ends <- clopper_pearson(note$k / note$m, note$m, 0.95)
      same(paste(where, "exact interval"), c(note$lower, note$upper), ends)
    }
  }
  if (code == "nothing_to_judge") return("not_applicable")
  if (startsWith(rule$kind, "survey_") && !is.null(county) && code != "no_survey") {
    return(survey(where, rule, result, county, plan))
  }
  if (code %in% unknown) return("not_assessable")
  if (!code %in% reasons[[rule$kind]]) differs(paste(where, "reason"), code, reasons[[rule$kind]])
  reported(where, rule, result$reason)
}

check_evaluation <- function(evaluation, figures, plan) {
  ids <- vapply(evaluation$criteria, function(c) c$id, "")
  rules <- setNames(lapply(evaluation$criteria, function(c) c$rule), ids)
  counties <- setNames(figures$counties, vapply(figures$counties, function(c) c$county, ""))
  for (dossier in evaluation$counties) {
    name <- dossier$county
    same(paste(name, "criteria"), vapply(dossier$criteria, function(c) c$id, ""), ids)
    found <- character()
    for (result in dossier$criteria) {
      where <- paste(name, result$id)
      own <- criterion(where, rules[[result$id]], result, counties[[name]], plan)
      same(paste(where, "finding"), result$finding, own)
      found[result$id] <- own
    }
    # Kleene: one that fails decides; else one that is unknown leaves it open; else met.
    found[found %in% c("not_decidable", "not_assessable")] <- "open"
    outcome <- if (any(found == "not_met")) {
      "not_met"
    } else if (any(found == "open") || !any(found == "met")) {
      "open"
    } else {
      "met"
    }
    same(paste(name, "verdict"), dossier$verdict$outcome, outcome)
    for (word in c("met", "not_met", "open", "not_applicable")) {
      own <- names(found)[found == word]
      same(paste(name, "verdict,", word), as.character(unlist(dossier$verdict[[word]])), own)
    }
  }
  length(ids) * length(evaluation$counties)
}

# -- files ------------------------------------------------------------------------------------------

digests <- function(paths) {
  own <- get0("sha256sum", asNamespace("tools"), inherits = FALSE) # from R 4.5
  if (!is.null(own)) return(unname(own(paths)))
  vapply(paths, USE.NAMES = FALSE, FUN.VALUE = "", FUN = function(path) {
    for (command in c("sha256sum", "shasum -a 256")) {
      line <- suppressWarnings(try(
        system(paste(command, shQuote(path)), intern = TRUE, ignore.stderr = TRUE), silent = TRUE
      ))
      if (is.character(line) && length(line) == 1 && nchar(line) > 64) {
        return(sub("^\\\\?([0-9a-f]{64}).*", "\\1", line))
      }
    }
    stop("no SHA-256: R 4.5 or later, sha256sum or shasum is needed", call. = FALSE)
  })
}

check_sums <- function(folder) {
  lines <- strsplit(readLines(file.path(folder, "SHA256SUMS")), "  ", fixed = TRUE)
  names <- vapply(lines, function(line) line[2], "")
  found <- digests(file.path(folder, names))
  for (i in seq_along(names)) same(paste(names[i], "SHA-256"), lines[[i]][1], found[i])
  length(names)
}

check_table <- function(folder, figures) {
  table <- read.csv(file.path(folder, "estimates.csv"),
    fileEncoding = "UTF-8-BOM", colClasses = c(county = "character", group = "character"), na.strings = ""
  )
  key <- function(...) {
    parts <- c(...)
    paste(ifelse(is.na(parts), "", parts), collapse = "/")
  }
  keys <- mapply(key, table$county, table$figure, table$by, table$group)
  columns <- c(
    n = "n", estimate = "p", standard_error = "standard_error", design_effect = "design_effect",
    n_eff = "n_eff", kish_n_eff = "kish_n_eff", df = "df", no_answer = "no_answer"
  )
  seen <- character()
  for (county in figures$counties) {
    for (figure in county$figures) {
      own <- key(county$county, figure$figure, figure$by, figure$group)
      where <- paste(own, "in estimates.csv")
      row <- table[keys == own, ]
      if (nrow(row) != 1) differs(where, nrow(row), 1)
      e <- figure$estimate
      cells <- lapply(columns, function(name) e[[name]])
      cells[c("low_95", "high_95")] <- list(e$interval$low, e$interval$high)
      cells[c("low_90", "high_90")] <- list(e$bounds$low, e$bounds$high)
      for (column in c(names(columns), "low_95", "high_95", "low_90", "high_90")) {
        published <- row[[column]]
        same(paste(where, column), if (is.na(published)) NULL else published, cells[[column]])
      }
      seen <- c(seen, own)
    }
    own <- key(county$county, "change", "county", "")
    published <- table$estimate[keys == own]
    same(paste(own, "in estimates.csv"), published[!is.na(published)], as.numeric(county$change$change$difference))
    seen <- c(seen, own)
  }
  if (!setequal(keys, seen)) differs("rows of estimates.csv", setdiff(keys, seen), "none")
}

# The log names this plan and this input.
check_log <- function(folder, figures) {
  told <- character()
  for (line in readLines(file.path(folder, "process.jsonl"), encoding = "UTF-8")) {
    entry <- parsed(line)
    told <- c(told, entry$event)
    for (field in switch(entry$event, sealed = "plan", result = c("plan", "input"))) {
      where <- paste("process log,", entry$event, field)
      same(where, entry[[field]], figures[[paste0(field, "_digest")]])
    }
  }
  for (event in c("sealed", "result")) same(paste("process log,", event), event %in% told, TRUE)
}

# What was sealed and what was published are, byte for byte, the documents whose digests the log has.
check_documents <- function(folder) {
  named <- list()
  version <- file.path(folder, "version.json")
  # A version that a correction replaced says which one it is; else it is the last.
  wanted <- if (file.exists(version)) json(version)$version else Inf
  for (line in readLines(file.path(folder, "process.jsonl"), encoding = "UTF-8")) {
    entry <- parsed(line)
    if (entry$event == "sealed") {
      files <- c(plan = "plan.json", questionnaire = "questionnaire.json", margins = "margins.csv")
      for (field in intersect(names(files), names(entry))) named[[files[[field]]]] <- entry[[field]]
    }
    if (entry$event %in% c("published", "corrected") && wanted > 0) {
      wanted <- wanted - 1
      for (name in names(entry$documents)) named[[name]] <- entry$documents[[name]]
    }
  }
  for (name in names(named)) {
    path <- file.path(folder, name)
    if (!file.exists(path) && name == "margins.csv") next
    same(paste0(name, ", as the process log has it"), named[[name]], if (file.exists(path)) digests(path))
  }
}

# The reported values are those on which the evaluation rests.
check_reported <- function(folder, evaluation, figures) {
  path <- file.path(folder, "indicators.jsonl")
  if (!file.exists(path)) return(FALSE)
  bytes <- function(hex) as.raw(strtoi(substring(hex, seq(1, 63, 2), seq(2, 64, 2)), 16L))
  rests <- tempfile()
  on.exit(unlink(rests))
  lines <- readBin(path, "raw", file.size(path))
  writeBin(c(bytes(evaluation$standard_digest), lines, bytes(figures$input_digest)), rests)
  same("indicators.jsonl digest", evaluation$input_digest, digests(rests))
  TRUE
}

check_figures <- function(figures, plan) {
  count <- 0
  for (county in figures$counties) {
    for (figure in county$figures) {
      where <- trimws(paste(county$county, figure$figure, figure$group))
      if (!is.null(figure$estimate)) {
        same(paste(where, "planned_deff"), figure$estimate$planned_deff, plan$verdict$planned_deff)
        check_estimate(where, figure$estimate)
        count <- count + 1
      }
      if (!is.null(figure$finding)) check_judged(where, figure, plan)
    }
    safety <- of_county(county, "safety")$estimate
    check_change(paste(county$county, "change"), county$change, safety, plan)
  }
  count
}

# -- ranks -------------------------------------------------------------------------------------------

# Of a share without variation: that of two approvals and two refusals more.
difference_variance <- function(e) {
  if (!is_degenerate(e)) return(e$variance)
  n <- fallback_n(e)
  p <- (e$p * n + 2) / (n + 4)
  p * (1 - p) / (n + 4)
}

# Every ordered pair of counties by a one-sided t test, Holm's adjustment over all, and the ranks that are left.
check_ranks <- function(folder, figures) {
  path <- file.path(folder, "ranks.json")
  if (!file.exists(path)) return(invisible())
  published <- json(path)
  counties <- figures$counties
  k <- length(counties)
  compared <- lapply(counties, function(county) {
    approval <- of_county(county, "approval")
    if (!is.null(approval$estimate) && length(approval$obstacles) == 0) approval$estimate
  })
  fit <- vapply(compared, function(e) !is.null(e) && length(obstacles(e)) == 0, TRUE)
  pairs <- if (k > 1) utils::combn(k, 2) else matrix(0, 2, 0)
  pairs <- pairs[, fit[pairs[1, ]] & fit[pairs[2, ]], drop = FALSE]
  t <- df <- numeric(ncol(pairs))
  for (at in seq_len(ncol(pairs))) {
    one <- compared[[pairs[1, at]]]
    other <- compared[[pairs[2, at]]]
    t[at] <- (one$p - other$p) / sqrt(difference_variance(one) + difference_variance(other))
    df[at] <- one$df + other$df
  }
  adjusted <- p.adjust(c(pt(-t, df), pt(t, df)), "holm")
  shown <- matrix(adjusted <= 1 - published$level, ncol = 2)
  best <- rep(1, k)
  worst <- rep(k, k)
  for (at in seq_len(ncol(pairs))) {
    if (!any(shown[at, ])) next
    larger <- if (shown[at, 1]) pairs[1, at] else pairs[2, at]
    smaller <- if (shown[at, 1]) pairs[2, at] else pairs[1, at]
    worst[larger] <- worst[larger] - 1
    best[smaller] <- best[smaller] + 1
  }
  same("number of ranks", length(published$counties), k)
  for (at in seq_len(k)) {
    told <- published$counties[[at]]
    where <- paste(counties[[at]]$county, "rank")
    same(where, told$county, counties[[at]]$county)
    same(where, told$compared, !is.null(compared[[at]]))
    same(paste0(where, ", best"), told$best, best[at])
    same(paste0(where, ", worst"), told$worst, worst[at])
  }
}

check <- function(folder) {
  path <- function(name) file.path(folder, name)
  files <- check_sums(folder)
  plan <- json(path("plan.json"))
  figures <- json(path("figures.json"))
  same("plan.json digest", figures$plan_digest, digests(path("plan.json")))
  count <- check_figures(figures, plan)
  check_ranks(folder, figures)
  check_table(folder, figures)
  check_log(folder, figures)
  check_documents(folder)
  criteria <- 0
  if (file.exists(path("evaluation.json"))) {
    evaluation <- json(path("evaluation.json"))
    same("standard.toml digest", evaluation$standard_digest, digests(path("standard.toml")))
    is_compared <- check_reported(folder, evaluation, figures)
    criteria <- check_evaluation(evaluation, figures, plan)
    if (!is_compared) {
      return(sprintf("%d checksums, %d estimates, %d criteria agree, but indicators.jsonl is not here: no criterion was compared with what was reported.", files, count, criteria))
    }
  }
  sprintf("%d checksums, %d estimates, %d criteria: everything agrees.", files, count, criteria)
}

own_folder <- function() {
  file <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
  if (length(file) == 1) dirname(file) else "."
}

arguments <- commandArgs(trailingOnly = TRUE)
folder <- if (length(arguments) > 0) arguments[1] else own_folder()
said <- tryCatch(check(folder), error = function(e) {
  message("DIFFERENCE ", conditionMessage(e))
  quit(status = 1)
})
cat(said, "\n", sep = "")
