# 申领：每一步一页。

enrol-progress = 申领进度
enrol-step-done = 已完成
enrol-step-notice = 告知
enrol-step-document = 证件
enrol-step-portrait = 人像
enrol-step-phone = 手机号
enrol-step-device = 口令和设备
enrol-step-issued = 完成
enrol-stop = 不申领

notice-title = 申领之前，请先了解
notice-lead = 申领是自愿的。不申领也不影响您用其他合法方式登记和核验身份。
notice-who = 谁来处理
notice-who-text = 您可以随时向它询问、要求更正、投诉。
notice-why = 为什么
notice-why-text = 核实您的身份，给您一个网号和一张网证，以后代您向网站证明“核验通过”。
notice-how = 怎样处理
notice-how-text = 证件信息用只属于您一人的密钥加密，与日常认证分开保存。网站问起时，平台只答结果。
notice-kinds = 处理哪些信息
notice-kinds-text = 姓名、证件种类、证件号码、有效期、出生日期、手机号；本浏览器的公钥；您给出的同意；每次使用的时间（到分钟）、场景、方式和结果。
notice-long = 保存多久
notice-long-text = 证件信息和手机号保存到您注销网号为止；使用记录保存 { $days } 天；没有完成的申领 30 分钟后作废，等待监护人答复的一天后作废；人像不保存。
notice-rights = 您的权利
notice-rights-text = 查看、复制、撤回同意、注销并删除：都在“我的网证”里办理，与申领同样方便。更正和投诉，请联系上面的机构。
notice-agree = 我已了解，同意
notice-version = 告知第 { $version } 版

sensitive-title = 敏感个人信息的单独同意
sensitive-lead = 下面两类信息一旦泄露，可能损害您的尊严、人身或财产安全，所以要单独征得您的同意。
sensitive-need = 为什么必需
sensitive-effect = 对您的影响
sensitive-number = 证件号码和姓名
sensitive-number-need = 没有它，就不能确认一个人只领一个网号。
sensitive-number-effect = 加密保存，由只属于您的密钥保护；注销时密钥销毁，备份也随之失效。
sensitive-born = 出生日期
sensitive-born-need = 没有它，就不知道是否需要监护人，也不能替您回答“是否年满 18 周岁”。
sensitive-born-effect = 同样加密保存。网站只会得到“是”或“否”，而且要您先同意；日期本身不告诉任何网站。
sensitive-not-face = 人像不在此列：用到时会再单独问您，而且总有别的办法。
sensitive-agree = 单独同意处理这些敏感信息

document-title = 出示证件
document-lead = 读取证件里的芯片，由签发机关确认证件是真的、是有效的。
document-read = 读取卡片
document-sandbox-text = 在沙盒读卡页里挑一位虚构的人。卡片会用自己的密钥回答平台的一次性提问，然后带您回到这里。
document-production-text = 请用带 NFC 的手机或窗口的读卡器读取证件。没有合适的设备，可以到服务窗口办理。
document-accepted = 可以用哪些证件
document-why-chip = 卡片回答的是一次性的提问：抄走卡号，或者录下一次回答，都冒充不了您。

chip-title = 请把证件再贴近一次
chip-lead = 读到的内容是真的。现在由芯片本身回答一个提问，这样抄来的内容就没有用处。
chip-ask = 让芯片回答
chip-sandbox-text = 请在沙盒读卡页里挑同一位、同一份证件。
chip-why = 芯片里有一把读不出来的密钥，只有原件才能回答。

guardian-title = 请监护人一起完成
guardian-lead = 您已满十四周岁、未满十八周岁，需要父母或其他监护人在场，出示监护人自己的证件。
guardian-holds = 监护人须已经领取网证。
guardian-read = 读取监护人的卡片
guardian-sandbox-text = 在沙盒读卡页里挑这位未成年人的监护人；卡片上写着谁是谁的监护人。

