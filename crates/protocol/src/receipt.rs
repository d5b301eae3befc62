//! The receipt: what a relying party keeps of a result, and how it is checked years later without asking anybody.
//!
//! It says that somebody passed: when (to the minute), in which scene, in which mode, to which organisation. Who it was it
//! says only to a client that registered for it, by the identifier that organisation alone knows. Nothing else stands in
//! it, so that a cupboard full of receipts is no register of persons.

use formats::{BadSignature, JwkSet, UnverifiedJws, Verified, jws::BadJws};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    oauth::issuer::Issuer,
    oidc::{id_token::Outcome, numeric_date},
};

/// The kind of message, so that no token passes for a receipt and no receipt for a token (RFC 8725 §3.11).
pub const TYPE: &str = "receipt+jwt";

/// Where every key stands that ever signed receipts.
pub const KEYS_PATH: &str = "/jwks/receipts";

/// The longest text looked at: ours take some six hundred characters.
const LONGEST: usize = 4 * 1024;

/// How far ahead the clock of whoever signed may have been.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// What a receipt says; there is nothing else.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Which platform says so.
    pub iss: Issuer,
    /// The organisation it was said to, by its unified social credit code.
    pub aud: String,
    /// When, to the minute.
    #[serde(with = "numeric_date")]
    pub iat: Timestamp,
    /// Why it was asked.
    pub scene: String,
    /// In which mode whoever acted authenticated.
    pub acr: String,
    /// Passed or not.
    pub result: Outcome,
    /// Whether a delegate acted in the person's name; then `acr` is how the delegate authenticated.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub delegated: bool,
    /// The person's application identifier at this organisation, where that is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
}

/// Why a text is no receipt that proves anything.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotAReceipt {
    /// It is no signed message of the form receipts have.
    #[error("the text is no receipt")]
    Form(#[source] BadJws),
    /// It names a key that is not among those given, or none.
    #[error("no key given has the name the receipt was signed under")]
    KeyUnknown,
    /// It was altered, or signed by somebody else.
    #[error("the signature does not hold, or what it covers is no receipt")]
    Signature(#[source] BadSignature),
    /// Another platform's.
    #[error("another platform issued it")]
    Issuer,
    /// Said to another organisation.
    #[error("it was given to another organisation")]
    Organisation,
    /// It tells a second, which receipts do not, or a time that is yet to come.
    #[error("its time is none that receipts have")]
    Time,
}

/// What whoever checks a receipt expects of it.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The platform it must come from.
    pub issuer: &'a Issuer,
    /// The organisation that must have been given it, if that matters.
    pub organisation: Option<&'a str>,
    /// The time it is.
    pub now: Timestamp,
}

/// Checks a receipt with the keys a platform publishes at [`KEYS_PATH`], or a copy of them kept from then.
///
/// There is no `exp`: what was true then stays true.
pub fn verify(
    text: &str,
    keys: &JwkSet,
    expected: Expected<'_>,
) -> Result<Verified<Receipt>, NotAReceipt> {
    let jws = UnverifiedJws::parse(text.trim_ascii(), LONGEST)
        .and_then(|jws| jws.expect_typ(TYPE))
        .map_err(NotAReceipt::Form)?;
    let name = jws.unverified_header().kid.clone().ok_or(NotAReceipt::KeyUnknown)?;
    let key = keys.find(Some(&name)).ok_or(NotAReceipt::KeyUnknown)?;
    let receipt: Verified<Receipt> =
        jws.verify(key.verifying_key()).map_err(NotAReceipt::Signature)?;
    if receipt.iss != *expected.issuer {
        return Err(NotAReceipt::Issuer);
    }
    if expected.organisation.is_some_and(|organisation| receipt.aud != organisation) {
        return Err(NotAReceipt::Organisation);
    }
    if receipt.iat.as_second() % 60 != 0 || receipt.iat > expected.now + AHEAD {
        return Err(NotAReceipt::Time);
    }
    Ok(receipt)
}

#[cfg(test)]
mod tests {
    use formats::{SigningKey, jws};
    use serde_json::{Value, json};

    use super::*;
    use crate::samples::{issuer, now};

