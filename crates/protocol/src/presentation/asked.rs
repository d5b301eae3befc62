//! The question as a wallet reads it: signed by whoever asks, of this time, and no more than may be asked.
//!
//! Of the client identifiers of `OpenID4VP` §5.9 three are spoken: the pre-registered one, whose keys the wallet knows from the
//! platform's register, `verifier_attestation`, where the platform's word comes along with the question, and `x509_hash`, where
//! certificates come along beside it.

use formats::{Authorities, BadChain, CertificateChain, Jwk, UnverifiedJws};
use jiff::{SignedDuration, Timestamp};

use super::{
    Query,
    attestation::{Attestation, Attestor, BadAttestation, HASH_PREFIX},
    request::{AUDIENCE, Claims, LIFETIME, Recipient, TYP, WORD},
};
use crate::oauth::redirect_uri::is_guarded;

/// How far the clocks of wallet and verifier may differ.
pub(super) const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(60);

/// Longest request object read.
const MAX_LENGTH: usize = 64 * 1024;

/// Characters of 128 bits in base64url, and the most that are read.
const FEWEST: usize = 22;
const MOST: usize = 128;

/// `OpenID4VP` §5.9.3: what before a colon would not be a pre-registered identifier.
const PREFIXES: [&str; 7] = [
    "redirect_uri",
    "openid_federation",
    "decentralized_identifier",
    "verifier_attestation",
    "x509_san_dns",
    "x509_hash",
    "origin",
];

/// A question whose signature holds, as a wallet acts on it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who asks; the holder's proof names it as its audience.
    pub client_id: String,
    /// Where the answer goes.
    pub response_uri: String,
    /// What the holder's proof carries.
    pub nonce: String,
    /// What the answer carries.
    pub state: String,
    /// What is asked for.
    pub query: Query,
    /// What the answer is encrypted with.
    pub encrypt_to: Recipient,
    /// Transactions to agree to, not yet read.
    pub transaction_data: Vec<String>,
    /// Who asks, as the platform says; nothing of a verifier that the wallet knows of itself.
    pub attested: Option<Attestation>,
}

