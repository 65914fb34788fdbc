# Computes weights, variances and every figure of this folder again from its records, and compares.
#
#     Rscript audit.R [FOLDER]
#
# Needs R 4.0 and its package survey (Lumley; Debian: r-cran-survey r-cran-mass), nothing else. Ends with 0 if everything
# agrees; otherwise names the first difference and ends with 1. What is computed follows docs/methodology.md:
# "Weighting of a wave", "Variance", "Intervals for proportions", "Verdicts". Nothing here is taken from the
# program that computed the result but the values that it filled in, which are checked for their marks and
# whose draw `minyi verify` repeats.

suppressMessages(library(survey))
options(survey.lonely.psu = "fail", digits = 15)

arguments <- commandArgs(trailingOnly = TRUE)
own_file <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
folder <- if (length(arguments) > 0) arguments[1] else if (length(own_file) == 1) dirname(own_file) else "."
path <- function(name) file.path(folder, name)

# JSON, intervals and verdicts are those of reproduce.R: its functions are taken, its run is not.
for (line in parse(path("reproduce.R"), encoding = "UTF-8")) {
  is_definition <- is.call(line) && identical(line[[1]], as.name("<-")) &&
    (is.numeric(line[[3]]) || is.call(line[[3]]) && identical(line[[3]][[1]], as.name("function")))
  if (is_definition && !as.character(line[[2]]) %in% c("path", "check")) eval(line)
}

relative <- 1e-8 # of everything that is computed again
edge <- 1e-10 # a weight this close to a bound is not outside

# Numbers to the relative tolerance, whatever their size; two that are absent agree.
near <- function(where, published, computed) {
  published <- if (is.null(published)) NA_real_ else as.numeric(published)
  computed <- if (is.null(computed)) NA_real_ else as.numeric(computed)
  good <- length(published) == length(computed) && all(
    is.na(published) & is.na(computed) |
      !is.na(published) & !is.na(computed) & abs(published - computed) <= relative * abs(computed) + 1e-13
  )
  if (!isTRUE(good)) differs(where, published, computed)
}

table_of <- function(name, header = TRUE) {
  read.csv(path(name), header = header, colClasses = "character", na.strings = character(), check.names = FALSE,
    encoding = "UTF-8")
}

plan <- json(path("plan.json"))
asked <- json(path("questionnaire.json"))
figures <- json(path("figures.json"))
result <- json(path("result.json"))
sample <- json(path("sample.json"))
records <- table_of("records.csv")
# Records of auditors, by their leaves, which stand in the order of the table: they leave with their invitations.
records$seeded <- rep(FALSE, nrow(records))
if (file.exists(path("seeded.txt"))) records$seeded <- readLines(path("leaves.txt")) %in% readLines(path("seeded.txt"))
records <- records[order(records$id, method = "radix"), ]
told <- table_of("weights.csv")
for (column in c("adults", "base_weight", "nonresponse_weight", "weight")) told[[column]] <- as.numeric(told[[column]])
margins <- table_of("margins.csv", header = FALSE)
names(margins) <- c("county", "variable", "cell", "population")
margins$population <- as.numeric(margins$population)

# -- answers ----------------------------------------------------------------------------------------

items <- setNames(asked$items, vapply(asked$items, function(item) item$id, ""))
codes_where <- function(item, flag) {
  marked <- Filter(function(option) isTRUE(option[[flag]]), item$options)
  vapply(marked, function(option) option$code, "")
}
chosen <- function(rows, item) strsplit(rows[[item]], "+", fixed = TRUE)
holds <- function(rows, item, codes) vapply(chosen(rows, item), function(own) any(own %in% codes), NA)
is_asked <- function(rows, item) rows[[item]] != "-"
is_answered <- function(rows, item) {
  refused <- codes_where(items[[item]], "refusal")
  is_asked(rows, item) & vapply(chosen(rows, item), function(own) any(!own %in% refused), NA)
}

# As AAPOR has it, as far as the answers alone can tell.
disposition <- function(rows) {
  asked_of <- answered <- numeric(nrow(rows))
  out <- substance <- logical(nrow(rows))
  for (id in names(items)) {
    out <- out | holds(rows, id, codes_where(items[[id]], "ends"))
    own <- is_answered(rows, id)
    asked_of <- asked_of + is_asked(rows, id)
    answered <- answered + own
    if (items[[id]]$role == "substantive") substance <- substance | own
  }
  headline <- is_answered(rows, plan$approval$item)
  complete <- headline & 5 * answered >= 4 * asked_of
  ifelse(out, "screened_out", ifelse(complete, "complete", ifelse(substance, "partial", "nothing_answered")))
}

