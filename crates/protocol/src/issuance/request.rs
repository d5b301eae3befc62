//! The credential request and its proofs (`OpenID4VCI` §8.2, appendix F.1), and the answer (§8.3).

use formats::{Jwk, Suite, json, possession};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    Configuration, MOST_AT_ONCE, attestation,
    code::CodeCredential,
    encryption::{IN_CLEAR, Recipient},
    wallet::KnownWallets,
};
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
    recipient: Option<Recipient>,
    by_identifier: bool,
    proofs: Proofs,
}

#[derive(Deserialize)]
struct Raw {
    credential_configuration_id: Option<String>,
    credential_identifier: Option<String>,
    proofs: Option<RawProofs>,
    credential_response_encryption: Option<serde_json::Value>,
}

/// `OpenID4VCI` §8.2: "The proofs parameter contains exactly one parameter named as the proof type".
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProofs {
    jwt: Option<Vec<String>>,
    attestation: Option<[String; 1]>,
}

/// How keys are proved.
#[derive(Debug)]
enum Proofs {
    /// Each by itself.
    Jwt(Vec<String>),
    /// All of them by the word of the wallet's provider (`OpenID4VCI` appendix F.3).
    Attestation(String),
}

/// Whose keys are proved, and who vouches for them.
#[derive(Clone, Copy, Debug)]
pub struct Prover<'a> {
    /// The wallet, if it came by the authorization code flow.
    pub client: Option<&'a str>,
    /// Whose providers are believed, and what is demanded of keys.
    pub wallets: &'a KnownWallets,
}

/// What a proof says.
#[derive(Deserialize)]
struct ProofClaims {
    aud: String,
    iat: i64,
    nonce: Option<String>,
    iss: Option<String>,
}

impl CredentialRequest {
    /// Reads a request's body, which came in clear.
    pub fn read(body: &str) -> Result<Self, OAuthError> {
        let request = Self::opened(body.as_bytes())?;
        if request.recipient.is_some() { Err(IN_CLEAR) } else { Ok(request) }
    }

    /// Reads a request that was encrypted; it may ask for an encrypted answer.
    pub fn opened(body: &[u8]) -> Result<Self, OAuthError> {
        let raw: Raw = json::read(body).map_err(|_| MALFORMED)?;
        // OpenID4VCI §8.2: "When this parameter is used, the `credential_identifier` MUST NOT be present."
        let (configuration, by_identifier) =
            match (raw.credential_configuration_id, raw.credential_identifier) {
                (Some(id), None) => {
                    (Configuration::of_id(&id).ok_or(UNKNOWN_CONFIGURATION)?, false)
                }
                // There is one dataset of each form, of the form's name.
                (None, Some(id)) => (Configuration::of_id(&id).ok_or(UNKNOWN_IDENTIFIER)?, true),
                _ => return Err(MALFORMED),
            };
        let recipient = raw.credential_response_encryption.map(Recipient::read).transpose()?;
        let proofs = match raw.proofs.ok_or(NO_PROOF)? {
            RawProofs { jwt: Some(proofs), attestation: None }
                if (1..=MOST_AT_ONCE).contains(&proofs.len()) =>
            {
                Proofs::Jwt(proofs)
            }
            RawProofs { jwt: None, attestation: Some([text]) } => Proofs::Attestation(text),
            _ => return Err(NO_PROOF),
        };
        Ok(Self { configuration, recipient, by_identifier, proofs })
    }

    /// The form of certificate that is wanted.
    pub fn configuration(&self) -> Configuration {
        self.configuration
    }

    /// Does it name what is wanted by an identifier that came with the token?
    ///
    /// `OpenID4VCI` §8.2, of `credential_identifier`: "REQUIRED when an Authorization Details of type `openid_credential` was returned
    /// from the Token Response. It MUST NOT be used otherwise."
    pub fn names(&self, by_identifier: bool) -> Result<(), OAuthError> {
        if self.by_identifier == by_identifier { Ok(()) } else { Err(MALFORMED) }
    }

