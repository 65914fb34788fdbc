# minyi estimate: survey files
table-file-not-utf8 = { $file }, line { $line }: the text is not UTF-8. Save the file as “CSV UTF-8” (or as XLSX) and try again.
table-file-empty = { $file }: the file is empty. The first line must hold the column names, each further line one record.
table-file-separator = { $file }, line 1: the fields are separated by “{ $found }”. Separate them by commas (CSV), or give the XLSX workbook itself.
table-file-duplicate-column = { $file }, line 1: two columns are called “{ $column }”. Give each column a name of its own.
table-file-missing-column = { $file }, line 1: there is no column “{ $column }”, which the plan declares under data.columns. Add it to the file, or mend the plan.
table-file-ragged = { $file }, line { $line }: { $found } fields, but the header has { $expected }. Mend the row; a field that holds a comma needs quotes.
table-file-not-a-number = { $file }, line { $line }, column “{ $column }”: “{ $text }” is not a number. Write digits with a decimal point, or leave the field empty if the value is missing.
table-file-almost-numbers = { $file }, line { $line }, column “{ $column }”: “{ $text }” is not a number, as nearly all other fields of the column are. Mend it, leave it empty if the value is missing, or declare the column as type "string" under data.columns.
table-file-not-a-level = { $file }, line { $line }, column “{ $column }”: “{ $text }” is none of the levels that the plan declares ({ $levels }). Mend the field, or add the level to the plan.
estimate-did-you-mean = Did you mean “{ $near }”?
estimate-more-problems = … there are more problems; only the first { $count } are listed.
estimate-cannot-read = { $file }: the file cannot be read: { $reason }
estimate-bad-workbook = { $file }: the workbook cannot be opened: { $reason } Save it again as XLSX, or as CSV UTF-8.

