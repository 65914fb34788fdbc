# 登录与退出；工作人员页面的导航
account-title = 登录
account-text = 供组织者和评价者使用。居民不需要账号，有信上的答题码就行。
account-name = 账号名
account-password = 密码
account-sign-in = 登录
account-sign-out = 退出
account-none = 还没有账号？请负责这套系统的人用下面的命令建立：
account-refused = 账号名或密码不对，请再试一次。
account-throttled = 这个账号名输错密码的次数太多。请过{ $seconds }秒再试。
account-person = 已登录：{ $name }
account-navigation = 工作人员页面
account-nav-waves = 轮次
account-nav-results = 结果
account-staff = 工作人员登录
