//! What the program says, in two languages.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};

/// The texts, one file a language.
const TEXTS: [(&str, &str); 2] = [
    ("en", include_str!("../../../locales/en/reader.ftl")),
    ("zh-CN", include_str!("../../../locales/zh-CN/reader.ftl")),
];

/// The words of one language.
pub(crate) struct Words {
    tag: &'static str,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// Of the language that `--language` names, or else the terminal's; English where that is neither.
    pub(crate) fn wanted(arguments: impl Iterator<Item = String>, locale: &str) -> Self {
        let arguments: Vec<String> = arguments.collect();
        let asked = arguments.iter().enumerate().find_map(|(place, argument)| {
            let after = argument.strip_prefix("--language")?;
            after.strip_prefix('=').or_else(|| arguments.get(place + 1).map(String::as_str))
        });
        Self::of(asked.unwrap_or(locale))
    }

    /// Of the language of a tag or of a terminal; English where that is not ours.
    pub(crate) fn of(tag: &str) -> Self {
        let tag = if tag.starts_with("zh") { "zh-CN" } else { "en" };
        let mut bundle = FluentBundle::new(tag.parse().into_iter().collect());
        // The marks would stand in the way of copying what is filled in.
        bundle.set_use_isolating(false);
        for (_, text) in TEXTS.into_iter().filter(|(language, _)| *language == tag) {
            // A faulty message is left out, the rest serves; the tests accept neither faults nor gaps.
            let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(text.to_owned());
            bundle.add_resource_overriding(resource);
        }
        Self { tag, bundle }
    }

    /// Which language it is.
    pub(crate) fn tag(&self) -> &'static str {
        self.tag
    }

    /// The words of a key.
    pub(crate) fn say(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The same with `{ $name }` filled in.
    pub(crate) fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        let values: FluentArgs<'_> =
            values.iter().map(|(name, value)| (*name, FluentValue::from(*value))).collect();
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        pattern.map_or_else(
            || key.to_owned(),
            |pattern| {
                self.bundle.format_pattern(pattern, Some(&values), &mut Vec::new()).into_owned()
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same_things() {
        let [en, zh] = TEXTS.map(|(tag, text)| {
            assert!(FluentResource::try_new(text.to_owned()).is_ok(), "{tag}");
            let keys = text.lines().filter_map(|line| line.split_once(" = ").map(|(key, _)| key));
            keys.map(str::to_owned).collect::<Vec<_>>()
        });
        assert_eq!(en, zh);
    }

    #[test]
    fn the_language_is_the_one_asked_for_or_the_terminals() {
        let said = |line: &str, locale| {
            Words::wanted(line.split(' ').map(str::to_owned), locale).say("passed")
        };
        assert_eq!(said("yinzheng-reader", "zh_CN.UTF-8"), "通过");
        assert_eq!(said("yinzheng-reader", "C"), "PASSED");
        assert_eq!(said("yinzheng-reader --language zh-CN", "en"), "通过");
        assert_eq!(said("yinzheng-reader --language=en", "zh"), "PASSED");
    }
}
