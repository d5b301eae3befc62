//! `yinzheng receipt`: checks a receipt, years later and without the platform: it needs no configuration and calls nobody.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use formats::JwkSet;
use formats::jwk::BadJwkSet;
use protocol::oauth::Issuer;
use protocol::receipt::{self, Expected, NotAReceipt};
use rules::OrganisationCode;
use service::World;

use super::CliError;
use crate::RealWorld;

/// The largest file read: every key of a lifetime fits.
const FILE_MAX: u64 = 1024 * 1024;

#[derive(Debug, Subcommand)]
pub(super) enum ReceiptCommand {
    /// Check a receipt and print what it says
    Verify(Verify),
}

#[derive(Args, Debug)]
pub(super) struct Verify {
    /// The receipt, as it stood in the token response
    #[arg(value_name = "FILE")]
    receipt: PathBuf,
    /// What the platform publishes at /jwks/receipts, or a copy kept from then
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,
    /// The platform that must have issued it
    #[arg(long, value_name = "URL")]
    issuer: Issuer,
    /// The organisation that must have been given it
    #[arg(long, value_name = "CODE")]
    organisation: Option<OrganisationCode>,
}

/// Why a receipt was not found good. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReceiptError {
    #[error("cannot read {path}", path = path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{path} holds no keys; take what the platform publishes at {at}", path = path.display(), at = receipt::KEYS_PATH)]
    NotKeys {
        path: PathBuf,
        #[source]
        source: BadJwkSet,
    },
    #[error("the receipt proves nothing")]
    Refused(#[source] NotAReceipt),
}

impl ReceiptCommand {
    pub(super) fn run(self) -> Result<(), CliError> {
        let Self::Verify(verify) = self;
        Ok(verify.run()?)
    }
}

impl Verify {
    fn run(self) -> Result<(), ReceiptError> {
        let keys = JwkSet::parse_archive(&read(&self.keys)?)
            .map_err(|source| ReceiptError::NotKeys { path: self.keys.clone(), source })?;
        let expected = Expected {
            issuer: &self.issuer,
            organisation: self.organisation.as_ref().map(OrganisationCode::as_str),
            now: RealWorld.now(),
        };
        let receipt = receipt::verify(&read(&self.receipt)?, &keys, expected)
            .map_err(ReceiptError::Refused)?;
        println!("the receipt is genuine");
        println!("issuer         {}", receipt.iss);
        println!("organisation   {}", receipt.aud);
        println!("time           {}", receipt.iat.strftime("%F %H:%MZ"));
        println!("scene          {}", receipt.scene);
        println!("mode           {}", receipt.acr);
        println!("result         {}", receipt.result.as_str());
        if let Some(sub) = &receipt.sub {
            println!("person         {sub}");
        }
        Ok(())
    }
}

fn read(path: &Path) -> Result<String, ReceiptError> {
    let read = || {
        let mut text = String::new();
        File::open(path)?.take(FILE_MAX).read_to_string(&mut text)?;
        Ok(text)
    };
    read().map_err(|source| ReceiptError::Unreadable { path: path.into(), source })
}

#[cfg(test)]
mod tests {
    use formats::{SigningKey, jws};

    use super::*;

    fn verified(receipt: &str, keys: &str, issuer: &str) -> Result<(), ReceiptError> {
        let folder = tempfile::tempdir().expect("a folder");
        let files = ["receipt.jwt", "keys.json"].map(|name| folder.path().join(name));
        for (file, text) in files.iter().zip([receipt, keys]) {
            std::fs::write(file, text).expect("written");
        }
        let [receipt, keys] = files;
        let issuer = issuer.parse().expect("an issuer");
        Verify { receipt, keys, issuer, organisation: None }.run()
    }

    #[test]
    fn a_file_is_checked_with_a_file() {
        let key = SigningKey::generate();
        let claims = serde_json::json!({
            "iss": "https://id.example", "aud": "91110000MA00000152", "iat": 1_795_323_600 - 86_400 * 365,
            "scene": "log_in", "acr": "urn:yinzheng:acr:certificate", "result": "passed",
        });
        let text = jws::sign(&key, &key.public().thumbprint(), receipt::TYPE, &claims);
        let keys = serde_json::to_string(&JwkSet::archive([key.public()])).expect("JSON");
        assert!(verified(&text, &keys, "https://id.example").is_ok());
        let other = verified(&text, &keys, "https://other.example");
        assert!(matches!(other, Err(ReceiptError::Refused(NotAReceipt::Issuer))));
        let altered = verified(&text.replace(".ey", ".eX"), &keys, "https://id.example");
        assert!(matches!(altered, Err(ReceiptError::Refused(_))));
        let none = verified(&text, "{}", "https://id.example");
        assert!(matches!(none, Err(ReceiptError::NotKeys { .. })));
    }
}
