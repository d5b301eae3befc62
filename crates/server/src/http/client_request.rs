//! A request by a relying party's server: its form, and what comes with it that proves something.

use axum::extract::{FromRequest, Request};
use protocol::oauth::{Carried, ClientCertificate};

use super::dpop::proof_of;
use super::form::FormText;
use super::problem::Problem;
use super::token::text_of;
use crate::App;

/// The certificate shown in the handshake of a connection; put into each of its requests by the listener, and by whoever
/// tests the router without one. No header says it: what a proxy writes, a caller could.
#[derive(Clone, Debug)]
pub struct PeerCertificate(pub ClientCertificate);

/// What came.
pub(crate) struct ClientRequest {
    authorization: Option<String>,
    dpop: Option<String>,
    certificate: Option<ClientCertificate>,
    /// The body, still encoded.
    pub(crate) form: String,
}

impl ClientRequest {
    /// What proves something.
    pub(crate) fn carried(&self) -> Carried<'_> {
        Carried {
            authorization: self.authorization.as_deref(),
            dpop: self.dpop.as_deref(),
            certificate: self.certificate.as_ref(),
        }
    }
}

impl FromRequest<App> for ClientRequest {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let authorization = text_of(request.headers())?.map(str::to_owned);
        let dpop = proof_of(request.headers())?.map(str::to_owned);
        let shown = request.extensions().get::<PeerCertificate>();
        let certificate = shown.map(|PeerCertificate(certificate)| certificate.clone());
        let FormText(form) = FormText::from_request(request, app).await?;
        Ok(Self { authorization, dpop, certificate, form })
    }
}