# Why something was refused; the arguments are the data of the refusal
refusal-unknown = refused ({ $code }).
refusal-unknown_column = there is no column “{ $column }”.
refusal-not_numeric = column “{ $column }” holds text where numbers are needed. Declare it as a number column, or name another.
refusal-duplicate_column = two columns are called “{ $column }”.
refusal-unequal_length = column “{ $column }” has { $rows } rows where { $expected } were expected.
refusal-bad_value = { $place }, column “{ $column }”: not a value of the column.
refusal-bad_count = { $place }: the count of units is not a whole number of at least 1.
refusal-too_many_rows = { $rows } rows are more than one table holds.
refusal-missing_id = { $place }, column “{ $column }”: the sampling unit has no id. Every record needs one.
refusal-missing_stratum = { $place }, column “{ $column }”: the record has no stratum. Every record needs one.
refusal-missing_number = { $place }, column “{ $column }”: the field is empty where the design needs a number.
refusal-negative_weight = { $place }, column “{ $column }”: the weight is { $value }; a weight of 0 or more was expected.
refusal-unit_in_two_strata = { $place }, column “{ $column }”: sampling unit “{ $unit }” is in stratum “{ $stratum }” here and in stratum “{ $expected }” before. If ids are unique only within strata, set nest = true in the design; otherwise mend the record.
refusal-too_many_fpc = the design names { $columns } fpc columns for { $stages } stages; at most one for each stage was expected.
refusal-mixed_fpc = { $place }, column “{ $column }”: neither a population count (1 or more) nor a sampling fraction (above 0, at most 1), as the other records have.
refusal-fpc_varies = { $place }, column “{ $column }”: the population number differs within its stratum; { $expected } was expected.
refusal-fpc_below_sample = { $place }, column “{ $column }”: { $sampled } units were sampled of a population of { $population }. The population number must be at least the number sampled.
refusal-weights_needed = the design has no column of weights, and not every stage has an fpc to make weights from. Name one or the other.
refusal-lonely_psu = a stratum ({ $stratum }) has only one sampling unit at stage { $stage }, so its variance cannot be estimated. Choose a rule for it: lonely_psu = "adjust", "average", "certainty" or "remove".
refusal-bad_replicates = the replicate weights do not fit: { $reason }.
refusal-not_two_units = a stratum ({ $stratum }) has { $units } sampling units; balanced half samples need exactly 2.
refusal-strata_in_jk1 = method jk1 takes a design without strata; this one has { $strata }. Use method = "jkn".
refusal-fpc_unusable = method { $method } cannot use a finite population correction. Name a design without fpc, or use method = "jkn".
refusal-lonely_rule = a stratum ({ $stratum }) has only one sampling unit, and lonely_psu = "{ $rule }" has no meaning for method { $method }. Use "certainty" or "remove", or join the stratum to another.
refusal-nothing_left_to_sample = every stratum is a census or has a single unit that counts as certain, so there are no replicates to make.
refusal-too_many_strata = { $strata } strata are more than balanced half samples are made for here ({ $most }). Use method = "jkn" or "bootstrap".
refusal-too_many_factors = { $replicates } replicates of { $cells } cells (sampling units, crossed with weighting classes) need too much memory: the product may be at most { $most }. Use method = "bootstrap" with fewer replicates, or weight by fewer classes.
refusal-merged_units = the records are merged, but each record is a sampling unit of its own; replicates need the single records.
refusal-missing_value = { $place }, column “{ $column }”: the field is empty, and the weighting needs a value in every record of the sample.
refusal-bad_response = { $place }, column “{ $column }”: the response indicator is neither 0 nor 1.
refusal-class_without_respondents = weighting class { $cell }: nobody responded, so nobody can stand for its sample. Join it to another class.
refusal-bad_cell = cell { $cell }: its total is given twice, or its levels do not match the variables.
refusal-bad_total = cell { $cell }: the population total is { $total }; a number of 0 or more was expected.
refusal-sample_without_total = cell { $cell }: the sample has records there (sum of weights { $sample }), but the margins give no population total above 0. Add the total, or mend the records.
refusal-total_without_sample = cell { $cell }: the population total is { $total }, but no record of the sample is there. Join the cell to a neighboring one, or mend the records.
refusal-rake_diverged = raking found no weights that meet the margins: they contradict each other or the sample.
refusal-no_weight = step { $op }: no record with a weight is left.
refusal-bad_parameter = step { $op }: { $parameter } = { $value } is outside its range.
refusal-incomplete_column = calibration column { $column }: its variable or level is missing.
refusal-empty_column = calibration column { $column }: it is 0 in the whole sample, but its population total is { $total }.
refusal-not_converged = calibration did not reach its totals within { $iterations } iterations: column { $column } should sum to { $total } and misses it by { $misfit }. Widen the bounds, or join cells.
refusal-negative_weight_step = step { $op }: { $place } has weight { $value } after the steps before; a weight of 0 or more was expected.
refusal-nothing_inside = no weight lies between { $lower } and { $upper }, so nothing can take up what trimming cuts off.
refusal-trim_not_converged = trimming between { $lower } and { $upper } does not end: the bounds leave no room for the sum of the weights.
refusal-in_replicate = replicate { $replicate }: { $because }
refusal-not_binary = { $place }, column “{ $column }”: { $value } is neither 0 nor 1, which a proportion needs.
refusal-unknown_level = column “{ $column }” has no level “{ $level }”.
refusal-level_needed = column “{ $column }” holds labels: say with level which of them counts.
refusal-unknown_group = contrast “{ $contrast }”: there is no group “{ $group }” with records.
refusal-unequal_contrast = contrast “{ $contrast }”: { $groups } groups but { $coefficients } coefficients; one for each was expected.
refusal-not_two_groups = column “{ $column }” has { $groups } groups with records; exactly 2 were expected.
refusal-table_too_small = the table has { $rows } rows and { $columns } columns; at least 2 and 2 were expected.
refusal-singular = the test cannot be computed: a cell of the table is empty, or calibration fixes it exactly.
refusal-bad_level = confidence level { $level } is not between 0 and 1.
refusal-bad_condition = column “{ $column }”: the condition of the domain does not fit the column's type.
refusal-replicates_needed = interval "{ $interval }" of a quantile is made from replicates, and the design has none. Name a design of replicates, or another interval.
refusal-bad_probability = the probability { $probability } of a quantile is not between 0 and 1.
refusal-overflow = the values or weights are so large that their sums or squares are no longer numbers. Mend the records, or give the column in larger units.
refusal-not_built = “{ $kind }” is not built in this version.
refusal-unknown_design = the plan describes no design “{ $design }”.
refusal-replicates_of_replicates = replicates are made from a design with strata and sampling units; “{ $design }” is itself one of replicates.
refusal-unknown_weighting = the plan describes no weighting “{ $weighting }”.
refusal-other_design = weighting “{ $weighting }” belongs to design “{ $expected }”, not to “{ $design }”.
refusal-duplicate_id = the id “{ $id }” is used twice.
refusal-weighting_refused = weighting “{ $weighting }” was refused: { $because }
refusal-no_data = the plan needs data, and none were given. Name a file with data.file or --data.
refusal-missing_file = the file “{ $file }” was not given.
refusal-bad_inputs = the inputs do not fit: { $reason }.
refusal-unreadable = the plan cannot be read: { $reason }.

