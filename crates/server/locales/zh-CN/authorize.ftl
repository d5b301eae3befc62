# 向网站证明：登录、同意、错误。

sign-in-title = 用网证登录
sign-in-title-for = 用网证向“{ $organisation }”证明身份
sign-in-lead = 本浏览器里的密钥会签一次名，证明网证在您手里。
sign-in-which = 用哪一张网证
sign-in-passcode-optional = 这一次不需要口令。
sign-in-go = 确认是我
sign-in-working = 正在签名……
sign-in-none = 这个浏览器里没有网证。请先申领，或到绑定网证的设备上操作。
sign-in-failed = 浏览器没能使用密钥。请不要用无痕模式，或换回申领时的浏览器。
sign-in-enrol = 还没有网证？去申领

approve-title = “{ $organisation }”请求核验
approve-lead = 您可以拒绝；拒绝之后仍可用这家机构提供的其他方式。
approve-who = 谁在问
approve-application = 应用
approve-back-to = 之后回到
approve-scene = 用来做什么
approve-purpose = 目的
approve-basis = 法律依据
back-go = 继续
back-lead = 结果将送回 { $host }。若没有自动跳转，请按下面的按钮。
back-title = 正在返回
approve-access = 多久
approve-access-standing = 最长 { $days } 天内可以不经您在场再次询问。您可以随时在“我的网证”中终止。
approve-mode = 核验方式
approve-told = 会告诉它
approve-told-result = 核验是否通过
approve-told-sub = 只在这家机构有效的标识
approve-told-scene = 场景
approve-told-time = 核验的时间和方式
approve-told-verified = 您的身份在哪个月核实、经登记库、芯片还是窗口核实
approve-told-delegated = 是代办；不会说明代办人是谁
approve-told-age = 是否年满 { $years } 周岁：只答“是”或“否”
approve-not-told = 不会告诉它
approve-not-name = 姓名
approve-not-number = 证件号码
approve-not-born = 出生日期
approve-not-phone = 手机号
approve-not-net-number = 网号
approve-not-elsewhere = 您在别处的使用
approve-other = 不想用网证？这家机构还提供：
approve-yes = 同意
approve-no = 拒绝
approve-remember = 这家机构下次为同样的事核验时，不再询问；随时可在“我的网证”里撤回。

refused-title = 无法继续

sandbox-sign-in-title = 沙盒登录
sandbox-sign-in-lead = 这一页没有脚本，只在沙盒里有，供测试程序扮演虚构的人。
sandbox-sign-in-person = 虚构人物的卡片编号
sandbox-sign-in-hint = 卡片列表里的编号，例如 1
sandbox-sign-in-go = 以此人登录
approve-told-minor = 您是否未满 18 周岁
approve-told-guardian-agreed = 是否有监护人同意；不会说明是谁

portrait-sign-in-lead = 这次要核对人像。您也可以不用人像，改用该机构提供的其他办法。
portrait-sign-in-effect = 每次都要您单独同意。不同意也不会影响您用其他办法。
portrait-sign-in-other = { $organisation }还提供这些办法：
portrait-sign-in-back = 不用人像，返回改用其他办法
portrait-proof-lead = 最后一步：由这台设备证明持有您的网证，人像随后比对。
portrait-proof-taken = 照片已经拍好，还没有发出。
portrait-proof-go = 发送并证明
