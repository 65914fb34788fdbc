# 轮次列表
results-title = 调查结果
results-list-text = 每一轮的结果都连同误差一起公布，最近的在前。
results-empty = 还没有公布结果。一轮调查结束并公布之后，会在这里显示。
results-not-published = 尚未公布
results-awaited-title = 即将公布
results-there-title = 已公布
results-awaited = { $when }公布，所有人同时看到。
results-awaited-text = 在此之前，只有整理结果的工作人员能看到。结果的摘要已经写进公开记录，公布之前改动会被发现。
results-awaited-record = 本次调查的公开记录
results-latest = 最新结果
results-programs = 程序可通过 /api/v1 读取同样的数据（JSON格式），向所有人开放，无需密钥。
results-programs-link = 接口说明（OpenAPI 3.1）
results-all = 全部结果

# 状态
results-published-on = { $date }公布
results-unpublished = 尚未公布
results-unpublished-text = 公布之前，只有登录的工作人员能看到本页。
results-probability-sample = 概率抽样
results-synthetic-answers = 答卷是模拟的，与真实居民无关。
results-synthetic-frame = 抽样框是替代数据，并非实际资料：{ $source }
results-synthetic-margins = 人口结构是替代数据，并非实际资料：{ $source }
results-before-reading = 请先了解

# 结论
results-number = { $n ->
    [0] 零
    [1] 一
    [2] 两
    [3] 三
    [4] 四
    [5] 五
    [6] 六
    [7] 七
    [8] 八
    [9] 九
    [10] 十
   *[other] { $n }
  }
results-headline-county = { $outcome ->
    [met] { $county }已证明达到{ $limit }
    [not_met] { $county }已证明未达到{ $limit }
    [not_decidable] { $county }是否达到{ $limit }，调查无法判定
   *[not_assessable] { $county }是否达到{ $limit }，无法评估
  }
results-headline-all = { $outcome ->
    [met] { $n ->
        [2] 两个县区都已证明达到{ $limit }
       *[other] { $number }个县区全部已证明达到{ $limit }
      }
    [not_met] { $n ->
        [2] 两个县区都已证明未达到{ $limit }
       *[other] { $number }个县区全部已证明未达到{ $limit }
      }
    [not_decidable] { $n ->
        [2] 两个县区是否达到{ $limit }，调查都无法判定
       *[other] { $number }个县区是否达到{ $limit }，调查都无法判定
      }
   *[not_assessable] { $n ->
        [2] 两个县区是否达到{ $limit }，都无法评估
       *[other] { $number }个县区是否达到{ $limit }，都无法评估
      }
  }
results-headline-part = { $outcome ->
    [met] { $n ->
        [0] 没有县区被证明达到{ $limit }
        [1] 一个县区已证明达到{ $limit }
       *[other] { $number }个县区已证明达到{ $limit }
      }
    [not_met] { $n ->
        [1] 一个已证明未达到
       *[other] { $number }个已证明未达到
      }
    [not_decidable] { $n ->
        [1] 一个无法判定
       *[other] { $number }个无法判定
      }
   *[not_assessable] { $n ->
        [1] 一个无法评估
       *[other] { $number }个无法评估
      }
  }

# 主要数字
results-figure-counties = 县区
results-figure-answers = 有效答卷
results-figure-issued = 邀请
results-figure-rr1 = 各县区应答率（RR1）

# 各县区满意率
results-this-county = 本县区
results-county = 县区
results-answers = 答卷
results-approval = 满意率 %
results-interval = 95%区间
results-plot = 与标准线比较
results-verdict = 判定
results-counties = 各县区
results-approval-caption = 各县区满意率与{ $limit }比较
results-question = “{ $text }”计为满意：{ $approves }。{ $denominator ->
    [in] 选“{ $undecided }”的留在分母里，不计为满意。
   *[out] 选“{ $undecided }”的不计入分母。
  }
