# 程序用令牌

tokens-title = 程序用令牌
tokens-text = 程序凭令牌，在令牌的权限之内读取或填报您本人有权处理的内容。请给每个程序单独的令牌，以便单独停用。修改密码、“全部退出”和停用账号都会使所有令牌失效。
tokens-none = 您还没有令牌。
tokens-nothing = 您的角色没有可以交给程序办理的事项。
tokens-made = 令牌已生成。请立即复制：只显示这一次，系统只保存其指纹。程序以“Authorization: Bearer …”发送。
tokens-secret = 令牌
tokens-new = 新令牌
tokens-name = 名称
tokens-name-hint = 由什么程序使用，例如“统计局每月任务”。
tokens-may = 权限
tokens-scope-fieldwork = 读取调查进度
tokens-scope-fieldwork-hint = 各县（区）发出和使用的答题码及结果代码，与页面一样取整；不含任何由答案算出的内容。
tokens-scope-indicators = 填报数据
tokens-scope-indicators-hint = 读取您有权查看的数据；填报人的令牌还可以填报本县（区）的数据。
tokens-life = 有效期
tokens-days = { $days }天
tokens-since = { $made }生成，{ $until }前有效
tokens-end = 停用
tokens-make = 生成令牌
tokens-bad-name = 请填写名称，不超过{ $most }个字。
tokens-no-scope = 请选择权限和有效期。
tokens-full = 每个账号最多{ $most }个令牌。请先停用不再使用的令牌。
