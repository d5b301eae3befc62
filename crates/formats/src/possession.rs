//! Proofs of possession: a JWS that brings the key it was signed with (RFC 9449 §4.2, `OpenID4VCI` §8.2).
//!
//! Such a proof says nothing about who holds the key, only that whoever wrote the claims does. Everything else reads a
//! JWS by [`UnverifiedJws::parse`], which refuses a key inside the message.

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    BadSignature, Jwk, SigningKey, Suite, UnverifiedJws, Verified,
    jws::{BadJws, WrittenHeader, sign_under},
};

/// As for any JWS, but for `jwk`, without which there is no proof.
const REFUSED_PARAMETERS: [&str; 6] = ["b64", "crit", "jku", "kid", "x5c", "x5u"];

/// Why a text proves possession of no key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadProof {
    /// Not a JWS of this kind.
    #[error(transparent)]
    Jws(#[from] BadJws),
    /// No key in the header, or one that cannot be used: another type, off the curve, a private one.
    #[error("the header carries no usable public key")]
    Key,
    /// Not signed by the key it carries.
    #[error(transparent)]
    Signature(#[from] BadSignature),
}

/// Claims and the key whose holder wrote them; `text` is of at most `max_length` bytes and of this `typ`.
pub fn verify<T: DeserializeOwned>(
    typ: &str,
    text: &str,
    max_length: usize,
) -> Result<(Verified<T>, Jwk), BadProof> {
    verify_in(Suite::International, typ, text, max_length)
}

/// The same of a key of that suite: where the one who asks for the proof names it.
pub fn verify_in<T: DeserializeOwned>(
    suite: Suite,
    typ: &str,
    text: &str,
    max_length: usize,
) -> Result<(Verified<T>, Jwk), BadProof> {
    let (jws, members) = UnverifiedJws::parse_refusing(&REFUSED_PARAMETERS, text, max_length)?;
    // RFC 9449 §4.3: "the alg JOSE header parameter indicates a registered asymmetric digital signature algorithm …, is not none,
    // is supported by the application, and is acceptable per local policy". RFC 9449 §11.6: "In particular, the algorithm none
    // MUST NOT be allowed." RFC 9449 §11.5: "Servers accepting signed DPoP proof JWTs MUST verify that the typ field is dpop+jwt".
    let jws = jws.expect_typ(typ)?;
    let key = members.get("jwk").cloned().ok_or(BadProof::Key)?;
    let key = Jwk::of_suite(suite, key).ok_or(BadProof::Key)?;
    let claims = jws.verify(key.verifying_key())?;
    Ok((claims, key))
}

/// Signs claims under a header that carries the public key.
///
/// # Panics
/// When `claims` cannot be written as JSON, which is a mistake in their type.
pub fn sign<T: Serialize>(key: &SigningKey, typ: &str, claims: &T) -> String {
    let jwk = Some(key.public());
    sign_under(key, &WrittenHeader { jwk, ..WrittenHeader::of((key, "").into(), typ) }, claims)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::base64url;

    const TYP: &str = "dpop+jwt";

    fn forge(key: &SigningKey, header: &Value) -> String {
        let signed = [header, &json!({"jti": "a"})]
            .map(|part| base64url::encode(part.to_string().as_bytes()))
            .join(".");
        format!("{signed}.{}", base64url::encode(&key.sign(signed.as_bytes())))
    }

    fn read(text: &str) -> Result<(Verified<Value>, Jwk), BadProof> {
        verify(TYP, text, 4096)
    }

    #[test]
    fn who_signs_holds_the_key() {
        let key = SigningKey::generate();
        let (claims, found) = read(&sign(&key, TYP, &json!({"jti": "a"}))).unwrap();
        assert_eq!(claims["jti"], "a");
        assert_eq!(found.thumbprint(), key.public().thumbprint());
    }

    /// RFC 9449 §4.1, figure 1.
    #[test]
    fn the_published_proof_verifies() {
        let text = concat!(
            "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6Ik",
            "VDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCR",
            "nMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JE",
            "QSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIj",
            "oiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwia",
            "WF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg",
            "4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg",
        );
        let (claims, key) = read(text).unwrap();
        assert_eq!(claims["htu"], "https://server.example.com/token");
        // RFC 9449 §6.1, figure 6.
        assert_eq!(key.thumbprint(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }

    #[test]
    fn a_proof_is_of_the_suite_that_was_asked_for() {
        for suite in Suite::ALL {
            let proof = sign(&SigningKey::generate_in(suite), TYP, &json!({}));
            for asked in Suite::ALL {
                let read = verify_in::<Value>(asked, TYP, &proof, 4096);
                assert_eq!(read.is_ok(), asked == suite);
            }
        }
    }

    #[test]
    fn nobody_else_does() {
        let (key, other) = (SigningKey::generate(), SigningKey::generate());
        let header = |jwk: Value| json!({"alg": "ES256", "typ": TYP, "jwk": jwk});
        let public = serde_json::to_value(key.public()).unwrap();
        let mut private = public.clone();
        private["d"] = json!("AAAA");
        let mut off = public.clone();
        off["y"] = off["x"].clone();
        assert_eq!(
            read(&forge(&other, &header(public.clone()))).unwrap_err(),
            BadSignature::Wrong.into()
        );
        for jwk in [Value::Null, json!({}), json!({"kty": "oct", "k": "AAAA"}), private, off] {
            assert_eq!(read(&forge(&key, &header(jwk))).unwrap_err(), BadProof::Key);
        }
        for (name, value) in [
            ("alg", json!("none")),
            ("alg", json!("HS256")),
            ("typ", json!("JWT")),
            ("typ", Value::Null),
            ("kid", json!("mine")),
            ("crit", json!(["exp"])),
            ("x5c", json!([])),
        ] {
            let mut changed = header(public.clone());
            changed[name] = value;
            assert!(matches!(read(&forge(&key, &changed)), Err(BadProof::Jws(_))), "{name}");
        }
        assert!(verify::<Value>(TYP, &sign(&key, TYP, &json!({})), 64).is_err(), "too long");
    }
}
