//! What there is to be had: one certificate in several forms, each with an identifier and a format (`OpenID4VCI` §12.2.4).

use formats::Suite;
use serde::{Deserialize, Serialize};

/// A form of the net certificate.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Configuration {
    /// As SD-JWT VC, to be shown on line.
    NetCertificate,
    /// As one-time certificate for QR codes, to be shown where there is no network; signed in this suite.
    Code(Suite),
}

impl Configuration {
    /// All there are.
    pub const ALL: [Self; 4] = [
        Self::NetCertificate,
        Self::Code(Suite::International),
        Self::Code(Suite::Ed25519),
        Self::Code(Suite::ShangMi),
    ];

    /// Its identifier.
    pub const fn id(self) -> &'static str {
        match self {
            Self::NetCertificate => "net-certificate",
            Self::Code(Suite::International) => "net-certificate-code",
            Self::Code(Suite::Ed25519) => "net-certificate-code-ed25519",
            Self::Code(Suite::ShangMi) => "net-certificate-code-sm2",
        }
    }

    /// The form with that identifier.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.id() == id)
    }

    /// Its format. The second is ours (decision 0033): no format that is registered fits into a QR code.
    pub const fn format(self) -> &'static str {
        match self {
            Self::NetCertificate => "dc+sd-jwt",
            Self::Code(_) => "yinzheng-qr",
        }
    }

    /// The suite of its signatures, the platform's as well as the holder's.
    pub const fn suite(self) -> Suite {
        match self {
            Self::NetCertificate => Suite::International,
            Self::Code(suite) => suite,
        }
    }
}

/// No form has this identifier.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a form of the certificate")]
pub struct NotAForm;

impl TryFrom<String> for Configuration {
    type Error = NotAForm;

    fn try_from(id: String) -> Result<Self, NotAForm> {
        Self::of_id(&id).ok_or(NotAForm)
    }
}

impl From<Configuration> for &'static str {
    fn from(form: Configuration) -> Self {
        form.id()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_of_one_form() {
        for one in Configuration::ALL {
            assert_eq!(Configuration::of_id(one.id()), Some(one));
        }
        assert_eq!(Configuration::of_id("net-certificate-"), None);
    }
}
