# 一轮调查：从文件到结果

## 状态和下一步
wave-state-draft = 草稿
wave-state-sealed = 已封存
wave-state-drawn = 已抽样
wave-state-open = 调查中
wave-state-closing = 正在结束
wave-state-closed = 已结束
wave-state-published = 已公布
wave-next-draft = 下一步：一人申请封存，另一人确认。
wave-next-sealed = 下一步：用公开的随机种子抽样。
wave-next-drawn = 下一步：发出信函，开始调查。
wave-next-open = 下一步：一人申请结束，另一人确认。
wave-next-closing = 结束已经确认，但还没有做完，请接着做。
wave-next-closed = 下一步：公布结果。
wave-next-published = 这一轮已经全部完成。

## 不能进行这一步的原因
wave-denied = 调查轮次由组织者管理，这个账号是别的角色。请用组织者的账号登录。
wave-unknown = 没有“{ $slug }”这一轮。请在轮次列表中查看已有的轮次。
wave-no-frame = 没有名为“{ $name }”的抽样框。请先导入，或改正轮次文件里的名称。
wave-no-margins = 没有名为“{ $name }”的人口边际数据。请先导入，或改正轮次文件里的名称。
wave-no-base-wave = 没有“{ $name }”这个早先的轮次。请改正轮次文件里的base_wave，或者删去这一行。
wave-slug-taken = 已经有“{ $slug }”这一轮。请给新的一轮换一个slug。
wave-changed-meanwhile = 其间有别人对这一轮做了操作。请先看看现在的状态，再作决定。
wave-store = 数据无法读取或写入（{ $error }）。没有作任何更改。请重试；如果还不行，请检查磁盘和数据库。
wave-store-contention = 同一时刻正在保存另一步操作。没有作任何更改，请重试。
wave-store-unsettled = 无法确定这一步是否已经保存。重试之前，请先看看这一轮现在的状态。
wave-keys = 这一轮的密钥不能使用：{ $error }。
wave-refused-state = 这一轮现在是“{ $found }”，而这一步要在“{ $needed }”时进行。{ $next }
wave-refused-incomplete-frame = 这一轮还没有抽样框。请先导入，再写进轮次文件。
wave-refused-incomplete-margins = 这一轮还没有人口边际数据。请先导入，再写进轮次文件。
wave-refused-incomplete-seed = 这一轮还没有随机种子：样本从未抽取。
wave-refused-not-asked = 还没有人提出申请。须由一人申请，另一人确认。
wave-refused-same-person = 申请是您自己提出的，须由另一位组织者用本人的账号确认。
wave-refused-no-reason = 公告的结束时间是{ $end }。提前结束须写明理由，理由会和结果一起公布。
wave-refused-over = 公告的结束时间{ $end }已经过去，现在开始没有意义。请另建一轮，结束时间定得晚一些。
wave-refused-bad-period = closes_at必须晚于opens_at。请用正确的起止时间重新建立这一轮。
wave-selection = 第{ $stratum }层无法抽样：{ $reason }
wave-selection-out-of-range = 第{ $at }个{ $what }是{ $value }，超出范围。请改正抽样框。
wave-selection-too-many = 要抽{ $wanted }个社区或村，但只有{ $available }个可以抽。请减小方案里的psus。
wave-selection-sum-not-whole = 抽取概率之和是{ $sum }，不是整数。请改正抽样框里的规模。
wave-selection-too-few = { $n }个社区或村不够各层使用。请增大方案里的psus。
wave-selection-too-large = { $units }个单元、样本量{ $n }，对方法{ $method }来说太大。请分层抽取。
wave-selection-no-joint = { $units }个单元、样本量{ $n }时，方法{ $method }的二阶入样概率不可知。请用方法sampford。
wave-selection-bad-inputs = { $kind }的输入不合适（{ $reason }）。

