# List of waves
results-title = Results
results-list-text = Every wave with its uncertainty, the latest first.
results-empty = No result has been published yet. Results appear here after a wave has closed and been published.
results-not-published = not published yet
results-awaited-title = Announced
results-there-title = Published
results-awaited = Published on { $when }, for everybody at once.
results-awaited-text = Until then nobody reads the result but the staff who prepare it. Its digest is in the public record already, so it cannot be changed unnoticed before it appears here.
results-awaited-record = The public record of this survey
results-latest = Latest result
results-programs = The same figures for programs: JSON under /api/v1, without a key, for everyone.
results-programs-link = Description of the interface (OpenAPI 3.1)
results-all = All results

# Standing
results-published-on = published { $date }
results-unpublished = not published yet
results-unpublished-text = Only signed-in staff see this page until the result is published.
results-probability-sample = probability sample
results-synthetic-answers = The answers are simulated. They say nothing about real residents.
results-synthetic-frame = The sampling frame stands in for data that were not at hand: { $source }
results-synthetic-margins = The population margins stand in for data that were not at hand: { $source }
results-before-reading = Before you read on

# The finding
results-number = { $n ->
    [0] no
    [1] one
    [2] two
    [3] three
    [4] four
    [5] five
    [6] six
    [7] seven
    [8] eight
    [9] nine
    [10] ten
   *[other] { $n }
  }
results-headline-county = { $outcome ->
    [met] { $county } is shown to reach { $limit }
    [not_met] { $county } is shown not to reach { $limit }
    [not_decidable] The survey cannot decide whether { $county } reaches { $limit }
   *[not_assessable] { $county } cannot be assessed against { $limit }
  }
results-headline-all = { $outcome ->
    [met] { $n ->
        [2] Both counties are shown to reach { $limit }
       *[other] All { $number } counties are shown to reach { $limit }
      }
    [not_met] { $n ->
        [2] Both counties are shown not to reach { $limit }
       *[other] All { $number } counties are shown not to reach { $limit }
      }
    [not_decidable] { $n ->
        [2] The survey cannot decide for either of the two counties whether it reaches { $limit }
       *[other] The survey cannot decide for any of the { $number } counties whether it reaches { $limit }
      }
   *[not_assessable] { $n ->
        [2] Neither of the two counties can be assessed against { $limit }
       *[other] None of the { $number } counties can be assessed against { $limit }
      }
  }
results-headline-part = { $outcome ->
    [met] { $n ->
        [0] No county is shown to reach { $limit }
        [1] One county is shown to reach { $limit }
       *[other] { $number } counties are shown to reach { $limit }
      }
    [not_met] { $n ->
        [1] one is shown not to
       *[other] { $number } are shown not to
      }
    [not_decidable] { $n ->
        [1] one cannot be decided
       *[other] { $number } cannot be decided
      }
   *[not_assessable] { $n ->
        [1] one cannot be assessed
       *[other] { $number } cannot be assessed
      }
  }

# Key figures
results-figure-counties = counties
results-figure-answers = answers evaluated
results-figure-issued = invitations
results-figure-rr1 = response rate by county (RR1)

# Approval by county
results-this-county = this county
results-county = County
results-answers = Answers
results-approval = Approval %
results-interval = 95% interval
results-plot = Against the threshold
results-verdict = Verdict
results-counties = Counties
results-approval-caption = Approval by county against { $limit }
results-question = “{ $text }” Counted as approval: { $approves }. { $denominator ->
    [in] Who chose “{ $undecided }” stays in the denominator and does not approve.
   *[out] Who chose “{ $undecided }” is left out of the denominator.
  }
