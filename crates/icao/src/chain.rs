//! From a document signer up to a country we trust.

use jiff::Timestamp;

use crate::{
    Refused,
    certificate::Certificate,
    flags::Flag,
    state::same_state,
    trust::{Anchor, Revocation, TrustStore},
};

/// Verifies a document signer's certificate, for a document of this issuing state; what is remarkable is added to `flags`.
///
/// ICAO 9303-12 §6: two steps, country signing authority to document signer to document; no path is longer.
pub(crate) fn verify(
    signer: &Certificate,
    issuing_state: &str,
    trust: &TrustStore,
    now: Timestamp,
    flags: &mut Vec<Flag>,
) -> Result<(), Refused> {
    if !signer.is_document_signer() {
        return Err(Refused::SignatureWrong);
    }
    let anchor = issuer(signer, trust)?;
    // ICAO 9303-12 §7.1.1.4: the country in the certificates "MUST" be that of the issuing state in the zone; otherwise
    // any country's signer could issue any other country's documents.
    let country = anchor.certificate().country().ok_or(Refused::CountryUnknown)?;
    if !same_state(issuing_state, &country) || signer.country().as_ref() != Some(&country) {
        return Err(Refused::CountryUnknown);
    }
    signer.in_force(now)?;
    anchor.certificate().in_force(now)?;
    match trust.revocation(signer, now) {
        Revocation::Revoked => return Err(Refused::SignerRevoked),
        Revocation::Unknown => flags.push(Flag::RevocationUnknown),
        Revocation::NotRevoked => {}
    }
    Ok(())
}

/// The trusted authority that signed this certificate.
pub(crate) fn issuer<'a>(
    certificate: &Certificate,
    trust: &'a TrustStore,
) -> Result<&'a Anchor, Refused> {
    let mut named = trust.named_by(certificate).peekable();
    if named.peek().is_none() {
        return Err(Refused::CountryUnknown);
    }
    named
        .find(|anchor| certificate.signed_by(anchor.certificate()).is_ok())
        .ok_or(Refused::SignatureWrong)
}
