//! Why something did not happen, in words that say what to do next.

use std::convert::Infallible;

use axum::http::StatusCode;
use wallet::{BadOffer, Failed, KeyAway, Lost, NotAQuestion, NotShown, Refusal};

use super::claims::called;
use crate::language::Frame;

/// What went wrong.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Trouble {
    /// No offer that a wallet takes.
    Offer,
    /// Another platform's.
    OtherPlatform,
    /// Not six digits.
    TxCode,
    /// The platform said no, by this word.
    Refused(String),
    /// Nobody answers.
    Away,
    /// What answers is not understood.
    Odd,
    /// What came, or what is carried, is worth nothing.
    Worthless,
    /// The key does not sign.
    Key,
    /// No link of a question.
    Link,
    /// The question lies elsewhere than at the platform.
    Elsewhere,
    /// There is nothing unused that would answer.
    Nothing,
    /// More is asked than may be asked; here the first claim that is too much.
    OverAsking(String),
    /// The question is over.
    Late,
    /// Nobody vouches for who asks.
    NotVouched,
    /// A transaction would be agreed to that cannot be shown.
    Transaction,
    /// The question that was shown is gone.
    Gone,
    /// No question of a reader.
    ReadersQuestion,
    /// A code cannot show that.
    Unsayable,
}

impl Trouble {
    /// A stable word for tests, and element ids.
    pub(super) fn code(&self) -> &str {
        match self {
            Self::Offer => "offer",
            Self::OtherPlatform => "other-platform",
            Self::TxCode => "tx-code",
            Self::Refused(code) => code,
            Self::Away => "away",
            Self::Odd => "odd",
            Self::Worthless => "worthless",
            Self::Key => "key",
            Self::Link => "link",
            Self::Elsewhere => "elsewhere",
            Self::Nothing => "nothing",
            Self::OverAsking(_) => "over-asking",
            Self::Late => "late",
            Self::NotVouched => "not-vouched",
            Self::Transaction => "transaction",
            Self::Gone => "gone",
            Self::ReadersQuestion => "readers-question",
            Self::Unsayable => "unsayable",
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Away | Self::Odd => StatusCode::BAD_GATEWAY,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// What happened, and what to do.
    pub(super) fn words(&self, frame: &Frame) -> String {
        if let Self::OverAsking(claim) = self {
            let claim = called(frame, claim);
            return match frame.language {
                crate::language::Language::Chinese => format!(
                    "对方要求出示“{claim}”，超出其可以询问的范围。没有发送任何内容，您可以在自己的页面上举报。"
                ),
                crate::language::Language::English => format!(
                    "They ask for “{claim}”, which they may not ask. Nothing was sent. You can report it on your page."
                ),
            };
        }
        let (chinese, english) = self.pair();
        frame.say(chinese, english).to_owned()
    }

    fn pair(&self) -> (&'static str, &'static str) {
        match self {
            Self::Refused(code) => refusal(code),
            Self::Offer => (
                "这不是可以领取的链接。请在您的页面上重新生成，并完整复制。",
                "That is no offer. Make a new one on your page and copy its link whole.",
            ),
            Self::OtherPlatform => (
                "这个领取链接来自另一个平台，这部手机不领取。请确认是谁发给您的。",
                "Another platform offers this, and this phone takes nothing from it. Check who sent it.",
            ),
            Self::TxCode => (
                "请输入您的页面上显示的六位数字。",
                "Type the six digits that stand beside the offer on your page.",
            ),
            Self::Away => (
                "连接不到平台。什么也没有丢失，请稍后再试。",
                "The platform does not answer. Nothing is lost; try again in a while.",
            ),
            Self::Odd => (
                "平台的回答看不懂。请稍后再试。",
                "The platform’s answer is not understood. Try again in a while.",
            ),
            Self::Worthless => (
                "网证有误，全部没有采用。请重新领取。",
                "A certificate is not in order, so none was used. Fetch new ones.",
            ),
            Self::Key => (
                "手机的密钥没有签名。请重新领取网证。",
                "The phone’s key does not sign. Fetch new certificates.",
            ),
            Self::Link => (
                "这不是询问链接。请完整复制，以 openid4vp:// 开头。",
                "That is no link of a question. Copy it whole; it begins with openid4vp://.",
            ),
            Self::Elsewhere => (
                "询问不在您的平台上，演示手机不去取。请使用命令行钱包。",
                "The question does not lie at your platform, and this phone of the demonstration does not go elsewhere. Use the command line wallet.",
            ),
            Self::Nothing => (
                "手机里没有未用过的网证。请先到您的页面领取。",
                "There is no unused certificate in this phone. Fetch new ones from your page first.",
            ),
            Self::Late => (
                "这个询问已经过时。请对方重新询问。",
                "This question is over. Have them ask again.",
            ),
            Self::NotVouched | Self::OverAsking(_) => (
                "平台没有为询问者作证，没有发送任何内容。请对方重新询问；仍然如此则不要回答。",
                "The platform does not vouch for who asks, so nothing was sent. Have them ask again; if it stays so, do not answer.",
            ),
            Self::Transaction => (
                "对方要您同意一笔这部手机不能显示的交易，没有发送任何内容。",
                "They want your agreement to a transaction that this phone cannot show. Nothing was sent.",
            ),
            Self::Gone => (
                "这个询问已经回答过，或被后来的询问取代。请对方重新询问。",
                "This question was answered, or a later one took its place. Have them ask again.",
            ),
            Self::ReadersQuestion => (
                "这不是读码设备的提问。请照设备屏幕输入，以 YZQ1: 开头。",
                "That is no question of a reader. Type it as the reader shows it, beginning with YZQ1:.",
            ),
            Self::Unsayable => ("请选择一到四项。", "Choose one to four things."),
        }
    }
}

/// The platform's words, as far as a phone meets them.
fn refusal(code: &str) -> (&'static str, &'static str) {
    match code {
        "tx_code_wrong" => (
            "六位数字不对。请对照您的页面再试；错三次后须重新生成领取链接。",
            "The six digits are wrong. Check them on your page and try again; after three times you need a new offer.",
        ),
        "tx_code_tries_exhausted" => (
            "数字输错次数过多。请在您的页面上重新生成领取链接。",
            "The digits were wrong too often. Make a new offer on your page.",
        ),
        "credentials_busy" => (
            "现在领取的人太多。什么也没有丢失，请过几分钟再试。",
            "Too many are fetching just now. Nothing is lost; try again in some minutes.",
        ),
        "offer_unknown" => (
            "链接已被领取，或已超过五分钟。请在您的页面上重新生成。",
            "The offer was taken already or is older than five minutes. Make a new one on your page.",
        ),
        "presentation_taken" | "presentation_answered" => (
            "这个询问已经有钱包取走了。请对方重新询问。",
            "A wallet fetched this question already. Have them ask again.",
        ),
        "presentation_expired" | "presentation_unknown" => {
            ("这个询问已经过时。请对方重新询问。", "This question is over. Have them ask again.")
        }
        "credential_revoked" | "certificate_ended" | "certificate_locked" => (
            "您的网证已锁定或作废。请到您的页面查看，再重新领取。",
            "Your certificate is locked or over. Look at your page, then fetch new ones.",
        ),
        _ => (
            "平台没有接受。请对方重新询问，或重新领取网证。",
            "The platform did not accept this. Have them ask again, or fetch new certificates.",
        ),
    }
}

impl From<Failed> for Trouble {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Lost(Lost::Away) => Self::Away,
            Failed::Lost(Lost::Odd) => Self::Odd,
            Failed::Refused { code, .. } => Self::Refused(code),
            Failed::Late => Self::Refused("credentials_busy".to_owned()),
            Failed::TxCode(_) => Self::TxCode,
            Failed::Batch(_) => Self::Worthless,
            Failed::Key(_) => Self::Key,
        }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        if refusal.is_late() {
            return Self::Late;
        }
        match refusal.over_asked() {
            Some(claim) => Self::OverAsking(claim.to_owned()),
            None => match refusal {
                Refusal::Request(_) => Self::NotVouched,
                Refusal::Nothing => Self::Nothing,
                Refusal::Transaction => Self::Transaction,
                Refusal::Bad(_) => Self::Worthless,
            },
        }
    }
}

