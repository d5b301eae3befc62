//! What the keys are used for, each use by its name: nobody else picks a key.

use formats::{
    EncryptionKey, Jwk, JwkSet, OpeningKey, SealingKey, Secret, Signer, SigningKey, Suite,
};
use jiff::Timestamp;
use serde::Serialize;

use super::{BadKeys, KeyPurpose, KeyRing, ring::Kept};

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

    /// The key that signs what rests on net certificates: credentials, their status lists and the issuer's metadata; its name, and
    /// its certificates.
    pub(crate) fn certificate_signer(&self) -> Result<Signer<'_>, BadKeys> {
        let active = self.certificate_signing.first();
        active.map(signer).ok_or(BadKeys::NoActive(KeyPurpose::CertificateSigning))
    }

    /// The key that signs certificates for QR codes in that suite.
    pub(crate) fn code_signer(&self, suite: Suite) -> Result<&SigningKey, BadKeys> {
        let (keys, purpose) = match suite {
            Suite::International => (&self.certificate_signing, KeyPurpose::CertificateSigning),
            Suite::Ed25519 => (&self.ed25519_signing, KeyPurpose::Ed25519Signing),
            Suite::ShangMi => (&self.shang_mi_signing, KeyPurpose::ShangMiSigning),
        };
        keys.first().map(|kept| &kept.key).ok_or(BadKeys::NoActive(purpose))
    }

    /// The key that signs what is said of verifiers and asked for them, and its name.
    pub(crate) fn verifier_signer(&self) -> Result<(&SigningKey, &str), BadKeys> {
        let active = self.verifier_signing.first();
        let kept = active.ok_or(BadKeys::NoActive(KeyPurpose::VerifierSigning))?;
        Ok((&kept.key, &kept.id))
    }

    /// The hash of the certificate that questions are asked under, while it counts.
    pub(crate) fn verifier_certificate(&self, now: Timestamp) -> Option<String> {
        let chain = &self.verifier_signing.first()?.chain.as_ref()?.chain;
        (now.as_second() <= chain.until()).then(|| chain.hash())
    }

    /// The key with the certificate of that hash, also where another has followed it meanwhile.
    pub(crate) fn verifier_certified(&self, hash: &str) -> Option<Signer<'_>> {
        let is_it = |kept: &&Kept<SigningKey>| {
            kept.chain.as_ref().is_some_and(|chained| chained.chain.hash() == hash)
        };
        self.verifier_signing.iter().find(is_it).map(signer)
    }

    /// The public keys by which a wallet knows who asks.
    pub fn verifier_keys(&self) -> JwkSet {
        public(&self.verifier_signing)
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

    /// The same and those of the other suites, for readers of QR codes; whoever knows one suite passes over the others'.
    pub fn reader_keys(&self) -> JwkSet {
        let of_suites = [&self.certificate_signing, &self.ed25519_signing, &self.shang_mi_signing];
        JwkSet::archive(of_suites.into_iter().flatten().map(|kept| Jwk::from(&kept.key)))
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

    /// How long a new data key is: it is of the cipher that will wrap it.
    pub(crate) fn data_key_length(&self) -> Result<usize, BadKeys> {
        let active = self.vault_wrapping.first();
        let active = active.ok_or(BadKeys::NoActive(KeyPurpose::VaultWrapping))?;
        Ok(active.key.cipher().key_length())
    }

    pub(crate) fn wrap(
        &self,
        nonce: [u8; 12],
        context: &[u8],
        data_key: &[u8],
    ) -> Result<Vec<u8>, BadKeys> {
        seal(&self.vault_wrapping, KeyPurpose::VaultWrapping, nonce, context, data_key)
    }

    pub(crate) fn unwrap(&self, context: &[u8], wrapped: &[u8]) -> Option<SealingKey> {
        let plain = open(&self.vault_wrapping, context, wrapped)?;
        SealingKey::of_its_length(plain.expose()).ok()
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

/// What a sealed text begins with, in characters: the id of the key that sealed it.
const ID_LENGTH: usize = 8;

fn sign<T: Serialize>(
    keys: &[Kept<SigningKey>],
    purpose: KeyPurpose,
    typ: &str,
    claims: &T,
) -> Result<String, BadKeys> {
    let active = keys.first().ok_or(BadKeys::NoActive(purpose))?;
    Ok(formats::jws::sign(&active.key, &active.id, typ, claims))
}

fn signer(kept: &Kept<SigningKey>) -> Signer<'_> {
    let x5c = kept.chain.as_ref().map_or(&[][..], |chain| &chain.x5c);
    Signer { key: &kept.key, kid: &kept.id, x5c }
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
