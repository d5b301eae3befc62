//! Demo relying parties: an airline, a shop, an insurer, a hotel and a museum, ordinary OpenID Connect clients of the platform.
//!
//! The protocol is spoken by the crate `openidconnect`, which nobody here wrote. What a relying party learns about a
//! passenger or a customer is kept in memory and shown to them in full.

mod airline;
mod assertion;
mod connection;
mod flights;
mod hotel;
mod http;
mod insurer;
mod memory;
mod museum;
mod party;
mod shop;

use axum::Router;
use formats::{OpeningKey, Secret, SigningKey};
use url::Url;

use crate::clock::Clock;

/// How a relying party is set up.
#[derive(Debug)]
pub struct RelyingParty {
    /// Where browsers find it. Its one redirect URI is `<base_url>/callback`.
    pub base_url: Url,
    /// The platform it relies on, exactly as its discovery document names itself.
    pub issuer: String,
    /// What the platform knows it as.
    pub client_id: String,
    /// Whose it is, by unified social credit code: to whom the platform's receipts are made out.
    pub organisation: String,
    /// How it proves to be that client.
    pub credentials: Credentials,
    /// The key to which plain identity is encrypted, for the party that a law obliges to keep it.
    pub opening_key: Option<OpeningKey>,
    /// The demo's phone, for the party that asks wallets: questions can be opened there.
    pub phone: Option<Url>,
    /// The time.
    pub clock: Clock,
}

/// How a client proves who it is at the token endpoint.
#[derive(Debug)]
pub enum Credentials {
    /// `client_secret_basic`
    Secret(Secret<String>),
    /// `private_key_jwt`, the public half registered under its thumbprint.
    Key(SigningKey),
}

/// A relying party cannot be set up like that.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The issuer is no address.
    #[error("the issuer is not an address")]
    Issuer(#[source] url::ParseError),
    /// The platform has no name that a wallet knows it by.
    #[error("the platform's name is not an https address, or http on this machine")]
    Platform,
    /// The base address cannot have paths below it.
    #[error("the base address cannot have a callback below it")]
    BaseUrl(#[source] url::ParseError),
    /// The HTTP client does not start.
    #[error("no HTTP client")]
    Http(#[source] reqwest::Error),
}

impl RelyingParty {
    /// The airline: log in, book a ticket, keep a receipt.
    pub fn airline(self) -> Result<Router, Unusable> {
        airline::router(self)
    }

    /// The shop: must know whether a customer is eighteen, and nothing more.
    pub fn shop(self) -> Result<Router, Unusable> {
        shop::router(self)
    }

    /// The insurer: must keep who is insured; has a kiosk in its hall, and a counter.
    pub fn insurer(self) -> Result<Router, Unusable> {
        insurer::router(self)
    }

    /// The hotel: must register its guests; has a desk.
    pub fn hotel(self) -> Result<Router, Unusable> {
        hotel::router(self)
    }

    /// The museum: one ticket a person and day, and a gate.
    pub fn museum(self) -> Result<Router, Unusable> {
        museum::router(self)
    }

    /// The redirect URI to register for a relying party at `base_url`.
    pub fn redirect_uri(base_url: &Url) -> Result<Url, Unusable> {
        base_url.join("/callback").map_err(Unusable::BaseUrl)
    }
}

#[cfg(test)]
mod tests;