results-plot-key = Dashed line: { $limit }. Thin line: 95% interval. Thick line: between the two one-sided 95% bounds, which decide. A full circle is shown to reach the line, a diamond is shown not to, a hollow circle is not decidable, a square not assessable.
results-plot-judged = { $estimate }, 95% interval { $interval }, one-sided 95% bounds { $bounds }, against { $limit }: { $verdict }
results-plot-plain = { $estimate }, 95% interval { $interval }
results-mark = Another verdict when computed in another way
results-sensitivity = Computed in another way
results-sensitivity-none = Leaving out “can't say”, or answers marked as hasty where enough marks were kept, changes no verdict.
results-sensitivity-none-undecided = Leaving out “can't say” changes no verdict.
results-unmarked = Whether an answer was hasty is kept only in company, so that nobody stands out. In { $counties } fewer than { $n } answers kept that mark, so the figure without hasty answers cannot be computed there.
results-sensitivity-note = { $county }, { $way }: { $estimate }, and the verdict would be “{ $verdict }”.
results-sensitivity-note-withheld = { $county }, { $way }: the verdict would be “{ $verdict }”. The figure is withheld, because from it could be computed what fewer than { $n } residents answered.
results-sensitivity-note-none = { $county }, { $way }: there is no figure, and the verdict would be “{ $verdict }”.
results-recorded = What happened to residents, beside recorded cases
results-recorded-hit = { $share }% of residents (95% interval { $low }–{ $high }%) say that in the last 12 months at least one of the things asked about happened to them or somebody in their household here.
results-recorded-reported = Of those, { $share }% (95% interval { $low }–{ $high }%) say that the latest one was reported to the police.
results-recorded-recorded = { $name }, as the county reported them: { $now } in { $year }, { $before } in the year before.
results-recorded-unrecorded = { $name } of { $year } and the years before were not all reported by the county.
results-recorded-help = The two count different things: households and incidents, twelve months and a calendar year, and only what was asked about. What residents say they reported is a lower bound of what should have been recorded. Fewer recorded cases beside unchanged answers can mean fewer crimes or fewer records; these numbers cannot tell which. They change no verdict.
results-way-withheld = The figure is withheld, because from it could be computed what fewer than { $n } residents answered. Only the verdict is shown.
results-marks-too-few = Whether an answer was hasty is kept only in company, so that nobody stands out. Fewer than { $n } answers kept that mark, so this figure cannot be computed.
results-without-undecided = “can't say” left out of the denominator
results-without-flagged = answers marked as hasty left out, and weighted again
results-no-figure = no figure

# Sense of security
results-safety = Sense of security
results-safety-question = “{ $text }” Counted: { $approves }.
results-safety-level = Feel safe %
results-change = Change, points
results-change-interval = 95% interval of the change
results-change-plot = Change since the base wave
results-change-verdict = Risen?
results-risen = risen
results-not-risen = not risen
results-no-base = There is no earlier wave to compare with, so no change is judged.
results-base = Compared with wave { $wave }. A rise is shown when the one-sided 95% lower bound of the change is above { $delta } points.
results-points-range = { $low } to { $high }
results-change-sentence = The change since the base wave is { $difference } points (95% interval { $interval }; one-sided bounds { $bounds }): { $outcome ->
    [met] shown to have risen.
    [not_met] shown not to have risen.
   *[not_decidable] a rise can neither be shown nor ruled out.
  }
results-safety-sentence = { $estimate } feel safe (95% interval { $interval }, { $n } answers).
results-safety-none = There is no figure for the sense of security.

