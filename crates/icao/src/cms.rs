//! CMS `SignedData` (RFC 5652), as security objects and master lists use it: content inside, one digest, signed attributes.
//!
//! Read from the bytes themselves: what was signed is exactly what was sent.

use crate::{
    Refused,
    algorithms::{Digest, Scheme},
    certificate::Certificate,
    distinguished_name::DistinguishedName,
    tlv,
    tlv::Reader,
};

/// How many certificates a message may carry.
const MOST_CERTIFICATES: usize = 8;

/// `id-signedData`: 1.2.840.113549.1.7.2.
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// `id-contentType`: 1.2.840.113549.1.9.3.
const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
/// `id-messageDigest`: 1.2.840.113549.1.9.4.
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];

/// A signed message, read but not verified.
pub(crate) struct SignedData<'a> {
    /// The content, whose digest is the one in the signed attributes.
    pub(crate) content: &'a [u8],
    /// The certificates it carries, in DER.
    pub(crate) certificates: Vec<&'a [u8]>,
    signer: SignerInfo<'a>,
}

struct SignerInfo<'a> {
    version: u8,
    identifier: Identifier<'a>,
    digest: Digest,
    attributes: &'a [u8],
    /// The attributes as they are signed.
    signed: Vec<u8>,
    scheme: Scheme,
    signature: &'a [u8],
}

enum Identifier<'a> {
    Serial { issuer: DistinguishedName, serial: &'a [u8] },
    KeyId(&'a [u8]),
}

impl<'a> SignedData<'a> {
    /// Reads a `ContentInfo` whose content is of this type; checks the content's digest, not the signature.
    pub(crate) fn parse(message: &'a [u8], content_type: &[u8]) -> Result<Self, Refused> {
        let mut info = Reader::new(tlv::only(message, 0x30)?);
        if info.expect(0x06)? != SIGNED_DATA {
            return Err(Refused::Malformed);
        }
        let inside = tlv::only(info.expect(0xa0)?, 0x30)?;
        info.end()?;
        let mut inside = Reader::new(inside);
        // RFC 5652 §5.1: version 3 if "encapContentInfo eContentType is other than id-data", without old certificates.
        if inside.expect(0x02)? != [3] {
            return Err(Refused::Malformed);
        }
        let digests = inside.expect(0x31)?;
        let content = content(inside.expect(0x30)?, content_type)?;
        let certificates = match inside.take(0xa0)? {
            Some(set) => certificates(set.value)?,
            None => Vec::new(),
        };
        // Revocation lists that travel with what they might revoke say nothing.
        inside.take(0xa1)?;
        let signer = SignerInfo::parse(tlv::only(inside.expect(0x31)?, 0x30)?)?;
        inside.end()?;
        let mut announced = Reader::new(digests);
        let mut found = false;
        while let Some(identifier) = announced.next()? {
            found |= Digest::parse(identifier.whole)? == signer.digest;
        }
        if !found {
            return Err(Refused::Malformed);
        }
        signer.covers(content, content_type)?;
        Ok(Self { content, certificates, signer })
    }

    /// Is this the signer's certificate?
    pub(crate) fn is_signer(&self, certificate: &Certificate) -> bool {
        match self.signer.identifier {
            Identifier::Serial { ref issuer, serial } => {
                certificate.serial == serial && certificate.issuer == *issuer
            }
            Identifier::KeyId(id) => certificate.key_id.as_deref() == Some(id),
        }
    }

    /// Does the signature hold under this certificate's key?
    pub(crate) fn signed_by(&self, certificate: &Certificate) -> Result<(), Refused> {
        certificate.key.verify(self.signer.scheme, &self.signer.signed, self.signer.signature)
    }

    /// The digest it was signed with.
    pub(crate) fn digest(&self) -> Digest {
        self.signer.digest
    }
}

/// RFC 5652 §5.2: `eContentType`, `[0] EXPLICIT OCTET STRING`.
fn content<'a>(encapsulated: &'a [u8], content_type: &[u8]) -> Result<&'a [u8], Refused> {
    let mut inside = Reader::new(encapsulated);
    if inside.expect(0x06)? != content_type {
        return Err(Refused::Malformed);
    }
    let content = tlv::only(inside.expect(0xa0)?, 0x04)?;
    inside.end()?;
    Ok(content)
}