results-plot-key = 虚线为标准{ $limit }。细线为95%区间；粗线在两个95%单侧界限之间，判定以此为准。实心圆为已证明达到，菱形为已证明未达到，空心圆为无法判定，方形为无法评估。
results-plot-judged = { $estimate }，95%区间{ $interval }，95%单侧界限{ $bounds }，与{ $limit }比较：{ $verdict }
results-plot-plain = { $estimate }，95%区间{ $interval }
results-mark = 换一种算法，判定不同
results-sensitivity = 换一种算法
results-sensitivity-none = 不计“说不清”，或者在保留了足够标记的县区不计作答过快的答卷，判定都不变。
results-sensitivity-none-undecided = 不计“说不清”，判定不变。
results-unmarked = 作答是否过快，只有相同者足够多时才保留标记，以免有人被认出。在{ $counties }，保留了标记的答卷不足{ $n }份，所以无法计算不计作答过快者的数字。
results-sensitivity-note = { $county }，{ $way }：{ $estimate }，判定将为“{ $verdict }”。
results-sensitivity-note-withheld = { $county }，{ $way }：判定将为“{ $verdict }”。数字不公布：由它可以推算出不足{ $n }人的回答。
results-sensitivity-note-none = { $county }，{ $way }：没有数字，判定将为“{ $verdict }”。
results-recorded = 居民遇到的事情与立案数对照
results-recorded-hit = { $share }%的居民（95%区间{ $low }—{ $high }%）回答，近12个月本人或同住家人在本地遇到过所问事情中的至少一种。
results-recorded-reported = 其中{ $share }%（95%区间{ $low }—{ $high }%）回答最近一次报了警。
results-recorded-recorded = 县（区）填报的{ $name }：{ $year }年{ $now }起，上一年{ $before }起。
results-recorded-unrecorded = 县（区）没有报齐{ $year }年及以前各年的{ $name }。
results-recorded-help = 两者口径不同：一个按住户，一个按案件；一个是12个月，一个是自然年；并且只包括问到的事情。居民回答已报警的，是应当记录数的下限。回答没有变化而立案减少，可能是案件少了，也可能是记录少了，仅凭这些数字无法判断。本项不改变任何判定。
results-way-withheld = 数字不公布：由它可以推算出不足{ $n }人的回答。这里只给出判定。
results-marks-too-few = 作答是否过快，只有相同者足够多时才保留标记，以免有人被认出。保留了标记的答卷不足{ $n }份，所以无法计算这个数字。
results-without-undecided = “说不清”不计入分母
results-without-flagged = 不计作答过快的答卷并重新加权
results-no-figure = 没有数字

# 安全感
results-safety = 安全感
results-safety-question = “{ $text }”计入：{ $approves }。
results-safety-level = 感觉安全 %
results-change = 变化（百分点）
results-change-interval = 变化的95%区间
results-change-plot = 与基期相比的变化
results-change-verdict = 是否提高
results-risen = 已提高
results-not-risen = 没有提高
results-no-base = 没有可比较的上一轮，不判定变化。
results-base = 与{ $wave }轮比较。变化的95%单侧下限高于{ $delta }个百分点，才算证明提高。
results-points-range = { $low }至{ $high }
results-change-sentence = 与基期相比变化{ $difference }个百分点（95%区间{ $interval }；单侧界限{ $bounds }）：{ $outcome ->
    [met] 已证明提高。
    [not_met] 已证明没有提高。
   *[not_decidable] 既不能证明提高，也不能排除。
  }
results-safety-sentence = { $estimate }感觉安全（95%区间{ $interval }，{ $n }份答卷）。
results-safety-none = 没有安全感的数字。

