# 日期与时间
format-date = { $year }年{ $month }月{ $day }日
format-moment = { $date } { $time }
product = 民意
