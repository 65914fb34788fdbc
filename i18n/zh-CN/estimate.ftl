# minyi estimate:调查数据文件
table-file-not-utf8 = { $file } 第 { $line } 行：文字不是 UTF-8 编码。请另存为“CSV UTF-8”(或 XLSX)后重试。
table-file-empty = { $file }:文件是空的。第一行应为列名，其后每行一条记录。
table-file-separator = { $file } 第 1 行：字段用“{ $found }”分隔。请改用逗号分隔(CSV),或直接使用 XLSX 工作簿。
table-file-duplicate-column = { $file } 第 1 行：有两列都叫“{ $column }”。请让每列的名称各不相同。
table-file-missing-column = { $file } 第 1 行：缺少方案在 data.columns 中声明的列“{ $column }”。请在文件中补上，或修改方案。
table-file-ragged = { $file } 第 { $line } 行：有 { $found } 个字段，而表头有 { $expected } 个。请改正这一行；含逗号的字段要加引号。
table-file-not-a-number = { $file } 第 { $line } 行“{ $column }”列：“{ $text }”不是数字。请用带小数点的数字；缺失值请留空。
table-file-almost-numbers = { $file } 第 { $line } 行“{ $column }”列：“{ $text }”不是数字，而该列其余几乎都是数字。请改正；缺失值请留空；若该列本是文字，请在 data.columns 中声明其类型为 "string"。
table-file-not-a-level = { $file } 第 { $line } 行“{ $column }”列：“{ $text }”不在方案声明的取值({ $levels })之中。请改正该字段，或在方案中增加这个取值。
estimate-did-you-mean = 是否应为“{ $near }”?
estimate-more-problems = ……还有更多问题，此处只列出前 { $count } 个。
estimate-cannot-read = { $file }:无法读取文件：{ $reason }
estimate-bad-workbook = { $file }:无法打开工作簿：{ $reason } 请重新存为 XLSX,或另存为 CSV UTF-8。

