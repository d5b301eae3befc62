//! SM2 with SM3 (GM/T 0003.2, GB/T 32918.2): the signatures of the `ShangMi` suite.
//!
//! A signature here covers not the message alone but Z, a hash of the signer's user identifier, the curve and the public
//! key, before it. The user identifier is the default one of GM/T 0009, as in every certificate and library.
//! What carries keys and signatures is chosen in decision 0032: r and s side by side, as in JOSE.

use sm2::{
    SecretKey,
    dsa::{
        self, Signature,
        signature::{Signer, Verifier},
    },
    elliptic_curve::sec1::ToSec1Point,
    pkcs8::{DecodePrivateKey, EncodePrivateKey},
};

use crate::{
    BadSignature, Secret,
    signature::{BadKey, Point, SIGNATURE_LENGTH},
    unfailing,
};

/// The user identifier of who has none: GM/T 0009-2012 gives these sixteen characters as the default.
const USER_IDENTIFIER: &str = "1234567812345678";

/// The order of the curve less one (GM/T 0003.5): as a private key it has no inverse of d + 1, so it cannot sign.
const LARGEST: [u8; 32] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x22,
];

/// A private key, ready to sign.
#[derive(Clone)]
pub(crate) struct PrivateKey {
    key: dsa::SigningKey,
    secret: SecretKey,
}

impl PrivateKey {
    /// A new key, from the chance of the cryptographic library.
    #[expect(
        clippy::disallowed_methods,
        reason = "keys are drawn where those of ES256 are, from aws-lc-rs, and no caller can get it wrong"
    )]
    pub(crate) fn generate() -> Self {
        loop {
            let mut bytes = zeroize::Zeroizing::new([0; 32]);
            unfailing(aws_lc_rs::rand::fill(bytes.as_mut()), "drawing a key");
            // Beyond the order, one draw in four thousand million: drawn again, as leaving a bias would be worse.
            if let Ok(key) =
                SecretKey::from_slice(bytes.as_ref()).map_err(|_| BadKey).and_then(Self::new)
            {
                return key;
            }
        }
    }

    /// Reads an unencrypted PKCS#8 document.
    pub(crate) fn from_pkcs8(document: &[u8]) -> Result<Self, BadKey> {
        SecretKey::from_pkcs8_der(document).map_err(|_| BadKey).and_then(Self::new)
    }

    fn new(secret: SecretKey) -> Result<Self, BadKey> {
        if secret.to_bytes().as_slice() == LARGEST {
            return Err(BadKey);
        }
        let key = dsa::SigningKey::new(USER_IDENTIFIER, &secret).map_err(|_| BadKey)?;
        Ok(Self { key, secret })
    }

    pub(crate) fn to_pkcs8(&self) -> Secret<Vec<u8>> {
        Secret::new(unfailing(self.secret.to_pkcs8_der(), "PKCS#8 encoding").as_bytes().to_vec())
    }

    pub(crate) fn public(&self) -> PublicKey {
        PublicKey::new(self.key.verifying_key().clone())
    }

    /// Signs; the number that must never come twice is derived from key and message (RFC 6979, with SM3), not drawn.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        let signature: Signature = unfailing(self.key.try_sign(message), "signing");
        unfailing(signature.to_bytes().as_slice().try_into(), "SM2 signatures have 64 bytes")
    }
}

/// A public key, known to be a point of the curve, its Z computed.
pub(crate) struct PublicKey {
    key: dsa::VerifyingKey,
    point: Point,
}

impl PublicKey {
    pub(crate) fn from_point(point: &Point) -> Result<Self, BadKey> {
        dsa::VerifyingKey::from_sec1_bytes(USER_IDENTIFIER, point)
            .map(|key| Self { key, point: *point })
            .map_err(|_| BadKey)
    }

    fn new(key: dsa::VerifyingKey) -> Self {
        let point = key.to_sec1_point(false).as_bytes().try_into();
        Self { key, point: unfailing(point, "a public key is a point") }
    }

    pub(crate) fn point(&self) -> &[u8] {
        &self.point
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        let signature = Signature::from_slice(signature).map_err(|_| BadSignature::Wrong)?;
        self.key.verify(message, &signature).map_err(|_| BadSignature::Wrong)
    }
}

/// The whole point behind its x coordinate and the sign of y.
pub(crate) fn decompress(point: &[u8]) -> Option<Point> {
    let key = sm2::PublicKey::from_sec1_bytes(point).ok()?;
    key.to_sec1_point(false).as_bytes().try_into().ok()
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXUPPER;
    use sm2::dsa::signature::hazmat::PrehashVerifier;
    use sm3::{Digest, Sm3};

    use super::*;

    fn hex<const N: usize>(text: &str) -> [u8; N] {
        HEXUPPER.decode(text.as_bytes()).unwrap().try_into().unwrap()
    }

    const X: &str = "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020";
    const Y: &str = "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13";
    const R_AND_S: &str = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA";

    fn published() -> PublicKey {
        PublicKey::from_point(&hex(&format!("04{X}{Y}"))).unwrap()
    }

    /// GM/T 0003.5-2012 appendix A.2: the signature on the recommended curve, with the default user identifier.
    #[test]
    fn the_example_of_gm_t_0003_5() {
        let key = published();
        let signature = hex::<64>(R_AND_S);
        assert_eq!(key.verify(b"message digest", &signature), Ok(()));
        assert_eq!(key.verify(b"message digesT", &signature), Err(BadSignature::Wrong));
        for place in 0..64 {
            let mut altered = signature;
            altered[place] ^= 1;
            assert_eq!(
                key.verify(b"message digest", &altered),
                Err(BadSignature::Wrong),
                "{place}"
            );
        }
        let secret = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8";
        let secret = SecretKey::from_slice(&hex::<32>(secret)).unwrap();
        assert_eq!(PrivateKey::new(secret).unwrap().public().point(), key.point());
    }

    /// The same example on the way: Z of key and user identifier, and the hash of Z and message.
    #[test]
    fn z_is_as_published() {
        let curve = [
            "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC",
            "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93",
            "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7",
            "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0",
            X,
            Y,
        ];
        let mut z = Sm3::new_with_prefix(128_u16.to_be_bytes());
        z.update(USER_IDENTIFIER);
        for part in curve {
            z.update(hex::<32>(part));
        }
        let z = z.finalize();
        let published_z = "B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3";
        assert_eq!(HEXUPPER.encode(&z), published_z);
        let e = Sm3::new_with_prefix(z).chain_update("message digest").finalize();
        let published_e = "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640";
        assert_eq!(HEXUPPER.encode(&e), published_e);
        let signature = Signature::from_slice(&hex::<64>(R_AND_S)).unwrap();
        assert!(published().key.verify_prehash(&e, &signature).is_ok());
    }

    #[test]
    fn another_user_identifier_is_another_signature() {
        let secret = SecretKey::from_slice(&[7; 32]).unwrap();
        let other = dsa::SigningKey::new("ALICE123@YAHOO.COM", &secret).unwrap();
        let signature: Signature = other.sign(b"message");
        let key = PrivateKey::new(secret).unwrap().public();
        assert_eq!(key.verify(b"message", &signature.to_bytes()), Err(BadSignature::Wrong));
    }

    #[test]
    fn a_key_that_cannot_sign_is_none() {
        let last = SecretKey::from_slice(&LARGEST).unwrap();
        assert!(PrivateKey::new(last).is_err());
    }
}
