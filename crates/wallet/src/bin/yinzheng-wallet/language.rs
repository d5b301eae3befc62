//! The languages of the command line, and their words.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

/// A language the wallet speaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Language {
    ZhCn,
    En,
}

impl Language {
    /// What `--language` says, or else the terminal's own; English where that is neither, as terminals are.
    pub(crate) fn wanted(mut words: impl Iterator<Item = String>, locale: &str) -> Self {
        while let Some(word) = words.next() {
            let said = match word.split_once('=') {
                Some(("--language", value)) => Some(value.to_owned()),
                _ if word == "--language" => words.next(),
                _ => None,
            };
            if let Some(language) = said.as_deref().and_then(Self::of_tag) {
                return language;
            }
        }
        Self::of_tag(locale).unwrap_or(Self::En)
    }

    /// Its tag, as a platform is asked for it.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    fn of_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_', '.']).next()? {
            "zh" => Some(Self::ZhCn),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The words of `key`; the key itself if there are none, which the tests rule out.
    pub(crate) fn words(self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The same with `{ $name }` filled in.
    pub(crate) fn with(self, key: &str, values: &[(&str, &str)]) -> String {
        let bundle = self.bundle();
        let values: FluentArgs<'_> =
            values.iter().map(|(name, value)| (*name, FluentValue::from(*value))).collect();
        match bundle.get_message(key).and_then(|message| message.value()) {
            Some(pattern) => {
                bundle.format_pattern(pattern, Some(&values), &mut Vec::new()).into_owned()
            }
            None => key.to_owned(),
        }
    }

    /// Whether `key` has words.
    pub(crate) fn knows(self, key: &str) -> bool {
        self.bundle().has_message(key)
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        static ZH_CN: LazyLock<FluentBundle<FluentResource>> =
            LazyLock::new(|| build("zh-CN", include_str!("../../../locales/zh-CN/wallet.ftl")));
        static EN: LazyLock<FluentBundle<FluentResource>> =
            LazyLock::new(|| build("en", include_str!("../../../locales/en/wallet.ftl")));
        match self {
            Self::ZhCn => &ZH_CN,
            Self::En => &EN,
        }
    }
}

fn build(tag: &str, text: &str) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(tag.parse().into_iter().collect());
    // The marks would stand in the way of copying what is filled in.
    bundle.set_use_isolating(false);
    // A faulty message is left out, the rest serves; the tests accept neither faults nor gaps.
    let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(text.to_owned());
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<&str> {
        assert!(FluentResource::try_new(text.to_owned()).is_ok(), "a message is faulty");
        text.lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" =").map(|(key, _)| key))
            .collect()
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let zh = keys(include_str!("../../../locales/zh-CN/wallet.ftl"));
        let en = keys(include_str!("../../../locales/en/wallet.ftl"));
        assert_eq!(zh, en);
        assert!(zh.iter().all(|key| Language::ZhCn.knows(key) && Language::En.knows(key)));
    }

    #[test]
    fn the_language_is_the_one_asked_for_or_the_terminals() {
        let wanted =
            |line: &str, locale| Language::wanted(line.split(' ').map(str::to_owned), locale);
        assert_eq!(wanted("yinzheng-wallet show", "zh_CN.UTF-8"), Language::ZhCn);
        assert_eq!(wanted("yinzheng-wallet show", "C"), Language::En);
        assert_eq!(wanted("yinzheng-wallet --language zh-CN show", "en"), Language::ZhCn);
        assert_eq!(wanted("yinzheng-wallet show --language=en", "zh"), Language::En);
    }
}