# 1 if the answer counts, 0 if not, NA if it is not in the denominator.
counts_as <- function(rows, rule, undecided_counts = isTRUE(rule$undecided_in_denominator)) {
  item <- items[[rule$item]]
  own <- rows[[rule$item]]
  value <- as.numeric(own %in% unlist(rule$approves))
  value[own %in% c("", "-", codes_where(item, "refusal"))] <- NA
  if (!undecided_counts) value[own %in% codes_where(item, "undecided")] <- NA
  value
}

# -- one county -------------------------------------------------------------------------------------

strata <- do.call(rbind, lapply(sample$strata, function(one) {
  data.frame(stratum = one$stratum, county = one$county,
    residence = if (is.null(one$residence)) NA_character_ else one$residence, base = 1 / one$fraction)
}))
psus <- do.call(rbind, lapply(sample$psus, function(one) {
  data.frame(stratum = one$stratum, unit = one$variance_unit, issued = one$invitations)
}))
units <- aggregate(issued ~ stratum + unit, psus, sum)
units <- merge(units, strata, by = "stratum")
units <- units[order(units$unit, method = "radix"), ]

changes <- Filter(function(note) isTRUE(note$in_effect) && note$rule$kind == "exclusion", result$wave$changes)
left_out <- vapply(changes, function(note) note$rule$unit, "")

# Respondents of a county with what was filled in, and its units with the counts that weighting needs.
people_of <- function(county) {
  every <- records[records$county == county, ]
  rows <- every[!every$seeded, ]
  excluded <- rows$variance_unit %in% left_out
  state <- disposition(rows)
  own <- units[units$county == county, ]
  own$issued <- own$issued - vapply(own$unit, function(unit) sum(every$seeded & every$variance_unit == unit), 0L)
  own$screened <- vapply(own$unit, function(unit) sum(rows$variance_unit == unit & state == "screened_out" & !excluded), 0L)
  who <- rows[!excluded & state %in% c("complete", "partial"), ]
  flagged <- who$fast == "1" | who$burst == "1"
  filled <- told[match(who$id, told$id), ]
  if (anyNA(filled$id)) differs(paste(county, "weights.csv"), "a respondent is missing", "all are there")
  for (name in c("sex", "age")) {
    item <- plan$weighting[[paste0(name, "_item")]]
    usable <- setdiff(
      vapply(items[[item]]$options, function(option) option$code, ""),
      c(codes_where(items[[item]], "ends"), codes_where(items[[item]], "refusal"), codes_where(items[[item]], "undecided"))
    )
    known <- who[[item]] %in% usable
    same(paste(county, name, "marked as filled"), filled[[paste0(name, "_filled")]], as.character(as.integer(!known)))
    same(paste(county, name), filled[[name]][known], who[[item]][known])
  }
  who$sex <- filled$sex
  who$age <- filled$age
  who$adults <- filled$adults
  item <- plan$weighting$adults_item
  if (is.null(item)) {
    near(paste(county, "adults"), filled$adults, rep(1, nrow(who)))
  } else {
    known <- filled$adults_filled == "0"
    capped <- pmin(suppressWarnings(as.numeric(who[[item]][known])), plan$weighting$adults_cap)
    near(paste(county, "adults"), filled$adults[known], capped)
  }
  who$flagged <- flagged
  place <- match(who$variance_unit, own$unit)
  if (anyNA(place)) differs(paste(county, "variance units"), who$variance_unit[is.na(place)][1], "a unit of the sample")
  who$residence <- own$residence[place]
  who$base <- own$base[place]
  count <- function(word) sum(state == word & !excluded)
  counts <- list(cast = nrow(every), screened_out = count("screened_out"), complete = count("complete"),
    partial = count("partial"), nothing_answered = count("nothing_answered"),
    flagged = sum((rows$fast == "1" | rows$burst == "1") & !excluded & state != "screened_out"))
  if (any(every$seeded)) counts$seeded <- sum(every$seeded)
  list(who = who, units = own, counts = counts)
}