impl From<NotShown<Infallible>> for Trouble {
    fn from(not_shown: NotShown<Infallible>) -> Self {
        match not_shown {
            NotShown::Kept(never) => match never {},
            NotShown::KeyAway(KeyAway(_)) => Self::Key,
            NotShown::Bad(_) => Self::Worthless,
            NotShown::Empty => Self::Nothing,
            NotShown::Unsayable => Self::Unsayable,
        }
    }
}

impl From<BadOffer> for Trouble {
    fn from(_: BadOffer) -> Self {
        Self::Offer
    }
}

impl From<NotAQuestion> for Trouble {
    fn from(_: NotAQuestion) -> Self {
        Self::Link
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn over_asking_is_told_by_the_claims_name() {
        for (language, name) in
            [(Language::Chinese, "证件类型"), (Language::English, "kind of document")]
        {
            let frame = Frame { language, other: String::new() };
            let words = Trouble::OverAsking("document_class".to_owned()).words(&frame);
            assert!(words.contains(name), "{words}");
            // What nobody has words for is told as it was asked.
            let words = Trouble::OverAsking("name".to_owned()).words(&frame);
            assert!(words.contains("“name”"), "{words}");
        }
    }

    #[test]
    fn a_refusal_says_what_to_do_and_keeps_the_platforms_word() {
        let frame = Frame { language: Language::English, other: String::new() };
        let refused = Failed::Refused { code: "offer_unknown".to_owned(), title: String::new() };
        let trouble = Trouble::from(refused);
        assert_eq!(trouble.code(), "offer_unknown");
        assert!(trouble.words(&frame).contains("Make a new one"));
        let odd = Trouble::Refused("something_new".to_owned());
        assert!(odd.words(&frame).contains("did not accept"));
    }
}
