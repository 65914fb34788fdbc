# The result as a document to print
report-open = Report to print or keep as PDF
report-back = Result on the web
report-how = This is the whole result as one document. Print it with your browser, or save it as PDF: A4, with page numbers.
report-kind = Report of a survey
report-contents = Contents
report-wave = Survey
report-counties = Counties
report-period = Fieldwork
report-period-text = { $from } to { $to }
report-published = Published
report-software = Computed by
report-summary = Summary
report-county = { $county }: approval { $estimate }, 95% interval { $interval } (n = { $n }, design effect { $deff }, effective n = { $effective }) – { $outcome ->
    [met] shown to reach { $limit }.
    [not_met] shown not to reach { $limit }.
    [not_decidable] the survey cannot decide whether it reaches { $limit }.
   *[not_assessable] it cannot be assessed against { $limit }.
  }
report-county-none = { $county }: there is no figure, so nothing is judged.
report-chart-interval = Thin line: 95% interval. Thick line: between the one-sided 95% bounds, which decide.
report-figures = Figures and verdicts by both rules
report-county-part = { $county }: details
report-record = What was decided when
report-record-text = Heads of the two public logs when this document was made, and the digest of each event. Whoever keeps this document can prove later whether an entry was taken away or changed.
report-log = Log
report-entries = Entries
report-digest = SHA-256
report-moment = When
report-event = Event
report-sponsor = Commissioned by
report-conductor = Conducted by
