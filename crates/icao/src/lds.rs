//! The logical data structure (ICAO 9303-10): what stands in each file.

mod common;
mod face;
mod security_infos;
mod zone;

pub use common::groups_listed;
pub use face::{Portrait, PortraitFormat, portrait};
pub use security_infos::{Agreement, ChipCipher, ChipKey, SecurityInfos};
pub use zone::zone;
