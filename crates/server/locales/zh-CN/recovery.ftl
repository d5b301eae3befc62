# 设备丢了：锁定、通过短信里的链接停用、更换手机号。

lock-title = 设备丢了？马上锁定
lock-lead = 锁定之后，谁也用不了您的网证。下面哪种办法方便，就用哪种。
lock-here = 这个浏览器里的网证
lock-here-text = 一点就锁，不用输口令。以后可以用口令解锁。
lock-none-here = 这个浏览器里没有网证，请用下面的其他办法。
lock-lost = 设备找不到了
lock-lost-text = 请在新设备上重新核验身份。新网证签发的同时，丢失设备上的网证随即失效。
lock-lost-number = 网号不变，各网站的账号也不变。
lock-lost-told = 您留过的每个手机号都会收到通知，包括旧号码。
lock-lost-waits = 几天之内，您的姓名和证件号码不向任何人提供，盗用者什么也得不到。
lock-prove-again = 重新核验身份
lock-message = 收到了短信
lock-message-text = 短信说的事不是您办的？在任何设备上打开短信里的链接，一点就能停用网证。
lock-operator-text = 都不行，或者需要帮助？请联系运行本平台的机构。
lock-done-title = 已经锁定
lock-next = 接下来
lock-next-unlock = 找回来了：用这台设备和口令解锁。
lock-next-lost = 找不回来：在另一台设备上重新核验身份。
lock-told-reissue = 我们通知过您：您的网证在另一台设备上重新签发了。
lock-told-phone_change = 我们通知过您：您的手机号码被更换了。停用的同时会恢复原号码。

stop-title = 不是您本人办的？
stop-not-me = 不是我
stop-not-me-text = 一点就停：网证无论在哪台设备上，立即失效，有口令也不能解锁。之后请您重新核验身份，网号不变。
stop-go = 立即停用我的网证
stop-until = 这个链接在 { $when } 之前有效。
stop-me = 是我
stop-me-text = 那就什么都不用做，关闭本页即可。

stopped-title = 您的网证已经停用
stopped-lead = 谁也不能再使用它；用它登录的人已经退出。
stopped-document = 证件丢失或被盗？请向发证机关挂失，挂失之后谁也不能用它申领。
stopped-again = 请用有效证件重新核验身份，网号不变。
stopped-operator = 是别人办的？请告诉运行本平台的机构。

me-cooling = 网证刚刚重新签发。在 { $when } 之前，您的姓名、证件号码和手机号不向任何人提供，不能注销，也不能更换手机号。到各网站登录不受影响。
me-cooling-not-me = 不是您本人办的？请马上锁定，并重新核验身份。
me-phone = 更换手机号
me-phone-text = 通知和验证码会发到新号码；旧号码会收到通知。
me-phone-lead = 我们会向新号码发送验证码。
me-phone-new = 新手机号
me-phone-old-told = 新号码立即生效。{ $hours } 小时之内，旧号码仍会收到每一条通知，并可以提出异议；之后我们会忘记它。
me-phone-changed = 手机号已更换
