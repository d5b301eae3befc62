//! Plain identity as it is written before it is sealed.

use rules::{Document, PlainIdentity};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Form 1 of a sealed identity.
#[derive(Clone, Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentityRecord {
    pub(crate) name: String,
    pub(crate) document_class: String,
    pub(crate) document_number: String,
    pub(crate) valid_until: Option<String>,
    pub(crate) born: String,
}

impl From<&PlainIdentity> for IdentityRecord {
    fn from(identity: &PlainIdentity) -> Self {
        let document = identity.document();
        Self {
            name: identity.name().as_str().to_owned(),
            document_class: document.class().as_str().to_owned(),
            document_number: document.number().as_str().to_owned(),
            valid_until: document.valid_until().map(|date| date.to_string()),
            born: identity.born().to_string(),
        }
    }
}

impl IdentityRecord {
    /// The identity again; `None` if the record is not one of ours.
    pub(crate) fn identity(&self) -> Option<PlainIdentity> {
        let valid_until = self.valid_until.as_deref().map(str::parse).transpose().ok()?;
        let class = self.document_class.parse().ok()?;
        let document = Document::new(class, &self.document_number, valid_until).ok()?;
        PlainIdentity::new(self.name.parse().ok()?, document, self.born.parse().ok()?).ok()
    }
}
