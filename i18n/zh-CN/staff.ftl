# staff

## Accounts on the command line
role-organizer = 组织者
role-evaluator = 评价者
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
user-failed = 无法读取或建立账号

## 运行
serve-made = 已建好：{ $path }。keys文件夹只有这一份，请另外抄一份放好；丢了它，信上的码就再也认不出来。
serve-keys-exist = { $path }里已经有密钥了，不会覆盖。
serve-keys = 密钥打不开：{ $error }。新的实例请先运行：minyi init --data DIR
serve-store-office = 办公库
serve-store-urn = 票箱库
serve-database-unnamed = --database-url的末尾要有数据库名：postgres://用户:密码@主机/库名
serve-one-database = 办公库和票箱库必须是两个数据库，最好用两个账号。请给--office-url和--urn-url不同的库名。
serve-database-address = { $store }的数据库地址读不懂。应当像这样：postgres://用户:密码@主机:5432/库名
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
serve-ready = 正在运行：{ $url }。按Ctrl-C停止。
serve-attempted = 启动
