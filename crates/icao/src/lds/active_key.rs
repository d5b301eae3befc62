//! DG15: the public key of active authentication.

use crate::{DataGroup, Refused, tlv};

/// The `SubjectPublicKeyInfo` in DG15.
pub fn active_key(dg15: &[u8]) -> Result<&[u8], Refused> {
    let info = tlv::only(dg15, DataGroup::ACTIVE_KEY.tag().into())?;
    tlv::only(info, 0x30)?;
    Ok(info)
}
