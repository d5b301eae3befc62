//! Files that the issuing state signed, and the chip that holds the key they name.

use std::fmt;

use jiff::civil::Date;

use crate::{
    ChipFiles, DataGroup, Mrz, Refused, active,
    algorithms::PublicKey,
    challenge::{ChipChallenge, Expected, FilesDigest, Keys},
    chip_authentication,
    flags::Flag,
    lds::{self, Details, Portrait, SecurityInfos},
    question::{Bytes, ChipAnswer, ChipQuestion},
};

/// Files whose signature, chain, digests, zone and validity were verified. Only [`crate::passive::verify`] makes them.
///
/// They may still have been copied to another chip: [`Self::challenge`] asks the chip itself.
pub struct GenuineFiles {
    files: ChipFiles,
    mrz: Mrz,
    details: Details,
    /// The groups 14 and 15 that the document has, whether they were sent or not.
    offers: [bool; 2],
    infos: SecurityInfos,
    active_key: Option<Result<PublicKey, Refused>>,
    flags: Vec<Flag>,
}

/// Which protocol a chip proved itself by.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ChipProof {
    /// Active authentication (ICAO 9303-11 §6.1).
    Active,
    /// Chip authentication (ICAO 9303-11 §6.2).
    Chip,
}

/// The mark of a chip that answered with the document's own key; [`ChipChallenge::verify`] is the only maker.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct GenuineChip(ChipProof);

impl GenuineChip {
    /// How it proved itself.
    pub const fn proof(self) -> ChipProof {
        self.0
    }
}

impl GenuineFiles {
    pub(crate) fn new(
        files: ChipFiles,
        mrz: Mrz,
        offers: [bool; 2],
        mut flags: Vec<Flag>,
    ) -> Result<Self, Refused> {
        let details = match files.group(DataGroup::DETAILS) {
            Some(group) => lds::details(group)?,
            None => Details::default(),
        };
        // One document does not say two birthdays.
        if details.born.is_some_and(|born| !mrz.says_born(born)) {
            return Err(Refused::Malformed);
        }
        let infos = match files.group(DataGroup::SECURITY_INFOS) {
            Some(group) => SecurityInfos::parse(group)?,
            None => SecurityInfos::default(),
        };
        let active_key = match files.group(DataGroup::ACTIVE_KEY) {
            Some(group) => Some(PublicKey::parse(lds::active_key(group)?)),
            None => None,
        };
        let short = match chip_authentication::choose(&infos) {
            Ok(choice) => choice.is_short(),
            Err(_) => matches!(&active_key, Some(Ok(key)) if key.is_short()),
        };
        if short {
            flags.push(Flag::ShortChipKey);
        }
        Ok(Self { files, mrz, details, offers, infos, active_key, flags })
    }

    /// The machine readable zone.
    pub const fn mrz(&self) -> &Mrz {
        &self.mrz
    }

    /// What else the document says of its holder, if DG11 was sent.
    pub const fn details(&self) -> &Details {
        &self.details
    }

    /// The date of birth: DG11 says the century that the zone leaves open.
    pub fn born(&self) -> Option<Date> {
        self.details.born.or(self.mrz.born())
    }

    /// The portrait, if DG2 was sent and holds one that we can name.
    pub fn portrait(&self) -> Option<Portrait<'_>> {
        lds::portrait(self.files.group(DataGroup::PORTRAIT)?).ok()
    }

    /// What is remarkable about the document.
    pub fn flags(&self) -> &[Flag] {
        &self.flags
    }

    /// Can the chip prove itself by chip authentication?
    pub fn chip_authentication(&self) -> bool {
        chip_authentication::choose(&self.infos).is_ok()
    }

    /// Can the chip prove itself by active authentication?
    pub fn active_authentication(&self) -> bool {
        matches!(&self.active_key, Some(Ok(key)) if active::possible(key, &self.infos).is_ok())
    }

    /// Asks the chip to prove itself: chip authentication if it can, else active authentication.
    ///
    /// `chance` must be the process's own: whoever knows the ephemeral key could answer without a chip.
    pub fn challenge(
        &self,
        chance: &mut dyn FnMut(&mut [u8]),
    ) -> Result<(ChipChallenge, ChipQuestion), Refused> {
        let (expected, question) = match chip_authentication::choose(&self.infos) {
            Ok(choice) => chip_authentication::ask(&choice, chance)?,
            Err(no_chip_authentication) => match &self.active_key {
                Some(Ok(key)) => {
                    active::possible(key, &self.infos)?;
                    active::ask(chance)
                }
                Some(Err(refused)) => return Err(*refused),
                // Who leaves out the group with the key hopes not to be asked.
                None if self.withheld() => return Err(Refused::GroupMissing),
                None => return Err(no_chip_authentication),
            },
        };
        let file = |group| self.files.group(group).map(|file| Bytes(file.to_vec()));
        let keys =
            Keys { infos: file(DataGroup::SECURITY_INFOS), active: file(DataGroup::ACTIVE_KEY) };
        Ok((ChipChallenge::new(self.digest(), keys, expected), question))
    }

    /// Did this document's chip answer this challenge?
    pub fn verify_answer(
        &self,
        challenge: &ChipChallenge,
        answer: &ChipAnswer,
    ) -> Result<GenuineChip, Refused> {
        if challenge.files() != &self.digest() {
            return Err(Refused::ChipCloned);
        }
        challenge.verify(answer)
    }

    fn withheld(&self) -> bool {
        let sent = [DataGroup::SECURITY_INFOS, DataGroup::ACTIVE_KEY]
            .map(|group| self.files.group(group).is_some());
        self.offers.iter().zip(sent).any(|(offered, sent)| *offered && !sent)
    }

    fn digest(&self) -> FilesDigest {
        FilesDigest::of(self.files.sod())
    }
}

impl ChipChallenge {
    /// Did the chip that was asked answer? For whoever kept the challenge sealed and the files not: the keys in it were in
    /// genuine files, for [`GenuineFiles::challenge`] alone makes one.
    pub fn verify(&self, answer: &ChipAnswer) -> Result<GenuineChip, Refused> {
        let group = self.keys().infos.as_ref().map(|file| file.0.as_slice());
        let infos = group.map(SecurityInfos::parse).transpose()?.unwrap_or_default();
        match self.expected() {
            Expected::Active { challenge } => {
                let group = self.keys().active.as_ref().ok_or(Refused::ChipNotProvable)?;
                let key = PublicKey::parse(lds::active_key(&group.0)?)?;
                active::verify(&key, &infos, *challenge, &answer.response.0)?;
                Ok(GenuineChip(ChipProof::Active))
            }
            Expected::Chip { key_id, private } => {
                let choice = chip_authentication::choose(&infos)?;
                if choice.key_id() != key_id.as_deref() {
                    return Err(Refused::ChipCloned);
                }
                let group = group.unwrap_or_default();
                chip_authentication::verify(&choice, private, group, &answer.response.0)?;
                Ok(GenuineChip(ChipProof::Chip))
            }
        }
    }
}

impl fmt::Debug for GenuineFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GenuineFiles([secret])")
    }
}
