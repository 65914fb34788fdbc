# Fieldwork as it goes
fieldwork-title = Fieldwork
fieldwork-way = Fieldwork: counts, outcomes, pace →
fieldwork-headline = { $used } of { $issued } codes are used ({ $share }).
fieldwork-forecast = If it goes on as in the last days, about { $codes } codes will be used at the end ({ $share }).
fieldwork-steps = While fieldwork runs, used codes and outcomes are counted in full steps of { $step } per county. Nothing is computed from answers before the close.
fieldwork-rates = Rates as AAPOR defines them. Whether an interview is complete is known only after the close, so every used code counts as one: RR2, RR4 and RR6 are given, and not RR1, RR3 and RR5.
fieldwork-chart = Used codes by day, and as they would go on
fieldwork-top = top: { $top } codes
fieldwork-days = Day by day
fieldwork-day = At the beginning of
fieldwork-counties = By county
fieldwork-strata = By stratum, at the beginning of { $day }
fieldwork-stratum = Stratum
fieldwork-merged = merged
fieldwork-short-refusal = Refused
fieldwork-short-non-contact = Not met
fieldwork-short-other = Other
fieldwork-short-undelivered = Undelivered
fieldwork-short-not-eligible = Not eligible
fieldwork-note-title = Note an outcome
fieldwork-note-text = What became of an invitation that brought no answer. Whether its code was used is not told here; an answer counts whatever was noted.
fieldwork-code = Code
fieldwork-code-hint = As it stands on the card.
fieldwork-outcome = Outcome
fieldwork-outcome-hint = “Take back” removes a note that was wrong.
fieldwork-outcome-refusal = Refused: will not take part
fieldwork-outcome-non-contact = Not met: delivered, nobody seen
fieldwork-outcome-other = Other: ill, away, without the language
fieldwork-outcome-undelivered = Undelivered: the card came back
fieldwork-outcome-not-eligible = Not eligible: no dwelling, moved, under age
fieldwork-outcome-none = Take back
fieldwork-note = Note it
fieldwork-note-all = Note them all
fieldwork-file = Many at once, by a file
fieldwork-file-text = XLSX or CSV with the columns code and outcome (refusal, non_contact, other, undelivered, not_eligible, or none to take a note back). All are noted, or none.
fieldwork-noted = { $count ->
    [one] { $count } outcome was noted.
   *[other] { $count } outcomes were noted.
  }
fieldwork-bad-code = This is no code: a character is wrong or missing. Compare it with the card.
fieldwork-no-outcome = Please choose an outcome.
import-column-outcome = outcome
import-words-outcome = refusal, non_contact, other, undelivered, not_eligible, none
audit-action-note-outcomes = Noted outcomes
fieldwork-noted-text = Outcomes are counted as they were noted, also where an answer came after all, so that no count tells of a code.
fieldwork-final = The result has the final rates: there a used code overrides what was noted for it.

# A device of the survey team
assisted-way = Hand a device to a resident
assisted-title = Hand a device to a resident
assisted-lead = For residents without a phone of their own, or who would like somebody beside them.
assisted-step-code = Ask for the letter with the code. Residents type it, or you scan its QR code with this device once the questionnaire is open.
assisted-step-give = Give the device away before the first question. The resident reads and answers alone.
assisted-step-away = Step back so far that you cannot see the screen. If you are asked what a question means, read it aloud; do not explain, do not suggest an answer.
assisted-step-back = At the end the device says that it may be given back. It shows nothing of the answers then.
assisted-county = County
assisted-hand-over = Sign out and hand over
assisted-ends = You are signed out on this device, so that nothing but the questionnaire can be reached. The device stays ready for further residents until midnight.
assisted-stored = It is stored that an answer was given on a device of the survey team; not on which one, when, or who was there.
assisted-not-now = Answers are taken only while the survey runs. It does not run now.
assisted-no-county = Please choose a county of this survey.

# How answers came
fieldwork-modes = How answers came
fieldwork-modes-text = From the answers that are in the record so far, in full steps of twenty while the survey runs. Where fewer than five answers of a batch share a combination of mode and other traits, the mode is not kept.
fieldwork-mode-web = Own phone
fieldwork-mode-plain = Own phone, no script
fieldwork-mode-assisted = Team's device
fieldwork-mode-paper = Paper
fieldwork-mode-blind = Own phone, blind token
fieldwork-mode-none = Not kept
