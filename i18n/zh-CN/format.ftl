# 日期与时间
format-date = { $year }年{ $month }月{ $day }日
format-moment = { $date } { $time }
product = 民意
skip-to-content = 跳到正文
navigation = 导航
to-start = 回到首页
