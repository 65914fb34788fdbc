# --explain：逐步说明所做的计算
explain-title = 计算步骤说明
explain-design = 抽样设计“{ $id }”
explain-weighting = 加权“{ $id }”，以设计“{ $design }”的权数为起点
explain-analysis = 分析“{ $title }”
explain-small-area = 小区域模型：{ $ids }
explain-small-area-method = Fay–Herriot 模型，约束极大似然估计；抽样方差视为已知；均方误差为 g₁ + g₂ + 2g₃。
explain-sources = 文献
explain-refused = 未予计算；原因见结果部分。
explain-no-columns = 未指定列
explain-open = 不限

# 设计
explain-weights = 有 { $n } 条记录的权数不为 0（列 { $column }）。权数之和为 { $sum }，介于 { $min } 与 { $max } 之间。
explain-weights-made = 共 { $n } 条记录。权数取由总体数得到的抽样比的倒数；其和为 { $sum }，介于 { $min } 与 { $max } 之间。
explain-each-record = 每条记录为一个单位
explain-stage-first = 第 { $stage } 阶段：{ $strata } 个层（{ $by }）中共 { $units } 个抽样单位（{ $column }），每层 { $fewest } 至 { $most } 个。
explain-stage-unstratified = 第 { $stage } 阶段：{ $units } 个抽样单位（{ $column }），不分层。
explain-stage-later = 第 { $stage } 阶段：在上一阶段单位内共抽 { $units } 个单位（{ $column }），每个上级单位内 { $fewest } 至 { $most } 个。
explain-fpc = 有限总体校正（列：{ $columns }）：各层在方差中的部分乘以 1 − n/N。第一阶段各层共有 { $population } 个单位。
explain-with-replacement = 不作有限总体校正：第一阶段单位视为放回抽取，单位之间的差异已包含以后各阶段的差异。
explain-lonely-none = 每层至少有两个单位，各层内的方差都可以估计。
explain-lonely-fail = 有 { $count } 个层只有一个单位。规则 fail：方差须用到这些层的估计不予计算。
explain-lonely-certainty = 有 { $count } 个层只有一个单位。规则 certainty：视为必然入样，不增加方差。
explain-lonely-remove = 有 { $count } 个层只有一个单位。规则 remove：计算方差时略去这些层。
explain-lonely-adjust = 有 { $count } 个层只有一个单位。规则 adjust：各层按其合计以零为中心的平方计入方差。
explain-lonely-average = 有 { $count } 个层只有一个单位。规则 average：各层按其他层的平均贡献计入方差。
explain-replicates-given = 数据自带 { $count } 组重复权数（文件 { $file }）：V = c Σ a_r (θ_r − θ)²，c = { $scale }。
explain-replicates-jk1 = 由设计“{ $design }”生成 { $count } 组重复：每组略去一个单位，其余单位相应加权（刀切法 JK1）。
explain-replicates-jkn = 由设计“{ $design }”生成 { $count } 组重复：每组略去一个单位，同层其余单位相应加权（刀切法 JKn）。
explain-replicates-brr = 由设计“{ $design }”生成 { $count } 组重复：按 Hadamard 矩阵平衡的半样本，因子为 2 与 0。
explain-replicates-fay = 由设计“{ $design }”生成 { $count } 组重复：按 Hadamard 矩阵平衡的半样本，Fay 因子为 2 − ρ 与 ρ，ρ = { $rho }。
explain-replicates-bootstrap = 由设计“{ $design }”生成 { $count } 组重复：按方案的种子，每组在每层的 n 个单位中放回抽取 n − 1 个（自助法）。
explain-centre-estimate = 偏差以全样本估计值为中心。
explain-centre-mean = 偏差以各组重复的平均值为中心。

