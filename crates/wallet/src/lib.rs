//! The holder's side: a device key, the proofs it makes, the net certificate it holds, and the pocket of one-time credentials.
//!
//! Knows: device keys behind a trait, what a device signs for the platform, how a passcode is stretched, how a net certificate is checked and read,
//! how credentials are taken along, shown once each and remembered by their holder alone,
//! how its files are locked,
//! how the chip of a document is opened and read, how a wallet on a command line is kept.
//! Must not know: the platform's insides (`service`, `store`), pages, an HTTP library. What is called is said here (`Carrier`);
//! who carries it, and what time it is, is the caller's.

pub mod chip;

mod answer;
mod asking;
mod backup;
mod batch;
mod carrier;
mod certificate;
mod device_key;
mod dynamic_code;
mod exchange;
mod file;
mod history;
mod link;
mod lock;
mod mirror;
mod offer;
#[cfg(feature = "pkcs11")]
mod pkcs11;
mod plan;
mod pocket;
mod proof;
mod receiving;
mod ring;
mod sheet;
mod signed;
mod wallet;

pub use answer::Answer;
pub use asking::{Fetched, deliver};
pub use backup::{BadBackup, NotASentence, Sentence};
pub use batch::{BadBatch, Batch, Carried, Source};
pub use carrier::{Carrier, Incoming, Lost, Outgoing};
pub use certificate::{BadCertificate, NetCertificate};
pub use device_key::{DeviceKey, KeyAway, Keyring, Keys, SoftwareKey, SoftwareKeys};
pub use dynamic_code::{CodeKey, NotACodeKey};
pub use exchange::{Failed, attestor_keys, published_keys};
pub use file::FileError;
pub use history::{AskedBy, Entry, History};
pub use link::{NotAQuestion, QuestionLink};
pub use lock::{Lock, NotAnOpener, Opener};
pub use mirror::{NotPublished, Published};
pub use offer::{BadOffer, NotATxCode, Offer};
#[cfg(feature = "pkcs11")]
pub use pkcs11::{NotATokenName, Pkcs11Token, TokenAway, TokenName};
pub use plan::{Agreed, Plan, Question, Refusal, Shown};
pub use pocket::{NotShown, Pocket, Supply};
pub use protocol::{
    issuance::Configuration, oauth::issuer::Issuer, presentation::transaction_data::AGREEMENT,
};
pub use receiving::{MANY, Receiving};
pub use ring::{HeldKey, Ring, Token, TokenKey};
pub use sheet::{NotASheetCode, Sheet, SheetCode};
pub use signed::{Call, call_proof};
pub use wallet::{NoCertificate, NoSalt, Wallet};
