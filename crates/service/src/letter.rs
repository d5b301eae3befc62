//! What is posted to the servers of relying parties, and the trait behind which they stand.

use formats::Secret;
use url::Url;

use crate::{BoxFuture, OutsideError};

/// Something to be posted, as it goes over the wire.
#[derive(Debug)]
pub struct Letter {
    /// Where: an address the client registered, and no other.
    pub to: Url,
    /// The bearer token its receiver knows us by, if it gave one.
    pub authorization: Option<Secret<String>>,
    /// What.
    pub content: Content,
}

/// What a letter says.
#[derive(Debug)]
pub enum Content {
    /// One field of a form.
    Form {
        /// Its name.
        name: &'static str,
        /// Its value.
        value: Secret<String>,
    },
    /// A JSON text.
    Json(Secret<String>),
}

/// What a relying party answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Heard {
    /// It took it.
    Taken,
    /// It will not take it, however often it is sent.
    Refused,
}

/// The servers of relying parties.
pub trait RelyingParties: Send + Sync {
    /// Posts a letter; an error if it may be sent again.
    fn post<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<Heard, OutsideError>>;
}
