//! The credential request and its proofs (`OpenID4VCI` §8.2, appendix F.1), and the answer (§8.3).

use formats::{Jwk, Suite, json, possession};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Configuration, MOST_AT_ONCE, code::CodeCredential};
use crate::oauth::{
    error::{ErrorCode, OAuthError},
    issuer::Issuer,
};

/// The `typ` of a proof.
///
/// `OpenID4VCI` appendix F.1: "typ: REQUIRED. MUST be openid4vci-proof+jwt".
pub const PROOF_TYPE: &str = "openid4vci-proof+jwt";

/// The longest proof looked at.
const MAX_PROOF: usize = 4 * 1024;

/// How old a proof may be: as old as a nonce.
const PROOF_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// How far ahead the wallet's clock may be.
const AHEAD: SignedDuration = SignedDuration::from_mins(1);

/// A request of good form. No proof in it was looked at.
#[derive(Debug)]
pub struct CredentialRequest {
    configuration: Configuration,
    proofs: Vec<String>,
}

#[derive(Deserialize)]
struct Raw {
    credential_configuration_id: Option<String>,
    credential_identifier: Option<serde_json::Value>,
    proofs: Option<RawProofs>,
    credential_response_encryption: Option<serde_json::Value>,
}

/// `OpenID4VCI` §8.2: "The proofs parameter contains exactly one parameter named as the proof type".
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProofs {
    jwt: Vec<String>,
}

/// What a proof says.
#[derive(Deserialize)]
struct ProofClaims {
    aud: String,
    iat: i64,
    nonce: Option<String>,
    iss: Option<serde_json::Value>,
}

impl CredentialRequest {
    /// Reads a request's body.
    pub fn read(body: &str) -> Result<Self, OAuthError> {
        let raw: Raw = json::read(body.as_bytes()).map_err(|_| MALFORMED)?;
        let (Some(id), None) = (raw.credential_configuration_id, raw.credential_identifier) else {
            return Err(MALFORMED);
        };
        let configuration = Configuration::of_id(&id).ok_or(UNKNOWN_CONFIGURATION)?;
        // OpenID4VCI §8.3.1.2: an encrypted answer that was asked for and is not given would be worse than a refusal.
        if raw.credential_response_encryption.is_some() {
            return Err(NOT_ENCRYPTED);
        }
        let proofs = raw.proofs.ok_or(NO_PROOF)?.jwt;
        if proofs.is_empty() || proofs.len() > MOST_AT_ONCE {
            return Err(NO_PROOF);
        }
        Ok(Self { configuration, proofs })
    }

    /// The form of certificate that is wanted.
    pub fn configuration(&self) -> Configuration {
        self.configuration
    }

    /// The keys that were proved, each once; `is_ours` says whether a nonce is one of ours and still good.
    pub fn keys(
        &self,
        issuer: &Issuer,
        now: Timestamp,
        is_ours: impl Fn(&str) -> bool,
    ) -> Result<Vec<Jwk>, OAuthError> {
        let mut keys: Vec<Jwk> = Vec::with_capacity(self.proofs.len());
        for proof in &self.proofs {
            let key = prove(self.configuration.suite(), proof, issuer, now, &is_ours)?;
            // OpenID4VCI §8.3: "Each key provided by the Wallet is used to bind to, at most, one Credential."
            if keys.iter().any(|other| other.thumbprint() == key.thumbprint()) {
                return Err(SAME_KEY);
            }
            keys.push(key);
        }
        Ok(keys)
    }
}

fn prove(
    suite: Suite,
    proof: &str,
    issuer: &Issuer,
    now: Timestamp,
    is_ours: impl Fn(&str) -> bool,
) -> Result<Jwk, OAuthError> {
    let proved = possession::verify_in::<ProofClaims>(suite, PROOF_TYPE, proof, MAX_PROOF);
    let (claims, key) = proved.map_err(|_| BAD_PROOF)?;
    // OpenID4VCI appendix F.1, of iss: "This claim MUST be omitted if the access token authorizing the issuance call was obtained
    // from a Pre-Authorized Code Flow through anonymous access to the token endpoint."
    if claims.aud != issuer.as_str() || claims.iss.is_some() {
        return Err(BAD_PROOF);
    }
    let at = Timestamp::from_second(claims.iat).map_err(|_| BAD_PROOF)?;
    let age = now.duration_since(at);
    if age > PROOF_LIFETIME || age < -AHEAD {
        return Err(BAD_PROOF);
    }
    let nonce = claims.nonce.as_deref().ok_or(BAD_PROOF)?;
    if is_ours(nonce) { Ok(key) } else { Err(BAD_NONCE) }
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
pub struct CredentialResponse {
    credentials: Vec<OneCredential>,
}

#[derive(Clone, Debug, Serialize)]
struct OneCredential {
    credential: Issued,
}

/// One credential, in the form that was wanted.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Issued {
    /// An SD-JWT VC.
    SdJwt(String),
    /// A certificate for QR codes.
    Code(CodeCredential),
}

impl CredentialResponse {
    /// The answer with these credentials, in the order of the keys.
    pub fn new(credentials: Vec<Issued>) -> Self {
        let one = |credential| OneCredential { credential };
        Self { credentials: credentials.into_iter().map(one).collect() }
    }

    /// The SD-JWT VCs among the credentials.
    pub fn credentials(&self) -> impl Iterator<Item = &str> {
        self.credentials.iter().filter_map(|one| match &one.credential {
            Issued::SdJwt(text) => Some(text.as_str()),
            Issued::Code(_) => None,
        })
    }

    /// The certificates for QR codes among them.
    pub fn codes(&self) -> impl Iterator<Item = &CodeCredential> {
        self.credentials.iter().filter_map(|one| match &one.credential {
            Issued::SdJwt(_) => None,
            Issued::Code(code) => Some(code),
        })
    }
}