# 邀请与答卷
results-under = 不足{ $n }
results-about = 约{ $n }
results-fieldwork = 邀请与答卷
results-fieldwork-scroll = 各县区邀请与答卷，可左右滚动
results-fieldwork-help = 由填答内容得出的人数不足10的不公布，这时完整答卷数取整到十。应答率按AAPOR定义。RR1只算完整答卷，并把所有未用的邀请都当作合格；RR2加上部分完成的答卷；RR3按已知个案中合格的比例，估计未用邀请中合格的部分。
results-count-issued = 发出邀请
results-count-used = 已用答题码
results-count-cast = 票箱中的记录
results-count-leaves = 记录中的条目
results-count-screened-out = 不属于调查对象
results-count-complete = 完整
results-count-partial = 部分完成
results-count-nothing-answered = 没有回答任何问题
results-count-marks-kept = 知道是否作答过快
results-count-flagged = 作答过快（仍计入）
results-checks = 必须相符的数字
results-check = 核对
results-check-issued-used = 发出 ≥ 已用
results-check-used-cast = 已用 ≥ 记录
results-check-cast-leaves = 记录 = 日志条目
results-check-cast-eligible = 记录 = 调查对象 + 不属于调查对象
results-check-envelopes-entered = 纸质回收信封 ≥ 录入的答卷
results-check-blind-cast = 换取盲签凭证的答题码 ≥ 附盲签凭证的答卷
results-agrees = 相符
results-disagrees = 不相符
results-rates = AAPOR结果率
results-rate = 名称
results-rate-meaning = 含义
results-value = 数值
results-number-column = 数量
results-rate-rr1 = 完整答卷，占所有可能合格者（下限）
results-rate-rr2 = 完整和部分完成，占所有可能合格者
results-rate-rr3 = 完整答卷，情况不明者按比例e计为合格
results-rate-rr4 = 完整和部分完成，情况不明者按比例e计
results-rate-rr5 = 完整答卷，占已知合格者（上限）
results-rate-rr6 = 完整和部分完成，占已知合格者
results-rate-coop1 = 合作率：完整答卷，占所有接触到的人
results-rate-coop2 = 合作率：完整和部分完成，占所有接触到的人
results-rate-coop3 = 合作率：完整答卷，占接触到且有能力作答的人
results-rate-coop4 = 合作率：完整和部分完成，占接触到且有能力作答的人
results-rate-ref1 = 拒答，占所有可能合格者
results-rate-ref2 = 拒答，情况不明者按比例e计
results-rate-ref3 = 拒答，占已知合格者
results-rate-con1 = 接触，占所有可能合格者
results-rate-con2 = 接触，情况不明者按比例e计
results-rate-con3 = 接触，占已知合格者
results-rate-e = 情况不明者中计为合格的比例，由情况已知的个案估计
results-rates-help = 某类答卷不足10份时，各项比率只取整数百分比，以免由此推算出来。答题码用了却没有记录的，算中途放弃；没有回答任何问题的，算拒答；没有用过的答题码，算情况不明。RR5、RR6、REF3和CON3不计未用的答题码，所以必然偏高。

# 各项标准
results-criteria = 评价标准
results-criteria-all = 全部县区与标准
results-criteria-scroll = 县区与各项标准，可左右滚动

# 方法
results-method = 怎样测量
results-method-mode-text = 居民凭各自的答题码自己在网上匿名填写：用自己的手机或电脑，或者用调查员交给的设备（答卷中注明）。没有访问员念题或看到答案。答题码只能用一次，不与答卷一起保存。
results-method-paper = 纸质答卷
results-method-paper-text = 收到纸质答卷的回收信封{ $envelopes }个，其中{ $entered }份答卷已录入。每份由两人各自独立录入，不一致的由第三人裁定。录入的人在调查结束之前看得到答案。按规定他们不得知道是谁答的：拆封答卷之前要先取走答题码，这一点只能靠人遵守。
results-method-population = 调查对象
results-method-population-text = 各县区居民。回答以下选项的不计：{ $screened }
results-method-screen = { $question }{ $answers }。
results-method-dates-text = 公告期为{ $opens }至{ $closes }；{ $closed }结束。
results-method-early = 提前结束的理由：{ $reason }
results-method-sample = 抽样
results-method-sample-text = 两阶段概率抽样：先按规模成比例抽取{ $psus }个社区和村，再随机抽取{ $unit ->
    [person] 个人
   *[household] 住户，每户由一名成年人作答
  }。
results-method-sizes-text = { $counties }。
results-method-size = { $county }邀请{ $issued }、答卷{ $answers }
results-method-weighting = 加权
results-method-adults = 按住户成年人数加权，最多按{ $cap }人计。
results-method-classes = 先用入样概率的倒数，再按方差单元调整无应答；应答者少于{ $class }人的类并入所在的层。人口结构（性别乘年龄段、城乡）中应答者少于{ $cell }人的格，按事先规定的顺序合并。
results-method-rake = 然后逐项迭代调整到人口结构，最多{ $cycles }轮。
results-method-calibrate = 然后校准到人口结构，按第{ $lower }和第{ $upper }百分位截尾，再校准一次。
results-method-interval = 区间
results-method-interval-text = 对数优势比区间，方差（按方差单元线性化）和自由度取自抽样设计；较少的一方太少时用Korn–Graubard区间，方差无从估计时用Clopper–Pearson区间。
results-method-verdict = 判定
results-method-verdict-text = 标准为{ $limit }。{ $rule ->
    [lower_bound] 达标：95%单侧下限达到标准。未达标：95%单侧上限低于标准。其余为无法判定。
   *[point] 以估计值本身与标准比较，同时印出95%单侧界限。
  }答卷少于100份、等效样本不足30或自由度不足8的，无法评估。先比较，后取整。
