//! The worked example of the standard, word for word, and what a chip may answer instead.

use data_encoding::HEXUPPER;

use super::*;
use crate::chip::{Said, open};

fn hex(text: &str) -> Vec<u8> {
    HEXUPPER.decode(text.as_bytes()).unwrap()
}

fn said(next: Next) -> Said {
    let Next::Say(said) = next else { panic!("{next:?}") };
    said
}

/// ICAO 9303-11 Appendix D.3 and the first of D.4; a chip of that time has no EF.CardAccess.
const EXAMPLE: [(&str, &str); 5] = [
    ("00A4020C02011C", "6A82"),
    ("00A4040C07A0000002471001", "9000"),
    ("0084000008", "4608F919887022129000"),
    (
        "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2\
         5F1448EEA8AD90A728",
        "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D74499000",
    ),
    ("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", "990290008E08FA855A5D4C50A8ED9000"),
];

/// Says what the chip of the example says until its answer number `last`, which is `instead`.
fn example(last: usize, instead: &str) -> Result<Next, Error> {
    let mut drawn = vec![hex("0B795240CB7049B01C19B33E32804F0B"), hex("781723860C06C226")];
    let chance = Chance::new(move |bytes| bytes.copy_from_slice(&drawn.pop().unwrap()));
    let access = Access::Mrz(MrzKey::new("L898902C", "690806", "940623").unwrap());
    let mut next = open(access, chance);
    for (number, (command, response)) in EXAMPLE.into_iter().enumerate() {
        let said = said(next?);
        assert_eq!(HEXUPPER.encode(said.command()), command, "{number}");
        next = said.on_response(&hex(if number == last { instead } else { response }));
        if number == last {
            break;
        }
    }
    next
}

#[test]
fn appendix_d() {
    let next = example(usize::MAX, "").unwrap();
    assert_eq!(&said(next).command()[..2], [0x0C, 0xB0], "reading begins, protected");
}

#[test]
fn what_goes_wrong_has_its_name() {
    for (number, instead, error) in [
        (1, "6A82", Error::NotATravelDocument(Status::NO_FILE)),
        (1, "6982", Error::AccessUnknown),
        (2, "9000", Error::Refused { doing: "a challenge", status: Status::DONE }),
        (2, "6D00", Error::Refused { doing: "a challenge", status: Status(0x6D00) }),
        (3, "6300", Error::WrongNumber),
        (3, "6983", Error::Locked(Status(0x6983))),
        (3, "9000", Error::Impostor),
        (0, "", Error::NoAnswer),
    ] {
        assert_eq!(example(number, instead).err(), Some(error), "{number} {instead}");
    }
}

#[test]
fn whoever_does_not_know_the_number_cannot_answer() {
    let mut answer = hex(EXAMPLE[3].1);
    for place in 0..40 {
        answer[place] ^= 1;
        let error = example(3, &HEXUPPER.encode(&answer)).err();
        assert_eq!(error, Some(Error::Impostor), "{place}");
        answer[place] ^= 1;
    }
}

#[test]
fn a_card_access_number_opens_no_old_chip() {
    let access = Access::CardAccessNumber("123456".parse().unwrap());
    let next = open(access, Chance::new(|_| ())).unwrap();
    assert_eq!(said(next).on_response(&hex("6A82")).err(), Some(Error::AccessUnknown));
}
