//! A request by a relying party's server: its form, and what comes with it that proves something.

use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
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

/// What a wallet's provider says of it, and the wallet's proof that it is the one.
const ATTESTATION: &str = "oauth-client-attestation";
const ATTESTATION_PROOF: &str = "oauth-client-attestation-pop";

/// draft-ietf-oauth-attestation-based-client-auth-10 §7.1: "There is precisely one `OAuth-Client-Attestation` HTTP request header field
/// containing a Client Attestation JWT."
fn one_of(headers: &HeaderMap, name: &str) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            value.to_str().map(|text| Some(text.to_owned())).map_err(|_| Problem::AUTHORIZATION)
        }
        (Some(_), Some(_)) => Err(Problem::AUTHORIZATION),
    }
}

/// What came.
pub(crate) struct ClientRequest {
    authorization: Option<String>,
    dpop: Option<String>,
    certificate: Option<ClientCertificate>,
    wallet_attestation: Option<String>,
    wallet_proof: Option<String>,
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
            wallet_attestation: self.wallet_attestation.as_deref(),
            wallet_proof: self.wallet_proof.as_deref(),
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
        let wallet_attestation = one_of(request.headers(), ATTESTATION)?;
        let wallet_proof = one_of(request.headers(), ATTESTATION_PROOF)?;
        let FormText(form) = FormText::from_request(request, app).await?;
        Ok(Self { authorization, dpop, certificate, wallet_attestation, wallet_proof, form })
    }
}
