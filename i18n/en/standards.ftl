# Standards on the desk: for evaluators, who write, and for organizers and auditors, who read.
standards-list = Standards
standards-list-text = A standard says which criteria a county must meet, and how each is judged. What is stored never changes; a change is a new version, which one evaluator proposes and another confirms.
standards-column-name = Standard
standards-column-since = Stored
standards-column-used = Used in
standards-column-draft = Draft
standards-column-state = State
standards-column-changed = Last change
standards-name = { $id }, version { $version }
standards-in-force = in force
standards-unused = in no evaluation
standards-unused-long = No evaluation has used it yet.
standards-used-in = Evaluations that used it:
standards-use = { $wave } (year { $year })
standards-drafts = Drafts
standards-begin-title = Change a standard
standards-begin-text = A copy is made that you can edit. Nothing changes for anybody until a second evaluator has confirmed it.
standards-parent = Begin with
standards-parent-hint = All of its criteria are copied.
standards-id = Id
standards-id-hint = Letters, digits, hyphens, for example yangquan-2004. The same id with a higher version is the next version of the same standard.
standards-version = Version
standards-version-hint = A whole number from 1. Every verdict names it.
standards-begin = Make a draft
standards-begin-as = Make a draft: { $id }, version { $version }
standards-bad-name = An id has letters, digits, hyphens, underscores or dots, at most { $most } of them; a version is a whole number from 1 to 999999.
standards-taken = { $id }, version { $version }, is stored already. Give the draft another version.
standards-too-long = The text is longer than { $most } KB.
standards-fixed-meanwhile = The draft has been proposed, so it cannot be changed now. What you typed was not saved; it is below.
standards-changed-meanwhile = Somebody else changed or proposed this draft in between. What you typed is below and not saved yet: look at what is new in another window, then save again to put yours in its place.
standards-moved-on = Somebody else changed or decided on this draft in between, so nothing was done. Below is how it stands now.
standards-unsaved = What you typed, as the whole text
standards-one-person = You proposed it; another evaluator confirms it.
standards-unfinished = The draft is no whole standard yet:
standards-line = Line { $line }: { $problem }
standards-state-frozen = stored
standards-state-proposed = proposed
standards-state-whole = complete
standards-state-open = { $count ->
    [one] one thing to do
   *[other] { $count } things to do
  }
standards-made-by = Begun { $when }, by { $name }
standards-changed-by = { $when }, by { $name }
standards-proposed-by = Proposed { $when }, by { $name }
standards-confirmed-by = Confirmed { $when }, by { $name }
standards-since = Stored { $when }
standards-counties = Counties: { $names }
standards-download = Save its text (TOML)
standards-sums = What must add up
standards-sums-text = A warning beside the reported values, for those who report and those who verify. It refuses nothing and changes no verdict.
standards-sum-all = { $names } must come to { $whole }.
standards-sum-some = { $names } must not be more than { $whole }.
standards-row = Titles in { $years } consecutive years lead to a recommendation.
standards-comma = ,{ " " }
standards-colon = :{ " " }
standards-detail-item = Item { $item } of the questionnaire.
standards-detail-delta = The rise must be shown to be more than { $points } points.
standards-detail-ceiling = From a level of { $level } on, shown by the bound, no rise is asked for.
standards-detail-mean = The average is the mean of the yearly growths.
standards-detail-compound = The average is compound growth.
standards-detail-undefined = What is counted is not defined, so the criterion is not assessable.
standards-detail-monitored = Shown beside the judgement: { $names }.
standards-detail-growth = Growth of “{ $name }” above { $limit } fails the criterion; no judgement lifts that.
standards-detail-indicator = Reads “{ $name }” ({ $id }).
standards-shown-rate = rate of “{ $name }”
standards-shown-count = number of “{ $name }”
standards-shown-growth = growth of “{ $name }”
standards-measure-least = At least { $least }.
standards-measure-each = { $open ->
    [yes] Every unit has { $measure } of { $least } or more.
   *[no] { $measure } of every unit: { $least } to { $most }.
  }
standards-measure-all = All of them.
standards-measure-county = { $county }: at least { $least }.
standards-measure-only = Asked of { $names } only.
standards-added = New: { $id }
standards-removed = Taken out: { $id }
standards-changed = Changed: { $id }
standards-reordered = The order of the criteria is another.
standards-section = Section changed: { $name }
standards-draft-title = Draft of { $name }
standards-made-from = Made from
standards-changes = Different from { $before }
standards-no-changes = Nothing differs from the standard that it was made from.
standards-tasks = To be done
standards-tasks-text = The draft is saved all the same. It can be proposed when nothing is left here.
standards-text-link = The whole text (TOML)
standards-preview-link = What would have changed, on a page of its own
standards-criteria = Criteria
standards-nameless = (no name yet)
standards-add = Add a criterion
standards-head = Name and source
standards-title-zh = Title in Chinese
standards-title-en = Title in English
standards-source-zh = Source in Chinese
standards-source-en = Source in English
standards-rest = Counties, areas, omitted clauses, sums, calendar, consequences and measures are changed in the whole text.
standards-unreadable = The text is no TOML at the moment, so only the whole text can be edited.
standards-save = Save the draft
standards-propose-title = Put it in force
standards-propose-text = Once it is proposed nobody can change it. Another evaluator confirms it; from then on it is applied to every wave that closes, and the public record of every sealed wave says so.
standards-propose = Propose this standard
standards-confirm-title = It waits for you
standards-confirm-text = Read what differs and what would have changed. With your confirmation it is stored for good and in force at once.
standards-confirm = Confirm and put in force
standards-reject = Do not confirm: back to the desk
standards-await-title = It waits for another evaluator
standards-await-text = Nobody can change it meanwhile.
standards-withdraw = Take the proposal back
standards-frozen-text = It has become a stored standard:
standards-preview = What would have changed
standards-preview-text = Both standards applied by the same program to the same data. Nothing of it is stored. A county is affected only where a sign is another.
standards-preview-none = No wave has been evaluated yet, so there is nothing to compare.
standards-preview-unfinished = The draft cannot be applied yet.
standards-preview-headline = { $counties ->
    [0] No county’s verdict would have been another
    [one] One county’s verdict would have been another
   *[other] The verdicts of { $counties } counties would have been others
  }; { $findings ->
    [0] no criterion comes out otherwise.
    [one] one criterion comes out otherwise.
   *[other] { $findings } criteria come out otherwise.
  }
