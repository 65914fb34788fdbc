# A wave from its file to its result

## States and what comes next
wave-state-draft = draft
wave-state-sealed = sealed
wave-state-drawn = drawn
wave-state-open = open
wave-state-closing = closing
wave-state-closed = closed
wave-state-published = published
wave-next-draft = Next: one person asks for the seal, another confirms it.
wave-next-sealed = Next: draw the sample from a public seed.
wave-next-drawn = Next: hand out the letters and open fieldwork.
wave-next-open = Next: one person asks for the close, another confirms it.
wave-next-closing = The close was confirmed and is not finished; take it up again.
wave-next-closed = Next: publish the result.
wave-next-published = The wave is complete.

## Why a step is not taken
wave-denied = Waves are run by organizers; this account has another role. Sign in as an organizer.
wave-unknown = There is no wave “{ $slug }”. The list of waves shows those that exist.
wave-no-frame = There is no sampling frame named “{ $name }”. Import it first, or mend the name in the wave file.
wave-no-margins = There are no population margins named “{ $name }”. Import them first, or mend the name in the wave file.
wave-no-base-wave = There is no earlier wave “{ $name }”. Mend base_wave in the wave file, or leave it out.
wave-slug-taken = There is a wave “{ $slug }” already. Give the new one another slug.
wave-changed-meanwhile = Somebody else took a step in this wave in the meantime. Look at how it stands, then decide again.
wave-store = The data could not be read or written ({ $error }). Nothing was changed. Try again; if it fails again, look at the disk and the database.
wave-store-contention = Another step was being stored at the same moment. Nothing was changed; try again.
wave-store-unsettled = It is not known whether the step was stored. Look at how the wave stands before you try again.
wave-keys = The wave's keys cannot be used: { $error }.
wave-refused-state = The wave is { $found }; this step is taken when it is { $needed }. { $next }
wave-refused-incomplete-frame = The wave has no sampling frame yet. Import one and name it in the wave file.
wave-refused-incomplete-margins = The wave has no population margins yet. Import them and name them in the wave file.
wave-refused-incomplete-seed = The wave has no seed yet: its sample was never drawn.
wave-refused-not-asked = Nobody has asked for this yet. One person asks, another confirms.
wave-refused-same-person = You asked for this yourself; another organizer must confirm it with an account of their own.
wave-refused-no-reason = The announced end is { $end }. To close earlier, give a reason; it is printed with the result.
wave-refused-over = The announced end { $end } has passed, so opening would be in vain. Make a new wave with a later end.
wave-refused-bad-period = closes_at must come after opens_at. Make the wave anew with a period that fits.
wave-refused-not-announced = A result of real answers is published at a time that was announced. Announce it first, at least an hour ahead.
wave-refused-too-early = The result was announced for { $when }. It is published by itself at that time.
wave-refused-short-notice = A result is announced at least an hour before: choose { $when } or later.
wave-announced = The result of { $slug } is published on { $when }.
wave-selection = Stratum { $stratum } cannot be drawn: { $reason }
wave-selection-out-of-range = { $what } number { $at } is { $value }, which is out of range. Mend the frame.
wave-selection-too-many = { $wanted } communities are wanted, and only { $available } can be drawn. Lower psus in the plan.
wave-selection-sum-not-whole = the selection probabilities add up to { $sum }, which is no whole number. Mend the sizes in the frame.
wave-selection-too-few = { $n } communities are not enough for the strata. Raise psus in the plan.
wave-selection-too-large = { $units } units and a sample of { $n } are too many for the method { $method }. Draw in strata.
wave-selection-no-joint = for { $units } units and a sample of { $n } the joint probabilities of the method { $method } are not known. Use the method sampford.
wave-selection-bad-inputs = the inputs of { $kind } do not fit ({ $reason }).

