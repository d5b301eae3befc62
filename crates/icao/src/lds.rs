//! The logical data structure (ICAO 9303-10): what stands in each file.

mod active_key;
mod common;
mod details;
mod face;
mod security_infos;
mod zone;

pub use active_key::active_key;
pub use common::groups_listed;
pub use details::{Details, details};
pub use face::{Portrait, PortraitFormat, portrait};
pub use security_infos::{Agreement, ChipKey, SecurityInfos};
pub use zone::zone;