# Fieldwork
results-under = under { $n }
results-about = about { $n }
results-fieldwork = Invitations and answers
results-fieldwork-scroll = Invitations and answers by county; scrolls sideways
results-fieldwork-help = A number under 10 that comes from what residents filled in is not told, and complete interviews are then rounded to tens. Rates by the definitions of AAPOR. RR1 counts complete interviews only and takes every unused invitation as eligible; RR2 adds partial interviews; RR3 takes the share of eligible ones among the unused from those whose eligibility is known.
results-count-issued = Invitations issued
results-count-used = Codes used
results-count-cast = Records in the urn
results-count-leaves = Entries in the record
results-count-screened-out = Screened out
results-count-complete = Complete
results-count-partial = Partial
results-count-nothing-answered = Sent in without an answer
results-count-marks-kept = Known whether hasty or not
results-count-flagged = Marked as hasty, kept
results-checks = Counts that must agree
results-check = Check
results-check-issued-used = Issued ≥ used
results-check-used-cast = Used ≥ records
results-check-cast-leaves = Records = leaves in the log
results-check-cast-eligible = Records = of the population + screened out
results-check-envelopes-entered = Return envelopes of paper forms ≥ sheets entered
results-check-blind-cast = Codes used for a blind token ≥ answers with a blind token
results-agrees = agrees
results-disagrees = does not agree
results-rates = AAPOR outcome rates
results-rate = Rate
results-rate-meaning = Meaning
results-value = Value
results-number-column = Number
results-rate-rr1 = complete, of all that may be eligible (the minimum)
results-rate-rr2 = complete and partial, of all that may be eligible
results-rate-rr3 = complete, unknown cases taken as eligible in the share e
results-rate-rr4 = complete and partial, unknown cases in the share e
results-rate-rr5 = complete, of cases known to be eligible (the maximum)
results-rate-rr6 = complete and partial, of cases known to be eligible
results-rate-coop1 = cooperation: complete, of all contacted
results-rate-coop2 = cooperation: complete and partial, of all contacted
results-rate-coop3 = cooperation: complete, of contacted who were able
results-rate-coop4 = cooperation: complete and partial, of contacted who were able
results-rate-ref1 = refusals, of all that may be eligible
results-rate-ref2 = refusals, unknown cases in the share e
results-rate-ref3 = refusals, of cases known to be eligible
results-rate-con1 = contacts, of all that may be eligible
results-rate-con2 = contacts, unknown cases in the share e
results-rate-con3 = contacts, of cases known to be eligible
results-rate-e = share of the unknown cases taken as eligible, estimated from the cases that are known
results-rates-help = Where a number of interviews is under 10, all rates are whole percentages, so that it cannot be computed from them. A code that was used without a record counts as a break-off, a submission without an answer as a refusal, an unused code as a case of unknown eligibility. RR5, RR6, REF3 and CON3 leave the unused codes out and are high for that reason alone.

# Criteria
results-criteria = Criteria of the standard
results-criteria-all = Every county and criterion
results-criteria-scroll = Counties and criteria; scrolls sideways

# Method
results-method = How it was measured
results-method-mode-text = Anonymous web questionnaire that residents fill in themselves, with a code of their own: on their own phone or computer, or on a device that a fieldworker hands over and that says so in the record. No interviewer reads the questions or sees the answers; a code opens the form once and is not kept with the answers.
results-method-paper = Paper
results-method-paper-text = On paper came { $envelopes } return envelopes; { $entered } of their sheets were typed into the record, each by two people independently and, where they differed, by a third. They saw the answers before the close. They were not to learn whose they were: the rule is that the code is taken away before the sheet is opened, and nothing but people keeps it.
results-method-population = Population
results-method-population-text = Residents of the counties. Not counted is who says: { $screened }
results-method-screen = { $question } { $answers }.
results-method-dates-text = Announced from { $opens } to { $closes }; closed on { $closed }.
results-method-early = Closed before the announced end: { $reason }
results-method-sample = Sample
results-method-sample-text = Probability sample in two stages: { $psus } communities and villages with probabilities in proportion to size, then { $unit ->
    [person] persons
   *[household] households, in each of which one adult answers,
  } drawn by lot.
results-method-sizes-text = { $counties }.
results-method-size = { $county } { $issued } invitations, { $answers } answers
results-method-weighting = Weighting
results-method-adults = Answers are weighted by the number of adults in the household, { $cap } at most.
results-method-classes = Inverse inclusion probability, then non-response by variance unit; a class with fewer than { $class } respondents is joined with its stratum. Cells of the margins (sex by age band, urban and rural) with fewer than { $cell } respondents are joined in an order that was fixed beforehand.
results-method-rake = Then raking to the margins, in { $cycles } cycles at most.
results-method-calibrate = Then calibration to the margins, trimming at percentiles { $lower } and { $upper }, and calibration again.
results-method-interval = Interval
results-method-interval-text = Log-odds interval with the design's own variance (linearized, by variance units) and degrees of freedom; Korn–Graubard's where the rarer side is small, Clopper–Pearson's where the variance says nothing.
results-method-verdict = Verdict
results-method-verdict-text = The threshold is { $limit }. { $rule ->
    [lower_bound] Met: the one-sided 95% lower bound reaches it. Not met: the one-sided 95% upper bound is below it. Otherwise not decidable.
   *[point] The estimate itself is compared with it; the one-sided 95% bounds are printed beside.
  } Not assessable with fewer than 100 answers, an effective number below 30, or fewer than 8 degrees of freedom. Figures are compared before they are rounded.
