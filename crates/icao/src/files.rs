//! The files a reader took from a chip: bounded, and wiped when dropped, for they say everything about a person.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use crate::Refused;

/// The largest EF.SOD taken: several signer certificates with RSA-4096 keys fit into half of it.
pub const MOST_SOD: usize = 32 * 1024;

/// The largest DG2 taken.
///
/// ICAO 9303-10 reckons 15 to 20 kB for one portrait; real ones reach some 50 kB.
pub const MOST_PORTRAIT: usize = 256 * 1024;

/// The largest of the other data groups taken.
pub const MOST_GROUP: usize = 16 * 1024;

/// A data group of the logical data structure, 1 to 16.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DataGroup(u8);

impl DataGroup {
    /// DG1: the machine readable zone.
    pub const MRZ: Self = Self(1);
    /// DG2: the portrait.
    pub const PORTRAIT: Self = Self(2);
    /// DG11: further details, among them the name in national characters.
    pub const DETAILS: Self = Self(11);
    /// DG14: security infos, among them the keys of chip authentication.
    pub const SECURITY_INFOS: Self = Self(14);
    /// DG15: the key of active authentication.
    pub const ACTIVE_KEY: Self = Self(15);

    /// The group with this number; none outside 1 to 16.
    pub const fn new(number: u8) -> Option<Self> {
        if matches!(number, 1..=16) { Some(Self(number)) } else { None }
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The tag its file begins with (ICAO 9303-10 Table 38).
    pub const fn tag(self) -> u8 {
        match self.0 {
            1 => 0x61,
            2 => 0x75,
            3 => 0x63,
            4 => 0x76,
            5 => 0x65,
            6 => 0x66,
            7 => 0x67,
            8 => 0x68,
            9 => 0x69,
            10 => 0x6a,
            11 => 0x6b,
            12 => 0x6c,
            13 => 0x6d,
            14 => 0x6e,
            15 => 0x6f,
            _ => 0x70,
        }
    }

    /// The group whose file begins with this tag.
    pub fn of_tag(tag: u8) -> Option<Self> {
        (1..=16).map(Self).find(|group| group.tag() == tag)
    }

    const fn most(self) -> usize {
        if self.0 == 2 { MOST_PORTRAIT } else { MOST_GROUP }
    }
}

/// What was read from one chip: EF.SOD and data groups, each a whole file with its tag. Nothing of it prints.
#[derive(Clone)]
pub struct ChipFiles {
    sod: Zeroizing<Vec<u8>>,
    groups: BTreeMap<DataGroup, Zeroizing<Vec<u8>>>,
}

impl ChipFiles {
    /// Takes the files as they were sent, the groups under their numbers; refuses what is too large.
    pub fn new(sod: Vec<u8>, groups: BTreeMap<u8, Vec<u8>>) -> Result<Self, Refused> {
        let sod = Zeroizing::new(sod);
        let groups: Vec<_> =
            groups.into_iter().map(|(number, bytes)| (number, Zeroizing::new(bytes))).collect();
        if sod.len() > MOST_SOD {
            return Err(Refused::GroupTooLarge);
        }
        let mut taken = BTreeMap::new();
        for (number, bytes) in groups {
            let group = DataGroup::new(number).ok_or(Refused::Malformed)?;
            if bytes.len() > group.most() {
                return Err(Refused::GroupTooLarge);
            }
            taken.insert(group, bytes);
        }
        Ok(Self { sod, groups: taken })
    }

    /// EF.SOD.
    pub fn sod(&self) -> &[u8] {
        &self.sod
    }

    /// The file of a data group, if it was sent.
    pub fn group(&self, group: DataGroup) -> Option<&[u8]> {
        self.groups.get(&group).map(|bytes| bytes.as_slice())
    }

    /// Every data group that was sent.
    pub fn groups(&self) -> impl Iterator<Item = (DataGroup, &[u8])> {
        self.groups.iter().map(|(group, bytes)| (*group, bytes.as_slice()))
    }
}

impl std::fmt::Debug for ChipFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChipFiles([secret])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_too_large_is_refused() {
        let with = |sod: usize, number: u8, length: usize| {
            ChipFiles::new(vec![0; sod], BTreeMap::from([(number, vec![0; length])])).map(drop)
        };
        assert_eq!(with(10, 2, 1024 * 1024), Err(Refused::GroupTooLarge));
        assert_eq!(with(10, 2, MOST_PORTRAIT), Ok(()));
        assert_eq!(with(10, 1, MOST_GROUP + 1), Err(Refused::GroupTooLarge));
        assert_eq!(with(MOST_SOD + 1, 1, 10), Err(Refused::GroupTooLarge));
        assert_eq!(with(10, 0, 10), Err(Refused::Malformed));
        assert_eq!(with(10, 17, 10), Err(Refused::Malformed));
    }

    #[test]
    fn tags_name_their_groups() {
        for number in 1..=16 {
            let group = DataGroup::new(number).unwrap();
            assert_eq!(DataGroup::of_tag(group.tag()), Some(group));
        }
        assert_eq!(DataGroup::of_tag(0x60), None, "EF.COM is no data group");
    }

    #[test]
    fn nothing_prints() {
        let files = ChipFiles::new(vec![0x77], BTreeMap::from([(1, b"ERIKSSON".to_vec())]));
        assert_eq!(format!("{files:?}"), "Ok(ChipFiles([secret]))");
    }
}
