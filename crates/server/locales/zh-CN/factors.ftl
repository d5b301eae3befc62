# 通行密钥与动态口令。

me-ways = 其他证明是您本人的方式
me-ways-passkeys = 通行密钥
me-ways-passkeys-text = 用指纹、人脸、声音、掌纹或安全密钥登录，换一台设备也可以。
me-ways-code = 动态口令
me-ways-code-text = 手机上的八位数字，每半分钟换一次，用来在别处确认是您本人。
me-ways-confirm = 用手机上的口令确认
me-ways-confirmed = 这次登录已用手机上的动态口令确认。

passkeys-title = 通行密钥
passkeys-lead = 通行密钥用您的手机、电脑或安全密钥核对您本人后登录：指纹、人脸、声音、掌纹，或设备自身的口令。核对的内容不会离开设备。
passkeys-mine = 您的通行密钥
passkeys-nothing = 还没有。
passkeys-end = 通行密钥随这张网证失效：重新申领后请再添加。网证锁定时，通行密钥也打不开。
passkey-add = 添加通行密钥
passkey-name = 给它起个名字
passkey-name-hint = 最多四十个字，只给您自己看，例如：家里的安全密钥。
passkey-added = { $date } 添加
passkey-used = 上次使用 { $date }
passkey-unused = 还没用过
passkey-synced = 可能在您的几台设备上
passkey-bound = 只在一台设备上
passkey-remove = 移除
passkey-passcode-first = 要添加通行密钥，请先用口令登录。
passkey-method-fingerprint = 核对指纹
passkey-method-device-code = 核对设备自身的口令
passkey-method-voice = 核对声音
passkey-method-face = 核对人脸
passkey-method-eye = 核对眼睛
passkey-method-pattern = 核对图案
passkey-method-palm = 核对掌纹

passkey-sign-in = 用通行密钥登录
passkey-sign-in-lead = 您的设备会核对指纹、人脸、声音、掌纹或它自身的口令，核对好就登录了。
passkey-passcode-optional = 口令（可以不填）
passkey-passcode-hint = 只有网站要求时、下载数据时、添加通行密钥时才需要。
passkey-go = 用通行密钥继续
passkey-other-way = 用这个浏览器里的网证登录
passkey-working = 请按设备的提示操作。
passkey-failed = 没有用上通行密钥。请再试一次，或者换一种方式登录。
passkey-none = 这个浏览器不能使用通行密钥，请换一种方式登录。
passkey-note = 用口令登录后，可以在“我的网证”里添加通行密钥。

code-title = 动态口令
code-lead = 在别处登录之后，用它确认是您本人。每半分钟换一次，用过即失效。
code-now = 现在的口令
code-never-told = 只填在本平台自己的页面上。给您打电话的人都用不着它。
code-set-up = 启用
code-set-up-text = 口令的密钥保存在这个浏览器里，和网证在一起。以前启用过的会失效。
code-set-up-done = 已启用。
code-not-here = 您的网证不在这个浏览器里，请到有网证的浏览器上打开这一页。

confirm-title = 用手机上的口令确认
confirm-lead = 请在持有网证的手机上打开“动态口令”，把显示的数字填在这里。
confirm-code = 动态口令
confirm-hint = 八位数字，空格可填可不填。
confirm-go = 确认