## What does not fit in a plan
wave-plan-schema = Plan, { $field }: form { $form } is unknown to this version. Use form 1.
wave-plan-no-item = Plan, { $field }: the questionnaire has no item “{ $item }”. Name an item that it has.
wave-plan-not-single = Plan, { $field }: item “{ $item }” takes several answers; an item with one answer is needed.
wave-plan-no-option = Plan, { $field }: item “{ $item }” has no option “{ $code }”. Name a code that it has.
wave-plan-other-approval = Plan, { $field }: the questionnaire marks other answers of item “{ $item }” as approval. Make both name the same answers.
wave-plan-out-of-range = Plan, { $field }: must be from { $low } to { $high }.
wave-plan-county-twice = Plan, { $field }: county { $county } occurs twice. Keep one line for each county.
wave-plan-no-margins = Plan, { $field }: county { $county } has no population margins. Import margins that hold it, or leave it out of the sample.
wave-plan-margin-mismatch = Plan, { $field }: the margins of county { $county } and item “{ $item }” do not have the same answers; “{ $code }” is on one side only. Make the margins' cells and the item's codes equal.
wave-plan-adults = Plan, { $field }: the number of adults is asked in waves of households, and only there. Set the item for a household wave, leave it out for a wave of persons.
wave-plan-empty = Plan, { $field }: is empty; at least one entry is needed.

## Why the frame cannot carry the sample
wave-sample-not-in-frame = County { $county } has no community or village in the frame. Add its rows to the frame, or leave the county out of the sample.
wave-sample-too-many-psus = County { $county }: psus = { $wanted }, but the frame has only { $available } communities and villages there. Lower psus.
wave-sample-too-few-units = County { $county }: { $psus } communities and { $invitations } invitations give fewer than two variance units of { $least } invitations. Raise psus or invitations.
wave-sample-too-few-addresses = { $unit } has { $addresses } addresses and would have to get { $invitations } invitations. Join it with a neighbor in the frame, or lower invitations.

## Why a close does not end
wave-batch-held = Another process is moving the answers at this moment. Wait two minutes.
wave-batch-changed = Answers were still arriving while they were being moved.
wave-batch-unreadable = An answer from county { $county } (day { $epoch }) cannot be opened; it stays where it is. Look whether the keys folder is that of this instance and whole.
wave-pool-not-empty = { $left } answers have not been moved yet.
wave-count-issued-used = County { $county }: { $more } codes were issued, but { $less } were used. There cannot be more used than issued.
wave-count-used-cast = County { $county }: { $more } codes were used, but { $less } answers were recorded. There cannot be more answers than used codes.
wave-count-cast-leaves = County { $county }: { $more } answers are recorded, but the log has { $less } entries. The two must be equal.
wave-count-cast-eligible = County { $county }: { $more } answers are recorded, but { $less } were sorted as eligible or screened out. The two must be equal.
wave-count-envelopes-entered = County { $county }: { $less } sheets of paper are entered, but only { $more } return envelopes came in.
wave-count-blind-cast = County { $county }: { $less } answers came with a blind token, but only { $more } codes were used for one, in the county or in one of its variance units.
wave-count-stopped = The counts contradict each other, so no result was computed or stored. Find the cause first.
wave-record = A stored answer does not fit the questionnaire: { $error }.
wave-interrupted = The calculation was interrupted.
wave-close-again = The wave takes no more answers and nothing is lost: take the close up again when the cause is mended.

## The wave file
wave-file-syntax = The wave file cannot be read: { $message }
wave-file-time = { $field }: “{ $text }” is no date and time. Write for example 2026-11-30T20:00, in local time.
wave-file-sample-or-plan = Give exactly one of [sample] (with the standard plan around it), a whole [plan], and [open] (a wave whose link goes to everyone).
wave-file-no-questionnaire = The questionnaire cannot be read: { $message }
questionnaire-syntax = The questionnaire cannot be read: { $message }
questionnaire-item-syntax = Questionnaire, item { $item }: { $message }
questionnaire-head = Questionnaire, { $field }: { $problem }
questionnaire-item = Questionnaire, item { $item }, { $field }: { $problem }
questionnaire-empty = is empty; something is needed here.
questionnaire-bad-name = “{ $name }” may hold only lower-case letters, digits, “-” and “_”.
questionnaire-twice = “{ $name }” occurs twice; give one of them another name.
questionnaire-no-language = there is no text in { $tag }. Add it.
questionnaire-out-of-range = must be from { $low } to { $high }.
questionnaire-no-earlier-item = refers to “{ $item }”, which is no earlier item. Conditions look back only.
questionnaire-no-such-code = refers to code “{ $code }”, which item { $item } does not have.
questionnaire-no-place-max = a question with one answer has no max. Leave it out.
questionnaire-no-place-ends = only a screening question with one answer can end the interview.
questionnaire-no-place-exclusive = every answer of a question with one answer excludes the others anyway. Leave it out.
questionnaire-no-place-approves = only a real answer can count as approval, not “can't say”, “prefer not to answer” or one that ends the interview.
questionnaire-no-place-refusal = an option is either “can't say” or “prefer not to answer”, not both.