# Tables
estimate-weighting = Weighting { $id }
estimate-refused = Refused: { $because }
estimate-variable = variable
estimate-level = level
estimate-estimate = estimate
estimate-se = std. error
estimate-interval = { $confidence } interval
estimate-deff = design effect
estimate-n-eff = effective n
estimate-method = Interval: { $method },{" "}
estimate-method-plain = Interval: t,{" "}
estimate-df-design = degrees of freedom of the whole design.
estimate-df-domain = degrees of freedom of each group.
estimate-df-infinite = normal quantile.
estimate-df-number = { $df } degrees of freedom.
estimate-more-intervals = {" "}Further intervals in --format csv or json: { $count }.
estimate-df-value = Design degrees of freedom: { $df }
estimate-df = df
estimate-contrast = contrast
estimate-difference = difference
estimate-test = test
estimate-statistic = statistic
estimate-test-f = Rao–Scott F
estimate-test-chisq = Rao–Scott χ²
estimate-test-wald = Wald F
estimate-test-adj-wald = Wald F, adjusted
estimate-weighted-counts = Weighted counts of { $n } records.
estimate-quantile = quantile
estimate-step = step
estimate-cells = cells
estimate-sum = sum
estimate-min = min
estimate-mean = mean
estimate-max = max
estimate-cv = CV
estimate-kish-deff = Kish deff
estimate-largest-share = largest
estimate-converged = converged
estimate-converged-in = yes, { $cycles } cycles
estimate-yes = yes
estimate-no = NO
estimate-chart-subtitle = Estimates with their { $confidence } intervals
estimate-chart-threshold = threshold { $value }

# minyi estimate: plan files and results
plan-file-syntax = { $file }, line { $line }: this is not a plan in JSON or TOML: { $reason }
plan-file-part = { $file }, { $place }: { $reason }. See docs/plan.md for what a plan may say.
plan-file-unknown-field = { $file }: a plan has no section “{ $field }”. See docs/plan.md for what a plan may say.
plan-file-asks-nothing = { $file }: the plan asks for nothing. Give it analyses, weightings, planning or small_area.
plan-file-unknown-column = { $file }, { $place }: { $data } has no column “{ $column }”. Its columns are: { $columns }.
plan-file-near-column = { $file }, { $place }: { $data } has no column “{ $column }”.
estimate-place = { $file }, line { $line }
estimate-reading = reading { $file }
estimate-computing = { $id }
estimate-no-weighting = { $file }: the plan has no weighting that was carried out, so there are no weights to write. Leave out the file of weights, or add a weighting.
estimate-margins-contradict = weighting { $id }: raking cannot converge, because its margins sum to different totals ({ $sums }). Make all margins sum to the same population.
estimate-rake-not-converged = weighting { $id }: raking did not converge within { $cycles } cycles: in cell { $cell } the weights sum to { $sum }, { $total } was expected. Raise maxit; if that does not help, the margins contradict the sample: join small cells.
estimate-rake-kept = weighting { $id }: raking did not converge within { $cycles } cycles; as in R, the weights of the last cycle are kept.
estimate-chart-unknown = the chart names an analysis “{ $id }”, which the plan does not have.
estimate-chart-nothing = the chart names the analysis “{ $id }”, which has no estimates with intervals to draw. Name another, or ask for ci.
estimate-chart-none = no analysis of the plan has estimates with intervals to draw. Leave out --chart, or ask for ci.
estimate-cannot-write = { $file }: the file cannot be written: { $reason }

# minyi weight
weight-none = { $file }: the plan has no weighting, so there is nothing to carry out. Add a weighting (docs/plan.md).
weight-unknown = { $file }: the plan has no weighting “{ $id }”.
## Quality measures
estimate-p-excess = p above the others
estimate-p-holm = p (Holm)
estimate-pairs = Identical pairs
estimate-pairs-expected = Expected
estimate-pairs-units = Units with more (p (Holm) < 0.05)
estimate-unfit = { $group }: { $because }
estimate-unfit-too-few = Not computed: one of the two sides has fewer than 30 answers.
estimate-unfit-one-unit = Not computed: a stratum has a single unit, or all answers are in one.
estimate-unfit-nothing-varies = Not computed: everybody says the same.
estimate-quality-note = A small p is a reason to look, not a proof; a large one proves nothing either. No estimate is changed by it.
refusal-needs_units = This measure needs the strata and units of a design of kind taylor; a design of replicate weights has none.
refusal-no_variables = Name at least one column in variables.
