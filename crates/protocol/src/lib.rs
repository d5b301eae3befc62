//! OAuth 2, OpenID Connect and `OpenID4VCI` as message types and rules.
//!
//! Knows: requests, answers, tokens and errors of the standards, and each MUST they hold; how to
//! read them from hostile text.
//! Must not know: the Measures, persons, HTTP libraries, databases, the time of day, chance.
//! → `service` brings them together.
//!
//! Everything is sans-IO: text in, typed message out, `now` handed in. Where a standard leaves a
//! choice or we depart from it, `docs/divergences.md` says so.

pub mod issuance;
pub mod native;
pub mod oauth;
pub mod oidc;
pub mod presentation;
pub mod receipt;

#[cfg(test)]
mod samples;