## 方案中不合适的地方
wave-plan-schema = 方案，{ $field }：本版本不认识格式{ $form }。请用格式1。
wave-plan-no-item = 方案，{ $field }：问卷里没有题目“{ $item }”。请写问卷里有的题目。
wave-plan-not-single = 方案，{ $field }：题目“{ $item }”可以选多个答案，这里需要单选题。
wave-plan-no-option = 方案，{ $field }：题目“{ $item }”没有选项“{ $code }”。请写题目里有的代码。
wave-plan-other-approval = 方案，{ $field }：问卷把题目“{ $item }”的另一些答案算作满意。请让两处一致。
wave-plan-out-of-range = 方案，{ $field }：必须在{ $low }到{ $high }之间。
wave-plan-county-twice = 方案，{ $field }：县区{ $county }出现了两次。每个县区只留一行。
wave-plan-no-margins = 方案，{ $field }：县区{ $county }没有人口边际数据。请导入包含它的数据，或把它从样本中去掉。
wave-plan-margin-mismatch = 方案，{ $field }：县区{ $county }的人口边际数据与题目“{ $item }”的答案不一致，“{ $code }”只在一边有。请让两边的代码一致。
wave-plan-adults = 方案，{ $field }：只有按户抽样的轮次才问成年人数，而且必须问。按户抽样请填写该题目，按人抽样请删去。
wave-plan-empty = 方案，{ $field }：是空的，至少要有一项。

## 抽样框不能支持样本的原因
wave-sample-not-in-frame = 抽样框里没有县区{ $county }的社区或村。请在抽样框里补上，或把这个县区从样本中去掉。
wave-sample-too-many-psus = 县区{ $county }：psus = { $wanted }，但抽样框里只有{ $available }个社区和村。请减小psus。
wave-sample-too-few-units = 县区{ $county }：{ $psus }个社区和村、{ $invitations }份邀请，组不成两个至少有{ $least }份邀请的方差单元。请增大psus或invitations。
wave-sample-too-few-addresses = { $unit }只有{ $addresses }个地址，却要发{ $invitations }份邀请。请在抽样框里把它与邻近的合并，或减小invitations。

## 结束没有做完的原因
wave-batch-held = 另一个进程正在转移答卷。请等两分钟。
wave-batch-changed = 转移答卷时还有答卷在到达。
wave-batch-unreadable = 县区{ $county }的一份答卷（第{ $epoch }天）打不开，仍留在原处。请检查keys文件夹是不是这个实例的，是否完整。
wave-pool-not-empty = 还有{ $left }份答卷没有转移。
wave-count-issued-used = 县区{ $county }：发出{ $more }个答题码，却用了{ $less }个。用掉的不能多于发出的。
wave-count-used-cast = 县区{ $county }：用了{ $more }个答题码，却记录了{ $less }份答卷。答卷不能多于用掉的码。
wave-count-cast-leaves = 县区{ $county }：记录了{ $more }份答卷，日志里却有{ $less }条。两者必须相等。
wave-count-cast-eligible = 县区{ $county }：记录了{ $more }份答卷，归入合格或筛除的却有{ $less }份。两者必须相等。
wave-count-stopped = 数目互相矛盾，所以没有计算也没有保存结果。请先查明原因。
wave-record = 有一份已保存的答卷与问卷不符：{ $error }。
wave-interrupted = 计算被中断了。
wave-close-again = 这一轮不再接收答卷，已有的一份也没有丢。原因排除之后，请接着把结束做完。

## 轮次文件
wave-file-syntax = 轮次文件无法读取：{ $message }
wave-file-time = { $field }：“{ $text }”不是日期和时间。请写成2026-11-30T20:00这样的当地时间。
wave-file-sample-or-plan = [sample]（其余用标准方案）、整个[plan]、[open]（链接对所有人开放的调查）三者请写且只写一个。
wave-file-no-questionnaire = 问卷无法读取：{ $message }
questionnaire-syntax = 问卷无法读取：{ $message }
questionnaire-item-syntax = 问卷，题目{ $item }：{ $message }
questionnaire-head = 问卷，{ $field }：{ $problem }
questionnaire-item = 问卷，题目{ $item }，{ $field }：{ $problem }
questionnaire-empty = 是空的，这里必须填写。
questionnaire-bad-name = “{ $name }”只能用小写字母、数字、“-”和“_”。
questionnaire-twice = “{ $name }”出现了两次，请给其中一个换个名字。
questionnaire-no-language = 缺少{ $tag }的文字。请补上。
questionnaire-out-of-range = 必须在{ $low }到{ $high }之间。
questionnaire-no-earlier-item = 引用了“{ $item }”，但前面没有这道题。条件只能引用前面的题目。
questionnaire-no-such-code = 引用了代码“{ $code }”，但题目{ $item }没有这个代码。
questionnaire-no-place-max = 单选题没有max，请删去。
questionnaire-no-place-ends = 只有单选的筛选题才能结束访问。
questionnaire-no-place-exclusive = 单选题的每个答案本来就互相排斥，请删去。
questionnaire-no-place-approves = 只有真正的答案才能算作满意，“说不清”“不愿回答”和结束访问的选项都不能。
questionnaire-no-place-refusal = 一个选项要么是“说不清”，要么是“不愿回答”，不能两者都是。

