# 家庭与经办人：窗口办理未成年人、监护关系、各种锁定办法。

event-became-officer = 成为窗口经办人
event-guardian-locked = 监护人锁定了网证
event-reissue-cut = 重新核验身份中断，未签发

refusal-officers_own_matter = 经办人不能办理与自己有关的事。
    .next = 请由另外两位同事办理。
refusal-paper_unfit = 这份材料不能证明此事。
    .next = 登记监护关系需出生证明、户口簿或法院文书；终止需户口簿、法院文书或死亡证明。
refusal-guardian_phone_wanted = 未满十四周岁，联系电话须为监护人的手机号。
    .next = 请填写监护人本人网证上的手机号。监护人可以先在“我的网证”里更换号码。
refusal-officer_already = 您已经是经办人。
    .next = 一人只能是一位经办人。要到另一网点工作，请先终止原来的。

paper-birth_certificate = 出生医学证明
paper-household_register = 户口簿
paper-court_order = 法院判决或裁定
paper-death_certificate = 监护人死亡证明

family-title = 监护关系
family-lead = 登记某人是未成年人的监护人，或者终止监护关系。双方都须已有网号。
family-act = 办理事项
family-act-is_guardian = 登记监护关系
family-act-no_guardian = 终止监护关系
family-here = 登记时，监护人须持证件原件到场；终止时，凭材料办理。
family-guardian-document = 监护人证件类型
family-guardian-number = 监护人证件号码
family-guardian-hint = 填写监护人申领自己网证时所用的证件。成年人申领请留空。
family-child-document = 未成年人证件类型
family-child-number = 未成年人证件号码
family-paper = 出示的材料
family-paper-hint = 只记录材料种类和日期，不留复印件，也不记号码。
family-minor = 未满十八周岁：在场的监护人
family-minor-text = 未满十四周岁由监护人申领：请向监护人朗读告知，由监护人同意，之后由监护人设置口令。年满十四周岁由本人申领、监护人同意。未满十四周岁的，联系电话一律为监护人的手机号，下面填写的不作数。
family-confirm-then = 确认后立即生效。监护人和本人都能在自己的记录里看到。
family-done = 已办结。监护人和本人都能在自己的记录里看到。
family-lock = 锁定这个孩子的网证
family-lock-text = 一点就锁，立即生效。用孩子的设备和口令可以解锁。
family-lock-go = 立即锁定

lock-passkey = 您的通行密钥
lock-passkey-text = 在任何存有它的设备上都行，不用输口令。
lock-passkey-go = 用通行密钥锁定
lock-sheet = 恢复凭条
lock-sheet-text = 锁定只要凭条就够了；解锁时要用口令登录。
lock-sheet-go = 用凭条锁定
lock-child = 孩子的网证
lock-child-text = 未满十四周岁孩子的网证，监护人可以在自己的设备上锁定。
lock-child-go = 去“孩子”页面
lock-told-reissue_cut = 我们通知过您：有人用您的证件重新核验身份，但中途停了。没有签发任何网证，不过可能留下了别的手机号。

stop-locks-text = 一点就锁：网证无论在哪台设备上，立即锁定。它签发时比对过人像，或者由两位经办人当面核实，因此持有那台设备并知道口令的人可以解锁。如果那不是您，请重新核验身份，它随即失效。
stop-cut-text = 一点就把手机号换回原来的。您的网证不受影响。
stop-cut-go = 恢复我的号码
stopped-locked = 网证已锁定，用它的设备和口令可以解锁。如果它在别人手里，请重新核验身份，它随即失效。
stopped-cut = 已恢复原来的手机号。您的网证没有变动。