results-method-limits-text = The interval covers sampling error and weighting only, not coverage, non-response, wording, or pressure on respondents.
results-method-disclosure = Protection
results-method-disclosure-text = Answers given by fewer than { $cell } residents are merged with their neighbors. A group is shown with { $subgroup } answers or more, an effective number of { $effective } or more, and { $cell } answers on either side.
results-method-frame = Sampling frame
results-method-margins = Population margins
results-method-provenance = { $name }: { $source }{ $standin ->
    [yes] {" "}(stands in for data that were not at hand)
   *[no] {""}
  }
results-method-seed = Seed
results-method-seed-text = Public seed of the draw and of every random step after it.
results-method-seed-words = It is the SHA-256 of the public text “{ $text }”, or that text itself if it has 64 hexadecimal digits. Anybody who has the wave’s file, its areas and its frame draws the same sample with: minyi sample draw --wave FILE --areas FILE --frame FILE --seed TEXT.
results-method-plan = Plan
results-method-plan-text = SHA-256 of the plan that was sealed before fieldwork.
results-method-input = Input
results-method-input-text = SHA-256 of everything the plan ran on: the same input gives the same result.
results-method-terms = Terms of use
results-method-software = Software

# A county
results-back = All counties
results-statement = Approval { $estimate }, 95% interval { $interval } (n = { $n }, design effect { $deff }, effective n = { $effective }). The interval covers sampling error and weighting only, not coverage, non-response, wording, or pressure on respondents.
results-approval-word = approval
results-rules = The verdict by both rules
results-rule = Rule
results-governs = decides
results-beside = printed beside
results-comparison = Comparison
results-rule-lower-bound = By the one-sided 95% bounds
results-rule-lower-bound-text = { $outcome ->
    [met] The lower bound { $lower } is at or above { $limit }: shown to reach it.
    [not_met] The upper bound { $upper } is below { $limit }: shown not to reach it.
    [not_decidable] { $limit } lies between the bounds { $lower } and { $upper }: the survey does not decide.
   *[not_assessable] The bounds are { $lower } and { $upper }, but they cannot be judged.
  }
results-rule-point = By the estimate alone
results-rule-point-text = { $outcome ->
    [met] The estimate { $estimate } is at or above { $limit }.
    [not_met] The estimate { $estimate } is below { $limit }.
   *[not_assessable] The estimate is { $estimate }, but it cannot be judged.
  }
results-tipping = What would have to be true for another verdict
results-tipping-help = Counted in answers of mean weight, at this county's design effect. A small number means that the verdict hangs on few answers.
results-tip = It would be “{ $verdict }” if { $ways }.
results-tip-never = No number of invented, silenced or changed answers would make it “{ $verdict }”.
results-tip-up-dropped = { $n ->
    [1] one answer that does not approve were dropped ({ $share } of them)
   *[other] { $k } answers that do not approve were dropped ({ $share } of them)
  }
results-tip-up-flipped = { $n ->
    [1] one answer were changed to approval
   *[other] { $k } answers were changed to approval
  }
results-tip-up-stuffed = { $n ->
    [1] one approval were invented
   *[other] { $k } approvals were invented
  }
results-tip-down-dropped = { $n ->
    [1] one resident who does not approve has been silenced ({ $share } of all of them)
   *[other] { $k } residents who do not approve have been silenced ({ $share } of all of them)
  }
