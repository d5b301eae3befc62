//! A verifier that asks for itself has the platform attest it: what it sends and is answered.
//!
//! The attestation then rides with each of its questions (`OpenID4VP` §5.9.3), and the platform is not asked while wallets answer.

use formats::Jwk;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Attestation;
use crate::{
    oauth::{
        Carried,
        client::{Client, ClientAuthentication},
        client_authentication::Credentials,
        error::{ErrorCode, OAuthError},
        parameters::Parameters,
    },
    oidc::scope::Scope,
};

/// Where a verifier asks for its attestation.
pub const PATH: &str = "/verifier-attestation";

/// A verifier asks for its attestation.
pub struct AttestationRequest<'a> {
    /// What the client presents to prove who it is.
    pub credentials: Credentials,
    parameters: Parameters<'a>,
}

impl<'a> AttestationRequest<'a> {
    /// Reads what came with the form, and the form.
    pub fn parse(carried: Carried<'_>, form: &'a str) -> Result<Self, OAuthError> {
        let parameters = Parameters::form(form)?;
        Ok(Self { credentials: Credentials::carried(carried, &parameters)?, parameters })
    }

    /// The scene, and which of its claims are to be asked; without any, all that a credential carries.
    pub fn scope(&self) -> Result<Scope, OAuthError> {
        Scope::read(self.parameters.required("scope")?)
    }

    /// The key that questions are to be signed with, by its name: one that the client registered to prove itself with, so that nobody
    /// is attested for a key of somebody else's.
    pub fn key<'c>(&self, client: &'c Client) -> Result<&'c Jwk, OAuthError> {
        let kid = self.parameters.required("kid")?;
        match &client.authentication {
            ClientAuthentication::PrivateKeyJwt { keys }
            | ClientAuthentication::SelfSignedTls { keys } => {
                keys.find(Some(kid)).ok_or(KEY_UNKNOWN)
            }
            ClientAuthentication::SecretBasic { .. } | ClientAuthentication::Tls { .. } => {
                Err(KEY_UNKNOWN)
            }
        }
    }
}

const KEY_UNKNOWN: OAuthError = ErrorCode::InvalidRequest.because(
    "verifier_key_unknown",
    "kid names no key of the jwks that the client registered to prove itself with",
);

/// What a verifier is answered.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AttestationResponse {
    /// The attestation, for the `jwt` header of each question.
    pub verifier_attestation: String,
    /// The name to ask under.
    pub client_id: String,
    /// For how many seconds.
    pub expires_in: i64,
}

impl AttestationResponse {
    /// The answer that holds this attestation, which was signed now.
    pub fn new(attestation: &Attestation, signed: String, now: Timestamp) -> Self {
        let life: SignedDuration = attestation.expires_at.duration_since(now);
        Self {
            verifier_attestation: signed,
            client_id: attestation.prefixed(),
            expires_in: life.as_secs(),
        }
    }
}
