# --explain: what was done, step by step
explain-title = What was done, step by step
explain-design = Design “{ $id }”
explain-weighting = Weighting “{ $id }”, from the weights of design “{ $design }”
explain-analysis = Analysis “{ $title }”
explain-small-area = Small area models: { $ids }
explain-small-area-method = Fay–Herriot model by restricted maximum likelihood; sampling variances taken as known; mean squared error g₁ + g₂ + 2g₃.
explain-sources = Sources
explain-refused = Not carried out; the reason stands with the results.
explain-no-columns = no columns
explain-open = open

# Designs
explain-weights = { $n } records have a weight other than 0 (column { $column }). The weights sum to { $sum } and lie between { $min } and { $max }.
explain-weights-made = { $n } records. Their weights are 1 over the sampling fractions that the population counts give; they sum to { $sum } and lie between { $min } and { $max }.
explain-each-record = each record is a unit
explain-stage-first = Stage { $stage }: { $units } sampling units ({ $column }) in { $strata } strata ({ $by }), { $fewest } to { $most } units in a stratum.
explain-stage-unstratified = Stage { $stage }: { $units } sampling units ({ $column }), without strata.
explain-stage-later = Stage { $stage }: { $units } units ({ $column }) within the units of the stage before, { $fewest } to { $most } in each.
explain-fpc = Finite population correction (columns: { $columns }): the part of a stratum in the variance is multiplied by 1 − n/N. All strata of the first stage together have { $population } units.
explain-with-replacement = No finite population correction: the units of the first stage count as drawn with replacement, so the spread between them contains that of all later stages.
explain-lonely-none = Every stratum has two units or more, so every variance within strata can be estimated.
explain-lonely-fail = Strata with a single unit: { $count }. Rule fail: an estimate whose variance needs them is refused.
explain-lonely-certainty = Strata with a single unit: { $count }. Rule certainty: it counts as taken with certainty and adds nothing to the variance.
explain-lonely-remove = Strata with a single unit: { $count }. Rule remove: they are left out of the variance.
explain-lonely-adjust = Strata with a single unit: { $count }. Rule adjust: each adds the square of its total, centered at zero.
explain-lonely-average = Strata with a single unit: { $count }. Rule average: each adds the mean of what the other strata add.
explain-replicates-given = { $count } replicate weights that came with the data (file { $file }): V = c Σ a_r (θ_r − θ)², c = { $scale }.
explain-replicates-jk1 = { $count } replicates were made from design “{ $design }”: one unit is left out in each, the others are weighted up (jackknife, JK1).
explain-replicates-jkn = { $count } replicates were made from design “{ $design }”: one unit is left out in each, the others of its stratum are weighted up (jackknife, JKn).
explain-replicates-brr = { $count } replicates were made from design “{ $design }”: balanced half samples by a Hadamard matrix, factors 2 and 0.
explain-replicates-fay = { $count } replicates were made from design “{ $design }”: balanced half samples by a Hadamard matrix, with Fay’s factors 2 − ρ and ρ, ρ = { $rho }.
explain-replicates-bootstrap = { $count } replicates were made from design “{ $design }”: in each, n − 1 of the n units of every stratum were drawn with replacement, from the seed of the plan (bootstrap).
explain-centre-estimate = Deviations are taken from the estimate of the full sample.
explain-centre-mean = Deviations are taken from the mean of the replicates.

# Weightings
explain-nonresponse-weighted = Nonresponse, { $cells } classes ({ $columns }): the weights of those who answered ({ $response } = 1) are multiplied by Σw of all over Σw of those who answered, in each class; the others leave the sample.
explain-nonresponse-count = Nonresponse, { $cells } classes ({ $columns }): the weights of those who answered ({ $response } = 1) are multiplied by the number of all over the number of those who answered, in each class; the others leave the sample.
explain-poststratify = Post-stratification, { $cells } cells ({ $columns }): in each cell the weights are multiplied by its population total over their sum. The totals sum to { $total }.
explain-rake = Raking, { $margins } margins ({ $columns }) with { $cells } cells: every cycle post-stratifies to one margin after the other, until no crossed cell changes by more than { $epsilon } (below 1: as a share of the sum), in at most { $most } cycles.
explain-rake-converged = Raking converged after { $cycles } cycles and met every margin.
explain-rake-kept = Raking did not converge within { $cycles } cycles; the weights of the last cycle are kept.
explain-calibrate-linear = Calibration, linear, { $columns } columns: new weight = w (1 + x′λ), with λ so that every column meets its total to a relative { $epsilon }.
explain-calibrate-raking = Calibration, raking, { $columns } columns: new weight = w exp(x′λ), with λ so that every column meets its total to a relative { $epsilon }.
explain-calibrate-logit = Calibration, logit, { $columns } columns: new weight = w times a logit function of x′λ between the bounds, with λ so that every column meets its total to a relative { $epsilon }.
explain-calibrate-bounds = New weight over old weight stays between { $lower } and { $upper }.
explain-percentile = percentile { $percent }
explain-trim = Trimming: weights outside { $lower } … { $upper } move to the nearer end, and the other weights share the difference in equal parts (classes: { $within }).
explain-trim-once = This is done once; a weight that the sharing takes beyond an end stays there.
explain-trim-recursive = This is repeated until no weight is outside.
explain-trim-fixed = This is repeated until no weight is outside; a weight that was trimmed takes no further part.
explain-scale = All weights are multiplied by one factor, so that they sum to { $total }.
explain-after = After this step: { $n } records, sum { $sum }, from { $min } to { $max }, CV { $cv }, Kish’s design effect { $deff }, effective sample size { $effective }.

