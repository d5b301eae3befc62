//! Passive authentication (ICAO 9303-11 §5.1): the files are the ones that the issuing state signed.

use jiff::{Zoned, civil::Date};

use crate::{
    ChipFiles, DataGroup, Mrz, Refused, certificate::Certificate, chain, flags::Flag,
    genuine::GenuineFiles, lds, sod::SecurityObject, trust::TrustStore,
};

/// Verifies what was read from a chip: the only maker of [`GenuineFiles`].
///
/// `now` brings the platform's calendar with it, on which a document's last day ends.
pub fn verify(files: ChipFiles, trust: &TrustStore, now: &Zoned) -> Result<GenuineFiles, Refused> {
    let object = SecurityObject::parse(files.sod())?;
    object.covers(&files)?;
    let zone = files.group(DataGroup::MRZ).ok_or(Refused::GroupMissing)?;
    let mrz = lds::zone(zone, now.date())?;

    let mut flags = Vec::new();
    let signer = signer(&object)?;
    chain::verify(&signer, mrz.issuer(), trust, now.timestamp(), &mut flags)?;
    object.message.signed_by(&signer)?;
    in_force(&mrz, now.date())?;

    if object.uses_sha1() || signer.digest() == crate::algorithms::Digest::Sha1 {
        flags.push(Flag::Sha1);
    }
    let offers =
        [DataGroup::SECURITY_INFOS, DataGroup::ACTIVE_KEY].map(|group| object.names(group));
    GenuineFiles::new(files, mrz, offers, flags)
}

/// The certificate of whoever signed, which travels with the security object.
///
/// ICAO 9303-10 §4.6.2.2: "certificates ... States are REQUIRED to include the Document Signer certificate".
fn signer(object: &SecurityObject<'_>) -> Result<Certificate, Refused> {
    let mut read = object.message.certificates.iter().map(|der| Certificate::parse(der));
    read.find_map(|read| match read {
        Ok(certificate) => object.message.is_signer(&certificate).then_some(Ok(certificate)),
        Err(refused) => Some(Err(refused)),
    })
    .ok_or(Refused::Malformed)?
}

fn in_force(mrz: &Mrz, today: Date) -> Result<(), Refused> {
    if mrz.expires() < today { Err(Refused::DocumentExpired) } else { Ok(()) }
}
