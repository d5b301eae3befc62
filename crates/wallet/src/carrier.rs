//! Who carries a wallet's calls: HTTP, the time and chance, handed in.
//!
//! What is said and in which order is written here once, for the command line and for every other program that is a wallet; how
//! it gets there is theirs.

use std::{future::Future, time::Duration};

use jiff::Timestamp;
use zeroize::Zeroizing;

/// A form, as OAuth sends it.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// JSON.
pub(crate) const JSON: &str = "application/json";

/// What a wallet may not help itself to.
pub trait Carrier: Sync {
    /// Carries a call there and brings what came back, within bounds and without following anybody elsewhere.
    fn carry(&self, call: Outgoing) -> impl Future<Output = Result<Incoming, Lost>> + Send;

    /// Lets that much time pass.
    fn wait(&self, time: Duration) -> impl Future<Output = ()> + Send;

    /// Now.
    fn now(&self) -> Timestamp;

    /// Bytes that nobody can foresee.
    fn fill(&self, bytes: &mut [u8]);
}

/// A call on its way out.
#[derive(Debug)]
pub struct Outgoing {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Where to.
    pub address: String,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// What is sent.
    pub body: Option<Zeroizing<String>>,
}

/// What came back.
#[derive(Debug)]
pub struct Incoming {
    /// The HTTP status.
    pub status: u16,
    /// The header `dpop-nonce`.
    pub nonce: Option<String>,
    /// The body.
    pub body: Zeroizing<Vec<u8>>,
}

/// Nothing came back that could be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Lost {
    /// Nobody answers.
    #[error("nobody answers there")]
    Away,
    /// What answers does not speak as a platform does.
    #[error("the answer is not understood")]
    Odd,
}

impl Outgoing {
    pub(crate) fn get(address: String) -> Self {
        Self { method: "GET", address, headers: Vec::new(), body: None }
    }

    pub(crate) fn post(address: String) -> Self {
        Self { method: "POST", ..Self::get(address) }
    }

    pub(crate) fn sending(mut self, kind: &str, body: &str) -> Self {
        self.body = Some(Zeroizing::new(body.to_owned()));
        self.with("content-type", kind.to_owned())
    }

    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}
