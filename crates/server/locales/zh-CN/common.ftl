# 每一页都有的文字。

brand = 隐证
brand-line = 网络身份认证
skip = 跳到正文
home = 首页
my-certificate = 我的网证
languages = 语言
sandbox-ribbon = 沙盒环境：这里的人物、证件和号码都是虚构的，请勿填写真实信息。
operator = 运行机构：{ $name }
operator-contact = 联系方式：
foot-free = 申领和使用网号、网证均为自愿，且不收取任何费用。
foot-usable = 可用不可见
trouble-title = 出现问题
back-home = 回到首页
trouble-wait = 请在 { $minutes } 分钟后再试。
reference-label = 编号
code-label = 代码
script-needed = 这一步需要浏览器脚本：密钥由您的浏览器自己生成和保管，任何页面都读不到它。请开启脚本，或换一个浏览器。
passcode = 口令
passcode-hint = 8 位数字
show-number = 显示完整网号
hide-number = 隐藏
net-number = 网号
close-tab-hint = 如果您在公用电脑上，用完后请关闭浏览器。
sandbox-sign-in-link = 用没有脚本的沙盒登录页

scene-register = 注册账号
scene-log_in = 登录
scene-recover_password = 找回密码
scene-change_phone = 更换手机号
scene-manage_membership = 管理会员
scene-book_ticket = 订票
scene-check_age = 核验年龄
scene-insure = 投保

mode-certificate = 网证
mode-certificate-passcode = 网证和口令
mode-certificate-portrait = 网证和人像
mode-certificate-passcode-portrait = 网证、口令和人像

document-resident_identity_card = 居民身份证
document-hong_kong_macao_residence_permit = 港澳居民居住证
document-taiwan_residence_permit = 台湾居民居住证
document-hong_kong_macao_travel_permit = 港澳居民来往内地通行证
document-taiwan_travel_permit = 台湾居民来往大陆通行证
document-permanent_residence_card = 外国人永久居留身份证
document-ordinary_passport = 定居国外的中国公民的普通护照
document-foreign_passport = 外国护照