# A unit with enough respondents is a class; the others of a stratum share one; if even that is too small, all do.
classes_of <- function(units, who) {
  minimum <- plan$weighting$class_minimum
  n <- vapply(units$unit, function(unit) sum(who$variance_unit == unit), 0L)
  small <- n < minimum
  whole <- vapply(units$stratum, function(stratum) {
    of <- units$stratum == stratum
    any(small[of]) && sum(n[of][small[of]]) < minimum
  }, NA)
  unname(ifelse(small | whole, units$stratum, units$unit))
}

# Cells of sex and age under the minimum are joined in the order that the plan declares.
cells_of <- function(county, who) {
  own <- margins[margins$county == county & margins$variable == "sex_age", ]
  label <- strsplit(own$cell, ":", fixed = TRUE)
  cell <- data.frame(sex = vapply(label, `[`, "", 1), age = vapply(label, `[`, "", 2), population = own$population)
  cell <- cell[order(cell$sex, cell$age, method = "radix"), ]
  cells <- as.list(seq_len(nrow(cell)))
  count <- function(of) sum(paste(who$sex, who$age) %in% paste(cell$sex, cell$age)[of])
  while (length(cells) > 1) {
    small <- which(vapply(cells, count, 0L) < plan$weighting$cell_minimum)
    if (length(small) == 0) break
    at <- small[1]
    sex <- cell$sex[cells[[at]][1]]
    with_age <- function(age) {
      found <- which(vapply(cells, function(of) all(cell$sex[of] == sex) && age %in% cell$age[of], NA))
      if (length(found) > 0) found[1] else NA
    }
    joined <- NULL
    for (pair in plan$weighting$collapse_ages) {
      two <- c(with_age(pair[[1]]), with_age(pair[[2]]))
      if (!anyNA(two) && two[1] != two[2] && at %in% two) {
        joined <- two
        break
      }
    }
    if (is.null(joined)) {
      cells <- list(seq_len(nrow(cell)))
    } else {
      cells[[min(joined)]] <- sort(unlist(cells[joined]))
      cells[[max(joined)]] <- NULL
    }
  }
  list(
    of = lapply(cells, function(of) paste(cell$sex, cell$age)[of]),
    population = vapply(cells, function(of) sum(cell$population[of]), 0)
  )
}

residences_of <- function(county, who, units) {
  own <- margins[margins$county == county & margins$variable == "residence" & margins$population > 0, ]
  own <- own[match(c("urban", "rural"), own$cell, nomatch = 0), ]
  if (nrow(own) < 2 || anyNA(units$residence) || !all(own$cell %in% units$residence)) return(NULL)
  n <- vapply(own$cell, function(cell) sum(who$residence == cell), 0L)
  if (min(n) < plan$weighting$cell_minimum) NULL else setNames(own$population, own$cell)
}