## Imports
import-denied = Areas, frames and margins are imported by organizers; this account has another role. Sign in as an organizer.
import-name-taken = There is an import named “{ $name }” already, and imports are never overwritten. Give this one another name.
import-no-random = The system gave no random numbers. Nothing was changed; try again.
import-more = { $count ->
    [one] There is at least one more problem. Mend these first.
   *[other] There are at least { $count } more problems. Mend these first.
  }
import-at-row-and-column = row { $row }, column { $column }: { $what }
import-at-row = row { $row }: { $what }
import-at-column = column { $column }: { $what }
import-column-code = code
import-column-level = level
import-column-name-zh = name_zh
import-column-name-en = name_en
import-column-parent = parent
import-column-name = name
import-column-county = county
import-column-residence = residence
import-column-size = size
import-column-addresses = addresses
import-column-sex = sex
import-column-age = age
import-column-population = population
import-words-level = city, county, township, community
import-words-residence = urban, rural
import-unreadable = this is no CSV ({ $error }). Save the table as XLSX or “CSV UTF-8”.
import-encoding = the file is no table that we can read: its text is neither UTF-8 nor GB18030. Save it as XLSX or “CSV UTF-8”.
import-old-workbook = this workbook is in the format before 2007, or it has a password. Save it as “Excel workbook (*.xlsx)” without a password.
import-broken-workbook = the workbook cannot be opened ({ $error }). Open it in the spreadsheet program and save it again as XLSX.
import-no-title = column { $place } has something in it but no title. Give it one, or empty the column.
import-rounded = “{ $found }” is a code that the spreadsheet program has rounded. Format the column as text and fill in the codes again.
import-no-rows = there are no rows under the header.
import-no-column = this column is missing. Add it; the header is the first row.
import-two-columns = this column occurs twice. Keep one.
import-unknown-column = nothing reads a column “{ $title }”. Check its spelling, or begin it with # if it is a remark.
import-cells = { $found } cells where the header has { $expected }. Look for a missing or an extra comma.
import-empty = is empty; something is needed here.
import-code = “{ $found }” is no division code of 6, 9 or 12 digits.
import-number = “{ $found }” is no whole number of 0 or more.
import-word = “{ $found }” is none of: { $expected }.
import-either-or = a row is about sex and age or about residence, not both. Leave one of them empty.
import-code-twice = { $code } occurs twice. Keep one row.
import-no-parent = { $code } lies in { $parent }, which is not in the file. Add that row, or mend the code.
import-wrong-level = { $code } needs a parent exactly one level up; only a city has none.
import-no-county = { $county } is no county of the imported areas. Import the areas first, or mend the code.
import-elsewhere = { $code } does not begin with the six digits of county { $county }. Mend one of the two codes.
import-unit-nobody = { $code }: size and addresses must be at least 1. Leave out places where nobody lives.
import-cell-twice = county { $county }: { $cell } occurs twice. Keep one row.
import-cell-nobody = county { $county }: { $cell } has nobody in it. At least 1 is needed.
import-cell-missing = county { $county }: the row { $cell } is missing. Every sex needs every age band.
import-no-margin-sex-age = county { $county }: there are no rows by sex and age. Add them.
import-no-margin-residence = county { $county }: there are no rows by urban and rural. Add them.
import-margins-unequal = county { $county }: sex and age add up to { $sexes } people, urban and rural to { $residences }. Both must count the same people.