    const ORGANISATION: &str = "91110000MA00000152";

    fn claims() -> Value {
        json!({
            "iss": "https://id.example",
            "aud": ORGANISATION,
            "iat": 1_795_323_600,
            "scene": "log_in",
            "acr": "urn:yinzheng:acr:certificate",
            "result": "passed",
        })
    }

    fn signed(key: &SigningKey, typ: &str, claims: &Value) -> String {
        jws::sign(key, &key.public().thumbprint(), typ, claims)
    }

    fn check(text: &str, key: &SigningKey) -> Result<Receipt, NotAReceipt> {
        let (keys, issuer) = (JwkSet::archive([key.public()]), issuer());
        let expected = Expected { issuer: &issuer, organisation: Some(ORGANISATION), now: now() };
        verify(text, &keys, expected).map(Verified::into_inner)
    }

    #[test]
    fn says_what_it_says_and_nothing_else() {
        let key = SigningKey::generate();
        let receipt = check(&signed(&key, TYPE, &claims()), &key).unwrap();
        assert_eq!(serde_json::to_value(&receipt).unwrap(), claims());
        let mut named = claims();
        named["sub"] = json!("abc");
        let named = check(&signed(&key, TYPE, &named), &key).unwrap();
        assert_eq!(named, Receipt { sub: Some("abc".into()), ..receipt.clone() });
        let mut delegated = claims();
        delegated["delegated"] = json!(true);
        let delegated = check(&signed(&key, TYPE, &delegated), &key).unwrap();
        assert_eq!(delegated, Receipt { delegated: true, ..receipt });
        // A file ends with a line break.
        assert!(check(&format!("{}\n", signed(&key, TYPE, &claims())), &key).is_ok());
    }

    #[test]
    fn years_later_it_holds_as_well() {
        let (key, issuer) = (SigningKey::generate(), issuer());
        let keys = JwkSet::archive([SigningKey::generate().public(), key.public()]);
        let later = now() + SignedDuration::from_hours(24 * 365 * 30);
        let expected = Expected { issuer: &issuer, organisation: None, now: later };
        assert!(verify(&signed(&key, TYPE, &claims()), &keys, expected).is_ok());
    }

    #[test]
    fn what_differs_is_refused() {
        let key = SigningKey::generate();
        for (member, value, why) in [
            ("iss", json!("https://other.example"), NotAReceipt::Issuer),
            ("aud", json!("91110000MA0000023W"), NotAReceipt::Organisation),
            ("iat", json!(1_795_323_601), NotAReceipt::Time),
            ("iat", json!(1_795_323_600 + 360), NotAReceipt::Time),
            ("iat", json!("noon"), NotAReceipt::Signature(BadSignature::Claims)),
            ("result", json!("maybe"), NotAReceipt::Signature(BadSignature::Claims)),
            ("name", json!("Li"), NotAReceipt::Signature(BadSignature::Claims)),
        ] {
            let mut other = claims();
            other[member] = value;
            assert_eq!(check(&signed(&key, TYPE, &other), &key), Err(why), "{member}");
        }
    }

    #[test]
    fn other_keys_and_other_messages_are_refused() {
        let key = SigningKey::generate();
        let text = signed(&key, TYPE, &claims());
        let other = SigningKey::generate();
        assert_eq!(check(&text, &other), Err(NotAReceipt::KeyUnknown));
        let forged = jws::sign(&other, &key.public().thumbprint(), TYPE, &claims());
        assert_eq!(check(&forged, &key), Err(NotAReceipt::Signature(BadSignature::Wrong)));
        let unnamed = jws::sign(&key, "", TYPE, &claims());
        assert_eq!(check(&unnamed, &key), Err(NotAReceipt::KeyUnknown));
        let token = signed(&key, "JWT", &claims());
        assert_eq!(check(&token, &key), Err(NotAReceipt::Form(BadJws::Type)));
        assert_eq!(check("", &key), Err(NotAReceipt::Form(BadJws::Form)));
        let long = "a".repeat(LONGEST + 1);
        assert_eq!(check(&long, &key), Err(NotAReceipt::Form(BadJws::TooLong)));
    }
}