results-method-limits-text = 区间只反映抽样和加权误差，不包括覆盖、无应答、题目措辞以及答题压力造成的误差。
results-method-disclosure = 保护
results-method-disclosure-text = 少于{ $cell }人的回答与相邻的合并。一个群体须有{ $subgroup }份以上答卷、等效样本{ $effective }以上，且两边各有{ $cell }份以上，才予显示。
results-method-frame = 抽样框
results-method-margins = 人口结构
results-method-provenance = { $name }：{ $source }{ $standin ->
    [yes] （替代数据，并非实际资料）
   *[no] {""}
  }
results-method-seed = 种子
results-method-seed-text = 抽样及其后每一个随机步骤所用的公开种子。
results-method-seed-words = 种子是公开文字“{ $text }”的SHA-256；如果这段文字本身是64位十六进制数，种子就是它自己。任何人有了这一轮的说明文件、区域和抽样框，用下面的命令就能抽出同样的样本：minyi sample draw --wave 文件 --areas 文件 --frame 文件 --seed 文字。
results-method-plan = 方案
results-method-plan-text = 调查开始前封存的方案的SHA-256。
results-method-input = 输入
results-method-input-text = 方案所用全部数据的SHA-256：输入相同，结果相同。
results-method-terms = 使用条款
results-method-software = 软件

# 一个县区
results-back = 全部县区
results-statement = 满意率{ $estimate }，95%区间{ $interval }（有效样本{ $n }份，设计效应{ $deff }，等效样本{ $effective }份）。该区间只反映抽样和加权误差，不包括覆盖、无应答、题目措辞以及答题压力造成的误差。
results-approval-word = 满意率
results-rules = 两种规则下的判定
results-rule = 规则
results-governs = 以此为准
results-beside = 一并印出
results-comparison = 比较
results-rule-lower-bound = 按95%单侧界限
results-rule-lower-bound-text = { $outcome ->
    [met] 下限{ $lower }不低于{ $limit }：已证明达到。
    [not_met] 上限{ $upper }低于{ $limit }：已证明未达到。
    [not_decidable] { $limit }在下限{ $lower }与上限{ $upper }之间：调查无法判定。
   *[not_assessable] 上下限为{ $lower }和{ $upper }，但不能据此判定。
  }
results-rule-point = 仅看估计值
results-rule-point-text = { $outcome ->
    [met] 估计值{ $estimate }不低于{ $limit }。
    [not_met] 估计值{ $estimate }低于{ $limit }。
   *[not_assessable] 估计值为{ $estimate }，但不能据此判定。
  }
results-tipping = 什么情况下判定会不同
results-tipping-help = 按平均权重的答卷计数，设计效应不变。数字小，说明判定只系于少数答卷。
results-tip = 如果{ $ways }，判定将为“{ $verdict }”。
results-tip-never = 无论虚构、压下或改动多少份答卷，判定都不会是“{ $verdict }”。
results-tip-up-dropped = { $n ->
    [1] 去掉1份不满意的答卷（占其{ $share }）
   *[other] 去掉{ $k }份不满意的答卷（占其{ $share }）
  }
results-tip-up-flipped = { $n ->
    [1] 把1份答卷改为满意
   *[other] 把{ $k }份答卷改为满意
  }
results-tip-up-stuffed = { $n ->
    [1] 虚构1份满意的答卷
   *[other] 虚构{ $k }份满意的答卷
  }
results-tip-down-dropped = { $n ->
    [1] 曾有1名不满意的居民没能作答（占全部不满意者的{ $share }）
   *[other] 曾有{ $k }名不满意的居民没能作答（占全部不满意者的{ $share }）
  }
