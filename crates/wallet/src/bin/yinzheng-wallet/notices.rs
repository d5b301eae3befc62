//! The notices: fetched from the platform as they are today, shown, and each agreed to by an act of its own.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{ask::agree, failure::Failure, language::Language, platform::Platform};

/// What the platform tells before anything is processed.
#[derive(Deserialize)]
pub(crate) struct Notices {
    operator: String,
    contact: String,
    enrolment: Notice,
    sensitive: Notice,
    portrait: Notice,
}

#[derive(Deserialize)]
struct Notice {
    version: u32,
    title: String,
    lead: String,
    parts: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    heading: String,
    text: String,
}

/// Fetches them in this language.
pub(crate) fn fetch(language: Language, platform: &Platform) -> Result<Notices, Failure> {
    platform.get_in(language, "/enrolments/notices")
}

impl Notices {
    /// Both notices of an application, agreed to one after the other: what the platform is told of it.
    pub(crate) fn agree_to_application(&self, language: Language) -> Result<Value, Failure> {
        self.enrolment.show(language);
        eprintln!("{}: {} · {}", language.words("notice-operator"), self.operator, self.contact);
        agree(&language.words("agree-enrolment"))?;
        let sensitive = self.agree_to_sensitive(language)?;
        Ok(json!({"consents": {"enrolment": self.enrolment.version, "sensitive": sensitive}}))
    }

    /// The notice of sensitive information alone; its version.
    pub(crate) fn agree_to_sensitive(&self, language: Language) -> Result<u32, Failure> {
        self.sensitive.show(language);
        agree(&language.words("agree-sensitive"))?;
        Ok(self.sensitive.version)
    }

    /// The notice of portraits; its version.
    pub(crate) fn agree_to_portrait(&self, language: Language) -> Result<u32, Failure> {
        self.portrait.show(language);
        agree(&language.words("agree-portrait"))?;
        Ok(self.portrait.version)
    }
}

impl Notice {
    fn show(&self, language: Language) {
        let version = self.version.to_string();
        let head = [("title", self.title.as_str()), ("version", version.as_str())];
        eprintln!("\n{}\n{}", language.with("notice-head", &head), self.lead);
        let mut heading = "";
        for part in &self.parts {
            if part.heading != heading {
                heading = &part.heading;
                eprintln!("\n  {heading}");
            }
            eprintln!("    {}", part.text);
        }
        eprintln!();
    }
}
