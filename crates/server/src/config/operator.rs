//! Who runs the platform, as every page names them.

use super::error::ConfigError;
use super::raw::{Profile, RawOperator};
use crate::locale::Locale;

/// The institution that runs the platform, and how to reach it.
///
/// PIPL 17: before anything is processed, people are told "the name and contact information of the personal
/// information processor".
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Operator {
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// A phone number or an e-mail address that is answered.
    pub contact: String,
}

/// What fits a line or two at the foot of a page on a phone.
const MOST_CHARACTERS: usize = 100;

impl Operator {
    pub(super) fn new(raw: Option<RawOperator>, profile: Profile) -> Result<Self, ConfigError> {
        match raw {
            Some(RawOperator { name_zh, name_en, contact }) => Ok(Self {
                name_zh: line("operator.name_zh", &name_zh)?,
                name_en: line("operator.name_en", &name_en)?,
                contact: line("operator.contact", &contact)?,
            }),
            None if profile == Profile::Sandbox => Ok(Self::invented()),
            None => Err(ConfigError::OperatorMissing),
        }
    }

    fn invented() -> Self {
        Self {
            name_zh: "隐证沙盒（虚构机构）".to_owned(),
            name_en: "Yinzheng Sandbox (invented)".to_owned(),
            contact: "help@yinzheng.example".to_owned(),
        }
    }

    /// Its name in a page's language.
    pub(crate) fn name(&self, locale: Locale) -> &str {
        match locale {
            Locale::ZhCn => &self.name_zh,
            Locale::En => &self.name_en,
        }
    }

    /// What a tap on the contact opens: a phone call, a message, or nothing.
    pub(crate) fn contact_link(&self) -> Option<String> {
        let contact = &self.contact;
        if contact.contains('@') && !contact.contains(char::is_whitespace) {
            return Some(format!("mailto:{contact}"));
        }
        let number: String = contact.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let digits = number.strip_prefix('+').unwrap_or(&number);
        let dialled = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        dialled.then(|| format!("tel:{number}"))
    }
}

fn line(field: &'static str, text: &str) -> Result<String, ConfigError> {
    let text = text.trim();
    let readable = !text.is_empty() && !text.contains(char::is_control);
    if readable && text.chars().count() <= MOST_CHARACTERS {
        Ok(text.to_owned())
    } else {
        Err(ConfigError::OperatorLine(field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(contact: &str) -> RawOperator {
        let (name_zh, name_en) = ("示例机构".to_owned(), "Example Institution".to_owned());
        RawOperator { name_zh, name_en, contact: contact.to_owned() }
    }

    fn operator(contact: &str) -> Result<Operator, ConfigError> {
        Operator::new(Some(raw(contact)), Profile::Production)
    }

    #[test]
    fn only_a_sandbox_may_invent_who_runs_it() {
        let refused = Operator::new(None, Profile::Production).expect_err("nobody to turn to");
        assert_eq!(refused.code(), "operator_missing");
        let invented = Operator::new(None, Profile::Sandbox).expect("invented");
        assert!(invented.name_zh.contains("虚构") && invented.name_en.contains("invented"));
    }

    #[test]
    fn each_field_is_one_line_that_says_something() {
        for contact in ["", "  ", "a@id.example\nb", &"1".repeat(101)] {
            let refused = operator(contact).expect_err("not a line");
            assert_eq!(refused.code(), "operator_line", "{contact:?}");
            assert!(refused.to_string().starts_with("operator.contact: "));
        }
    }

    #[test]
    fn a_tap_on_the_contact_reaches_someone() {
        for (contact, link) in [
            ("help@id.example", Some("mailto:help@id.example")),
            ("+86 10-1234 5678", Some("tel:+861012345678")),
            ("400-000-0000", Some("tel:4000000000")),
            ("No. 1, Example Road", None),
            ("phone 400", None),
        ] {
            let operator = operator(contact).expect("a contact");
            assert_eq!(operator.contact_link().as_deref(), link);
        }
    }
}
