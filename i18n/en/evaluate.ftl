# Findings and verdicts
evaluate-finding-met = met
evaluate-finding-not_met = not met
evaluate-finding-not_decidable = not decidable
evaluate-finding-not_assessable = not assessable
evaluate-finding-not_applicable = not applicable
evaluate-outcome-met = met
evaluate-outcome-not_met = not met
evaluate-outcome-open = open

# Why a criterion came out as it did
evaluate-reason-rate = { $k } of { $m } is { $share }; { $side ->
    [at_least] at least
   *[at_most] at most
  } { $limit } is required, and it is { $holds ->
    [yes] kept
   *[no] not kept
  }.
evaluate-reason-share = { $k } of { $m } units meet it; { $limit } of { $m }, rounded up, is { $needed }, and that is { $holds ->
    [yes] reached
   *[no] not reached
  }.
evaluate-reason-growth = { $before } → { $now } cases, a change of { $growth }; the own mean yearly change of the { $years } years before is { $mean }, and this year's is { $holds ->
    [yes] below it
   *[no] not below it
  }.
evaluate-reason-own-average = { $k } of { $m } is { $share }; the own mean of the { $years } years before is { $mean }, and this year is { $holds ->
    [yes] above it
   *[no] not above it
  }.
evaluate-reason-no-event = { $events ->
    [0] No such event was reported.
    [1] One event was reported; it reaches no limit.
   *[other] { $events } events were reported; none reaches a limit.
  }
evaluate-reason-event = { $label }: { $measure } { $value }, and the limit is { $limit }{ $events ->
    [1] .
   *[other] ; in all { $events } events reach a limit.
  }
evaluate-reason-event-incomplete = { $label }: “{ $measure }” was not reported, and it could decide.
evaluate-reason-counted = { $count ->
    [0] None was reported.
    [1] One was reported, and there must be none.
   *[other] { $count } were reported, and there must be none.
  }
evaluate-reason-undefined = The standard does not say what is counted.
evaluate-reason-judged = { $assessor } judged it { $holds ->
    [yes] met
   *[no] not met
  }: { $reason } (evidence: { $evidence })
evaluate-reason-growth-over-limit = The monitored growth is { $growth }, above the limit of { $limit }; no judgement can lift that.
evaluate-reason-not-judged = Nobody has judged it yet.
evaluate-reason-judgement-incomplete = The judgement lacks { $missing ->
    [assessor] the name of the assessor
    [reason] a written reason
   *[evidence] evidence
  } and does not count.
evaluate-reason-survey = { $rule ->
    [lower_bound] { $outcome ->
        [met] Estimate { $estimate } ({ $n } answers); the 95 % lower bound { $lower } is at or above { $limit }: shown to meet.
        [not_met] Estimate { $estimate } ({ $n } answers); the 95 % upper bound { $upper } is below { $limit }: shown not to meet.
       *[not_decidable] Estimate { $estimate } ({ $n } answers); { $limit } lies between the bounds { $lower } and { $upper }, so the survey does not decide.
      }
   *[point] { $outcome ->
        [met] The estimate alone, { $estimate } ({ $n } answers), is at or above { $limit }; the bounds are { $lower } and { $upper }.
       *[not_met] The estimate alone, { $estimate } ({ $n } answers), is below { $limit }; the bounds are { $lower } and { $upper }.
      }
  }
evaluate-reason-survey-change = { $outcome ->
    [met] Change of { $difference } points; the 95 % lower bound { $lower } is above { $delta }: shown to have risen.
    [not_met] Change of { $difference } points; the 95 % upper bound { $upper } is not above { $delta }: shown not to have risen.
   *[not_decidable] Change of { $difference } points, with bounds { $lower } and { $upper }: a rise can neither be shown nor ruled out.
  }
evaluate-reason-survey-ceiling = The level itself is shown to reach { $limit } (95 % lower bound { $lower }), which counts as met without a rise.
evaluate-reason-survey-unfit = { $why ->
    [too_few_answers] The county has too few answers.
    [too_small_effective] The weighted answers carry too little information (effective number too small).
    [too_few_degrees_of_freedom] The sample has too few variance units to judge its own error.
    [calibration_failed] The weighting did not succeed.
    [not_a_probability_sample] The answers are no probability sample.
    [no_base_wave] There is no earlier wave to compare with.
   *[wording_changed] The question was worded differently in the earlier wave.
  }
evaluate-reason-no-survey = No survey result for item { $item } was handed in.
evaluate-reason-nothing-to-judge = There was nothing to judge: the total is 0.
evaluate-reason-missing-year = Not reported: { $years }.
evaluate-reason-zero-base = The base year { $year } is 0, so no rate or growth exists.
evaluate-reason-wrong-kind = A { $needed } is needed, and a { $found } was reported.
evaluate-reason-too-large = The counts are too large for an exact comparison.

