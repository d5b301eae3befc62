//! Reading a passport, and everything that can happen to it on the way.

use icao::{Bytes, ChipQuestion};
use proptest::prelude::*;
use sha1::{Digest, Sha1};
use wallet::chip::{self, Access, Chance, Error, File, Files, MrzKey, Next, OpenChip, Progress};
use yinzheng_wallet as wallet;

use crate::{
    emulated::{Chip, Opens},
    secure::framed,
};

const WAYS: [Opens; 2] = [Opens::WithBac, Opens::WithPace];

fn key() -> MrzKey {
    MrzKey::new("L898902C", "690806", "940623").unwrap()
}

/// A passport whose portrait is long enough to be read with both forms of READ BINARY.
fn passport(opens: Opens, portrait: usize) -> Chip {
    let portrait: Vec<u8> = (0..portrait).map(|place| (place / 7) as u8).collect();
    let common =
        [&b"\x5F\x01\x040107\x5F\x36\x06040000"[..], &framed(0x5C, b"\x61\x75\x6F")].concat();
    let files = [
        ([1, 0x1E], framed(0x60, &common)),
        ([1, 0x1D], framed(0x77, &[0x51; 1500])),
        ([1, 1], framed(0x61, &[0x52; 93])),
        ([1, 2], framed(0x75, &portrait)),
        ([1, 15], framed(0x6F, &[0x54; 91])),
    ];
    Chip::new(opens, &Sha1::digest("L898902C<369080619406236"), &files)
}

fn chance() -> Chance {
    let mut next = 0_u8;
    Chance::new(move |bytes| {
        bytes.fill_with(|| {
            next = next.wrapping_add(41);
            next
        });
    })
}

/// Carries the bytes to and fro; `disturb` may change what the chip answered.
fn carry(
    chip: &mut Chip,
    begun: Result<Next, Error>,
    mut disturb: impl FnMut(&mut Vec<u8>),
    mut watch: impl FnMut(Progress),
) -> Result<Next, Error> {
    let mut next = begun?;
    while let Next::Say(said) = next {
        watch(said.progress());
        let mut response = chip.transmit(said.command());
        disturb(&mut response);
        next = said.on_response(&response)?;
    }
    Ok(next)
}

