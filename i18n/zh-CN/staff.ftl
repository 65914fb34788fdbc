# staff

## Accounts on the command line
role-administrator = 管理员
role-organizer = 组织者
role-fieldworker = 调查员
role-evaluator = 评价者
role-auditor = 审计者
role-reporter = 县（区）填报员
user-made = 已建立账号 { $name }（{ $role }）。
user-none = 还没有账号。建立账号：minyi user add 名字 --role organizer --data 目录
user-disabled = 已停用
user-password-once = 密码如下，只显示这一次，以后无法再查看：
user-password-ask = 密码（至少12个字符，输入时不显示）：
user-password-again = 再输入一次相同的密码：
user-password-differs = 两次输入的密码不同。没有作任何更改，请重试。
user-password-short = 密码不足{ $least }个字符。请用更长的密码，例如四个词。
user-password-long = 密码超过512字节。请用短一些的密码。
user-password-guessable = 密码能从名字猜出，或只是重复少数几个字符。请换一个，或使用 --generate。
user-bad-name = “{ $name }”不能作账号名：只能用字母、汉字、数字和“.”“-”“_”，最多64个字符，第一个须是字母、汉字或数字。
user-taken = 已有账号 { $name }。请换一个名字；“minyi user list”列出已有账号。
user-no-county = 没有导入过代码为“{ $code }”的县（区）。填报员只负责一个县（区）；县（区）用“minyi import areas”导入。
user-county-unused = 只有县（区）填报员才需要指定县（区）。请去掉 --county，或改用 --role reporter。
user-failed = 无法读取或建立账号

## 运行
serve-made = 已建好：{ $path }。keys文件夹只有这一份，请另外抄一份放好；丢了它，信上的码就再也认不出来。
serve-keys-exist = { $path }里已经有密钥了，不会覆盖。
serve-keys = 密钥打不开：{ $error }。新的实例请先运行：minyi init --data DIR
serve-store-office = 办公库
serve-store-urn = 票箱库
serve-database-unnamed = --database-url的末尾要有数据库名：postgres://USER:PASSWORD@HOST/NAME
serve-one-database = 办公库和票箱库必须是两个数据库，最好用两个账号。请给--office-url和--urn-url不同的库名。
serve-database-address = { $store }的数据库地址读不懂。应当像这样：postgres://USER:PASSWORD@HOST:5432/NAME
serve-database-silent = { $store }的数据库服务器没有回应。请看它是不是在运行，地址里的主机和端口对不对。
serve-database-account = { $store }的数据库服务器不接受这个账号或密码。请检查地址和服务器的pg_hba.conf。
serve-database-missing = { $store }的数据库不存在。请先由服务器管理员建立：createdb --owner=用户 库名
serve-database-standby = 给{ $store }的服务器都是备机，不能写入。请提升其中一台，或者补上主机的地址。
serve-file-closed = { $store }的文件打不开或不能写。文件夹和文件必须属于运行minyi的用户。
serve-file-held = 别的程序正占用{ $store }的文件。请先结束它，再试一次。
serve-disk-full = { $store }所在的磁盘满了。请腾出空间，再试一次。
serve-file-foreign = { $store }的文件不是SQLite数据库。--data的文件夹对吗？如果文件坏了，请恢复备份。
serve-no-tables = { $store }是空的。新的实例请先运行：minyi init
serve-old-tables = { $store }的表属于较早的版本（第{ $found }步，共{ $known }步）。请先更新：minyi migrate
serve-new-tables = { $store }的表属于较新的版本（第{ $found }步，本程序只认到第{ $known }步）。请使用新版本的程序。
serve-bad-url = --public-url要以https://开头（只有本机localhost可以用http://）。
serve-bad-zone = 没有“{ $zone }”这个时区，例如Asia/Shanghai。
serve-address-taken = 不能在{ $addr }上监听：{ $error }。请换一个--addr，或者看看是不是已经在运行。
serve-bad-proxy = --trusted-proxy { $network }不是网段。例如10.0.0.0/8，或单个地址10.1.2.3。
serve-tls-unreadable = 读不了{ $path }：{ $error }。请看看文件在不在，运行minyi的用户能不能读。
serve-tls-no-certificate = { $path }里没有证书。--tls-cert要一个以-----BEGIN CERTIFICATE-----开头的PEM文件，本服务器的证书排在最前。
serve-tls-no-key = { $path }里没有私钥。--tls-key要一个含有-----BEGIN PRIVATE KEY-----这一行的PEM文件。
serve-tls-mismatch = { $path }里的私钥和--tls-cert的证书不是一对。请用一同签发的两个文件。
serve-tls-unusable = { $path }里的证书用不了：{ $error }。请向签发机构要一份新的。
serve-few-descriptors = 系统只让这个进程打开{ $descriptors }个文件，所以同时最多服务{ $connections }个连接。要更多，请提高限制（systemd：LimitNOFILE=20000；命令行：ulimit -n 20000）。
serve-ready = 正在运行：{ $url }。按Ctrl-C停止。
serve-attempted = 启动

