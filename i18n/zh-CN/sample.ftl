# minyi sample: what was asked and cannot be had
sample-number-between = { $option }是{ $value }；应是大于{ $low }、小于{ $high }的数。
sample-number-above = { $option }是{ $value }；应是大于{ $low }、不超过{ $high }的数。
sample-number-below = { $option }是{ $value }；应是不小于{ $low }、小于{ $high }的数。
sample-number-from = { $option }是{ $value }；应是{ $low }到{ $high }的数。
sample-option-needs = { $option }还需要{ $other }。
sample-size-nothing = 请说明要算什么：--margin（配--p），--power（配--threshold和--truth），或者配其中之一的--n。
sample-truth-is-threshold = --truth { $truth }就是门槛本身；多少份答卷也无法证明它在哪一边。请换一个比例。
sample-exponent-needed = 幂分配需要--exponent，0到1的数，常用0.5。
sample-exponent-unused = --exponent只用于幂分配。请去掉它，或者用--method power。
sample-too-many = 要抽{ $wanted }个单元，但只有{ $available }个可抽（规模为0的不能抽）。请减小数目，或增加单元。
sample-too-few = { $n }个单元少于各层最小数目之和。请增大--n，或减小--min。
sample-more-than-all = --n { $n }超过所有层的总数（{ $all }）。请减小。
sample-size-too-large = --truth离--threshold太近，需要超过一千万份答卷。请换一个更远的比例。
sample-too-few-independent = --n除以--deff不足一份独立的答卷。请增大--n，或减小--deff。
sample-population-below-n = --population小于--n。请增大，或去掉。
sample-no-shares = 剩下的层分不到样本：标准差或费用是0。请改正，或换一种方法。
sample-in-stratum = 层“{ $stratum }”：{ $reason }
sample-no-column = { $file }第1行：没有“{ $column }”列（{ $option }）。现有的列：{ $columns }。
sample-no-rows = { $file }：表头下面没有数据行。
sample-cell-empty = { $file }第{ $line }行“{ $column }”列：是空的，这里每行都要有值。
sample-cell-negative = { $file }第{ $line }行“{ $column }”列：{ $text }小于0。请写0或更大的数。
sample-cell-above-zero = { $file }第{ $line }行“{ $column }”列：{ $text }不大于0。请写大于0的数。
sample-cell-whole = { $file }第{ $line }行“{ $column }”列：{ $text }不是0或更大的整数。
sample-cell-twice = { $file }第{ $line }行“{ $column }”列：“{ $text }”在前面的行里已经有了。每个名称只能出现一次。
sample-n-needed = 请说明要抽多少单元：--n（每层），--n-column或--allocation。
sample-n-varies = { $file }第{ $line }行“{ $column }”列：{ $text }与同一层前面的单元不同。同一层的所有单元要写同一个数。
sample-size-column-needed = 方法{ $method }需要单元的规模：请用--size-column指明规模所在的列。
sample-unknown-stratum = { $file }第{ $line }行“{ $column }”列：抽样框里没有层“{ $text }”。请改正名称，或删去这一行。
sample-no-allocation = { $file }：没有抽样框中层“{ $stratum }”的行。请加上；其n可以是0。
sample-seed-empty = --seed是空的。请用抽样框定稿时谁也不可能知道的公开文字：骰子、彩票号码。

# Columns
sample-column-p = 比例
sample-column-margin = 误差
sample-column-srs = 简单随机
sample-column-answers = 答卷
sample-column-invitations = 邀请
sample-column-truth = 真值
sample-column-threshold = 门槛
sample-column-power = 功效
sample-column-point = 点估计达标
sample-column-shown = 已证明达标
sample-column-below = 已证明未达标
sample-column-undecided = 无法判定
sample-column-stratum = 层
sample-column-size = 规模
sample-column-n-exact = 精确数
sample-column-n = 样本量
sample-column-fraction = 抽样比
sample-column-order = 序号
sample-column-unit = 单元
sample-column-probability = π
sample-column-weight = 权数
sample-column-community = 村居
sample-column-part = 部分
sample-column-variance-unit = 方差单元

# Methods
sample-method-normal = 正态近似
sample-method-exact = 精确二项检验
sample-method-srs = 不放回简单随机抽样
sample-method-systematic = 系统抽样，按文件顺序
sample-method-pps-systematic = 与规模成比例的系统抽样，按文件顺序
sample-method-sampford = Sampford设计，与规模成比例
sample-method-brewer = Brewer方法，与规模成比例

# Notes below and above tables
sample-note-power = 用错误概率为{ $alpha }的单侧界限证明，{ $method }。“简单随机”是不计设计效应的样本量。
sample-note-verdicts = 对门槛{ $threshold }作出各种判定的概率，单侧界限95%。“点估计达标”指不问误差、点估计达到门槛。
sample-note-assumptions = 假定：设计效应{ $deff }；置信度{ $level }；总体{ $population }；邀请中有{ $response }作答。
sample-population-large = 很大
sample-note-sum = 共{ $n }。
sample-note-se = 分层均值的标准误：{ $se }。
sample-drawn = 从{ $units }个单元中抽取{ $n }个：{ $method }。
sample-drawn-frame = 抽样框 { $file }，SHA-256 { $digest }
sample-drawn-seed = 种子“{ $text }” = { $seed }
sample-wave = 轮次{ $wave }：{ $psus }个村居（或其部分），{ $units }个方差单元，{ $invitations }份邀请。
sample-wave-digests = 抽样框摘要 { $frame }
  样本摘要 { $sample }