portrait-title = 核对人像
portrait-lead = 确认出示证件的就是您本人。两种办法任选，结果完全一样。
portrait-lead-other = 这里没有人核对这份证件的人像，用另一种办法确认，结果一样。
portrait-face = 核对人像
portrait-face-text = 拍一张照片与证件照片比对。这需要您的单独同意。
portrait-face-kept = 照片只用于这一次比对，由本平台或保存证件照片的机构完成，比对完立即删除，不保存。
portrait-face-effect = 同意与否不影响申领；同意之后也可以随时撤回。
portrait-face-device = 以后登录时还要核对的，由这台设备保管一份密封的说明：里面没有照片，平台不另存。
portrait-take-lead = 请用这台设备的摄像头拍一张。照片在这里缩小后才发出。
portrait-take = 拍一张正面照片
portrait-take-hint = 光线亮一些，镜头前只有您一个人，不戴帽子和墨镜。
portrait-take-wrong = 这个文件不是能用的照片，请再拍一张。
portrait-camera-open = 使用这台设备的摄像头
portrait-camera-take = 拍照
portrait-camera-again = 重新拍一张
portrait-camera-sees = 摄像头看到的画面
portrait-camera-taken = 照片已拍好，您提交后才会发出。
portrait-camera-denied = 这里用不了摄像头。请在下面选择照片，或者选“不用人像”的办法。
portrait-camera-or = 或者选择一张照片：
portrait-take-send = 发送并核对
portrait-face-agree = 单独同意并核对人像
portrait-face-sandbox = 沙盒的摄像头是模拟的：镜头“看到”的是谁，由您决定。
portrait-other = 不用人像
portrait-other-text = 芯片已经回答了平台的提问，加上手机验证码和口令，同样可以完成。
portrait-other-kept = 不拍照，不处理任何人像信息。
portrait-other-effect = 网证照样能用。少数网站要求核对人像，它们必须另给您别的办法。
portrait-other-agree = 用其他方式继续

phone-title = 您的手机号
phone-lead = 平台会发一条验证码短信，确认这个号码在您手里。
phone-label = 手机号
phone-hint = 中国内地手机号，11 位数字
phone-send = 发送验证码
phone-sandbox-text = 请编一个号码，例如 13800001234。短信不会真的发出，而是出现在沙盒短信箱里。

phone-code-title = 输入验证码
phone-code-lead = 已发送到 { $phone }。
phone-code-label = 验证码
phone-code-hint = 短信中的 6 位数字
phone-code-check = 确认
phone-code-inbox = 打开沙盒短信箱（新标签页）
phone-code-again = 没有收到，或者换一个号码

device-title = 设置口令，绑定这个浏览器
device-lead = 网证绑定在这个浏览器里。口令是第二道锁：拿到设备的人不知道口令，也用不了。
device-rules = 8 位数字；不要用 12345678、87654321 这样的连号，也不要 8 个数字都一样。
device-repeat = 再输入一次口令
device-differs = 两次输入的口令不一样，请重新输入。
device-how = 浏览器会生成一把取不出来的密钥，只用来签名。私钥不会离开这个浏览器，任何页面和平台都看不到它。
device-issue = 领取网号和网证
device-working = 正在生成密钥并签名……
device-failed = 浏览器没能生成或使用密钥。请不要用无痕模式，或换一个浏览器再试。

issued-title = 网证已经发给您
issued-lead = 网号是您终身的号码。它不含任何身份信息，也不会交给任何网站。
issued-storing = 正在把网证存进这个浏览器……
issued-stored = 网证已存进这个浏览器。
issued-next = 接下来
issued-next-text = 到支持网络身份认证的网站，选择“国家网络身份认证”。
issued-me = 看看我的网证
issued-try = 回首页，继续试第二步
issued-lost = 设备丢了怎么办：在另一台设备上重新申领，网号不变，旧网证随即失效。

certificate-title = 网络身份认证凭证
certificate-title-other = Net certificate
certificate-from = 发证日期
certificate-until = 有效期至
certificate-device = 绑定于
certificate-device-browser = 本浏览器
certificate-state-active = 有效
certificate-state-locked = 已锁定
certificate-specimen = 样张