/// A nonce for proofs (`OpenID4VCI` §7.2).
#[derive(Clone, Debug, Serialize)]
pub struct NonceResponse {
    /// The nonce.
    pub c_nonce: String,
}

const MALFORMED: OAuthError = ErrorCode::InvalidCredentialRequest
    .because("credential_request_malformed", "ask by credential_configuration_id, in JSON");
const UNKNOWN_CONFIGURATION: OAuthError = ErrorCode::UnknownCredentialConfiguration
    .because("credential_configuration_unknown", "the issuer's metadata names what is issued here");
const NOT_ENCRYPTED: OAuthError = ErrorCode::InvalidEncryptionParameters
    .because("credential_encryption_unsupported", "answers are not encrypted here");
const NO_PROOF: OAuthError =
    ErrorCode::InvalidProof.because("proofs_missing", "proofs needs jwt with one to fifty proofs");
const BAD_PROOF: OAuthError = ErrorCode::InvalidProof
    .because("proof_invalid", "a proof is malformed, too old, or not for this issuer");
const SAME_KEY: OAuthError =
    ErrorCode::InvalidProof.because("proof_key_repeated", "each credential needs a key of its own");
const BAD_NONCE: OAuthError = ErrorCode::InvalidNonce
    .because("proof_nonce_unknown", "ask for a nonce and make the proofs anew");

#[cfg(test)]
mod tests {
    use formats::SigningKey;
    use serde_json::{Value, json};

    use super::super::CONFIGURATION;
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
    const ISSUER: &str = "https://id.example";

    fn keys(proofs: &[String]) -> Result<usize, &'static str> {
        let body = json!({"credential_configuration_id": CONFIGURATION, "proofs": {"jwt": proofs}});
        let issuer: Issuer = ISSUER.parse().unwrap();
        CredentialRequest::read(&body.to_string())
            .and_then(|request| request.keys(&issuer, NOW, |nonce| nonce == "ours"))
            .map(|keys| keys.len())
            .map_err(|error| error.reason)
    }

    fn claims() -> Value {
        json!({"aud": ISSUER, "iat": NOW.as_second(), "nonce": "ours"})
    }

    fn proof(claims: &Value) -> String {
        possession::sign(&SigningKey::generate(), PROOF_TYPE, claims)
    }

    #[test]
    fn distinct_keys_are_proved_together() {
        let proofs: Vec<_> = (0..MOST_AT_ONCE).map(|_| proof(&claims())).collect();
        assert_eq!(keys(&proofs), Ok(MOST_AT_ONCE));
        assert_eq!(keys(&[proofs.as_slice(), &[proof(&claims())]].concat()), Err("proofs_missing"));
        assert_eq!(keys(&[]), Err("proofs_missing"));
        let one = proof(&claims());
        assert_eq!(keys(&[one.clone(), one]), Err("proof_key_repeated"));
    }

    #[test]
    fn a_proof_is_for_this_issuer_this_nonce_and_now() {
        for (name, value, why) in [
            ("aud", json!("https://other.example"), "proof_invalid"),
            ("aud", json!([ISSUER]), "proof_invalid"),
            ("iss", json!("wallet"), "proof_invalid"),
            ("iat", json!(NOW.as_second() - 301), "proof_invalid"),
            ("iat", json!(NOW.as_second() + 61), "proof_invalid"),
            ("nonce", Value::Null, "proof_invalid"),
            ("nonce", json!("another's"), "proof_nonce_unknown"),
        ] {
            let mut changed = claims();
            changed[name] = value.clone();
            assert_eq!(keys(&[proof(&claims()), proof(&changed)]), Err(why), "{name}: {value}");
        }
        let other = possession::sign(&SigningKey::generate(), "dpop+jwt", &claims());
        assert_eq!(keys(&[other]), Err("proof_invalid"));
    }

    #[test]
    fn a_certificate_of_a_suite_is_for_a_key_of_that_suite() {
        for configuration in Configuration::ALL {
            for suite in Suite::ALL {
                let proof =
                    possession::sign(&SigningKey::generate_in(suite), PROOF_TYPE, &claims());
                let body = json!({
                    "credential_configuration_id": configuration.id(),
                    "proofs": {"jwt": [proof]},
                });
                let request = CredentialRequest::read(&body.to_string()).unwrap();
                assert_eq!(request.configuration(), configuration);
                let proved = request.keys(&ISSUER.parse().unwrap(), NOW, |nonce| nonce == "ours");
                assert_eq!(proved.is_ok(), suite == configuration.suite());
            }
        }
    }

    #[test]
    fn other_requests_are_refused() {
        let proofs = json!({"jwt": [proof(&claims())]});
        for (body, why) in [
            (json!({}), "credential_request_malformed"),
            (json!([]), "credential_request_malformed"),
            (
                json!({"credential_identifier": "a", "proofs": proofs}),
                "credential_request_malformed",
            ),
            (
                json!({"credential_configuration_id": "mdl", "proofs": proofs}),
                "credential_configuration_unknown",
            ),
            (json!({"credential_configuration_id": CONFIGURATION}), "proofs_missing"),
            (
                json!({"credential_configuration_id": CONFIGURATION, "proofs": {"jwt": [], "di_vp": []}}),
                "credential_request_malformed",
            ),
            (
                json!({"credential_configuration_id": CONFIGURATION, "proofs": proofs, "credential_response_encryption": {}}),
                "credential_encryption_unsupported",
            ),
        ] {
            assert_eq!(
                CredentialRequest::read(&body.to_string()).unwrap_err().reason,
                why,
                "{body}"
            );
        }
    }
}
