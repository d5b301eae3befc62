//! The holder's side: a device key, the proofs it makes, the net certificate it holds, and the pocket of one-time credentials.
//!
//! Knows: device keys behind a trait, what a device signs for the platform, how a passcode is stretched, how a net certificate is checked and read,
//! how credentials are taken along, shown once each and remembered by their holder alone,
//! how the chip of a document is opened and read, how a wallet on a command line is kept.
//! Must not know: the platform's insides (`service`, `store`), pages, HTTP. Bytes come in and go out; who carries them
//! is the caller's.

pub mod chip;

mod answer;
mod backup;
mod batch;
mod certificate;
mod device_key;
mod dynamic_code;
mod file;
mod history;
mod link;
mod mirror;
mod offer;
mod plan;
mod pocket;
mod proof;
mod sheet;
mod signed;
mod wallet;

pub use answer::Answer;
pub use backup::{BadBackup, NotASentence, Sentence};
pub use batch::{BadBatch, Batch, Carried, Source};
pub use certificate::{BadCertificate, NetCertificate};
pub use device_key::{DeviceKey, KeyAway, Keys, SoftwareKey, SoftwareKeys};
pub use dynamic_code::{CodeKey, NotACodeKey};
pub use file::FileError;
pub use history::{AskedBy, Entry, History};
pub use link::{NotAQuestion, QuestionLink};
pub use mirror::{NotPublished, Published};
pub use offer::{BadOffer, NotATxCode, Offer};
pub use plan::{Agreed, Plan, Question, Refusal, Shown};
pub use pocket::{NotShown, Pocket, Supply};
pub use sheet::{NotASheetCode, Sheet, SheetCode};
pub use signed::{Call, call_proof};
pub use wallet::{NoCertificate, NoSalt, Wallet};