fn certificates(set: &[u8]) -> Result<Vec<&[u8]>, Refused> {
    let mut reader = Reader::new(set);
    let mut certificates = Vec::new();
    while let Some(certificate) = reader.next()? {
        if certificate.tag != 0x30 || certificates.len() == MOST_CERTIFICATES {
            return Err(Refused::Malformed);
        }
        certificates.push(certificate.whole);
    }
    Ok(certificates)
}

impl<'a> SignerInfo<'a> {
    fn parse(info: &'a [u8]) -> Result<Self, Refused> {
        let mut inside = Reader::new(info);
        let [version] = *inside.expect(0x02)? else { return Err(Refused::Malformed) };
        let identifier = inside.any()?;
        let digest = Digest::parse(inside.any()?.whole)?;
        // RFC 5652 §5.3: signedAttrs "MUST be present if the content type ... is not id-data".
        let attributes = inside.take(0xa0)?.ok_or(Refused::Malformed)?;
        let scheme = Scheme::parse(inside.any()?.whole, Some(digest))?;
        let signature = inside.expect(0x04)?;
        inside.take(0xa1)?;
        inside.end()?;
        let identifier = match (identifier.tag, version) {
            (0x30, 1) => {
                let mut inside = Reader::new(identifier.value);
                let issuer = DistinguishedName::parse(inside.any()?.whole)?;
                let serial = inside.expect(0x02)?;
                inside.end()?;
                Identifier::Serial { issuer, serial }
            }
            (0x80, 3) => Identifier::KeyId(identifier.value),
            _ => return Err(Refused::Malformed),
        };
        // RFC 5652 §5.4: "A separate encoding of the signedAttrs field is performed for message digest calculation. The
        // IMPLICIT [0] tag in the signedAttrs is not used for the DER encoding, rather an EXPLICIT SET OF tag is used."
        let mut signed = attributes.whole.to_vec();
        if let Some(tag) = signed.first_mut() {
            *tag = 0x31;
        }
        Ok(Self {
            version,
            identifier,
            digest,
            attributes: attributes.value,
            signed,
            scheme,
            signature,
        })
    }

    /// RFC 5652 §11.1, §11.2: the attributes name the content's type and its digest, each once.
    fn covers(&self, content: &[u8], content_type: &[u8]) -> Result<(), Refused> {
        let named = only_value(self.attributes, CONTENT_TYPE)?;
        let digest = only_value(self.attributes, MESSAGE_DIGEST)?;
        if self.version == 0 || tlv::only(named, 0x06)? != content_type {
            return Err(Refused::Malformed);
        }
        if tlv::only(digest, 0x04)? == self.digest.of(content).as_ref() {
            Ok(())
        } else {
            Err(Refused::SignatureWrong)
        }
    }
}

/// The single value of the attribute that must be there exactly once.
fn only_value<'a>(attributes: &'a [u8], kind: &[u8]) -> Result<&'a [u8], Refused> {
    let mut reader = Reader::new(attributes);
    let mut found = None;
    while let Some(attribute) = reader.next()? {
        if attribute.tag != 0x30 {
            return Err(Refused::Malformed);
        }
        let mut inside = Reader::new(attribute.value);
        let name = inside.expect(0x06)?;
        let values = inside.expect(0x31)?;
        inside.end()?;
        if name == kind && found.replace(values).is_some() {
            return Err(Refused::Malformed);
        }
    }
    found.ok_or(Refused::Malformed)
}
