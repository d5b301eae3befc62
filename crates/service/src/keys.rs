//! The platform's keys: one purpose each, with an id, a state and a rotation that needs no downtime.
//!
//! Signing keys are published before their first use (`next`) and after their last (`retired`). Sealing keys open what
//! they sealed after they are retired. The keys of application identifiers, of the blind index and of passcodes never
//! rotate: identifiers and verifiers depend on them.
//!
//! OpenID Connect Core §10.1: what signs is published, under a `kid`; the algorithm is the only one a client can have registered.

use std::fmt;

use formats::{
    EncryptionKey, Jwk, JwkSet, MacKey, OpeningKey, SealingKey, Secret, SigningKey, Suite,
    base64url,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a key is for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPurpose {
    /// Signs ID tokens.
    TokenSigning,
    /// Signs net certificates.
    CertificateSigning,
    /// Signs certificates of the `ShangMi` suite, for QR codes.
    ShangMiSigning,
    /// Signs receipts. Its public keys stay published for good: a receipt is looked at years later.
    ReceiptSigning,
    /// Seals codes, tokens, sessions, tickets and enrolments in flight.
    References,
    /// Opens what wallets encrypt for us.
    RequestOpening,
    /// Wraps the data keys of the vault, and seals the portrait references that devices keep.
    VaultWrapping,
    /// Seals what age predicates are computed from.
    Attributes,
    /// Makes application identifiers.
    AppIdentifiers,
    /// Makes the blind index of documents.
    BlindIndex,
    /// Goes into every passcode verifier, so that a stolen database cannot be guessed at.
    Passcodes,
}

impl KeyPurpose {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::TokenSigning,
        Self::CertificateSigning,
        Self::ShangMiSigning,
        Self::ReceiptSigning,
        Self::References,
        Self::RequestOpening,
        Self::VaultWrapping,
        Self::Attributes,
        Self::AppIdentifiers,
        Self::BlindIndex,
        Self::Passcodes,
    ];

    const fn signs(self) -> bool {
        self.suite().is_some()
    }

    /// The suite of its signatures, if it signs.
    const fn suite(self) -> Option<Suite> {
        match self {
            Self::TokenSigning | Self::CertificateSigning | Self::ReceiptSigning => {
                Some(Suite::International)
            }
            Self::ShangMiSigning => Some(Suite::ShangMi),
            _ => None,
        }
    }

    /// Purposes that came after key files were first made: an older file lacks them, and nothing depends on that.
    const LATER: [Self; 3] = [Self::ReceiptSigning, Self::ShangMiSigning, Self::RequestOpening];

    /// Whether keys of this purpose may be rotated.
    pub const fn rotates(self) -> bool {
        !matches!(self, Self::AppIdentifiers | Self::BlindIndex | Self::Passcodes)
    }
}

/// Where a key is in its life.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Published, not yet used.
    Next,
    /// Used.
    Active,
    /// No longer used; what it made is still good.
    Retired,
}

/// A key as its home keeps it.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRecord {
    /// Names the key: the RFC 7638 thumbprint of a signing key, 8 hexadecimal characters of any other.
    pub id: String,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// Where it is in its life.
    pub state: KeyState,
    /// When it was made.
    #[serde(with = "protocol::oidc::numeric_date")]
    pub made_at: Timestamp,
    secret: String,
}

/// Never shows the secret.
impl fmt::Debug for KeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} ({:?})", self.purpose, self.id, self.state)
    }
}

/// The records do not make a ring.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadKeys {
    /// A record cannot be read.
    #[error("a key record is damaged")]
    Damaged,
    /// A purpose lacks its active key, or has two.
    #[error("purpose {0:?} needs exactly one active key")]
    NoActive(KeyPurpose),
    /// The purpose never rotates.
    #[error("{0:?} keys never rotate: identifiers depend on them")]
    Fixed(KeyPurpose),
}

/// Keys for a platform that begins.
pub fn first_keys(now: Timestamp, chance: &mut dyn FnMut(&mut [u8])) -> Vec<KeyRecord> {
    let mut records = Vec::new();
    for purpose in KeyPurpose::ALL {
        begin(&mut records, purpose, now, chance);
    }
    records
}

