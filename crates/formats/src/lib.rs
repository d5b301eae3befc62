//! Signed and sealed bytes: untrusted bytes in, [`Verified`] values out.
//!
//! Knows: keys, signatures, JSON Web Keys, Signatures and Encryption, selective disclosure, status lists, passkeys, clients' certificates, checkpoints of a log, QR codes shown off
//! line, authenticated encryption, keyed hashes, short secrets stretched, the curve arithmetic behind application identifiers.
//! Must not know: who a claim is about, where it came from, the network, the time. → `protocol` and `service` decide.

pub mod base45;
pub mod base64url;
mod cbor;
pub mod certificate;
pub mod chain;
pub mod checkpoint;
pub mod cose;
pub mod cose_sign1;
pub mod distinguished_name;
pub mod ed25519;
mod es256;
pub mod json;
pub mod jwe;
pub mod jwk;
pub mod jws;
pub mod mac;
pub mod ml_dsa;
pub mod note;
pub mod pairwise;
pub mod possession;
pub mod qr;
pub mod sd_jwt;
pub mod seal;
pub mod secret;
pub mod signature;
mod sm2;
pub mod status_list;
pub mod stretched;
pub mod suite;
pub mod verified;
pub mod webauthn;

pub use certificate::{AlternativeName, Certificate};
pub use chain::{Authorities, BadChain, CertificateChain};
pub use checkpoint::{Checkpoint, LogKey, LogKeys};
pub use cose::CoseKey;
pub use cose_sign1::UnverifiedSign1;
pub use distinguished_name::DistinguishedName;
pub use ed25519::Ed25519Key;
pub use jwe::{EncryptionKey, EncryptionKeys, OpeningKey, UnopenedJwe};
pub use jwk::{Jwk, JwkSet};
pub use jws::{Signer, UnverifiedClaims, UnverifiedJws};
pub use mac::MacKey;
pub use ml_dsa::{MlDsa44Key, MlDsa44Public};
pub use seal::{Cipher, SealingKey};
pub use secret::Secret;
pub use signature::{BadKey, BadSignature, SigningKey, VerifyingKey};
pub use stretched::{Salt, Stretched};
pub use suite::Suite;
pub use verified::Verified;

/// Unwraps what fails only when the process has no memory or the system no entropy left.
///
/// Nothing above could answer such a failure better than the request ending here.
#[expect(
    clippy::expect_used,
    reason = "the one place where the cryptographic library's own faults end"
)]
pub(crate) fn unfailing<T, E: std::fmt::Debug>(outcome: Result<T, E>, doing: &'static str) -> T {
    outcome.expect(doing)
}
