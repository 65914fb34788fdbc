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
serve-bad-url = --public-url要以https://开头（只有本机localhost可以用http://）。
serve-bad-zone = 没有“{ $zone }”这个时区，例如Asia/Shanghai。
serve-address-taken = 不能在{ $addr }上监听：{ $error }。请换一个--addr，或者看看是不是已经在运行。
serve-ready = 正在运行：{ $url }。按Ctrl-C停止。
serve-attempted = 启动