/// Adds the keys of purposes that an older version did not know; whether there were any.
///
/// A key of another purpose that is missing was lost, and is not made anew: identifiers would change without a word.
pub fn complete(
    records: &mut Vec<KeyRecord>,
    now: Timestamp,
    chance: &mut dyn FnMut(&mut [u8]),
) -> bool {
    let lacks = |purpose: &KeyPurpose| records.iter().all(|record| record.purpose != *purpose);
    let missing: Vec<_> = KeyPurpose::LATER.into_iter().filter(lacks).collect();
    for &purpose in &missing {
        begin(records, purpose, now, chance);
    }
    !missing.is_empty()
}

fn begin(
    records: &mut Vec<KeyRecord>,
    purpose: KeyPurpose,
    now: Timestamp,
    chance: &mut dyn FnMut(&mut [u8]),
) {
    records.push(make(purpose, KeyState::Active, now, chance));
    if purpose.signs() {
        records.push(make(purpose, KeyState::Next, now, chance));
    }
}

/// Retires the active key of a purpose and puts the next one in its place.
///
/// What references seal lives hours: of their keys only the last retired one still opens, so that
/// rotating twice ends whatever a stolen key could forge.
pub fn rotate(
    records: &mut Vec<KeyRecord>,
    purpose: KeyPurpose,
    now: Timestamp,
    chance: &mut dyn FnMut(&mut [u8]),
) -> Result<(), BadKeys> {
    if !purpose.rotates() {
        return Err(BadKeys::Fixed(purpose));
    }
    if purpose == KeyPurpose::References {
        records.retain(|record| record.purpose != purpose || record.state != KeyState::Retired);
    }
    if !purpose.signs() {
        records.push(make(purpose, KeyState::Next, now, chance));
    }
    for record in records.iter_mut().filter(|record| record.purpose == purpose) {
        record.state = match record.state {
            KeyState::Next => KeyState::Active,
            KeyState::Active | KeyState::Retired => KeyState::Retired,
        };
    }
    if purpose.signs() {
        records.push(make(purpose, KeyState::Next, now, chance));
    }
    Ok(())
}

fn make(
    purpose: KeyPurpose,
    state: KeyState,
    made_at: Timestamp,
    chance: &mut dyn FnMut(&mut [u8]),
) -> KeyRecord {
    let (id, secret) = if let Some(suite) = purpose.suite() {
        let key = SigningKey::generate_in(suite);
        (key.public().thumbprint(), base64url::encode(key.to_pkcs8().expose()))
    } else {
        let (mut id, mut secret) = ([0; 4], [0; 32]);
        chance(&mut id);
        chance(&mut secret);
        (data_encoding::HEXLOWER.encode(&id), base64url::encode(&secret))
    };
    KeyRecord { id, purpose, state, made_at, secret }
}

/// The keys, parsed and ready.
pub struct KeyRing {
    token_signing: Vec<Kept<SigningKey>>,
    certificate_signing: Vec<Kept<SigningKey>>,
    shang_mi_signing: Vec<Kept<SigningKey>>,
    receipt_signing: Vec<Kept<SigningKey>>,
    references: Vec<Kept<SealingKey>>,
    request_opening: Vec<OpeningKey>,
    vault_wrapping: Vec<Kept<SealingKey>>,
    attributes: Vec<Kept<SealingKey>>,
    app_identifiers: Secret<[u8; 32]>,
    blind_index: MacKey,
    passcodes: Secret<[u8; 32]>,
}

struct Kept<K> {
    id: String,
    key: K,
}

impl TryFrom<&[KeyRecord]> for KeyRing {
    type Error = BadKeys;

