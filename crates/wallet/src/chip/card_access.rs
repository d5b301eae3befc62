//! EF.CardAccess: with which variants of PACE a chip opens. Nobody signs it; whoever changes it can only keep us out.

use icao::secure_messaging::{Cipher, objects::take};

use super::elliptic::Curve;

/// A variant of PACE that is spoken here: on an elliptic curve, with generic mapping or chip authentication mapping.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Variant {
    arm: u8,
    pub(super) cipher: Cipher,
    pub(super) curve: Curve,
    /// Whether the chip must be told which of several curves is meant.
    pub(super) name_curve: bool,
}

/// More entries than any chip has.
const MOST_ENTRIES: usize = 64;

/// `id-PACE`, 0.4.0.127.0.7.2.2.4, without tag (ICAO 9303-11 §9.2.3).
const PACE: &[u8] = &[0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04];

/// Its arm for generic mapping on elliptic curves, `id-PACE-ECDH-GM`.
const ECDH_GENERIC: u8 = 2;

/// `id-PACE-ECDH-CAM`. ICAO 9303-11 §4.4.3.3.3: "The mapping phase of the PACE-CAM is identical to the mapping phase of
/// PACE-GM". What it proves beside is left alone: the chip proves itself to the platform, not to us.
const ECDH_CHIP_AUTHENTICATION: u8 = 6;

impl Variant {
    /// The strongest one the chip offers; none if it offers only others, or is not understood.
    pub(super) fn strongest(card_access: &[u8]) -> Option<Self> {
        let mut whole = card_access;
        let (0x31, mut entries) = take(&mut whole)? else { return None };
        let (mut best, mut offered): (Option<Self>, usize) = (None, 0);
        for _ in 0..MOST_ENTRIES {
            let Some((0x30, entry)) = take(&mut entries) else { break };
            let Some((arm, cipher, parameters)) = pace_info(entry) else { continue };
            offered += 1;
            let (Some(cipher), Some(curve)) = (cipher_of(cipher), Curve::of_parameters(parameters))
            else {
                continue;
            };
            let better = best.is_none_or(|best| strength(best.cipher) < strength(cipher));
            if [ECDH_GENERIC, ECDH_CHIP_AUTHENTICATION].contains(&arm) && better {
                best = Some(Self { arm, cipher, curve, name_curve: false });
            }
        }
        best.map(|best| Self { name_curve: offered > 1, ..best })
    }

    /// Its object identifier, without tag.
    pub(super) fn identifier(self) -> Vec<u8> {
        [PACE, &[self.arm, strength(self.cipher)]].concat()
    }
}

/// The arm, the cipher and the parameters of a `PACEInfo`; others are passed over.
fn pace_info(mut entry: &[u8]) -> Option<(u8, u8, u8)> {
    let (0x06, identifier) = take(&mut entry)? else { return None };
    let &[arm, cipher] = identifier.strip_prefix(PACE)? else { return None };
    // ICAO 9303-11 §9.2.3: "version INTEGER, -- MUST be 2".
    let (0x02, [2]) = take(&mut entry)? else { return None };
    let (0x02, &[parameters]) = take(&mut entry)? else { return None };
    Some((arm, cipher, parameters))
}

fn cipher_of(last: u8) -> Option<Cipher> {
    match last {
        1 => Some(Cipher::TripleDes),
        2 => Some(Cipher::Aes128),
        3 => Some(Cipher::Aes192),
        4 => Some(Cipher::Aes256),
        _ => None,
    }
}

/// The last number of the identifier grows with the cipher's strength.
fn strength(cipher: Cipher) -> u8 {
    match cipher {
        Cipher::TripleDes => 1,
        Cipher::Aes128 => 2,
        Cipher::Aes192 => 3,
        Cipher::Aes256 => 4,
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXUPPER;

    use super::*;

    fn of(text: &str) -> Option<Variant> {
        Variant::strongest(&HEXUPPER.decode(text.as_bytes()).unwrap())
    }

    #[test]
    fn appendix_g_1() {
        let variant = of("31143012060A04007F0007020204020202010202010D").unwrap();
        assert_eq!(variant.cipher, Cipher::Aes128);
        assert_eq!(variant.curve, Curve::BrainpoolP256);
        assert!(!variant.name_curve);
        assert_eq!(HEXUPPER.encode(&variant.identifier()), "04007F00070202040202");
    }

    #[test]
    fn the_strongest_of_several_is_named() {
        let (weak, strong) = (
            "3012060A04007F0007020204020102010202010C",
            "3012060A04007F00070202040204020102020110",
        );
        let variant = of(&format!("3128{weak}{strong}")).unwrap();
        assert_eq!((variant.cipher, variant.curve), (Cipher::Aes256, Curve::BrainpoolP384));
        assert!(variant.name_curve);
    }

    #[test]
    fn chip_authentication_mapping_opens_as_generic_mapping_does() {
        let variant = of("31143012060A04007F0007020204060202010202010D").unwrap();
        assert_eq!(HEXUPPER.encode(&variant.identifier()), "04007F00070202040602");
    }

    #[test]
    fn others_are_passed_over() {
        let integrated = "3012060A04007F0007020204040202010202010D";
        assert_eq!(of(&format!("3114{integrated}")), None);
        let first_version = "3012060A04007F0007020204020202010102010D";
        assert_eq!(of(&format!("3114{first_version}")), None);
        let small_curve = "3012060A04007F00070202040202020102020108";
        assert_eq!(of(&format!("3114{small_curve}")), None);
        assert_eq!(of("3100"), None);
        assert_eq!(of(""), None);
    }
}
