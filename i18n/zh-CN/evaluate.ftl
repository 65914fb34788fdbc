# 单项结果与判定
evaluate-finding-met = 达标
evaluate-finding-not_met = 未达标
evaluate-finding-not_decidable = 无法判定
evaluate-finding-not_assessable = 无法评估
evaluate-finding-not_applicable = 不适用
evaluate-outcome-met = 达标
evaluate-outcome-not_met = 未达标
evaluate-outcome-open = 待定

# 单项结果的理由
evaluate-reason-rate = { $m }中有{ $k }，为{ $share }；要求{ $side ->
    [at_least] 不低于
   *[at_most] 不高于
  }{ $limit }，{ $holds ->
    [yes] 符合
   *[no] 不符合
  }。
evaluate-reason-share = { $m }个单位中有{ $k }个达标；{ $m }个的{ $limit }向上取整为{ $needed }个，{ $holds ->
    [yes] 已达到
   *[no] 未达到
  }。
evaluate-reason-growth = { $before }起→{ $now }起，增幅{ $growth }；此前{ $years }年自身平均增幅为{ $mean }，本年{ $holds ->
    [yes] 低于平均
   *[no] 不低于平均
  }。
evaluate-reason-own-average = { $m }中有{ $k }，为{ $share }；此前{ $years }年自身平均为{ $mean }，本年{ $holds ->
    [yes] 高于平均
   *[no] 不高于平均
  }。
evaluate-reason-no-event = { $events ->
    [0] 报告没有发生此类事件。
    [1] 报告了1起，未达到任何界限。
   *[other] 报告了{ $events }起，均未达到任何界限。
  }
evaluate-reason-event = { $label }：{ $measure }{ $value }，界限为{ $limit }{ $events ->
    [1] 。
   *[other] ；共有{ $events }起达到界限。
  }
evaluate-reason-event-incomplete = { $label }：没有报告“{ $measure }”，而它可能起决定作用。
evaluate-reason-counted = { $count ->
    [0] 报告为0起。
    [1] 报告了1起，要求为0。
   *[other] 报告了{ $count }起，要求为0。
  }
evaluate-reason-undefined = 标准没有说明统计的是什么。
evaluate-reason-judged = { $assessor }评定为{ $holds ->
    [yes] 达标
   *[no] 未达标
  }：{ $reason }（依据：{ $evidence }）
evaluate-reason-growth-over-limit = 监测增幅为{ $growth }，超过{ $limit }的上限，任何评定都不能改变。
evaluate-reason-not-judged = 尚无人评定。
evaluate-reason-judgement-incomplete = 评定缺少{ $missing ->
    [assessor] 评定人姓名
    [reason] 书面理由
   *[evidence] 依据
  }，不予采用。
evaluate-reason-survey = { $rule ->
    [lower_bound] { $outcome ->
        [met] 估计值{ $estimate }（{ $n }份答卷）；95%下限{ $lower }不低于{ $limit }，已证明达标。
        [not_met] 估计值{ $estimate }（{ $n }份答卷）；95%上限{ $upper }低于{ $limit }，已证明未达标。
       *[not_decidable] 估计值{ $estimate }（{ $n }份答卷）；{ $limit }在下限{ $lower }与上限{ $upper }之间，调查不能判定。
      }
   *[point] { $outcome ->
        [met] 仅看估计值{ $estimate }（{ $n }份答卷），不低于{ $limit }；上下限为{ $lower }和{ $upper }。
       *[not_met] 仅看估计值{ $estimate }（{ $n }份答卷），低于{ $limit }；上下限为{ $lower }和{ $upper }。
      }
  }
evaluate-reason-survey-change = { $outcome ->
    [met] 变化{ $difference }个百分点；95%下限{ $lower }高于{ $delta }，已证明提高。
    [not_met] 变化{ $difference }个百分点；95%上限{ $upper }不高于{ $delta }，已证明没有提高。
   *[not_decidable] 变化{ $difference }个百分点，上下限为{ $lower }和{ $upper }：既不能证明提高，也不能排除。
  }
