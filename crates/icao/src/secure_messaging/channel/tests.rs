//! The worked examples of the standard, and what happens when a byte of them is another.

use data_encoding::HEXUPPER;
use proptest::prelude::*;

use super::*;
use crate::secure_messaging::Cipher;

fn hex(text: &str) -> Vec<u8> {
    HEXUPPER.decode(text.as_bytes()).unwrap()
}

/// ICAO 9303-11 Appendix D.3: the secret both sides have after basic access control, and where they begin to count.
fn appendix_d() -> Channel {
    let keys = Keys::derive(Cipher::TripleDes, &hex("0036D272F5C350ACAC50C3F572D23600"));
    Channel::beginning_at(keys, hex("887022120C06C226").try_into().unwrap())
}

/// ICAO 9303-11 Appendix G.1: the secret after PACE with AES-128.
fn appendix_g() -> Channel {
    let secret = hex("28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925");
    Channel::new(Keys::derive(Cipher::Aes128, &secret))
}

fn select(file: [u8; 2]) -> Command {
    Command::new([0, 0xA4, 2, 0xC]).with_data(&file).unwrap()
}

fn read(offset: u8, expected: usize) -> Command {
    Command::new([0, 0xB0, 0, offset]).expecting(expected).unwrap()
}

#[test]
fn appendix_d_4_select_and_read() {
    let (sent, waiting) = appendix_d().protect(&select([1, 0x1E])).unwrap();
    assert_eq!(sent, hex("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800"));
    let (response, channel) = waiting.open(&hex("990290008E08FA855A5D4C50A8ED9000")).unwrap();
    assert_eq!((response.data(), response.status()), ([].as_slice(), Status::DONE));

    let (sent, waiting) = channel.protect(&read(0, 4)).unwrap();
    assert_eq!(sent, hex("0CB000000D9701048E08ED6705417E96BA5500"));
    let answer = hex("8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000");
    let (response, channel) = waiting.open(&answer).unwrap();
    assert_eq!(response.data(), hex("60145F01"));

    let (sent, waiting) = channel.protect(&read(4, 18)).unwrap();
    assert_eq!(sent, hex("0CB000040D9701128E082EA28A70F3C7B53500"));
    let answer = hex(
        "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
    );
    let (response, _) = waiting.open(&answer).unwrap();
    assert_eq!(response.data(), hex("04303130365F36063034303030305C026175"));
}

/// The standard has no worked messages of AES; these two are of an implementation nobody here wrote, under the keys of
/// Appendix G.1.
#[test]
fn appendix_g_keys_protect_with_aes() {
    let application = Command::new([0, 0xA4, 4, 0xC]).with_data(&hex("A0000002471001")).unwrap();
    let (sent, waiting) = appendix_g().protect(&application).unwrap();
    assert_eq!(sent, hex("0CA4040C1D871101752F676B09FAC86A87D632749A49C7CC8E08C18BA1FCE707BD9F00"));
    let (response, _) = waiting.open(&hex("990290008E08BEA7B381C494A0799000")).unwrap();
    assert_eq!(response.status(), Status::DONE);
}

/// What a chip with these keys would answer.
fn answer(keys: &Keys, number: Counter, odd: bool, data: &[u8], status: Status) -> Vec<u8> {
    let mut objects = Vec::new();
    if !data.is_empty() {
        let sealed = keys.seal(number, data).unwrap();
        let (tag, padding): (_, &[u8]) = if odd { (ODD_DATA, &[]) } else { (PADDED_DATA, &[1]) };
        append(tag, &[padding, &sealed].concat(), &mut objects);
    }
    append(STATUS, &status.0.to_be_bytes(), &mut objects);
    let mac = keys.mac_message(number, &objects);
    append(MAC, &mac, &mut objects);
    objects.extend_from_slice(&status.0.to_be_bytes());
    objects
}

const CIPHERS: [Cipher; 4] = [Cipher::TripleDes, Cipher::Aes128, Cipher::Aes192, Cipher::Aes256];

proptest! {
    #[test]
    fn an_answer_is_opened_and_an_altered_one_is_not(
        data in proptest::collection::vec(any::<u8>(), 0..600),
        which in 0_usize..4,
        odd: bool,
        place: proptest::sample::Index,
        flip in 1_u8..,
    ) {
        let keys = || Keys::derive(CIPHERS[which], b"a secret both have");
        let instruction = if odd { 0xB1 } else { 0xB0 };
        let command = Command::new([0, instruction, 0, 0]).expecting(600).unwrap();
        let waiting = || Channel::new(keys()).protect(&command).unwrap().1;
        let good = answer(&keys(), Counter::ZERO.next().next(), odd, &data, Status::DONE);
        let (response, _) = waiting().open(&good).unwrap();
        prop_assert_eq!(response.data(), &data);

        let mut bad = good.clone();
        bad[place.index(good.len())] ^= flip;
        prop_assert!(waiting().open(&bad).is_err(), "a byte is another");
        prop_assert!(waiting().open(&good[..place.index(good.len())]).is_err(), "cut short");
        prop_assert!(waiting().open(&[good.as_slice(), &[0]].concat()).is_err(), "something added");
    }

    #[test]
    fn no_bytes_are_too_strange(bytes: Vec<u8>) {
        let (_, waiting) = appendix_d().protect(&read(0, 4)).unwrap();
        prop_assert!(waiting.open(&bytes).is_err());
    }
}

#[test]
fn an_answer_said_before_is_refused() {
    let (_, waiting) = appendix_d().protect(&select([1, 0x1E])).unwrap();
    let first = hex("990290008E08FA855A5D4C50A8ED9000");
    let (_, channel) = waiting.open(&first).unwrap();
    let (_, waiting) = channel.protect(&select([1, 0x1E])).unwrap();
    assert_eq!(waiting.open(&first).err(), Some(BadResponse::Altered));
}

#[test]
fn a_chip_that_lost_the_channel_says_so() {
    let (_, waiting) = appendix_g().protect(&read(0, 4)).unwrap();
    let error = waiting.open(&[0x69, 0x88]).err();
    assert_eq!(error, Some(BadResponse::Unprotected(Status::PROTECTION_WRONG)));
}

#[test]
fn a_megabyte_is_not_looked_at() {
    let (_, waiting) = appendix_g().protect(&read(0, 4)).unwrap();
    assert_eq!(waiting.open(&vec![0x87; 1 << 20]).err(), Some(BadResponse::Form));
}
