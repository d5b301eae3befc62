//! An ID token: believed only if everything about it holds.

use std::collections::BTreeMap;

use openidconnect::core::{
    CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AccessToken, AccessTokenHash, ClaimsVerificationError, IdToken, NonceVerifier,
};
use serde_json::Value;

use super::{Client, Failure, OtherClaims};

type PlatformIdToken = IdToken<
    OtherClaims,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Believed = (String, Option<String>, BTreeMap<String, Value>);

/// Verifies signature, issuer, audience, expiry and nonce, then that the access token is the one meant.
pub(super) fn read(
    client: &Client,
    token: &PlatformIdToken,
    nonce: impl NonceVerifier,
    access: &AccessToken,
) -> Result<Believed, Failure> {
    let verifier = client.id_token_verifier();
    let claims = token.claims(&verifier, nonce).map_err(Failure::IdToken)?;
    if let Some(expected) = claims.access_token_hash() {
        let unsigned = |bad| Failure::IdToken(ClaimsVerificationError::SignatureVerification(bad));
        let algorithm = token.signing_alg().map_err(unsigned)?;
        let key = token.signing_key(&verifier).map_err(unsigned)?;
        let actual = AccessTokenHash::from_token(access, algorithm, key);
        if actual.ok().as_ref() != Some(expected) {
            return Err(Failure::Unbelievable("the access token is another"));
        }
    }
    let mode = claims.auth_context_ref().map(|mode| mode.as_str().to_owned());
    Ok((claims.subject().to_string(), mode, claims.additional_claims().0.clone()))
}

/// What a verified token says, for its owner to read.
pub(super) fn payload(token: &str) -> BTreeMap<String, Value> {
    let middle = token.split('.').nth(1).unwrap_or_default();
    let bytes = formats::base64url::decode(middle).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}
