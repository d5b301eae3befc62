//! DG14: what else the chip can do, and its public keys for chip authentication (ICAO 9303-11 §9.2, BSI TR-03110).

use crate::{DataGroup, Refused, cms::SignedData, secure_messaging::Cipher, tlv, tlv::Reader};

/// How the secret of chip authentication is agreed upon.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Agreement {
    /// In the multiplicative group of a prime field.
    Dh,
    /// On an elliptic curve.
    Ecdh,
}

/// A public key of the chip for chip authentication.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ChipKey {
    /// Its number, when the chip has several.
    pub id: Option<Vec<u8>>,
    /// How the secret is agreed upon.
    pub agreement: Agreement,
    /// Its `SubjectPublicKeyInfo`, in DER.
    pub public_key: Vec<u8>,
    /// The ciphers that the chip offers with it.
    pub ciphers: Vec<Cipher>,
}

/// What of DG14 we understand; the rest belongs to other protocols.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SecurityInfos {
    /// Public keys for chip authentication.
    pub chip_keys: Vec<ChipKey>,
    /// The signature algorithm of active authentication with ECDSA: its object identifier, in DER without tag.
    pub active_algorithm: Option<Vec<u8>>,
}

/// `id-PK-DH` and `id-PK-ECDH`: 0.4.0.127.0.7.2.2.1.{1,2} (ICAO 9303-11 §6.2.4.1).
const PUBLIC_KEY: &[u8] = &[0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x01];
/// `id-CA-DH-…` and `id-CA-ECDH-…`: 0.4.0.127.0.7.2.2.3.{1,2}.n (ICAO 9303-11 §6.2.4.1).
const CHIP_AUTHENTICATION: &[u8] = &[0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x03];
/// `id-icao-mrtd-security-aaProtocolObject`: 2.23.136.1.1.5 (ICAO 9303-11 §6.1.2).
const ACTIVE_AUTHENTICATION: &[u8] = &[0x67, 0x81, 0x08, 0x01, 0x01, 0x05];

/// More security infos than any chip has.
const MOST_INFOS: usize = 64;

struct Offer {
    agreement: Agreement,
    cipher: Cipher,
    key_id: Option<Vec<u8>>,
}

impl SecurityInfos {
    /// Reads DG14.
    pub fn parse(dg14: &[u8]) -> Result<Self, Refused> {
        Self::of_set(tlv::only(dg14, DataGroup::SECURITY_INFOS.tag().into())?)
    }

    /// Reads EF.CardSecurity, which a chip with chip authentication mapping has (ICAO 9303-11 §9.2.11), without its
    /// signature. What it says counts where signed files say the same.
    pub fn unverified_of_card_security(file: &[u8]) -> Result<Self, Refused> {
        /// `id-SecurityObject` 0.4.0.127.0.7.3.2.1 (BSI TR-03110-3 §A.1.2.5).
        const SECURITY_OBJECT: &[u8] = &[0x04, 0x00, 0x7f, 0x00, 0x07, 0x03, 0x02, 0x01];
        Self::of_set(SignedData::parse(file, SECURITY_OBJECT)?.content)
    }

    fn of_set(set: &[u8]) -> Result<Self, Refused> {
        let mut infos = Reader::new(tlv::only(set, 0x31)?);
        let (mut found, mut offers) = (Self::default(), Vec::new());
        for _ in 0..MOST_INFOS {
            let Some(info) = infos.next()? else { break };
            if info.tag != 0x30 {
                return Err(Refused::Malformed);
            }
            found.take(info.value, &mut offers)?;
        }
        infos.end()?;
        found.match_offers(&offers);
        Ok(found)
    }

    fn take(&mut self, info: &[u8], offers: &mut Vec<Offer>) -> Result<(), Refused> {
        let mut info = Reader::new(info);
        let protocol = info.expect(0x06)?;
        if let Some([which]) = protocol.strip_prefix(PUBLIC_KEY) {
            let agreement = agreement(*which)?;
            let public_key = info.any()?;
            let id = info.take(0x02)?.map(|id| id.value.to_vec());
            self.chip_keys.push(ChipKey {
                id,
                agreement,
                public_key: public_key.whole.to_vec(),
                ciphers: Vec::new(),
            });
        } else if let Some([which, cipher]) = protocol.strip_prefix(CHIP_AUTHENTICATION) {
            let agreement = agreement(*which)?;
            // ICAO 9303-11 §6.2.4.1: "version INTEGER, -- MUST be 1".
            if info.expect(0x02)? != [1] {
                return Ok(());
            }
            let key_id = info.take(0x02)?.map(|id| id.value.to_vec());
            let cipher = match cipher {
                1 => Cipher::TripleDes,
                2 => Cipher::Aes128,
                3 => Cipher::Aes192,
                4 => Cipher::Aes256,
                _ => return Ok(()),
            };
            offers.push(Offer { agreement, cipher, key_id });
        } else if protocol == ACTIVE_AUTHENTICATION {
            // ICAO 9303-11 §6.1.2: "version INTEGER, -- MUST be 1", "signatureAlgorithm OBJECT IDENTIFIER".
            if info.expect(0x02)? == [1] {
                self.active_algorithm = Some(info.expect(0x06)?.to_vec());
            }
        }
        Ok(())
    }

    /// Gives each key the ciphers that were offered for it.
    fn match_offers(&mut self, offers: &[Offer]) {
        for key in &mut self.chip_keys {
            key.ciphers = offers
                .iter()
                .filter(|offer| offer.agreement == key.agreement && offer.key_id == key.id)
                .map(|offer| offer.cipher)
                .collect();
            // ICAO 9303-11 §6.2.4.1: a chip of the first generation has the key only; 3DES was the only cipher then.
            if offers.is_empty() {
                key.ciphers.push(Cipher::TripleDes);
            }
            key.ciphers.sort_unstable_by_key(|cipher| cipher.name());
        }
    }
}

fn agreement(which: u8) -> Result<Agreement, Refused> {
    match which {
        1 => Ok(Agreement::Dh),
        2 => Ok(Agreement::Ecdh),
        _ => Err(Refused::Malformed),
    }
}