## 导入
import-denied = 区域、抽样框和人口边际数据由组织者导入，这个账号是别的角色。请用组织者的账号登录。
import-name-taken = 已有名为“{ $name }”的导入，导入的数据从不覆盖。请换一个名称。
import-no-random = 系统没有给出随机数。没有作任何更改，请重试。
import-more = 至少还有{ $count }个问题。请先改正以上这些。
import-at-row-and-column = 第{ $row }行，{ $column }列：{ $what }
import-at-row = 第{ $row }行：{ $what }
import-at-column = { $column }列：{ $what }
import-column-code = 代码（code）
import-column-level = 级别（level）
import-column-name-zh = 中文名称（name_zh）
import-column-name-en = 英文名称（name_en）
import-column-parent = 上级代码（parent）
import-column-name = 名称（name）
import-column-county = 县区代码（county）
import-column-residence = 城乡（residence）
import-column-size = 规模（size）
import-column-addresses = 地址数（addresses）
import-column-sex = 性别（sex）
import-column-age = 年龄（age）
import-column-population = 人口（population）
import-words-level = 市、县区、乡镇、村居（或city、county、township、community）
import-words-residence = 城镇、乡村（或urban、rural）
import-unreadable = 不是CSV文件（{ $error }）。请把表格另存为XLSX或“CSV UTF-8”。
import-encoding = 读不出表格：文字既不是UTF-8也不是GB18030。请另存为XLSX或“CSV UTF-8”。
import-old-workbook = 这是2007年以前格式的工作簿，或者设了密码。请另存为“Excel工作簿（*.xlsx）”，不要设密码。
import-broken-workbook = 工作簿打不开（{ $error }）。请用表格软件打开后重新另存为XLSX。
import-no-title = 第{ $place }列有内容却没有列名。请写上列名，或清空这一列。
import-rounded = “{ $found }”是被表格软件四舍五入的代码。请把这一列设为文本格式，重新填写代码。
import-no-rows = 表头下面没有数据。
import-no-column = 缺少这一列。请补上，表头是第一行。
import-two-columns = 这一列出现了两次，请只留一列。
import-unknown-column = 没有用到“{ $title }”这一列。请检查写法；如果是备注，请在列名前加#。
import-cells = 有{ $found }格，而表头有{ $expected }格。请检查是否少了或多了逗号。
import-empty = 是空的，这里必须填写。
import-code = “{ $found }”不是6位、9位或12位的区划代码。
import-number = “{ $found }”不是不小于0的整数。
import-word = “{ $found }”不是以下之一：{ $expected }。
import-either-or = 一行只能写性别和年龄，或者只写城乡，不能都写。请把其中一边留空。
import-code-twice = { $code }出现了两次，请只留一行。
import-no-parent = { $code }的上级是{ $parent }，文件里没有它。请补上那一行，或改正代码。
import-wrong-level = { $code }的上级必须正好高一级，只有市没有上级。
import-no-county = 已导入的区域里没有县区{ $county }。请先导入区域，或改正代码。
import-elsewhere = { $code }的前六位不是县区{ $county }。请改正其中一个代码。
import-unit-nobody = { $code }：规模和地址数都至少是1。没有人居住的地方请不要列入。
import-cell-twice = 县区{ $county }：{ $cell }出现了两次，请只留一行。
import-cell-nobody = 县区{ $county }：{ $cell }没有人。至少要有1人。
import-cell-missing = 县区{ $county }：缺少{ $cell }这一行。每个性别都要有每个年龄组。
import-no-margin-sex-age = 县区{ $county }：没有按性别和年龄的数据。请补上。
import-no-margin-residence = 县区{ $county }：没有按城乡的数据。请补上。
import-margins-unequal = 县区{ $county }：性别年龄合计{ $sexes }人，城乡合计{ $residences }人。两边必须是同一批人。

