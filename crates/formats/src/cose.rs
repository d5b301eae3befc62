//! Public keys as authenticators give them: COSE keys (RFC 9052 §7, RFC 9053 §7, RFC 8230 §4), of three algorithms.

use std::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents,
};

use crate::{BadSignature, cbor::Value};

/// The algorithms taken, in the order they are preferred: ES256, `EdDSA` on Ed25519, RS256.
///
/// WebAuthn §5.4: "Relying Parties that wish to support a wide range of authenticators SHOULD include at least" these
/// three.
pub const ALGORITHMS: [i64; 3] = [ES256, EDDSA, RS256];

const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;

/// The longest modulus taken, in bytes: 4096 bits.
const LONGEST_MODULUS: usize = 512;

/// A key that is none of these.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a COSE key of an algorithm that is taken")]
pub struct NotACoseKey;

/// A public key, ready to verify, with the bytes it is kept as.
#[derive(Clone)]
pub struct CoseKey {
    bytes: Vec<u8>,
    algorithm: i64,
    key: Parsed,
}

#[derive(Clone)]
enum Parsed {
    Ec(ParsedPublicKey),
    Rsa { n: Vec<u8>, e: Vec<u8> },
}

impl CoseKey {
    /// Reads a COSE key and nothing after it.
    pub fn read(bytes: &[u8]) -> Result<Self, NotACoseKey> {
        let value = Value::read(bytes).map_err(|_| NotACoseKey)?;
        let (algorithm, key) = parse(&value).ok_or(NotACoseKey)?;
        Ok(Self { bytes: bytes.to_vec(), algorithm, key })
    }

    /// The bytes it was read from.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its algorithm's number in the COSE registry.
    pub fn algorithm(&self) -> i64 {
        self.algorithm
    }

    /// Holds a signature against a message. The algorithm is the key's; no message chooses it.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        match &self.key {
            Parsed::Ec(key) => key.verify_sig(message, signature),
            Parsed::Rsa { n, e } => RsaPublicKeyComponents { n, e }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                message,
                signature,
            ),
        }
        .map_err(|_| BadSignature::Wrong)
    }
}

impl fmt::Debug for CoseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CoseKey({})", self.algorithm)
    }
}

fn parse(key: &Value<'_>) -> Option<(i64, Parsed)> {
    const KTY: i64 = 1;
    const ALG: i64 = 3;
    let number = |label| key.numbered(label).and_then(Value::int);
    let bytes = |label| key.numbered(label).and_then(Value::bytes);
    let algorithm = number(ALG)?;
    let key = match (number(KTY)?, algorithm) {
        // RFC 9053 §7.1.1: EC2 (2), on P-256 (1), x and y. WebAuthn §5.8.5: ES256 keys "MUST specify P-256 (1) as the
        // crv parameter and MUST NOT use the compressed point form."
        (2, ES256) if number(-1)? == 1 => {
            let (x, y) = (exactly::<32>(bytes(-2)?)?, exactly::<32>(bytes(-3)?)?);
            let point = [&[4], x.as_slice(), y.as_slice()].concat();
            Parsed::Ec(ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).ok()?)
        }
        // RFC 9053 §7.2: OKP (1), on Ed25519 (6), x.
        (1, EDDSA) if number(-1)? == 6 => {
            Parsed::Ec(ParsedPublicKey::new(&ED25519, exactly::<32>(bytes(-2)?)?).ok()?)
        }
        // RFC 8230 §4: RSA (3), n and e.
        (3, RS256) => {
            let (n, e) = (bytes(-1)?, bytes(-2)?);
            let sound = (256..=LONGEST_MODULUS).contains(&n.len()) && e.len() <= 4;
            let odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
            if !sound || !odd(n) || !odd(e) || e == [1] {
                return None;
            }
            Parsed::Rsa { n: n.to_vec(), e: e.to_vec() }
        }
        _ => return None,
    };
    Some((algorithm, key))
}

fn exactly<const N: usize>(bytes: &[u8]) -> Option<&[u8; N]> {
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    /// The key of WebAuthn §16.2.
    const KEY: &str = "a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220";

    fn read(hex: &str) -> Result<i64, NotACoseKey> {
        CoseKey::read(&HEXLOWER.decode(hex.as_bytes()).unwrap()).map(|key| key.algorithm())
    }

    #[test]
    fn a_key_says_its_algorithm_once_and_for_all() {
        assert_eq!(read(KEY), Ok(ES256));
        for (what, from, to) in [
            ("EdDSA on P-256", "0326", "0327"),
            ("ES384", "0326", "033822"),
            ("a symmetric key", "0102", "0104"),
            ("another curve", "2001", "2002"),
            ("no algorithm", "0326", "0426"),
            ("a point off the curve", "9220", "9221"),
            (
                "the point at infinity in one byte",
                "5820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220",
                "4100",
            ),
        ] {
            let changed = KEY.replacen(from, to, 1);
            assert_ne!(changed, KEY);
            assert_eq!(read(&changed), Err(NotACoseKey), "{what}");
        }
        assert_eq!(read(&format!("{KEY}00")), Err(NotACoseKey));
    }

    #[test]
    fn small_and_simple_rsa_keys_are_refused() {
        let rsa = |n: &[u8], e: &[u8]| {
            let mut key = vec![0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59];
            key.extend(u16::try_from(n.len()).unwrap().to_be_bytes());
            key.extend(n);
            key.extend([0x21, 0x40 + u8::try_from(e.len()).unwrap()]);
            key.extend(e);
            CoseKey::read(&key).is_ok()
        };
        assert!(rsa(&[0xff; 256], &[1, 0, 1]));
        assert!(!rsa(&[0xff; 255], &[1, 0, 1]), "below 2048 bits");
        assert!(!rsa(&[0xff; 513], &[1, 0, 1]), "beyond 4096 bits");
        assert!(!rsa(&[0xff; 256], &[1]), "every signature is its own message");
        assert!(!rsa(&[0xff; 256], &[4]), "even");
    }
}
