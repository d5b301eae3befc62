//! The worked example of the standard, word for word.

use data_encoding::HEXUPPER;

use super::*;
use crate::chip::{File, MrzKey, open};

fn hex(text: &str) -> Vec<u8> {
    HEXUPPER.decode(text.as_bytes()).unwrap()
}

fn said(next: Next) -> crate::chip::Said {
    let Next::Say(said) = next else { panic!("{next:?}") };
    said
}

/// Says what the chip of Appendix G.1 says until its answer number `last`, which is `instead`.
fn example(last: usize, instead: &str) -> Result<Next, Error> {
    let mut drawn = vec![
        hex("A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595"),
        hex("7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99"),
    ];
    let chance = Chance::new(move |bytes| bytes.copy_from_slice(&drawn.pop().unwrap()));
    let access = Access::Mrz(MrzKey::new("T22000129", "640812", "101031").unwrap());
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

/// ICAO 9303-11 Appendix G.1, after the reading of EF.CardAccess.
const EXAMPLE: [(&str, &str); 8] = [
    ("00A4020C02011C", "9000"),
    ("00B0000005", "31143012069000"),
    ("00B0000511", "0A04007F0007020204020202010202010D9000"),
    ("0022C1A40F800A04007F00070202040202830101", "9000"),
    ("10860000027C0000", "7C12801095A3A016522EE98D01E76CB6B98B42C39000"),
    (
        "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E\
         544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00",
        "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57\
         30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C549000",
    ),
    (
        "10860000457C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C\
         3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB3646200",
        "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB\
         7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F0949000",
    ),
    ("008600000C7C0A8508C2B0BD78D94BA86600", "7C0A86083ABB9674BCE93C089000"),
];

#[test]
fn appendix_g_1() {
    let next = example(usize::MAX, "").unwrap();
    // What follows is protected: the selection of the application, as an implementation nobody here wrote sends it.
    let said = said(next);
    let command = "0CA4040C1D871101752F676B09FAC86A87D632749A49C7CC8E08C18BA1FCE707BD9F00";
    assert_eq!(HEXUPPER.encode(said.command()), command);
    let next = said.on_response(&hex("990290008E08BEA7B381C494A0799000")).unwrap();
    let Next::Say(said) = next else { panic!("{next:?}") };
    assert_eq!(said.progress(), Progress::Reading { file: File::Common, done: 0, of: 0 });
}

#[test]
fn a_token_of_somebody_else_is_no_chip() {
    let wrong = "7C0A86083ABB9674BCE93C099000";
    assert_eq!(example(7, wrong).err(), Some(Error::Impostor));
    assert_eq!(example(7, "9000").err(), Some(Error::Impostor));
}

#[test]
fn a_wrong_number_and_a_locked_chip_are_told_apart() {
    assert_eq!(example(7, "6300").err(), Some(Error::WrongNumber));
    assert_eq!(example(4, "6983").err(), Some(Error::Locked(Status(0x6983))));
    let odd = Error::Refused { doing: "its key", status: Status(0x6A80) };
    assert_eq!(example(6, "6A80").err(), Some(odd));
}

#[test]
fn a_chip_that_echoes_our_key_is_not_agreed_with() {
    let echo = "7C438241047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E\
                544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D9000";
    assert_eq!(example(5, echo).err(), Some(Error::Impostor));
}

#[test]
fn a_variant_the_chip_refuses_gives_way_to_basic_access_control() {
    let next = example(3, "6A80").unwrap();
    assert_eq!(HEXUPPER.encode(said(next).command()), "00A4040C07A0000002471001");
}
