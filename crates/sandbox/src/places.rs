//! Where invented people come from: real county codes of GB/T 2260, one or more in every province.

/// A county, as its code, as it is written and as it is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Place {
    /// Six digits.
    pub code: &'static str,
    /// City and district in characters.
    pub written: &'static str,
    /// City and district in pinyin.
    pub read: &'static str,
}

const fn place(code: &'static str, written: &'static str, read: &'static str) -> Place {
    Place { code, written, read }
}

/// Fifty-odd counties.
#[rustfmt::skip]
pub(crate) const PLACES: &[Place] = &[
    place("110101", "北京 东城", "Dongcheng, Beijing"),     place("110105", "北京 朝阳", "Chaoyang, Beijing"),
    place("110108", "北京 海淀", "Haidian, Beijing"),       place("120101", "天津 和平", "Heping, Tianjin"),
    place("130102", "石家庄 长安", "Chang’an, Shijiazhuang"), place("140105", "太原 小店", "Xiaodian, Taiyuan"),
    place("150102", "呼和浩特 新城", "Xincheng, Hohhot"),   place("210102", "沈阳 和平", "Heping, Shenyang"),
    place("210202", "大连 中山", "Zhongshan, Dalian"),      place("220102", "长春 南关", "Nanguan, Changchun"),
    place("230102", "哈尔滨 道里", "Daoli, Harbin"),        place("310101", "上海 黄浦", "Huangpu, Shanghai"),
    place("310104", "上海 徐汇", "Xuhui, Shanghai"),        place("310115", "上海 浦东", "Pudong, Shanghai"),
    place("320102", "南京 玄武", "Xuanwu, Nanjing"),        place("320508", "苏州 姑苏", "Gusu, Suzhou"),
    place("330102", "杭州 上城", "Shangcheng, Hangzhou"),   place("330106", "杭州 西湖", "Xihu, Hangzhou"),
    place("330203", "宁波 海曙", "Haishu, Ningbo"),         place("340102", "合肥 瑶海", "Yaohai, Hefei"),
    place("350102", "福州 鼓楼", "Gulou, Fuzhou"),          place("350203", "厦门 思明", "Siming, Xiamen"),
    place("360102", "南昌 东湖", "Donghu, Nanchang"),       place("370102", "济南 历下", "Lixia, Jinan"),
    place("370202", "青岛 市南", "Shinan, Qingdao"),        place("410102", "郑州 中原", "Zhongyuan, Zhengzhou"),
    place("410302", "洛阳 老城", "Laocheng, Luoyang"),      place("420102", "武汉 江岸", "Jiang’an, Wuhan"),
    place("420106", "武汉 武昌", "Wuchang, Wuhan"),         place("430102", "长沙 芙蓉", "Furong, Changsha"),
    place("440103", "广州 荔湾", "Liwan, Guangzhou"),       place("440106", "广州 天河", "Tianhe, Guangzhou"),
    place("440304", "深圳 福田", "Futian, Shenzhen"),       place("440305", "深圳 南山", "Nanshan, Shenzhen"),
    place("450103", "南宁 青秀", "Qingxiu, Nanning"),       place("450302", "桂林 秀峰", "Xiufeng, Guilin"),
    place("460106", "海口 龙华", "Longhua, Haikou"),        place("500103", "重庆 渝中", "Yuzhong, Chongqing"),
    place("500112", "重庆 渝北", "Yubei, Chongqing"),       place("510104", "成都 锦江", "Jinjiang, Chengdu"),
    place("510107", "成都 武侯", "Wuhou, Chengdu"),         place("520102", "贵阳 南明", "Nanming, Guiyang"),
    place("530102", "昆明 五华", "Wuhua, Kunming"),         place("530111", "昆明 官渡", "Guandu, Kunming"),
    place("540102", "拉萨 城关", "Chengguan, Lhasa"),       place("610102", "西安 新城", "Xincheng, Xi’an"),
    place("610104", "西安 莲湖", "Lianhu, Xi’an"),          place("620102", "兰州 城关", "Chengguan, Lanzhou"),
    place("630102", "西宁 城东", "Chengdong, Xining"),      place("640104", "银川 兴庆", "Xingqing, Yinchuan"),
    place("650102", "乌鲁木齐 天山", "Tianshan, Urumqi"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_of_a_known_county_and_stands_once() {
        for (at, place) in PLACES.iter().enumerate() {
            assert!(rules::regions::county(place.code).is_some(), "{place:?}");
            assert!(PLACES.iter().skip(at + 1).all(|other| other.code != place.code), "{place:?}");
        }
    }
}