    fn try_from(records: &[KeyRecord]) -> Result<Self, BadKeys> {
        Ok(Self {
            token_signing: kept(records, KeyPurpose::TokenSigning, signing)?,
            certificate_signing: kept(records, KeyPurpose::CertificateSigning, signing)?,
            shang_mi_signing: kept(records, KeyPurpose::ShangMiSigning, shang_mi)?,
            receipt_signing: kept(records, KeyPurpose::ReceiptSigning, signing)?,
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
    parse: fn(&[u8]) -> Option<K>,
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
            Ok(Kept { id: record.id.clone(), key })
        })
        .collect()
}

fn signing(secret: &[u8]) -> Option<SigningKey> {
    SigningKey::from_pkcs8(secret).ok().filter(|key| key.suite() == Suite::International)
}

fn shang_mi(secret: &[u8]) -> Option<SigningKey> {
    SigningKey::from_pkcs8(secret).ok().filter(|key| key.suite() == Suite::ShangMi)
}

fn sealing(secret: &[u8]) -> Option<SealingKey> {
    secret.try_into().ok().map(SealingKey::from_bytes)
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

/// What a sealed text begins with, in characters: the id of the key that sealed it.
const ID_LENGTH: usize = 8;

impl KeyRing {
    /// Signs an ID token or another token for a relying party.
    pub(crate) fn sign_token<T: Serialize>(
        &self,
        typ: &str,
        claims: &T,
    ) -> Result<String, BadKeys> {
        sign(&self.token_signing, KeyPurpose::TokenSigning, typ, claims)
    }

    /// Signs a net certificate.
    pub(crate) fn sign_certificate<T: Serialize>(
        &self,
        typ: &str,
        claims: &T,
    ) -> Result<String, BadKeys> {
        sign(&self.certificate_signing, KeyPurpose::CertificateSigning, typ, claims)
    }

    /// The key that signs what rests on net certificates: credentials and their status lists; and its name.
    pub(crate) fn certificate_signer(&self) -> Result<(&SigningKey, &str), BadKeys> {
        let active = self.certificate_signing.first();
        let kept = active.ok_or(BadKeys::NoActive(KeyPurpose::CertificateSigning))?;
        Ok((&kept.key, &kept.id))
    }

    /// The key that signs certificates for QR codes in that suite.
    pub(crate) fn code_signer(&self, suite: Suite) -> Result<&SigningKey, BadKeys> {
        match suite {
            Suite::International => self.certificate_signer().map(|(key, _)| key),
            Suite::ShangMi => {
                let active = self.shang_mi_signing.first();
                active.map(|kept| &kept.key).ok_or(BadKeys::NoActive(KeyPurpose::ShangMiSigning))
            }
        }
    }

    /// Signs a receipt.
    pub(crate) fn sign_receipt<T: Serialize>(
        &self,
        typ: &str,
        claims: &T,
    ) -> Result<String, BadKeys> {
        sign(&self.receipt_signing, KeyPurpose::ReceiptSigning, typ, claims)
    }

    /// The public keys that verify receipts: every one there ever was.
    pub fn receipt_keys(&self) -> JwkSet {
        public(&self.receipt_signing)
    }

    /// The public keys that verify tokens.
    pub fn token_keys(&self) -> JwkSet {
        public(&self.token_signing)
    }

    /// The public keys that verify net certificates.
    pub fn certificate_keys(&self) -> JwkSet {
        public(&self.certificate_signing)
    }

    /// The same and those of the other suite, for readers of QR codes; whoever knows one suite passes over the other's.
    pub fn reader_keys(&self) -> JwkSet {
        let both = self.certificate_signing.iter().chain(&self.shang_mi_signing);
        JwkSet::archive(both.map(|kept| Jwk::from(&kept.key)))
    }

    /// The key that requests are to be encrypted for, as a set of one.
    pub fn encryption_keys(&self) -> Vec<EncryptionKey> {
        self.request_opening.iter().take(1).map(|key| key.public().clone()).collect()
    }

    /// The key of that name to open a request with; those of yesterday still open.
    pub(crate) fn opening_key(&self, kid: &str) -> Option<&OpeningKey> {
        self.request_opening.iter().find(|key| key.public().kid() == Some(kid))
    }

    pub(crate) fn seal_reference(
        &self,
        nonce: [u8; 12],
        context: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, BadKeys> {
        seal(&self.references, KeyPurpose::References, nonce, context, plain)
    }

    pub(crate) fn open_reference(&self, context: &[u8], sealed: &[u8]) -> Option<Secret<Vec<u8>>> {
        open(&self.references, context, sealed)
    }

    pub(crate) fn wrap(
        &self,
        nonce: [u8; 12],
        context: &[u8],
        data_key: &[u8; 32],
    ) -> Result<Vec<u8>, BadKeys> {
        seal(&self.vault_wrapping, KeyPurpose::VaultWrapping, nonce, context, data_key)
    }

    pub(crate) fn unwrap(&self, context: &[u8], wrapped: &[u8]) -> Option<SealingKey> {
        let plain = open(&self.vault_wrapping, context, wrapped)?;
        plain.expose().as_slice().try_into().ok().map(SealingKey::from_bytes)
    }

    /// A portrait reference names a document: it is sealed as the vault is, though a device keeps it.
    pub(crate) fn seal_portrait_reference(
        &self,
        nonce: [u8; 12],
        context: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, BadKeys> {
        seal(&self.vault_wrapping, KeyPurpose::VaultWrapping, nonce, context, plain)
    }

    pub(crate) fn open_portrait_reference(
        &self,
        context: &[u8],
        sealed: &[u8],
    ) -> Option<Secret<Vec<u8>>> {
        open(&self.vault_wrapping, context, sealed)
    }

    pub(crate) fn seal_attribute(
        &self,
        nonce: [u8; 12],
        context: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, BadKeys> {
        seal(&self.attributes, KeyPurpose::Attributes, nonce, context, plain)
    }

    pub(crate) fn open_attribute(&self, context: &[u8], sealed: &[u8]) -> Option<Secret<Vec<u8>>> {
        open(&self.attributes, context, sealed)
    }

    pub(crate) fn app_identifier(
        &self,
        salt: &[u8; 32],
        organisation: &str,
    ) -> rules::AppIdentifier {
        let bytes =
            formats::pairwise::identifier(self.app_identifiers.expose(), salt, organisation);
        rules::AppIdentifier::from_bytes(bytes)
    }

    pub(crate) fn blind_index(&self, document: &rules::DocumentNumber) -> [u8; 32] {
        self.blind_index.tag(&[document.class().as_str().as_bytes(), document.as_str().as_bytes()])
    }

    pub(crate) fn register_index(&self, register: &rules::RegisterNumber) -> [u8; 32] {
        let kind = store::vault::EntryKind::Register.as_str();
        self.blind_index.tag(&[kind.as_bytes(), register.as_str().as_bytes()])
    }

    /// A counter of what was sent to, or for, somebody: keyed as the blind index is, and never one of its entries.
    pub(crate) fn sending_counter(&self, what: &[u8], whom: &[u8]) -> [u8; 32] {
        self.blind_index.tag(&[b"sendings", what, whom])
    }

    /// What stands for the letters of a code that a person types: short, so that only a key keeps it from being guessed
    /// out of a copy of the row.
    pub(crate) fn code_tag(&self, letters: &str) -> [u8; 32] {
        self.blind_index.tag(&[b"user codes", letters.as_bytes()])
    }

    /// What makes a picture ours, and of this second.
    pub(crate) fn frame_tag(&self, id: &[u8; 16], second: [u8; 8]) -> [u8; 32] {
        self.blind_index.tag(&[b"frames", id, &second])
    }

    /// Which person an officer is, for whoever asks of a person; from it, nobody finds the person.
    pub(crate) fn officer_index(&self, person: rules::PersonId) -> [u8; 32] {
        self.blind_index.tag(&[b"officers", person.bytes()])
    }

    pub(crate) fn pepper(&self) -> &[u8; 32] {
        self.passcodes.expose()
    }
}

fn sign<T: Serialize>(
    keys: &[Kept<SigningKey>],
    purpose: KeyPurpose,
    typ: &str,
    claims: &T,
) -> Result<String, BadKeys> {
    let active = keys.first().ok_or(BadKeys::NoActive(purpose))?;
    Ok(formats::jws::sign(&active.key, &active.id, typ, claims))
}

fn public(keys: &[Kept<SigningKey>]) -> JwkSet {
    // Distinct by construction: ids are thumbprints.
    JwkSet::archive(keys.iter().map(|kept| Jwk::from(&kept.key)))
}

fn seal(
    keys: &[Kept<SealingKey>],
    purpose: KeyPurpose,
    nonce: [u8; 12],
    context: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, BadKeys> {
    let active = keys.first().ok_or(BadKeys::NoActive(purpose))?;
    let mut sealed = active.id.as_bytes().to_vec();
    sealed.extend(active.key.seal(nonce, context, plain));
    Ok(sealed)
}

fn open(keys: &[Kept<SealingKey>], context: &[u8], sealed: &[u8]) -> Option<Secret<Vec<u8>>> {
    let (id, sealed) = sealed.split_at_checked(ID_LENGTH)?;
    let kept = keys.iter().find(|kept| kept.id.as_bytes() == id)?;
    kept.key.open(context, sealed).ok()
}
