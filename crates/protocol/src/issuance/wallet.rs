//! Wallets that an operator knows: public clients, which nobody gave a secret, named in the configuration (`OpenID4VCI` §12.1).

use super::provider::Provider;
use crate::oauth::{client::ClientId, redirect_uri::RedirectUri};

/// A wallet, in all its instances: they share its name, so that it tells nothing of a person.
#[derive(Clone, Debug)]
pub struct KnownWallet {
    /// Its name as a client.
    pub id: ClientId,
    /// What people call it.
    pub name: String,
    /// Where it may have browsers sent back.
    pub redirect_uris: Vec<RedirectUri>,
    /// Whoever vouches for its instances; without, nobody does.
    pub provider: Option<Provider>,
}

/// All wallets that are known, and what is asked of their keys.
#[derive(Clone, Debug, Default)]
pub struct KnownWallets {
    wallets: Vec<KnownWallet>,
    demands: KeyDemands,
}

/// What keys must be kept in and used by, as a provider says of them; nothing by default.
///
/// `OpenID4VCI` appendix D.2: the values are names of a resistance to attack, such as `iso_18045_high`.
#[derive(Clone, Debug, Default)]
pub struct KeyDemands {
    /// One of these storages.
    pub key_storage: Vec<String>,
    /// One of these ways to know the user.
    pub user_authentication: Vec<String>,
}

impl KeyDemands {
    /// Is anything demanded?
    pub fn is_empty(&self) -> bool {
        self.key_storage.is_empty() && self.user_authentication.is_empty()
    }
}

/// Two wallets have one name, or keys are demanded for which nobody may vouch.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotKnown {
    /// Two have one name.
    #[error("two wallets have one client_id")]
    SameName,
    /// Something is demanded that nobody could say.
    #[error("keys must be vouched for, and no wallet has a provider")]
    NobodyVouches,
}

impl KnownWallets {
    /// These.
    pub fn new(wallets: Vec<KnownWallet>, demands: KeyDemands) -> Result<Self, NotKnown> {
        let mut names: Vec<_> = wallets.iter().map(|wallet| wallet.id.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() < wallets.len() {
            return Err(NotKnown::SameName);
        }
        let known = Self { wallets, demands };
        if !known.demands.is_empty() && known.providers().next().is_none() {
            return Err(NotKnown::NobodyVouches);
        }
        Ok(known)
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.wallets.is_empty()
    }

    /// The wallet of that name.
    pub fn find(&self, id: &str) -> Option<&KnownWallet> {
        self.wallets.iter().find(|wallet| wallet.id.as_str() == id)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &KnownWallet> {
        self.wallets.iter()
    }

    /// How they show who they are: names of RFC 7591, and of draft-ietf-oauth-attestation-based-client-auth-10 §8.
    pub fn authentication(&self) -> Vec<&'static str> {
        let alone = self.wallets.iter().any(|wallet| wallet.provider.is_none());
        let vouched = self.providers().next().is_some();
        let words = alone.then_some(["none"].as_slice()).into_iter();
        let more = ["attest_jwt_client_auth", "attest_jwt_client_auth_dpop"];
        words.chain(vouched.then_some(more.as_slice())).flatten().copied().collect()
    }

    /// All who vouch for wallets.
    pub fn providers(&self) -> impl Iterator<Item = &Provider> {
        self.wallets.iter().filter_map(|wallet| wallet.provider.as_ref())
    }

    /// What is asked of keys.
    pub fn demands(&self) -> &KeyDemands {
        &self.demands
    }
}