results-tip-down-flipped = { $n ->
    [1] one answer has been changed to approval
   *[other] { $k } answers have been changed to approval
  }
results-tip-down-stuffed = { $n ->
    [1] one of the approvals is invented
   *[other] { $k } of the approvals are invented
  }
results-governing = as planned (decides)
results-way = Way
results-differs = another verdict
results-breakdown = By sex, age and residence
results-breakdown-caption = Approval by sex, age band and residence
results-group = Group
results-breakdown-rule = A group is shown with { $subgroup } answers or more, an effective number of { $effective } or more, and { $cell } answers on either side. Groups are described, not judged.
results-by-sex = Sex
results-by-age = Age
results-by-residence = Residence
results-urban = urban
results-rural = rural
results-too-small = Withheld: too few answers to show safely or exactly.
results-complementary = Withheld: large enough, but with it another withheld group could be computed.
results-items = All answers
results-items-help = Weighted shares of residents who answered, with 95% intervals. “Prefer not to answer” is counted as no answer. Answers that too few residents gave are merged with their neighbors.
results-item-base = { $base ->
    [told] { $answered } of { $asked } who were asked answered.
   *[hidden] { $answered } answered.
  }{ $several ->
    [yes] {" "}Several answers were possible, so the shares do not add up to 100%; they are rounded, and numbers are left out, so that nobody's combination of answers can be computed.
   *[no] {""}
  }
results-item-bar = Shares of the answers
results-item-empty = Not shown: too few residents gave different answers.
results-answer = Answer
results-share = Share %
results-residents = n
results-merged = merged
results-weighting = Weighting
results-weighting-failed = The weighting failed ({ $why }), so there are no figures for this county.
results-diagnostics = Diagnostics
results-weights-n = Respondents
results-weights-min = Smallest weight
results-weights-max = Largest weight
results-weights-mean = Mean weight
results-weights-cv = Coefficient of variation
results-weights-kish = Kish's design effect of the weights
results-weights-n-eff = Kish's effective number
results-weights-share = Largest weight, of all weights
results-design-effect = Design effect of the approval
results-approval-n-eff = Effective number of the approval
results-standard-error = Standard error of the approval, points
results-degrees = Degrees of freedom
results-no-answer = Eligible, but without an answer to the question
results-filled = Sex was filled in for { $sex } answers and age for { $age }, each from a donor drawn by the public seed.
results-collapsed = What was joined
results-collapsed-none = No class and no cell was too small; nothing was joined.
results-collapsed-classes = Stratum { $stratum }: { $units } units had too few respondents and share one non-response class.
results-collapsed-ages = { $sex }: the age bands { $ages } were joined, because one cell had fewer than { $n } respondents.
results-collapsed-sexes = Both sexes were joined, because one cell had fewer than { $n } respondents.
results-collapsed-residence = The margin of residence was dropped, because one side had fewer than { $n } respondents.
results-collapsed-strata = There is no margin of residence: the strata were merged before sealing.
results-margin-sex-age = Sex by age
results-margin-residence = Residence
results-margin-cell = { $sex } { $age }
results-cell = Cell
results-population = Population
results-before = Weights before
results-after = Weights after
results-classes = { $classes ->
    [one] One non-response class: its invitations over its answers give the factor { $least }.
   *[other] { $classes } non-response classes: in each, invitations over answers give a factor, from { $least } to { $most }.
  }
