//! Content of a JWE: AES-GCM under a key used for this one message (RFC 7518 §5.3).

use aws_lc_rs::aead::{
    AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, NONCE_LEN, Nonce, UnboundKey,
};

use crate::{Secret, unfailing};

/// RFC 7518 §5.3: "Use of an Initialization Vector (IV) of size 96 bits is REQUIRED with this algorithm."
pub(super) const NONCE_LENGTH: usize = NONCE_LEN;
/// RFC 7518 §5.3: "The requested size of the Authentication Tag output MUST be 128 bits, regardless of the key size."
pub(super) const TAG_LENGTH: usize = MAX_TAG_LEN;

/// What does not open.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct NotOpened;

fn cipher(key: &[u8]) -> Option<LessSafeKey> {
    let algorithm = match key.len() {
        16 => &AES_128_GCM,
        32 => &AES_256_GCM,
        _ => return None,
    };
    UnboundKey::new(algorithm, key).ok().map(LessSafeKey::new)
}

/// Ciphertext and tag.
pub(super) fn seal(
    key: &[u8],
    nonce: [u8; NONCE_LENGTH],
    header: &[u8],
    plain: &[u8],
) -> (Vec<u8>, [u8; TAG_LENGTH]) {
    let mut body = plain.to_vec();
    let cipher = unfailing(cipher(key).ok_or("length"), "16 or 32 bytes are a key");
    let nonce = Nonce::assume_unique_for_key(nonce);
    let tag = unfailing(
        cipher.seal_in_place_separate_tag(nonce, Aad::from(header), &mut body),
        "sealing",
    );
    (body, unfailing(tag.as_ref().try_into(), "a tag has 16 bytes"))
}

/// The plain content, if header, ciphertext and tag are as they were written.
pub(super) fn open(
    key: &[u8],
    nonce: [u8; NONCE_LENGTH],
    header: &[u8],
    ciphertext: &[u8],
    tag: &[u8; TAG_LENGTH],
) -> Result<Secret<Vec<u8>>, NotOpened> {
    let mut body = Secret::new([ciphertext, tag].concat());
    let nonce = Nonce::assume_unique_for_key(nonce);
    let cipher = cipher(key).ok_or(NotOpened)?;
    let opened = cipher.open_in_place(nonce, Aad::from(header), body.expose_mut());
    let length = opened.map_err(|_| NotOpened)?.len();
    body.expose_mut().truncate(length);
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base64url;

    /// RFC 7516 appendix A.1, from the content's key on: its own key comes by an algorithm we refuse.
    #[test]
    fn the_published_example() {
        let key = [
            177, 161, 244, 128, 84, 143, 225, 115, 63, 180, 3, 255, 107, 154, 212, 246, 138, 7,
            110, 91, 112, 46, 34, 105, 47, 130, 203, 46, 122, 234, 64, 252,
        ];
        let nonce = [227, 197, 117, 252, 2, 219, 233, 68, 180, 225, 77, 219];
        let header = b"eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ";
        let plain = b"The true sign of intelligence is not knowledge but imagination.";
        let (ciphertext, tag) = seal(&key, nonce, header, plain);
        assert_eq!(
            base64url::encode(&ciphertext),
            "5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A"
        );
        assert_eq!(base64url::encode(&tag), "XFBoMYUZodetZdvTiFvSkQ");
        let opened = open(&key, nonce, header, &ciphertext, &tag).unwrap();
        assert_eq!(opened.expose(), plain);
    }
}
