//! The reader's side: bytes of a stranger become claims that an issuer signed and a holder showed to this reader, now.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    Disclosure, KEY_BINDING, MAX_DISCLOSURES, MAX_LENGTH, SEPARATOR, disclosure::digest,
    unfold::unfold,
};
use crate::{
    BadSignature, Jwk, UnverifiedJws, Verified, VerifyingKey,
    jws::{BadJws, Header},
    mac::same,
};

/// How old a key binding may be: the time a person looks at a question, and two clocks that differ.
pub const BINDING_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// How far ahead the holder's clock may be.
pub const BINDING_AHEAD: SignedDuration = SignedDuration::from_mins(1);

/// Why a text shows nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadSdJwt {
    /// Longer than is read, or of more disclosures.
    #[error("the text is too long")]
    TooLong,
    /// Not parts between tildes, or not closed as this reader expects: with a key binding, or without.
    #[error("the parts are not those expected")]
    Form,
    /// The issuer's part is no JWS that we would check.
    #[error("the issuer's part is malformed")]
    Jws(#[source] BadJws),
    /// Another kind of message than the one expected.
    #[error("a message of another type")]
    Type,
    /// The issuer did not sign this.
    #[error("the issuer's signature does not hold")]
    Signature(#[source] BadSignature),
    /// A disclosure is none.
    #[error("a disclosure is malformed")]
    Disclosure,
    /// Digests by another hash.
    #[error("the hash is not accepted")]
    Hash,
    /// A digest is no text, or not of 32 bytes.
    #[error("a digest is malformed")]
    Digest,
    /// A digest or a disclosure stands twice.
    #[error("a digest stands twice")]
    DigestTwice,
    /// A disclosure that the issuer did not sign.
    #[error("a disclosure belongs to no digest")]
    Unreferenced,
    /// A disclosure stands where it cannot: an element as a member, a name that is there already.
    #[error("a disclosure does not fit where its digest stands")]
    Place,
    /// `_sd`, `_sd_alg` or `...` where they mean nothing.
    #[error("a reserved name is misused")]
    Reserved,
    /// A disclosure brings or changes what must stand in the open.
    #[error("a disclosure changes what must stand in the open")]
    Open,
    /// Nested deeper than is read.
    #[error("nested too deep")]
    Depth,
    /// The message names no key of its holder, or one that cannot be used.
    #[error("the holder's key is missing or cannot be used")]
    HolderKey,
    /// The key binding is no JWT of that kind, or lacks what it must say.
    #[error("the key binding is malformed")]
    Binding,
    /// The key binding was signed by another key.
    #[error("the holder did not sign this")]
    BindingSignature,
    /// The key binding was made for another message, reader or question.
    #[error("the key binding was made for something else")]
    BindingElsewhere,
    /// The key binding is too old, or of a time to come.
    #[error("the key binding is not of this time")]
    BindingTime,
}

/// A kind of message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Kind {
    /// Its `typ`.
    pub typ: &'static str,
    /// Members of the message that no disclosure may bring or change.
    pub open: &'static [&'static str],
}

/// Who reads, what was asked, and when.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// What the holder must have meant: the reader's own name.
    pub audience: &'a str,
    /// What the reader drew for this one question.
    pub nonce: &'a str,
    /// The time.
    pub now: Timestamp,
}

/// What was shown, with what its holder signed beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// What the issuer said, as far as the holder shows it.
    pub claims: Map<String, Value>,
    /// The key that both name.
    pub holder: Jwk,
    /// When the holder signed.
    pub at: Timestamp,
    /// What else the holder signed: what a protocol puts there.
    pub others: Map<String, Value>,
}

/// A text of good form. Nothing it says is known to be true.
#[derive(Clone, Debug)]
pub struct UnverifiedSdJwt<'a> {
    kind: Kind,
    jws: UnverifiedJws<'a>,
    /// Everything before the key binding, the last tilde included: what the binding signs.
    presented: &'a str,
    disclosures: Vec<Disclosure>,
    binding: Option<&'a str>,
}

impl<'a> UnverifiedSdJwt<'a> {
    /// Looks at the form of a text of this kind.
    pub fn parse(text: &'a str, kind: Kind) -> Result<Self, BadSdJwt> {
        if text.len() > MAX_LENGTH {
            return Err(BadSdJwt::TooLong);
        }
        // RFC 9901 §4: "In the case that there is no Key Binding JWT, the last element MUST be an empty string and the last
        // separating tilde character MUST NOT be omitted."
        let (_, binding) = text.rsplit_once(SEPARATOR).ok_or(BadSdJwt::Form)?;
        let (presented, _) =
            text.split_at_checked(text.len() - binding.len()).ok_or(BadSdJwt::Form)?;
        let mut parts = presented.strip_suffix(SEPARATOR).ok_or(BadSdJwt::Form)?.split(SEPARATOR);
        let jws = parts.next().ok_or(BadSdJwt::Form)?;
        let (jws, _) = UnverifiedJws::parse_certified(jws, MAX_LENGTH).map_err(BadSdJwt::Jws)?;
        if jws.unverified_header().typ.as_deref() != Some(kind.typ) {
            return Err(BadSdJwt::Type);
        }
        let mut disclosures = Vec::new();
        for part in parts {
            if disclosures.len() == MAX_DISCLOSURES {
                return Err(BadSdJwt::TooLong);
            }
            disclosures.push(Disclosure::read(part).map_err(|_| BadSdJwt::Disclosure)?);
        }
        let binding = (!binding.is_empty()).then_some(binding);
        Ok(Self { kind, jws, presented, disclosures, binding })
    }

