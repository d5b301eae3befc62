//! Wallets that an operator knows, read with the keys of their providers, so that `config check` says what cannot be used.

use std::path::Path;
use std::sync::Arc;

use protocol::issuance::wallet::{KeyDemands, KnownWallet, KnownWallets};
use protocol::oauth::issuer::Issuer;

use super::error::ConfigError;
use super::raw::{RawWallet, RawWalletKeys};
use crate::provider_file::{ProviderFile, ProviderFileError};

/// The longest name that fits a page.
const MAX_NAME: usize = 60;

/// The wallets, and the files that their providers are known by.
pub(super) fn wallets(
    raw: &[RawWallet],
    keys: RawWalletKeys,
) -> Result<(KnownWallets, Vec<Arc<ProviderFile>>), ConfigError> {
    let (known, files): (Vec<_>, Vec<_>) =
        raw.iter().map(wallet).collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
    let RawWalletKeys { key_storage, user_authentication } = keys;
    let demands = KeyDemands { key_storage, user_authentication };
    let known = KnownWallets::new(known, demands).map_err(ConfigError::Wallets)?;
    Ok((known, files.into_iter().flatten().collect()))
}

fn wallet(raw: &RawWallet) -> Result<(KnownWallet, Option<Arc<ProviderFile>>), ConfigError> {
    let refused = |Odd { field, file }| {
        let source = file.map(Into::into);
        ConfigError::Wallet { client_id: raw.client_id.clone(), field, source }
    };
    let odd = |field| refused(Odd { field, file: None });
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
    let file = provider_file(raw).map_err(refused)?;
    let known = KnownWallet {
        id: raw.client_id.parse().map_err(|_| odd("client_id"))?,
        name: raw.name.trim().to_owned(),
        redirect_uris,
        provider: file.as_ref().map(ProviderFile::provider),
    };
    Ok((known, file.map(Arc::new)))
}

/// Which field is odd, and what is wrong with the file that it names.
struct Odd {
    field: &'static str,
    file: Option<ProviderFileError>,
}

/// What whoever vouches for it is known by.
fn provider_file(raw: &RawWallet) -> Result<Option<ProviderFile>, Odd> {
    let odd = |field| Odd { field, file: None };
    let load = |path: &Path, name, field| {
        let file = ProviderFile::load(path, name);
        file.map(Some).map_err(|error| Odd { field, file: Some(error) })
    };
    match (&raw.provider_keys_file, &raw.provider, &raw.provider_authorities_file) {
        (None, None, None) => Ok(None),
        (Some(path), None, None) => load(path, None, "provider_keys_file"),
        (None, Some(name), Some(path)) => {
            let name: Issuer = name.parse().map_err(|_| odd("provider"))?;
            if !name.as_str().starts_with("https://") {
                return Err(odd("provider"));
            }
            load(path, Some(name), "provider_authorities_file")
        }
        (Some(_), ..) => Err(odd("provider_keys_file")),
        (None, Some(_), None) => Err(odd("provider_authorities_file")),
        (None, None, Some(_)) => Err(odd("provider")),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use formats::{JwkSet, SigningKey};
    use protocol::issuance::provider::KnownBy;

    use super::*;
    use crate::chain;

    const POCKET: &str = "client_id = 'pocket'
        name = 'Pocket'
        redirect_uris = ['https://pocket.example/back']";

    fn resolved(texts: &[&str], keys: &str) -> Result<KnownWallets, &'static str> {
        let raw: Vec<RawWallet> =
            texts.iter().map(|text| toml::from_str(text).expect("understood")).collect();
        let read = wallets(&raw, toml::from_str(keys).expect("understood"));
        read.map(|(known, _)| known).map_err(|error| error.code())
    }

    #[test]
    fn a_wallet_is_known_with_its_provider() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.json");
        let set = JwkSet::new([SigningKey::generate().public()]).expect("a set");
        fs::write(&path, serde_json::to_string(&set).expect("JSON")).expect("written");
        let vouched = format!("{POCKET}\nprovider_keys_file = '{}'", path.display());
        let known = resolved(&[&vouched], "key_storage = ['iso_18045_high']").expect("known");
        let provider = known.find("pocket").expect("there").provider.as_ref().expect("vouches");
        assert!(matches!(&*provider.known_by(), KnownBy::Keys(keys) if *keys == set));
        assert!(known.find("other").is_none());
        fs::write(&path, "{\"keys\":[]}").expect("written");
        let raw = toml::from_str(&vouched).expect("understood");
        let refused = wallets(&[raw], RawWalletKeys::default()).expect_err("without a key");
        assert_eq!(
            chain::line(&refused),
            "wallets, \"pocket\": provider_keys_file cannot be used: \
             it is not a JSON Web Key Set of one key or more, each with `kid`"
        );
    }

    #[test]
    fn a_provider_is_known_by_keys_or_by_certificates() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("authorities.pem");
        let today = jiff::civil::date(2026, 11, 23);
        let authority = sandbox::authority::Authority::new(today).expect("an authority");
        fs::write(&path, authority.pem()).expect("written");
        let file = format!("provider_authorities_file = '{}'", path.display());
        let named = "provider = 'https://provider.example'";
        let known = resolved(&[&format!("{POCKET}\n{named}\n{file}")], "").expect("known");
        let provider = known.find("pocket").expect("there").provider.as_ref().expect("vouches");
        assert!(matches!(&*provider.known_by(), KnownBy::Certificates(..)));
        for odd in [
            named.to_owned(),
            file.clone(),
            format!("{file}\nprovider = 'provider'"),
            format!("{file}\nprovider = 'http://localhost:8080'"),
            format!("{named}\nprovider_authorities_file = '/nowhere'"),
            format!("{named}\n{file}\nprovider_keys_file = '{}'", path.display()),
        ] {
            assert_eq!(
                resolved(&[&format!("{POCKET}\n{odd}")], "").unwrap_err(),
                "wallet",
                "{odd}"
            );
        }
        fs::write(&path, "no certificate").expect("written");
        assert!(resolved(&[&format!("{POCKET}\n{named}\n{file}")], "").is_err());
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
