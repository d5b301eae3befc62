//! A call of a protected resource: the access token that is shown, and what proves that it may be.

use axum::http::request::Parts;
use protocol::oauth::{
    Carried,
    bearer::{self, Presented},
};

use super::client_request::PeerCertificate;
use super::dpop::proof_of;
use super::problem::BearerProblem;
use super::token::text_of;

/// What the head of a request shows.
pub(crate) fn shown(head: &Parts) -> Result<(Presented<'_>, Carried<'_>), BearerProblem> {
    let authorization = text_of(&head.headers)?;
    let presented = bearer::token(authorization)?;
    let certificate = head.extensions.get::<PeerCertificate>();
    let carried = Carried {
        authorization,
        dpop: proof_of(&head.headers)?,
        certificate: certificate.map(|PeerCertificate(certificate)| certificate),
        ..Carried::default()
    };
    Ok((presented, carried))
}