    /// What the header says, to find the issuer's key by.
    pub fn unverified_header(&self) -> &Header {
        self.jws.unverified_header()
    }

    /// What the message says in the open, to find the issuer's key by.
    pub fn unverified_payload(&self) -> Result<Map<String, Value>, BadSdJwt> {
        self.jws.unverified_claims().map_err(BadSdJwt::Jws)
    }

    /// What stands beside the message.
    pub fn unverified_disclosures(&self) -> &[Disclosure] {
        &self.disclosures
    }

    /// Checks what an issuer hands to a holder: every claim.
    ///
    /// RFC 9901 §7.2: "The Issuer provides the Holder with an SD-JWT, not an SD-JWT+KB. If the Holder receives an SD-JWT+KB,
    /// it MUST be rejected."
    pub fn verify_issued(
        self,
        issuer: &VerifyingKey,
    ) -> Result<Verified<Map<String, Value>>, BadSdJwt> {
        if self.binding.is_some() {
            return Err(BadSdJwt::Form);
        }
        let payload = self.jws.verify::<Map<String, Value>>(issuer).map_err(BadSdJwt::Signature)?;
        unfold(payload.into_inner(), &self.disclosures, self.kind.open).map(Verified::new)
    }

    /// Checks what a holder shows to a reader; the key binding is never optional.
    ///
    /// RFC 9901 §9.5: "Verifiers MUST NOT take into account whether the Holder has provided an SD-JWT+KB or a bare SD-JWT,
    /// since otherwise an attacker could strip the KB-JWT from an SD-JWT+KB and present the resulting SD-JWT."
    pub fn verify_presented(
        self,
        issuer: &VerifyingKey,
        reader: &Reader<'_>,
    ) -> Result<Verified<Bound>, BadSdJwt> {
        let binding = self.binding.ok_or(BadSdJwt::Form)?;
        let payload = self
            .jws
            .verify::<Map<String, Value>>(issuer)
            .map_err(BadSdJwt::Signature)?
            .into_inner();
        let holder = holder_key(&payload)?;
        let claims = unfold(payload, &self.disclosures, self.kind.open)?;
        let binding = read_binding(binding, &holder)?;
        let made_for = [
            (binding.aud.as_str(), reader.audience),
            (&binding.nonce, reader.nonce),
            // RFC 9901 §4.3.1: "The sd_hash value MUST be taken over the US-ASCII bytes of the encoded SD-JWT, i.e., the
            // Issuer-signed JWT, a tilde character, and zero or more Disclosures selected for presentation to the Verifier,
            // each followed by a tilde character".
            (&binding.sd_hash, &digest(self.presented)),
        ];
        if made_for.iter().any(|(said, meant)| !same(said.as_bytes(), meant.as_bytes())) {
            return Err(BadSdJwt::BindingElsewhere);
        }
        let at = binding.at(reader.now)?;
        Ok(Verified::new(Bound { claims, holder, at, others: binding.others }))
    }
}

/// RFC 7800 §3.2: the key of whoever may show the message.
///
/// It stands in the open: a holder who could choose whether to show the key could choose to be nobody.
pub(super) fn holder_key(payload: &Map<String, Value>) -> Result<Jwk, BadSdJwt> {
    let jwk = payload.get("cnf").and_then(|cnf| cnf.get("jwk")).ok_or(BadSdJwt::HolderKey)?;
    Jwk::deserialize(jwk).map_err(|_| BadSdJwt::HolderKey)
}

/// What a holder signs.
#[derive(Deserialize)]
struct Binding {
    iat: i64,
    aud: String,
    nonce: String,
    sd_hash: String,
    exp: Option<i64>,
    nbf: Option<i64>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl Binding {
    /// When it was made, if that was just now.
    ///
    /// RFC 9901 §7.3: "Check that the creation time of the Key Binding JWT, as determined by the iat claim, is within an
    /// acceptable window."
    fn at(&self, now: Timestamp) -> Result<Timestamp, BadSdJwt> {
        let time = |seconds| Timestamp::from_second(seconds).map_err(|_| BadSdJwt::Binding);
        let at = time(self.iat)?;
        let age = now.duration_since(at);
        let over = self.exp.map(time).transpose()?.is_some_and(|end| end <= now);
        let early = self.nbf.map(time).transpose()?.is_some_and(|begin| begin > now);
        if over || early || age > BINDING_LIFETIME || age < -BINDING_AHEAD {
            return Err(BadSdJwt::BindingTime);
        }
        Ok(at)
    }
}

fn read_binding(text: &str, holder: &Jwk) -> Result<Binding, BadSdJwt> {
    let jws = UnverifiedJws::parse(text, MAX_LENGTH).map_err(|_| BadSdJwt::Binding)?;
    if jws.unverified_header().typ.as_deref() != Some(KEY_BINDING) {
        return Err(BadSdJwt::Binding);
    }
    match jws.verify::<Binding>(holder.verifying_key()) {
        Ok(binding) => Ok(binding.into_inner()),
        Err(BadSignature::Wrong) => Err(BadSdJwt::BindingSignature),
        Err(BadSignature::Claims) => Err(BadSdJwt::Binding),
    }
}
