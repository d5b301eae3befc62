//! Reading what an operator offers as trust: a master list, a certificate, a revocation list; DER or PEM.

use data_encoding::BASE64;

use super::{Anchor, BadTrust, RevocationList, TrustStore};
use crate::{Refused, certificate::Certificate, cms::SignedData, tlv, tlv::Reader};

/// The largest file read; the largest public master list has about 1 MB.
const MOST_FILE: usize = 12 * 1024 * 1024;

/// `id-icao-cscaMasterList`: 2.23.136.1.1.2 (ICAO 9303-12 §9).
const MASTER_LIST: &[u8] = &[0x67, 0x81, 0x08, 0x01, 0x01, 0x02];

/// What a file gave: all of it verified.
#[derive(Debug)]
pub struct Import {
    /// What it was.
    pub source: Source,
    /// Authorities in it.
    pub anchors: Vec<Anchor>,
    /// Revocation lists in it.
    pub revocation_lists: Vec<RevocationList>,
    /// What of a master list was not taken, and why.
    pub left_out: Vec<LeftOut>,
}

/// What kind of file it was.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Source {
    /// A master list and who vouches for it.
    MasterList {
        /// The country authority above the list's signer.
        authority: String,
        /// Its fingerprint: on the first import the operator compares it, for nothing else vouches for it.
        fingerprint: [u8; 32],
        /// Was that authority trusted before?
        known: bool,
    },
    /// One certificate.
    Certificate,
    /// One revocation list.
    RevocationList,
}

/// A certificate of a master list that was not taken.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LeftOut {
    /// SHA-256 of it.
    pub fingerprint: [u8; 32],
    /// Why.
    pub why: BadTrust,
}

/// Reads a file. `known` is what is trusted already: link certificates and revocation lists need their issuer there.
pub fn import(bytes: &[u8], known: &TrustStore) -> Result<Import, BadTrust> {
    if bytes.len() > MOST_FILE {
        return Err(BadTrust::TooLarge);
    }
    let der = from_pem(bytes)?;
    let der = der.as_deref().unwrap_or(bytes);
    // The three differ in their first element: an OID; a sequence that begins with a version `[0]`; or with anything else.
    let mut inside = Reader::new(tlv::only(der, 0x30)?);
    let first = inside.any()?;
    match (first.tag, first.value.first()) {
        (0x06, _) => master_list(der, known),
        (0x30, Some(0xa0)) => certificate(der, known),
        (0x30, _) => revocation_list(der, known),
        _ => Err(BadTrust::Unknown),
    }
}

fn certificate(der: &[u8], known: &TrustStore) -> Result<Import, BadTrust> {
    let anchor = Anchor::parse(der)?;
    if anchor.is_link() && !known.vouches_for(anchor.certificate()) {
        return Err(BadTrust::IssuerUnknown);
    }
    Ok(Import {
        source: Source::Certificate,
        anchors: vec![anchor],
        revocation_lists: Vec::new(),
        left_out: Vec::new(),
    })
}

fn revocation_list(der: &[u8], known: &TrustStore) -> Result<Import, BadTrust> {
    let list = RevocationList::parse(der)?;
    if !known.issued(&list) {
        let named = known.anchors().any(|anchor| anchor.certificate().subject == *list.issuer());
        return Err(if named { BadTrust::SignatureWrong } else { BadTrust::IssuerUnknown });
    }
    let newer = |one: &RevocationList| one.supersedes(&list);
    if known.revocation_lists().any(newer) {
        return Err(BadTrust::Superseded);
    }
    Ok(Import {
        source: Source::RevocationList,
        anchors: Vec::new(),
        revocation_lists: vec![list],
        left_out: Vec::new(),
    })
}