# 拒绝计算的原因；参数即该原因的数据
refusal-unknown = 无法计算({ $code })。
refusal-unknown_column = 没有“{ $column }”这一列。
refusal-not_numeric = “{ $column }”列是文字，而此处需要数字。请将其声明为数字列，或改用其他列。
refusal-duplicate_column = 有两列都叫“{ $column }”。
refusal-unequal_length = “{ $column }”列有 { $rows } 行，应为 { $expected } 行。
refusal-bad_value = { $place }“{ $column }”列：不是该列的有效值。
refusal-bad_count = { $place }:单位数不是大于等于 1 的整数。
refusal-too_many_rows = { $rows } 行超出了一张表的容量。
refusal-missing_id = { $place }“{ $column }”列：抽样单元没有编号。每条记录都必须有。
refusal-missing_stratum = { $place }“{ $column }”列：记录没有层。每条记录都必须有。
refusal-missing_number = { $place }“{ $column }”列：字段为空，而抽样设计需要数字。
refusal-negative_weight = { $place }“{ $column }”列：权数为 { $value },应大于或等于 0。
refusal-unit_in_two_strata = { $place }“{ $column }”列：抽样单元“{ $unit }”在此处属于层“{ $stratum }”,此前属于层“{ $expected }”。若编号只在层内唯一，请在设计中设 nest = true;否则请改正记录。
refusal-too_many_fpc = 设计有 { $stages } 个阶段，却给出 { $columns } 个 fpc 列；每个阶段至多一个。
refusal-mixed_fpc = { $place }“{ $column }”列：既不是总体单元数(大于等于 1),也不是抽样比(大于 0 且不超过 1),与其他记录不一致。
refusal-fpc_varies = { $place }“{ $column }”列：同一层内的总体数不一致，应为 { $expected }。
refusal-fpc_below_sample = { $place }“{ $column }”列：总体有 { $population } 个单元，却抽出 { $sampled } 个。总体数不能小于样本数。
refusal-weights_needed = 设计没有权数列，也并非每个阶段都有 fpc 可据以计算权数。请二者给出其一。
refusal-lonely_psu = 层({ $stratum })在第 { $stage } 阶段只有一个抽样单元，无法估计其方差。请选择处理规则：lonely_psu = "adjust"、"average"、"certainty" 或 "remove"。
refusal-bad_replicates = 复制权数不相符：{ $reason }。
refusal-not_two_units = 层({ $stratum })有 { $units } 个抽样单元；平衡半样本法要求恰好 2 个。
refusal-strata_in_jk1 = jk1 方法用于不分层的设计，而此设计有 { $strata } 层。请改用 method = "jkn"。
refusal-fpc_unusable = { $method } 方法无法使用有限总体校正。请指定不含 fpc 的设计，或改用 method = "jkn"。
refusal-lonely_rule = 层({ $stratum })只有一个抽样单元，而 lonely_psu = "{ $rule }" 对 { $method } 方法没有意义。请改用 "certainty" 或 "remove",或将该层与其他层合并。
refusal-nothing_left_to_sample = 每一层要么是普查，要么只有一个视为必选的单元，因此没有可以构造的复制样本。
refusal-too_many_strata = { $strata } 层超出了此处平衡半样本法的上限({ $most })。请改用 method = "jkn" 或 "bootstrap"。
refusal-too_many_factors = { $replicates } 组复制权数乘以 { $cells } 个单元格(抽样单元与加权类交叉)所需内存过大：乘积不得超过 { $most }。请用 method = "bootstrap" 并减少复制组数，或减少加权类。
refusal-merged_units = 记录已合并，而每条记录自成一个抽样单元；构造复制权数需要逐条记录。
refusal-missing_value = { $place }“{ $column }”列：字段为空，而加权要求样本中的每条记录都有值。
refusal-bad_response = { $place }“{ $column }”列：应答标志既不是 0 也不是 1。
refusal-class_without_respondents = 加权类 { $cell }:没有人应答，因而无人可以代表。请与其他类合并。
refusal-bad_cell = 单元格 { $cell }:总数给出了两次，或取值与变量不匹配。
refusal-bad_total = 单元格 { $cell }:总体数为 { $total },应为大于或等于 0 的数。
refusal-sample_without_total = 单元格 { $cell }:样本中有记录(权数之和 { $sample }),但边际没有给出大于 0 的总体数。请补上总体数，或改正记录。
refusal-total_without_sample = 单元格 { $cell }:总体数为 { $total },但样本中没有记录。请与相邻单元格合并，或改正记录。
refusal-rake_diverged = 耙式加权找不到满足各边际的权数：边际之间或与样本相互矛盾。
refusal-no_weight = 步骤 { $op }:没有剩下任何带权数的记录。
refusal-bad_parameter = 步骤 { $op }:{ $parameter } = { $value } 超出取值范围。
refusal-incomplete_column = 校准列 { $column }:缺少变量或取值。
refusal-empty_column = 校准列 { $column }:在整个样本中为 0,而总体数为 { $total }。
refusal-not_converged = 校准在 { $iterations } 次迭代内未达到总数：列 { $column } 之和应为 { $total },相差 { $misfit }。请放宽界限，或合并单元格。
refusal-negative_weight_step = 步骤 { $op }:{ $place } 在前面的步骤之后权数为 { $value },应大于或等于 0。
refusal-nothing_inside = 没有权数位于 { $lower } 与 { $upper } 之间，截下的部分无处分摊。
refusal-trim_not_converged = 在 { $lower } 与 { $upper } 之间截尾无法结束：界限容不下权数之和。
refusal-in_replicate = 第 { $replicate } 组复制权数：{ $because }
refusal-not_binary = { $place }“{ $column }”列：{ $value } 既不是 0 也不是 1,而比例需要 0 或 1。
refusal-unknown_level = “{ $column }”列没有取值“{ $level }”。
refusal-level_needed = “{ $column }”列是文字：请用 level 指明计入的取值。
refusal-unknown_group = 对比“{ $contrast }”:没有含记录的组“{ $group }”。
refusal-unequal_contrast = 对比“{ $contrast }”:有 { $groups } 个组，却有 { $coefficients } 个系数；应一一对应。
refusal-not_two_groups = “{ $column }”列有 { $groups } 个含记录的组，应恰好为 2 个。
refusal-table_too_small = 列联表有 { $rows } 行 { $columns } 列，至少应为 2 行 2 列。
refusal-singular = 无法计算检验：某个单元格为空，或被校准完全固定。
refusal-bad_level = 置信水平 { $level } 不在 0 与 1 之间。
refusal-bad_condition = “{ $column }”列：子总体的条件与该列类型不符。
refusal-replicates_needed = 分位数的 "{ $interval }" 区间由复制样本得出，而此设计没有复制样本。请指定复制设计，或改用其他区间。
refusal-bad_probability = 分位数的概率 { $probability } 不在 0 与 1 之间。
refusal-overflow = 数值或权数过大，其合计或平方已超出可表示的范围。请修正记录，或改用更大的计量单位。
refusal-not_built = 本版本尚不支持“{ $kind }”。
refusal-unknown_design = 方案中没有设计“{ $design }”。
refusal-replicates_of_replicates = 复制权数须由具有层和抽样单元的设计构造；“{ $design }”本身就是复制设计。
refusal-unknown_weighting = 方案中没有加权“{ $weighting }”。
refusal-other_design = 加权“{ $weighting }”属于设计“{ $expected }”,而不是“{ $design }”。
refusal-duplicate_id = 编号“{ $id }”使用了两次。
refusal-weighting_refused = 加权“{ $weighting }”被拒绝：{ $because }
refusal-no_data = 方案需要数据，但没有给出。请用 data.file 或 --data 指定文件。
refusal-missing_file = 没有给出文件“{ $file }”。
refusal-bad_inputs = 输入不相符：{ $reason }。
refusal-unreadable = 无法读取方案：{ $reason }。

