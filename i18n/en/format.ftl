# Dates and times
format-date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
  } { $year }
format-moment = { $date }, { $time }
product = Minyi 民意
skip-to-content = Skip to content
navigation = Navigation
to-start = To the first page