# Analyses
explain-with-weighting = Weights: those at the end of weighting “{ $id }”.
explain-with-design = Weights: those of design “{ $id }”, without adjustment.
explain-domain = Only records with { $conditions }. The other records remain in the design, so that the variance knows that the size of this group is itself random.
explain-by = One answer for each combination of { $columns }.
explain-by-count = One answer for each combination of { $columns }: { $count } groups.
explain-mean = Mean of { $variable }: Σ w y / Σ w; of a category, the share of each level.
explain-total = Total of { $variable }: Σ w y.
explain-ratio = Ratio of two totals: Σ w { $variable } / Σ w { $other }.
explain-proportion = Share with { $variable } = { $other }: p = Σ w y / Σ w, y = 1 or 0.
explain-contrast = Differences of group means of { $variable }, with the covariance of the groups, which may share sampling units.
explain-chisq = Independence of { $variable } and { $other }, from the weighted table and the design covariance of its cells.
explain-ttest = Mean of { $variable } against 0.
explain-ttest-groups = Difference of the means of { $variable } in the two groups of { $other }.
explain-degf = Degrees of freedom of the design: sampling units minus strata, or the rank of the replicates minus 1.
explain-quantile = Quantiles of { $variable } from its weighted distribution, rule { $other }.
explain-variance-linear = Variance by linearization: of every record z = w (y − estimate) / Σ w (of a total: w y); sums of z over the { $units } units of the first stage are compared within { $strata } strata, V = Σ n/(n − 1) Σ (z − mean)².
explain-variance-residuals = Before that, z is replaced by its residual on the cells or columns of { $steps }, in the order of the steps: what the population totals fix has no sampling error.
explain-variance-replicates = Variance from { $count } replicates: the estimate is made anew with the weights of each, after the same weighting steps, and the spread of the results is the variance.
explain-df-design = of the whole design: units − strata, or the rank of the replicates − 1
explain-df-domain = of the records at hand: their units − strata, or the rank of their replicates − 1
explain-df-infinite = infinite (normal quantile)
explain-df-number = { $df }
explain-df-test = Degrees of freedom of the test: those of the records at hand, minus 1.
explain-interval-t = { $confidence } interval: estimate ∓ q √V, q the t quantile. Degrees of freedom: { $df }.
explain-interval-t-test = { $confidence } interval: estimate ∓ q √V, q the t quantile.
explain-interval-share = { $confidence } interval { $method }: { $formula }; q the t quantile. Degrees of freedom: { $df }.
explain-statistic-f = F: Pearson’s statistic with the second-order correction of Rao and Scott.
explain-statistic-chisq = Chisq: Pearson’s statistic with the first-order correction of Rao and Scott.
explain-statistic-wald = Wald: Wald’s statistic over its degrees of freedom, as F.
explain-statistic-adj-wald = adjWald: Wald’s statistic with denominator degrees of freedom reduced by the number of cells.
explain-quantile-woodruff = 95 % interval: an interval of kind { $method } for the share at or below the quantile, turned back into values.
explain-quantile-score = 95 % interval { $method }: the values that a score test of the share does not refuse.
explain-quantile-replicates = 95 % interval { $method }: estimate ∓ q √V, V from the replicates of the quantile.
explain-example = For example { $name }: { $n } records, estimate { $estimate }, standard error { $se }.
explain-example-interval = For example { $name }: { $n } records, estimate { $estimate }, standard error { $se }, { $df } degrees of freedom, interval { $low } to { $high }.