## Commands
person-refused = The name “{ $name }” or the password is wrong, or the account is disabled. Nothing was done.
person-password-due = { $name } still has the password that somebody else made. Sign in on the pages and choose another one first.
person-throttled = Too many failures with this name. Wait { $seconds } seconds, then try again.
person-password-ask = Password of { $name } (nothing is shown while you type):
person-password-no-text = MINYI_PASSWORD holds bytes that are no UTF-8. Set it again.
import-attempted = importing
import-done-areas = { $file }: { $rows } areas imported.
import-done-frame = { $file }: { $rows } communities and villages imported as frame “{ $name }”. SHA-256 { $digest }
import-done-margins = { $file }: { $rows } rows imported as margins “{ $name }”. SHA-256 { $digest }
import-not-utf-8 = { $file } is not in UTF-8. Save it as UTF-8 and import it again.
import-done-standard = { $file }: standard { $id }, version { $version }, with { $criteria } criteria is in force.
import-proposed-standard = { $file }: standard { $id }, version { $version }, with { $criteria } criteria is proposed. It is in force when another evaluator confirms it under “Standards”.
import-known-standard = { $file }: standard { $id }, version { $version }, with { $criteria } criteria is here already. Nothing changed.
import-done-indicators = { $file }: { $rows } values, { $new } of them new, { $changed } changed, { $unchanged } unchanged.
wave-attempted = running the wave
wave-standing = Wave { $slug }: { $state }. Fieldwork { $from } to { $to }. { $next }
wave-plan-digest = Plan, SHA-256: { $digest }
wave-asked-seal = The seal was asked for. Next: another person confirms it.
wave-asked-close = The close was asked for. Next: another person confirms it.
wave-close-taken-up = The close was confirmed earlier and is taken up again.
wave-none = There are no waves yet. Make one with: minyi wave create FILE.toml
wave-no-result = Wave “{ $slug }” has no result yet. Close it first.
wave-synthetic = made up
wave-head-slug = Wave
wave-head-state = State
wave-head-from = From
wave-head-to = To
wave-head-title = Title
wave-head-data = Data
wave-head-county = County
wave-head-issued = Codes issued
wave-head-used = Codes used
wave-used-in-steps = While the wave runs, used codes are shown in steps of { $step }.
wave-act-asked-seal = Seal asked for by { $name }, { $at }.
wave-act-sealed = Sealed by { $name }, { $at }.
wave-act-asked-close = Close asked for by { $name }, { $at }.
wave-act-closed = Closed by { $name }, { $at }.
wave-act-reason = Reason for closing early: { $reason }
draw-no-seed = --seed is empty. Give the public random text, such as the numbers of a lottery that was drawn after the seal.
draw-file-taken = { $file } is there already, and it is not overwritten. Nothing was drawn. Give --codes another name.
draw-file-interrupted = { $file } is the rest of a draw that was interrupted. If the wave is drawn, it holds the only copy of its codes: give it another name and keep it. If the wave is not drawn, remove it. Nothing was drawn now.
draw-file-refused = { $file } cannot be written: { $message }. Nothing was drawn.
draw-not-kept = The codes could not be written to { $file }. Nothing was drawn; look at the disk, then draw again.
draw-unsettled = It is not known whether the draw was stored. Its codes are in { $file }; keep that file. Look at the wave's status: if it is drawn, these are its codes; if it is sealed, remove the file and draw again.
draw-not-named = The sample is drawn. Its codes are complete in { $file }, which could not be given its own name. Keep that file; it is the only copy.
draw-only-copy = The codes exist in this file and nowhere else. If it is lost, no one can list them again. Print the letters, then destroy it.
draw-done = Wave { $slug }: drawn. { $count } codes for { $psus } places written to { $file }. Seed { $seed }. Next: hand out the letters and open fieldwork.

## The result as a table
summary-synthetic = ! The answers are made up.
summary-synthetic-frame = ! The sampling frame is made up or a stand-in: { $source }
summary-synthetic-margins = ! The population margins are made up or stand-ins: { $source }
summary-early = Closed before the announced end: { $reason }
summary-rule = Approval of { $threshold } or more. { $rule ->
    [point] The estimate itself decides.
   *[lower_bound] The one-sided 95 % bound decides.
  }
