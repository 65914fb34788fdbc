# 打印的邀请
cards-title = 打印邀请
cards-text = 请选择抽样时保存的答题码文件。系统读取、核对后生成可打印的页面，这里不保存其中任何内容。
cards-file = 答题码文件
cards-layout = 生成
cards-layout-cards = 卡片，每张A4纸8张
cards-layout-urn = 抽签用卡片：不印地点，由居民自己抽取
cards-layout-letters = 信，每张A4纸1封
cards-layout-list = 发送短信用的名单（XLSX）
cards-county = 县区
cards-county-all = 全部县区
cards-make = 生成
cards-how = 请用A4纸、无边距、按100%打印。每叠的第一张写明送到哪里。请像答题码一样锁好。
cards-count = { $count }份
cards-scan = 请扫码，或打开网址并输入答题码：
cards-anonymous = 匿名，约三分钟。任何人都无权看您怎么答、教您怎么答。
cards-drawn = 您被随机抽中参加这次调查。
cards-period = { $opens }至{ $closes }
cards-no-file = 请选择答题码文件。
cards-part = { $name }，第{ $part }部分
cards-code-bad = 不是答题码：有字符错误或缺失。
cards-code-other = 不是这一轮的答题码。文件是不是在换发答题码之前保存的？
cards-code-twice = 这个答题码出现了两次。
cards-way = 打印邀请，或生成发短信用的名单 →
import-column-community = 村居代码（community）
import-column-part = 部分（part）
cards-list-code = 答题码
cards-list-link = 链接
cards-list-county = 县区
cards-list-community = 村居

# 单张卡片
anew-title = 卡片损坏或丢失
anew-text = 输入卡片上或答题码清单上的旧码，即得到新码；旧码从此作废。系统不告知旧码是否用过：如果用过，新码不会带来第二份答卷。每张补发的卡片都计入本次调查的公开记录。
anew-count = { $count ->
    [0] 目前还没有补发过卡片。
   *[other] 目前已补发{ $count }张。
}
anew-code = 旧卡片的答题码
anew-make = 补发一张
anew-made = 新卡片
anew-once = 新码只在这里显示一次。请打印本页或抄下来。
anew-write = 请交给原卡片所属的住户，并销毁旧卡片。
anew-ask = 旧卡片的答题码：
anew-only-copy = 旧码从此作废。新码只此一份，别处没有保存。
anew-not-kept = 文件无法写入：{ $message }。新码如下：
anew-file-taken = { $file }已存在，不予覆盖。没有补发卡片。
anew-file-refused = 无法写入{ $file }：{ $message }。没有补发卡片。
anew-not-named = 新码完整保存在{ $file }中，但未能改成应有的文件名。请保留该文件。
