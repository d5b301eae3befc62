//! The operator's own scenes, as the law takes them.

use std::str::FromStr;

use rules::own_scene::DeclaredBounds;
use rules::{Access, Attribute, OwnScenes, SceneDeclaration};

use super::error::ConfigError;
use super::raw::RawScene;

pub(super) fn own_scenes(raw: &[RawScene]) -> Result<OwnScenes, ConfigError> {
    let declared: Vec<_> = raw.iter().map(declared).collect::<Result<_, _>>()?;
    OwnScenes::new(declared).map_err(ConfigError::Scenes)
}

fn declared(raw: &RawScene) -> Result<SceneDeclaration, ConfigError> {
    let asks: Vec<Attribute> =
        raw.asks.iter().map(|text| read(raw, "asks", text)).collect::<Result<_, _>>()?;
    let access = raw.access.as_deref().map(|text| read(raw, "access", text)).transpose()?;
    let bounds = DeclaredBounds {
        asks: &asks,
        access: access.unwrap_or(Access::Once),
        delegable: raw.delegable,
        plain_law: raw.plain_law.as_deref(),
    };
    SceneDeclaration::new(&raw.name, [&raw.title_zh, &raw.title_en], &bounds)
        .map_err(|source| ConfigError::Scene { name: raw.name.clone(), source })
}

fn read<T: FromStr>(raw: &RawScene, field: &'static str, text: &str) -> Result<T, ConfigError> {
    let odd = |_| ConfigError::SceneField { name: raw.name.clone(), field, value: text.to_owned() };
    text.parse().map_err(odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOTEL: &str = "name = 'hotel'
        title_zh = '入住酒店'
        title_en = 'check in at a hotel'
        asks = ['age_over_18', 'minor']
        plain_law = '旅馆业治安管理办法第六条'";

    fn resolved(scenes: &[&str]) -> Result<OwnScenes, ConfigError> {
        let raw: Vec<RawScene> =
            scenes.iter().map(|text| toml::from_str(text).expect("understood")).collect();
        own_scenes(&raw)
    }

    #[test]
    fn a_scene_is_declared_with_its_bounds() {
        let own = resolved(&[HOTEL]).expect("declared");
        let hotel = own.declaration("hotel").expect("there").scene();
        assert!(hotel.allows(Attribute::Minor) && hotel.allows_plain_identity());
        assert!(!hotel.allows(Attribute::GuardianAgreed) && !hotel.allows_standing_access());
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        for (right, wrong, code) in [
            ("'hotel'", "'log_in'", "scene"),
            ("'hotel'", "'Hotel'", "scene"),
            ("'入住酒店'", "' '", "scene"),
            ("'旅馆业治安管理办法第六条'", "''", "scene"),
            ("'minor'", "'name'", "scene_field"),
            ("asks", "access = 'always'\nasks", "scene_field"),
        ] {
            let refused = resolved(&[&HOTEL.replacen(right, wrong, 1)]).expect_err("refused");
            assert_eq!(refused.code(), code, "{wrong}");
            assert!(refused.to_string().starts_with("scenes, "), "{refused}");
        }
        assert_eq!(resolved(&[HOTEL, HOTEL]).expect_err("twice").code(), "scene");
    }
}
