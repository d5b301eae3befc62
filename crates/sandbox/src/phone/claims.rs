//! What claims are called to people, in Chinese and in English.

use crate::language::Frame;

/// Names and words.
const WORDS: [(&str, &str, &str); 10] = [
    ("age_over_14", "已满 14 周岁", "14 or older"),
    ("age_over_16", "已满 16 周岁", "16 or older"),
    ("age_over_18", "已满 18 周岁", "18 or older"),
    ("age_over_60", "已满 60 周岁", "60 or older"),
    ("age_over_65", "已满 65 周岁", "65 or older"),
    ("minor", "未满 18 周岁", "under 18"),
    ("assurance", "身份核验等级", "how the identity was proved"),
    ("assurance_level", "身份核验等级", "how the identity was proved"),
    ("document_class", "证件类型", "kind of document"),
    ("residency", "居住身份类别", "kind of residency"),
];

/// What a claim is called; its own name where there are no words for it.
pub(super) fn called(frame: &Frame, claim: &str) -> String {
    let known = WORDS.iter().find(|(name, _, _)| *name == claim);
    known.map_or(claim, |(_, chinese, english)| frame.say(chinese, english)).to_owned()
}

/// Yes or no.
pub(super) fn yes_or_no(frame: &Frame, yes: bool) -> String {
    if yes { frame.say("是", "yes") } else { frame.say("否", "no") }.to_owned()
}

#[cfg(test)]
mod tests {
    use formats::qr::Subject;

    use super::*;
    use crate::language::Language;

    #[test]
    fn every_statement_of_a_code_has_words() {
        for language in [Language::Chinese, Language::English] {
            let frame = Frame { language, other: String::new() };
            for subject in Subject::ALL {
                assert_ne!(called(&frame, subject.claim()), subject.claim());
            }
            assert_eq!(called(&frame, "name"), "name");
        }
    }
}