# minyi sample size, allocate, draw
explain-size-large = large
explain-size-margin = Answers for a margin of ±{ $margin } points at an assumed share of { $p }
explain-size-z = z = { $z }, the normal quantile of a two-sided interval with confidence { $level }.
explain-size-srs = Simple random sample: n = z² p (1 − p)/d² = { $n }.
explain-size-deff = Times the design effect { $deff }: { $n }.
explain-size-finite = Population of { $population }: n/(1 + (n − 1)/N) = { $n }.
explain-size-answers = Rounded up: { $n } answers.
explain-size-invitations = Divided by the response rate of { $rate }: { $n } invitations.
explain-size-margin-of = Margin of error of { $n } answers at an assumed share of { $p }
explain-size-margin-found = z √(deff p (1 − p)/n · (N − n)/(N − 1)) = ±{ $margin } points; z of a two-sided interval with confidence { $level }, design effect { $deff }, population { $population }.
explain-size-verdict = Answers that show a true share of { $truth } to be on its side of { $threshold } with probability { $power }
explain-size-exact = Exact test: the smallest number from which on the one-sided binomial bound (error probability { $alpha }) shows it with probability { $power } or more: { $n } independent answers.
explain-size-normal = Normal approximation: n = (z_α √(T (1 − T)) + z_power √(p (1 − p)))²/(p − T)², error probability α = { $alpha }: { $n } independent answers.
explain-size-adjusted = Times the design effect { $deff }, then n/(1 + (n − 1)/N) for a population N ({ $population }): { $n }.
explain-size-chances = How likely each verdict is: true share { $truth }, threshold { $threshold }, { $n } answers
explain-size-independent = With a design effect of { $deff } they count as { $m } independent answers; the number of approvals among them is binomial.
explain-size-rule = Each possible number of approvals is judged as a result would be: by its point estimate, and by one-sided 95 % bounds (logit, where it is unsafe the exact one), with normal quantiles.
explain-size-summed = Summed over all numbers: the point estimate reaches the threshold { $point }; shown to reach it { $shown }; shown to be below { $below }; not decidable { $undecided }.
explain-allocate = { $n } units shared among { $strata } strata
explain-allocate-proportional = Shares proportional to the size N of the stratum.
explain-allocate-equal = The same share for every stratum.
explain-allocate-neyman = Neyman allocation: shares proportional to N × S, S the standard deviation within the stratum.
explain-allocate-optimum = Optimum allocation: shares proportional to N × S/√c, c the cost of a unit.
explain-allocate-power = Power allocation: shares proportional to N to the power { $q } × S/mean, or to that power of N alone where S and mean are not known.
explain-allocate-bounds = No stratum gets more than it has, nor less than { $min } (or all it has); what that takes or gives is shared anew among the others.
explain-allocate-whole = Whole numbers by largest remainder; they sum to { $n }.
explain-allocate-se = Standard error of the stratified mean: √Σ (N/ΣN)² (1 − n/N) S²/n = { $se }.
explain-draw = { $selected } of { $units } units in { $strata } strata
explain-draw-frame = The frame is fixed by its digest { $digest }.
explain-draw-seed = The seed “{ $text }” stands for { $seed }: itself, if it is 64 hexadecimal digits, else its SHA-256.
explain-draw-streams = Each stratum has its own ChaCha20 stream (“sample/NAME” under the seed), so its units depend neither on the other strata nor on their order.
explain-draw-pps = Inclusion probability π = n × size/total size; units whose π would exceed 1 are taken with certainty ({ $certain }), and the others share the rest.
explain-draw-srs = Simple random sampling without replacement: π = n/N, every sample of n units is equally likely.
explain-draw-systematic = Systematic: a random start, then every N/n-th unit of the list; π = n/N. Many pairs never come together, so the variance cannot be estimated without an assumption.
explain-draw-pps-systematic = Systematic along the cumulated π, from one random start. Many pairs never come together, so the variance cannot be estimated without an assumption.
explain-draw-sampford = Sampford’s design: fixed size, exact π, and known joint probabilities above 0.
explain-draw-brewer = Brewer’s method: n draws without replacement whose probabilities give exactly π.
explain-draw-weight = Weight of a selected unit: 1/π.
explain-draw-wave = { $communities } communities (or parts of them) in { $strata } strata, drawn for a wave
explain-draw-wave-streams = Each stratum has its own ChaCha20 stream (“draw/STRATUM” under the seed): the first number starts the selection, the second rounds the invitations.
explain-draw-wave-pps = Communities are selected systematically with probability proportional to size, in the order of their codes; parts of communities taken with certainty: { $certain }.
explain-draw-wave-invitations = A community with L addresses and probability π gets f × L/π invitations, f the stratum’s sampling fraction, so every answer of a stratum has the same weight; randomized rounding keeps the stratum’s sum: { $n } in all.
explain-draw-wave-units = Neighbors in the order of selection are merged to { $units } variance units; an answer names its variance unit and no finer place.
explain-draw-wave-weight = Base weight of an answer: 1/f.
explain-direction = Share of { $variable } where { $other }, minus that in the other direction of the scale: D = p_A − p_B. Who picks the first answer whatever it is makes D positive.
explain-direction-test = V(D) = Σ_h n_h/(n_h − 1) Σ_i (z_hi − z̄_h)² with z of the two shares together; p = 1 − F_t(D/√V; units − strata), one-sided; against the others (D − D_o)/√(V + V_o).
explain-mode = Share of { $variable } where { $other }, minus that in the other modes.
explain-mode-test = The same variance; p two-sided, adjusted over the groups by Holm's procedure.
explain-duplicates = Pairs of identical answers to { $variable } within each { $other }: T = Σ C(k, 2).
explain-duplicates-test = Answers are dealt anew over the units { $permutations } times: p = (1 + number with at least as many pairs)/(1 + { $permutations }), for each unit adjusted by Holm's procedure.
