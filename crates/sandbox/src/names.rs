//! Invented names: common surnames by how common they are, given names from one or two ordinary characters.
//!
//! Pinyin stands beside each, for readers of the English pages. Any likeness to a living person is chance.

use crate::dice::Dice;

/// Woman or man, as the identity card and its number know it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sex {
    /// The number's sequence is even.
    Female,
    /// The number's sequence is odd.
    Male,
}

/// A syllable as it is written and as it is read.
pub(crate) type Written = (&'static str, &'static str);

/// A whole invented name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InventedName {
    /// In characters, surname first.
    pub written: String,
    /// In pinyin without tones, surname first.
    pub read: String,
}

/// A surname, the commoner the likelier.
pub(crate) fn surname(dice: &mut Dice) -> Written {
    dice.weighted(SURNAMES, ("王", "Wang"))
}

/// A whole name under this surname; one given name in four has a single character.
pub(crate) fn name(surname: Written, sex: Sex, dice: &mut Dice) -> InventedName {
    let table = match sex {
        Sex::Female => WOMEN,
        Sex::Male => MEN,
    };
    let first = dice.pick(table).copied().unwrap_or(("宁", "ning"));
    let second = dice.pick(MIDDLE).copied().unwrap_or(("安", "an"));
    let single = dice.chance(25);
    let (written, read) = if single || first.0 == second.0 {
        (first.0.to_owned(), capital(first.1))
    } else {
        (format!("{}{}", second.0, first.0), capital(&format!("{}{}", second.1, first.1)))
    };
    InventedName {
        written: format!("{}{written}", surname.0),
        read: format!("{} {read}", surname.1),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// Weights follow the commonness of the hundred surnames roughly, in tenths of a percent.
#[rustfmt::skip]
const SURNAMES: &[(u32, Written)] = &[
    (72, ("王", "Wang")), (71, ("李", "Li")), (68, ("张", "Zhang")), (55, ("刘", "Liu")), (46, ("陈", "Chen")),
    (31, ("杨", "Yang")), (22, ("黄", "Huang")), (21, ("赵", "Zhao")), (20, ("吴", "Wu")), (20, ("周", "Zhou")),
    (14, ("徐", "Xu")), (14, ("孙", "Sun")), (13, ("马", "Ma")), (12, ("朱", "Zhu")), (12, ("胡", "Hu")),
    (12, ("郭", "Guo")), (11, ("何", "He")), (11, ("林", "Lin")), (11, ("高", "Gao")), (11, ("罗", "Luo")),
    (9, ("郑", "Zheng")), (9, ("梁", "Liang")), (8, ("谢", "Xie")), (8, ("宋", "Song")), (8, ("唐", "Tang")),
    (8, ("许", "Xu")), (7, ("韩", "Han")), (7, ("邓", "Deng")), (7, ("冯", "Feng")), (7, ("曹", "Cao")),
    (6, ("彭", "Peng")), (6, ("曾", "Zeng")), (6, ("肖", "Xiao")), (6, ("田", "Tian")), (6, ("董", "Dong")),
    (5, ("潘", "Pan")), (5, ("袁", "Yuan")), (5, ("蔡", "Cai")), (5, ("蒋", "Jiang")), (5, ("余", "Yu")),
    (4, ("于", "Yu")), (4, ("杜", "Du")), (4, ("叶", "Ye")), (4, ("程", "Cheng")), (4, ("魏", "Wei")),
    (4, ("苏", "Su")), (4, ("吕", "Lyu")), (4, ("丁", "Ding")), (3, ("沈", "Shen")), (3, ("任", "Ren")),
    (3, ("姚", "Yao")), (3, ("卢", "Lu")), (3, ("傅", "Fu")), (3, ("钟", "Zhong")), (3, ("姜", "Jiang")),
    (2, ("崔", "Cui")), (2, ("谭", "Tan")), (2, ("廖", "Liao")), (2, ("范", "Fan")), (2, ("汪", "Wang")),
    (1, ("欧阳", "Ouyang")), (1, ("司马", "Sima")), (1, ("诸葛", "Zhuge")), (1, ("上官", "Shangguan")),
];

#[rustfmt::skip]
const WOMEN: &[Written] = &[
    ("芳", "fang"), ("娜", "na"), ("敏", "min"), ("静", "jing"), ("丽", "li"), ("艳", "yan"), ("娟", "juan"), ("霞", "xia"),
    ("玲", "ling"), ("雪", "xue"), ("梅", "mei"), ("兰", "lan"), ("婷", "ting"), ("慧", "hui"), ("莹", "ying"), ("颖", "ying"),
    ("琳", "lin"), ("洁", "jie"), ("倩", "qian"), ("蕾", "lei"), ("薇", "wei"), ("怡", "yi"), ("瑶", "yao"), ("萱", "xuan"),
    ("涵", "han"), ("妍", "yan"), ("彤", "tong"), ("悦", "yue"), ("岚", "lan"), ("珊", "shan"), ("蓉", "rong"), ("荷", "he"),
    ("音", "yin"), ("桐", "tong"), ("禾", "he"), ("秋", "qiu"), ("月", "yue"), ("燕", "yan"), ("凤", "feng"), ("菊", "ju"),
];

#[rustfmt::skip]
const MEN: &[Written] = &[
    ("伟", "wei"), ("强", "qiang"), ("磊", "lei"), ("军", "jun"), ("勇", "yong"), ("杰", "jie"), ("涛", "tao"), ("超", "chao"),
    ("刚", "gang"), ("平", "ping"), ("辉", "hui"), ("鹏", "peng"), ("浩", "hao"), ("宇", "yu"), ("轩", "xuan"), ("博", "bo"),
    ("峰", "feng"), ("龙", "long"), ("斌", "bin"), ("凯", "kai"), ("亮", "liang"), ("波", "bo"), ("毅", "yi"), ("晨", "chen"),
    ("航", "hang"), ("恒", "heng"), ("松", "song"), ("柏", "bai"), ("泽", "ze"), ("舟", "zhou"), ("岩", "yan"), ("川", "chuan"),
    ("远", "yuan"), ("诚", "cheng"), ("森", "sen"), ("阳", "yang"), ("旭", "xu"), ("武", "wu"), ("根", "gen"), ("山", "shan"),
];

#[rustfmt::skip]
const MIDDLE: &[Written] = &[
    ("子", "zi"), ("雨", "yu"), ("文", "wen"), ("晓", "xiao"), ("志", "zhi"), ("建", "jian"), ("明", "ming"), ("国", "guo"),
    ("春", "chun"), ("思", "si"), ("嘉", "jia"), ("一", "yi"), ("若", "ruo"), ("安", "an"), ("景", "jing"), ("清", "qing"),
    ("书", "shu"), ("云", "yun"), ("海", "hai"), ("立", "li"), ("永", "yong"), ("玉", "yu"), ("新", "xin"), ("心", "xin"),
    ("知", "zhi"), ("星", "xing"), ("如", "ru"), ("家", "jia"), ("天", "tian"), ("青", "qing"), ("舒", "shu"), ("长", "chang"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Seed;

    #[test]
    fn a_name_has_two_to_four_characters_and_two_words() {
        let mut dice = Seed::from_words("names").dice("test");
        for _ in 0..2_000 {
            let surname = surname(&mut dice);
            let name = name(surname, Sex::Female, &mut dice);
            assert!((2..=4).contains(&name.written.chars().count()), "{name:?}");
            assert!(name.written.starts_with(surname.0));
            assert_eq!(name.read.split(' ').count(), 2);
        }
    }
}
