//! `/native`: the interface of integrations made for the national service, over the same use-cases as everything else.

pub(super) mod authenticate;
pub(super) mod verify;
