# What counties report: for reporters, evaluators and auditors.
indicators-title = Indicators
indicators-lead = What each county has reported for a year, and how much of it a second person has verified.
indicators-no-standard = There is no standard yet, so nothing can be reported. It is imported with “minyi import standard”.
indicators-year = Year { $year }
indicators-deadline = Self-check in December; application until { $day }, that day included. Later reports are kept and marked late.
indicators-county = County
indicators-verified = verified
indicators-reported = reported, not verified
indicators-disputed = disputed
indicators-missing = not reported
indicators-sheet-title = { $county }: indicators of { $year }
indicators-sheet-lead = In the order and words of the standard. Every report stays as a version of its own; what a second person has verified is unverified again as soon as another value is reported.
indicators-measures = Monitored measures
indicators-judged = A named assessor judges this criterion with a written reason and evidence; the county reports the figures below, if there are any.
indicators-survey = This criterion is decided by the residents’ survey; nothing is reported.
indicators-hint-rate = Two whole numbers; the part is never larger than the whole.
indicators-hint-count = A whole number; 0 if there was none.
indicators-hint-amount = A number with at most four decimal places, in the unit that the name says.
indicators-hint-list = One line for each: what it is; measure=number; measure=number. Measures: { $names }. If there was none, write “none”.
indicators-comma = , 
indicators-k = Part (k)
indicators-m = Whole (m)
indicators-value = Value
indicators-rate = { $k } of { $m } ({ $share })
indicators-nothing = { $k } of { $m }
indicators-earlier = Earlier years:
indicators-of-year = { $year }: { $value }
indicators-between = ;
indicators-no-value = no value
indicators-late = late: { $at }
indicators-dispute-said = { $who } disputes this value: { $reason }
indicators-odd-jump = This differs by more than half from the year before. If it is right, a line of evidence helps.
indicators-odd-whole-jump = The whole differs by more than half from the year before. If it is right, a line of evidence helps.
indicators-odd-rate-jump = The rate differs by more than 15 points from the year before. If it is right, a line of evidence helps.
indicators-odd-count = { $count ->
    [one] One value calls for a second look; the reason stands beside it. Nothing is refused for that.
   *[other] { $count } values call for a second look; the reasons stand beside them. Nothing is refused for that.
}
indicators-sum-all = { $names } should add up to { $whole }: they come to { $parts }, and that is { $total }. Please look at both once more.
indicators-sum-some = { $names } cannot be more than { $whole }: they come to { $parts }, and that is { $total }. Please look at both once more.
indicators-and = { " " }and{ " " }
indicators-term = “{ $name }”
indicators-term-k = “{ $name }” (part)
indicators-term-m = “{ $name }” (whole)
indicators-emptied = A value that was reported cannot be emptied. Report the right one; the earlier one stays as a version.
indicators-unknown-measure = The standard knows no measure “{ $name }”.
indicators-refused = { $count ->
    [one] One indicator cannot be taken like this. Nothing was saved; what you typed is still here.
   *[other] { $count } indicators cannot be taken like this. Nothing was saved; what you typed is still here.
}
indicators-saved = { $count ->
    [0] Nothing differs from what was reported before.
    [one] One value is reported and waits for a second person.
   *[other] { $count } values are reported and wait for a second person.
}
indicators-history = All versions
indicators-version = Version { $number }: { $value }, { $who }, { $at }.
indicators-version-verified = { " " }Verified by { $who }, { $at }.
indicators-version-disputed = { " " }Disputed by { $who }, { $at }: { $reason }
indicators-console = the command line
indicators-verify = Verify: it agrees with the evidence
indicators-dispute = Dispute this value
indicators-reason = What does not agree
indicators-dispute-button = Dispute with this reason
indicators-own = Nobody verifies what the own account entered. Another evaluator does it.
indicators-no-reason = A dispute needs a reason that the county can answer.
indicators-save-text = What differs from the latest version becomes the next one and waits for a second person. Everything is saved, or nothing.
indicators-save = Report
indicators-evidence = Evidence
indicators-evidence-text = PDF, PNG, JPEG, XLSX or CSV, up to 10 MB. A file is kept under its SHA-256 and stays.
indicators-evidence-of = Behind which value
indicators-evidence-add = Add the file
indicators-file-empty = No file was chosen, or it is empty.
indicators-file-too-large = The file is larger than 10 MB.
indicators-file-ending = Only files that end in .pdf, .png, .jpg, .jpeg, .xlsx or .csv are taken.
indicators-file-content = The content is not what the ending of the name says.
indicators-file-too-many = This value has ten files already, which is the most.
indicators-file-again = This value has this very file already.
indicators-template = Save as a workbook (XLSX), with the year before beside it
indicators-bring = Fill the form in from a workbook
indicators-bring-hint = The workbook from above with value, k and m filled in. It only fills the form below; nothing is reported before you have read it and pressed “Report”.
indicators-bring-button = Fill the form in
indicators-filled = The form is filled in from the file. Nothing is reported yet: read it, then press “Report” at the end.
indicators-row = Row { $row }: { $problem }
indicators-table-unreadable = The file is neither a workbook (XLSX) nor a CSV.
indicators-table-column = The column “{ $what }” is missing.
indicators-table-unknown = The county reports no indicator “{ $what }”.
indicators-table-twice = The indicator “{ $what }” stands in an earlier row, too.
