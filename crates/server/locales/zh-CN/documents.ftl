# 用来认出本人的证件。

documents-title = 我的证件
documents-lead = 用下面任何一份证件都能证明是您本人：例如换了手机，出示其中任何一份，取回的都是同一个网号。
documents-mine = 为您保存的证件
documents-added = { $date } 出示
documents-replaced = { $date } 被新证件取代
documents-names-you = 您的姓名取自这份证件
documents-remove = 移除
documents-kept = 每份证件只保存种类和号码的指纹，没有人能从指纹还原出号码。被取代的证件仍然列出，以免他人使用。
documents-add = 添加证件
documents-add-text = 出示您的另一份证件，例如护照。平台读取芯片，并由芯片当场回答提问。您的网号、网证和各网站对您的标识都不变。
documents-replaces = 它取代其中哪一份吗？
documents-replaces-hint = 如果换发了护照，请选旧的那一份：它随即失效，不再能证明任何人。
documents-replaces-none = 不取代，是另外一份
documents-replaces-one = { $date } 出示的护照
documents-consent = 为了确认证件是您的，平台要读取它的号码、姓名和出生日期；之后只保存种类和号码的指纹。如果它取代的是您姓名所取自的那份证件，则改为加密保存它的姓名和号码。
documents-agree = 我单独同意：出示证件
documents-sign-in = 要添加或移除证件，请用口令或通行密钥重新登录，登录须在十五分钟以内。
documents-adding-lead = 现在出示的证件会加入您的记录。