results-issued = Invitations
results-screened-out = Screened out
results-why = Reason and remarks
results-other-counties = The other counties
results-applied = Applied on { $when } with { $software }; SHA-256 of the standard { $digest }…
## Open waves
open-period = Open survey, { $from } – { $to }
open-no-verdict = No interval is given and nothing is judged: who followed the link was not drawn, so the share of those who did not answer is unknown.
open-counts = Numbers
open-kept = Answers kept
open-screened-out = Not addressed
open-counted = Counted in the cells
open-uncounted = Kept, not counted
open-share = Of those who answered
open-shares-help = Whole percentages of those who answered, unweighted; answers that too few people gave are merged with their neighbors.
open-plan-digest = Digest of the plan
open-input-digest = Digest of the answers
open-software = Software
results-check-cast-cells = answers recorded ≥ answers in quota cells
## Signs that call for a look
results-signs = Signs that call for a look
results-signs-help = Computed from answers, weights and variance units alone. A small p is a reason to look, not a proof; a large one proves nothing either. No figure on this page is changed by it.
results-sign-look = calls for a look
results-sign-direction = First answer
results-sign-direction-found = The share of “very satisfied” where it stands first, less the share where it stands last: { $difference } points (standard error { $se }, p { $p }); larger than in the other counties: p { $excess }. Whoever was told to pick the first answer makes this difference large.
results-sign-direction-alone = The share of “very satisfied” where it stands first, less the share where it stands last: { $difference } points (standard error { $se }, p { $p }). Whoever was told to pick the first answer makes this difference large.
results-sign-mode = Mode
results-sign-mode-found = Approval in forms that residents filled in themselves differs by { $difference } points from the others (standard error { $se }, p after Holm { $p }). Which of the two is right, it does not say.
results-sign-duplicates = Identical forms
results-sign-duplicates-found = Whether identical forms sit together more than chance puts them there: p { $p }; variance units with more than expected: { $units }.
reported-title = Over time
reported-text = The waves of this survey with their 95% intervals, and earlier results as others reported them. Of those we have not seen the answers, and no figure or verdict of ours uses them. Where a break is marked, a difference may come from the question or the counting and not from a change.
reported-measure-approval = Approval of public safety
reported-measure-safety = Sense of security
reported-survey = Survey
reported-ended = Last day
reported-estimate = Estimate
reported-error = Standard error, points
reported-by = Reported by others: { $source }
reported-own = This wave
reported-wave = A published wave of this survey
reported-break = Break
reported-break-wording-other = Another question was asked.
reported-break-wording-unknown = The wording of the question is not known.
reported-break-counted-other = Other answers were counted.
reported-break-counted-unknown = Which answers were counted is not known.
reported-break-undecided-other = “Can’t say” was counted in another way.
reported-break-undecided-unknown = How “can’t say” was counted is not known.
# Eleven items of the method statement
results-method-item = { $number }. { $name }
results-method-items-help = Items 1 to 11 are those that AAPOR’s Transparency Initiative asks for (list of April 2021). A result is not published while one of them is empty.
results-method-strategy-text = A survey of residents by questionnaire, in a probability sample; nothing is inferred from other sources.
results-method-sponsor-text = Commissioned by: { $who }.
results-method-conductor-text = Conducted by: { $who }.
results-method-funding-text = Paid by: { $who }.
results-method-unstated = Not stated.
results-method-instruments-text = Questionnaire { $name }, version { $version }, { $items } questions; the exact wording of every question and answer stands with its answers and in the codebook. SHA-256: { $digest }.
results-method-covered = Counties: { $counties }.
results-method-quality-text = Answers are checked against the questionnaire when they are sent; each code counts once; sex and age that were not answered are filled in from a donor drawn by the public seed. Interviews under { $seconds } seconds are marked as hasty, kept, and left out in a second calculation. Codes, records and entries of the log are counted against each other county by county; differences are printed, and what cannot be stops the calculation. Signs of coaching and of copied forms are printed and change no figure.
results-aapor-strategy = Strategy
results-aapor-responsible = Sponsor and conductor
results-aapor-instruments = Questions
results-aapor-population = Population
results-aapor-sample = Sample and recruitment
results-aapor-mode = Mode of data collection
results-aapor-dates = Dates
results-aapor-sizes = Sizes and precision
results-aapor-weighting = Weighting
results-aapor-quality = Processing and quality
results-aapor-limits = Limitations

# What stands behind a criterion
behind-reported = Entered by { $who }, { $when }.
behind-verified-by = Verified by { $who }, { $when }.
behind-verified = Verified by a second person.
behind-unverified = Not verified by a second person.
behind-synthetic = Made up for the example.
