//! Whom we believe about documents: country signing authorities, and what they have taken back.

mod anchor;
mod import;
mod revocation_list;

use std::collections::BTreeMap;

use jiff::Timestamp;

pub use anchor::Anchor;
pub use import::{Import, LeftOut, Source, import};
pub use revocation_list::RevocationList;

use crate::{Refused, certificate::Certificate, distinguished_name::DistinguishedName};

/// Why something offered as trust is not taken.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum BadTrust {
    /// Neither a master list nor a certificate nor a revocation list.
    #[error("this is no master list, certificate or revocation list")]
    Unknown,
    /// Larger than any master list.
    #[error("this is larger than any master list")]
    TooLarge,
    /// Its signature does not hold.
    #[error("its signature does not hold")]
    SignatureWrong,
    /// A certificate that may not sign certificates.
    #[error("this certificate is no country signing authority's")]
    NotAnAuthority,
    /// A certificate without the country it signs for.
    #[error("this certificate names no country")]
    NoCountry,
    /// Signed by an authority that is not trusted: import that one first.
    #[error("its issuer is not trusted; import the issuer's certificate first")]
    IssuerUnknown,
    /// A revocation list older than the one at hand: it would bring back what was taken back since.
    #[error("a newer revocation list of this issuer is trusted already")]
    Superseded,
    /// A master list signed by a certificate that may not sign master lists.
    #[error("its signer may not sign master lists")]
    NotAMasterListSigner,
    /// An algorithm or key that we do not accept.
    #[error("it uses an algorithm or a key that is not accepted")]
    AlgorithmRefused,
}

impl From<Refused> for BadTrust {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::SignatureWrong => Self::SignatureWrong,
            Refused::AlgorithmRefused => Self::AlgorithmRefused,
            Refused::GroupTooLarge => Self::TooLarge,
            _ => Self::Unknown,
        }
    }
}

/// What revocation lists say about a certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Revocation {
    Revoked,
    NotRevoked,
    /// No list of its issuer is at hand, or the newest is past its day.
    Unknown,
}

/// The authorities we trust, ready to be asked.
#[derive(Clone, Default)]
pub struct TrustStore {
    anchors: BTreeMap<DistinguishedName, Vec<Anchor>>,
    lists: BTreeMap<DistinguishedName, Vec<RevocationList>>,
}

impl TrustStore {
    /// Takes authorities and revocation lists as they were kept. What does not verify within them is left out: a link
    /// certificate without the authority that signed it, a list without the authority that issued it.
    pub fn new(
        anchors: impl IntoIterator<Item = Anchor>,
        lists: impl IntoIterator<Item = RevocationList>,
    ) -> Self {
        let mut store = Self::default();
        let mut links: Vec<Anchor> = Vec::new();
        for anchor in anchors {
            if anchor.is_link() { links.push(anchor) } else { store.add(anchor) }
        }
        // A link may be signed by a link: as many rounds as there are links reach the last one.
        for _ in 0..links.len() {
            let (proved, open): (Vec<_>, Vec<_>) =
                links.into_iter().partition(|link| store.vouches_for(link.certificate()));
            if proved.is_empty() {
                break;
            }
            for link in proved {
                store.add(link);
            }
            links = open;
        }
        for list in lists {
            if store.issued(&list) {
                store.lists.entry(list.issuer().clone()).or_default().push(list);
            }
        }
        store
    }

    /// Every authority, by country and name.
    pub fn anchors(&self) -> impl Iterator<Item = &Anchor> {
        self.anchors.values().flatten()
    }

    /// Every revocation list.
    pub fn revocation_lists(&self) -> impl Iterator<Item = &RevocationList> {
        self.lists.values().flatten()
    }

    fn add(&mut self, anchor: Anchor) {
        let of_that_name = self.anchors.entry(anchor.certificate().subject.clone()).or_default();
        if !of_that_name.iter().any(|known| known.fingerprint() == anchor.fingerprint()) {
            of_that_name.push(anchor);
        }
    }

    /// The authorities that a certificate may mean by its issuer.
    pub(crate) fn named_by(&self, certificate: &Certificate) -> impl Iterator<Item = &Anchor> {
        let of_that_name = self.anchors.get(&certificate.issuer).into_iter().flatten();
        of_that_name.filter(|anchor| certificate.names(anchor.certificate()))
    }

    /// Did one of our authorities sign this certificate?
    pub(crate) fn vouches_for(&self, certificate: &Certificate) -> bool {
        self.named_by(certificate).any(|anchor| certificate.signed_by(anchor.certificate()).is_ok())
    }

    /// Did one of our authorities issue this list?
    pub(crate) fn issued(&self, list: &RevocationList) -> bool {
        let mut of_that_name = self.anchors.get(list.issuer()).into_iter().flatten();
        of_that_name.any(|anchor| list.signed_by(anchor.certificate()).is_ok())
    }

    /// ICAO 9303-12 §8: a country issues one list for all its keys, so a list of that name speaks for the certificate,
    /// whichever key signed it.
    pub(crate) fn revocation(&self, certificate: &Certificate, now: Timestamp) -> Revocation {
        let Some(lists) = self.lists.get(&certificate.issuer) else { return Revocation::Unknown };
        if lists.iter().any(|list| list.names(&certificate.serial)) {
            Revocation::Revoked
        } else if lists.iter().any(|list| list.is_current(now)) {
            Revocation::NotRevoked
        } else {
            Revocation::Unknown
        }
    }
}

impl std::fmt::Debug for TrustStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TrustStore({} authorities)", self.anchors().count())
    }
}