# Remarks
evaluate-note-exact-interval = Exact 95 % interval of { $k } of { $m }: { $range }.
evaluate-note-small-count = Only { $m } in all: read “k of m”, not the percentage.
evaluate-note-ratchet = This rule ratchets: a county where nothing changes passes it about half of the time.
evaluate-note-definitions-differ = The two readings of “average growth” decide differently here: mean of yearly changes { $mean }, compound change { $compound }.
evaluate-note-compound = Read as compound growth, the average is { $compound }; the result is the same.
evaluate-note-pooled = The pooled rate of the years before is { $pooled }; this year is { $above ->
    [yes] above
   *[no] not above
  } it.
evaluate-note-other-rule = { $rule ->
    [point] By the estimate alone (the notice's own words)
   *[lower_bound] By the one-sided 95 % bounds
  }: { $finding }.
evaluate-note-monitored-rate = { $name }: { $k } of { $m }{ $share }.
evaluate-note-monitored-count = { $name }: { $count }.
evaluate-note-monitored-growth = { $name }: { $before } → { $now }{ $growth }.
evaluate-note-monitored-missing = { $name }: not reported.

# Measures
evaluate-measure-number = { $value }; at least { $least } is asked for.
evaluate-measure-units = { $k } of { $m } units keep it; all are asked for.
evaluate-measure-not_asked = Not asked of this county.
evaluate-measure-not_reported = Not reported.
evaluate-measure-kept = kept
evaluate-measure-missed = not kept

# Pages
evaluate-title = Evaluation { $year }
evaluate-headline = { $met ->
    [0] { $counties ->
        [1] The county does not meet the standard beyond doubt
       *[other] No county meets the standard
      }
    [1] One of { $counties } counties meets the standard
   *[other] { $met } of { $counties } counties meet the standard
  }{ $unmet ->
    [0] {""}
    [1] , one does not
   *[other] , { $unmet } do not
  }{ $open ->
    [0] {""}
    [1] , one is open
   *[other] , { $open } are open
  }
evaluate-standard-line = { $title }, version { $version }
evaluate-year-link = { $year }
evaluate-target = The city aims at { $target ->
    [1] at least one county
   *[other] at least { $target } counties
  } for { $year }.
evaluate-matrix = Counties and criteria
evaluate-matrix-help = Each sign leads to its reason. One solid cell is enough to fail: no good result buys off a failed gate.
evaluate-county = County
evaluate-verdict = Verdict
evaluate-criterion = Criterion
evaluate-clause = Clause
evaluate-result = Result
evaluate-reason = Reason
evaluate-legend = Signs
evaluate-open-criteria = Open
evaluate-failed-criteria = Not met
evaluate-pivot = One criterion decides: if “{ $name }” were met, the verdict would be { $then ->
    [met] met
   *[open] open
  }.
evaluate-all-met = Allowing for sampling and for chance in the reported counts, the probability that the true values satisfy every criterion is about { $share }. Judgements, events and complete counts are taken as they were found, and criteria as independent of each other.
evaluate-all-met-none = No probability that every criterion is satisfied is given while one of them is not assessable.
evaluate-county-headline = { $outcome ->
    [met] { $county } meets the standard of { $year }
    [not_met] { $county } does not meet the standard of { $year }
   *[open] The verdict on { $county } for { $year } is open
  }
evaluate-county-sum = { $met } met, { $unmet } not met, { $open } open, { $na } not applicable.
evaluate-nothing-remains = No criterion applies, so nothing can be said.
evaluate-open-help = An open county gets the title only by a decision of two named people with a written reason for each open criterion, marked “by decision”.
evaluate-unverified = { $unverified } of { $all } values were reported by the counties and are not verified by a second person (made-up values are not among the { $unverified }). A criterion that rests on such a value is met or not met only if the value is right.
evaluate-omitted = Left out on purpose
evaluate-omitted-clauses = Clauses { $clauses }
evaluate-cycle = The year
evaluate-measures = Monitored measures
evaluate-measures-help = Numbers that the notice asks for. They are no gates and change no verdict.
evaluate-consequences = What the notice attaches
evaluate-consequences-help = Data of the standard ({ $clause }), shown and never executed. Posts concerned: { $posts }.
evaluate-consequences-years = Years in a row
evaluate-consequences-met = Met the standard
evaluate-consequences-missed = Missed it and the yearly management targets
evaluate-how = How to read it
evaluate-how-text = Every criterion is a gate. One not met fails the county; otherwise one that is not decidable or not assessable leaves it open; otherwise the county meets the standard. What does not apply leaves the list. Counts are compared as whole numbers, “above” and “below” are strict, “reaches” is inclusive, and a missing year or a zero base is never a pass.
evaluate-stable = Four rules ask for better than one's own average. A county where nothing changes passes all four in about 6 years of 100.
evaluate-synthetic-indicators = The reported indicators are invented for an example. They say nothing about a real county.
evaluate-outside = The standard was made for { $first }–{ $last }. { $how ->
    [example] It is applied to { $year } as an example.
   *[word] That it is applied to { $year }, too, is the evaluators’ word, not the notice’s.
}
evaluate-synthetic-survey = The survey answers are simulated. They say nothing about real residents.
evaluate-empty = No evaluation has been published yet. It appears here after the indicators of a year have been imported and a wave has closed.
evaluate-list = Evaluations
evaluate-criteria-of = Criteria of { $area }
evaluate-rule = Rule
evaluate-rule-at_least = at least { $percent }
evaluate-rule-at_most = at most { $percent }
evaluate-rule-below_own_average_growth = growth below the own mean of { $years } years
evaluate-rule-above_own_average = above the own mean of { $years } years
evaluate-rule-share_at_least = at least { $percent } of the units, rounded up
evaluate-rule-no_event = no event that reaches one of these: { $limits }
evaluate-rule-none = none
evaluate-rule-none-defined = none; counted is { $definition }
evaluate-rule-judged = judged by a named assessor with reason and evidence
evaluate-rule-survey_at_least = survey share of at least { $percent } ({ $rule ->
    [lower_bound] shown by the 95 % bound
   *[point] by the estimate alone
  })
evaluate-rule-survey_improved = rise since the previous wave shown by the 95 % bound
evaluate-limit = { $measure } { $limit } or more

# Imports into the office and stored evaluations
evaluate-store-line = Line { $line }:
evaluate-store-denied = Importing standards and indicators and applying a standard is for evaluators. Please sign in as one, or ask one.
evaluate-store-version-taken = Version { $version } of the standard { $id } has been imported before, with another text. A standard never changes: give the new text a higher version number.
evaluate-store-no-standard = No standard has been imported yet. Import one first.
evaluate-store-no-area = County { $county } is not among the imported areas. Import the areas first.
evaluate-store-verified = County { $county }, { $year }, { $indicator }: this value has been verified, and the file says something else. An import never changes a verified value, so nothing was imported.
evaluate-store-no-wave = There is no survey { $wave }.
evaluate-store-published = The evaluation of { $wave } is published and stays as it is. Correct the values before a result is published.
evaluate-store-not-closed = The survey { $wave } has not closed yet. A standard is applied to the result of a closed survey.
evaluate-store-no-result = The survey { $wave } has no stored result.
evaluate-store-failed = The data could not be read or written. Nothing was changed; please try again.

# Kinds of indicators
evaluate-kind-count = count
evaluate-kind-rate = rate
evaluate-kind-amount = number
evaluate-kind-list = list
evaluate-kind-judgement = judgement

# Problems of files
evaluate-file-line = { $file }, line { $line }:
evaluate-file-unreadable = { $file } cannot be read: { $message }
evaluate-estimate-unreadable = the survey's figures cannot be read ({ $message }). A wave's result or an object with “wave” and “counties” is expected.
evaluate-standard-syntax = this is no TOML: { $message }
evaluate-standard-missing = the field is missing.
evaluate-standard-blank = the text is blank.
evaluate-standard-wrong-type = expected: { $expected }.
evaluate-expected-text = text
evaluate-expected-whole-number = whole number
evaluate-expected-number = number
evaluate-expected-number-with-at-most-four-decimal-places = number with at most four decimal places
evaluate-expected-true-or-false = true or false
evaluate-expected-texts-by-language = texts by language
evaluate-expected-list-of-texts = list of texts
evaluate-expected-list-of-tables = list of tables
evaluate-expected-table = table
evaluate-standard-out-of-range = must be from { $least } to { $most }.
evaluate-standard-missing-language = there is no text in { $language }.
evaluate-standard-unknown-field = nothing reads this field; check its spelling.
evaluate-standard-unknown-word = “{ $found }” is not one of { $allowed }.
evaluate-standard-duplicate = { $id } exists already.
evaluate-standard-unknown-reference = { $id } does not exist.
evaluate-standard-kind-clash = indicator { $id } is a { $first } here and a { $second } elsewhere.
evaluate-standard-empty = at least one entry is needed.
evaluate-standard-no-such-number = “{ $term }” is no number of this indicator: “:k” and “:m” are the part and the whole of a rate, everything else is named without them.
evaluate-row-syntax = this is no CSV: { $message }
evaluate-row-missing-column = the column is missing.
evaluate-row-unknown-column = no such column is known; check its spelling.
evaluate-row-empty = the cell is empty.
evaluate-row-must-be-empty = the cell must be empty for a { $kind }.
evaluate-row-not-whole = “{ $found }” is no whole number from 0 to 4294967295.
evaluate-row-not-amount = “{ $found }” is no number with at most four decimal places.
evaluate-row-unknown-word = “{ $found }” is not one of { $allowed }.
evaluate-row-unknown-county = the standard has no county { $id }.
evaluate-row-unknown-indicator = the standard reads no indicator { $id }.
evaluate-row-part-larger = k = { $k } is larger than m = { $m }.
evaluate-row-duplicate = this county, year and indicator are there already.
evaluate-row-none-and-some = “none” stands beside other rows of the same list.
evaluate-row-bad-measures = “{ $found }” is not of the form name=number;name=number.
