# 退出登录，包括在各网站的登录。

sign-out-title = 要退出登录吗？
sign-out-asked = “{ $application }”询问您是否退出隐证。
sign-out-asked-nobody = 有网站询问您是否退出隐证。
sign-out-here = 此浏览器将不再登录隐证。
sign-out-there = 您在此浏览器用它进入过的网站会得到通知（如果该网站支持）。
sign-out-keeps = 您的网证仍在您的设备上，随时可以再次登录。
sign-out-back = 之后您将前往 { $host }。
sign-out-yes = 退出登录
sign-out-no = 保持登录
signed-out-title = 您已退出登录
signed-out-lead = 此浏览器已不再登录隐证。您的网证仍在您的设备上。
signed-out-told = 以下网站会得到通知
signed-out-asked = “{ $application }”（由它提出）
signed-out-others = 其他网站可能仍保持您的登录，请到该网站退出。
signed-out-frame = 正在通知网站您已退出登录
signed-out-go-on = 前往 { $host }
signed-out-again = 再次登录
