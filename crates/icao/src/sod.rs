//! EF.SOD: the issuer's signature over the digests of the data groups (ICAO 9303-10 §4.6.2).

use std::collections::BTreeMap;

use crate::{ChipFiles, DataGroup, Refused, algorithms::Digest, cms::SignedData, tlv, tlv::Reader};

/// `id-icao-mrtd-security-ldsSecurityObject`: 2.23.136.1.1.1.
const LDS_SECURITY_OBJECT: &[u8] = &[0x67, 0x81, 0x08, 0x01, 0x01, 0x01];

/// A security object, read; its digests are believed once its signature was verified.
pub(crate) struct SecurityObject<'a> {
    pub(crate) message: SignedData<'a>,
    digest: Digest,
    digests: BTreeMap<DataGroup, &'a [u8]>,
}

impl<'a> SecurityObject<'a> {
    /// Reads EF.SOD.
    pub(crate) fn parse(sod: &'a [u8]) -> Result<Self, Refused> {
        let message = SignedData::parse(tlv::only(sod, 0x77)?, LDS_SECURITY_OBJECT)?;
        let mut inside = Reader::new(tlv::only(message.content, 0x30)?);
        // ICAO 9303-10 §4.6.2.3: "LDSSecurityObjectVersion ::= INTEGER {V0(0), V1(1) -- If LDSSecurityObjectVersion is V1,
        // ldsVersionInfo MUST be present --}".
        let version = inside.expect(0x02)?;
        let digest = Digest::parse(inside.any()?.whole)?;
        let digests = digests(inside.expect(0x30)?, digest)?;
        let version_info = inside.take(0x30)?;
        inside.end()?;
        match (version, version_info) {
            ([0], None) | ([1], Some(_)) => Ok(Self { message, digest, digests }),
            _ => Err(Refused::Malformed),
        }
    }

    /// Are the files that were sent the ones it names? The machine readable zone must be among them.
    pub(crate) fn covers(&self, files: &ChipFiles) -> Result<(), Refused> {
        let verdicts: Vec<Result<bool, Refused>> = files
            .groups()
            .map(|(group, bytes)| {
                let digest = self.digests.get(&group).ok_or(Refused::GroupMissing)?;
                Ok(*digest == self.digest.of(bytes).as_ref())
            })
            .collect();
        let matching = verdicts.iter().filter(|verdict| **verdict == Ok(true)).count();
        let differing = verdicts.iter().filter(|verdict| **verdict == Ok(false)).count();
        if files.group(DataGroup::MRZ).is_none() {
            Err(Refused::GroupMissing)
        } else if matching == 0 && differing > 0 {
            Err(Refused::SodOfAnotherChip)
        } else if differing > 0 {
            Err(Refused::GroupAltered)
        } else {
            verdicts.into_iter().try_for_each(|verdict| verdict.map(drop))
        }
    }

    /// Does the document have this group, whether it was sent or not?
    pub(crate) fn names(&self, group: DataGroup) -> bool {
        self.digests.contains_key(&group)
    }

    /// Was SHA-1 used for anything in it?
    pub(crate) fn uses_sha1(&self) -> bool {
        self.digest == Digest::Sha1 || self.message.digest() == Digest::Sha1
    }
}

/// ICAO 9303-10 §4.6.2.3: `SEQUENCE SIZE (2..ub-DataGroups) OF SEQUENCE { dataGroupNumber, dataGroupHashValue }`.
fn digests(values: &[u8], digest: Digest) -> Result<BTreeMap<DataGroup, &[u8]>, Refused> {
    let mut reader = Reader::new(values);
    let mut digests = BTreeMap::new();
    while let Some(value) = reader.next()? {
        if value.tag != 0x30 {
            return Err(Refused::Malformed);
        }
        let mut inside = Reader::new(value.value);
        let [number] = *inside.expect(0x02)? else { return Err(Refused::Malformed) };
        let bytes = inside.expect(0x04)?;
        inside.end()?;
        let group = DataGroup::new(number).ok_or(Refused::Malformed)?;
        if bytes.len() != digest.length() || digests.insert(group, bytes).is_some() {
            return Err(Refused::Malformed);
        }
    }
    Ok(digests)
}