# 加权
explain-nonresponse-weighted = 无回答调整，{ $cells } 个类（{ $columns }）：各类内回答者（{ $response } = 1）的权数乘以全体权数之和与回答者权数之和的比；其余记录退出样本。
explain-nonresponse-count = 无回答调整，{ $cells } 个类（{ $columns }）：各类内回答者（{ $response } = 1）的权数乘以全体人数与回答者人数的比；其余记录退出样本。
explain-poststratify = 事后分层，{ $cells } 个单元格（{ $columns }）：各单元格内权数乘以其总体数与权数之和的比。总体数合计为 { $total }。
explain-rake = 耙式加权，{ $margins } 个边际（{ $columns }），{ $cells } 个单元格：每轮依次对各边际作事后分层，直到交叉单元格的变化都不超过 { $epsilon }（小于 1 时为占合计的比例），最多 { $most } 轮。
explain-rake-converged = 耙式加权经 { $cycles } 轮收敛，各边际均已满足。
explain-rake-kept = 耙式加权在 { $cycles } 轮内没有收敛；保留最后一轮的权数。
explain-calibrate-linear = 线性校准，{ $columns } 列：新权数 = w (1 + x′λ)，λ 使各列达到其总体数，相对误差不超过 { $epsilon }。
explain-calibrate-raking = 耙式校准，{ $columns } 列：新权数 = w exp(x′λ)，λ 使各列达到其总体数，相对误差不超过 { $epsilon }。
explain-calibrate-logit = 逻辑校准，{ $columns } 列：新权数 = w 乘以 x′λ 的逻辑函数（在界限之间），λ 使各列达到其总体数，相对误差不超过 { $epsilon }。
explain-calibrate-bounds = 新旧权数之比保持在 { $lower } 与 { $upper } 之间。
explain-percentile = 第 { $percent } 百分位
explain-trim = 截尾：{ $lower } … { $upper } 以外的权数移到较近的一端，差额由其余权数平均分担（分类：{ $within }）。
explain-trim-once = 只做一次；因分担而超出界限的权数不再处理。
explain-trim-recursive = 重复进行，直到没有权数超出界限。
explain-trim-fixed = 重复进行，直到没有权数超出界限；已截尾的权数不再参与分担。
explain-scale = 所有权数乘以同一因子，使其和为 { $total }。
explain-after = 此步之后：{ $n } 条记录，权数之和 { $sum }，介于 { $min } 与 { $max } 之间，变异系数 { $cv }，Kish 设计效应 { $deff }，有效样本量 { $effective }。

# 分析
explain-with-weighting = 权数：加权“{ $id }”的最终权数。
explain-with-design = 权数：设计“{ $id }”的权数，未作调整。
explain-domain = 只取满足 { $conditions } 的记录。其余记录仍留在设计中，方差因而顾及这一人群的人数本身也是随机的。
explain-by = { $columns } 的每种组合各给一个结果。
explain-by-count = { $columns } 的每种组合各给一个结果：共 { $count } 组。
explain-mean = { $variable } 的均值：Σ w y / Σ w；分类变量为各取值的比例。
explain-total = { $variable } 的总量：Σ w y。
explain-ratio = 两个总量之比：Σ w { $variable } / Σ w { $other }。
explain-proportion = { $variable } = { $other } 的比例：p = Σ w y / Σ w，y 为 1 或 0。
explain-contrast = { $variable } 的组均值之差，计入各组之间的协方差（各组可能同在一个抽样单位）。
explain-chisq = { $variable } 与 { $other } 的独立性检验，依据加权频数表及其单元格的设计协方差。
explain-ttest = { $variable } 的均值与 0 比较。
explain-ttest-groups = { $other } 两组之间 { $variable } 均值的差。
explain-degf = 设计的自由度：抽样单位数减层数，或重复权数的秩减 1。
explain-quantile = 由 { $variable } 的加权分布得到的分位数，规则 { $other }。
explain-variance-linear = 线性化方差：每条记录 z = w (y − 估计值) / Σ w（总量为 w y）；将 z 在第一阶段 { $units } 个单位内合计，在 { $strata } 个层内比较，V = Σ n/(n − 1) Σ (z − 均值)²。
explain-variance-residuals = 在此之前，按步骤次序将 z 换成其对 { $steps } 的单元格或各列的残差：由总体数固定的部分没有抽样误差。
explain-variance-replicates = 由 { $count } 组重复得到方差：以每组权数、经同样的加权步骤重新估计，各结果的离散程度即为方差。
explain-df-design = 整个设计：单位数 − 层数，或重复权数的秩 − 1
explain-df-domain = 所涉记录：其单位数 − 层数，或其重复权数的秩 − 1
explain-df-infinite = 无穷（正态分位数）
explain-df-number = { $df }
explain-df-test = 检验的自由度：所涉记录的自由度减 1。
explain-interval-t = { $confidence } 区间：估计值 ∓ q √V，q 为 t 分位数。自由度：{ $df }。
explain-interval-t-test = { $confidence } 区间：估计值 ∓ q √V，q 为 t 分位数。
explain-interval-share = { $confidence } 区间 { $method }：{ $formula }；q 为 t 分位数。自由度：{ $df }。
explain-statistic-f = F：Pearson 统计量，Rao–Scott 二阶校正。
explain-statistic-chisq = Chisq：Pearson 统计量，Rao–Scott 一阶校正。
explain-statistic-wald = Wald：Wald 统计量除以其自由度，按 F 分布。
explain-statistic-adj-wald = adjWald：Wald 统计量，分母自由度按单元格数减少。
explain-quantile-woodruff = 95 % 区间：对不大于该分位数的比例作 { $method } 区间，再换回数值。
explain-quantile-score = 95 % 区间 { $method }：比例的得分检验不能拒绝的数值。
explain-quantile-replicates = 95 % 区间 { $method }：估计值 ∓ q √V，V 由分位数的各组重复得到。
explain-example = 例如 { $name }：{ $n } 条记录，估计值 { $estimate }，标准误 { $se }。
explain-example-interval = 例如 { $name }：{ $n } 条记录，估计值 { $estimate }，标准误 { $se }，自由度 { $df }，区间 { $low } 至 { $high }。