# Base weight, non-response by class, calibration, trimming, calibration: the design with final weights.
weighed <- function(county, who, units) {
  class <- classes_of(units, who)
  n <- vapply(units$unit, function(unit) sum(who$variance_unit == unit), 0L)
  silent <- pmax(units$issued - n - units$screened, 0)
  known <- tapply(n + units$screened, class, sum)
  who$class <- class[match(who$variance_unit, units$unit)]
  who$w <- who$base * who$adults
  sums <- tapply(who$w, who$class, sum)
  # Those whose eligibility is unknown count at the share of eligible people among the answers of their class.
  unknown <- ifelse(class %in% names(sums), sums[class] * silent / known[class], 0)
  factor <- (sums + tapply(unknown, class, sum)[names(sums)]) / sums
  who$before <- as.numeric(who$w * factor[who$class])
  cells <- cells_of(county, who)
  columns <- paste0("cell", seq_along(cells$of))
  for (at in seq_along(columns)) who[[columns[at]]] <- as.numeric(paste(who$sex, who$age) %in% cells$of[[at]])
  totals <- setNames(cells$population, columns)
  residence <- residences_of(county, who, units)
  if (!is.null(residence)) {
    who$second <- as.numeric(who$residence == names(residence)[2])
    totals <- c(totals, second = residence[[2]])
  }
  # Units without a respondent stay in the design: a row for each unit's non-respondents, dropped as R drops rows.
  rows <- who
  is_silent <- unknown > 0
  if (any(is_silent)) {
    rest <- who[rep(1, sum(is_silent)), ]
    rest$id <- ""
    rest$stratum <- units$stratum[is_silent]
    rest$variance_unit <- units$unit[is_silent]
    rest$before <- 1
    rows <- rbind(who, rest)
  }
  design <- svydesign(ids = ~variance_unit, strata = ~stratum, weights = ~before, data = rows)
  design <- design[rows$id != "", ]
  model <- as.formula(paste("~ 0 +", paste(names(totals), collapse = " + ")))
  step <- plan$weighting$calibration
  if (!is.null(step$rake)) {
    variables <- list(sex_age = max.col(as.matrix(who[columns])))
    design <- update(design, sex_age = factor(variables$sex_age))
    asks <- list(~sex_age)
    wants <- list(data.frame(sex_age = factor(seq_along(columns)), Freq = cells$population))
    if (!is.null(residence)) {
      asks <- c(asks, ~residence)
      wants <- c(wants, list(data.frame(residence = names(residence), Freq = as.numeric(residence))))
    }
    design <- rake(design, asks, wants, control = list(maxit = step$rake$cycles, epsilon = step$rake$epsilon))
  } else {
    step <- step$calibrate_trim_calibrate
    calibrated <- function(d) {
      calibrate(d, model, totals, calfun = "raking", maxit = 500, epsilon = min(step$epsilon, 1e-10))
    }
    design <- calibrated(design)
    ends <- quantile(weights(design), c(step$lower_percentile, step$upper_percentile) / 100, type = 7, names = FALSE)
    design <- trimWeights(design, lower = ends[1] * (1 - edge), upper = ends[2] * (1 + edge), strict = FALSE)
    design <- calibrated(design)
  }
  list(design = design, who = who)
}

# -- figures ----------------------------------------------------------------------------------------

# Share, variance and sizes of a 0/1 variable among those who answered, within a group if one is named.
estimate <- function(found, value, group = rep(TRUE, length(value))) {
  inside <- group & !is.na(value)
  if (!any(inside)) return(NULL)
  design <- update(found$design, y = ifelse(is.na(value), 0, value))
  mean <- svymean(~y, design[inside, ])
  w <- weights(found$design)[inside]
  p <- as.numeric(coef(mean))
  # Rounding takes the weighted mean of ones a little from one.
  p <- if (all(value[inside] == 1)) 1 else if (all(value[inside] == 0)) 0 else p
  n <- sum(inside)
  variance <- as.numeric(vcov(mean))
  spread <- n / (n - 1) * sum(w * (value[inside] - p)^2) / sum(w)
  # Degrees of freedom of the group: who gave no answer to this counts, too.
  at <- found$who[group, ]
  list(
    p = p, variance = variance, n = n, kish_n_eff = sum(w)^2 / sum(w^2),
    df = length(unique(at$variance_unit)) - length(unique(at$stratum)),
    planned_deff = plan$verdict$planned_deff,
    design_effect = if (n > 1 && spread > 0) variance / (spread / n) else NULL
  )
}

compare <- function(where, published, e) {
  if (is.null(published)) return(0)
  if (is.null(e)) differs(where, "an estimate", "nothing")
  for (name in c("p", "n", "kish_n_eff", "df", "design_effect")) near(paste(where, name), published[[name]], e[[name]])
  if (published$variance > 1e-20 || e$variance > 1e-20) near(paste(where, "variance"), published$variance, e$variance)
  near(paste(where, "n_eff"), published$n_eff, n_eff(e))
  near(paste(where, "standard_error"), published$standard_error, sqrt(e$variance))
  for (name in c("interval", "bounds")) {
    own <- interval(e, c(interval = 0.95, bounds = 0.90)[[name]])
    same(paste(where, name, "method"), published[[name]]$method, own$method)
    near(paste(where, name), c(published[[name]]$low, published[[name]]$high), own$ends)
  }
  1
}

# The verdict by R's own figure.
compare_verdict <- function(where, figure, e) {
  rule <- plan$verdict
  why <- obstacles(e)
  same(paste(where, "obstacles"), figure$obstacles, why)
  two <- judge(e, rule$threshold)
  if (length(why) > 0) two <- rep(list(list(not_assessable = why[1])), 2)
  same(paste(where, "finding"), figure$finding, two[[if (rule$rule == "point") 2 else 1]])
}

