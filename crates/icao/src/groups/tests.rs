//! The worked examples of ICAO 9303-11, appendices G.1 and G.2, H.1 and H.2, I.1; and what is no key.

use data_encoding::HEXUPPER;

use super::*;
use crate::secure_messaging::Keys;

/// Every number of ICAO 9303-11 table 12 that stands for a group.
const NUMBERS: [u8; 14] = [0, 1, 2, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18];

fn hex(text: &str) -> Vec<u8> {
    HEXUPPER.decode(text.replace(char::is_whitespace, "").as_bytes()).unwrap()
}

fn shown(bytes: &[u8]) -> String {
    HEXUPPER.encode(bytes)
}

fn group(number: u8) -> Group {
    Group::standardized(number).unwrap()
}

/// Chance that says what it was told to say.
fn saying<'a>(texts: &'a [&'a str]) -> impl FnMut(&mut [u8]) + 'a {
    let mut texts = texts.iter();
    move |bytes| bytes.copy_from_slice(&hex(texts.next().unwrap()))
}

fn counting() -> impl FnMut(&mut [u8]) {
    let mut next = 0_u32;
    move |bytes| {
        bytes.fill_with(|| {
            next = next.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            next.to_be_bytes()[0]
        });
    }
}

/// The terminal's side of a generic mapping, then the secret.
struct Generic {
    number: u8,
    privates: [&'static str; 2],
    publics: [&'static str; 2],
    chips: [&'static str; 2],
    nonce: &'static str,
    shared: &'static str,
    secret: &'static str,
}

impl Generic {
    fn holds(&self) {
        let mut draw = saying(&self.privates);
        let pair = group(self.number).key_pair(&mut draw).unwrap();
        assert_eq!(pair.public(), hex(self.publics[0]));
        assert_eq!(pair.private().as_slice(), hex(self.privates[0]));
        let theirs = hex(self.chips[0]);
        assert_eq!(pair.agree(&theirs).unwrap().expose(), &hex(self.shared));
        let mapped = pair.map(&theirs, &hex(self.nonce), &mut draw).unwrap();
        assert_eq!(mapped.public(), hex(self.publics[1]));
        assert_eq!(mapped.agree(&hex(self.chips[1])).unwrap().expose(), &hex(self.secret));
    }
}

/// ICAO 9303-11 Appendix G.1.
#[test]
fn appendix_g_1() {
    Generic {
        number: 13,
        privates: [
            "7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99",
            "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595",
        ],
        publics: [
            "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E
             544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D",
            "042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C
             3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462",
        ],
        chips: [
            "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57
             30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54",
            "049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB
             7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094",
        ],
        nonce: "3F00C4D39D153F2B2A214A078D899B22",
        shared: "60332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD5",
        secret: "28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925",
    }
    .holds();
}

/// ICAO 9303-11 Appendix G.2.
#[test]
fn appendix_g_2() {
    Generic {
        number: 0,
        privates: [
            "5265030F751F4AD18B08AC565FC7AC952E41618D",
            "89CCD99B0E8D3B1F11E1296DCA68EC53411CF2CA",
        ],
        publics: [
            "23FB3749EA030D2A25B278D2A562047ADE3F01B74F17A15402CB7352CA7D2B3E
             B71C343DB13D1DEBCE9A3666DBCFC920B49174A602CB47965CAA73DC702489A4
             4D41DB914DE9613DC5E98C94160551C0DF86274B9359BC0490D01B03AD54022D
             CB4F57FAD6322497D7A1E28D46710F461AFE710FBBBC5F8BA166F4311975EC6C",
            "907D89E2D425A178AA81AF4A7774EC8E388C115CAE67031E85EECE520BD91155
             1B9AE4D04369F29A02626C86FBC6747CC7BC352645B6161A2A42D44EDA80A08F
             A8D61B76D3A154AD8A5A51786B0BC07147057871A922212C5F67F43173172236
             B7747D1671E6D692A3C7D40A0C3C5CE397545D015C175EB5130551EDBC2EE5D4",
        ],
        chips: [
            "78879F57225AA8080D52ED0FC890A4B25336F699AA89A2D3A189654AF70729E6
             23EA5738B26381E4DA19E004706FACE7B235C2DBF2F38748312F3C98C2DD4882
             A41947B324AA1259AC22579DB93F7085655AF30889DBB845D9E6783FE42C9F24
             49400306254C8AE8EE9DD812A804C0B66E8CAFC14F84D8258950A91B44126EE6",
            "075693D9AE941877573E634B6E644F8E60AF17A0076B8B123D9201074D36152B
             D8B3A213F53820C42ADC79AB5D0AEEC3AEFB91394DA476BD97B9B14D0A65C1FC
             71A0E019CB08AF55E1F729005FBA7E3FA5DC41899238A250767A6D46DB974064
             386CD456743585F8E5D90CC8B4004B1F6D866C79CE0584E49687FF61BC29AEA1",
        ],
        nonce: "FA5B7E3E49753A0DB9178B7B9BD898C8",
        shared: "5BABEBEF5B74E5BA94B5C063FDA15F1F1CDE94873EE0A5D3A2FCAB49F258D07F
                 544F13CB66658C3AFEE9E727389BE3F6CBBBD32128A8C21DD6EEA3CF7091CDDF
                 B08B8D007D40318DCCA4FFBF51208790FB4BD111E5A968ED6B6F08B26CA87C41
                 0B3CE0C310CE104EABD16629AA48620C1279270CB0750C0D37C57FFFE302AE7F",
        secret: "6BABC7B3A72BCD7EA385E4C62DB2625BD8613B24149E146A629311C4CA6698E3
                 8B834B6A9E9CD7184BA8834AFF5043D436950C4C1E7832367C10CB8C314D40E5
                 990B0DF7013E64B4549E2270923D06F08CFF6BD3E977DDE6ABE4C31D55C0FA2E
                 465E553E77BDF75E3193D3834FC26E8EB1EE2FA1E4FC97C18C3F6CFFFE2607FD",
    }
    .holds();
}

/// ICAO 9303-11 Appendix H.1.
#[test]
fn appendix_h_1() {
    let (s, t) = (hex("2923BE84E16CD6AE529049F1F1BBE9EB"), hex("5DD4CBFC96F5453B130D890A1CDBAE32"));
    let random = encoding::pseudo_random(Cipher::Aes128, &s, &t, 256).unwrap();
    assert_eq!(
        shown(&random),
        "E4447E2DFB3586BAC05DDB00156B57FBB2179A3949294C97\
         254189800C517BAA8DA0FF397ED8C445D3E421E4FEB57322"
    );
    let mut one = [0; 32];
    one[31] = 1;
    // One times the mapped generator is that generator.
    let mapped = group(13).map(Cipher::Aes128, (&s, &t), &mut saying(&[&shown(&one)])).unwrap();
    assert_eq!(
        shown(mapped.public()),
        "048E82D31559ED0FDE92A4D0498ADD3C23BABA94FB77691E31E90AEA77FB17D427\
         4C1AE14BD0C3DBAC0C871B7F3608169364437CA30AC243A089D3F266C1E60FAD"
    );
    let ours = "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595";
    let pair = group(13).map(Cipher::Aes128, (&s, &t), &mut saying(&[ours])).unwrap();
    assert_eq!(
        shown(pair.public()),
        "0489CBA23FFE96AA18D824627C3E934E54A9FD0B87A95D1471DC1C0ABFDCD640D4\
         6755DE9B7B778280B6BEBD57439ADFEB0E21FD4ED6DF42578C13418A59B34C37"
    );
    let theirs = "0467F78E5F7F7686082B293E8D087E056916D0F74BC01A5F8957D0DE45691E51E8\
                  932B69A962B52A0985AD2C0A271EE6A13A8ADDDCD1A3A994B9DED257F4D22753";
    let secret = pair.agree(&hex(theirs)).unwrap();
    let expected = "4F150FDE1D4F0E38E95017B891BAE17133A0DF45B0D3E18B60BA7BEAFDC2C713";
    assert_eq!(shown(secret.expose()), expected);
}

/// ICAO 9303-11 Appendix H.2. Its terminal has a private key longer than the order; this is its rest.
#[test]
fn appendix_h_2() {
    let (s, t) = (hex("FA5B7E3E49753A0DB9178B7B9BD898C8"), hex("B3A6DB3C870C3E99245E0D1C06B747DE"));
    let random = encoding::pseudo_random(Cipher::Aes128, &s, &t, 1024).unwrap();
    assert!(shown(&random).starts_with("EAB98D13E09052952AA729907C3C9461"));
    assert!(shown(&random).ends_with("0FC187258995944C0F926E249373F485"));
    assert_eq!(random.len(), 144);
    let one = "0000000000000000000000000000000000000001";
    let mapped = group(0).map(Cipher::Aes128, (&s, &t), &mut saying(&[one])).unwrap();
    assert_eq!(
        mapped.public(),
        hex("1D7D767F11E333BCD6DBAEF40E799E7A926B96973550656FF3C830726D118D61
             C276CDCC61D475CF03A98E0C0E79CAEBA5BE25578BD4551D0B10903236F0B0F9
             76852FA78EEA14EA0ACA87D1E91F688FE0DFF897BBE35A472621D343564B262F
             34223AE8FC59B664BFEDFA2BFE7516CA5510A6BBB633D517EC25D4E0BBAA16C2")
    );
    let rest = rest_of(
        "4BD0E54740F9A028E6A515BFDAF967848C4F5F5FFF65AA0915947FFD1A0DF2FA
         6981271BC905F3551457B7E03AC3B8066DE4AA406C1171FB43DD939C4BA16175
         103BA3DEE16419AA248118F90CC36A3D6F4C373652E0C3CCE7F0F1D0C5425B36
         00F0F0D6A67F004C8BBA33F2B4733C7252445C1DFC4F1107203F71D2EFB28161",
        "F518AA8781A8DF278ABA4E7D64B7CB9D49462353",
    );
    let pair = group(0).map(Cipher::Aes128, (&s, &t), &mut saying(&[&rest])).unwrap();
    assert_eq!(
        pair.public(),
        hex("0F0CC62945A8029251FB7EF3C094E12EC68E4EF07F27CB9D9CD04C5C4250FAE0
             E4F8A951557E929AEB48E5C6DD47F2F5CD7C351A9BD2CD722C07EDE166770F08
             FFCB370262CF308DD7B07F2E0DA9CAAA1492344C852906919538C98A4BA4187E
             76CE9D87832386D319CE2E043C3343AEAE6EDBA1A9894DC5094D22F7FE1351D5")
    );
    let theirs = hex("928D9A0F9DBA450F13FC859C6F290D1D36E42431138A4378500BEB4E0401854C
         FF111F71CB6DC1D0335807A11388CC8EAA87B07907AAD9FBA6B169AF6D8C26AF
         8DDDC39ADC3AD2E3FF882B84D23E9768E95A80E4746FB07A9767679FE92133B4
         D379935C771BD7FBED6C7BB4B1708B275EA75679524CDC9C6A91370CC662A2F3");
    assert_eq!(
        pair.agree(&theirs).unwrap().expose(),
        &hex("419410D6C0A17A4C07C54872CE1CBCEB0A2705C1A434C8A89A4CFE41F1D78124
              CA7EC52BDE7615E5345E48AB1ABB6E7D1D59A57F3174084D3CA4570397C1F622
              28BDFDB2DA191EA2239E2C060DBE3BBC23C2FCD0AF12E0F9E0B99FCF91FF1959
              011D5798B2FCBC1F14FCC24E441F4C8F9B08D977E9498560E63E7FFAB3134EA7")
    );
}

fn rest_of(number: &str, modulus: &str) -> String {
    use crypto_bigint::BoxedUint;
    let parsed = |text| BoxedUint::from_be_slice_vartime(&hex(text));
    let rest = parsed(number).rem_vartime(&parsed(modulus).to_nz().unwrap());
    let bytes = rest.to_be_bytes();
    shown(&bytes[bytes.len() - 20..])
}

/// ICAO 9303-11 Appendix I.1: the chip's key of the mapping is so many times its own.
#[test]
fn appendix_i_1() {
    let keys = Keys::derive(
        Cipher::Aes128,
        &hex("67950559D0C06B4D4B86972D14460837461087F8419FDBC36AAF6CEAAC462832"),
    );
    let sealed = hex("1EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8
                      798CF77F5B7A54BD10CBA372B42BE0B9B5F28AA8DE2F4F92");
    let data = keys.unseal_chip_authentication(&sealed).unwrap();
    let expected = "85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3";
    assert_eq!(shown(&data), expected);

    let key = AgreementKey::parse(&hex(
        "3052300C060704007F0007010202010D034200041872709494399E7470A6431BE25E83EE
         E24FEA568C2ED28DB48E05DB3A610DC884D256A40E35EFCB59BF6753D3A489D28C7A4D97
         3C2DA138A6E7A4A08F68E16F",
    ))
    .unwrap();
    let mapping = hex("04A234236AA9B9621E8EFB73B5245C0E09D2576E5277183C1208BDD55280CAE8B3
         04F365713A356E65A451E165ECC9AC0AC46E3771342C8FE5AEDD092685338E23");
    assert!(key.group.is_multiple(&mapping, &data, &key.public));
    for place in 0..data.len() {
        let mut odd = data.clone();
        odd[place] ^= 1;
        assert!(!key.group.is_multiple(&mapping, &odd, &key.public));
    }
    assert!(!key.group.is_multiple(&key.public, &data, &key.public));
    assert!(!key.group.is_multiple(&mapping, &data[1..], &key.public));
}

#[test]
fn both_sides_agree_in_every_group() {
    for number in NUMBERS {
        let (group, mut draw) = (group(number), counting());
        let (mine, yours) =
            (group.key_pair(&mut draw).unwrap(), group.key_pair(&mut draw).unwrap());
        let again = group.key_pair_of(&mine.private()).unwrap();
        assert_eq!(again.public(), mine.public(), "{group:?}");
        let nonce = [7; 16];
        let mine_mapped = mine.map(yours.public(), &nonce, &mut draw).unwrap();
        let yours_mapped = yours.map(mine.public(), &nonce, &mut draw).unwrap();
        let secret = mine_mapped.agree(yours_mapped.public()).unwrap();
        assert_eq!(secret.expose(), yours_mapped.agree(mine_mapped.public()).unwrap().expose());
    }
}

#[test]
fn both_sides_map_to_one_generator_with_every_cipher() {
    for number in NUMBERS {
        for (cipher, s, t) in [
            (Cipher::TripleDes, 16, 16),
            (Cipher::Aes128, 16, 16),
            (Cipher::Aes192, 32, 24),
            (Cipher::Aes256, 32, 32),
        ] {
            let (group, mut draw) = (group(number), counting());
            let nonces = (vec![5; s], vec![9; t]);
            let mut pair = || group.map(cipher, (&nonces.0, &nonces.1), &mut draw);
            if !group.has_integrated_mapping() {
                assert_eq!(pair().map(drop), Err(BadKey));
                continue;
            }
            let (mine, yours) = (pair().unwrap(), pair().unwrap());
            let secret = mine.agree(yours.public()).unwrap();
            assert_eq!(secret.expose(), yours.agree(mine.public()).unwrap().expose());
            let short = group.map(cipher, (&nonces.0[1..], &nonces.1), &mut draw);
            assert_eq!(short.map(drop), Err(BadKey));
        }
    }
}

#[test]
fn what_is_no_key_is_not_agreed_with() {
    for number in NUMBERS {
        let (group, mut draw) = (group(number), counting());
        let (pair, other) =
            (group.key_pair(&mut draw).unwrap(), group.key_pair(&mut draw).unwrap());
        let mut altered = other.public().to_vec();
        *altered.last_mut().unwrap() ^= 1;
        let own = pair.public().to_vec();
        let mut bad = vec![vec![], vec![0], vec![1], vec![4], altered, own];
        if group.is_elliptic() {
            let mut compressed = other.public()[..=other.public().len() / 2].to_vec();
            compressed[0] = 2;
            bad.push(compressed);
        } else {
            bad.push(vec![0xFF; other.public().len()]);
            bad.push([&[0], other.public()].concat());
        }
        for bad in bad {
            assert_eq!(pair.agree(&bad).map(drop), Err(BadKey), "{group:?} {bad:02x?}");
            assert_eq!(pair.map(&bad, &[7; 16], &mut draw).map(drop), Err(BadKey));
        }
    }
}

#[test]
fn chance_that_never_is_a_key_ends() {
    for number in [0, 12] {
        let refused = group(number).key_pair(&mut |bytes| bytes.fill(0)).map(drop);
        assert_eq!(refused, Err(BadKey));
    }
    assert!(Group::standardized(3).is_none() && Group::standardized(19).is_none());
}
