# 向机构提供明文身份信息：单独的页面，以及提供过什么。

plain-title = “{ $organisation }”想知道您是谁
plain-lead = 这与您刚才同意的核验不是一回事。给不给由您决定，而且每次都会再问。
plain-told = 若同意，将以明文告诉它
plain-law = 它所依据的法律
plain-name = 您的姓名
plain-document-type = 您的证件类型
plain-document-number = 您的证件号码
plain-born = 您的出生日期
plain-phone = 您的手机号
plain-notice-sensitive = 证件号码、出生日期属于敏感个人信息：谁拿到了，就可能在别处找到您。
plain-notice-kept = 机构按该法律规定的期限保存。保存多久、如何更正，请向该机构询问。
plain-notice-once = 只提供这一次；已加密，只有该机构能读；十分钟内未取走即作废。
plain-notice-rights = 之后您可以在“我的网证”里看到向谁提供过什么、为什么。
plain-yes-title = 同意，仅此一次
plain-yes = 告诉它
plain-no-key = 这个浏览器里没有您网证的密钥，从这里无法提供。请选择不提供，继续办理。
plain-no-title = 或者，不提供
plain-no-text = 您的核验依然有效。机构会得知您没有提供，并须以其他方式为您办理。
plain-no = 不提供，继续

event-plain-agreed = 您同意提供明文身份
event-plain-declined = 您没有提供明文身份
event-plain-told = 已提供明文身份
me-consent-plain_identity = 向“{ $client }”提供明文身份信息
me-told = 谁被告知了您是谁
me-told-lead = 每一次都经您同意。因法律要求留存这类同意，保存三年。
me-told-none = 没有。
me-told-law = 依据：{ $law }
me-told-at = 于 { $date } 提供
me-told-not = { $date } 同意，未被取走，没有提供

refusal-plain_beyond_registration = 网站要问的身份信息，超出了它登记的范围，所以没有告诉它。
    .next = 请把下面的代码告诉该网站。
