//! Keys agreed upon: ECDH-ES on P-256 with the Concat KDF, and AES key wrap under what it gives (RFC 7518 §4.6).

use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree as diffie_hellman},
    kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest},
    key_wrap::{AES_128, AES_256, AesKek, KeyWrap},
};
use serde::Serialize;

use super::{ContentEncryption, KeyAlgorithm};
use crate::{Secret, base64url, unfailing};

/// Length of a coordinate of P-256.
const COORDINATE: usize = 32;
/// What key wrap adds (RFC 3394 §2.2.1).
const WRAPPING: usize = 8;

/// An uncompressed point of P-256.
pub(super) type Point = [u8; 1 + 2 * COORDINATE];

/// Nothing could be agreed: the other's point is not on the curve.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct NotAgreed;

/// What both sides say of themselves, `apu` and `apv`.
#[derive(Debug, Default)]
pub(super) struct Parties {
    pub(super) producer: Vec<u8>,
    pub(super) recipient: Vec<u8>,
}

/// A message's own public key, `epk`.
#[derive(Serialize)]
pub(super) struct EphemeralJwk {
    kty: &'static str,
    crv: &'static str,
    x: String,
    y: String,
}

impl EphemeralJwk {
    pub(super) fn of(key: &PrivateKey) -> Self {
        let public = unfailing(key.compute_public_key(), "a key has a public half");
        let (x, y) = match public.as_ref() {
            [_, coordinates @ ..] => coordinates.split_at(COORDINATE.min(coordinates.len())),
            [] => (&[][..], &[][..]),
        };
        Self { kty: "EC", crv: "P-256", x: base64url::encode(x), y: base64url::encode(y) }
    }
}

/// The point with these coordinates.
pub(super) fn point(x: &[u8; COORDINATE], y: &[u8; COORDINATE]) -> Point {
    let mut point = [4; 1 + 2 * COORDINATE];
    let (_, coordinates) = point.split_at_mut(1);
    for (place, byte) in coordinates.iter_mut().zip(x.iter().chain(y)) {
        *place = *byte;
    }
    point
}

/// The key both sides agree upon: the content's, or the one that wraps it.
pub(super) fn agree(
    own: &PrivateKey,
    other: &Point,
    alg: KeyAlgorithm,
    enc: ContentEncryption,
    parties: &Parties,
) -> Result<Secret<Vec<u8>>, NotAgreed> {
    // RFC 7518 §4.6.2: in direct agreement the name is that of `enc`, else that of `alg`.
    let (name, length) = match alg {
        KeyAlgorithm::EcdhEsA128Kw => (alg.as_str(), 16),
        KeyAlgorithm::EcdhEsA256Kw => (alg.as_str(), 32),
        KeyAlgorithm::EcdhEs | KeyAlgorithm::RsaOaep256 => (enc.as_str(), enc.key_length()),
    };
    let bits = u32::try_from(length * 8).map_err(|_| NotAgreed)?;
    let mut info = Vec::new();
    for part in [name.as_bytes(), &parties.producer, &parties.recipient] {
        info.extend(u32::try_from(part.len()).map_err(|_| NotAgreed)?.to_be_bytes());
        info.extend(part);
    }
    info.extend(bits.to_be_bytes());
    let other = UnparsedPublicKey::new(&ECDH_P256, other);
    diffie_hellman(own, other, NotAgreed, |shared| {
        let mut key = Secret::new(vec![0; length]);
        let sha256 = get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256).ok_or(NotAgreed)?;
        sskdf_digest(sha256, shared, &info, key.expose_mut()).map_err(|_| NotAgreed)?;
        Ok(key)
    })
}

fn wrapping_key(key: &[u8]) -> Option<AesKek> {
    match key.len() {
        16 => AesKek::new(&AES_128, key).ok(),
        32 => AesKek::new(&AES_256, key).ok(),
        _ => None,
    }
}

/// A content's key, wrapped (RFC 3394).
pub(super) fn wrap(wrapping: &[u8], content_key: &[u8]) -> Vec<u8> {
    let mut wrapped = vec![0; content_key.len() + WRAPPING];
    let key = unfailing(wrapping_key(wrapping).ok_or("length"), "16 or 32 bytes are a key");
    unfailing(key.wrap(content_key, &mut wrapped).map(drop), "wrapping");
    wrapped
}

/// A content's key, unwrapped.
pub(super) fn unwrap(wrapping: &[u8], wrapped: &[u8]) -> Option<Secret<Vec<u8>>> {
    let mut content_key = Secret::new(vec![0; wrapped.len().checked_sub(WRAPPING)?]);
    let key = wrapping_key(wrapping)?;
    key.unwrap(wrapped, content_key.expose_mut()).ok()?;
    Some(content_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> [u8; 32] {
        base64url::decode_array(text).unwrap()
    }

    /// RFC 7518 appendix C.
    #[test]
    fn the_published_agreement() {
        let alice = bytes("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo");
        let bob = bytes("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw");
        let alices = point(
            &bytes("gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0"),
            &bytes("SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"),
        );
        let bobs = point(
            &bytes("weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ"),
            &bytes("e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck"),
        );
        let parties = Parties { producer: b"Alice".to_vec(), recipient: b"Bob".to_vec() };
        for (own, other) in [(alice, bobs), (bob, alices)] {
            let own = PrivateKey::from_private_key(&ECDH_P256, &own).unwrap();
            let (alg, enc) = (KeyAlgorithm::EcdhEs, ContentEncryption::A128Gcm);
            let agreed = agree(&own, &other, alg, enc, &parties).unwrap();
            assert_eq!(base64url::encode(agreed.expose()), "VqqN6vgjbSBcIijNcacQGg");
        }
    }

    /// RFC 3394 §4.3 and §4.6.
    #[test]
    fn the_published_wraps() {
        let hex = |text: &str| data_encoding::HEXUPPER.decode(text.as_bytes()).unwrap();
        for (key, content, wrapped) in [
            (
                "000102030405060708090A0B0C0D0E0F",
                "00112233445566778899AABBCCDDEEFF",
                "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5",
            ),
            (
                "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
                "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F",
                "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21",
            ),
        ] {
            let (key, content, wrapped) = (hex(key), hex(content), hex(wrapped));
            assert_eq!(wrap(&key, &content), wrapped);
            assert_eq!(unwrap(&key, &wrapped).unwrap().expose(), &content);
        }
    }
}
