//! The files of a chip as they travel in JSON: whole, the data groups under their numbers, in base64url.

use std::collections::BTreeMap;

use icao::{Bytes, ChipFiles, Refused};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Files {
    sod: Bytes,
    groups: BTreeMap<u8, Bytes>,
}

impl TryFrom<Files> for ChipFiles {
    type Error = Refused;

    fn try_from(Files { sod, groups }: Files) -> Result<Self, Refused> {
        Self::new(sod.0, groups.into_iter().map(|(number, file)| (number, file.0)).collect())
    }
}
