# minyi verify
verify-no-key = --key 不是公钥。请从公开记录页面完整复制：名称、摘要和公钥，中间用 + 连接。
verify-no-receipt = “{ $given }”不是回执：回执有64个字符，只含0到9和a到f。
verify-good = { $log }：共{ $size }条，签名有效，与签名的根值相符。
verify-root = 根值 { $root }
verify-goes-on = 以前保存的{ $kept }条就是它的开头。
verify-found = 回执 { $receipt } 在第{ $place }位。
verify-missing = 回执 { $receipt } 不在记录里。如果页面上写的日期已过，说明有答卷被漏掉了。
verify-away = 没有取到 { $file }：{ $why }
verify-file = 无法读写 { $file }：{ $why }
verify-head = 签名与这个公钥不符。
verify-origin = 这是 { $found } 的记录，公钥属于另一份记录。
verify-bundle = { $file } 不是条目文件。
verify-broken = 记录已损坏：其中的条目不是签过名的那些。请留好手里的文件，并告知审计人员。
verify-rolled-back = 记录被退回：以前签过{ $kept }条，现在只有{ $found }条。您保存的文件就是证据，没有改动。
verify-rewritten = 记录被改动：前{ $kept }条不是以前签过的那些。您保存的文件就是证据，没有改动。
verify-cosigned = { $witness } 已于 { $at } 联署。
verify-not-cosigned = { $witness } 没有联署这个日志头。请过一分钟再查；如果一直没有，请问见证方看到了什么。
witness-ready = 本见证方的公钥是 { $key }
    监听地址 http://{ $address }。请通过自己的渠道公布这个公钥。
witness-no-key = “{ $given }”不是日志的公钥：应为日志页面上的名称、散列值和公钥。
witness-no-log = 没有指定要见证的日志。用 --log 指定一个，或用 --instance 指定一个系统的全部日志。
witness-no-party = “{ $given }”不是见证方：应为公钥、@、地址。
witness-no-cosigner = “{ $given }”不是见证方的公钥。