summary-county = County
summary-invited = Invited
summary-approval = Approval %
summary-interval = 95 % interval
summary-bounds = 95 % one-sided bounds
summary-verdict = Verdict
summary-other-rule = By the other rule
summary-note = { $county }: { $why }
summary-failure-no_respondents = nobody answered
summary-weighting-failed = { $county }: the weights could not be computed ({ $why }).
summary-differs = * { $county }: without “can't say” or without flagged answers, the verdict would be another one.

wave-log-runs = The log of this wave goes on as it is; a new one is only for a restore that lacked leaves.
wave-log-halted = { $lost } leaves that were signed are missing from the log. Nothing is signed until two people let a new log begin: minyi wave ask-new-log, then minyi wave new-log.
wave-log-none = The wave has no log yet: it begins when fieldwork opens.
wave-log-key = To be checked with this key: { $key }
wave-log-asked = Wave { $wave }: a new log { $log } was asked for, without { $lost } leaves of the old one; another person confirms it.
wave-log-begun = Wave { $wave }: the log { $log } begins, without { $lost } leaves of the old one. Answers are taken again.
## Open waves and quota cells
wave-open-mark = open, not a probability sample
wave-comma = {", "}
wave-next-sealed-open = Next: open fieldwork; the link then works for everyone.
wave-next-open-open = Next: one person asks for the close, another confirms it.
wave-refused-no-sample = This is an open wave: it has no sample, and nothing is drawn or handed out. Open it after the seal.
wave-plan-no-area = Plan, { $field }: county { $county } is not in the area tree. Import the areas first, or mend the code.
wave-file-missing = { $field } is missing. A wave with a sample names its frame and its margins.
wave-file-twice = { $field } stands in the plan already; give it once.
wave-file-not-open = An open wave has no { $field }. Leave the line out, or give a sample instead of [open].
wave-head-kept = Answers kept
wave-count-cast-cells = County { $county }: { $more } answers are recorded, but the quota cells hold { $less }. There cannot be more in the cells than answers.
import-column-target = target
import-column-rule = rule
import-words-rule = monitor, close
quota-no-county = county { $county } is not in this wave. Name one of its counties.
quota-no-age = the questionnaire has no age band “{ $code }”. Use the codes of its item on age.
quota-no-sex = the questionnaire has no sex “{ $code }”. Use the codes of its item on sex.
quota-residence = either all cells of a wave have a residence or none has; an open wave has it when its plan says residence = true.
quota-twice = this cell occurs twice. Keep one row.
quota-closes = nobody who was drawn is turned away: in a wave with a sample the rule is “monitor”.
quota-other-cells = after the seal the cells stay as they are; only targets and rules change. Give every sealed cell, and no other.
quota-counted = { $counted } answers are counted already. The target cannot be lower.
quota-set = Wave “{ $slug }” has { $cells } quota cells now. They are sealed with the plan.
quota-asked = { $cells } quota cells of wave “{ $slug }” are to change. Another person must confirm it.
quota-none = This wave has no quota cells.
quota-change = { $of }: target { $before } → { $after }
quota-change-rule = { $of }: target { $before } → { $after }, { $rule-before } → { $rule-after }
quota-rule-monitor = is watched
quota-rule-close = closes when full
reissue-done = Wave { $slug }: { $count } other codes for the same { $psus } places are in { $file }. Every earlier code is useless now: letters that carry one must be printed again.
wave-removed = The draft “{ $slug }” is removed.
import-done-results = { $file }: { $rows } figures imported as results of others, “{ $name }”. SHA-256 { $digest }
import-words-item = approval, safety
import-words-undecided = in, out, unknown
import-column-item = item
import-column-wave = wave
import-column-date = date
import-column-estimate = estimate
import-column-error = error
import-column-n = n
import-column-n-eff = n_eff
import-column-df = df
import-column-wording = wording
import-column-counted = counted
import-column-undecided = undecided