results-tip-down-flipped = { $n ->
    [1] 有1份答卷被改为满意
   *[other] 有{ $k }份答卷被改为满意
  }
results-tip-down-stuffed = { $n ->
    [1] 满意的答卷中有1份是虚构的
   *[other] 满意的答卷中有{ $k }份是虚构的
  }
results-governing = 按方案（以此为准）
results-way = 算法
results-differs = 判定不同
results-breakdown = 按性别、年龄和城乡
results-breakdown-caption = 按性别、年龄段和城乡分的满意率
results-group = 群体
results-breakdown-rule = 一个群体须有{ $subgroup }份以上答卷、等效样本{ $effective }以上，且两边各有{ $cell }份以上，才予显示。只作描述，不作判定。
results-by-sex = 性别
results-by-age = 年龄
results-by-residence = 城乡
results-urban = 城镇
results-rural = 农村
results-too-small = 不显示：答卷太少，不安全也不准确。
results-complementary = 不显示：数量虽够，但会使另一个不显示的群体被推算出来。
results-items = 全部答案
results-items-help = 为作答居民的加权比例及95%区间。“不想回答”算没有回答。人数太少的答案与相邻的合并。
results-item-base = { $base ->
    [told] 问了{ $asked }人，{ $answered }人作答。
   *[hidden] { $answered }人作答。
  }{ $several ->
    [yes] 可选多项，比例相加不等于100%；比例取整，人数不列，以免推算出有谁同时选了哪几项。
   *[no] {""}
  }
