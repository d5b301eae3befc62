//! A status list signed, as a JWT: what an issuer publishes and whoever checks a credential fetches.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{BadStatusList, Bits, StatusList};
use crate::{
    BadSignature, Signer, SigningKey, UnverifiedJws, Verified, VerifyingKey, base64url,
    cose_sign1::BadSign1,
    jws::{self, BadJws},
};

/// draft-ietf-oauth-status-list-20 §5.1: "The JWT type MUST be statuslist+jwt."
pub const TYPE: &str = "statuslist+jwt";

/// The longest token read: a list of a byte an entry that does not compress, in base64 twice.
pub const MAX_LENGTH: usize = 2 * 1024 * 1024;

/// How far ahead the issuer's clock may be.
const AHEAD: SignedDuration = SignedDuration::from_mins(1);

/// Why a text says nothing about any status.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadToken {
    /// No JWS of this kind.
    #[error("not a status list token")]
    Jws(#[source] BadJws),
    /// No `COSE_Sign1` message of this kind.
    #[error("not a status list token")]
    Cose(#[source] BadSign1),
    /// The issuer did not sign this, or not in this form.
    #[error("the signature does not hold, or what it covers is no status list")]
    Signature(#[source] BadSignature),
    /// Of another list than the one asked for.
    #[error("the token of another list")]
    List,
    /// Over, or of a time to come.
    #[error("the token is not of this time")]
    Time,
    /// The list inside is none.
    #[error(transparent)]
    StatusList(#[from] BadStatusList),
}

/// A list, and for which time it speaks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatusToken {
    /// Its address, which credentials name.
    pub uri: String,
    /// When it was written.
    pub issued_at: Timestamp,
    /// Until when it may be believed.
    pub expires_at: Timestamp,
    /// How long it may be kept before a newer one is asked for.
    pub time_to_live: SignedDuration,
    /// The list.
    pub list: StatusList,
}

/// As it is written (draft-ietf-oauth-status-list-20 §5.1).
#[derive(Deserialize, Serialize)]
struct Claims {
    sub: String,
    iat: i64,
    exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ttl: Option<i64>,
    status_list: WrittenList,
}

/// draft-ietf-oauth-status-list-20 §4.2.
#[derive(Deserialize, Serialize)]
struct WrittenList {
    bits: u64,
    #[serde(with = "base64url::text")]
    lst: Vec<u8>,
}

impl StatusToken {
    /// Signs it.
    pub fn sign(&self, key: &SigningKey, kid: &str) -> String {
        self.sign_as((key, kid).into())
    }

    /// The same, with the signer's certificates.
    ///
    /// HAIP 1.0 §6.1: "The X.509 certificate of the trust anchor MUST NOT be included in the x5c JOSE header of the Status List Token."
    pub fn sign_as(&self, signer: Signer<'_>) -> String {
        let claims = Claims {
            sub: self.uri.clone(),
            iat: self.issued_at.as_second(),
            exp: self.expires_at.as_second(),
            ttl: Some(self.time_to_live.as_secs()),
            status_list: WrittenList {
                bits: self.list.bits().count().into(),
                lst: self.list.compressed(),
            },
        };
        jws::sign_as(signer, TYPE, &claims)
    }

    /// Should a newer one be asked for?
    pub fn is_stale(&self, now: Timestamp) -> bool {
        now.duration_since(self.issued_at) > self.time_to_live
    }
}

/// What a token says of itself, in either form.
pub(super) struct Said<'a> {
    pub(super) sub: &'a str,
    pub(super) iat: i64,
    pub(super) exp: i64,
    pub(super) ttl: Option<i64>,
}

impl Said<'_> {
    /// When it was written, until when it is believed, how long it is kept: if it is the list at `uri`, and of this time.
    pub(super) fn checked(
        &self,
        uri: &str,
        now: Timestamp,
    ) -> Result<(Timestamp, Timestamp, SignedDuration), BadToken> {
        // draft-ietf-oauth-status-list-20 §8.3: "The subject claim (sub or 2) of the Status List Token MUST be equal to the uri
        // claim in the status_list object of the Referenced Token".
        if self.sub != uri {
            return Err(BadToken::List);
        }
        let time = |seconds| Timestamp::from_second(seconds).map_err(|_| BadToken::Time);
        let (issued_at, expires_at) = (time(self.iat)?, time(self.exp)?);
        let life = expires_at.duration_since(issued_at);
        // draft-ietf-oauth-status-list-20 §5.1: "The value of the claim MUST be a positive number".
        let time_to_live = self.ttl.map_or(life, SignedDuration::from_secs);
        let early = issued_at.duration_since(now) > AHEAD;
        if early || expires_at <= now || !time_to_live.is_positive() {
            return Err(BadToken::Time);
        }
        Ok((issued_at, expires_at, time_to_live))
    }
}

