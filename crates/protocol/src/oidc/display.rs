//! How a client wants pages shown: the `display` parameter.

use serde::{Deserialize, Serialize};

/// The words of `display` we know, for discovery.
pub const SUPPORTED: [&str; 4] = ["page", "popup", "touch", "wap"];

/// How pages are shown.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Display {
    /// In a browser's whole window.
    #[default]
    Page,
    /// In a small window beside the client's page: what leads elsewhere is left out.
    Popup,
    /// On a touch device: there is more room around what is tapped.
    Touch,
    /// On a feature phone: no pictures.
    Wap,
}

impl Display {
    /// What is not known is shown as a page.
    ///
    /// OpenID Connect Core §3.1.2.1: "The Authorization Server MAY also attempt to detect the capabilities of the User Agent
    /// and present an appropriate display." A page fits every window from 320 pixels on.
    pub(crate) fn read(text: Option<&str>) -> Self {
        match text {
            Some("popup") => Self::Popup,
            Some("touch") => Self::Touch,
            Some("wap") => Self::Wap,
            _ => Self::Page,
        }
    }

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Popup => "popup",
            Self::Touch => "touch",
            Self::Wap => "wap",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_word() {
        for word in SUPPORTED {
            assert_eq!(Display::read(Some(word)).as_str(), word);
        }
        for odd in [None, Some(""), Some("POPUP"), Some("cinema")] {
            assert_eq!(Display::read(odd), Display::Page);
        }
    }
}
