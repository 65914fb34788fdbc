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
