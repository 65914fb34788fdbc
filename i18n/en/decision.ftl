# Titles of open counties by decision

decision-title = Titles by decision
decision-way = Titles by decision
decision-lead = A county whose verdict is open has no title by itself. Two evaluators can give it the title together, with a written reason for each open criterion. The verdict stays open; the result says “by decision” and prints both names and every reason.
decision-counts = A title by decision counts toward the { $years } years in a row, like any other.
decision-counts-not = Under this standard a title by decision does not count toward the { $years } years in a row.
decision-not-evaluated = No standard has been applied to this result yet, so there is nothing to decide. An evaluator applies it on the page of the wave.
decision-none-open = No county is open, so there is nothing to decide.
decision-standing-none = Open, no decision
decision-standing-waiting = Waits for a second person
decision-standing-decided = Title by decision
decision-open-because = Clause { $clause }, { $finding }. { $why }
decision-propose-title = Propose the title
decision-propose-text = Write for each open criterion why the county should have the title all the same. Another evaluator must confirm. Names and reasons are printed with the result.
decision-propose = Propose the title
decision-await = Another evaluator must confirm or reject this.
decision-confirm-text = If you confirm, { $county } gets the title of { $year } by decision of { $first } and you. { $published ->
    [yes] Everybody reads it on the page of the result at once.
   *[no] This can be confirmed once the result is published.
  } It cannot be taken back.
decision-confirm = Confirm the title
decision-reject-title = Reject it
decision-why = Why not
decision-why-hint = Whoever proposed it reads this, and it stays in the audit log. It is not published.
decision-reject = Reject it
decision-take-back = Take the proposal back
decision-past = Earlier proposals
decision-proposed-by = Proposed by { $name } on { $when }.
decision-confirmed-by = Confirmed by { $name } on { $when }.
decision-rejected-by = Rejected by { $name } on { $when }: { $reason }
decision-taken-back-by = Taken back by { $name } on { $when }.
decision-no-reason = Write a reason for “{ $name }”.
decision-too-long = The reason for “{ $name }” is longer than { $most } characters.
decision-not-published = A title is confirmed when the result is published: until then its evaluation may change.
decision-one-person = You proposed this title yourself: somebody else must confirm it.
decision-not-open = The verdict on this county is not open.
decision-no-why = Write why you reject it, in at most { $most } characters.
decision-changed = Somebody decided on this county in between, or the standard was applied again. Below is how it stands now.

# In the results
decision-mark = title by decision
decision-result-title = Title by decision
decision-result-text = The verdict is open. { $first } and { $second } gave { $county } the title of { $year } by decision on { $when }, with these reasons:
decision-result-matrix = { $count ->
    [1] One open county has the title by decision
   *[other] { $count } open counties have the title by decision
  }: { $counties }. Names and reasons are on { $count ->
    [1] its page
   *[other] their pages
  }.

organize-event-confirm-decision = Title by decision, confirmed by { $name }
audit-action-propose-decision = Proposed a title by decision
audit-action-confirm-decision = Confirmed a title by decision
audit-action-reject-decision = Rejected a title by decision