## 命令
person-refused = 名字“{ $name }”或密码不对，或者账号已停用。没有做任何事。
person-password-due = { $name }用的还是别人设的密码。请先在网页上登录，改成自己的密码。
person-throttled = 这个名字失败的次数太多。请等{ $seconds }秒再试。
person-password-ask = { $name }的密码（输入时不显示）：
person-password-no-text = MINYI_PASSWORD里不是UTF-8文字，请重新设置。
import-attempted = 导入
import-done-areas = { $file }：导入了{ $rows }个区域。
import-done-frame = { $file }：导入了{ $rows }个社区和村，抽样框名称“{ $name }”。SHA-256 { $digest }
import-done-margins = { $file }：导入了{ $rows }行，人口边际数据名称“{ $name }”。SHA-256 { $digest }
import-not-utf-8 = { $file }不是UTF-8编码。请另存为UTF-8，再导入。
import-done-standard = { $file }：标准{ $id }第{ $version }版，共{ $criteria }条，现已生效。
import-done-indicators = { $file }：{ $rows }个值，新增{ $new }个，更改{ $changed }个，未变{ $unchanged }个。
wave-attempted = 轮次操作
wave-standing = 轮次{ $slug }：{ $state }。调查时间{ $from }至{ $to }。{ $next }
wave-plan-digest = 方案的SHA-256：{ $digest }
wave-asked-seal = 已有人申请封存。下一步：由另一人确认。
wave-asked-close = 已有人申请结束。下一步：由另一人确认。
wave-close-taken-up = 结束早先已经确认，现在接着做。
wave-none = 还没有轮次。建立轮次：minyi wave create 文件.toml
wave-no-result = “{ $slug }”这一轮还没有结果。请先结束它。
wave-synthetic = 虚构
wave-head-slug = 轮次
wave-head-state = 状态
wave-head-from = 开始
wave-head-to = 结束
wave-head-title = 标题
wave-head-data = 数据
wave-head-county = 县区
wave-head-issued = 发出的码
wave-head-used = 用过的码
wave-used-in-steps = 调查期间，用过的码按{ $step }个一级显示。
wave-act-asked-seal = { $name }于{ $at }申请封存。
wave-act-sealed = { $name }于{ $at }确认封存。
wave-act-asked-close = { $name }于{ $at }申请结束。
wave-act-closed = { $name }于{ $at }确认结束。
wave-act-reason = 提前结束的理由：{ $reason }
draw-no-seed = --seed是空的。请给出公开的随机文字，例如封存之后开出的彩票号码。
draw-file-taken = 已经有{ $file }，不会覆盖。没有抽样。请给--codes换一个文件名。
draw-file-interrupted = { $file }是一次中断的抽样留下的。如果这一轮已经抽样，它就是答题码唯一的一份，请改名保存；如果还没有抽样，请删除。这一次没有抽样。
draw-file-refused = { $file }不能写入：{ $message }。没有抽样。
draw-not-kept = 答题码不能写入{ $file }。没有抽样。请检查磁盘，然后重新抽样。
draw-unsettled = 无法确定抽样是否已经保存。答题码在{ $file }里，请保留这个文件。请查看这一轮的状态：如果已抽样，这就是它的答题码；如果还是已封存，请删除文件，重新抽样。
draw-not-named = 样本已经抽好。答题码完整地在{ $file }里，但不能改成应有的文件名。请保留它，这是唯一的一份。
draw-only-copy = 答题码只在这个文件里，别处都没有。丢了就谁也列不出来了。印好信函后请销毁。
draw-done = 轮次{ $slug }：已抽样。{ $psus }处的{ $count }个答题码已写入{ $file }。种子{ $seed }。下一步：发出信函，开始调查。

