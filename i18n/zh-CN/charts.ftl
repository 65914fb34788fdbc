# 从不同角度看结果
sides-title = 从其他角度看本结果
criteria-help = 点县区名称可查看理由：每项标准的规则、数字和评判人。
county-answers = 每道题的回答，附置信区间
county-answers-title = { $county }的回答
method-covered-many = { $n }个县区，名称见各表和文件。
method-sizes-many = 共{ $issued }份邀请，主要题目共{ $answers }份回答；分县区的数字见“邀请与回答”表和文件。
parts-title = 更多县区
parts-which = 第{ $first }至{ $last }个县区，共{ $lines }个
parts-before = 前面的县区
parts-behind = 后面的县区

# 县区比较
compare-title = 县区比较
compare-headline = { $pairs ->
    [0] 各县区无法比较
   *[other] { $shown ->
        [0] 没有任何两个县区的满意度被证明有差别
       *[other] { $pairs }对县区中，有{ $shown }对的满意度被证明有差别
      }
  }
compare-counties = 可能的名次
compare-caption = 各县区的满意度和可能的名次
compare-ranks = 可能的名次
compare-ranks-plot = 可能的名次（图）
compare-rank-range = 第{ $best }至{ $worst }名（共{ $of }个）
compare-rank-only = 第{ $best }名（共{ $of }个）
compare-key = 第1名满意度最高。横条覆盖所有仍有可能的名次：全部横条同时包含真实名次的概率为95%。横条相同的县区按行政区划代码排列，先后没有含义。估计值旁的细线是95%置信区间。
compare-groups = 分不出高低的县区
compare-groups-none = 凡能比较的县区，两两之间都被证明有差别。
compare-groups-many = 县区太多，不逐组列出；各县区仍有可能的名次见上表。
compare-group = { $counties }：这{ $n }个县区两两之间都没有被证明有差别。
compare-relations = 逐个县区
compare-above = { $named ->
    [yes] 已证明高于{ $counties }。
   *[no] 已证明高于{ $n }个县区。
  }
compare-below = { $named ->
    [yes] 已证明低于{ $counties }。
   *[no] 已证明低于{ $n }个县区。
  }
compare-alike = { $named ->
    [yes] 与{ $counties }分不出高低。
   *[no] 与{ $n }个县区分不出高低。
  }
compare-not-compared = 无法比较，因此任何名次都有可能。
compare-pairs = 两两比较
compare-pairs-of = { $county }与各县区逐一比较
compare-pairs-part = 与其他县区的比较见名单的其余各页。p值已按全部县区对校正，包括此处未列出的。
compare-beside = 逐一比较
compare-pairs-scroll = 县区两两比较；可左右滑动
compare-pair = 两个县区
compare-difference = 差值（百分点）
compare-error = 标准误
compare-p = 校正后的p值
compare-shown = 结论
compare-pair-above = { $first }高于{ $second }
compare-pair-below = { $first }低于{ $second }
compare-pair-alike = 分不出高低
compare-how = 如何比较
compare-method = 各县区分别抽样，因此差值的方差等于两个方差之和。每对县区在两个方向上各做一次单侧t检验，自由度为两县区之和。对所有县区对、所有方向一并做霍尔姆（Holm）校正，使“高于”“低于”的结论中哪怕出现一个错误的概率也不超过5%。
compare-method-ranks = 一个县区最好的名次，等于已证明高于它的县区数加一；最差的名次，等于县区总数减去已证明低于它的县区数。能证明的差别少，名次范围就宽：调查所知仅此而已。名次只反映满意度，与判定无关。
compare-method-sources = 方法出处：Holm，Scandinavian Journal of Statistics 6（1979）；Mogstad、Romano、Shaikh、Wilhelm，Review of Economic Studies 91（2024）；Klein、Wright、Wieczorek，Journal of the Royal Statistical Society C 69（2020）。

# 一道题，所有县区
ask-title = 逐题看回答
ask-caption = 占作答者的百分比，附95%置信区间
ask-base = 被问及与作答人数
ask-scroll = 各县区的回答；可左右滑动
ask-several = 可以多选，各项占比相加不等于100%。占比取整，不列人数，使人无从推算任何一位居民的回答组合。
ask-all = 全部题目

