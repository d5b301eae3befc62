//! What a wallet's provider vouches for: that an instance is its wallet (draft-ietf-oauth-attestation-based-client-auth-10,
//! `OpenID4VCI` appendix E), and how keys are kept (appendix D).

use formats::{CertificateChain, Jwk, Suite, UnverifiedJws, Verified};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, de::DeserializeOwned};

use super::{MOST_AT_ONCE, provider::Provider, wallet::KeyDemands};
use crate::oauth::{
    carried::Carried,
    dpop::Thumbprint,
    error::{ErrorCode, OAuthError},
    issuer::Issuer,
};

/// The longest attestation looked at: fifty keys and a certificate's worth of words.
const MAX_LENGTH: usize = 32 * 1024;

/// How old a proof of possession may be.
const PROOF_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// How far clocks may differ.
const SKEW: SignedDuration = SignedDuration::from_mins(1);

/// The longest name of a proof.
const MAX_JTI: usize = 128;

/// draft-ietf-oauth-attestation-based-client-auth-10 §4: "The `typ` (JWT type) header MUST be
/// `oauth-client-attestation+jwt`."
const WALLET: &str = "oauth-client-attestation+jwt";
/// draft-ietf-oauth-attestation-based-client-auth-10 §5.1: "The `typ` (JWT type) header MUST be
/// `oauth-client-attestation-pop+jwt`."
const PROOF: &str = "oauth-client-attestation-pop+jwt";
/// `OpenID4VCI` appendix D.1: "`typ`: REQUIRED. MUST be `key-attestation+jwt`".
const KEYS: &str = "key-attestation+jwt";

#[derive(Deserialize)]
struct WalletClaims {
    sub: String,
    exp: i64,
    nbf: Option<i64>,
    cnf: Confirmation,
}

#[derive(Deserialize)]
struct Confirmation {
    jwk: Jwk,
}

#[derive(Deserialize)]
struct ProofClaims {
    aud: String,
    jti: String,
    iat: i64,
}

#[derive(Deserialize)]
struct KeyClaims {
    iat: i64,
    exp: Option<i64>,
    attested_keys: Vec<serde_json::Value>,
    #[serde(default)]
    key_storage: Vec<String>,
    #[serde(default)]
    user_authentication: Vec<String>,
    nonce: Option<String>,
}

/// A proof of possession that is good once.
#[derive(Clone, Debug)]
pub struct ProvedOnce {
    /// Its name.
    pub jti: String,
    /// Until when it would be good again.
    pub until: Timestamp,
}