evaluate-reason-survey-ceiling = 水平本身已证明达到{ $limit }（95%下限{ $lower }），不要求再提高。
evaluate-reason-survey-unfit = { $why ->
    [too_few_answers] 该县区答卷太少。
    [too_small_effective] 加权后的信息量太小（等效样本不足）。
    [too_few_degrees_of_freedom] 方差单元太少，无法估计误差。
    [calibration_failed] 加权未能完成。
    [not_a_probability_sample] 不是概率样本。
    [no_base_wave] 没有可比较的上一轮。
   *[wording_changed] 上一轮的题目措辞不同。
  }
evaluate-reason-no-survey = 没有题目{ $item }的调查结果。
evaluate-reason-nothing-to-judge = 总数为0，没有可评的对象。
evaluate-reason-missing-year = 没有报告：{ $years }。
evaluate-reason-zero-base = 基期{ $year }年为0，无法计算比率或增幅。
evaluate-reason-wrong-kind = 需要{ $needed }，报告的是{ $found }。
evaluate-reason-too-large = 数字过大，无法精确比较。

# 说明
evaluate-note-exact-interval = { $m }中有{ $k }的精确95%区间：{ $range }。
evaluate-note-small-count = 总数只有{ $m }，请看“几分之几”，不看百分比。
evaluate-note-ratchet = 这条规则逐年加码：情况不变的县区，约有一半的年份能通过。
evaluate-note-definitions-differ = “平均增幅”的两种算法结论不同：逐年增幅平均{ $mean }，复合增幅{ $compound }。
evaluate-note-compound = 按复合增幅计算，平均为{ $compound }，结论相同。
evaluate-note-pooled = 此前各年合并计算为{ $pooled }，本年{ $above ->
    [yes] 高于
   *[no] 不高于
  }它。
evaluate-note-other-rule = { $rule ->
    [point] 仅按估计值（通知原文）
   *[lower_bound] 按95%单侧界限
  }：{ $finding }。
evaluate-note-monitored-rate = { $name }：{ $m }中有{ $k }{ $share }。
evaluate-note-monitored-count = { $name }：{ $count }。
evaluate-note-monitored-growth = { $name }：{ $before }→{ $now }{ $growth }。
evaluate-note-monitored-missing = { $name }：没有报告。

# 监测指标
evaluate-measure-number = { $value }；要求不低于{ $least }。
evaluate-measure-units = { $m }个单位中有{ $k }个符合；要求全部符合。
evaluate-measure-not_asked = 不要求本县区。
evaluate-measure-not_reported = 没有报告。
evaluate-measure-kept = 符合
evaluate-measure-missed = 不符合

# 页面
evaluate-title = { $year }年评价
evaluate-headline = { $met ->
    [0] { $counties ->
        [1] 该县区尚不能认定达标
       *[other] 没有县区达标
      }
    [1] { $counties }个县区中有1个达标
   *[other] { $counties }个县区中有{ $met }个达标
  }{ $unmet ->
    [0] {""}
    [1] ，1个未达标
   *[other] ，{ $unmet }个未达标
  }{ $open ->
    [0] {""}
    [1] ，1个待定
   *[other] ，{ $open }个待定
  }
evaluate-standard-line = { $title }，版本{ $version }
evaluate-year-link = { $year }年
evaluate-target = { $year }年全市目标：{ $target ->
    [1] 至少1个县区
   *[other] 至少{ $target }个县区
  }。
evaluate-matrix = 县区与标准
evaluate-matrix-help = 点开符号可看理由。出现一个实心格即为未达标：其他各项再好也不能抵消。
evaluate-county = 县区
evaluate-verdict = 判定
evaluate-criterion = 标准
evaluate-clause = 条款
evaluate-result = 结果
evaluate-reason = 理由
evaluate-legend = 符号
evaluate-open-criteria = 待定
evaluate-failed-criteria = 未达标
evaluate-pivot = 由一项决定：如果“{ $name }”达标，判定将为{ $then ->
    [met] 达标
   *[open] 待定
  }。