/// ICAO 9303-12 §9: a list signed by a master list signer, whose certificate and country signing authority travel with it.
fn master_list(der: &[u8], known: &TrustStore) -> Result<Import, BadTrust> {
    let message = SignedData::parse(der, MASTER_LIST)?;
    let mut inside = Reader::new(tlv::only(message.content, 0x30)?);
    // ICAO 9303-12 §9.1: "CscaMasterListVersion ::= INTEGER {v0(0)}".
    if inside.expect(0x02)? != [0] {
        return Err(BadTrust::Unknown);
    }
    let listed = inside.expect(0x31)?;
    inside.end()?;

    let (mut anchors, mut left_out) = (Vec::new(), Vec::new());
    let mut reader = Reader::new(listed);
    while let Some(one) = reader.next()? {
        match Anchor::parse(one.whole) {
            Ok(anchor) => anchors.push(anchor),
            Err(why) => {
                left_out.push(LeftOut { fingerprint: formats::mac::sha256(one.whole), why });
            }
        }
    }
    let carried: Vec<Certificate> =
        message.certificates.iter().filter_map(|der| Certificate::parse(der).ok()).collect();
    let signer =
        carried.iter().find(|one| message.is_signer(one)).ok_or(BadTrust::IssuerUnknown)?;
    if !signer.is_master_list_signer() {
        return Err(BadTrust::NotAMasterListSigner);
    }
    message.signed_by(signer)?;

    // The authority above the signer: one we trust, or one the list itself carries or lists.
    let above = |store: &TrustStore| -> Option<Source> {
        let anchor =
            store.named_by(signer).find(|anchor| signer.signed_by(anchor.certificate()).is_ok())?;
        Some(Source::MasterList {
            authority: anchor.subject().to_owned(),
            fingerprint: anchor.fingerprint(),
            known: known.anchors().any(|trusted| trusted.fingerprint() == anchor.fingerprint()),
        })
    };
    let travelling = message.certificates.iter().filter_map(|der| Anchor::parse(der).ok());
    let own = TrustStore::new(anchors.iter().cloned().chain(travelling), []);
    let source = above(known).or_else(|| above(&own)).ok_or(BadTrust::IssuerUnknown)?;

    // Links in it stand if their issuer is trusted already or stands in it too.
    let everybody = TrustStore::new(known.anchors().cloned().chain(anchors.iter().cloned()), []);
    let (anchors, unlinked): (Vec<_>, Vec<_>) = anchors
        .into_iter()
        .partition(|anchor| !anchor.is_link() || everybody.vouches_for(anchor.certificate()));
    left_out.extend(
        unlinked.iter().map(|anchor| LeftOut {
            fingerprint: anchor.fingerprint(),
            why: BadTrust::IssuerUnknown,
        }),
    );
    Ok(Import { source, anchors, revocation_lists: Vec::new(), left_out })
}

/// The first PEM block of a text (RFC 7468), if it is one.
fn from_pem(bytes: &[u8]) -> Result<Option<Vec<u8>>, BadTrust> {
    let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| text.contains("-----BEGIN "))
    else {
        return Ok(None);
    };
    let body: String = text
        .lines()
        .map(str::trim)
        .skip_while(|line| !line.starts_with("-----BEGIN "))
        .skip(1)
        .take_while(|line| !line.starts_with("-----END "))
        .collect();
    BASE64.decode(body.as_bytes()).map(Some).map_err(|_| BadTrust::Unknown)
}

impl Import {
    /// Everything it gave, as a store of its own beside what is trusted already.
    pub fn beside(&self, known: &TrustStore) -> TrustStore {
        TrustStore::new(
            known.anchors().cloned().chain(self.anchors.iter().cloned()),
            known.revocation_lists().cloned().chain(self.revocation_lists.iter().cloned()),
        )
    }
}

impl From<BadTrust> for Refused {
    fn from(bad: BadTrust) -> Self {
        match bad {
            BadTrust::SignatureWrong => Self::SignatureWrong,
            BadTrust::AlgorithmRefused => Self::AlgorithmRefused,
            _ => Self::Malformed,
        }
    }
}