## 结果表
summary-synthetic = ！答卷是虚构的。
summary-synthetic-frame = ！抽样框是虚构或替代的：{ $source }
summary-synthetic-margins = ！人口边际数据是虚构或替代的：{ $source }
summary-early = 早于公告时间结束：{ $reason }
summary-rule = 满意率达到{ $threshold }。{ $rule ->
    [point] 以估计值本身判定。
   *[lower_bound] 以单侧95%界限判定。
  }
summary-county = 县区
summary-invited = 邀请
summary-approval = 满意率%
summary-interval = 95%区间
summary-bounds = 单侧95%界限
summary-verdict = 判定
summary-other-rule = 按另一规则
summary-note = { $county }：{ $why }
summary-failure-no_respondents = 没有人作答
summary-weighting-failed = { $county }：无法计算权重（{ $why }）。
summary-differs = * { $county }：去掉“说不清”或去掉有疑点的答卷后，判定会不同。

wave-log-runs = 这一轮的日志照常继续；只有还原后缺少条目时才启用新日志。
wave-log-halted = 日志中缺少 { $lost } 个已签名的条目。在两个人同意启用新日志之前不再签名：先 minyi wave ask-new-log，再 minyi wave new-log。
wave-log-none = 这一轮还没有日志：调查开始时才有。
wave-log-key = 可用此公钥核验：{ $key }
wave-log-asked = 轮次 { $wave }：已申请启用新日志 { $log }，其中不含旧日志的 { $lost } 个条目；须由另一人确认。
wave-log-begun = 轮次 { $wave }：日志 { $log } 启用，其中不含旧日志的 { $lost } 个条目。重新开始接收答卷。
## 开放调查与配额单元
wave-open-mark = 开放调查，非概率样本
wave-comma = 、
wave-next-sealed-open = 下一步：开放答题，之后链接对所有人有效。
wave-next-open-open = 下一步：一人申请结束，另一人确认。
wave-refused-no-sample = 这是开放调查，没有样本，不抽样，也不发答题码。封存以后直接开放。
wave-plan-no-area = 方案{ $field }：区域表里没有县区{ $county }。请先导入区域，或改正代码。
wave-file-missing = 缺少{ $field }。有样本的轮次须写明抽样框和人口数据。
wave-file-not-open = 开放调查没有{ $field }。请删去这一行，或不写[open]而写样本。
wave-head-kept = 收到的答卷
wave-count-cast-cells = 县区{ $county }：记录的答卷有{ $more }份，配额单元里却有{ $less }份。单元里的不能多于答卷。
import-column-target = 目标（target）
import-column-rule = 规则（rule）
import-words-rule = 监测、关闭（或monitor、close）
quota-no-county = 这次调查没有县区{ $county }。请填其中的县区。
quota-no-age = 问卷没有年龄组“{ $code }”。请用问卷年龄题的代码。
quota-no-sex = 问卷没有性别“{ $code }”。请用问卷性别题的代码。
quota-residence = 一次调查的配额单元要么都分城乡，要么都不分；开放调查的方案写有residence = true时才分。
quota-twice = 这个单元出现了两次。请只留一行。
quota-closes = 抽中的人一个也不拒绝：有样本的轮次里规则只能是“监测”。
quota-other-cells = 封存以后单元不变，只能改目标和规则。请写全封存的单元，不要加别的。
quota-counted = 已经计入{ $counted }份答卷，目标不能再低。
quota-set = 轮次“{ $slug }”现有{ $cells }个配额单元，将与方案一起封存。
quota-asked = 轮次“{ $slug }”有{ $cells }个配额单元要改，须由另一人确认。
quota-none = 这个轮次没有配额单元。
quota-change = { $of }：目标{ $before } → { $after }
quota-change-rule = { $of }：目标{ $before } → { $after }，{ $rule-before } → { $rule-after }
quota-rule-monitor = 只监测
quota-rule-close = 满额关闭
reissue-done = 轮次{ $slug }：同样{ $psus }个地点的{ $count }个新答题码已写入{ $file }。原来的答题码全部作废，印有旧码的信须重新打印。
wave-removed = 草稿“{ $slug }”已删除。
import-done-results = { $file }：导入了{ $rows }项他方结果，名称“{ $name }”。SHA-256 { $digest }
import-words-item = 满意度、安全感（或approval、safety）
import-words-undecided = 计入、不计入、不详（或in、out、unknown）