fn read(chip: &mut Chip, key: MrzKey) -> Result<(Files, OpenChip), Error> {
    match carry(chip, chip::open(Access::Mrz(key), chance()), |_| (), |_| ())? {
        Next::Read(files, chip) => Ok((files, chip)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_passport_is_read_and_signs() {
    for opens in WAYS {
        let mut passport = passport(opens, 40_000);
        let (files, open) = read(&mut passport, key()).unwrap();
        assert_eq!(files.sod().len(), 1504);
        assert_eq!(files.group(1).unwrap().len(), 95);
        let portrait = files.group(2).unwrap();
        assert_eq!(portrait.len(), 40_004);
        assert!(portrait[4..].iter().enumerate().all(|(place, byte)| *byte == (place / 7) as u8));
        assert_eq!(files.groups().map(|(number, _)| number).collect::<Vec<_>>(), [1, 2, 15]);

        let challenge = ChipQuestion::Active { challenge: Bytes(vec![7; 8]) };
        let next = carry(&mut passport, open.answer(challenge), |_| (), |_| ()).unwrap();
        let Next::Answered(answer) = next else { panic!("{next:?}") };
        assert_eq!(answer.response.0, Sha1::digest([7; 8]).to_vec(), "{opens:?}");
    }
}

#[test]
fn the_last_of_what_is_said_far_into_a_file_is_read_too() {
    // Up to and over the place where READ BINARY says where to begin in another way.
    for length in [32_760, 32_763, 32_764, 32_765, 33_000, 70_000] {
        let (files, _) = read(&mut passport(Opens::WithBac, length), key()).unwrap();
        let head = if length > 65_535 { 5 } else { 4 };
        assert_eq!(files.group(2).unwrap().len(), length + head);
    }
}

#[test]
fn progress_tells_how_far_reading_is() {
    let (mut passport, mut seen) = (passport(Opens::WithPace, 2_000), Vec::new());
    let begun = chip::open(Access::Mrz(key()), chance());
    carry(&mut passport, begun, |_| (), |progress| seen.push(progress)).unwrap();
    assert_eq!(seen.first(), Some(&Progress::Opening));
    let portrait: Vec<_> = seen
        .into_iter()
        .filter_map(|progress| match progress {
            Progress::Reading { file: File::Group(2), done, of } if of > 0 => Some((done, of)),
            _ => None,
        })
        .collect();
    assert_eq!(portrait.first(), Some(&(5, 2_004)));
    assert!(portrait.is_sorted() && portrait.len() == 10);
}

#[test]
fn a_number_typed_wrong_opens_nothing() {
    let wrong = || MrzKey::new("L898902D", "690806", "940623").unwrap();
    for opens in WAYS {
        let error = read(&mut passport(opens, 100), wrong()).err();
        assert_eq!(error, Some(Error::WrongNumber), "{opens:?}");
    }
}

#[test]
fn a_portrait_of_a_megabyte_is_not_read() {
    let error = read(&mut passport(Opens::WithBac, 1 << 20), key()).err();
    assert_eq!(error, Some(Error::TooLong(File::Group(2))));
}

#[test]
fn a_question_for_a_key_the_chip_does_not_have() {
    let (_, open) = read(&mut passport(Opens::WithBac, 100), key()).unwrap();
    let question: ChipQuestion =
        serde_json::from_str(r#"{"chip":{"public_key":"BA","cipher":"aes128","command":"DLA"}}"#)
            .unwrap();
    assert_eq!(open.answer(question).err(), Some(Error::QuestionUnknown));
}

#[test]
fn a_document_taken_away_and_put_back_is_disturbed() {
    for opens in WAYS {
        let (mut first, mut second) = (passport(opens, 5_000), passport(opens, 5_000));
        let mut next = chip::open(Access::Mrz(key()), chance()).unwrap();
        let mut said_so_far = 0;
        let error = loop {
            let Next::Say(said) = next else { panic!("{next:?}") };
            said_so_far += 1;
            let chip = if said_so_far > 20 { &mut second } else { &mut first };
            let response = chip.transmit(said.command());
            match said.on_response(&response) {
                Ok(then) => next = then,
                Err(error) => break error,
            }
        };
        assert_eq!(error.code(), "chip_disturbed", "{opens:?}: {error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Whatever byte of whatever answer is changed, cut off or added: no other files are read.
    #[test]
    fn a_disturbed_line_never_leads_to_other_files(
        pace: bool,
        which: prop::sample::Index,
        place: prop::sample::Index,
        change in prop_oneof![(1_u8..).prop_map(Change::Flip), Just(Change::Cut), Just(Change::Add)],
    ) {
        let opens = if pace { Opens::WithPace } else { Opens::WithBac };
        let (mut answers, mut number) = (0, 0);
        let begun = || chip::open(Access::Mrz(key()), chance());
        let good = carry(&mut passport(opens, 300), begun(), |_| answers += 1, |_| ()).unwrap();
        let Next::Read(good, _) = good else { panic!("{good:?}") };
        let at = which.index(answers);
        let disturb = |response: &mut Vec<u8>| {
            if number == at {
                change.apply(response, place);
            }
            number += 1;
        };
        if let Ok(Next::Read(files, _)) = carry(&mut passport(opens, 300), begun(), disturb, |_| ()) {
            // What is said in clear before the chip is open may lead to another way of opening it, and to nothing else.
            prop_assert!(at < 4, "the answer {at} was changed and nobody noticed");
            prop_assert_eq!(files.sod(), good.sod());
            prop_assert!(files.groups().eq(good.groups()));
        }
    }

    /// A chip that answers anything at all gets no further than being refused.
    #[test]
    fn no_answer_is_too_strange(answers: Vec<Vec<u8>>) {
        let mut next = chip::open(Access::Mrz(key()), chance());
        for answer in answers {
            next = match next {
                Ok(Next::Say(said)) => said.on_response(&answer),
                _ => break,
            };
        }
        prop_assert!(!matches!(next, Ok(Next::Read(..))));
    }
}

#[derive(Clone, Copy, Debug)]
enum Change {
    Flip(u8),
    Cut,
    Add,
}

impl Change {
    fn apply(self, response: &mut Vec<u8>, place: prop::sample::Index) {
        let place = place.index(response.len());
        match self {
            Self::Flip(bits) => response[place] ^= bits,
            Self::Cut => response.truncate(place),
            Self::Add => response.insert(place, 0x90),
        }
    }
}
