//! EF.CardAccess: with which variants of PACE a chip opens. Nobody signs it; whoever changes it can only keep us out.

use icao::{
    groups::Group,
    secure_messaging::{Cipher, objects::take},
};

/// A variant of PACE.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Variant {
    arm: u8,
    pub(super) mapping: Mapping,
    pub(super) cipher: Cipher,
    pub(super) group: Group,
    number: u8,
    /// Whether the chip must be told which of several groups is meant.
    pub(super) name_group: bool,
}

/// How PACE's nonce becomes a generator, the better ones last.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Mapping {
    /// From the nonces alone.
    Integrated,
    /// By an agreement.
    Generic,
    /// By an agreement in which the chip proves itself.
    ChipAuthentication,
}

/// More entries than any chip has.
const MOST_ENTRIES: usize = 64;

/// `id-PACE`, 0.4.0.127.0.7.2.2.4, without tag (ICAO 9303-11 §9.2.3).
const PACE: &[u8] = &[0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04];

impl Mapping {
    /// Its arms of `id-PACE`: in prime fields, and on elliptic curves.
    ///
    /// ICAO 9303-11 §4.4.3: "DH-variants are not available" for the last.
    fn of_arm(arm: u8) -> Option<(Self, bool)> {
        Some(match arm {
            1 => (Self::Generic, false),
            2 => (Self::Generic, true),
            3 => (Self::Integrated, false),
            4 => (Self::Integrated, true),
            6 => (Self::ChipAuthentication, true),
            _ => return None,
        })
    }
}

impl Variant {
    /// The strongest one the chip offers; none if it offers only others, or is not understood.
    pub(super) fn strongest(card_access: &[u8]) -> Option<Self> {
        let mut whole = card_access;
        let (0x31, mut entries) = take(&mut whole)? else { return None };
        let (mut best, mut offered): (Option<Self>, usize) = (None, 0);
        for _ in 0..MOST_ENTRIES {
            let Some((0x30, entry)) = take(&mut entries) else { break };
            let Some((arm, cipher, number)) = pace_info(entry) else { continue };
            offered += 1;
            let Some(variant) = Self::of_numbers(arm, cipher, number) else { continue };
            if best.as_ref().is_none_or(|best| best.rank() < variant.rank()) {
                best = Some(variant);
            }
        }
        best.map(|best| Self { name_group: offered > 1, ..best })
    }

    fn of_numbers(arm: u8, cipher: u8, number: u8) -> Option<Self> {
        let (mapping, elliptic) = Mapping::of_arm(arm)?;
        let (cipher, group) = (cipher_of(cipher)?, Group::standardized(number)?);
        let fits = group.is_elliptic() == elliptic
            && (mapping != Mapping::Integrated || group.has_integrated_mapping())
            && (mapping != Mapping::ChipAuthentication || cipher != Cipher::TripleDes);
        fits.then_some(Self { arm, mapping, cipher, group, number, name_group: false })
    }

    /// Ciphers first, curves before the slower fields, then what proves the most.
    fn rank(&self) -> (u8, bool, Mapping) {
        (strength(self.cipher), self.group.is_elliptic(), self.mapping)
    }

    /// The group's number. ICAO 9303-11 table 12.
    pub(super) fn number(&self) -> u8 {
        self.number
    }

    /// Its object identifier, without tag.
    pub(super) fn identifier(&self) -> Vec<u8> {
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
        assert_eq!((variant.cipher, variant.mapping), (Cipher::Aes128, Mapping::Generic));
        assert_eq!((variant.number(), variant.name_group), (13, false));
        assert_eq!(HEXUPPER.encode(&variant.identifier()), "04007F00070202040202");
    }

    #[test]
    fn the_strongest_of_several_is_named() {
        let (weak, strong) = (
            "3012060A04007F0007020204020102010202010C",
            "3012060A04007F00070202040204020102020110",
        );
        let variant = of(&format!("3128{weak}{strong}")).unwrap();
        assert_eq!((variant.cipher, variant.number()), (Cipher::Aes256, 16));
        assert!(variant.name_group);
    }

    #[test]
    fn curves_come_before_fields_and_proofs_before_plain_openings() {
        let (field, integrated, proving) = (
            "3012060A04007F00070202040102020102020102",
            "3012060A04007F0007020204040202010202010D",
            "3012060A04007F0007020204060202010202010D",
        );
        let mapping = |text: String| of(&text).map(|variant| (variant.mapping, variant.number()));
        assert_eq!(mapping(format!("3114{field}")), Some((Mapping::Generic, 2)));
        let both = format!("3128{field}{integrated}");
        assert_eq!(mapping(both), Some((Mapping::Integrated, 13)));
        let all = format!("313C{field}{proving}{integrated}");
        assert_eq!(mapping(all), Some((Mapping::ChipAuthentication, 13)));
    }

    #[test]
    fn others_are_passed_over() {
        for odd in [
            // The first version; a group without number; a curve under a field's name, and the other way round; P-224, into
            // which no nonce can be mapped; a proof with 3DES; an arm that does not exist.
            "3012060A04007F0007020204020202010102010D",
            "3012060A04007F00070202040202020102020113",
            "3012060A04007F0007020204010202010202010D",
            "3012060A04007F00070202040202020102020100",
            "3012060A04007F0007020204040202010202010A",
            "3012060A04007F0007020204060102010202010D",
            "3012060A04007F0007020204050202010202010D",
        ] {
            assert_eq!(of(&format!("3114{odd}")), None, "{odd}");
        }
        assert_eq!(of("3100"), None);
        assert_eq!(of(""), None);
    }
}