# 权重
weights-title = 权重分布
weights-lead = 权重表示一份答卷代表多少居民。权重相差越大，估计越不精确；个别权重过大，结果就会由少数人左右。本页的权重都以本县区平均权重的倍数表示。
weights-caption = 各县区的权重
weights-scroll = 各县区的权重；可左右滑动
weights-min = 最小（平均的倍数）
weights-max = 最大（平均的倍数）
weights-class = 权重（平均的倍数）
weights-share = 受访者 %
weights-from = { $low }以上
weights-histogram = { $county }：权重分布，各组占比见下表
weights-none = 没有直方图：合并到最后只剩一组，或者该结果是在开始保存直方图之前计算的。
weights-failed = 加权没有成功，因此没有权重。
weights-help = 直方图中每个条的面积表示受访者占比，虚线是平均值。一组至少要有十名受访者、来自至少三个方差单元，且任何一个单元不超过该组的一半，才会显示；不足的与相邻组合并，使人无从得知某个社区有多少人作答。占比取整数百分比。

# 地图
map-title = 地图
map-label = 各县区满意度对照{ $limit }的地图；全部数字见下表
map-legend = 图例
map-class-under = 满意度低于{ $high }
map-class = { $low }至{ $high }以下
map-class-from = { $low }及以上
map-texture-open = 斜线：无法判定，两个单侧置信限分别在标准线两侧
map-texture-none = 圆点：无法评估
map-sign-met = 无纹理、在标准线及以上：已证明达到
map-sign-unmet = 无纹理、在标准线以下：已证明未达到
map-simplified = 轮廓经过简化，仅供示意，不表示界线的准确走向。
map-tiles = 尚未提供县区轮廓：每个县区用一个同样大小的方块表示，按行政区划代码排列，方块的位置与县区的方位无关。
map-tiles-given = 每个县区用一个同样大小的方块表示，位置大致与方位相符。
map-source = 地图来源：{ $source }
map-synthetic = 地图是虚构的，不表示任何真实地方。
map-table = 满意度（附95%置信区间）和判定

# 县区地图（供组织者）
mapdata-title = 县区地图
mapdata-lead = 有了县区轮廓，每一轮结果都会配地图；没有轮廓时，用同样大小的方块表示县区。
mapdata-held = 正在使用
mapdata-none = 还没有提供地图，结果页按行政区划代码顺序显示方块。
mapdata-outlines = { $count }个县区的轮廓
mapdata-tiles = { $count }个方块的位置
mapdata-file-hint = GeoJSON文件：FeatureCollection，区域表中每个县区对应一个Polygon或MultiPolygon，坐标为经纬度（WGS 84），不超过8 MB。也可以用带有code、row、column三列的CSV文件给出方块的位置。
mapdata-property = 存放区划代码的属性
mapdata-property-hint = 要素的哪个属性存放六位区划代码。CSV文件不需要。
mapdata-source-hint = 印在每张地图下面：出版者、年份和审图号。
mapdata-synthetic = 地图是虚构的，或是替代的
mapdata-no-property = 请写明哪个属性存放代码，不超过300字。
mapdata-send = 使用这张地图
mapdata-errors = 地图没有采用

boundary-place = { $kind ->
    [line] 第{ $place }行
   *[other] 第{ $place }个要素
  }{ $coded ->
    [yes] （{ $code }）
   *[no] {""}
  }：{ $what }
boundary-too-large = 文件超过{ $most } MB。请先简化轮廓，地图不需要这么多的点。
boundary-not-json = 这不是JSON文件：读到第{ $line }行第{ $column }列出错。
boundary-not-a-collection = 这不是GeoJSON的FeatureCollection。
boundary-other-reference = 坐标不是WGS 84经纬度，请先转换。
boundary-too-many = 文件中的点超过{ $most }个，请先简化轮廓。
boundary-too-wide = 地图宽度超过半个地球，或跨过日界线。
boundary-no-code = 没有存放代码的属性“{ $property }”。
boundary-unknown-county = 区域表中没有这个代码的县区。
boundary-twice = 这个县区前面已经出现过。
boundary-missing = 文件中缺少区域表里的县区{ $code }。
boundary-not-a-polygon = 几何类型是{ $kind }，应为Polygon或MultiPolygon。
boundary-empty = 几何中没有环。
boundary-ring-short = 第{ $ring }个环不足四个点。
boundary-ring-open = 第{ $ring }个环没有闭合：最后一点不是第一点。
boundary-ring-not-a-number = 第{ $ring }个环的第{ $position }点不是两个有限的数。
boundary-ring-outside = 第{ $ring }个环的第{ $position }点不是经纬度。是否用了别的坐标系，或者经纬度写反了？
boundary-ring-flat = 第{ $ring }个环没有围出面积。
boundary-ring-crosses = 第{ $ring }个环自相交。
boundary-ring-involved = 第{ $ring }个环太复杂，无法检查，请先简化。
boundary-not-a-table = 这既不是GeoJSON，也不是带有code、row、column三列的表。
boundary-no-place = row和column应为1至60的整数。
boundary-place-taken = 这个位置已经有别的县区。
