//! The languages the pages speak, and their texts.
//!
//! Texts are Fluent files, one folder per locale, compiled in; each bundle is built once. Nothing here knows a page.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

/// A language the pages speak. Chinese is the default: most who come here speak it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Locale {
    /// Simplified Chinese.
    #[default]
    ZhCn,
    /// English.
    En,
}

impl Locale {
    /// Every locale, in the order of the language switch.
    pub(crate) const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// The BCP 47 tag, as in `<html lang>` and in the cookie.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language's own name for itself.
    pub(crate) fn own_name(self) -> &'static str {
        match self {
            Self::ZhCn => "中文",
            Self::En => "English",
        }
    }

    /// The locale of a BCP 47 tag, by its primary subtag; `None` for a language we do not speak.
    pub(crate) fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        if primary.eq_ignore_ascii_case("zh") {
            Some(Self::ZhCn)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// The first language we speak of an `Accept-Language` header, by its weights.
    // RFC 9110 §12.5.4: "Each language-range can be given an associated quality value representing an estimate of the
    // user's preference for the languages specified by that range".
    pub(crate) fn preferred(accept_language: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in accept_language.split(',').take(MOST_RANGES) {
            let (tag, weight) = range.split_once(";q=").unwrap_or((range, "1"));
            let weight = weight.trim().parse::<f32>().unwrap_or(0.0);
            let heavier = best.is_none_or(|(other, _)| weight > other);
            if let Some(locale) = Self::of_tag(tag).filter(|_| weight > 0.0 && heavier) {
                best = Some((weight, locale));
            }
        }
        best.map(|(_, locale)| locale)
    }

    /// The text of `key`; the key itself if there is none, which the tests rule out.
    pub(crate) fn text(self, key: &str) -> Cow<'static, str> {
        self.format(key, None)
    }

    /// The text of `key` with one `{ $name }` filled in.
    pub(crate) fn text_with(self, key: &str, name: &str, value: &str) -> String {
        let args = [(name, FluentValue::from(value))].into_iter().collect::<FluentArgs<'_>>();
        self.format(key, Some(&args)).into_owned()
    }

    /// Whether `key` has a text.
    pub(crate) fn knows(self, key: &str) -> bool {
        self.bundle().has_message(key)
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let bundle = self.bundle();
        let (message, attribute) =
            key.split_once('.').map_or((key, None), |(message, name)| (message, Some(name)));
        let pattern = bundle.get_message(message).and_then(|message| match attribute {
            Some(name) => message.get_attribute(name).map(|attribute| attribute.value()),
            None => message.value(),
        });
        match pattern {
            Some(pattern) => {
                Cow::Owned(bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned())
            }
            None => Cow::Owned(key.to_owned()),
        }
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        static ZH_CN: LazyLock<FluentBundle<FluentResource>> =
            LazyLock::new(|| build(Locale::ZhCn));
        static EN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| build(Locale::En));
        match self {
            Self::ZhCn => &ZH_CN,
            Self::En => &EN,
        }
    }

    fn files(self) -> &'static [&'static str] {
        match self {
            Self::ZhCn => &[
                include_str!("../locales/zh-CN/common.ftl"),
                include_str!("../locales/zh-CN/start.ftl"),
                include_str!("../locales/zh-CN/enrol.ftl"),
                include_str!("../locales/zh-CN/authorize.ftl"),
                include_str!("../locales/zh-CN/me.ftl"),
                include_str!("../locales/zh-CN/factors.ftl"),
                include_str!("../locales/zh-CN/recovery.ftl"),
                include_str!("../locales/zh-CN/guardians.ftl"),
                include_str!("../locales/zh-CN/refusals.ftl"),
                include_str!("../locales/zh-CN/counter.ftl"),
                include_str!("../locales/zh-CN/documents.ftl"),
                include_str!("../locales/zh-CN/families.ftl"),
                include_str!("../locales/zh-CN/device.ftl"),
                include_str!("../locales/zh-CN/logout.ftl"),
                include_str!("../locales/zh-CN/reports.ftl"),
                include_str!("../locales/zh-CN/plain.ftl"),
            ],
            Self::En => &[
                include_str!("../locales/en/common.ftl"),
                include_str!("../locales/en/start.ftl"),
                include_str!("../locales/en/enrol.ftl"),
                include_str!("../locales/en/authorize.ftl"),
                include_str!("../locales/en/me.ftl"),
                include_str!("../locales/en/factors.ftl"),
                include_str!("../locales/en/recovery.ftl"),
                include_str!("../locales/en/guardians.ftl"),
                include_str!("../locales/en/refusals.ftl"),
                include_str!("../locales/en/counter.ftl"),
                include_str!("../locales/en/documents.ftl"),
                include_str!("../locales/en/families.ftl"),
                include_str!("../locales/en/device.ftl"),
                include_str!("../locales/en/logout.ftl"),
                include_str!("../locales/en/reports.ftl"),
                include_str!("../locales/en/plain.ftl"),
            ],
        }
    }
}

/// How many languages of an `Accept-Language` header are looked at; browsers send at most half as many.
const MOST_RANGES: usize = 16;

fn build(locale: Locale) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(locale.tag().parse().into_iter().collect());
    // Values filled in are ours or are escaped; the isolation marks would stand in the way of copying them.
    bundle.set_use_isolating(false);
    for file in locale.files() {
        // A faulty message is left out, the rest serves; the tests accept neither faults nor gaps.
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new((*file).to_owned());
        bundle.add_resource_overriding(resource);
    }
    bundle
}

#[cfg(test)]
impl Locale {
    /// Every `key` and `key.attribute` of the files.
    pub(crate) fn keys(self) -> Vec<String> {
        let mut keys = Vec::new();
        for file in self.files() {
            let mut message = "";
            for line in file.lines() {
                let attribute = line.strip_prefix("    .").and_then(|rest| rest.split_once(" ="));
                if let Some((name, _)) = attribute {
                    keys.push(format!("{message}.{name}"));
                } else if let Some((name, _)) =
                    line.split_once(" =").filter(|_| !line.starts_with([' ', '#']))
                {
                    message = name;
                    keys.push(name.to_owned());
                }
            }
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_parses_and_no_key_stands_twice() {
        for locale in Locale::ALL {
            for file in locale.files() {
                assert!(
                    FluentResource::try_new((*file).to_owned()).is_ok(),
                    "{}: {file}",
                    locale.tag()
                );
            }
            let mut keys = locale.keys();
            let count = keys.len();
            keys.sort();
            keys.dedup();
            assert_eq!(keys.len(), count, "{}", locale.tag());
        }
    }

    #[test]
    fn both_locales_say_the_same_things() {
        let (mut chinese, mut english) = (Locale::ZhCn.keys(), Locale::En.keys());
        chinese.sort();
        english.sort();
        let only = |a: &[String], b: &[String]| {
            a.iter().filter(|key| !b.contains(key)).cloned().collect::<Vec<_>>()
        };
        assert_eq!(
            only(&chinese, &english),
            only(&english, &chinese),
            "left: only Chinese, right: only English"
        );
    }

    #[test]
    fn the_browsers_weights_count() {
        let cases = [
            ("de, en;q=0.5, zh-TW;q=0.9", Some(Locale::ZhCn)),
            ("en-GB,en;q=0.9,zh;q=0.8", Some(Locale::En)),
            ("en;q=0, fr", None),
            ("en;q=x", None),
            ("", None),
        ];
        for (header, locale) in cases {
            assert_eq!(Locale::preferred(header), locale, "{header}");
        }
    }
}
