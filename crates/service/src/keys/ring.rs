//! The keys, parsed: one that is used for each purpose, and those that still verify or open.

use formats::{CertificateChain, MacKey, OpeningKey, SealingKey, Secret, SigningKey, base64url};

use super::{BadKeys, KeyPurpose, KeyRecord, KeyState, certified::chain_of};

/// The keys, parsed and ready.
pub struct KeyRing {
    pub(super) token_signing: Vec<Kept<SigningKey>>,
    pub(super) certificate_signing: Vec<Kept<SigningKey>>,
    pub(super) ed25519_signing: Vec<Kept<SigningKey>>,
    pub(super) shang_mi_signing: Vec<Kept<SigningKey>>,
    pub(super) verifier_signing: Vec<Kept<SigningKey>>,
    pub(super) receipt_signing: Vec<Kept<SigningKey>>,
    pub(super) references: Vec<Kept<SealingKey>>,
    pub(super) request_opening: Vec<OpeningKey>,
    pub(super) vault_wrapping: Vec<Kept<SealingKey>>,
    pub(super) attributes: Vec<Kept<SealingKey>>,
    pub(super) app_identifiers: Secret<[u8; 32]>,
    pub(super) blind_index: MacKey,
    pub(super) passcodes: Secret<[u8; 32]>,
}

pub(super) struct Kept<K> {
    pub(super) id: String,
    pub(super) key: K,
    /// What authorities say of it.
    pub(super) chain: Option<Chained>,
}

/// A chain, and as headers hold it: written once, sent a thousand times.
pub(super) struct Chained {
    pub(super) chain: CertificateChain,
    pub(super) x5c: Vec<String>,
}

impl TryFrom<&[KeyRecord]> for KeyRing {
    type Error = BadKeys;

    fn try_from(records: &[KeyRecord]) -> Result<Self, BadKeys> {
        Ok(Self {
            token_signing: signing(records, KeyPurpose::TokenSigning)?,
            certificate_signing: signing(records, KeyPurpose::CertificateSigning)?,
            ed25519_signing: signing(records, KeyPurpose::Ed25519Signing)?,
            shang_mi_signing: signing(records, KeyPurpose::ShangMiSigning)?,
            verifier_signing: signing(records, KeyPurpose::VerifierSigning)?,
            receipt_signing: signing(records, KeyPurpose::ReceiptSigning)?,
            references: kept(records, KeyPurpose::References, sealing)?,
            request_opening: opening(records)?,
            vault_wrapping: kept(records, KeyPurpose::VaultWrapping, sealing)?,
            attributes: kept(records, KeyPurpose::Attributes, sealing)?,
            app_identifiers: fixed(records, KeyPurpose::AppIdentifiers)?,
            blind_index: MacKey::from_bytes(fixed(records, KeyPurpose::BlindIndex)?.expose()),
            passcodes: fixed(records, KeyPurpose::Passcodes)?,
        })
    }
}

/// The keys of a purpose, the active one first.
fn kept<K>(
    records: &[KeyRecord],
    purpose: KeyPurpose,
    parse: impl Fn(&[u8]) -> Option<K>,
) -> Result<Vec<Kept<K>>, BadKeys> {
    let mut of_purpose: Vec<_> =
        records.iter().filter(|record| record.purpose == purpose).collect();
    if of_purpose.iter().filter(|record| record.state == KeyState::Active).count() != 1 {
        return Err(BadKeys::NoActive(purpose));
    }
    of_purpose.sort_by_key(|record| record.state != KeyState::Active);
    of_purpose
        .into_iter()
        .map(|record| {
            let secret =
                Secret::new(base64url::decode(&record.secret).map_err(|_| BadKeys::Damaged)?);
            let key = parse(secret.expose()).ok_or(BadKeys::Damaged)?;
            let chain = chain_of(record).transpose().map_err(|_| BadKeys::Damaged)?;
            let chain = chain.map(|chain| Chained { x5c: chain.x5c(), chain });
            Ok(Kept { id: record.id.clone(), key, chain })
        })
        .collect()
}

/// Those of a purpose that signs, each of the purpose's own suite.
fn signing(records: &[KeyRecord], purpose: KeyPurpose) -> Result<Vec<Kept<SigningKey>>, BadKeys> {
    let of_suite = |key: &SigningKey| Some(key.suite()) == purpose.suite();
    kept(records, purpose, |secret| SigningKey::from_pkcs8(secret).ok().filter(of_suite))
}

fn sealing(secret: &[u8]) -> Option<SealingKey> {
    SealingKey::of_its_length(secret).ok()
}

/// Keys to open with, from the scalars that were drawn: one in four thousand million draws is none, and the ring then refuses to
/// be written.
fn opening(records: &[KeyRecord]) -> Result<Vec<OpeningKey>, BadKeys> {
    let scalar = |secret: &[u8]| secret.try_into().ok().map(Secret::<[u8; 32]>::new);
    let scalars = kept(records, KeyPurpose::RequestOpening, scalar)?;
    let key = |kept: Kept<Secret<[u8; 32]>>| {
        OpeningKey::from_scalar(kept.key.expose(), &kept.id).map_err(|_| BadKeys::Damaged)
    };
    scalars.into_iter().map(key).collect()
}

fn fixed(records: &[KeyRecord], purpose: KeyPurpose) -> Result<Secret<[u8; 32]>, BadKeys> {
    let parse = |secret: &[u8]| secret.try_into().ok().map(Secret::new);
    kept(records, purpose, parse)?
        .into_iter()
        .next()
        .map(|kept| kept.key)
        .ok_or(BadKeys::NoActive(purpose))
}
