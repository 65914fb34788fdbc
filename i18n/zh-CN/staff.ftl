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
serve-bad-proxy = --trusted-proxy { $network }不是网段。例如10.0.0.0/8，或单个地址10.1.2.3。
serve-tls-unreadable = 读不了{ $path }：{ $error }。请看看文件在不在，运行minyi的用户能不能读。
serve-tls-no-certificate = { $path }里没有证书。--tls-cert要一个以-----BEGIN CERTIFICATE-----开头的PEM文件，本服务器的证书排在最前。
serve-tls-no-key = { $path }里没有私钥。--tls-key要一个含有-----BEGIN PRIVATE KEY-----这一行的PEM文件。
serve-tls-mismatch = { $path }里的私钥和--tls-cert的证书不是一对。请用一同签发的两个文件。
serve-tls-unusable = { $path }里的证书用不了：{ $error }。请向签发机构要一份新的。
serve-few-descriptors = 系统只让这个进程打开{ $descriptors }个文件，所以同时最多服务{ $connections }个连接。要更多，请提高限制（systemd：LimitNOFILE=20000；命令行：ulimit -n 20000）。
serve-ready = 正在运行：{ $url }。按Ctrl-C停止。
serve-attempted = 启动