/// Is this an instance of the wallet? By a proof of its own, or by the proof of possession that binds the token (`dpop`).
///
/// draft-ietf-oauth-attestation-based-client-auth-10 §7.3: "The public key in the `jwk` header parameter of the `DPoP` proof MUST be
/// identical to the public key in the `cnf` claim of the Client Attestation JWT."
pub fn is_wallet(
    client_id: &str,
    provider: &Provider,
    (carried, dpop): (Carried<'_>, Option<&Thumbprint>),
    issuer: &Issuer,
    now: Timestamp,
) -> Result<Option<ProvedOnce>, OAuthError> {
    let text = carried.wallet_attestation.ok_or(MISSING)?;
    let claims: Verified<WalletClaims> = vouched(WALLET, text, [provider], now).ok_or(INVALID)?;
    let holds = |at: i64| Timestamp::from_second(at).map_err(|_| INVALID);
    if claims.sub != client_id
        || now >= holds(claims.exp)? + SKEW
        || claims.nbf.map(holds).transpose()?.is_some_and(|from| now + SKEW < from)
    {
        return Err(INVALID);
    }
    let key = &claims.cnf.jwk;
    let Some(proof) = carried.wallet_proof else {
        let same = dpop.is_some_and(|proved| proved.as_str() == key.thumbprint());
        return if same { Ok(None) } else { Err(INVALID) };
    };
    let proof = UnverifiedJws::parse(proof, MAX_LENGTH).and_then(|jws| jws.expect_typ(PROOF));
    let proof = proof.map_err(|_| INVALID)?.verify::<ProofClaims>(key.verifying_key());
    let ProofClaims { aud, jti, iat } = proof.map_err(|_| INVALID)?.into_inner();
    let made = holds(iat)?;
    let age = now.duration_since(made);
    if aud != issuer.as_str() || age > PROOF_LIFETIME || age < -SKEW || jti.len() > MAX_JTI {
        return Err(INVALID);
    }
    Ok(Some(ProvedOnce { jti, until: made + PROOF_LIFETIME + SKEW }))
}

/// The keys that a provider vouches for, each once, of this suite, and kept as is demanded.
///
/// `OpenID4VCI` appendix F.3: "the `c_nonce` value provided by the Credential Issuer MUST be provided in the key attestation's `nonce`
/// parameter."
pub fn attested_keys<'k>(
    text: &str,
    suite: Suite,
    (providers, demands): (impl IntoIterator<Item = &'k Provider>, &KeyDemands),
    now: Timestamp,
    is_ours: impl Fn(&str) -> bool,
) -> Result<Vec<Jwk>, OAuthError> {
    let claims: Verified<KeyClaims> = vouched(KEYS, text, providers, now).ok_or(KEYS_INVALID)?;
    let moment = |at: i64| Timestamp::from_second(at).map_err(|_| KEYS_INVALID);
    let over = claims.exp.map(moment).transpose()?.is_some_and(|over| now >= over);
    if over || now + SKEW < moment(claims.iat)? {
        return Err(KEYS_INVALID);
    }
    if !claims.nonce.as_deref().is_some_and(is_ours) {
        return Err(KEYS_NONCE);
    }
    let meets = |wanted: &[String], said: &[String]| {
        wanted.is_empty() || said.iter().any(|one| wanted.contains(one))
    };
    if !meets(&demands.key_storage, &claims.key_storage)
        || !meets(&demands.user_authentication, &claims.user_authentication)
    {
        return Err(KEYS_WEAK);
    }
    let count = claims.attested_keys.len();
    if count == 0 || count > MOST_AT_ONCE {
        return Err(KEYS_INVALID);
    }
    let mut keys: Vec<Jwk> = Vec::with_capacity(count);
    for described in &claims.attested_keys {
        let key = Jwk::of_suite(suite, described.clone()).ok_or(KEYS_INVALID)?;
        if keys.iter().any(|other| other.thumbprint() == key.thumbprint()) {
            return Err(KEYS_INVALID);
        }
        keys.push(key);
    }
    Ok(keys)
}

/// Claims of that type, signed by a key of one of these providers.
fn vouched<'k, T: DeserializeOwned>(
    typ: &str,
    text: &str,
    providers: impl IntoIterator<Item = &'k Provider>,
    now: Timestamp,
) -> Option<Verified<T>> {
    let (jws, x5c) = UnverifiedJws::parse_certified(text, MAX_LENGTH).ok()?;
    let jws = jws.expect_typ(typ).ok()?;
    let chain = x5c.map(|x5c| CertificateChain::from_x5c(&x5c)).transpose().ok()?;
    let kid = jws.unverified_header().kid.as_deref();
    let key = providers.into_iter().find_map(|one| one.known_by().key(kid, chain.as_ref(), now))?;
    jws.verify(&key).ok()
}

/// The proof was shown before.
pub const REPLAYED: OAuthError = ErrorCode::InvalidClient
    .because("wallet_proof_replayed", "each OAuth-Client-Attestation-PoP is good once");
const MISSING: OAuthError = ErrorCode::InvalidClient.because(
    "wallet_attestation_missing",
    "this wallet is let in by an attestation of its provider's, in OAuth-Client-Attestation",
);
const INVALID: OAuthError = ErrorCode::InvalidClient.because(
    "wallet_attestation_invalid",
    "the wallet's attestation is not of its provider, is over, or is not of the key that is proved",
);
const KEYS_INVALID: OAuthError = ErrorCode::InvalidProof.because(
    "key_attestation_invalid",
    "the key attestation is not of a provider that is known here, is over, or its keys are of no use",
);
const KEYS_NONCE: OAuthError = ErrorCode::InvalidNonce
    .because("proof_nonce_unknown", "ask for a nonce and make the proofs anew");
const KEYS_WEAK: OAuthError = ErrorCode::InvalidProof
    .because("key_attestation_weak", "the keys are not kept as the issuer's metadata demands");