# minyi backup、restore、migrate、check
backup-made = 已保存并试还原：{ $path }。其中不含密钥：请另行保管文件夹“keys”，但不要包括 keys/waves/WAVE 各文件夹。
backup-exists = { $path } 已经存在。请指定一个新文件夹。
backup-none = { $path } 不是备份：文件 backup.json 不存在或无法读取。
backup-altered = { $path } 与保存时不同。请使用另一份备份。
backup-file = { $path }：{ $error }
restore-not-empty = { $store }不是空的，已有内容不会被覆盖。请还原到新的文件夹或新的数据库。
restore-checkpoint = { $file }：{ $error }。请指定本系统的检查点，并先放好本系统自己的密钥。
restore-fork = 这份备份中的日志 { $origin } 与检查点所记不是同一份：条目被改动，而不只是丢失。没有还原任何内容。请使用另一份备份。
restore-unknown = 轮次 { $wave }：{ $leaves } 个条目。此处没有该日志的检查点，因此无法判断是否缺少条目。如有检查点，请用 --checkpoint 重新还原。
restore-complete = 轮次 { $wave }：{ $leaves } 个条目，按已知的最新检查点没有缺少。
restore-compared = 轮次 { $wave }：备份中有 { $leaves } 个条目。
restore-unreadable = 轮次 { $wave }：取出了 { $unreadable } 份等待中的记录。备份之后它们已记入日志、密钥已销毁，没有人能再读取。
restore-done = 已还原。
migrate-nothing = 数据表已是本版本的。
migrate-done = 已更新：办公室由第 { $office } 步、票箱由第 { $urn } 步起。更新前的状态保存在 { $path }。
check-column-wave = 轮次
check-column-used = 已用代码
check-column-pool = 等待中
check-column-responses = 答卷
check-column-leaves = 条目
check-column-log = 日志
check-column-root = 根
check-good = 两个库相互一致。
check-damaged = 数据库文件已损坏。请还原备份。
check-leaves = 轮次 { $wave }：{ $count } 份答卷不在日志中，{ $other } 个条目没有答卷。请还原备份。
check-altered = 轮次 { $wave }：{ $count } 份答卷与承诺不符：收到之后被改动。请还原备份。
check-spent = 轮次 { $wave }：{ $count } 个代码已花费，但记录与答卷共 { $other } 份。请还原备份。
check-used = 轮次 { $wave }：只有 { $count } 个代码已使用，但记录与答卷共 { $other } 份。办公室与票箱来自不同的时间。请从同一份备份还原两者。
check-unreadable = 轮次 { $wave }：{ $count } 份等待中的记录无法用此处的密钥读取。请从抽样或当日服务的节点复制 keys/waves。
check-halted = 轮次 { $wave }：缺少 { $lost } 个已签名的条目。在两个人同意启用新日志之前，不再签名，也不再接收答卷：先 minyi wave ask-new-log，再 minyi wave new-log。
check-audit = 操作日志与其校验链不符，最早在第{ $place }条：有记录被更改、删除或插入。请与备份对比。
user-closed = 账号{ $name }已停用，所有登录都已退出。
user-opened = 账号{ $name }已恢复。
user-second-gone = { $name }的第二道验证和通行密钥已取消，所有登录都已退出。下次登录后可以重新设置。
user-unknown = 没有账号{ $name }。用minyi user list查看全部账号。
welcome-link = 还没有账号。请用下面的链接建立第一位管理员；只能用一次，24小时内有效，重新启动后作废：
welcome-file = 还没有账号。建立第一位管理员的链接写在{ $path }里；只能用一次，24小时内有效，重新启动后作废。
serve-oidc-secret = --oidc-client-secret-file：{ $path }读不了：{ $error }。请确认文件存在，并且运行minyi的用户可以读。
serve-oidc-issuer = --oidc-issuer { $issuer }必须以https://开头（只有本机可以用http://）。
