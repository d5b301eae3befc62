//! A pocket on disk, beside the wallet and in the same way: JSON that only its owner can read, replaced as a whole.
//!
//! It is a file of its own since it changes with every use, and the device key need not be written for that.

use std::path::Path;

use formats::{Authorities, JwkSet, Secret};
use jiff::Timestamp;
use protocol::{issuance::Configuration, oauth::issuer::Issuer};
use serde::{Deserialize, Serialize};

use super::Pocket;
use crate::{Carried, DeviceKey, FileError, History, Keyring, Lock, file, lock::Which};

/// The form written today.
const FORM: u32 = 1;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    form: u32,
    issuer: Issuer,
    /// A key set in a text of its own: it is of every suite.
    keys: String,
    /// The same, of the keys by which the platform says who asks. A pocket of before lacks them and fetches them when somebody asks.
    #[serde(default)]
    attestors: Option<String>,
    carried: Vec<WrittenCarried>,
    batches: Vec<WrittenBatch>,
    history: History,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenCarried {
    configuration: String,
    /// As its keyring keeps it.
    key: String,
    credential: String,
    #[serde(with = "protocol::oidc::numeric_date")]
    ends: Timestamp,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenBatch {
    configuration: String,
    count: usize,
}

impl<K: DeviceKey> Pocket<K> {
    /// Writes the pocket beside and renames it over: what was taken out is not in it any more, nor its key.
    pub fn save(
        &self,
        path: &Path,
        keys: &impl Keyring<Key = K>,
        lock: &Lock,
    ) -> Result<(), FileError> {
        let carried = self.carried.iter().map(|one| WrittenCarried {
            configuration: one.form.id().to_owned(),
            key: keys.kept(&one.key).expose().clone(),
            credential: one.text.clone(),
            ends: one.ends,
        });
        let batches = self.batches.iter();
        let batches = batches.map(|(form, count)| WrittenBatch {
            configuration: form.id().to_owned(),
            count: *count,
        });
        let written = Written {
            form: FORM,
            issuer: self.issuer.clone(),
            keys: serde_json::to_string(&self.keys).map_err(std::io::Error::from)?,
            attestors: Some(serde_json::to_string(&self.attestors).map_err(std::io::Error::from)?),
            carried: carried.collect(),
            batches: batches.collect(),
            history: self.history.clone(),
        };
        file::write(path, Which::Pocket, &written, lock)
    }

    /// Reads a pocket. What is in it is checked again when it is shown.
    pub fn load(path: &Path, keys: &impl Keyring<Key = K>, lock: &Lock) -> Result<Self, FileError> {
        let written: Written = file::read(path, Which::Pocket, lock)?;
        if written.form != FORM {
            return Err(FileError::NotAWallet);
        }
        let form = |id: &str| Configuration::of_id(id).ok_or(FileError::NotAWallet);
        let carried = |one: WrittenCarried| {
            let key = keys.find(Secret::new(one.key).expose())?;
            let form = form(&one.configuration)?;
            Ok::<_, FileError>(Carried { key, form, text: one.credential, ends: one.ends })
        };
        let batch = |one: WrittenBatch| Ok::<_, FileError>((form(&one.configuration)?, one.count));
        let keys = |text: &str| JwkSet::parse_every_suite(text).map_err(|_| FileError::NotAWallet);
        Ok(Self {
            issuer: written.issuer,
            authorities: Authorities::default(),
            attestors: written.attestors.as_deref().map_or(Ok(JwkSet::default()), keys)?,
            keys: keys(&written.keys)?,
            carried: written.carried.into_iter().map(carried).collect::<Result<_, _>>()?,
            batches: written.batches.into_iter().map(batch).collect::<Result<_, _>>()?,
            history: written.history,
        })
    }
}
