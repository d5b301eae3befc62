//! What the platform has a person told: the carrier's words, which name nobody.

use serde::Deserialize;

/// What about.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum About {
    Asked,
    WardApplies,
    WardAsks,
    GuardianDisagrees,
    GuardianshipChanged,
    WardLocked,
    Fourteen,
    Eighteen,
    WardFourteen,
    WardEighteen,
    DocumentAdded,
    DocumentRemoved,
}

impl About {
    /// Every name, as it travels.
    #[cfg(test)]
    pub(super) const ALL: [&'static str; 12] = [
        "ward_applies",
        "ward_asks",
        "guardian_disagrees",
        "guardianship_changed",
        "ward_locked",
        "fourteen",
        "eighteen",
        "ward_fourteen",
        "ward_eighteen",
        "document_added",
        "document_removed",
        "asked",
    ];

    /// In Chinese and in English.
    pub(super) fn words(self, link: &str) -> (String, String) {
        let (zh, en) = match self {
            Self::Asked => (
                "有机构正在请您核验，五分钟内有效。是您本人在办理才登录答复，否则不必理会：",
                "An organisation asks you to verify, for five minutes. Sign in and answer only if you are doing this now; otherwise ignore it:",
            ),
            Self::WardApplies => (
                "有未成年人正在申领网证，等待您以监护人身份答复，24 小时后自动失效。请向本人要答复链接，并查看：",
                "A young person is applying for a net certificate and waits for you, as guardian, to answer within 24 hours. Ask them for the link, and see:",
            ),
            Self::WardAsks => (
                "您监护的孩子想在一家机构使用网证，等待您答复。请登录查看：",
                "A child in your care asks to use the net certificate somewhere and waits for your answer. Sign in and see:",
            ),
            Self::GuardianDisagrees => (
                "另一位监护人对某家机构表示不同意，或收回了同意。请登录查看：",
                "Another guardian said no to an organisation, or took an approval back. Sign in and see:",
            ),
            Self::GuardianshipChanged => (
                "服务窗口刚刚登记或终止了与您有关的监护关系。请登录查看：",
                "A guardianship that concerns you was just confirmed or ended at a counter. Sign in and see:",
            ),
            Self::WardLocked => (
                "您监护的孩子的网证刚刚被一位监护人锁定。请登录查看：",
                "The net certificate of a child in your care was just locked by a guardian. Sign in and see:",
            ),
            Self::Fourteen => (
                "这张网证的持有人今天满十四周岁：使用不再需要监护人同意，原有同意已终止。请登录查看，并可把手机号换成本人的：",
                "The holder of this net certificate is fourteen today: no organisation needs a guardian’s approval any more, and those given have ended. Sign in, and put in your own phone number if you like:",
            ),
            Self::Eighteen => (
                "您今天满十八周岁：监护关系已终止，网证由您自己作主。请登录查看：",
                "You are eighteen today: nobody stands behind your net certificate any more. Sign in and see:",
            ),
            Self::WardFourteen => (
                "您监护的孩子今天满十四周岁：使用网证不再需要您同意，您也不再看到使用记录。请登录查看：",
                "A child in your care is fourteen today: your approvals have ended, and you see no more where the certificate is used. Sign in and see:",
            ),
            Self::WardEighteen => (
                "您监护的孩子今天满十八周岁：监护关系已在平台上终止。请登录查看：",
                "A young person in your care is eighteen today: the guardianship has ended on the platform. Sign in and see:",
            ),
            Self::DocumentAdded => (
                "刚刚有一份证件加入了您的记录。如果不是您本人操作，请立即登录移除它并锁定网证：",
                "A document was just added to your record. If that was not you, sign in, take it away and lock your net certificate:",
            ),
            Self::DocumentRemoved => (
                "刚刚有一份证件从您的记录中移除。如果不是您本人操作，请立即登录查看并锁定网证：",
                "A document was just taken out of your record. If that was not you, sign in, look, and lock your net certificate:",
            ),
        };
        (format!("【隐证】{zh}{link}"), format!("[Yinzheng] {en} {link}"))
    }
}
