# 可打印的调查报告
report-open = 打印报告或存为PDF
report-back = 网页版结果
report-how = 这是一份完整的调查报告。请用浏览器打印，或另存为PDF：A4纸，带页码。
report-kind = 调查报告
report-contents = 目录
report-wave = 调查
report-counties = 县区
report-period = 调查时间
report-period-text = { $from }至{ $to }
report-published = 公布日期
report-software = 计算程序
report-summary = 摘要
report-county = { $county }：满意率{ $estimate }，95%置信区间{ $interval }（有效样本{ $n }份，设计效应{ $deff }，等效样本{ $effective }份）——{ $outcome ->
    [met] 已证明达到{ $limit }。
    [not_met] 已证明未达到{ $limit }。
    [not_decidable] 是否达到{ $limit }，调查无法判定。
   *[not_assessable] 是否达到{ $limit }，无法评估。
  }
report-county-none = { $county }：没有数值，不作判定。
report-chart-interval = 细线为95%置信区间，粗线为两个95%单侧界限之间的范围，判定以界限为准。
report-figures = 各县区数值与两种规则的判定
report-county-part = { $county }：详细结果
report-record = 决定与时间记录
report-record-text = 下面是本报告生成时两个公开日志的根，以及每一事项的摘要值。保存本报告的人，日后可以证明日志中的条目是否被删除或改动过。
report-log = 日志
report-entries = 条目数
report-digest = SHA-256
report-moment = 时间
report-event = 事项
report-sponsor = 委托单位
report-conductor = 实施单位
