//! The one-time certificate: what the platform signs, without knowing when or where it will be shown.

use crate::{
    BadSignature, Jwk, SigningKey, Suite, UnverifiedSign1, Verified, VerifyingKey, base64url,
    cbor::{Value, Writer},
    cose_sign1::{self, Header},
};

use super::{
    commitments::{self, LENGTH, Opening, Seed},
    moment,
    statement::Statements,
};

/// What is signed along, so that no other message of the platform passes for one of these.
const KIND: &[u8] = b"yinzheng qr certificate 1";

/// How much of the thumbprint of the platform's key says which key it was.
const KID_LENGTH: usize = 4;

/// Longest certificate: every number as long as it goes, with room.
const MAX_LENGTH: usize = 192;

/// The days from which and to which a certificate is good, both included, counted from 1970 in UTC.
///
/// Days and nothing finer: what was issued in one day looks the same.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Days {
    /// The first.
    pub from: u32,
    /// The last.
    pub until: u32,
}

impl Days {
    /// The day in which this second of Unix time lies.
    pub fn of(unix_seconds: i64) -> u32 {
        moment::day(unix_seconds)
    }
}

/// Where on the status lists a certificate stands.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct StatusReference {
    /// Which list.
    pub list: u32,
    /// Which entry of it.
    pub index: u32,
}

/// What the platform signs beside the commitments.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The key whose holder may show it, of the issuer's own suite, used for this certificate alone.
    pub holder: VerifyingKey,
    /// When it is good.
    pub days: Days,
    /// Where its end would be told.
    pub status: StatusReference,
}

/// A certificate and what is signed in it. Made by the platform, or read by its holder, who checks it.
#[derive(Clone, Debug)]
pub struct Certificate {
    bytes: Vec<u8>,
    terms: Terms,
}

/// Why bytes are no certificate for this holder.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotACertificate {
    /// Not of the form.
    #[error("not a certificate for QR codes")]
    Form,
    /// Not signed by a key of the issuer.
    #[error("not the issuer's")]
    Issuer,
    /// Its commitments are to other statements than the holder was told.
    #[error("it commits to other statements")]
    Statements,
}

impl Certificate {
    /// Signs one. Nothing, if the holder's key is of another suite than the issuer's.
    pub fn issue(
        issuer: &SigningKey,
        terms: Terms,
        statements: Statements,
        seed: &Seed,
    ) -> Option<Self> {
        let suite = issuer.suite();
        if terms.holder.suite() != suite {
            return None;
        }
        let payload = Writer::new()
            .array(6)
            .int(terms.days.from.into())
            .int(terms.days.until.into())
            .int(terms.status.list.into())
            .int(terms.status.index.into())
            .bytes(&terms.holder.to_compressed())
            .bytes(&commitments::root(suite, statements, seed))
            .done();
        let kid = kid(&issuer.public());
        let header = Header { kid: Some(kid.as_slice()), typ: None };
        let bytes = cose_sign1::sign(issuer, header, KIND, &payload);
        Some(Self { bytes, terms })
    }

    /// Reads one that was issued to us, with what the issuer told beside it.
    pub fn read(
        bytes: &[u8],
        issuers: &[Jwk],
        statements: Statements,
        seed: &Seed,
    ) -> Result<Self, NotACertificate> {
        let unverified = UnverifiedCertificate::parse(bytes).ok_or(NotACertificate::Form)?;
        let root = commitments::root(unverified.message.suite(), statements, seed);
        if root != unverified.root {
            return Err(NotACertificate::Statements);
        }
        let terms = unverified.verify(issuers).map_err(|_| NotACertificate::Issuer)?.into_inner();
        Ok(Self { bytes: bytes.to_vec(), terms })
    }

    /// The certificate as it is kept and carried.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What is signed in it.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }
}

/// A certificate of good form. Nothing in it is known to be true.
pub(super) struct UnverifiedCertificate<'a> {
    message: UnverifiedSign1<'a>,
    kid: [u8; KID_LENGTH],
    days: Days,
    status: StatusReference,
    holder: &'a [u8],
    root: [u8; LENGTH],
}

impl<'a> UnverifiedCertificate<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let message = UnverifiedSign1::parse(bytes, MAX_LENGTH).ok()?;
        let Value::Array(parts) = Value::read(message.unverified_payload()).ok()? else {
            return None;
        };
        let [from, until, list, index, Value::Bytes(holder), Value::Bytes(root)] = parts.as_slice()
        else {
            return None;
        };
        let number = |value: &Value<'_>| u32::try_from(value.int()?).ok();
        Some(Self {
            kid: message.unverified_header().kid?.try_into().ok()?,
            days: Days { from: number(from)?, until: number(until)? },
            status: StatusReference { list: number(list)?, index: number(index)? },
            holder,
            root: (*root).try_into().ok()?,
            message,
        })
    }

    pub(super) fn suite(&self) -> Suite {
        self.message.suite()
    }

    /// Does the platform know any key that may have signed this?
    pub(super) fn has_issuer(&self, issuers: &[Jwk]) -> bool {
        self.issuers(issuers).next().is_some()
    }

    fn issuers<'k>(&self, issuers: &'k [Jwk]) -> impl Iterator<Item = &'k VerifyingKey> {
        let (suite, wanted) = (self.suite(), self.kid);
        let ours =
            move |jwk: &&Jwk| jwk.verifying_key().suite() == suite && kid(jwk) == wanted.as_slice();
        issuers.iter().filter(ours).map(Jwk::verifying_key)
    }

    /// The holder's key, for what it signed itself.
    pub(super) fn holder(&self) -> Result<VerifyingKey, BadSignature> {
        VerifyingKey::from_compressed(self.suite(), self.holder).map_err(|_| BadSignature::Claims)
    }

    /// Is this statement among those committed to?
    pub(super) fn commits_to(&self, opening: &Opening) -> bool {
        opening.root(self.suite()) == self.root
    }

    pub(super) fn verify(&self, issuers: &[Jwk]) -> Result<Verified<Terms>, BadSignature> {
        self.issuers(issuers)
            .find_map(|key| self.message.verify(key, KIND).ok())
            .ok_or(BadSignature::Wrong)?;
        Ok(Verified::new(Terms { holder: self.holder()?, days: self.days, status: self.status }))
    }
}

/// The first bytes of a key's thumbprint.
fn kid(key: &Jwk) -> Vec<u8> {
    let mut thumbprint = base64url::decode(&key.thumbprint()).unwrap_or_default();
    thumbprint.truncate(KID_LENGTH);
    thumbprint
}