evaluate-all-met = 考虑抽样误差和上报件数的偶然波动，真实情况满足全部各项的概率约为{ $share }。评判、事件和逐一清点的数字按认定结果计算，各项视为相互独立。
evaluate-all-met-none = 有一项无法评估时，不给出满足全部各项的概率。
evaluate-county-headline = { $outcome ->
    [met] { $county }{ $year }年达标
    [not_met] { $county }{ $year }年未达标
   *[open] { $county }{ $year }年待定
  }
evaluate-county-sum = 达标{ $met }项，未达标{ $unmet }项，待定{ $open }项，不适用{ $na }项。
evaluate-nothing-remains = 没有适用的标准，无法得出结论。
evaluate-open-help = 待定的县区，须由两名具名人员对每个待定项写明理由后决定，并注明“经决定”，方可命名。
evaluate-unverified = { $all }项数据中，有{ $unverified }项由区县上报而未经第二人核实（虚构的数据不计在内）。以这些数据为依据的条款，只有数据属实，“达到”或“未达到”才成立。
evaluate-omitted = 有意不采用的条款
evaluate-omitted-clauses = 条款 { $clauses }
evaluate-cycle = 年度流程
evaluate-measures = 监测指标
evaluate-measures-help = 通知要求的数字，不作为门槛，不影响判定。
evaluate-consequences = 通知规定的奖惩
evaluate-consequences-help = 标准中的数据（{ $clause }），只显示，不执行。涉及：{ $posts }。
evaluate-consequences-years = 连续年数
evaluate-consequences-met = 达标
evaluate-consequences-missed = 未达标且未完成年度管理目标
evaluate-how = 怎样看
evaluate-how-text = 每一项都是门槛。有一项未达标，县区即未达标；否则，有一项无法判定或无法评估，即为待定；否则为达标。不适用的项不计。计数按整数比较，“高于”“低于”不含相等，“达到”含相等；缺少年份或基数为零绝不算通过。
evaluate-stable = 有四条规则要求好于自身平均。情况不变的县区，一百年里约有六年能四条都通过。
evaluate-synthetic-indicators = 上报指标是为示例虚构的，与任何真实县区无关。
evaluate-outside = 本标准原定适用于{ $first }—{ $last }年。{ $how ->
    [example] 此处用于{ $year }年，仅为示例。
   *[word] 用于{ $year }年是评价人员的决定，通知没有这样规定。
}
evaluate-synthetic-survey = 调查答卷是模拟的，与真实居民无关。
evaluate-empty = 还没有公布评价。导入某年的指标、调查结束之后，会在这里显示。
evaluate-list = 评价
evaluate-criteria-of = { $area }各项
evaluate-rule = 规则
evaluate-rule-at_least = 不低于{ $percent }
evaluate-rule-at_most = 不高于{ $percent }
evaluate-rule-below_own_average_growth = 增幅低于自身{ $years }年平均
evaluate-rule-above_own_average = 高于自身{ $years }年平均
evaluate-rule-share_at_least = 不低于单位数的{ $percent }，向上取整
evaluate-rule-no_event = 没有达到下列任一界限的事件：{ $limits }
evaluate-rule-none = 没有
evaluate-rule-none-defined = 没有；统计对象：{ $definition }
evaluate-rule-judged = 由具名评定人评定，附理由和依据
evaluate-rule-survey_at_least = 调查比例不低于{ $percent }（{ $rule ->
    [lower_bound] 以95%下限证明
   *[point] 仅看估计值
  }）
evaluate-rule-survey_improved = 以95%下限证明比上一轮提高
evaluate-limit = { $measure }≥{ $limit }