without_undecided <- function(rows) counts_as(rows, plan$approval, FALSE)

county_figures <- function(published, people, found) {
  county <- published$county
  who <- found$who
  approval <- counts_as(who, plan$approval)
  count <- 0
  for (figure in published$figures) {
    where <- trimws(paste(county, figure$figure, figure$group))
    e <- switch(figure$figure,
      approval = switch(figure$by,
        county = estimate(found, approval),
        estimate(found, approval, !is.na(who[[figure$by]]) & who[[figure$by]] == figure$group)
      ),
      safety = estimate(found, counts_as(who, plan$safety)),
      approval_without_undecided = estimate(found, without_undecided(who)),
      approval_without_flagged = {
        rest <- people$who[!people$who$flagged, ]
        again <- weighed(county, rest, people$units)
        estimate(again, counts_as(again$who, plan$approval))
      },
      NULL # with what two people left out: its hot-deck is another one, which only `minyi verify` draws
    )
    count <- count + compare(where, figure$estimate, e)
    if (!is.null(figure$judgement) && !is.null(figure$estimate)) compare_verdict(where, figure, e)
  }
  count
}

compare_change <- function(published, stored, e, where) {
  change <- published$change$change
  base <- stored$change$base
  if (is.null(change) || is.null(base) || is_degenerate(e) || is_degenerate(base)) return(invisible())
  near(paste(where, "difference"), change$difference, e$p - base$p)
  near(paste(where, "variance"), change$variance, e$variance + base$variance)
  near(paste(where, "df"), change$df, e$df + base$df)
}

# Shares of the answers to every item, in the cells that are published.
county_answers <- function(stored, found) {
  count <- 0
  for (published in stored$items) {
    item <- items[[published$item]]
    rows <- found$who
    valid <- is_answered(rows, item$id)
    rule <- Filter(function(rule) rule$item == item$id && !isTRUE(rule$undecided_in_denominator), plan[c("approval", "safety")])
    if (length(rule) > 0) {
      undecided <- valid & holds(rows, item$id, codes_where(item, "undecided"))
      if (sum(undecided) > 0 && sum(undecided) < plan$disclosure$cell) valid <- valid & !undecided
    }
    where <- paste(stored$code, item$id)
    same(paste(where, "answers"), published$answered, sum(valid))
    for (cell in published$cells) {
      value <- as.numeric(holds(rows, item$id, unlist(cell$codes)))
      value[!valid] <- NA
      e <- estimate(found, value)
      about <- paste(where, paste(unlist(cell$codes), collapse = "+"))
      if (item$kind == "multiple") {
        same(paste(about, "share"), abs(cell$share - e$p) <= 0.005 + 1e-9, TRUE)
      } else {
        near(paste(about, "share"), cell$share, e$p)
        near(paste(about, "n"), cell$n, sum(value == 1, na.rm = TRUE))
        near(paste(about, "interval"), c(cell$interval$low, cell$interval$high), interval(e, 0.95)$ends)
      }
      count <- count + 1
    }
  }
  count
}

county_weights <- function(county, found) {
  own <- told[match(found$who$id, told$id), ]
  if (sum(told$county == county) != nrow(own)) {
    differs(paste(county, "weights.csv"), sum(told$county == county), nrow(own))
  }
  same(paste(county, "class"), own$class, found$who$class)
  near(paste(county, "base_weight"), own$base_weight, found$who$base)
  near(paste(county, "nonresponse_weight"), own$nonresponse_weight, found$who$before)
  near(paste(county, "weight"), own$weight, weights(found$design))
  nrow(own)
}

# -- signs ------------------------------------------------------------------------------------------

# Everybody who was weighed in a county, with what its signs read; nothing changes a figure.
material <- function(county, found) {
  rows <- found$who
  rows$final <- weights(found$design)
  item <- plan$approval$item
  approval <- counts_as(rows, plan$approval)
  rows$approves <- as.numeric(approval %in% 1)
  rows$first <- as.numeric(rows[[item]] %in% items[[item]]$options[[1]]$code)
  arm <- function(a, b) ifelse(is.na(approval), NA, ifelse(a, "A", ifelse(b, "B", NA)))
  rows$arm <- arm(rows$direction == "forward", rows$direction == "reverse")
  rows$way <- arm(rows$mode %in% c("web", "plain", "blind"), rows$mode %in% c("assisted", "paper"))
  rows$at <- county
  rows[c("stratum", "variance_unit", "final", "approves", "first", "arm", "way", "at")]
}

