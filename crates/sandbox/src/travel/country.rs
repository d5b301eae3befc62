//! An invented country: its signing authority, one document signer, and security objects over data groups.

use std::collections::BTreeMap;

use formats::mac::sha256;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};

use super::der::{name, octets, sequence, set, small, wrap};
use crate::dice::Seed;

const EC_PUBLIC_KEY: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";
const P256: &[u8] = b"\x2a\x86\x48\xce\x3d\x03\x01\x07";
const ECDSA_SHA256: &[u8] = b"\x2a\x86\x48\xce\x3d\x04\x03\x02";
const SHA256: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x02\x01";
const SIGNED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const CONTENT_TYPE: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03";
const MESSAGE_DIGEST: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04";
/// `id-icao-mrtd-security-ldsSecurityObject`
const SECURITY_OBJECT: &[u8] = b"\x67\x81\x08\x01\x01\x01";

/// From before anybody's document to after the last one.
const VALIDITY: [&[u8]; 2] = [b"200101000000Z", b"491231235959Z"];

/// A country that signs documents.
#[derive(Clone, Debug)]
pub(crate) struct Country {
    authority: Vec<u8>,
    signer: Vec<u8>,
    signer_key: SigningKey,
    issuer: Vec<u8>,
}

impl Country {
    /// The country with these two letters, founded out of the seed.
    pub(crate) fn found(seed: Seed, letters: &str) -> Self {
        let authority_key = key(seed, &format!("authority {letters}"), 0);
        let signer_key = key(seed, &format!("document signer {letters}"), 0);
        let issuer = distinguished_name(letters, "SANDBOX Country Signing Authority");
        let subject = distinguished_name(letters, "SANDBOX Document Signer");
        let certificate = |serial, subject: &[u8], key: &SigningKey, extensions: &[&[u8]]| {
            let validity: Vec<u8> = VALIDITY.iter().flat_map(|time| wrap(0x17, &[time])).collect();
            let key_id = extension(b"\x55\x1d\x0e", false, &octets(&key_id(key)));
            let by = sequence(&[&wrap(0x80, &[&self::key_id(&authority_key)])]);
            let by = extension(b"\x55\x1d\x23", false, &by);
            let all = [&[key_id.as_slice(), &by], extensions].concat();
            let body = sequence(&[
                &wrap(0xa0, &[&small(2)]),
                &small(serial),
                &sequence(&[&name(ECDSA_SHA256)]),
                &issuer,
                &sequence(&[&validity]),
                subject,
                &public_key(key),
                &wrap(0xa3, &[&sequence(&all)]),
            ]);
            let signature = wrap(0x03, &[&[0], &sign(&authority_key, &body)]);
            sequence(&[&body, &sequence(&[&name(ECDSA_SHA256)]), &signature])
        };
        // keyCertSign and cRLSign; an authority without authorities below it.
        let usage = extension(b"\x55\x1d\x0f", true, b"\x03\x02\x01\x06");
        let limits = extension(b"\x55\x1d\x13", true, b"\x30\x06\x01\x01\xff\x02\x01\x00");
        let authority = certificate(1, &issuer, &authority_key, &[&usage, &limits]);
        // digitalSignature
        let usage = extension(b"\x55\x1d\x0f", true, b"\x03\x02\x07\x80");
        let signer = certificate(2, &subject, &signer_key, &[&usage]);
        Self { authority, signer, signer_key, issuer }
    }

    /// The authority's certificate, in DER.
    pub(crate) fn certificate(&self) -> &[u8] {
        &self.authority
    }

    /// EF.SOD over these data groups (ICAO 9303-10 §4.6.2, RFC 5652).
    pub(super) fn security_object(&self, groups: &BTreeMap<u8, Vec<u8>>) -> Vec<u8> {
        let digest = sequence(&[&name(SHA256)]);
        let digests: Vec<u8> = groups
            .iter()
            .flat_map(|(number, file)| sequence(&[&small(*number), &octets(&sha256(file))]))
            .collect();
        let content = sequence(&[&small(0), &digest, &sequence(&[&digests])]);
        let content_type = sequence(&[&name(CONTENT_TYPE), &set(&[&name(SECURITY_OBJECT)])]);
        let message_digest =
            sequence(&[&name(MESSAGE_DIGEST), &set(&[&octets(&sha256(&content))])]);
        let attributes = [content_type, message_digest].concat();
        let signature = sign(&self.signer_key, &set(&[&attributes]));
        let signer_info = sequence(&[
            &small(1),
            &sequence(&[&self.issuer, &small(2)]),
            &digest,
            &wrap(0xa0, &[&attributes]),
            &sequence(&[&name(ECDSA_SHA256)]),
            &octets(&signature),
        ]);
        let signed = sequence(&[
            &small(3),
            &set(&[&digest]),
            &sequence(&[&name(SECURITY_OBJECT), &wrap(0xa0, &[&octets(&content)])]),
            &wrap(0xa0, &[&self.signer]),
            &set(&[&signer_info]),
        ]);
        wrap(0x77, &[&sequence(&[&name(SIGNED_DATA), &wrap(0xa0, &[&signed])])])
    }
}

/// The first candidate that is a scalar of the curve; all but one in 2³² are.
pub(super) fn key(seed: Seed, label: &str, index: u64) -> SigningKey {
    let mut attempt = 0;
    loop {
        let scalar = seed.bytes(&format!("{label} key {attempt}"), index);
        if let Ok(key) = SigningKey::from_slice(&scalar) {
            return key;
        }
        attempt += 1;
    }
}

/// `SubjectPublicKeyInfo`
pub(super) fn public_key(key: &SigningKey) -> Vec<u8> {
    let point = key.verifying_key().to_sec1_point(false);
    let bits = wrap(0x03, &[&[0], point.as_bytes()]);
    sequence(&[&sequence(&[&name(EC_PUBLIC_KEY), &name(P256)]), &bits])
}

fn key_id(key: &SigningKey) -> Vec<u8> {
    sha256(&public_key(key)).first_chunk::<20>().map_or(Vec::new(), |id| id.to_vec())
}

fn sign(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    let signature: Signature = key.sign(message);
    signature.to_der().as_bytes().to_vec()
}

fn extension(of: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { b"\x01\x01\xff" } else { b"" };
    sequence(&[&name(of), critical, &octets(value)])
}

fn distinguished_name(letters: &str, common: &str) -> Vec<u8> {
    let part = |kind: &[u8], tag, text: &str| {
        set(&[&sequence(&[&name(kind), &wrap(tag, &[text.as_bytes()])])])
    };
    sequence(&[&part(b"\x55\x04\x06", 0x13, letters), &part(b"\x55\x04\x03", 0x0c, common)])
}
