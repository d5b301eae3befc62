//! The worked examples of the standard, word for word.

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

/// Holds a dialogue until the chip's answer number `last`, which is `instead`.
fn dialogue(
    (number, birth, expiry): (&str, &str, &str),
    drawn: &[&str],
    said_and_answered: &[(&str, &str)],
    (last, instead): (usize, &str),
) -> Result<Next, Error> {
    let mut drawn: Vec<_> = drawn.iter().rev().map(|text| hex(text)).collect();
    let chance = Chance::new(move |bytes| bytes.copy_from_slice(&drawn.pop().unwrap()));
    let access = Access::Mrz(MrzKey::new(number, birth, expiry).unwrap());
    let mut next = open(access, chance);
    for (number, (command, response)) in said_and_answered.iter().enumerate() {
        let said = said(next?);
        assert_eq!(HEXUPPER.encode(said.command()), *command, "{number}");
        next = said.on_response(&hex(if number == last { instead } else { response }));
        if number == last {
            break;
        }
    }
    next
}

/// Says what the chip of Appendix G.1 says.
fn example(last: usize, instead: &str) -> Result<Next, Error> {
    let drawn = [
        "7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99",
        "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595",
    ];
    dialogue(("T22000129", "640812", "101031"), &drawn, &EXAMPLE, (last, instead))
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

/// ICAO 9303-11 Appendix G.2, its last response as the standard's table explains it, then as the standard prints it: with
/// the name of an authority of another protocol after the token.
#[test]
fn appendix_g_2() {
    for last in [
        "7C0A8608917F37B5C0E6D8D19000",
        "7C1B8608917F37B5C0E6D8D1870F44455445535443564341\
                  30303030339000",
    ] {
        let said_and_answered = [
            ("00A4020C02011C", "9000"),
            ("00B0000005", "31143012069000"),
            ("00B0000511", "0A04007F000702020401020201020201009000"),
            ("0022C1A40F800A04007F00070202040102830101", "9000"),
            ("10860000027C0000", "7C128010854D8DF5827FA6852D1A4FA701CDDDCA9000"),
            (
                "10860000867C818381818023FB3749EA030D2A25B278D2A562047ADE3F01B74F17A15402CB7352CA\
                 7D2B3EB71C343DB13D1DEBCE9A3666DBCFC920B49174A602CB47965CAA73DC702489A44D41DB914D\
                 E9613DC5E98C94160551C0DF86274B9359BC0490D01B03AD54022DCB4F57FAD6322497D7A1E28D46\
                 710F461AFE710FBBBC5F8BA166F4311975EC6C00",
                "7C818382818078879F57225AA8080D52ED0FC890A4B25336F699AA89A2D3A189654AF70729E623EA\
                 5738B26381E4DA19E004706FACE7B235C2DBF2F38748312F3C98C2DD4882A41947B324AA1259AC22\
                 579DB93F7085655AF30889DBB845D9E6783FE42C9F2449400306254C8AE8EE9DD812A804C0B66E8C\
                 AFC14F84D8258950A91B44126EE69000",
            ),
            (
                "10860000867C8183838180907D89E2D425A178AA81AF4A7774EC8E388C115CAE67031E85EECE520B\
                 D911551B9AE4D04369F29A02626C86FBC6747CC7BC352645B6161A2A42D44EDA80A08FA8D61B76D3\
                 A154AD8A5A51786B0BC07147057871A922212C5F67F43173172236B7747D1671E6D692A3C7D40A0C\
                 3C5CE397545D015C175EB5130551EDBC2EE5D400",
                "7C8183848180075693D9AE941877573E634B6E644F8E60AF17A0076B8B123D9201074D36152BD8B3\
                 A213F53820C42ADC79AB5D0AEEC3AEFB91394DA476BD97B9B14D0A65C1FC71A0E019CB08AF55E1F7\
                 29005FBA7E3FA5DC41899238A250767A6D46DB974064386CD456743585F8E5D90CC8B4004B1F6D86\
                 6C79CE0584E49687FF61BC29AEA19000",
            ),
            ("008600000C7C0A8508B46DD9BD4D98381F00", last),
        ];
        let drawn = [
            "5265030F751F4AD18B08AC565FC7AC952E41618D",
            "89CCD99B0E8D3B1F11E1296DCA68EC53411CF2CA",
        ];
        let holder = ("T22000129", "640812", "101031");
        let next = dialogue(holder, &drawn, &said_and_answered, (usize::MAX, "")).unwrap();
        // The channel stands: the application is selected through it.
        assert!(HEXUPPER.encode(said(next).command()).starts_with("0CA4040C"));
    }
}

/// ICAO 9303-11 Appendix H: the tokens. (Its APDUs are not printed, and its password's key is not the one it names.)
#[test]
fn appendix_h() {
    let token = |entry: &str, secret: &str, public: &str| {
        let variant = Variant::strongest(&hex(entry)).unwrap();
        let keys = Keys::derive(variant.cipher, &hex(secret));
        HEXUPPER.encode(&keys.mac(&authenticated(&variant, &hex(public))))
    };
    let ours = token(
        "31143012060A04007F0007020204040202010202010D",
        "4F150FDE1D4F0E38E95017B891BAE17133A0DF45B0D3E18B60BA7BEAFDC2C713",
        "0467F78E5F7F7686082B293E8D087E056916D0F74BC01A5F8957D0DE45691E51E8\
         932B69A962B52A0985AD2C0A271EE6A13A8ADDDCD1A3A994B9DED257F4D22753",
    );
    assert_eq!(ours, "450F02B86F6A0909");
    let ours = token(
        "31143012060A04007F00070202040302020102020100",
        "419410D6C0A17A4C07C54872CE1CBCEB0A2705C1A434C8A89A4CFE41F1D78124\
         CA7EC52BDE7615E5345E48AB1ABB6E7D1D59A57F3174084D3CA4570397C1F622\
         28BDFDB2DA191EA2239E2C060DBE3BBC23C2FCD0AF12E0F9E0B99FCF91FF1959\
         011D5798B2FCBC1F14FCC24E441F4C8F9B08D977E9498560E63E7FFAB3134EA7",
        "928D9A0F9DBA450F13FC859C6F290D1D36E42431138A4378500BEB4E0401854C\
         FF111F71CB6DC1D0335807A11388CC8EAA87B07907AAD9FBA6B169AF6D8C26AF\
         8DDDC39ADC3AD2E3FF882B84D23E9768E95A80E4746FB07A9767679FE92133B4\
         D379935C771BD7FBED6C7BB4B1708B275EA75679524CDC9C6A91370CC662A2F3",
    );
    assert_eq!(ours, "55D61977CBF5307E");
}

/// ICAO 9303-11 Appendix I.1.
fn proving(last: usize, instead: &str) -> Result<Next, Error> {
    let said_and_answered = [
        ("00A4020C02011C", "9000"),
        ("00B0000005", "31143012069000"),
        ("00B0000511", "0A04007F0007020204060202010202010D9000"),
        ("0022C1A40F800A04007F00070202040602830101", "9000"),
        ("10860000027C0000", "7C128010CB60E8E0D85B76A9BD304747C2AD42E29000"),
        (
            "10860000457C438141047F1D410ADB7DDB3B84BF1030800981A9105D7457B4A3ADE002384F3086C67EDE\
             1AB889104A27DB6D842B019020FBF3CEACB0DC627F7BDCAC29969E19D0E553C100",
            "7C43824104A234236AA9B9621E8EFB73B5245C0E09D2576E5277183C1208BDD55280CAE8B3\
             04F365713A356E65A451E165ECC9AC0AC46E3771342C8FE5AEDD092685338E239000",
        ),
        (
            "10860000457C43834104446C934084D9DAB863944F219520076C29EE3F7AE6722B11FF319EC1C7728F95\
             5483400BFF60BF0C5929270009277DC2A515E12575010AD9BA916CF1BF86FEFC00",
            "7C4384410402AD566F3C6EC7F9324509AD50A51FA52030782A4968FCFEDF737DAEA9933331\
             11C3B9B4C2287789BD137E7F8AA882E2A3C633CCD6ECC2C63C57AD401A09C2E19000",
        ),
        (
            "008600000C7C0A8508E86BD06018A1CD3B00",
            "7C3C86088596CF055C67C1A38A301EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F\
             5B7A54BD10CBA372B42BE0B9B5F28AA8DE2F4F929000",
        ),
    ];
    let drawn = [
        "5D8BB87BD74D985A4B7D4325B9F7B976FE835122773400798914AA22738135CC",
        "76ECFDAA9841C323A3F5FC5E88B88DB3EFF7E35EBF57A7E6946CB630006C2120",
    ];
    let holder = ("C11T002JM", "960812", "231031");
    dialogue(holder, &drawn, &said_and_answered, (last, instead))
}

#[test]
fn appendix_i_1() {
    // What follows is the selection of EF.CardSecurity, protected: the key to hold the proof against.
    let Next::Say(said) = proving(usize::MAX, "").unwrap() else { panic!("said") };
    assert!(HEXUPPER.encode(said.command()).starts_with("0CA4020C"));
    assert_eq!(said.progress(), Progress::Opening);
    // A chip that offers the proof and leaves it out, or whose proof cannot be opened.
    let without = proving(7, "7C0A86088596CF055C67C1A39000");
    assert_eq!(without.err(), Some(Error::Impostor));
    let altered = "7C3C86088596CF055C67C1A38A301EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F\
                   5B7A54BD10CBA372B42BE0B9B5F28AA8DE2F4F939000";
    assert_eq!(proving(7, altered).err(), Some(Error::Impostor));
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