/// Why a wallet does not answer.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadRequest {
    /// No request object, or of another type.
    #[error("not a request object")]
    Form,
    /// Not signed by a key of the verifier it names.
    #[error("the verifier did not sign this")]
    Signature,
    /// Another verifier than the one expected, or a way to name one that is not spoken.
    #[error("another verifier")]
    Client,
    /// Something is missing, contradicts another thing, or is not spoken.
    #[error("the request is not one that is answered")]
    Parameter,
    /// The query is none.
    #[error("the query is malformed")]
    Query,
    /// Not of this time.
    #[error("the request is not of this time")]
    Time,
    /// What is said of the verifier says nothing.
    #[error("who asks is not attested")]
    Attestation(#[source] BadAttestation),
    /// The certificates that it brings do not say who asks.
    #[error("no trusted authority says who asks")]
    Certificates(#[source] BadChain),
    /// More is asked than the verifier may ask; here the first thing that is too much.
    #[error("{0} is asked, which the verifier may not ask")]
    OverAsking(String),
}

impl Asked {
    /// Reads a request object of the verifier `client_id`, whose keys the register gives.
    pub fn read(
        text: &str,
        client_id: &str,
        keys: &[Jwk],
        now: Timestamp,
    ) -> Result<Self, BadRequest> {
        let (jws, _) = parsed(text)?;
        let kid = jws.unverified_header().kid.clone();
        let key = keys.iter().find(|key| kid.is_some() && key.kid() == kid.as_deref());
        let key = key.ok_or(BadRequest::Signature)?.verifying_key();
        let claims = jws.verify::<Claims>(key).map_err(|_| BadRequest::Signature)?.into_inner();
        if claims.client_id != client_id || has_prefix(client_id) {
            return Err(BadRequest::Client);
        }
        claims.answerable(now)
    }

    /// Reads a request object of a verifier that the platform attests. `client_id` is what the link said, with its prefix;
    /// `wallet_nonce` what the wallet sent along, if it did.
    ///
    /// `OpenID4VP` §5.9.3: "the original Client Identifier (the part without the `verifier_attestation:` prefix) MUST equal the `sub` claim
    /// value in the Verifier attestation JWT. The request MUST be signed with the private key corresponding to the public key in
    /// the `cnf` claim in the Verifier attestation JWT."
    pub fn read_attested(
        text: &str,
        client_id: &str,
        wallet_nonce: Option<&str>,
        by: Attestor<'_>,
        now: Timestamp,
    ) -> Result<Self, BadRequest> {
        let (jws, attestation) = parsed(text)?;
        let attestation = attestation.ok_or(BadRequest::Attestation(BadAttestation::Form))?;
        let attested = Attestation::read(&attestation, by, now).map_err(BadRequest::Attestation)?;
        let key = attested.key.verifying_key();
        let claims = jws.verify::<Claims>(key).map_err(|_| BadRequest::Signature)?.into_inner();
        if claims.client_id != client_id || client_id != attested.prefixed() {
            return Err(BadRequest::Client);
        }
        claims.attested(attested, wallet_nonce, now)
    }

    /// Reads a request object of a verifier that certificates name, and the platform attests. Certificates say who asks and not what may
    /// be asked: without the platform's word for the same key nothing is answered.
    ///
    /// `OpenID4VP` §5.9.3, of `x509_hash`: "the original Client Identifier (the part without the `x509_hash:` prefix) MUST be a hash and match
    /// the hash of the leaf certificate passed with the request. The request MUST be signed with the private key corresponding to the public
    /// key in the leaf X.509 certificate". "The Wallet MUST validate the signature and the trust chain of the X.509 leaf certificate."
    pub fn read_certified(
        text: &str,
        client_id: &str,
        wallet_nonce: Option<&str>,
        by: (Attestor<'_>, &Authorities),
        now: Timestamp,
    ) -> Result<Self, BadRequest> {
        let parsed = UnverifiedJws::parse_certified(text, MAX_LENGTH);
        let (jws, x5c) = parsed.map_err(|_| BadRequest::Form)?;
        let jws = jws.expect_typ(TYP).map_err(|_| BadRequest::Form)?;
        let chain = CertificateChain::from_x5c(&x5c.unwrap_or_default());
        let chain = chain.map_err(BadRequest::Certificates)?;
        chain.trusted_by(by.1, now).map_err(BadRequest::Certificates)?;
        let claims = jws.verify::<Claims>(chain.key()).map_err(|_| BadRequest::Signature)?;
        let claims = claims.into_inner();
        let named = client_id.strip_prefix(HASH_PREFIX) == Some(&chain.hash());
        if claims.client_id != client_id || !named {
            return Err(BadRequest::Client);
        }
        let word = claims.verifier_info.iter().find(|word| word.format == WORD);
        let word = word.and_then(|word| word.data.as_str());
        let word = word.ok_or(BadRequest::Attestation(BadAttestation::Form))?;
        let attested = Attestation::read(word, by.0, now).map_err(BadRequest::Attestation)?;
        if attested.key.verifying_key() != chain.key() {
            return Err(BadRequest::Signature);
        }
        claims.attested(attested, wallet_nonce, now)
    }
}

pub(super) fn parsed(text: &str) -> Result<(UnverifiedJws<'_>, Option<String>), BadRequest> {
    let (jws, jwt) = UnverifiedJws::parse_beside(text, MAX_LENGTH).map_err(|_| BadRequest::Form)?;
    Ok((jws.expect_typ(TYP).map_err(|_| BadRequest::Form)?, jwt))
}

impl Claims {
    /// What a verifier asks of whom the platform says what may be asked.
    fn attested(
        self,
        attested: Attestation,
        wallet_nonce: Option<&str>,
        now: Timestamp,
    ) -> Result<Asked, BadRequest> {
        // `OpenID4VP` §5.10.1: "if the Wallet passed a `wallet_nonce` in the POST request, the Wallet MUST validate whether the request
        // object contains the respective nonce value in a `wallet_nonce` claim."
        if wallet_nonce.is_some() && self.wallet_nonce.as_deref() != wallet_nonce {
            return Err(BadRequest::Parameter);
        }
        let asked = self.answerable(now)?;
        if let Some(beyond) = attested.beyond(&asked.query) {
            return Err(BadRequest::OverAsking(beyond));
        }
        Ok(Asked { attested: Some(attested), ..asked })
    }

    fn answerable(self, now: Timestamp) -> Result<Asked, BadRequest> {
        if self.iat > now + CLOCK_SKEW || self.exp <= now || self.exp > self.iat + LIFETIME {
            return Err(BadRequest::Time);
        }
        // `OpenID4VP` §8.2: "When the `response_uri` parameter is present, the `redirect_uri` Authorization Request parameter MUST
        // NOT be present."
        let spoken = self.response_type == "vp_token"
            && self.response_mode == "direct_post.jwt"
            && self.redirect_uri.is_none()
            && self.aud == AUDIENCE
            && is_url_safe(&self.nonce)
            && is_url_safe(&self.state)
            && is_guarded(&self.response_uri);
        let encrypt_to = self.client_metadata.recipient().filter(|_| spoken);
        let encrypt_to = encrypt_to.ok_or(BadRequest::Parameter)?;
        Ok(Asked {
            query: self.dcql_query.to_string().parse().map_err(|_| BadRequest::Query)?,
            client_id: self.client_id,
            response_uri: self.response_uri,
            nonce: self.nonce,
            state: self.state,
            encrypt_to,
            transaction_data: self.transaction_data,
            attested: None,
        })
    }
}

fn has_prefix(client_id: &str) -> bool {
    client_id.split_once(':').is_some_and(|(prefix, _)| PREFIXES.contains(&prefix))
}

/// `OpenID4VP` §5.2, of `nonce`: "Values MUST only contain ASCII URL safe characters".
pub(super) fn is_url_safe(text: &str) -> bool {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    (FEWEST..=MOST).contains(&text.len()) && text.bytes().all(safe)
}
