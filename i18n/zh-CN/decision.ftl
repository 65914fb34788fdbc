# 待定县区经决定命名

decision-title = 经决定命名
decision-way = 经决定命名
decision-lead = 判定为待定的县区不能自动获得命名。两名评价人员对每个待定项写明理由，可以共同决定命名。判定仍为待定；结果中注明“经决定命名”，并刊出两人姓名和全部理由。
decision-counts = 经决定命名与其他命名一样，计入连续{ $years }年。
decision-counts-not = 按现行评价标准，经决定命名不计入连续{ $years }年。
decision-not-evaluated = 这一结果还没有按评价标准评价，没有可决定的事项。请评价人员先在本次调查的页面上进行评价。
decision-none-open = 没有待定的县区，没有可决定的事项。
decision-standing-none = 待定，尚无决定
decision-standing-waiting = 等待第二人确认
decision-standing-decided = 经决定命名
decision-open-because = 条款{ $clause }，{ $finding }。{ $why }
decision-propose-title = 提议命名
decision-propose-text = 请对每个待定项写明仍应命名的理由，并由另一名评价人员确认。姓名和理由将随结果刊出。
decision-propose = 提议命名
decision-await = 须由另一名评价人员确认或否决。
decision-confirm-text = 确认后，{ $county }由 { $first } 和您共同决定，获得{ $year }年命名。{ $published ->
    [yes] 结果页面立即刊出，人人可见。
   *[no] 结果公布之后才能确认。
  }确认后不能撤回。
decision-confirm = 确认命名
decision-reject-title = 否决
decision-why = 否决理由
decision-why-hint = 提议人可以看到，并留存在审计日志中，不对外公布。
decision-reject = 否决
decision-take-back = 撤回提议
decision-past = 以往的提议
decision-proposed-by = { $name } 于{ $when }提议。
decision-confirmed-by = { $name } 于{ $when }确认。
decision-rejected-by = { $name } 于{ $when }否决：{ $reason }
decision-taken-back-by = { $name } 于{ $when }撤回。
decision-no-reason = 请写明“{ $name }”的理由。
decision-too-long = “{ $name }”的理由超过{ $most }字。
decision-not-published = 结果公布之后才能确认命名：在此之前评价还可能改变。
decision-one-person = 这一命名由您本人提议，须由他人确认。
decision-not-open = 这个县区的判定不是待定。
decision-no-why = 请写明否决理由，不超过{ $most }字。
decision-changed = 其间已有人对这个县区作出决定，或者评价已重新进行。下面是目前的情况。

# 结果页面
decision-mark = 经决定命名
decision-result-title = 经决定命名
decision-result-text = 判定为待定。{ $first } 和 { $second } 于{ $when }决定，{ $county }获得{ $year }年命名，理由如下：
decision-result-matrix = { $count ->
    [1] 有1个待定县区经决定命名
   *[other] 有{ $count }个待定县区经决定命名
  }：{ $counties }。姓名和理由见{ $count ->
    [1] 该县区
   *[other] 各县区
  }页面。

organize-event-confirm-decision = 经决定命名，由 { $name } 确认
audit-action-propose-decision = 提议经决定命名
audit-action-confirm-decision = 确认经决定命名
audit-action-reject-decision = 否决经决定命名
