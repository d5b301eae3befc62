//! Wallets that an operator knows, read with the keys of their providers, so that `config check` says what cannot be used.

use std::fs;

use formats::JwkSet;
use protocol::issuance::wallet::{KeyDemands, KnownWallet, KnownWallets};

use super::error::ConfigError;
use super::raw::{RawWallet, RawWalletKeys};

/// The longest name that fits a page.
const MAX_NAME: usize = 60;

pub(super) fn wallets(raw: &[RawWallet], keys: RawWalletKeys) -> Result<KnownWallets, ConfigError> {
    let known: Vec<_> = raw.iter().map(wallet).collect::<Result<_, _>>()?;
    let RawWalletKeys { key_storage, user_authentication } = keys;
    let demands = KeyDemands { key_storage, user_authentication };
    KnownWallets::new(known, demands).map_err(ConfigError::Wallets)
}

fn wallet(raw: &RawWallet) -> Result<KnownWallet, ConfigError> {
    let odd = |field| ConfigError::Wallet { client_id: raw.client_id.clone(), field };
    let one_line = (1..=MAX_NAME).contains(&raw.name.trim().chars().count())
        && !raw.name.chars().any(char::is_control);
    if !one_line {
        return Err(odd("name"));
    }
    let redirect_uris: Vec<_> = raw
        .redirect_uris
        .iter()
        .map(|uri| uri.parse().map_err(|_| odd("redirect_uris")))
        .collect::<Result<_, _>>()?;
    if redirect_uris.is_empty() {
        return Err(odd("redirect_uris"));
    }
    let keys = |path| {
        let text = fs::read_to_string(path).map_err(|_| odd("provider_keys_file"))?;
        let keys = JwkSet::parse(&text).map_err(|_| odd("provider_keys_file"))?;
        let named = keys.keys().iter().all(|key| key.kid().is_some());
        if keys.keys().is_empty() || !named { Err(odd("provider_keys_file")) } else { Ok(keys) }
    };
    Ok(KnownWallet {
        id: raw.client_id.parse().map_err(|_| odd("client_id"))?,
        name: raw.name.trim().to_owned(),
        redirect_uris,
        provider: raw.provider_keys_file.as_deref().map(keys).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use formats::SigningKey;

    use super::*;

    const POCKET: &str = "client_id = 'pocket'
        name = 'Pocket'
        redirect_uris = ['https://pocket.example/back']";

    fn resolved(texts: &[&str], keys: &str) -> Result<KnownWallets, &'static str> {
        let raw: Vec<RawWallet> =
            texts.iter().map(|text| toml::from_str(text).expect("understood")).collect();
        wallets(&raw, toml::from_str(keys).expect("understood")).map_err(|error| error.code())
    }

    #[test]
    fn a_wallet_is_known_with_its_provider() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.json");
        let set = JwkSet::new([SigningKey::generate().public()]).expect("a set");
        fs::write(&path, serde_json::to_string(&set).expect("JSON")).expect("written");
        let vouched = format!("{POCKET}\nprovider_keys_file = '{}'", path.display());
        let known = resolved(&[&vouched], "key_storage = ['iso_18045_high']").expect("known");
        assert_eq!(known.find("pocket").expect("there").provider, Some(set));
        assert!(known.find("other").is_none());
        fs::write(&path, "{\"keys\":[]}").expect("written");
        assert_eq!(resolved(&[&vouched], "").unwrap_err(), "wallet");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert!(resolved(&[POCKET], "").is_ok());
        assert_eq!(resolved(&[POCKET, POCKET], "").unwrap_err(), "wallet");
        let demanding = resolved(&[POCKET], "user_authentication = ['iso_18045_high']");
        assert_eq!(demanding.unwrap_err(), "wallet", "nobody could vouch");
        for (right, wrong) in [
            ("'pocket'", "'a b'"),
            ("'Pocket'", "' '"),
            ("'https://pocket.example/back'", ""),
            ("'https://pocket.example/back'", "'http://pocket.example/back'"),
            ("redirect_uris", "provider_keys_file = '/nowhere'\nredirect_uris"),
        ] {
            assert_eq!(resolved(&[&POCKET.replacen(right, wrong, 1)], "").unwrap_err(), "wallet");
        }
    }
}
