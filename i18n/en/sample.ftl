# minyi sample: what was asked and cannot be had
sample-number-between = { $option } is { $value }; a number above { $low } and below { $high } was expected.
sample-number-above = { $option } is { $value }; a number above { $low } and at most { $high } was expected.
sample-number-below = { $option } is { $value }; a number of at least { $low } and below { $high } was expected.
sample-number-from = { $option } is { $value }; a number from { $low } to { $high } was expected.
sample-option-needs = { $option } needs { $other } as well.
sample-size-nothing = Say what is wanted: --margin (with --p), --power (with --threshold and --truth), or --n with either.
sample-truth-is-threshold = --truth { $truth } is the threshold itself; no number of answers can show on which side it is. Name another share.
sample-exponent-needed = The power allocation needs --exponent, a number from 0 to 1; 0.5 is often used.
sample-exponent-unused = --exponent belongs to the power allocation only. Leave it out, or use --method power.
sample-too-many = { $wanted } units are wanted, but only { $available } can be selected (units of size 0 cannot). Lower the number, or add units.
sample-too-few = { $n } units are fewer than the smallest numbers of the strata together. Raise --n, or lower --min.
sample-more-than-all = --n { $n } is more than all strata have together ({ $all }). Lower it.
sample-size-too-large = --truth is so near to --threshold that more than ten million answers would be needed. Name a share farther away.
sample-too-few-independent = --n divided by --deff is less than one independent answer. Raise --n, or lower --deff.
sample-population-below-n = --population is smaller than --n. Raise it, or leave it out.
sample-no-shares = The strata that are left get no share: their standard deviations or costs are 0. Mend them, or use another method.
sample-in-stratum = Stratum “{ $stratum }”: { $reason }
sample-no-column = { $file }, line 1: there is no column “{ $column }” ({ $option }). The columns are: { $columns }.
sample-no-rows = { $file }: there is no line below the header.
sample-cell-empty = { $file }, line { $line }, column “{ $column }”: the field is empty, and every line needs a value here.
sample-cell-negative = { $file }, line { $line }, column “{ $column }”: { $text } is below 0. Write a number of 0 or more.
sample-cell-above-zero = { $file }, line { $line }, column “{ $column }”: { $text } is not above 0. Write a number above 0.
sample-cell-whole = { $file }, line { $line }, column “{ $column }”: { $text } is no whole number of 0 or more.
sample-cell-twice = { $file }, line { $line }, column “{ $column }”: “{ $text }” stands on an earlier line already. Each name may be there once.
sample-n-needed = Say how many units are wanted: --n (in each stratum), --n-column or --allocation.
sample-n-varies = { $file }, line { $line }, column “{ $column }”: { $text } differs from an earlier unit of the same stratum. All units of a stratum need the same number.
sample-size-column-needed = The method { $method } needs the units' sizes: name their column with --size-column.
sample-unknown-stratum = { $file }, line { $line }, column “{ $column }”: the frame has no stratum “{ $text }”. Mend the name, or take the line out.
sample-no-allocation = { $file }: there is no line for stratum “{ $stratum }” of the frame. Add one; its n may be 0.
sample-seed-empty = --seed is empty. Use a public text that nobody could know when the frame was fixed: dice, lottery numbers.

# Columns
sample-column-p = share
sample-column-margin = margin
sample-column-srs = simple random
sample-column-answers = answers
sample-column-invitations = invitations
sample-column-truth = truth
sample-column-threshold = threshold
sample-column-power = power
sample-column-point = point ≥
sample-column-shown = shown ≥
sample-column-below = shown <
sample-column-undecided = not decidable
sample-column-stratum = stratum
sample-column-size = size
sample-column-n-exact = n, exact
sample-column-n = n
sample-column-fraction = sampled
sample-column-order = no.
sample-column-unit = unit
sample-column-probability = π
sample-column-weight = weight
sample-column-community = community
sample-column-part = part
sample-column-variance-unit = variance unit

# Methods
sample-method-normal = normal approximation
sample-method-exact = exact binomial test
sample-method-srs = simple random sampling without replacement
sample-method-systematic = systematic selection, in the order of the file
sample-method-pps-systematic = systematic selection proportional to size, in the order of the file
sample-method-sampford = Sampford's design, proportional to size
sample-method-brewer = Brewer's method, proportional to size

# Notes below and above tables
sample-note-power = Shown by a one-sided bound with error probability { $alpha }, { $method }. “simple random” is the size without design effect.
sample-note-verdicts = Probability of each verdict against { $threshold }, 95% one-sided bounds. “point ≥”: the point estimate reaches the threshold, whatever its uncertainty.
sample-note-assumptions = Assumed: design effect { $deff }; confidence { $level }; population { $population }; { $response } of invitations answered.
sample-population-large = large
sample-note-sum = In all { $n }.
sample-note-se = Standard error of the stratified mean: { $se }.
sample-drawn = { $n } of { $units } units: { $method }.
sample-drawn-frame = Frame { $file }, SHA-256 { $digest }
sample-drawn-seed = Seed “{ $text }” = { $seed }
sample-wave = Wave { $wave }: { $psus } communities (or parts), { $units } variance units, { $invitations } invitations.
sample-wave-digests = Frame digest { $frame }
  Sample digest { $sample }