# 表格
estimate-weighting = 加权 { $id }
estimate-refused = 未予计算：{ $because }
estimate-variable = 变量
estimate-level = 取值
estimate-estimate = 估计值
estimate-se = 标准误
estimate-interval = { $confidence } 区间
estimate-deff = 设计效应
estimate-n-eff = 有效样本量
estimate-method = 区间：{ $method },
estimate-method-plain = 区间：t,
estimate-df-design = 自由度取整个设计。
estimate-df-domain = 自由度取各组。
estimate-df-infinite = 正态分位数。
estimate-df-number = 自由度 { $df }。
estimate-more-intervals = 其余 { $count } 个区间见 --format csv 或 json。
estimate-df-value = 设计自由度：{ $df }
estimate-df = 自由度
estimate-contrast = 对比
estimate-difference = 差值
estimate-test = 检验
estimate-statistic = 统计量
estimate-test-f = Rao–Scott F
estimate-test-chisq = Rao–Scott χ²
estimate-test-wald = Wald F
estimate-test-adj-wald = 校正 Wald F
estimate-weighted-counts = { $n } 条记录的加权频数。
estimate-quantile = 分位数
estimate-step = 步骤
estimate-cells = 单元格
estimate-sum = 合计
estimate-min = 最小
estimate-mean = 平均
estimate-max = 最大
estimate-cv = 变异系数
estimate-kish-deff = Kish 设计效应
estimate-largest-share = 最大占比
estimate-converged = 收敛
estimate-converged-in = 是，{ $cycles } 轮
estimate-yes = 是
estimate-no = 否
estimate-chart-subtitle = 估计值及其 { $confidence } 区间
estimate-chart-threshold = 标准 { $value }

# minyi estimate:方案文件与结果
plan-file-syntax = { $file } 第 { $line } 行：这不是 JSON 或 TOML 格式的方案：{ $reason }
plan-file-part = { $file } 的 { $place }:{ $reason }。方案的写法见 docs/plan.md。
plan-file-unknown-field = { $file }:方案没有“{ $field }”这一部分。方案的写法见 docs/plan.md。
plan-file-asks-nothing = { $file }:方案没有提出任何要求。请写入 analyses、weightings、planning 或 small_area。
plan-file-unknown-column = { $file } 的 { $place }:{ $data } 没有“{ $column }”这一列。现有各列：{ $columns }。
plan-file-near-column = { $file } 的 { $place }:{ $data } 没有“{ $column }”这一列。
estimate-place = { $file } 第 { $line } 行
estimate-reading = 正在读取 { $file }
estimate-computing = { $id }
estimate-no-weighting = { $file }:方案没有已执行的加权，因此没有权数可写。请不要指定权数文件，或增加加权。
estimate-margins-contradict = 加权 { $id }:各边际的合计不同({ $sums }),耙式加权不可能收敛。请使各边际合计为同一总体数。
estimate-rake-not-converged = 加权 { $id }:耙式加权在 { $cycles } 轮内没有收敛：单元格 { $cell } 的权数之和为 { $sum },应为 { $total }。请加大 maxit;若仍不收敛，则边际与样本相互矛盾，请合并小单元格。
estimate-rake-kept = 加权 { $id }:耙式加权在 { $cycles } 轮内没有收敛；与 R 一样，保留最后一轮的权数。
estimate-chart-unknown = 图表指定的分析“{ $id }”不在方案中。
estimate-chart-nothing = 图表指定的分析“{ $id }”没有带区间的估计值可画。请改用其他分析，或要求 ci。
estimate-chart-none = 方案中没有带区间的估计值可画。请去掉 --chart,或要求 ci。
estimate-cannot-write = { $file }:无法写入文件：{ $reason }

# minyi weight
weight-none = { $file }：方案没有加权，无可执行。请增加加权（写法见 docs/plan.md）。
weight-unknown = { $file }：方案没有名为“{ $id }”的加权。
## 质量度量
estimate-p-excess = 高于其他组的p
estimate-p-holm = p（Holm）
estimate-pairs = 相同答卷对
estimate-pairs-expected = 期望
estimate-pairs-units = 偏多的单元（Holm校正p < 0.05）
estimate-unfit = { $group }：{ $because }
estimate-unfit-too-few = 未计算：有一方不足30份答卷。
estimate-unfit-one-unit = 未计算：有一层只有一个单元，或所有答卷都在一个单元。
estimate-unfit-nothing-varies = 未计算：所有人的回答都一样。
estimate-quality-note = p小只是值得查看，不是证明；p大也证明不了什么。任何估计都不因此改动。
refusal-needs_units = 这一度量需要taylor类设计的层和单元，复制权数的设计没有这些。
refusal-no_variables = 请在variables里至少写一列。