/// A token of good form. Nothing it says is known to be true.
#[derive(Clone, Debug)]
pub struct UnverifiedStatusToken<'a>(UnverifiedJws<'a>);

impl<'a> UnverifiedStatusToken<'a> {
    /// Looks at the form.
    pub fn parse(text: &'a str) -> Result<Self, BadToken> {
        let (jws, _) = UnverifiedJws::parse_certified(text, MAX_LENGTH).map_err(BadToken::Jws)?;
        if jws.unverified_header().typ.as_deref() != Some(TYPE) {
            return Err(BadToken::Jws(BadJws::Type));
        }
        Ok(Self(jws))
    }

    /// Which of its keys the issuer says it signed with.
    pub fn unverified_kid(&self) -> Option<&str> {
        self.0.unverified_header().kid.as_deref()
    }

    /// Checks it as the token of the list at `uri`, now.
    pub fn verify(
        self,
        issuer: &VerifyingKey,
        uri: &str,
        now: Timestamp,
    ) -> Result<Verified<StatusToken>, BadToken> {
        let claims = self.0.verify::<Claims>(issuer).map_err(BadToken::Signature)?.into_inner();
        let said = Said { sub: &claims.sub, iat: claims.iat, exp: claims.exp, ttl: claims.ttl };
        let (issued_at, expires_at, time_to_live) = said.checked(uri, now)?;
        let bits = Bits::of(claims.status_list.bits).ok_or(BadStatusList::Bits)?;
        let list = StatusList::decompress(bits, &claims.status_list.lst)?;
        Ok(Verified::new(StatusToken {
            uri: claims.sub,
            issued_at,
            expires_at,
            time_to_live,
            list,
        }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;
    use crate::Jwk;

    const URI: &str = "https://example.com/statuslists/1";
    const NOW: Timestamp = Timestamp::constant(1_686_920_200, 0);

    fn token() -> StatusToken {
        StatusToken {
            uri: URI.to_owned(),
            issued_at: NOW,
            expires_at: NOW + SignedDuration::from_mins(15),
            time_to_live: SignedDuration::from_mins(2),
            list: StatusList::revoking([3, 700_000]),
        }
    }

    /// draft-ietf-oauth-status-list-20 §8.2; the key is that of the draft's own generator (`src/util.py`).
    #[test]
    fn example_of_the_draft() {
        let text = concat!(
            "eyJhbGciOiJFUzI1NiIsImtpZCI6IjEyIiwidHlwIjoic3RhdHVzbGlzdCtqd3QifQ.e",
            "yJleHAiOjIyOTE3MjAxNzAsImlhdCI6MTY4NjkyMDE3MCwiaXNzIjoiaHR0cHM6Ly9le",
            "GFtcGxlLmNvbSIsInN0YXR1c19saXN0Ijp7ImJpdHMiOjEsImxzdCI6ImVOcmJ1UmdBQ",
            "WhjQlhRIn0sInN1YiI6Imh0dHBzOi8vZXhhbXBsZS5jb20vc3RhdHVzbGlzdHMvMSIsI",
            "nR0bCI6NDMyMDB9.2lKUUNG503R9htu4aHAYi7vjmr3sgApbfoDvPrl65N3URUO1EYqq",
            "Ql45Jfzd-Av4QzlKa3oVALpLwOEUOq-U_g",
        );
        let key: Jwk = from_value(json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "12",
            "x": "I3HWm_0Ds1dPMI-IWmf4mBmH-YaeAVbPVu7vB27CxXo",
            "y": "6N_d5Elj9bs1htgV3okJKIdbHEpkgTmAluYKJemzn1M",
        }))
        .unwrap();
        let token = UnverifiedStatusToken::parse(text).unwrap();
        assert_eq!(token.unverified_kid(), Some("12"));
        let token = token.verify(key.verifying_key(), URI, NOW).unwrap();
        assert_eq!(token.time_to_live, SignedDuration::from_secs(43_200));
        assert_eq!((token.list.status(0), token.list.status(1)), (Some(1), Some(0)));
        assert!(!token.is_stale(NOW));
        assert!(token.is_stale(NOW + SignedDuration::from_hours(12)));
    }

    #[test]
    fn what_was_signed_is_read_back_by_its_reader_in_its_time() {
        let key = SigningKey::generate();
        let text = token().sign(&key, "key-1");
        let read = |uri: &str, now| {
            let token = UnverifiedStatusToken::parse(&text).unwrap();
            token.verify(key.verifying_key(), uri, now).map(Verified::into_inner)
        };
        assert_eq!(read(URI, NOW), Ok(token()));
        assert_eq!(read("https://example.com/statuslists/2", NOW), Err(BadToken::List));
        for (seconds, sound) in [(-60, true), (-61, false), (899, true), (900, false)] {
            assert_eq!(read(URI, NOW + SignedDuration::from_secs(seconds)).is_ok(), sound);
        }
        let stranger = SigningKey::generate();
        let unverified = UnverifiedStatusToken::parse(&text).unwrap();
        let refused = unverified.verify(stranger.verifying_key(), URI, NOW).unwrap_err();
        assert_eq!(refused, BadToken::Signature(BadSignature::Wrong));
    }

    #[test]
    fn other_tokens_are_refused() {
        let key = SigningKey::generate();
        let sound = || {
            json!({
                "sub": URI, "iat": NOW.as_second(), "exp": NOW.as_second() + 60, "ttl": 60,
                "status_list": {"bits": 1, "lst": "eNrbuRgAAhcBXQ"},
            })
        };
        let read = |typ: &str, claims: &Value| {
            let text = jws::sign(&key, "", typ, claims);
            UnverifiedStatusToken::parse(&text)?.verify(key.verifying_key(), URI, NOW).map(drop)
        };
        assert_eq!(read(TYPE, &sound()), Ok(()));
        assert_eq!(read("jwt", &sound()), Err(BadToken::Jws(BadJws::Type)));
        let form = BadToken::Signature(BadSignature::Claims);
        let change = |name: &str, value: Value| {
            let mut claims = sound();
            claims[name] = value;
            read(TYPE, &claims).unwrap_err()
        };
        assert_eq!(change("sub", Value::Null), form);
        assert_eq!(change("exp", Value::Null), form);
        assert_eq!(change("iat", json!("then")), form);
        assert_eq!(change("ttl", json!(0)), BadToken::Time);
        assert_eq!(change("status_list", json!({"bits": 1})), form);
        assert_eq!(change("status_list", json!({"bits": 1, "lst": "e="})), form);
        let list = |bits: u64, lst: &str| change("status_list", json!({"bits": bits, "lst": lst}));
        assert_eq!(list(3, "eNrbuRgAAhcBXQ"), BadStatusList::Bits.into());
        assert!(matches!(list(1, "AAAA"), BadToken::StatusList(BadStatusList::Compressed(_))));
    }
}
