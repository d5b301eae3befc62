//! `COSE_Sign1`: one payload under one signature, in CBOR (RFC 9052 §4.2).
//!
//! As with a JWS, reading has two steps: [`UnverifiedSign1::parse`] looks at the form, [`UnverifiedSign1::verify`]
//! checks the signature. What kind of message it is, is signed along as external data, which costs no byte.

use std::convert::Infallible;

use crate::{
    BadSignature, SigningKey, Suite, Verified, VerifyingKey,
    cbor::{Value, Writer},
    signature::SIGNATURE_LENGTH,
};

/// The tag that may stand before a message: RFC 9052 §2, table 1, gives `COSE_Sign1` the number 18.
const TAG: u8 = 0xd2;

/// Header parameters (RFC 9052 §3.1; `typ`: RFC 9596).
const ALG: i64 = 1;
const KID: i64 = 4;
const TYP: i64 = 16;

/// What a signed message says about itself beside its algorithm.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Header<'a> {
    /// Which key signed.
    pub kid: Option<&'a [u8]>,
    /// What kind of message it is, where others read it too.
    pub typ: Option<&'a str>,
}

/// Signs a payload; `kind` is the external data that its reader must name again.
pub fn sign(key: &SigningKey, header: Header<'_>, kind: &[u8], payload: &[u8]) -> Vec<u8> {
    let by = |message: &[u8]| Ok::<_, Infallible>(key.sign(message));
    let Ok(signed) = sign_by(key.suite(), by, header, kind, payload);
    signed
}

/// The same by a key that is elsewhere and may refuse.
pub fn sign_by<E>(
    suite: Suite,
    by: impl FnOnce(&[u8]) -> Result<[u8; SIGNATURE_LENGTH], E>,
    header: Header<'_>,
    kind: &[u8],
    payload: &[u8],
) -> Result<Vec<u8>, E> {
    let protected = protected(suite, header);
    let signature = by(&to_be_signed(&protected, kind, payload))?;
    Ok(Writer::new().array(4).bytes(&protected).map(0).bytes(payload).bytes(&signature).done())
}

fn protected(suite: Suite, header: Header<'_>) -> Vec<u8> {
    let count = 1 + usize::from(header.kid.is_some()) + usize::from(header.typ.is_some());
    let mut map = Writer::new().map(count).int(ALG).int(suite.cose_algorithm());
    if let Some(kid) = header.kid {
        map = map.int(KID).bytes(kid);
    }
    if let Some(typ) = header.typ {
        map = map.int(TYP).text(typ);
    }
    map.done()
}

/// RFC 9052 §4.4: context, protected header, external data and payload, as one array.
fn to_be_signed(protected: &[u8], kind: &[u8], payload: &[u8]) -> Vec<u8> {
    Writer::new().array(4).text("Signature1").bytes(protected).bytes(kind).bytes(payload).done()
}

/// Why bytes are no message that we would check.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadSign1 {
    /// Not an array of header, header, payload and signature, or longer than the reader allows.
    #[error("not a COSE_Sign1 message")]
    Form,
    /// A header parameter that steers the check, stands in the wrong place, or that we do not know.
    #[error("the header is refused")]
    Header,
    /// Signed by an algorithm that is not accepted.
    #[error("the algorithm is not accepted")]
    Algorithm,
}

/// A message of good form. Nothing it says is known to be true.
#[derive(Clone, Debug)]
pub struct UnverifiedSign1<'a> {
    protected: &'a [u8],
    suite: Suite,
    header: Header<'a>,
    payload: &'a [u8],
    signature: &'a [u8; SIGNATURE_LENGTH],
}

impl<'a> UnverifiedSign1<'a> {
    /// Looks at the form of `bytes`, of at most `max_length`; the tag may be there or not.
    pub fn parse(bytes: &'a [u8], max_length: usize) -> Result<Self, BadSign1> {
        let bytes = bytes.strip_prefix(&[TAG]).unwrap_or(bytes);
        if bytes.len() > max_length {
            return Err(BadSign1::Form);
        }
        Self::of_value(&Value::read(bytes).map_err(|_| BadSign1::Form)?)
    }

    /// The same of an item that stood within another.
    pub(crate) fn of_value(value: &Value<'a>) -> Result<Self, BadSign1> {
        let Value::Array(parts) = value else { return Err(BadSign1::Form) };
        let [Value::Bytes(protected), unprotected, Value::Bytes(payload), Value::Bytes(signature)] =
            parts.as_slice()
        else {
            return Err(BadSign1::Form);
        };
        let (suite, mut header) = read_protected(protected)?;
        let Value::Map(unprotected) = unprotected else { return Err(BadSign1::Form) };
        match unprotected.as_slice() {
            [] => {}
            // A hint where to look for the key may be changed by anybody: it finds another key, and the check fails.
            [(Value::Int(KID), Value::Bytes(kid))] if header.kid.is_none() => {
                header.kid = Some(kid);
            }
            _ => return Err(BadSign1::Header),
        }
        let signature = (*signature).try_into().map_err(|_| BadSign1::Form)?;
        Ok(Self { protected, suite, header, payload, signature })
    }