# 导入与保存的评价
evaluate-store-line = 第{ $line }行：
evaluate-store-denied = 导入标准和指标、套用标准是评价人员的工作。请用评价人员的账号登录，或请评价人员办理。
evaluate-store-version-taken = 标准{ $id }的第{ $version }版以前导入过，内容不同。标准一经导入便不再改动：请给新的内容一个更大的版本号。
evaluate-store-no-standard = 还没有导入标准，请先导入。
evaluate-store-no-area = 已导入的区域中没有县区{ $county }，请先导入区域。
evaluate-store-verified = 县区{ $county }，{ $year }年，{ $indicator }：这个值已经核实，而文件里的内容与它不同。导入不会改动已核实的值，因此什么都没有导入。
evaluate-store-no-wave = 没有这一轮调查：{ $wave }。
evaluate-store-published = { $wave }的评价已经公布，不再改动。请在公布结果之前更正数值。
evaluate-store-not-closed = 调查{ $wave }还没有结束。标准只能套用于已结束调查的结果。
evaluate-store-no-result = 调查{ $wave }没有保存的结果。
evaluate-store-failed = 数据无法读取或写入。没有任何改动，请重试。

# 指标类型
evaluate-kind-count = 计数
evaluate-kind-rate = 比率
evaluate-kind-amount = 数值
evaluate-kind-list = 清单
evaluate-kind-judgement = 评定

# 文件问题
evaluate-file-line = { $file }第{ $line }行：
evaluate-file-unreadable = 无法读取{ $file }：{ $message }
evaluate-estimate-unreadable = 无法读取调查结果（{ $message }）。应为一轮调查的结果，或含“wave”和“counties”的对象。
evaluate-standard-syntax = 不是有效的TOML：{ $message }
evaluate-standard-missing = 缺少该字段。
evaluate-standard-blank = 文字为空。
evaluate-standard-wrong-type = 应为：{ $expected }。
evaluate-expected-text = 文字
evaluate-expected-whole-number = 整数
evaluate-expected-number = 数字
evaluate-expected-number-with-at-most-four-decimal-places = 最多四位小数的数字
evaluate-expected-true-or-false = true或false
evaluate-expected-texts-by-language = 各语言的文字
evaluate-expected-list-of-texts = 文字列表
evaluate-expected-list-of-tables = 表的列表
evaluate-expected-table = 表
evaluate-standard-out-of-range = 应在{ $least }到{ $most }之间。
evaluate-standard-missing-language = 缺少{ $language }文本。
evaluate-standard-unknown-field = 没有规则读取该字段，请检查拼写。
evaluate-standard-unknown-word = “{ $found }”不属于：{ $allowed }。
evaluate-standard-duplicate = { $id }已存在。
evaluate-standard-unknown-reference = { $id }不存在。
evaluate-standard-kind-clash = 指标{ $id }此处为{ $first }，别处为{ $second }。
evaluate-standard-empty = 至少需要一项。
evaluate-standard-no-such-number = “{ $term }”不是该指标的数字：“:k”和“:m”分别指比率的部分和总数，其他指标直接写编号。
evaluate-row-syntax = 不是有效的CSV：{ $message }
evaluate-row-missing-column = 缺少该列。
evaluate-row-unknown-column = 没有这样的列，请检查拼写。
evaluate-row-empty = 单元格为空。
evaluate-row-must-be-empty = 类型为{ $kind }时应为空。
evaluate-row-not-whole = “{ $found }”不是0到4294967295之间的整数。
evaluate-row-not-amount = “{ $found }”不是最多四位小数的数。
evaluate-row-unknown-word = “{ $found }”不属于：{ $allowed }。
evaluate-row-unknown-county = 标准中没有县区{ $id }。
evaluate-row-unknown-indicator = 标准不读取指标{ $id }。
evaluate-row-part-larger = k = { $k }大于m = { $m }。
evaluate-row-duplicate = 该县区、年份和指标已存在。
evaluate-row-none-and-some = 同一清单中“none”与其他行并存。
evaluate-row-bad-measures = “{ $found }”不是“名称=数；名称=数”的形式。