standards-preview-on = Evaluation { $year }, wave { $wave }, which was evaluated by { $id }, version { $version }.
standards-preview-moved = Values or results have changed since that evaluation, so its own standard would come out otherwise today, too. Both sides here are computed from the values as they are now.
standards-preview-county = { $findings ->
    [0] { $all ->
        [one] one criterion with another reason
       *[other] { $all } criteria with another reason
      }
    [one] one criterion comes out otherwise
   *[other] { $findings } criteria come out otherwise
  }
standards-preview-now = Now
standards-preview-then = Draft
standards-preview-other = other
standards-preview-same = (same result)
standards-preview-absent = not there
standards-text = The whole text
standards-text-hint = The file of the standard. What is wrong is named with its line and saved all the same. Remarks behind “#” stay until a form of this draft is saved.
standards-criterion-title = Criterion { $number } of { $total }: { $id }
standards-criterion-legend = The criterion
standards-rule = Rule
standards-kind-button = Save and show the fields of this rule
standards-kind-at-least = rate at or above a limit
standards-kind-at-most = rate at or below a limit
standards-kind-share-at-least = share of units, rounded up
standards-kind-above-own-average = rate above the own mean of earlier years
standards-kind-below-own-average-growth = growth below the own mean growth
standards-kind-no-event = no event that reaches a limit
standards-kind-none = a count of zero
standards-kind-judged = judged by a named assessor
standards-kind-survey-at-least = survey share at or above a limit
standards-kind-survey-improved = survey share that has risen
standards-average-mean = mean of the yearly growths
standards-average-compound = compound growth
standards-rule-lower-bound = the 95 % bound decides
standards-rule-point = the estimate alone decides
standards-figure-rate = rate
standards-figure-count = number
standards-figure-growth = growth
standards-field-id = Id
standards-hint-id = The area’s id, a dot and a name: crime.clearance. An indicator has this id, too, unless another is named below.
standards-field-clause = Clause
standards-hint-clause = Place in the notice.
standards-field-name = Name
standards-hint-name = As pages print it.
standards-field-short = Short name
standards-hint-short = A word or two for the head of a table; blank means the name.
standards-field-note = Note
standards-hint-note = What the notice leaves open, or how it was read; may be blank.
standards-field-kind = Kind of rule
standards-hint-kind = Each kind has fields of its own.
standards-field-indicator = Indicator
standards-hint-indicator = Id of the reported indicator; blank means that of the criterion.
standards-field-item = Item
standards-hint-item = Id of the question, for example q1.
standards-field-percent = Limit in per cent
standards-hint-percent = From 0 to 100, with at most four decimal places. Reaching it is enough.
standards-field-years = Earlier years
standards-hint-years = How many years are averaged, from 1 to 5.
standards-field-average = Average
standards-hint-average = How the average of earlier growth is read.
standards-field-rule = What decides
standards-hint-rule = The other one is printed beside it.
standards-field-delta = Rise in points
standards-hint-delta = The rise must be shown to be more than this; blank means 0.
standards-field-ceiling = Level from which no rise is asked for, in per cent
standards-hint-ceiling = Blank means that a rise is always asked for.
standards-field-definition = What is counted
standards-hint-definition = With its source. Without a definition the criterion is not assessable.
standards-field-limits = Limits
standards-hint-limits = An event that reaches any of them fails the criterion. The last row is for another one; a row without a measure and limit is left out.
standards-limits-first = Measure
standards-limits-second = Reached at
standards-field-monitored = Figures beside the judgement
standards-hint-monitored = They are shown and decide nothing. The last row is for another one; a row without an indicator is left out.
standards-monitored-first = Indicator
standards-monitored-second = Shown as
standards-field-growth = Limit of growth
standards-hint-growth = Growth above it fails the criterion whatever the judgement; both blank means no limit.
standards-growth-first = Indicator
standards-growth-second = Per cent
standards-remove-title = Take this criterion out
standards-remove-text = It leaves the draft with everything typed for it.
standards-remove = Take it out
standards-previous = Previous
standards-following = Next
standards-back = All criteria