# Share of A minus share of B under the design, the weights taken as given; a word where it is not computed.
contrast <- function(rows, hit, arm) {
  if (sum(rows[[arm]] %in% "A") < 30 || sum(rows[[arm]] %in% "B") < 30) return("too_few")
  units <- tapply(rows$variance_unit, rows$stratum, function(of) length(unique(of)))
  if (any(units < 2)) return("one_unit")
  rows$hit <- rows[[hit]]
  rows$group <- rows[[arm]]
  design <- svydesign(ids = ~variance_unit, strata = ~stratum, weights = ~final, data = rows)
  shares <- svyby(~hit, ~group, design[!is.na(rows$group), ], svymean, covmat = TRUE)
  found <- svycontrast(shares, c(A = 1, B = -1))
  error <- sqrt(as.numeric(vcov(found)))
  if (error <= 0) return("nothing_varies")
  list(difference = as.numeric(coef(found)), standard_error = error, df = sum(units - 1))
}

compare_sign <- function(where, published, computed, values) {
  if (is.character(computed)) {
    same(where, published$not_computed, computed)
    return(0)
  }
  for (name in names(values)) near(paste(where, name), published$found[[name]], values[[name]])
  1
}

# Direction beside that of all other counties; mode with Holm's adjustment. Identical forms are counted by draws,
# which `minyi verify` repeats.
check_signs <- function(by_code, rows) {
  own <- lapply(rows, contrast, "first", "arm")
  ways <- lapply(rows, contrast, "approves", "way")
  two_sided <- vapply(ways, function(one) {
    if (is.character(one)) NA_real_ else 2 * pt(-abs(one$difference / one$standard_error), one$df)
  }, 0)
  adjusted <- p.adjust(two_sided, "holm")
  count <- 0
  for (county in names(rows)) {
    signs <- by_code[[county]]$signs
    one <- own[[county]]
    values <- list()
    if (!is.character(one)) {
      others <- do.call(rbind, rows[names(rows) != county])
      others <- if (is.null(others)) "too_few" else contrast(others, "first", "arm")
      values <- list(difference = one$difference, standard_error = one$standard_error,
        p = pt(-one$difference / one$standard_error, one$df))
      values["p_excess"] <- list(if (is.character(others)) NULL else {
        pt(-(one$difference - others$difference) / sqrt(one$standard_error^2 + others$standard_error^2), one$df + others$df)
      })
    }
    count <- count + compare_sign(paste(county, "direction"), signs$direction, one, values)
    way <- ways[[county]]
    values <- if (is.character(way)) list() else {
      list(difference = way$difference, standard_error = way$standard_error, p = two_sided[[county]],
        p_adjusted = adjusted[[county]])
    }
    count <- count + compare_sign(paste(county, "mode"), signs$mode, way, values)
  }
  count
}

check_audit <- function() {
  by_code <- setNames(result$counties, vapply(result$counties, function(one) one$code, ""))
  done <- c(weights = 0, figures = 0, shares = 0)
  rows <- list()
  for (published in figures$counties) {
    county <- published$county
    stored <- by_code[[county]]
    people <- people_of(county)
    for (name in names(people$counts)) near(paste(county, name), stored$counts[[name]], people$counts[[name]])
    if (is.null(stored$weighting)) next
    found <- weighed(county, people$who, people$units)
    rows[[county]] <- material(county, found)
    done <- done + c(
      county_weights(county, found), county_figures(published, people, found), county_answers(stored, found)
    )
    safety <- estimate(found, counts_as(found$who, plan$safety))
    if (!is.null(safety)) compare_change(published, stored, safety, paste(county, "change"))
  }
  signs <- check_signs(by_code, rows)
  sprintf("%d weights, %d estimates, %d shares, %d signs: everything agrees.", done[[1]], done[[2]], done[[3]], signs)
}

said <- tryCatch(check_audit(), error = function(e) {
  message("DIFFERENCE ", conditionMessage(e))
  quit(status = 1)
})
cat(said, "\n", sep = "")
