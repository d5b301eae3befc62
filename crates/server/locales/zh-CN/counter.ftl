# 服务窗口、恢复凭条、代办授权。

event-counter-entered = 窗口录入申请
event-counter-confirmed = 第二位经办人确认
event-sheet-made = 制作恢复凭条
event-sheet-revoked = 恢复凭条作废
event-delegation-given = 给出代办授权
event-delegation-revoked = 代办授权终止
event-acted-for = 由代办人核验

refusal-same_officer = 录入的人不能自己确认。
    .next = 请另一位经办人登录后确认。
refusal-registry_differs = 登记库里这份证件的姓名或出生日期与录入的不同。
    .next = 请逐字核对证件。如果没有录错，请本人咨询发证机关。
refusal-second_paper_missing = 登记库不保存这类证件，还需要第二份材料。
    .next = 请本人出示签证、居留登记等材料，两份一并查验。
refusal-delegation_to_oneself = 为自己办事不需要授权。
    .next = 请让对方用自己的网证登录后打开链接。
refusal-delegation_of_minor = 授权双方都须年满十八周岁。
    .next = 未成年人请由监护人办理。
refusal-delegation_too_long = 授权最短一天，最长一年。
    .next = 请另选期限；到期可以再给。
refusal-delegation_empty = 授权至少要写明一件可以代办的事。
    .next = 请勾选用于什么。
refusal-delegation_over = 这项授权现在无效。
    .next = 它已到期、被收回，或者没有确认过。本人可以重新授权。
refusal-delegation_out_of_scope = 这项授权不包括这件事。
    .next = 请本人办理，或者请本人给出包括此事的授权。
refusal-not_for_another = 这件事不能代别人做。
    .next = 请本人用自己的网证办理，或者到服务窗口。

refusal-sheet_invalid = 这不是本平台的恢复凭条。
    .next = 请照凭条重新输入全部七组字符。
refusal-sheet_unknown = 没有有效的凭条与此相符。
    .next = 它可能已经作废，或被新的取代。请带证件到服务窗口重新制作。
refusal-officer_not_signed_in = 这里没有经办人登录。
    .next = 请用您的通行密钥登录。
refusal-officer_suspended = 这位经办人现在不能办理业务。
    .next = 请联系平台的运行机构。
refusal-invitation_spent = 这份邀请已经无效。
    .next = 它已用过、被收回，或者超过一天。请重新索取。
refusal-application_unknown = 这里没有这份待办申请。
    .next = 它已办完、被退回，或者超过半小时。可以重新录入。
refusal-delegation_unknown = 没有这项授权，或者邀约已经失效。
    .next = 邀约半小时内有效，只供一人接受。请对方重新给出。
refusal-delegation_number_wrong = 与对方屏幕上的数字不符。
    .next = 请看着代办人的屏幕输入六位数字。三次不符，邀约作废。