results-item-bar = 各答案的比例
results-item-empty = 不显示：答案不同的人太少。
results-answer = 答案
results-share = 比例 %
results-residents = 人数
results-merged = 合并
results-weighting = 加权
results-weighting-failed = 加权未能完成（{ $why }），所以本县区没有数字。
results-diagnostics = 诊断
results-weights-n = 应答者
results-weights-min = 最小权重
results-weights-max = 最大权重
results-weights-mean = 平均权重
results-weights-cv = 变异系数
results-weights-kish = 权重的Kish设计效应
results-weights-n-eff = Kish等效样本
results-weights-share = 最大权重占全部权重
results-design-effect = 满意率的设计效应
results-approval-n-eff = 满意率的等效样本
results-standard-error = 满意率的标准误（百分点）
results-degrees = 自由度
results-no-answer = 属于调查对象但没有回答此题
results-filled = 有{ $sex }份答卷的性别、{ $age }份答卷的年龄是补入的，取自按公开种子抽出的其他答卷。
results-collapsed = 合并了什么
results-collapsed-none = 没有太小的类或格，没有合并。
results-collapsed-classes = 层{ $stratum }：{ $units }个单元应答者太少，共用一个无应答类。
results-collapsed-ages = { $sex }：年龄段{ $ages }已合并，因为其中一格应答者不足{ $n }名。
results-collapsed-sexes = 两性已合并，因为其中一格应答者不足{ $n }名。
results-collapsed-residence = 城乡结构未采用，因为一方应答者不足{ $n }名。
results-collapsed-strata = 没有城乡结构：封存前各层已合并。
results-margin-sex-age = 性别乘年龄
results-margin-residence = 城乡
results-margin-cell = { $sex } { $age }
results-cell = 格
results-population = 人口
results-before = 校准前权重
results-after = 校准后权重
results-classes = 共{ $classes }个无应答类：每类以邀请数比答卷数为系数，从{ $least }到{ $most }。
results-issued = 邀请
results-screened-out = 不属于调查对象
results-why = 理由与说明
results-other-counties = 其他县区
results-applied = { $when }由{ $software }评价；评价标准的SHA-256为{ $digest }…
## 开放调查
open-period = 开放调查，{ $from } – { $to }
open-no-verdict = 不给区间，也不做判定：点开链接的人不是抽中的，没有回答的人怎么想无从知道。
open-counts = 数目
open-kept = 收到的答卷
open-screened-out = 不属调查对象
open-counted = 计入单元
open-uncounted = 已收未计
open-share = 占回答者
open-shares-help = 占回答者的整数百分比，未加权；回答人数太少的选项与相邻选项合并。
open-plan-digest = 方案摘要
open-input-digest = 答卷摘要
open-software = 软件
results-check-cast-cells = 记录的答卷 ≥ 配额单元里的答卷
## 值得查看的迹象
results-signs = 值得查看的迹象
results-signs-help = 只用答案、权数和方差单元计算。p小只是值得查看，不是证明；p大也证明不了什么。本页任何数字都不因此改动。
results-sign-look = 值得查看
results-sign-direction = 第一个选项
results-sign-direction-found = “非常满意”排在最前时的比例减去排在最后时的比例：{ $difference }个百分点（标准误{ $se }，p { $p }）；与其他县区相比偏大：p { $excess }。被要求“选第一个”的人会使这一差距变大。
results-sign-direction-alone = “非常满意”排在最前时的比例减去排在最后时的比例：{ $difference }个百分点（标准误{ $se }，p { $p }）。被要求“选第一个”的人会使这一差距变大。
results-sign-mode = 答题方式
results-sign-mode-found = 居民自己填写的问卷与其他方式相比，满意率相差{ $difference }个百分点（标准误{ $se }，Holm校正后p { $p }）。哪一方更准，这里看不出来。
results-sign-duplicates = 相同的问卷
results-sign-duplicates-found = 完全相同的问卷是否比随机更集中在一处：p { $p }；偏多的方差单元：{ $units }个。
reported-title = 历次结果
reported-text = 本调查历次结果及其95%置信区间，以及其他单位公布的早先结果。后者本平台没有见过原始答卷，任何数字和结论都不使用它们。标注“口径中断”的，差异可能来自问题或统计口径，不一定是实际变化。
reported-measure-approval = 社会治安满意度
reported-measure-safety = 安全感
reported-survey = 调查
reported-ended = 结束日期
reported-estimate = 估计值
reported-error = 标准误（百分点）
reported-by = 他方公布：{ $source }
reported-own = 本次调查
reported-wave = 本调查已公布的一次
reported-break = 口径中断
reported-break-wording-other = 问题原文不同。
reported-break-wording-unknown = 问题原文不详。
reported-break-counted-other = 计入的选项不同。
reported-break-counted-unknown = 计入哪些选项不详。
reported-break-undecided-other = “说不清”的计入方式不同。
reported-break-undecided-unknown = “说不清”是否计入分母不详。
# 方法说明的十一项
results-method-item = { $number }. { $name }
results-method-items-help = 第1至11项是美国民意研究协会（AAPOR）透明倡议要求公开的内容（2021年4月清单）。任何一项空缺，结果都不能公布。
results-method-strategy-text = 用问卷调查居民，按概率抽样；不使用其他来源推断。
results-method-sponsor-text = 委托单位：{ $who }。
results-method-conductor-text = 实施单位：{ $who }。
results-method-funding-text = 经费来源：{ $who }。
results-method-unstated = 未说明。
results-method-instruments-text = 问卷{ $name }，第{ $version }版，共{ $items }题；每道题和每个选项的原文与其结果列在一起，也见编码本。SHA-256：{ $digest }。
results-method-covered = 县区：{ $counties }。
results-method-quality-text = 提交时按问卷核对答案；每个答题码只计一次；未回答的性别和年龄，由公开种子抽出的样本补入。用时不足{ $seconds }秒的答卷标为作答过快，予以保留，并另行计算一次不含这些答卷的结果。各县区的答题码、答卷记录与日志条目逐一核对，差异如实列出；出现不可能的差异时不予计算。疑似授意作答或雷同答卷的迹象会如实列出，但不改变任何数值。
results-aapor-strategy = 总体方法
results-aapor-responsible = 委托单位与实施单位
results-aapor-instruments = 题目
results-aapor-population = 调查对象
results-aapor-sample = 抽样与邀请
results-aapor-mode = 数据采集方式
results-aapor-dates = 时间
results-aapor-sizes = 样本量与精度
results-aapor-weighting = 加权
results-aapor-quality = 数据处理与质量
results-aapor-limits = 局限

# 条款所依据的数据
behind-reported = { $who }于{ $when }录入。
behind-verified-by = { $who }于{ $when }核实。
behind-verified = 已经第二人核实。
behind-unverified = 未经第二人核实。
behind-synthetic = 为示例虚构。
