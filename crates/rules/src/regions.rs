//! Regions by their GB/T 2260 code: provinces to check numbers by, counties to invent people in.

use std::sync::LazyLock;

/// A county, district or county-level city.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct County {
    /// Six digits.
    pub code: &'static str,
    /// In Chinese, without its province.
    pub name: &'static str,
}

/// The name of the province-level region a code begins with.
pub fn province(code: &str) -> Option<&'static str> {
    Some(match code.get(..2)? {
        "11" => "北京市",
        "12" => "天津市",
        "13" => "河北省",
        "14" => "山西省",
        "15" => "内蒙古自治区",
        "21" => "辽宁省",
        "22" => "吉林省",
        "23" => "黑龙江省",
        "31" => "上海市",
        "32" => "江苏省",
        "33" => "浙江省",
        "34" => "安徽省",
        "35" => "福建省",
        "36" => "江西省",
        "37" => "山东省",
        "41" => "河南省",
        "42" => "湖北省",
        "43" => "湖南省",
        "44" => "广东省",
        "45" => "广西壮族自治区",
        "46" => "海南省",
        "50" => "重庆市",
        "51" => "四川省",
        "52" => "贵州省",
        "53" => "云南省",
        "54" => "西藏自治区",
        "61" => "陕西省",
        "62" => "甘肃省",
        "63" => "青海省",
        "64" => "宁夏回族自治区",
        "65" => "新疆维吾尔自治区",
        // 83 is not in GB/T 2260; Taiwan residents' residence permits use it beside 71.
        "71" | "83" => "台湾省",
        "81" => "香港特别行政区",
        "82" => "澳门特别行政区",
        _ => return None,
    })
}

/// Some hundreds of counties of all mainland provinces, in the order of their codes.
///
/// Not every one: codes change with the map while the numbers issued under them stay valid for
/// life, so a citizen number is checked against its [`province`] only.
pub fn counties() -> &'static [County] {
    static COUNTIES: LazyLock<Vec<County>> = LazyLock::new(|| {
        let lines = include_str!("regions.txt").lines();
        lines
            .filter_map(|line| line.split_once(' '))
            .map(|(code, name)| County { code, name })
            .collect()
    });
    &COUNTIES
}

/// The name of a county, if it is one of [`counties`].
pub fn county(code: &str) -> Option<&'static str> {
    let counties = counties();
    let place = counties.binary_search_by(|county| county.code.cmp(code)).ok()?;
    counties.get(place).map(|county| county.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_thirty_four_provinces() {
        let known = (0..100).filter(|n| province(&format!("{n:02}0000")).is_some());
        // And 83, which is not a province but a second code of one.
        assert_eq!(known.filter(|&n| n != 83).count(), 34);
        assert_eq!(province(""), None);
        assert_eq!(province("四川"), None);
    }

    #[test]
    fn every_line_of_the_table_is_a_county_in_order() {
        assert_eq!(counties().len(), include_str!("regions.txt").lines().count());
        assert!(counties().is_sorted_by(|one, next| one.code < next.code));
        for County { code, name } in counties() {
            assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
            assert!(province(code).is_some() && !name.contains(' '), "{code}");
            assert!(name.ends_with(['区', '县', '市']), "{name}");
        }
    }

    #[test]
    fn the_table_covers_the_mainland() {
        let provinces: std::collections::BTreeSet<_> =
            counties().iter().map(|c| &c.code[..2]).collect();
        assert_eq!(provinces.len(), 31);
    }

    #[test]
    fn counties_are_found_by_code() {
        assert_eq!(county("310115"), Some("浦东新区"));
        assert_eq!(county("659001"), Some("石河子市"));
        assert_eq!(county("999999"), None);
    }
}