    /// What the header says, to find the key by.
    pub fn unverified_header(&self) -> Header<'a> {
        self.header
    }

    /// The suite its algorithm belongs to.
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// The payload, to find the key by.
    pub fn unverified_payload(&self) -> &'a [u8] {
        self.payload
    }

    /// Checks the signature over a message of that kind; its payload.
    pub fn verify(
        &self,
        key: &VerifyingKey,
        kind: &[u8],
    ) -> Result<Verified<&'a [u8]>, BadSignature> {
        // RFC 9053 §2.1 has one algorithm used with many curves; here, as in a JWS, a key has exactly one.
        if self.suite != key.suite() {
            return Err(BadSignature::Wrong);
        }
        key.verify(&to_be_signed(self.protected, kind, self.payload), self.signature)?;
        Ok(Verified::new(self.payload))
    }
}

fn read_protected(bytes: &[u8]) -> Result<(Suite, Header<'_>), BadSign1> {
    let Ok(Value::Map(members)) = Value::read(bytes) else { return Err(BadSign1::Header) };
    let (mut suite, mut header) = (None, Header::default());
    for (name, value) in members {
        match (name, value) {
            // RFC 9052 §3.1: "This header parameter MUST be authenticated where the ability to do so exists."
            (Value::Int(ALG), Value::Int(number)) => {
                suite = Some(Suite::of_cose_algorithm(number).ok_or(BadSign1::Algorithm)?);
            }
            (Value::Int(KID), Value::Bytes(kid)) => header.kid = Some(kid),
            (Value::Int(TYP), Value::Text(typ)) => header.typ = Some(typ),
            // `crit` among them: what we do not know we do not pass over.
            _ => return Err(BadSign1::Header),
        }
    }
    Ok((suite.ok_or(BadSign1::Header)?, header))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEADER: Header<'_> = Header { kid: Some(b"key"), typ: Some("application/note") };

    fn read(bytes: &[u8], key: &SigningKey) -> Option<Vec<u8>> {
        let message = UnverifiedSign1::parse(bytes, 1_000).ok()?;
        let payload = message.verify(key.verifying_key(), b"note").ok()?;
        Some(payload.to_vec())
    }

    #[test]
    fn what_was_signed_is_read_back() {
        for key in Suite::ALL.map(SigningKey::generate_in) {
            let signed = sign(&key, HEADER, b"note", b"payload");
            let message = UnverifiedSign1::parse(&signed, 1_000).unwrap();
            assert_eq!(message.unverified_header(), HEADER);
            assert_eq!(message.suite(), key.suite());
            assert_eq!(read(&signed, &key).unwrap(), b"payload");
            assert_eq!(read(&[&[TAG][..], &signed].concat(), &key).unwrap(), b"payload");
            assert_eq!(read(&[&[TAG, TAG][..], &signed].concat(), &key), None);
            assert!(UnverifiedSign1::parse(&signed, signed.len() - 1).is_err());
        }
    }

    #[test]
    fn another_key_suite_or_kind_does_not_verify() {
        let keys = Suite::ALL.map(SigningKey::generate_in);
        for key in &keys {
            let signed = sign(key, HEADER, b"another kind", b"payload");
            assert_eq!(read(&signed, key), None);
            let signed = sign(key, HEADER, b"note", b"payload");
            for other in keys.iter().filter(|other| other.suite() != key.suite()) {
                assert_eq!(read(&signed, other), None);
            }
            assert_eq!(read(&signed, &SigningKey::generate_in(key.suite())), None);
        }
    }

    #[test]
    fn headers_that_steer_the_check_are_refused() {
        let key = SigningKey::generate();
        let with = |protected: &[u8], unprotected: &[u8]| {
            let signature = key.sign(&to_be_signed(protected, b"note", b"payload"));
            let message = Writer::new().array(4).bytes(protected).raw(unprotected);
            let message = message.bytes(b"payload").bytes(&signature).done();
            UnverifiedSign1::parse(&message, 1_000).map(|message| message.header.kid.is_some())
        };
        let alg = &[0xa1, 1, 0x26][..];
        assert_eq!(with(alg, &[0xa0]), Ok(false));
        assert_eq!(with(alg, &[0xa1, 4, 0x41, 7]), Ok(true), "kid as a hint");
        for (what, protected, unprotected, why) in [
            ("no algorithm", &[0xa0][..], &[0xa0][..], BadSign1::Header),
            ("the algorithm unprotected", &[0xa0], alg, BadSign1::Header),
            ("the algorithm twice", alg, alg, BadSign1::Header),
            ("an empty header", &[], &[0xa0], BadSign1::Header),
            ("crit", &[0xa2, 1, 0x26, 2, 0x81, 4], &[0xa0], BadSign1::Header),
            ("ES384", &[0xa1, 1, 0x38, 0x22], &[0xa0], BadSign1::Algorithm),
            ("HMAC", &[0xa1, 1, 5], &[0xa0], BadSign1::Algorithm),
            ("the algorithm by name", &[0xa1, 1, 0x61, b'a'], &[0xa0], BadSign1::Header),
            ("kid in both", &[0xa2, 1, 0x26, 4, 0x41, 7], &[0xa1, 4, 0x41, 7], BadSign1::Header),
            ("a chain", alg, &[0xa1, 0x18, 33, 0x41, 7], BadSign1::Header),
            ("no second header", alg, &[0xf6], BadSign1::Form),
        ] {
            assert_eq!(with(protected, unprotected), Err(why), "{what}");
        }
    }

    proptest! {
        #[test]
        fn any_changed_bit_is_refused(bit in any::<prop::sample::Index>(), suite in prop::sample::select(&Suite::ALL[..])) {
            let key = SigningKey::generate_in(suite);
            let mut signed = sign(&key, HEADER, b"note", b"payload");
            let bit = bit.index(signed.len() * 8);
            signed[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(read(&signed, &key), None);
        }
    }
}
