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

# minyi sample size、allocate、draw
explain-size-large = 很大
explain-size-margin = 误差限为 ±{ $margin } 个百分点、假定比例为 { $p } 时所需的答卷数
explain-size-z = z = { $z }，即置信度为 { $level } 的双侧区间的正态分位数。
explain-size-srs = 简单随机抽样：n = z² p (1 − p)/d² = { $n }。
explain-size-deff = 乘以设计效应 { $deff }：{ $n }。
explain-size-finite = 总体为 { $population }：n/(1 + (n − 1)/N) = { $n }。
explain-size-answers = 向上取整：{ $n } 份答卷。
explain-size-invitations = 除以回答率 { $rate }：{ $n } 份邀请。
explain-size-margin-of = 假定比例为 { $p } 时，{ $n } 份答卷的误差限
explain-size-margin-found = z √(deff p (1 − p)/n · (N − n)/(N − 1)) = ±{ $margin } 个百分点；z 取置信度为 { $level } 的双侧区间，设计效应为 { $deff }，总体：{ $population }。
explain-size-verdict = 真实比例为 { $truth } 时，以 { $power } 的概率证明其位于 { $threshold } 的相应一侧所需的答卷数
explain-size-exact = 精确检验：从该数目起，单侧二项界限（错误概率 { $alpha }）证明成立的概率始终不低于 { $power }；最小为 { $n } 份独立答卷。
explain-size-normal = 正态近似：n = (z_α √(T (1 − T)) + z_power √(p (1 − p)))²/(p − T)²，错误概率 α = { $alpha }：{ $n } 份独立答卷。
explain-size-adjusted = 乘以设计效应 { $deff }，再按总体 N（{ $population }）作 n/(1 + (n − 1)/N)：{ $n }。
explain-size-chances = 各种结论的概率：真实比例 { $truth }，标准线 { $threshold }，{ $n } 份答卷
explain-size-independent = 设计效应为 { $deff } 时，相当于 { $m } 份独立答卷；其中表示认可的份数服从二项分布。
explain-size-rule = 对每一种可能的认可份数，按结果的判定方法判断：一看点估计，二看单侧 95 % 界限（logit 法，不可靠时用精确法），采用正态分位数。
explain-size-summed = 对所有可能求和：点估计达到标准线 { $point }；证明达到 { $shown }；证明未达到 { $below }；无法判定 { $undecided }。
explain-allocate = 将 { $n } 个单位分配到 { $strata } 个层
explain-allocate-proportional = 按各层大小 N 的比例分配。
explain-allocate-equal = 各层数目相同。
explain-allocate-neyman = 奈曼分配：按 N × S 的比例分配，S 为层内标准差。
explain-allocate-optimum = 最优分配：按 N × S/√c 的比例分配，c 为每个单位的费用。
explain-allocate-power = 幂分配：按 N 的 { $q } 次方 × S/均值的比例分配；S 与均值未知时，只按 N 的该次方。
explain-allocate-bounds = 任何一层不超过其全部单位，也不少于 { $min } 个（或其全部单位）；由此多出或不足的部分在其余各层间重新分配。
explain-allocate-whole = 按最大余数法取整，合计 { $n }。
explain-allocate-se = 分层均值的标准误：√Σ (N/ΣN)² (1 − n/N) S²/n = { $se }。
explain-draw = 从 { $strata } 个层的 { $units } 个单位中抽取 { $selected } 个
explain-draw-frame = 抽样框由其摘要固定：{ $digest }。
explain-draw-seed = 种子“{ $text }”代表 { $seed }：若本身为 64 位十六进制数字则直接使用，否则取其 SHA-256。
explain-draw-streams = 每一层有自己的 ChaCha20 随机流（种子下的“sample/层名”），因此其结果既不取决于其他各层，也不取决于层的顺序。
explain-draw-pps = 入样概率 π = n × 大小/大小之和；π 将超过 1 的单位必定入样（{ $certain } 个），其余单位分配余下的名额。
explain-draw-srs = 不放回简单随机抽样：π = n/N，任意 n 个单位的组合概率相同。
explain-draw-systematic = 系统抽样：随机起点，之后每隔 N/n 个取一个；π = n/N。许多单位对不可能同时入样，因此不作假定便无法估计方差。
explain-draw-pps-systematic = 沿累计的 π 作系统抽样，只有一个随机起点。许多单位对不可能同时入样，因此不作假定便无法估计方差。
explain-draw-sampford = Sampford 设计：样本量固定，π 精确，联合入样概率已知且大于 0。
explain-draw-brewer = Brewer 方法：不放回地逐个抽取 n 次，其概率恰好给出 π。
explain-draw-weight = 入样单位的权数：1/π。
explain-draw-wave = 为一个轮次在 { $strata } 个层中抽取 { $communities } 个社区或村（或其部分）
explain-draw-wave-streams = 每一层有自己的 ChaCha20 随机流（种子下的“draw/层名”）：第一个数决定抽取的起点，第二个数决定邀请数的取整。
explain-draw-wave-pps = 按代码顺序、以与大小成比例的概率对社区和村作系统抽样；必定入样的部分：{ $certain } 个。
explain-draw-wave-invitations = 有 L 个地址、入样概率为 π 的社区或村得到 f × L/π 份邀请，f 为该层的抽样比，因此同一层的每份答卷权数相同；随机取整保持各层合计不变：共 { $n } 份。
explain-draw-wave-units = 按抽取顺序相邻者合并为 { $units } 个方差单位；答卷只记录所属的方差单位，不记录更小的地点。
explain-draw-wave-weight = 答卷的基础权数：1/f。
explain-direction = { $other }时选{ $variable }的占比，减去量表反向时的占比：D = p_A − p_B。不管内容、总选第一项的人使D为正。
explain-direction-test = V(D) = Σ_h n_h/(n_h − 1) Σ_i (z_hi − z̄_h)²，z取自两个占比合在一起；p = 1 − F_t(D/√V; 单元数 − 层数)，单侧；与其他组相比用(D − D_o)/√(V + V_o)。
explain-mode = { $other }时选{ $variable }的占比，减去其他方式的占比。
explain-mode-test = 方差同上；p为双侧，各组之间按Holm方法校正。
explain-duplicates = 每个{ $other }之内对{ $variable }回答完全相同的答卷对数：T = Σ C(k, 2)。
explain-duplicates-test = 把答卷在各单元之间重新随机分配{ $permutations }次：p = (1 + 对数不少于实际的次数)/(1 + { $permutations })，各单元按Holm方法校正。
