//! The holder's side: what was received is kept, and shown in part.

use std::{collections::BTreeSet, convert::Infallible};

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    BadSdJwt, DIGESTS, Disclosure, ELEMENT, KEY_BINDING, Kind, SEPARATOR, UnverifiedSdJwt,
    disclosure::digest,
};
use crate::{SigningKey, Verified, VerifyingKey, jws};

/// A message as its holder keeps it, with everything there is to show.
#[derive(Clone, Debug)]
pub struct Held {
    jws: String,
    disclosures: Vec<Disclosure>,
    claims: Map<String, Value>,
}

/// A part of it, not yet signed by its holder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shown(String);

/// What a holder signs: for whom, for which question, when.
#[derive(Clone, Debug)]
pub struct Binding<'a> {
    /// Who reads.
    pub audience: &'a str,
    /// What the reader drew.
    pub nonce: &'a str,
    /// The time.
    pub now: Timestamp,
    /// What the protocol signs beside it; names of ours in it count for nothing.
    pub others: Map<String, Value>,
}

impl Held {
    /// Takes what an issuer handed over, if the issuer signed it.
    pub fn receive(
        text: &str,
        kind: Kind,
        issuer: &VerifyingKey,
    ) -> Result<Verified<Self>, BadSdJwt> {
        let unverified = UnverifiedSdJwt::parse(text, kind)?;
        let (jws, _) = text.split_once(SEPARATOR).ok_or(BadSdJwt::Form)?;
        let disclosures = unverified.unverified_disclosures().to_vec();
        let claims = unverified.verify_issued(issuer)?.into_inner();
        Ok(Verified::new(Self { jws: jws.to_owned(), disclosures, claims }))
    }

    /// All it says.
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// What of it may be shown or kept.
    pub fn disclosures(&self) -> &[Disclosure] {
        &self.disclosures
    }

    /// Shows what is wanted, and whatever that stands in.
    ///
    /// RFC 9901 §7.2: "Verify that each selected Disclosure satisfies one of the two following conditions": its digest stands
    /// in the message, or in another selected disclosure. Here the second is selected along.
    pub fn show(&self, wanted: impl Fn(&Disclosure) -> bool) -> Shown {
        let mut shown: BTreeSet<&str> = self
            .disclosures
            .iter()
            .filter(|disclosure| wanted(disclosure))
            .map(Disclosure::digest)
            .collect();
        // As many rounds as disclosures can stand in each other: each adds what holds something of the round before.
        loop {
            let around: Vec<_> = self
                .disclosures
                .iter()
                .filter(|one| !shown.contains(one.digest()) && holds_any(one.value(), &shown))
                .map(Disclosure::digest)
                .collect();
            if around.is_empty() {
                break;
            }
            shown.extend(around);
        }
        let mut text = self.jws.clone();
        text.push(SEPARATOR);
        for disclosure in self.disclosures.iter().filter(|one| shown.contains(one.digest())) {
            text.push_str(disclosure.as_str());
            text.push(SEPARATOR);
        }
        Shown(text)
    }
}

impl Shown {
    /// Signs it for one reader and one question: what travels.
    pub fn bind(self, key: &SigningKey, binding: Binding<'_>) -> String {
        let sign = |typ: &str, claims: &_| Ok::<_, Infallible>(jws::sign(key, "", typ, claims));
        let Ok(text) = self.bind_by(binding, sign);
        text
    }

    /// The same by a key that is elsewhere and may refuse: `sign` makes a JWS of that `typ` over the claims.
    pub fn bind_by<E>(
        self,
        binding: Binding<'_>,
        sign: impl FnOnce(&str, &Map<String, Value>) -> Result<String, E>,
    ) -> Result<String, E> {
        let Self(mut text) = self;
        let mut claims = binding.others;
        for (name, value) in [
            ("iat", Value::from(binding.now.as_second())),
            ("aud", binding.audience.into()),
            ("nonce", binding.nonce.into()),
            ("sd_hash", digest(&text).into()),
        ] {
            claims.insert(name.to_owned(), value);
        }
        text.push_str(&sign(KEY_BINDING, &claims)?);
        Ok(text)
    }

    /// As it would travel without its holder's signature.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Does a digest among these stand anywhere inside?
fn holds_any(value: &Value, digests: &BTreeSet<&str>) -> bool {
    let is_one = |value: &Value| value.as_str().is_some_and(|text| digests.contains(text));
    match value {
        Value::Object(members) => {
            members.iter().any(|(name, value)| match (name.as_str(), value) {
                (DIGESTS, Value::Array(listed)) => listed.iter().any(is_one),
                (ELEMENT, digest) => is_one(digest),
                (_, value) => holds_any(value, digests),
            })
        }
        Value::Array(elements) => elements.iter().any(|element| holds_any(element, digests)),
        _ => false,
    }
}
