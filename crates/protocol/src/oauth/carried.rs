//! What comes with a client's request beside its form.

use super::client_certificate::ClientCertificate;

/// The parts of a request that prove something about who sends it, unread.
#[derive(Clone, Copy, Debug, Default)]
pub struct Carried<'a> {
    /// The text of the `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The text of the `DPoP` header.
    pub dpop: Option<&'a str>,
    /// The certificate shown in the handshake of the connection it came on.
    pub certificate: Option<&'a ClientCertificate>,
    /// The text of the `OAuth-Client-Attestation` header.
    pub wallet_attestation: Option<&'a str>,
    /// The text of the `OAuth-Client-Attestation-PoP` header.
    pub wallet_proof: Option<&'a str>,
}

impl<'a> Carried<'a> {
    /// A request with this `Authorization` header and nothing else.
    pub fn with(authorization: Option<&'a str>) -> Self {
        Self { authorization, ..Self::default() }
    }
}