    /// For whom the answer is to be encrypted, if for anybody.
    pub fn recipient(&self) -> Option<&Recipient> {
        self.recipient.as_ref()
    }

    /// The keys that were proved, each once; `is_ours` says whether a nonce is one of ours and still good.
    pub fn keys(
        &self,
        prover: Prover<'_>,
        issuer: &Issuer,
        now: Timestamp,
        is_ours: impl Fn(&str) -> bool,
    ) -> Result<Vec<Jwk>, OAuthError> {
        let (suite, demands) = (self.configuration.suite(), prover.wallets.demands());
        let proofs = match &self.proofs {
            Proofs::Attestation(text) => {
                let vouching = (prover.wallets.providers(), demands);
                return attestation::attested_keys(text, suite, vouching, now, is_ours);
            }
            Proofs::Jwt(_) if !demands.is_empty() => return Err(NOT_ATTESTED),
            Proofs::Jwt(proofs) => proofs,
        };
        let mut keys: Vec<Jwk> = Vec::with_capacity(proofs.len());
        for proof in proofs {
            let key = prove(suite, proof, (issuer, prover.client), now, &is_ours)?;
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
    (issuer, client): (&Issuer, Option<&str>),
    now: Timestamp,
    is_ours: impl Fn(&str) -> bool,
) -> Result<Jwk, OAuthError> {
    let proved = possession::verify_in::<ProofClaims>(suite, PROOF_TYPE, proof, MAX_PROOF);
    let (claims, key) = proved.map_err(|_| BAD_PROOF)?;
    // OpenID4VCI appendix F.1, of iss: "This claim MUST be omitted if the access token authorizing the issuance call was obtained
    // from a Pre-Authorized Code Flow through anonymous access to the token endpoint."
    // And else: "The value of this claim MUST be the `client_id` of the Client making the Credential request."
    let iss = claims.iss.as_deref();
    if claims.aud != issuer.as_str() || iss.is_some_and(|iss| client != Some(iss)) {
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
    #[serde(skip_serializing_if = "Option::is_none")]
    notification_id: Option<String>,
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
        Self { credentials: credentials.into_iter().map(one).collect(), notification_id: None }
    }

    /// The same under the name by which the wallet says what became of them.
    #[must_use]
    pub fn called(self, notification_id: String) -> Self {
        Self { notification_id: Some(notification_id), ..self }
    }

    /// What a notification calls these credentials.
    pub fn notification_id(&self) -> Option<&str> {
        self.notification_id.as_deref()
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
const UNKNOWN_IDENTIFIER: OAuthError = ErrorCode::UnknownCredentialIdentifier
    .because("credential_identifier_unknown", "the token response names the identifiers");
const NO_PROOF: OAuthError = ErrorCode::InvalidProof
    .because("proofs_missing", "proofs needs jwt with one to fifty proofs, or one attestation");
const NOT_ATTESTED: OAuthError = ErrorCode::InvalidProof.because(
    "key_attestation_missing",
    "the issuer's metadata demands that a provider vouches for the keys: send an attestation",
);
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
        let (issuer, none) = (ISSUER.parse::<Issuer>().unwrap(), KnownWallets::default());
        CredentialRequest::read(&body.to_string())
            .and_then(|request| request.keys(nobody(&none), &issuer, NOW, |nonce| nonce == "ours"))
            .map(|keys| keys.len())
            .map_err(|error| error.reason)
    }

    fn nobody(wallets: &KnownWallets) -> Prover<'_> {
        Prover { client: None, wallets }
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
                let (issuer, none) = (ISSUER.parse().unwrap(), KnownWallets::default());
                let ours = |nonce: &str| nonce == "ours";
                let proved = request.keys(nobody(&none), &issuer, NOW, ours);
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
                "credential_identifier_unknown",
            ),
            (
                json!({"credential_identifier": CONFIGURATION, "credential_configuration_id": CONFIGURATION, "proofs": proofs}),
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
