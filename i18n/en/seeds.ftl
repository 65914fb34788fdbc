# Seeded answers: auditors' own answers, deposited, named, out of every figure
seeds-title = Seeded answers
seeds-way = Seeded answers of auditors →
seeds-lead = Auditors answer with cards of this wave and keep what they sent. Whoever deletes or changes answers does not know which ones are theirs. After the close the auditors name them, each is looked up, and they leave before anything is computed.
seeds-not-announced = The plan of this wave announces no seeded answers: none are taken.
seeds-until = Auditors can name their seeded answers until { $when }. Until then, or until every list is named, nothing is computed and nobody sees a result. After that, finish the close: lists that were not named are told in public.
seeds-deposit = Deposit a list
seeds-deposit-text = Soon after answering, while the receipts are not in the record yet: only an answer whose list is here before its record is in the log leaves the figures. Make the list with minyi wave seeds prepare and keep it; here goes its SHA-256 alone.
seeds-field-digest = SHA-256 of the list
seeds-field-counties = Answers by county
seeds-counties-hint = Code of the county and number: 140302=5 140303=5
seeds-deposit-button = Deposit
seeds-name = Name a list
seeds-name-text = The whole text of the list, as it was when its SHA-256 was deposited. Each line is looked up in the log; what became of it is told in public at once.
seeds-field-list = The list
seeds-name-button = Name these answers
seeds-lists = Lists of this wave
seeds-none = No list is deposited.
seeds-deposited-on = Deposited on { $when }, when { $size } answers were in the log
seeds-tag-deposited = deposited
seeds-tag-named = named
seeds-tag-never = never named
seeds-tag-alarm = missing or altered
seeds-fate = { $county }: { $intact } there as sent, { $altered } altered, { $missing } missing, { $late } logged before the deposit and left in.
seeds-alarm = Auditors’ own answers were tampered with: missing from the log: { $missing }; there with other answers: { $altered }. Whoever did that could do it to residents’ answers.
seeds-unnamed = { $seeds } seeded answers in { $lists ->
    [one] a list
   *[other] { $lists } lists
    } were deposited and never named; they are counted like residents’ answers.
seeds-detect = What seeds find
seeds-detect-text = Of 800 answers in a county, 96 are negative. Somebody deletes some of the negative ones and cannot tell which of them are seeded. The probability that at least one seeded answer is hit:
seeds-detect-seeds = Negative seeds
seeds-detect-deleted = { $n } deleted
seeds-people = Against answers with other people’s codes seeds do not help. For that, ask invited people drawn by chance whether they answered, and let them look their code up after the close: { $five } people find 5 % of foreign answers with 95 % probability, { $two } find 2 %.
seeds-denied = Only auditors deposit and name seeded answers.
seeds-not-running = Lists are deposited while the wave runs, and only then.
seeds-not-closing = Lists are named after the close has been confirmed and before the result is computed.
seeds-too-late = Lists could be named until { $when }.
seeds-waiting = { $left } answers wait for their batch: finish the close first, then name the list.
seeds-no-county = “{ $given }” is not a county of this wave with a number: 140302=5
seeds-too-many = { $asked } seeded answers are too many: the plan announces { $most } at most, { $left } are left.
seeds-deposited-already = A list with this SHA-256 is deposited already.
seeds-not-deposited = No list with the SHA-256 { $digest } was deposited: a list must be the same to the last byte.
seeds-named-already = This list is named already.
seeds-other-numbers = The numbers by county are not those that were deposited.
seeds-twice-named = The commitment { $commitment } stands in another list already.
seeds-no-list = This is no list of seeded answers: its first line is “minyi seeds 1”, its second one a salt.
seeds-empty = The list names no answer.
seeds-bad-line = Line { $line } is not a county, a commitment of 64 digits and answers.
seeds-bad-answers = Line { $line }: nobody can have answered this questionnaire like that.
seeds-twice = Line { $line }: this commitment stands in the list already.
seeds-unreadable = A list of seeded answers cannot be read any more.
seeds-prepared = { $file } is written: { $number } answers. Keep it; nobody may see it before the close.
    SHA-256 { $digest }
    Counties { $counties }
seeds-columns = The file needs the columns county and receipt, and one for each question.
seeds-row = Row { $row }: the county has no code, or the receipt is not 64 digits 0 to 9 and a to f.
seeds-deposited = It stands in the process log. Keep the list.
seeds-named = The list is named; it stands in the process log.
plan-seeds-text = Auditors may answer with cards of this wave, { $most } times at most. Their answers leave before anything is computed, if a list was deposited before they were logged and is named within { $days } days of the close.
results-method-seeds = Seeded answers
results-method-seeds-text = Auditors deposited { $number } answers of their own; { $left } of them left with their invitations before anything was computed.
results-count-seeded = Auditors’ own records, left out
audit-action-deposit-seeds = Deposited a list of seeded answers
audit-action-name-seeds = Named a list of seeded answers
check-event-seeds-deposited = An auditor deposited a list of seeded answers
check-event-seeds-named = An auditor named seeded answers
protocol-seeds = Lists of seeded answers
protocol-seeds-shows = If it holds: each list is the one whose SHA-256 was in the process log before the close, there are no more than the plan announces, and the figures say of them what the log says.
protocol-seeds-cannot = Cannot show: whether an auditor named an answer of somebody else whose receipt was handed over; the number is limited by the plan.
protocol-seeded = Seeded records
protocol-seeded-shows = If it holds: exactly the records that deposited lists name left the figures, and what the log says of missing and altered ones is what the records say.
protocol-seeded-cannot = Cannot show: what an auditor really sent; a signed receipt proves that a missing one was taken.
sample-detect-seeds = Seeded answers
sample-detect-looks = Residents who look their receipt up
sample-detect-seeded = Seeds
sample-detect-deleted = Deleted
sample-detect-share = Share
sample-detect-found = Found with
sample-detect-people = People to ask
sample-detect-foreign = Foreign answers
sample-detect-nothing = Say what to look for: --deleted with --seeded or --looked-up, or --foreign.
results-check-cast-seeded = Records = of the population + screened out + left out + auditors’ own
sample-ask-unreadable = { $path } is no sample.json of a bundle: { $error }
sample-ask-too-many = { $people } people cannot be drawn: { $invited } were invited. Ask for fewer with --people.
sample-ask-county = County
sample-ask-stratum = Stratum
sample-ask-community = Community
sample-ask-part = Part
sample-ask-place = Invitation
sample-ask-of = of
