//! The proof of chip authentication mapping: while it was opened, the chip showed that it has a key of its own.
//!
//! ICAO 9303-11 §4.4.3.5. The key stands in EF.CardSecurity, which the wallet has nobody to check by; it counts only where
//! DG14, which the platform checks, names the same key. What is proved is for the wallet: the platform, which was not there,
//! puts its own question.

use icao::{
    groups::{AgreementKey, Group},
    lds::{ChipKey, SecurityInfos},
};

use super::{
    Error, File, Next,
    line::Line,
    reading::{After, select, select_application},
};

/// What the chip sent, waiting for the key it belongs to.
#[derive(Debug)]
pub(super) struct MappingProof {
    group: Group,
    mapping: Vec<u8>,
    data: Vec<u8>,
}

/// A key that the chip has, as it proved.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct ProvenKey(AgreementKey);

/// Reads the file with the key.
pub(super) fn begin(line: Line, proof: MappingProof) -> Result<Next, Error> {
    select(File::CardSecurity, line, After::Proving(proof))
}

impl MappingProof {
    pub(super) fn new(group: Group, mapping: Vec<u8>, data: Vec<u8>) -> Self {
        Self { group, mapping, data }
    }

    /// Goes on with what was proved. A chip whose data fit none of its keys is not the one it says it is.
    pub(super) fn with_file(&self, card_security: &[u8], line: Line) -> Result<Next, Error> {
        let file = File::CardSecurity;
        let infos = SecurityInfos::unverified_of_card_security(card_security)
            .map_err(|_| Error::Malformed(file))?;
        let proven = infos
            .chip_keys
            .iter()
            .filter_map(|key| AgreementKey::parse(&key.public_key).ok())
            .filter(|key| key.group == self.group)
            .find(|key| key.group.is_multiple(&self.mapping, &self.data, &key.public));
        let proven = proven.ok_or(Error::Impostor)?;
        select_application(line, Some(ProvenKey(proven)))
    }
}

impl ProvenKey {
    /// Is it one of these?
    pub(super) fn is_among(&self, keys: &[ChipKey]) -> bool {
        keys.iter().any(|key| AgreementKey::parse(&key.public_key).is_ok_and(|key| key == self.0))
    }
}
